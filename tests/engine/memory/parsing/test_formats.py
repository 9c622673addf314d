from __future__ import annotations

import pytest

from app.engine.memory.parsing.formats import FORMATS, reader_of
from app.engine.memory.parsing.recognition import _MIMES, _SUFFIXES


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_has_its_reader(name: str) -> None:
    assert callable(reader_of(name))


def test_what_is_recognised_can_be_read() -> None:
    assert set(_MIMES) == FORMATS
    assert set(_SUFFIXES.values()) <= FORMATS
