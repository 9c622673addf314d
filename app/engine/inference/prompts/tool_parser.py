"""Turns the text of an answer into deltas of text and of tool calls, as it arrives. Pure, and must lose nothing.

What looks like a call and turns out not to be one comes back as text.

Formats of Meta's prompt guides for Llama 3.1, 3.2, 3.3 and 4:
  {"name": "f", "parameters": {...}}            JSON, several joined by ";" or "," or in a list
  <|python_tag|>{...}                           the same after the tag
  <|python_tag|>brave_search.call(query="...")  built-in tools
  <|python_tag|>print(1)                        code, a call of code_interpreter
  [f(a=1), g(b="x")]                            pythonic
  <function=f>{...}</function>                  the custom format of 3.1
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from typing import Literal

from app.engine.domain.inference import TextDelta, ToolCallDelta

Delta = TextDelta | ToolCallDelta

_HEAD = re.compile(
    r'\s*\{\s*(?:"type"\s*:\s*"function"\s*,\s*)?"name"\s*:\s*("(?:[^"\\]|\\.)*")\s*,\s*"(?:parameters|arguments)"\s*:\s*(?=\{)'
)
_CUSTOM = re.compile(r"<function=([\w.\-]+)>")
_CUSTOM_OPEN, _CUSTOM_CLOSE = "<function=", "</function>"
_PYTHONIC = re.compile(r"\[\s*[A-Za-z_][\w.]*\s*\(")
_PYTHONIC_START = re.compile(r"\[\s*(?:[A-Za-z_][\w.]*\s*)?$")
_TAGS = frozenset({"<|python_tag|>", "<|python_start|>"})


class JsonScanner:
    """Finds the end of one JSON object or list in text that arrives in parts."""

    def __init__(self) -> None:
        self._depth = 0
        self._quoted = False
        self._escaped = False

    def scan(self, text: str) -> int | None:
        """Read on and return the index after the value's last character, or None while it is open."""
        for index, char in enumerate(text):
            if self._quoted:
                self._in_string(char)
            elif char == '"':
                self._quoted = True
            elif char in "{[(":
                self._depth += 1
            elif char in "}])":
                self._depth -= 1
                if self._depth == 0:
                    return index + 1
        return None

    def _in_string(self, char: str) -> None:
        if self._escaped:
            self._escaped = False
        elif char == "\\":
            self._escaped = True
        elif char == '"':
            self._quoted = False


