"""Text and addresses are added only as the person saw them."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.ui.memory.adding import AddressDialog, TextDialog


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def test_the_name_follows_the_first_line_until_one_is_written(qtbot: QtBot, window: QWidget) -> None:
    dialog = TextDialog(window)
    assert not dialog.add_button.isEnabled()
    dialog.text.setPlainText("Minutes of May\n\nWe met.")
    assert dialog.name.text() == "Minutes of May"
    dialog.name.setText("Mine")
    dialog.name.textEdited.emit("Mine")
    dialog.text.setPlainText("Other\nwords")
    assert dialog.name.text() == "Mine"
    with qtbot.waitSignal(dialog.given) as given:
        dialog.add_button.click()
    assert given.args == ["Mine", "Other\nwords"]


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("https://example.org/a?b=1", "https://example.org/a?b=1"),
        ("example.org", "https://example.org"),
        ("ftp://example.org", ""),
        ("file:///etc/passwd", ""),
        ("words", ""),
        ("", ""),
    ],
)
def test_only_addresses_of_the_web_are_offered(window: QWidget, typed: str, url: str) -> None:
    dialog = AddressDialog(window, typed)
    assert dialog.url() == url
    assert dialog.fetch.isEnabled() == bool(url)


def test_the_person_sees_the_real_host_and_agrees(qtbot: QtBot, window: QWidget) -> None:
    dialog = AddressDialog(window, "https://exаmple.org/page")  # the first a is Cyrillic
    assert "xn--" in dialog.host.text()
    assert "once" in dialog.promise.text()
    with qtbot.waitSignal(dialog.agreed) as agreed:
        dialog.fetch.click()
    assert agreed.args[0].startswith("https://xn--")
