"""Words of safety are complete for every value, honest about probabilities, and know categories by their codes."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator

from app.engine.domain.safety import (
    DIRECTIONS,
    LLAMA_GUARD,
    OUTCOMES,
    SHIELDS,
    Category,
    Concern,
    Occasion,
    Verdict,
)
from app.engine.safety import rules
from app.engine.safety.rules import code
from app.ui.resources import resource
from app.ui.safety import words
from tests.fakes.safety import CATEGORIES


def test_every_value_has_words() -> None:
    assert all(words.shield_title(name) and words.shield_description(name) for name in SHIELDS)
    assert len({words.direction_words(each) for each in DIRECTIONS}) == 4
    assert len({words.outcome_words(each) for each in OUTCOMES}) == 4
    assert len({words.action_words(each) for each in ("block", "warn", "log")}) == 3  # type: ignore[arg-type]
    assert len({words.streaming_words(each) for each in ("verify", "retract", "final")}) == 3  # type: ignore[arg-type]
    assert len({words.on_error_words(each) for each in ("closed", "open")}) == 2  # type: ignore[arg-type]
    assert len({words.kept_words(each) for each in ("none", "excerpt", "full")}) == 3  # type: ignore[arg-type]
    origins = ("chat", "agent", "api", "terminal", "test")
    assert len({words.occasion_words(Occasion(origin=each)) for each in origins}) == 5  # type: ignore[arg-type]


def test_a_shield_of_an_app_keeps_its_own_words() -> None:
    assert words.shield_title("mine", "My shield") == "My shield"
    assert words.shield_title("mine") == "mine"
    assert words.shield_description("mine", "Mine.") == "Mine."


def test_all_categories_have_names_of_their_own() -> None:
    assert [words.category_name(each) for each in CATEGORIES] == [each.name for each in CATEGORIES]
    assert all(words.category_description(each) != each.description for each in CATEGORIES)
    own = Category(id="x", code="", name="Gambling", description="No games.")
    assert (words.category_name(own), words.category_description(own)) == ("Gambling", "No games.")
    assert words.concern_name(Concern(category="x", name="Gambling")) == "Gambling"


@pytest.mark.parametrize(
    ("probability", "shown"),
    [(0.0, "0 %"), (0.004, "< 1 %"), (0.5, "50 %"), (0.97, "97 %"), (0.996, "> 99 %"), (1.0, "100 %")],
)
def test_probabilities_claim_no_more_than_they_are(probability: float, shown: str) -> None:
    assert words.percent_words(probability) == shown


@pytest.mark.parametrize(
    ("threshold", "simple", "expert"),
    [
        (0.3, "Strict", "Strict: from 30 % on"),
        (0.5, "Balanced", "Balanced: from 50 % on"),
        (0.8, "Relaxed", "Relaxed: from 80 % on"),
    ],
)
def test_thresholds_are_told_in_words(threshold: float, simple: str, expert: str) -> None:
    assert words.threshold_words(threshold, expert=False) == simple
    assert words.threshold_words(threshold, expert=True) == expert


def test_a_failed_check_never_reads_like_a_clean_one() -> None:
    clean = Verdict(shield=LLAMA_GUARD, direction="input")
    failed = Verdict(shield=LLAMA_GUARD, direction="input", error="gone")
    closed = Verdict(shield=LLAMA_GUARD, direction="input", error="gone", outcome="block")
    assert [words.verdict_words(each) for each in (clean, failed, closed)] == [
        "Nothing found", "Check failed, let through", "Check failed, blocked",
    ]  # fmt: skip


def test_times_and_sources() -> None:
    assert [words.seconds_words(each) for each in (0.31, 2.5, 12.0)] == ["310 ms", "2.5 s", "12 s"]
    assert words.text_words("retrieved", "a.pdf") == "a found passage from a.pdf"
    assert words.counts().entries(2) == "2 entr(y/ies)"


def test_whatever_a_rule_finds_has_a_name_in_every_language() -> None:
    folder = Path(rules.__file__).parent
    literals = {
        node.value
        for name in ("hidden", "personal", "secrets")
        for node in ast.walk(ast.parse((folder / f"{name}.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    # What the detectors really name themselves; a literal that is no name is not among them.
    named = {text for text in literals if re.fullmatch(r"(npm|[A-Z][\w-]*)( [\w()-]+)+", text) and "_" not in text}
    named -= {text for text in named if text.isupper()}
    named |= {rule.says for rule in code.ALL_RULES} | {"Attempt to override instructions"}
    translator = QTranslator()
    assert translator.load(str(resource("i18n", "paddock_de.qm")))
    assert len(named) > 80
    assert [text for text in sorted(named) if not translator.translate("Categories", text)] == []
