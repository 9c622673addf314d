"""The main window: rail, pages, status bar, notices, menus and keys. Must not import a page before it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from app.engine.domain.errors import PaddockError
from app.engine.domain.events import NoticeRaised
from app.ui.bridge.client import EngineClient
from app.ui.shell.menus import Menus
from app.ui.shell.notifications import Notifications
from app.ui.shell.pages import Page
from app.ui.shell.rail import Rail
from app.ui.shell.status_bar import StatusBar
from app.ui.theme import tokens
from app.ui.widgets.basics import action, column, hairline, row
from app.ui.widgets.notice import Notice, notice_of
from app.ui.widgets.page import PageMenu, PageWidget

if TYPE_CHECKING:
    from app.ui.shell.command_palette import Command, CommandPalette


class MainWindow(QMainWindow):
    """One window, one page at a time."""

    def __init__(self, client: EngineClient, pages: Sequence[Page], memory: QSettings) -> None:
        super().__init__()
        self.client = client
        self._pages = {page.id: page for page in pages}
        self._memory = memory
        self._built: dict[str, PageWidget] = {}
        self.setWindowTitle("Paddock")
        self.setMinimumSize(tokens.MINIMUM_WIDTH, tokens.MINIMUM_HEIGHT)
        self.rail = Rail(pages)
        self.stack = QStackedWidget()
        self.status = StatusBar(client)
        self.setCentralWidget(self._central())
        self.notifications = Notifications(self.stack)
        self._make_actions()
        self.menus = Menus(self.menuBar(), self._first_menus(), self._last_menus())
        self._connect()
        self._restore_geometry()

    def show_page(self, page_id: str, target: object = None) -> None:
        """Bring a page to front, made at its first show; `target` is handed to it."""
        if page_id not in self._pages:
            return
        page = self._built.get(page_id) or self._build(page_id)
        self.stack.setCurrentWidget(page)
        self.rail.select(page_id)
        self.menus.show_page(page_id, page.menus())
        self._memory.setValue("page", page_id)
        if target is not None:
            page.open_target(target)
        page.shown()

    def page(self) -> PageWidget | None:
        """Return the page that is shown."""
        shown = self.stack.currentWidget()
        return shown if isinstance(shown, PageWidget) else None

    @cached_property
    def palette_popup(self) -> CommandPalette:
        """The command palette, made at its first use."""
        from app.ui.shell.command_palette import CommandPalette

        return CommandPalette(self, self._commands)

    def post(self, notice: Notice) -> None:
        """Show a notice."""
        self.notifications.post(notice)

    def _central(self) -> QWidget:
        right = column(self.stack, hairline(), self.status)
        right.setStretch(0, 1)
        holder = QWidget()
        holder.setLayout(row(self.rail, hairline(vertical=True), right))
        return holder

    def _make_actions(self) -> None:
        window = Qt.ShortcutContext.WindowShortcut
        self.palette_action = action(
            self, self.tr("Command palette …"), lambda: self.palette_popup.open(), icon_name="command",
            shortcut="Ctrl+K", context=window,
        )  # fmt: skip
        self.find_action = action(
            self, self.tr("Find in page"), self._find, icon_name="search",
            shortcut=QKeySequence.StandardKey.Find, context=window,
        )  # fmt: skip
        self.help_action = action(
            self, self.tr("Paddock help"), self._help, icon_name="circle-help", shortcut="F1", context=window
        )
        self.quit_action = action(
            self, self.tr("Quit"), self.close, icon_name="power", shortcut="Ctrl+Q", context=window
        )
        self.quit_action.setMenuRole(QAction.MenuRole.QuitRole)
        self.addActions(list(self.rail.actions_by_id.values()))

    def _first_menus(self) -> Sequence[PageMenu]:
        return (PageMenu(self.tr("&File"), (self.palette_action, self.find_action, None, self.quit_action)),)

    def _last_menus(self) -> Sequence[PageMenu]:
        go = tuple(self.rail.actions_by_id.values())
        return (PageMenu(self.tr("&View"), go), PageMenu(self.tr("&Help"), (self.help_action,)))

    def _connect(self) -> None:
        self.rail.chosen.connect(self.show_page)
        self.status.page_wanted.connect(self.show_page)
        self.client.unhandled.connect(self._on_failure)
        self.client.start_failed.connect(self._on_start_failed)
        self.client.engine_event.connect(self._on_event)

    def _build(self, page_id: str) -> PageWidget:
        page = self._pages[page_id].factory(self.client)
        page.navigate.connect(self.show_page)
        page.notify.connect(self.post)
        page.measured.connect(self.status.show_speed)
        self._built[page_id] = page
        self.stack.addWidget(page)
        return page

    def _find(self) -> None:
        if (page := self.page()) is not None:
            page.find()

    def _help(self) -> None:
        from app.ui.shell.help import HelpDialog

        HelpDialog(self, self.menus.all_actions()).show()

    def _commands(self) -> Sequence[Command]:
        """Return what is known at once; chats and models follow when the engine has answered."""
        from app.ui.shell.commands import bank_commands, chat_commands, command_of, model_commands

        chat_commands(self.client, self.palette_popup, lambda chat_id: self.show_page("chat", chat_id))
        model_commands(self.client, self.palette_popup, lambda model_id: self.show_page("models", model_id))
        banks = bank_commands(self.client, lambda bank_id: self.show_page("memory", bank_id))
        own = [item for item in self.menus.all_actions() if item.isEnabled() and item is not self.palette_action]
        return [*(command_of(item) for item in own), *banks]

    def _on_failure(self, error: PaddockError) -> None:
        self.post(notice_of(error))

    def _on_start_failed(self, error: PaddockError) -> None:
        notice = notice_of(error, "engine")
        self.post(
            Notice(
                notice.message, notice.hint, "error", notice.details,
                ((self.tr("Try again"), self.client.start),), "engine",
            )
        )  # fmt: skip

    def _on_event(self, event: object) -> None:
        if isinstance(event, NoticeRaised):
            seconds = 12.0 if event.level == "info" else 0.0
            self.post(Notice(event.message, event.hint, event.level, topic=event.topic, seconds=seconds))

    def _restore_geometry(self) -> None:
        kept = self._memory.value("geometry")
        if not isinstance(kept, QByteArray) or not self.restoreGeometry(kept):
            self.resize(tokens.DEFAULT_WIDTH, tokens.DEFAULT_HEIGHT)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._memory.setValue("geometry", self.saveGeometry())
        for page in self._built.values():
            page.close()
        super().closeEvent(event)
