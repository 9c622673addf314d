"""Editors: a value shown is not reported, a value changed by the person is, once and in its own type."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.engine.domain.settings import Settings
from app.ui.settings.editors import (
    ChoiceEditor,
    Editor,
    LineEditor,
    ModelEditor,
    RealEditor,
    SwitchEditor,
    TextEditor,
    WholeEditor,
    editor_of,
)
from app.ui.settings.schema import fields
from tests.fakes.models import LLAMA, STARTER


def made(qtbot: QtBot, name: str) -> tuple[Any, list[object]]:
    editor = editor_of(fields()[name])
    qtbot.addWidget(editor.widget)
    said: list[object] = []
    editor.changed.connect(said.append)
    return editor, said


@pytest.mark.parametrize("name", [name for name, field in fields().items() if field.kind != "elsewhere"])
def test_showing_the_default_reports_nothing(qtbot: QtBot, name: str) -> None:
    editor, said = made(qtbot, name)
    assert isinstance(editor, Editor)
    editor.show_value(getattr(Settings(), name))
    assert said == []
    assert editor.widget.accessibleName() == fields()[name].title
    assert editor.widget.accessibleDescription() == fields()[name].description


def test_switch_and_choice(qtbot: QtBot) -> None:
    switch, said = made(qtbot, "server_require_key")
    assert isinstance(switch, SwitchEditor)
    switch.switch.click()
    choice, chosen = made(qtbot, "theme")
    assert isinstance(choice, ChoiceEditor)
    choice.show_value("system")
    choice.box.setCurrentIndex(2)
    assert (len(said), chosen) == (1, ["dark"])


def test_numbers(qtbot: QtBot) -> None:
    whole, said = made(qtbot, "idle_unload_minutes")
    assert isinstance(whole, WholeEditor)
    whole.show_value(0)
    assert whole.spin.text() == "Never"
    whole.spin.setValue(5)
    real, told = made(qtbot, "temperature")
    assert isinstance(real, RealEditor)
    real.spin.setValue(9)
    assert (said, told) == ([5], [2.0])


def test_a_line_reports_when_it_is_done(qtbot: QtBot) -> None:
    line, said = made(qtbot, "hub_endpoint")
    assert isinstance(line, LineEditor)
    qtbot.keyClicks(line.line, "http://hub")
    assert said == []
    qtbot.keyClick(line.line, Qt.Key.Key_Return)
    qtbot.keyClick(line.line, Qt.Key.Key_Return)
    assert said == ["http://hub"]


def test_lines_become_a_tuple_when_the_typing_rests(qtbot: QtBot) -> None:
    area, said = made(qtbot, "server_origins")
    assert isinstance(area, TextEditor)
    area.area.setPlainText("https://a\n\n https://b ")
    qtbot.waitUntil(lambda: said == [("https://a", "https://b")])


def test_a_model_that_is_gone_stays_named(qtbot: QtBot) -> None:
    editor, said = made(qtbot, "default_model")
    assert isinstance(editor, ModelEditor)
    editor.show_models((STARTER, LLAMA))
    editor.show_value("gone")
    assert editor.box.currentText() == "gone (not installed)"
    editor.box.setCurrentIndex(editor.box.findData(LLAMA.id))
    assert said == [LLAMA.id]
