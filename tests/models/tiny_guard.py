"""The tiny guard, loaded by a real model host and asked as any guard is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from app.engine.domain.inference import Classified, Classifier, ClassifyRequest
from app.engine.domain.models import Model
from app.engine.inference.gguf import read_header
from app.engine.inference.llama_cpp.model import LlamaCppModel
from app.engine.inference.llama_cpp.supervisor import Attempt
from app.engine.inference.llama_cpp.wire import LoadModel
from app.engine.safety.llama_guard.installed import InstalledGuard, open_installed
from tests.models import TINY_GUARD


class OneModel:
    """Plain inference with one model in memory."""

    def __init__(self, model: LlamaCppModel) -> None:
        self.model = model

    async def classify(self, request: ClassifyRequest) -> Classified:
        return await self.model.classify(request)

    async def classifier(self, model_id: str) -> Classifier:
        return self.model


def described(**more: Any) -> Model:
    """Return the tiny guard as the library would describe it."""
    header = read_header(TINY_GUARD)
    fields = {
        "id": "tiny-llama-guard-3", "name": header.name, "path": str(TINY_GUARD), "architecture": header.architecture,
        "parameters": header.parameters, "context_length": header.context_length, "purpose": header.purpose,
    }  # fmt: skip
    return Model(**(fields | more))


@asynccontextmanager
async def tiny_guard(cells: int = 4096) -> AsyncIterator[tuple[InstalledGuard, LlamaCppModel]]:
    """Load the tiny guard, with room for many texts at once; yields it and its host."""
    command = LoadModel(path=str(TINY_GUARD), context_length=cells, threads=1)
    host = LlamaCppModel([Attempt(command, "CPU")], on_state=lambda _: None, load_seconds=60, shutdown_seconds=5)
    await host.initialize()
    try:
        yield await open_installed(OneModel(host), described()), host
    finally:
        await host.shutdown()
