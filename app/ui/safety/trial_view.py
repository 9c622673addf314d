"""The second part of the safety page: a box to try any text on the shields, as whoever said it."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget

from app.engine.domain.errors import PaddockError
from app.engine.domain.safety import Direction, Judgement, Occasion, Question
from app.ui.bridge.client import EngineClient
from app.ui.bridge.handle import Handle
from app.ui.safety.trial_conversation import TrialConversation
from app.ui.safety.verdict_view import VerdictView
from app.ui.safety.words import outcome_words, seconds_words
from app.ui.theme import tokens
from app.ui.widgets.action_button import action_button
from app.ui.widgets.basics import action, column, hairline, label, row
from app.ui.widgets.disclosure import Disclosure
from app.ui.widgets.fields import prepare_field
from app.ui.widgets.scrolling import centred, scrolled
from app.ui.widgets.visibility import show_when

_TEXT_HEIGHT, _DIRECTION_WIDTH = 130, 250


class _Text(QPlainTextEdit):
    """Tab leaves it; Ctrl Enter is the action of the view, not a new line."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)


class TrialView(QWidget):
    """Nothing that is tried here goes to a chat; its verdicts are logged as those of the test box."""

    def __init__(self, client: EngineClient) -> None:
        super().__init__()
        self._client = client
        self._checking: Handle | None = None
        self._judgement: Judgement | None = None
        self.text = _Text()
        self.text.setPlaceholderText(self.tr("Write or paste a text, then press Ctrl+Enter"))
        self.text.setAccessibleName(self.tr("Text to check"))
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(_TEXT_HEIGHT)
        self.text.textChanged.connect(self._enable)
        self.direction = self._make_direction()
        self.conversation = TrialConversation()
        self.before = Disclosure(self.tr("Conversation before it"))
        self.before.set_content(self.conversation)
        self.check_action = action(
            self, self.tr("Check"), self.check, icon_name="shield", shortcut="Ctrl+Return",
            tip=self.tr("Let all shields of this side look at the text"),
        )  # fmt: skip
        self.stop_action = action(self, self.tr("Stop checking"), self.stop)
        self.words = label("", "secondary", wrap=True)
        self.summary = label("", "section", wrap=True)
        self.message = label("", wrap=True, selectable=True)
        self.verdicts: list[VerdictView] = []
        self._list: QVBoxLayout = column(spacing=tokens.SPACE_3)
        self._lay_out()
        client.preferences.changed.connect(self._show_verdicts)
        self._say("")
        self._enable()

    def check(self) -> None:
        """Let the shields judge what stands in the box."""
        text = self.text.toPlainText()
        if not text.strip() or self._checking is not None:
            return
        self._clear()
        self._say(self.tr("Checking …"))
        question = Question(
            direction=cast("Direction", self.direction.currentData()),
            text=text,
            conversation=self.conversation.messages(),
        )
        self._checking = self._client.safety.check(question, occasion=Occasion(origin="test")).on(
            self, done=self._on_judged, failed=self._on_failed
        )
        self._enable()

    def stop(self) -> None:
        """Wait no longer."""
        if self._checking is not None:
            self._checking.cancel()
            self._checking = None
            self._say("")
            self._enable()

    def take_focus(self) -> None:
        """Start typing here."""
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    # Construction.

    def _make_direction(self) -> QComboBox:
        made = QComboBox()
        made.setAccessibleName(self.tr("Who says it"))
        for words, direction in (
            (self.tr("As me"), "input"),
            (self.tr("As the model"), "output"),
            (self.tr("As a passage of a document"), "retrieved"),
            (self.tr("As the result of a tool"), "tool"),
        ):
            made.addItem(words, direction)
        prepare_field(made)
        made.setFixedWidth(_DIRECTION_WIDTH)
        return made

    def _lay_out(self) -> None:
        about = label(
            self.tr("See what the shields say to a text, with the policy as it is now. Nothing is sent to a chat."),
            "secondary", wrap=True,
        )  # fmt: skip
        self._buttons = QStackedWidget()
        self._buttons.addWidget(action_button(self.check_action, "primary"))
        self._buttons.addWidget(action_button(self.stop_action))
        self._buttons.setFixedHeight(tokens.CONTROL_HEIGHT)
        line = row(self.direction, None, self._buttons, spacing=tokens.SPACE_2)
        self._result = QWidget()
        margins = (0, tokens.SPACE_2, 0, 0)
        self._result.setLayout(
            column(self.summary, self.message, tokens.SPACE_2, self._list, spacing=2, margins=margins)
        )
        inner = QWidget()
        edges = (tokens.SPACE_6, tokens.SPACE_4, tokens.SPACE_6, tokens.SPACE_6)
        inner.setLayout(
            column(
                about, self.text, self.before, line, self.words, self._result, None,
                spacing=tokens.SPACE_3, margins=edges,
            )
        )  # fmt: skip
        self.setLayout(column(scrolled(centred(inner, tokens.COLUMN_WIDTH), self.tr("Test box"))))
        show_when(self._result, False)

    # What is shown.

    def _enable(self) -> None:
        self.check_action.setEnabled(bool(self.text.toPlainText().strip()) and self._checking is None)
        self.stop_action.setEnabled(self._checking is not None)
        self._buttons.setCurrentIndex(0 if self._checking is None else 1)

    def _say(self, words: str) -> None:
        self.words.setText(words)
        show_when(self.words, bool(words))

    def _on_judged(self, judgement: Judgement) -> None:
        self._checking = None
        self._judgement = judgement
        self._enable()
        nobody = self.tr("No shield looks at this side. Switch one on under Policy.")
        self._say("" if judgement.verdicts else nobody)
        show_when(self._result, bool(judgement.verdicts))
        self._show_verdicts()

    def _on_failed(self, error: PaddockError) -> None:
        self._checking = None
        self._enable()
        self._say(error.in_words())

    def _clear(self) -> None:
        self._judgement = None
        show_when(self._result, False)

    def _show_verdicts(self) -> None:
        judgement = self._judgement
        if judgement is None:
            return
        expert, policy = self._client.preferences.expert, self._client.safety.policy
        self.summary.setText(self._summary(judgement, expert))
        self.message.setText(judgement.message)
        show_when(self.message, bool(judgement.message))
        while (item := self._list.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.verdicts = [VerdictView(self._client.safety) for _ in judgement.verdicts]
        for view, verdict in zip(self.verdicts, judgement.verdicts, strict=True):
            view.show_verdict(verdict, expert=expert, policy=policy)
            self._list.addWidget(hairline())
            self._list.addWidget(view)

    def _summary(self, judgement: Judgement, expert: bool) -> str:
        failed = any(verdict.error for verdict in judgement.verdicts)
        words = outcome_words(judgement.outcome)
        if failed and judgement.outcome == "allow":
            words = self.tr("Let through, but not everything could be checked")
        slowest = max((verdict.seconds for verdict in judgement.verdicts), default=0.0)
        return f"{words}  ·  {seconds_words(slowest)}" if expert else words
