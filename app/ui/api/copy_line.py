"""A value to be taken elsewhere: monospaced, selectable, hidden until asked when it is secret, with a copy button."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QWidget

from app.ui.theme import tokens
from app.ui.theme.fonts import code_font
from app.ui.theme.icons import icon
from app.ui.widgets.basics import action, row, tool_button

_COPIED_MS = 1500


class CopyLine(QWidget):
    """`wanted()` asks for a secret that is not known yet; `show_value` answers and does what was asked."""

    wanted = Signal()

    def __init__(self, name: str, *, secret: bool = False) -> None:
        super().__init__()
        self._secret = secret
        self._known = False
        self._then = ""
        self.field = QLineEdit(readOnly=True)
        self.field.setFont(code_font())
        self.field.setAccessibleName(name)
        line = row(spacing=tokens.SPACE_1)
        line.addWidget(self.field, 1)
        self.reveal = action(self, self.tr("Show {name}").format(name=name), icon_name="eye", checkable=True)
        self.reveal.toggled.connect(self._on_reveal)
        if secret:
            self.field.setEchoMode(QLineEdit.EchoMode.Password)
            line.addWidget(tool_button(self.reveal))
        self.copy_action = action(self, self.tr("Copy {name}").format(name=name), self.copy, icon_name="copy")
        line.addWidget(tool_button(self.copy_action))
        self.setLayout(line)

    def show_value(self, value: str) -> None:
        """Show a value and finish what was waiting for it."""
        self._known = True
        self.field.setText(value)
        self.field.setCursorPosition(0)
        self.copy_action.setEnabled(bool(value))
        then, self._then = self._then, ""
        if then == "copy":
            self.copy()

    def forget(self) -> None:
        """Let a secret go: it is hidden and asked for again."""
        self._known = False
        self.reveal.setChecked(False)
        self.field.setText("•" * 24)

    def copy(self) -> None:
        """Copy the value and say so for a moment."""
        if not self._known:
            self._then = "copy"
            self.wanted.emit()
            return
        QGuiApplication.clipboard().setText(self.field.text())
        self.copy_action.setIcon(icon("check", "success"))
        QTimer.singleShot(_COPIED_MS, self, lambda: self.copy_action.setIcon(icon("copy")))

    def _on_reveal(self, shown: bool) -> None:
        self.reveal.setIcon(icon("eye-off" if shown else "eye"))
        self.field.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        if shown and not self._known:
            self.wanted.emit()
