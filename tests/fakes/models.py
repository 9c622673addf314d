"""A model library in memory: canned models in all states, loading that can be held."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.engine.domain.errors import GgufInvalid, ModelLoadFailed, ModelNotFound, PaddockError
from app.engine.domain.events import (
    DownloadChanged,
    EventBus,
    ModelsChanged,
    ModelStateChanged,
)
from app.engine.domain.models import (
    CatalogueEntry,
    CatalogueOffer,
    Download,
    FitVerdict,
    HubFile,
    HubModel,
    LoadSettings,
    Model,
    ModelState,
)
from app.engine.domain.settings import RemoteProvider

GB = 1024**3

STARTER = Model(
    id="smollm2-135m-instruct",
    name="SmolLM2 135M Instruct",
    path="/models/starter.gguf",
    architecture="llama",
    parameters=134_515_008,
    quantisation="Q4_1",
    context_length=8192,
    size_bytes=98_000_000,
    licence="apache-2.0",
    has_chat_template=True,
    tokens_per_second=55.2,
    source="starter",
)
LLAMA = Model(
    id="llama-3.2-3b-instruct",
    name="Llama 3.2 3B Instruct",
    path="/models/llama32.gguf",
    architecture="llama",
    parameters=3_212_749_824,
    quantisation="Q4_K_M",
    context_length=131072,
    size_bytes=2_019_377_696,
    licence="llama3.2",
    has_chat_template=True,
    tokens_per_second=11.8,
    source="downloaded",
)
BIG = Model(
    id="llama-3.1-8b-instruct",
    name="Llama 3.1 8B Instruct with a name that is much longer than any column of the window",
    path="/models/llama31.gguf",
    architecture="llama",
    parameters=8_030_261_248,
    quantisation="Q8_0",
    context_length=131072,
    size_bytes=8_540_000_000,
    licence="llama3.1",
    has_chat_template=True,
    source="imported",
)
REMOTE = Model(id="lab/llama-3.3-70b", name="Llama 3.3 70B", provider_id="lab", context_length=131072, source="remote")

READY = ModelState(
    phase="ready",
    progress=1.0,
    device="CPU",
    device_reason="no supported GPU was found",
    context_length=8192,
    memory_bytes=210_000_000,
)
FAILED = ModelState(phase="failed", reason="needs 9.1 GB, 3.2 GB are free", hint="try the Q4 file or a smaller context")


class FakeModels:
    """`hold_loading` keeps a load at 40 % until it is set again; `failures` maps model ids to reasons."""

    def __init__(self, events: EventBus) -> None:
        self._events = events
        self.installed: dict[str, Model] = {m.id: m for m in (STARTER, LLAMA, BIG, REMOTE)}
        self.phases: dict[str, ModelState] = {STARTER.id: READY, BIG.id: FAILED}
        self.failures: dict[str, str] = {BIG.id: FAILED.reason}
        self.released = asyncio.Event()
        self.released.set()
        self.offers: tuple[CatalogueOffer, ...] = (_offer(LLAMA, "fits"), _offer(BIG, "too_large"))
        self.hub: tuple[HubModel, ...] = (
            HubModel(
                repo="bartowski/Llama-3.2-1B-Instruct-GGUF",
                author="bartowski",
                downloads=123_456,
                likes=120,
                licence="llama3.2",
                files=(HubFile(name="Llama-3.2-1B-Instruct-Q4_K_M.gguf", size_bytes=807_694_464),),
            ),
        )
        self.running_downloads: dict[str, Download] = {}
        self.hub_token = ""
        self.hub_error: PaddockError | None = None
        self.provider_error: PaddockError | None = None
        self.provider_keys: dict[str, str] = {}
        self.preferences: Any = None

    def _set(self, model_id: str, state: ModelState) -> ModelState:
        self.phases[model_id] = state
        self._events.publish(ModelStateChanged(model_id, state))
        return state

    def publish_download(self, download: Download) -> Download:
        """Remember and announce a download."""
        self.running_downloads[download.id] = download
        self._events.publish(DownloadChanged(download))
        return download

    async def list(self) -> tuple[Model, ...]:
        return tuple(self.installed.values())

    async def get(self, model_id: str) -> Model:
        if model_id not in self.installed:
            raise ModelNotFound(f"No model {model_id} is installed.", hint="Choose another one.")
        return self.installed[model_id]

    async def default(self) -> Model:
        return STARTER

    def states(self) -> Mapping[str, ModelState]:
        return self.phases

    async def load(self, model_id: str) -> ModelState:
        await self.get(model_id)
        self._set(model_id, ModelState(phase="loading", progress=0.4))
        await self.released.wait()
        if model_id in self.failures:
            self._set(model_id, ModelState(phase="failed", reason=self.failures[model_id], hint=FAILED.hint))
            raise ModelLoadFailed(self.failures[model_id], hint=FAILED.hint)
        return self._set(model_id, READY)

    async def unload(self, model_id: str) -> None:
        self._set(model_id, ModelState())

    async def configure(self, model_id: str, settings: LoadSettings) -> Model:
        model = await self.get(model_id)
        changed = _replace(model, load_settings=settings)
        self.installed[model_id] = changed
        self._events.publish(ModelsChanged())
        return changed

    async def import_file(self, path: Path, *, copy: bool = True) -> Model:
        await self.check(path)
        model = _replace(STARTER, id=path.stem, name=path.stem, path=str(path), source="imported")
        self.installed[model.id] = model
        self._events.publish(ModelsChanged())
        return model

    async def remove(self, model_id: str) -> int:
        model = self.installed.pop(model_id)
        self._events.publish(ModelsChanged())
        return model.size_bytes

    async def check(self, path: Path) -> Model:
        if path.suffix != ".gguf":
            raise GgufInvalid(f"{path.name} is not a GGUF file.", hint="Choose a file that ends in .gguf.")
        return _replace(STARTER, id=path.stem, name=path.stem, path=str(path), source="imported")

    async def measure(self, model_id: str) -> float:
        self.installed[model_id] = _replace(await self.get(model_id), tokens_per_second=42.0)
        self._events.publish(ModelsChanged())
        return 42.0

    async def fit(self, model_id: str) -> FitVerdict:
        return FitVerdict(verdict="fits", needed_bytes=GB, free_bytes=4 * GB, reason="needs 1.0 GB, 4.0 GB are free")

    async def catalogue(self) -> tuple[CatalogueOffer, ...]:
        return self.offers

    async def search_hub(self, query: str, *, limit: int = 20) -> tuple[HubModel, ...]:
        if self.hub_error is not None:
            raise self.hub_error
        return tuple(found for found in self.hub if query.lower() in found.repo.lower())[:limit]

    async def hub_files(self, repo: str) -> HubModel:
        if self.hub_error is not None:
            raise self.hub_error
        return next(found for found in self.hub if found.repo == repo)

    async def download(self, repo: str, file: str, *, sha256: str = "") -> Download:
        return self.publish_download(
            Download(
                id=f"{repo}/{file}",
                repo=repo,
                file=file,
                state="running",
                received_bytes=GB // 3,
                total_bytes=GB,
                speed=8.2e6,
                eta=84.0,
            )
        )

    def downloads(self) -> tuple[Download, ...]:
        return tuple(self.running_downloads.values())

    async def pause_download(self, download_id: str) -> None:
        self.publish_download(_replace(self.running_downloads[download_id], state="paused", speed=0.0, eta=None))

    async def resume_download(self, download_id: str) -> None:
        self.publish_download(_replace(self.running_downloads[download_id], state="running", speed=8.2e6))

    async def cancel_download(self, download_id: str) -> None:
        self._events.publish(DownloadChanged(_replace(self.running_downloads.pop(download_id), state="cancelled")))

    async def set_hub_token(self, token: str) -> bool:
        self.hub_token = token
        return True

    async def has_hub_token(self) -> bool:
        return bool(self.hub_token)

    async def set_remote(self, provider: RemoteProvider, key: str | None) -> tuple[Model, ...]:
        if self.provider_error is not None:
            raise self.provider_error
        if key is not None:
            self.provider_keys[provider.id] = key
        known = _replace(provider, models=("llama-3.3-70b",))
        await self._set_remotes(provider.id, known)
        model = _replace(REMOTE, id=f"{provider.id}/llama-3.3-70b", provider_id=provider.id)
        self.installed[model.id] = model
        self._events.publish(ModelsChanged())
        return (model,)

    async def _set_remotes(self, provider_id: str, *known: RemoteProvider) -> None:
        others = tuple(each for each in self.preferences.settings.remotes if each.id != provider_id)
        await self.preferences.set({"remotes": [*others, *known]})

    async def remove_remote(self, provider_id: str) -> None:
        await self._set_remotes(provider_id)
        self.provider_keys.pop(provider_id, None)
        self.installed = {k: m for k, m in self.installed.items() if m.provider_id != provider_id}
        self._events.publish(ModelsChanged())


def _replace(value: Any, **changes: Any) -> Any:
    import msgspec

    return msgspec.structs.replace(value, **changes)


def _offer(model: Model, verdict: Any) -> CatalogueOffer:
    return CatalogueOffer(
        entry=CatalogueEntry(
            id=model.id,
            name=model.name,
            description="A good all-round chat model.",
            repo=f"bartowski/{model.id}-GGUF",
            file=f"{model.id}.gguf",
            parameters=model.parameters,
            quantisation=model.quantisation,
            size_bytes=model.size_bytes,
            context_length=model.context_length,
            licence=model.licence,
            gated=verdict != "fits",
        ),
        fit=FitVerdict(
            verdict=verdict,
            needed_bytes=model.size_bytes,
            free_bytes=4 * GB,
            reason=f"needs {model.size_bytes / 1e9:.1f} GB, 4.3 GB are free",
        ),
    )
