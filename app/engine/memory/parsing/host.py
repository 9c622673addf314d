"""The child that reads documents: one after the other, each within its time and memory. Strangers' libraries live here.

Started by `parser.py` with the memory limit in bytes as its argument. Must not import anything that talks to a network.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator

import psutil

from app.engine.domain.errors import DocumentUnreadable
from app.engine.domain.parsing import Closed, Opened, ParseEvent, ParseRequest
from app.engine.memory.chunking import Chunker, Measure
from app.engine.memory.parsing.assembly import Assembly
from app.engine.memory.parsing.cleaning import clean, one_line
from app.engine.memory.parsing.formats import reader_of
from app.engine.memory.parsing.language import language_of
from app.engine.memory.parsing.reading import Source
from app.engine.memory.parsing.recognition import HEAD_BYTES, recognise
from app.engine.memory.parsing.refusals import unreadable
from app.engine.memory.parsing.wire import Refused, Timed
from app.engine.memory.tokens import TokenMeasure
from app.engine.runtime.worker_host import Verb, limit_memory, serve, step_back

# Address space beyond what a document may use: the interpreter, the libraries and the stacks of their threads.
_OWN_BYTES = 768 * 1024**2
_TITLE_CHARACTERS = 300
_DETAIL_CHARACTERS = 200

_measures: dict[str, Measure] = {}


def read(request: ParseRequest) -> Iterator[ParseEvent]:
    """Read one document; raises DocumentUnreadable, or whatever a stranger's library raises."""
    source = _open(request)
    known = recognise(source)
    items = reader_of(known.format)(source)
    # Readers learn the number of pages before they yield, and find most of what is wrong.
    first = next(items, None)
    yield Opened(format=known.format, mime=known.mime, pages=min(source.facts.pages, request.limits.pages))
    assembly = Assembly(Chunker(request.chunking, _measure(request.tokenizer)), request.limits)
    while first is not None and not assembly.full:
        yield from assembly.take(first)
        first = next(items, None)
    yield from assembly.finish()
    facts = source.facts
    if not assembly.characters and not facts.needs_ocr:
        raise unreadable("document_without_text")
    yield Closed(
        title=one_line(clean(facts.title))[:_TITLE_CHARACTERS],
        language=language_of(assembly.sample),
        pages=assembly.pages,
        characters=assembly.characters,
        flagged=assembly.flagged,
        needs_ocr=facts.needs_ocr,
        encoding=facts.encoding,
        links=facts.links,
    )


def parse(request: ParseRequest) -> Iterator[Timed]:
    """Read one document within its time; what goes wrong becomes a Refused."""
    events = read(request)
    used = 0.0
    while True:
        started = time.monotonic()
        event = _next(events)
        used += time.monotonic() - started
        if event is None:
            return
        if used > request.limits.seconds:
            event = _refusal(unreadable("document_too_slow", f"the limit is {request.limits.seconds:.0f} s"))
        last = isinstance(event, (Closed, Refused))
        yield Timed(event=event, seconds=used, memory_bytes=psutil.Process().memory_info().rss if last else 0)
        if last:
            return


def _next(events: Iterator[ParseEvent]) -> ParseEvent | Refused | None:
    try:
        return next(events, None)
    except DocumentUnreadable as error:
        return _refusal(error)
    except FileNotFoundError:
        return _refusal(unreadable("document_missing"))
    except PermissionError:
        return _refusal(unreadable("document_forbidden"))
    except MemoryError:
        return _refusal(unreadable("document_too_large_in_memory"))
    except Exception as error:  # a border: libraries that read damaged files raise anything
        words = f"{type(error).__name__}: {error}"[:_DETAIL_CHARACTERS]
        return _refusal(unreadable("document_damaged", one_line(clean(words))))


def _refusal(error: DocumentUnreadable) -> Refused:
    return Refused(code=error.code, message=error.message, hint=error.hint)


def _open(request: ParseRequest) -> Source:
    if not os.path.isfile(request.path):
        raise unreadable("document_missing" if not os.path.exists(request.path) else "unknown_format", "it is no file")
    with open(request.path, "rb") as file:
        source = Source(request, file.read(HEAD_BYTES))
    if source.size > request.limits.file_bytes:
        sizes = f"{source.size / 1e6:,.0f} MB, the limit is {request.limits.file_bytes / 1e6:,.0f} MB"
        raise unreadable("document_too_large", sizes)
    if not source.head:
        raise unreadable("document_empty")
    return source


def _measure(tokenizer: str) -> Measure | None:
    if not tokenizer:
        return None
    if tokenizer not in _measures:
        _measures[tokenizer] = TokenMeasure(tokenizer)
    return _measures[tokenizer]


def rest(_value: None) -> None:
    """Answer when nothing is being read."""


def main() -> int:
    """Serve until the parent goes away."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    if len(sys.argv) > 1:
        limit_memory(int(sys.argv[1]) + _OWN_BYTES)
    step_back()
    return serve({"parse": Verb(ParseRequest, parse), "rest": Verb(None, rest)})


if __name__ == "__main__":
    sys.exit(main())
