"""Sessions, turns and steps on disk. A turn is stored before its answer starts, and the answer as it streams.

Streamed text is appended to `step_fragments` and folded into the step when it ends, so that a kill at any moment
loses nothing that was shown. Must not know models or how a turn is run.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from app.engine.domain.agents import AgentConfig, Attachment, CitationMark, Failure, InferenceStep, Session, Step, Turn
from app.engine.domain.errors import NotFound
from app.engine.domain.inference import Message
from app.engine.storage.connection import Connection
from app.engine.storage.database import Database
from app.engine.storage.migrations import migration


@migration("0002_sessions")
def create_sessions(conn: Connection) -> None:
    """Create folders, sessions, turns, steps and the index of their words."""
    for statement in _TABLES.split(";"):
        conn.execute(statement)


_TABLES = """
create table folders (id text primary key, name text not null, created_at real not null) without rowid;
create table sessions (
    id text primary key,
    title text not null,
    config text not null,
    folder_id text references folders (id) on delete set null,
    pinned integer not null default 0,
    active_turn_id text,
    created_at real not null,
    updated_at real not null,
    deleted_at real
) without rowid;
create table turns (
    number integer primary key,
    id text not null unique,
    session_id text not null references sessions (id) on delete cascade,
    parent_id text references turns (id) on delete cascade,
    input text not null,
    output text,
    state text not null,
    failure text,
    started_at real not null,
    completed_at real
);
create index turns_session on turns (session_id, parent_id);
create index turns_parent on turns (parent_id);
create table steps (
    number integer primary key,
    id text not null unique,
    turn_id text not null references turns (id) on delete cascade,
    body text not null
);
create index steps_turn on steps (turn_id);
create table step_fragments (
    number integer primary key,
    step_id text not null references steps (id) on delete cascade,
    text text not null
);
create index fragments_step on step_fragments (step_id);
create virtual table turn_words using fts5 (
    text, turn_id unindexed, session_id unindexed, tokenize = 'unicode61 remove_diacritics 2'
)
"""


@migration("0007_turn_sources")
def add_turn_sources(conn: Connection) -> None:
    """Let turns keep the files given with them, and which statements rest on which sources."""
    for name in ("attachments", "citations"):
        conn.execute(f"alter table turns add column {name} text not null default '[]'")


MIGRATIONS = (create_sessions, add_turn_sources)

_PATH = """
with recursive path (id, depth) as (
    select id, 0 from turns where id = :leaf
    union all
    select turns.parent_id, depth + 1 from path join turns on turns.id = path.id
    where turns.parent_id is not null and depth + 1 < :limit
)
select turns.* from path join turns on turns.id = path.id order by depth desc
"""
_NEWEST_LEAF = """
with recursive below (id) as (
    select :turn union all select turns.id from below join turns on turns.parent_id = below.id
)
select id from turns where id in (select id from below)
and not exists (select 1 from turns child where child.parent_id = turns.id)
order by number desc limit 1
"""


class SessionStore:
    """Reads and writes sessions and all that belongs to them."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def recover(self) -> int:
        """Mark turns that a crash cut off as interrupted and keep their text; returns how many there were."""
        return await self._db.write(_recover)

    async def add_session(self, session: Session) -> None:
        """Store a new session."""
        await self._db.write(lambda conn: conn.table("sessions").insert(_session_row(session)))

    async def session(self, session_id: str) -> Session:
        """Return a session, deleted or not; raises NotFound."""
        return await self._db.read(lambda conn: _session(conn, session_id))

    async def sessions(self) -> tuple[Session, ...]:
        """Return the sessions that are not deleted: pinned ones first, then by last use."""
        query = "select * from sessions where deleted_at is null order by pinned desc, updated_at desc"
        return await self._db.read(lambda conn: tuple(_to_session(row) for row in conn.query(query)))

    async def change_session(self, session_id: str, **fields: Any) -> Session:
        """Change columns of a session and return it; raises NotFound."""

        def change(conn: Connection) -> Session:
            _session(conn, session_id)
            conn.table("sessions").update(session_id, fields)
            return _session(conn, session_id)

        return await self._db.write(change)

    async def purge(self) -> int:
        """Delete sessions that are marked as deleted; returns how many."""

        def purge(conn: Connection) -> int:
            gone = [row["id"] for row in conn.query("select id from sessions where deleted_at is not null")]
            for session_id in gone:
                conn.execute("delete from turn_words where session_id = ?", [session_id])
                conn.execute("delete from sessions where id = ?", [session_id])
            return len(gone)

        return await self._db.write(purge)

    async def add_turn(self, turn: Turn) -> None:
        """Store a new turn and make it the active leaf of its session."""

        def add(conn: Connection) -> None:
            conn.table("turns").insert(_turn_row(turn))
            change = "update sessions set active_turn_id = ?, updated_at = ? where id = ?"
            conn.execute(change, [turn.id, turn.started_at, turn.session_id])
            _index_words(conn, turn)

        await self._db.write(add)

    async def add_turns(self, session: Session, turns: Sequence[Turn]) -> None:
        """Store a whole session at once, parents before children."""

        def add(conn: Connection) -> None:
            conn.table("sessions").insert(_session_row(session))
            for turn in turns:
                conn.table("turns").insert(_turn_row(turn))
                for step in turn.steps:
                    conn.table("steps").insert(_step_row(step))
                _index_words(conn, turn)

        await self._db.write(add)

    async def turn(self, turn_id: str) -> Turn:
        """Return a turn with steps and siblings; raises NotFound."""

        def read(conn: Connection) -> Turn:
            rows = list(conn.query("select * from turns where id = ?", [turn_id]))
            if not rows:
                raise NotFound("That turn does not exist.", param="turn_id")
            return _with_parts(conn, rows)[0]

        return await self._db.read(read)

    async def path(self, leaf_id: str | None, limit: int) -> tuple[Turn, ...]:
        """Return at most `limit` turns that end at `leaf_id`, oldest first."""
        if leaf_id is None:
            return ()
        values = {"leaf": leaf_id, "limit": limit}
        return await self._db.read(lambda conn: _with_parts(conn, list(conn.query(_PATH, values))))

    async def turns(self, session_id: str) -> tuple[Turn, ...]:
        """Return all turns of a session, every branch, in the order they were made."""
        query = "select * from turns where session_id = ? order by number"
        return await self._db.read(lambda conn: _with_parts(conn, list(conn.query(query, [session_id]))))

    async def newest_leaf(self, turn_id: str) -> str:
        """Return the leaf below a turn that was made last."""
        rows = await self._db.read(lambda conn: list(conn.query(_NEWEST_LEAF, {"turn": turn_id})))
        if not rows:
            raise NotFound("That turn does not exist.", param="turn_id")
        return str(rows[0]["id"])

    async def add_step(self, step: Step) -> None:
        """Store a step that begins."""
        await self._db.write(lambda conn: conn.table("steps").insert(_step_row(step)))

    async def append_text(self, step_id: str, text: str) -> None:
        """Store more of a step's text."""
        insert = "insert into step_fragments (step_id, text) values (?, ?)"
        await self._db.write(lambda conn: conn.execute(insert, [step_id, text]))

    async def retract_text(self, step_id: str) -> None:
        """Delete what a step has said so far; the freed pages are overwritten by what follows."""
        delete = "delete from step_fragments where step_id = ?"
        await self._db.write(lambda conn: conn.execute(delete, [step_id]))

    async def complete_step(self, step: Step) -> None:
        """Store a step as it ended; its fragments are folded into it."""

        def complete(conn: Connection) -> None:
            conn.execute("update steps set body = ? where id = ?", [_encode(step), step.id])
            conn.execute("delete from step_fragments where step_id = ?", [step.id])

        await self._db.write(complete)

    async def complete_turn(self, turn: Turn) -> None:
        """Store a turn as it ended."""

        def complete(conn: Connection) -> None:
            row = _turn_row(turn)
            names = ("output", "state", "failure", "completed_at", "citations")
            change = f"update turns set {', '.join(f'{name} = ?' for name in names)} where id = ?"
            conn.execute(change, [*(row[name] for name in names), turn.id])
            conn.execute("update sessions set updated_at = ? where id = ?", [turn.completed_at, turn.session_id])
            _index_words(conn, turn)

        await self._db.write(complete)


