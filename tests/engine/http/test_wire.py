"""Bodies are read strictly: what is known passes, anything else is refused where it stands."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from app.engine.http import wire

CHAT: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}
RAW: dict[str, Any] = {"model": "m", "prompt": "hi"}


def refused(kind: type[BaseModel], body: dict[str, Any]) -> list[tuple[int | str, ...]]:
    with pytest.raises(ValidationError) as caught:
        kind.model_validate(body)
    return [error["loc"] for error in caught.value.errors()]


@pytest.mark.parametrize(
    "change",
    [
        {"temperature": 2},
        {"temperature": 0, "top_p": 1, "top_k": 0, "min_p": 0, "seed": -(2**63)},
        {"stop": "x"},
        {"stop": ["a", "b"]},
        {"n": 16, "stream": True, "stream_options": {"include_usage": True}},
        {"logit_bias": {"12": -100}},
        {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {}}}},
        {"tools": [{"type": "function", "function": {"name": "f.g-h"}}], "tool_choice": "required"},
        {"tool_choice": {"type": "function", "function": {"name": "f"}}},
        {"messages": [{"role": "assistant", "content": None, "refusal": None, "annotations": [], "audio": None,
                       "function_call": None, "tool_calls": None}]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "a"}]}]},
        {name: None for name in wire.ChatCompletionBody.model_fields if name not in ("model", "messages")},
    ],
)  # fmt: skip
def test_what_clients_send_passes(change: dict[str, Any]) -> None:
    assert wire.ChatCompletionBody.model_validate(CHAT | change).model == "m"


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"temperature": 2.1}, "temperature"),
        ({"temperature": "nan"}, "temperature"),
        ({"top_p": -0.1}, "top_p"),
        ({"n": 0}, "n"),
        ({"n": 17}, "n"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"seed": 2**63}, "seed"),
        ({"logit_bias": {"x": 1}}, "logit_bias"),
        ({"logit_bias": {"1": 101}}, "logit_bias"),
        ({"stop": ["x"] * 17}, "stop"),
        ({"top_logprobs": 21}, "top_logprobs"),
        ({"functions": []}, "functions"),
        ({"stream_options": {"other": 1}}, "stream_options"),
        ({"tools": [{"type": "web_search"}]}, "tools"),
        ({"tools": [{"type": "function", "function": {"name": "a b"}}]}, "tools"),
        ({"response_format": {"type": "xml"}}, "response_format"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]}, "messages"),
        ({"messages": [{"role": "user", "content": "x", "annotations": [1]}]}, "messages"),
    ],
)
def test_what_is_unknown_or_out_of_bounds_is_refused_there(change: dict[str, Any], where: str) -> None:
    assert {loc[0] for loc in refused(wire.ChatCompletionBody, CHAT | change)} == {where}


@pytest.mark.parametrize("prompt", ["x", ["x", "y"], [1, 2], [[1], [2, 3]]])
def test_prompts(prompt: Any) -> None:
    assert wire.CompletionBody.model_validate(RAW | {"prompt": prompt}).prompt == prompt


@pytest.mark.parametrize(
    "change", [{"prompt": None}, {"prompt": {"a": 1}}, {"echo": True}, {"logprobs": 6}, {"suffix": ""}]
)
def test_raw_completions_are_strict_too(change: dict[str, Any]) -> None:
    assert refused(wire.CompletionBody, RAW | change)
