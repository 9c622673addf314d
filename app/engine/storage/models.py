"""The models table: which GGUF files are registered and what is remembered about them. Touches no model file."""

from __future__ import annotations

import time

import msgspec

from app.engine.domain.models import Model
from app.engine.storage.connection import Connection
from app.engine.storage.database import Database
from app.engine.storage.migrations import migration


@migration("0001_models")
def create_models(conn: Connection) -> None:
    """Create the tables of models and of the layers a device took."""
    conn.execute("""
        create table models (
            id text primary key,
            model text not null,
            sha256 text,
            owned integer not null,
            hidden integer not null default 0,
            used_at real,
            created_at real not null
        ) without rowid
    """)
    conn.execute("create index models_sha256 on models (sha256)")
    conn.execute("""
        create table model_devices (
            model_id text not null references models (id) on delete cascade,
            device text not null,
            layers integer not null,
            reason text not null,
            primary key (model_id, device)
        ) without rowid
    """)


MIGRATIONS = (create_models,)


class StoredModel(msgspec.Struct, frozen=True, kw_only=True):
    """A registered model. Paddock may delete the file only if it is `owned`; a `hidden` starter was removed."""

    model: Model
    owned: bool
    hidden: bool = False
    used_at: float | None = None


class DeviceMemory(msgspec.Struct, frozen=True, kw_only=True):
    """The layers of a model that a device took last, and why not more."""

    layers: int
    reason: str


class ModelStore:
    """Reads and writes the models table."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def all(self) -> tuple[StoredModel, ...]:
        """Return all models, hidden ones too, by name."""
        rows = await self._db.read(lambda conn: list(conn.query("select * from models")))
        return tuple(sorted((_stored(row) for row in rows), key=lambda each: each.model.name.casefold()))

    async def get(self, model_id: str) -> StoredModel | None:
        """Return one model, or None."""
        return await self._one("id = ?", model_id)

    async def by_sha256(self, sha256: str) -> StoredModel | None:
        """Return the model with this content, or None."""
        return await self._one("sha256 = ?", sha256)

    async def put(self, stored: StoredModel) -> None:
        """Add a model or replace what is known about it."""
        row = {
            "id": stored.model.id,
            "model": msgspec.json.encode(stored.model).decode(),
            "sha256": stored.model.sha256,
            "owned": stored.owned,
            "hidden": stored.hidden,
            "used_at": stored.used_at,
            "created_at": stored.model.created_at,
        }
        await self._db.write(lambda conn: conn.table("models").upsert(row, pk="id"))

    async def remove(self, model_id: str) -> None:
        """Forget a model and what devices did with it."""
        await self._db.write(lambda conn: conn.execute("delete from models where id = ?", [model_id]))

    async def touch(self, model_id: str) -> None:
        """Remember that a model was used now."""
        change = "update models set used_at = ? where id = ?"
        await self._db.write(lambda conn: conn.execute(change, [time.time(), model_id]))

    async def remember_device(self, model_id: str, device: str, memory: DeviceMemory) -> None:
        """Remember how many layers a device took."""
        row = {"model_id": model_id, "device": device, "layers": memory.layers, "reason": memory.reason}
        await self._db.write(lambda conn: conn.table("model_devices").upsert(row, pk=("model_id", "device")))

    async def device_memory(self, model_id: str, device: str) -> DeviceMemory | None:
        """Return what `remember_device` kept, or None."""
        query = "select layers, reason from model_devices where model_id = ? and device = ?"
        rows = await self._db.read(lambda conn: list(conn.query(query, [model_id, device])))
        return msgspec.convert(rows[0], DeviceMemory) if rows else None

    async def _one(self, where: str, value: str) -> StoredModel | None:
        query = f"select * from models where {where} limit 1"
        rows = await self._db.read(lambda conn: list(conn.query(query, [value])))
        return _stored(rows[0]) if rows else None


def _stored(row: dict[str, object]) -> StoredModel:
    return StoredModel(
        model=msgspec.json.decode(str(row["model"]), type=Model),
        owned=bool(row["owned"]),
        hidden=bool(row["hidden"]),
        used_at=msgspec.convert(row["used_at"], float | None),
    )