def _recover(conn: Connection) -> int:
    rows = list(conn.query("select * from turns where state = 'running'"))
    now = time.time()
    for turn in _with_parts(conn, rows):
        for step in turn.steps:
            if step.state == "running":
                ended = msgspec.structs.replace(step, state="interrupted", completed_at=now)
                conn.execute("update steps set body = ? where id = ?", [_encode(ended), step.id])
                conn.execute("delete from step_fragments where step_id = ?", [step.id])
        change = "update turns set state = 'interrupted', completed_at = ? where id = ?"
        conn.execute(change, [now, turn.id])
        _index_words(conn, turn)
    return len(rows)


def _session(conn: Connection, session_id: str) -> Session:
    for row in conn.query("select * from sessions where id = ?", [session_id]):
        return _to_session(row)
    raise NotFound("That chat does not exist.", hint="It may have been deleted.", param="session_id")


def _with_parts(conn: Connection, rows: list[dict[str, Any]]) -> tuple[Turn, ...]:
    steps = _steps(conn, [row["id"] for row in rows])
    siblings = _siblings(conn, rows)
    return tuple(
        _to_turn(row, steps.get(row["id"], ()), siblings.get((row["session_id"], row["parent_id"]), (row["id"],)))
        for row in rows
    )


def _steps(conn: Connection, turn_ids: list[str]) -> dict[str, tuple[Step, ...]]:
    found: dict[str, tuple[Step, ...]] = {}
    for part in _parts(turn_ids):
        marks = ",".join("?" * len(part))
        query = f"select * from steps where turn_id in ({marks}) order by number"
        for row in list(conn.query(query, part)):
            step = msgspec.json.decode(row["body"], type=Step)
            if isinstance(step, InferenceStep) and step.state == "running":
                step = msgspec.structs.replace(step, text=step.text + _streamed(conn, step.id))
            found[row["turn_id"]] = (*found.get(row["turn_id"], ()), step)
    return found


