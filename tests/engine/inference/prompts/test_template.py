"""Chat templates of strangers: what they may do renders, what they must not do ends in words and in time."""

from __future__ import annotations

import time

import pytest

from app.engine.domain.errors import TemplateFailed
from app.engine.domain.inference import Message, ToolCall, ToolSpec
from app.engine.inference.prompts.template import (
    GROWTH_LIMIT,
    SOURCE_LIMIT,
    ChatTemplate,
    as_template_message,
    as_template_tool,
)
from tests.fakes.tiny_gguf import LLAMA31_TEMPLATE

SECONDS = 0.3
HELLO = (Message(role="user", content="hello"),)
WEATHER = ToolSpec(name="weather", description="Tells it", parameters={"type": "object", "properties": {"city": {}}})

HOSTILE = {
    "raises": "{{ raise_exception('roles must alternate') }}",
    "endless for": "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
    "endless with output": "{% for i in range(99999) %}{% for j in range(99999) %}x{% endfor %}{% endfor %}",
    "endless recursion": "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "reach for class": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "repetition": "{{ 'x' * 1000000000 }}",
    "doubling": "{% set ns = namespace(s='xx') %}{% for i in range(60) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
    "squaring": "{% set ns = namespace(s=9) %}{% for i in range(60) %}{% set ns.s = ns.s * ns.s %}{% endfor %}",
    "wide number": "{{ 'x'.rjust(1000000000) }}",
    "huge output": "{% for i in range(99999) %}" + "x" * 200 + "{% endfor %}",
    "open comment": "hello {# never closed",
    "open block": "{% if messages %}",
    "unknown tag": "{% include 'other' %}",
    "unknown filter": "{{ messages | explode }}",
    "deep nesting": "{% for a in [1] %}" * 25 + "{% endfor %}" * 25,
    "deep parentheses": "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "division": "{{ 1 // 0 }}",
    "no such key": "{{ messages[7].content }}",
    "wrong type": "{{ messages + 1 }}",
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_template_is_refused_in_words_and_in_time(source: str) -> None:
    started = time.monotonic()
    with pytest.raises(TemplateFailed) as caught:
        ChatTemplate(source, seconds=SECONDS).render(HELLO)
    assert time.monotonic() - started < SECONDS * 10
    assert "chat template" in caught.value.message
    assert caught.value.hint


def test_the_words_of_a_template_that_raises_are_kept() -> None:
    with pytest.raises(TemplateFailed, match="roles must alternate"):
        ChatTemplate(HOSTILE["raises"]).render(HELLO)


def test_what_is_too_large_names_its_size() -> None:
    with pytest.raises(TemplateFailed, match=str(SOURCE_LIMIT)):
        ChatTemplate("x" * (SOURCE_LIMIT + 1))


def test_a_long_conversation_is_no_huge_output() -> None:
    long = (Message(role="user", content="x" * GROWTH_LIMIT),)
    text = ChatTemplate("{% for m in messages %}{{ m.content }}{{ m.content }}{% endfor %}").render(long)
    assert len(text) == 2 * GROWTH_LIMIT


def test_a_template_can_be_used_again_after_it_failed() -> None:
    template = ChatTemplate(
        "{% if messages | length > 1 %}{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"
        "{% endif %}{{ messages[0].content }}",
        seconds=SECONDS,
    )
    with pytest.raises(TemplateFailed):
        template.render(HELLO * 2)
    assert template.render(HELLO) == "hello"


def llama31(*messages: Message, tools: tuple[ToolSpec, ...] = ()) -> str:
    return ChatTemplate(LLAMA31_TEMPLATE, bos="<|begin_of_text|>", eos="<|eot_id|>").render(messages, tools)


def test_llama_31_without_tools() -> None:
    text = llama31(Message(role="system", content="Be kind."), *HELLO)
    assert text.startswith("<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date")
    assert "Today Date: " in text
    assert "Be kind.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nhello<|eot_id|>" in text
    assert text.endswith("<|start_header_id|>assistant<|end_header_id|>\n\n")


def test_llama_31_with_tools_shows_arguments_as_objects() -> None:
    call = ToolCall(id="call_1", name="weather", arguments='{"city": "Köln"}')
    text = llama31(
        *HELLO,
        Message(role="assistant", tool_calls=(call,)),
        Message(role="tool", content="rain", tool_call_id="call_1"),
        tools=(WEATHER,),
    )
    assert '{"name": "weather", "parameters": {"city": "Köln"}}<|eot_id|>' in text
    assert "<|start_header_id|>ipython<|end_header_id|>\n\nrain<|eot_id|>" in text
    assert '"description": "Tells it"' in text
    assert "Environment: ipython" in text


def test_a_template_that_refuses_two_calls_says_so() -> None:
    calls = tuple(ToolCall(id=name, name="weather", arguments="{}") for name in "ab")
    with pytest.raises(TemplateFailed, match="single tool-calls"):
        llama31(*HELLO, Message(role="assistant", tool_calls=calls))


def test_arguments_that_are_no_json_stay_text() -> None:
    call = ToolCall(id="1", name="f", arguments="{broken")
    shaped = as_template_message(Message(role="assistant", tool_calls=(call,)))
    assert shaped["tool_calls"][0]["function"] == {"name": "f", "arguments": "{broken"}


def test_names_of_hugging_face_are_passed_in() -> None:
    source = "{{ bos_token }}|{{ eos_token }}|{{ add_generation_prompt }}|{{ tools }}|{{ strftime_now('%Y') | length }}"
    assert ChatTemplate(source, bos="<s>", eos="</s>").render(HELLO) == "<s>|</s>|True|None|4"


def test_messages_and_tools_have_the_shape_templates_expect() -> None:
    named = Message(role="tool", content="4", name="add", tool_call_id="call_1")
    assert as_template_message(named) == {"role": "tool", "content": "4", "name": "add", "tool_call_id": "call_1"}
    assert as_template_tool(WEATHER)["function"]["parameters"] == WEATHER.parameters


@pytest.mark.parametrize(("source", "mentions"), [(LLAMA31_TEMPLATE, True), ("{{ messages }}", False)])
def test_whether_a_template_knows_tools(source: str, mentions: bool) -> None:
    assert ChatTemplate(source).mentions_tools is mentions
