"""The history capability: the chat list. Signatures only."""

from __future__ import annotations

from typing import Protocol

from app.engine.domain.agents import Session
from app.engine.domain.history import ChatList, ExportForm, Folder, SearchHit, TurnPage


class History(Protocol):
    """The chat list: find, order, keep, export."""

    async def list(self) -> ChatList:
        """Return all chats and folders."""
        ...

    async def turns(self, session_id: str, *, before: str | None = None, limit: int = 100) -> TurnPage:
        """Return the newest turns of the shown branch, or those before a turn."""
        ...

    async def rename(self, session_id: str, title: str) -> Session:
        """Give a chat a title."""
        ...

    async def pin(self, session_id: str, pinned: bool) -> Session:
        """Pin a chat to the top of the list, or unpin it."""
        ...

    async def move(self, session_id: str, folder_id: str | None) -> Session:
        """Move a chat into a folder, or out of all folders."""
        ...

    async def delete(self, session_ids: tuple[str, ...]) -> None:
        """Hide chats; `restore` undoes it until `purge`, which also runs at the next start."""
        ...

    async def restore(self, session_ids: tuple[str, ...]) -> None:
        """Bring deleted chats back."""
        ...

    async def purge(self) -> int:
        """Really delete hidden chats; returns how many."""
        ...

    async def create_folder(self, name: str) -> Folder:
        """Create a folder."""
        ...

    async def rename_folder(self, folder_id: str, name: str) -> Folder:
        """Rename a folder."""
        ...

    async def delete_folder(self, folder_id: str) -> None:
        """Delete a folder; its chats stay and leave it."""
        ...

    async def search(self, text: str, *, limit: int = 50) -> tuple[SearchHit, ...]:
        """Find chats whose title or messages contain all the words."""
        ...

    async def export(self, session_id: str, form: ExportForm) -> str:
        """Return a chat as text. JSON holds every branch, Markdown and HTML the shown one."""
        ...

    async def import_json(self, text: str) -> Session:
        """Add a chat exported as JSON; raises InvalidRequest."""
        ...
