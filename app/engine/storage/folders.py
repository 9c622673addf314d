"""Folders of chats, and the search over what was said. Uses the tables of `storage/sessions.py`."""

from __future__ import annotations

import re

from app.engine.domain.errors import NotFound
from app.engine.domain.history import Folder, SearchHit
from app.engine.storage.connection import Connection
from app.engine.storage.database import Database

_WORD = re.compile(r"\w+", re.UNICODE)
_HITS = """
select turn_words.session_id, turn_id, title, snippet(turn_words, 0, '⟦', '⟧', '…', 16) as excerpt
from turn_words join sessions on sessions.id = turn_words.session_id
where turn_words match ? and kind = 'chat' and deleted_at is null order by rank limit ?
"""


class FolderStore:
    """Reads and writes folders; searches turns."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def all(self) -> tuple[Folder, ...]:
        """Return all folders by name."""
        query = "select * from folders order by name collate nocase"
        return await self._db.read(lambda conn: tuple(Folder(**row) for row in conn.query(query)))

    async def add(self, folder: Folder) -> None:
        """Store a new folder."""
        row = {"id": folder.id, "name": folder.name, "created_at": folder.created_at}
        await self._db.write(lambda conn: conn.table("folders").insert(row))

    async def rename(self, folder_id: str, name: str) -> Folder:
        """Rename a folder; raises NotFound."""

        def change(conn: Connection) -> Folder:
            conn.execute("update folders set name = ? where id = ?", [name, folder_id])
            return _folder(conn, folder_id)

        return await self._db.write(change)

    async def require(self, folder_id: str) -> Folder:
        """Return a folder; raises NotFound."""
        return await self._db.read(lambda conn: _folder(conn, folder_id))

    async def remove(self, folder_id: str) -> None:
        """Delete a folder; its chats leave it."""
        await self._db.write(lambda conn: conn.execute("delete from folders where id = ?", [folder_id]))

    async def search(self, text: str, limit: int) -> tuple[SearchHit, ...]:
        """Return the turns that hold all the words, each as a prefix, best first."""
        words = _WORD.findall(text)
        if not words:
            return ()
        match = " ".join(f'"{word}"*' for word in words)
        rows = await self._db.read(lambda conn: list(conn.query(_HITS, [match, limit])))
        return tuple(SearchHit(**row) for row in rows)


def _folder(conn: Connection, folder_id: str) -> Folder:
    for row in conn.query("select * from folders where id = ?", [folder_id]):
        return Folder(**row)
    raise NotFound("That folder does not exist.", param="folder_id")
