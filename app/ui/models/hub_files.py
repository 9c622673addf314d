"""The files of one repository of the hub: quantisation, size, whether it fits, and the way to get it."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.engine.domain.errors import PaddockError
from app.engine.domain.models import HubFile, HubModel
from app.ui.bridge.client import EngineClient
from app.ui.bridge.handle import Handle
from app.ui.models.download_control import hub_control
from app.ui.models.library_model import LibraryModel
from app.ui.models.token_field import TokenField
from app.ui.models.verdict import VerdictLine
from app.ui.models.words import count_words, licence_words
from app.ui.theme import tokens
from app.ui.widgets.basics import button, column, hairline, label, row
from app.ui.widgets.elided import ElidedLabel
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.scrolling import scrolled
from app.ui.widgets.visibility import show_when
from app.ui.widgets.words import size_words

_QUANTISATION = re.compile(r"(?:^|[-._])((?:I?Q\d(?:_[A-Z0-9]+)*)|BF16|F16|F32)(?:[-._]|$)", re.IGNORECASE)
_CONTROL_WIDTH = 190


def quantisation_words(file: str) -> str:
    """Return the quantisation that a file name tells, such as Q4_K_M; its stem when it tells none."""
    stem = PurePosixPath(file).stem
    found = _QUANTISATION.search(stem)
    return found[1].upper() if found else stem


class HubFiles(QStackedWidget):
    """`show_repo` asks the hub for the files. `use_wanted(model id)`."""

    use_wanted = Signal(str)

    def __init__(self, client: EngineClient, library: LibraryModel) -> None:
        super().__init__()
        self._client, self._library = client, library
        self._asking: Handle | None = None
        self.repo = ""
        self.blank = EmptyState("package", self.tr("Choose a repository to see its files."))
        self.waiting = EmptyState("clock", self.tr("Asking the hub for the files …"))
        self.failed = self._failed_page()
        self._area_place = scrolled(QWidget(), self.tr("Files"))
        for part in (self.blank, self.waiting, self.failed, self._area_place):
            self.addWidget(part)

    def show_repo(self, repo: str) -> None:
        """Ask for the files of a repository and show them; an empty name shows nothing."""
        self.repo = repo
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None
        if not repo:
            self.setCurrentWidget(self.blank)
            return
        self.setCurrentWidget(self.waiting)
        self._asking = self._client.models.hub_files(repo).on(self, done=self.fill, failed=self._on_failed)

    def fill(self, found: HubModel) -> None:
        """Show a repository with its files."""
        self._asking = None
        content = QWidget()
        content.setProperty("kind", "transparent")
        content.setLayout(self._content(found))
        self._area_place.setWidget(content)
        self.setCurrentWidget(self._area_place)

    def _content(self, found: HubModel) -> QVBoxLayout:
        facts = (
            found.author,
            self.tr("{count} downloads").format(count=count_words(found.downloads)) if found.downloads else "",
            licence_words(found.licence),
        )
        margins = (tokens.SPACE_6, tokens.SPACE_4, tokens.SPACE_4, tokens.SPACE_6)
        name = label(found.repo.split("/", 1)[-1], "title", wrap=True, selectable=True)
        line = label("  ·  ".join(fact for fact in facts if fact), "secondary", wrap=True)
        box = column(name, line, spacing=tokens.SPACE_2, margins=margins)
        if found.gated:
            words = self.tr("Its maker asks you to accept a licence on the hub first, and to give a hub token here.")
            box.addWidget(label(words, "warning", wrap=True))
            box.addWidget(TokenField(self._client))
        box.addSpacing(tokens.SPACE_2)
        for file in found.files:
            box.addWidget(hairline())
            box.addWidget(self._row(found, file))
        if not found.files:
            box.addWidget(label(self.tr("This repository has no GGUF file that can be used."), "muted", wrap=True))
        box.addStretch(1)
        return box

    def _row(self, found: HubModel, file: HubFile) -> QWidget:
        control = hub_control(
            self._client, self._library, found.repo, file.name, file.sha256, self._installed_id(file.name)
        )
        control.use_wanted.connect(self.use_wanted)
        control.setMaximumWidth(_CONTROL_WIDTH)
        size = size_words(file.size_bytes) if file.size_bytes else self.tr("size not known")
        title = row(label(quantisation_words(file.name), "strong"), label(size, "muted"), None, spacing=tokens.SPACE_3)
        words = column(
            title, ElidedLabel(file.name, "secondary"), VerdictLine(file.fit, brief=True), spacing=tokens.SPACE_1
        )
        holder = QWidget()
        holder.setAccessibleName(file.name)
        line = row(spacing=tokens.SPACE_4, margins=(0, tokens.SPACE_2, 0, tokens.SPACE_2))
        line.addLayout(words, 1)
        line.addWidget(control, 0, Qt.AlignmentFlag.AlignTop)
        holder.setLayout(line)
        return holder

    def _installed_id(self, file: str) -> str:
        return self._library.id_of_file(PurePosixPath(file).name)

    def _failed_page(self) -> QWidget:
        self.error = label("", "muted", wrap=True)
        self.error.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.token = TokenField(self._client)
        self.token.kept.connect(self._again)
        self.again = button(self.tr("Try again"), self._again)
        box = column(None, self.error, self.token, spacing=tokens.SPACE_3, margins=(tokens.SPACE_8,) * 4)
        box.addWidget(self.again, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addStretch(1)
        holder = QWidget()
        holder.setLayout(box)
        return holder

    def _again(self) -> None:
        self.show_repo(self.repo)

    def _on_failed(self, error: PaddockError) -> None:
        self._asking = None
        self.error.setText(error.in_words())
        show_when(self.token, error.code == "access_denied")
        self.setCurrentWidget(self.failed)
