"""How children are started, and how their end reads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.engine.runtime.processes import child_command, child_environment, exit_in_words


def test_a_child_runs_this_program_from_anywhere(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import app; print(app.__version__)"]
    done = subprocess.run(command, cwd=tmp_path, env=child_environment(), capture_output=True, text=True, check=True)
    assert done.stdout.strip()
    assert child_command("a.b", "x") == [sys.executable, "-m", "a.b", "x"]


def test_a_frozen_program_dispatches_its_children(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert child_command("a.b") == [sys.executable, "--child", "a.b"]


def test_the_persons_own_thread_policy_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    assert child_environment()["GOMP_SPINCOUNT"] == "1000"
    monkeypatch.setenv("GOMP_SPINCOUNT", "5")
    assert child_environment()["GOMP_SPINCOUNT"] == "5"


@pytest.mark.parametrize(
    ("status", "log", "words"),
    [
        (-9, (), "memory ran out"),
        (-11, (), "SIGSEGV"),
        (-6, ("GGML_ASSERT(x) failed",), "GGML_ASSERT(x) failed"),
        (3, ("fine", "error: no such tensor"), "error: no such tensor"),
        (-250, (), "signal 250"),
    ],
)
def test_an_end_in_words(status: int, log: tuple[str, ...], words: str) -> None:
    assert words in exit_in_words(status, log)
