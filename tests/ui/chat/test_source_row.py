"""Sources and attached files are buttons with a number or a name, that open what they name."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.engine.domain.agents import Attachment, Source
from app.ui.chat.source_row import FileRow, SourceRow

SOURCES = tuple(
    Source(number=n, bank_id="b", document_id="d", document_name=name, quote="words", start=0, end=5, page=n)
    for n, name in enumerate(("A & B.pdf", "A very long name of a document that nobody can read at once.pdf"), 1)
)


@pytest.fixture
def row(qtbot: QtBot) -> SourceRow:
    made = SourceRow()
    qtbot.addWidget(made)
    made.show_sources(SOURCES)
    made.fit(600)
    made.show()
    return made


def test_each_source_is_a_button_that_opens_it(qtbot: QtBot, row: SourceRow) -> None:
    first, second = (widget for widget in row.widgets if isinstance(widget, QPushButton))
    assert first.text() == "1  A && B.pdf, page 1" and first.accessibleName() == "Source 1: A & B.pdf, page 1"
    assert "…" in second.text() and second.text().endswith(", page 2") and second.width() <= 320
    with qtbot.waitSignal(row.opened) as opened:
        second.click()
    assert opened.args == [SOURCES[1]]


def test_the_same_sources_keep_their_buttons(row: SourceRow) -> None:
    before = list(row.widgets)
    row.show_sources(SOURCES)
    assert row.widgets == before
    row.show_sources(SOURCES[:1])
    assert len(row.widgets) == 1


def test_attached_files_stand_at_the_end_and_open(qtbot: QtBot) -> None:
    file = Attachment(bank_id="chat", document_id="f", name="list.txt")
    row = FileRow((file,))
    qtbot.addWidget(row)
    row.fit(500)
    row.show()
    (made,) = row.widgets
    assert made.geometry().right() == 499 and made.accessibleName() == "Attached file list.txt"
    with qtbot.waitSignal(row.opened) as opened:
        made.click()  # type: ignore[attr-defined]
    assert opened.args == [file]
