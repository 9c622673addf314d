"""The shapes refuse what they do not know."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from app.engine.http import wire
from tests.fakes.serving import chat_body


def where(body: type[BaseModel], fields: dict) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        body(**fields)
    return [".".join(str(part) for part in error["loc"]) for error in refused.value.errors()]


def test_every_shape_is_strict() -> None:
    shapes = [each for each in vars(wire).values() if isinstance(each, type) and issubclass(each, wire.Strict)]
    assert len(shapes) > 12
    assert all(shape.model_config["extra"] == "forbid" for shape in shapes)


@pytest.mark.parametrize(
    "extra",
    [
        {"functions": []},
        {"stream_options": {"include_usage": True, "include_obfuscation": False}},
        {"response_format": {"type": "json_schema", "json_schema": {"schema": {}, "mood": 1}}},
        {"tools": [{"type": "function", "function": {"name": "f", "mood": 1}}]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "", "mood": 1}]}]},
    ],
    ids=lambda extra: next(iter(extra)),
)
def test_unknown_fields_are_refused_at_every_depth(extra) -> None:
    assert where(wire.ChatCompletionBody, chat_body(**extra))


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("temperature", (0, 2), (-0.1, 2.1, "warm", float("nan"))),
        ("top_p", (0, 1), (-0.1, 1.1)),
        ("top_k", (0, 10_000), (-1, 10_001, 0.5)),
        ("min_p", (0, 1), (-0.1, 1.1)),
        ("repeat_penalty", (0.1, 10), (0, 10.1)),
        ("frequency_penalty", (-2, 2), (-2.1, 2.1)),
        ("presence_penalty", (-2, 2), (-2.1, 2.1)),
        ("max_tokens", (1, 2**31 - 1), (0, -1, 2**31)),
        ("max_completion_tokens", (1, 2**31 - 1), (0, 2**31)),
        ("n", (1, 16), (0, 17)),
        ("seed", (-(2**63), 2**63 - 1), (2**63, -(2**63) - 1)),
        ("top_logprobs", (0, 20), (-1, 21)),
    ],
)
def test_bounds(name: str, good: tuple, bad: tuple) -> None:
    for value in good:
        assert getattr(wire.ChatCompletionBody(**chat_body(**{name: value})), name) == value
    for value in bad:
        assert where(wire.ChatCompletionBody, chat_body(**{name: value})) == [name]


@pytest.mark.parametrize("bias", [{"a": 1}, {"-1": 1}, {"1234567890": 1}, {"1": 100.5}, {"1": None}])
def test_biases_name_tokens(bias) -> None:
    assert where(wire.ChatCompletionBody, chat_body(logit_bias=bias))


@pytest.mark.parametrize("name", ["", "a b", "a/b", "x" * 129])
def test_tools_have_plain_names(name: str) -> None:
    assert where(wire.ChatCompletionBody, chat_body(tools=[{"type": "function", "function": {"name": name}}]))


def test_a_message_takes_back_what_an_answer_carries() -> None:
    message = {"role": "assistant", "content": "Hi", "refusal": None, "annotations": [], "audio": None,
               "function_call": None, "tool_calls": None}  # fmt: skip
    assert wire.ChatMessage(**message).content == "Hi"
    assert where(wire.ChatMessage, {**message, "audio": {"id": "a"}}) == ["audio"]
    assert where(wire.ChatMessage, {**message, "refusal": "no"}) == ["refusal"]


@pytest.mark.parametrize("prompt", [[2**31], [-1], [[2**70]], {}, None, [None]], ids=str)
def test_prompts_that_are_none(prompt) -> None:
    assert where(wire.CompletionBody, {"model": "m", "prompt": prompt})


def test_echo_is_not_there() -> None:
    assert where(wire.CompletionBody, {"model": "m", "prompt": "a", "echo": True}) == ["echo"]
    assert wire.CompletionBody(model="m", prompt="a", echo=False).echo is False


@pytest.mark.parametrize(
    "fields",
    [{"user": "\ud800"}, {"tools": [{"type": "function", "function": {"name": "f", "parameters": {"a": 2**64}}}]}],
)
def test_what_cannot_be_passed_on_is_refused(fields) -> None:
    with pytest.raises(ValidationError, match=r"64 bits|unicode"):
        wire.ChatCompletionBody(**chat_body(**fields))
