"""Chooses and loads the fonts: the system's on Windows and macOS, the bundled Inter on Linux; JetBrains Mono for code.

Must not set sizes on widgets; they ask for `font(...)`.
"""

from __future__ import annotations

import sys
from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

from app.ui.resources import resource
from app.ui.theme import tokens

_TEXT_FILES = ("Inter-Regular.otf", "Inter-Italic.otf", "Inter-Medium.otf", "Inter-SemiBold.otf", "Inter-Bold.otf")
_CODE_FILES = ("JetBrainsMono-Regular.ttf", "JetBrainsMono-Bold.ttf", "JetBrainsMono-Italic.ttf")


def load_fonts() -> None:
    """Register the bundled fonts; needs a QGuiApplication."""
    names = _CODE_FILES if sys.platform in ("win32", "darwin") else _TEXT_FILES + _CODE_FILES
    for name in names:
        QFontDatabase.addApplicationFont(str(resource("fonts", name)))


@cache
def text_family() -> str:
    """Return the family of the window's text."""
    if sys.platform in ("win32", "darwin"):
        return QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    return (
        "Inter"
        if "Inter" in QFontDatabase.families()
        else QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    )


@cache
def code_family() -> str:
    """Return the family of code."""
    if "JetBrains Mono" in QFontDatabase.families():
        return "JetBrains Mono"
    return QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()


def font(size: float = tokens.SIZE_BODY, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the text font at a size in logical pixels."""
    made = QFont(text_family())
    made.setPixelSize(round(size))
    made.setWeight(weight)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


def code_font(size: float = tokens.SIZE_CODE) -> QFont:
    """Return the code font at a size in logical pixels, without ligatures: "->" stays two characters."""
    made = QFont(code_family())
    made.setPixelSize(round(size))
    made.setStyleHint(QFont.StyleHint.Monospace)
    made.setFixedPitch(True)
    for tag in ("calt", "liga"):
        made.setFeature(QFont.Tag.fromString(tag), 0)
    return made
