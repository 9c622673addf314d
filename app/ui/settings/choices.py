"""The words of choices and special values, translated. Must not know widgets."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate


def choice_words(value: str) -> str:
    """Return a choice in the person's language; a language is named in itself."""
    return {
        "system": translate("SettingChoices", "Like the system"),
        "light": translate("SettingChoices", "Light"),
        "dark": translate("SettingChoices", "Dark"),
        "simple": translate("SettingChoices", "Simple"),
        "expert": translate("SettingChoices", "Expert"),
        "en": "English",
        "de": "Deutsch",
        "drop_oldest": translate("SettingChoices", "Leave out the oldest turns"),
        "refuse": translate("SettingChoices", "Refuse the message"),
        "auto": translate("SettingChoices", "Automatic"),
        "onnx": "ONNX Runtime",
        "sentence-transformers": "Sentence Transformers",
    }.get(value, value)


def suffix_of(name: str) -> str:
    """Return the unit behind a number, empty when it has none."""
    if name.endswith("_seconds"):
        return translate("SettingChoices", " s")
    return {
        "idle_unload_minutes": translate("SettingChoices", " min"),
        "trace_days": translate("SettingChoices", " days"),
        "document_memory_mb": translate("SettingChoices", " MB"),
        "document_file_mb": translate("SettingChoices", " MB"),
        "server_file_bytes": translate("SettingChoices", " bytes"),
        "server_body_bytes": translate("SettingChoices", " bytes"),
        "server_requests_per_minute": translate("SettingChoices", " a minute"),
    }.get(name, "")


def least_words(name: str) -> str:
    """Return what the least value of a number means, empty when it is just a number."""
    return {
        "idle_unload_minutes": translate("SettingChoices", "Never"),
        "embedding_threads": translate("SettingChoices", "Automatic"),
        "server_port": translate("SettingChoices", "Any free port"),
        "server_requests_per_minute": translate("SettingChoices", "No limit"),
        "top_k": translate("SettingChoices", "Off"),
    }.get(name, "")
