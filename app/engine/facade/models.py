"""The models capability: what is installed, what can be had, and what is in memory. Signatures only."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from app.engine.domain.models import CatalogueOffer, Download, FitVerdict, HubModel, LoadSettings, Model, ModelState
from app.engine.domain.settings import RemoteProvider


class Models(Protocol):
    """What is installed, what can be had, and what is in memory."""

    async def list(self) -> tuple[Model, ...]:
        """Return all models, local first, by name."""
        ...

    async def get(self, model_id: str) -> Model:
        """Return one model; raises ModelNotFound."""
        ...

    async def default(self) -> Model:
        """Return the model a new chat uses: the setting, else the last used, else the first chat model."""
        ...

    def states(self) -> Mapping[str, ModelState]:
        """Return the state of every model that is not simply unloaded."""
        ...

    async def load(self, model_id: str) -> ModelState:
        """Put a model into memory; returns when it is ready, raises ModelLoadFailed."""
        ...

    async def unload(self, model_id: str) -> None:
        """Take a model out of memory; running requests end with ModelUnavailable."""
        ...

    async def configure(self, model_id: str, settings: LoadSettings) -> Model:
        """Remember load settings; they take effect at the next load."""
        ...

    async def import_file(self, path: Path, *, copy: bool = True) -> Model:
        """Check a GGUF's header and add it; raises GgufInvalid. `copy` False links to the file where it is."""
        ...

    async def remove(self, model_id: str) -> int:
        """Remove a model and its file if Paddock owns it; returns the bytes that came free."""
        ...

    async def check(self, path: Path) -> Model:
        """Read a GGUF's header without importing it; raises GgufInvalid."""
        ...

    async def measure(self, model_id: str) -> float:
        """Decode a few tokens, remember and return tokens per second."""
        ...

    async def fit(self, model_id: str) -> FitVerdict:
        """Say whether an installed model fits the memory that is free now."""
        ...

    async def catalogue(self) -> tuple[CatalogueOffer, ...]:
        """Return the catalogue, each entry with its verdict for this machine."""
        ...

    async def search_hub(self, query: str, *, limit: int = 20) -> tuple[HubModel, ...]:
        """Search the hub for GGUF repositories; raises HubUnreachable."""
        ...

    async def hub_files(self, repo: str) -> HubModel:
        """Return a repository with its GGUF files; raises AccessDenied, HubUnreachable, NotFound."""
        ...

    async def download(self, repo: str, file: str, *, sha256: str = "") -> Download:
        """Start (or resume) a download and return at once; progress comes as DownloadChanged events."""
        ...

    def downloads(self) -> tuple[Download, ...]:
        """Return all downloads that are not dismissed, oldest first."""
        ...

    async def pause_download(self, download_id: str) -> None:
        """Stop a download and keep what has arrived."""
        ...

    async def resume_download(self, download_id: str) -> None:
        """Go on where a download stopped."""
        ...

    async def cancel_download(self, download_id: str) -> None:
        """Stop a download and delete what has arrived."""
        ...

    async def set_hub_token(self, token: str) -> bool:
        """Keep the hub token in the keychain; returns False when it is kept for this run only."""
        ...

    async def has_hub_token(self) -> bool:
        """Tell whether a hub token is known."""
        ...

    async def set_remote(self, provider: RemoteProvider, key: str | None) -> tuple[Model, ...]:
        """Add or change a remote provider and return the models it serves."""
        ...

    async def remove_remote(self, provider_id: str) -> None:
        """Forget a remote provider and its key."""
        ...
