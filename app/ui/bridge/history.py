"""What pages may ask of the chat list. Files are read and written in the engine's worker threads, never here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.engine.domain.agents import Session
from app.engine.domain.errors import StorageFailed
from app.engine.domain.events import SessionsChanged
from app.engine.domain.history import ExportForm
from app.engine.facade import Engine
from app.ui.bridge.handle import Handle

if TYPE_CHECKING:
    from app.ui.bridge.client import EngineClient


class HistoryClient(QObject):
    """Each verb returns a Handle whose `done` carries what `facade.History` returns."""

    changed = Signal(object)

    def __init__(self, client: EngineClient) -> None:
        super().__init__(client)
        self._client = client
        client.engine_event.connect(self._on_event)

    def list(self) -> Handle:
        """done(ChatList)"""
        return self._client.call(lambda engine: engine.history.list())

    def turns(self, session_id: str, *, before: str | None = None, limit: int = 100) -> Handle:
        """done(TurnPage)"""
        return self._client.call(lambda engine: engine.history.turns(session_id, before=before, limit=limit))

    def rename(self, session_id: str, title: str) -> Handle:
        """done(Session)"""
        return self._client.call(lambda engine: engine.history.rename(session_id, title))

    def pin(self, session_id: str, pinned: bool) -> Handle:
        """done(Session)"""
        return self._client.call(lambda engine: engine.history.pin(session_id, pinned))

    def move(self, session_ids: tuple[str, ...], folder_id: str | None) -> Handle:
        """done(None)"""

        async def move_all(engine: Engine) -> None:
            for session_id in session_ids:
                await engine.history.move(session_id, folder_id)

        return self._client.call(move_all)

    def delete(self, session_ids: tuple[str, ...]) -> Handle:
        """done(None)"""
        return self._client.call(lambda engine: engine.history.delete(session_ids))

    def restore(self, session_ids: tuple[str, ...]) -> Handle:
        """done(None)"""
        return self._client.call(lambda engine: engine.history.restore(session_ids))

    def create_folder(self, name: str) -> Handle:
        """done(Folder)"""
        return self._client.call(lambda engine: engine.history.create_folder(name))

    def rename_folder(self, folder_id: str, name: str) -> Handle:
        """done(Folder)"""
        return self._client.call(lambda engine: engine.history.rename_folder(folder_id, name))

    def delete_folder(self, folder_id: str) -> Handle:
        """done(None)"""
        return self._client.call(lambda engine: engine.history.delete_folder(folder_id))

    def search(self, text: str, *, limit: int = 50) -> Handle:
        """done(tuple[SearchHit, ...])"""
        return self._client.call(lambda engine: engine.history.search(text, limit=limit))

    def export_to(self, session_id: str, form: ExportForm, path: Path) -> Handle:
        """done(Path) once the file is whole"""

        async def export(engine: Engine) -> Path:
            import asyncio  # late: it costs the window 20 ms of its start

            text = await engine.history.export(session_id, form)
            await asyncio.to_thread(_write_whole, path, text)
            return path

        return self._client.call(export)

    def import_from(self, path: Path) -> Handle:
        """done(Session)"""

        async def load(engine: Engine) -> Session:
            import asyncio

            return await engine.history.import_json(await asyncio.to_thread(_read, path))

        return self._client.call(load)

    def _on_event(self, event: object) -> None:
        if isinstance(event, SessionsChanged):
            self.changed.emit(event.session_ids)


def _write_whole(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StorageFailed(
            f"{path.name} could not be written: {error.strerror}.", hint="Choose another place."
        ) from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StorageFailed(f"{path.name} could not be read.", hint="Choose a chat exported as JSON.") from error
