"""The groups of settings as a list beside them. Must not know the settings."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.ui.theme import tokens
from app.ui.theme.icons import icon
from app.ui.theme.theme import theme

Index = QModelIndex | QPersistentModelIndex
_GROUP_ROLE = Qt.ItemDataRole.UserRole


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, tokens.ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        ground = option.rect.adjusted(8, 1, -8, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().colour("accent_soft" if selected else "hover"))
            painter.drawRoundedRect(ground, tokens.RADIUS_CONTROL, tokens.RADIUS_CONTROL)
        if selected and option.state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setPen(theme().colour("focus"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(ground, tokens.RADIUS_CONTROL, tokens.RADIUS_CONTROL)
        area = ground.adjusted(10, 0, -8, 0)
        start = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        size = QSize(tokens.ICON_SMALL, tokens.ICON_SMALL)
        mark = index.data(Qt.ItemDataRole.DecorationRole)
        mark.paint(painter, QStyle.alignedRect(option.direction, start, size, area))
        words = QStyle.visualRect(option.direction, area, area.adjusted(26, 0, 0, 0))
        painter.setPen(theme().colour("text"))
        text = option.fontMetrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, int(QStyle.visualAlignment(option.direction, start)), text)
        painter.restore()


class Groups(QListWidget):
    """`wanted(group)` follows a click, Enter, or the arrow keys; `mark` shows where the page stands."""

    wanted = Signal(str)

    def __init__(self, entries: Iterable[tuple[str, str, str]]) -> None:
        """Take (group, words, icon name) from top to bottom."""
        super().__init__()
        self._marking = False
        self.setProperty("kind", "plain")
        self.setAccessibleName(self.tr("Groups of settings"))
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_Delegate(self))
        for group, words, icon_name in entries:
            item = QListWidgetItem(icon(icon_name), words)
            item.setData(_GROUP_ROLE, group)
            self.addItem(item)
        self.currentItemChanged.connect(self._on_current)
        self.itemClicked.connect(lambda item: self.wanted.emit(item.data(_GROUP_ROLE)))

    def mark(self, group: str) -> None:
        """Show where the page stands, without asking it to move."""
        self._marking = True
        for number in range(self.count()):
            if self.item(number).data(_GROUP_ROLE) == group:
                self.setCurrentRow(number)
        self._marking = False

    def show_only(self, groups: set[str]) -> None:
        """Hide the other groups."""
        for number in range(self.count()):
            item = self.item(number)
            item.setHidden(item.data(_GROUP_ROLE) not in groups)

    def shown_groups(self) -> list[str]:
        """Return the groups that are not hidden."""
        items = [self.item(number) for number in range(self.count())]
        return [str(item.data(_GROUP_ROLE)) for item in items if not item.isHidden()]

    def _on_current(self, item: QListWidgetItem | None, _before: object) -> None:
        if item is not None and not self._marking and self.hasFocus():
            self.wanted.emit(item.data(_GROUP_ROLE))
