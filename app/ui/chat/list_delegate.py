"""Paints the rows of the chat list: group headings, chats, search hits. Must not change anything but open the menu."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from app.engine.domain.history import SearchHit
from app.ui.chat.list_model import GROUP_ROLE, RUNNING_ROLE, Group
from app.ui.chat.search_model import HIT_ROLE
from app.ui.theme import tokens
from app.ui.theme.fonts import font
from app.ui.theme.icons import icon
from app.ui.theme.theme import theme
from app.ui.widgets.state_label import paint_dot

Index = QModelIndex | QPersistentModelIndex
_MENU_WIDTH = 26
_HIT_HEIGHT = 50


class ListDelegate(QStyledItemDelegate):
    """`menu_wanted(index, position)` follows a click on the "…" of a row."""

    menu_wanted = Signal(QModelIndex, QPoint)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        if isinstance(index.data(HIT_ROLE), SearchHit):
            return QSize(120, _HIT_HEIGHT)
        group = index.data(GROUP_ROLE)
        return QSize(120, tokens.GROUP_HEIGHT + 4 if group is not None else tokens.ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        group, hit = index.data(GROUP_ROLE), index.data(HIT_ROLE)
        if isinstance(group, Group):
            self._paint_group(painter, option, index, group)
        else:
            self._paint_ground(painter, option)
            if isinstance(hit, SearchHit):
                self._paint_hit(painter, option, hit, str(index.data()))
            else:
                self._paint_chat(painter, option, index)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        area = QRectF(option.rect).adjusted(8, 1, -8, -1)
        if selected or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().colour("accent_soft" if selected else "hover"))
            painter.drawRoundedRect(area, tokens.RADIUS_CONTROL, tokens.RADIUS_CONTROL)
        if option.state & QStyle.StateFlag.State_HasFocus and option.state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setPen(theme().colour("focus"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area, tokens.RADIUS_CONTROL, tokens.RADIUS_CONTROL)

    def _paint_group(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, group: Group) -> None:
        if group.kind == "folder":
            self._paint_ground(painter, option)
        area = option.rect.adjusted(16, 4, -12, 0)
        painter.setFont(font(tokens.SIZE_SECONDARY - 0.5, QFont.Weight.DemiBold))
        painter.setPen(theme().colour("text_secondary"))
        words = area
        if group.kind == "folder":
            opened = isinstance(option.widget, QTreeView) and option.widget.isExpanded(index)
            closed = "chevron-left" if option.direction == Qt.LayoutDirection.RightToLeft else "chevron-right"
            icon("chevron-down" if opened else closed).paint(painter, self._at_start(option, area, 12))
            words = QStyle.visualRect(option.direction, area, area.adjusted(18, 0, 0, 0))
        self._draw(painter, option, words, group.title)
        if group.kind == "folder":
            painter.setFont(font(tokens.SIZE_SECONDARY - 0.5))
            end = QStyle.visualAlignment(option.direction, Qt.AlignmentFlag.AlignRight)
            painter.drawText(
                area.adjusted(0, 0, -4, 0), int(end | Qt.AlignmentFlag.AlignVCenter), str(len(group.sessions))
            )

    def _paint_chat(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        group = index.parent().data(GROUP_ROLE)
        indent = 18 if isinstance(group, Group) and group.kind == "folder" else 0
        area = QStyle.visualRect(option.direction, option.rect, option.rect.adjusted(16 + indent, 0, -14, 0))
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        running = bool(index.data(RUNNING_ROLE))
        room = _MENU_WIDTH if hovered or running else 0
        words = QStyle.visualRect(option.direction, area, area.adjusted(0, 0, -room, 0))
        painter.setFont(font(tokens.SIZE_BODY))
        painter.setPen(theme().colour("text"))
        self._draw(painter, option, words, str(index.data()))
        if hovered:
            icon("ellipsis").paint(painter, self._at_end(option, area, 16))
        elif running:
            paint_dot(painter, QRectF(self._at_end(option, area, 16)), "accent", True)

    def _paint_hit(self, painter: QPainter, option: QStyleOptionViewItem, hit: SearchHit, title: str) -> None:
        area = option.rect.adjusted(16, 6, -14, -6)
        upper = QRect(area.left(), area.top(), area.width(), area.height() // (2 if hit.excerpt else 1))
        painter.setFont(font(tokens.SIZE_BODY))
        painter.setPen(theme().colour("text"))
        self._draw(painter, option, upper, title)
        painter.setFont(font(tokens.SIZE_SECONDARY))
        painter.setPen(theme().colour("text_secondary"))
        excerpt = " ".join(hit.excerpt.replace("⟦", "").replace("⟧", "").split())
        self._draw(painter, option, upper.translated(0, area.height() // 2), excerpt)

    def _draw(self, painter: QPainter, option: QStyleOptionViewItem, area: QRect, words: str) -> None:
        start = QStyle.visualAlignment(option.direction, Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, int(start), shown)

    def _at_start(self, option: QStyleOptionViewItem, area: QRect, size: int) -> QRect:
        place = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return QStyle.alignedRect(option.direction, place, QSize(size, size), area)

    def _at_end(self, option: QStyleOptionViewItem, area: QRect, size: int) -> QRect:
        place = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return QStyle.alignedRect(option.direction, place, QSize(size, size), area)

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            spot = self._at_end(option, option.rect.adjusted(16, 0, -14, 0), _MENU_WIDTH)
            plain = (index.data(GROUP_ROLE) is None and index.data(HIT_ROLE) is None) or index.data(
                RUNNING_ROLE
            ) is not None
            if plain and spot.contains(event.position().toPoint()):
                self.menu_wanted.emit(model.index(index.row(), 0, index.parent()), event.globalPosition().toPoint())
                return True
        return super().editorEvent(event, model, option, index)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        field = QLineEdit(parent)
        field.setAccessibleName(self.tr("Name"))
        return field

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        editor.setGeometry(option.rect.adjusted(8, 1, -8, -1))
