"""The folders a bank follows: path, files, last look, and why one cannot be followed now."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QDir, Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QStackedWidget, QWidget

from app.engine.domain.errors import PaddockError
from app.engine.domain.memory import Added, WatchedFolder
from app.ui.bridge.client import EngineClient
from app.ui.memory.words import added_words, counts, when_words
from app.ui.theme import tokens
from app.ui.widgets.action_button import action_button
from app.ui.widgets.basics import action, column, frame, label, row, tool_button
from app.ui.widgets.elided import ElidedLabel
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.notice import Notice, notice_of
from app.ui.widgets.scrolling import centred, scrolled

_REFRESH_MS = 1000


class FoldersView(QStackedWidget):
    """`notify(Notice)`."""

    notify = Signal(object)

    def __init__(self, client: EngineClient) -> None:
        super().__init__()
        self._client = client
        self.bank_id = ""
        self.cards: list[QFrame] = []
        self.follow_action = action(self, self.tr("Follow a folder …"), self.choose, icon_name="folder-plus")
        self.rescan_action = action(self, self.tr("Look for changes now"), self._rescan, icon_name="refresh-cw")
        intro = label(
            self.tr("New and changed files of a followed folder are read by themselves; deleted ones leave the bank."),
            "muted", wrap=True,
        )  # fmt: skip
        self._list = column(spacing=tokens.SPACE_3)
        inner = QWidget()
        buttons = row(action_button(self.follow_action), action_button(self.rescan_action), None)
        buttons.setSpacing(tokens.SPACE_2)
        margins = (tokens.SPACE_6, tokens.SPACE_4, tokens.SPACE_6, tokens.SPACE_6)
        inner.setLayout(column(intro, buttons, self._list, None, spacing=tokens.SPACE_4, margins=margins))
        self.area = scrolled(centred(inner, tokens.COLUMN_WIDTH), self.tr("Followed folders"))
        words = self.tr("This bank follows no folder. New and changed files of a followed one are read by themselves.")
        self.empty = EmptyState("folder-open", words, self.tr("Follow a folder …"), self.choose)
        self.addWidget(self.empty)
        self.addWidget(self.area)
        # A scan changes many documents; the folders are asked for once when it is quiet again.
        self._later = QTimer(self, singleShot=True, interval=_REFRESH_MS)
        self._later.timeout.connect(self.refresh)
        client.memory.documents_changed.connect(self._on_documents)
        client.memory.documents_removed.connect(self._on_documents)

    def show_bank(self, bank_id: str) -> None:
        """Show the folders of a bank."""
        self.bank_id = bank_id
        self.fill(())
        self.refresh()

    def refresh(self) -> None:
        """Ask for the folders anew."""
        if self.bank_id:
            self._client.memory.folders(self.bank_id).on(self, done=self.fill, failed=self._on_failed)

    def fill(self, folders: Sequence[WatchedFolder]) -> None:
        """Show these folders."""
        for card in self.cards:
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = [self._card(folder) for folder in folders]
        for card in self.cards:
            self._list.addWidget(card)
        self.rescan_action.setEnabled(bool(folders))
        self.setCurrentWidget(self.area if folders else self.empty)

    def choose(self) -> None:
        """Ask for a folder and follow it."""
        path = QFileDialog.getExistingDirectory(self, self.tr("Follow a folder"))
        if path:
            self.follow(Path(path))

    def follow(self, path: Path) -> None:
        """Follow a folder from now on."""
        self._client.memory.watch_folder(self.bank_id, path).on(
            self, done=lambda _folder: self.refresh(), failed=self._on_failed
        )

    def _card(self, folder: WatchedFolder) -> QFrame:
        card = frame("card")
        card.setAccessibleName(folder.path)
        path = ElidedLabel(QDir.toNativeSeparators(folder.path), "strong")
        facts = [counts().files(folder.files)]
        if folder.scanned_at:
            facts.append(self.tr("last looked at {when}").format(when=when_words(folder.scanned_at)))
        stop = action(card, self.tr("Stop following"), lambda: self._stop(folder), icon_name="x")
        head = row(spacing=tokens.SPACE_2)
        head.addWidget(path, 1)
        head.addWidget(tool_button(stop), 0, Qt.AlignmentFlag.AlignTop)
        box = column(head, label("  ·  ".join(facts), "secondary", wrap=True), spacing=2)
        if folder.problem:
            box.addWidget(label(folder.problem, "danger", wrap=True))
        box.setContentsMargins(tokens.SPACE_4, tokens.SPACE_3, tokens.SPACE_2, tokens.SPACE_3)
        card.setLayout(box)
        return card

    def _stop(self, folder: WatchedFolder) -> None:
        words = self.tr("{name} is no longer followed.").format(name=Path(folder.path).name)
        hint = self.tr("Its documents stay in the bank.")
        undo = (self.tr("Undo"), lambda: self.follow(Path(folder.path)))

        def done(_none: object) -> None:
            self.refresh()
            self.notify.emit(Notice(words, hint, "success", actions=(undo,), topic="folder-stopped", seconds=10))

        self._client.memory.unwatch_folder(self.bank_id, folder.id).on(self, done=done, failed=self._on_failed)

    def _rescan(self) -> None:
        def done(added: Added) -> None:
            words, hint = added_words(added)
            self.notify.emit(Notice(words, hint, "success", topic="rescanned", seconds=8))
            self.refresh()

        self._client.memory.rescan(self.bank_id).on(self, done=done, failed=self._on_failed)

    def _on_documents(self, bank_id: str, _documents: object) -> None:
        if bank_id == self.bank_id and self.isVisible() and not self._later.isActive():
            self._later.start()

    def _on_failed(self, error: PaddockError) -> None:
        self.notify.emit(notice_of(error, "folders"))
