"""Tiny models for the tests of the backend: one loaded in this process, and files for child processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.engine.inference.llama_cpp.backend import Backend
from app.engine.inference.llama_cpp.wire import LoadModel
from tests.fakes.tiny_gguf import write_tiny_llama

# llama.cpp keeps pointers to the callbacks of the backend that was opened last, for the life of the process.
_KEPT: list[Backend] = []


@pytest.fixture(scope="session")
def tiny_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a tiny Llama 3 with Meta's template."""
    return write_tiny_llama(tmp_path_factory.mktemp("gguf") / "tiny.gguf")


@pytest.fixture(scope="session")
def backend(tiny_path: Path) -> Backend:
    """Return the tiny model, loaded in this process with a context of 512 cells."""
    command = LoadModel(path=str(tiny_path), context_length=512, threads=1, parallel=4)
    loaded = Backend(command, lambda _: None, lambda _: None)
    loaded.set_threads(1)
    _KEPT.append(loaded)
    return loaded
