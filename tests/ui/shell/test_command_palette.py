"""The palette finds by words in any order, best first, and is worked by keys alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.ui.shell.command_palette import Command, CommandModel, CommandPalette, match_score


def shown(model: CommandModel) -> list[str]:
    return [model.command(row).text for row in range(model.rowCount())]


def commands(*texts: str, ran: list[str] | None = None) -> list[Command]:
    log = [] if ran is None else ran
    return [Command(text, lambda text=text: log.append(text)) for text in texts]  # type: ignore[misc]


def test_every_word_must_be_there_in_any_order() -> None:
    assert match_score("New chat", "chat new") is not None
    assert match_score("New chat", "new folder") is None
    assert match_score("New chat", "") == 0


def test_the_start_of_a_word_beats_its_middle() -> None:
    scores = [match_score(text, "load") for text in ("Load model", "Model: load", "Unload model")]
    assert None not in scores and scores == sorted(scores, key=lambda score: score or 0)


def test_the_best_is_first_and_equals_keep_their_order() -> None:
    model = CommandModel()
    model.fill(commands("Unload model", "Load model", "New chat", "Load again"))
    model.search("load")
    assert shown(model) == ["Load model", "Load again", "Unload model"]
    model.search("")
    assert shown(model) == ["Unload model", "Load model", "New chat", "Load again"]


def test_screen_readers_hear_the_keys() -> None:
    model = CommandModel()
    model.fill([Command("New chat", lambda: None, "Ctrl+N")])
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "New chat Ctrl+N"
    assert model.data(model.index(5)) is None


@pytest.fixture
def ran() -> list[str]:
    return []


@pytest.fixture
def palette(qtbot: QtBot, ran: list[str]) -> CommandPalette:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 600)
    window.show()

    def gather() -> Sequence[Command]:
        return commands("One", "Two", "Three", ran=ran)

    made = CommandPalette(window, gather)
    window.palette_popup = made  # type: ignore[attr-defined]
    made.open()
    return made


def test_arrows_choose_within_the_list_and_enter_runs(qtbot: QtBot, palette: CommandPalette, ran: list[str]) -> None:
    qtbot.keyClick(palette.line, Qt.Key.Key_Up)
    assert palette.list.currentIndex().row() == 0
    qtbot.keyClick(palette.line, Qt.Key.Key_Down)
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert ran == ["Two"] and not palette.isVisible()
    palette.open()
    qtbot.keyClick(palette.line, Qt.Key.Key_PageDown)
    assert palette.list.currentIndex().row() == 2


def test_enter_with_nothing_found_does_nothing(qtbot: QtBot, palette: CommandPalette, ran: list[str]) -> None:
    qtbot.keyClicks(palette.line, "nowhere")
    assert palette.model.rowCount() == 0
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert ran == [] and palette.isVisible()


def test_what_is_looked_up_later_is_searched_too(qtbot: QtBot, palette: CommandPalette) -> None:
    qtbot.keyClicks(palette.line, "t")
    palette.add(commands("Tack", "Saddle"))
    assert shown(palette.model) == ["Two", "Three", "Tack"]


def test_it_opens_fresh(palette: CommandPalette) -> None:
    palette.add(commands("Later"))
    palette.line.setText("late")
    palette.close()
    palette.open()
    assert palette.line.text() == "" and shown(palette.model) == ["One", "Two", "Three"]
