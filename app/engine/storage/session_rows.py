"""Sessions, turns and steps as rows, and rows as them. Must not decide what is written when.

The text of a step that still runs stands in `step_fragments`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from app.engine.domain.agents import (
    AgentConfig,
    Attachment,
    CitationMark,
    Failure,
    InferenceStep,
    Session,
    Step,
    Turn,
)
from app.engine.domain.inference import Message
from app.engine.storage.connection import Connection


def with_parts(conn: Connection, rows: list[dict[str, Any]]) -> tuple[Turn, ...]:
    """Return rows of turns with their steps and siblings."""
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


def encode(value: object) -> str:
    """Return a value as it stands in a column."""
    return msgspec.json.encode(value).decode()


def session_row(session: Session) -> dict[str, Any]:
    """Return a session as a row."""
    encoded = {"config": encode(session.config), "metadata": encode(session.metadata)}
    return {**msgspec.structs.asdict(session), **encoded}


def to_session(row: dict[str, Any]) -> Session:
    """Return a row as a session."""
    config = msgspec.json.decode(row["config"], type=AgentConfig)
    metadata = msgspec.json.decode(row["metadata"], type=dict[str, str])
    return Session(**{**row, "config": config, "metadata": metadata, "pinned": bool(row["pinned"])})


def turn_row(turn: Turn) -> dict[str, Any]:
    """Return a turn as a row; its steps have rows of their own."""
    return {
        "id": turn.id,
        "session_id": turn.session_id,
        "parent_id": turn.parent_id,
        "input": encode(turn.input),
        "output": None if turn.output is None else encode(turn.output),
        "state": turn.state,
        "failure": None if turn.failure is None else encode(turn.failure),
        "started_at": turn.started_at,
        "completed_at": turn.completed_at,
        "attachments": encode(turn.attachments),
        "citations": encode(turn.citations),
        "config": None if turn.config is None else encode(turn.config),
        "metadata": encode(turn.metadata),
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
        config=None if row["config"] is None else msgspec.json.decode(row["config"], type=AgentConfig),
        metadata=msgspec.json.decode(row["metadata"], type=dict[str, str]),
    )


def step_row(step: Step) -> dict[str, Any]:
    """Return a step as a row."""
    return {"id": step.id, "turn_id": step.turn_id, "body": encode(step)}
