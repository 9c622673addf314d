"""The audit log: every verdict goes in, with as much of the text as the policy allows. Must not judge."""

from __future__ import annotations

import asyncio
import csv
import io
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import msgspec

from app.engine.domain.errors import StorageFailed
from app.engine.domain.events import EngineEvent, NoticeRaised, VerdictLogged
from app.engine.domain.safety import Judgement, LogEntry, LogFilter, Occasion, Policy
from app.engine.runtime.files import write_atomically
from app.engine.storage.safety import VerdictStore, digest_of

EXCERPT_CHARACTERS = 300
_PAGE = 500
_DAY = 86_400.0
_COLUMNS = (
    "id", "time", "origin", "chat", "direction", "shield", "outcome", "categories", "probability", "model",
    "policy_version", "error", "subject", "wrong", "note", "text", "sha256",
)  # fmt: skip


class Logbook:
    """Writes verdicts and hands them out as files."""

    def __init__(self, store: VerdictStore, publish: Callable[[EngineEvent], None]) -> None:
        self._store = store
        self._publish = publish

    async def note(self, text: str, judgement: Judgement, occasion: Occasion, policy: Policy) -> None:
        """Add the verdicts of one text. A disk that refuses is told, and stops nobody."""
        await self.note_all([(text, judgement)], occasion, policy)

    async def note_all(self, judged: list[tuple[str, Judgement]], occasion: Occasion, policy: Policy) -> None:
        """Add the verdicts of several texts in one step."""
        now = time.time()
        entries = [
            LogEntry(id=0, at=now, occasion=occasion, verdict=verdict, text=_kept(text, policy), digest=digest_of(text))
            for text, judgement in judged
            for verdict in judgement.verdicts
        ]
        if not entries:
            return
        try:
            ids = await self._store.add(entries)
        except StorageFailed as error:
            self._publish(NoticeRaised("safety:log", "error", f"Verdicts could not be logged: {error.message}"))
            return
        self._publish(VerdictLogged(ids))

    async def forget_old(self, policy: Policy) -> None:
        """Delete what is older than the policy keeps."""
        await self._store.forget(time.time() - policy.log_days * _DAY)

    async def export(self, path: Path, wanted: LogFilter) -> int:
        """Write entries, oldest first, as JSON lines or as CSV; returns how many."""
        entries = [entry async for entry in self._all(wanted)]
        entries.reverse()
        text = _as_csv(entries) if path.suffix.lower() == ".csv" else _as_lines(entries)
        await asyncio.to_thread(write_atomically, path, text.encode())
        return len(entries)

    async def _all(self, wanted: LogFilter) -> AsyncIterator[LogEntry]:
        before: int | None = None
        while True:
            page = await self._store.page(wanted, before, _PAGE)
            for entry in page.entries:
                yield entry
            if page.next_before is None:
                return
            before = page.next_before


def _kept(text: str, policy: Policy) -> str:
    match policy.kept_text:
        case "none":
            return ""
        case "excerpt":
            return text if len(text) <= EXCERPT_CHARACTERS else f"{text[:EXCERPT_CHARACTERS]}…"
        case _:
            return text


def _as_lines(entries: list[LogEntry]) -> str:
    return "".join(f"{msgspec.json.encode(entry).decode()}\n" for entry in entries)


def _as_csv(entries: list[LogEntry]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for entry in entries:
        writer.writerow([_harmless(value) for value in _values(entry)])
    return out.getvalue()


def _values(entry: LogEntry) -> list[str]:
    verdict, occasion = entry.verdict, entry.occasion
    return [
        str(entry.id), time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(entry.at)), occasion.origin,
        occasion.session_id, verdict.direction, verdict.shield, verdict.outcome,
        " ".join(concern.category for concern in verdict.concerns), f"{verdict.probability:.4f}", verdict.model,
        str(verdict.policy_version), verdict.error, occasion.subject, str(entry.wrong).lower(), entry.note,
        entry.text, entry.digest,
    ]  # fmt: skip


def _harmless(value: str) -> str:
    """Keep a spreadsheet from running what a judged text holds."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
