"""Small constructors that give every widget its variant, name and shortcut in one line. Must not hold state."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.ui.theme import tokens
from app.ui.theme.icons import icon


def set_kind(widget: QWidget, kind: str) -> None:
    """Choose the variant of the style sheet; callable again to change it."""
    if widget.property("kind") == kind:
        return
    widget.setProperty("kind", kind)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def label(text: str = "", kind: str = "", *, wrap: bool = False, selectable: bool = False) -> QLabel:
    """Return a plain-text label: title, section, strong, secondary, muted, success, warning, danger or body."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if wrap:
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
    if selectable:
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    if kind:
        made.setProperty("kind", kind)
    return made


def button(text: str, on_click: Callable[[], object] | None = None, kind: str = "", icon_name: str = "") -> QPushButton:
    """Return a push button: default, primary, danger or quiet."""
    made = QPushButton(text)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    if kind:
        made.setProperty("kind", kind)
    if icon_name:
        role = {"primary": "accent_text", "quiet": "accent", "danger": "danger"}.get(kind, "text_secondary")
        made.setIcon(icon(icon_name, role))
        made.setAccessibleName(text)
        made.setText(f"\N{THIN SPACE}{text}")
        made.setIconSize(QSize(tokens.ICON_SMALL, tokens.ICON_SMALL))
    if on_click is not None:
        made.clicked.connect(lambda _checked=False: on_click())
    return made


def action(
    parent: QObject,
    text: str,
    on_trigger: Callable[..., object] | None = None,
    *,
    icon_name: str = "",
    shortcut: str | QKeySequence | QKeySequence.StandardKey | None = None,
    tip: str = "",
    checkable: bool = False,
    checked: bool = False,
    context: Qt.ShortcutContext = Qt.ShortcutContext.WidgetWithChildrenShortcut,
) -> QAction:
    """Return an action; on a widget it is added too, so that its shortcut works there.

    A checkable one calls with its state.
    """
    made = QAction(text, parent)
    made.setCheckable(checkable)
    made.setChecked(checked)
    if icon_name:
        made.setIcon(icon(icon_name))
    if shortcut is not None:
        made.setShortcut(QKeySequence(shortcut))
        made.setShortcutContext(context)
    made.setToolTip(_tip(tip or text, made))
    made.setStatusTip(tip or text)
    if on_trigger is not None:
        if checkable:
            made.toggled.connect(on_trigger)
        else:
            made.triggered.connect(lambda _checked=False: on_trigger())
    if isinstance(parent, QWidget):
        parent.addAction(made)
    return made


def _tip(text: str, made: QAction) -> str:
    keys = made.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    plain = text.replace("&", "")
    return f"{plain} ({keys})" if keys else plain


def tool_button(made: QAction, kind: str = "", size: int = tokens.ICON_SMALL) -> QToolButton:
    """Return a flat icon button for an action, named for screen readers."""
    shown = QToolButton()
    shown.setDefaultAction(made)
    shown.setIconSize(QSize(size, size))
    shown.setAutoRaise(True)
    shown.setAccessibleName(made.text().replace("&", ""))
    shown.setAccessibleDescription(made.statusTip())
    shown.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if kind:
        shown.setProperty("kind", kind)
    return shown


def hairline(vertical: bool = False) -> QFrame:
    """Return a one-pixel rule."""
    line = QFrame()
    line.setProperty("kind", "hairline")
    if vertical:
        line.setFixedWidth(1)
    else:
        line.setFixedHeight(1)
    return line


def frame(kind: str) -> QFrame:
    """Return a frame of a variant: card, popover, banner, warning-card, danger-card, bubble, composer, code."""
    made = QFrame()
    made.setProperty("kind", kind)
    made.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return made


def _fill(box: QBoxLayout, items: tuple[QWidget | QLayout | int | None, ...]) -> None:
    for item in items:
        if item is None:
            box.addStretch(1)
        elif isinstance(item, int):
            box.addSpacing(item)
        elif isinstance(item, QWidget):
            box.addWidget(item)
        else:
            box.addLayout(item)


def column(
    *items: QWidget | QLayout | int | None, spacing: int = 0, margins: tuple[int, int, int, int] = (0, 0, 0, 0)
) -> QVBoxLayout:
    """Return a vertical layout; a number is a space, None a stretch."""
    box = QVBoxLayout()
    box.setSpacing(spacing)
    box.setContentsMargins(*margins)
    _fill(box, items)
    return box


def row(
    *items: QWidget | QLayout | int | None, spacing: int = 0, margins: tuple[int, int, int, int] = (0, 0, 0, 0)
) -> QHBoxLayout:
    """Return a horizontal layout; a number is a space, None a stretch."""
    box = QHBoxLayout()
    box.setSpacing(spacing)
    box.setContentsMargins(*margins)
    _fill(box, items)
    return box
