"""The tables are those of the llama.cpp that is installed."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import gguf
import pytest

from app.engine.inference.gguf_tables import (
    ARCHITECTURES,
    EMBEDDING_ARCHITECTURES,
    FILE_TYPES,
    LLAMA_FAMILY,
    TENSOR_TYPES,
)


def test_sizes_agree_with_the_gguf_package() -> None:
    for kind, (block_size, block_bytes) in gguf.GGML_QUANT_SIZES.items():
        assert TENSOR_TYPES[kind.value][1:] == (block_size, block_bytes)
        assert TENSOR_TYPES[kind.value].name == kind.name


def test_file_types_agree_with_the_gguf_package() -> None:
    for kind in gguf.LlamaFileType:
        if kind.value < 1024:
            assert kind.name.endswith(FILE_TYPES[kind.value])


def test_families_are_known_architectures() -> None:
    assert LLAMA_FAMILY <= ARCHITECTURES
    assert EMBEDDING_ARCHITECTURES <= ARCHITECTURES


def test_the_architectures_are_those_of_the_installed_llama_cpp() -> None:
    folder = find_spec("llama_cpp")
    assert folder is not None
    assert folder.submodule_search_locations is not None
    libraries = [
        each
        for each in Path(folder.submodule_search_locations[0], "lib").iterdir()
        if each.name.startswith("libllama.")
    ]
    if not libraries:
        pytest.skip("llama.cpp has another form on this platform")
    content = libraries[0].read_bytes()
    assert [name for name in sorted(ARCHITECTURES) if name.encode() + b"\0" not in content] == []
