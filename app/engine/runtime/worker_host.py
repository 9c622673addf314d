"""The child's side of a worker process: reads requests, runs each in its lane, writes replies. Knows no verb.

A lane is a thread with a queue: verbs of one lane run one after the other, lanes run beside each other. Coroutine
functions run in one loop, all at once. The process ends when its input closes, so that it never outlives the app.
"""

from __future__ import annotations

import asyncio
import inspect
import os
import queue
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, NamedTuple

import msgspec

from app.engine.domain.errors import BugError, PaddockError, WorldError, to_fields
from app.engine.runtime.worker_wire import Done, Failed, Item, Reply, Request, Stop, encode, pack, read_command

LOOP = "loop"
_OUT_OF_MEMORY = WorldError("Memory ran out.", hint="Close other programs and try again.", code="out_of_memory")


class Verb(NamedTuple):
    """What a worker can do: `run(value)` returns a result, an iterator of items, or a coroutine.

    `type` is the shape of the request's body.
    """

    type: Any
    run: Callable[[Any], Any]
    lane: str = "main"


class WorkerHost:
    """Serves verbs over a pair of streams."""

    def __init__(self, verbs: Mapping[str, Verb], commands: BinaryIO, replies: BinaryIO) -> None:
        self._verbs = verbs
        self._commands = commands
        self._replies = replies
        self._writing = threading.Lock()
        self._stopped: set[int] = set()
        self._lanes = {verb.lane: queue.SimpleQueue[Request]() for verb in verbs.values() if not _is_async(verb)}
        self._loop = asyncio.new_event_loop() if any(map(_is_async, verbs.values())) else None
        self._tasks: dict[int, asyncio.Task[None]] = {}

    def run(self) -> int:
        """Serve until the input closes; returns the exit status."""
        for name, waiting in self._lanes.items():
            threading.Thread(target=self._serve, args=(waiting,), name=name, daemon=True).start()
        if self._loop is not None:
            threading.Thread(target=self._loop.run_forever, name=LOOP, daemon=True).start()
        while (command := read_command(self._commands)) is not None:
            if isinstance(command, Stop):
                self._stop(command.id)
                continue
            verb = self._verbs.get(command.verb)
            if verb is None:
                self._send(Failed(command.id, to_fields(BugError(f"A worker has no verb “{command.verb}”."))))
            elif _is_async(verb):
                assert self._loop is not None
                self._loop.call_soon_threadsafe(self._begin, command)
            else:
                self._lanes[verb.lane].put(command)
        # The app is gone or has closed this worker: nobody reads any more. Native threads may not end by themselves.
        os._exit(0)

    def _serve(self, waiting: queue.SimpleQueue[Request]) -> None:
        while True:
            request = waiting.get()
            if request.id in self._stopped:
                self._stopped.discard(request.id)
                continue
            try:
                self._answer(request)
            except PaddockError as error:
                self._send(Failed(request.id, to_fields(error)))
            except MemoryError:
                self._send(Failed(request.id, to_fields(_OUT_OF_MEMORY)))
            except Exception as error:  # a border: one request that breaks must not end the process
                self._send(Failed(request.id, to_fields(_bug(error))))
            self._stopped.discard(request.id)

    def _answer(self, request: Request) -> None:
        verb = self._verbs[request.verb]
        result = verb.run(msgspec.msgpack.decode(request.body, type=verb.type))
        if not isinstance(result, Iterator):
            self._send(Done(request.id, encode(result)))
            return
        for item in result:
            if request.id in self._stopped:
                close = getattr(result, "close", None)
                if close is not None:
                    close()
                return
            self._send(Item(request.id, encode(item)))
        self._send(Done(request.id))

    def _begin(self, request: Request) -> None:
        task = asyncio.get_running_loop().create_task(self._answer_async(request))
        self._tasks[request.id] = task
        task.add_done_callback(lambda _task: self._tasks.pop(request.id, None))

    async def _answer_async(self, request: Request) -> None:
        verb = self._verbs[request.verb]
        try:
            result = await verb.run(msgspec.msgpack.decode(request.body, type=verb.type))
        except PaddockError as error:
            self._send(Failed(request.id, to_fields(error)))
        except Exception as error:  # a border: one request that breaks must not end the process
            self._send(Failed(request.id, to_fields(_bug(error))))
        else:
            self._send(Done(request.id, encode(result)))

    def _stop(self, request_id: int) -> None:
        self._stopped.add(request_id)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._cancel, request_id)

    def _cancel(self, request_id: int) -> None:
        task = self._tasks.get(request_id)
        if task is not None:
            task.cancel()
            self._stopped.discard(request_id)

    def _send(self, reply: Reply) -> None:
        try:
            with self._writing:
                self._replies.write(pack(reply))
                self._replies.flush()
        except (BrokenPipeError, OSError):
            os._exit(0)


def _is_async(verb: Verb) -> bool:
    return inspect.iscoroutinefunction(verb.run)


def _bug(error: Exception) -> BugError:
    return BugError(f"{type(error).__name__}: {error}")


def limit_memory(limit_bytes: int) -> None:
    """Bound this process's address space, where the system can; the parent watches everywhere else."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, limit_bytes))


def step_back() -> None:
    """Let other programs have the processor first, where the system can."""
    if hasattr(os, "nice"):
        os.nice(10)


def step_back_here() -> None:
    """Do the same for this thread alone, and for those it starts; on Linux, where priorities belong to threads."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 5)


def serve(verbs: Mapping[str, Verb]) -> int:
    """Serve on this process's streams; what native code prints goes to stderr, not into the pipe."""
    commands = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return WorkerHost(verbs, commands, replies).run()
