"""The small constructors: untrusted text stays plain, actions have names and keys, layouts take gaps and stretches."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.ui.widgets.basics import action, button, column, label, set_kind, tool_button


def test_a_label_never_reads_markup(qtbot: QtBot) -> None:
    shown = label("<img src='file:///etc/passwd'>", selectable=True)
    qtbot.addWidget(shown)
    assert shown.textFormat() == Qt.TextFormat.PlainText


def test_a_button_with_an_icon_keeps_its_name(qtbot: QtBot) -> None:
    clicks: list[str] = []
    shown = button("Load", lambda: clicks.append("load"), "quiet", "power")
    qtbot.addWidget(shown)
    shown.click()
    assert (clicks, shown.accessibleName()) == (["load"], "Load")


def test_an_action_says_its_keys_and_works_on_its_widget(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    made = action(holder, "&New", shortcut="Ctrl+N")
    assert made.toolTip() == "New (Ctrl+N)"
    assert made in holder.actions()
    assert tool_button(made).accessibleName() == "New"


def test_a_checkable_action_hands_over_its_state(qtbot: QtBot) -> None:
    states: list[bool] = []
    holder = QWidget()
    qtbot.addWidget(holder)
    action(holder, "List", states.append, checkable=True, checked=True).trigger()
    assert states == [False]


def test_a_layout_takes_widgets_gaps_and_stretches(qtbot: QtBot) -> None:
    holder, first, last = QWidget(), QWidget(), QWidget()
    qtbot.addWidget(holder)
    first.setFixedHeight(10)
    last.setFixedHeight(10)
    holder.setLayout(column(first, 7, last, None))
    holder.resize(50, 200)
    holder.show()
    assert (first.y(), last.y()) == (0, 17)


def test_a_variant_can_be_changed(qtbot: QtBot) -> None:
    shown = label("State", "warning")
    qtbot.addWidget(shown)
    set_kind(shown, "success")
    assert shown.property("kind") == "success"
