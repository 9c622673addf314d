"""The events of a turn become a stream that OpenAI's client can add up."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from ogx_client.types import ResponseObjectStream
from openai._types import NOT_GIVEN
from openai.lib.streaming.responses._responses import ResponseStreamState
from openai.types.responses import ResponseStreamEvent
from pydantic import TypeAdapter

from app.engine.domain.agents import (
    CitationMark,
    Failure,
    StepCompleted,
    StepProgressed,
    StepRetracted,
    StepStarted,
    Turn,
    TurnCompleted,
    TurnEvent,
    TurnStarted,
)
from app.engine.domain.inference import Message, TextDelta, ToolCallDelta
from app.engine.http.response_events import ResponseEvents
from tests.fakes.turns import CALL, STEP, TURN, blocked_by, looked_up, said, turn

EVENT: TypeAdapter[Any] = TypeAdapter(ResponseStreamEvent)
LLAMA_STACK_EVENT: TypeAdapter[Any] = TypeAdapter(ResponseObjectStream)
BEGIN = TurnStarted(turn(state="running", completed_at=None))
ANSWERING = StepStarted(said(state="running", finish_reason=""))


def delta(text: str) -> StepProgressed:
    return StepProgressed(TURN, STEP, TextDelta(text))


def stream(*events: TurnEvent, **fields: Any) -> list[dict[str, Any]]:
    """Return the stream; both clients' types have read every event, and OpenAI's client has added them up."""
    made = ResponseEvents(**fields)
    found = [each for event in events for each in made.take(event, {})]
    state = ResponseStreamState(input_tools=NOT_GIVEN, text_format=NOT_GIVEN)
    for number, each in enumerate(found):
        numbered = {**each, "sequence_number": number}
        state.handle_event(EVENT.validate_python(numbered))
        assert LLAMA_STACK_EVENT.validate_python(numbered).type == each["type"]
    return found


def kinds(found: list[dict[str, Any]]) -> list[str]:
    return [event["type"].removeprefix("response.") for event in found]


def adds_up(found: list[dict[str, Any]]) -> None:
    """The items that are done are those of the last event, in their places."""
    done = {each["output_index"]: each["item"] for each in found if each["type"] == "response.output_item.done"}
    assert [done[place] for place in sorted(done)] == found[-1]["response"]["output"]
    opened = [each["output_index"] for each in found if each["type"] == "response.output_item.added"]
    assert opened == sorted(done)


MESSAGE = [
    "created", "in_progress", "output_item.added", "content_part.added", "output_text.delta", "output_text.delta",
    "output_text.done", "content_part.done", "output_item.done", "completed",
]  # fmt: skip


def test_an_answer() -> None:
    last = turn(said("Hay."), text="Hay.")
    found = stream(
        BEGIN, ANSWERING, delta("Ha"), delta(""), delta("y."), StepCompleted(said("Hay.")), TurnCompleted(last)
    )
    assert kinds(found) == MESSAGE
    assert found[0]["response"]["status"] == "in_progress" and found[0]["response"]["output"] == []
    assert "".join(each["delta"] for each in found if "delta" in each) == "Hay."
    assert found[6]["text"] == "Hay."
    adds_up(found)


def test_a_turn_that_was_over_before_anybody_watched() -> None:
    found = stream(TurnCompleted(turn(looked_up("hay"), said("Hay."), text="Hay.")))
    assert kinds(found) == [
        "created", "in_progress", "output_item.added", "file_search_call.completed", "output_item.done",
        "output_item.added", "content_part.added", "output_text.delta", "output_text.done", "content_part.done",
        "output_item.done", "completed",
    ]  # fmt: skip
    assert found[0]["response"]["status"] == "in_progress" and found[0]["response"]["usage"] is None
    adds_up(found)


def test_searches_come_before_the_answer_that_cites_them() -> None:
    running, found_hay = looked_up(state="running"), looked_up("hay")
    last = turn(found_hay, said("Hay."), text="Hay.", citations=(CitationMark(offset=4, numbers=(1,)),))
    found = stream(
        BEGIN, StepStarted(running), StepCompleted(found_hay), ANSWERING, delta("Hay."),
        TurnCompleted(last), results=True,
    )  # fmt: skip
    assert kinds(found)[2:7] == [
        "output_item.added", "file_search_call.in_progress", "file_search_call.searching",
        "file_search_call.completed", "output_item.done",
    ]  # fmt: skip
    assert [result["text"] for result in found[6]["item"]["results"]] == ["hay"]
    (cited,) = [each for each in found if each["type"] == "response.output_text.annotation.added"]
    assert (cited["annotation"]["file_id"], cited["output_index"]) == ("d1", 1)
    adds_up(found)


def test_calls_are_told_whole() -> None:
    step = said("Let me look.", tool_calls=(CALL,), finish_reason="tool_calls")
    answer = Message(role="assistant", content="Let me look.", tool_calls=(CALL,))
    call = StepProgressed(TURN, STEP, ToolCallDelta(0, CALL.id, CALL.name, CALL.arguments))
    last = turn(step, state="awaiting_input", output=answer)
    found = stream(BEGIN, ANSWERING, delta("Let me look."), call, StepCompleted(step), TurnCompleted(last))
    assert kinds(found)[-5:] == [
        "output_item.added", "function_call_arguments.delta", "function_call_arguments.done", "output_item.done",
        "completed",
    ]  # fmt: skip
    assert found[-5]["item"]["arguments"] == "" and found[-5]["item"]["call_id"] == CALL.id
    assert found[-4]["delta"] == found[-3]["arguments"] == found[-2]["item"]["arguments"] == CALL.arguments
    adds_up(found)


def test_a_text_that_is_taken_back_is_nowhere_at_the_end() -> None:
    blocked = said("", state="blocked")
    last = turn(blocked, blocked_by("Not about weapons."), state="blocked")
    found = stream(
        BEGIN, ANSWERING, delta("Take dynamite"), StepRetracted(TURN, STEP), StepCompleted(blocked), TurnCompleted(last)
    )
    assert kinds(found)[4:] == [
        "output_text.delta", "content_part.done", "content_part.added", "refusal.delta", "refusal.done",
        "content_part.done", "output_item.done", "completed",
    ]  # fmt: skip
    assert "dynamite" not in json.dumps(found[5:])
    assert [each["content_index"] for each in found[5:10]] == [0, 1, 1, 1, 1]
    assert found[-2]["item"]["content"] == [{"type": "refusal", "refusal": "Not about weapons."}]
    adds_up(found)


def test_a_message_that_is_blocked_before_an_answer() -> None:
    found = stream(BEGIN, TurnCompleted(turn(blocked_by("No.", "input"), state="blocked")))
    assert kinds(found)[2:] == [
        "output_item.added", "content_part.added", "refusal.delta", "refusal.done", "content_part.done",
        "output_item.done", "completed",
    ]  # fmt: skip
    assert found[3]["content_index"] == 0
    adds_up(found)


def cut(**fields: Any) -> Turn:
    return turn(said("Hay", **fields), text="Hay")


@pytest.mark.parametrize(
    ("last", "end"),
    [
        (cut(finish_reason="length"), "incomplete"),
        (msgspec.structs.replace(cut(state="cancelled"), state="cancelled"), "incomplete"),
        (
            msgspec.structs.replace(
                cut(state="failed"), state="failed", failure=Failure(code="model_host_died", message="It died.")
            ),
            "failed",
        ),
    ],
)
def test_the_last_event_tells_how_it_ended(last: Turn, end: str) -> None:
    found = stream(BEGIN, ANSWERING, delta("Hay"), TurnCompleted(last))
    assert kinds(found)[-1] == end
    assert found[-2]["item"]["status"] == "incomplete"
    adds_up(found)
