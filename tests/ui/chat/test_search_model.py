"""Search hits as an item model."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from app.engine.domain.history import SearchHit
from app.ui.chat.search_model import HIT_ROLE, SearchModel


def test_the_model_keeps_the_rules_of_qt(qtmodeltester: Any) -> None:
    model = SearchModel()
    model.fill([SearchHit(session_id="a", turn_id=None, title="", excerpt="one ⟦two⟧ three")])
    qtmodeltester.check(model)
    index = model.index(0)
    assert index.data() == "New chat"
    assert "one two three" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert index.data(HIT_ROLE).session_id == "a"
