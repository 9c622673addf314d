"""A worker: a child process that answers calls by verb. Started at the first call, again after it died. Knows no verb.

A call that is cancelled or left early tells the child to stop; `kill` ends a child that does not listen. Memory over
`memory_bytes` ends the child from outside, on every platform.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import signal
import sys
from collections import deque
from collections.abc import AsyncIterator, Mapping
from subprocess import PIPE
from typing import Any, TypeVar

import msgspec
import psutil

from app.engine.domain.errors import WorkerDied, from_fields
from app.engine.runtime.processes import child_command, child_environment, exit_in_words
from app.engine.runtime.worker_wire import (
    Command,
    Done,
    Failed,
    Item,
    Reply,
    Request,
    Stop,
    encode,
    frame_length,
    pack,
    unpack_reply,
)

T = TypeVar("T")

_LOG_LINES = 40
# A reader that falls behind holds its worker back at this many items.
_AHEAD = 16
_WATCH_SECONDS = 0.25
# Between the end of a child's pipe and its own end.
_EXIT_SECONDS = 2.0


class _Life:
    """One life of the child."""

    def __init__(self, process: asyncio.subprocess.Process, name: str, memory_bytes: int | None) -> None:
        self.process = process
        self.waiting: dict[int, asyncio.Queue[Reply | WorkerDied]] = {}
        self.log: deque[str] = deque(maxlen=_LOG_LINES)
        self.over_limit = False
        self.ending = False
        self._name = name
        self._tasks = [asyncio.create_task(self._read_log(), name=f"{name} log")]
        if memory_bytes is not None:
            self._tasks.append(asyncio.create_task(self._watch(memory_bytes), name=f"{name} memory"))
        self.reading = asyncio.create_task(self._read(), name=f"{name} replies")

    @property
    def alive(self) -> bool:
        return self.process.returncode is None and not self.reading.done() and not self.ending

    def send(self, command: Command) -> None:
        stream = self.process.stdin
        if stream is not None and not stream.is_closing():
            stream.write(pack(command))

    async def drain(self) -> None:
        stream = self.process.stdin
        if stream is not None and not stream.is_closing():
            with contextlib.suppress(ConnectionError):
                await stream.drain()

    def kill(self) -> None:
        self._let_go()
        if self.process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            if sys.platform == "win32":
                self.process.kill()
            else:
                # asyncio's own kill polls first, and thereby may take the exit status away from its watcher.
                os.kill(self.process.pid, signal.SIGKILL)

    def _let_go(self) -> None:
        """Take no more answers; a reader of replies that waits for room goes on, or the pipe would never end."""
        self.ending = True
        for target in self.waiting.values():
            while not target.empty():
                target.get_nowait()

    async def close(self, seconds: float) -> None:
        """Close the child's input and wait for its end, insisting after `seconds`."""
        self._let_go()
        stream = self.process.stdin
        if stream is not None:
            stream.close()
        try:
            await asyncio.wait_for(self.process.wait(), seconds)
        except TimeoutError:
            self.kill()
            await self.process.wait()
        await asyncio.wait([self.reading])

    async def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        try:
            while True:
                header = await stream.readexactly(4)
                reply = unpack_reply(await stream.readexactly(frame_length(header)))
                target = self.waiting.get(reply.id)
                if target is not None and not self.ending:
                    await target.put(reply)
        except (asyncio.IncompleteReadError, ConnectionError):
            self.ending = True
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.process.wait(), _EXIT_SECONDS)
        except (ValueError, msgspec.MsgspecError):
            pass  # it speaks another language, and is not to be trusted any more
        self.kill()
        with contextlib.suppress(ConnectionError):
            while await stream.read(65536):  # an unread pipe never ends
                pass
        await self._end()

    async def _end(self) -> None:
        status = await self.process.wait()
        for task in self._tasks[1:]:
            task.cancel()
        await asyncio.wait(self._tasks)
        transport = getattr(self.process, "_transport", None)
        if transport is not None:
            transport.close()
        await asyncio.sleep(0)
        reason = "it needed more memory than it may have" if self.over_limit else exit_in_words(status, tuple(self.log))
        for target in self.waiting.values():
            death = WorkerDied(f"The {self._name} process ended: {reason}.")
            while target.full():
                target.get_nowait()
            target.put_nowait(death)

    async def _read_log(self) -> None:
        stream = self.process.stderr
        assert stream is not None
        while True:
            try:
                line = await stream.readline()
            except ValueError:  # a line over the stream's limit; the rest of it follows
                continue
            if not line:
                return
            self.log.append(line.decode("utf-8", "replace").rstrip())

    async def _watch(self, limit_bytes: int) -> None:
        with contextlib.suppress(psutil.Error):
            child = await asyncio.to_thread(psutil.Process, self.process.pid)  # it reads from /proc
            while True:
                if await asyncio.to_thread(lambda: child.memory_info().rss) > limit_bytes:
                    self.over_limit = True
                    self.kill()
                    return
                await asyncio.sleep(_WATCH_SECONDS)


