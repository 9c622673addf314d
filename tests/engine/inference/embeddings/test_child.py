"""A model in its process: queries overtake documents, and a process that dies is started again, once."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.engine.domain.errors import InvalidRequest, ModelLoadFailed, WorkerDied
from app.engine.inference.embeddings.child import ChildEmbedder
from app.engine.inference.embeddings.folder import describe
from app.engine.inference.embeddings.service import MODULE
from app.engine.inference.embeddings.wire import LoadModel, Unload
from app.engine.runtime.worker import Worker
from tests.fakes.tiny_bert import HIDDEN, make


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    made = Worker(MODULE, "embedder")
    yield made
    await made.close()


def embedder(worker: Worker, tmp_path: Path, **fields: str) -> ChildEmbedder:
    folder = tmp_path / "tiny"
    load = LoadModel(model_id="tiny", path=str(folder), backend="onnx", cache=str(tmp_path / "cache"), threads=1)
    return ChildEmbedder(worker, describe(folder, **fields), load)


@pytest.mark.blocks("describes the model in the test itself")
async def test_the_life_of_a_model(worker: Worker, tmp_path: Path) -> None:
    make(tmp_path / "tiny")
    model = embedder(worker, tmp_path, query_prefix="owl ", document_prefix="hen ")
    assert len(await model.embed(())) == 0 and worker.pid is None
    vectors = await model.embed(("eats", "sleeps"))
    assert (vectors.dimension, len(vectors), vectors.usage.prompt_tokens) == (HIDDEN, 2, 8)
    plain = embedder(worker, tmp_path)
    assert (await plain.embed(("hen eats", "hen sleeps"))).data == vectors.data
    assert (await plain.embed(("owl eats",))).data == (await model.embed(("eats",), "query")).data
    assert (await model.health()).ok
    # Killed while idle and while it works: the next answer is the same.
    for _ in range(2):
        pid = worker.pid
        assert pid is not None
        asked = asyncio.create_task(model.embed(("eats", "sleeps")))
        os.kill(pid, signal.SIGKILL)
        assert (await asked).data == vectors.data
        assert worker.pid != pid
    # Let go behind its back, it is loaded again.
    await worker.call("unload", Unload(model_id="tiny"), None)
    assert (await model.embed(("eats", "sleeps"))).data == vectors.data
    await model.shutdown()
    await model.shutdown()
    assert (await model.embed(("eats", "sleeps"))).data == vectors.data


@pytest.mark.blocks("describes the model in the test itself")
async def test_what_cannot_be_loaded_is_told_and_health_says_so(worker: Worker, tmp_path: Path) -> None:
    folder = make(tmp_path / "tiny")
    model = embedder(worker, tmp_path)
    (folder / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelLoadFailed, match="could not be loaded"):
        await model.initialize()
    health = await model.health()
    assert not health.ok and "could not be loaded" in health.message
    make(folder, classifier=True)
    ranks = embedder(worker, tmp_path)
    assert len(await ranks.score("owl?", ("a hen", "an owl"))) == 2
    with pytest.raises(InvalidRequest):
        await ranks.embed(("x",))


@pytest.mark.blocks("describes the model in the test itself")
async def test_queries_overtake_documents(worker: Worker, tmp_path: Path) -> None:
    make(tmp_path / "tiny")
    model = embedder(worker, tmp_path)
    await model.initialize()
    done: list[str] = []

    async def note(name: str, texts: tuple[str, ...], kind: str) -> None:
        await model.embed(texts, kind)
        done.append(name)

    documents = [asyncio.create_task(note("documents", ("the owl hunts " * 10,) * 1500, "document")) for _ in range(3)]
    await asyncio.sleep(0)
    await note("query", ("owl",), "query")
    assert done == ["query"]
    await asyncio.gather(*documents)


@pytest.mark.blocks("describes the model in the test itself")
async def test_a_second_death_is_told(tmp_path: Path) -> None:
    make(tmp_path / "tiny")
    worker = DyingWorker()
    with pytest.raises(WorkerDied):
        await embedder(worker, tmp_path).embed(("x",))
    assert worker.asked == ["load", "documents", "load", "documents"]


class DyingWorker(Worker):
    """A worker that dies at every text it gets, without a process."""

    def __init__(self) -> None:
        super().__init__(MODULE, "embedder")
        self.asked: list[str] = []

    @property
    def pid(self) -> int | None:
        return len([verb for verb in self.asked if verb == "documents"])

    async def call(self, verb: str, value: object, reply: object) -> object:
        self.asked.append(verb)
        if verb == "documents":
            raise WorkerDied("It died.")
        return None
