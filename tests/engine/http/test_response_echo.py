"""A request comes back in the words it was asked in."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from app.engine.domain.errors import InvalidRequest
from app.engine.http.response_echo import DEFAULTS, KEY, echo_of, echoed, is_response, metadata_of
from app.engine.http.responses_wire import ResponseBody
from tests.fakes.turns import turn


def told_back(conversation: str | None = None, **fields: Any) -> dict[str, Any]:
    body = ResponseBody.model_validate({"model": "m", "input": "Hi"} | fields)
    kept = metadata_of(body, echo_of(body, conversation))
    return echoed(msgspec.structs.replace(turn(), metadata=kept))


def test_what_was_not_asked_has_its_default() -> None:
    assert told_back() == DEFAULTS | {"model": "m", "metadata": {}}
    assert told_back(service_tier="auto")["service_tier"] == "default"


def test_what_was_asked_is_told_back() -> None:
    asked = {
        "background": True, "instructions": "Be kind.", "max_output_tokens": 7, "max_tool_calls": 2,
        "parallel_tool_calls": False, "previous_response_id": "resp_1", "prompt_cache_key": "k", "temperature": 0.0,
        "safety_identifier": "s", "service_tier": "flex", "top_p": 0.5, "truncation": "auto", "user": "u",
        "metadata": {"a": "b"}, "tool_choice": "required",
    }  # fmt: skip
    found = told_back(**asked)
    assert {name: found[name] for name in asked} == asked


def test_functions_are_told_back_in_one_form() -> None:
    nested = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}, "strict": True}}
    chosen = {"type": "function", "function": {"name": "f"}}
    found = told_back(tools=[nested, {"type": "function", "name": "g"}], tool_choice=chosen)
    assert found["tools"] == [
        {"type": "function", "name": "f", "description": None, "parameters": {"type": "object"}, "strict": True},
        {"type": "function", "name": "g", "description": None, "parameters": None, "strict": False},
    ]
    assert found["tool_choice"] == {"type": "function", "name": "f"}


def test_parts_of_an_option_keep_the_defaults_of_the_others() -> None:
    found = told_back(reasoning={"effort": "low"}, text={"verbosity": "low"})
    assert found["reasoning"] == {"effort": "low", "summary": None}
    assert found["text"] == {"format": {"type": "text"}, "verbosity": "low"}


def test_a_schema_keeps_its_name() -> None:
    form = {"type": "json_schema", "name": "cat", "schema": {"const": 1}, "strict": True}
    assert told_back(text={"format": form})["text"] == {"format": form}


def test_the_conversation_is_the_one_it_went_to() -> None:
    assert told_back("conv_1", previous_response_id="resp_1")["conversation"] == {"id": "conv_1"}


def test_only_what_was_asked_as_a_response_is_one() -> None:
    assert not is_response(turn())
    assert is_response(turn(metadata={KEY: "{}"}))


def test_the_key_is_taken() -> None:
    with pytest.raises(InvalidRequest, match="taken"):
        told_back(metadata={KEY: "mine"})
