"""The error tree is the one that is drawn, and every error can be told apart and read."""

from __future__ import annotations

import inspect
import re

import pytest

from app.engine.domain import errors
from app.engine.domain.errors import (
    BugError,
    Busy,
    GgufInvalid,
    ModelLoadFailed,
    PaddockError,
    PromptTooLong,
    RemoteFailed,
    WorldError,
)

CLASSES = [value for _, value in inspect.getmembers(errors, inspect.isclass) if issubclass(value, PaddockError)]


def drawn_tree() -> dict[str, str]:
    """Return child -> parent as the docstring draws it."""
    parents: dict[str, str] = {}
    stack: list[str] = []
    for line in inspect.getdoc(errors).splitlines():
        match = re.match(r"([│├└─\s]*)([A-Z]\w+)", line)
        if not match or ("─" not in line and match[2] != "PaddockError"):
            continue
        depth = len(match[1]) // 4
        stack[depth:] = [match[2]]
        if depth:
            parents[match[2]] = stack[depth - 1]
    return parents


def test_the_docstring_draws_the_tree() -> None:
    assert drawn_tree() == {kind.__name__: kind.__base__.__name__ for kind in CLASSES if kind is not PaddockError}


def test_every_error_has_its_own_code() -> None:
    codes = [kind.code for kind in CLASSES]
    assert len(set(codes)) == len(codes)


def test_a_prompt_that_is_too_long_names_both_lengths() -> None:
    error = PromptTooLong(5000, 4096)
    assert "5000" in error.message
    assert "4096" in error.message
    assert (error.prompt_tokens, error.context_length, error.param) == (5000, 4096, "messages")


@pytest.mark.parametrize(("hint", "words"), [("", "It broke."), ("Try again.", "It broke. Try again.")])
def test_in_words_joins_message_and_hint(hint: str, words: str) -> None:
    assert PaddockError("It broke.", hint=hint).in_words() == words


@pytest.mark.parametrize(
    "error",
    [
        PromptTooLong(5000, 4096),
        Busy("Full.", retry_after=3.0),
        RemoteFailed("Refused.", status=502),
        GgufInvalid("Not a GGUF.", hint="Choose another.", param="file"),
        ModelLoadFailed("It is not there.", code="model_not_loaded"),
        WorldError("Full.", code="disk_full"),
    ],
    ids=lambda error: error.code,
)
def test_an_error_survives_a_process_border(error: PaddockError) -> None:
    copy = errors.from_fields(errors.to_fields(error))
    assert type(copy) is type(error)
    assert errors.to_fields(copy) == errors.to_fields(error)


def test_an_unknown_code_is_a_bug() -> None:
    assert type(errors.from_fields({"code": "from_the_future", "message": "?"})) is BugError
