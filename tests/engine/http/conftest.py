"""What the tests of the endpoint share."""

from __future__ import annotations

import pytest

from tests.fakes.serving import ServedEngine


@pytest.fixture
def engine() -> ServedEngine:
    return ServedEngine()
