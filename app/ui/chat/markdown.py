"""Turns a message's markdown into segments: prose, code and tables. Untrusted text in, harmless HTML out. No Qt.

Raw HTML is shown as text, images become links, links are http, https or mailto only, and LaTeX stays source.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_ALLOWED_LINK = re.compile(r"(https?|mailto):", re.IGNORECASE)
_CELL_STYLE = re.compile(r' style="text-align:(left|right|center)"')
_MATH = (("$$", "$$"), ("\\[", "\\]"), ("\\(", "\\)"), ("$", "$"))


class Segment(NamedTuple):
    """A run of the message. `content` is HTML for prose and table, source for code; `end_line` counts source lines."""

    kind: Literal["prose", "code", "table"]
    content: str
    language: str = ""
    end_line: int = 0


def _math(state: StateInline, silent: bool) -> bool:
    """Keep LaTeX as it was written, so that markdown does not eat its backslashes and underscores."""
    for opening, closing in _MATH:
        if not state.src.startswith(opening, state.pos):
            continue
        start = state.pos + len(opening)
        end = state.src.find(closing, start)
        body = state.src[start:end]
        # A lone "$" is money unless it hugs its formula on both sides.
        if (
            end < 0
            or not body.strip()
            or (opening == "$" and (body[0].isspace() or body[-1].isspace() or "\n" in body))
        ):
            continue
        after = state.src[end + 1 : end + 2]
        if opening == "$" and after.isdigit():
            continue
        if not silent:
            state.push("math", "", 0).content = state.src[state.pos : end + len(closing)]
        state.pos = end + len(closing)
        return True
    return False


def _render_math(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    return f"<code>{html.escape(tokens[index].content)}</code>"


def _render_image(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    """Show an image as a link to it; nothing is ever fetched."""
    token = tokens[index]
    words = html.escape(token.content or "image")
    address = str(token.attrs.get("src", ""))
    if not _ALLOWED_LINK.match(address):
        return f"[{words}]"
    return f'<a href="{html.escape(address)}">[{words}]</a>'


def _render_quote_open(*_arguments: Any) -> str:
    return '<table class="quote" cellspacing="0" cellpadding="0"><tr><td class="bar" width="3"></td><td class="quoted">'


def _render_quote_close(*_arguments: Any) -> str:
    return "</td></tr></table>"


def _render_rule(*_arguments: Any) -> str:
    return '<hr width="100%">'


def _render_nested_fence(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    return f'<pre class="nested">{html.escape(tokens[index].content.rstrip())}</pre>'


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # late: the window shows before there is anything to render

    # Models break lines where they mean to (verses, addresses), so a single line break is kept.
    options = {"html": False, "linkify": False, "breaks": True, "maxNesting": 20}
    made = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    made.inline.ruler.before("escape", "math", _math)
    made.validateLink = lambda url: bool(_ALLOWED_LINK.match(url.strip()))  # type: ignore[method-assign]
    for name, rule in (
        ("math", _render_math),
        ("image", _render_image),
        ("blockquote_open", _render_quote_open),
        ("blockquote_close", _render_quote_close),
        ("hr", _render_rule),
        ("fence", _render_nested_fence),
        ("code_block", _render_nested_fence),
    ):
        made.add_render_rule(name, rule)
    return made


def _top_level(tokens: Sequence[Token]) -> list[list[Token]]:
    """Group the tokens by top-level block."""
    groups: list[list[Token]] = []
    depth = 0
    for token in tokens:
        if depth == 0:
            groups.append([])
        groups[-1].append(token)
        depth += token.nesting
    return groups


def _segment(group: list[Token], env: dict[str, Any]) -> Segment:
    first = group[0]
    end_line = first.map[1] if first.map else 0
    if first.type in ("fence", "code_block"):
        language = first.info.strip().split(" ")[0] if first.info else ""
        return Segment("code", first.content.rstrip("\n"), language, end_line)
    kind: Literal["prose", "table"] = "table" if first.type == "table_open" else "prose"
    parser = _parser()
    rendered = str(parser.renderer.render(group, parser.options, env)).strip()
    return Segment(kind, _aligned(rendered) if kind == "table" else rendered, "", end_line)


def _aligned(table: str) -> str:
    """Give cells the attribute that Qt's rich text understands, where markdown gives a style."""
    aligned = _CELL_STYLE.sub(r' align="\1"', table).replace("<th>", '<th align="left">')
    return aligned.replace("<table>", '<table cellspacing="0">')


def blocks(text: str) -> list[Segment]:
    """Return one segment for each top-level block of the message."""
    env: dict[str, Any] = {}
    return [_segment(group, env) for group in _top_level(_parser().parse(text, env))]


def segments(text: str) -> list[Segment]:
    """Return the message's segments; neighbouring prose is one, so that it can be selected as one."""
    joined: list[Segment] = []
    for block in blocks(text):
        if joined and block.kind == "prose" and joined[-1].kind == "prose":
            joined[-1] = block._replace(content=joined[-1].content + block.content)
        else:
            joined.append(block)
    return joined


def code_lines(text: str) -> list[tuple[int, int, str]]:
    """Return start and end of every block of code in characters of the text, and what its lines begin with."""
    lines = text.splitlines(keepends=True)
    ends = [0, *accumulate(len(line) for line in lines)]
    found = []
    for token in _parser().parse(text):
        if token.type in ("fence", "code_block") and token.map:
            first, last = token.map
            last = min(last, len(lines))
            while last > first + 1 and not lines[last - 1].strip():
                last -= 1
            opening = lines[first]
            width = opening.find(token.markup) if token.markup else 0
            indent = re.sub(r"[^>\s]", " ", opening[: max(0, width)])
            end = ends[last] - (len(lines[last - 1]) - len(lines[last - 1].rstrip("\n")))
            found.append((ends[first], end, indent))
    return found


def plain(text: str) -> str:
    """Return a person's own words as HTML, line by line as typed."""
    return f'<div style="white-space: pre-wrap">{html.escape(text)}</div>'
