"""Reads HTML as a stream of tags, without a tree: pages nested a hundred thousand deep cost no more than flat ones.

What is no text (scripts, styles, navigation) is left out. Must not load anything a page points to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from app.engine.domain.parsing import BlockKind
from app.engine.memory.parsing.cleaning import one_line
from app.engine.memory.parsing.encodings import decode
from app.engine.memory.parsing.reading import LINE, PARAGRAPH, Lump, Read, Source
from app.engine.memory.parsing.refusals import unreadable

_MOST_BYTES = 256 * 1024 * 1024
_FEED_CHARACTERS = 65_536
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)

_SILENT = frozenset(
    [
        "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "nav", "head", "select",
        "datalist", "canvas",
    ]
)  # fmt: skip
_BREAKS = frozenset(
    [
        "p", "div", "section", "article", "main", "header", "footer", "aside", "ul", "ol", "dl", "dt", "dd",
        "figure", "figcaption", "address", "form", "fieldset", "table", "thead", "tbody", "tfoot", "caption", "hr",
        "details", "summary", "body", "html", "tr", "li", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6",
    ]
)  # fmt: skip
_LISTS = ("ul", "ol")
# A longer one was never closed.
_HEADING_CHARACTERS = 400
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_VOID = frozenset(
    [
        "br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr",
    ]
)  # fmt: skip


class Flow(HTMLParser):
    """Takes HTML and gives lumps; `lumps` is emptied by whoever reads it."""

    def __init__(self, source: Source) -> None:
        super().__init__(convert_charrefs=True)
        self.lumps: list[Lump] = []
        self._facts = source.facts
        self._texts: list[str] = []
        self._silent: list[str] = []
        self._in_title = False
        self._open: dict[str, int] = {}
        self._row: list[str] | None = None
        self._rows = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        if tag == "title" and not self._facts.title and "svg" not in self._silent:
            self._in_title = True
        if tag in _SILENT and tag not in _VOID:
            self._silent.append(tag)
        if self._silent:
            # A body ends a head that nobody closed.
            if tag == "body":
                self._silent.clear()
            return
        values = dict(attrs)
        if tag == "a":
            self._facts.link(values.get("href"))
        elif tag == "img" and (words := (values.get("alt") or "").strip()):
            self._texts.append(f" {words} ")
        elif tag == "br":
            self._texts.append("\n")
        elif tag in ("td", "th"):
            self._cell()
            self._row = self._row if self._row is not None else []
        elif tag in _BREAKS:
            self._break(tag)
            self._open[tag] = self._open.get(tag, 0) + 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element without content."""
        if tag in _VOID or tag in ("a", "p", "div"):
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        if tag == "title":
            self._in_title = False
        if self._silent:
            if tag in self._silent:
                while self._silent.pop() != tag:
                    pass
            return
        if tag in ("td", "th"):
            self._cell()
        elif tag in _BREAKS:
            self._break(tag)
            self._open[tag] = max(0, self._open.get(tag, 0) - 1)
            if tag in _LISTS:  # items need not be closed
                self._open["li"] = sum(self._open.get(name, 0) for name in _LISTS)

    def handle_data(self, data: str) -> None:
        """Take text."""
        if self._in_title:
            self._facts.title += data
        elif not self._silent:
            self._texts.append(data if self._open.get("pre") else data.replace("\n", " "))

    def end(self) -> None:
        """Take what is left as the last paragraph."""
        self.close()
        if self._row is not None:
            self._cell()
            self._end_row()
        self._break("p")

    def _cell(self) -> None:
        text, self._texts = one_line("".join(self._texts)), []
        if self._row is not None:
            if text:
                self._row.append(text)
        elif text:
            self.lumps.append(Lump("paragraph", text))

    def _break(self, tag: str) -> None:
        if tag in ("tr", "table"):
            self._cell()
            self._end_row()
            if tag == "table":
                self._rows = 0
            return
        if self._row is not None:
            self._texts.append(" ")
            return
        preformatted = self._open.get("pre", 0) > 0
        text = "".join(self._texts)
        self._texts = []
        text = text if preformatted else _paragraph(text)
        if text.strip():
            self._add(text, preformatted=preformatted)

    def _end_row(self) -> None:
        if self._row:
            self.lumps.append(Lump("table", " | ".join(self._row), glue=LINE if self._rows else PARAGRAPH))
            self._rows += 1
        self._row = None

    def _add(self, text: str, *, preformatted: bool) -> None:
        for name, level in _HEADINGS.items():
            if self._open.get(name) and len(text) <= _HEADING_CHARACTERS:
                self.lumps.append(Lump("heading", one_line(text), level))
                return
        kind: BlockKind = "paragraph"
        if preformatted:
            kind = "code"
        elif self._open.get("li"):
            after = self.lumps[-1].kind if self.lumps else ""
            self.lumps.append(Lump("list", f"- {text}", glue=LINE if after == "list" else PARAGRAPH))
            return
        elif self._open.get("blockquote"):
            kind = "quote"
        self.lumps.append(Lump(kind, text))


def flow(text: str, source: Source) -> Iterator[Lump]:
    """Yield the lumps of an HTML text."""
    page = Flow(source)
    text = _COMMENT.sub("", text)
    # Where no tag can end any more, every "<" would be tried up to the end of the text.
    last = text.rfind(">") + 1
    text = text[:last] + text[last:].replace("<", " ")
    for at in range(0, len(text), _FEED_CHARACTERS):
        page.feed(text[at : at + _FEED_CHARACTERS])
        # The last lump stays, because a list looks at it.
        yield from page.lumps[:-1]
        del page.lumps[:-1]
    page.end()
    yield from page.lumps


def read(source: Source) -> Iterator[Read]:
    """Read an HTML file."""
    if source.size > _MOST_BYTES:
        raise unreadable("document_too_large", f"{_MOST_BYTES // 2**20} MB is the limit for HTML")
    declared = _CHARSET.search(source.head[:4096])
    text = decode(source.path.read_bytes(), declared.group(1).decode("ascii") if declared else "")
    if "\0" in text[:_FEED_CHARACTERS]:
        raise unreadable("unknown_format", "it holds bytes that are no text")
    source.facts.encoding = "utf-8" if declared is None else declared.group(1).decode("ascii").lower()
    yield from flow(text, source)


def _paragraph(text: str) -> str:
    return "\n".join(filter(None, map(one_line, text.split("\n")))) if "\n" in text else one_line(text)
