from __future__ import annotations

import pytest

from app.engine.domain.errors import DocumentUnreadable
from app.engine.memory.parsing.refusals import CODES, unreadable


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_reason_is_a_sentence(code: str) -> None:
    error = unreadable(code)
    assert isinstance(error, DocumentUnreadable)
    assert error.code == code
    assert error.message.endswith(".")
    assert unreadable(code, "for a reason.").message.endswith(": for a reason.")


def test_a_hint_can_be_replaced() -> None:
    assert unreadable("unknown_format", hint="Unpack it.").hint == "Unpack it."
