"""The facade's history verbs: list, order, search, delete with undo, export and import of chats."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from app.engine.domain.agents import Session
from app.engine.domain.errors import InvalidRequest
from app.engine.domain.events import EngineEvent, SessionsChanged
from app.engine.domain.history import ChatList, ExportForm, Folder, SearchHit, TurnPage
from app.engine.history.export import from_json, to_html, to_json, to_markdown
from app.engine.storage.folders import FolderStore
from app.engine.storage.sessions import SessionStore

PAGE_LIMIT = 500
WHOLE_BRANCH = 100_000


class HistoryService:
    """Implements `facade.History` over the stores."""

    def __init__(self, sessions: SessionStore, folders: FolderStore, publish: Callable[[EngineEvent], None]) -> None:
        self._sessions = sessions
        self._folders = folders
        self._publish = publish

    async def list(self) -> ChatList:
        """Return all chats and folders."""
        return ChatList(sessions=await self._sessions.sessions(), folders=await self._folders.all())

    async def turns(self, session_id: str, *, before: str | None = None, limit: int = 100) -> TurnPage:
        """Return the newest turns of the shown branch, or those before a turn."""
        if not 1 <= limit <= PAGE_LIMIT:
            raise InvalidRequest(f"limit must be from 1 to {PAGE_LIMIT}; it was {limit}.", param="limit")
        session = await self._sessions.session(session_id)
        leaf = session.active_turn_id
        if before is not None:
            leaf = (await self._sessions.turn(before)).parent_id
        found = await self._sessions.path(leaf, limit + 1)
        return TurnPage(session=session, turns=found[-limit:], has_older=len(found) > limit)

    async def rename(self, session_id: str, title: str) -> Session:
        """Give a chat a title."""
        return await self._change(session_id, title=" ".join(title.split()))

    async def pin(self, session_id: str, pinned: bool) -> Session:
        """Pin a chat to the top of the list, or unpin it."""
        return await self._change(session_id, pinned=int(pinned))

    async def move(self, session_id: str, folder_id: str | None) -> Session:
        """Move a chat into a folder, or out of all folders."""
        if folder_id is not None:
            await self._folders.require(folder_id)
        return await self._change(session_id, folder_id=folder_id)

    async def delete(self, session_ids: tuple[str, ...]) -> None:
        """Hide chats until `purge`."""
        await self._mark(session_ids, time.time())

    async def restore(self, session_ids: tuple[str, ...]) -> None:
        """Bring deleted chats back."""
        await self._mark(session_ids, None)

    async def purge(self) -> int:
        """Really delete hidden chats; returns how many."""
        return await self._sessions.purge()

    async def create_folder(self, name: str) -> Folder:
        """Create a folder."""
        folder = Folder(id=str(uuid4()), name=_named(name), created_at=time.time())
        await self._folders.add(folder)
        self._publish(SessionsChanged())
        return folder

    async def rename_folder(self, folder_id: str, name: str) -> Folder:
        """Rename a folder."""
        folder = await self._folders.rename(folder_id, _named(name))
        self._publish(SessionsChanged())
        return folder

    async def delete_folder(self, folder_id: str) -> None:
        """Delete a folder; its chats stay and leave it."""
        await self._folders.require(folder_id)
        await self._folders.remove(folder_id)
        self._publish(SessionsChanged())

    async def search(self, text: str, *, limit: int = 50) -> tuple[SearchHit, ...]:
        """Find chats whose title or messages contain all the words; a chat appears once."""
        words = text.casefold().split()
        if not words:
            return ()
        titled = [
            SearchHit(session_id=session.id, turn_id=None, title=session.title, excerpt="")
            for session in await self._sessions.sessions()
            if all(word in session.title.casefold() for word in words)
        ]
        # Several turns of a chat may match; the best of them stands for it, and its excerpt beats a bare title.
        found: dict[str, SearchHit] = {hit.session_id: hit for hit in titled}
        best: set[str] = set()
        for hit in await self._folders.search(text, limit * 4):
            if hit.session_id not in best:
                best.add(hit.session_id)
                found[hit.session_id] = hit
        return tuple(found.values())[:limit]

    async def export(self, session_id: str, form: ExportForm) -> str:
        """Return a chat as text. JSON holds every branch, Markdown and HTML the shown one."""
        session = await self._sessions.session(session_id)
        if form == "json":
            return to_json(session, await self._sessions.turns(session_id))
        turns = await self._sessions.path(session.active_turn_id, WHOLE_BRANCH)
        return to_markdown(session, turns) if form == "markdown" else to_html(session, turns)

    async def import_json(self, text: str) -> Session:
        """Add a chat exported as JSON; raises InvalidRequest."""
        session, turns = from_json(text, time.time())
        await self._sessions.add_turns(session, turns)
        self._publish(SessionsChanged((session.id,)))
        return session

    async def _change(self, session_id: str, **fields: Any) -> Session:
        session = await self._sessions.change_session(session_id, **fields)
        self._publish(SessionsChanged((session_id,)))
        return session

    async def _mark(self, session_ids: tuple[str, ...], moment: float | None) -> None:
        for session_id in session_ids:
            await self._sessions.change_session(session_id, deleted_at=moment)
        self._publish(SessionsChanged(session_ids))


def _named(name: str) -> str:
    cleaned = " ".join(name.split())
    if not cleaned:
        raise InvalidRequest("A folder needs a name.", param="name")
    return cleaned
