"""A line that opens: a caption with a chevron and selectable text below, with a copy button."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QToolButton, QWidget

from app.ui.theme import tokens
from app.ui.theme.fonts import code_font
from app.ui.theme.icons import icon
from app.ui.widgets.basics import action, column, row, tool_button


class Disclosure(QWidget):
    """Closed at first. `set_content` shows any widget instead of text."""

    def __init__(self, caption: str, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self.toggle = QToolButton()
        self.toggle.setProperty("kind", "status")
        self.toggle.setCheckable(True)
        self.toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.toggle.setIconSize(QSize(12, 12))
        self.toggle.setIcon(icon("chevron-right"))
        self.toggle.toggled.connect(self._on_toggled)
        self.set_caption(caption)
        self._content: QWidget | None = None
        self._head = row(self.toggle, None, spacing=tokens.SPACE_1)
        self._box = column(self._head)
        self.setLayout(self._box)

    def set_caption(self, caption: str) -> None:
        """Change the line."""
        self.toggle.setText(caption)
        self.toggle.setAccessibleName(caption)

    def set_content(self, content: QWidget) -> None:
        """Show this widget when open."""
        self._content = content
        content.setVisible(self.toggle.isChecked())
        self._box.addWidget(content)

    def _text_view(self) -> QWidget:
        view = QPlainTextEdit(self._text, readOnly=True)
        view.setFont(code_font())
        view.setMaximumHeight(160)
        view.setAccessibleName(self.toggle.text())
        copy = action(view, self.tr("Copy"), lambda: QGuiApplication.clipboard().setText(self._text), icon_name="copy")
        self._head.addWidget(tool_button(copy))
        return view

    def _on_toggled(self, opened: bool) -> None:
        self.toggle.setIcon(icon("chevron-down" if opened else "chevron-right"))
        if opened and self._content is None:
            self.set_content(self._text_view())
        if self._content is not None:
            self._content.setVisible(opened)
