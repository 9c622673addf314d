"""Resources lie beside the package in a checkout and under the unpacked folder of a frozen program."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app.ui.resources import resource


def test_a_checkout_has_its_resources() -> None:
    assert resource("icons").is_dir() and resource("fonts").is_dir()


def test_a_frozen_program_looks_where_it_was_unpacked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resource("icons", "x.svg") == tmp_path / "resources" / "icons" / "x.svg"
