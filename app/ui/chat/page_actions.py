"""The actions of the chat page: one QAction each, for the header, the menu bar, the keys and the command palette."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.ui.widgets.basics import action
from app.ui.widgets.page import PageMenu

if TYPE_CHECKING:
    from app.ui.chat.page import ChatPage


class PageActions(QObject):
    """Made once with the page."""

    def __init__(self, page: ChatPage) -> None:
        super().__init__(page)
        self._page = page
        presenter = page.presenter
        self.new_chat = action(page, self.tr("New chat"), page.new_chat, icon_name="square-pen", shortcut="Ctrl+N")
        self.new_folder = action(
            page, self.tr("New folder"), page.list.new_folder, icon_name="folder-plus", shortcut="Ctrl+Shift+N"
        )
        self.stop = action(page, self.tr("Stop answering"), presenter.stop, icon_name="circle-stop", shortcut="Esc")
        self.again = action(
            page, self.tr("Answer again"), presenter.regenerate_last, icon_name="rotate-ccw", shortcut="Ctrl+R"
        )
        self.edit = action(
            page, self.tr("Edit last message"), presenter.edit_last, icon_name="pencil", shortcut="Ctrl+E"
        )
        self.copy = action(
            page, self.tr("Copy last answer"), self._copy_last, icon_name="copy", shortcut="Ctrl+Shift+C"
        )
        self.back = action(page, self.tr("Previous branch"), lambda: self._step(-1), shortcut="Alt+Left")
        self.next = action(page, self.tr("Next branch"), lambda: self._step(1), shortcut="Alt+Right")
        self.end = action(
            page, self.tr("Go to the end"), page.conversation.to_end, icon_name="arrow-down", shortcut="Ctrl+End"
        )
        self.pick_model = action(page, self.tr("Choose model"), page.picker.open, icon_name="box", shortcut="Ctrl+L")
        self.attach = action(
            page, self.tr("Attach files …"), page.choose_files, icon_name="paperclip", shortcut="Ctrl+O",
            tip=self.tr("Attach files to the next message; they can be dropped on the box too"),
        )  # fmt: skip
        self.banks = action(
            page, self.tr("Choose memory banks"), page.choose_banks, icon_name="library", shortcut="Ctrl+M"
        )
        self.search = action(
            page, self.tr("Search chats"), page.list.search.setFocus, icon_name="search", shortcut="Ctrl+Shift+F"
        )
        self.toggle_list = action(
            page, self.tr("Chat list"), page.show_list, icon_name="panel-left", shortcut="Ctrl+B",
            checkable=True, checked=True,
        )  # fmt: skip
        self.toggle_side = action(
            page,
            self.tr("Chat settings"),
            page.show_side,
            icon_name="sliders-horizontal",
            shortcut="Ctrl+I",
            checkable=True,
        )
        self._make_exports()
        self.set_running(False)
        self.set_session(False)

    def _make_exports(self) -> None:
        page = self._page
        self.export_markdown = action(page, self.tr("Export as Markdown …"), lambda: page.export("markdown"))
        self.export_html = action(page, self.tr("Export as HTML …"), lambda: page.export("html"))
        self.export_json = action(page, self.tr("Export as JSON …"), lambda: page.export("json"))
        self.import_json = action(page, self.tr("Import chat …"), page.import_chat, icon_name="file-down")
        self.exports = (self.export_markdown, self.export_html, self.export_json)
        self.export_menu = QMenu(self.tr("Export"), page)
        self.export_menu.addActions(list(self.exports))
        self.export_menu.addSeparator()
        self.export_menu.addAction(self.import_json)
        self.export_button = action(page, self.tr("Export and import"), icon_name="ellipsis")

    def menus(self) -> Sequence[PageMenu]:
        """Return the page's menus for the menu bar."""
        page = self._page
        chat: list[QAction | None] = [
            self.new_chat, self.new_folder, None, self.stop, self.again, self.edit, self.copy, None,
            self.back, self.next, self.end, None, self.attach, self.banks, None, self.pick_model,
            page.picker.load_action, page.picker.unload_action, None, *self.exports, self.import_json,
        ]  # fmt: skip
        listed: list[QAction | None] = [
            self.search, None, page.list.rename_action, page.list.pin_action, page.list.delete_action, None,
            self.toggle_list, self.toggle_side,
        ]  # fmt: skip
        return PageMenu(self.tr("&Chat"), chat), PageMenu(self.tr("&List"), listed)

    def set_running(self, running: bool) -> None:
        """Only a running answer can be stopped; only a finished one can be asked for again."""
        self.stop.setEnabled(running)
        for item in (self.again, self.edit):
            item.setEnabled(not running)

    def set_session(self, exists: bool) -> None:
        """Only a chat that exists can be exported."""
        for item in self.exports:
            item.setEnabled(exists)

    def _copy_last(self) -> None:
        if (view := self._page.conversation.last_view()) is not None:
            view.copy_answer()

    def _step(self, offset: int) -> None:
        if (view := self._page.conversation.last_view()) is not None:
            view.step_to(offset)
