"""The Jinja environment that untrusted chat templates run in. Must not render anything itself.

Jinja's own sandbox keeps a template away from Python; it does not keep it from building values that take all memory,
nor from single operations that no time limit can interrupt. Here every operation that makes something larger is
charged before it is carried out, and numbers stay small.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator
from typing import Any

import jinja2
from jinja2.compiler import CodeGenerator
from jinja2.exceptions import SecurityError
from jinja2.filters import do_batch, do_indent, do_round, make_attrgetter, sync_do_slice
from jinja2.nodes import Concat
from jinja2.sandbox import ImmutableSandboxedEnvironment

# Characters (or list items) that one value may have, and that all operations of one render may make together.
VALUE_LIMIT = 8 * 1024 * 1024
TOTAL_LIMIT = 256 * 1024 * 1024
NUMBER_BITS = 256
COLUMNS_LIMIT = 1000
_STRING_BUILDERS = frozenset({"ljust", "rjust", "center", "zfill", "format", "format_map", "expandtabs", "translate"})
_REMOVED_FILTERS = ("center", "format", "wordwrap", "striptags", "urlize", "xmlattr", "filesizeformat")


class _Generator(CodeGenerator):
    """Compiles `~` to a call that is charged."""

    def visit_Concat(self, node: Concat, frame: Any) -> None:
        self.write("environment.glue((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")


class Sandbox(ImmutableSandboxedEnvironment):
    """An environment for one template. `begin` must be called before each render."""

    code_generator_class = _Generator
    intercepted_binops = frozenset({"*", "**", "+", "%"})

    def __init__(self) -> None:
        super().__init__(trim_blocks=True, lstrip_blocks=True, autoescape=False, extensions=["jinja2.ext.loopcontrols"])
        self._spent = 0
        for name in _REMOVED_FILTERS:
            self.filters.pop(name, None)
        self.globals.pop("lipsum", None)
        self.filters |= {
            "batch": self._batch,
            "indent": self._indent,
            "join": self._join,
            "replace": self._replace,
            "round": _round,
            "slice": _slice,
            "sum": _sum,
            "tojson": _tojson,
        }
        self.globals["raise_exception"] = _raise
        self.globals["strftime_now"] = lambda form: datetime.datetime.now().strftime(form)

    def begin(self) -> None:
        """Forget what earlier renders made."""
        self._spent = 0

    def charge(self, size: int) -> None:
        """Allow one more value of this size; raises SecurityError when it is too much."""
        self._spent += size
        if size > VALUE_LIMIT or self._spent > TOTAL_LIMIT:
            raise SecurityError("a chat template may not build values this large")

    def glue(self, parts: tuple[Any, ...]) -> str:
        """Join the operands of `~`."""
        texts = [str(part) for part in parts]
        self.charge(sum(map(len, texts)))
        return "".join(texts)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Carry out `+ * ** %` within the limits."""
        if operator == "+":
            self.charge(_size(left) + _size(right))
        elif operator == "**" or not (_is_number(left) and _is_number(right)):
            raise SecurityError("repetition, powers and formatting are not allowed in a chat template")
        elif _bits(left) + _bits(right) > NUMBER_BITS:
            raise SecurityError("a chat template may not build numbers this large")
        return super().call_binop(context, operator, left, right)

    def call(self, context: Any, obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Call what the template calls; methods of strings are charged."""
        owner = getattr(obj, "__self__", None)
        if isinstance(owner, str):
            match getattr(obj, "__name__", ""), args:
                case "replace", (str() as old, str() as new, *count):
                    return self._replace(owner, old, new, *count)
                case "join", (items,):
                    return self._join(self, items, owner)
                case _:
                    self.charge(len(owner))
        return super().call(context, obj, *args, **kwargs)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Refuse what builds strings of any width."""
        if isinstance(obj, str) and attr in _STRING_BUILDERS:
            return False
        return super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> None:
        """Leave `str.format` to `is_safe_attribute`, which refuses it: a format may ask for any width."""

    def _replace(self, text: Any, old: Any, new: Any, count: int | None = None) -> str:
        text, old, new = str(text), str(old), str(new)
        times = text.count(old) if count is None or count < 0 else min(count, text.count(old))
        self.charge(len(text) + times * len(new))
        return str(text.replace(old, new, -1 if count is None else count))

    @jinja2.pass_environment
    def _join(self, environment: jinja2.Environment, items: Any, between: str = "", attribute: Any = None) -> str:
        chosen = map(make_attrgetter(environment, attribute), items) if attribute is not None else items
        texts: list[str] = []
        for item in chosen:
            texts.append(str(item))
            self.charge(len(texts[-1]) + len(between))
        self.charge(sum(map(len, texts)) + len(between) * len(texts))
        return str(between).join(texts)

    def _indent(self, text: Any, width: int | str = 4, first: bool = False, blank: bool = False) -> str:
        text = str(text)
        columns = len(width) if isinstance(width, str) else width
        _at_most(columns, COLUMNS_LIMIT)
        self.charge(len(text) + (text.count("\n") + 1) * columns)
        return do_indent(text, width, first, blank)

    def _batch(self, items: Iterable[Any], size: int, fill: Any = None) -> Iterator[list[Any]]:
        _at_most(size, COLUMNS_LIMIT)
        return do_batch(items, size, fill)


def _raise(message: str) -> None:
    raise jinja2.TemplateError(message)


def _tojson(value: Any, indent: int | None = None, **_options: Any) -> str:
    _at_most(indent or 0, 16)
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _round(value: Any, precision: int = 0, method: Any = "common") -> Any:
    _at_most(abs(precision), 16)
    return do_round(value, precision, method)


def _slice(items: Any, size: int, fill: Any = None) -> Any:
    _at_most(size, COLUMNS_LIMIT)
    return sync_do_slice(items, size, fill)


def _sum(items: Iterable[Any], start: Any = 0) -> Any:
    numbers = list(items)
    if not all(map(_is_number, [*numbers, start])):
        raise SecurityError("sum adds numbers only in a chat template")
    return sum(numbers, start)


def _at_most(value: int, limit: int) -> None:
    if value > limit:
        raise SecurityError(f"{value} is more than a chat template may ask for ({limit})")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float)


def _bits(value: Any) -> int:
    return value.bit_length() if isinstance(value, int) else 0


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str | list | tuple) else 0
