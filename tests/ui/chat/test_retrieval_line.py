"""The quiet line of a look into memory opens to its sources, which are links."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QUrl
from pytestqt.qtbot import QtBot

from app.engine.domain.events import EventBus
from app.ui.chat.retrieval_line import RetrievalLine
from tests.fakes.library import fill, retrieval
from tests.fakes.memory import FakeMemory


def made(qtbot: QtBot) -> RetrievalLine:
    step = retrieval(fill(FakeMemory(EventBus())))
    line = RetrievalLine(step)
    qtbot.addWidget(line)
    line.fit(400)
    line.show()
    return line


def test_it_opens_and_closes(qtbot: QtBot) -> None:
    line = made(qtbot)
    height = line.sizeHint().height()
    assert not line.details.isVisible()
    line.line.toggle.click()
    assert line.details.isVisible() and line.sizeHint().height() > height
    assert "Descale the boiler" in line.details.toPlainText()


def test_a_long_line_is_cut_and_told_in_full(qtbot: QtBot) -> None:
    line = made(qtbot)
    line.fit(160)
    assert line.line.toggle.text().endswith("…")
    assert line.line.toggle.accessibleName() == line.line.toggle.toolTip() != line.line.toggle.text()
    line.fit(1200)
    assert not line.line.toggle.toolTip()


def test_it_follows_the_step_and_hands_links_on(qtbot: QtBot) -> None:
    line = made(qtbot)
    line.show_step(msgspec.structs.replace(line.step, state="running"))
    assert line.line.toggle.text() == "Searching your documents …"
    with qtbot.waitSignal(line.link_clicked) as clicked:
        line.details.link_clicked.emit(QUrl("source:2"))
    assert clicked.args[0].path() == "2"
