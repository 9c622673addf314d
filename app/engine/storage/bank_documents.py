"""The documents of one bank: listed, found again by their address, and moved from state to state. Knows no text."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from app.engine.domain.errors import NotFound
from app.engine.domain.memory import (
    Attributes,
    BankStats,
    Chunking,
    Document,
    DocumentFailure,
    DocumentPage,
    DocumentReport,
    DocumentState,
)
from app.engine.storage.connection import Connection
from app.engine.storage.database import Database

_DETAILS = ("mime", "failure", "report", "attributes", "chunking", "title", "language", "flagged")
_STEP = 500


class Details(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What of a document is kept as JSON: the same fields as in `Document`."""

    mime: str = ""
    failure: DocumentFailure | None = None
    report: DocumentReport = DocumentReport()
    attributes: Attributes = {}
    chunking: Chunking | None = None
    title: str = ""
    language: str = ""
    flagged: bool = False


class Known(Struct, frozen=True):
    """What is remembered of a file, to tell whether it changed."""

    number: int
    id: str
    size_bytes: int
    mtime_ns: int
    sha256: str
    state: DocumentState


class NewDocument(Struct, frozen=True, kw_only=True):
    """A document to be listed; one with the same `uri` is read again under its old id.

    `content` is the digest under which the bank keeps what is nowhere else.
    """

    document: Document
    mtime_ns: int = 0
    content: str = ""


class Work(Struct, frozen=True, kw_only=True):
    """A document to be read, with its row number and the generation to stage."""

    number: int
    generation: int
    document: Document
    mtime_ns: int
    content: str
    ocr: bool


