"""Added models are kept by id."""

from __future__ import annotations

from pathlib import Path

from app.engine.domain.embeddings import EmbeddingModel
from app.engine.storage.database import Database
from app.engine.storage.embeddings import MIGRATIONS, EmbeddingModelStore


async def test_models_are_kept_replaced_and_forgotten(tmp_path: Path) -> None:
    database = Database(tmp_path / "paddock.db", MIGRATIONS)
    await database.open()
    store = EmbeddingModelStore(database)
    assert await store.all() == ()
    first = EmbeddingModel(id="b", name="B", dimension=4, sha256="x", languages=("en",), measured={"onnx": 9.5})
    await store.put(EmbeddingModel(id="b", name="old"))
    await store.put(first)
    second = EmbeddingModel(id="a", name="A", kind="rerank", source="folder", path="/models/a")
    await store.put(second)
    assert await store.all() == (second, first)
    await store.remove("a")
    await store.remove("nope")
    assert await store.all() == (first,)
    await database.close()
