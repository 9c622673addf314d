"""Finds out how a file encodes its text, and reads it as lines of bounded length.

In this order: a byte order mark, UTF-8 for the whole file, UTF-16 without a mark, UTF-8 with a few damaged places, the
code page of this system, and a guess among the code pages in use. Must not hold more than a line.
"""

from __future__ import annotations

import codecs
import locale
from collections.abc import Iterator
from typing import NamedTuple

from app.engine.domain.parsing import Omitted
from app.engine.memory.parsing.reading import Source
from app.engine.memory.parsing.refusals import unreadable

LINE_CHARACTERS = 16_384
_BLOCK_BYTES = 1024 * 1024
_SAMPLE_BYTES = 65_536
# A UTF-8 file may have one damaged place in so many signs that are right.
_RIGHT_SIGNS = 8
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CODE_PAGES = [
    "cp1252", "cp1251", "cp1250", "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr", "koi8_r", "cp1253", "cp1254",
    "cp1255", "cp1256", "cp1257", "cp1258", "cp874", "iso2022_jp",
]  # fmt: skip


class Encoding(NamedTuple):
    """A codec, and what has to be said about the choice ("" when it is sure)."""

    codec: str
    note: str = ""


def encoding_of(source: Source) -> Encoding:
    """Return how a text file is encoded; raises DocumentUnreadable when it is no text."""
    for mark, codec in _MARKS:
        if source.head.startswith(mark):
            return Encoding(codec)
    wide = _wide(source.head)
    if wide:
        return Encoding(wide)
    right, wrong = _utf8(source)
    if not wrong:
        return Encoding("utf-8")
    if right >= wrong * _RIGHT_SIGNS:
        return Encoding("utf-8", "Some bytes of the file are not UTF-8 as the rest of it is, and were replaced.")
    return _code_page(_telling_sample(source))


def lines(source: Source, encoding: Encoding) -> Iterator[str]:
    """Yield the lines of a text file with their line ends; a very long line comes in stretches without one."""
    source.facts.encoding = encoding.codec.removesuffix("-sig").replace("_", "-")
    with open(source.path, encoding=encoding.codec, errors="replace") as file:
        left = ""
        while True:
            line = file.readline(LINE_CHARACTERS - len(left))
            if not line:
                break
            line, left = left + line, ""
            if not line.endswith("\n") and len(line) >= LINE_CHARACTERS:
                cut = max(line.rfind(" "), line.rfind("\t")) + 1
                if cut > LINE_CHARACTERS // 2:
                    line, left = line[:cut], line[cut:]
            yield line
        if left:
            yield left


def text_lines(source: Source) -> Iterator[str | Omitted]:
    """Yield the lines of a text file, and first what has to be said about its encoding."""
    encoding = encoding_of(source)
    if encoding.note:
        yield Omitted(where="the text", reason=encoding.note)
    yield from lines(source, encoding)


def decode(data: bytes, declared: str = "") -> str:
    """Decode a text that is small enough to be held, by what it declares if that is right."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return data.decode(codec, "replace")
    for codec in filter(None, ("utf-8", declared)):
        try:
            return data.decode(codec)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return data.decode(_code_page(data[:_SAMPLE_BYTES]).codec, "replace")


def _wide(head: bytes) -> str:
    even, odd, half = head[0::2].count(0), head[1::2].count(0), len(head) // 2
    if half and odd > half * 0.6 and even < half * 0.1:
        return "utf-16-le"
    if half and even > half * 0.6 and odd < half * 0.1:
        return "utf-16-be"
    return ""


def _utf8(source: Source) -> tuple[int, int]:
    """Count the signs beyond ASCII that are right UTF-8, and the places that are not."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    right = wrong = 0
    with open(source.path, "rb") as file:
        while block := file.read(_BLOCK_BYTES):
            if b"\0" in block:
                raise unreadable("unknown_format", "it holds bytes that are no text")
            text = decoder.decode(block)
            if len(text) < len(block) or not text.isascii():
                bad = text.count("\ufffd") - block.count(b"\xef\xbf\xbd")
                wrong += max(0, bad)
                right += len(block) - len(block.translate(None, _LEADS)) - max(0, bad)
    wrong += len(decoder.decode(b"", final=True))
    return max(0, right), wrong


_LEADS = bytes(range(0xC2, 0xF5))


def _telling_sample(source: Source) -> bytes:
    """Return the stretch of the file around its first bytes beyond ASCII."""
    with open(source.path, "rb") as file:
        at = 0
        while block := file.read(_BLOCK_BYTES):
            plain = len(block) - len(block.lstrip(_ASCII))
            if plain < len(block):
                file.seek(max(0, at + plain - _SAMPLE_BYTES // 4))
                return file.read(_SAMPLE_BYTES)
            at += len(block)
    return source.head


_ASCII = bytes(range(128))


def _code_page(sample: bytes) -> Encoding:
    own = codecs.lookup(locale.getpreferredencoding(False)).name
    if own not in ("utf-8", "ascii"):
        try:
            sample.decode(own)
            return Encoding(own, f"The text was read as {own}, the code page of this system.")
        except UnicodeDecodeError:
            pass
    from charset_normalizer import from_bytes

    found = from_bytes(sample, cp_isolation=_CODE_PAGES).best()
    codec = found.encoding if found is not None else "cp1252"
    return Encoding(codec, f"The file does not say how its text is encoded; {codec} was guessed.")
