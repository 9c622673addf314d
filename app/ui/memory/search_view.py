"""Search in one bank: the question, what is compared, the passages found; for a graph bank what stands around them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from app.engine.domain.errors import PaddockError
from app.engine.domain.memory import Bank, Hit, Neighbourhood, SearchMode, SearchRequest, SearchResult
from app.ui.bridge.client import EngineClient
from app.ui.bridge.handle import Handle
from app.ui.memory.graph_panel import GraphPanel
from app.ui.memory.hit_card import HitCard
from app.ui.memory.words import counts, mode_words
from app.ui.theme import tokens
from app.ui.theme.icons import icon
from app.ui.widgets.basics import button, column, label, row, set_kind
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.fields import prepare_field
from app.ui.widgets.scrolling import centred, scrolled
from app.ui.widgets.visibility import show_when
from app.ui.widgets.words import number_words

_MODES: tuple[SearchMode, ...] = ("hybrid", "vector", "keyword")
_LIMIT, _MOST = 10, 50


class SearchView(QStackedWidget):
    """`opened(Hit)`, `notify(Notice)`."""

    opened = Signal(object)
    notify = Signal(object)

    def __init__(self, client: EngineClient) -> None:
        super().__init__()
        self._client = client
        self._bank: Bank | None = None
        self._query = ""
        self._limit = _LIMIT
        self._running: Handle | None = None
        self.cards: list[HitCard] = []
        self.field = QLineEdit(placeholderText=self.tr("Ask or look for words"))
        self.field.setAccessibleName(self.tr("Search in this bank"))
        self.field.setClearButtonEnabled(True)
        self.field.setFixedHeight(tokens.CONTROL_HEIGHT + 4)
        self.field.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.field.returnPressed.connect(self.search)
        down = QShortcut(QKeySequence(Qt.Key.Key_Down), self.field)
        down.setContext(Qt.ShortcutContext.WidgetShortcut)
        down.activated.connect(self._to_hits)
        self.mode = QComboBox()
        self.mode.setAccessibleName(self.tr("What is compared"))
        for mode in _MODES:
            self.mode.addItem(mode_words(mode), mode)
        prepare_field(self.mode)
        self.mode.setFixedHeight(tokens.CONTROL_HEIGHT + 4)
        self.mode.currentIndexChanged.connect(lambda _row: self.search())
        self.words = label("", "secondary", wrap=True)
        self.graph = GraphPanel(client)
        self.graph.notify.connect(self.notify)
        self.graph.entity_wanted.connect(self.ask)
        self.more = button(self.tr("Show more"), self._show_more, "quiet")
        self._hits: QVBoxLayout = column(spacing=tokens.SPACE_3)
        self._lay_out()
        client.preferences.changed.connect(self._on_preferences)

    def show_bank(self, bank: Bank) -> None:
        """Search this bank from now on."""
        other = self._bank is None or self._bank.id != bank.id
        self._bank = bank
        show_when(self.mode, bank.type == "vector")
        show_when(self.graph, bank.type == "graph")
        self.graph.show_bank(bank)
        usable = bank.stats.ready > 0 and not bank.problem
        self.setCurrentIndex(0 if usable else 1)
        if other:
            self._forget()

    def ask(self, query: str) -> None:
        """Look for these words."""
        self.field.setText(query)
        self.search()

    def search(self) -> None:
        """Look for what stands in the field."""
        query, bank = self.field.text().strip(), self._bank
        if bank is None or not query:
            self._show((), "")
            return
        if query != self._query:
            self._limit = _LIMIT
        self._query = query
        if self._running is not None:
            self._running.cancel()
        self._say(self.tr("Searching …"))
        if bank.type == "graph":
            handle = self._client.memory.neighbours(bank.id, query)
            self._running = handle.on(self, done=self._on_neighbours, failed=self._on_failed)
            return
        mode = cast("SearchMode", self.mode.currentData()) if bank.type == "vector" else "keyword"
        request = SearchRequest(query=query, mode=mode, limit=self._limit)
        self._running = self._client.memory.search((bank.id,), request).on(
            self, done=self._on_result, failed=self._on_failed
        )

    def take_focus(self) -> None:
        """Start typing here."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def _lay_out(self) -> None:
        line = row(spacing=tokens.SPACE_2)
        line.addWidget(self.field, 1)
        line.addWidget(self.mode)
        self._list = QWidget()
        self._list.setLayout(self._hits)
        inner = QWidget()
        margins = (tokens.SPACE_6, tokens.SPACE_4, tokens.SPACE_6, tokens.SPACE_6)
        box = column(line, self.words, self.graph, self._list, spacing=tokens.SPACE_3, margins=margins)
        box.addWidget(self.more, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addStretch(1)
        inner.setLayout(box)
        self.area = scrolled(centred(inner, tokens.COLUMN_WIDTH + 2 * tokens.SPACE_6), self.tr("Passages found"))
        self.empty = EmptyState("search", self.tr("There is nothing to search yet: no document of this bank is ready."))
        self.addWidget(self.area)
        self.addWidget(self.empty)
        show_when(self.more, False)

    def _forget(self) -> None:
        self.field.clear()
        self._query = ""
        self.graph.forget()
        self._show((), "")

    def _on_result(self, result: SearchResult) -> None:
        self._running = None
        found = counts().hits(len(result.hits)) if result.hits else self.tr("Not in this bank.")
        parts = [found]
        if self._client.preferences.expert:
            parts.append(self.tr("{milliseconds} ms").format(milliseconds=number_words(result.seconds * 1000)))
        words = "  ·  ".join(parts)
        self._show(result.hits, f"{words}\n{result.note}" if result.note else words)
        show_when(self.more, len(result.hits) >= self._limit and self._limit < _MOST)

    def _on_neighbours(self, found: Neighbourhood) -> None:
        self._running = None
        self.graph.show_neighbours(found)
        nothing = not (found.hits or found.entities)
        words = self.tr("Not in this bank.") if nothing else counts().hits(len(found.hits))
        self._show(found.hits, words)

    def _on_failed(self, error: PaddockError) -> None:
        self._running = None
        self._show((), "")
        self._say(error.in_words(), "danger")

    def _show(self, hits: Sequence[Hit], words: str) -> None:
        self._say(words)
        for card in self.cards:
            self._hits.removeWidget(card)
            card.hide()
            card.deleteLater()
        expert = self._client.preferences.expert
        self.cards = [HitCard(hit, self._query, expert=expert) for hit in hits]
        for card in self.cards:
            card.opened.connect(self.opened)
            self._hits.addWidget(card)
        show_when(self.more, False)

    def _say(self, words: str, kind: str = "secondary") -> None:
        self.words.setText(words)
        set_kind(self.words, kind)
        show_when(self.words, bool(words))

    def _show_more(self) -> None:
        self._limit = _MOST
        self.search()

    def _on_preferences(self) -> None:
        for card in self.cards:
            show_when(card.legs, self._client.preferences.expert)

    def _to_hits(self) -> None:
        if self.cards:
            self.cards[0].setFocus(Qt.FocusReason.TabFocusReason)
