"""The second Paddock on a data directory learns who holds it; a killed one holds nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.engine.domain.errors import DataDirectoryInUse
from app.engine.runtime.instance_lock import InstanceLock

CHILD = """
import sys
from pathlib import Path
from app.engine.runtime.instance_lock import InstanceLock
lock = InstanceLock(Path(sys.argv[1]))
lock.acquire()
lock.announce("http://127.0.0.1:8321")
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_process_is_told_who_holds_the_directory(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path)], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        with pytest.raises(DataDirectoryInUse) as caught:
            InstanceLock(path).acquire()
        assert str(child.pid) in caught.value.message
        assert "http://127.0.0.1:8321" in caught.value.message
        assert str(tmp_path) in caught.value.message
        child.kill()
    lock = InstanceLock(path)
    lock.acquire()
    lock.release()


def test_release_lets_the_next_one_in_and_may_be_repeated(tmp_path: Path) -> None:
    first, second = InstanceLock(tmp_path / "lock"), InstanceLock(tmp_path / "lock")
    first.acquire()
    with pytest.raises(DataDirectoryInUse):
        second.acquire()
    first.release()
    first.release()
    second.acquire()
    second.release()
    assert second.owner() is None
