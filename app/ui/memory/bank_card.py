"""One bank as a card: name, state in words, figures, embedding model, progress while it reads. Opens on a click."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QMenu, QProgressBar

from app.engine.domain.memory import Bank
from app.ui.memory.words import bank_facts, bank_phase, bank_words, progress_words, type_words
from app.ui.theme import tokens
from app.ui.widgets.basics import action, column, label, row, set_kind, tool_button
from app.ui.widgets.elided import ElidedLabel
from app.ui.widgets.state_label import PHASE_DOTS, StateDot
from app.ui.widgets.visibility import show_when

_STEPS = 1000


class BankCard(QFrame):
    """`opened(bank id)`. The menu is filled by whoever owns the actions; `menu_wanted(bank id)` comes before it opens.

    It comes with the focus too, so that the keys of the actions mean this bank.
    """

    opened = Signal(str)
    menu_wanted = Signal(str)

    def __init__(self, bank: Bank) -> None:
        super().__init__()
        self.bank = bank
        self.setProperty("kind", "card")
        self.setProperty("clickable", "true")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.name = ElidedLabel("", "section")
        self.dot = StateDot()
        self.state = ElidedLabel("", "secondary")
        self.description = ElidedLabel("", "muted")
        self.facts = label("", "secondary", wrap=True)
        self.model = ElidedLabel("", "secondary")
        self.advice = label("", "warning-small", wrap=True)
        self.bar = QProgressBar(textVisible=False)
        self.bar.setRange(0, _STEPS)
        self.figures = label("", "secondary")
        self.more = tool_button(action(self, self.tr("More"), icon_name="ellipsis"))
        self.menu = QMenu(self.more)
        self.menu.aboutToShow.connect(lambda: self.menu_wanted.emit(self.bank.id))
        self.more.setMenu(self.menu)
        self.more.setPopupMode(self.more.ToolButtonPopupMode.InstantPopup)
        self.customContextMenuRequested.connect(lambda spot: self.menu.popup(self.mapToGlobal(spot)))
        self._lay_out()
        self.show_bank(bank)

    def _lay_out(self) -> None:
        head = row(spacing=tokens.SPACE_2)
        head.addWidget(self.name, 1)
        head.addWidget(self.more)
        state = row(spacing=tokens.SPACE_2)
        state.addWidget(self.dot)
        state.addWidget(self.state, 1)
        self.setLayout(
            column(
                head, state, self.description, self.facts, self.model, self.advice, None, self.bar, self.figures,
                spacing=6, margins=(tokens.SPACE_4, tokens.SPACE_2, tokens.SPACE_2, tokens.SPACE_3),
            )
        )  # fmt: skip

    def show_bank(self, bank: Bank) -> None:
        """Show the bank as it is now."""
        self.bank = bank
        words = bank_words(bank)
        self.name.setText(bank.name)
        self.state.setText(words)
        set_kind(self.state, "danger-small" if bank.problem else "secondary")
        self.dot.show_state(*PHASE_DOTS[bank_phase(bank)])
        self.description.setText(bank.description)
        show_when(self.description, bool(bank.description))
        self.facts.setText(bank_facts(bank))
        show_when(self.facts, bool(self.facts.text()))
        self.model.setText("  ·  ".join(part for part in (type_words(bank.type), bank.embedding_model) if part))
        advice = bank.fit.advice if bank.fit is not None else ""
        self.advice.setText(advice)
        show_when(self.advice, bool(advice))
        progress = bank.progress
        moving = progress is not None and progress.total > 0
        show_when(self.bar, moving)
        show_when(self.figures, moving)
        if progress is not None and moving:
            self.bar.setValue(round(_STEPS * progress.done / progress.total))
            self.figures.setText(progress_words(progress))
        self.bar.setAccessibleName(self.tr("Progress of {name}").format(name=bank.name))
        self.setAccessibleName(f"{bank.name}, {words}, {bank_facts(bank)}")
        self.more.setAccessibleName(self.tr("More for {name}").format(name=bank.name))

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.menu_wanted.emit(self.bank.id)
        super().focusInEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit(self.bank.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit(self.bank.id)
        else:
            super().keyPressEvent(event)
