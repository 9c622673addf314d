"""Find in a chat: searches the loaded turns, brings the hit into view and marks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from app.ui.chat.conversation import Conversation
from app.ui.theme import tokens
from app.ui.theme.icons import icon
from app.ui.theme.theme import theme
from app.ui.widgets.basics import action, label, row, tool_button

if TYPE_CHECKING:
    from app.ui.chat.turn_view import TurnView

Editor = QTextEdit | QPlainTextEdit


class FindBar(QWidget):
    """Enter goes to the older hit, Shift Enter to the newer one, Escape closes."""

    def __init__(self, conversation: Conversation) -> None:
        super().__init__()
        self._conversation = conversation
        self._hits: list[str] = []
        self._at = -1
        self._marked: list[Editor] = []
        self.field = QLineEdit(placeholderText=self.tr("Find in this chat"))
        self.field.setAccessibleName(self.tr("Find in this chat"))
        self.field.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.field.setFixedWidth(280)
        self.field.textChanged.connect(self._on_text)
        self.field.installEventFilter(self)
        self.count = label("", "secondary")
        older = action(self, self.tr("Older hit"), lambda: self.step(1), icon_name="chevron-up")
        newer = action(self, self.tr("Newer hit"), lambda: self.step(-1), icon_name="chevron-down")
        close = action(self, self.tr("Close"), self.close_bar, icon_name="x")
        line = row(
            None, self.count, self.field, tool_button(older), tool_button(newer), tool_button(close),
            spacing=tokens.SPACE_1, margins=(tokens.SPACE_3, 6, tokens.SPACE_3, 6),
        )  # fmt: skip
        self.setLayout(line)
        self.hide()

    def open(self) -> None:
        """Show and take the focus."""
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        self._on_text(self.field.text())

    def close_bar(self) -> None:
        """Hide and take the marks away."""
        self._unmark()
        self.hide()
        self._conversation.setFocus()

    def step(self, offset: int) -> None:
        """Go to another hit, round and round."""
        if not self._hits:
            return
        self._at = (self._at + offset) % len(self._hits)
        self.count.setText(self.tr("{number} of {count}").format(number=self._at + 1, count=len(self._hits)))
        view = self._conversation.to_turn(self._hits[self._at])
        if view is not None:
            self._mark(view)

    def _on_text(self, text: str) -> None:
        self._unmark()
        self._at = -1
        words = text.strip().casefold()
        turns = reversed(self._conversation.turns) if words else ()
        self._hits = [t.id for t in turns if words in t.input_text().casefold() or words in t.output_text().casefold()]
        self.count.setText("" if not words else self.tr("Nothing found"))
        self.step(1)

    def _mark(self, view: TurnView) -> None:
        self._unmark()
        shape = QTextCharFormat()
        shape.setBackground(theme().colour("selection"))
        shape.setForeground(theme().colour("selection_text"))
        editors: list[Editor] = [view.question.words, *view.answer.prose(), *(c.view for c in view.answer.code())]
        for editor in editors:
            selections = [_selection(cursor, shape) for cursor in _found(editor.document(), self.field.text().strip())]
            if selections:
                editor.setExtraSelections(selections)
                self._marked.append(editor)

    def _unmark(self) -> None:
        for editor in self._marked:
            try:
                editor.setExtraSelections([])
            except RuntimeError:  # the turn has left the window of widgets
                continue
        self._marked = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.close_bar()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
                return True
        return False


def _found(document: QTextDocument, words: str) -> list[QTextCursor]:
    found = []
    cursor = document.find(words)
    while not cursor.isNull():
        found.append(cursor)
        cursor = document.find(words, cursor)
    return found


def _selection(cursor: QTextCursor, shape: QTextCharFormat) -> QTextEdit.ExtraSelection:
    selection = QTextEdit.ExtraSelection()
    selection.cursor = cursor
    selection.format = shape
    return selection
