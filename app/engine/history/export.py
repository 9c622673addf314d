"""Chats as Markdown, HTML and JSON, and JSON back. Pure text; the JSON form holds every branch and is versioned."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from html import escape
from uuid import uuid4

import msgspec
from markdown_it import MarkdownIt
from msgspec import Struct

from app.engine.domain.agents import InferenceStep, Session, Turn
from app.engine.domain.errors import InvalidRequest

FORMAT = "paddock.chat"
VERSION = 1
_ENDED = {
    "cancelled": "stopped",
    "failed": "failed",
    "interrupted": "interrupted",
    "running": "unfinished",
    "blocked": "blocked",
}
_STYLE = (
    "body{font:15px/1.5 system-ui;max-width:46em;margin:2em auto;padding:0 1em;color:#1d1d1f;background:#fff}"
    "pre{background:#f4f4f5;padding:12px;border-radius:8px;overflow:auto}code{font-family:ui-monospace,monospace}"
    "table{border-collapse:collapse}td,th{border:1px solid #ddd;padding:4px 8px}"
    ".person{background:#eef2ff;border-radius:10px;padding:8px 12px;white-space:pre-wrap}.note{color:#6b7280}"
    "@media(prefers-color-scheme:dark){body{background:#18181b;color:#e4e4e7}pre{background:#27272a}"
    ".person{background:#27304a}td,th{border-color:#3f3f46}}"
)


class ChatFile(Struct, frozen=True, kw_only=True):
    """The JSON form of a chat."""

    session: Session
    turns: tuple[Turn, ...]
    format: str = FORMAT
    version: int = VERSION


def to_markdown(session: Session, turns: Sequence[Turn]) -> str:
    """Return the shown branch as Markdown."""
    parts = [f"# {session.title or 'Chat'}", f"*{_date(session.created_at)}*"]
    if session.config.instructions.strip():
        parts.append("> **System prompt:** " + session.config.instructions.strip().replace("\n", "\n> "))
    for turn in turns:
        parts += ["## You", turn.input_text(), f"## {_speaker(turn)}", _answer(turn) or "*(no answer)*"]
        if note := _note(turn):
            parts.append(f"*({note})*")
    return "\n\n".join(parts) + "\n"


def to_html(session: Session, turns: Sequence[Turn]) -> str:
    """Return the shown branch as one HTML page without scripts or outside files; raw HTML in answers is escaped."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    title = escape(session.title or "Chat")
    parts = [f"<h1>{title}</h1><p class=note>{_date(session.created_at)}</p>"]
    if session.config.instructions.strip():
        parts.append(f"<p class=note>System prompt: {escape(session.config.instructions.strip())}</p>")
    for turn in turns:
        parts.append(f"<div class=person>{escape(turn.input_text())}</div>")
        parts.append(f"<h4>{escape(_speaker(turn))}</h4>{markdown.render(_answer(turn))}")
        if note := _note(turn):
            parts.append(f"<p class=note>{escape(note)}</p>")
    head = f'<meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
    return f"<!doctype html><html><head>{head}</head><body>{''.join(parts)}</body></html>\n"


def to_json(session: Session, turns: Sequence[Turn]) -> str:
    """Return the whole chat, every branch, as JSON."""
    return msgspec.json.format(msgspec.json.encode(ChatFile(session=session, turns=tuple(turns))), indent=2).decode()


def from_json(text: str, now: float) -> tuple[Session, tuple[Turn, ...]]:
    """Return a chat with new ids, so that importing twice gives two chats; raises InvalidRequest."""
    try:
        chat = msgspec.json.decode(text, type=ChatFile)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InvalidRequest(f"This is no chat exported by Paddock: {error}.", hint="Choose a JSON export.") from error
    if chat.format != FORMAT or chat.version > VERSION:
        raise InvalidRequest(
            f"This chat was exported in form {chat.format} {chat.version}; Paddock reads {FORMAT} {VERSION}.",
            hint="Update Paddock.",
        )
    return _with_new_ids(chat, now)


def _with_new_ids(chat: ChatFile, now: float) -> tuple[Session, tuple[Turn, ...]]:
    session_id = str(uuid4())
    names = {turn.id: str(uuid4()) for turn in chat.turns}
    turns: list[Turn] = []
    seen: set[str] = set()
    for turn in chat.turns:
        if turn.parent_id is not None and turn.parent_id not in seen:
            raise InvalidRequest("The chat is damaged: a turn stands before the one it answers.")
        if turn.id in seen:
            raise InvalidRequest("The chat is damaged: two turns have the same name.")
        seen.add(turn.id)
        turns.append(_renamed(turn, session_id, names))
    active = names.get(chat.session.active_turn_id or "")
    session = msgspec.structs.replace(
        chat.session,
        id=session_id,
        folder_id=None,
        kind="chat",
        agent_id=None,
        pinned=False,
        deleted_at=None,
        updated_at=now,
        active_turn_id=active or (turns[-1].id if turns else None),
    )
    return session, tuple(turns)


def _renamed(turn: Turn, session_id: str, names: dict[str, str]) -> Turn:
    steps = tuple(
        msgspec.structs.replace(step, id=str(uuid4()), turn_id=names[turn.id], state=_settled(step.state))
        for step in turn.steps
    )
    parent = None if turn.parent_id is None else names[turn.parent_id]
    return msgspec.structs.replace(
        turn, id=names[turn.id], session_id=session_id, parent_id=parent, steps=steps, state=_settled(turn.state)
    )


def _settled(state: str) -> str:
    return "interrupted" if state == "running" else state


def _speaker(turn: Turn) -> str:
    return next((step.model for step in turn.steps if isinstance(step, InferenceStep) and step.model), "Assistant")


def _answer(turn: Turn) -> str:
    """Return the answer; one that a shield blocked was never given."""
    return "" if turn.state == "blocked" else turn.output_text()


def _note(turn: Turn) -> str:
    note = _ENDED.get(turn.state, "")
    blocking = turn.blocking() if turn.state == "blocked" else None
    reason = blocking.message if blocking else turn.failure.message if turn.failure else ""
    return f"{note}: {reason}" if reason else note


def _date(moment: float) -> str:
    return datetime.datetime.fromtimestamp(moment).astimezone().strftime("%Y-%m-%d %H:%M %z")
