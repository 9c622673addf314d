"""Turns actions, chats, models and memory banks into commands of the palette. Must not show anything itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QKeySequence

from app.engine.domain.history import ChatList
from app.engine.domain.models import Model
from app.ui.bridge.client import EngineClient
from app.ui.shell.command_palette import Command, CommandPalette
from app.ui.theme.icons import icon


def command_of(item: QAction) -> Command:
    """Return the command that triggers an action."""
    keys = item.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return Command(item.text().replace("&", ""), item.trigger, keys, item.icon() if not item.icon().isNull() else None)


def chat_commands(client: EngineClient, palette: CommandPalette, show: Callable[[str], object]) -> None:
    """Look up the chats and add one command for each."""
    where = QCoreApplication.translate("Commands", "Chat")

    def on_list(chats: ChatList) -> None:
        untitled = QCoreApplication.translate("Commands", "New chat")
        palette.add(
            [Command(s.title or untitled, _later(show, s.id), where, icon("message-square")) for s in chats.sessions]
        )

    if client.state == "ready":
        client.history.list().on(palette, done=on_list)


def model_commands(client: EngineClient, palette: CommandPalette, show: Callable[[str], object]) -> None:
    """Look up the models and add one command for each."""
    where = QCoreApplication.translate("Commands", "Model")

    def on_list(models: tuple[Model, ...]) -> None:
        palette.add([Command(m.name, _later(show, m.id), where, icon("box")) for m in models])

    if client.state == "ready":
        client.models.list().on(palette, done=on_list)


def bank_commands(client: EngineClient, show: Callable[[str], object]) -> list[Command]:
    """Return one command for each memory bank; they are known without asking."""
    where = QCoreApplication.translate("Commands", "Memory bank")
    return [Command(b.name, _later(show, b.id), where, icon("library")) for b in client.memory.all_banks]


def _later(show: Callable[[str], object], target: str) -> Callable[[], object]:
    return lambda: show(target)
