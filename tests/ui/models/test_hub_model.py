"""What the hub found, as Qt sees it."""

from __future__ import annotations

from typing import Any

from app.engine.domain.models import HubModel
from app.ui.models.hub_model import FACTS_ROLE, MARK_ROLE, REPO_ROLE, HubResults

FOUND = (
    HubModel(repo="bartowski/Llama-3.2-1B-Instruct-GGUF", author="bartowski", downloads=123_456, licence="llama3.2"),
    HubModel(repo="meta-llama/Secret-GGUF", gated=True),
)


def test_it_keeps_the_rules_of_qt(qtmodeltester: Any, qapp: object) -> None:
    model = HubResults()
    model.fill(FOUND)
    qtmodeltester.check(model)


def test_names_and_facts(qapp: object) -> None:
    model = HubResults()
    model.fill(FOUND)
    first, second = model.index(0), model.index(1)
    assert first.data() == "Llama-3.2-1B-Instruct-GGUF"
    assert first.data(FACTS_ROLE) == "bartowski  ·  123 k downloads  ·  Llama 3.2"
    assert second.data(MARK_ROLE) == "icon:lock"
    assert "licence to accept" in second.data(FACTS_ROLE)
    assert second.data(REPO_ROLE) is FOUND[1]
