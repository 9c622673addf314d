"""The models capability as clients see it: library, catalogue, hub, downloads, remote providers, memory.

What puts a model into memory stands behind the `Runner` protocol. Must not know processes or llama.cpp.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import msgspec

from app.engine.domain.errors import InvalidRequest, ModelNotFound
from app.engine.domain.events import EngineEvent, ModelsChanged
from app.engine.domain.machine import Memory
from app.engine.domain.models import (
    CatalogueEntry,
    CatalogueOffer,
    Download,
    FitVerdict,
    HubModel,
    LoadSettings,
    Model,
    ModelState,
)
from app.engine.domain.settings import RemoteProvider, Settings
from app.engine.inference.catalogue import find_entry, offers
from app.engine.inference.downloads import Downloads
from app.engine.inference.fit import fit, fit_file, in_gb, usual_context
from app.engine.inference.hardware import free_memory
from app.engine.inference.hub import Hub
from app.engine.inference.import_progress import ImportProgress
from app.engine.inference.library import ModelLibrary
from app.engine.runtime.settings_store import SettingsStore
from app.engine.storage.secrets import HUB_TOKEN, SecretStore

_QUANTISATION = re.compile(r"(?:^|[-._])((?:I?Q\d(?:_[A-Z0-9]+)*)|BF16|F16|F32)(?:[-._]|$)", re.IGNORECASE)
_PROVIDER_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class Runner(Protocol):
    """Puts models into memory and takes them out."""

    def states(self) -> Mapping[str, ModelState]:
        """Return the state of every model that is not simply unloaded."""
        ...

    async def load(self, model: Model) -> ModelState:
        """Return when the model is ready; raises ModelLoadFailed."""
        ...

    async def unload(self, model_id: str) -> None:
        """Take a model out of memory; does nothing when it is not there."""
        ...

    async def measure(self, model: Model) -> float:
        """Decode a few tokens and return tokens per second."""
        ...

    async def list_remote(self, provider: RemoteProvider, key: str | None) -> tuple[str, ...]:
        """Ask a remote provider for the names of its models; raises RemoteFailed."""
        ...


def remote_models(settings: Settings) -> tuple[Model, ...]:
    """Return the models of all remote providers; their ids are `<provider id>/<model name>`."""
    return tuple(
        Model(id=f"{each.id}/{name}", name=name, provider_id=f"remote::{each.preset}", source="remote")
        for each in settings.remotes
        for name in each.models
    )


def remote_secret(provider_id: str) -> str:
    """Return the name under which a provider's key is kept."""
    return f"remote:{provider_id}"


