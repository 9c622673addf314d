"""The form for a category of one's own: complete or not saved, and an edit keeps what the form does not show."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.engine.domain.safety import CustomCategory
from app.ui.safety.custom_editor import CustomEditor


@pytest.fixture
def editor(qtbot: QtBot) -> CustomEditor:
    made = CustomEditor()
    qtbot.addWidget(made)
    return made


def test_a_new_category_needs_a_name_and_a_text(qtbot: QtBot, editor: CustomEditor) -> None:
    assert editor.isHidden()
    editor.edit()
    assert editor.isVisible() and not editor.save.isEnabled()
    editor.name.setText("  Gambling ")
    assert not editor.save.isEnabled()
    editor.text.setPlainText("No games.\n")
    with qtbot.waitSignal(editor.saved) as saved:
        editor.save.click()
    made = saved.args[0]
    assert (made.name, made.text, made.enabled) == ("Gambling", "No games.", True)
    assert made.id.startswith("custom-") and editor.isHidden()


def test_an_edit_keeps_id_switch_and_threshold(qtbot: QtBot, editor: CustomEditor) -> None:
    old = CustomCategory(id="custom-1", name="Gambling", text="No games.", enabled=False, threshold=0.8)
    editor.edit(old)
    assert (editor.name.text(), editor.text.toPlainText()) == ("Gambling", "No games.")
    editor.name.setText("Games")
    with qtbot.waitSignal(editor.saved) as saved:
        editor.save.click()
    assert saved.args[0] == CustomCategory(id="custom-1", name="Games", text="No games.", enabled=False, threshold=0.8)


def test_escape_closes_it_and_saves_nothing(qtbot: QtBot, editor: CustomEditor) -> None:
    editor.edit()
    with qtbot.assertNotEmitted(editor.saved):
        qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert editor.isHidden()
