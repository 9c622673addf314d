"""Details of an entry: what was kept, where it was, and the mark that it was wrong."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from app.engine.domain.safety import LLAMA_GUARD, LogEntry, Occasion, Question
from app.ui.bridge.client import EngineClient
from app.ui.safety.log_details import LogDetails
from tests.fakes.engine import FakeEngine


@pytest.fixture
def details(qtbot: QtBot, client: EngineClient) -> LogDetails:
    made = LogDetails(client)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def entry(fake_engine: FakeEngine) -> LogEntry:
    verdict = fake_engine.safety.verdict(LLAMA_GUARD, Question(direction="retrieved", text="how to stab"))
    occasion = Occasion(origin="chat", session_id="chat_1", turn_id="turn_1", subject="knives.pdf")
    return LogEntry(id=5, at=0.0, occasion=occasion, verdict=verdict, text="how to stab", digest="abc" * 20)


def test_it_tells_the_whole_story(details: LogDetails, entry: LogEntry) -> None:
    details.show_entry(entry, "Knives")
    assert details.text.toPlainText() == "how to stab" and not details.nothing.isVisible()
    assert details.verdict.outcome.text() == "Blocked"
    assert (details.facts.value("Where"), details.facts.value("From")) == ("Knives", "knives.pdf")
    assert details.facts.value("Fingerprint") == ""  # for experts


def test_it_leads_to_the_turn(qtbot: QtBot, details: LogDetails, entry: LogEntry) -> None:
    details.show_entry(entry, "Knives")
    with qtbot.waitSignal(details.turn_wanted) as wanted:
        details.chat.click()
    assert wanted.args == ["chat_1", "turn_1"]
    details.show_entry(replace(entry, occasion=Occasion()), "Local API")
    assert not details.chat.isVisible()


def test_a_text_that_was_not_kept_is_explained(details: LogDetails, entry: LogEntry) -> None:
    details.show_entry(replace(entry, text=""), "Knives")
    assert not details.text.isVisible() and "as the policy says" in details.nothing.text()


def test_showing_marks_nothing(qtbot: QtBot, details: LogDetails, entry: LogEntry) -> None:
    with qtbot.assertNotEmitted(details.marked, wait=100):
        details.show_entry(replace(entry, wrong=True, note="a recipe"), "Knives")
    assert details.wrong.isChecked() and details.note.text() == "a recipe" and details.note.isVisible()


def test_the_mark_is_made_with_its_note(qtbot: QtBot, details: LogDetails, entry: LogEntry) -> None:
    details.show_entry(entry, "Knives")
    assert not details.note.isVisible()
    with qtbot.waitSignal(details.marked) as marked:
        details.wrong.click()
    assert marked.args == [5, True, ""]
    details.show_entry(replace(entry, wrong=True), "Knives")
    with qtbot.waitSignal(details.marked) as noted:
        qtbot.keyClicks(details.note, "a recipe")
    assert noted.args == [5, True, "a recipe"]


def test_a_note_that_was_just_typed_is_not_lost_with_the_next_entry(
    qtbot: QtBot, details: LogDetails, entry: LogEntry
) -> None:
    details.show_entry(replace(entry, wrong=True), "Knives")
    qtbot.keyClicks(details.note, "x")
    with qtbot.waitSignal(details.marked) as marked:
        details.show_entry(replace(entry, id=6), "Knives")
    assert marked.args == [5, True, "x"]
