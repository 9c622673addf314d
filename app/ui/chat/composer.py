"""The input box: grows with its text, Enter sends, Shift Enter breaks the line; the button sends or stops.

Must not know what a chat is; it emits what the person wants.
"""

from __future__ import annotations

import math
from pathlib import Path

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QToolButton, QWidget

from app.ui.theme import tokens
from app.ui.theme.fonts import font
from app.ui.theme.icons import icon
from app.ui.widgets.basics import column, frame, row
from app.ui.widgets.elided import ElidedLabel

_MOST_LINES = 10


class _Field(QPlainTextEdit):
    submitted = Signal()
    recall = Signal()
    focused = Signal(bool)
    files_given = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "bare")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(font(tokens.SIZE_MESSAGE))
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(0)
        self.textChanged.connect(self.grow)
        self.grow()

    def grow(self) -> None:
        """Be as tall as the text, up to some lines."""
        line = self.fontMetrics().lineSpacing()
        lines = max(1, min(_MOST_LINES, math.ceil(self.document().size().height())))
        self.setVerticalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAsNeeded if lines == _MOST_LINES else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )
        self.setFixedHeight(lines * line + 6)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return bool(local_files(source)) or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Take files as attachments, whether they were dropped or pasted; words go into the text."""
        if files := local_files(source):
            self.files_given.emit(files)
        else:
            super().insertFromMimeData(source)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        breaks = event.modifiers() & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not breaks:
            self.submitted.emit()
        elif event.key() == Qt.Key.Key_Up and not self.toPlainText():
            self.recall.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.grow()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focused.emit(False)


class Composer(QWidget):
    """`sent(text)` and `stopped()`; `edit_last()` on the up key in an empty box; `files_given(paths)` on a drop.

    `add_tool` puts a button at the start of the box, `add_above` something over the text.
    """

    sent = Signal(str)
    stopped = Signal()
    edit_last = Signal()
    changed = Signal(str)
    files_given = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._running = False
        self._blocked = ""
        self._held = ""
        self._quiet = False
        self.card = frame("composer")
        self.field = _Field()
        self.field.setAccessibleName(self.tr("Message"))
        self.field.setPlaceholderText(self.tr("Write a message"))
        self.field.submitted.connect(self.submit)
        self.field.recall.connect(self.edit_last)
        self.field.textChanged.connect(self._on_text)
        self.field.focused.connect(self._on_focus)
        self.field.files_given.connect(self.files_given)
        self.setAcceptDrops(True)
        self.button = QToolButton()
        self.button.setProperty("kind", "send")
        self.button.setFixedSize(32, 32)
        self.button.setIconSize(QSize(16, 16))
        self.button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.button.clicked.connect(self._on_click)
        self.footer = row(spacing=tokens.SPACE_2)
        self.reason = ElidedLabel("", "secondary")
        self._tools = row(spacing=2)
        line = row(self._tools, spacing=tokens.SPACE_2, margins=(10, 9, 9, 9))
        line.setAlignment(self._tools, Qt.AlignmentFlag.AlignBottom)
        line.addWidget(self.field, 1, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.button, 0, Qt.AlignmentFlag.AlignBottom)
        self._above = column(margins=(10, 0, 10, 0))
        self.card.setLayout(column(self._above, line))
        self.footer.addWidget(self.reason, 1)
        self.setLayout(column(self.card, self.footer, spacing=6))
        self._refresh()

    @property
    def text(self) -> str:
        """What stands in the box."""
        return self.field.toPlainText()

    def set_text(self, text: str) -> None:
        """Replace what stands in the box."""
        self.field.setPlainText(text)
        self.field.moveCursor(self.field.textCursor().MoveOperation.End)

    def set_running(self, running: bool) -> None:
        """Show the stop button while an answer is being written."""
        self._running = running
        self._refresh()

    def set_blocked(self, reason: str) -> None:
        """Say why nothing can be sent now; empty when it can."""
        self._blocked = reason
        self._refresh()

    def set_quiet(self, quiet: bool) -> None:
        """Leave the hint about keys away, once the person knows it and the room is needed."""
        self._quiet = quiet
        self._refresh()

    def set_held(self, reason: str) -> None:
        """Say what has to end before the message can be sent; empty when nothing has to."""
        self._held = reason
        self._refresh()

    def add_tool(self, tool: QWidget) -> None:
        """Put a button at the start of the box."""
        self._tools.addWidget(tool)

    def add_above(self, widget: QWidget) -> None:
        """Put something over the text, within the box."""
        self._above.addWidget(widget)

    def submit(self) -> None:
        """Send what stands in the box, if it can be sent."""
        text = self.text.strip()
        if text and not self._running and not (self._blocked or self._held):
            self.field.clear()
            self.sent.emit(text)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.files_given.emit(local_files(event.mimeData()))

    def _on_click(self) -> None:
        if self._running:
            self.stopped.emit()
        else:
            self.submit()

    def _on_text(self) -> None:
        self.changed.emit(self.text)
        self._refresh()

    def _on_focus(self, focused: bool) -> None:
        self.card.setProperty("focused", "true" if focused else "false")
        self.card.style().unpolish(self.card)
        self.card.style().polish(self.card)

    def _refresh(self) -> None:
        name = self.tr("Stop (Esc)") if self._running else self.tr("Send (Enter)")
        self.button.setIcon(icon("square" if self._running else "arrow-up", "accent_text"))
        side = 12 if self._running else 18
        self.button.setIconSize(QSize(side, side))
        self.button.setToolTip(name)
        self.button.setAccessibleName(name)
        self.button.setEnabled(self._running or (bool(self.text.strip()) and not (self._blocked or self._held)))
        hint = "" if self._quiet else self.tr("Enter sends, Shift+Enter breaks the line")
        self.reason.setText(self._blocked or self._held or hint)


def local_files(source: QMimeData) -> list[Path]:
    """Return the files and folders that are being dropped or pasted."""
    return [Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile()]