class ModelsService:
    """Implements `facade.Models`."""

    def __init__(
        self,
        *,
        library: ModelLibrary,
        runner: Runner,
        hub: Hub,
        downloads: Downloads,
        catalogue: tuple[CatalogueEntry, ...],
        settings: SettingsStore,
        secrets: SecretStore,
        publish: Callable[[EngineEvent], None],
        memory: Callable[[], Memory] = free_memory,
    ) -> None:
        self._library = library
        self._runner = runner
        self._hub = hub
        self._downloads = downloads
        self._catalogue = catalogue
        self._settings = settings
        self._secrets = secrets
        self._publish = publish
        self._memory = memory
        self._imports: dict[str, ImportProgress] = {}

    async def list(self) -> tuple[Model, ...]:
        """Return all models, local first, by name."""
        remote = sorted(remote_models(self._settings.current), key=lambda each: each.name.casefold())
        return (*await self._library.list(), *remote)

    async def get(self, model_id: str) -> Model:
        """Return one model; raises ModelNotFound."""
        for model in remote_models(self._settings.current):
            if model.id == model_id:
                return model
        return await self._library.get(model_id)

    async def default(self) -> Model:
        """Return the model a new chat uses: the setting, else the last used, else the first chat model."""
        models = {model.id: model for model in await self.list() if not model.missing}
        if chosen := models.get(self._settings.current.default_model):
            return chosen
        if used := await self._library.last_used():
            return used
        for model in models.values():
            if model.purpose == "chat":
                return model
        raise ModelNotFound("No chat model is installed.", hint="Import a GGUF file or download one.", param="model")

    def states(self) -> Mapping[str, ModelState]:
        """Return the state of every model that is not simply unloaded."""
        return self._runner.states()

    async def load(self, model_id: str) -> ModelState:
        """Put a model into memory; returns when it is ready, raises ModelLoadFailed."""
        return await self._runner.load(await self.get(model_id))

    async def unload(self, model_id: str) -> None:
        """Take a model out of memory."""
        await self._runner.unload((await self.get(model_id)).id)

    async def configure(self, model_id: str, settings: LoadSettings) -> Model:
        """Remember load settings; raises InvalidRequest for values that cannot be."""
        model = self._local(await self.get(model_id))
        _check_load_settings(settings, model)
        return await self._library.configure(model_id, settings)

    async def import_file(self, path: Path, *, copy: bool = True) -> Model:
        """Check a GGUF's header and add it; a copy shows its progress like a download without a repository."""
        progress = ImportProgress(path.name, self._publish)
        self._imports[progress.id] = progress
        try:
            model = await self._library.import_file(path, copy=copy, progress=progress.step)
            progress.complete(model.id)
            return model
        except BaseException as error:
            progress.fail(error)
            raise
        finally:
            del self._imports[progress.id]

    async def remove(self, model_id: str) -> int:
        """Remove a model and its file if Paddock owns it; returns the bytes that came free."""
        model = self._local(await self.get(model_id))
        await self._runner.unload(model.id)
        return await self._library.remove(model.id)

    async def check(self, path: Path) -> Model:
        """Read a GGUF's header without importing it; raises GgufInvalid."""
        return await self._library.check(path)

    async def measure(self, model_id: str) -> float:
        """Decode a few tokens, remember and return tokens per second."""
        model = self._local(await self.get(model_id))
        speed = await self._runner.measure(model)
        await self._library.remember_speed(model.id, speed)
        return speed

    async def fit(self, model_id: str) -> FitVerdict:
        """Say whether an installed model fits the memory that is free now."""
        model = self._local(await self.get(model_id))
        state = self._runner.states().get(model.id)
        memory = await asyncio.to_thread(self._memory)
        if state is not None and state.phase == "ready":
            reason = f"is loaded and uses {in_gb(state.memory_bytes)}" if state.memory_bytes else "is loaded"
            return FitVerdict(verdict="fits", needed_bytes=state.memory_bytes, free_bytes=memory.free, reason=reason)
        header = await self._library.header(model.id)
        context = model.load_settings.context_length or usual_context(header.context_length)
        return fit(header, context, model.load_settings.kv_type, memory.free)

    async def catalogue(self) -> tuple[CatalogueOffer, ...]:
        """Return the catalogue, each entry with its verdict for this machine."""
        memory = await asyncio.to_thread(self._memory)
        return offers(self._catalogue, await self._library.list(), memory.free)

    async def search_hub(self, query: str, *, limit: int = 20) -> tuple[HubModel, ...]:
        """Search the hub for GGUF repositories; raises HubUnreachable."""
        return await self._hub.search(query, limit=max(1, min(limit, 100)))

    async def hub_files(self, repo: str) -> HubModel:
        """Return a repository with its GGUF files, each with its verdict; smallest first."""
        found = await self._hub.files(repo)
        free = (await asyncio.to_thread(self._memory)).free
        judged = [
            msgspec.structs.replace(file, fit=fit_file(file.size_bytes, free, quantisation_of(file.name)))
            for file in sorted(found.files, key=lambda each: each.size_bytes)
        ]
        return msgspec.structs.replace(found, files=tuple(judged))

    async def download(self, repo: str, file: str, *, sha256: str = "") -> Download:
        """Start (or resume) a download and return at once; a catalogue entry's hash is required of the hub's file."""
        entry = find_entry(self._catalogue, repo, file)
        return await self._downloads.start(repo, file, sha256=sha256 or (entry.sha256 if entry else ""))

    def downloads(self) -> tuple[Download, ...]:
        """Return all downloads that are not dismissed, oldest first, and the imports that run."""
        return (*self._downloads.all(), *(each.download for each in self._imports.values()))

    async def pause_download(self, download_id: str) -> None:
        """Stop a download and keep what has arrived."""
        await self._downloads.pause(download_id)

    async def resume_download(self, download_id: str) -> None:
        """Go on where a download stopped."""
        await self._downloads.resume(download_id)

    async def cancel_download(self, download_id: str) -> None:
        """Stop a download and delete what has arrived."""
        await self._downloads.cancel(download_id)

    async def set_hub_token(self, token: str) -> bool:
        """Keep the hub token in the keychain, or forget it when empty; False when it lasts for this run only."""
        if token.strip():
            return await self._secrets.set(HUB_TOKEN, token)
        await self._secrets.delete(HUB_TOKEN)
        return True

    async def has_hub_token(self) -> bool:
        """Tell whether a hub token is known."""
        return await self._secrets.get(HUB_TOKEN) is not None

    async def set_remote(self, provider: RemoteProvider, key: str | None) -> tuple[Model, ...]:
        """Add or change a remote provider, once it has answered, and return the models it serves.

        `key` None keeps the key that is known. Raises InvalidRequest, RemoteFailed.
        """
        _check_provider(provider)
        names = await self._runner.list_remote(provider, key or await self._secrets.get(remote_secret(provider.id)))
        if key:
            await self._secrets.set(remote_secret(provider.id), key)
        fresh = msgspec.structs.replace(provider, models=tuple(sorted(names)))
        others = tuple(each for each in self._settings.current.remotes if each.id != provider.id)
        await self._settings.change({"remotes": (*others, fresh)})
        self._publish(ModelsChanged())
        return remote_models(Settings(remotes=(fresh,)))

    async def remove_remote(self, provider_id: str) -> None:
        """Forget a remote provider and its key."""
        remotes = self._settings.current.remotes
        await self._settings.change({"remotes": tuple(each for each in remotes if each.id != provider_id)})
        await self._secrets.delete(remote_secret(provider_id))
        self._publish(ModelsChanged())

    def _local(self, model: Model) -> Model:
        if model.source == "remote":
            raise InvalidRequest(
                f"“{model.name}” is served by a remote provider; this works for models on this machine only.",
                param="model",
            )
        return model


