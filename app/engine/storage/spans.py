"""Keeps OpenTelemetry spans in SQLite, so that traces can be looked at without a collector. No query language yet."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from typing import Any

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from app.engine.domain.errors import StorageFailed
from app.engine.storage.connection import Connection
from app.engine.storage.database import Database
from app.engine.storage.migrations import migration


@migration("0003_spans")
def create_spans(conn: Connection) -> None:
    """Create the table of spans."""
    conn.execute("""
        create table spans (
            span_id text primary key,
            trace_id text not null,
            parent_id text,
            name text not null,
            started_at real not null,
            ended_at real not null,
            status text not null,
            attributes text not null
        ) without rowid
    """)
    conn.execute("create index spans_trace on spans (trace_id)")
    conn.execute("create index spans_started on spans (started_at)")


MIGRATIONS = (create_spans,)


class SqliteSpanExporter(SpanExporter):
    """Writes ended spans through the engine's database. Called in OpenTelemetry's own thread."""

    def __init__(self, database: Database, loop: asyncio.AbstractEventLoop) -> None:
        self._db = database
        self._loop = loop

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Store spans; a database that refuses costs spans, never work."""
        rows = [_row(span) for span in spans]
        try:
            asyncio.run_coroutine_threadsafe(self._write(rows), self._loop).result()
        except (StorageFailed, RuntimeError):
            return SpanExportResult.FAILURE
        return SpanExportResult.SUCCESS

    async def _write(self, rows: list[dict[str, Any]]) -> None:
        await self._db.write(lambda conn: conn.table("spans").insert_all(rows, ignore=True))


async def remove_old_spans(database: Database, days: int) -> None:
    """Delete spans that began more than `days` days ago."""
    before = time.time() - days * 86_400
    await database.write(lambda conn: conn.execute("delete from spans where started_at < ?", [before]))


def _row(span: ReadableSpan) -> dict[str, Any]:
    context = span.get_span_context()
    return {
        "span_id": f"{context.span_id:016x}" if context else "",
        "trace_id": f"{context.trace_id:032x}" if context else "",
        "parent_id": f"{span.parent.span_id:016x}" if span.parent else None,
        "name": span.name,
        "started_at": (span.start_time or 0) / 1e9,
        "ended_at": (span.end_time or 0) / 1e9,
        "status": span.status.status_code.name,
        "attributes": json.dumps(dict(span.attributes or {}), default=str),
    }
