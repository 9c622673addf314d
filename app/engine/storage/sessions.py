"""Sessions, turns and steps on disk. A turn is stored before its answer starts, and the answer as it streams.

Streamed text is appended to `step_fragments` and folded into the step when it ends, so that a kill at any moment
loses nothing that was shown. Must not know models or how a turn is run.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import msgspec

from app.engine.domain.agents import (
    Kept,
    Session,
    SessionKind,
    Step,
    Turn,
)
from app.engine.domain.errors import NotFound
from app.engine.storage.connection import Connection
from app.engine.storage.database import Database
from app.engine.storage.migrations import migration
from app.engine.storage.session_rows import encode, session_row, step_row, to_session, turn_row, with_parts


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


@migration("0010_sessions_of_apps")
def add_sessions_of_apps(conn: Connection) -> None:
    """Let sessions belong to apps and agents, and turns be answered in a way of their own."""
    conn.execute(
        "create table agents (id text primary key, name text not null, config text not null, created_at real not null)"
        " without rowid"
    )
    for column in (
        "kind text not null default 'chat'",
        "agent_id text references agents (id) on delete cascade",
        "metadata text not null default '{}'",
    ):
        conn.execute(f"alter table sessions add column {column}")
    conn.execute("create index sessions_kind on sessions (kind, agent_id, created_at)")
    conn.execute("alter table turns add column config text")
    conn.execute("alter table turns add column metadata text not null default '{}'")


MIGRATIONS = (create_sessions, add_turn_sources, add_sessions_of_apps)

_KEPT = """
select (select count(*) from agents) as agents,
(select count(*) from sessions where kind in ('agent', 'conversation')) as sessions,
(select count(*) from turns join sessions on sessions.id = session_id where kind != 'chat') as answers
"""
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
        await self._db.write(lambda conn: conn.table("sessions").insert(session_row(session)))

    async def session(self, session_id: str) -> Session:
        """Return a session, deleted or not; raises NotFound."""
        return await self._db.read(lambda conn: _session(conn, session_id))

    async def sessions(self) -> tuple[Session, ...]:
        """Return the chats that are not deleted: pinned ones first, then by last use."""
        query = (
            "select * from sessions where kind = 'chat' and deleted_at is null order by pinned desc, updated_at desc"
        )
        return await self._db.read(lambda conn: tuple(to_session(row) for row in conn.query(query)))

    async def sessions_of(self, kind: SessionKind, agent_id: str | None = None) -> tuple[Session, ...]:
        """Return the sessions of a kind, and of an agent if one is named, newest first."""
        query = (
            "select * from sessions where kind = :kind and deleted_at is null"
            " and (:agent is null or agent_id = :agent) order by created_at desc, id"
        )
        values = {"kind": kind, "agent": agent_id}
        return await self._db.read(lambda conn: tuple(to_session(row) for row in conn.query(query, values)))

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
            return _remove_sessions(conn, gone)

        return await self._db.write(purge)

    async def remove_sessions(self, session_ids: Sequence[str]) -> int:
        """Delete sessions for good; returns how many."""
        return await self._db.write(lambda conn: _remove_sessions(conn, session_ids))

    async def remove_responses(self, before: float) -> int:
        """Delete the responses of apps that were last used before a time; returns how many sessions went."""

        def remove(conn: Connection) -> int:
            old = "select id from sessions where kind = 'response' and updated_at < ?"
            return _remove_sessions(conn, [row["id"] for row in conn.query(old, [before])])

        return await self._db.write(remove)

    async def kept(self) -> Kept:
        """Return how much is kept for apps."""
        return await self._db.read(lambda conn: Kept(**next(iter(conn.query(_KEPT)))))

    async def forget(self) -> None:
        """Delete all that is kept for apps: their sessions and their agents."""

        def forget(conn: Connection) -> None:
            _remove_sessions(conn, [row["id"] for row in conn.query("select id from sessions where kind != 'chat'")])
            conn.execute("delete from agents")

        await self._db.write(forget)

    async def add_turn(self, turn: Turn) -> None:
        """Store a new turn and make it the active leaf of its session."""

        def add(conn: Connection) -> None:
            conn.table("turns").insert(turn_row(turn))
            change = "update sessions set active_turn_id = ?, updated_at = ? where id = ?"
            conn.execute(change, [turn.id, turn.started_at, turn.session_id])
            _index_words(conn, turn)

        await self._db.write(add)

    async def add_turns(self, session: Session, turns: Sequence[Turn]) -> None:
        """Store a whole session at once, parents before children."""

        def add(conn: Connection) -> None:
            conn.table("sessions").insert(session_row(session))
            for turn in turns:
                conn.table("turns").insert(turn_row(turn))
                for step in turn.steps:
                    conn.table("steps").insert(step_row(step))
                _index_words(conn, turn)

        await self._db.write(add)

    async def turn(self, turn_id: str) -> Turn:
        """Return a turn with steps and siblings; raises NotFound."""

        def read(conn: Connection) -> Turn:
            rows = list(conn.query("select * from turns where id = ?", [turn_id]))
            if not rows:
                raise NotFound("That turn does not exist.", param="turn_id")
            return with_parts(conn, rows)[0]

        return await self._db.read(read)

    async def path(self, leaf_id: str | None, limit: int) -> tuple[Turn, ...]:
        """Return at most `limit` turns that end at `leaf_id`, oldest first."""
        if leaf_id is None:
            return ()
        values = {"leaf": leaf_id, "limit": limit}
        return await self._db.read(lambda conn: with_parts(conn, list(conn.query(_PATH, values))))

    async def turns(self, session_id: str) -> tuple[Turn, ...]:
        """Return all turns of a session, every branch, in the order they were made."""
        query = "select * from turns where session_id = ? order by number"
        return await self._db.read(lambda conn: with_parts(conn, list(conn.query(query, [session_id]))))

    async def latest_turns(self, kind: SessionKind, before: str | None, limit: int) -> tuple[Turn, ...]:
        """Return turns of all sessions of a kind, newest first, from the one before the turn `before`."""
        query = (
            "select turns.* from turns join sessions on sessions.id = turns.session_id where kind = :kind"
            " and (:before is null or number < (select number from turns where id = :before))"
            " order by number desc limit :limit"
        )
        values = {"kind": kind, "before": before, "limit": limit}
        return await self._db.read(lambda conn: with_parts(conn, list(conn.query(query, values))))

    async def remove_turn(self, turn: Turn) -> None:
        """Delete a turn; those after it follow the one before it. A response's session goes with its last turn."""

        def remove(conn: Connection) -> None:
            above = [turn.parent_id, turn.id]
            conn.execute("update turns set parent_id = ? where parent_id = ?", above)
            conn.execute("update sessions set active_turn_id = ? where active_turn_id = ?", above)
            conn.execute("delete from turn_words where turn_id = ?", [turn.id])
            conn.execute("delete from turns where id = ?", [turn.id])
            conn.execute(
                "delete from sessions where id = ? and kind = 'response'"
                " and not exists (select 1 from turns where session_id = sessions.id)",
                [turn.session_id],
            )

        await self._db.write(remove)

    async def change_input(self, turn: Turn) -> None:
        """Store the messages of a turn as they are now: what a shield withheld is no longer among them."""

        def change(conn: Connection) -> None:
            conn.execute("update turns set input = ? where id = ?", [encode(turn.input), turn.id])
            _index_words(conn, turn)

        await self._db.write(change)

    async def reopen_turn(self, turn_id: str, step: Step) -> None:
        """Let a turn that awaited results run again, with the step that holds them."""

        def reopen(conn: Connection) -> None:
            conn.table("steps").insert(step_row(step))
            conn.execute("update turns set state = 'running', output = null where id = ?", [turn_id])

        await self._db.write(reopen)

    async def newest_leaf(self, turn_id: str) -> str:
        """Return the leaf below a turn that was made last."""
        rows = await self._db.read(lambda conn: list(conn.query(_NEWEST_LEAF, {"turn": turn_id})))
        if not rows:
            raise NotFound("That turn does not exist.", param="turn_id")
        return str(rows[0]["id"])

    async def add_step(self, step: Step) -> None:
        """Store a step that begins."""
        await self._db.write(lambda conn: conn.table("steps").insert(step_row(step)))

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
            conn.execute("update steps set body = ? where id = ?", [encode(step), step.id])
            conn.execute("delete from step_fragments where step_id = ?", [step.id])

        await self._db.write(complete)

    async def complete_turn(self, turn: Turn) -> None:
        """Store a turn as it ended."""

        def complete(conn: Connection) -> None:
            row = turn_row(turn)
            names = ("output", "state", "failure", "completed_at", "citations")
            change = f"update turns set {', '.join(f'{name} = ?' for name in names)} where id = ?"
            conn.execute(change, [*(row[name] for name in names), turn.id])
            conn.execute("update sessions set updated_at = ? where id = ?", [turn.completed_at, turn.session_id])
            _index_words(conn, turn)

        await self._db.write(complete)


