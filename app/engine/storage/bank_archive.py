"""A bank as one file: a zip of its description, and of its rows as lines of JSON and plain bytes. Opens no index.

    bank.json       description and format version
    documents.jsonl, parts.jsonl, chunks.jsonl, entries.jsonl, entities.jsonl, mentions.jsonl, relations.jsonl
    vectors.bin     16 bytes of key and the vector (float16), one after the other
    contents/…      what exists nowhere else, by its digest

A file of a stranger brings values only: every row is checked and written into tables of our own making.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import msgspec
from msgspec import Struct

from app.engine.domain.errors import InvalidRequest
from app.engine.domain.memory import Bank
from app.engine.storage.connection import Connection
from app.engine.storage.database import Database

FORMAT = "paddock.bank"
VERSION = 1
KEY_BYTES = 16
_BATCH = 1000
_LIMIT = 64 * 1024**3
_DIGEST = re.compile(r"[0-9a-f]{64}")
# Columns by table; the rows of one document hang together by their numbers, which are kept.
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "documents": (
        "number", "id", "uri", "name", "file_id", "state", "done", "total", "size_bytes", "mtime_ns", "sha256",
        "content", "same_as", "live", "chunks", "body", "created_at", "updated_at",
    ),
    "parts": ("number", "document", "generation", "ordinal", "page", "label", "start", "length", "text"),
    "chunks": (
        "number", "document", "generation", "ordinal", "part", "start", "length", "headings", "tokens", "words", "key",
    ),
    "entries": ("key", "value", "updated_at"),
    "entities": ("number", "name", "folded", "kind"),
    "mentions": ("chunk", "entity"),
    "relations": ("source", "target", "kind", "chunk"),
}  # fmt: skip
_LIVE = {
    "documents": "where live is not null or same_as is not null or state in ('failed', 'cancelled')",
    "parts": "where generation = (select live from documents where documents.number = parts.document)",
    "chunks": "where generation = (select live from documents where documents.number = chunks.document)",
}


class Cover(Struct, frozen=True, kw_only=True):
    """What stands in `bank.json`."""

    format: str
    version: int
    bank: Bank


async def export(database: Database, bank: Bank, contents: Path, target: Path) -> None:
    """Write a bank to `target`, which must not exist; consistent even while documents come in."""

    def write(conn: Connection) -> None:
        with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
            cover = Cover(format=FORMAT, version=VERSION, bank=bank)
            archive.writestr("bank.json", msgspec.json.format(msgspec.json.encode(cover)))
            for table in _COLUMNS:
                with archive.open(f"{table}.jsonl", "w", force_zip64=True) as file:
                    _write_rows(conn, table, file)
            with archive.open("vectors.bin", "w", force_zip64=True) as file:
                for row in conn.query("select key, vector from vectors where key in (select key from chunks)"):
                    file.write(row["key"] + row["vector"])
            for path in sorted(contents.glob("*")) if contents.is_dir() else ():
                archive.write(path, f"contents/{path.name}")

    await database.read(write)


def read_cover(path: Path) -> Bank:
    """Return the description in a bank's file, blocking; raises InvalidRequest for any other file."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(info.file_size for info in archive.infolist()) > _LIMIT:
                raise InvalidRequest(f"{path.name} is larger inside than a bank can be.", param="path")
            with archive.open("bank.json") as file:
                cover = msgspec.json.decode(file.read(1024 * 1024), type=Cover)
    except (OSError, zipfile.BadZipFile, KeyError, msgspec.MsgspecError, NotImplementedError, RuntimeError) as error:
        raise _not_a_bank(path) from error
    if cover.format != FORMAT:
        raise _not_a_bank(path)
    if cover.version > VERSION:
        raise InvalidRequest(f"{path.name} was written by a newer Paddock.", hint="Update Paddock first.", param="path")
    return cover.bank


async def read_into(database: Database, bank: Bank, contents: Path, source: Path) -> None:
    """Fill a new bank's database and contents from a file; all or nothing. Raises InvalidRequest."""

    def read(conn: Connection) -> None:
        with zipfile.ZipFile(source) as archive:
            # Duplicates name documents that come later in the file.
            conn.execute("pragma defer_foreign_keys = on")
            for table, columns in _COLUMNS.items():
                with archive.open(f"{table}.jsonl") as file:
                    _read_rows(conn, table, columns, file)
            with archive.open("vectors.bin") as file:
                _read_vectors(conn, bank.embedding_dimension, file)
            if bank.embedding_dimension:
                conn.execute("insert into pending select number from chunks where key not in (select key from vectors)")
            _read_contents(archive, contents)

    try:
        await database.write(read)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError, OSError, NotImplementedError) as error:
        raise _not_a_bank(source) from error


def _write_rows(conn: Connection, table: str, file: IO[bytes]) -> None:
    names = ", ".join(_COLUMNS[table])
    for row in conn.query(f"select {names} from {table} {_LIVE.get(table, '')}"):
        plain = {name: value.hex() if isinstance(value, bytes) else value for name, value in row.items()}
        file.write(json.dumps(plain, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")


def _read_rows(conn: Connection, table: str, columns: tuple[str, ...], file: IO[bytes]) -> None:
    statement = f"insert into {table} ({', '.join(columns)}) values ({', '.join('?' * len(columns))})"
    for rows in _batches(file):
        conn.conn.executemany(statement, [[_value(table, name, row[name]) for name in columns] for row in rows])


def _value(table: str, name: str, value: Any) -> Any:
    if not isinstance(value, str | int | float | None):
        raise ValueError(f"{table}.{name} is a {type(value).__name__}")
    return bytes.fromhex(value) if table == "chunks" and name == "key" and isinstance(value, str) else value


def _batches(file: IO[bytes]) -> Iterator[list[dict[str, Any]]]:
    rows: list[dict[str, Any]] = []
    for line in file:
        rows.append(json.loads(line))
        if len(rows) >= _BATCH:
            yield rows
            rows = []
    yield rows


def _read_vectors(conn: Connection, dimension: int, file: IO[bytes]) -> None:
    size = KEY_BYTES + 2 * dimension
    take: Callable[[], bytes] = lambda: file.read(size * _BATCH)  # noqa: E731
    while block := take():
        if not dimension or len(block) % size:
            raise ValueError("vectors.bin does not fit the bank's dimension")
        pairs = [(block[i : i + KEY_BYTES], block[i + KEY_BYTES : i + size]) for i in range(0, len(block), size)]
        conn.conn.executemany("insert or ignore into vectors (key, vector) values (?, ?)", pairs)


def _read_contents(archive: zipfile.ZipFile, contents: Path) -> None:
    for info in archive.infolist():
        name = info.filename.removeprefix("contents/")
        if name == info.filename or not _DIGEST.fullmatch(name):
            continue
        contents.mkdir(mode=0o700, exist_ok=True)
        digest = hashlib.sha256()
        with archive.open(info) as source, (contents / name).open("wb") as target:
            while block := source.read(1024 * 1024):
                digest.update(block)
                target.write(block)
        if digest.hexdigest() != name:
            raise ValueError(f"contents/{name} is damaged")


def _not_a_bank(path: Path) -> InvalidRequest:
    return InvalidRequest(
        f"{path.name} is not a memory bank of Paddock, or it is damaged.", hint="Export it again.", param="path",
        code="bank_file_invalid",
    )  # fmt: skip