class Worker:
    """A child process that runs `module`, which calls `worker_host.serve`. Lives in the engine loop."""

    def __init__(
        self,
        module: str,
        name: str,
        *,
        arguments: tuple[str, ...] = (),
        environment: Mapping[str, str] | None = None,
        memory_bytes: int | None = None,
        shutdown_seconds: float = 5.0,
    ) -> None:
        self._module = module
        self._name = name
        self._arguments = arguments
        self._environment = dict(environment or {})
        self._memory_bytes = memory_bytes
        self._shutdown_seconds = shutdown_seconds
        self._ids = itertools.count(1)
        self._life: _Life | None = None
        self._starting = asyncio.Lock()
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process id, while it runs."""
        return self._life.process.pid if self._life is not None and self._life.alive else None

    @property
    def log(self) -> tuple[str, ...]:
        """The last lines the child wrote to stderr."""
        return tuple(self._life.log) if self._life is not None else ()

    async def call(self, verb: str, value: object, reply: type[T] | Any) -> T:
        """Return the result of a verb as a `reply`; raises what the child raised, WorkerDied when it ended."""
        async for answer in self._exchange(verb, value):
            if isinstance(answer, Done):
                decoded: T = msgspec.msgpack.decode(answer.body, type=reply)
                return decoded
        raise WorkerDied(f"The {self._name} process gave no answer.")

    async def stream(self, verb: str, value: object, item: type[T] | Any) -> AsyncIterator[T]:
        """Yield the items of a verb; raises like `call`."""
        decoder = msgspec.msgpack.Decoder(item)
        answers = self._exchange(verb, value)
        try:
            async for answer in answers:
                if isinstance(answer, Item):
                    yield decoder.decode(answer.body)
        finally:
            await answers.aclose()

    async def _exchange(self, verb: str, value: object) -> Any:
        life = await self._alive()
        request_id = next(self._ids)
        answers: asyncio.Queue[Reply | WorkerDied] = asyncio.Queue(_AHEAD)
        life.waiting[request_id] = answers
        ended = False
        try:
            life.send(Request(request_id, verb, encode(value)))
            await life.drain()
            while not ended:
                answer = await answers.get()
                if isinstance(answer, WorkerDied):
                    ended = True
                    raise answer
                if isinstance(answer, Failed):
                    ended = True
                    raise from_fields(answer.error)
                ended = isinstance(answer, Done)
                yield answer
        finally:
            del life.waiting[request_id]
            while not answers.empty():  # a reader that waits for room must not wait for ever
                answers.get_nowait()
            if not ended and life.alive:
                life.send(Stop(request_id))

    async def _alive(self) -> _Life:
        async with self._starting:
            if self._closed:
                raise WorkerDied(f"The {self._name} process is closed.")
            if self._life is None or not self._life.alive:
                await self._let_end()
                self._life = await self._start()
            return self._life

    async def _start(self) -> _Life:
        process = await asyncio.create_subprocess_exec(
            *child_command(self._module, *self._arguments), stdin=PIPE, stdout=PIPE, stderr=PIPE,
            env={**child_environment(), **self._environment},
        )  # fmt: skip
        return _Life(process, self._name, self._memory_bytes)

    def kill(self) -> None:
        """End the child at once; calls under way raise WorkerDied, the next call starts another."""
        if self._life is not None:
            self._life.kill()

    async def restart(self) -> None:
        """End the child kindly; the next call starts another."""
        async with self._starting:
            await self._let_end()

    async def close(self) -> None:
        """End the child for good."""
        self._closed = True
        async with self._starting:
            await self._let_end()

    async def _let_end(self) -> None:
        life, self._life = self._life, None
        if life is None:
            return
        if life.process.returncode is None and not life.ending:
            await life.close(self._shutdown_seconds)
        await asyncio.wait([life.reading])
