"""The strip above the parts of a bank: state in words, figures, progress with its controls, advice, a problem."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QProgressBar, QWidget

from app.engine.domain.memory import Bank
from app.ui.memory.words import bank_facts, bank_phase, bank_words, progress_words, type_words
from app.ui.theme import tokens
from app.ui.widgets.action_button import action_button
from app.ui.widgets.basics import column, frame, label, row, set_kind, tool_button
from app.ui.widgets.confirm_card import ConfirmCard
from app.ui.widgets.elided import ElidedLabel
from app.ui.widgets.state_label import PHASE_DOTS, StateDot
from app.ui.widgets.visibility import show_when

_STEPS = 1000


class BankHead(QWidget):
    """Shows a bank; the actions belong to whoever acts on it."""

    def __init__(self, pause: QAction, resume: QAction, cancel: QAction, change_model: QAction) -> None:
        super().__init__()
        self.confirm = ConfirmCard()
        self.dot = StateDot()
        self.state = label("")
        self.facts = ElidedLabel("", "secondary")
        self.current = ElidedLabel("", "secondary")
        self.figures = label("", "secondary")
        self.bar = QProgressBar(textVisible=False)
        self.bar.setRange(0, _STEPS)
        self.bar.setAccessibleName(self.tr("Progress of reading"))
        buttons = [tool_button(item) for item in (pause, resume, cancel)]
        for item, shown in zip((pause, resume, cancel), buttons, strict=True):
            item.changed.connect(lambda item=item, shown=shown: show_when(shown, item.isVisible()))
        self.advice = label("", wrap=True)
        self._advice_card = frame("warning-card")
        line = row(spacing=tokens.SPACE_3, margins=(tokens.SPACE_3, 6, tokens.SPACE_2, 6))
        line.addWidget(self.advice, 1)
        line.addWidget(action_button(change_model))
        self._advice_card.setLayout(line)
        self.problem = label("", wrap=True)
        self._problem_card = frame("danger-card")
        self._problem_card.setLayout(
            column(self.problem, margins=(tokens.SPACE_3, tokens.SPACE_2, tokens.SPACE_3, tokens.SPACE_2))
        )
        top = row(self.dot, self.state, spacing=tokens.SPACE_2)
        top.addSpacing(tokens.SPACE_2)
        top.addWidget(self.facts, 1)
        moving = row(spacing=tokens.SPACE_2)
        moving.addWidget(self.current, 1)
        moving.addWidget(self.figures)
        for shown in buttons:
            moving.addWidget(shown)
        self._moving = QWidget()
        self._moving.setLayout(column(self.bar, moving, spacing=2))
        self.setLayout(
            column(
                top, self._moving, self._advice_card, self._problem_card, self.confirm, spacing=tokens.SPACE_2,
                margins=(tokens.SPACE_6, tokens.SPACE_3, tokens.SPACE_6, tokens.SPACE_3),
            )
        )  # fmt: skip

    def show_bank(self, bank: Bank) -> None:
        """Show the bank as it is now."""
        words, progress = bank_words(bank), bank.progress
        self.dot.show_state(*PHASE_DOTS[bank_phase(bank)])
        self.state.setText(words[:1].upper() + words[1:] if not bank.problem else self.tr("Failed"))
        set_kind(self.state, "danger" if bank.problem else "strong")
        facts = (bank_facts(bank), type_words(bank.type), bank.embedding_model, bank.description)
        self.facts.setText("  ·  ".join(part for part in facts if part))
        working = bank.stats.working > 0 or bool(bank.reembedding)
        show_when(self._moving, working)
        known = progress is not None and progress.total > 0
        self.bar.setRange(0, _STEPS if known or bank.paused else 0)
        self.figures.setText("")
        self.current.setText(progress.current if progress is not None else "")
        if progress is not None and known:
            self.bar.setValue(round(_STEPS * progress.done / progress.total))
            self.figures.setText(progress_words(progress))
        advice = bank.fit.advice if bank.fit is not None and not bank.reembedding else ""
        self.advice.setText(advice)
        show_when(self._advice_card, bool(advice))
        self.problem.setText(bank.problem)
        show_when(self._problem_card, bool(bank.problem))
