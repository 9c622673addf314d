"""Followed folders: listed with what is wrong, added, and let go of with a way back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from app.engine.domain.memory import Bank, WatchedFolder
from app.ui.bridge.client import EngineClient
from app.ui.memory.folders_view import FoldersView
from tests.fakes.engine import FakeEngine


@pytest.fixture
def bank(fake_engine: FakeEngine) -> Bank:
    return fake_engine.memory.add_bank("Manuals")


@pytest.fixture
def view(qtbot: QtBot, client: EngineClient, bank: Bank) -> FoldersView:
    made = FoldersView(client)
    qtbot.addWidget(made)
    made.resize(700, 400)
    made.show()
    made.show_bank(bank.id)
    return made


def test_a_folder_is_followed(qtbot: QtBot, view: FoldersView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert view.currentWidget() is view.empty and not view.rescan_action.isEnabled()
    (tmp_path / "a.txt").write_text("words", encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_a: str(tmp_path))
    view.follow_action.trigger()
    qtbot.waitUntil(lambda: len(view.cards) == 1)
    assert view.currentWidget() is view.area
    (tmp_path / "b.txt").write_text("more", encoding="utf-8")
    with qtbot.waitSignal(view.notify) as told:
        view.rescan_action.trigger()
    assert "1" in told.args[0].message


def test_what_is_wrong_with_a_folder_is_said(view: FoldersView) -> None:
    view.fill((WatchedFolder(id="dir_1", bank_id="b", path="/media/stick", problem="The disk is not there."),))
    assert "The disk is not there." in [shown.text() for shown in view.cards[0].findChildren(QLabel)]


def test_letting_go_keeps_the_documents_and_can_be_undone(
    qtbot: QtBot, view: FoldersView, tmp_path: Path, fake_engine: FakeEngine
) -> None:
    view.follow(tmp_path)
    qtbot.waitUntil(lambda: len(view.cards) == 1)
    with qtbot.waitSignal(view.notify) as told:
        view.cards[0].findChild(QToolButton).click()
    assert told.args[0].hint == "Its documents stay in the bank."
    qtbot.waitUntil(lambda: view.cards == [])
    told.args[0].actions[0][1]()
    qtbot.waitUntil(lambda: len(view.cards) == 1)
    assert len(fake_engine.memory.watched) == 1


def test_a_folder_that_is_none_is_refused(qtbot: QtBot, view: FoldersView, tmp_path: Path) -> None:
    with qtbot.waitSignal(view.notify) as told:
        view.follow(tmp_path / "nowhere")
    assert told.args[0].level == "error"
