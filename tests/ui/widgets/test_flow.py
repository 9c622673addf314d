"""Widgets wrap into lines, leave no gap when hidden, and can stand at the end."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.ui.widgets.flow import Flow


def made(qtbot: QtBot, *widths: int, at_end: bool = False) -> tuple[Flow, list[QWidget]]:
    flow = Flow(spacing=10, at_end=at_end)
    qtbot.addWidget(flow)
    parts = []
    for width in widths:
        part = QWidget()
        part.setFixedSize(width, 20)
        part.sizeHint = lambda part=part: part.maximumSize()  # type: ignore[method-assign]
        flow.add(part)
        parts.append(part)
    flow.fit(200)
    flow.show()
    return flow, parts


def test_what_does_not_fit_begins_a_line(qtbot: QtBot) -> None:
    flow, parts = made(qtbot, 100, 80, 90)
    assert [(part.x(), part.y()) for part in parts] == [(0, 0), (110, 0), (0, 30)]
    assert flow.height() == flow.heightForWidth(200) == 50
    assert flow.heightForWidth(400) == 20


def test_hidden_ones_leave_no_gap_and_come_back(qtbot: QtBot) -> None:
    flow, parts = made(qtbot, 100, 80, 90)
    parts[0].hide()
    assert (parts[1].x(), parts[2].x(), flow.height()) == (0, 90, 20)
    parts[0].show()
    assert parts[1].x() == 110


def test_removed_ones_are_gone(qtbot: QtBot) -> None:
    flow, parts = made(qtbot, 100, 80)
    flow.remove(parts[0])
    assert flow.widgets == [parts[1]] and parts[1].x() == 0
    flow.clear()
    assert flow.widgets == [] and flow.heightForWidth(200) == 0


def test_lines_can_end_at_the_end(qtbot: QtBot) -> None:
    _flow, parts = made(qtbot, 100, 80, 90, at_end=True)
    assert [part.x() for part in parts] == [10, 120, 110]


def test_nothing_is_wider_than_the_line(qtbot: QtBot) -> None:
    flow, parts = made(qtbot, 50)
    parts[0].setMaximumWidth(1000)
    parts[0].setMinimumWidth(0)
    flow.arrange()
    assert parts[0].width() <= 200
