"""Memory banks in the words of a terminal: figures, passages, failures, progress. Must not start or change anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from app.cli.output import bar, duration, size
from app.engine.domain.errors import BankNotFound, InvalidRequest

_INDENT = "    "


def named(host: Any, wanted: str) -> Any:
    """Return the bank of an id, else of a name; raises BankNotFound, and InvalidRequest where several have the name."""
    banks = host.call(host.engine.memory.banks()).result()
    for bank in banks:
        if bank.id == wanted:
            return bank
    same = [bank for bank in banks if bank.name.casefold() == wanted.casefold()]
    if len(same) > 1:
        ids = ", ".join(bank.id for bank in same)
        raise InvalidRequest(f"Several banks are called “{wanted}”.", hint=f"Name one by its id: {ids}", param="bank")
    if not same:
        known = ", ".join(bank.name for bank in banks) or "none; `paddock banks create NAME` makes one"
        raise BankNotFound(f"There is no memory bank “{wanted}”.", hint=f"There are: {known}", param="bank")
    return same[0]


def status_lines(bank: Any, folders: Iterable[Any]) -> Iterator[str]:
    """Yield what is known of a bank, a line each."""
    stats = bank.stats
    yield f"{bank.name} ({bank.id}): {bank.in_words()}"
    if bank.description:
        yield f"{_INDENT}{bank.description}"
    counts = f"{stats.documents} documents ({stats.ready} ready, {stats.working} to read, {stats.failed} failed)"
    yield f"{_INDENT}{counts}, {stats.chunks} passages, {size(stats.size_bytes)}"
    yield (
        f"{_INDENT}{bank.type}, embedded with {bank.embedding_model}"
        if bank.embedding_model
        else f"{_INDENT}{bank.type}"
    )
    if bank.fit is not None and bank.fit.advice:
        yield f"{_INDENT}{bank.fit.advice}"
    for folder in folders:
        note = f" ({folder.problem})" if folder.problem else ""
        yield f"{_INDENT}follows {folder.path}: {folder.files} files{note}"


def document_line(document: Any) -> str:
    """Return a document and what became of it."""
    hint = document.failure.hint if document.failure is not None else ""
    return f"{document.name} ({document.id}): {document.in_words()} {hint}".strip()


def found(result: Any) -> Iterator[str]:
    """Yield hits with their scores, best first."""
    for number, hit in enumerate(result.hits, 1):
        place = f", page {hit.chunk.page}" if hit.chunk.page else ""
        yield f"{number}. {hit.score:.2f}  {hit.document_name}{place}  ({_legs(hit.legs)})"
        yield _INDENT + " ".join(hit.chunk.text.split())


def _legs(legs: Any) -> str:
    scores = {"vector": legs.vector, "keyword": legs.keyword}
    if legs.rerank is not None:
        scores["rerank"] = legs.rerank
    return ", ".join(f"{name} {'-' if score is None else f'{score:.2f}'}" for name, score in scores.items())


def search_words(result: Any) -> str:
    """Return how the search went."""
    count = len(result.hits)
    return f"{count} {'passage' if count == 1 else 'passages'} ({result.mode}, {result.seconds * 1000:.0f} ms)"


def progress_words(bank: Any, done: int, total: int) -> str:
    """Return how far a bank is with documents that were added: a bar, figures, the time left."""
    words = [bar(done, total), f"{done} of {total} documents"]
    progress = bank.progress if bank is not None else None
    if progress is not None and progress.total:
        words[0] = bar(progress.done, progress.total)
        words.append(f"{progress.done} of {progress.total} passages")
        if progress.speed:
            words.append(f"{progress.speed:.0f}/s")
        if progress.eta is not None:
            words.append(f"{duration(progress.eta)} left")
    return "  ".join(words)
