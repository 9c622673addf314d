"""The models on this disk: the starter, imported and downloaded files. Must not load any of them.

Paddock deletes only files it owns: those it copied or downloaded into its models folder.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from app.engine.domain.errors import Conflict, ModelNotFound, ModelUnavailable
from app.engine.domain.events import EngineEvent, ModelsChanged
from app.engine.domain.models import LoadSettings, Model
from app.engine.inference.gguf import GgufHeader, read_header
from app.engine.inference.model_files import (
    Progress,
    Work,
    copy_file,
    find_starter,
    free_name,
    hash_file,
    move_file,
    slug,
    unique_slug,
)
from app.engine.runtime.files import from_os
from app.engine.runtime.threads import in_thread
from app.engine.storage.models import ModelStore, StoredModel

STARTER_NAME = "SmolLM2 135M Instruct (starter)"
STARTER_LICENCE = "Apache-2.0"


class ModelLibrary:
    """Registered model files. `folder` is where owned files live, `publish` hears of changes."""

    def __init__(
        self,
        store: ModelStore,
        folder: Path,
        publish: Callable[[EngineEvent], None],
        *,
        starter: Callable[[], Path | None] = find_starter,
    ) -> None:
        self._store = store
        self._folder = folder
        self._publish = publish
        self._starter = starter
        self._adding = asyncio.Lock()

    async def initialize(self) -> None:
        """Register the starter model, or its new place when the environment has moved."""
        path = await asyncio.to_thread(self._starter)
        if path is None:
            return
        known = await self._store.get(slug(path.name))
        if known is None:
            header = await asyncio.to_thread(read_header, path)
            digest = await asyncio.to_thread(_hash, path, Work())
            model = _replaced(_described(path, header, slug(path.name), "starter"), sha256=digest)
            await self._store.put(StoredModel(model=model, owned=False))
        elif known.model.source == "starter" and known.model.path != str(path):
            await self._store.put(msgspec.structs.replace(known, model=_replaced(known.model, path=str(path))))

    async def list(self) -> tuple[Model, ...]:
        """Return all models by name; `missing` marks those whose file is gone."""
        stored = [each.model for each in await self._store.all() if not each.hidden]
        return await asyncio.to_thread(lambda: tuple(_with_presence(model) for model in stored))

    async def get(self, model_id: str) -> Model:
        """Return one model; raises ModelNotFound."""
        stored = await self._stored(model_id)
        return await asyncio.to_thread(_with_presence, stored.model)

    async def last_used(self) -> Model | None:
        """Return the model used last that is still there, or None; guards and embedders do not count."""
        usable = [each for each in await self._store.all() if each.model.purpose in ("chat", "base")]
        used = [each for each in usable if each.used_at is not None and not each.hidden]
        for stored in sorted(used, key=lambda each: each.used_at or 0.0, reverse=True):
            if not (model := await asyncio.to_thread(_with_presence, stored.model)).missing:
                return model
        return None

    async def header(self, model_id: str) -> GgufHeader:
        """Read a model's header; raises ModelNotFound, ModelUnavailable, GgufInvalid."""
        model = await self.get(model_id)
        if model.missing or model.path is None:
            raise ModelUnavailable(
                f"The file of “{model.name}” is no longer at {model.path}.",
                hint="Put it back, or remove the model and import it again.",
            )
        return await asyncio.to_thread(read_header, Path(model.path))

    async def check(self, path: Path) -> Model:
        """Describe a file without registering it; raises GgufInvalid."""
        place, header = await asyncio.to_thread(_examined, path)
        return _described(place, header, slug(path.name), "imported")

    async def import_file(self, path: Path, *, copy: bool = True, progress: Progress | None = None) -> Model:
        """Add a file, copied or linked to; raises GgufInvalid, Conflict when it is here already, DiskFull.

        Cancelling the call leaves nothing behind.
        """
        place, header = await asyncio.to_thread(_examined, path)
        target = await asyncio.to_thread(free_name, self._folder, place.name) if copy else place
        work = Work(progress)
        try:
            digest = await in_thread(
                lambda: copy_file(place, target, work) if copy else _hash(place, work), stop=work.cancel
            )
            return await self._register(target, header, place.name, digest, source="imported", owned=copy, again=False)
        except BaseException:
            if copy:
                await asyncio.to_thread(_delete, target)
            raise

    async def adopt(self, path: Path, file_name: str, sha256: str, *, licence: str = "") -> Model:
        """Move a downloaded file, whose hash was checked, into the library; raises GgufInvalid, StorageFailed."""
        header = await asyncio.to_thread(read_header, path)
        target = await asyncio.to_thread(free_name, self._folder, file_name)
        await asyncio.to_thread(move_file, path, target)
        header = msgspec.structs.replace(header, licence=header.licence or licence)
        return await self._register(target, header, file_name, sha256, source="downloaded", owned=True, again=True)

    async def remove(self, model_id: str) -> int:
        """Forget a model and delete its file if Paddock owns it; returns the bytes that came free."""
        stored = await self._stored(model_id)
        freed = 0
        if stored.owned and stored.model.path is not None:
            freed = await asyncio.to_thread(_delete, Path(stored.model.path))
        if stored.model.source == "starter":
            await self._store.put(msgspec.structs.replace(stored, hidden=True))
        else:
            await self._store.remove(model_id)
        self._publish(ModelsChanged())
        return freed

    async def configure(self, model_id: str, settings: LoadSettings) -> Model:
        """Remember load settings."""
        return await self._change(model_id, load_settings=settings)

    async def remember_speed(self, model_id: str, tokens_per_second: float) -> Model:
        """Remember the decode speed measured on this machine."""
        return await self._change(model_id, tokens_per_second=tokens_per_second)

    async def touch(self, model_id: str) -> None:
        """Remember that a model was used now."""
        await self._store.touch(model_id)

    async def _stored(self, model_id: str) -> StoredModel:
        stored = await self._store.get(model_id)
        if stored is None or stored.hidden:
            raise ModelNotFound(f"No model “{model_id}” is installed.", hint="See the list of models.", param="model")
        return stored

    async def _change(self, model_id: str, **changes: object) -> Model:
        stored = await self._stored(model_id)
        model = _replaced(stored.model, **changes)
        await self._store.put(msgspec.structs.replace(stored, model=model))
        self._publish(ModelsChanged())
        return await asyncio.to_thread(_with_presence, model)

    async def _register(
        self,
        path: Path,
        header: GgufHeader,
        file_name: str,
        sha256: str,
        *,
        source: Literal["imported", "downloaded"],
        owned: bool,
        again: bool,
    ) -> Model:
        async with self._adding:
            known = await self._store.by_sha256(sha256)
            if known is not None and not known.hidden and await asyncio.to_thread(_is_there, known.model):
                return await self._refuse_double(known, path, again=again)
            taken = [each.model.id for each in await self._store.all()]
            model_id = known.model.id if known else unique_slug(file_name, taken)
            model = _replaced(_described(path, header, model_id, source), sha256=sha256)
            if known is not None:
                model = _replaced(model, load_settings=known.model.load_settings, created_at=known.model.created_at)
            await self._store.put(StoredModel(model=model, owned=owned))
        self._publish(ModelsChanged())
        return model

    async def _refuse_double(self, known: StoredModel, path: Path, *, again: bool) -> Model:
        if again:
            await asyncio.to_thread(_delete, path)
            return known.model
        raise Conflict(f"This file is already in the library as “{known.model.name}”.", param="path")


