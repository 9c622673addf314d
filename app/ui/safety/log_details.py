"""One entry of the log: the verdict, what is kept of the text, where it was judged, and whether it was wrong.

Must not change the log; what the person wants is a signal.
"""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from app.engine.domain.safety import LogEntry
from app.ui.bridge.client import EngineClient
from app.ui.safety.log_model import time_words
from app.ui.safety.verdict_view import VerdictView
from app.ui.safety.words import direction_words, occasion_words
from app.ui.theme import tokens
from app.ui.widgets.basics import action, button, column, label, row, tool_button
from app.ui.widgets.facts import FactGrid
from app.ui.widgets.switch import Switch
from app.ui.widgets.visibility import show_when

_TEXT_HEIGHT, _TYPING_MS, _MOST_BARS = 120, 700, 4


class LogDetails(QWidget):
    """`marked(entry id, wrong, note)`, `turn_wanted(session id, turn id)`, `closed()`."""

    marked = Signal(int, bool, str)
    turn_wanted = Signal(str, str)
    closed = Signal()

    def __init__(self, client: EngineClient) -> None:
        super().__init__()
        self._client = client
        self.entry: LogEntry | None = None
        self._showing = False
        self.verdict = VerdictView(client.safety)
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setAccessibleName(self.tr("What is kept of the text"))
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(_TEXT_HEIGHT)
        self.nothing = label("", "secondary", wrap=True)
        self.facts = FactGrid()
        self.wrong = Switch(self.tr("This was wrong"))
        self.wrong.toggled.connect(self._mark)
        self.note = QLineEdit(placeholderText=self.tr("Why? (kept with the entry)"))
        self.note.setAccessibleName(self.tr("Why this was wrong"))
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self._mark)
        self.note.textEdited.connect(lambda _text: self._typing.start())
        self.note.editingFinished.connect(self._finish_note)
        self.chat = button(self.tr("Show in its chat"), self._to_chat, "quiet", "message-square")
        self._lay_out()

    def show_entry(self, entry: LogEntry, chat: str) -> None:
        """Show an entry; `chat` is the title of its chat, or who asked."""
        other = self.entry is None or self.entry.id != entry.id
        if other:
            self._finish_note()
        self.entry = entry
        expert = self._client.preferences.expert
        self._showing = True
        self.verdict.show_verdict(entry.verdict, expert=expert, most=_MOST_BARS)
        self.text.setPlainText(entry.text)
        show_when(self.text, bool(entry.text))
        self.nothing.setText("" if entry.text else self.tr("Nothing of the text was kept, as the policy says."))
        show_when(self.nothing, not entry.text)
        self.wrong.setChecked(entry.wrong)
        if other or not self.note.hasFocus():
            self.note.setText(entry.note)
        self._showing = False
        show_when(self.note, entry.wrong)
        show_when(self.chat, entry.occasion.origin == "chat" and bool(entry.occasion.session_id))
        self.facts.show_facts(
            (
                (self.tr("Time"), time_words(entry.at)),
                (self.tr("Where"), chat),
                (self.tr("Asked by"), occasion_words(entry.occasion) if entry.occasion.session_id else ""),
                (self.tr("Text"), direction_words(entry.verdict.direction)),
                (self.tr("From"), entry.occasion.subject),
                (self.tr("Fingerprint"), entry.digest[:16] if expert else ""),
            )
        )

    def _lay_out(self) -> None:
        close = action(self, self.tr("Close details"), self.closed.emit, icon_name="x")
        head = row(label(self.tr("Details"), "section"), None, tool_button(close))
        mark = row(spacing=tokens.SPACE_3)
        mark.addLayout(
            column(
                label(self.tr("This was wrong"), "strong"),
                label(self.tr("Marked entries become examples to measure guards by."), "secondary", wrap=True),
            ),
            1,
        )
        mark.addWidget(self.wrong)
        chat = row(self.chat, None)
        margins = (tokens.SPACE_4, tokens.SPACE_2, tokens.SPACE_4, tokens.SPACE_4)
        self.setLayout(
            column(
                head, self.text, self.nothing, self.verdict, chat, self.facts, tokens.SPACE_1,
                mark, self.note, None, spacing=tokens.SPACE_2, margins=margins,
            )
        )  # fmt: skip

    def _mark(self, _checked: bool = False) -> None:
        self._typing.stop()
        if self.entry is not None and not self._showing:
            wrong = self.wrong.isChecked()
            self.marked.emit(self.entry.id, wrong, self.note.text().strip() if wrong else "")

    def _finish_note(self) -> None:
        if self._typing.isActive():
            self._mark()

    def _to_chat(self) -> None:
        if self.entry is not None:
            self.turn_wanted.emit(self.entry.occasion.session_id, self.entry.occasion.turn_id)
