"""Settings in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from app.engine.domain.errors import InvalidRequest
from app.engine.domain.events import EventBus, SettingsChanged
from app.engine.domain.machine import Endpoint, Finding
from app.engine.domain.settings import Settings


class FakePreferences:
    """Checks changes against the schema as the real one does."""

    def __init__(self, events: EventBus) -> None:
        self._events = events
        self.settings = Settings()
        self.key = "pk-fake-0123456789abcdef"
        self.current_key: str | None = None
        self.findings: tuple[Finding, ...] = (
            Finding(topic="Processor", ok=True, value="2 cores, AVX2, FMA"),
            Finding(topic="Memory", ok=True, value="16.0 GB, 4.3 GB free"),
            Finding(topic="Keychain", ok=False, value="not available", mend="Install gnome-keyring or KWallet."),
        )

    def get(self) -> Settings:
        return self.settings

    async def set(self, changes: Mapping[str, Any]) -> Settings:
        try:
            self.settings = msgspec.convert(
                msgspec.to_builtins(self.settings) | msgspec.to_builtins(dict(changes)), Settings
            )
        except msgspec.ValidationError as error:
            raise InvalidRequest(str(error)) from error
        self._events.publish(SettingsChanged(tuple(changes)))
        return self.settings

    def endpoint(self) -> Endpoint:
        if not self.settings.server_enabled:
            return Endpoint(reason="switched off")
        return Endpoint(url=f"http://127.0.0.1:{self.settings.server_port}")

    async def api_key(self) -> str:
        self.current_key = self.key
        return self.key

    async def renew_api_key(self) -> str:
        self.key = self.current_key = "pk-fake-renewed"
        return self.key

    async def doctor(self) -> tuple[Finding, ...]:
        return self.findings
