"""The models page: on this computer, catalogue, hub; import by dialog and by drag and drop; remote providers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget

from app.engine.domain.agents import Session
from app.engine.domain.errors import PaddockError
from app.engine.domain.models import Model
from app.ui.bridge.client import EngineClient
from app.ui.models.catalogue_view import CatalogueView
from app.ui.models.hub_view import HubView
from app.ui.models.import_dialog import ImportDialog
from app.ui.models.library_model import LibraryModel
from app.ui.models.library_view import LibraryView
from app.ui.models.provider_dialog import ProviderDialog
from app.ui.theme import tokens
from app.ui.widgets.action_button import action_button
from app.ui.widgets.basics import action, column
from app.ui.widgets.header_tabs import HeaderTabs
from app.ui.widgets.notice import Notice, notice_of
from app.ui.widgets.page import PageMenu, PageWidget


class ModelsPage(PageWidget):
    """`open_target` takes a model id, "catalogue", "hub", or "guards" for the guard models of the catalogue."""

    def __init__(self, client: EngineClient) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("Models"))
        self.setAcceptDrops(True)
        self.client = client
        self.library = LibraryModel(client, self)
        self.local = LibraryView(client, self.library)
        self.catalogue = CatalogueView(client, self.library)
        self.hub = HubView(client, self.library)
        self._make_actions()
        self._lay_out()
        self.tabs.currentChanged.connect(self.stack.setCurrentIndex)
        self.local.catalogue_wanted.connect(lambda: self.tabs.setCurrentIndex(1))
        self.local.token_wanted.connect(self.ask_for_token)
        self.local.notify.connect(self.notify)
        for part in (self.local.chat_wanted, self.catalogue.use_wanted, self.hub.use_wanted):
            part.connect(self.use)

    def menus(self) -> Sequence[PageMenu]:
        details = self.local.details
        return (
            PageMenu(
                self.tr("&Models"),
                (
                    self.import_action, self.provider_action, None, details.use_action, details.load_action,
                    details.unload_action, details.measure_action, details.default_action, None, details.remove_action,
                    None, *self.part_actions,
                ),
            ),
        )  # fmt: skip

    def find(self) -> None:  # type: ignore[override]
        field = self.hub.search if self.tabs.currentIndex() == 2 else self.local.search
        if self.tabs.currentIndex() == 1:
            self.tabs.setCurrentIndex(0)
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        field.selectAll()

    def open_target(self, target: object) -> None:
        if target == "guards":
            self.tabs.setCurrentIndex(1)
            self.catalogue.point_out("guard")
        elif target in ("catalogue", "hub"):
            self.tabs.setCurrentIndex(1 if target == "catalogue" else 2)
        elif isinstance(target, str):
            self.tabs.setCurrentIndex(0)
            self.local.choose(target)

    def shown(self) -> None:
        (self.local.list, self.tabs, self.hub.search)[self.tabs.currentIndex()].setFocus()

    def use(self, model_id: str) -> None:
        """Open a new chat with a model; everything else of it is as the settings say."""

        def configure(session: Session) -> None:
            config = msgspec.structs.replace(session.config, model=model_id)
            self.client.agents.configure_session(session.id, config).on(
                self, done=lambda changed: self.navigate.emit("chat", changed.id)
            )

        self.client.agents.create_session().on(self, done=configure)

    def ask_for_token(self) -> None:
        """Go where a hub token can be given."""
        self.tabs.setCurrentIndex(2)
        self.hub.open_token()

    def choose_files(self) -> None:
        """Ask for GGUF files and bring them in."""
        names, _filter = QFileDialog.getOpenFileNames(
            self, self.tr("Import models"), "", self.tr("GGUF models (*.gguf);;All files (*)")
        )
        self.bring_in([Path(name) for name in names])

    def bring_in(self, paths: Sequence[Path]) -> None:
        """Check files and ask how to take them."""
        if paths:
            dialog = ImportDialog(self, self.client, paths)
            dialog.chosen.connect(self._import)
            dialog.open()

    def add_provider(self) -> None:
        """Ask for a remote provider."""
        ProviderDialog(self, self.client).open()

    def _make_actions(self) -> None:
        self.import_action = action(
            self, self.tr("Import files …"), self.choose_files, icon_name="file-down", shortcut="Ctrl+O",
            tip=self.tr("Import GGUF files; they can be dropped on this page too"),
        )  # fmt: skip
        self.provider_action = action(
            self, self.tr("Add remote provider …"), self.add_provider, icon_name="cloud", shortcut="Ctrl+Shift+O"
        )
        names = (self.tr("On this computer"), self.tr("Catalogue"), self.tr("Hugging Face Hub"))
        self.part_actions = tuple(
            action(self, name, lambda number=number: self.tabs.setCurrentIndex(number), shortcut=f"Alt+{number + 1}")
            for number, name in enumerate(names)
        )

    def _lay_out(self) -> None:
        self.title.hide()
        self.tabs = HeaderTabs(self.tr("Parts of the models page"))
        for item in self.part_actions:
            self.tabs.addTab(item.text())
        self.header.setContentsMargins(tokens.SPACE_3, 0, tokens.SPACE_3, 0)
        self.header.addWidget(self.tabs)
        self.header.addStretch(1)
        self.header.addWidget(action_button(self.provider_action, "quiet"))
        self.header.addWidget(action_button(self.import_action, icon_name="file-down"))
        self.stack = QStackedWidget()
        for part in (self.local, self.catalogue, self.hub):
            self.stack.addWidget(part)
        self.body.setLayout(column(self.stack))

    def _import(self, paths: Sequence[Path], copy: bool) -> None:
        self.tabs.setCurrentIndex(0)
        for path in paths:
            handle = self.client.models.import_file(path, copy=copy)
            handle.on(self, done=self._on_imported, failed=partial(self._on_refused, path.name))

    def _on_refused(self, name: str, error: PaddockError) -> None:
        self.notify.emit(notice_of(error, f"import:{name}"))

    def _on_imported(self, model: Model) -> None:
        self.local.choose(model.id)
        words = self.tr("{name} is ready to be used.").format(name=model.name)
        use = (self.tr("Use"), lambda: self.use(model.id))
        self.notify.emit(Notice(words, level="success", actions=(use,), topic="imported", seconds=10))

    # Drag and drop.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _local_files(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = _local_files(event)
        event.acceptProposedAction()
        self.bring_in(paths)


def _local_files(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
