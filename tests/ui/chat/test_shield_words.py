"""Checks in words: calm when nothing was found, clear when something was, honest when nobody could look."""

from __future__ import annotations

from msgspec.structs import replace

from app.engine.domain.agents import Failure
from app.ui.chat.shield_words import blocked_words, details_html, is_guarded, is_quiet, line_words
from tests.fakes.verdicts import (
    BLOCKED,
    BLOCKED_ANSWER,
    CALM,
    CALM_ANSWER,
    FAILED,
    LET_THROUGH,
    PRIVACY,
    WARNED,
    check,
    verdict,
)
from tests.ui.chat.samples import turn


def test_only_what_found_nothing_is_quiet() -> None:
    noted = check("input", "log", verdict("input", "log", PRIVACY))
    assert [is_quiet(each) for each in (CALM, noted, WARNED, BLOCKED, LET_THROUGH, FAILED)] == [
        True, True, False, False, False, False,
    ]  # fmt: skip
    assert not is_quiet(replace(CALM, state="running"))


def test_several_calm_checks_are_one_line() -> None:
    assert line_words((CALM, CALM_ANSWER), expert=False) == "Checked: nothing found"
    assert line_words((CALM, CALM_ANSWER), expert=True) == "Checked: nothing found  ·  620 ms"


def test_rules_alone_do_not_claim_what_a_guard_would() -> None:
    rules = replace(CALM, verdicts=CALM.verdicts[1:])
    assert is_guarded((CALM,)) and not is_guarded((rules,))
    assert line_words((rules,), expert=False) == "Checked by rules only: nothing found (Hidden characters)"


def test_what_is_only_logged_stays_calm_but_is_named() -> None:
    noted = check("input", "log", verdict("input", "log", PRIVACY))
    assert line_words((CALM, noted), expert=False) == "Checked; in the log: Privacy"
    assert line_words((noted,), expert=True) == "Checked; in the log: Privacy 82 %  ·  310 ms"


def test_a_warning_names_text_and_category() -> None:
    words = "Warning about a found passage from Offer from the dealer.pdf: Injection"
    assert line_words((WARNED,), expert=False) == words
    assert line_words((WARNED,), expert=True) == f"{words} 94 %"


def test_a_check_that_failed_says_so() -> None:
    assert line_words((LET_THROUGH,), expert=False) == "Not checked: Llama Guard: The guard ended unexpectedly."
    assert line_words((replace(CALM, state="interrupted"),), expert=False) == "The check of your message did not end"
    assert line_words((replace(CALM, state="running"),), expert=False) == "Checking your message …"
    assert line_words((BLOCKED,), expert=False) == "Blocked your message: Violent Crimes"


def test_a_blocked_turn_says_what_and_why() -> None:
    def said(step: object, **more: bool) -> tuple[str, str]:
        return blocked_words(turn(state="blocked", steps=(step,)), **more)

    assert said(BLOCKED) == ("Your message was not sent on: Violent Crimes", "")
    assert said(BLOCKED_ANSWER) == ("The answer is not shown: Privacy", "")
    assert said(BLOCKED_ANSWER, taken_back=True)[0] == "The answer was taken back: Privacy"
    title, why = said(replace(WARNED, outcome="block"))
    assert title == "Stopped because of a found passage from Offer from the dealer.pdf: Injection" and why == ""
    assert said(FAILED) == (
        "Your message was not sent on: the check failed",
        "Llama Guard: The guard needs 1.2 GB, 0.8 GB are free.",
    )


def test_a_block_without_its_check_still_has_words() -> None:
    failure = Failure(code="blocked", message="Somebody said no.")
    assert blocked_words(turn(state="blocked", failure=failure)) == ("A shield blocked this.", "Somebody said no.")
    assert blocked_words(turn(state="blocked"))[1] == ""


def test_details_tell_everything_and_run_nothing() -> None:
    html = details_html((CALM, BLOCKED, LET_THROUGH))
    for part in ("Llama Guard", "Hidden characters", "97 %", "310 ms", "llama-guard-3-1b", "policy version 4", "2 %"):
        assert part in html
    evil = check("input", "warn", replace(verdict("input", "warn", PRIVACY), error="<script>"), subject="<img>")
    assert "<script>" not in details_html((evil,)) and "<img>" not in details_html((evil,))
