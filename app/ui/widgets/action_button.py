"""Push buttons that show a QAction, so that a button, a menu entry and a key are one thing. Must not hold state."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton

from app.ui.widgets.basics import button
from app.ui.widgets.visibility import show_when


def action_button(made: QAction, kind: str = "", icon_name: str = "") -> QPushButton:
    """Return a push button that triggers an action and follows its text, state and visibility."""
    shown = button(made.text().replace("&", ""), made.trigger, kind, icon_name)

    def follow() -> None:
        words = made.text().replace("&", "")
        shown.setText(f"\N{THIN SPACE}{words}" if icon_name else words)
        shown.setAccessibleName(words)
        shown.setToolTip(made.toolTip())
        shown.setEnabled(made.isEnabled())
        show_when(shown, made.isVisible())

    made.changed.connect(follow)
    follow()
    return shown
