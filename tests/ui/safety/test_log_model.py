"""The log as a table: fetched page by page, followed at the top, told in words."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.engine.domain.errors import StorageFailed
from app.engine.domain.safety import HIDDEN_CHARACTERS, LLAMA_GUARD, LogFilter, Occasion, Question
from app.ui.bridge.client import EngineClient
from app.ui.safety.log_model import (
    DIRECTION,
    FOUND,
    GUARD,
    OUTCOME,
    PAGE,
    POLICY,
    PROBABILITY,
    SHIELD,
    TIME,
    WHERE,
    LogModel,
)
from tests.fakes.engine import FakeEngine, FakeHost


def log(engine: FakeEngine, text: str, shield: str = LLAMA_GUARD, occasion: Occasion | None = None) -> None:
    verdict = engine.safety.verdict(shield, Question(direction="input", text=text))
    engine.safety.add_entry(verdict, text, occasion or Occasion())


@pytest.fixture
def owner(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def model(client: EngineClient, owner: QWidget) -> LogModel:
    return LogModel(client, owner)


def fetched(qtbot: QtBot, model: LogModel) -> None:
    with qtbot.waitSignal(model.arranged):
        model.refresh()


def shown(model: LogModel, column: int, row: int = 0) -> object:
    return model.index(row, column).data()


def test_an_entry_is_told_in_words(qtbot: QtBot, model: LogModel, fake_engine: FakeEngine) -> None:
    chat = fake_engine.store.add_session("Knives")
    log(fake_engine, "how to stab", occasion=Occasion(origin="chat", session_id=chat.id))
    fetched(qtbot, model)
    qtbot.waitUntil(lambda: shown(model, WHERE) == "Knives")
    assert [shown(model, column) for column in (DIRECTION, SHIELD, FOUND, PROBABILITY, OUTCOME, GUARD)] == [
        "Your messages", "Llama Guard", "Violent Crimes", "97 %", "Blocked", "llama-guard-3-1b",
    ]  # fmt: skip
    assert shown(model, TIME) and model.headerData(FOUND, Qt.Orientation.Horizontal) == "Found"
    assert model.columnCount() == POLICY + 1 and model.rowCount(model.index(0, 0)) == 0
    assert model.index(0, OUTCOME).data(Qt.ItemDataRole.ForegroundRole) is not None


def test_a_rule_claims_no_probability_and_a_failure_no_finding(
    qtbot: QtBot, model: LogModel, fake_engine: FakeEngine
) -> None:
    log(fake_engine, "x", HIDDEN_CHARACTERS)
    fake_engine.safety.guard_error = "gone"
    log(fake_engine, "x")
    fetched(qtbot, model)
    assert (shown(model, PROBABILITY, 0), shown(model, PROBABILITY, 1)) == ("", "")
    assert shown(model, OUTCOME, 0) == "Check failed, blocked" and shown(model, WHERE, 0) == "Local API"


def test_pages_come_as_one_scrolls(qtbot: QtBot, model: LogModel, fake_engine: FakeEngine) -> None:
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for number in range(PAGE + 20):
        log(fake_engine, f"text {number}", HIDDEN_CHARACTERS)
    fetched(qtbot, model)
    assert model.rowCount() == PAGE and model.total == PAGE + 20
    assert model.canFetchMore(QModelIndex())
    with qtbot.waitSignal(model.arranged):
        model.fetchMore(QModelIndex())
    assert model.rowCount() == PAGE + 20 and not model.canFetchMore(QModelIndex())
    assert model.entries[-1].text == "text 0"


def test_new_entries_come_on_top_and_move_nothing(
    qtbot: QtBot, model: LogModel, fake_engine: FakeEngine, host: FakeHost
) -> None:
    log(fake_engine, "old", HIDDEN_CHARACTERS)
    fetched(qtbot, model)
    kept = model.entries[0]
    with qtbot.waitSignal(model.rowsInserted):
        host.loop.call_soon_threadsafe(lambda: log(fake_engine, "new", HIDDEN_CHARACTERS))
    assert [each.text for each in model.entries] == ["new", "old"] and model.entries[1] is kept
    assert model.total == 2


def test_the_first_entry_of_an_empty_log_is_followed(
    qtbot: QtBot, model: LogModel, fake_engine: FakeEngine, host: FakeHost
) -> None:
    fetched(qtbot, model)
    host.loop.call_soon_threadsafe(lambda: log(fake_engine, "first", HIDDEN_CHARACTERS))
    qtbot.waitUntil(lambda: model.rowCount() == 1)


def test_a_filter_narrows_and_is_asked_for_once(qtbot: QtBot, model: LogModel, fake_engine: FakeEngine) -> None:
    log(fake_engine, "how to stab")
    log(fake_engine, "hello")
    with qtbot.waitSignal(model.arranged):
        model.narrow(LogFilter(outcomes=("block",)))
    assert model.narrowed and [each.text for each in model.entries] == ["how to stab"]
    with qtbot.assertNotEmitted(model.arranged, wait=100):
        model.narrow(LogFilter(outcomes=("block",)))


def test_a_mark_is_shown(qtbot: QtBot, model: LogModel, fake_engine: FakeEngine) -> None:
    log(fake_engine, "how to stab")
    fetched(qtbot, model)
    with qtbot.waitSignal(model.dataChanged):
        model.put(replace(model.entries[0], wrong=True))
    assert shown(model, OUTCOME) == "Blocked, wrong"


def test_a_failure_is_told(qtbot: QtBot, model: LogModel, fake_engine: FakeEngine) -> None:
    fake_engine.safety.failure = StorageFailed("The disk is full.")
    with qtbot.waitSignal(model.failed) as failed:
        model.refresh()
    assert failed.args[0].message == "The disk is full."
