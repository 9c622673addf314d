"""What stands in place of an answer that a shield blocked: which category, why, and what the person can do.

Must not show the words that were blocked.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from app.engine.domain.agents import Turn
from app.ui.chat.prose_view import ProseView
from app.ui.chat.shield_words import blocked_words, details_html
from app.ui.theme import tokens
from app.ui.theme.icons import pixmap
from app.ui.theme.theme import theme
from app.ui.widgets.basics import button, column, label, row
from app.ui.widgets.disclosure import Disclosure
from app.ui.widgets.flow import Flow
from app.ui.widgets.visibility import show_when

_SIDE = tokens.SPACE_3
_INDENT = tokens.ICON_SMALL + tokens.SPACE_2


class BlockedCard(QFrame):
    """`edit_wanted()`, `again_wanted()`, `policy_wanted()`. `fit(width)` gives the width; the height follows."""

    edit_wanted = Signal()
    again_wanted = Signal()
    policy_wanted = Signal()

    def __init__(self, turn: Turn, *, taken_back: bool = False) -> None:
        super().__init__()
        self._width = 0
        self._line: Disclosure | None = None
        self.setProperty("kind", "warning-card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        title, why = blocked_words(turn, taken_back=taken_back)
        self.setAccessibleName(f"{title}. {why}".strip())
        self._icon = QLabel()
        self.title = label(title, "strong", wrap=True)
        self.why = label(why, "secondary", wrap=True, selectable=True)
        show_when(self.why, bool(why))
        kept = label(self.tr("Your words are kept. Edit them and ask again."), "secondary", wrap=True)
        self.edit = button(self.tr("Edit message"), self.edit_wanted.emit, icon_name="pencil")
        self.again = button(self.tr("Ask again"), self.again_wanted.emit, "quiet", "rotate-ccw")
        self.policy = button(self.tr("Safety policy"), self.policy_wanted.emit, "quiet", "shield")
        self.buttons = Flow(spacing=tokens.SPACE_2)
        for each in (self.edit, self.again, self.policy):
            self.buttons.add(each)
        head = row(spacing=tokens.SPACE_2)
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(column(self.title, self.why, kept, spacing=2), 1)
        box = column(head, self.buttons, spacing=tokens.SPACE_2, margins=(_SIDE, _SIDE, _SIDE, tokens.SPACE_2))
        self.details: ProseView | None = None
        step = turn.blocking()
        if step is not None and step.verdicts:
            box.addWidget(self._details(details_html((step,))))
        self.setLayout(box)
        theme().changed.connect(self._restyle)
        self._restyle()

    def fit(self, width: int) -> None:
        """Take this width."""
        self._width = width
        self.setFixedWidth(width)
        self.buttons.fit(width - 2 * _SIDE)
        if self.details is not None:
            self.details.fit(width - 2 * _SIDE - _INDENT)
        self._measure()

    def _details(self, words: str) -> QWidget:
        self.details = ProseView(size=tokens.SIZE_SECONDARY)
        self.details.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.details.setAccessibleName(self.tr("What the shields said"))
        self.details.show_html(words)
        holder = QWidget()
        holder.setLayout(column(self.details, margins=(_INDENT, 0, 0, tokens.SPACE_1)))
        line = Disclosure(self.tr("Details"))
        line.set_content(holder)
        line.toggle.toggled.connect(lambda _open: self._measure())
        self.toggle, self._line = line.toggle, line
        return line

    def _measure(self) -> None:
        """Be as tall as the words need at this width."""
        if not self._width or (layout := self.layout()) is None:
            return
        if self._line is not None:
            # Hiding the details tells their parent only; its height at a width is remembered further up.
            self._line.updateGeometry()
        layout.invalidate()
        layout.activate()
        self.setFixedHeight(layout.heightForWidth(self._width))

    def _restyle(self) -> None:
        self._icon.setPixmap(pixmap("shield", "warning", tokens.ICON_SMALL, self.devicePixelRatioF()))
        self._icon.setFixedWidth(tokens.ICON_SMALL)
        if self.details is not None:
            self.details.restyle()
