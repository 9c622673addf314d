"""The conversation: a window of turn widgets over all loaded turns. Must not call the engine.

Only the turns near the viewport are widgets. More are built in short slices while scrolling, far ones are
dropped, and what the person looks at stays where it is. The view sticks to the end only while the person is there.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QToolButton, QWidget

from app.engine.domain.agents import Turn
from app.ui.theme import tokens
from app.ui.theme.icons import icon
from app.ui.widgets.basics import column

if TYPE_CHECKING:
    from app.ui.chat.turn_view import TurnView

MOST_WIDGETS = 60
_SLICE_SECONDS = 0.010
_DELETED_AT_ONCE = 4
_NEAR_END = 24
_SIDE_MARGIN = 24


class Conversation(QScrollArea):
    """`older_wanted(oldest turn id)` asks for the turns before; answer with `add_older`."""

    older_wanted = Signal(str)
    edited = Signal(str, str)
    regenerate = Signal(str)
    selected = Signal(str)
    link_clicked = Signal(QUrl)
    source_wanted = Signal(object)
    policy_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Conversation"))
        self.turns: list[Turn] = []
        self._expert = False
        self._views: list[TurnView] = []
        self._first = 0
        self._has_older = False
        self._asked_older = False
        self._stick = True
        self._moving = False
        self._content = QWidget()
        self._content.setProperty("kind", "transparent")
        self._box = column(margins=(0, tokens.SPACE_4, 0, tokens.SPACE_4), spacing=tokens.SPACE_2)
        self._box.addStretch(1)
        self._content.setLayout(self._box)
        self.setWidget(self._content)
        self._filler = QTimer(self, singleShot=True, interval=0)
        self._filler.timeout.connect(self._fill)
        self._removed: deque[TurnView] = deque()
        self._sweeper = QTimer(self, singleShot=True, interval=0)
        self._sweeper.timeout.connect(self._sweep)
        self._pill = self._make_pill()
        bar = self.verticalScrollBar()
        bar.setSingleStep(40)
        bar.rangeChanged.connect(self._on_range)
        bar.valueChanged.connect(self._on_value)

    def show_turns(self, turns: Sequence[Turn], *, has_older: bool) -> None:
        """Show a chat from its end."""
        for view in self._views:
            self._discard(view)
        self._views = []
        self.turns = list(turns)
        self._first = len(self.turns)
        self._has_older = has_older
        self._asked_older = False
        self._stick = True
        if not self.turns:
            return
        self._fill_screen()
        self._settle()
        self.to_end()
        self._filler.start()

    def add_older(self, turns: Sequence[Turn], *, has_older: bool) -> None:
        """Put loaded turns before the first."""
        self.turns[:0] = turns
        self._first += len(turns)
        self._has_older = has_older
        self._asked_older = False
        self._filler.start()

    def append(self, turn: Turn) -> TurnView:
        """Add a turn at the end and go there."""
        self._build_down_to_end()
        self.turns.append(turn)
        if self._views:
            self._views[-1].set_newest(False)
        view = self._make(turn, newest=True, fold=False)
        self._insert(self._box.count() - 1, view)
        self._views.append(view)
        self._stick = True
        self._settle()
        self.to_end()
        return view

    def cut_after(self, turn_id: str | None) -> None:
        """Take away the turns after one (all for None): another branch is shown from there."""
        keep = 0 if turn_id is None else next((n + 1 for n, t in enumerate(self.turns) if t.id == turn_id), 0)
        while self._views and self._first + len(self._views) > keep:
            self._discard(self._views.pop())
        del self.turns[keep:]
        self._first = min(self._first, keep)

    def view(self, turn_id: str) -> TurnView | None:
        """Return the widget of a turn, if it has one now."""
        return next((view for view in self._views if view.id == turn_id), None)

    def update_turn(self, turn: Turn) -> None:
        """Show a turn as it is now."""
        for number, known in enumerate(self.turns):
            if known.id == turn.id:
                self.turns[number] = turn
        if (view := self.view(turn.id)) is not None:
            view.show_turn(turn)

    def set_expert(self, expert: bool) -> None:
        """Show numbers of checks to experts only."""
        if expert != self._expert:
            self._expert = expert
            with self._anchored():
                for view in self._views:
                    view.set_expert(expert)

    def last_view(self) -> TurnView | None:
        """Return the widget of the newest turn, if it has one now."""
        return self._views[-1] if self._views and self._first + len(self._views) == len(self.turns) else None

    def views(self) -> Sequence[TurnView]:
        """Return the widgets there are now, oldest first."""
        return tuple(self._views)

    def to_end(self) -> None:
        """Go to the end and stay there while it grows."""
        self._build_down_to_end()
        self._stick = True
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
        self._show_pill()

    def to_turn(self, turn_id: str) -> TurnView | None:
        """Bring a loaded turn into view."""
        number = next((n for n, turn in enumerate(self.turns) if turn.id == turn_id), None)
        if number is None:
            return None
        with self._anchored():
            while number < self._first:
                self._build_above()
        while number >= self._first + len(self._views):
            self._build_below()
        self._settle()
        view = self._views[number - self._first]
        self._stick = False
        self.verticalScrollBar().setValue(max(0, view.y() - tokens.SPACE_6))
        return view

    def column_width(self) -> int:
        """Return the width of the text column."""
        return max(240, min(tokens.COLUMN_WIDTH, self.width() - 2 * _SIDE_MARGIN))

    # The window of widgets.

    def _make(self, turn: Turn, *, newest: bool, fold: bool = True) -> TurnView:
        from app.ui.chat.turn_view import TurnView  # late: the window takes text before it shows any turn

        view = TurnView(turn, newest=newest, fold=fold, expert=self._expert)
        view.fit(self.column_width())
        view.edited.connect(self.edited)
        view.regenerate.connect(self.regenerate)
        view.selected.connect(self.selected)
        view.link_clicked.connect(self.link_clicked)
        view.source_wanted.connect(self.source_wanted)
        view.policy_wanted.connect(self.policy_wanted)
        return view

    def _insert(self, position: int, view: TurnView) -> None:
        self._box.insertWidget(position, view, 0, Qt.AlignmentFlag.AlignHCenter)
        # A layout shows its widgets later and counts them only then; heights are needed now.
        view.show()

    def _discard(self, view: TurnView) -> None:
        self._box.removeWidget(view)
        view.hide()
        self._removed.append(view)
        self._sweeper.start()

    def _sweep(self) -> None:
        """Delete what was removed, a few at a time: sixty turns at once would hold the window."""
        for _ in range(min(_DELETED_AT_ONCE, len(self._removed))):
            self._removed.popleft().deleteLater()
        if self._removed:
            self._sweeper.start()

    def _build_above(self) -> None:
        self._first -= 1
        view = self._make(self.turns[self._first], newest=self._first == len(self.turns) - 1)
        self._insert(0, view)
        self._views.insert(0, view)

    def _build_below(self) -> None:
        number = self._first + len(self._views)
        view = self._make(self.turns[number], newest=number == len(self.turns) - 1)
        self._insert(self._box.count() - 1, view)
        self._views.append(view)

    def _build_down_to_end(self) -> None:
        """Bring the window of widgets back to the newest turns after it has moved up."""
        if self._first + len(self._views) >= len(self.turns):
            return
        for view in self._views:
            self._discard(view)
        self._views = []
        self._first = len(self.turns)
        self._fill_screen()
        self._settle()

    def _fill_screen(self) -> None:
        """Build just what the first look needs."""
        height, wanted = 0, max(self.viewport().height(), 400) + 200
        while self._first > 0 and height < wanted:
            self._build_above()
            height += self._views[0].sizeHint().height()

    def _fill(self) -> None:
        """Build more around the viewport for a few milliseconds; come back if there is more to do."""
        until = time.monotonic() + _SLICE_SECONDS
        more = True
        with self._anchored():
            while more and time.monotonic() < until:
                more = self._fill_one()
        if more:
            self._filler.start()

    def _fill_one(self) -> bool:
        bar = self.verticalScrollBar()
        page = self.viewport().height()
        above = bar.value()
        below = bar.maximum() - above
        end = self._first + len(self._views)
        if above < 2 * page and self._first > 0:
            self._build_above()
            self._trim(from_end=True)
            self._settle()
            return True
        if below < 2 * page and end < len(self.turns):
            self._build_below()
            self._trim(from_end=False)
            self._settle()
            return True
        if above < 2 * page and self._first == 0 and self._has_older and not self._asked_older and self.turns:
            self._asked_older = True
            self.older_wanted.emit(self.turns[0].id)
        return False

    def _trim(self, *, from_end: bool) -> None:
        while len(self._views) > MOST_WIDGETS:
            if from_end:
                self._discard(self._views.pop())
            else:
                self._first += 1
                self._discard(self._views.pop(0))

    def _settle(self) -> None:
        """Lay the column out now, so that heights and the range of the bar are true."""
        self._box.activate()
        height = max(self._box.sizeHint().height(), self.viewport().height())
        self._content.resize(self.viewport().width(), height)

    def _balance(self) -> None:
        """Keep the column in the middle of the whole view, not of what the scroll bar leaves of it."""
        bar = self.verticalScrollBar()
        room = bar.sizeHint().width() if bar.maximum() > 0 else 0
        left, right = (0, room) if self.isRightToLeft() else (room, 0)
        self._box.setContentsMargins(left, tokens.SPACE_4, right, tokens.SPACE_4)

    @contextmanager
    def _anchored(self) -> Iterator[None]:
        """Keep what the person looks at where it is while turns are built or dropped around it."""
        bar = self.verticalScrollBar()
        anchor = next((v for v in self._views if v.y() + v.height() > bar.value()), None)
        offset = anchor.y() - bar.value() if anchor is not None else 0
        self._moving = True
        yield
        self._settle()
        if self._stick and self._first + len(self._views) >= len(self.turns):
            bar.setValue(bar.maximum())
        elif anchor is not None and anchor in self._views:
            bar.setValue(anchor.y() - offset)
        self._moving = False

    # Sticking to the end.

    def _on_range(self, _minimum: int, maximum: int) -> None:
        self._balance()
        if self._stick and not self._moving and self._first + len(self._views) >= len(self.turns):
            self.verticalScrollBar().setValue(maximum)
        self._show_pill()

    def _on_value(self, value: int) -> None:
        if self._moving:
            return
        at_end = self._first + len(self._views) >= len(self.turns)
        self._stick = at_end and value >= self.verticalScrollBar().maximum() - _NEAR_END
        self._show_pill()
        if not self._filler.isActive():
            self._filler.start()

    def _make_pill(self) -> QToolButton:
        pill = QToolButton(self)
        pill.setProperty("kind", "pill")
        pill.setIcon(icon("arrow-down", "text"))
        pill.setIconSize(QSize(18, 18))
        pill.setFixedSize(34, 34)
        pill.setToolTip(self.tr("To the end"))
        pill.setAccessibleName(self.tr("To the end"))
        pill.setCursor(Qt.CursorShape.PointingHandCursor)
        pill.clicked.connect(self.to_end)
        pill.hide()
        return pill

    def _show_pill(self) -> None:
        bar = self.verticalScrollBar()
        end = self._first + len(self._views) >= len(self.turns)
        away = not end or bar.maximum() - bar.value() > self.viewport().height() // 3
        self._pill.setVisible(away and bool(self.turns) and not self._stick)
        centre = QPoint((self.viewport().width() - self._pill.width()) // 2, self.viewport().height() - 46)
        self._pill.move(centre)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            with self._anchored():
                for view in self._views:
                    view.fit(self.column_width())
        self._show_pill()
