"""`paddock banks add` and `retry`: documents go in, and the terminal waits until each is read or says why not.

Whoever stops the waiting loses nothing: what was listed is on disk, and every start of Paddock goes on with it.
"""

from __future__ import annotations

import argparse
import queue
import sys
from pathlib import Path
from typing import Any

from app.cli import engine
from app.cli.banks_words import document_line, named, progress_words
from app.cli.output import FAILED, INTERRUPTED, Progress, confirm, print_json, say
from app.engine.domain.errors import InvalidRequest

STDIN = "-"
_ADDRESSES = ("https://", "http://")
UNREAD = ("waiting", "parsing", "embedding", "indexing", "paused")
_ENDED = ("ready", "failed", "cancelled")


def add(arguments: argparse.Namespace) -> int:
    """Add sources to a bank and wait; 1 when one of them could not be read."""
    text = _stdin(arguments)
    with engine.open_host(arguments) as host:
        bank = named(host, arguments.bank)
        changes: queue.SimpleQueue[Any] = queue.SimpleQueue()
        unsubscribe = host.engine.events.subscribe(changes.put)
        try:
            report = _Report(bank)
            _list_sources(host, report, arguments, text)
            # Also what an earlier command or a crash left: it is read first.
            for document in _all_documents(host, bank.id, UNREAD):
                report.listed(document)
            return _wait_and_tell(host, report, changes, arguments)
        finally:
            unsubscribe()


def retry(arguments: argparse.Namespace) -> int:
    """Read documents again and wait; 1 when one of them failed again."""
    with engine.open_host(arguments) as host:
        bank = named(host, arguments.bank)
        changes: queue.SimpleQueue[Any] = queue.SimpleQueue()
        unsubscribe = host.engine.events.subscribe(changes.put)
        try:
            report = _Report(bank)
            memory = host.engine.memory
            wanted = tuple(arguments.documents)
            for document in _to_retry(host, bank.id, wanted):
                report.documents[document.id] = None
            host.call(memory.retry_documents(bank.id, wanted, ocr=arguments.ocr)).result()
            return _wait_and_tell(host, report, changes, arguments)
        finally:
            unsubscribe()


def _to_retry(host: Any, bank_id: str, wanted: tuple[str, ...]) -> list[Any]:
    memory = host.engine.memory
    if wanted:
        return [host.call(memory.document(bank_id, each)).result() for each in wanted]
    return _all_documents(host, bank_id, ("failed", "cancelled"))


def _all_documents(host: Any, bank_id: str, states: tuple[str, ...]) -> list[Any]:
    memory = host.engine.memory
    documents: list[Any] = []
    while True:
        after = documents[-1].id if documents else None
        page = host.call(memory.documents(bank_id, states=states, after=after, limit=500)).result()
        documents += page.documents
        if not page.has_more:
            return documents


class _Report:
    """What became of the documents of one command; None for one that is still to be read."""

    def __init__(self, bank: Any) -> None:
        self.bank = bank
        self.documents: dict[str, Any] = {}
        self.unchanged = 0
        self.refused: list[Any] = []

    def listed(self, document: Any) -> None:
        self.documents[document.id] = document if document.state in _ENDED else None

    def take(self, event: Any) -> None:
        from app.engine.domain.events import BankChanged, DocumentsChanged, DocumentsRemoved

        if isinstance(event, BankChanged) and event.bank.id == self.bank.id:
            self.bank = event.bank
        elif isinstance(event, DocumentsChanged) and event.bank_id == self.bank.id:
            for document in event.documents:
                if document.id in self.documents:
                    self.listed(document)
        elif isinstance(event, DocumentsRemoved) and event.bank_id == self.bank.id:
            for document_id in event.document_ids:
                self.documents.pop(document_id, None)

    @property
    def ended(self) -> list[Any]:
        return [document for document in self.documents.values() if document is not None]

    @property
    def failed(self) -> list[Any]:
        return [document for document in self.ended if document.state == "failed"]

    @property
    def waits(self) -> bool:
        return len(self.ended) < len(self.documents) and not self.bank.paused and not self.bank.problem


def _stdin(arguments: argparse.Namespace) -> str:
    if STDIN not in arguments.sources:
        return ""
    if not arguments.name:
        raise InvalidRequest("The text of stdin needs a name.", hint="Say --name NAME.", param="name")
    return sys.stdin.read()


def _list_sources(host: Any, report: _Report, arguments: argparse.Namespace, text: str) -> None:
    memory, bank_id = host.engine.memory, report.bank.id
    paths: list[Path] = []
    for source in arguments.sources:
        if source == STDIN:
            report.listed(host.call(memory.add_text(bank_id, arguments.name, text)).result())
        elif source.startswith(_ADDRESSES):
            if arguments.yes or confirm(f"Fetch {source} from the network?"):
                report.listed(host.call(memory.add_url(bank_id, source)).result())
            else:
                report.refused.append(_refused(source, "it was not fetched; --yes fetches without asking"))
        else:
            paths.append(Path(source).expanduser().absolute())
    if paths:
        added = host.call(memory.add_paths(bank_id, tuple(paths))).result()
        report.unchanged += added.unchanged
        report.refused += added.refused
        for document in added.documents:
            report.listed(document)


def _refused(where: str, reason: str) -> Any:
    from app.engine.domain.memory import SkippedPart

    return SkippedPart(where=where, reason=reason)


def _wait_and_tell(host: Any, report: _Report, changes: queue.SimpleQueue[Any], arguments: argparse.Namespace) -> int:
    report.bank = host.call(host.engine.memory.bank(report.bank.id)).result()
    if not arguments.no_wait:
        try:
            _wait(report, changes)
        except KeyboardInterrupt:
            read = f"{len(report.ended)} of {len(report.documents)} documents"
            say(f"Stopped after {read}; the rest is read at the next start.")
            return INTERRUPTED
    _tell(report, as_json=arguments.json)
    return FAILED if report.failed or report.refused or report.bank.problem else 0


def _wait(report: _Report, changes: queue.SimpleQueue[Any]) -> None:
    line = Progress()
    try:
        while report.waits:
            line.show(progress_words(report.bank, len(report.ended), len(report.documents)))
            report.take(changes.get())
    finally:
        line.clear()


def _tell(report: _Report, *, as_json: bool) -> None:
    left = len(report.documents) - len(report.ended)
    if as_json:
        documents = {
            "documents": report.ended,
            "waiting": left,
            "unchanged": report.unchanged,
            "refused": report.refused,
        }
        print_json({"bank": report.bank.id, **documents})
    else:
        counts = {
            "ready": sum(document.state == "ready" for document in report.ended),
            "unchanged": report.unchanged,
            "failed": len(report.failed),
            "refused": len(report.refused),
            "still to be read": left,
        }
        print(", ".join(f"{count} {name}" for name, count in counts.items() if count) or "nothing to read")
    for document in report.failed:
        say(document_line(document))
    for part in report.refused:
        say(f"{part.where}: {part.reason}")
    if report.bank.problem:
        say(f"paddock: {report.bank.problem}")
    elif left and report.bank.paused:
        say(f"The bank is paused; `paddock banks resume {report.bank.id}` lets it go on.")
    elif left:
        say("They are read at the next start of Paddock or `paddock serve`.")
