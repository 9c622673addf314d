"""Speed is smoothed and gives the time left."""

from __future__ import annotations

import pytest

from app.engine.inference.speed import Speedometer


def test_a_steady_stream() -> None:
    meter = Speedometer(0, 1000)
    assert meter.eta is None
    for second in range(6):
        meter.update(100 * second, float(second))
    assert meter.speed == pytest.approx(100)
    assert meter.eta == pytest.approx(5)


def test_what_was_there_before_does_not_count() -> None:
    meter = Speedometer(5000, 10000)
    meter.update(5100, 1.0)
    meter.update(5200, 2.0)
    assert meter.speed == pytest.approx(100)


def test_a_jump_is_smoothed_and_a_standing_clock_ignored() -> None:
    meter = Speedometer(0, 0)
    for second in range(3):
        meter.update(100 * second, float(second))
    meter.update(1200, 3.0)
    assert 100 < meter.speed < 600
    before = meter.speed
    meter.update(5000, 3.0)
    assert meter.speed == before
    assert meter.eta is None
