"""Figures, cuts and endings of a turn in words."""

from __future__ import annotations

import msgspec
import pytest

from app.engine.domain.agents import ContextReport, Failure
from app.engine.domain.inference import Timings, Usage
from app.ui.chat import turn_words
from tests.ui.chat.samples import STEP, turn


def test_the_last_call_of_the_model_counts() -> None:
    later = msgspec.structs.replace(STEP, id="later")
    assert turn_words.last_inference(turn(steps=(STEP, later))) is later
    assert turn_words.last_inference(turn()) is None


def test_figures_are_tokens_speed_and_wait() -> None:
    assert turn_words.figures(turn(steps=(STEP,))) == "31 token(s)  ·  15.0 tok/s  ·  first token after 0.25 s"


def test_unknown_figures_are_left_out_not_shown_as_zero() -> None:
    unmeasured = msgspec.structs.replace(STEP, timings=Timings(), usage=Usage(completion_tokens=1))
    assert turn_words.figures(turn(steps=(unmeasured,))) == "1 token(s)"
    assert turn_words.figures(turn(steps=(msgspec.structs.replace(STEP, usage=Usage()),))) == ""
    assert turn_words.figures(turn()) == ""


def test_details_name_the_cache_and_the_end() -> None:
    lines = turn_words.step_details(STEP).splitlines()
    assert lines[:2] == ["Model: tiny", "Prompt: 120 tokens, 100 of them from the cache"]
    assert lines[-1] == "Ended by: stop"
    assert "Ended by" not in turn_words.step_details(msgspec.structs.replace(STEP, finish_reason=""))


def test_what_was_cut_is_said() -> None:
    report = ContextReport(context_length=2048, prompt_tokens=2000, dropped_turns=3, cut_answer=True)
    cut = turn_words.cut_words(turn(steps=(msgspec.structs.replace(STEP, context=report),)))
    assert len(cut) == 2
    assert "3 oldest turn(s) left out" in cut[0] and "ends here" in cut[1]
    assert turn_words.cut_words(turn(steps=(STEP,))) == []


@pytest.mark.parametrize(("state", "words"), [("cancelled", "Stopped."), ("interrupted", "Paddock ended")])
def test_a_turn_that_did_not_complete_says_what_is_kept(state: str, words: str) -> None:
    end = turn_words.ending(turn(state=state))
    assert end is not None
    assert end[0].startswith(words) and "kept" in end[1]


def test_a_failure_is_told_in_its_own_words() -> None:
    failure = Failure(code="x", message="No room.", hint="Close another.")
    assert turn_words.ending(turn(state="failed", failure=failure)) == ("No room.", "Close another.")
    assert turn_words.ending(turn(state="failed")) == ("The answer failed.", "")
    assert turn_words.ending(turn()) is None


def test_what_a_shield_blocked_is_no_answer() -> None:
    assert turn_words.answer_text(turn(steps=(STEP,))) == "An answer"
    assert turn_words.answer_text(turn(state="blocked", steps=(STEP,))) == ""
    assert turn_words.ending(turn(state="blocked")) is None
