"""An import is shown while it runs and once when it has ended."""

from __future__ import annotations

import asyncio

from app.engine.domain.errors import DiskFull
from app.engine.domain.events import DownloadChanged, EngineEvent
from app.engine.inference.import_progress import ImportProgress


async def test_steps_and_the_end_are_shown() -> None:
    events: list[EngineEvent] = []
    progress = ImportProgress("tiny.gguf", events.append)
    await asyncio.to_thread(progress.step, 5, 10)
    await asyncio.to_thread(progress.step, 10, 10)
    await asyncio.sleep(0)
    progress.complete("tiny")
    progress._show_step(10, 10, 1e9)
    shown = [event.download for event in events if isinstance(event, DownloadChanged)]
    assert [(each.state, each.received_bytes) for each in shown] == [
        ("running", 5),
        ("running", 10),
        ("completed", 10),
    ]
    assert {(each.id, each.repo, each.file) for each in shown} == {(progress.id, "", "tiny.gguf")}


async def test_failures_give_their_reason() -> None:
    progress = ImportProgress("tiny.gguf", lambda _event: None)
    progress.fail(DiskFull("full", hint="free some"))
    assert (progress.download.state, progress.download.reason) == ("failed", "full")
    progress.fail(asyncio.CancelledError())
    assert progress.download.state == "cancelled"
