"""How the terminal speaks: tables, JSON, errors in words, sizes. Must not know any command."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence

import msgspec

from app.engine.domain.errors import PaddockError

FAILED, USAGE, INTERRUPTED = 1, 2, 130


def print_json(value: object) -> None:
    """Print structs, tuples and plain values as indented JSON."""
    print(json.dumps(msgspec.to_builtins(value), indent=2, ensure_ascii=False))


def print_table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print left-aligned columns; values are kept whole, so that they can be copied."""
    lines = [tuple(headers), *(tuple(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headers))]
    for line in lines:
        print("  ".join(value.ljust(width) for value, width in zip(line, widths, strict=True)).rstrip())


def say(text: str) -> None:
    """Tell the person something that is no result."""
    print(text, file=sys.stderr, flush=True)


def fail(error: PaddockError, *, as_json: bool = False) -> int:
    """Print an error to stderr and return the exit code."""
    if as_json:
        content = {"code": error.code, "message": error.message, "hint": error.hint, "param": error.param}
        say(json.dumps({"error": content}, ensure_ascii=False))
    else:
        say(f"paddock: {error.message}")
        if error.hint:
            say(f"         {error.hint}")
    return FAILED


def confirm(question: str) -> bool:
    """Ask for a yes; where nobody can answer it is a no."""
    if not sys.stdin.isatty():
        return False
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def bar(done: int, total: int, width: int = 20) -> str:
    """Return how much is done as a bar."""
    filled = min(width, width * done // total) if total else 0
    return "█" * filled + "░" * (width - filled)


def duration(seconds: float) -> str:
    """Return a time as a person reads it: 12 s, 3 min, 2.5 h."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


class Progress:
    """One line that is overwritten; silent where nobody watches."""

    def __init__(self) -> None:
        self._shown = 0

    def show(self, text: str) -> None:
        """Replace the line."""
        if sys.stderr.isatty():
            print(f"\r{text.ljust(self._shown)}", end="", file=sys.stderr, flush=True)
            self._shown = len(text)

    def clear(self) -> None:
        """Remove the line."""
        if self._shown:
            print(f"\r{' ' * self._shown}\r", end="", file=sys.stderr, flush=True)
            self._shown = 0


def size(count: int) -> str:
    """Return bytes as a person reads them."""
    if count <= 0:
        return "-"
    if count < 1e6:
        return f"{max(1, round(count / 1e3))} kB"
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


def amount(count: int) -> str:
    """Return a number of parameters as a person reads it: 135M, 8.0B."""
    if count <= 0:
        return "-"
    return f"{count / 1e9:.1f}B" if count >= 1e9 else f"{count / 1e6:.0f}M"
