"""The state of a model is told in words."""

from __future__ import annotations

import pytest

from app.engine.domain.models import ModelState


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ModelState(), "not loaded"),
        (ModelState(phase="loading", progress=0.4), "loading 40 %"),
        (ModelState(phase="ready"), "ready"),
        (ModelState(phase="failed", reason="needs 5.1 GB, 3.2 GB are free"), "failed: needs 5.1 GB, 3.2 GB are free"),
        (ModelState(phase="failed", reason="too large", hint="Try Q4."), "failed: too large — Try Q4."),
    ],
)
def test_a_state_in_words(state: ModelState, words: str) -> None:
    assert state.in_words() == words