def _recover(conn: Connection) -> int:
    rows = list(conn.query("select * from turns where state = 'running'"))
    now = time.time()
    for turn in with_parts(conn, rows):
        for step in turn.steps:
            if step.state == "running":
                ended = msgspec.structs.replace(step, state="interrupted", completed_at=now)
                conn.execute("update steps set body = ? where id = ?", [encode(ended), step.id])
                conn.execute("delete from step_fragments where step_id = ?", [step.id])
        change = "update turns set state = 'interrupted', completed_at = ? where id = ?"
        conn.execute(change, [now, turn.id])
        _index_words(conn, turn)
    return len(rows)


def _remove_sessions(conn: Connection, session_ids: Sequence[str]) -> int:
    gone = 0
    for session_id in session_ids:
        conn.execute("delete from turn_words where session_id = ?", [session_id])
        gone += conn.execute("delete from sessions where id = ?", [session_id]).rowcount
    return gone


def _session(conn: Connection, session_id: str) -> Session:
    for row in conn.query("select * from sessions where id = ?", [session_id]):
        return to_session(row)
    raise NotFound("That chat does not exist.", hint="It may have been deleted.", param="session_id")


def _index_words(conn: Connection, turn: Turn) -> None:
    conn.execute("delete from turn_words where turn_id = ?", [turn.id])
    text = f"{turn.input_text()}\n{turn.output_text()}"
    insert = "insert into turn_words (text, turn_id, session_id) values (?, ?, ?)"
    conn.execute(insert, [text, turn.id, turn.session_id])
