"""Plans how a GGUF is loaded here (context, GPU layers, fallbacks) and opens it. Must not keep what it opened."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

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


class LlamaCppFactory:
    """Opens GGUF files. `build` is asked once per load, because free memory changes."""

    def __init__(self, settings: Callable[[], Settings], build: Callable[[], Awaitable[Build]]) -> None:
        self._settings = settings
        self._build = build

    async def open(self, model: Model, on_state: Callable[[ModelState], None]) -> ChatModel:
        """Load a model; the header is checked before any native code sees the file. Raises GgufInvalid and others."""
        if model.path is None:
            raise ModelUnavailable(f"“{model.name}” has no file.", hint="Import it again.")
        header = await asyncio.to_thread(read_header, Path(model.path))
        build = await self._build()
        settings = self._settings()
        opened = LlamaCppModel(
            attempts(model, header, build, settings),
            on_state=on_state,
            load_seconds=settings.load_seconds,
            shutdown_seconds=settings.shutdown_seconds,
        )
        await opened.initialize()
        return opened


def attempts(model: Model, header: GgufHeader, build: Build, settings: Settings) -> list[Attempt]:
    """Return the ways to load a model, best first: GPU layers that fit, fewer after a failure, at last the CPU."""
    own = model.load_settings
    context = own.context_length or usual_context(header.context_length)
    plan: GpuPlan | None = plan_gpu(header, context, own.kv_type, build.gpu, own.gpu_layers)
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
        found.append(Attempt(command, plan.reason))
        plan = plan_after_failure(plan, "it could not load them")
    return found
