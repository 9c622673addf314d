"""The catalogue: cards are kept while verdicts change, and stand in as many columns as fit."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from app.engine.domain.errors import BugError
from app.engine.domain.models import CatalogueOffer
from app.ui.bridge.client import EngineClient
from app.ui.models.catalogue_view import CatalogueView
from app.ui.models.library_model import LibraryModel
from tests.fakes.engine import FakeEngine


def test_cards_stay_and_wrap(qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine) -> None:
    view = CatalogueView(client, LibraryModel(client))
    qtbot.addWidget(view)
    view.resize(1000, 600)
    view.show()
    qtbot.waitUntil(lambda: len(view.cards) == 2)
    first, second = view.cards.values()
    qtbot.waitUntil(lambda: second.x() > first.x())
    view.resize(600, 600)
    qtbot.waitUntil(lambda: second.y() > first.y())
    view.fill(fake_engine.models.offers)
    assert tuple(view.cards.values()) == (first, second)
    view.fill(fake_engine.models.offers[:1])
    assert tuple(view.cards.values()) == (first,)


def test_a_model_of_a_purpose_is_pointed_out_also_before_the_offers_are_there(
    qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine
) -> None:
    first = fake_engine.models.offers[0]
    others = [replace(first, entry=replace(first.entry, id=f"chat-{number}")) for number in range(12)]
    guard = replace(first, entry=replace(first.entry, id="guard", purpose="guard"))
    fake_engine.models.offers = (*others, guard)
    view = CatalogueView(client, LibraryModel(client))
    qtbot.addWidget(view)
    view.resize(600, 400)
    view.point_out("guard")
    view.show()
    qtbot.waitUntil(lambda: view.area.verticalScrollBar().value() > 0)
    card = view.cards["guard"]
    assert 0 <= card.mapTo(view.area.viewport(), card.rect().topLeft()).y() < 400
    view.area.verticalScrollBar().setValue(0)
    view.point_out("guard")
    qtbot.waitUntil(lambda: view.area.verticalScrollBar().value() > 0)


def test_a_broken_catalogue_says_so(
    qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail() -> tuple[CatalogueOffer, ...]:
        raise BugError("The catalogue cannot be read.", hint="Install Paddock again.")

    monkeypatch.setattr(fake_engine.models, "catalogue", fail)
    view = CatalogueView(client, LibraryModel(client))
    qtbot.addWidget(view)
    view.show()
    qtbot.waitUntil(lambda: view.currentWidget() is view.failed)
    assert "cannot be read" in view.failed.sentence.text()
