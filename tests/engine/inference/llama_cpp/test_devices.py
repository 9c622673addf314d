"""What llama.cpp offers is learned from a child; whatever happens to the child, there is an answer."""

from __future__ import annotations

import sys

import pytest

from app.engine.domain.machine import Device, Memory
from app.engine.inference.llama_cpp import devices
from app.engine.inference.llama_cpp.devices import Build, examine_build


def device(name: str, kind: str, free: int) -> Device:
    return Device(name=name, description=name, kind=kind, memory=Memory(total=free, free=free))


async def test_the_real_build_is_described() -> None:
    build = await examine_build(60)
    assert build.error == ""
    assert build.version
    assert "CPU" in build.features
    assert "cpu" in {each.kind for each in build.devices}
    assert all(each.memory.total >= each.memory.free for each in build.devices)


def child(monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    monkeypatch.setattr(devices, "child_command", lambda _: [sys.executable, "-c", source])


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "-11"),
        ("raise SystemExit(3)", "3"),
        ("print('not json')", "ended"),
        ("print('[1, 2]')", "ended"),
        ("print('{\"devices\": 7}')", "ended"),
    ],
)
async def test_a_child_that_fails_is_an_error_in_words(
    monkeypatch: pytest.MonkeyPatch, source: str, words: str
) -> None:
    child(monkeypatch, source)
    build = await examine_build(60)
    assert words in build.error
    assert build.devices == ()


async def test_a_child_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    child(monkeypatch, "import time; time.sleep(600)")
    assert "within 0.2 s" in (await examine_build(0.2)).error


async def test_chatter_before_the_answer_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    child(monkeypatch, "print('loading driver'); print('{\"version\": \"1\"}')")
    assert await examine_build(60) == Build(version="1")


def test_the_gpu_with_the_most_room_is_chosen() -> None:
    found = (device("cpu", "cpu", 99), device("small", "gpu", 1), device("large", "igpu", 5))
    gpu = Build(devices=found).gpu
    assert gpu is not None
    assert gpu.name == "large"
    assert Build(devices=found[:1]).gpu is None
