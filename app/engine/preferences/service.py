"""Settings and facts about this machine, as clients see them. Must not decide what a setting does."""

from __future__ import annotations

import asyncio
import secrets as random
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from app.engine.domain.errors import Conflict
from app.engine.domain.events import EngineEvent, NoticeRaised
from app.engine.domain.machine import Endpoint, Finding
from app.engine.domain.settings import Settings
from app.engine.inference.llama_cpp.devices import Build
from app.engine.preferences.doctor import examine
from app.engine.runtime.paths import DataPaths
from app.engine.runtime.settings_store import SettingsStore
from app.engine.storage.secrets import API_KEY, SecretStore

KEY_PREFIX = "pdk-"
KEY_BYTES = 32


class PreferencesService:
    """Implements `facade.Preferences`. `endpoint` tells where the API listens, `examine_build` asks llama.cpp.

    `current_key` is the key in force once it was asked for, so that a guard can compare without waiting.
    """

    def __init__(
        self,
        *,
        settings: SettingsStore,
        secrets: SecretStore,
        paths: DataPaths,
        endpoint: Callable[[], Endpoint],
        examine_build: Callable[[], Awaitable[Build]],
        publish: Callable[[EngineEvent], None],
    ) -> None:
        self._settings = settings
        self._secrets = secrets
        self._paths = paths
        self._endpoint = endpoint
        self._examine_build = examine_build
        self._making_key = asyncio.Lock()
        self.current_key: str | None = None
        if settings.problem:
            publish(NoticeRaised(topic="settings", level="warning", message=settings.problem))

    def get(self) -> Settings:
        """Return the settings in force."""
        return self._settings.current

    async def set(self, changes: Mapping[str, Any]) -> Settings:
        """Change settings by name; raises InvalidRequest that names the field and its bounds, StorageFailed."""
        await self._settings.change(changes)
        return self._settings.current

    def endpoint(self) -> Endpoint:
        """Return where other apps reach this engine."""
        return self._endpoint()

    async def api_key(self) -> str:
        """Return the key other apps must send; made at first use."""
        async with self._making_key:
            if self.current_key is None:
                self.current_key = await self._secrets.get(API_KEY) or await self._new_key()
            return self.current_key

    async def renew_api_key(self) -> str:
        """Replace the key; the old one stops working at once. Raises Conflict when the environment sets it."""
        async with self._making_key:
            fresh = await self._new_key()
            if await self._secrets.get(API_KEY) != fresh:
                raise Conflict(
                    "The key is set by the variable PADDOCK_SECRET_API_KEY.", hint="Change it there, then start again."
                )
            self.current_key = fresh
            return fresh

    async def doctor(self) -> tuple[Finding, ...]:
        """Examine hardware, llama.cpp build, paths, keychain and versions."""
        build = await self._examine_build()
        keychain = await self._secrets.describe()
        return await asyncio.to_thread(
            examine, build, self._paths, keychain, self._endpoint(), self._settings.current.server_port
        )

    async def _new_key(self) -> str:
        key = KEY_PREFIX + random.token_urlsafe(KEY_BYTES)
        await self._secrets.set(API_KEY, key)
        return key
