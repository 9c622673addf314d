"""The one control of a file on the hub: Download, then progress with Pause and Cancel, then Use; or why it failed.

Follows the engine's downloads, so that it shows the same wherever it stands and after the page was left.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from app.engine.domain.errors import PaddockError
from app.engine.domain.models import Download
from app.ui.bridge.client import EngineClient
from app.ui.models.library_model import LibraryModel
from app.ui.models.token_field import TokenField
from app.ui.models.words import download_words
from app.ui.theme import tokens
from app.ui.widgets.basics import action, button, column, label, row, set_kind, tool_button
from app.ui.widgets.elided import ElidedLabel
from app.ui.widgets.visibility import show_when

ACTIVE = ("waiting", "running", "verifying")
SHOWN = (*ACTIVE, "paused", "failed")
_STEPS = 1000


class DownloadControl(QWidget):
    """`use_wanted(model id)` asks for a chat with what has arrived. `matches` finds this control's download.

    With a `title` it stands by itself in a narrow list: a failure is one line, and `token_wanted()` asks for the
    place where a token can be given.
    """

    use_wanted = Signal(str)
    token_wanted = Signal()

    def __init__(
        self,
        client: EngineClient,
        library: LibraryModel,
        name: str,
        matches: Callable[[Download], bool],
        start: Callable[[], object] | None = None,
        installed_id: str = "",
        title: str = "",
    ) -> None:
        super().__init__()
        self._client, self._library, self._name = client, library, name
        self._matches, self._start, self._installed_id = matches, start, installed_id
        self._title = title
        self.download: Download | None = None
        self.words = ElidedLabel("", "secondary")
        self.bar = QProgressBar(textVisible=False)
        self.bar.setRange(0, _STEPS)
        self.bar.setAccessibleName(self.tr("Progress of {name}").format(name=name))
        self.error = label("", "danger", wrap=True)
        self.token = TokenField(client)
        self.token.kept.connect(self._again)
        self._make_buttons()
        self.setLayout(self._lay_out())
        client.models.download_changed.connect(self._on_download)
        library.arranged.connect(self.refresh)
        known = [each for each in client.models.downloads if matches(each)]
        self.download = known[-1] if known else None
        self.refresh()

    def _lay_out(self) -> QVBoxLayout:
        buttons = (self.pause_button, self.resume_button, self.cancel_button, self.start_button, self.use_button)
        head = row(ElidedLabel(self._title) if self._title else self.words, *buttons, spacing=tokens.SPACE_1)
        head.setStretch(0, 1)
        if self._title:
            return column(head, self.bar, self.words, self.token_button, spacing=tokens.SPACE_1)
        return column(self.error, self.token, self.bar, head, spacing=tokens.SPACE_1)

    @property
    def installed_id(self) -> str:
        """Return the id of the model this file became, empty when it is not here."""
        arrived = self.download.model_id if self.download is not None and self.download.state == "completed" else None
        for model_id in (arrived, self._installed_id):
            if model_id and (model := self._library.model(model_id)) is not None and not model.missing:
                return model_id
        return ""

    def set_installed(self, model_id: str) -> None:
        """Say which model on this computer is this file; empty when none is."""
        self._installed_id = model_id
        self.refresh()

    def refresh(self) -> None:
        """Show how things are now."""
        download, installed = self.download, self.installed_id
        state = download.state if download is not None else "cancelled"
        repository = download is None or bool(download.repo)
        show_when(self.start_button, not installed and self._start is not None and state not in (*ACTIVE, "paused"))
        self.start_button.setText(self.tr("Try again") if state == "failed" else self.tr("Download"))
        self.start_button.setEnabled(True)
        show_when(self.use_button, bool(installed))
        show_when(self.pause_button, state in ("waiting", "running") and repository)
        show_when(self.resume_button, repository and (state == "paused" or (state == "failed" and self._start is None)))
        show_when(self.cancel_button, (state in (*ACTIVE, "paused") or state == "failed") and repository)
        self._show_progress(download if state in (*ACTIVE, "paused") and not installed else None)
        if installed:
            self.words.setText(self.tr("On this computer"))
        self._show_error(download if state == "failed" and not installed else None)

    def _make_buttons(self) -> None:
        self.start_button = button(self.tr("Download"), self._begin)
        self.start_button.setAccessibleName(self.tr("Download {name}").format(name=self._name))
        self.use_button = button(self.tr("Use"), lambda: self.use_wanted.emit(self.installed_id), "primary")
        self.token_button = button(self.tr("Give a hub token …"), self.token_wanted.emit, "quiet")
        self.use_button.setAccessibleName(self.tr("Use {name}").format(name=self._name))
        models = self._client.models
        self.pause_action = action(self, self.tr("Pause"), lambda: self._tell(models.pause_download), icon_name="pause")
        self.resume_action = action(
            self, self.tr("Resume"), lambda: self._tell(models.resume_download), icon_name="play"
        )
        self.cancel_action = action(self, self.tr("Cancel"), lambda: self._tell(models.cancel_download), icon_name="x")
        self.pause_button, self.resume_button, self.cancel_button = (
            tool_button(each) for each in (self.pause_action, self.resume_action, self.cancel_action)
        )

    def _show_progress(self, download: Download | None) -> None:
        show_when(self.bar, download is not None)
        self.words.setText(download_words(download) if download is not None else "")
        if download is None:
            return
        known = bool(download.total_bytes)
        self.bar.setRange(0, _STEPS if known or download.state == "paused" else 0)
        if known:
            self.bar.setValue(round(_STEPS * download.received_bytes / download.total_bytes))

    def _show_error(self, download: Download | None) -> None:
        denied = download is not None and download.code == "access_denied"
        said = f"{download.reason} {download.hint}".strip() if download is not None else ""
        if self._title:
            set_kind(self.words, "danger" if said else "secondary")
            self.words.setText(said or self.words.text())
            show_when(self.token_button, denied)
        else:
            self.error.setText(said)
            show_when(self.error, bool(said))
            show_when(self.token, denied)

    def _on_download(self, download: Download) -> None:
        if self._matches(download):
            self.download = download
            self.refresh()

    def _begin(self) -> None:
        if self._start is not None:
            self.start_button.setEnabled(False)
            self._start()

    def _again(self) -> None:
        if self.download is not None and self.download.state == "failed":
            self._tell(self._client.models.resume_download)

    def _tell(self, verb: Callable[[str], object]) -> None:
        if self.download is not None:
            verb(self.download.id)

    def show_refusal(self, error: PaddockError) -> None:
        """Say why a download could not even start."""
        self.start_button.setEnabled(True)
        self.error.setText(error.in_words())
        show_when(self.error, True)
        show_when(self.token, error.code == "access_denied")


def hub_control(
    client: EngineClient, library: LibraryModel, repo: str, file: str, sha256: str = "", installed_id: str = ""
) -> DownloadControl:
    """Return the control of one file of the hub."""

    def start() -> None:
        client.models.download(repo, file, sha256=sha256).on(made, failed=made.show_refusal)

    def matches(download: Download) -> bool:
        return download.repo == repo and download.file == file

    made = DownloadControl(client, library, file, matches, start, installed_id)
    return made
