"""Plans how a GGUF is loaded here (context, GPU layers, fallbacks) and opens it. Must not keep what it opened."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

from app.engine.domain.errors import ModelUnavailable
from app.engine.domain.inference import ChatModel
from app.engine.domain.models import Model, ModelState
from app.engine.domain.settings import Settings
from app.engine.inference.fit import GpuPlan, plan_after_failure, plan_gpu, usual_context
from app.engine.inference.gguf import GgufHeader, read_header
from app.engine.inference.llama_cpp.devices import Build
from app.engine.inference.llama_cpp.model import LlamaCppModel
from app.engine.inference.llama_cpp.supervisor import Attempt
from app.engine.inference.llama_cpp.wire import LoadModel
from app.engine.storage.models import DeviceMemory

GUARD_CELLS = 4096


class LayerMemory(Protocol):
    """Remembers how many layers of a model a device really took."""

    async def device_memory(self, model_id: str, device: str) -> DeviceMemory | None:
        """Return what was remembered, or None."""
        ...

    async def remember_device(self, model_id: str, device: str, memory: DeviceMemory) -> None:
        """Remember what a device took."""
        ...


class LlamaCppFactory:
    """Opens GGUF files. `build` is asked once per load, because free memory changes."""

    def __init__(
        self, settings: Callable[[], Settings], build: Callable[[], Awaitable[Build]], memory: LayerMemory
    ) -> None:
        self._settings = settings
        self._build = build
        self._memory = memory

    async def open(self, model: Model, on_state: Callable[[ModelState], None]) -> ChatModel:
        """Load a model; the header is checked before any native code sees the file. Raises GgufInvalid and others."""
        if model.path is None:
            raise ModelUnavailable(f"“{model.name}” has no file.", hint="Import it again.")
        header = await asyncio.to_thread(read_header, Path(model.path))
        build = await self._build()
        settings = self._settings()
        known = await self._memory.device_memory(model.id, build.gpu.name) if build.gpu else None
        opened = LlamaCppModel(
            attempts(model, header, build, settings, known),
            on_state=on_state,
            load_seconds=settings.load_seconds,
            shutdown_seconds=settings.shutdown_seconds,
        )
        await opened.initialize()
        if build.gpu and opened.attempt.fallback:
            taken = DeviceMemory(layers=opened.attempt.command.gpu_layers, reason=opened.attempt.reason)
            await self._memory.remember_device(model.id, build.gpu.name, taken)
        return opened


def attempts(
    model: Model, header: GgufHeader, build: Build, settings: Settings, known: DeviceMemory | None = None
) -> list[Attempt]:
    """Return the ways to load a model, best first: GPU layers that fit, fewer after a failure, at last the CPU.

    What the device refused before is not tried again, unless the person names a number of layers.
    """
    own = model.load_settings
    # A guard's cells hold many short prompts beside each other; each of them stays within what it was trained for.
    usual = GUARD_CELLS if model.purpose == "guard" else usual_context(header.context_length)
    context = own.context_length or usual
    plan: GpuPlan | None = plan_gpu(header, context, own.kv_type, build.gpu, own.gpu_layers)
    if known is not None and plan is not None and own.gpu_layers is None and known.layers < plan.layers:
        plan = GpuPlan(layers=known.layers, all_layers=False, device=plan.device, reason=f"{known.reason} (earlier)")
    found: list[Attempt] = []
    while plan is not None:
        command = LoadModel(
            path=model.path or "",
            context_length=context,
            gpu_layers=plan.layers,
            threads=own.threads,
            kv_type=own.kv_type,
            flash_attention=own.flash_attention,
            parallel=settings.parallel_sequences,
            queue=settings.queue_limit,
            template_seconds=settings.template_seconds,
        )
        found.append(Attempt(command, plan.reason, fallback=bool(found)))
        plan = plan_after_failure(plan, "it could not load them")
    return found
