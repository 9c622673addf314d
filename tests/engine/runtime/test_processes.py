"""Command lines and environments of child processes, and how their end reads."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.engine.runtime.processes import child_command, child_environment, exit_in_words


def test_a_child_from_source_finds_the_program_from_anywhere(tmp_path: Path) -> None:
    command = child_command("app.engine.runtime.streams", "extra")
    assert command == [sys.executable, "-m", "app.engine.runtime.streams", "extra"]
    ended = subprocess.run(command, cwd=tmp_path, env=child_environment(), capture_output=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_a_child_of_a_frozen_build_is_the_program_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    assert child_command("app.x") == [sys.executable, "--child", "app.x"]
    assert "PYTHONPATH" not in child_environment()


def test_the_environment_is_a_copy_and_respects_what_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOMP_SPINCOUNT", "7")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    environment = child_environment()
    assert environment["GOMP_SPINCOUNT"] == "7"
    assert environment["PYTHONPATH"].split(os.pathsep)[-1] == "/elsewhere"
    environment["GOMP_SPINCOUNT"] = "8"
    assert os.environ["GOMP_SPINCOUNT"] == "7"


@pytest.mark.parametrize(
    ("status", "log", "words"),
    [
        (0, (), "status 0"),
        (3, ("loading", "error: no tensors"), "status 3 (error: no tensors)"),
        (None, (), "status None"),
        (-signal.SIGKILL, (), "memory ran out"),
        (-signal.SIGSEGV, (), "crashed with SIGSEGV"),
        (-signal.SIGABRT, ("x", "GGML_ASSERT(n > 0) failed", "y"), "SIGABRT (GGML_ASSERT(n > 0) failed)"),
        (-250, (), "signal 250"),
    ],
)
def test_ends_in_words(status: int | None, log: tuple[str, ...], words: str) -> None:
    assert words in exit_in_words(status, log)
