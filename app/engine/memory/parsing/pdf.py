"""Reads PDF page by page with PDFium, and with pypdf where PDFium cannot open a file.

Lines become paragraphs, headings and table rows by where they stand and how large they are set (`pdf_layout`). Lines
that most pages repeat at their top or bottom are left out. One thread only: PDFium is not made for more.
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterator

import pypdfium2
from pypdfium2 import raw

from app.engine.domain.errors import DocumentUnreadable
from app.engine.domain.parsing import Omitted
from app.engine.memory.parsing import ocr
from app.engine.memory.parsing.pdf_guard import check_streams
from app.engine.memory.parsing.pdf_layout import Line, lines_of, lumps_of
from app.engine.memory.parsing.plain import note_addresses
from app.engine.memory.parsing.reading import Lump, Read, Source, Turn
from app.engine.memory.parsing.refusals import unreadable

# Fewer pages do not show what is repeated.
_PAGES_TO_COMPARE = 5
_MOST_COMPARED = 24
_SHARE_OF_PAGES = 0.6
_EDGE_LINES = 2
_LINK_COUNT = 200
# When so many pages are damaged and none was not, the rest is not tried.
_DAMAGED_PAGES = 50
_OCR_SCALE = 2.0
_DIGITS = re.compile(r"\d+|\b[ivxlc]+\b")


def read(source: Source) -> Iterator[Read]:
    """Read the pages."""
    check_streams(source)
    try:
        document = pypdfium2.PdfDocument(str(source.path))
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise unreadable("document_encrypted") from error
        yield from _with_pypdf(source)
        return
    try:
        count = len(document)
        if not count:
            raise unreadable("document_damaged", "it has no pages")
        source.facts.pages = count
        source.facts.title = document.get_metadata_value("Title")
        furniture = _furniture(document, count)
        damaged = 0
        for index in range(count):
            yield Turn(index + 1, _label(document, index))
            for read in _page(document, index, furniture, source):
                damaged += isinstance(read, Omitted)
                yield read
            if damaged == index + 1 and damaged in (count, _DAMAGED_PAGES):
                raise unreadable("document_damaged", "its pages cannot be read")
    finally:
        document.close()


def _page(document: pypdfium2.PdfDocument, index: int, furniture: frozenset[str], source: Source) -> Iterator[Read]:
    where = f"Page {index + 1}"
    try:
        page = document.get_page(index)
    except pypdfium2.PdfiumError:
        yield Omitted(where=where, reason="The page is damaged.")
        return
    try:
        lines = _lines(page)
        for address in _links(document, page):
            source.facts.link(address)
        if any(line.text.strip() for line in lines):
            for lump in lumps_of(_without(lines, furniture)):
                note_addresses(lump.text, source)
                yield lump
        elif raw.FPDFPage_CountObjects(page) > 0:
            yield from _recognised(page, where, source)
    finally:
        page.close()


def _recognised(page: pypdfium2.PdfPage, where: str, source: Source) -> Iterator[Read]:
    """Read a page without text by character recognition, where that is wanted and installed."""
    if not source.request.ocr or not ocr.available():
        source.facts.needs_ocr = True
        return
    for text in ocr.recognise(page.render(scale=_OCR_SCALE).to_numpy()):
        yield Lump("paragraph", text)


def _lines(page: pypdfium2.PdfPage) -> list[Line]:
    text = page.get_textpage()
    try:
        return lines_of(text)
    finally:
        text.close()


def _label(document: pypdfium2.PdfDocument, index: int) -> str:
    label = str(document.get_page_label(index) or "").strip()
    return f"Page {label}" if label and label != str(index + 1) else ""


def _furniture(document: pypdfium2.PdfDocument, count: int) -> frozenset[str]:
    """Return the lines that most pages repeat at an edge, with their digits taken out."""
    if count < _PAGES_TO_COMPARE:
        return frozenset()
    step = max(1, count // _MOST_COMPARED)
    seen: Counter[str] = Counter()
    compared = 0
    for index in range(0, count, step):
        try:
            page = document.get_page(index)
        except pypdfium2.PdfiumError:
            continue
        lines = [line for line in _lines(page) if line.text.strip()]
        page.close()
        compared += 1
        # A page of little more than its edges has no text to tell them from.
        if len(lines) > 2 * _EDGE_LINES:
            seen.update({_shape(line) for line in (*lines[:_EDGE_LINES], *lines[-_EDGE_LINES:])})
    least = max(3, compared * _SHARE_OF_PAGES)
    return frozenset(shape for shape, times in seen.items() if times >= least)


def _without(lines: list[Line], furniture: frozenset[str]) -> list[Line]:
    """Take repeated lines away at the edges of a page, never within it and never all."""
    if not furniture:
        return lines
    filled = [index for index, line in enumerate(lines) if line.text.strip()]
    edges = {*filled[:_EDGE_LINES], *filled[-_EDGE_LINES:]}
    kept = [line for index, line in enumerate(lines) if index not in edges or _shape(line) not in furniture]
    return kept if any(line.text.strip() for line in kept) else lines


def _shape(line: Line) -> str:
    return _DIGITS.sub("#", " ".join(line.text.lower().split())) + f"@{line.y:.0f}"


def _links(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage) -> Iterator[str]:
    position, link = ctypes.c_int(0), raw.FPDF_LINK()
    for _ in range(_LINK_COUNT):
        if not raw.FPDFLink_Enumerate(page, ctypes.byref(position), ctypes.byref(link)):
            return
        action = raw.FPDFLink_GetAction(link)
        if action and raw.FPDFAction_GetType(action) == raw.PDFACTION_URI:
            size = raw.FPDFAction_GetURIPath(document, action, None, 0)
            buffer = ctypes.create_string_buffer(size)
            raw.FPDFAction_GetURIPath(document, action, buffer, size)
            yield buffer.value.decode("utf-8", "replace")


def _with_pypdf(source: Source) -> Iterator[Read]:
    """Read a file that PDFium cannot open; pypdf mends more but reads slower and knows no lines."""
    import pypdf
    from pypdf.errors import PyPdfError

    try:
        reader = pypdf.PdfReader(source.path)
        if reader.is_encrypted:
            raise unreadable("document_encrypted")
        source.facts.pages = len(reader.pages)
        for number, page in enumerate(reader.pages, 1):
            yield Turn(number)
            for text in page.extract_text().split("\n\n"):
                yield Lump("paragraph", text)
    except DocumentUnreadable:
        raise
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, OSError) as error:
        raise _broken(source) from error
    if not source.facts.pages:
        raise _broken(source)


def _broken(source: Source) -> DocumentUnreadable:
    with open(source.path, "rb") as file:
        file.seek(max(0, source.size - 2048))
        ended = b"%%EOF" in file.read()
    return unreadable("document_damaged") if ended else unreadable("document_truncated")
