"""One life of one model host, seen from the parent: start, load, exchange frames, end. No retries, no routing."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable
from subprocess import PIPE

from app.engine.domain.errors import ModelHostDied, ModelLoadFailed, from_fields
from app.engine.inference.llama_cpp.wire import (
    Command,
    Loaded,
    Loading,
    LoadModel,
    Refused,
    Report,
    Shutdown,
    frame_length,
    pack,
    unpack_report,
)
from app.engine.runtime.processes import child_command, child_environment, exit_in_words

HOST_MODULE = "app.engine.inference.llama_cpp.host"
_LOG_LINES = 40


class HostProcess:
    """A running model host. Lives in the engine loop; `close` must be called."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._log: deque[str] = deque(maxlen=_LOG_LINES)
        self._log_task = asyncio.create_task(self._read_log(), name="model host log")

    @classmethod
    async def start(cls) -> HostProcess:
        """Start the process; it waits for a LoadModel."""
        process = await asyncio.create_subprocess_exec(
            *child_command(HOST_MODULE), stdin=PIPE, stdout=PIPE, stderr=PIPE, env=child_environment()
        )
        return cls(process)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def log(self) -> tuple[str, ...]:
        """The last lines the native code wrote."""
        return tuple(self._log)

    async def load(self, command: LoadModel, on_progress: Callable[[float], None]) -> Loaded:
        """Load the model; raises ModelLoadFailed with the reason in words."""
        try:
            self.send(command)
            async for report in self.reports():
                match report:
                    case Loading(fraction):
                        on_progress(fraction)
                    case Loaded():
                        return report
                    case Refused(_, error):
                        failure = from_fields(error)
                        failure.message += self._last_words()
                        raise failure
                    case _:
                        raise ModelLoadFailed(f"The model process answered with {type(report).__name__}.")
        except ModelHostDied as error:
            raise ModelLoadFailed(f"The model process could not load the file: {error.message}") from error
        raise ModelLoadFailed(f"The model process could not load the file: {await self.why_ended()}.")

    def send(self, command: Command) -> None:
        """Queue a command; raises ModelHostDied when the process is gone."""
        stream = self._process.stdin
        if stream is None or stream.is_closing() or self._process.returncode is not None:
            raise ModelHostDied("The model process is not running.")
        stream.write(pack(command))

    async def reports(self) -> AsyncIterator[Report]:
        """Yield what the process reports until its pipe closes."""
        stream = self._process.stdout
        assert stream is not None
        while True:
            try:
                header = await stream.readexactly(4)
                yield unpack_report(await stream.readexactly(frame_length(header)))
            except (asyncio.IncompleteReadError, ConnectionError):
                return

    async def why_ended(self) -> str:
        """Wait for the end and say why, in words."""
        status = await self._process.wait()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait([self._log_task])
        return exit_in_words(status, self.log)

    async def close(self, seconds: float) -> None:
        """End the process: ask first, then insist after `seconds`. Whoever reads its reports goes on reading."""
        if self._process.returncode is None:
            with contextlib.suppress(ModelHostDied):
                self.send(Shutdown())
            try:
                await asyncio.wait_for(self._process.wait(), seconds)
            except TimeoutError:
                self.kill()
        await self._process.wait()
        self._log_task.cancel()
        await asyncio.wait([self._log_task])
        # The transport closes its pipes a tick later; without it they are collected while still open.
        transport = getattr(self._process, "_transport", None)
        if transport is not None:
            transport.close()
        await asyncio.sleep(0)

    def kill(self) -> None:
        """End the process at once."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def _read_log(self) -> None:
        stream = self._process.stderr
        assert stream is not None
        while True:
            try:
                line = await stream.readline()
            except ValueError:  # a line over the stream's limit; the rest of it follows
                continue
            if not line:
                return
            self._log.append(line.decode("utf-8", "replace").rstrip())

    def _last_words(self) -> str:
        told = next((line for line in reversed(self._log) if "error" in line.lower() or "failed" in line.lower()), "")
        return f" llama.cpp says: {told}" if told else ""