class DocumentStore:
    """Reads and writes the documents of one bank."""

    def __init__(self, database: Database, bank_id: str) -> None:
        self._db = database
        self._bank_id = bank_id

    async def put(self, fresh: Sequence[NewDocument]) -> tuple[Document, ...]:
        """List documents as waiting; returns them as they stand, with the ids of those known before."""

        def put(conn: Connection) -> tuple[Document, ...]:
            return tuple(self._put(conn, each) for each in fresh)

        return await self._db.write(put)

    def _put(self, conn: Connection, fresh: NewDocument) -> Document:
        document = fresh.document
        known = _row(conn, "uri = ?", document.uri) if document.uri else None
        if known is None:
            row = {**_columns(document), "mtime_ns": fresh.mtime_ns, "content": fresh.content}
            conn.table("documents").insert(row)
            return document
        changes = {
            **_columns(document), "id": known["id"], "created_at": known["created_at"], "mtime_ns": fresh.mtime_ns,
            "content": fresh.content, "sha256": "", "same_as": None,
        }  # fmt: skip
        _drop_staged(conn, known["number"])
        promote_twin(conn, known["number"])
        _update(conn, known["number"], changes)
        return self._document(_row_by_number(conn, known["number"]))

    async def get(self, document_id: str) -> Document:
        """Return a document by its id or that of its stored file; raises NotFound."""
        return await self._db.read(lambda conn: self._document(_require(conn, document_id)))

    async def number(self, document_id: str) -> int:
        """Return a document's row number; raises NotFound."""
        return await self._db.read(lambda conn: int(_require(conn, document_id)["number"]))

    async def text_number(self, document_id: str) -> int:
        """Return the row number under which a document's text stands: its own, or that of one with the same content."""
        row = await self._db.read(lambda conn: _require(conn, document_id))
        return int(row["same_as"] or row["number"])

    async def many(self, numbers: Iterable[int]) -> dict[int, Document]:
        """Return documents by row number."""
        wanted = sorted(set(numbers))

        def read(conn: Connection) -> dict[int, Document]:
            found: dict[int, Document] = {}
            for begin in range(0, len(wanted), _STEP):
                some = wanted[begin : begin + _STEP]
                marks = ",".join("?" * len(some))
                rows = conn.query(f"select * from documents where number in ({marks})", some)
                found.update({row["number"]: self._document(row) for row in rows})
            return found

        return await self._db.read(read)

    async def of_files(self, file_ids: Sequence[str]) -> tuple[Document, ...]:
        """Return the documents made from stored files, in their order; files without one are left out."""

        def read(conn: Connection) -> tuple[Document, ...]:
            found: dict[str, Document] = {}
            for begin in range(0, len(file_ids), _STEP):
                some = list(file_ids[begin : begin + _STEP])
                marks = ",".join("?" * len(some))
                rows = conn.query(f"select * from documents where file_id in ({marks})", some)
                found.update({row["file_id"]: self._document(row) for row in rows})
            return tuple(found[each] for each in file_ids if each in found)

        return await self._db.read(read)

    async def content_of(self, uri: str) -> str:
        """Return the digest under which the bank keeps the content of a document, empty for none."""
        row = await self._db.read(lambda conn: _row(conn, "uri = ?", uri))
        return str(row["content"]) if row else ""

    async def page(
        self,
        *,
        after: str | None,
        before: str | None,
        limit: int,
        newest_first: bool,
        states: tuple[DocumentState, ...],
        name: str,
    ) -> DocumentPage:
        """Return documents by time of adding; see the facade."""

        def read(conn: Connection) -> DocumentPage:
            where, values = _conditions(states, name)
            total = next(conn.query(f"select count(*) as n from documents where {where}", values))["n"]
            backwards = before is not None
            descending = newest_first != backwards
            if (edge := before or after) is not None:
                where += f" and number {'<' if descending else '>'} ?"
                values = [*values, _require(conn, edge)["number"]]
            order = "desc" if descending else "asc"
            query = f"select * from documents where {where} order by number {order} limit ?"
            rows = list(conn.query(query, [*values, limit + 1]))
            some = [self._document(row) for row in rows[:limit]]
            ordered = tuple(reversed(some)) if backwards else tuple(some)
            return DocumentPage(documents=ordered, has_more=len(rows) > limit, total=total)

        return await self._db.read(read)

    async def known(self, uris: Sequence[str]) -> dict[str, Known]:
        """Return what is remembered of files, by address."""

        def read(conn: Connection) -> dict[str, Known]:
            found: dict[str, Known] = {}
            for begin in range(0, len(uris), _STEP):
                some = list(uris[begin : begin + _STEP])
                marks = ",".join("?" * len(some))
                query = (
                    f"select number, id, uri, size_bytes, mtime_ns, sha256, state from documents where uri in ({marks})"
                )
                for row in conn.query(query, some):
                    uri = row.pop("uri")
                    found[uri] = Known(**row)
            return found

        return await self._db.read(read)

    async def of_folder(self, folder_id: str) -> dict[str, str]:
        """Return the ids of a watched folder's documents by address."""
        query = "select uri, id from documents where folder_id = ?"
        rows = await self._db.read(lambda conn: list(conn.query(query, [folder_id])))
        return {row["uri"]: row["id"] for row in rows}

    async def touch(self, changes: Mapping[int, tuple[int, int]]) -> None:
        """Remember new sizes and times of files whose content is the same, by row number."""
        rows = [(size, mtime, number) for number, (size, mtime) in changes.items()]
        query = "update documents set size_bytes = ?, mtime_ns = ? where number = ?"
        await self._db.write(lambda conn: conn.conn.executemany(query, rows))

    async def next_waiting(self) -> Work | None:
        """Take the document that waited longest into the state "parsing" and return it."""

        def take(conn: Connection) -> Work | None:
            row = _row(conn, "state = ? order by number limit 1", "waiting")
            if row is None:
                return None
            generation = (row["live"] or 0) + 1
            _drop_staged(conn, row["number"])
            changes = {"state": "parsing", "staged": generation, "done": 0, "total": 0, "updated_at": time.time()}
            _update(conn, row["number"], changes)
            document = self._document({**row, **changes})
            return Work(
                number=row["number"], generation=generation, document=document, mtime_ns=row["mtime_ns"],
                content=row["content"], ocr=bool(row["ocr"]),
            )  # fmt: skip

        return await self._db.write(take)

    async def twin(self, number: int, sha256: str) -> tuple[int, Document] | None:
        """Return another document with the same content that is read already, with its row number, or None."""
        query = (
            "sha256 = ? and number != ? and same_as is null and state in ('ready', 'embedding', 'indexing') "
            "order by number limit 1"
        )
        row = await self._db.read(lambda conn: _row(conn, query, sha256, number))
        return (row["number"], self._document(row)) if row else None

    async def follow(self, work: Work, twin: int, **fields: Any) -> bool:
        """Let a document that is being read be searched through its twin; False when either has moved on meanwhile."""

        def follow(conn: Connection) -> bool:
            row = _row_of_work(conn, work)
            there = _row(conn, "number = ? and state in ('ready', 'embedding', 'indexing')", twin)
            if row is None or there is None:
                return False
            conn.execute("delete from chunks where document = ?", [work.number])
            conn.execute("delete from parts where document = ?", [work.number])
            own = {"state": "ready", "same_as": twin, "live": None, "staged": None, "chunks": 0, "done": 0, "total": 0}
            _change(conn, row, {**own, **fields})
            return True

        return await self._db.write(follow)

    async def change_work(self, work: Work, **fields: Any) -> bool:
        """Change fields of a document that is being read; False when it was cancelled or listed anew meanwhile."""

        def change(conn: Connection) -> bool:
            row = _row_of_work(conn, work)
            if row is not None:
                _change(conn, row, fields)
            return row is not None

        return await self._db.write(change)

    async def change(self, number: int, **fields: Any) -> Document | None:
        """Change fields of a document and return it; None when it is gone."""

        def change(conn: Connection) -> Document | None:
            row = _row(conn, "number = ?", number)
            if row is None:
                return None
            _change(conn, row, fields)
            return self._document(_row_by_number(conn, number))

        return await self._db.write(change)

    async def change_where(
        self, document_ids: Sequence[str], states: tuple[DocumentState, ...], **fields: Any
    ) -> tuple[Document, ...]:
        """Change fields of documents in one of these states (none named: all of the bank) and return them."""

        def change(conn: Connection) -> tuple[Document, ...]:
            rows = [row for row in _rows(conn, document_ids, states) if row["state"] in states]
            for row in rows:
                _change(conn, row, fields)
                if fields.get("state") in ("cancelled", "waiting"):
                    _drop_staged(conn, row["number"])
                    if row["live"] is None or row["state"] == "ready":
                        promote_twin(conn, row["number"])
            return tuple(self._document(_row_by_number(conn, row["number"])) for row in rows)

        return await self._db.write(change)

    async def fail(self, number: int, failure: DocumentFailure) -> None:
        """Let a document that is worked on have failed; what was staged of it goes, what is live stays."""

        def fail(conn: Connection) -> None:
            row = _row(conn, "number = ?", number)
            if row is not None and row["state"] in ("parsing", "embedding", "indexing"):
                _drop_staged(conn, number)
                if row["live"] is None:
                    promote_twin(conn, number)
                _change(conn, row, {"state": "failed", "failure": failure})

        await self._db.write(fail)

    async def begin_indexing(self, numbers: Sequence[int]) -> tuple[int, ...]:
        """Let documents that still wait for the index be indexing; returns those."""

        def begin(conn: Connection) -> tuple[int, ...]:
            marks = ",".join("?" * len(numbers))
            conn.execute(
                f"update documents set state = 'indexing' where number in ({marks}) and state = 'embedding'",
                list(numbers),
            )
            query = f"select number from documents where number in ({marks}) and state = 'indexing'"
            return tuple(row["number"] for row in conn.query(query, list(numbers)))

        return await self._db.write(begin)

    async def main_language(self, numbers: Sequence[int]) -> str:
        """Return the language of most of these documents."""
        languages = Counter(document.language for document in (await self.many(numbers)).values())
        return languages.most_common(1)[0][0] if languages else ""

    async def contents(self) -> frozenset[str]:
        """Return the digests of contents that documents of this bank refer to."""
        query = "select distinct content from documents where content != ''"
        rows = await self._db.read(lambda conn: list(conn.query(query)))
        return frozenset(row["content"] for row in rows)

    async def has_work(self) -> bool:
        """Tell whether a document still has a way to go."""
        query = "select 1 from documents where state in ('waiting', 'parsing', 'embedding', 'indexing') limit 1"
        return bool(await self._db.read(lambda conn: list(conn.query(query))))

    async def stats(self) -> BankStats:
        """Count documents by state, and live chunks."""
        return await self._db.read(_stats)

    async def waiting_bytes(self) -> tuple[int, int]:
        """Return the sizes of documents that wait, and of those that are read already."""
        query = """
            select coalesce(sum(size_bytes) filter (where state = 'waiting'), 0) as waiting,
                   coalesce(sum(size_bytes) filter (where state = 'ready'), 0) as ready from documents
        """
        row = await self._db.read(lambda conn: next(conn.query(query)))
        return row["waiting"], row["ready"]

    async def recover(self) -> int:
        """Let documents whose reading a crash cut short wait again; returns how many."""

        def recover(conn: Connection) -> int:
            rows = list(conn.query("select number from documents where state = 'parsing'"))
            for row in rows:
                _drop_staged(conn, row["number"])
                _update(conn, row["number"], {"state": "waiting", "done": 0, "total": 0})
            # The index may hold them already; committing once more changes nothing then.
            indexing = conn.execute("update documents set state = 'embedding' where state = 'indexing'").rowcount
            return len(rows) + indexing

        return await self._db.write(recover)

    async def languages(self) -> dict[str, int]:
        """Return how many characters of the live documents are in which language."""
        rows = await self._db.read(
            lambda conn: list(
                conn.query("""
                    select coalesce(json_extract(body, '$.language'), '') as language,
                           sum(coalesce(json_extract(body, '$.report.characters'), 1)) as n
                    from documents where live is not null group by 1
                """)
            )
        )
        return {row["language"]: row["n"] for row in rows}

    async def select(self, keep: Callable[[Document], bool]) -> dict[int, int]:
        """Return the row numbers of live documents for which `keep` holds, by the number their text stands under."""

        def read(conn: Connection) -> dict[int, int]:
            # Copies come first, so that an original that is meant as well takes their place.
            rows = conn.query(
                "select * from documents where live is not null or same_as is not null order by same_as is null"
            )
            return {row["same_as"] or row["number"]: row["number"] for row in rows if keep(self._document(row))}

        return await self._db.read(read)

    def _document(self, row: Mapping[str, Any]) -> Document:
        details = msgspec.json.decode(row["body"], type=Details)
        return Document(
            id=row["id"],
            bank_id=self._bank_id,
            name=row["name"],
            uri=row["uri"],
            file_id=row["file_id"],
            folder_id=row["folder_id"],
            size_bytes=row["size_bytes"],
            sha256=row["sha256"],
            state=row["state"],
            done=row["done"],
            total=row["total"],
            created_at=row["created_at"],
            updated_at=row["updated_at"],
            **{name: getattr(details, name) for name in _DETAILS},
        )


