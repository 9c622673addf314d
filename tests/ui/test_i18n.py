"""The German translation is complete, keeps every placeholder, and its compiled form is up to date."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QTranslator

from app.ui.resources import resource

PLACEHOLDER = re.compile(r"\{\w+\}|%n")


def messages(language: str) -> list[tuple[str, ElementTree.Element]]:
    root = ElementTree.parse(resource("i18n", f"paddock_{language}.ts")).getroot()
    return [(str(c.findtext("name")), m) for c in root.iter("context") for m in c.iter("message")]


def forms(message: ElementTree.Element) -> list[str]:
    translation = message.find("translation")
    assert translation is not None
    numbered = [form.text or "" for form in translation.iter("numerusform")]
    return numbered or [translation.text or ""]


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_message_is_translated_and_compiled(language: str) -> None:
    translator = QTranslator()
    assert translator.load(str(resource("i18n", f"paddock_{language}.qm")))
    found = messages(language)
    assert found
    for context, message in found:
        source = str(message.findtext("source"))
        for number, form in enumerate(forms(message)):
            assert form, source
            assert set(PLACEHOLDER.findall(form)) == set(PLACEHOLDER.findall(source)), source
            count = (1, 2)[number] if message.get("numerus") else -1
            assert translator.translate(context, source, None, count) == form


def test_every_string_of_the_window_is_known_to_the_translation() -> None:
    known = {str(message.findtext("source")) for _context, message in messages("de")}
    root = resource().parent / "app" / "ui"
    used = set()
    for file in root.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        used |= set(re.findall(r'self\.tr\("((?:[^"\\]|\\.)*)"[,)]', text))
    assert used
    assert not used - known
