"""Every page of the rail can be found, and none is imported before it is shown."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import pytest

from app.ui.shell.pages import all_pages, lazily
from app.ui.widgets.page import PageWidget


def test_a_page_is_imported_by_its_first_show(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "late_page.py").write_text("def Late(client):\n    return ['made for', client]\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    factory = lazily("late_page", "Late")
    assert "late_page" not in sys.modules
    try:
        assert factory("client") == ["made for", "client"]  # type: ignore[arg-type, comparison-overlap]
    finally:
        sys.modules.pop("late_page", None)


def test_every_page_is_there_under_its_own_name() -> None:
    pages = all_pages()
    assert len({page.id for page in pages}) == len({page.title for page in pages}) == len(pages)
    for module, name in (
        ("chat", "ChatPage"),
        ("memory", "MemoryPage"),
        ("models", "ModelsPage"),
        ("safety", "SafetyPage"),
        ("api", "ApiPage"),
        ("settings", "SettingsPage"),
    ):
        assert issubclass(getattr(import_module(f"app.ui.{module}.page"), name), PageWidget)
