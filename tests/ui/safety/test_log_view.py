"""The audit log: filters, details, marks, export, and clearing that names what is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.engine.domain.errors import StorageFailed
from app.engine.domain.safety import LLAMA_GUARD, SECRETS, LogFilter
from app.ui.bridge.client import EngineClient
from app.ui.safety.log_model import FOUND, GUARD, OUTCOME, SHIELD, TIME, WHERE
from app.ui.safety.log_view import LogView
from app.ui.widgets.notice import Notice
from tests.fakes.engine import FakeEngine
from tests.fakes.verdicts import fill
from tests.ui.bridge.waiting import result


@pytest.fixture
def chats(fake_engine: FakeEngine) -> dict[str, str]:
    session = fake_engine.store.add_session("Knives")
    return {session.id: fake_engine.store.add_turn(session.id, "How?", "So.").id}


@pytest.fixture
def view(qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine, chats: dict[str, str]) -> LogView:
    fill(fake_engine.safety, chats)
    made = open_view(qtbot, client)
    qtbot.waitUntil(lambda: made.currentWidget() is made.content)
    return made


@pytest.fixture
def told(view: LogView) -> list[Notice]:
    notices: list[Notice] = []
    view.notify.connect(notices.append)
    return notices


def open_view(qtbot: QtBot, client: EngineClient, width: int = 1200) -> LogView:
    made = LogView(client)
    qtbot.addWidget(made)
    made.resize(width, 600)
    made.show()
    return made


def choose(view: LogView, row: int) -> None:
    view.table.setCurrentIndex(view.model.index(row, 0))


def test_an_empty_log_says_so(qtbot: QtBot, client: EngineClient) -> None:
    view = open_view(qtbot, client)
    assert view.currentWidget() is view.waiting
    qtbot.waitUntil(lambda: view.currentWidget() is view.empty)


def test_a_log_that_cannot_be_read_says_why_and_can_be_tried_again(
    qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine
) -> None:
    fake_engine.safety.failure = StorageFailed("The disk is full.")
    view = open_view(qtbot, client)
    qtbot.waitUntil(lambda: view.currentWidget() is view.failed)
    assert view.failed.sentence.text() == "The disk is full."
    fake_engine.safety.failure = None
    view.model.refresh()
    qtbot.waitUntil(lambda: view.currentWidget() is view.empty)


def test_filters_work_together_and_nothing_found_is_said(qtbot: QtBot, view: LogView) -> None:
    view.filters.outcome.setCurrentIndex(view.filters.outcome.findData("block"))
    view.filters.shield.setCurrentIndex(view.filters.shield.findData(LLAMA_GUARD))
    view.filters.direction.setCurrentIndex(view.filters.direction.findData("output"))
    view.filters.search.setText("Elm Street")
    wanted = LogFilter(outcomes=("block",), directions=("output",), shield=LLAMA_GUARD, words="Elm Street")
    qtbot.waitUntil(lambda: view.model.wanted == wanted and view.model.total == 6)
    view.filters.shield.setCurrentIndex(view.filters.shield.findData(SECRETS))
    qtbot.waitUntil(lambda: view.lists.currentWidget() is view.nothing)
    assert view.currentWidget() is view.content


def test_enter_opens_details_and_escape_closes_them(qtbot: QtBot, view: LogView) -> None:
    assert view.side.isHidden()
    choose(view, 1)
    assert view.side.isHidden()
    view.table.activated.emit(view.table.currentIndex())
    assert view.side.isVisible() and view.details.entry == view.model.entries[1]
    choose(view, 2)
    assert view.details.entry == view.model.entries[2]
    view.close_action.trigger()
    assert view.side.isHidden() and not view.close_action.isEnabled()


def test_columns_give_way_from_the_least_needed(qtbot: QtBot, client: EngineClient, view: LogView) -> None:
    assert view.table.isColumnHidden(GUARD)  # for experts
    result(qtbot, client.preferences.set({"mode": "expert"}))
    qtbot.waitUntil(lambda: not view.table.isColumnHidden(GUARD))
    view.resize(560, 500)
    qtbot.waitUntil(lambda: view.table.isColumnHidden(SHIELD))
    assert not any(view.table.isColumnHidden(column) for column in (TIME, FOUND, OUTCOME))
    view.resize(1400, 500)
    qtbot.waitUntil(lambda: not view.table.isColumnHidden(WHERE) and not view.table.isColumnHidden(SHIELD))


def test_a_verdict_is_marked_wrong_and_found_again(qtbot: QtBot, view: LogView, fake_engine: FakeEngine) -> None:
    choose(view, 0)
    view.show_details()
    view.details.wrong.click()
    qtbot.waitUntil(lambda: view.model.entries[0].wrong)
    assert view.details.note.isVisible()
    view.filters.outcome.setCurrentIndex(view.filters.outcome.findData("wrong"))
    qtbot.waitUntil(lambda: view.model.total == 1)
    assert sum(each.wrong for each in fake_engine.safety.entries) == 1


def test_the_way_to_the_turn(qtbot: QtBot, view: LogView, chats: dict[str, str]) -> None:
    choose(view, next(n for n, each in enumerate(view.model.entries) if each.occasion.session_id))
    view.show_details()
    with qtbot.waitSignal(view.turn_wanted) as wanted:
        view.details.chat.click()
    assert tuple(wanted.args) == next(iter(chats.items()))


@pytest.mark.parametrize(("name", "written"), [("log.csv", "log.csv"), ("log", "log.jsonl")])
def test_what_is_shown_is_exported(
    qtbot: QtBot,
    view: LogView,
    told: list[Notice],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    written: str,
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(tmp_path / name), "JSON lines (*.jsonl)"))
    view.export_action.trigger()
    qtbot.waitUntil(lambda: bool(told))
    assert written in told[0].message and (tmp_path / written).exists()
    if written.endswith(".jsonl"):
        assert len([json.loads(line) for line in (tmp_path / written).read_text("utf-8").splitlines()]) == 31


def test_an_export_that_was_not_wanted_writes_nothing(view: LogView, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: ("", ""))
    view.export()


def test_clearing_names_the_consequence_and_keeping_is_easy(
    qtbot: QtBot, view: LogView, told: list[Notice], fake_engine: FakeEngine
) -> None:
    view.clear_action.trigger()
    assert view.confirm.isVisible() and "31" in view.confirm.question.text()
    assert "for good" in view.confirm.consequence.text()
    qtbot.keyClick(view.confirm, Qt.Key.Key_Escape)
    assert view.confirm.isHidden() and len(fake_engine.safety.entries) == 31
    view.ask_clear()
    view.confirm.yes.click()
    qtbot.waitUntil(lambda: view.currentWidget() is view.empty)
    assert fake_engine.safety.entries == [] and "31" in told[-1].message


def test_find_goes_to_the_words(view: LogView) -> None:
    view.find()
    assert view.filters.search.hasFocus() or not view.isActiveWindow()
    view.take_focus()