def _examined(path: Path) -> tuple[Path, GgufHeader]:
    return path.absolute(), read_header(path)


def _hash(path: Path, work: Work) -> str:
    try:
        return hash_file(path, work)
    except OSError as error:
        raise from_os(error, path) from error


def _described(
    path: Path, header: GgufHeader, model_id: str, source: Literal["starter", "imported", "downloaded"]
) -> Model:
    starter = source == "starter"
    return Model(
        id=model_id,
        name=STARTER_NAME if starter else header.name,
        path=str(path),
        architecture=header.architecture,
        parameters=header.parameters,
        quantisation=header.quantisation,
        context_length=header.context_length,
        size_bytes=header.size_bytes,
        licence=header.licence or (STARTER_LICENCE if starter else ""),
        has_chat_template=header.chat_template is not None,
        source=source,
        purpose=header.purpose,
        created_at=time.time(),
    )


def _replaced(model: Model, **changes: object) -> Model:
    return msgspec.structs.replace(model, **changes)


def _is_there(model: Model) -> bool:
    return model.path is not None and Path(model.path).is_file()


def _with_presence(model: Model) -> Model:
    return _replaced(model, missing=not _is_there(model))


def _delete(path: Path) -> int:
    try:
        size = path.stat().st_size
        path.unlink()
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise from_os(error, path) from error
    return size