def _streamed(conn: Connection, step_id: str) -> str:
    query = "select text from step_fragments where step_id = ? order by number"
    return "".join(row["text"] for row in conn.query(query, [step_id]))


def _siblings(conn: Connection, rows: list[dict[str, Any]]) -> dict[tuple[str, str | None], tuple[str, ...]]:
    found: dict[tuple[str, str | None], tuple[str, ...]] = {}
    parents = [row["parent_id"] for row in rows if row["parent_id"] is not None]
    query = "select id, session_id, parent_id from turns where {} order by number"
    results: list[dict[str, Any]] = []
    for part in _parts(parents):
        results += conn.query(query.format(f"parent_id in ({','.join('?' * len(part))})"), part)
    for session_id in {row["session_id"] for row in rows if row["parent_id"] is None}:
        results += conn.query(query.format("session_id = ? and parent_id is null"), [session_id])
    for row in results:
        key = (row["session_id"], row["parent_id"])
        found[key] = (*found.get(key, ()), row["id"])
    return found


def _parts(items: list[str], size: int = 500) -> Iterable[list[str]]:
    """Cut a list so that each part stays under SQLite's limit of variables."""
    unique = list(dict.fromkeys(items))
    return (unique[at : at + size] for at in range(0, len(unique), size))


def _index_words(conn: Connection, turn: Turn) -> None:
    conn.execute("delete from turn_words where turn_id = ?", [turn.id])
    text = f"{turn.input_text()}\n{turn.output_text()}"
    insert = "insert into turn_words (text, turn_id, session_id) values (?, ?, ?)"
    conn.execute(insert, [text, turn.id, turn.session_id])


def _encode(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _session_row(session: Session) -> dict[str, Any]:
    return {**msgspec.structs.asdict(session), "config": _encode(session.config)}


def _to_session(row: dict[str, Any]) -> Session:
    config = msgspec.json.decode(row["config"], type=AgentConfig)
    return Session(**{**row, "config": config, "pinned": bool(row["pinned"])})


def _turn_row(turn: Turn) -> dict[str, Any]:
    return {
        "id": turn.id,
        "session_id": turn.session_id,
        "parent_id": turn.parent_id,
        "input": _encode(turn.input),
        "output": None if turn.output is None else _encode(turn.output),
        "state": turn.state,
        "failure": None if turn.failure is None else _encode(turn.failure),
        "started_at": turn.started_at,
        "completed_at": turn.completed_at,
        "attachments": _encode(turn.attachments),
        "citations": _encode(turn.citations),
    }


def _to_turn(row: dict[str, Any], steps: tuple[Step, ...], siblings: tuple[str, ...]) -> Turn:
    return Turn(
        id=row["id"],
        session_id=row["session_id"],
        parent_id=row["parent_id"],
        input=msgspec.json.decode(row["input"], type=tuple[Message, ...]),
        steps=steps,
        output=None if row["output"] is None else msgspec.json.decode(row["output"], type=Message),
        state=row["state"],
        failure=None if row["failure"] is None else msgspec.json.decode(row["failure"], type=Failure),
        started_at=row["started_at"],
        completed_at=row["completed_at"],
        sibling_ids=siblings,
        attachments=msgspec.json.decode(row["attachments"], type=tuple[Attachment, ...]),
        citations=msgspec.json.decode(row["citations"], type=tuple[CitationMark, ...]),
    )


def _step_row(step: Step) -> dict[str, Any]:
    return {"id": step.id, "turn_id": step.turn_id, "body": _encode(step)}
