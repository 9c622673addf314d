"""Shows and hides parts of a page. Must not open windows: a part without a parent yet would become one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def show_when(widget: QWidget, wanted: bool) -> None:
    """Show or hide a part; one that has no parent yet appears with the parent it gets."""
    if wanted and widget.parentWidget() is None:
        widget.setAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide, False)
    else:
        widget.setVisible(wanted)
