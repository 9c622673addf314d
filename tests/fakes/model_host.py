"""A model host without a process: told what to do at load, it can speak and die on command."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from app.engine.domain.errors import PaddockError
from app.engine.inference.llama_cpp.wire import Command, Loaded, LoadModel, Report


class FakeProcess:
    """Stands for a `HostProcess`."""

    def __init__(self, pid: int, failure: PaddockError | None, hold: asyncio.Event | None) -> None:
        self.pid = pid
        self.failure = failure
        self.hold = hold
        self.sent: list[Command] = []
        self.closed = False
        self._reports: asyncio.Queue[Report | None] = asyncio.Queue()

    async def load(self, command: LoadModel, on_progress: Callable[[float], None]) -> Loaded:
        """Succeed, fail or never end, as told."""
        self.sent.append(command)
        on_progress(0.5)
        if self.hold is not None:
            await self.hold.wait()
        if self.failure is not None:
            raise self.failure
        device = "GPU" if command.gpu_layers else "CPU"
        return Loaded(
            context_length=command.context_length, model_bytes=3, kv_bytes=4, device=device, has_chat_template=True
        )

    def send(self, command: Command) -> None:
        """Remember a command."""
        self.sent.append(command)

    def say(self, report: Report) -> None:
        """Report something."""
        self._reports.put_nowait(report)

    def die(self) -> None:
        """End as if killed."""
        self._reports.put_nowait(None)

    async def reports(self) -> AsyncIterator[Report]:
        """Yield what was said until the end."""
        while (report := await self._reports.get()) is not None:
            yield report

    async def why_ended(self) -> str:
        """Say why."""
        return "it was killed"

    async def close(self, _seconds: float) -> None:
        """End."""
        self.closed = True
        self.die()

    def kill(self) -> None:
        """End."""
        self.die()


class FakeProcesses:
    """Starts fake hosts; `failures` are used up one per start, loading waits for `hold` when there is one."""

    def __init__(self, *failures: PaddockError | None) -> None:
        self.failures = list(failures)
        self.hold: asyncio.Event | None = None
        self.started: list[FakeProcess] = []

    async def start(self) -> FakeProcess:
        """Start the next."""
        failure = self.failures.pop(0) if self.failures else None
        self.started.append(FakeProcess(len(self.started) + 1, failure, self.hold))
        return self.started[-1]
