"""Settings, the key of the local API, and the doctor, as clients see them."""

from __future__ import annotations

import secrets as random_source
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from app.engine.domain.events import EngineEvent
from app.engine.domain.machine import Endpoint, Finding
from app.engine.domain.settings import Settings
from app.engine.inference.llama_cpp.devices import Build
from app.engine.runtime.paths import DataPaths
from app.engine.runtime.settings_store import SettingsStore
from app.engine.storage.secrets import SecretStore

KEY_NAME = "api-key"


class PreferencesService:
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
        self._endpoint = endpoint
        self.current_key: str | None = None

    def get(self) -> Settings:
        return self._settings.current

    async def set(self, changes: Mapping[str, Any]) -> Settings:
        await self._settings.change(changes)
        return self._settings.current

    def endpoint(self) -> Endpoint:
        return self._endpoint()

    async def api_key(self) -> str:
        if self.current_key is None:
            self.current_key = await self._secrets.get(KEY_NAME) or await self.renew_api_key()
        return self.current_key

    async def renew_api_key(self) -> str:
        self.current_key = "pdk-" + random_source.token_urlsafe(32)
        await self._secrets.set(KEY_NAME, self.current_key)
        return self.current_key

    async def doctor(self) -> tuple[Finding, ...]:
        return ()
