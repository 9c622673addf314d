"""Settings survive a restart, refuse bad values by name and bounds, and a bad file costs only what is bad."""

from __future__ import annotations

import asyncio
import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from app.engine.domain.errors import DiskFull, InvalidRequest
from app.engine.domain.events import SettingsChanged
from app.engine.domain.settings import RemoteProvider, Settings
from app.engine.runtime.settings_store import SettingsStore, check


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


async def test_changes_are_saved_and_only_those(path: Path) -> None:
    events: list[SettingsChanged] = []
    store = SettingsStore(path, publish=events.append)
    assert await asyncio.to_thread(store.load) == Settings()
    remote = RemoteProvider(id="lab", base_url="http://lab.example/v1")
    assert await store.change({"temperature": 1, "theme": "system", "remotes": (remote,)}) == ("temperature", "remotes")
    assert events == [SettingsChanged(("temperature", "remotes"))]
    saved = json.loads(path.read_text())
    assert saved["version"] == 1
    assert set(saved["settings"]) == {"temperature", "remotes"}
    again = SettingsStore(path)
    assert await asyncio.to_thread(again.load) == Settings(temperature=1.0, remotes=(remote,))
    assert again.problem == ""


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("temperature", 3, r"“Temperature” \(temperature\) cannot be 3: must be at least 0 and at most 2"),
        ("server_port", 70000, "at most 65535"),
        ("theme", "pink", "pink"),
        ("load_seconds", 0, "more than 0"),
        ("server_require_key", "yes", "bool"),
        ("colour", 1, "no setting “colour”"),
    ],
)
async def test_bad_values_are_refused_by_name_and_nothing_changes(
    path: Path, name: str, value: Any, words: str
) -> None:
    store = SettingsStore(path)
    with pytest.raises(InvalidRequest, match=words) as caught:
        await store.change({"mode": "expert", name: value})
    assert caught.value.param == name
    assert store.current == Settings()
    assert not path.exists()


def test_every_default_is_valid() -> None:
    for name in Settings.__struct_fields__:
        assert check(name, getattr(Settings(), name)) == getattr(Settings(), name)


def test_one_bad_value_costs_only_itself(path: Path) -> None:
    content = json.dumps({"version": 1, "settings": {"temperature": 99, "theme": "dark", "gone": 1}})
    path.write_text(content)
    store = SettingsStore(path)
    assert store.load() == Settings(theme="dark")
    assert "Temperature" in store.problem
    backups = list(path.parent.glob("settings.backup-*.json"))
    assert [each.read_text() for each in backups] == [content]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": "x"}', '{"version": 0, "settings": {}}', "\x00\xff"])
def test_a_damaged_file_gives_defaults_and_a_backup(path: Path, content: str) -> None:
    path.write_text(content)
    store = SettingsStore(path)
    assert store.load() == Settings()
    assert "damaged" in store.problem
    assert "kept as settings.backup-" in store.problem


def test_an_old_file_is_migrated_and_a_newer_one_kept(path: Path) -> None:
    path.write_text(json.dumps({"version": 1, "settings": {"look": "dark"}}))
    store = SettingsStore(path, version=2, migrations={1: lambda values: {"theme": values["look"]}})
    assert store.load() == Settings(theme="dark")
    assert store.problem == ""
    path.write_text(json.dumps({"version": 9, "settings": {"theme": "dark"}}))
    newer = SettingsStore(path)
    assert newer.load() == Settings(theme="dark")
    assert "newer" in newer.problem


async def test_a_full_disk_keeps_what_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = SettingsStore(path)
    await store.change({"theme": "dark"})

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull):
        await store.change({"theme": "light"})
    assert store.current.theme == "dark"
    assert (await asyncio.to_thread(SettingsStore(path).load)).theme == "dark"
