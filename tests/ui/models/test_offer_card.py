"""A card of the catalogue: facts, verdict, gated note, and what can be done."""

from __future__ import annotations

import msgspec
from pytestqt.qtbot import QtBot

from app.ui.bridge.client import EngineClient
from app.ui.models.library_model import LibraryModel
from app.ui.models.offer_card import OfferCard
from tests.fakes.engine import FakeEngine
from tests.fakes.models import LLAMA


def test_facts_verdict_and_use(qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine) -> None:
    library = LibraryModel(client)
    qtbot.waitUntil(lambda: library.known)
    good, large = fake_engine.models.offers
    card = OfferCard(client, library, good)
    qtbot.addWidget(card)
    assert "Q4_K_M" in card.strip.text()
    assert card.verdict.words.text() == "Fits this computer"
    assert card.gated.isHidden()
    card.show()
    assert card.control.start_button.isVisible()
    card.show_offer(msgspec.structs.replace(good, installed_model_id=LLAMA.id))
    with qtbot.waitSignal(card.use_wanted) as wish:
        card.control.use_button.click()
    assert wish.args == [LLAMA.id]
    other = OfferCard(client, library, large)
    qtbot.addWidget(other)
    assert not other.gated.isHidden()
    assert other.verdict.words.property("kind") == "danger"
