"""The models capability joins its parts and protects them from values that cannot be."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import keyring
import msgspec
import pytest

from app.engine.domain.errors import Conflict, InvalidRequest, ModelNotFound, RemoteFailed
from app.engine.domain.events import DownloadChanged, EngineEvent, ModelsChanged
from app.engine.domain.machine import Memory
from app.engine.domain.models import LoadSettings, Model, ModelState
from app.engine.domain.settings import RemoteProvider
from app.engine.facade import Models
from app.engine.inference.catalogue import read_catalogue
from app.engine.inference.downloads import Downloads
from app.engine.inference.hub import Hub
from app.engine.inference.library import ModelLibrary
from app.engine.inference.models_service import ModelsService, quantisation_of
from app.engine.runtime.resources import resource
from app.engine.runtime.settings_store import SettingsStore
from app.engine.storage.database import Database
from app.engine.storage.models import MIGRATIONS, ModelStore
from app.engine.storage.secrets import HUB_TOKEN, SecretStore
from tests.fakes import hub as fake
from tests.fakes.keychain import MemoryKeychain
from tests.fakes.tiny_gguf import write_tiny_llama

CATALOGUE = read_catalogue(resource("catalogue.json"))
REPO = "bartowski/Llama-3.2-1B-Instruct-GGUF"
FILE = "Llama-3.2-1B-Instruct-Q4_K_M.gguf"


class FakeRunner:
    """Loads nothing and remembers what it was asked."""

    def __init__(self) -> None:
        self.loaded: dict[str, ModelState] = {}
        self.served: tuple[str, ...] = ("small", "large")
        self.keys: list[str | None] = []

    def states(self) -> Mapping[str, ModelState]:
        return self.loaded

    async def load(self, model: Model) -> ModelState:
        self.loaded[model.id] = ModelState(phase="ready", memory_bytes=2_000_000_000)
        return self.loaded[model.id]

    async def unload(self, model_id: str) -> None:
        self.loaded.pop(model_id, None)

    async def measure(self, model: Model) -> float:
        return 42.0

    async def list_remote(self, provider: RemoteProvider, key: str | None) -> tuple[str, ...]:
        self.keys.append(key)
        if key == "wrong":
            raise RemoteFailed("refused", status=401)
        return self.served


class World:
    def __init__(self, root: Path, server: fake.Hub) -> None:
        self.root = root
        self.events: list[EngineEvent] = []
        self.runner = FakeRunner()
        self.settings = SettingsStore(root / "settings.json", publish=self.events.append)
        self.secrets = SecretStore(seconds=lambda: 10.0, notify=self.events.append, environment={})
        self.database = Database(root / "paddock.db", MIGRATIONS)
        for name in ("models", "downloads"):
            (root / name).mkdir()
        self.library = ModelLibrary(
            ModelStore(self.database), root / "models", self.events.append, starter=lambda: None
        )
        hub = Hub(lambda: self.settings.current, lambda: self.secrets.get(HUB_TOKEN))
        self.downloads = Downloads(
            hub,
            root / "downloads",
            lambda: self.settings.current,
            self.events.append,
            lambda path, file, sha256, licence: self.library.adopt(path, file, sha256, licence=licence),
            backoff=lambda _attempt: 0.0,
        )
        self.service = ModelsService(
            library=self.library,
            runner=self.runner,
            hub=hub,
            downloads=self.downloads,
            catalogue=CATALOGUE,
            settings=self.settings,
            secrets=self.secrets,
            publish=self.events.append,
            memory=lambda: Memory(total=8 * 10**9, free=4 * 10**9),
        )

    async def tiny(self, file: str = "tiny.gguf", **options: object) -> Model:
        source = write_tiny_llama(self.root / file, **options)  # type: ignore[arg-type]
        return await self.service.import_file(source)


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[fake.Hub]:
    content = write_tiny_llama(tmp_path_factory.mktemp("hub") / "x.gguf", seed=5).read_bytes()
    files = {"Tiny-Q8_0.gguf": content, "Tiny-Q4_K_M.gguf": content[:-1000], FILE: content}
    with fake.Hub({"maker/Tiny-GGUF": fake.Repo(files), REPO: fake.Repo({FILE: content})}) as running:
        yield running


@pytest.fixture
async def world(tmp_path: Path, server: fake.Hub) -> AsyncIterator[World]:
    before = keyring.get_keyring()
    keyring.set_keyring(MemoryKeychain())
    made = World(tmp_path, server)
    await made.database.open()
    await made.settings.change({"hub_endpoint": server.url})
    made.events.clear()
    yield made
    await made.downloads.shutdown()
    await made.database.close()
    keyring.set_keyring(before)


def test_it_is_the_facades_models(world: World) -> None:
    models: Models = world.service
    assert models.downloads() == ()


async def test_the_default_is_the_setting_else_the_last_used_else_the_first(world: World) -> None:
    with pytest.raises(ModelNotFound, match="No chat model"):
        await world.service.default()
    await world.tiny("base.gguf", name="A base", chat_template=None, seed=1)
    first = await world.tiny("b.gguf", name="B chat", seed=2)
    second = await world.tiny("c.gguf", name="C chat", seed=3)
    third = await world.tiny("d.gguf", name="D chat", seed=4)
    assert (await world.service.default()).id == first.id
    await world.library.touch(second.id)
    assert (await world.service.default()).id == second.id
    await world.settings.change({"default_model": third.id})
    assert (await world.service.default()).id == third.id
    assert third.path is not None
    Path(third.path).unlink()
    assert (await world.service.default()).id == second.id


async def test_a_guard_that_was_used_is_no_default(world: World) -> None:
    chat = await world.tiny("b.gguf", name="B chat", seed=2)
    guard = await world.tiny("g.gguf", name="A Llama Guard 3", seed=3)
    assert guard.purpose == "guard"
    await world.library.touch(chat.id)
    await world.library.touch(guard.id)
    assert (await world.service.default()).id == chat.id


async def test_load_unload_measure_and_remove(world: World) -> None:
    model = await world.tiny()
    assert (await world.service.load(model.id)).phase == "ready"
    assert set(world.service.states()) == {model.id}
    assert (await world.service.fit(model.id)).reason == "is loaded and uses 2.0 GB"
    assert await world.service.measure(model.id) == 42.0
    assert (await world.service.get(model.id)).tokens_per_second == 42.0
    assert await world.service.remove(model.id) > 0
    assert world.service.states() == {}
    for call in (world.service.load, world.service.unload, world.service.remove, world.service.fit):
        with pytest.raises(ModelNotFound):
            await call("nothing")


async def test_an_import_shows_its_progress(world: World) -> None:
    model = await world.tiny()
    shown = [event.download for event in world.events if isinstance(event, DownloadChanged)]
    assert shown[-1].state == "completed"
    assert shown[-1].model_id == model.id
    assert world.service.downloads() == ()
    with pytest.raises(Conflict):
        await world.service.import_file(world.root / "tiny.gguf")
    shown = [event.download for event in world.events if isinstance(event, DownloadChanged)]
    assert shown[-1].state == "failed"
    assert "already in the library" in shown[-1].reason


async def test_load_settings_are_checked_and_kept(world: World) -> None:
    model = await world.tiny()
    kept = await world.service.configure(model.id, LoadSettings(context_length=512, kv_type="q8_0"))
    assert kept.load_settings.context_length == 512
    small = await world.service.fit(model.id)
    await world.service.configure(model.id, LoadSettings(context_length=2048))
    assert (await world.service.fit(model.id)).needed_bytes > small.needed_bytes
    for bad in (
        LoadSettings(context_length=5000),
        LoadSettings(context_length=1),
        LoadSettings(gpu_layers=-1),
        LoadSettings(threads=0),
        LoadSettings(idle_unload_minutes=-5),
    ):
        with pytest.raises(InvalidRequest, match="must be from"):
            await world.service.configure(model.id, bad)


async def test_the_catalogue_is_judged_for_this_machine(world: World) -> None:
    verdicts = {offer.entry.id: offer.fit for offer in await world.service.catalogue()}
    assert verdicts["llama-3.2-1b-instruct"].verdict == "fits"
    assert verdicts["llama-3.1-8b-instruct"].verdict == "too_large"
    assert verdicts["llama-3.1-8b-instruct"].free_bytes == 4 * 10**9


async def test_hub_files_come_with_verdicts_smallest_first(world: World) -> None:
    (found,) = await world.service.search_hub("tiny")
    assert found.repo == "maker/Tiny-GGUF"
    files = (await world.service.hub_files(found.repo)).files
    assert files[0].name == "Tiny-Q4_K_M.gguf"
    assert all(file.fit is not None and file.fit.verdict == "fits" for file in files)


async def test_a_downloaded_file_becomes_a_model(world: World) -> None:
    begun = await world.service.download("maker/Tiny-GGUF", "Tiny-Q8_0.gguf")
    done = await world.downloads.wait(begun.id)
    assert (done.state, done.model_id) == ("completed", "tiny-q8_0")
    model = await world.service.get("tiny-q8_0")
    assert (model.source, model.licence) == ("downloaded", "llama3.1")
    assert ModelsChanged() in world.events
    await world.service.cancel_download(done.id)
    assert world.service.downloads() == ()


async def test_a_broken_download_is_refused_by_its_header(world: World) -> None:
    begun = await world.service.download("maker/Tiny-GGUF", "Tiny-Q4_K_M.gguf")
    failed = await world.downloads.wait(begun.id)
    assert failed.state == "failed"
    assert "incomplete" in failed.reason
    assert not (world.root / "downloads" / f"{failed.id}.part").exists()


async def test_a_catalogue_file_must_be_the_published_one(world: World) -> None:
    begun = await world.service.download(REPO, FILE)
    failed = await world.downloads.wait(begun.id)
    assert "not the file that was expected" in failed.reason


async def test_the_hub_token_is_kept_and_forgotten(world: World) -> None:
    assert await world.service.has_hub_token() is False
    assert await world.service.set_hub_token("hf_x") is True
    assert await world.service.has_hub_token() is True
    await world.service.set_hub_token(" ")
    assert await world.service.has_hub_token() is False


async def test_a_remote_provider_is_asked_added_and_forgotten(world: World) -> None:
    provider = RemoteProvider(id="lab", base_url="http://lab.example/v1", preset="vllm")
    models = await world.service.set_remote(provider, "key")
    assert [(each.id, each.provider_id) for each in models] == [
        ("lab/large", "remote::vllm"),
        ("lab/small", "remote::vllm"),
    ]
    assert [each.id for each in await world.service.list()] == ["lab/large", "lab/small"]
    assert (await world.service.get("lab/small")).source == "remote"
    assert await world.secrets.get("remote:lab") == "key"
    await world.service.set_remote(msgspec.structs.replace(provider, preset="openai"), None)
    assert world.runner.keys == ["key", "key"]
    assert len(world.settings.current.remotes) == 1
    for call in (world.service.remove, world.service.measure, world.service.fit):
        with pytest.raises(InvalidRequest, match="remote provider"):
            await call("lab/small")
    await world.service.remove_remote("lab")
    assert await world.service.list() == ()
    assert await world.secrets.get("remote:lab") is None


async def test_a_provider_that_refuses_or_cannot_be_is_not_added(world: World) -> None:
    with pytest.raises(RemoteFailed):
        await world.service.set_remote(RemoteProvider(id="lab"), "wrong")
    for bad in (RemoteProvider(id="A b"), RemoteProvider(id="x", base_url="file:///etc")):
        with pytest.raises(InvalidRequest):
            await world.service.set_remote(bad, None)
    assert world.settings.current.remotes == ()
    assert await world.secrets.get("remote:lab") is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Llama-3.2-1B-Instruct-Q4_K_M.gguf", "Q4_K_M"),
        ("SmolLM2-135M-Instruct.Q4_1.gguf", "Q4_1"),
        ("model-iq2_xxs.gguf", "IQ2_XXS"),
        ("model-f16.gguf", "F16"),
        ("model.gguf", ""),
    ],
)
def test_quantisation_from_a_name(name: str, expected: str) -> None:
    assert quantisation_of(name) == expected


async def test_a_cancelled_import_is_shown_as_such(world: World) -> None:
    source = write_tiny_llama(world.root / "late.gguf")
    task = asyncio.create_task(world.service.import_file(source))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    shown = [event.download for event in world.events if isinstance(event, DownloadChanged)]
    assert shown[-1].state == "cancelled"
    assert await world.service.list() == ()
