"""Words of the chat list: folders, pages of turns, search hits and export forms. No I/O."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from app.engine.domain.agents import Session, Turn

ExportForm = Literal["markdown", "html", "json"]


class Folder(Struct, frozen=True, kw_only=True):
    """A folder of chats."""

    id: str
    name: str
    created_at: float = 0.0


class ChatList(Struct, frozen=True, kw_only=True):
    """All chats that are not deleted, newest first, pinned ones before the rest, and the folders."""

    sessions: tuple[Session, ...] = ()
    folders: tuple[Folder, ...] = ()


class TurnPage(Struct, frozen=True, kw_only=True):
    """Consecutive turns of the active branch, oldest first. `has_older` tells whether more stand before them."""

    session: Session
    turns: tuple[Turn, ...] = ()
    has_older: bool = False


class SearchHit(Struct, frozen=True, kw_only=True):
    """A chat that contains the words searched for; `excerpt` marks them with ⟦ and ⟧."""

    session_id: str
    turn_id: str | None
    title: str
    excerpt: str
