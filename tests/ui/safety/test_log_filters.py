"""The filters of the log become what the engine is asked; words wait for the end of typing, boxes do not."""

from __future__ import annotations

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from app.engine.domain.safety import LLAMA_GUARD, LogFilter
from app.ui.bridge.client import EngineClient
from app.ui.safety.log_filters import LogFilters
from tests.fakes.engine import FakeEngine
from tests.fakes.verdicts import OWN
from tests.ui.bridge.waiting import result

NOW = 1_000_000_000.0


@pytest.fixture
def filters(qtbot: QtBot, client: EngineClient) -> LogFilters:
    made = LogFilters(client, now=lambda: NOW)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.category.count() > 1)
    return made


def test_nothing_chosen_asks_for_everything(filters: LogFilters) -> None:
    assert filters.wanted() == LogFilter()


def test_every_field_counts(qtbot: QtBot, filters: LogFilters) -> None:
    chosen = {"outcome": "block", "direction": "output", "shield": LLAMA_GUARD, "category": "privacy", "since": 7}
    for name, data in chosen.items():
        box = getattr(filters, name)
        with qtbot.waitSignal(filters.changed):
            box.setCurrentIndex(box.findData(data))
    with qtbot.waitSignal(filters.changed):
        filters.search.setText(" Elm Street ")
    assert filters.wanted() == LogFilter(
        outcomes=("block",),
        directions=("output",),
        shield=LLAMA_GUARD,
        category="privacy",
        words="Elm Street",
        since=NOW - 7 * 86_400,
    )


def test_marks_are_a_filter_of_their_own(filters: LogFilters) -> None:
    filters.outcome.setCurrentIndex(filters.outcome.findData("wrong"))
    assert filters.wanted() == LogFilter(wrong=True)


def test_a_new_category_is_offered_and_a_choice_stays(
    qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine, filters: LogFilters
) -> None:
    filters.category.setCurrentIndex(filters.category.findData("privacy"))
    result(qtbot, client.safety.set_policy(msgspec.structs.replace(client.safety.policy, custom=(OWN,))))
    qtbot.waitUntil(lambda: filters.category.findData(OWN.id) > 0)
    assert filters.category.currentData() == "privacy"
    result(qtbot, client.safety.set_policy(msgspec.structs.replace(client.safety.policy, custom=())))
    assert filters.category.findData(OWN.id) > 0, "old verdicts may still be of it"
