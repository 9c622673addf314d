"""Shows the text of a document part by part, with a passage marked and in view, find, and the report at hand.

The text is what Paddock read, not the file. Must not interpret it: plain characters only.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from app.engine.domain.errors import PaddockError
from app.engine.domain.memory import PartText
from app.ui.bridge.client import EngineClient
from app.ui.bridge.handle import Handle
from app.ui.memory.document_details import DocumentDetails
from app.ui.memory.words import place_words
from app.ui.theme import tokens
from app.ui.theme.fonts import font
from app.ui.theme.icons import icon
from app.ui.theme.theme import theme
from app.ui.widgets.basics import action, column, hairline, label, row, tool_button
from app.ui.widgets.notice import notice_of
from app.ui.widgets.scrolling import scrolled

_FIND_WIDTH = 220


class Viewer(QWidget):
    """`shown(PartText)` follows every part, `notify(Notice)` a failure."""

    shown = Signal(object)
    notify = Signal(object)

    def __init__(self, client: EngineClient) -> None:
        super().__init__()
        self._client = client
        self.part: PartText | None = None
        self._passage = (0, 0)
        self._asking: Handle | None = None
        self.place = label("", "muted")
        self.text = _Page()
        self.field = QLineEdit(placeholderText=self.tr("Find in this part"))
        self.field.setProperty("kind", "search")
        self.field.setAccessibleName(self.tr("Find in this part"))
        self.field.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.field.setFixedWidth(_FIND_WIDTH)
        self.field.textChanged.connect(lambda _text: self._find(from_start=True))
        self.field.returnPressed.connect(lambda: self._find())
        self.details = DocumentDetails(brief=True)
        self._make_actions()
        self._lay_out()
        theme().changed.connect(self._mark)

    def open(self, bank_id: str, document_id: str, start: int = 0, end: int = 0) -> None:
        """Show a document where a passage stands; characters `start` to `end` are marked."""
        self._passage = (start, end)
        self._ask(self._client.memory.part_at(bank_id, document_id, start))

    def step(self, offset: int) -> None:
        """Show the part before (-1) or after (+1)."""
        part = self.part
        if part is not None and 0 <= part.index + offset < part.parts:
            document = part.document
            self._ask(self._client.memory.part(document.bank_id, document.id, part.index + offset))

    def find(self) -> None:  # type: ignore[override]
        """Take the focus to the find field."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def show_part(self, part: PartText) -> None:
        """Show a part and bring the passage into view, if it stands there."""
        self._asking = None
        self.part = part
        self.text.show_text(part.text)
        self.text.setAccessibleName(self.tr("Text of {name}").format(name=part.document.name))
        self.details.show_document(part.document)
        where = place_words(part.page, part.label)
        count = self.tr("part {number} of {count}").format(number=part.index + 1, count=part.parts)
        if part.page == part.index + 1:
            count = self.tr("page {number} of {count}").format(number=part.page, count=part.parts)
        elif where and part.parts > 1:
            count = self.tr("{place}, {number} of {count}").format(place=where, number=part.index + 1, count=part.parts)
        words = count if part.parts > 1 else where
        self.place.setText(words[:1].upper() + words[1:])
        self.back_action.setEnabled(part.index > 0)
        self.next_action.setEnabled(part.index + 1 < part.parts)
        self._mark()
        start, end = self._local_passage()
        self.text.go_to(start if end > start else 0)
        if self.field.text():
            self._find(from_start=True)
        self.shown.emit(part)

    def marked(self) -> str:
        """Return the words of the passage that is marked, empty when none is."""
        selections = self.text.extraSelections()
        return str(selections[0].cursor.selectedText()) if selections else ""

    def _make_actions(self) -> None:
        self.back_action = action(
            self, self.tr("Previous part"), lambda: self.step(-1), icon_name="chevron-left", shortcut="Ctrl+PgUp"
        )
        self.next_action = action(
            self, self.tr("Next part"), lambda: self.step(1), icon_name="chevron-right", shortcut="Ctrl+PgDown"
        )
        self.report_action = action(
            self, self.tr("Report"), self._show_report, icon_name="info", shortcut="Ctrl+I", checkable=True
        )

    def _lay_out(self) -> None:
        bar = row(
            tool_button(self.back_action), tool_button(self.next_action), self.place, None, self.field,
            tool_button(self.report_action, "toggle"), spacing=tokens.SPACE_2,
            margins=(tokens.SPACE_3, 6, tokens.SPACE_3, 6),
        )  # fmt: skip
        self._side = scrolled(self.details, self.tr("Report"))
        self._side.setFixedWidth(tokens.SIDE_PANEL_WIDTH)
        self._line = hairline(vertical=True)
        middle = row()
        middle.addWidget(self.text, 1)
        middle.addWidget(self._line)
        middle.addWidget(self._side)
        box = column(bar, hairline())
        box.addLayout(middle, 1)
        self.setLayout(box)
        self._show_report(False)

    def _show_report(self, shown: bool) -> None:
        self._side.setVisible(shown)
        self._line.setVisible(shown)

    def _ask(self, handle: Handle) -> None:
        if self._asking is not None:
            self._asking.cancel()
        self._asking = handle.on(self, done=self.show_part, failed=self._on_failed)

    def _on_failed(self, error: PaddockError) -> None:
        self._asking = None
        self.notify.emit(notice_of(error, "viewer"))

    def _local_passage(self) -> tuple[int, int]:
        """Return the passage within the shown part, (0, 0) when it stands elsewhere."""
        part = self.part
        if part is None:
            return 0, 0
        start, end = (max(0, min(each - part.start, len(part.text))) for each in self._passage)
        return (start, end) if end > start else (0, 0)

    def _mark(self) -> None:
        start, end = self._local_passage()
        self.text.mark(start, end)

    def _find(self, *, from_start: bool = False) -> None:
        words = self.field.text()
        if from_start:
            self.text.moveCursor(QTextCursor.MoveOperation.Start)
        if words and not self.text.find(words):
            self.text.moveCursor(QTextCursor.MoveOperation.Start)
            self.text.find(words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.field.hasFocus():
            self.field.clear()
            self.text.setFocus()
        else:
            super().keyPressEvent(event)


class _Page(QPlainTextEdit):
    """Characters of a part by their number, whatever Qt counts inside."""

    def __init__(self) -> None:
        super().__init__(readOnly=True)
        self.setProperty("kind", "bare")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(font(tokens.SIZE_MESSAGE))
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setUndoRedoEnabled(False)
        self.document().setDocumentMargin(tokens.SPACE_6)
        self._text = ""

    def show_text(self, text: str) -> None:
        # Qt joins the two characters of such a line end; a space for one of them keeps the numbers true.
        self._text = text.replace("\r\n", " \n")
        self.setPlainText(self._text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        # Long lines are hard to read: the column stays in the middle of a wide window.
        side = max(0, (self.width() - tokens.COLUMN_WIDTH - 2 * tokens.SPACE_6) // 2)
        self.setViewportMargins(side, 0, side, 0)
        super().resizeEvent(event)

    def mark(self, start: int, end: int) -> None:
        """Mark these characters; none when they are no stretch."""
        if end <= start:
            self.setExtraSelections([])
            return
        selection = QTextEdit.ExtraSelection()
        shape = QTextCharFormat()
        shape.setBackground(theme().colour("selection"))
        shape.setForeground(theme().colour("selection_text"))
        selection.format = shape
        selection.cursor = self._cursor(start, end)
        self.setExtraSelections([selection])

    def go_to(self, start: int) -> None:
        """Bring a character into view, with a little of what stands before it."""
        self.setTextCursor(self._cursor(start, start))
        self.centerCursor()

    def _cursor(self, start: int, end: int) -> QTextCursor:
        cursor = QTextCursor(self.document())
        cursor.setPosition(self._units(start))
        cursor.setPosition(self._units(end), QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _units(self, characters: int) -> int:
        """Qt counts in units of UTF-16, in which some characters are two."""
        return len(self._text[:characters].encode("utf-16-le", "surrogatepass")) // 2
