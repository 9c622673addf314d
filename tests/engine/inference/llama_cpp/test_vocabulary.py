"""The tokenizer of a GGUF: text comes back, control tokens act only where they may."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.inference.llama_cpp.backend import Backend
from app.engine.inference.llama_cpp.vocabulary import Vocabulary
from tests.fakes.tiny_gguf import SPECIAL_TOKENS


@pytest.fixture(scope="module")
def vocabulary(backend: Backend) -> Vocabulary:
    return backend.vocabulary


def test_text_comes_back(vocabulary: Vocabulary) -> None:
    @settings(max_examples=60, deadline=None)
    @given(st.text(max_size=60).filter(lambda text: "\0" not in text and text.isprintable()))
    def check(text: str) -> None:
        tokens = vocabulary.tokenize(text, special=False)
        assert b"".join(map(vocabulary.piece, tokens)) == text.encode("utf-8", "replace")

    check()


def test_names_of_control_tokens(vocabulary: Vocabulary) -> None:
    assert vocabulary.bos_text == "<|begin_of_text|>"
    assert vocabulary.eos_text == "<|eot_id|>"
    assert vocabulary.adds_bos
    assert set(vocabulary.special_texts) == set(SPECIAL_TOKENS)
    lengths = [len(text) for text in vocabulary.special_texts]
    assert lengths == sorted(lengths, reverse=True)


@pytest.mark.parametrize("text", SPECIAL_TOKENS)
def test_control_tokens_only_where_they_may_act(vocabulary: Vocabulary, text: str) -> None:
    (token,) = vocabulary.tokenize(text, special=True)
    assert vocabulary.is_control(token)
    assert vocabulary.piece(token) == text.encode()
    plain = vocabulary.tokenize(text, special=False)
    assert len(plain) > 1
    assert not any(map(vocabulary.is_control, plain))


def test_ends(vocabulary: Vocabulary) -> None:
    ends = {text for text in SPECIAL_TOKENS if vocabulary.is_end(vocabulary.tokenize(text, special=True)[0])}
    assert {"<|eot_id|>", "<|eom_id|>", "<|end_of_text|>"} <= ends
    assert "<|python_tag|>" not in ends
    assert not vocabulary.is_end(0)


def test_begin_of_text_is_added_on_demand(vocabulary: Vocabulary) -> None:
    with_bos = vocabulary.tokenize("hello", special=False, bos=True)
    assert vocabulary.piece(with_bos[0]) == b"<|begin_of_text|>"
    assert with_bos[1:] == vocabulary.tokenize("hello", special=False)


def test_odd_texts_do_not_break_it(vocabulary: Vocabulary) -> None:
    assert vocabulary.tokenize("", special=False) == []
    assert vocabulary.tokenize("\ud800", special=False) == vocabulary.tokenize("?", special=False)
    assert len(vocabulary.tokenize("a\0b", special=False)) >= 2
    assert len(vocabulary.tokenize("x" * 10_000, special=False)) == 10_000
