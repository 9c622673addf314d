"""One entry per page, chosen by click and key; the foot entry also by the keys for settings."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.ui.shell.pages import all_pages
from app.ui.shell.rail import Rail


@pytest.fixture
def rail(qtbot: QtBot) -> Rail:
    made = Rail(all_pages())
    qtbot.addWidget(made)
    made.resize(made.width(), 600)
    made.show()
    return made


def test_choosing_tells_the_page(qtbot: QtBot, rail: Rail) -> None:
    for page_id, entry in rail.actions_by_id.items():
        with qtbot.waitSignal(rail.chosen) as chosen:
            entry.trigger()
        assert chosen.args == [page_id]


def test_selecting_marks_one_and_asks_for_nothing(qtbot: QtBot, rail: Rail) -> None:
    rail.select("chat")
    with qtbot.assertNotEmitted(rail.chosen):
        rail.select("models")
    assert [page_id for page_id, entry in rail.actions_by_id.items() if entry.isChecked()] == ["models"]


def test_keys_go_by_position_and_settings_have_their_own(rail: Rail) -> None:
    keys = {page_id: [key.toString() for key in e.shortcuts()] for page_id, e in rail.actions_by_id.items()}
    assert keys["chat"] == ["Ctrl+1"] and keys["memory"] == ["Ctrl+2"] and keys["models"] == ["Ctrl+3"]
    assert keys["safety"] == ["Ctrl+4"] and keys["api"] == ["Ctrl+5"]
    assert "Ctrl+," in keys["settings"] and "Ctrl+6" in keys["settings"]


def test_settings_stand_at_the_foot(rail: Rail) -> None:
    tops = {page_id: entry.associatedObjects()[-1].y() for page_id, entry in rail.actions_by_id.items()}  # type: ignore[attr-defined]
    assert tops["chat"] < tops["models"] < tops["safety"] < tops["api"] < 300 < tops["settings"]
