"""What is known about a model survives a restart and leaves no trace when it is removed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.engine.domain.models import LoadSettings, Model
from app.engine.storage.database import Database
from app.engine.storage.models import MIGRATIONS, DeviceMemory, ModelStore, StoredModel


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(tmp_path / "paddock.db", MIGRATIONS)
    await database.open()
    yield database
    await database.close()


def stored(model_id: str, **fields: object) -> StoredModel:
    return StoredModel(model=Model(id=model_id, name=model_id.upper(), **fields), owned=True)  # type: ignore[arg-type]


async def test_models_come_back_as_they_were_by_name(db: Database) -> None:
    store = ModelStore(db)
    first = stored("b", sha256="ab" * 32, load_settings=LoadSettings(context_length=4096, kv_type="q8_0"))
    await store.put(first)
    await store.put(stored("a"))
    await db.close()
    await db.open()
    assert [each.model.id for each in await store.all()] == ["a", "b"]
    assert await store.get("b") == first
    assert await store.by_sha256("ab" * 32) == first
    assert await store.get("c") is None
    assert await store.by_sha256("none") is None


async def test_use_is_remembered_and_replacing_keeps_one_row(db: Database) -> None:
    store = ModelStore(db)
    await store.put(stored("a"))
    await store.touch("a")
    touched = await store.get("a")
    assert touched is not None
    assert touched.used_at is not None
    await store.put(stored("a", licence="MIT"))
    assert [each.model.licence for each in await store.all()] == ["MIT"]


async def test_devices_are_remembered_until_the_model_goes(db: Database) -> None:
    store = ModelStore(db)
    await store.put(stored("a"))
    await store.remember_device("a", "CUDA0", DeviceMemory(layers=33, reason="fits"))
    await store.remember_device("a", "CUDA0", DeviceMemory(layers=16, reason="halved"))
    assert await store.device_memory("a", "CUDA0") == DeviceMemory(layers=16, reason="halved")
    assert await store.device_memory("a", "CUDA1") is None
    await store.remove("a")
    assert await store.device_memory("a", "CUDA0") is None
    assert await store.all() == ()
