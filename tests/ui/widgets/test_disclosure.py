"""What is folded away is made when it is opened, and can be copied."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QToolButton
from pytestqt.qtbot import QtBot

from app.ui.widgets.disclosure import Disclosure


def test_opening_shows_the_text_and_its_copy_button(qtbot: QtBot) -> None:
    shown = Disclosure("Details", "line one\nline two")
    qtbot.addWidget(shown)
    shown.show()
    assert shown.findChild(QPlainTextEdit) is None
    shown.toggle.click()
    view = shown.findChild(QPlainTextEdit)
    assert view.isVisible() and view.isReadOnly() and view.toPlainText() == "line one\nline two"
    copy = next(b for b in shown.findChildren(QToolButton) if b.accessibleName() == "Copy")
    copy.click()
    assert QGuiApplication.clipboard().text() == "line one\nline two"
    shown.toggle.click()
    assert not view.isVisible()


def test_a_widget_takes_the_place_of_text(qtbot: QtBot) -> None:
    shown, content = Disclosure("More"), QLabel("inside")
    qtbot.addWidget(shown)
    shown.show()
    shown.set_content(content)
    assert not content.isVisible()
    shown.toggle.click()
    assert content.isVisible()
    assert shown.findChild(QPlainTextEdit) is None


def test_the_caption_is_the_name(qtbot: QtBot) -> None:
    shown = Disclosure("More")
    qtbot.addWidget(shown)
    shown.set_caption("Less")
    assert (shown.toggle.text(), shown.toggle.accessibleName()) == ("Less", "Less")
