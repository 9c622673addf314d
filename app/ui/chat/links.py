"""Asks before a link leaves the window: shows the full host, then opens it or copies it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QCursor, QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget

from app.ui.theme import tokens
from app.ui.widgets.basics import button, label, row
from app.ui.widgets.popover import Popover

ALLOWED_SCHEMES = ("http", "https", "mailto")


def is_allowed(url: QUrl) -> bool:
    """Tell whether a link of a message may be opened at all."""
    return url.isValid() and url.scheme().lower() in ALLOWED_SCHEMES and (bool(url.host()) or url.scheme() == "mailto")


class LinkPopover(Popover):
    """The host in its own line, as the browser will resolve it (punycode for look-alikes), then the whole address."""

    def __init__(self, parent: QWidget, url: QUrl) -> None:
        super().__init__(parent, QCoreApplication.translate("LinkPopover", "Open link"))
        self._url = url
        ace = bytes(QUrl.toAce(url.host()).data()).decode()
        self.host = url.path() if url.scheme() == "mailto" else ace
        self.box.setContentsMargins(*[tokens.SPACE_3] * 4)
        self.box.addWidget(label(self.tr("Open in the browser?"), "secondary"))
        self.box.addWidget(label(self.host, "section"))
        address = label(
            url.toString(QUrl.ComponentFormattingOption.FullyEncoded), "secondary", wrap=True, selectable=True
        )
        address.setFixedWidth(380)
        self.box.addWidget(address)
        buttons = row(None, button(self.tr("Copy link"), self._copy), button(self.tr("Open"), self._open, "primary"))
        buttons.setSpacing(tokens.SPACE_2)
        self.box.addLayout(buttons)

    def ask(self) -> None:
        """Show at the pointer."""
        self.adjustSize()
        bounds = self.screen().availableGeometry()
        spot = QCursor.pos()
        self.move(
            min(spot.x(), bounds.right() - self.width() - 8), min(spot.y() + 8, bounds.bottom() - self.height() - 8)
        )
        self.show()

    def _open(self) -> None:
        self.close()
        QDesktopServices.openUrl(self._url)

    def _copy(self) -> None:
        self.close()
        QGuiApplication.clipboard().setText(self._url.toString())
