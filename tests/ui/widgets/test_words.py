"""States, sizes and times in words."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import QLocale

from app.engine.domain.models import ModelState
from app.ui.widgets.words import day_words, duration_words, number_words, size_words, state_words


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ModelState(), "not loaded"),
        (ModelState(phase="loading", progress=0.404), "loading 40 %"),
        (ModelState(phase="ready"), "ready"),
        (ModelState(phase="unloading"), "unloading"),
        (ModelState(phase="failed", reason="no room"), "failed: no room"),
        (ModelState(phase="failed", reason="no room", hint="close another"), "failed: no room — close another"),
    ],
)
def test_every_state_has_words(state: ModelState, words: str) -> None:
    assert state_words(state) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-3, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (84, "1 min 24 s"), (3599.7, "1 h 0 min"), (7320, "2 h 2 min")],
)
def test_a_time_left_is_rounded_before_it_is_split(seconds: float, words: str) -> None:
    assert duration_words(seconds) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [(-1, "Today"), (0, "Today"), (1, "Yesterday"), (2, "Previous 7 days"), (7, "Previous 7 days"),
     (8, "Previous 30 days"), (30, "Previous 30 days"), (31, "Older")],
)  # fmt: skip
def test_days_are_counted_by_the_calendar(days: int, words: str) -> None:
    now = datetime(2025, 6, 20, 0, 30)
    assert day_words((now - timedelta(days=days)).timestamp(), now.timestamp()) == words


def test_an_hour_ago_can_be_yesterday() -> None:
    now = datetime(2025, 6, 20, 0, 30)
    assert day_words((now - timedelta(hours=1)).timestamp(), now.timestamp()) == "Yesterday"


def test_numbers_follow_the_locale() -> None:
    before = QLocale()
    QLocale.setDefault(QLocale("de_DE"))
    try:
        assert number_words(1234.56, 1) == "1.234,6"
        assert size_words(1_900_000_000) == "1,9 GB"
    finally:
        QLocale.setDefault(before)
