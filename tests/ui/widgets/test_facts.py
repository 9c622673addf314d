"""Facts: pairs are replaced, and one without a value is left out."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.ui.widgets.facts import FactGrid


def test_pairs_are_replaced_and_empty_ones_left_out(qtbot: QtBot) -> None:
    grid = FactGrid((("Size", "2 GB"), ("Licence", "")))
    qtbot.addWidget(grid)
    assert (grid.value("Size"), grid.value("Licence")) == ("2 GB", "")
    grid.show_facts((("Licence", "MIT"),))
    assert (grid.value("Size"), grid.value("Licence")) == ("", "MIT")
