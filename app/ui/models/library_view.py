"""The first part of the models page: the list of what is here, what is arriving, and the details beside it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QMenu, QSplitter, QStackedWidget, QWidget

from app.engine.domain.models import Model
from app.ui.bridge.client import EngineClient
from app.ui.models.details import ModelDetails
from app.ui.models.library_model import DOT_ROLE, ENTRY_ROLE, FACTS_ROLE, Entry, LibraryModel
from app.ui.models.provider_details import ProviderDetails
from app.ui.models.transfers import Transfers
from app.ui.theme import tokens
from app.ui.theme.icons import icon
from app.ui.widgets.basics import column, label
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.scrolling import scrolled
from app.ui.widgets.two_line_list import two_line_list

_WIDTH, _LEAST, _MOST = 300, 240, 420


class LibraryView(QSplitter):
    """`notify(Notice)`, `chat_wanted(model id)`, `catalogue_wanted()`, `token_wanted()`."""

    notify = Signal(object)
    chat_wanted = Signal(str)
    catalogue_wanted = Signal()
    token_wanted = Signal()

    def __init__(self, client: EngineClient, library: LibraryModel) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._library = library
        self._chosen = ""
        self._awaited = ""
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.search = self._make_search()
        self.list = two_line_list(self.tr("Models on this computer"), DOT_ROLE, FACTS_ROLE)
        self.list.setModel(library)
        self.nothing = label(self.tr("No model has these words."), "secondary", wrap=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.nothing.setContentsMargins(16, 24, 16, 0)
        self.transfers = Transfers(client, library)
        self.details = ModelDetails(client)
        self.provider = ProviderDetails(client)
        words = self.tr("There is no model here yet. Take one from the catalogue, or drop a GGUF file on this page.")
        self.empty = EmptyState("box", words, self.tr("Open the catalogue"), self.catalogue_wanted.emit)
        self.addWidget(self._left())
        self.addWidget(self._right())
        self.setStretchFactor(1, 1)
        self.setSizes([_WIDTH, 900])
        self._connect()
        self._follow()

    def choose(self, entry_id: str) -> None:
        """Show this model or provider, as soon as it is known."""
        self.search.clear()
        self._awaited = entry_id
        self._follow()

    def entry(self) -> Entry | None:
        """Return what is shown in the details."""
        return self.list.currentIndex().data(ENTRY_ROLE) if self.list.currentIndex().isValid() else None

    def actions_of_entry(self) -> tuple[QAction | None, ...]:
        """Return the actions for what is shown; None is a separator."""
        details, provider = self.details, self.provider
        if isinstance(self.entry(), Model) and self.stack.currentWidget() is self._details_area:
            return (
                details.use_action, details.load_action, details.unload_action, details.measure_action, None,
                details.default_action, details.folder_action, None, details.remove_action,
            )  # fmt: skip
        return provider.use_action, provider.refresh_action, provider.edit_action, None, provider.remove_action

    def _make_search(self) -> QLineEdit:
        field = QLineEdit(placeholderText=self.tr("Search models"))
        field.setProperty("kind", "search")
        field.setAccessibleName(self.tr("Search models"))
        field.setClearButtonEnabled(True)
        field.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        field.textChanged.connect(self._library.search)
        return field

    def _left(self) -> QWidget:
        self.lists = QStackedWidget()
        self.lists.addWidget(self.list)
        self.lists.addWidget(self.nothing)
        top = column(self.search, margins=(tokens.SPACE_3, tokens.SPACE_3, tokens.SPACE_3, tokens.SPACE_2))
        box = column(top, self.lists, self.transfers)
        box.setStretch(1, 1)
        holder = QWidget()
        holder.setProperty("kind", "window")
        holder.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        holder.setMinimumWidth(_LEAST)
        holder.setMaximumWidth(_MOST)
        holder.setLayout(box)
        return holder

    def _right(self) -> QWidget:
        self.stack = QStackedWidget()
        self._details_area = scrolled(self.details, self.tr("Details"))
        self._provider_area = scrolled(self.provider, self.tr("Provider"))
        self._blank = QWidget()
        for part in (self._blank, self._details_area, self._provider_area, self.empty):
            self.stack.addWidget(part)
        self.stack.setMinimumWidth(420)
        return self.stack

    def _connect(self) -> None:
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.list.activated.connect(lambda _index: self.details.use_action.trigger())
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._on_menu)
        self._library.arranged.connect(self._follow)
        self.transfers.token_wanted.connect(self.token_wanted)
        for part in (self.details, self.provider):
            part.notify.connect(self.notify)
            part.chat_wanted.connect(self.chat_wanted)

    def _follow(self) -> None:
        """Keep the choice while the list changes; without one, choose the first."""
        if not self._library.known:
            return
        searching = bool(self.search.text().strip())
        self.lists.setCurrentWidget(self.nothing if searching and not self._library.rowCount() else self.list)
        awaited = self._library.row_of(self._awaited)
        row = awaited if awaited >= 0 else self._library.row_of(self._chosen)
        if awaited >= 0:
            self._awaited = ""
        if row < 0 and self._library.rowCount() and not searching:
            row = 0
        if row >= 0:
            self._show(self._library.entries[row])
            self.list.setCurrentIndex(self._library.index(row))
        elif not searching:
            self._chosen = ""
            self.stack.setCurrentWidget(self.empty)

    def _on_current(self, current: QModelIndex, _before: QModelIndex) -> None:
        entry = current.data(ENTRY_ROLE) if current.isValid() else None
        if entry is not None and entry.id != self._chosen:
            self._awaited = ""
            self._show(entry)

    def _show(self, entry: Entry) -> None:
        self._chosen = entry.id
        if isinstance(entry, Model) and entry.source != "remote":
            self.details.show_model(entry)
            self.stack.setCurrentWidget(self._details_area)
        else:
            self.provider.show_entry(entry)
            self.stack.setCurrentWidget(self._provider_area)

    def _on_menu(self, spot: QPoint) -> None:
        if not self.list.indexAt(spot).isValid():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for item in self.actions_of_entry():
            if item is None:
                menu.addSeparator()
            else:
                menu.addAction(item)
        menu.popup(self.list.viewport().mapToGlobal(spot))
