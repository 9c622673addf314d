"""Loading and decoding a real (tiny) model: same tokens, same logits, whichever way the cells came about."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.engine.domain.errors import ModelLoadFailed
from app.engine.inference.llama_cpp.backend import Backend, NoCells
from app.engine.inference.llama_cpp.scheduler import CopyCells, RemoveCells, Row
from app.engine.inference.llama_cpp.wire import LoadModel
from tests.fakes.tiny_gguf import LLAMA31_TEMPLATE

PROMPT = [5, 9, 17, 33, 65]


@pytest.fixture(autouse=True)
def empty(backend: Backend) -> None:
    backend.move([RemoveCells(sequence) for sequence in range(backend.sequences)])


def rows(tokens: list[int], sequence: int, start: int = 0) -> list[Row]:
    last = len(tokens) - 1
    return [Row(token, start + i, sequence, "x" if i == last else None) for i, token in enumerate(tokens)]


def last_logits(backend: Backend, batch: list[Row]) -> np.ndarray:
    backend.decode(batch)
    return backend.logits(len(batch) - 1).copy()


def test_what_it_says_of_itself(backend: Backend, tiny_path: Path) -> None:
    assert backend.cells == 512
    assert backend.sequences == 24
    assert 0 < backend.model_bytes < tiny_path.stat().st_size
    assert not backend.has_encoder
    assert backend.metadata("general.architecture") == "llama"
    assert backend.metadata("no.such.key") is None


def test_long_metadata_comes_whole(backend: Backend) -> None:
    assert len(LLAMA31_TEMPLATE) > 1024
    assert backend.metadata("tokenizer.chat_template") == LLAMA31_TEMPLATE


def test_a_prompt_in_chunks_gives_the_same_logits(backend: Backend) -> None:
    whole = last_logits(backend, rows(PROMPT, 0))
    last_logits(backend, rows(PROMPT[:2], 1))
    parts = last_logits(backend, rows(PROMPT[2:], 1, start=2))
    np.testing.assert_allclose(parts, whole, atol=2e-2)
    assert whole.shape == (backend.vocabulary.size,)


def test_copied_cells_are_as_good_as_computed_ones(backend: Backend) -> None:
    whole = last_logits(backend, rows([*PROMPT, 7], 0))
    backend.move([CopyCells(0, 1, len(PROMPT)), RemoveCells(0)])
    copied = last_logits(backend, rows([7], 1, start=len(PROMPT)))
    np.testing.assert_allclose(copied, whole, atol=2e-2)
    other = last_logits(backend, rows([7], 2))
    assert not np.allclose(other, whole, atol=2e-2)


def test_two_sequences_in_one_batch_do_not_see_each_other(backend: Backend) -> None:
    alone = last_logits(backend, rows(PROMPT, 0))
    backend.move([RemoveCells(0)])
    batch = [*rows([100, 101, 102], 1), *rows(PROMPT, 2)]
    together = last_logits(backend, batch)
    np.testing.assert_allclose(together, alone, atol=2e-2)


def test_no_room_is_told_and_changes_nothing(backend: Backend) -> None:
    backend.decode(rows([1] * 500, 0))
    with pytest.raises(NoCells):
        backend.decode(rows([2] * 50, 1))
    backend.move([RemoveCells(0)])
    backend.decode(rows([2] * 50, 1))


@pytest.mark.parametrize("content", [b"", b"GGUF", b"no model at all" * 100])
def test_a_file_that_is_no_model_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(content)
    told: list[str] = []
    broken = Backend.__new__(Backend)
    KEPT.append(broken)
    with pytest.raises(ModelLoadFailed, match="could not load"):
        broken.__init__(LoadModel(path=str(path), context_length=64), lambda _: None, told.append)  # type: ignore[misc]
    assert told


# llama.cpp keeps a pointer to the log callback of the backend that was made last.
KEPT: list[Backend] = []
