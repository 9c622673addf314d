"""The preferences capability: settings, and facts about this machine. Signatures only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from app.engine.domain.machine import Endpoint, Finding
from app.engine.domain.settings import Settings


class Preferences(Protocol):
    """Settings, and facts about this machine that a client shows."""

    def get(self) -> Settings:
        """Return the settings in force."""
        ...

    async def set(self, changes: Mapping[str, Any]) -> Settings:
        """Change settings by name; raises InvalidRequest that names the field and its bounds."""
        ...

    @property
    def current_key(self) -> str | None:
        """The key other apps must send, once `api_key` has made or read it."""
        ...

    def endpoint(self) -> Endpoint:
        """Return where other apps reach this engine."""
        ...

    async def api_key(self) -> str:
        """Return the key other apps must send; made at first use."""
        ...

    async def renew_api_key(self) -> str:
        """Replace the key; the old one stops working at once."""
        ...

    async def doctor(self) -> tuple[Finding, ...]:
        """Examine hardware, llama.cpp build, paths, keychain and versions."""
        ...
