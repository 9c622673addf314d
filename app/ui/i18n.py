"""Chooses and loads the translation of the window. Must not translate anything itself."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale, QTranslator

from app.ui.resources import resource

LANGUAGES = ("en", "de")


def wanted(choice: str) -> str:
    """Return the language of a setting: "system" becomes the system's when there is one for it, else English."""
    if choice != "system":
        return choice
    for name in QLocale.system().uiLanguages():
        if name.split("-")[0] in LANGUAGES:
            return name.split("-")[0]
    return "en"


def install(application: QCoreApplication, choice: str) -> None:
    """Load the translation; English needs one too, for its plurals."""
    language = wanted(choice)
    translator = QTranslator(application)
    if translator.load(str(resource("i18n", f"paddock_{language}.qm"))):
        application.installTranslator(translator)
    if choice != "system":
        QLocale.setDefault(QLocale(language))
