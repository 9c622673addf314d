"""Tokens are chosen as asked for: greedy, by seed, by bias, by grammar; log-probabilities sum to one."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

import numpy as np
import pytest

from app.engine.domain.errors import InvalidRequest
from app.engine.domain.inference import ResponseFormat, Sampling
from app.engine.inference.llama_cpp.backend import Backend
from app.engine.inference.llama_cpp.grammar import from_schema, grammar_for
from app.engine.inference.llama_cpp.sampler import Sampler, log_probabilities
from app.engine.inference.llama_cpp.scheduler import RemoveCells, Row

ROW = 0


@pytest.fixture
def logits(backend: Backend) -> Iterator[np.ndarray]:
    """The logits after a short prompt, computed for batch row 0."""
    backend.move([RemoveCells(0)])
    backend.decode([Row(token=5, position=0, sequence=0, request_id="x")])
    yield backend.logits(ROW)
    backend.move([RemoveCells(0)])


def choose(
    backend: Backend, logits: np.ndarray, sampling: Sampling, grammar: str | None = None, times: int = 1
) -> list[int]:
    sampler = Sampler(backend.vocabulary, sampling, grammar)
    chosen = [sampler.sample(backend.context, ROW, logits) for _ in range(times)]
    sampler.close()
    return chosen


def test_temperature_zero_takes_the_likeliest(backend: Backend, logits: np.ndarray) -> None:
    assert choose(backend, logits, Sampling(temperature=0)) == [int(logits.argmax())]
    biased = Sampling(temperature=0, logit_bias={7: 0.0})
    assert choose(backend, logits, biased) == [int(logits.argmax())]


def test_a_seed_repeats_and_another_differs(backend: Backend, logits: np.ndarray) -> None:
    hot = [choose(backend, logits, Sampling(temperature=2, seed=seed), times=20) for seed in (1, 1, 2, -1)]
    assert hot[0] == hot[1]
    assert hot[0] != hot[2]
    assert len(set(hot[0])) > 1


def test_without_a_seed_answers_differ(backend: Backend, logits: np.ndarray) -> None:
    assert choose(backend, logits, Sampling(temperature=2), times=20) != choose(
        backend, logits, Sampling(temperature=2), times=20
    )


def test_a_bias_forces_and_forbids(backend: Backend, logits: np.ndarray) -> None:
    best = int(logits.argmax())
    assert choose(backend, logits, Sampling(temperature=0, logit_bias={9: 100.0})) == [9]
    assert choose(backend, logits, Sampling(temperature=0, logit_bias={best: -100.0})) != [best]


@pytest.mark.parametrize("narrow", [{"top_k": 1}, {"top_p": 0.0}, {"min_p": 1.0}])
def test_narrow_choices_leave_the_likeliest(backend: Backend, logits: np.ndarray, narrow: dict[str, float]) -> None:
    assert set(choose(backend, logits, Sampling(temperature=1.5, **narrow), times=5)) == {int(logits.argmax())}


def test_a_penalty_moves_on_from_what_was_said(backend: Backend, logits: np.ndarray) -> None:
    said = choose(backend, logits, Sampling(temperature=0, presence_penalty=2, frequency_penalty=2), times=8)
    assert len(set(said)) > 1
    assert len(set(choose(backend, logits, Sampling(temperature=0), times=8))) == 1


@pytest.mark.parametrize("temperature", [0, 1.5])
def test_a_grammar_holds_from_the_first_token_to_the_last(
    backend: Backend, logits: np.ndarray, temperature: float
) -> None:
    schema = {"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"]}
    vocabulary = backend.vocabulary
    sampler = Sampler(vocabulary, Sampling(temperature=temperature, seed=3), from_schema(schema, param="x"))
    text = b""
    for _ in range(200):
        token = sampler.sample(backend.context, ROW, logits)
        if vocabulary.is_end(token):
            break
        text += vocabulary.piece(token)
    sampler.close()
    assert set(json.loads(text)) == {"ok"}


def test_a_grammar_that_is_none_is_refused(backend: Backend) -> None:
    with pytest.raises(InvalidRequest, match="grammar"):
        Sampler(backend.vocabulary, Sampling(), "root ::= nowhere")
    assert grammar_for(ResponseFormat(), "x") is None


def test_closing_twice_is_harmless(backend: Backend) -> None:
    sampler = Sampler(backend.vocabulary, Sampling(), "root ::= [a-z]")
    sampler.close()
    sampler.close()


def test_log_probabilities(backend: Backend, logits: np.ndarray) -> None:
    size = backend.vocabulary.size
    best = int(logits.argmax())
    whole = log_probabilities(backend.vocabulary, logits, best, size)
    assert math.isclose(sum(math.exp(top.logprob) for top in whole.top), 1.0, rel_tol=1e-6)
    values = [top.logprob for top in whole.top]
    assert values == sorted(values, reverse=True)
    assert whole.logprob == whole.top[0].logprob
    assert bytes(whole.bytes) == backend.vocabulary.piece(best)
    assert log_probabilities(backend.vocabulary, logits, 3, 0).top == ()
    assert len(log_probabilities(backend.vocabulary, logits, 3, 2).top) == 2
