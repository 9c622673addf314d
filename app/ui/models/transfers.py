"""What is arriving now: downloads and copies, below the list of models. Must not start anything."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.engine.domain.models import Download
from app.ui.bridge.client import EngineClient
from app.ui.models.download_control import SHOWN, DownloadControl
from app.ui.models.library_model import LibraryModel
from app.ui.theme import tokens
from app.ui.widgets.basics import column, hairline, label
from app.ui.widgets.elided import ElidedLabel
from app.ui.widgets.visibility import show_when


class Transfers(QWidget):
    """Hidden while nothing arrives."""

    def __init__(self, client: EngineClient, library: LibraryModel) -> None:
        super().__init__()
        self._client, self._library = client, library
        self._rows: dict[str, QWidget] = {}
        self.setAccessibleName(self.tr("Arriving"))
        self._box: QVBoxLayout = column(spacing=tokens.SPACE_3)
        margins = (tokens.SPACE_4, tokens.SPACE_2, tokens.SPACE_3, tokens.SPACE_3)
        inner = column(label(self.tr("Arriving"), "strong"), self._box, spacing=tokens.SPACE_2, margins=margins)
        self.setLayout(column(hairline(), inner))
        client.models.download_changed.connect(self._on_download)
        for download in client.models.downloads:
            self._on_download(download)
        show_when(self, bool(self._rows))

    @property
    def count(self) -> int:
        """How many arrive, wait or have failed."""
        return len(self._rows)

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

    def _row(self, download: Download) -> QWidget:
        def matches(other: Download) -> bool:
            return other.id == download.id

        control = DownloadControl(self._client, self._library, download.file, matches)
        holder = QWidget()
        holder.setLayout(column(ElidedLabel(download.file.rsplit("/", 1)[-1]), control, spacing=tokens.SPACE_1))
        return holder
