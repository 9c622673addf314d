"""One verdict: words, bars with the long names, what failed, and numbers for experts."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.engine.domain.safety import HIDDEN_CHARACTERS, LLAMA_GUARD, PROMPT_GUARD, Concern, Policy, Question, Verdict
from app.ui.bridge.client import EngineClient
from app.ui.safety.verdict_view import VerdictView
from tests.fakes.engine import FakeEngine


@pytest.fixture
def view(qtbot: QtBot, client: EngineClient) -> VerdictView:
    made = VerdictView(client.safety)
    qtbot.addWidget(made)
    made.show()
    return made


def said(engine: FakeEngine, text: str) -> Verdict:
    return engine.safety.verdict(LLAMA_GUARD, Question(direction="input", text=text))


def test_bars_rank_what_was_found(view: VerdictView, fake_engine: FakeEngine) -> None:
    view.show_verdict(said(fake_engine, "stab 60 and hate 80"), expert=False, policy=Policy())
    assert [(bar.name, bar.over) for bar in view.bars.scores[:2]] == [("Hate", True), ("Violent Crimes", True)]
    assert view.bars.scores[0].threshold == 0.5
    assert view.outcome.text() == "Blocked" and not view.found.isVisible() and not view.facts.isVisible()


def test_experts_see_every_category_time_guard_and_version(view: VerdictView, fake_engine: FakeEngine) -> None:
    view.show_verdict(said(fake_engine, "hello"), expert=True)
    assert len(view.bars.scores) == 14 and view.outcome.text() == "Nothing found"
    assert view.facts.text() == "120 ms  ·  llama-guard-3-1b"
    view.show_verdict(said(fake_engine, "hello"), expert=True, most=4)
    assert len(view.bars.scores) == 4


def test_a_failure_is_told_in_words(view: VerdictView, fake_engine: FakeEngine) -> None:
    fake_engine.safety.guard_error = "The guard ended unexpectedly."
    view.show_verdict(said(fake_engine, "hello"), expert=False)
    assert view.error.text() == "The guard ended unexpectedly." and view.error.isVisible()
    assert view.outcome.text() == "Check failed, blocked" and not view.bars.isVisible()


def test_a_rule_has_words_instead_of_bars(view: VerdictView) -> None:
    concern = Concern(category="tag", name="Tag characters", detail="at character 12")
    verdict = Verdict(shield=HIDDEN_CHARACTERS, direction="tool", outcome="warn", concerns=(concern,), policy_version=3)
    view.show_verdict(verdict, expert=True)
    assert view.found.text() == "Tag characters  ·  at character 12"
    assert view.facts.text() == "policy version 3"


def test_prompt_guard_has_one_bar(view: VerdictView) -> None:
    verdict = Verdict(shield=PROMPT_GUARD, direction="tool", probability=0.4)
    view.show_verdict(verdict, expert=False, policy=Policy())
    (bar,) = view.bars.scores
    assert (bar.name, bar.threshold, bar.over) == ("Gives orders", 0.9, False)
