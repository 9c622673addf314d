"""Turns are started, watched and branched through the client."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.engine.domain.agents import AgentConfig, TurnCompleted, TurnStarted
from app.ui.bridge.client import EngineClient
from tests.fakes.engine import FakeEngine
from tests.ui.bridge.waiting import failure, result


def test_a_watched_turn_tells_all_from_its_start_to_its_end(qtbot: QtBot, client: EngineClient) -> None:
    session = result(qtbot, client.agents.create_session(title="Chat"))
    turn = result(qtbot, client.agents.start_turn(session.id, "Hi"))
    events: list[object] = []
    result(qtbot, client.agents.watch_turn(turn.id).on(client, partial=events.append))
    assert isinstance(events[0], TurnStarted)
    assert isinstance(events[-1], TurnCompleted)
    assert events[-1].turn.output_text() == "Hello! How can I help you today?"


def test_running_is_told_by_a_signal(qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine) -> None:
    session = fake_engine.store.add_session("Chat")
    fake_engine.script.hold(1)
    told: list[tuple[str, str, bool]] = []
    client.agents.turn_ran.connect(lambda *values: told.append(values))
    turn = result(qtbot, client.agents.start_turn(session.id, "Hi"))
    assert [t.id for t in result(qtbot, client.agents.running_turns())] == [turn.id]
    result(qtbot, client.agents.cancel_turn(turn.id))
    qtbot.waitUntil(lambda: told == [(session.id, turn.id, True), (session.id, turn.id, False)])
    assert result(qtbot, client.agents.running_turns()) == ()


def test_edited_and_repeated_turns_are_siblings(qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine) -> None:
    session = fake_engine.store.add_session("Chat")
    first = fake_engine.store.add_turn(session.id, "One", "1")
    edited = result(qtbot, client.agents.edit_turn(first.id, "One, please"))
    result(qtbot, client.agents.watch_turn(edited.id))
    repeated = result(qtbot, client.agents.regenerate_turn(first.id))
    assert repeated.sibling_ids == (first.id, edited.id, repeated.id)
    assert (edited.input_text(), repeated.input_text()) == ("One, please", "One")
    result(qtbot, client.agents.watch_turn(repeated.id))
    assert result(qtbot, client.agents.select_turn(first.id)).active_turn_id == first.id


def test_a_session_is_configured_and_a_missing_one_is_an_error(qtbot: QtBot, client: EngineClient) -> None:
    config = AgentConfig(instructions="Be brief.")
    session = result(qtbot, client.agents.create_session())
    result(qtbot, client.agents.configure_session(session.id, config))
    assert result(qtbot, client.agents.get_session(session.id)).config == config
    assert "does not exist" in failure(qtbot, client.agents.get_session("nowhere")).message
