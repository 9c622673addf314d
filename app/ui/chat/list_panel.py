"""The chat list with search on top: choose, rename, folders, pin, move, delete with undo, by mouse and keys."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QListView,
    QMenu,
    QStackedWidget,
    QTreeView,
    QWidget,
)

from app.engine.domain.agents import Session
from app.engine.domain.history import ChatList, Folder, SearchHit
from app.ui.bridge.client import EngineClient
from app.ui.bridge.handle import Handle
from app.ui.chat.list_delegate import ListDelegate
from app.ui.chat.list_model import GROUP_ROLE, SESSION_ROLE, ChatListModel, Group
from app.ui.chat.search_model import HIT_ROLE, SearchModel
from app.ui.theme import tokens
from app.ui.theme.icons import icon
from app.ui.widgets.basics import action, column, label, row, tool_button
from app.ui.widgets.notice import Notice

_SEARCH_MS = 180


class _Tree(QTreeView):
    chosen = Signal(QModelIndex)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "plain")
        self.setHeaderHidden(True)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setMouseTracking(True)
        self.setExpandsOnDoubleClick(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)


class ListPanel(QWidget):
    """`opened(session id, turn id or None)`, `new_wanted()`, `removed(ids)`, `notify(Notice)`."""

    opened = Signal(str, object)
    new_wanted = Signal()
    removed = Signal(object)
    notify = Signal(object)

    def __init__(self, client: EngineClient) -> None:
        super().__init__()
        self._client = client
        self._current = ""
        self._searching: Handle | None = None
        self._rename_next = ""
        self.setProperty("kind", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(tokens.LIST_MIN)
        self.setMaximumWidth(tokens.LIST_MAX)
        self.model = ChatListModel(self)
        self.hits = SearchModel(self)
        self.search = self._make_search()
        self.tree = self._make_tree()
        self.results = self._make_results()
        self._empty = label(self.tr("Chats appear here."), "secondary", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._empty.setContentsMargins(16, 24, 16, 0)
        self._nothing = label(self.tr("No chat contains these words."), "secondary", wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._nothing.setContentsMargins(16, 24, 16, 0)
        self.stack = QStackedWidget()
        for view in (self.tree, self.results, self._empty, self._nothing):
            self.stack.addWidget(view)
        self._make_actions()
        top = row(self.search, tool_button(self.new_action), spacing=tokens.SPACE_1, margins=(10, 10, 8, 6))
        self.setLayout(column(top, self.stack))
        self._connect()

    def show_current(self, session_id: str) -> None:
        """Mark the chat that is open, without opening it again."""
        self._current = session_id
        index = self.model.index_of(session_id)
        selection = self.tree.selectionModel()
        if not index.isValid():
            selection.clear()
        elif not selection.isSelected(index):
            self.tree.expand(index.parent())
            selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.tree.scrollTo(index)

    def selected_ids(self) -> tuple[str, ...]:
        """Return the chosen chats from top to bottom."""
        chosen = {i.data(SESSION_ROLE).id for i in self.tree.selectedIndexes() if i.data(SESSION_ROLE) is not None}
        return tuple(session.id for session in self.model.sessions() if session.id in chosen)

    def refresh(self) -> None:
        """Fetch the list anew."""
        self._client.history.list().on(self, done=self._on_list)

    # Construction.

    def _make_search(self) -> QLineEdit:
        field = QLineEdit(placeholderText=self.tr("Search chats"))
        field.setProperty("kind", "search")
        field.setAccessibleName(self.tr("Search chats"))
        field.setClearButtonEnabled(True)
        field.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self._search_timer = QTimer(self, singleShot=True, interval=_SEARCH_MS)
        self._search_timer.timeout.connect(self._search_now)
        field.textChanged.connect(lambda _text: self._search_timer.start())
        field.returnPressed.connect(self._open_first_hit)
        return field

    def _make_tree(self) -> _Tree:
        tree = _Tree()
        tree.setModel(self.model)
        tree.setAccessibleName(self.tr("Chats"))
        delegate = ListDelegate(tree)
        delegate.menu_wanted.connect(self._on_menu_wanted)
        tree.setItemDelegate(delegate)
        tree.clicked.connect(self._on_clicked)
        tree.activated.connect(self._on_activated)
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        tree.customContextMenuRequested.connect(self._on_context_menu)
        return tree

    def _make_results(self) -> QListView:
        view = QListView(uniformItemSizes=True)
        view.setProperty("kind", "plain")
        view.setMouseTracking(True)
        view.setModel(self.hits)
        view.setItemDelegate(ListDelegate(view))
        view.setAccessibleName(self.tr("Search results"))
        view.clicked.connect(self._on_hit)
        view.activated.connect(self._on_hit)
        return view

    def _make_actions(self) -> None:
        tree = self.tree
        self.new_action = action(self, self.tr("New chat"), self.new_wanted.emit, icon_name="square-pen")
        self.folder_action = action(self, self.tr("New folder"), self.new_folder, icon_name="folder-plus")
        self.rename_action = action(tree, self.tr("Rename"), self._rename, icon_name="pencil", shortcut="F2")
        self.pin_action = action(tree, self.tr("Pin or unpin"), self._toggle_pin, icon_name="pin", shortcut="Ctrl+P")
        self.delete_action = action(tree, self.tr("Delete"), self._delete, icon_name="trash-2", shortcut="Del")
        self.search_action = action(
            self,
            self.tr("Search chats"),
            lambda: self.search.setFocus(Qt.FocusReason.ShortcutFocusReason),
            icon_name="search",
        )

    def _connect(self) -> None:
        client = self._client
        self.model.renamed.connect(lambda session_id, title: client.history.rename(session_id, title))
        self.model.folder_renamed.connect(lambda folder_id, name: client.history.rename_folder(folder_id, name))
        self.model.dropped.connect(self._on_dropped)
        client.history.changed.connect(lambda _ids: self.refresh())
        client.agents.turn_ran.connect(lambda session_id, _turn, running: self.model.set_running(session_id, running))
        client.started.connect(self.refresh)
        if client.state == "ready":
            self.refresh()

    # The list.

    def _on_list(self, chats: ChatList) -> None:
        collapsed = {
            group.key for n, group in enumerate(self.model.groups()) if not self.tree.isExpanded(self.model.index(n, 0))
        }
        if self.model.fill(chats):
            for number, group in enumerate(self.model.groups()):
                self.tree.setExpanded(self.model.index(number, 0), group.key not in collapsed)
            if self._current:
                self.show_current(self._current)
        self._show_right_view()
        self._rename_new_folder()

    def _rename_new_folder(self) -> None:
        for number, group in enumerate(self.model.groups()):
            if self._rename_next and group.folder_id == self._rename_next:
                self._rename_next = ""
                self.tree.edit(self.model.index(number, 0))

    def _show_right_view(self) -> None:
        if self.search.text().strip():
            self.stack.setCurrentWidget(self.results if self.hits.rowCount() else self._nothing)
        else:
            self.stack.setCurrentWidget(self.tree if self.model.rowCount() else self._empty)

    def _on_clicked(self, index: QModelIndex) -> None:
        group = index.data(GROUP_ROLE)
        if isinstance(group, Group):
            if group.kind == "folder":
                self.tree.setExpanded(index, not self.tree.isExpanded(index))
        elif len(self.selected_ids()) == 1:
            self._on_activated(index)

    def _on_activated(self, index: QModelIndex) -> None:
        session = index.data(SESSION_ROLE)
        if isinstance(session, Session) and session.id != self._current:
            self._current = session.id
            self.opened.emit(session.id, None)

    # Wishes.

    def new_folder(self) -> None:
        """Make a folder and let its name be typed."""

        def made(folder: Folder) -> None:
            self._rename_next = folder.id
            self.refresh()

        self._client.history.create_folder(self.tr("New folder")).on(self, done=made)

    def _rename(self) -> None:
        if self.tree.currentIndex().isValid():
            self.tree.edit(self.tree.currentIndex())

    def _toggle_pin(self) -> None:
        for session in self.model.sessions():
            if session.id in self.selected_ids():
                self._client.history.pin(session.id, not session.pinned)

    def _delete(self) -> None:
        ids = self.selected_ids()
        if not ids:
            self._delete_folder()
            return
        self._client.history.delete(ids).on(self, done=lambda _none: self._on_deleted(ids))

    def _on_deleted(self, ids: tuple[str, ...]) -> None:
        self.removed.emit(ids)
        undo = (self.tr("Undo"), lambda: self._client.history.restore(ids))
        self.notify.emit(
            Notice(self.tr("%n chat(s) deleted.", "", len(ids)), actions=(undo,), topic="deleted", seconds=10)
        )

    def _delete_folder(self) -> None:
        group = self.tree.currentIndex().data(GROUP_ROLE)
        if isinstance(group, Group) and group.folder_id is not None:
            self._client.history.delete_folder(group.folder_id)
            words = self.tr("Folder “{name}” removed; its chats stay.").format(name=group.title)
            self.notify.emit(Notice(words, topic="deleted", seconds=8))

    def _on_dropped(self, ids: tuple[str, ...], group: Group | None) -> None:
        if group is not None and group.kind == "pinned":
            for session_id in ids:
                self._client.history.pin(session_id, True)
            return
        for session in self.model.sessions():
            if session.id in ids and session.pinned:
                self._client.history.pin(session.id, False)
        self._client.history.move(ids, group.folder_id if group is not None else None)

    # Menus.

    def _on_menu_wanted(self, index: QModelIndex, position: QPoint) -> None:
        if not self.tree.selectionModel().isSelected(index):
            self.tree.setCurrentIndex(index)
        self._menu().popup(position)

    def _on_context_menu(self, spot: QPoint) -> None:
        index = self.tree.indexAt(spot)
        if index.isValid() and not self.tree.selectionModel().isSelected(index):
            self.tree.setCurrentIndex(index)
        self._menu().popup(self.tree.viewport().mapToGlobal(spot))

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chosen = bool(self.selected_ids())
        is_folder = isinstance(self.tree.currentIndex().data(GROUP_ROLE), Group)
        if chosen or is_folder:
            menu.addAction(self.rename_action)
        if chosen:
            menu.addAction(self.pin_action)
            menu.addMenu(self._move_menu(menu))
        if chosen or is_folder:
            menu.addAction(self.delete_action)
            menu.addSeparator()
        menu.addAction(self.folder_action)
        return menu

    def _move_menu(self, parent: QMenu) -> QMenu:
        menu = QMenu(self.tr("Move to"), parent)
        menu.setIcon(icon("folder-input"))
        ids = self.selected_ids()
        for group in self.model.folders():
            self._add_move(menu, group.title, ids, group.folder_id)
        menu.addSeparator()
        self._add_move(menu, self.tr("No folder"), ids, None)
        return menu

    def _add_move(self, menu: QMenu, words: str, ids: tuple[str, ...], folder_id: str | None) -> None:
        item: QAction = menu.addAction(words.replace("&", "&&"))
        item.triggered.connect(lambda _checked=False: self._client.history.move(ids, folder_id))

    # Search.

    def _search_now(self) -> None:
        if self._searching is not None:
            self._searching.cancel()
            self._searching = None
        words = self.search.text().strip()
        if not words:
            self.hits.fill(())
            self._show_right_view()
            return
        self._searching = self._client.history.search(words).on(self, done=self._on_hits)

    def _on_hits(self, hits: tuple[SearchHit, ...]) -> None:
        self._searching = None
        self.hits.fill(hits)
        self._show_right_view()

    def _on_hit(self, index: QModelIndex) -> None:
        hit = index.data(HIT_ROLE)
        if isinstance(hit, SearchHit):
            self._current = hit.session_id
            self.opened.emit(hit.session_id, hit.turn_id)

    def _open_first_hit(self) -> None:
        if self.hits.rowCount():
            self._on_hit(self.hits.index(0))
