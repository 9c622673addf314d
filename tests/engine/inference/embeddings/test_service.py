"""The verbs on embedding models: which there are, texts as vectors, texts in order, and the end of an idle process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.engine.domain.errors import Conflict, InvalidRequest, ModelNotFound
from app.engine.domain.settings import Settings
from app.engine.inference.embeddings import service as module
from app.engine.inference.embeddings.known import DEFAULT, OFFERED
from app.engine.inference.embeddings.service import EmbeddingsService
from app.engine.storage.database import Database
from app.engine.storage.embeddings import MIGRATIONS, EmbeddingModelStore
from tests.fakes.tiny_bert import HIDDEN, make
from tests.fakes.waiting import soon

Change = Callable[..., None]


@pytest.fixture
def settings() -> dict[str, Any]:
    return {}


@pytest.fixture
async def service(tmp_path: Path, settings: dict[str, Any]) -> AsyncIterator[EmbeddingsService]:
    database = Database(tmp_path / "paddock.db", MIGRATIONS)
    await database.open()
    current = lambda: msgspec.structs.replace(Settings(), embedding_threads=1, **settings)
    made = EmbeddingsService(EmbeddingModelStore(database), tmp_path / "cache", current)
    yield made
    await made.close()
    await database.close()


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return make(tmp_path / "tiny")


async def test_models(service: EmbeddingsService, tiny: Path, tmp_path: Path) -> None:
    ids = [model.id for model in await service.models()]
    assert ids == [DEFAULT, *(model.id for model in OFFERED)]
    for name in ("", DEFAULT, f"sentence-transformers/{DEFAULT}"):
        found = await service.model(name)
        assert (found.id, found.source, found.dimension, found.installed) == (DEFAULT, "builtin", 384, True)
    added = await service.add_folder(tiny)
    assert await service.model("tiny") == added
    with pytest.raises(Conflict, match="already"):
        await service.add_folder(tiny)
    with pytest.raises(InvalidRequest, match="not a folder"):
        await service.add_folder(tmp_path / "nowhere")
    with pytest.raises(Conflict, match="belongs to Paddock"):
        await service.remove(DEFAULT)
    await service.remove("tiny")
    for call in (service.model("tiny"), service.remove("tiny"), service.embed("tiny", ("x",))):
        with pytest.raises(ModelNotFound, match="no embedding model “tiny”"):
            await call
    with pytest.raises(ModelNotFound, match="not installed"):
        await service.embed(OFFERED[0].id, ("x",))
    assert service.pid is None


async def test_vectors_and_order(
    service: EmbeddingsService, settings: dict[str, Any], tiny: Path, tmp_path: Path
) -> None:
    await service.add_folder(tiny)
    settings["embedding_model"] = "tiny"
    assert (await service.model()).id == "tiny"
    vectors = await service.embed("", ("the owl hunts", "hay"))
    assert (len(vectors), vectors.dimension) == (2, HIDDEN)
    embedder = await service.open("tiny")
    assert (embedder.model.backend, embedder.model.id) == ("onnx", "tiny")
    # How int8 rounds depends a little on the other texts of a batch.
    alone = (await embedder.embed(("hay",))).rows()[0]
    assert sum(a * b for a, b in zip(alone, vectors.rows()[1], strict=True)) > 0.99
    # Without a cross-encoder, what is asked and the texts are compared by their vectors.
    texts = ("hay", "the owl hunts", "a llama")
    ranked = await service.rerank("", "the owl hunts", texts)
    assert ranked[0].index == 1 and ranked[0].score == pytest.approx(1, abs=1e-2)
    assert [each.score for each in ranked] == sorted((each.score for each in ranked), reverse=True)
    assert sorted(each.index for each in ranked) == [0, 1, 2]
    assert await service.rerank("", "x", ()) == ()
    # With one, it is asked.
    await service.add_folder(make(tmp_path / "ranks", classifier=True))
    ranked = await service.rerank("", "owl?", texts)
    assert ranked == await service.rerank("ranks", "owl?", texts) != await service.rerank("tiny", "owl?", texts)
    assert [each.score for each in ranked] == sorted((each.score for each in ranked), reverse=True)
    with pytest.raises(InvalidRequest, match="makes no vectors"):
        await service.open("ranks")
    # A removed model is let go.
    await service.remove("tiny")
    with pytest.raises(ModelNotFound):
        await service.embed("tiny", ("x",))


async def test_an_idle_process_ends_and_comes_back(
    service: EmbeddingsService, settings: dict[str, Any], tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_IDLE_CHECK_SECONDS", 0.01)
    settings["idle_unload_minutes"] = 100
    await service.add_folder(tiny)
    embedder = await service.open("tiny")
    first = await embedder.embed(("owl",))
    pid = service.pid
    service.begin()
    settings["idle_unload_minutes"] = 1e-9
    assert (await embedder.embed(("owl",))).data == first.data
    assert service.pid == pid  # something else is still being asked
    service.end()
    await soon(lambda: service.pid is None)
    assert (await embedder.embed(("owl",))).data == first.data
