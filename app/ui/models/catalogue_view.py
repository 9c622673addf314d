"""The second part of the models page: cards of models worth having, in one or two columns."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QScrollArea, QStackedWidget, QWidget

from app.engine.domain.errors import PaddockError
from app.engine.domain.models import CatalogueOffer, Purpose
from app.ui.bridge.client import EngineClient
from app.ui.models.library_model import LibraryModel
from app.ui.models.offer_card import OfferCard
from app.ui.theme import tokens
from app.ui.widgets.basics import column, label
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.scrolling import centred, scrolled

_WIDE, _MOST_WIDTH = 760, 1100


class CatalogueView(QStackedWidget):
    """`use_wanted(model id)`. The verdicts are asked for anew whenever the view is shown, for memory comes and goes."""

    use_wanted = Signal(str)

    def __init__(self, client: EngineClient, library: LibraryModel) -> None:
        super().__init__()
        self._client, self._library = client, library
        self.cards: dict[str, OfferCard] = {}
        self._columns = 0
        self._wanted: Purpose | None = None
        self._grid = QGridLayout()
        self._grid.setSpacing(tokens.SPACE_4)
        self.intro = label(
            self.tr("Models of the Llama family that run well here. They come from the hub and stay on this computer."),
            "muted", wrap=True,
        )  # fmt: skip
        inner = QWidget()
        margins = (tokens.SPACE_6, tokens.SPACE_4, tokens.SPACE_6, tokens.SPACE_6)
        inner.setLayout(column(self.intro, self._grid, None, spacing=tokens.SPACE_4, margins=margins))
        self.area: QScrollArea = scrolled(centred(inner, _MOST_WIDTH), self.tr("Catalogue"))
        self.waiting = EmptyState("library", self.tr("Looking at the memory of this computer …"))
        self.failed = EmptyState("circle-alert", "", self.tr("Try again"), self.refresh)
        for part in (self.waiting, self.area, self.failed):
            self.addWidget(part)
        library.arranged.connect(self._on_library)

    def refresh(self) -> None:
        """Ask for offers and verdicts."""
        self._client.models.catalogue().on(self, done=self.fill, failed=self._on_failed)

    def fill(self, offers: tuple[CatalogueOffer, ...]) -> None:
        """Show these offers; a card that is there already is kept, with its progress and its focus."""
        wanted = {offer.entry.id: offer for offer in offers}
        for gone in [key for key in self.cards if key not in wanted]:
            self.cards.pop(gone).deleteLater()
        for key, offer in wanted.items():
            if key in self.cards:
                self.cards[key].show_offer(offer)
            else:
                card = self.cards[key] = OfferCard(self._client, self._library, offer)
                card.use_wanted.connect(self.use_wanted)
        self._columns = 0
        self._arrange()
        self.setCurrentWidget(self.area)
        if self._wanted is not None:
            # The cards have no place before the layout has run.
            QTimer.singleShot(0, self, self._go_to_wanted)

    def point_out(self, purpose: Purpose) -> None:
        """Bring the first model of a purpose into view, once the offers are there."""
        self._wanted = purpose
        if self.cards:
            QTimer.singleShot(0, self, self._go_to_wanted)

    def _go_to_wanted(self) -> None:
        wanted, self._wanted = self._wanted, None
        card = next((each for each in self.cards.values() if each.offer.entry.purpose == wanted), None)
        if card is not None and (content := self.area.widget()) is not None:
            top = card.mapTo(content, card.rect().topLeft()).y()
            self.area.verticalScrollBar().setValue(top - tokens.SPACE_4)
            buttons = [each for each in card.control.findChildren(QPushButton) if each.isVisible()]
            for each in buttons[:1]:
                each.setFocus(Qt.FocusReason.OtherFocusReason)

    def _arrange(self) -> None:
        columns = 2 if self.width() >= _WIDE else 1
        if columns == self._columns:
            return
        self._columns = columns
        for number, card in enumerate(self.cards.values()):
            self._grid.addWidget(card, number // columns, number % columns)
        for number in range(2):
            self._grid.setColumnStretch(number, 1 if number < columns else 0)

    def _on_library(self) -> None:
        if self.isVisible():
            self.refresh()

    def _on_failed(self, error: PaddockError) -> None:
        self.failed.sentence.setText(error.in_words())
        self.setCurrentWidget(self.failed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self.refresh)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
