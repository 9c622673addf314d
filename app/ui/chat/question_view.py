"""What the person wrote: a light bubble at the end side, and the editor that replaces it. Must not send anything."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.ui.chat.markdown import plain
from app.ui.chat.prose_view import ProseView
from app.ui.theme import tokens
from app.ui.theme.fonts import font
from app.ui.widgets.basics import button, column, frame, row

FOLD_CHARACTERS = 2_000
_FOLDED_CHARACTERS = 800
_EDITOR_HEIGHT = 96


class QuestionView(QWidget):
    """`edited(text)` follows the send button of the editor."""

    edited = Signal(str)

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = text
        self._width = 0
        self._folded = len(text) > FOLD_CHARACTERS
        self._line: QHBoxLayout = row()
        self.setLayout(self._line)
        self.bubble = frame("bubble")
        self.words = ProseView()
        self._box: QVBoxLayout = column(self.words, margins=(14, 11, 14, 5), spacing=tokens.SPACE_1)
        self.bubble.setLayout(self._box)
        self._line.addStretch(1)
        self._line.addWidget(self.bubble)
        self._editor: QFrame | None = None
        self._unfold: QWidget | None = None
        self._show()

    def fit(self, width: int) -> None:
        """Take this width; the bubble is as wide as its words, up to most of it."""
        self._width = width
        most = round(width * 0.82) - 28
        self.words.fit(max(24, min(most, self.words.ideal_width() + 2)))
        if self._editor is not None:
            self._editor.setFixedWidth(width)

    def edit(self) -> None:
        """Replace the bubble by an editor with the same words."""
        if self._editor is not None:
            return
        self._editor = frame("composer")
        field = QPlainTextEdit(self.text)
        field.setProperty("kind", "bare")
        field.setFont(font(tokens.SIZE_MESSAGE))
        field.setFixedHeight(_EDITOR_HEIGHT)
        field.setAccessibleName(self.tr("Edit message"))
        send = button(self.tr("Send as new branch"), lambda: self._send(field.toPlainText()), "primary")
        buttons = row(None, button(self.tr("Cancel"), self.cancel_edit), send, spacing=tokens.SPACE_2)
        self._editor.setLayout(column(field, buttons, spacing=tokens.SPACE_2, margins=(14, 10, 10, 10)))
        self._editor.setFixedWidth(self._width)
        self._line.addWidget(self._editor)
        self.bubble.hide()
        field.installEventFilter(self)
        field.moveCursor(field.textCursor().MoveOperation.End)
        field.setFocus()

    def cancel_edit(self) -> None:
        """Show the bubble again."""
        if self._editor is not None:
            self._editor.hide()
            self._editor.deleteLater()
            self._editor = None
            self.bubble.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and isinstance(watched, QPlainTextEdit)
        ):
            if event.key() == Qt.Key.Key_Escape:
                self.cancel_edit()
                return True
            plain_return = (
                event.key() == Qt.Key.Key_Return and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            )
            if plain_return:
                self._send(watched.toPlainText())
                return True
        return False

    def _send(self, text: str) -> None:
        if text.strip():
            self.cancel_edit()
            self.edited.emit(text.strip())

    def _show(self) -> None:
        shown = self.text[:_FOLDED_CHARACTERS] + " …" if self._folded else self.text
        self.words.show_html(plain(shown))
        if self._folded and self._unfold is None:
            self._unfold = button(self.tr("Show the whole message"), self._unfold_now, "quiet")
            self._box.addWidget(self._unfold)

    def _unfold_now(self) -> None:
        self._folded = False
        if self._unfold is not None:
            self._unfold.hide()
            self._unfold.deleteLater()
        self._show()
        self.fit(self._width)
