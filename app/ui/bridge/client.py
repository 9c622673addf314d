"""Starts the engine in its own thread after the first paint and carries calls, streams and events across.

Results and events of the engine's thread are put into one mailbox and emptied on the GUI thread in slices, so
that a flood of tokens costs one wake-up and never holds the window. Must not import the engine's
implementation; the launcher does that, in the starting thread.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import Future
from contextlib import aclosing
from typing import Any, Literal, Protocol, cast

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.engine.domain.errors import BugError, PaddockError
from app.engine.facade import Engine
from app.ui.bridge.agents import AgentsClient
from app.ui.bridge.handle import Handle
from app.ui.bridge.history import HistoryClient
from app.ui.bridge.memory import MemoryClient
from app.ui.bridge.models import ModelsClient
from app.ui.bridge.preferences import PreferencesClient
from app.ui.bridge.safety import SafetyClient

_SLICE_SECONDS = 0.008


class Host(Protocol):
    """What owns the engine and its loop thread; `app.engine.host.EngineHost` is the real one."""

    @property
    def engine(self) -> Engine:
        """The running engine."""
        ...

    def start(self) -> None:
        """Make the engine ready; blocks, raises PaddockError."""
        ...

    def call(self, coroutine: Coroutine[Any, Any, Any]) -> Future[Any]:
        """Run a coroutine in the engine's loop."""
        ...

    def stop(self) -> None:
        """End the engine; blocks."""
        ...


Launcher = Callable[[], Host]
State = Literal["idle", "starting", "ready", "failed", "closed"]


class EngineClient(QObject):
    """The window's only way to the engine. Calls made before it is ready wait for it.

    `started` follows `start()`, or `start_failed(PaddockError)`. `engine_event` carries every EngineEvent.
    `unhandled` carries failures of calls nobody listened to.
    """

    started = Signal()
    start_failed = Signal(object)
    engine_event = Signal(object)
    unhandled = Signal(object)
    _woken = Signal()

    def __init__(self, launcher: Launcher, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state: State = "idle"
        self._launcher = launcher
        self._host: Host | None = None
        self._thread: threading.Thread | None = None
        self._waiting: list[Callable[[], None]] = []
        self._running: set[Handle] = set()
        self._mailbox: deque[tuple[Callable[..., None], object]] = deque()
        self._awake = False
        self._lock = threading.Lock()
        self._woken.connect(self._empty_mailbox, Qt.ConnectionType.QueuedConnection)
        self.models = ModelsClient(self)
        self.agents = AgentsClient(self)
        self.history = HistoryClient(self)
        self.memory = MemoryClient(self)
        self.preferences = PreferencesClient(self)
        self.safety = SafetyClient(self)

    def start(self) -> None:
        """Start the engine in a thread of its own; returns at once."""
        if self.state in ("starting", "ready", "closed"):
            return
        self.state = "starting"
        self._thread = threading.Thread(target=self._launch, name="engine-start")
        self._thread.start()

    def close(self) -> None:
        """Cancel what runs and end the engine; blocks until its thread has ended."""
        if self.state == "closed":
            return
        self.state = "closed"
        self._waiting.clear()
        for handle in tuple(self._running):
            handle.cancel()
        if self._thread is not None:
            self._thread.join()
        if self._host is not None:
            self._host.stop()
        self._mailbox.clear()

    def call(self, factory: Callable[[Engine], Coroutine[Any, Any, Any]]) -> Handle:
        """Run `factory(engine)` in the engine's loop; `done` carries its result."""
        return self._submit(lambda engine, _handle: factory(engine))

    def stream(self, factory: Callable[[Engine], AsyncIterator[Any]]) -> Handle:
        """Iterate `factory(engine)` in the engine's loop; `partial` carries each item."""

        async def forward(engine: Engine, handle: Handle) -> None:
            iterator = factory(engine)
            if not hasattr(iterator, "aclose"):
                async for item in iterator:
                    self._post(handle.deliver_partial, item)
                return
            async with aclosing(cast("Any", iterator)) as items:
                async for item in items:
                    self._post(handle.deliver_partial, item)

        return self._submit(forward)

    def release(self, handle: Handle) -> None:
        """Let go of a finished handle."""
        if handle in self._running:
            self._running.discard(handle)
            handle.deleteLater()

    def _submit(self, run: Callable[[Engine, Handle], Coroutine[Any, Any, Any]]) -> Handle:
        handle = Handle(self)
        self._running.add(handle)
        if self.state == "ready":
            self._dispatch(run, handle)
        elif self.state in ("failed", "closed"):
            # Later, so that the caller can connect first.
            QTimer.singleShot(0, handle, lambda: handle.deliver_failed(_not_running()))
        else:
            self._waiting.append(lambda: self._dispatch(run, handle))
        return handle

    def _dispatch(self, run: Callable[[Engine, Handle], Coroutine[Any, Any, Any]], handle: Handle) -> None:
        host = self._host
        if handle.finished or host is None:
            return

        async def guarded() -> None:
            try:
                result = await run(host.engine, handle)
            except PaddockError as error:
                self._post(handle.deliver_failed, error)
            except Exception as error:  # border: what broke in the engine must reach the person
                self._post(handle.deliver_failed, _as_bug(error))
            else:
                self._post(handle.deliver_done, result)

        handle.attach(host.call(guarded()))

    def _launch(self) -> None:
        try:
            host = self._launcher()
            host.start()
        except PaddockError as error:
            self._post(self._on_launch_failed, error)
        except Exception as error:  # border: a start that breaks must be told, not lost with its thread
            self._post(self._on_launch_failed, _as_bug(error))
        else:
            self._host = host
            host.engine.events.subscribe(lambda event: self._post(self.engine_event.emit, event))
            self._post(self._on_launched, None)

    def _on_launched(self, _nothing: object) -> None:
        self.state = "ready"
        waiting, self._waiting = self._waiting, []
        self.started.emit()
        for dispatch in waiting:
            dispatch()

    def _on_launch_failed(self, error: object) -> None:
        self.state = "failed"
        self._waiting.clear()
        for handle in tuple(self._running):
            handle.cancel()
        self.start_failed.emit(error)

    def _post(self, target: Callable[..., None], value: object) -> None:
        """Put something for the GUI thread into the mailbox; callable from any thread."""
        with self._lock:
            self._mailbox.append((target, value))
            wake, self._awake = not self._awake, True
        if wake:
            self._woken.emit()

    def _empty_mailbox(self) -> None:
        until = time.monotonic() + _SLICE_SECONDS
        while self.state != "closed":
            with self._lock:
                if not self._mailbox:
                    self._awake = False
                    return
                target, value = self._mailbox.popleft()
            target(value)
            if time.monotonic() > until:
                self._woken.emit()
                return


def _not_running() -> PaddockError:
    return BugError("The engine is not running.", hint="Restart Paddock.")


def _as_bug(error: Exception) -> PaddockError:
    bug = BugError(f"Something unexpected went wrong: {error}", hint="Please report it with the details.")
    bug.__cause__ = error
    return bug
