"""The child's side, spoken to over real pipes: lanes, the loop, errors, stops, and its end with its input."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.engine.runtime.processes import child_command, child_environment
from app.engine.runtime.worker_wire import Done, Failed, Item, Reply, Request, Stop, encode, frame_length, pack
from app.engine.runtime.worker_wire import unpack_reply as unpack
from tests.fakes.worker import MODULE, Wanted


class Child:
    """A worker process and both of its pipes."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            child_command(MODULE, *arguments), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=child_environment(),
        )  # fmt: skip

    def end(self) -> None:
        self.process.kill()
        self.process.wait(10)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def ask(self, request_id: int, verb: str, value: object) -> None:
        self.send(Request(request_id, verb, encode(value)))

    def send(self, command: Request | Stop) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(pack(command))
        self.process.stdin.flush()

    def reply(self) -> Reply:
        assert self.process.stdout is not None
        return unpack(self.process.stdout.read(frame_length(self.process.stdout.read(4))))

    def error(self) -> dict[str, Any]:
        reply = self.reply()
        assert isinstance(reply, Failed)
        return reply.error


@pytest.fixture
def child() -> Iterator[Child]:
    made = Child()
    yield made
    made.end()


def test_results_items_and_what_native_code_prints(child: Child) -> None:
    child.ask(1, "shout", "native noise\n")
    assert child.reply() == Done(1, encode(None))
    child.ask(2, "echo", "héllo")
    assert child.reply() == Done(2, encode("héllo"))
    child.ask(3, "stream", Wanted(2))
    assert [child.reply() for _ in range(3)] == [Item(3, encode(1)), Item(3, encode(2)), Done(3)]
    _, printed = child.process.communicate(timeout=10)
    assert b"native noise" in printed


def test_errors_are_told_and_do_not_end_the_process(child: Child) -> None:
    child.ask(1, "fail", "busy")
    assert (error := child.error())["code"] == "busy" and error["retry_after"] == 7
    child.ask(2, "fail", "memory")
    assert (error := child.error())["code"] == "out_of_memory" and error["kind"] == "world_error"
    child.ask(3, "fail", "bad")
    assert "ZeroDivisionError: bad" in child.error()["message"]
    child.ask(4, "fail_async", "no")
    assert "KeyError" in child.error()["message"]
    child.ask(5, "fly", 1)
    assert "no verb “fly”" in child.error()["message"]
    child.ask(6, "echo", 5)
    assert "Expected `str`" in child.error()["message"]
    child.ask(7, "hold_async", 5)
    assert "Expected `str`" in child.error()["message"]
    child.ask(8, "echo", "still here")
    assert child.reply() == Done(8, encode("still here"))


def test_lanes_and_coroutines_run_beside_each_other(child: Child, tmp_path: Path) -> None:
    first, second, third = (str(tmp_path / name) for name in ("first", "second", "third"))
    child.ask(1, "hold", first)
    child.ask(2, "hold_async", second)
    child.ask(3, "hold_async", third)
    child.ask(4, "echo", "passes")
    assert child.reply().id == 4
    for number, path in ((3, third), (1, first), (2, second)):
        Path(path).touch()
        assert child.reply() == Done(number, encode(path))


def test_what_nobody_waits_for_is_not_begun(child: Child, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    child.ask(1, "hold", str(gate))
    child.ask(2, "hold", str(tmp_path / "never"))
    child.ask(3, "hold", str(gate))
    child.send(Stop(2))
    gate.touch()
    assert [child.reply().id, child.reply().id] == [1, 3]


def test_a_stopped_coroutine_is_cancelled(child: Child, tmp_path: Path) -> None:
    child.ask(1, "hold_async", str(tmp_path / "x"))
    child.ask(2, "fail_async", "begun after the first")
    child.error()
    child.send(Stop(1))
    child.ask(3, "hold", str(tmp_path / "x.cancelled"))
    assert child.reply().id == 3


def test_it_ends_with_its_input_whatever_runs(child: Child, tmp_path: Path) -> None:
    child.ask(1, "hold", str(tmp_path / "never"))
    child.ask(2, "echo", "up")
    child.reply()
    assert child.process.stdin is not None
    child.process.stdin.close()
    assert child.process.wait(10) == 0


def test_it_ends_when_nobody_reads(child: Child) -> None:
    child.ask(1, "echo", "up")
    child.reply()
    assert child.process.stdout is not None
    child.process.stdout.close()
    child.ask(2, "echo", "into the void")
    assert child.process.wait(10) == 0


def test_bounded_memory_is_an_error_and_not_the_end() -> None:
    pytest.importorskip("resource")
    bounded = Child("bounded")
    try:
        bounded.ask(1, "take", 2048)
        assert bounded.error()["code"] == "out_of_memory"
        bounded.ask(2, "take", 1)
        assert msgspec.msgpack.decode(bounded.reply().body) == 1024 * 1024  # type: ignore[union-attr]
    finally:
        bounded.end()
