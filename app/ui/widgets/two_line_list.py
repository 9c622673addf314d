"""Lists of two lines a row: a mark, a name, a line of facts. Must not change anything."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.ui.theme import tokens
from app.ui.theme.fonts import font
from app.ui.theme.icons import icon
from app.ui.theme.theme import theme
from app.ui.widgets.state_label import PHASE_DOTS, paint_dot

Index = QModelIndex | QPersistentModelIndex
_ROW = 54
_MARK = 28


class TwoLineDelegate(QStyledItemDelegate):
    """`mark_role` gives a phase or "icon:<name>", `facts_role` the second line."""

    def __init__(self, view: QListView, mark_role: int, facts_role: int) -> None:
        super().__init__(view)
        self._mark_role, self._facts_role = mark_role, facts_role

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option)
        area = option.rect.adjusted(18, 8, -16, -8)
        mark = str(index.data(self._mark_role) or "not_loaded")
        self._paint_mark(painter, option, mark)
        words = QStyle.visualRect(option.direction, area, area.adjusted(_MARK - 4, 0, 0, 0))
        start = QStyle.visualAlignment(option.direction, Qt.AlignmentFlag.AlignLeft)
        facts_colour = "danger" if mark == "failed" else "text_secondary"
        for role, drawn, colour, place in (
            (Qt.ItemDataRole.DisplayRole, font(weight=QFont.Weight.Medium), "text", Qt.AlignmentFlag.AlignTop),
            (self._facts_role, font(tokens.SIZE_SECONDARY), facts_colour, Qt.AlignmentFlag.AlignBottom),
        ):
            painter.setFont(drawn)
            painter.setPen(theme().colour(colour))
            shown = painter.fontMetrics().elidedText(str(index.data(role)), Qt.TextElideMode.ElideRight, words.width())
            painter.drawText(words, int(start | place), shown)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        area = QRectF(option.rect).adjusted(8, 1, -8, -1)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().colour("accent_soft" if selected else "hover"))
            painter.drawRoundedRect(area, tokens.RADIUS_CONTROL, tokens.RADIUS_CONTROL)
        if option.state & QStyle.StateFlag.State_HasFocus and option.state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setPen(theme().colour("focus"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area, tokens.RADIUS_CONTROL, tokens.RADIUS_CONTROL)

    def _paint_mark(self, painter: QPainter, option: QStyleOptionViewItem, mark: str) -> None:
        area = option.rect.adjusted(16, 9, -16, -8)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        place = QStyle.alignedRect(option.direction, left, QSize(16, 16), area)
        if mark.startswith("icon:"):
            icon(mark.removeprefix("icon:")).paint(painter, place)
        else:
            paint_dot(painter, QRectF(place), *PHASE_DOTS[mark])


def two_line_list(name: str, mark_role: int, facts_role: int) -> QListView:
    """Return a plain list view with this delegate, named for screen readers."""
    view = QListView(uniformItemSizes=True)
    view.setProperty("kind", "plain")
    view.setMouseTracking(True)
    view.setAccessibleName(name)
    view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setItemDelegate(TwoLineDelegate(view, mark_role, facts_role))
    return view
