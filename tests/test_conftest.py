"""The guards of conftest can fail: each is shown a test that breaks its rule."""

from __future__ import annotations

from pathlib import Path

import keyring
import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parent.parent


def run_inner(pytester: pytest.Pytester, source: str, folder: str = "other") -> pytest.RunResult:
    """Run a test file in a new process under the project's conftest and configuration."""
    conftest = (ROOT / "tests" / "conftest.py").read_text(encoding="utf-8")
    pytester.makeconftest(conftest.replace("GRACE_SECONDS = 5.0", "GRACE_SECONDS = 0.2"))
    inner = pytester.mkdir(folder) / "test_inner.py"
    inner.write_text(source, encoding="utf-8")
    arguments = ["-p", "no:randomly", "-o", "asyncio_mode=auto", "-o", f"pythonpath={ROOT}", str(inner)]
    return pytester.runpytest_subprocess(*arguments)


def test_a_thread_left_behind_fails(pytester: pytest.Pytester) -> None:
    source = """
import threading

stop = threading.Event()

def test_leaks():
    threading.Thread(target=stop.wait, name="left", daemon=True).start()
"""
    run_inner(pytester, source).stdout.fnmatch_lines(["*The test left behind: thread left*"])


def test_a_process_left_behind_fails_and_is_ended(pytester: pytest.Pytester) -> None:
    source = """
import psutil, subprocess, sys

def test_leaks(tmp_path_factory):
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    globals()["child"] = child

def test_is_gone():
    assert child.wait(5) != 0
    child.stdin.close()
"""
    result = run_inner(pytester, source)
    result.stdout.fnmatch_lines(["*The test left behind: process *"])
    result.assert_outcomes(passed=2, errors=1)


def test_a_marked_test_may_leave_something(pytester: pytest.Pytester) -> None:
    source = """
import pytest, threading

@pytest.mark.leaks("to see that the mark is obeyed")
def test_leaks():
    threading.Thread(target=threading.Event().wait, daemon=True).start()
"""
    run_inner(pytester, source).assert_outcomes(passed=1, warnings=1)


def test_engine_code_that_blocks_the_loop_fails(pytester: pytest.Pytester) -> None:
    source = """
import types
import app.engine

code = compile("import os\\ndef look(): return os.listdir('.')", app.engine.__file__, "exec")
blocking = types.ModuleType("blocking")
exec(code, blocking.__dict__)

async def test_blocks():
    blocking.look()
"""
    run_inner(pytester, source, folder="engine").stdout.fnmatch_lines(["*BlockingError: Blocking call to os.listdir*"])


def test_every_test_has_its_own_state(data_dir: Path, keychain: object) -> None:
    assert not data_dir.exists()
    assert keyring.get_keyring() is keychain
    assert keyring.get_password("Paddock", "anything") is None
