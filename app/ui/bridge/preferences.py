"""What pages may ask of settings and facts about this machine. Keeps a copy, so that painting never waits."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from PySide6.QtCore import QObject, QSettings, Signal

from app.engine.domain.agents import AgentConfig
from app.engine.domain.events import EndpointChanged, SettingsChanged
from app.engine.domain.machine import Endpoint
from app.engine.domain.settings import Settings
from app.engine.facade import Engine
from app.ui.bridge.handle import Handle

if TYPE_CHECKING:
    from app.ui.bridge.client import EngineClient


class PreferencesClient(QObject):
    """`settings` and `endpoint` are copies as last heard; `changed` follows every change, also the first load."""

    changed = Signal()

    def __init__(self, client: EngineClient) -> None:
        super().__init__(client)
        self._client = client
        self.settings = Settings()
        self.endpoint = Endpoint()
        client.engine_event.connect(self._on_event)
        client.started.connect(self.refresh)

    @property
    def expert(self) -> bool:
        """Tell whether raw numbers and sampling are shown."""
        return self.settings.mode == "expert"

    @property
    def data_folder(self) -> Path | None:
        """Return where Paddock keeps everything; None when the window does not know it."""
        memory = self._client.property("memory")
        return Path(memory.fileName()).parent if isinstance(memory, QSettings) else None

    def new_chat(self) -> AgentConfig:
        """Return how a new chat answers, as the settings say."""
        settings, base = self.settings, AgentConfig()
        sampling = replace(
            base.sampling,
            temperature=settings.temperature,
            top_p=settings.top_p,
            top_k=settings.top_k,
            min_p=settings.min_p,
        )
        return replace(
            base,
            instructions=settings.default_instructions,
            sampling=sampling,
            context_policy=settings.context_policy,
        )

    def set(self, changes: Mapping[str, Any]) -> Handle:
        """done(Settings)"""
        return self._client.call(lambda engine: engine.preferences.set(changes))

    def api_key(self) -> Handle:
        """done(str)"""
        return self._client.call(lambda engine: engine.preferences.api_key())

    def renew_api_key(self) -> Handle:
        """done(str)"""
        return self._client.call(lambda engine: engine.preferences.renew_api_key())

    def doctor(self) -> Handle:
        """done(tuple[Finding, ...])"""
        return self._client.call(lambda engine: engine.preferences.doctor())

    def refresh(self) -> None:
        """Fetch settings and endpoint anew; `changed` follows."""

        async def snapshot(engine: Engine) -> tuple[Settings, Endpoint]:
            return engine.preferences.get(), engine.preferences.endpoint()

        self._client.call(snapshot).on(self, done=self._on_snapshot)

    def _on_snapshot(self, found: tuple[Settings, Endpoint]) -> None:
        self.settings, self.endpoint = found
        self.changed.emit()

    def _on_event(self, event: object) -> None:
        if isinstance(event, SettingsChanged | EndpointChanged):
            self.refresh()
