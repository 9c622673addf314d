"""One turn: the person's words, the answer, what is said about it, and its actions on hover or focus.

Must not call the engine; every wish is a signal with the turn's id.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QUrl, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget

from app.engine.domain.agents import MemoryRetrievalStep, ShieldStep, Turn
from app.ui.chat.answer_view import AnswerView
from app.ui.chat.blocked_card import BlockedCard
from app.ui.chat.citations import SCHEME, cited
from app.ui.chat.question_view import QuestionView
from app.ui.chat.retrieval_line import RetrievalLine
from app.ui.chat.shield_lines import ShieldLines
from app.ui.chat.source_row import FileRow, SourceRow
from app.ui.chat.turn_actions import AnswerActions, QuestionActions
from app.ui.chat.turn_words import answer_text, cut_words, ending
from app.ui.theme import tokens
from app.ui.widgets.basics import button, column, frame, label, row

ACTIONS_HEIGHT = 30
BLEED = 6


class TurnView(QWidget):
    """`fit(width)` gives the width; the height follows."""

    edited = Signal(str, str)
    regenerate = Signal(str)
    selected = Signal(str)
    link_clicked = Signal(QUrl)
    source_wanted = Signal(object)
    policy_wanted = Signal()

    def __init__(self, turn: Turn, *, newest: bool = False, fold: bool = True, expert: bool = False) -> None:
        super().__init__()
        self.turn = turn
        self._width = 0
        self._fold = fold
        self._newest = newest
        self._expert = expert
        self._taken_back = False
        self._extras: list[QWidget] = []
        self.blocked: BlockedCard | None = None
        self.shields: ShieldLines | None = None
        self._question_actions: QuestionActions | None = None
        self._answer_actions: AnswerActions | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.question = QuestionView(turn.input_text())
        self.question.edited.connect(lambda text: self.edited.emit(self.turn.id, text))
        self._question_row = _reserved()
        self.files: FileRow | None = None
        self.sources: SourceRow | None = None
        self._looks: dict[str, RetrievalLine] = {}
        self._steps = column(spacing=2)
        self._checks = column()
        self._notes = column(spacing=tokens.SPACE_1, margins=(0, 0, 0, tokens.SPACE_1))
        self.answer = AnswerView()
        self.answer.link_clicked.connect(self._on_link)
        self.waiting = label("", "muted")
        self.waiting.hide()
        self._ending = column()
        self._answer_row = _reserved()
        # The rows of buttons hang out by the inner margin of a button, so that icons and words share an edge.
        words = (BLEED, 0, BLEED, 0)
        self._files = column(margins=(BLEED, 0, BLEED, 0))
        self._sources = column()
        self.setLayout(
            column(
                self._files, column(self.question, margins=words), self._question_row, self._checks, self._steps,
                column(
                    self._notes, self.waiting, self.answer, self._sources, self._ending,
                    margins=words, spacing=2,
                ),
                self._answer_row,
                margins=(0, tokens.SPACE_2, 0, 0), spacing=2,
            )
        )  # fmt: skip
        self.show_turn(turn)

    @property
    def id(self) -> str:
        """The turn's id."""
        return self.turn.id

    def show_turn(self, turn: Turn) -> None:
        """Show the turn as it is now, all of it."""
        self.turn = turn
        self.setAccessibleName(self.tr("Message: {text}").format(text=turn.input_text()[:200]))
        words = answer_text(turn)
        self.setAccessibleDescription(words[:2000])
        self._show_memory(turn)
        for step in turn.steps:
            if isinstance(step, ShieldStep):
                self.show_check(step)
        if turn.state != "running" or words:
            self.answer.show_text(words, fold=self._fold)
        self.answer.setVisible(bool(words))
        self._show_extras()
        if self._answer_actions is not None:
            self._answer_actions.show_turn(turn)
        if turn.state != "running":
            self.show_waiting("")
        self._show_actions(self.underMouse() or self.hasFocus())

    def show_look(self, step: MemoryRetrievalStep) -> None:
        """Show a look into memory while the answer is being written; its sources can be cited from then on."""
        line = self._looks.get(step.id)
        if line is None:
            line = self._looks[step.id] = RetrievalLine(step)
            line.link_clicked.connect(self._on_link)
            self._steps.addWidget(line)
            line.show()
            if self._width:
                line.fit(self._width)
        else:
            line.show_step(step)
        self.answer.cite((), [source.number for look in self._looks.values() for source in look.step.sources])

    def show_check(self, step: ShieldStep) -> None:
        """Show what shields said of a text of this turn."""
        if self.shields is None:
            self.shields = ShieldLines()
            self.shields.set_expert(self._expert)
            self._checks.addWidget(self.shields)
            if self._width:
                self.shields.fit(self._width)
        self.shields.show_step(step)

    def take_back(self) -> None:
        """Take away what was shown of the answer: a shield blocked it."""
        self._taken_back = True
        self.answer.show_text("")
        self.answer.hide()
        self.show_waiting(self.tr("The answer was taken back."))

    def set_expert(self, expert: bool) -> None:
        """Show numbers of checks to experts only."""
        self._expert = expert
        if self.shields is not None:
            self.shields.set_expert(expert)

    def stream(self, text: str) -> None:
        """Show the answer so far."""
        self.show_waiting("")
        self.answer.show()
        self.answer.stream(text)

    def show_waiting(self, words: str) -> None:
        """Say what is being waited for before the first token."""
        self.waiting.setText(words)
        self.waiting.setVisible(bool(words))

    def set_newest(self, newest: bool) -> None:
        """The newest turn always shows its actions."""
        self._newest = newest
        self._show_actions(self.underMouse() or self.hasFocus())

    def fit(self, width: int) -> None:
        """Take this width."""
        self._width = width
        self.setFixedWidth(width + 2 * BLEED)
        self.question.fit(width)
        self.answer.fit(width)
        self._fit_memory()
        if self.shields is not None:
            self.shields.fit(width)
        self._fit_extras()

    def _show_memory(self, turn: Turn) -> None:
        """Show what the turn was given, what it looked up and what its answer rests on."""
        for step in turn.steps:
            if isinstance(step, MemoryRetrievalStep):
                self.show_look(step)
        known = turn.sources()
        numbers = [source.number for source in known]
        self.answer.cite(turn.citations, numbers)
        if turn.attachments and self.files is None:
            self.files = FileRow(turn.attachments)
            self.files.opened.connect(self.source_wanted)
            self._files.addWidget(self.files)
            self._files.setContentsMargins(BLEED, 0, BLEED, tokens.SPACE_1)
        # An answer in words of its own may cite nothing; what it was given is shown all the same.
        ended = turn.state not in ("running", "blocked")
        named = (cited(turn.output_text(), turn.citations, numbers) or numbers) if ended else ()
        if named and self.sources is None:
            self.sources = SourceRow()
            self.sources.opened.connect(self.source_wanted)
            self._sources.addWidget(self.sources)
            self.sources.show()
        if self.sources is not None:
            self.sources.show_sources([source for source in known if source.number in named])
        if self._width:
            self._fit_memory()

    def _fit_memory(self) -> None:
        for part in (self.files, self.sources, *self._looks.values()):
            if part is not None:
                part.fit(self._width)

    def _on_link(self, url: QUrl) -> None:
        """Open a source of this turn; any other link is for whoever shows the conversation."""
        if url.scheme() != SCHEME:
            self.link_clicked.emit(url)
            return
        looks = [source for look in self._looks.values() for source in look.step.sources]
        source = next((each for each in looks if str(each.number) == url.path()), None)
        if source is not None:
            self.source_wanted.emit(source)

    def copy_question(self) -> None:
        """Copy the person's words."""
        QGuiApplication.clipboard().setText(self.turn.input_text())

    def copy_answer(self) -> None:
        """Copy the answer as markdown."""
        QGuiApplication.clipboard().setText(answer_text(self.turn) or self.answer.text)

    def step_to(self, offset: int) -> None:
        """Show the sibling before (-1) or after (+1) this turn."""
        ids = self.turn.sibling_ids
        position = ids.index(self.turn.id) + offset if self.turn.id in ids else -1
        if 0 <= position < len(ids):
            self.selected.emit(ids[position])

    def _show_extras(self) -> None:
        for extra in self._extras:
            extra.hide()
            extra.deleteLater()
        self._extras = []
        for words in cut_words(self.turn):
            self._add_extra(self._notes, _note(words))
        self.blocked = None
        if self.turn.state == "blocked":
            self.blocked = self._blocked_card()
            self._add_extra(self._ending, self.blocked)
        elif (end := ending(self.turn)) is not None:
            self._add_extra(self._ending, self._ending_card(*end))
        self._fit_extras()

    def _add_extra(self, box: object, extra: QWidget) -> None:
        box.addWidget(extra)  # type: ignore[attr-defined]
        extra.show()
        self._extras.append(extra)

    def _ending_card(self, what: str, hint: str) -> QWidget:
        card = frame("danger-card" if self.turn.state == "failed" else "warning-card")
        words = column(label(what, "strong", wrap=True), spacing=2)
        if hint:
            words.addWidget(label(hint, "secondary", wrap=True))
        again = button(self.tr("Try again"), lambda: self.regenerate.emit(self.id), icon_name="rotate-ccw")
        line = row(spacing=tokens.SPACE_3, margins=(tokens.SPACE_3, tokens.SPACE_2, tokens.SPACE_2, tokens.SPACE_2))
        line.addLayout(words, 1)
        line.addWidget(again)
        card.setLayout(line)
        return card

    def _blocked_card(self) -> BlockedCard:
        card = BlockedCard(self.turn, taken_back=self._taken_back)
        card.edit_wanted.connect(self.question.edit)
        card.again_wanted.connect(lambda: self.regenerate.emit(self.id))
        card.policy_wanted.connect(self.policy_wanted)
        return card

    def _fit_extras(self) -> None:
        if self._width:
            if self.blocked is not None:
                self.blocked.fit(self._width)
            for extra in (each for each in self._extras if each is not self.blocked):
                extra.setFixedWidth(self._width)
                extra.setFixedHeight(
                    extra.heightForWidth(self._width) if extra.hasHeightForWidth() else extra.sizeHint().height()
                )

    def _show_actions(self, near: bool) -> None:
        """Build the rows of actions when they are first needed, so that a long chat opens fast."""
        running = self.turn.state == "running"
        several = len(self.turn.sibling_ids) > 1
        if near and self._question_actions is None:
            self._question_actions = QuestionActions(self)
            _fill(self._question_row, self._question_actions, at_end=True)
        if (near or self._newest or several) and self._answer_actions is None:
            self._answer_actions = AnswerActions(self)
            self._answer_actions.show_turn(self.turn)
            _fill(self._answer_row, self._answer_actions, at_end=False)
        if self._question_actions is not None:
            self._question_actions.setVisible(near)
        if self._answer_actions is not None:
            self._answer_actions.setVisible(not running and (near or self._newest or several))
            self._answer_actions.show_all(near or self._newest)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._show_actions(True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._show_actions(self.hasFocus())
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._show_actions(True)
        super().focusInEvent(event)


def _reserved() -> QWidget:
    """Return room for a row of actions, so that nothing moves when it appears."""
    holder = QWidget()
    holder.setFixedHeight(ACTIONS_HEIGHT)
    return holder


def _fill(holder: QWidget, actions: QWidget, *, at_end: bool) -> None:
    holder.setLayout(row(None, actions) if at_end else row(actions, None))


def _note(words: str) -> QWidget:
    note: QLabel = label(words, "warning", wrap=True)
    return note
