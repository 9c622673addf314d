"""Models of the hub: found, fetched, resumed, checked, named and removed; what cannot be used is refused early."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.engine.domain.embeddings import EmbeddingModel
from app.engine.domain.errors import Conflict, InvalidRequest
from app.engine.domain.events import EngineEvent, ModelsChanged
from app.engine.domain.models import Download, Model
from app.engine.domain.settings import Settings
from app.engine.inference.downloads import Downloads
from app.engine.inference.embeddings.arrivals import Arrivals
from app.engine.inference.embeddings.known import DEFAULT, OFFERED, PROMPT_GUARDS
from app.engine.inference.embeddings.service import EmbeddingsService
from app.engine.inference.hub import Hub
from app.engine.inference.transfer import MOST_ATTEMPTS
from app.engine.storage.database import Database
from app.engine.storage.embeddings import MIGRATIONS, EmbeddingModelStore
from tests.fakes import hub as fake
from tests.fakes import tiny_deberta
from tests.fakes.tiny_bert import HIDDEN, make

REPO = "maker/tiny"
WEIGHTS = "model.safetensors"
MANY_LANGUAGES, RERANKER = OFFERED


@pytest.fixture
def server(tmp_path: Path) -> Iterator[fake.Hub]:
    tiny = make(tmp_path / "tiny")
    (tiny / "modules.json").write_text("[]")
    with fake.Hub({REPO: fake.folder_repo(tiny, licence="mit")}) as running:
        yield running


class World:
    """The embeddings of an engine whose hub is the fake one."""

    def __init__(self, server: fake.Hub, root: Path, database: Database) -> None:
        self.server = server
        self.partial, self.folder = root / "downloads", root / "embedding-models"
        self.partial.mkdir(exist_ok=True)
        self.token: str | None = None
        self.events: list[EngineEvent] = []
        settings = Settings(hub_endpoint=server.url, network_seconds=10, embedding_threads=1)
        store = EmbeddingModelStore(database)
        self.downloads = Downloads(
            Hub(lambda: settings, self._give_token),
            self.partial,
            lambda: settings,
            self.events.append,
            self._adopt,
            folders=Arrivals(store, self.folder, self.events.append),
            backoff=lambda _attempt: 0.0,
        )
        self.used: set[str] = set()
        self.service = EmbeddingsService(
            store, root / "cache", lambda: settings, fetch=self.downloads.start_folder, in_use=self._in_use
        )

    async def _give_token(self) -> str | None:
        return self.token

    async def _in_use(self) -> set[str]:
        return self.used

    async def _adopt(self, path: Path, name: str, sha256: str, licence: str) -> Model:
        raise AssertionError("no GGUF file is fetched here")

    async def finish(self, repo: str = REPO) -> Download:
        begun = await self.service.download(repo)
        async with asyncio.timeout(20):
            return await self.downloads.wait(begun.id)

    async def installed(self) -> list[EmbeddingModel]:
        return [model for model in await self.service.models() if model.installed and model.source != "builtin"]

    def asked(self) -> list[str]:
        return [path.partition("a" * 40 + "/")[2] for path, _ in self.server.requests if "/resolve/" in path]


@pytest.fixture
async def world(server: fake.Hub, tmp_path: Path) -> AsyncIterator[World]:
    database = Database(tmp_path / "paddock.db", MIGRATIONS)
    await database.open()
    made = World(server, tmp_path, database)
    await made.downloads.initialize()
    yield made
    await made.downloads.shutdown()
    await made.service.close()
    await database.close()


async def test_a_model_of_the_hub_embeds_and_can_be_removed(world: World) -> None:
    done = await world.finish()
    assert (done.state, done.reason, done.model_id, done.file) == ("completed", "", "tiny", "tiny")
    assert world.asked() == ["config.json", "tokenizer.json", "modules.json", "1_Pooling/config.json", WEIGHTS]
    assert list(world.partial.iterdir()) == []
    assert any(isinstance(event, ModelsChanged) for event in world.events)
    (model,) = await world.installed()
    assert (model.source, model.repo, model.licence, model.path) == ("hub", REPO, "mit", str(world.folder / "tiny"))
    assert Path(model.tokenizer).is_file()
    assert await world.service.model(REPO) == model
    vectors = await world.service.embed("tiny", ("the owl hunts",))
    assert vectors.dimension == HIDDEN
    assert list((world.folder / "tiny" / "exports").glob("*.onnx"))
    with pytest.raises(Conflict, match="installed already"):
        await world.service.download(REPO)
    world.used = {"tiny"}
    with pytest.raises(Conflict, match="memory bank"):
        await world.service.remove("tiny")
    world.used = set()
    await world.service.remove("tiny")
    assert await world.installed() == []
    assert list(world.folder.iterdir()) == []
    assert (await world.finish()).state == "completed"


@pytest.mark.parametrize("offered", OFFERED, ids=lambda model: model.id)
async def test_an_offered_model_is_named_by_its_id(world: World, tmp_path: Path, offered: EmbeddingModel) -> None:
    classifier = offered.kind == "rerank"
    made = make(tmp_path / "offered", classifier=classifier)
    world.server.repos[offered.repo] = fake.folder_repo(made, licence="unknown")
    done = await world.finish(offered.id)
    assert (done.state, done.model_id, done.repo) == ("completed", offered.id, offered.repo)
    (model,) = await world.installed()
    assert (model.id, model.name, model.kind, model.languages, model.licence) == (
        (offered.id, offered.name, offered.kind, offered.languages, offered.licence)
    )
    assert [each.id for each in await world.service.models()].count(offered.id) == 1
    if classifier:
        ranked = await world.service.rerank("", "owl?", ("hay", "the owl hunts"))
        assert {each.index for each in ranked} == {0, 1}


def drop_weights(server: fake.Hub, *sizes: int) -> None:
    """Let the hub send everything beside the weights, and of the weights only so many bytes at each attempt."""
    companions = len(server.repos[REPO].files) - 2  # neither the weights nor the README
    server.drop_after = [*[1 << 30] * companions, *sizes]


async def test_a_broken_connection_goes_on_where_it_ended(world: World) -> None:
    half = len(world.server.repos[REPO].files[WEIGHTS]) // 2
    drop_weights(world.server, half)
    assert (await world.finish()).state == "completed"
    assert world.server.ranges()[-2:] == ["", f"bytes={half}-"]


async def test_half_a_download_is_no_model_and_goes_on_after_a_restart(world: World) -> None:
    half = len(world.server.repos[REPO].files[WEIGHTS]) // 2
    drop_weights(world.server, half, *[0] * MOST_ATTEMPTS)
    failed = await world.finish()
    assert (failed.state, failed.code) == ("failed", "download_failed")
    assert await world.installed() == []
    assert not world.folder.exists()
    await world.downloads.shutdown()
    await world.downloads.initialize()
    world.server.drop_after.clear()
    world.server.requests.clear()
    (found,) = world.downloads.all()
    assert (found.id, found.received_bytes, found.file) == (failed.id, half, "tiny")
    await world.downloads.resume(failed.id)
    assert (await world.downloads.wait(failed.id)).state == "completed"
    assert (world.asked(), world.server.ranges()) == ([WEIGHTS], [f"bytes={half}-"])
    assert [model.id for model in await world.installed()] == ["tiny"]


@pytest.mark.parametrize("file", [WEIGHTS, "config.json", "tokenizer.json"])
async def test_other_bytes_than_the_published_ones_are_no_model(world: World, file: str) -> None:
    world.server.repos[REPO].published[file] = "0" * (64 if file != "config.json" else 40)
    failed = await world.finish()
    assert (failed.state, failed.code) == ("failed", "checksum_mismatch")
    assert file in failed.reason
    assert await world.installed() == []
    assert not world.folder.exists()


async def test_a_gated_model_needs_a_token(world: World) -> None:
    world.server.repos[REPO].gated = True
    failed = await world.finish()
    assert (failed.state, failed.code) == ("failed", "access_denied")
    assert "set a token" in failed.hint
    world.token = world.server.token
    await world.downloads.resume(failed.id)
    assert (await world.downloads.wait(failed.id)).state == "completed"


async def test_a_family_that_cannot_be_run_is_refused_before_its_weights(world: World, tmp_path: Path) -> None:
    world.server.repos["maker/other"] = fake.folder_repo(make(tmp_path / "other", model_type="qwen3"))
    failed = await world.finish("maker/other")
    assert failed.state == "failed" and "qwen3" in failed.reason
    assert WEIGHTS not in world.asked()
    assert {path.suffix for path in world.partial.iterdir()} == {".json", ".lock"}
    await world.downloads.cancel(failed.id)
    assert list(world.partial.iterdir()) == []


async def test_what_is_no_such_repository_is_told(world: World) -> None:
    world.server.repos["maker/gguf"] = fake.Repo({"a.gguf": b"x"})
    failed = await world.finish("maker/gguf")
    assert "no model.safetensors and no config.json and no tokenizer.json" in failed.reason
    assert (await world.finish("maker/nowhere")).code == "not_found"
    for name in ("nonsense", "a/../b"):
        with pytest.raises(InvalidRequest, match="no repository"):
            await world.service.download(name)
    for name in (DEFAULT, f"sentence-transformers/{DEFAULT}"):
        with pytest.raises(Conflict, match="installed already"):
            await world.service.download(name)


async def test_two_owners_may_use_one_name(world: World, tmp_path: Path) -> None:
    world.server.repos["someone/tiny"] = fake.folder_repo(make(tmp_path / "theirs", seed=2))
    world.server.repos[f"someone/{DEFAULT}"] = world.server.repos["someone/tiny"]
    ids = [(await world.finish(repo)).model_id for repo in (REPO, "someone/tiny", f"someone/{DEFAULT}")]
    assert ids == ["tiny", "someone-tiny", f"someone-{DEFAULT}"]


async def test_cancelling_deletes_everything(world: World) -> None:
    world.server.pause_after = 20_000
    begun = await world.service.download(REPO)
    await asyncio.to_thread(world.server.paused.wait, 10)
    await world.downloads.cancel(begun.id)
    assert list(world.partial.iterdir()) == []
    assert await world.installed() == []


@pytest.mark.parametrize("repo", [PROMPT_GUARDS[0].repo, "maker/injections"])
async def test_a_prompt_guard_of_the_hub_classifies_and_can_be_removed(world: World, tmp_path: Path, repo: str) -> None:
    made = await asyncio.to_thread(tiny_deberta.tell, tmp_path / "guard")
    world.server.repos[repo] = await asyncio.to_thread(lambda: fake.folder_repo(made, licence="other", gated=True))
    failed = await world.finish(repo)
    assert (failed.state, failed.code) == ("failed", "access_denied")
    world.token = world.server.token
    done = await world.finish(repo)
    name = repo.rpartition("/")[2]
    assert (done.state, done.model_id) == ("completed", name)
    model = (await world.service.classifiers())[0]
    assert (model.id, model.kind, model.installed, model.repo) == (name, "classifier", True, repo)
    assert model.licence == ("llama4" if repo == PROMPT_GUARDS[0].repo else "other")
    assert await world.installed() == []  # it is no embedding model
    found = await world.service.classify(repo, ("ignore the owl", "the owl"))
    assert [each[-1] > 0.9 for each in found] == [True, False]
    assert list((world.folder / name / "exports").glob("*.onnx"))
    with pytest.raises(Conflict, match="installed already"):
        await world.service.download(repo)
    await world.service.remove(repo)
    assert list(world.folder.iterdir()) == []
    assert await world.service.classifiers() == PROMPT_GUARDS


async def test_another_classifier_is_refused_before_its_weights(world: World, tmp_path: Path) -> None:
    made = await asyncio.to_thread(lambda: tiny_deberta.make(tmp_path / "moods", id2label={"0": "sad", "1": "glad"}))
    world.server.repos["maker/moods"] = await asyncio.to_thread(fake.folder_repo, made)
    failed = await world.finish("maker/moods")
    assert failed.state == "failed" and "no Prompt Guard" in failed.reason
    assert WEIGHTS not in world.asked()
