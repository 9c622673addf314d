"""Actions, chats and models become commands that lead there."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.ui.bridge.client import EngineClient
from app.ui.shell.command_palette import Command, CommandPalette
from app.ui.shell.commands import bank_commands, chat_commands, command_of, model_commands
from app.ui.widgets.basics import action
from tests.fakes.engine import FakeEngine, FakeHost
from tests.fakes.models import LLAMA


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def by_name(palette: CommandPalette) -> dict[str, Command]:
    return {command.text: command for command in palette.model.all_commands}


def test_an_action_keeps_its_words_and_keys(window: QWidget) -> None:
    ran: list[str] = []
    command = command_of(action(window, "&New chat", lambda: ran.append("new"), shortcut="Ctrl+N"))
    assert (command.text, command.hint, command.icon) == ("New chat", "Ctrl+N", None)
    command.run()
    assert ran == ["new"]


def test_each_chat_and_model_leads_to_itself(
    qtbot: QtBot, client: EngineClient, window: QWidget, fake_engine: FakeEngine
) -> None:
    named, untitled = fake_engine.store.add_session("Horses"), fake_engine.store.add_session("")
    palette = CommandPalette(window, lambda: ())
    went: list[str] = []
    chat_commands(client, palette, went.append)
    model_commands(client, palette, went.append)
    qtbot.waitUntil(lambda: {"Horses", "New chat", LLAMA.name} <= by_name(palette).keys())
    for name in ("Horses", "New chat", LLAMA.name):
        by_name(palette)[name].run()
    assert went == [named.id, untitled.id, LLAMA.id]


def test_nothing_is_asked_of_an_engine_that_is_not_there(window: QWidget, host: FakeHost) -> None:
    client = EngineClient(lambda: host)
    palette = CommandPalette(window, lambda: ())
    chat_commands(client, palette, lambda _id: None)
    model_commands(client, palette, lambda _id: None)
    assert not client._running
    client.close()


def test_each_bank_leads_to_itself(qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine) -> None:
    bank = fake_engine.memory.add_bank("Manuals")
    client.memory.refresh()
    qtbot.waitUntil(lambda: bool(client.memory.all_banks))
    went: list[str] = []
    (command,) = bank_commands(client, went.append)
    command.run()
    assert (command.text, went) == ("Manuals", [bank.id])
