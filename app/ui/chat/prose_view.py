"""Rich text that is as tall as its content and never fetches anything."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QImage, QTextDocument, QTextOption, QWheelEvent
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from app.ui.chat.document_style import prose_style, table_style
from app.ui.theme import tokens
from app.ui.theme.fonts import font
from app.ui.theme.theme import theme

_BELOW_TABLE, _WIDEST_TABLE = 12, 1400


class ProseView(QTextBrowser):
    """Call `fit(width)` after its content or room changes; the parent scrolls, not this."""

    link_clicked = Signal(QUrl)

    def __init__(self, parent: QWidget | None = None, *, size: float = tokens.SIZE_MESSAGE, below: int = 0) -> None:
        super().__init__(parent)
        self._below = below
        self.setAccessibleName(self.tr("Text"))
        self._html = ""
        self._width = 0
        self.setProperty("kind", "bare")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.anchorClicked.connect(self.link_clicked)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.DefaultContextMenu)
        self.setUndoRedoEnabled(False)
        self.setLineWrapMode(QTextBrowser.LineWrapMode.FixedPixelWidth)
        self.viewport().setAutoFillBackground(False)
        document = self.document()
        document.setDocumentMargin(0)
        document.setDefaultFont(font(size))
        self.setFont(font(size))

    def show_html(self, html: str) -> None:
        """Show harmless HTML; the same again costs nothing."""
        if html == self._html:
            return
        self._html = html
        self.restyle()

    def restyle(self) -> None:
        """Show the same in the colours of the theme now."""
        self.document().setDefaultStyleSheet(self._style_sheet())
        self.setHtml(self._html)
        if self._width:
            self._measure()

    def fit(self, width: int) -> None:
        """Take this width and the height that the content needs."""
        if width != self._width:
            self._width = width
            self._measure()

    def ideal_width(self) -> int:
        """Return the width at which no line wraps; takes the layout away, so `fit` must follow."""
        self._width = 0
        self.document().setTextWidth(-1)
        return math.ceil(self.document().idealWidth())

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Hand out something empty for every image and style sheet: messages are untrusted.

        Not None: Qt would then read the file of that name itself.
        """
        return _nothing() if kind == QTextDocument.ResourceType.ImageResource.value else b""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def sizeHint(self) -> QSize:
        return QSize(self._width, self.height())

    def _style_sheet(self) -> str:
        return prose_style(theme().roles)

    def _measure(self) -> None:
        self._lay_out(self._width)
        self.setFixedSize(self._width, math.ceil(self.document().size().height()) + self._below)

    def _lay_out(self, width: int) -> None:
        # A fixed width, because otherwise QTextEdit lays out again for the viewport it had before.
        self.setLineWrapColumnOrWidth(width)
        self.document().setTextWidth(width)


class TableView(ProseView):
    """A table that scrolls sideways by itself when it is wider than the column."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, size=tokens.SIZE_BODY, below=_BELOW_TABLE)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Table"))

    def _style_sheet(self) -> str:
        return table_style(theme().roles)

    def _measure(self) -> None:
        self.document().setTextWidth(-1)
        ideal = min(math.ceil(self.document().idealWidth()) + 2, max(self._width, _WIDEST_TABLE))
        self._lay_out(ideal)
        bar = self.horizontalScrollBar().sizeHint().height() if ideal > self._width else 0
        self.setFixedSize(self._width, math.ceil(self.document().size().height()) + bar + self._below)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if abs(event.angleDelta().x()) > abs(event.angleDelta().y()):
            QTextBrowser.wheelEvent(self, event)
        else:
            event.ignore()


def _nothing() -> QImage:
    image = QImage(1, 1, QImage.Format.Format_ARGB32)
    image.fill(0)
    return image
