"""The embedding and rerank models that were added, as JSON by id. Touches no model file."""

from __future__ import annotations

import msgspec

from app.engine.domain.embeddings import EmbeddingModel
from app.engine.storage.connection import Connection
from app.engine.storage.database import Database
from app.engine.storage.migrations import migration


@migration("0004_embeddings")
def create_embedding_models(conn: Connection) -> None:
    """Create the table of added models."""
    conn.execute("create table embedding_models (id text primary key, body text not null) without rowid")


MIGRATIONS = (create_embedding_models,)


class EmbeddingModelStore:
    """Reads and writes added models."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def all(self) -> tuple[EmbeddingModel, ...]:
        """Return all models by id."""
        rows = await self._db.read(lambda conn: list(conn.query("select body from embedding_models order by id")))
        return tuple(msgspec.json.decode(row["body"], type=EmbeddingModel) for row in rows)

    async def put(self, model: EmbeddingModel) -> None:
        """Add a model or replace what is known of it."""
        row = {"id": model.id, "body": msgspec.json.encode(model).decode()}
        await self._db.write(lambda conn: conn.table("embedding_models").upsert(row, pk="id"))

    async def remove(self, model_id: str) -> None:
        """Forget a model."""
        await self._db.write(lambda conn: conn.execute("delete from embedding_models where id = ?", [model_id]))
