"""Fields of one height whose values the wheel does not change by accident. Must not know what they edit."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QWidget

from app.ui.theme import tokens

_TEXT_MARGIN = 7


class _QuietWheel(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


def prepare_field(field: QWidget) -> None:
    """Give a spin box or combo box the common height, and leave the wheel to the page while it has no focus."""
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    field.setFixedHeight(tokens.CONTROL_HEIGHT)
    keep_wheel_away(field)
    if isinstance(field, QAbstractSpinBox) and (line := field.findChild(QLineEdit)) is not None:
        # The style sheet's padding does not reach a line without a frame.
        line.setTextMargins(_TEXT_MARGIN, 0, 0, 0)


def keep_wheel_away(field: QWidget) -> None:
    """Leave the wheel to the page while a field has no focus."""
    field.installEventFilter(_QuietWheel(field))
