"""Only harmless schemes leave the window, and only after the true host was shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.ui.chat.links import LinkPopover, is_allowed


class Browser(QObject):
    """Stands in for the system's browser."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toString())


@pytest.fixture
def browser(qtbot: QtBot) -> Iterator[Browser]:
    made = Browser()
    QDesktopServices.setUrlHandler("https", made, "open")
    yield made
    QDesktopServices.unsetUrlHandler("https")


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def press(popover: LinkPopover, text: str) -> None:
    next(b for b in popover.findChildren(QPushButton) if b.text() == text).click()


@pytest.mark.parametrize("address", ["https://example.org/x", "HTTP://example.org", "mailto:ann@example.org"])
def test_harmless_links_are_allowed(address: str) -> None:
    assert is_allowed(QUrl(address))


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "smb://host/share",
        "https://",
        "chat",
        "",
        "//x",
    ],
)
def test_all_other_links_are_not(address: str) -> None:
    assert not is_allowed(QUrl(address))


def test_a_look_alike_host_is_shown_as_the_browser_resolves_it(window: QWidget) -> None:
    popover = LinkPopover(window, QUrl("https://xn--pple-43d.com:8443@evil.example/login"))
    assert popover.host == "evil.example"
    lookalike = LinkPopover(window, QUrl("https://\N{CYRILLIC SMALL LETTER A}pple.com/"))
    assert lookalike.host == "xn--pple-43d.com"
    assert lookalike.host in [shown.text() for shown in lookalike.findChildren(QLabel)]


def test_a_mail_shows_its_receiver(window: QWidget) -> None:
    assert LinkPopover(window, QUrl("mailto:ann@example.org")).host == "ann@example.org"


def test_nothing_opens_before_the_person_says_so(window: QWidget, browser: Browser) -> None:
    popover = LinkPopover(window, QUrl("https://example.org/page"))
    popover.ask()
    assert popover.isVisible() and browser.opened == []
    press(popover, "Open")
    assert browser.opened == ["https://example.org/page"]
    assert not popover.isVisible()


def test_a_link_can_be_copied_instead(window: QWidget, browser: Browser) -> None:
    popover = LinkPopover(window, QUrl("https://example.org/page"))
    popover.ask()
    press(popover, "Copy link")
    assert QGuiApplication.clipboard().text() == "https://example.org/page"
    assert browser.opened == [] and not popover.isVisible()
