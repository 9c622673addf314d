"""Words of the model library: installed models, their states, load settings, catalogue, hub and downloads. No I/O."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

KvType = Literal["f16", "q8_0", "q4_0"]
Purpose = Literal["chat", "guard", "base", "embedding"]


class LoadSettings(Struct, frozen=True, kw_only=True):
    """How a model is put into memory; None means Paddock chooses from what is free and what was measured.

    `gpu_layers` counts layers on the GPU (0 = CPU only). `idle_unload_minutes` 0 keeps it loaded.
    """

    context_length: int | None = None
    gpu_layers: int | None = None
    threads: int | None = None
    kv_type: KvType = "f16"
    flash_attention: Literal["auto", "on", "off"] = "auto"
    idle_unload_minutes: int | None = None


class Model(Struct, frozen=True, kw_only=True):
    """A model that can be asked: a GGUF on disk, or one served by a remote provider.

    `id` is what clients send. `path` is None for remote models. `tokens_per_second` is the last measured
    decode speed on this machine. Sizes are bytes, `context_length` is what the model was trained for.
    """

    id: str
    name: str
    provider_id: str = "llama-cpp"
    path: str | None = None
    architecture: str = ""
    parameters: int = 0
    quantisation: str = ""
    context_length: int = 0
    size_bytes: int = 0
    licence: str = ""
    has_chat_template: bool = False
    tokens_per_second: float | None = None
    sha256: str | None = None
    source: Literal["starter", "imported", "downloaded", "remote"] = "imported"
    purpose: Purpose = "chat"
    created_at: float = 0.0
    missing: bool = False
    load_settings: LoadSettings = LoadSettings()


class ModelState(Struct, frozen=True, kw_only=True):
    """Where a model stands. `device` and `device_reason` say what runs it and why, once it is ready."""

    phase: Literal["not_loaded", "loading", "ready", "unloading", "failed"] = "not_loaded"
    progress: float = 0.0
    device: str = ""
    device_reason: str = ""
    context_length: int = 0
    memory_bytes: int = 0
    reason: str = ""
    hint: str = ""

    def in_words(self) -> str:
        """Return the state as a person reads it."""
        match self.phase:
            case "not_loaded":
                return "not loaded"
            case "loading":
                return f"loading {self.progress * 100:.0f} %"
            case "failed":
                return f"failed: {self.reason}" + (f" — {self.hint}" if self.hint else "")
            case _:
                return self.phase


class FitVerdict(Struct, frozen=True, kw_only=True):
    """Whether a model fits the memory that is free now, in bytes, with the reason in words."""

    verdict: Literal["fits", "tight", "too_large", "unknown"]
    needed_bytes: int
    free_bytes: int
    reason: str


class CatalogueEntry(Struct, frozen=True, kw_only=True):
    """A model worth offering. `sha256` may be empty when only the hub knows it."""

    id: str
    name: str
    description: str
    repo: str
    file: str
    parameters: int
    quantisation: str
    size_bytes: int
    context_length: int
    licence: str
    purpose: Purpose = "chat"
    gated: bool = False
    sha256: str = ""
    layers: int = 0
    kv_bytes_per_token: int = 0


class CatalogueOffer(Struct, frozen=True, kw_only=True):
    """A catalogue entry seen from this machine."""

    entry: CatalogueEntry
    fit: FitVerdict
    installed_model_id: str | None = None


class HubFile(Struct, frozen=True, kw_only=True):
    """One GGUF file of a hub repository."""

    name: str
    size_bytes: int
    sha256: str = ""
    fit: FitVerdict | None = None


class HubModel(Struct, frozen=True, kw_only=True):
    """A repository found on the hub."""

    repo: str
    author: str = ""
    downloads: int = 0
    likes: int = 0
    gated: bool = False
    licence: str = ""
    updated_at: str = ""
    files: tuple[HubFile, ...] = ()


class Download(Struct, frozen=True, kw_only=True):
    """A download as it stands. `speed` is bytes per second, `eta` seconds left (None when unknown).

    `code` is the machine-readable word of the error that ended a failed one.
    """

    id: str
    repo: str
    file: str
    state: Literal["waiting", "running", "paused", "verifying", "completed", "failed", "cancelled"] = "waiting"
    received_bytes: int = 0
    total_bytes: int = 0
    speed: float = 0.0
    eta: float | None = None
    reason: str = ""
    hint: str = ""
    code: str = ""
    model_id: str | None = None
