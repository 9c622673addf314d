"""The theme in force: which roles apply now, and the signal that they changed. Must not style single widgets.

There is one Theme per process. Painting code reads `theme().roles` at paint time; only code that bakes
colours into something (rich text) listens to `changed`.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from app.ui.theme import fonts, palette, style, tokens

Choice = Literal["system", "light", "dark"]

_QT_SCHEMES = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}


class Theme(QObject):
    """Follows the system's light or dark at once, unless one is forced."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.roles = tokens.LIGHT
        self._choice: Choice = "system"
        self._application: QApplication | None = None

    @property
    def is_dark(self) -> bool:
        """Tell whether the dark roles are in force."""
        return self.roles is tokens.DARK

    def colour(self, role: str) -> QColor:
        """Return the colour of a role."""
        return QColor(getattr(self.roles, role))

    def install(self, application: QApplication, choice: Choice = "system") -> None:
        """Load fonts, set style and palette, and follow the system from now on."""
        self._application = application
        fonts.load_fonts()
        application.setStyle("Fusion")
        application.setFont(fonts.font())
        application.styleHints().colorSchemeChanged.connect(self._on_system_changed)
        self._choice = choice
        self._apply()

    def choose(self, choice: Choice) -> None:
        """Follow the system, or stay light or dark."""
        if choice == self._choice:
            return
        self._choice = choice
        self._apply()

    def _on_system_changed(self, _scheme: Qt.ColorScheme) -> None:
        self._apply()

    def _wanted(self, application: QApplication) -> tokens.Roles:
        if self._choice != "system":
            return tokens.DARK if self._choice == "dark" else tokens.LIGHT
        dark = application.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return tokens.DARK if dark else tokens.LIGHT

    def _apply(self) -> None:
        application = self._application
        if application is None:
            return
        hints = application.styleHints()
        hints.blockSignals(True)
        # Native title bars and file dialogs follow this; our own widgets follow the palette below.
        hints.setColorScheme(_QT_SCHEMES[self._choice])
        hints.blockSignals(False)
        self.roles = self._wanted(application)
        application.setPalette(palette.palette_of(self.roles))
        application.setStyleSheet(style.style_sheet(self.roles))
        self.changed.emit()


_theme: Theme | None = None


def theme() -> Theme:
    """Return the theme of this process."""
    global _theme
    if _theme is None:
        _theme = Theme()
    return _theme
