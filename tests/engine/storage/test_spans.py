"""Spans arrive in the database, and a database that is away costs spans, never work."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from app.engine.runtime import tracing
from app.engine.storage.database import Database
from app.engine.storage.spans import SqliteSpanExporter, remove_old_spans
from tests.fakes.stores import opened


def recorded() -> tuple[ReadableSpan, ...]:
    """Return an inner and an outer span, the inner first."""
    memory = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(memory))
    tracing.install(provider)
    try:
        with tracing.span("outer", model="m"), tracing.span("inner"):
            pass
    finally:
        tracing.uninstall(provider)
        provider.shutdown()
    return memory.get_finished_spans()


async def rows(database: Database) -> list[dict[str, object]]:
    return await database.read(lambda conn: list(conn.query("select * from spans order by name")))


async def export(database: Database, spans: tuple[ReadableSpan, ...]) -> SpanExportResult:
    exporter = SqliteSpanExporter(database, asyncio.get_running_loop())
    return await asyncio.to_thread(exporter.export, spans)


async def test_spans_are_kept_with_their_family(tmp_path: Path) -> None:
    async with opened(tmp_path) as database:
        spans = recorded()
        assert await export(database, spans) is SpanExportResult.SUCCESS
        assert await export(database, spans) is SpanExportResult.SUCCESS
        inner, outer = await rows(database)
    assert (inner["name"], inner["parent_id"], inner["trace_id"]) == ("inner", outer["span_id"], outer["trace_id"])
    assert outer["parent_id"] is None
    assert json.loads(str(outer["attributes"])) == {"model": "m"}
    assert abs(float(str(outer["started_at"])) - time.time()) < 60
    assert float(str(outer["ended_at"])) >= float(str(outer["started_at"]))


async def test_a_closed_database_costs_the_spans_only(tmp_path: Path) -> None:
    async with opened(tmp_path) as database:
        pass
    assert await export(database, recorded()) is SpanExportResult.FAILURE


async def test_old_spans_are_removed(tmp_path: Path) -> None:
    async with opened(tmp_path) as database:
        await export(database, recorded())
        await database.write(lambda conn: conn.execute("update spans set started_at = 1 where name = 'outer'"))
        await remove_old_spans(database, 14)
        assert [row["name"] for row in await rows(database)] == ["inner"]
