"""Items become messages and messages items."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from app.engine.domain.errors import InvalidRequest
from app.engine.domain.inference import Message, ToolCall
from app.engine.http.items_wire import Item
from app.engine.http.response_items import (
    as_items,
    foreign_calls,
    input_items,
    messages_of,
    references,
    resolved,
)
from tests.fakes.turns import CALL, TURN

ITEMS: TypeAdapter[list[Any]] = TypeAdapter(list[Item])
MADE = {"type": "function_call", "call_id": CALL.id, "name": CALL.name, "arguments": CALL.arguments}
ANSWERED = {"type": "function_call_output", "call_id": CALL.id, "output": "noon"}


def messages(*items: dict[str, Any], known: dict[str, str] | None = None) -> tuple[Message, ...]:
    return messages_of(ITEMS.validate_python(list(items)), known or {})


def test_a_text_is_a_message_of_the_user() -> None:
    assert messages_of(as_items("Hi"), {}) == (Message(role="user", content="Hi"),)


def test_messages_in_short_and_in_full() -> None:
    pieces = [{"type": "input_text", "text": "one"}, {"type": "input_text", "text": "two"}]
    answer = [{"type": "output_text", "text": "Hay", "annotations": []}, {"type": "output_text", "text": "."}]
    assert messages(
        {"role": "developer", "content": "Be kind."},
        {"type": "message", "role": "user", "content": pieces},
        {"role": "assistant", "content": answer},
        {"role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]},
    ) == (
        Message(role="system", content="Be kind."),
        Message(role="user", content="one\ntwo"),
        Message(role="assistant", content="Hay."),
        Message(role="assistant", content="No."),
    )


def test_calls_belong_to_the_assistants_message_before_them() -> None:
    second = ToolCall(id="call_2", name="get_time", arguments="{}")
    given = [
        {"role": "assistant", "content": "Let me look."},
        MADE,
        {**MADE, "call_id": "call_2", "arguments": "{}"},
        ANSWERED,
        MADE,
    ]
    assert messages(*given) == (
        Message(role="assistant", content="Let me look.", tool_calls=(CALL, second)),
        Message(role="tool", content="noon", name="get_time", tool_call_id="call_1"),
        Message(role="assistant", tool_calls=(CALL,)),
    )


def test_a_result_has_the_name_of_a_call_made_earlier() -> None:
    (result,) = messages(ANSWERED, known={"call_1": "get_time"})
    assert result == Message(role="tool", content="noon", name="get_time", tool_call_id="call_1")
    items = ITEMS.validate_python([ANSWERED])
    assert foreign_calls(items) == {"call_1"}
    assert foreign_calls(ITEMS.validate_python([MADE, ANSWERED])) == set()


def test_a_result_of_an_unknown_call_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="call_1") as refused:
        messages({"role": "user", "content": "Hi"}, ANSWERED)
    assert refused.value.param == "input.1.call_id"


def test_what_tells_a_model_nothing_is_left_out() -> None:
    thought = {"type": "reasoning", "id": "rs_1", "summary": []}
    looked = {"type": "file_search_call", "id": "fs_1", "queries": ["hay"], "status": "completed"}
    assert messages(thought, looked, {"role": "user", "content": "Hi"}) == (Message(role="user", content="Hi"),)


@pytest.mark.parametrize("kind", ["input_image", "input_file"])
def test_a_piece_that_is_no_text_is_refused(kind: str) -> None:
    pieces = [{"type": "input_text", "text": "What is this?"}, {"type": kind, "file_id": "file-1"}]
    with pytest.raises(InvalidRequest, match=kind.removeprefix("input_")) as refused:
        messages({"role": "user", "content": pieces})
    assert refused.value.param == "input.0.content.1.type"
    assert "vector store" in refused.value.hint


@pytest.mark.parametrize("items", [as_items(" \n"), [], as_items("")])
def test_an_input_that_says_nothing_is_refused(items: list[Any]) -> None:
    with pytest.raises(InvalidRequest, match="empty") as refused:
        messages_of(items, {})
    assert refused.value.param == "input"


def test_references_are_replaced() -> None:
    items = ITEMS.validate_python([{"id": "msg_1"}, {"role": "user", "content": "Hi"}])
    assert references(items) == ["msg_1"]
    earlier = ITEMS.validate_python([{"role": "user", "content": "Before"}])[0]
    assert [item.content for item in resolved(items, {"msg_1": earlier})] == ["Before", "Hi"]


def test_messages_come_back_as_items_and_go_in_again() -> None:
    asked = (
        Message(role="system", content="Be kind."),
        Message(role="user", content="Hi"),
        Message(role="assistant", content="Let me look.", tool_calls=(CALL,)),
        Message(role="tool", content="noon", name="get_time", tool_call_id="call_1"),
        Message(role="assistant", tool_calls=(CALL,)),
    )
    items = input_items(asked, TURN)
    kinds = ["message", "message", "message", "function_call", "function_call_output", "function_call"]
    assert [item["type"] for item in items] == kinds
    assert [item["id"].split("_")[0] for item in items] == ["msg", "msg", "msg", "fc", "fco", "fc"]
    assert len({item["id"] for item in items}) == 6
    assert messages(*items) == asked
