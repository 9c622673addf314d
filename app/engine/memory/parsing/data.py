"""Reads JSON, lines of JSON and notebooks: values as lines "path: value", notebooks as their cells.

A file too large to hold, or no JSON after all, is read as the text it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from app.engine.domain.parsing import Omitted
from app.engine.memory.parsing.encodings import decode, text_lines
from app.engine.memory.parsing.markdown import scan
from app.engine.memory.parsing.plain import note_addresses, read_code
from app.engine.memory.parsing.reading import LINE, PARAGRAPH, Lump, Read, Source
from app.engine.memory.parsing.refusals import unreadable

_HELD_BYTES = 48 * 1024 * 1024
_LINE_CHARACTERS = 1_000_000
_OUTPUT_CHARACTERS = 4_000


def read_json(source: Source) -> Iterator[Read]:
    """Read a JSON file: an entry of a list is a line, a value of an object is a line."""
    if source.size > _HELD_BYTES:
        yield from read_code(source)
        return
    try:
        value = _load(source)
    except (ValueError, RecursionError):
        yield from read_code(source)
        return
    glue = PARAGRAPH
    for line in _lines(value):
        note_addresses(line, source)
        yield Lump("table", line, glue=glue)
        glue = LINE


def read_jsonl(source: Source) -> Iterator[Read]:
    """Read a file of one JSON value a line."""
    glue, held = PARAGRAPH, ""
    for line in text_lines(source):
        if isinstance(line, Omitted):
            yield line
            continue
        held += line
        if not line.endswith("\n") and len(held) < _LINE_CHARACTERS:
            continue
        yield from _record(held, glue, source)
        held, glue = "", LINE
    yield from _record(held, glue, source)


def read_notebook(source: Source) -> Iterator[Read]:
    """Read the cells of a notebook: its text, its code, and the beginning of what the code printed."""
    if source.size > _HELD_BYTES:
        raise unreadable("document_too_large", f"{_HELD_BYTES // 2**20} MB is the limit for notebooks")
    try:
        book = _load(source)
    except (ValueError, RecursionError) as error:
        raise unreadable("document_damaged", "it is no JSON") from error
    cells = book.get("cells") if isinstance(book, dict) else None
    for cell in cells if isinstance(cells, list) else ():
        if isinstance(cell, dict):
            yield from _cell(cell, source)


def _cell(cell: dict[str, Any], source: Source) -> Iterator[Read]:
    text = _joined(cell.get("source"))
    if cell.get("cell_type") != "code":
        yield from scan(text.splitlines(keepends=True), source)
        return
    yield Lump("code", text)
    for output in cell.get("outputs") or ():
        if isinstance(output, dict):
            data = output.get("data")
            plain = data.get("text/plain") if isinstance(data, dict) else None
            yield Lump("code", _joined(output.get("text") or plain)[:_OUTPUT_CHARACTERS])


def _joined(value: Any) -> str:
    return "".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _load(source: Source) -> Any:
    text = decode(source.path.read_bytes())
    if "\0" in text:
        raise unreadable("unknown_format", "it holds bytes that are no text")
    source.facts.encoding = "utf-8"
    return json.loads(text)


def _record(text: str, glue: str, source: Source) -> Iterator[Read]:
    text = text.strip()
    if not text:
        return
    note_addresses(text, source)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        yield Lump("table", text, glue=glue)
        return
    yield Lump("table", _flat(value), glue=glue)


def _lines(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        yield from map(_flat, value)
    elif isinstance(value, dict):
        for path, leaf in _leaves(value):
            yield f"{path}: {leaf}"
    else:
        yield _word(value)


def _flat(value: Any) -> str:
    if not isinstance(value, dict | list):
        return _word(value)
    return "; ".join(f"{path}: {leaf}" for path, leaf in _leaves(value))


def _leaves(value: Any) -> Iterator[tuple[str, str]]:
    """Yield the values within a value with the paths to them, without recursion."""
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        path, inner = waiting.pop()
        if isinstance(inner, dict):
            entries = [(f"{path}.{key}" if path else str(key), entry) for key, entry in inner.items()]
            waiting.extend(reversed(entries))
        elif isinstance(inner, list) and inner and not any(isinstance(entry, dict | list) for entry in inner):
            yield path, ", ".join(map(_word, inner))
        elif isinstance(inner, list):
            waiting.extend((f"{path}[{index}]", inner[index]) for index in range(len(inner) - 1, -1, -1))
        else:
            yield path, _word(inner)


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
