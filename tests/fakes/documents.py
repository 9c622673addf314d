"""Real small files of every format the parser reads, made in code. Each holds SENTENCE."""

from __future__ import annotations

import io
import json
import zipfile
from email.message import EmailMessage
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SENTENCE = "The green heron waits at the quiet harbour."
TITLE = "Notes on birds"
SECTION = "Where herons live"
LINK = "https://birds.example/heron"
OTHER = "Its cousin prefers the reeds upstream, where nobody disturbs it in the early morning."

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"


def make_all(folder: Path) -> dict[str, Path]:
    """Write a file of every format into a folder; returns them by suffix."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {}
    for suffix, content in contents().items():
        made[suffix] = folder / f"birds.{suffix}"
        made[suffix].write_bytes(content)
    return made


def contents() -> dict[str, bytes]:
    """Return the bytes of a file of every format by suffix."""
    return {name: data.encode() for name, data in _texts().items()} | {
        "pdf": pdf([[TITLE, SENTENCE], [SECTION, OTHER], ["The third page."]]),
        "docx": docx(),
        "pptx": pptx(),
        "xlsx": xlsx(),
        "epub": epub(),
        "odt": open_document("text", f'<text:h text:outline-level="1">{TITLE}</text:h><text:p>{SENTENCE}</text:p>'),
        "odp": open_document(
            "presentation",
            f'<draw:page draw:name="First"><draw:frame><text:p>{SENTENCE}</text:p></draw:frame></draw:page>',
        ),
        "ods": open_document(
            "spreadsheet",
            '<table:table table:name="Birds"><table:table-row><table:table-cell><text:p>Bird</text:p>'
            "</table:table-cell><table:table-cell><text:p>Note</text:p></table:table-cell></table:table-row><table:table-row>"
            f"<table:table-cell><text:p>Heron</text:p></table:table-cell><table:table-cell><text:p>{SENTENCE}</text:p>"
            "</table:table-cell>"
            '<table:table-cell table:number-columns-repeated="16000"/></table:table-row></table:table>',
        ),
        "eml": eml(),
        "mbox": b"From ann@birds.example Mon Jan  5 10:00:00 2026\n" + eml().replace(b"\r\n", b"\n") + b"\n"
        b"From bob@birds.example Mon Jan  5 11:00:00 2026\nFrom: bob@birds.example\nSubject: Reeds\n\n"
        + OTHER.encode(),
    }


def _texts() -> dict[str, str]:
    notebook = {
        "cells": [
            {"cell_type": "markdown", "source": [f"# {TITLE}\n", "\n", SENTENCE]},
            {"cell_type": "code", "source": "count = 3\nprint(count)", "outputs": [{"text": ["3\n"]}]},
        ],
        "nbformat": 4,
    }
    return {
        "txt": f"{TITLE}\n\n{SENTENCE}\n{OTHER}\n\nSee {LINK} for more.\n",
        "md": f"# {TITLE}\n\n{SENTENCE} See [the page]({LINK}).\n\n## {SECTION}\n\n- reeds\n- harbours\n\n"
        "```python\ndef heron():\n\n    return 3\n```\n\n| bird | count |\n|---|---|\n| heron | 3 |\n\n> quoted\n",
        "rst": f"{TITLE}\n==============\n\n{SENTENCE}\n\n{SECTION}\n-----------------\n\n* reeds\n* harbours\n\n"
        f"Code::\n\n    def heron():\n        return 3\n\nSee `the page <{LINK}>`_.\n",
        "html": f"<!doctype html><html><head><title>{TITLE}</title><style>p {{color: red}}</style></head>"
        f"<body><nav>Home</nav><h1>{TITLE}</h1><p>{SENTENCE} See <a href='{LINK}'>the\npage</a>.</p><h2>{SECTION}</h2>"
        "<ul><li>reeds</li><li>harbours</li></ul><pre>def heron():\n    return 3</pre><table><tr><th>bird</th>"
        "<th>count</th></tr><tr><td>heron</td><td>3</td></tr></table><script>alert('x')</script></body></html>",
        "csv": f'bird,count,note\nheron,3,"{SENTENCE}"\nreed warbler,12,"small, brown"\n',
        "tsv": f"bird\tcount\tnote\nheron\t3\t{SENTENCE}\n",
        "json": json.dumps({"title": TITLE, "birds": [{"name": "heron", "note": SENTENCE, "tags": ["grey", "tall"]}]}),
        "jsonl": "".join(json.dumps({"name": "heron", "note": note}) + "\n" for note in (SENTENCE, OTHER)),
        "ipynb": json.dumps(notebook),
        "xml": f'<?xml version="1.0"?><birds><title>{TITLE}</title><note href="{LINK}">{SENTENCE}</note></birds>',
        "py": f'"""{SENTENCE}"""\n\nimport os\n\n\ndef heron() -> int:\n    """Count."""\n\n    return 3\n',
        "rtf": r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}{\info{\title " + TITLE + r"}}\pard\outlinelevel0 "
        + SECTION + r"\par\pard " + SENTENCE + r" Caf\'e9 \u8364? {\b bold}\par\pard\intbl bird\cell count\cell\row}",
    }  # fmt: skip


def pdf(pages: list[list[str]], *, extra: bytes = b"", size: int = 12) -> bytes:
    """Write a PDF by hand: a line of text per string; the first line of a page is set larger."""
    objects = [b"", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"]
    kids = []
    for lines in pages:
        words = b"BT 72 760 Td "
        for index, line in enumerate(lines):
            escaped = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("cp1252")
            words += b"/F1 %d Tf (%s) Tj 0 %d Td " % (size + 8 * (not index), escaped, -28 if not index else -15)
        words += b"ET"
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(words), words))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R%s>>"
            % (len(objects), extra)
        )
        kids.append(len(objects))
    objects[0] = b"<</Type/Catalog/Pages 2 0 R>>"
    objects[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(b"%d 0 R" % kid for kid in kids), len(kids))
    return pdf_of(objects)


def pdf_of(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """Return a PDF of objects, numbered from 1; the first is its catalogue."""
    data, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    info = b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, len(data))
    return data + head + table + info


def docx() -> bytes:
    """Return a Word document with headings, a list, a table and a link."""
    from docx import Document
    from docx.opc.constants import RELATIONSHIP_TYPE

    document = Document()
    document.core_properties.title = TITLE
    document.add_heading(TITLE, 1)
    document.add_paragraph(SENTENCE)
    document.add_heading(SECTION, 2)
    document.add_paragraph("reeds", style="List Bullet")
    document.add_paragraph("harbours", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("bird", "count", "heron", "3"), strict=True):
        cell.text = text
    document.add_paragraph(OTHER, style="Quote")
    document.part.relate_to(LINK, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    return _saved(document)


def pptx() -> bytes:
    """Return a presentation of two slides, the first with notes."""
    from pptx import Presentation
    from pptx.util import Inches

    show = Presentation()
    first = show.slides.add_slide(show.slide_layouts[1])
    first.shapes.title.text = TITLE
    first.placeholders[1].text = f"{SENTENCE}\nharbours"
    first.notes_slide.notes_text_frame.text = "Speak slowly."
    second = show.slides.add_slide(show.slide_layouts[5])
    second.shapes.title.text = SECTION
    table = second.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    for index, text in enumerate(("bird", "count", "heron", "3")):
        table.cell(index // 2, index % 2).text = text
    return _saved(show)


def xlsx() -> bytes:
    """Return a workbook of two sheets, with a date, a formula and a true value."""
    import datetime

    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "Birds"
    sheet.append(["bird", "count", "seen", "note", "rare"])
    sheet.append(["heron", 3.5, datetime.date(2026, 1, 5), SENTENCE, True])
    sheet["B3"] = "=B2*2"
    other = book.create_sheet("Reeds & more")
    other["C7"] = OTHER
    return _saved(book)


def epub() -> bytes:
    """Return an e-book of two chapters."""
    chapter = "<html><head><title>x</title></head><body><h1>{}</h1><p>{}</p></body></html>"
    package = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{TITLE}</dc:title></metadata><manifest>"
        '<item id="b" href="two.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="a" href="one%201.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="a"/><itemref idref="b"/></spine></package>'
    )
    container = '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "OEBPS/book.opf": package,
            "OEBPS/one 1.xhtml": chapter.format(TITLE, SENTENCE),
            "OEBPS/two.xhtml": chapter.format(SECTION, OTHER),
        }
    )


def open_document(kind: str, body: str) -> bytes:
    """Return an OpenDocument file of a kind (text, presentation, spreadsheet) with that body."""
    spaces = " ".join(
        f'xmlns:{short}="{_OFFICE}{long}:1.0"'
        for short, long in (("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"))
    )
    content = (
        f'<office:document-content {spaces} xmlns:xlink="http://www.w3.org/1999/xlink"><office:body>'
        f"<office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    return zipped({"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": content})


def eml() -> bytes:
    """Return a message in plain text and HTML with an attachment."""
    message = EmailMessage()
    message["From"] = "Ann Ödland <ann@birds.example>"
    message["To"] = "bob@birds.example"
    message["Subject"] = TITLE
    message["Date"] = "Mon, 05 Jan 2026 10:00:00 +0000"
    message.set_content(f"{SENTENCE}\n\n> what did you see?\n\n{OTHER}\n")
    message.add_alternative(f"<p>{SENTENCE}</p>", subtype="html")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="heron.png")
    return message.as_bytes()


def zipped(members: dict[str, str | bytes]) -> bytes:
    """Return a zip file of members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def word_package(document: str) -> bytes:
    """Return the least zip file that is a Word document, with that document.xml."""
    return zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": document})


def word_body(inner: str) -> str:
    """Return a document.xml with that body."""
    return f"<w:document {_W}><w:body>{inner}</w:body></w:document>"


def _saved(document: object) -> bytes:
    file = io.BytesIO()
    document.save(file)  # type: ignore[attr-defined]
    return file.getvalue()
