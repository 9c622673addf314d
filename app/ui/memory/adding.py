"""The forms that add something to a bank that is not a file: pasted text, and an address the person agrees to."""

from __future__ import annotations

from PySide6.QtCore import QUrl, Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QPlainTextEdit, QWidget

from app.ui.theme import tokens
from app.ui.widgets.basics import button, column, label, row
from app.ui.widgets.visibility import show_when

_WIDTH = 520
_NAME_CHARACTERS = 60


class TextDialog(QDialog):
    """`given(name, text)`. The name follows the first line until the person writes one."""

    given = Signal(str, str)

    def __init__(self, parent: QWidget, text: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Add text"))
        self.setMinimumWidth(_WIDTH)
        self.finished.connect(self.deleteLater)
        self.text = QPlainTextEdit(tabChangesFocus=True)
        self.text.setAccessibleName(self.tr("Text"))
        self.text.setPlaceholderText(self.tr("Paste or write the text here"))
        self.text.setMinimumHeight(220)
        self.name = QLineEdit()
        self.name.setAccessibleName(self.tr("Name"))
        self.add_button = button(self.tr("Add"), self._add, "primary")
        self.add_button.setDefault(True)
        buttons = row(None, button(self.tr("Cancel"), self.reject), self.add_button, spacing=tokens.SPACE_2)
        self.setLayout(
            column(
                label(self.tr("Add text"), "section"), label(self.tr("Name"), "strong"), self.name,
                label(self.tr("Text"), "strong"), self.text, buttons,
                spacing=tokens.SPACE_2, margins=(tokens.SPACE_6,) * 4,
            )
        )  # fmt: skip
        self._named = False
        self.name.textEdited.connect(self._on_named)
        self.text.textChanged.connect(self._follow)
        self.text.setPlainText(text)
        self.text.setFocus()
        self._follow()

    def _on_named(self, name: str) -> None:
        self._named = bool(name.strip())
        self._follow()

    def _follow(self) -> None:
        text = self.text.toPlainText().strip()
        if not self._named:
            first = text.split("\n", 1)[0].strip()
            self.name.setText(first[:_NAME_CHARACTERS])
        self.add_button.setEnabled(bool(text) and bool(self.name.text().strip()))

    def _add(self) -> None:
        self.given.emit(self.name.text().strip(), self.text.toPlainText())
        self.accept()


class AddressDialog(QDialog):
    """`agreed(url)`: the person has seen the very address and that it is fetched once."""

    agreed = Signal(str)

    def __init__(self, parent: QWidget, address: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Add a web page"))
        self.setMinimumWidth(_WIDTH)
        self.finished.connect(self.deleteLater)
        self.address = QLineEdit(address, placeholderText="https://")
        self.address.setAccessibleName(self.tr("Address"))
        self.promise = label(
            self.tr("Paddock will fetch this address once. Its operator sees the request; nothing else is sent."),
            "muted", wrap=True,
        )  # fmt: skip
        self.host = label("", "strong", wrap=True)
        self.fetch = button(self.tr("Fetch once"), self._agree, "primary")
        self.fetch.setDefault(True)
        buttons = row(None, button(self.tr("Cancel"), self.reject), self.fetch, spacing=tokens.SPACE_2)
        self.setLayout(
            column(
                label(self.tr("Add a web page"), "section"), self.address, self.host, self.promise, buttons,
                spacing=tokens.SPACE_3, margins=(tokens.SPACE_6,) * 4,
            )
        )  # fmt: skip
        self.address.textChanged.connect(self._follow)
        self.address.setFocus()
        self._follow()

    def url(self) -> str:
        """Return the address as it will be fetched, empty when it is none."""
        words = self.address.text().strip()
        url = QUrl(words if "://" in words else f"https://{words}", QUrl.ParsingMode.StrictMode)
        usable = url.isValid() and url.scheme() in ("http", "https") and "." in url.host()
        return str(url.toString(QUrl.ComponentFormattingOption.FullyEncoded)) if usable else ""

    def _follow(self) -> None:
        url = self.url()
        # As the network will resolve it, so that look-alike letters are seen.
        host = bytes(QUrl.toAce(QUrl(url).host()).data()).decode()
        self.host.setText(self.tr("From {host}").format(host=host))
        show_when(self.host, bool(url))
        self.fetch.setEnabled(bool(url))

    def _agree(self) -> None:
        self.agreed.emit(self.url())
        self.accept()
