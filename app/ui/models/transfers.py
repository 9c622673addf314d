"""What is arriving now: downloads and copies, below the list of models. Must not start anything."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.engine.domain.models import Download
from app.ui.bridge.client import EngineClient
from app.ui.models.download_control import SHOWN, DownloadControl
from app.ui.models.library_model import LibraryModel
from app.ui.theme import tokens
from app.ui.widgets.basics import column, hairline, label
from app.ui.widgets.scrolling import scrolled
from app.ui.widgets.visibility import show_when

_LEAST_HEIGHT, _MOST_HEIGHT = 120, 290


class Transfers(QWidget):
    """Hidden while nothing arrives. `token_wanted()` asks for the place where a hub token can be given."""

    token_wanted = Signal()

    def __init__(self, client: EngineClient, library: LibraryModel) -> None:
        super().__init__()
        self._client, self._library = client, library
        self._rows: dict[str, QWidget] = {}
        self.setAccessibleName(self.tr("Arriving"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._box: QVBoxLayout = column(spacing=tokens.SPACE_3)
        margins = (tokens.SPACE_4, tokens.SPACE_2, tokens.SPACE_3, tokens.SPACE_3)
        content = QWidget()
        content.setLayout(
            column(label(self.tr("Arriving"), "strong"), self._box, spacing=tokens.SPACE_2, margins=margins)
        )
        self._content = content
        self._area = scrolled(content, self.tr("Arriving"))
        self.setLayout(column(hairline(), self._area))
        client.models.download_changed.connect(self._on_download)
        for download in client.models.downloads:
            self._on_download(download)
        show_when(self, bool(self._rows))

    @property
    def count(self) -> int:
        """How many arrive, wait or have failed."""
        return len(self._rows)

    def sizeHint(self) -> QSize:
        """Be as high as the rows, as far as there is room for a few."""
        return QSize(super().sizeHint().width(), min(self._content.sizeHint().height() + 1, _MOST_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Leave the room of a low window to the list above."""
        return QSize(super().minimumSizeHint().width(), min(self.sizeHint().height(), _LEAST_HEIGHT))

    def _on_download(self, download: Download) -> None:
        wanted = download.state in SHOWN
        # A copy that was refused is told where it was asked for; it cannot be resumed.
        if not download.repo and download.state == "failed":
            wanted = False
        if wanted and download.id not in self._rows:
            self._rows[download.id] = self._row(download)
            self._box.addWidget(self._rows[download.id])
        elif not wanted and download.id in self._rows:
            gone = self._rows.pop(download.id)
            self._box.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        show_when(self, bool(self._rows))
        self.updateGeometry()

    def _row(self, download: Download) -> QWidget:
        def matches(other: Download) -> bool:
            return other.id == download.id

        title = download.file.rsplit("/", 1)[-1]
        control = DownloadControl(self._client, self._library, download.file, matches, title=title)
        control.token_wanted.connect(self.token_wanted)
        return control