def promote_twin(conn: Connection, number: int) -> None:
    """Let a document that was the same as this one be read by itself from now on."""
    twin = next(conn.query("select number from documents where same_as = ? order by number limit 1", [number]), None)
    if twin is not None:
        conn.execute("update documents set state = 'waiting', same_as = null where number = ?", [twin["number"]])
        conn.execute("update documents set same_as = ? where same_as = ?", [twin["number"], number])


def _row_of_work(conn: Connection, work: Work) -> dict[str, Any] | None:
    return _row(conn, "number = ? and state = 'parsing' and staged = ?", work.number, work.generation)


def _columns(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "uri": document.uri,
        "name": document.name,
        "file_id": document.file_id,
        "folder_id": document.folder_id,
        "state": document.state,
        "done": 0,
        "total": 0,
        "size_bytes": document.size_bytes,
        "body": msgspec.json.encode(Details(**{name: getattr(document, name) for name in _DETAILS})).decode(),
        "created_at": document.created_at,
        "updated_at": document.updated_at,
    }


def _change(conn: Connection, row: Mapping[str, Any], fields: Mapping[str, Any]) -> None:
    columns = {name: value for name, value in fields.items() if name not in _DETAILS}
    details = {name: value for name, value in fields.items() if name in _DETAILS}
    if details:
        old = msgspec.json.decode(row["body"], type=Details)
        columns["body"] = msgspec.json.encode(msgspec.structs.replace(old, **details)).decode()
    _update(conn, row["number"], {"updated_at": time.time(), **columns})


