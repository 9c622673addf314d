"""The viewer shows the very characters of a passage, whatever stands before them."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.engine.domain.memory import Document, PartText
from app.ui.bridge.client import EngineClient
from app.ui.memory.viewer import Viewer
from tests.fakes.engine import FakeEngine
from tests.fakes.library import MANUAL

DOCUMENT = Document(id="d", bank_id="b", name="a.txt", state="ready")


@pytest.fixture
def viewer(qtbot: QtBot, client: EngineClient) -> Viewer:
    made = Viewer(client)
    qtbot.addWidget(made)
    made.resize(800, 400)
    made.show()
    return made


def part(text: str, start: int = 0, **fields: int) -> PartText:
    told = {"index": 0, "parts": 1, "page": 0} | fields
    return PartText(document=DOCUMENT, label="", start=start, text=text, **told)  # type: ignore[arg-type]


def test_a_passage_is_opened_marked_and_in_view(qtbot: QtBot, viewer: Viewer, fake_engine: FakeEngine) -> None:
    bank = fake_engine.memory.add_bank("Manuals")
    document = fake_engine.memory.add_document(bank.id, "Espresso.pdf", MANUAL)
    text = MANUAL.replace("\f", "")
    start = text.index("A flashing red lamp")
    with qtbot.waitSignal(viewer.shown):
        viewer.open(bank.id, document.id, start, start + len("A flashing red lamp"))
    assert viewer.marked() == "A flashing red lamp"
    assert viewer.place.text() == "Page 3 of 3"
    assert viewer.back_action.isEnabled() and not viewer.next_action.isEnabled()
    with qtbot.waitSignal(viewer.shown):
        viewer.back_action.trigger()
    assert viewer.marked() == "" and "Descale the boiler" in viewer.text.toPlainText()


@pytest.mark.parametrize(
    "before", ["", "plain ", "🦙🦙 two llamas ", "one\r\ntwo\r\n", "tab\tand\n\nlines ", "e\u0301 "]
)
def test_offsets_count_characters(viewer: Viewer, before: str) -> None:
    text = f"{before}the passage 🦙 itself, and more"
    start = text.index("the passage")
    viewer._passage = (1000 + start, 1000 + start + len("the passage 🦙 itself"))
    viewer.show_part(part(text, start=1000))
    assert viewer.marked() == "the passage 🦙 itself"


def test_a_long_text_scrolls_to_the_passage(viewer: Viewer) -> None:
    text = "line\n" * 400 + "here it is\n" + "line\n" * 400
    start = text.index("here")
    viewer._passage = (start, start + 10)
    viewer.show_part(part(text))
    bar = viewer.text.verticalScrollBar()
    assert 300 < bar.value() < 500


def test_finding_goes_round(viewer: Viewer) -> None:
    viewer.show_part(part("one two one"))
    viewer.field.setText("one")
    first = viewer.text.textCursor().selectionStart()
    viewer.field.returnPressed.emit()
    second = viewer.text.textCursor().selectionStart()
    viewer.field.returnPressed.emit()
    assert (first, second, viewer.text.textCursor().selectionStart()) == (0, 8, 0)


def test_the_report_is_at_hand(viewer: Viewer) -> None:
    viewer.show_part(part("text"))
    assert not viewer.details.isVisible()
    viewer.report_action.trigger()
    assert viewer.details.isVisible() and viewer.details.document == DOCUMENT


def test_a_document_that_is_gone_is_told(qtbot: QtBot, viewer: Viewer, fake_engine: FakeEngine) -> None:
    bank = fake_engine.memory.add_bank("Manuals")
    with qtbot.waitSignal(viewer.notify) as told:
        viewer.open(bank.id, "nowhere")
    assert "no longer" in told.args[0].message


def test_where_one_is_in_words(viewer: Viewer) -> None:
    viewer.show_part(part("x", index=2, parts=9))
    assert viewer.place.text() == "Part 3 of 9"
    viewer.show_part(part("x", index=2, parts=9, page=4))
    assert viewer.place.text() == "Page 4, 3 of 9"
    viewer.show_part(part("x"))
    assert viewer.place.text() == ""
