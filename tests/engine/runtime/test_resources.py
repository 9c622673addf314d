"""Resources are found in a checkout and in a bundle."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app.engine.domain.errors import BugError
from app.engine.runtime.resources import resource


def test_a_resource_of_the_checkout_is_found() -> None:
    assert resource("catalogue.json").is_file()


def test_a_bundle_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "resources").mkdir()
    (tmp_path / "resources" / "catalogue.json").write_text("[]")
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resource("catalogue.json") == tmp_path / "resources" / "catalogue.json"


def test_a_missing_one_is_told() -> None:
    with pytest.raises(BugError, match=r"nothing\.bin"):
        resource("nothing.bin")
