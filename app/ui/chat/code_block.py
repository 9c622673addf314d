"""A block of code: language, copy button, highlighted text that scrolls sideways by itself."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import (
    QGuiApplication,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from app.ui.chat.highlight import Span, language_name, line_spans
from app.ui.theme import tokens
from app.ui.theme.fonts import code_font
from app.ui.theme.icons import icon
from app.ui.theme.theme import theme
from app.ui.widgets.basics import action, column, frame, label, row, tool_button

_COPIED_MS = 1500
_BELOW = 10


class _Highlighter(QSyntaxHighlighter):
    """Paints spans that were worked out beforehand; only lines whose spans changed are painted again."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._lines: list[tuple[Span, ...]] = []

    def show_lines(self, lines: list[tuple[Span, ...]], *, all_again: bool = False) -> None:
        old, self._lines = self._lines, lines
        for number, spans in enumerate(lines):
            if all_again or number >= len(old) - 1 or old[number] != spans:
                self.rehighlightBlock(self.document().findBlockByNumber(number))

    def highlightBlock(self, text: str) -> None:
        number = self.currentBlock().blockNumber()
        for span in self._lines[number] if number < len(self._lines) else ():
            shape = QTextCharFormat()
            shape.setForeground(theme().colour(span.role))
            shape.setFontItalic(span.role == "code_comment")
            self.setFormat(span.start, span.length, shape)


class _CodeView(QPlainTextEdit):
    def wheelEvent(self, event: QWheelEvent) -> None:
        if abs(event.angleDelta().x()) > abs(event.angleDelta().y()):
            super().wheelEvent(event)
        else:
            event.ignore()


class CodeBlock(QWidget):
    """`show_code` may be called with text that grows; only what is new is laid out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.code = ""
        self.language = ""
        self._width = 0
        self._name = label("", "secondary")
        self._copy = action(self, self.tr("Copy code"), self.copy, icon_name="copy")
        self.view = _CodeView(readOnly=True)
        self.view.setProperty("kind", "bare")
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setFont(code_font())
        self.view.setUndoRedoEnabled(False)
        self.view.document().setDocumentMargin(0)
        self.view.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._highlighter = _Highlighter(self.view.document())
        head = row(self._name, None, tool_button(self._copy), margins=(tokens.SPACE_3, 2, 4, 0))
        card = frame("code")
        card.setLayout(column(head, self.view, margins=(1, 1, 1, 1)))
        self.setLayout(column(card, margins=(0, 0, 0, _BELOW)))
        self.view.setViewportMargins(tokens.SPACE_3, 2, tokens.SPACE_3, 0)
        self._show_language("")

    def show_code(self, code: str, language: str) -> None:
        """Show code of a language as the message names it."""
        if (code, language) == (self.code, self.language):
            return
        if language != self.language:
            self._show_language(language)
        if self.code and code.startswith(self.code):
            cursor = QTextCursor(self.view.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(code[len(self.code) :])
        else:
            self.view.setPlainText(code)
        self.code = code
        self._highlighter.show_lines(line_spans(code, language))
        self._measure()

    def restyle(self) -> None:
        """Show the same in the colours of the theme now."""
        self._highlighter.show_lines(line_spans(self.code, self.language), all_again=True)

    def fit(self, width: int) -> None:
        """Take this width and the height of all lines."""
        if width != self._width:
            self._width = width
            self._measure()

    def copy(self) -> None:
        """Copy the code and say so for a moment."""
        QGuiApplication.clipboard().setText(self.code)
        self._copy.setIcon(icon("check", "success"))
        QTimer.singleShot(_COPIED_MS, self, lambda: self._copy.setIcon(icon("copy")))

    def _show_language(self, language: str) -> None:
        self.language = language
        name, code = language_name(language), self.tr("Code")
        self._name.setText(name or code)
        self.view.setAccessibleName(self.tr("Code, {language}").format(language=name) if name else code)

    def _measure(self) -> None:
        if not self._width:
            return
        metrics = self.view.fontMetrics()
        lines = self.view.document().blockCount()
        widest = max((metrics.horizontalAdvance(line) for line in self.code.split("\n")), default=0)
        room = self._width - 2 * tokens.SPACE_3 - 4
        bar = self.view.horizontalScrollBar().sizeHint().height() if widest > room else 0
        line = self.view.blockBoundingRect(self.view.document().firstBlock()).height()
        self.view.setFixedHeight(math.ceil(lines * max(line, metrics.lineSpacing())) + tokens.SPACE_4 + bar)
        self.setFixedWidth(self._width)
