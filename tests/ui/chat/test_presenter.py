"""The presenter joins one chat with its widgets: sending, stopping, leaving, branching, saving settings."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import QObject, QSettings
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.engine.domain.agents import AgentConfig
from app.engine.domain.models import ModelState
from app.ui.bridge.client import EngineClient
from app.ui.chat.attachment_tray import AttachmentTray
from app.ui.chat.composer import Composer
from app.ui.chat.context_meter import ContextMeter
from app.ui.chat.conversation import Conversation
from app.ui.chat.drafts import Drafts
from app.ui.chat.presenter import ChatPresenter
from tests.fakes.engine import FakeEngine, FakeHost
from tests.fakes.models import STARTER
from tests.fakes.verdicts import BLOCKED, BLOCKED_ANSWER, CALM, WARNED


class Desk(QWidget):
    """The widgets of a chat with their presenter, without the page."""

    def __init__(self, client: EngineClient, memory: QSettings) -> None:
        super().__init__()
        self.conversation, self.composer, self.meter = Conversation(self), Composer(), ContextMeter()
        self.composer.setParent(self)
        self.meter.setParent(self)
        self.conversation.resize(700, 500)
        self.drafts = Drafts(memory)
        self.tray = AttachmentTray(client)
        self.tray.setParent(self)
        self.presenter = ChatPresenter(
            client, self.conversation, self.composer, self.meter, self.drafts, self.tray, QObject(self)
        )

    def answer(self) -> str:
        """Return the text of the newest answer."""
        view = self.conversation.last_view()
        return view.turn.output_text() if view is not None and not self.presenter.running else ""


@pytest.fixture
def desk(qtbot: QtBot, client: EngineClient, memory: QSettings) -> Desk:
    made = Desk(client, memory)
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    made.presenter.open(None)
    return made


def open_chat(qtbot: QtBot, desk: Desk, session_id: str) -> None:
    with qtbot.waitSignal(desk.presenter.session_changed):
        desk.presenter.open(session_id)


def test_the_first_message_makes_the_chat_with_its_settings(qtbot: QtBot, desk: Desk, fake_engine: FakeEngine) -> None:
    desk.presenter.configure(AgentConfig(instructions="Be brief."))
    with qtbot.waitSignal(desk.presenter.measured):
        desk.presenter.send("Hi")
    assert desk.answer() == "Hello! How can I help you today?"
    (session,) = fake_engine.store.sessions.values()
    assert session.config.instructions == "Be brief."
    assert desk.presenter.session is not None and desk.presenter.session.id == session.id


def test_a_second_message_goes_to_the_same_chat(qtbot: QtBot, desk: Desk, fake_engine: FakeEngine) -> None:
    for text in ("One", "Two"):
        with qtbot.waitSignal(desk.presenter.measured):
            desk.presenter.send(text)
    assert len(fake_engine.store.sessions) == 1
    assert [turn.input_text() for turn in desk.conversation.turns] == ["One", "Two"]


def test_what_is_waited_for_is_said(qtbot: QtBot, desk: Desk, client: EngineClient, fake_engine: FakeEngine) -> None:
    fake_engine.script.hold(0)
    desk.presenter.send("Hi")
    qtbot.waitUntil(lambda: desk.presenter._model_id == STARTER.id)
    view = desk.conversation.last_view()
    assert view is not None and view.waiting.text() == "Reading the message …"
    state = ModelState(phase="loading", progress=0.4)
    client.models._states[STARTER.id] = state
    client.models.state_changed.emit(STARTER.id, state)
    assert view.waiting.text() == "The model is loading 40 % …"
    desk.presenter.stop()
    qtbot.waitUntil(lambda: not desk.presenter.running)
    assert view.waiting.text() == ""


def test_leaving_watches_no_longer_and_coming_back_does(
    qtbot: QtBot, desk: Desk, fake_engine: FakeEngine, host: FakeHost
) -> None:
    fake_engine.script.hold(1)
    desk.presenter.send("Hi")
    qtbot.waitUntil(lambda: desk.presenter._text == "Hello")
    session = desk.presenter.session
    assert session is not None
    with qtbot.waitSignal(desk.presenter.running_changed) as running:
        desk.presenter.open(None)
    assert running.args == [False] and desk.conversation.turns == []
    desk.presenter.open(session.id)
    qtbot.waitUntil(lambda: desk.presenter.running)
    host.loop.call_soon_threadsafe(fake_engine.script.released.set)
    qtbot.waitUntil(lambda: desk.answer() == "Hello! How can I help you today?")


def test_branches_replace_what_stood_after(qtbot: QtBot, desk: Desk, fake_engine: FakeEngine) -> None:
    session = fake_engine.store.add_session("Chat")
    first = fake_engine.store.add_turn(session.id, "One", "1")
    fake_engine.store.add_turn(session.id, "Two", "2")
    open_chat(qtbot, desk, session.id)
    with qtbot.waitSignal(desk.presenter.measured):
        desk.presenter.edit(first.id, "One, please")
    assert [turn.input_text() for turn in desk.conversation.turns] == ["One, please"]
    desk.presenter.select(first.id)
    qtbot.waitUntil(lambda: [turn.input_text() for turn in desk.conversation.turns] == ["One", "Two"])


def test_nothing_is_branched_while_an_answer_is_written(qtbot: QtBot, desk: Desk, fake_engine: FakeEngine) -> None:
    session = fake_engine.store.add_session("Chat")
    old = fake_engine.store.add_turn(session.id, "One", "1")
    open_chat(qtbot, desk, session.id)
    fake_engine.script.hold(1)
    desk.presenter.send("Two")
    qtbot.waitUntil(lambda: desk.presenter._text == "Hello")
    desk.presenter.regenerate(old.id)
    desk.presenter.edit(old.id, "Other")
    desk.presenter.select(old.id)
    desk.presenter.edit_last()
    assert len(desk.conversation.turns) == 2
    desk.presenter.stop()
    qtbot.waitUntil(lambda: not desk.presenter.running)
    assert len(fake_engine.store.turns) == 2


def test_settings_are_saved_before_the_chat_is_left(qtbot: QtBot, desk: Desk, fake_engine: FakeEngine) -> None:
    session = fake_engine.store.add_session("Chat")
    open_chat(qtbot, desk, session.id)
    changed = msgspec.structs.replace(session.config, instructions="Be brief.")
    desk.presenter.configure(changed)
    desk.presenter.open(None)
    qtbot.waitUntil(lambda: fake_engine.store.sessions[session.id].config == changed)


def test_drafts_follow_the_chat_and_a_sent_one_is_gone(qtbot: QtBot, desk: Desk, fake_engine: FakeEngine) -> None:
    session = fake_engine.store.add_session("Chat")
    desk.composer.set_text("for a new chat")
    open_chat(qtbot, desk, session.id)
    assert desk.composer.text == ""
    desk.presenter.open(None)
    assert desk.composer.text == "for a new chat"
    with qtbot.waitSignal(desk.presenter.measured):
        desk.composer.submit()
    assert desk.drafts.get(None) == ""


def test_a_chat_that_is_not_there_is_an_error_told(qtbot: QtBot, desk: Desk) -> None:
    with qtbot.waitSignal(desk.presenter.failed) as failed:
        desk.presenter.open("nowhere")
    assert "does not exist" in failed.args[0].message
    assert not desk.presenter.running


def test_a_hit_of_a_search_is_brought_into_view(qtbot: QtBot, desk: Desk, fake_engine: FakeEngine) -> None:
    session = fake_engine.store.add_session("Chat")
    turns = [fake_engine.store.add_turn(session.id, f"Question {n}", "Answer " * 60) for n in range(30)]
    desk.presenter.open(session.id, turns[2].id)
    qtbot.waitUntil(lambda: desk.conversation.view(turns[2].id) is not None)
    bar = desk.conversation.verticalScrollBar()
    assert bar.value() < bar.maximum()


def test_checks_are_shown_as_they_end(qtbot: QtBot, desk: Desk, fake_engine: FakeEngine) -> None:
    fake_engine.script.checks = (CALM, WARNED)
    with qtbot.waitSignal(desk.presenter.measured):
        desk.presenter.send("Hi")
    view = desk.conversation.last_view()
    assert view is not None and view.shields is not None
    assert len(view.shields.quiet.steps) == 1 and len(view.shields.loud) == 1
    assert desk.answer() == "Hello! How can I help you today?"


def test_a_blocked_message_keeps_its_words_and_gets_no_answer(
    qtbot: QtBot, desk: Desk, fake_engine: FakeEngine
) -> None:
    fake_engine.script.checks = (BLOCKED,)
    desk.presenter.send("How to stab")
    qtbot.waitUntil(lambda: bool(desk.conversation.turns) and not desk.presenter.running)
    view = desk.conversation.last_view()
    assert view is not None and view.blocked is not None and view.question.text == "How to stab"
    assert not view.answer.isVisible()
    fake_engine.script.checks = ()
    view.blocked.edit.click()
    with qtbot.waitSignal(desk.presenter.measured):
        view.question.edited.emit("How to cook")
    assert [turn.input_text() for turn in desk.conversation.turns] == ["How to cook"]


def test_a_retracted_answer_goes_and_does_not_come_back(
    qtbot: QtBot, desk: Desk, fake_engine: FakeEngine, host: FakeHost
) -> None:
    fake_engine.script.retraction = BLOCKED_ANSWER
    fake_engine.script.hold(3)
    desk.presenter.send("Hi")
    qtbot.waitUntil(lambda: desk.presenter._text == "Hello! How ")
    fake_engine.script.hold_after = None
    host.loop.call_soon_threadsafe(fake_engine.script.released.set)
    qtbot.waitUntil(lambda: not desk.presenter.running)
    view = desk.conversation.last_view()
    assert view is not None and view.blocked is not None
    assert view.blocked.title.text() == "The answer was taken back: Privacy"
    assert view.answer.text == "" and desk.presenter._text == ""


def test_a_turn_is_found_on_another_branch(qtbot: QtBot, desk: Desk, fake_engine: FakeEngine) -> None:
    session = fake_engine.store.add_session("Chat")
    first = fake_engine.store.add_turn(session.id, "One", "1")
    fake_engine.store.add_turn(session.id, "Other", "2", parent_id=None)
    desk.presenter.open_at(session.id, first.id)
    qtbot.waitUntil(lambda: [turn.input_text() for turn in desk.conversation.turns] == ["One"])
