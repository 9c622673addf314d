"""The conversation before a text that is tried: some messages, each of one side. Must not judge."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.engine.domain.inference import Message
from app.ui.theme import tokens
from app.ui.widgets.action_button import action_button
from app.ui.widgets.basics import action, column, row, tool_button
from app.ui.widgets.fields import prepare_field

_SIDE_WIDTH = 130


class _Line(QWidget):
    def __init__(self, side: str) -> None:
        super().__init__()
        self.side = QComboBox()
        self.side.setAccessibleName(self.tr("Who says it"))
        self.side.addItem(self.tr("Me"), "user")
        self.side.addItem(self.tr("Model"), "assistant")
        self.side.setCurrentIndex(self.side.findData(side))
        prepare_field(self.side)
        self.side.setFixedWidth(_SIDE_WIDTH)
        self.text = QLineEdit()
        self.text.setFixedHeight(tokens.CONTROL_HEIGHT)
        self.text.setAccessibleName(self.tr("Message"))
        self.box: QHBoxLayout = row(self.side, self.text, spacing=tokens.SPACE_2)
        self.setLayout(self.box)


class TrialConversation(QWidget):
    """`messages()` returns those with words, oldest first."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[_Line] = []
        self.add = action(self, self.tr("Add a message"), self.add_line, icon_name="plus")
        self._box: QVBoxLayout = column(spacing=tokens.SPACE_2)
        foot = row(action_button(self.add, "quiet", "plus"), None)
        self.setLayout(column(self._box, foot, spacing=tokens.SPACE_1, margins=(0, tokens.SPACE_1, 0, 0)))

    def add_line(self) -> None:
        """Add a message of the side whose turn it is."""
        last = self.lines[-1].side.currentData() if self.lines else "assistant"
        line = _Line("assistant" if last == "user" else "user")
        remove = action(line, self.tr("Remove this message"), lambda: self._remove(line), icon_name="x")
        line.box.addWidget(tool_button(remove))
        self.lines.append(line)
        self._box.addWidget(line)
        line.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def messages(self) -> tuple[Message, ...]:
        """Return what was said before."""
        return tuple(
            Message(role=cast("str", line.side.currentData()), content=line.text.text().strip())  # type: ignore[arg-type]
            for line in self.lines
            if line.text.text().strip()
        )

    def _remove(self, line: _Line) -> None:
        self.lines.remove(line)
        self._box.removeWidget(line)
        line.hide()
        line.deleteLater()
