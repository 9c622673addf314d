"""Items as they come: in short, in full, and back from earlier responses."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from app.engine.http.items_wire import (
    FunctionCallItem,
    FunctionCallOutputItem,
    Input,
    Item,
    ItemReference,
    LeftOut,
    MessageItem,
    NoText,
)

ITEM: TypeAdapter[Any] = TypeAdapter(Item)
INPUT: TypeAdapter[Any] = TypeAdapter(Input)
CALL = {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}", "id": "fc_1", "status": "completed"}
ANSWER = {
    "type": "message",
    "id": "msg_1",
    "role": "assistant",
    "status": "completed",
    "phase": None,
    "content": [{"type": "output_text", "text": "Hay.", "annotations": [], "logprobs": None}],
}


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"role": "user", "content": "Hi"}, MessageItem),
        ({"type": "message", "role": "developer", "content": [{"type": "input_text", "text": "Hi"}]}, MessageItem),
        (ANSWER, MessageItem),
        (CALL, FunctionCallItem),
        ({"type": "function_call_output", "call_id": "c", "output": "5"}, FunctionCallOutputItem),
        ({"type": "function_call_output", "call_id": "c", "output": [{"type": "input_text", "text": "5"}]},
         FunctionCallOutputItem),
        ({"type": "item_reference", "id": "msg_1"}, ItemReference),
        ({"id": "msg_1"}, ItemReference),
        ({"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "x"}, LeftOut),
        ({"type": "file_search_call", "id": "fs_1", "queries": [], "status": "completed"}, LeftOut),
    ],
)  # fmt: skip
def test_an_item_is_known_by_its_type_or_its_fields(given: dict[str, Any], kind: type) -> None:
    item = ITEM.validate_python(given)
    assert isinstance(item, kind)
    assert isinstance(ITEM.validate_python(item), kind)


@pytest.mark.parametrize(
    "given",
    [
        {"role": "user", "content": "Hi", "mood": 1},
        {"role": "tool", "content": "5"},
        {"type": "computer_call", "id": "cu_1"},
        {"type": 5},
        {"type": "function_call", "call_id": "c", "arguments": "{}"},
        "Hi",
        None,
    ],
)
def test_what_is_no_item_is_refused(given: Any) -> None:
    with pytest.raises(ValidationError):
        ITEM.validate_python(given)


def test_the_place_of_a_mistake_is_told() -> None:
    with pytest.raises(ValidationError) as refused:
        INPUT.validate_python(
            [{"role": "user", "content": "Hi"}, {"role": "user", "content": [{"type": "input_text"}]}]
        )
    (mistake,) = refused.value.errors()
    assert mistake["loc"] == ("items", 1, "message", "content", "parts", 0, "input_text", "text")


def test_an_input_is_a_text_or_items() -> None:
    assert INPUT.validate_python("Hi") == "Hi"
    for given in ([], 5, None, {}):
        with pytest.raises(ValidationError):
            INPUT.validate_python(given)


def test_a_piece_that_is_no_text_has_a_shape_to_be_refused_by() -> None:
    item = ITEM.validate_python(
        {"role": "user", "content": [{"type": "input_image", "image_url": "x", "detail": "low"}]}
    )
    assert isinstance(item.content[0], NoText)
