"""A worker process for tests: it echoes, streams, waits, fails, dies and takes memory, as asked. No test is in here."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec

from app.engine.domain.errors import Busy
from app.engine.runtime.worker_host import Verb, limit_memory, serve

MODULE = "tests.fakes.worker"
MIB = 1024 * 1024


class Wanted(msgspec.Struct, frozen=True):
    """A number and a path, whatever the verb makes of them."""

    count: int = 0
    path: str = ""


def echo(value: str) -> str:
    return value


def stream(wanted: Wanted) -> Iterator[int]:
    """Yield numbers; note in a file how far it came, and that it was told to stop."""
    done = 0
    try:
        for done in range(1, wanted.count + 1):
            yield done
    finally:
        if wanted.path:
            Path(wanted.path).write_text(str(done))


def hold(path: str) -> str:
    """Wait until a file is there."""
    while not Path(path).exists():
        threading.Event().wait(0.005)
    return path


async def hold_async(path: str) -> str:
    """Wait until a file is there, beside other calls; tell by other files that it began and that it was cancelled."""
    Path(f"{path}.begun").touch()
    try:
        while not Path(path).exists():
            await asyncio.sleep(0.005)
    except asyncio.CancelledError:
        Path(f"{path}.cancelled").touch()
        raise
    return path


async def fail_async(message: str) -> None:
    raise KeyError(message)


def fail(kind: str) -> None:
    if kind == "busy":
        raise Busy("Too much.", retry_after=7)
    if kind == "memory":
        raise MemoryError
    raise ZeroDivisionError(kind)


def die(signal_number: int) -> None:
    """Die by a signal, which may reach any thread, and not answer before."""
    os.kill(os.getpid(), signal_number)
    threading.Event().wait()


def leave(status: int) -> None:
    sys.stderr.write("a line before the end\nerror: out of hay\n")
    sys.stderr.flush()
    os._exit(status)


def die_within(wanted: Wanted) -> Iterator[int]:
    """Yield numbers, then be killed."""
    yield from range(wanted.count)
    die(9)


def take(mebibytes: int) -> int:
    """Take memory for good, and touch it."""
    _taken.append(b"\1" * (mebibytes * MIB))
    return len(_taken[-1])


def shout(text: str) -> None:
    """Print as native code does, to where replies must not be disturbed."""
    os.write(1, text.encode())


_taken: list[bytes] = []

VERBS = {
    "echo": Verb(str, echo),
    "stream": Verb(Wanted, stream),
    "hold": Verb(str, hold, "other"),
    "hold_async": Verb(str, hold_async),
    "fail_async": Verb(str, fail_async),
    "fail": Verb(str, fail),
    "die": Verb(int, die),
    "leave": Verb(int, leave),
    "die_within": Verb(Wanted, die_within),
    "take": Verb(int, take),
    "shout": Verb(str, shout),
}


def main(arguments: list[str]) -> int:
    """Serve; with “garbage”, speak no protocol at all, with “deaf”, end for no closed input."""
    if "garbage" in arguments:
        os.write(1, b"\xff" * MIB)
    if "deaf" in arguments or "garbage" in arguments:
        threading.Event().wait()
    if "bounded" in arguments:
        limit_memory(1024 * MIB)
    return serve(VERBS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
