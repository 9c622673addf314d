"""Every format, cut into deltas at every place, must give the same calls; what is no call must come back as text."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.domain.inference import TextDelta
from app.engine.inference.prompts.tool_parser import Delta, ToolCallParser

Parts = list[tuple[str, str]]


def parse(parts: Parts) -> tuple[str, list[tuple[str, object]]]:
    numbers = itertools.count()
    parser = ToolCallParser(lambda: f"call_{next(numbers)}")
    deltas: list[Delta] = []
    for text, special in parts:
        deltas += parser.feed(text, special)
    deltas += parser.finish()
    said = "".join(delta.text for delta in deltas if isinstance(delta, TextDelta))
    calls: dict[int, list[str]] = {}
    for delta in deltas:
        if isinstance(delta, TextDelta):
            continue
        if delta.name is not None:
            assert delta.id == f"call_{delta.index}"
            calls[delta.index] = [delta.name, ""]
        calls[delta.index][1] += delta.arguments
    return said, [(name, json.loads(arguments)) for name, arguments in calls.values()]


def pieces(text: str, size: int) -> Parts:
    return [(text[at : at + size], "") for at in range(0, len(text), size)]


CALLS = {
    "json": '{"name": "weather", "parameters": {"city": "Paris", "days": 3}}',
    "typed": '{"type": "function", "name": "weather", "parameters": {"city": "Paris", "days": 3}}',
    "arguments": ' {"name":"weather","arguments":{"city":"Paris","days":3}}\n',
    "other order": '{"parameters": {"city": "Paris", "days": 3}, "name": "weather"}',
    "nested": '{"type": "function", "function": {"name": "weather", "parameters": {"city": "Paris", "days": 3}}}',
    "list": '[{"name": "weather", "parameters": {"city": "Paris", "days": 3}}]',
    "pythonic": '[weather(city="Paris", days=3)]',
    "custom": '<function=weather>{"city": "Paris", "days": 3}</function>',
}


@pytest.mark.parametrize("form", CALLS)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_each_format_at_each_cut(form: str, size: int) -> None:
    said, calls = parse(pieces(CALLS[form], size))
    assert said.strip() == ""
    assert calls == [("weather", {"city": "Paris", "days": 3})]


@pytest.mark.parametrize("size", [1, 4, 1000])
@pytest.mark.parametrize(
    "text",
    [
        '{"name": "a", "parameters": {"x": "}"}}; {"name": "b", "parameters": {}}',
        '{"name": "a", "parameters": {"x": "}"}}\n{"name": "b", "parameters": {}}',
        '[{"name": "a", "parameters": {"x": "}"}}, {"name": "b", "parameters": {}}]',
        '[a(x="}"), b()]',
    ],
)
def test_several_calls(text: str, size: int) -> None:
    assert parse(pieces(text, size)) == ("", [("a", {"x": "}"}), ("b", {})])


def test_text_before_a_custom_call() -> None:
    said, calls = parse(pieces('Let me look. <function=f>{"a": 1}</function>', 3))
    assert (said, calls) == ("Let me look. ", [("f", {"a": 1})])


@pytest.mark.parametrize(
    ("after", "call"),
    [
        ('{"name": "f", "parameters": {"a": 1}}', ("f", {"a": 1})),
        ('brave_search.call(query="Menlo Park")', ("brave_search", {"query": "Menlo Park"})),
        ("print(1 + 1)", ("code_interpreter", {"code": "print(1 + 1)"})),
        ('f(a="b")', ("f", {"a": "b"})),
    ],
)
def test_the_python_tag(after: str, call: tuple[str, object]) -> None:
    assert parse([("", "<|python_tag|>"), *pieces(after, 2)]) == ("", [call])


def test_arguments_are_streamed_before_the_call_is_complete() -> None:
    parser = ToolCallParser(lambda: "id")
    deltas = parser.feed('{"name": "f", "parameters": {"text": "one two')
    assert [delta for delta in deltas if not isinstance(delta, TextDelta)][-1].arguments == '{"text": "one two'


@pytest.mark.parametrize("size", [1, 5, 1000])
@pytest.mark.parametrize(
    "text",
    [
        "Plain words.",
        '{"answer": 42}',
        "{not json at all}",
        "[1, 2, 3]",
        "[link](https://example.org) and more",
        "[a, b]",
        '{"name": 5, "parameters": {}}',
        "[x for x in y]",
        "a < b and <functional> things",
        "<function=broken>{oops</function> tail",
        "{",
        "[weather(city=open('x'))]",
    ],
)
def test_what_is_no_call_stays_text(text: str, size: int) -> None:
    assert parse(pieces(text, size)) == (text, [])


def test_a_call_that_was_cut_off_keeps_its_arguments() -> None:
    parser = ToolCallParser(lambda: "id")
    deltas = parser.feed('{"name": "f", "parameters": {"a": "b') + parser.finish()
    assert [getattr(delta, "arguments", None) for delta in deltas] == ["", '{"a": "b']


@given(st.text(alphabet='{}[]()"\\=,;: nameprtsfuncio<>/\n', max_size=80), st.integers(1, 9))
def test_no_text_raises(text: str, size: int) -> None:
    numbers = itertools.count()
    parser = ToolCallParser(lambda: str(next(numbers)))
    for part, special in pieces(text, size):
        parser.feed(part, special)
    parser.finish()
