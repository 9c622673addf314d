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
import lzma
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from app.engine.domain.errors import InvalidRequest
from app.engine.domain.memory import Bank
from app.engine.storage.bank_documents import Details
from app.engine.storage.connection import Connection
from app.engine.storage.database import Database

FORMAT = "paddock.bank"
VERSION = 1
KEY_BYTES = 16
_BATCH = 1000
_LIMIT = 64 * 1024**3
_LINE_LIMIT = 64 * 1024**2
# What a damaged or hostile zip raises, depending on where it is damaged and how it says it is packed.
_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, KeyError, EOFError, OSError, RuntimeError)
_DIGEST = re.compile(r"[0-9a-f]{64}")
_Number = Annotated[int, Meta(ge=0, lt=2**62)]
_Digest = Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?\Z")]


class _Document(Struct, frozen=True):
    """What is read or failed for good. Another state would make this machine read a file that a stranger names."""

    number: _Number
    id: str
    uri: str
    name: str
    file_id: str | None
    state: Literal["ready", "failed", "cancelled"]
    done: _Number
    total: _Number
    size_bytes: _Number
    mtime_ns: _Number
    sha256: str
    content: _Digest
    same_as: _Number | None
    live: _Number | None
    chunks: _Number
    body: str
    created_at: float
    updated_at: float


class _Part(Struct, frozen=True):
    number: _Number
    document: _Number
    generation: _Number
    ordinal: _Number
    page: _Number
    label: str
    start: _Number
    length: _Number
    text: str


class _Chunk(Struct, frozen=True):
    number: _Number
    document: _Number
    generation: _Number
    ordinal: _Number
    part: _Number
    start: _Number
    length: _Number
    headings: str
    tokens: _Number
    words: _Number
    key: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]


class _Entry(Struct, frozen=True):
    key: str
    value: str
    updated_at: float


class _Entity(Struct, frozen=True):
    number: _Number
    name: str
    folded: str
    kind: str


class _Mention(Struct, frozen=True):
    chunk: _Number
    entity: _Number


class _Relation(Struct, frozen=True):
    source: _Number
    target: _Number
    kind: str
    chunk: _Number


# Rows by table; those of one document hang together by their numbers, which are kept.
_ROWS: Mapping[str, type[Struct]] = {
    "documents": _Document,
    "parts": _Part,
    "chunks": _Chunk,
    "entries": _Entry,
    "entities": _Entity,
    "mentions": _Mention,
    "relations": _Relation,
}
# A document that is read again is what it was until it is read.
_DONE = "state in ('ready', 'failed', 'cancelled')"
_WRITTEN = {
    "state": f"case when {_DONE} then state else 'ready' end",
    "done": f"case when {_DONE} then done else chunks end",
    "total": f"case when {_DONE} then total else chunks end",
}
_LIVE = {
    "documents": "where live is not null or same_as in (select number from documents where live is not null) "
    "or (same_as is null and state in ('failed', 'cancelled'))",
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
            for table in _ROWS:
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
    except (*_DAMAGED, msgspec.MsgspecError) as error:
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
            for table, kind in _ROWS.items():
                with archive.open(f"{table}.jsonl") as file:
                    _read_rows(conn, table, kind, file)
            if list(conn.execute("pragma foreign_key_check")):
                raise ValueError("a row belongs to one that is not there")
            with archive.open("vectors.bin") as file:
                _read_vectors(conn, bank.embedding_dimension, file)
            if bank.embedding_dimension:
                conn.execute("insert into pending select number from chunks where key not in (select key from vectors)")
            _read_contents(archive, contents)

    try:
        await database.write(read)
    except (*_DAMAGED, ValueError) as error:
        raise _not_a_bank(source) from error


def _write_rows(conn: Connection, table: str, file: IO[bytes]) -> None:
    names = _ROWS[table].__struct_fields__
    columns = ", ".join(
        f"{_WRITTEN[name]} as {name}" if table == "documents" and name in _WRITTEN else name for name in names
    )
    for row in conn.query(f"select {columns} from {table} {_LIVE.get(table, '')}"):
        plain = {name: value.hex() if isinstance(value, bytes) else value for name, value in row.items()}
        file.write(json.dumps(plain, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")


def _read_rows(conn: Connection, table: str, kind: type[Struct], file: IO[bytes]) -> None:
    names = kind.__struct_fields__
    statement = f"insert into {table} ({', '.join(names)}) values ({', '.join('?' * len(names))})"
    try:
        for rows in _batches(file, msgspec.json.Decoder(kind)):
            conn.conn.executemany(statement, map(_values, rows))
    except sqlite3.IntegrityError as error:
        raise ValueError(f"{table} has a row twice") from error


def _values(row: Struct) -> tuple[Any, ...]:
    match row:
        case _Document():
            msgspec.json.decode(row.body, type=Details)
        case _Chunk():
            msgspec.json.decode(row.headings, type=tuple[str, ...])
            return (*msgspec.structs.astuple(row)[:-1], bytes.fromhex(row.key))
    return msgspec.structs.astuple(row)


def _batches(file: IO[bytes], decoder: msgspec.json.Decoder[Struct]) -> Iterator[list[Struct]]:
    rows: list[Struct] = []
    while line := file.readline(_LINE_LIMIT):
        rows.append(decoder.decode(line))
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
