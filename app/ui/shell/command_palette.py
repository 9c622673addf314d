"""The command palette (Ctrl K): every action, chat and model behind one line of typing.

Commands are gathered when it opens; must not hold on to anything while it is closed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QSize,
    Qt,
)
from PySide6.QtGui import QIcon, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.ui.theme import tokens
from app.ui.theme.icons import icon
from app.ui.theme.theme import theme
from app.ui.widgets.popover import Popover

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Command:
    """One line: `hint` stands at its end (a shortcut or where it lives)."""

    text: str
    run: Callable[[], object]
    hint: str = ""
    icon: QIcon | None = None


def match_score(text: str, query: str) -> int | None:
    """Return how well the words of a query fit a text, smaller is better; None when one is missing."""
    low = text.lower()
    score = 0
    for word in query.lower().split():
        at = low.find(word)
        if at < 0:
            return None
        score += at if at == 0 or not low[at - 1].isalnum() else at + 100
    return score


class CommandModel(QAbstractListModel):
    """The commands that match, best first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.all_commands: Sequence[Command] = ()
        self._shown: list[Command] = []

    def fill(self, commands: Sequence[Command]) -> None:
        """Take new commands and show them all."""
        self.all_commands = commands
        self.search("")

    def search(self, query: str) -> None:
        """Keep what matches."""
        scored = [(match_score(c.text, query), n, c) for n, c in enumerate(self.all_commands)]
        self.beginResetModel()
        self._shown = [c for score, _n, c in sorted((s for s in scored if s[0] is not None), key=lambda s: s[:2])]
        self.endResetModel()

    def command(self, row: int) -> Command:
        """Return the command of a row."""
        return self._shown[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        command = self._shown[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return command.text
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{command.text} {command.hint}".strip()
            case Qt.ItemDataRole.UserRole:
                return command.hint
            case Qt.ItemDataRole.DecorationRole:
                return command.icon
        return None


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, tokens.ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        roles = theme()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(roles.colour("accent_soft"))
            painter.drawRoundedRect(option.rect, tokens.RADIUS_CONTROL, tokens.RADIUS_CONTROL)
        area = option.rect.adjusted(tokens.SPACE_2, 0, -tokens.SPACE_3, 0)
        mark = index.data(Qt.ItemDataRole.DecorationRole)
        place = QStyle.alignedRect(
            option.direction, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, QSize(16, 16), area
        )
        if mark is not None:
            mark.paint(painter, place)
        hint = str(index.data(Qt.ItemDataRole.UserRole) or "")
        room = option.fontMetrics.horizontalAdvance(hint) + tokens.SPACE_4 if hint else 0
        body = QStyle.visualRect(option.direction, area, area.adjusted(26, 0, -room, 0))
        start = QStyle.visualAlignment(option.direction, Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
        end = QStyle.visualAlignment(option.direction, Qt.AlignmentFlag.AlignRight) | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(roles.colour("text"))
        text = option.fontMetrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, body.width())
        painter.drawText(body, int(start), text)
        painter.setPen(roles.colour("text_secondary"))
        painter.drawText(area, int(end), hint)
        painter.restore()


class CommandPalette(Popover):
    """Opens in the upper middle of the window. Enter runs, arrows choose, Escape closes."""

    def __init__(self, window: QWidget, gather: Callable[[], Sequence[Command]]) -> None:
        super().__init__(window, QCoreApplication.translate("CommandPalette", "Commands"))
        self._window = window
        self._gather = gather
        self.setFixedWidth(560)
        self.model = CommandModel(self)
        self.line = QLineEdit(placeholderText=self.tr("Type a command, a chat, a bank or a model"))
        self.line.setAccessibleName(self.tr("Search commands"))
        self.line.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.line.installEventFilter(self)
        self.line.textChanged.connect(self._on_text)
        self.list = QListView(uniformItemSizes=True)
        self.list.setProperty("kind", "plain")
        self.list.setModel(self.model)
        self.list.setItemDelegate(_Delegate(self.list))
        self.list.setFixedHeight(tokens.ROW_HEIGHT * 10)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(self.tr("Commands"))
        self.list.clicked.connect(lambda index: self._run(index.row()))
        self.box.addWidget(self.line)
        self.box.addWidget(self.list)

    def add(self, commands: Sequence[Command]) -> None:
        """Append commands that were looked up after opening."""
        self.model.fill((*self.model.all_commands, *commands))
        self._on_text(self.line.text())

    def open(self) -> None:
        """Show with fresh commands."""
        self.model.fill(self._gather())
        self.line.clear()
        self._select(0)
        self.adjustSize()
        x = (self._window.width() - self.width()) // 2
        self.move(self._window.mapToGlobal(QPoint(x, tokens.HEADER_HEIGHT + tokens.SPACE_4)))
        self.show()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def _on_text(self, text: str) -> None:
        self.model.search(text)
        self._select(0)

    def _select(self, row: int) -> None:
        if count := self.model.rowCount():
            self.list.setCurrentIndex(self.model.index(max(0, min(row, count - 1))))

    def _run(self, row: int) -> None:
        command = self.model.command(row)
        self.close()
        command.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self.line or not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 9, Qt.Key.Key_PageUp: -9}
        row = self.list.currentIndex().row()
        if event.key() in steps:
            self._select(row + steps[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row >= 0:
            self._run(row)
        else:
            return False
        return True
