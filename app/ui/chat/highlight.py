"""Colours of code by role, from Pygments. No Qt; must never fail on unknown languages or broken code."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pygments.lexer import Lexer
    from pygments.token import _TokenType

_MOST_CHARACTERS = 60_000

# Pygments' kinds of tokens by name; the first that a token is or descends from gives its role.
_ROLES = (
    ("Comment", "code_comment"),
    ("Keyword", "code_keyword"),
    ("Operator.Word", "code_keyword"),
    ("Literal.String", "code_string"),
    ("Literal.Number", "code_number"),
    ("Name.Function", "code_name"),
    ("Name.Class", "code_name"),
    ("Name.Tag", "code_keyword"),
    ("Name.Attribute", "code_name"),
    ("Name.Decorator", "code_name"),
    ("Name.Builtin", "code_name"),
)


class Span(NamedTuple):
    """Characters of one line with the colour role they take."""

    start: int
    length: int
    role: str


@lru_cache(maxsize=64)
def _lexer(language: str) -> Lexer | None:
    from pygments.lexers import get_lexer_by_name  # late: the window shows before there is any code
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language.lower(), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


@lru_cache(maxsize=256)
def _role(kind: _TokenType) -> str:
    from pygments.token import is_token_subtype, string_to_tokentype

    return next((role for name, role in _ROLES if is_token_subtype(kind, string_to_tokentype(name))), "")


def line_spans(code: str, language: str) -> list[tuple[Span, ...]]:
    """Return the coloured spans of each line; none for an unknown language or very long code."""
    lexer = _lexer(language) if language else None
    if lexer is None or len(code) > _MOST_CHARACTERS:
        return []
    lines: list[list[Span]] = [[]]
    column = 0
    for kind, value in lexer.get_tokens(code):
        role = _role(kind)
        for number, piece in enumerate(value.split("\n")):
            if number:
                lines.append([])
                column = 0
            if piece and role:
                lines[-1].append(Span(column, len(piece), role))
            column += len(piece)
    return [tuple(spans) for spans in lines]


def language_name(language: str) -> str:
    """Return the language as its own people write it, or what the message said."""
    lexer = _lexer(language) if language else None
    return str(lexer.name) if lexer is not None else language
