"""The menu bar: the same actions as everywhere else, by name. Must not define what an action does."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from app.ui.widgets.page import PageMenu


def fill(menu: QMenu, actions: Sequence[QAction | None]) -> QMenu:
    """Add actions to a menu; None is a separator."""
    for item in actions:
        if item is None:
            menu.addSeparator()
        else:
            menu.addAction(item)
    return menu


class Menus:
    """Own menus first and last, the menus of the page that is shown between them."""

    def __init__(self, bar: QMenuBar, first: Sequence[PageMenu], last: Sequence[PageMenu]) -> None:
        self._bar = bar
        self._pages: dict[str, list[QMenu]] = {}
        for menu in first:
            fill(bar.addMenu(menu.title), menu.actions)
        self._last = [fill(bar.addMenu(menu.title), menu.actions) for menu in last]

    def show_page(self, page_id: str, menus: Sequence[PageMenu]) -> None:
        """Bring the menus of a page to the bar, made at its first show."""
        if page_id not in self._pages:
            made = [fill(QMenu(menu.title, self._bar), menu.actions) for menu in menus]
            for menu in made:
                self._bar.insertMenu(self._last[0].menuAction(), menu)
            self._pages[page_id] = made
        for other, others in self._pages.items():
            for menu in others:
                menu.menuAction().setVisible(other == page_id)

    def all_actions(self) -> list[QAction]:
        """Return every action that the bar shows now."""
        found: list[QAction] = []
        for top in self._bar.actions():
            menu = top.menu()
            if top.isVisible() and isinstance(menu, QMenu):
                found += _leaves(menu)
        return found


def _leaves(menu: QMenu) -> list[QAction]:
    found: list[QAction] = []
    for item in menu.actions():
        below = item.menu()
        if isinstance(below, QMenu):
            found += _leaves(below)
        elif not item.isSeparator():
            found.append(item)
    return found
