"""Rows are painted in both themes and in both directions."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.ui.bridge.client import EngineClient
from app.ui.models.library_model import DOT_ROLE, FACTS_ROLE, LibraryModel
from app.ui.theme import tokens
from app.ui.theme.theme import theme
from app.ui.widgets.two_line_list import two_line_list


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_rows_are_painted(qtbot: QtBot, client: EngineClient, direction: Qt.LayoutDirection) -> None:
    model = LibraryModel(client)
    qtbot.waitUntil(lambda: model.known)
    view = two_line_list("Models", DOT_ROLE, FACTS_ROLE)
    qtbot.addWidget(view)
    view.setLayoutDirection(direction)
    view.setModel(model)
    view.resize(260, 300)
    view.show()
    view.setCurrentIndex(model.index(0))
    image = view.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(0, 260, 2) for y in range(0, 220, 2)}
    assert theme().colour("accent_soft").name() in colours
    assert tokens.LIGHT.danger in colours
    assert view.accessibleName() == "Models"