class ToolCallParser:
    """Reads one answer. `new_id` names each call. Feed text and control tokens in order, then `finish` once."""

    def __init__(self, new_id: Callable[[], str]) -> None:
        self._new_id = new_id
        self._buffer = ""
        self._mode: Literal["start", "text", "json", "tagged", "pythonic", "custom"] = "start"
        self._scanner: JsonScanner | None = None
        self._closing = False
        self._listed = False
        self.calls = 0

    def feed(self, text: str, special: str = "") -> list[Delta]:
        """Add text, or a control token, and return what is certain now."""
        deltas: list[Delta] = []
        if text:
            self._buffer += text
            deltas += self._advance()
        if special in _TAGS:
            deltas += self._flush_text()
            self._mode = "tagged"
        return deltas

    def finish(self) -> list[Delta]:
        """End the answer and return what was held back."""
        if self._scanner is not None:
            return []
        if self._mode == "tagged" and self._buffer.strip():
            return self._code()
        if self._mode == "pythonic" and (calls := _pythonic_calls(self._buffer)):
            return [delta for name, arguments in calls for delta in self._whole(name, arguments)]
        if self._mode == "json" and not self._buffer.strip(" \n\t;,]}"):
            return []
        return self._flush_text()

    def _advance(self) -> list[Delta]:
        deltas: list[Delta] = []
        while True:
            before = (self._mode, len(self._buffer))
            deltas += self._step()
            if before == (self._mode, len(self._buffer)) or not self._buffer:
                return deltas

    def _step(self) -> list[Delta]:
        match self._mode:
            case "start":
                return self._decide()
            case "text":
                return self._read_text()
            case "json":
                return self._read_json()
            case "tagged":
                return self._read_tagged()
            case "pythonic":
                return self._read_pythonic()
            case "custom":
                return self._read_custom()

    def _decide(self) -> list[Delta]:
        text = self._buffer.lstrip()
        if not text:
            return []
        if text.startswith("{") or re.match(r"\[\s*\{", text):
            self._mode = "json"
        elif _PYTHONIC.match(text):
            self._mode = "pythonic"
        elif not _PYTHONIC_START.match(text):
            self._mode = "text"
        return []

    def _read_text(self) -> list[Delta]:
        at = self._buffer.find(_CUSTOM_OPEN)
        if at >= 0:
            text, self._buffer = self._buffer[:at], self._buffer[at:]
            self._mode = "custom"
            return [TextDelta(text)] if text else []
        keep = next((n for n in range(len(_CUSTOM_OPEN) - 1, 0, -1) if self._buffer.endswith(_CUSTOM_OPEN[:n])), 0)
        cut = len(self._buffer) - keep
        text, self._buffer = self._buffer[:cut], self._buffer[cut:]
        return [TextDelta(text)] if text else []

    def _read_tagged(self) -> list[Delta]:
        if self._buffer.lstrip().startswith(("{", "[")):
            self._mode = "json"
        return []

    def _read_json(self) -> list[Delta]:
        if self._scanner is not None:
            return self._stream_arguments(self._scanner)
        self._skip_separators()
        if not self._buffer:
            return []
        if not self._buffer.startswith("{"):
            return self._not_a_call()
        head = _HEAD.match(self._buffer)
        if head:
            self._buffer = self._buffer[head.end() :]
            self._scanner = JsonScanner()
            return [self._named(json.loads(head.group(1)))]
        end = JsonScanner().scan(self._buffer)
        return [] if end is None else self._complete_object(end)

    def _skip_separators(self) -> None:
        if self._closing and (rest := self._buffer.lstrip()):
            self._buffer, self._closing = rest.removeprefix("}"), False
        separators = " \n\t;,]" if self.calls or self._listed else " \n\t"
        stripped = self._buffer.lstrip(separators)
        if not self.calls and not self._listed and stripped.startswith("["):
            self._listed = True
            stripped = stripped[1:].lstrip()
        self._buffer = stripped

    def _not_a_call(self) -> list[Delta]:
        self._mode = "text"
        if self._listed and not self.calls:
            self._buffer = "[" + self._buffer
        return []

    def _complete_object(self, end: int) -> list[Delta]:
        """An object whose keys came in another order: a call if it has the parts of one, else text."""
        try:
            value = json.loads(self._buffer[:end])
        except ValueError:
            return self._not_a_call()
        function = value.get("function", value) if isinstance(value, dict) else None
        if not isinstance(function, dict) or not isinstance(function.get("name"), str):
            return self._not_a_call()
        arguments = function.get("parameters", function.get("arguments", {}))
        self._buffer = self._buffer[end:]
        return self._whole(function["name"], arguments if isinstance(arguments, dict) else {})

    def _stream_arguments(self, scanner: JsonScanner) -> list[Delta]:
        end = scanner.scan(self._buffer)
        fresh = self._buffer if end is None else self._buffer[:end]
        self._buffer = self._buffer[len(fresh) :]
        if end is not None:
            self._scanner, self._closing = None, True
        return [ToolCallDelta(self.calls - 1, arguments=fresh)] if fresh else []

    def _read_pythonic(self) -> list[Delta]:
        end = JsonScanner().scan(self._buffer)
        if end is None:
            return []
        calls = _pythonic_calls(self._buffer[:end])
        if not calls:
            self._mode = "text"
            return []
        self._buffer, self._mode = self._buffer[end:], "text"
        return [delta for name, arguments in calls for delta in self._whole(name, arguments)]

    def _read_custom(self) -> list[Delta]:
        if not self._buffer.startswith(_CUSTOM_OPEN):
            self._mode = "text"
            return []
        close = self._buffer.find(_CUSTOM_CLOSE)
        head = _CUSTOM.match(self._buffer)
        if close < 0 or head is None:
            return []
        try:
            arguments = json.loads(self._buffer[head.end() : close] or "{}")
        except ValueError:
            text, self._buffer = self._buffer[: close + len(_CUSTOM_CLOSE)], self._buffer[close + len(_CUSTOM_CLOSE) :]
            return [TextDelta(text)]
        self._buffer = self._buffer[close + len(_CUSTOM_CLOSE) :].lstrip()
        return self._whole(head.group(1), arguments)

    def _code(self) -> list[Delta]:
        code, self._buffer = self._buffer.strip(), ""
        called = re.fullmatch(r"([A-Za-z_]\w*)\.call\((.*)\)", code, re.DOTALL)
        if called and (calls := _pythonic_calls(f"[{called.group(1)}({called.group(2)})]")):
            return [delta for name, arguments in calls for delta in self._whole(name, arguments)]
        if calls := _pythonic_calls(code if code.startswith("[") else f"[{code}]"):
            return [delta for name, arguments in calls for delta in self._whole(name, arguments)]
        return self._whole("code_interpreter", {"code": code})

    def _flush_text(self) -> list[Delta]:
        text, self._buffer = self._buffer, ""
        if self._listed and not self.calls and self._mode == "json":
            text = "[" + text
        return [TextDelta(text)] if text.strip() or (text and self._mode == "text") else []

    def _named(self, name: str) -> ToolCallDelta:
        self.calls += 1
        return ToolCallDelta(self.calls - 1, id=self._new_id(), name=name)

    def _whole(self, name: str, arguments: dict[str, object]) -> list[Delta]:
        named = self._named(name)
        return [named, ToolCallDelta(named.index, arguments=json.dumps(arguments, ensure_ascii=False))]


def _pythonic_calls(text: str) -> list[tuple[str, dict[str, object]]]:
    """Return the calls of a `[f(a=1)]` list, or nothing when it is anything else. Literals only; nothing is run."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
        if not isinstance(tree, ast.List) or not tree.elts:
            return []
        return [_pythonic_call(element) for element in tree.elts]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _pythonic_call(node: ast.expr) -> tuple[str, dict[str, object]]:
    if not isinstance(node, ast.Call) or node.args:
        raise ValueError("not a call with named arguments")
    arguments: dict[str, object] = {}
    for keyword in node.keywords:
        if keyword.arg is None:
            raise ValueError("unpacking is not allowed")
        arguments[keyword.arg] = ast.literal_eval(keyword.value)
    json.dumps(arguments)
    return ast.unparse(node.func), arguments
