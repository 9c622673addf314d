"""Operations that no time limit can interrupt are refused before they are carried out."""

from __future__ import annotations

import pytest
from jinja2 import TemplateError
from jinja2.exceptions import SecurityError

from app.engine.inference.prompts.sandbox import TOTAL_LIMIT, VALUE_LIMIT, Sandbox


def run(source: str, **values: object) -> str:
    sandbox = Sandbox()
    sandbox.begin()
    return sandbox.from_string(source).render(**values)


LOOP = "{{% set ns = namespace(v={start}) %}}{{% for i in range(60) %}}{{% set ns.v = {step} %}}{{% endfor %}}"

HUGE = {
    "repeat a string": "{{ 'x' * 1000000000 }}",
    "repeat a list": "{{ ([1] * 1000000000) | length }}",
    "power": "{{ 10 ** 1000000000 }}",
    "printf": "{{ '%1000000000d' % 1 }}",
    "ljust": "{{ 'x'.ljust(1000000000) }}",
    "zfill": "{{ 'x'.zfill(1000000000) }}",
    "format": "{{ '{:>1000000000}'.format(1) }}",
    "format filter": "{{ '%1000000000d' | format(1) }}",
    "center filter": "{{ 'x' | center(1000000000) }}",
    "indent": "{{ 'x\ny' | indent(1000000000) }}",
    "tojson": "{{ [1] | tojson(indent=1000000000) }}",
    "batch": "{{ ([1] | batch(1000000000, 'x') | list) | length }}",
    "slice": "{{ ([1] | slice(1000000000, 'x') | list) | length }}",
    "round": "{{ 1 | round(1000000000, 'ceil') }}",
    "range": "{{ range(1000000000) | length }}",
    "doubling by ~": LOOP.format(start="'xx'", step="ns.v ~ ns.v"),
    "doubling by +": LOOP.format(start="'xx'", step="ns.v + ns.v"),
    "doubling a list": LOOP.format(start="[1]", step="ns.v + ns.v"),
    "summing lists": LOOP.format(start="[1]", step="[ns.v, ns.v] | sum(start=[])"),
    "squaring": LOOP.format(start="7", step="ns.v * ns.v"),
    "replace": LOOP.format(start="'xx'", step="ns.v.replace('x', 'xx')"),
    "replace filter": LOOP.format(start="'xx'", step="ns.v | replace('x', 'xx')"),
    "join": LOOP.format(start="'xx'", step="ns.v.join(['x', 'x', 'x'])"),
    "join filter": LOOP.format(start="'xx'", step="['', '', '', ''] | join(ns.v)"),
}


@pytest.mark.parametrize("source", HUGE.values(), ids=HUGE.keys())
def test_what_would_take_all_memory_is_refused(source: str) -> None:
    with pytest.raises((TemplateError, AttributeError, OverflowError)):
        run(source)


def test_many_values_count_together() -> None:
    many = TOTAL_LIMIT // VALUE_LIMIT + 2
    source = "{% for i in range(many) %}{% set a = text ~ 'x' %}{% endfor %}"
    assert run(source, many=2, text="x" * (VALUE_LIMIT - 1)) == ""
    with pytest.raises(SecurityError):
        run(source, many=many, text="x" * (VALUE_LIMIT - 1))


ESCAPES = (
    "{{ ''.__class__.__mro__ }}",
    "{{ messages.__class__ }}",
    "{{ ''['__class__']['__mro__'] }}",
    "{{ ('' | attr('__class__')).mro() }}",
    "{{ raise_exception.__globals__ }}",
    "{{ strftime_now.__code__.co_consts }}",
    "{{ namespace.__init__.__globals__.os }}",
    "{{ cycler.__init__.__globals__.os.popen('id') }}",
    "{% for x in [1] %}{{ loop.__class__.__init__.__globals__ }}{% endfor %}",
)


@pytest.mark.parametrize("source", ESCAPES)
def test_python_is_out_of_reach(source: str) -> None:
    try:
        text = run(source, messages=[])
    except TemplateError:
        return
    assert text == ""


def test_nothing_given_can_be_changed() -> None:
    messages: list[dict[str, str]] = [{"role": "user"}]
    for source in ("{{ messages.append(1) }}", "{{ messages[0].update(role='x') }}", "{{ messages.clear() }}"):
        with pytest.raises(SecurityError):
            run(source, messages=messages)
    assert messages == [{"role": "user"}]


ORDINARY = {
    "{{ 'a' ~ 1 ~ none }}": "a1None",
    "{{ 'a' + 'b' + 'c' }}": "abc",
    "{{ [1] + [2] }}": "[1, 2]",
    "{{ 6 * 7 + 10 % 3 }}": "43",
    "{{ 'a-b-a'.replace('a', 'x', 1) }} {{ 'aa' | replace('a', 'b') }}": "x-b-a bb",
    "{{ ', '.join(['a', 'b']) }} {{ [1, 2] | join('-') }}": "a, b 1-2",
    "{{ [{'n': 1}, {'n': 2}] | join(',', attribute='n') }}": "1,2",
    "{{ 'a\nb' | indent(2) }}": "a\n  b",
    "{{ [1, 2, 3] | sum }} {{ 2.567 | round(1) }}": "6 2.6",
    "{{ [1, 2, 3] | batch(2) | list }} {{ [1, 2, 3] | slice(2) | list }}": "[[1, 2], [3]] [[1, 2], [3]]",
    "{{ {'a': 'ä<b>'} | tojson }}": '{"a": "ä<b>"}',
    "{{ 'a b'.split(' ')[1].upper() }} {{ ' x ' | trim }}": "B x",
}


@pytest.mark.parametrize(("source", "text"), ORDINARY.items())
def test_what_templates_do_every_day_works(source: str, text: str) -> None:
    assert run(source) == text


def test_dates_can_be_asked_for() -> None:
    assert run("{{ strftime_now('%Y') }}").isdigit()
