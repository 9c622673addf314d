"""The categories: those of the guard in order, one's own with edit and remove, and one choice for them all."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from app.engine.domain.safety import Policy
from app.ui.bridge.client import EngineClient
from app.ui.safety.categories_view import CategoriesView
from app.ui.safety.changes import PolicyChanges
from app.ui.widgets.notice import Notice
from tests.fakes.engine import FakeEngine


@pytest.fixture
def view(qtbot: QtBot, client: EngineClient, changes: PolicyChanges) -> CategoriesView:
    made = CategoriesView(client, changes)
    qtbot.addWidget(made)
    client.safety.policy_changed.connect(made.show_now)
    made.show_now()
    made.show()
    return made


def add(qtbot: QtBot, view: CategoriesView, name: str) -> None:
    view.add.trigger()
    view.editor.name.setText(name)
    view.editor.text.setPlainText("No games.")
    view.editor.save.click()
    qtbot.waitUntil(lambda: name in [row.name.text() for row in view.own.values()])


def test_they_stand_in_the_order_of_the_guard(view: CategoriesView) -> None:
    assert [row.category.code for row in view.rows.values()] == [f"S{number}" for number in range(1, 15)]
    assert view.own == {} and view.preset.currentText() == "Balanced"


def test_rows_stay_when_rules_change(qtbot: QtBot, view: CategoriesView) -> None:
    row = view.rows["hate"]
    row.switch.click()
    qtbot.waitUntil(lambda: not row.threshold.isVisible())
    assert view.rows["hate"] is row


def test_own_ones_are_added_edited_and_removed_with_undo(
    qtbot: QtBot, view: CategoriesView, fake_engine: FakeEngine, notices: list[Notice]
) -> None:
    add(qtbot, view, "Gambling")
    (row,) = view.own.values()
    edit, remove = row.findChildren(QToolButton)
    assert (edit.accessibleName(), remove.accessibleName()) == ("Edit Gambling", "Remove Gambling")
    edit.click()
    assert view.editor.name.text() == "Gambling"
    view.editor.name.setText("Games of chance")
    view.editor.save.click()
    qtbot.waitUntil(lambda: [each.name.text() for each in view.own.values()] == ["Games of chance"])
    next(iter(view.own.values())).findChildren(QToolButton)[1].click()
    qtbot.waitUntil(lambda: view.own == {} and bool(notices))
    notices[-1].actions[0][1]()
    qtbot.waitUntil(lambda: len(view.own) == 1)
    assert fake_engine.safety.policy().custom[0].name == "Games of chance"


def test_what_was_typed_comes_back_when_it_was_refused(
    qtbot: QtBot, view: CategoriesView, fake_engine: FakeEngine, notices: list[Notice]
) -> None:
    fake_engine.safety.kept.append(Policy(version=5))  # behind the window's back
    view.add.trigger()
    view.editor.name.setText("Gambling")
    view.editor.text.setPlainText("No games.")
    view.editor.save.click()
    assert view.editor.isHidden()
    qtbot.waitUntil(view.editor.isVisible)
    assert view.editor.name.text() == "Gambling" and view.own == {} and bool(notices)
    qtbot.waitUntil(lambda: view._changes.policy.version == 5)
    view.editor.save.click()
    qtbot.waitUntil(lambda: len(view.own) == 1)
    assert view.editor.isHidden()


def test_one_choice_sets_them_all(qtbot: QtBot, view: CategoriesView, fake_engine: FakeEngine) -> None:
    add(qtbot, view, "Gambling")
    place = view.preset.findText("Strict")
    view.preset.setCurrentIndex(place)
    view.preset.activated.emit(place)
    rows = (*view.rows.values(), *view.own.values())
    qtbot.waitUntil(lambda: all(row.threshold.value == 0.3 for row in rows))
    assert fake_engine.safety.policy().custom[0].threshold == 0.3
    view.rows["hate"].threshold.changed.emit(0.9)
    qtbot.waitUntil(lambda: view.preset.currentIndex() == -1)
