"""What pages may ask of sessions and turns. A running turn belongs to the engine; watching it can end any time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from app.engine.domain.agents import AgentConfig, Attachment
from app.engine.domain.events import TurnRan
from app.ui.bridge.handle import Handle

if TYPE_CHECKING:
    from app.ui.bridge.client import EngineClient


class AgentsClient(QObject):
    """Each verb returns a Handle whose `done` carries what `facade.Agents` returns."""

    turn_ran = Signal(str, str, bool)

    def __init__(self, client: EngineClient) -> None:
        super().__init__(client)
        self._client = client
        client.engine_event.connect(self._on_event)

    def create_session(
        self, *, title: str = "", config: AgentConfig | None = None, folder_id: str | None = None
    ) -> Handle:
        """done(Session)"""
        return self._client.call(
            lambda engine: engine.agents.create_session(title=title, config=config, folder_id=folder_id)
        )

    def get_session(self, session_id: str) -> Handle:
        """done(Session)"""
        return self._client.call(lambda engine: engine.agents.get_session(session_id))

    def configure_session(self, session_id: str, config: AgentConfig) -> Handle:
        """done(Session)"""
        return self._client.call(lambda engine: engine.agents.configure_session(session_id, config))

    def start_turn(
        self,
        session_id: str,
        text: str,
        *,
        parent_id: str | Literal["active"] | None = "active",
        attachments: tuple[Attachment, ...] = (),
    ) -> Handle:
        """done(Turn) once it is on disk; watch it for the answer"""
        return self._client.call(
            lambda engine: engine.agents.start_turn(session_id, text, parent_id=parent_id, attachments=attachments)
        )

    def regenerate_turn(self, turn_id: str) -> Handle:
        """done(Turn), a sibling"""
        return self._client.call(lambda engine: engine.agents.regenerate_turn(turn_id))

    def edit_turn(self, turn_id: str, text: str) -> Handle:
        """done(Turn), a sibling"""
        return self._client.call(lambda engine: engine.agents.edit_turn(turn_id, text))

    def watch_turn(self, turn_id: str) -> Handle:
        """partial(TurnEvent)..., done(None)"""
        return self._client.stream(lambda engine: engine.agents.watch_turn(turn_id))

    def cancel_turn(self, turn_id: str) -> Handle:
        """done(Turn)"""
        return self._client.call(lambda engine: engine.agents.cancel_turn(turn_id))

    def select_turn(self, turn_id: str) -> Handle:
        """done(Session)"""
        return self._client.call(lambda engine: engine.agents.select_turn(turn_id))

    def running_turns(self) -> Handle:
        """done(tuple[Turn, ...])"""
        return self._client.call(lambda engine: engine.agents.running_turns())

    def kept(self) -> Handle:
        """done(Kept)"""
        return self._client.call(lambda engine: engine.agents.kept())

    def forget(self) -> Handle:
        """done(Kept), what there was"""
        return self._client.call(lambda engine: engine.agents.forget())

    def _on_event(self, event: object) -> None:
        if isinstance(event, TurnRan):
            self.turn_ran.emit(event.session_id, event.turn_id, event.running)
