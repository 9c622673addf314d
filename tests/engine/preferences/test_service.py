"""Settings are changed and announced; the API key is made once, kept, and can be replaced."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.engine.domain.errors import Conflict, InvalidRequest
from app.engine.domain.events import EngineEvent, NoticeRaised, SettingsChanged
from app.engine.domain.machine import Endpoint
from app.engine.facade import Preferences
from app.engine.inference.llama_cpp.devices import Build
from app.engine.preferences.service import PreferencesService
from app.engine.runtime.paths import DataPaths
from app.engine.runtime.settings_store import SettingsStore
from app.engine.storage.secrets import SecretStore


class World:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.events: list[EngineEvent] = []
        self.environment: dict[str, str] = {}
        self.settings = SettingsStore(root / "settings.json", publish=self.events.append)
        self.service = self.fresh()

    def fresh(self) -> PreferencesService:
        async def build() -> Build:
            return Build(version="1", features="CPU : AVX2 = 1")

        return PreferencesService(
            settings=self.settings,
            secrets=SecretStore(seconds=lambda: 10.0, notify=self.events.append, environment=self.environment),
            paths=DataPaths(self.root),
            endpoint=lambda: Endpoint(url="http://127.0.0.1:1"),
            examine_build=build,
            publish=self.events.append,
        )


@pytest.fixture
async def world(tmp_path: Path) -> World:
    return World(tmp_path)


async def test_settings_are_changed_and_announced(world: World) -> None:
    preferences: Preferences = world.service
    assert (await preferences.set({"theme": "dark"})).theme == "dark"
    assert preferences.get().theme == "dark"
    assert world.events == [SettingsChanged(("theme",))]
    with pytest.raises(InvalidRequest, match="at most 2"):
        await preferences.set({"temperature": 9})


async def test_a_damaged_settings_file_is_told(world: World) -> None:
    world.settings.problem = "it was damaged"
    world.fresh()
    assert world.events == [NoticeRaised(topic="settings", level="warning", message="it was damaged")]


async def test_the_key_is_made_once_and_kept(world: World) -> None:
    assert world.service.current_key is None
    first, second = await asyncio.gather(world.service.api_key(), world.service.api_key())
    assert first == second == world.service.current_key
    assert first.startswith("pdk-")
    assert len(first) >= 40
    assert await world.fresh().api_key() == first
    for path in world.root.rglob("*"):
        assert first.encode() not in path.read_bytes()


async def test_the_key_is_renewed(world: World) -> None:
    first = await world.service.api_key()
    second = await world.service.renew_api_key()
    assert second != first
    assert await world.service.api_key() == world.service.current_key == second
    assert await world.fresh().api_key() == second


async def test_a_key_of_the_environment_cannot_be_renewed(world: World) -> None:
    world.environment["PADDOCK_SECRET_API_KEY"] = "mine"
    assert await world.service.api_key() == "mine"
    with pytest.raises(Conflict, match="PADDOCK_SECRET_API_KEY"):
        await world.service.renew_api_key()
    assert await world.service.api_key() == "mine"


async def test_the_doctor_looks_at_everything(world: World) -> None:
    findings = {each.topic: each for each in await world.service.doctor()}
    assert {"Python", "llama.cpp", "Processor", "Memory", "Disk", "Keychain", "Local API", "Writing"} <= set(findings)
    assert findings["Local API"].value == "http://127.0.0.1:1"
    assert findings["Writing"].ok
    assert world.service.endpoint().url == "http://127.0.0.1:1"
