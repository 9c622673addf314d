"""The library adds, links, finds doubles, repairs and removes, and deletes only what Paddock owns."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.engine.domain.errors import Conflict, GgufInvalid, ModelNotFound, ModelUnavailable
from app.engine.domain.events import EngineEvent, ModelsChanged
from app.engine.domain.models import LoadSettings
from app.engine.inference.library import ModelLibrary
from app.engine.storage.database import Database
from app.engine.storage.models import MIGRATIONS, ModelStore
from tests.fakes.tiny_gguf import write_tiny_llama


class World:
    """A library over a real database in a temporary folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.models = root / "models"
        self.models.mkdir()
        self.database = Database(root / "paddock.db", MIGRATIONS)
        self.events: list[EngineEvent] = []
        self.starter: Path | None = None
        self.library = ModelLibrary(
            ModelStore(self.database), self.models, self.events.append, starter=lambda: self.starter
        )

    def file(self, name: str = "Tiny-3.1.F16.gguf", **options: object) -> Path:
        return write_tiny_llama(self.root / name, **options)  # type: ignore[arg-type]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = World(tmp_path)
    await made.database.open()
    yield made
    await made.database.close()


async def test_an_imported_copy_is_described_owned_and_removed(world: World) -> None:
    source = world.file()
    model = await world.library.import_file(source)
    assert (model.id, model.name, model.source) == ("tiny-3.1-f16", "Tiny Llama Test", "imported")
    assert (model.quantisation, model.context_length, model.licence) == ("F16", 2048, "llama3.1")
    assert model.has_chat_template
    assert model.path == str(world.models / "Tiny-3.1.F16.gguf")
    assert model.sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    assert await world.library.list() == (model,)
    assert await world.library.get(model.id) == model
    assert world.events == [ModelsChanged()]
    assert await world.library.remove(model.id) == source.stat().st_size
    assert list(world.models.iterdir()) == []
    assert source.exists()
    with pytest.raises(ModelNotFound):
        await world.library.get(model.id)


async def test_a_linked_file_stays_where_it_is(world: World) -> None:
    source = world.file()
    model = await world.library.import_file(source, copy=False)
    assert model.path == str(source)
    assert list(world.models.iterdir()) == []
    assert await world.library.remove(model.id) == 0
    assert source.exists()


async def test_the_same_content_is_refused_and_leaves_no_second_copy(world: World) -> None:
    model = await world.library.import_file(world.file())
    with pytest.raises(Conflict, match="already in the library as “Tiny Llama Test”"):
        await world.library.import_file(world.file("other-name.gguf"))
    assert [each.name for each in world.models.iterdir()] == ["Tiny-3.1.F16.gguf"]
    assert await world.library.list() == (model,)


async def test_two_models_of_one_name_get_two_ids(world: World) -> None:
    first = await world.library.import_file(world.file())
    (world.root / "again").mkdir()
    second = await world.library.import_file(write_tiny_llama(world.root / "again" / "Tiny-3.1.F16.gguf", seed=1))
    assert (first.id, second.id) == ("tiny-3.1-f16", "tiny-3.1-f16-2")
    assert first.path != second.path


async def test_a_lost_file_is_flagged_and_repaired_by_importing_it_again(world: World) -> None:
    source = world.file()
    model = await world.library.import_file(source)
    await world.library.configure(model.id, LoadSettings(context_length=512))
    assert model.path is not None
    Path(model.path).unlink()
    assert [each.missing for each in await world.library.list()] == [True]
    with pytest.raises(ModelUnavailable, match="no longer at"):
        await world.library.header(model.id)
    repaired = await world.library.import_file(source, copy=False)
    assert repaired.id == model.id
    assert repaired.load_settings.context_length == 512
    assert [each.missing for each in await world.library.list()] == [False]


async def test_a_bad_file_is_not_added(world: World) -> None:
    bad = world.root / "bad.gguf"
    bad.write_bytes(b"nonsense")
    for attempt in (world.library.import_file(bad), world.library.check(bad)):
        with pytest.raises(GgufInvalid):
            await attempt
    assert await world.library.list() == ()


async def test_checking_adds_nothing(world: World) -> None:
    model = await world.library.check(world.file())
    assert model.architecture == "llama"
    assert await world.library.list() == ()


async def test_a_cancelled_import_leaves_nothing(world: World) -> None:
    source = world.file()
    begun, go_on = threading.Event(), threading.Event()

    def progress(_done: int, _total: int) -> None:
        begun.set()
        go_on.wait(10)

    importing = asyncio.create_task(world.library.import_file(source, progress=progress))
    await asyncio.to_thread(begun.wait, 10)
    importing.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await importing
    assert await world.library.list() == ()
    assert list(world.models.iterdir()) == []


async def test_the_starter_is_registered_once_follows_its_package_and_stays_removed(world: World) -> None:
    world.starter = world.file("SmolLM2-135M-Instruct.Q4_1.gguf", licence=None)
    await world.library.initialize()
    (model,) = await world.library.list()
    assert (model.id, model.source, model.licence) == ("smollm2-135m-instruct-q4_1", "starter", "Apache-2.0")
    assert model.name == "SmolLM2 135M Instruct (starter)"
    (world.root / "moved").mkdir()
    world.starter = world.starter.rename(world.root / "moved" / world.starter.name)
    await world.library.initialize()
    assert [each.path for each in await world.library.list()] == [str(world.starter)]
    assert await world.library.remove(model.id) == 0
    assert world.starter.exists()
    await world.library.initialize()
    assert await world.library.list() == ()
    back = await world.library.import_file(world.starter, copy=False)
    assert back.id == model.id


async def test_no_starter_is_no_failure(world: World) -> None:
    await world.library.initialize()
    assert await world.library.list() == ()


async def test_a_download_is_adopted_and_a_second_one_gives_the_same_model(world: World) -> None:
    first = world.file("download.part", licence=None)
    digest = hashlib.sha256(first.read_bytes()).hexdigest()
    model = await world.library.adopt(first, "Tiny-Q4_K_M.gguf", digest, licence="llama3.2")
    assert (model.id, model.source, model.licence) == ("tiny-q4_k_m", "downloaded", "llama3.2")
    assert not first.exists()
    again = await world.library.adopt(world.file("download.part", licence=None), "Tiny-Q4_K_M.gguf", digest)
    assert again == model
    assert len(list(world.models.iterdir())) == 1


async def test_use_settings_and_speed_are_remembered(world: World) -> None:
    model = await world.library.import_file(world.file())
    assert await world.library.last_used() is None
    await world.library.touch(model.id)
    await world.library.remember_speed(model.id, 55.5)
    used = await world.library.last_used()
    assert used is not None
    assert (used.id, used.tokens_per_second) == (model.id, 55.5)
    assert (await world.library.header(model.id)).layers == 2
