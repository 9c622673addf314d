"""What holds for every test: its own data directory, no real keychain, no screen, nothing left behind."""

from __future__ import annotations

import inspect
import os
import threading
import time
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import hypothesis
import keyring
import psutil
import pytest
from blockbuster import blockbuster_ctx
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# How long an example takes on a busy machine says nothing about the code.
hypothesis.settings.register_profile("paddock", deadline=None)
hypothesis.settings.load_profile("paddock")

GRACE_SECONDS = 5.0
POLL_SECONDS = 0.01

# Threads and processes that belong to a library for the life of the process.
LASTING_THREADS = ("tqdm", "pytest", "hypothesis")
LASTING_PROCESSES = ("resource_tracker", "forkserver")

# Questions about paths are answered from the kernel's cache; whether a lock has to be waited for is chance, and a
# test must not be. What reads, writes, creates, waits or speaks to a socket or to SQLite is watched.
NOT_BLOCKING = (
    "os.getcwd",
    "os.path.abspath",
    "os.path.islink",
    "os.readlink",
    "os.stat",
    "threading.Lock.acquire",
    "threading.Lock.acquire_lock",
)


class TestKeychain(KeyringBackend):
    """A keychain in memory, new for every test."""

    __test__ = False
    priority = 1.0

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError(username)


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point Paddock at a data directory of this test; it is not created."""
    folder = tmp_path / "paddock-data"
    monkeypatch.setenv("PADDOCK_DATA_DIR", str(folder))
    return folder


@pytest.fixture(autouse=True)
def keychain() -> Iterator[TestKeychain]:
    """Replace the system's keychain."""
    before = keyring.get_keyring()
    backend = TestKeychain()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


@pytest.fixture(autouse=True)
def nothing_is_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves threads or child processes behind, unless it is marked `leaks`."""
    threads, children = set(_threads()), set(_children())
    yield
    if request.node.get_closest_marker("leaks"):
        return
    left = _wait_for_end(threads, children)
    if left:
        pytest.fail(f"The test left behind: {', '.join(left)}", pytrace=False)


@pytest.fixture(autouse=True)
def loop_never_blocks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail engine code that blocks the event loop, unless the test is marked `blocks`."""
    watched = "engine" in request.node.path.parts and inspect.iscoroutinefunction(request.function)
    if not watched or request.node.get_closest_marker("blocks"):
        yield
        return
    with blockbuster_ctx("app.engine") as watch:
        for name in NOT_BLOCKING:
            watch.functions[name].deactivate()
        yield


def _threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if not thread.name.lower().startswith(LASTING_THREADS)]


def _children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def _wait_for_end(threads: set[threading.Thread], children: set[psutil.Process]) -> list[str]:
    """Return what is still there after the grace period; its processes are killed, so that no later test sees them."""
    until = time.monotonic() + GRACE_SECONDS
    while True:
        new_threads = [thread for thread in _threads() if thread not in threads]
        new_children = [child for child in _children() if child not in children and not _lasts(child)]
        if not new_threads and not new_children:
            return []
        if time.monotonic() > until:
            names = [f"thread {thread.name}" for thread in new_threads]
            for child in new_children:
                names.append(f"process {child.pid}")
                child.kill()
            return names
        time.sleep(POLL_SECONDS)


def _lasts(child: psutil.Process) -> bool:
    try:
        return any(name in part for part in child.cmdline() for name in LASTING_PROCESSES)
    except psutil.Error:
        return False
