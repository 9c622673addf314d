"""Names and values in two aligned columns. Values can be selected and copied."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.ui.theme import tokens
from app.ui.widgets.basics import label


class FactGrid(QWidget):
    """`show_facts` replaces all pairs; a pair without a value is left out."""

    def __init__(self, facts: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(tokens.SPACE_4)
        self._grid.setVerticalSpacing(tokens.SPACE_2)
        self._grid.setColumnStretch(1, 1)
        self._values: dict[str, QLabel] = {}
        self.show_facts(facts)

    def show_facts(self, facts: Iterable[tuple[str, str]]) -> None:
        """Show these pairs, from top to bottom."""
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._values = {}
        for name, value in facts:
            if value:
                self._add(name, value)

    def value(self, name: str) -> str:
        """Return the value that is shown for a name, empty when there is none."""
        return self._values[name].text() if name in self._values else ""

    def _add(self, name: str, value: str) -> None:
        line = len(self._values)
        caption = label(name, "muted")
        shown = label(value, wrap=True, selectable=True)
        shown.setAccessibleName(f"{name}: {value}")
        self._grid.addWidget(caption, line, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(shown, line, 1)
        self._values[name] = shown
