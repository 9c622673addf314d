"""How the window behaves: start against an empty window, stalls while it streams, long chats, memory. See README.

Every figure comes from fresh child processes (`window_probe`). Where there is a display they open real windows on it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from app.engine.inference.model_files import find_starter
from tests.benchmarks.report import Row, Skipped

STALL_SECONDS = 0.050
OPENING_SECONDS = 0.300
RESTING_BYTES = 200e6
STREAMING_SECONDS = 8
PASSES = 3


def run(rounds: int) -> list[Row | Skipped]:
    """Measure everything; each figure is the median of `rounds` rounds, scrolling is done in one."""
    return [start(rounds), *stalls(rounds), *long_chat(rounds), rest(rounds)]


def start(rounds: int) -> Row:
    """The first start of Paddock, until its box is painted and takes text, against an empty window's first paint."""
    ratios, ours, theirs, engine = [], [], [], []
    for number in range(rounds + 1):
        empty = probe("empty", stamp=True)["seconds"]
        with folder() as data:
            found = probe("opened", data, stamp=True)
        if number == 0:
            continue  # the first one fills the caches of Python and of the system
        ours.append(found["seconds"])
        theirs.append(empty)
        engine.append(found["engine"])
        ratios.append(found["seconds"] / empty)
    detail = f"{ms(ours)} and {ms(theirs)}; the engine answers after {ms(engine)}; {platform()}"
    return Row("window takes text / empty PySide6 window", median(ratios), 2.5, "at most", detail)


def stalls(rounds: int) -> Iterator[Row | Skipped]:
    """How late the GUI thread is at worst while eight chats answer."""
    for engine, name in (("fake", "scripted engine, 25 tokens/s each"), ("real", "starter model")):
        title = f"longest stall, 8 streams, {name.partition(',')[0]} / 50 ms"
        if engine == "real" and find_starter() is None:
            yield Skipped(title, "the starter model is not installed")
            continue
        longest = []
        for _ in range(rounds):
            with folder() as data:
                longest.append(probe("streams", engine, data, str(STREAMING_SECONDS))["seconds"])
        detail = f"{ms(longest)} in {STREAMING_SECONDS} s, worst round {max(longest) * 1000:.0f} ms; {name}"
        yield Row(title, median(longest) / STALL_SECONDS, 1.0, "at most", detail)


def long_chat(rounds: int) -> Iterator[Row]:
    """A chat of 1,000 messages: how fast its end shows, and whether scrolling through it keeps memory."""
    with folder() as data:
        probe("fill", data)
        seconds = [probe("long", data, "0")["seconds"] for _ in range(rounds)]
        scrolled = probe("long", data, str(PASSES))["bytes"]
    title = "opening 1,000 messages / 300 ms"
    yield Row(title, median(seconds) / OPENING_SECONDS, 1.0, "at most", f"{ms(seconds)}, first chat of a fresh start")
    detail = " MB, ".join(f"{each / 1e6:.0f}" for each in scrolled) + " MB"
    title = f"memory after scrolling through {PASSES} times / once"
    yield Row(title, scrolled[-1] / scrolled[0], 1.05, "at most", detail)


def rest(rounds: int) -> Row:
    """The whole app, engine included, with no model in memory."""
    sizes = []
    for _ in range(rounds):
        with folder() as data:
            found = probe("idle", data)
            assert found["children"] == 0, "a child process would have to be counted"
            sizes.append(found["bytes"])
    detail = f"{median(sizes) / 1e6:.0f} MB resident"
    return Row("memory at rest, no model / 200 MB", median(sizes) / RESTING_BYTES, 1.0, "at most", detail)


def probe(what: str, *arguments: str, stamp: bool = False) -> dict[str, Any]:
    """Run one probe in a process of its own and return what it found; `stamp` hands it the moment of its start."""
    moment = [repr(time.time())] if stamp else []
    command = [sys.executable, "-m", "tests.benchmarks.window_probe", what, *moment, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=environment())
    if done.returncode:
        raise SystemExit(f"The probe {what!r} failed:\n{done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def environment() -> dict[str, str]:
    """Return the environment of a probe: a real display is used where there is one."""
    changed = dict(os.environ)
    if platform() != "offscreen":
        changed.pop("QT_QPA_PLATFORM", None)
    return changed


def platform() -> str:
    """Say where the windows show."""
    shown = next((name for name in ("WAYLAND_DISPLAY", "DISPLAY") if os.environ.get(name)), "")
    return "on a display" if shown or not sys.platform.startswith("linux") else "offscreen"


def ms(seconds: list[float]) -> str:
    """Return the median in milliseconds, as words."""
    return f"{median(seconds) * 1000:.0f} ms"


@contextmanager
def folder() -> Iterator[str]:
    """Yield an empty folder that is removed afterwards."""
    with tempfile.TemporaryDirectory() as path:
        yield path
