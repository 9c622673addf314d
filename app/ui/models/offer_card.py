"""One card of the catalogue: what the model is, its facts, whether it fits, and the way to get it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame

from app.engine.domain.models import CatalogueOffer
from app.ui.bridge.client import EngineClient
from app.ui.models.download_control import hub_control
from app.ui.models.library_model import LibraryModel
from app.ui.models.verdict import VerdictLine
from app.ui.models.words import description_words, purpose_words, strip_words
from app.ui.theme import tokens
from app.ui.widgets.basics import column, label, row
from app.ui.widgets.visibility import show_when


class OfferCard(QFrame):
    """`use_wanted(model id)`. `show_offer` follows a new verdict or an installed file."""

    use_wanted = Signal(str)

    def __init__(self, client: EngineClient, library: LibraryModel, offer: CatalogueOffer) -> None:
        super().__init__()
        entry = offer.entry
        self.offer = offer
        self.setProperty("kind", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(entry.name)
        self.name = label(entry.name, "section", wrap=True)
        top = row(spacing=tokens.SPACE_2)
        top.addWidget(self.name, 1)
        if entry.purpose != "chat":
            top.addWidget(label(purpose_words(entry.purpose), "secondary"), 0, Qt.AlignmentFlag.AlignTop)
        self.strip = label(strip_words(entry), "secondary", wrap=True)
        self.verdict = VerdictLine()
        self.gated = label(
            self.tr("Its maker asks you to accept a licence on the hub first, and to give a hub token here."),
            "secondary", wrap=True,
        )  # fmt: skip
        show_when(self.gated, entry.gated)
        self.control = hub_control(client, library, entry.repo, entry.file, entry.sha256)
        self.control.use_wanted.connect(self.use_wanted)
        box = column(
            top, label(description_words(entry), "muted", wrap=True), self.strip, self.verdict, self.gated,
            spacing=tokens.SPACE_2, margins=(tokens.SPACE_4, tokens.SPACE_3, tokens.SPACE_4, tokens.SPACE_3),
        )  # fmt: skip
        box.addStretch(1)
        box.addWidget(self.control)
        self.setLayout(box)
        self.show_offer(offer)

    def show_offer(self, offer: CatalogueOffer) -> None:
        """Follow a new verdict, and whether the file is here."""
        self.offer = offer
        self.verdict.show_verdict(offer.fit)
        self.control.set_installed(offer.installed_model_id or "")
