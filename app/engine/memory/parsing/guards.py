"""Looks into zip files and XML before anything reads them: nothing unpacks without bounds, nothing defines entities.

Zip: the number, names, encryption and sizes of the entries; a member never yields more than it declares. XML: no entity
is defined, no document type in formats that have none.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from typing import IO
from xml.etree import ElementTree

from app.engine.domain.errors import DocumentUnreadable
from app.engine.memory.parsing.reading import Source
from app.engine.memory.parsing.refusals import unreadable

_ENTRIES = 50_000
_UNPACKED_BYTES = 4 * 1024**3
# Beyond this size a file must not unpack to more than so many times its own size.
_TRUSTED_BYTES = 200 * 1024**2
_RATIO = 120
_FORBIDDEN = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)")
_ENTITY = re.compile(rb"<!\s*ENTITY")
_OVERLAP = 32
_STARTS = (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")

Element = ElementTree.Element


class Package:
    """A zip file whose entries were checked; use it in a with statement."""

    def __init__(self, source: Source) -> None:
        try:
            self._archive = zipfile.ZipFile(source.path)
        except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError) as error:
            raise unreadable("document_truncated", "its list of contents is missing or damaged") from error
        try:
            _check(self._archive.infolist(), source.size)
        except DocumentUnreadable:
            self._archive.close()
            raise
        self.names = frozenset(self._archive.namelist())

    def __enter__(self) -> Package:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def open(self, name: str) -> IO[bytes]:
        """Open a member for reading; raises DocumentUnreadable when it is not there."""
        try:
            return self._archive.open(name)
        except KeyError:
            raise unreadable("document_damaged", f"“{name}” is missing in it") from None

    def read(self, name: str, most_bytes: int) -> bytes:
        """Return the content of a member, which must not be longer than `most_bytes`."""
        with self.open(name) as member:
            data = member.read(most_bytes + 1)
        if len(data) > most_bytes:
            raise unreadable("document_unpacks_too_large")
        return data

    def units(self, name: str, wanted: Collection[str], marks: Collection[str] = ()) -> Iterator[tuple[str, Element]]:
        """Yield the outermost `wanted` elements of a member, as `units` does; nothing when it is not there."""
        if name not in self.names:
            return
        with self.open(name) as member:
            yield from units(member, wanted, marks)


def units(
    file: IO[bytes], wanted: Collection[str], marks: Collection[str] = (), *, doctype: bool = False
) -> Iterator[tuple[str, Element]]:
    """Yield ("end", element) for the outermost elements of wanted local names, ("start", element) for marks.

    Elements are dropped when they are done, so that a file of any length takes the memory of one of them.
    """
    open_elements: list[Element] = []
    inside = 0
    try:
        for event, element in ElementTree.iterparse(checked(file, doctype=doctype), ("start", "end")):
            name = local(element.tag)
            if event == "start":
                open_elements.append(element)
                inside += name in wanted
                if name in marks:
                    yield "start", element
                continue
            open_elements.pop()
            inside -= name in wanted
            if inside:
                continue
            if name in wanted:
                yield "end", element
            if open_elements:
                open_elements[-1].remove(element)
    except (ElementTree.ParseError, zipfile.BadZipFile, zlib.error, EOFError, LookupError) as error:
        raise unreadable("document_damaged", str(error)) from error


def checked(file: IO[bytes], *, doctype: bool = False) -> _Watched:
    """Return the file as one that raises DocumentUnreadable where entities (usually: a document type) are defined."""
    return _Watched(file, _ENTITY if doctype else _FORBIDDEN)


def local(tag: str) -> str:
    """Return a tag or an attribute's name without its namespace."""
    return tag.rpartition("}")[2]


def attribute(element: Element, name: str) -> str:
    """Return the attribute of that local name, "" when there is none."""
    return next((value for key, value in element.attrib.items() if local(key) == name), "")


class _Watched:
    """A file that raises when something forbidden passes through."""

    def __init__(self, file: IO[bytes], forbidden: re.Pattern[bytes]) -> None:
        self._file = file
        self._forbidden = forbidden
        self._tail = b""
        self._first = True

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        if self._first and data and not data.lstrip().startswith(_STARTS):
            raise unreadable("document_damaged", "it is no XML")
        self._first = False
        seen = self._tail + data.replace(b"\0", b"")  # in UTF-16 every other byte of a tag is zero
        if self._forbidden.search(seen):
            raise unreadable("document_unsafe", "it defines its own XML entities")
        self._tail = seen[-_OVERLAP:]
        return data


def _check(entries: list[zipfile.ZipInfo], packed_bytes: int) -> None:
    if len(entries) > _ENTRIES:
        raise unreadable("document_unpacks_too_large", f"it holds {len(entries):,} entries")
    for entry in entries:
        name = entry.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or re.match("[A-Za-z]:", name):
            raise unreadable("document_unsafe", "an entry wants to be unpacked outside of its folder")
        if entry.flag_bits & 0x1:
            raise unreadable("document_encrypted")
    total = sum(entry.file_size for entry in entries)
    if total > _UNPACKED_BYTES or (total > _TRUSTED_BYTES and total > packed_bytes * _RATIO):
        raise unreadable("document_unpacks_too_large", f"{packed_bytes / 1e6:,.1f} MB become {total / 1e6:,.0f} MB")