def quantisation_of(file_name: str) -> str:
    """Return the quantisation that a file name tells, such as Q4_K_M, or an empty text."""
    found = _QUANTISATION.search(Path(file_name).stem)
    return found[1].upper() if found else ""


def _check_load_settings(settings: LoadSettings, model: Model) -> None:
    longest = model.context_length or 1 << 24
    bounds = {
        "context_length": (settings.context_length, 64, longest),
        "gpu_layers": (settings.gpu_layers, 0, 1024),
        "threads": (settings.threads, 1, 512),
        "idle_unload_minutes": (settings.idle_unload_minutes, 0, 100_000),
    }
    for name, (value, least, most) in bounds.items():
        if value is not None and not least <= value <= most:
            raise InvalidRequest(f"{name} must be from {least} to {most}; it was {value}.", param=name)


def _check_provider(provider: RemoteProvider) -> None:
    if not _PROVIDER_ID.fullmatch(provider.id):
        raise InvalidRequest("A provider's id has up to 40 letters, digits, - and _, in lower case.", param="id")
    if provider.base_url and (
        urlsplit(provider.base_url).scheme not in ("http", "https") or not urlsplit(provider.base_url).hostname
    ):
        raise InvalidRequest(f"“{provider.base_url}” is no web address.", param="base_url")
