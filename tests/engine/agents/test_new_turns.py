"""How turns begin: messages that say something, results for exactly the open calls, titles cut at words."""

from __future__ import annotations

import msgspec
import pytest

from app.engine.agents.new_turns import TITLE_LENGTH, execution_of, messages_of, new_turn, title_of
from app.engine.domain.agents import AgentConfig, InferenceStep, ToolResult
from app.engine.domain.errors import InvalidRequest
from app.engine.domain.inference import Message, ToolCall

CALLS = (ToolCall(id="a", name="get_time", arguments="{}"), ToolCall(id="b", name="get_weather", arguments="{}"))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("hello", "hello"),
        ("\n\n  first line \nsecond", "first line"),
        ("word " * 40, ("word " * 12).strip() + "…"),
        ("x" * 100, "x" * TITLE_LENGTH + "…"),
        ("", ""),
    ],
)
def test_titles(text: str, title: str) -> None:
    assert title_of((Message(role="user", content=text),)) == title


@pytest.mark.parametrize("asked", ["", " \n", (), (Message(role="user", content=" "),)])
def test_nothing_is_no_question(asked: str | tuple[Message, ...]) -> None:
    with pytest.raises(InvalidRequest, match="empty"):
        messages_of(asked)


def test_a_text_is_a_message_and_a_result_without_words_is_one_too() -> None:
    assert messages_of("hi") == (Message(role="user", content="hi"),)
    result = (Message(role="tool", tool_call_id="a"),)
    assert messages_of(result) == result


def test_a_turn_keeps_how_it_is_to_be_answered() -> None:
    turn = new_turn("s", "p", messages_of("hi"), config=AgentConfig(model="m"), metadata={"k": "v"})
    assert (turn.session_id, turn.parent_id, turn.state, turn.metadata) == ("s", "p", "running", {"k": "v"})
    assert turn.config == AgentConfig(model="m")


def test_results_stand_in_the_order_of_the_calls_with_their_names() -> None:
    asked = InferenceStep(id="i", turn_id="t", model="m", tool_calls=CALLS)
    turn = msgspec.structs.replace(new_turn("s", None, messages_of("hi")), steps=(asked,), state="awaiting_input")
    step = execution_of(turn, (ToolResult(call_id="b", content="rain"), ToolResult(call_id="a", content="noon")))
    assert step.tool_calls == CALLS
    assert [(each.call_id, each.name, each.content) for each in step.results] == [
        ("a", "get_time", "noon"),
        ("b", "get_weather", "rain"),
    ]
    with pytest.raises(InvalidRequest, match="a, b"):
        execution_of(turn, (ToolResult(call_id="a", content="noon"),))
    with pytest.raises(InvalidRequest, match="does not wait"):
        execution_of(msgspec.structs.replace(turn, state="cancelled"), ())
