r"""Reads Rich Text Format: text, headings by outline level, tables by cells. Pictures and objects are left out.

The format is that of the RTF specification 1.9.1: groups in braces, control words with "\", text in a code page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.engine.memory.parsing.reading import LINE, PARAGRAPH, Lump, Read, Source
from app.engine.memory.parsing.refusals import unreadable

_MOST_BYTES = 256 * 1024 * 1024
_DEPTH = 2_000
_TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.DOTALL
)
_SILENT = frozenset(
    b"fonttbl colortbl stylesheet info pict object header footer headerl headerr headerf footerl footerr footerf"
    b" themedata colorschememapping datastore latentstyles listtable listoverridetable rsidtbl generator xmlnstbl"
    b" fldinst bkmkstart bkmkend filetbl revtbl mmathPr annotation atnid atnauthor nonshppict".split()
)  # fmt: skip
_SIGNS = {
    b"tab": "\t", b"line": "\n", b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“",
    b"rdblquote": "”", b"bullet": "•", b"emspace": " ", b"enspace": " ",
}  # fmt: skip
_CHARSETS = {128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5", 161: "cp1253", 162: "cp1254", 177: "cp1255",
             178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250"}  # fmt: skip


class _State:
    """What a group inherits from the one around it."""

    __slots__ = ("codec", "silent", "skip")

    def __init__(self, codec: str, *, silent: bool, skip: int) -> None:
        self.codec, self.silent, self.skip = codec, silent, skip


class _Reading:
    """The state of reading one file."""

    def __init__(self) -> None:
        self.codec = "cp1252"
        self.fonts: dict[int, str] = {}
        self._states = [_State("", silent=False, skip=1)]
        self._bytes = bytearray()
        self._texts: list[str] = []
        self._row: list[str] = []
        self._level = 0
        self._ignorable = False
        self._to_skip = 0
        self._font = 0
        self._glue = PARAGRAPH
        self._in_title = False
        self.title = ""

    def token(self, found: re.Match[bytes]) -> Iterator[Lump]:
        """Take one token; yields the paragraphs it ends."""
        word, number, code, sign, brace, plain = found.groups()
        if brace == b"{":
            self._open()
        elif brace:
            self._shut()
        elif code is not None:
            self._byte(int(code, 16))
        elif plain is not None:
            for byte in plain:
                self._byte(byte)
        elif sign is not None:
            self._sign(sign)
        elif word is not None:
            yield from self._word(word, int(number) if number else None)

    def end(self) -> Iterator[Lump]:
        """Yield the last paragraph."""
        yield from self._paragraph()
        yield from self._end_row()

    def _open(self) -> None:
        self._decode()
        if len(self._states) > _DEPTH:
            raise unreadable("document_unsafe", f"its groups are nested more than {_DEPTH} deep")
        last = self._states[-1]
        self._states.append(_State(last.codec, silent=last.silent, skip=last.skip))

    def _shut(self) -> None:
        self._decode()
        if len(self._states) > 1:
            self._states.pop()
        self._in_title = False

    def _byte(self, byte: int) -> None:
        if self._to_skip:
            self._to_skip -= 1
        elif not self._states[-1].silent or self._in_title:
            self._bytes.append(byte)

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._ignorable = True
        elif sign in (b"\\", b"{", b"}"):
            self._byte(sign[0])
        elif sign == b"~":
            self._write("\xa0")
        elif sign == b"_":
            self._write("-")

    def _word(self, word: bytes, number: int | None) -> Iterator[Lump]:
        state = self._states[-1]
        ignorable, self._ignorable = self._ignorable, False
        self._in_title = self._in_title or word == b"title"
        if word in _SILENT or (ignorable and word not in (b"shppict",)):
            self._decode()
            state.silent = True
        if word == b"fcharset" and number is not None:
            self.fonts[self._font] = _CHARSETS.get(number, "")
        elif word == b"f" and number is not None:
            self._decode()
            self._font = number
            state.codec = self.fonts.get(number, "")
        elif word == b"ansicpg" and number is not None:
            self.codec = f"cp{number}"
        elif word == b"u" and number is not None:
            self._write(chr(number % 65536))
            self._to_skip = state.skip
        elif word == b"uc" and number is not None:
            state.skip = max(0, min(number, 10))
        elif word == b"bin" and number:
            self._to_skip += max(0, number)
        elif not state.silent:
            yield from self._layout(word, number)

    def _layout(self, word: bytes, number: int | None) -> Iterator[Lump]:
        if word in _SIGNS:
            self._write(_SIGNS[word])
        elif word in (b"par", b"sect", b"page"):
            yield from self._paragraph()
        elif word == b"pard":
            self._level = 0
        elif word == b"outlinelevel" and number is not None:
            self._level = min(6, number + 1) if 0 <= number < 9 else 0
        elif word == b"cell":
            self._decode()
            self._row.append(" ".join("".join(self._texts).split()))
            self._texts = []
        elif word == b"row":
            yield from self._end_row()

    def _write(self, text: str) -> None:
        if not self._states[-1].silent or self._in_title:
            self._decode()
            self._texts.append(text)

    def _decode(self) -> None:
        if self._bytes:
            codec = self._states[-1].codec or self.codec
            try:
                text = self._bytes.decode(codec, "replace")
            except LookupError:
                text = self._bytes.decode("cp1252", "replace")
            self._bytes.clear()
            if self._in_title:
                self.title += text
            else:
                self._texts.append(text)

    def _paragraph(self) -> Iterator[Lump]:
        self._decode()
        text = "".join(self._texts)
        if self._row:  # a paragraph within a cell
            self._texts.append(" ")
            return
        self._texts = []
        self._glue = PARAGRAPH
        # \u writes what is beyond 16 bits as two halves.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if text.strip():
            yield Lump("heading" if self._level else "paragraph", text, self._level)

    def _end_row(self) -> Iterator[Lump]:
        row, self._row = " | ".join(filter(None, self._row)), []
        if row:
            yield Lump("table", row, glue=self._glue)
            self._glue = LINE


def read(source: Source) -> Iterator[Read]:
    """Read an RTF file."""
    if source.size > _MOST_BYTES:
        raise unreadable("document_too_large", f"{_MOST_BYTES // 2**20} MB is the limit for RTF")
    reading = _Reading()
    for found in _TOKEN.finditer(source.path.read_bytes()):
        yield from reading.token(found)
    yield from reading.end()
    source.facts.title = reading.title.strip()
    source.facts.encoding = reading.codec
