"""Chooses tokens with llama.cpp's own sampler chain, and reads log-probabilities. Thin ctypes; no batching."""

from __future__ import annotations

import ctypes
import random
from typing import Any

import llama_cpp
import numpy as np
import numpy.typing as npt

from app.engine.domain.errors import InvalidRequest
from app.engine.domain.inference import Sampling, TokenLogprob, TopLogprob
from app.engine.inference.llama_cpp.vocabulary import Vocabulary

_CANDIDATE = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])
# OpenAI's penalties count over the whole answer; llama.cpp wants a window.
PENALTY_WINDOW = 4096


def _chain(vocabulary: Vocabulary, sampling: Sampling, seed: int) -> Any:
    chain = llama_cpp.llama_sampler_chain_init(llama_cpp.llama_sampler_chain_default_params())

    def add(part: Any) -> None:
        llama_cpp.llama_sampler_chain_add(chain, part)

    if sampling.logit_bias:
        biases = (llama_cpp.llama_logit_bias * len(sampling.logit_bias))()
        for entry, (token, bias) in zip(biases, sampling.logit_bias.items(), strict=True):
            entry.token, entry.bias = token, bias
        add(llama_cpp.llama_sampler_init_logit_bias(vocabulary.size, len(biases), biases))
    if _penalises(sampling):
        add(
            llama_cpp.llama_sampler_init_penalties(
                vocabulary.size,
                PENALTY_WINDOW,
                sampling.repeat_penalty,
                sampling.frequency_penalty,
                sampling.presence_penalty,
            )
        )
    if sampling.temperature <= 0:
        add(llama_cpp.llama_sampler_init_greedy())
        return chain
    if sampling.top_k > 0:
        add(llama_cpp.llama_sampler_init_top_k(sampling.top_k))
    if sampling.top_p < 1:
        add(llama_cpp.llama_sampler_init_top_p(sampling.top_p, 1))
    if sampling.min_p > 0:
        add(llama_cpp.llama_sampler_init_min_p(sampling.min_p, 1))
    add(llama_cpp.llama_sampler_init_temp(sampling.temperature))
    add(llama_cpp.llama_sampler_init_dist(seed))
    return chain


def _penalises(sampling: Sampling) -> bool:
    return sampling.repeat_penalty != 1 or sampling.frequency_penalty != 0 or sampling.presence_penalty != 0


class Sampler:
    """The sampling state of one generation. Must be closed; used by one thread at a time."""

    def __init__(self, vocabulary: Vocabulary, sampling: Sampling, grammar: str | None = None) -> None:
        seed = sampling.seed if sampling.seed is not None else random.getrandbits(32)
        self._vocabulary = vocabulary
        self._greedy = (
            sampling.temperature <= 0 and not _penalises(sampling) and not sampling.logit_bias and grammar is None
        )
        self._chain = _chain(vocabulary, sampling, seed & 0xFFFFFFFF)
        self._grammar: Any = None
        if grammar is not None:
            self._grammar = self._parse(grammar)
        self._candidates: npt.NDArray[Any] | None = None

    def sample(self, context: Any, row: int, logits: npt.NDArray[np.float32]) -> int:
        """Choose the token after batch row `row`; `logits` is that row's view."""
        if self._greedy:
            return int(logits.argmax())
        if self._grammar is None:
            return int(llama_cpp.llama_sampler_sample(self._chain, context, row))
        return self._sample_by_grammar(logits)

    def close(self) -> None:
        """Free the native samplers; a second call does nothing."""
        if self._chain is not None:
            llama_cpp.llama_sampler_free(self._chain)
            self._chain = None
        if self._grammar is not None:
            llama_cpp.llama_sampler_free(self._grammar)
            self._grammar = None

    def _parse(self, grammar: str) -> Any:
        parsed = llama_cpp.llama_sampler_init_grammar(self._vocabulary.pointer, grammar.encode(), b"root")
        if not parsed:
            self.close()
            raise InvalidRequest(
                "The requested format could not be turned into a grammar.",
                hint="Simplify the JSON schema.",
                param="response_format",
            )
        return parsed

    def _sample_by_grammar(self, logits: npt.NDArray[np.float32]) -> int:
        """Choose freely first and ask the grammar about that one token: testing all of them is far slower."""
        token = self._apply(logits, constrained=False)
        if not self._allows(token, float(logits[token])):
            token = self._apply(logits, constrained=True)
        llama_cpp.llama_sampler_accept(self._grammar, token)
        llama_cpp.llama_sampler_accept(self._chain, token)
        return token

    def _apply(self, logits: npt.NDArray[np.float32], *, constrained: bool) -> int:
        if self._candidates is None:
            self._candidates = np.zeros(len(logits), dtype=_CANDIDATE)
        candidates = self._candidates
        candidates["id"] = np.arange(len(logits), dtype=np.int32)
        candidates["logit"] = logits
        candidates["p"] = 0
        array = self._array(candidates)
        if constrained:
            llama_cpp.llama_sampler_apply(self._grammar, ctypes.byref(array))
        llama_cpp.llama_sampler_apply(self._chain, ctypes.byref(array))
        return int(array.data[array.selected].id)

    def _allows(self, token: int, logit: float) -> bool:
        one = np.array([(token, logit, 0.0)], dtype=_CANDIDATE)
        array = self._array(one)
        llama_cpp.llama_sampler_apply(self._grammar, ctypes.byref(array))
        return bool(np.isfinite(array.data[0].logit))

    @staticmethod
    def _array(candidates: npt.NDArray[Any]) -> Any:
        array: Any = llama_cpp.llama_token_data_array()
        array.data = candidates.ctypes.data_as(llama_cpp.llama_token_data_p)
        array.size = len(candidates)
        array.selected = -1
        array.sorted = False
        return array


def log_probabilities(vocabulary: Vocabulary, logits: npt.NDArray[np.float32], token: int, best: int) -> TokenLogprob:
    """Return the log-probability of the chosen token and of the `best` likeliest, before any sampling rule."""
    values = logits.astype(np.float64)
    values -= values.max()
    values -= np.log(np.exp(values).sum())
    top: tuple[TopLogprob, ...] = ()
    if best:
        order = np.argpartition(values, -best)[-best:]
        ranked = sorted((int(index) for index in order), key=lambda index: -values[index])
        top = tuple(TopLogprob(*_described(vocabulary, index), float(values[index])) for index in ranked)
    return TokenLogprob(*_described(vocabulary, token), float(values[token]), top)


def _described(vocabulary: Vocabulary, token: int) -> tuple[str, tuple[int, ...]]:
    piece = vocabulary.piece(token)
    return piece.decode("utf-8", "replace"), tuple(piece)
