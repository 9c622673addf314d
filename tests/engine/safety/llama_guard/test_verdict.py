"""Probabilities become findings; an answer outside the grammar is an error, not one of the two words."""

from __future__ import annotations

import math

import pytest

from app.engine.domain.inference import Classified
from app.engine.safety.llama_guard.prompt import Frame, frame_for
from app.engine.safety.llama_guard.verdict import (
    OutsideGrammar,
    Place,
    answered,
    code_of,
    goes_on,
    highest,
    named,
    place,
    shares,
    so_far,
    unsafe_probability,
)
from app.engine.safety.llama_guard.versions import LLAMA_GUARD_1, LLAMA_GUARD_3


def frame(*enabled: str) -> Frame:
    made = frame_for(LLAMA_GUARD_3, "input", enabled or LLAMA_GUARD_3.categories)
    assert made is not None
    return made


def told(safe: float, unsafe: float, best: str = "") -> Classified:
    return Classified(logprobs=(math.log(safe), math.log(unsafe)), best=best)


def test_the_probability_is_that_of_one_word_against_the_other() -> None:
    assert unsafe_probability(told(0.5, 0.5)) == pytest.approx(0.5)
    assert unsafe_probability(told(0.1, 0.8)) == pytest.approx(0.8 / 0.9)
    assert unsafe_probability(Classified(logprobs=(-1000.0, -0.001))) == pytest.approx(1.0)
    assert unsafe_probability(Classified(logprobs=(-0.001, -1000.0))) == pytest.approx(0.0)
    assert unsafe_probability(Classified(logprobs=(-0.001, -math.inf))) < 1e-300
    assert unsafe_probability(Classified(logprobs=(-math.inf, -0.001))) == 1.0


def test_something_else_than_the_two_words_is_an_error_that_says_what() -> None:
    with pytest.raises(OutsideGrammar, match="“Sure”"):
        unsafe_probability(told(0.2, 0.2, " Sure"))
    with pytest.raises(OutsideGrammar, match="white space"):
        unsafe_probability(told(0.01, 0.01, "\n\n"))
    with pytest.raises(OutsideGrammar):
        unsafe_probability(Classified(logprobs=(math.nan, math.nan)))


def test_shares_are_probabilities_among_all_tokens_by_category() -> None:
    numbers = frame().numbers
    first = place(numbers, Classified(logprobs=tuple(math.log(0.7 if n == 10 else 0.01) for n in numbers)))
    second = Place({10: 0.0, 1: 0.9})
    found = shares(frame(), LLAMA_GUARD_3, [first, second])
    assert found["hate"] == pytest.approx(0.7)
    assert found["violent_crimes"] == pytest.approx(0.9)
    assert found["elections"] == pytest.approx(0.01)


def test_the_likeliest_and_those_with_a_share_are_named() -> None:
    assert named(frame(), LLAMA_GUARD_3, [Place({10: 0.6, 1: 0.25, 2: 0.15})]) == ("hate", "violent_crimes")
    assert named(frame(), LLAMA_GUARD_3, [Place({1: 0.9}), Place({10: 0.6, 2: 0.1})]) == ("violent_crimes", "hate")


def test_codes_that_were_not_asked_for_are_not_named() -> None:
    assert named(frame("privacy"), LLAMA_GUARD_3, [Place({10: 0.9, 7: 0.1})]) == ()
    assert named(frame("privacy"), LLAMA_GUARD_3, [Place({10: 0.7, 7: 0.3})]) == ("privacy",)


def test_the_likeliest_of_next_to_nothing_is_not_named() -> None:
    nothing = Place({10: 0.1, 7: 0.05})
    assert not nothing.in_grammar
    assert named(frame(), LLAMA_GUARD_3, [nothing]) == ()


def test_the_answer_is_written_as_the_guard_writes_it() -> None:
    assert so_far(LLAMA_GUARD_3, []).text == "unsafe\nS"
    assert so_far(LLAMA_GUARD_3, [1, 10]).text == "unsafe\nS1,S10,S"
    assert so_far(LLAMA_GUARD_1, []).text == " unsafe\nO"
    assert answered(LLAMA_GUARD_3, [1, 10]).text == "unsafe\nS1,S10"
    assert not answered(LLAMA_GUARD_3, [1]).special


def test_a_comma_goes_on_and_anything_else_ends() -> None:
    assert [goes_on(Classified(logprobs=(0.0,), best=best)) for best in (",", ",S", " ,", "<|eot_id|>", "")] == [
        True, True, True, False, False,
    ]  # fmt: skip


def test_helpers() -> None:
    assert code_of(frame("privacy"), "privacy") == "S7"
    assert code_of(frame("privacy"), "hate") == ""
    assert highest([{"a": 0.1, "b": 0.9}, {"a": 0.5}]) == {"a": 0.5, "b": 0.9}
    assert highest([]) == {}
