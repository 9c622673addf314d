"""The list of pages. A page is imported when it is first shown, never before.

To add one: a row in `all_pages` and a subclass of `app.ui.widgets.page.PageWidget` in its own folder.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from PySide6.QtCore import QCoreApplication

from app.ui.bridge.client import EngineClient
from app.ui.widgets.page import PageWidget

Factory = Callable[[EngineClient], PageWidget]


@dataclass(frozen=True)
class Page:
    """One entry of the rail. `icon` is a Lucide name; `at_foot` puts it at the lower end."""

    id: str
    title: str
    icon: str
    factory: Factory
    at_foot: bool = False


def lazily(module: str, name: str) -> Factory:
    """Return a factory that imports its page when it is called."""

    def build(client: EngineClient) -> PageWidget:
        return cast("PageWidget", getattr(import_module(module), name)(client))

    return build


def all_pages() -> tuple[Page, ...]:
    """Return the pages in the order of the rail, with titles in the person's language."""
    translate = QCoreApplication.translate
    return (
        Page("chat", translate("Pages", "Chat"), "message-square", lazily("app.ui.chat.page", "ChatPage")),
        Page("memory", translate("Pages", "Memory"), "library", lazily("app.ui.memory.page", "MemoryPage")),
        Page("models", translate("Pages", "Models"), "boxes", lazily("app.ui.models.page", "ModelsPage")),
        Page("safety", translate("Pages", "Safety"), "shield", lazily("app.ui.safety.page", "SafetyPage")),
        Page("api", translate("Pages", "Local API"), "plug", lazily("app.ui.api.page", "ApiPage")),
        Page(
            "settings", translate("Pages", "Settings"), "settings", lazily("app.ui.settings.page", "SettingsPage"),
            at_foot=True,
        ),
    )  # fmt: skip
