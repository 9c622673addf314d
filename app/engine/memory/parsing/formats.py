"""Which reader reads which format. A reader is imported when its first document comes: most children need few."""

from __future__ import annotations

from importlib import import_module

from app.engine.memory.parsing.reading import Reader

_READERS = {
    "text": "plain:read_text",
    "code": "plain:read_code",
    "markdown": "markdown:read",
    "rst": "restructured:read",
    "html": "html:read",
    "json": "data:read_json",
    "jsonl": "data:read_jsonl",
    "ipynb": "data:read_notebook",
    "csv": "csv_table:read",
    "tsv": "csv_table:read",
    "pdf": "pdf:read",
    "docx": "docx:read",
    "pptx": "pptx:read",
    "xlsx": "xlsx:read",
    "epub": "epub:read",
    "odt": "open_document:read",
    "odp": "open_document:read",
    "ods": "open_document:read",
    "rtf": "rtf:read",
    "eml": "mail:read_message",
    "mbox": "mail:read_mailbox",
    "xml": "xml_text:read",
    "picture": "ocr:read_picture",
}

FORMATS = frozenset(_READERS)


def reader_of(name: str) -> Reader:
    """Return the reader of a format."""
    module, function = _READERS[name].split(":")
    reader: Reader = getattr(import_module(f"app.engine.memory.parsing.{module}"), function)
    return reader
