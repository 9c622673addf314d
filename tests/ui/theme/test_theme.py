"""The theme follows the person's choice at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.theme.theme import theme
from app.ui.theme.tokens import DARK, LIGHT


@pytest.fixture(autouse=True)
def _back_to_light() -> Iterator[None]:
    yield
    theme().choose("light")


def test_choosing_dark_changes_palette_and_tells(qtbot: QtBot, qapp: QApplication) -> None:
    with qtbot.waitSignal(theme().changed):
        theme().choose("dark")
    assert theme().is_dark
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == DARK.window
    assert DARK.accent in qapp.styleSheet()


def test_choosing_the_same_again_is_silent(qtbot: QtBot) -> None:
    theme().choose("light")
    with qtbot.assertNotEmitted(theme().changed):
        theme().choose("light")
    assert theme().roles is LIGHT