def _update(conn: Connection, number: int, columns: Mapping[str, Any]) -> None:
    names = ", ".join(f"{name} = ?" for name in columns)
    conn.execute(f"update documents set {names} where number = ?", [*columns.values(), number])


def _row(conn: Connection, where: str, *values: Any) -> dict[str, Any] | None:
    return next(conn.query(f"select * from documents where {where}", list(values)), None)


def _row_by_number(conn: Connection, number: int) -> dict[str, Any]:
    return next(conn.query("select * from documents where number = ?", [number]))


def _require(conn: Connection, document_id: str) -> dict[str, Any]:
    row = _row(conn, "id = ?", document_id) or _row(conn, "file_id = ? order by number desc", document_id)
    if row is None:
        raise NotFound(f"The bank has no document “{document_id}”.", param="document_id")
    return row


def _rows(conn: Connection, document_ids: Sequence[str], states: tuple[DocumentState, ...]) -> list[dict[str, Any]]:
    if not document_ids:
        marks = ",".join("?" * len(states))
        return list(conn.query(f"select * from documents where state in ({marks})", list(states)))
    return [_require(conn, document_id) for document_id in document_ids]


def _conditions(states: tuple[DocumentState, ...], name: str) -> tuple[str, list[Any]]:
    where, values = ["true"], list[Any]()
    if states:
        where.append(f"state in ({','.join('?' * len(states))})")
        values += states
    if name:
        where.append("instr(lower(name), lower(?)) > 0")
        values.append(name)
    return " and ".join(where), values


def _drop_staged(conn: Connection, number: int) -> None:
    row = _row_by_number(conn, number)
    if row["staged"] is None:
        return
    conn.execute("delete from chunks where document = ? and generation = ?", [number, row["staged"]])
    conn.execute("delete from parts where document = ? and generation = ?", [number, row["staged"]])
    conn.execute("update documents set staged = null where number = ?", [number])


def _stats(conn: Connection) -> BankStats:
    counts = {row["state"]: row["n"] for row in conn.query("select state, count(*) as n from documents group by state")}
    chunks = next(conn.query("select coalesce(sum(chunks), 0) as n from documents"))["n"]
    working = sum(counts.get(state, 0) for state in ("waiting", "parsing", "embedding", "indexing", "paused"))
    return BankStats(
        documents=sum(counts.values()),
        ready=counts.get("ready", 0),
        working=working,
        failed=counts.get("failed", 0),
        cancelled=counts.get("cancelled", 0),
        chunks=chunks,
    )
