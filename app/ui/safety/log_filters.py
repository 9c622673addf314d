"""Which entries of the audit log are wanted: words, and boxes for what, where, when. Must not fetch entries itself."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.engine.domain.safety import DIRECTIONS, OUTCOMES, SHIELDS, LogFilter
from app.ui.bridge.client import EngineClient
from app.ui.safety.words import category_name, direction_words, outcome_words, shield_title
from app.ui.theme import tokens
from app.ui.theme.icons import icon
from app.ui.widgets.basics import column
from app.ui.widgets.fields import prepare_field
from app.ui.widgets.flow import Flow

_SEARCH_MS, _DAY = 250, 86_400.0


class LogFilters(QWidget):
    """`changed()` follows every choice, and the words a moment after the last key. `now` is a clock, Unix seconds."""

    changed = Signal()

    def __init__(self, client: EngineClient, now: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._client = client
        self._now = now
        self.search = QLineEdit(placeholderText=self.tr("Search the texts"))
        self.outcome = self._combo(self.tr("What happened"), self.tr("All"))
        self.direction = self._combo(self.tr("Which texts"), self.tr("All texts"))
        self.shield = self._combo(self.tr("Which shield"), self.tr("All shields"))
        self.category = self._combo(self.tr("Which category"), self.tr("All categories"))
        self.since = self._combo(self.tr("Since when"), self.tr("Any time"))
        self.boxes = (self.outcome, self.direction, self.shield, self.category, self.since)
        self._fill()
        self._prepare_search()
        self._searching = QTimer(self, singleShot=True, interval=_SEARCH_MS)
        flow = Flow(spacing=tokens.SPACE_2)
        for box in self.boxes:
            flow.add(box)
        self.setLayout(column(self.search, flow, spacing=tokens.SPACE_2))
        self._searching.timeout.connect(self.changed)
        self.search.textChanged.connect(lambda _text: self._searching.start())
        for box in self.boxes:
            box.currentIndexChanged.connect(lambda _row: self._tell())
        client.safety.shields_changed.connect(self._fill_categories)
        self._fill_categories()

    def wanted(self) -> LogFilter:
        """Return what the fields ask for."""
        outcome, direction, days = (box.currentData() for box in (self.outcome, self.direction, self.since))
        return LogFilter(
            outcomes=(outcome,) if outcome and outcome != "wrong" else (),
            directions=(direction,) if direction else (),
            shield=self.shield.currentData(),
            category=self.category.currentData(),
            words=self.search.text().strip(),
            wrong=True if outcome == "wrong" else None,
            since=self._now() - days * _DAY if days else 0.0,
        )

    def _combo(self, name: str, every: str) -> QComboBox:
        made = QComboBox()
        made.setAccessibleName(name)
        made.addItem(every, "")
        prepare_field(made)
        return made

    def _fill(self) -> None:
        for outcome in OUTCOMES[::-1]:
            self.outcome.addItem(outcome_words(outcome), outcome)
        self.outcome.addItem(self.tr("Marked wrong"), "wrong")
        for direction in DIRECTIONS:
            self.direction.addItem(direction_words(direction), direction)
        for name in SHIELDS:
            self.shield.addItem(shield_title(name), name)
        for words, days in (
            (self.tr("Last 24 hours"), 1),
            (self.tr("Last 7 days"), 7),
            (self.tr("Last 30 days"), 30),
        ):
            self.since.addItem(words, days)

    def _fill_categories(self) -> None:
        """Offer the categories there are now; what was chosen stays, even when it is the person's own and gone."""
        for category in self._client.safety.categories:
            place = self.category.findData(category.id)
            if place < 0:
                self.category.addItem(category_name(category), category.id)
            elif place:
                self.category.setItemText(place, category_name(category))

    def _prepare_search(self) -> None:
        self.search.setProperty("kind", "search")
        self.search.setAccessibleName(self.tr("Search the texts of the log"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)

    def _tell(self) -> None:
        self._searching.stop()
        self.changed.emit()
