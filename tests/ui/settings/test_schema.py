"""The page reads the schema: every setting has its kind, its words and its bounds, and can be found."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QTranslator

from app.engine.domain.settings import Settings
from app.ui.resources import resource
from app.ui.settings.schema import fields, groups, matching


def test_every_setting_is_a_field() -> None:
    assert tuple(fields()) == Settings.__struct_fields__
    assert all(field.title and field.description and field.group for field in fields().values())


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("theme", "choice"),
        ("server_require_key", "switch"),
        ("default_model", "model"),
        ("default_instructions", "text"),
        ("temperature", "real"),
        ("server_port", "whole"),
        ("hub_endpoint", "line"),
        ("server_origins", "lines"),
        ("remotes", "elsewhere"),
    ],
)
def test_kinds(name: str, kind: str) -> None:
    assert fields()[name].kind == kind


def test_bounds_and_choices() -> None:
    assert (fields()["server_port"].least, fields()["server_port"].most) == (0, 65535)
    assert fields()["theme"].choices == ("system", "light", "dark")
    assert fields()["top_k"].expert


def test_groups_keep_the_order_of_the_schema() -> None:
    assert groups()[:2] == ("Appearance", "Chat")


def test_search_needs_all_the_words() -> None:
    assert "server_port" in matching("port local")
    assert "theme" not in matching("port local")
    assert matching("  ") == frozenset(fields())
    assert matching("no such words") == frozenset()


def test_every_word_of_the_schema_is_translated() -> None:
    translator = QTranslator()
    assert translator.load(str(resource("i18n", "paddock_de.qm")))
    texts = [*groups(), *(text for field in fields().values() for text in (field.title, field.description))]
    assert [text for text in texts if not translator.translate("Settings", text)] == []
