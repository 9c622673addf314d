"""Finds the words of a query in a passage, and writes them strong in harmless HTML. No Qt.

A word counts when it begins like a query word, so that "runs" is emphasised for "run".
"""

from __future__ import annotations

import html
import re

_WORD = re.compile(r"\w+")
_SHORTEST, _LONGEST_PASSAGE = 2, 700


def spans(text: str, query: str) -> list[tuple[int, int]]:
    """Return where words of the query stand in a text, as character ranges in order."""
    wanted = {word.casefold() for word in _WORD.findall(query) if len(word) >= _SHORTEST}
    if not wanted:
        return []
    found = []
    for match in _WORD.finditer(text):
        word = match.group().casefold()
        if any(word == each or (len(each) >= 3 and word.startswith(each)) for each in wanted):
            found.append((match.start(), match.end()))
    return found


def emphasised(text: str, query: str, most: int = _LONGEST_PASSAGE) -> str:
    """Return a passage as HTML with the query's words strong; a long one is cut around the first of them."""
    body, before, after = _excerpt(text, spans(text, query), most)
    written, at = [], 0
    for start, end in spans(body, query):
        written += [html.escape(body[at:start]), "<b>", html.escape(body[start:end]), "</b>"]
        at = end
    written.append(html.escape(body[at:]))
    return f"{before}{''.join(written)}{after}".replace("\n", "<br>")


def _excerpt(text: str, found: list[tuple[int, int]], most: int) -> tuple[str, str, str]:
    body = re.sub(r"[ \t]+", " ", re.sub(r"\s*\n\s*", "\n", text.strip()))
    if len(body) <= most:
        return body, "", ""
    first = found[0][0] if found else 0
    start = max(0, min(first - most // 3, len(body) - most))
    if start:
        start = body.rfind(" ", 0, start) + 1
    end = start + most
    if end < len(body):
        end = max(start + 1, body.rfind(" ", start, end))
    return body[start:end], "… " if start else "", " …" if end < len(body) else ""
