"""Spans end up in the database, and old ones leave it."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

from app.engine.storage.database import Database
from app.engine.storage.spans import MIGRATIONS, SqliteSpanExporter, remove_old_spans


async def test_spans_are_kept_and_old_ones_removed(tmp_path: Path) -> None:
    database = Database(tmp_path / "paddock.db", MIGRATIONS)
    await database.open()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(SqliteSpanExporter(database, asyncio.get_running_loop())))

    def work() -> None:
        tracer = provider.get_tracer("test")
        span = tracer.start_span("inference.chat", attributes={"model": "m", "tokens": 3})
        span.end()
        old = tracer.start_span("old", start_time=int((time.time() - 90 * 86_400) * 1e9))
        old.end()

    await asyncio.to_thread(work)
    rows = await database.read(lambda conn: list(conn.query("select name, attributes from spans order by name")))
    assert [row["name"] for row in rows] == ["inference.chat", "old"]
    assert '"model": "m"' in rows[0]["attributes"]
    await remove_old_spans(database, 14)
    left = await database.read(lambda conn: [row["name"] for row in conn.query("select name from spans")])
    assert left == ["inference.chat"]
    await database.close()
    await asyncio.to_thread(work)  # a closed database costs spans, never work
    await asyncio.to_thread(provider.shutdown)
