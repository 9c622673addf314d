"""Keeps a model host alive: loads with fallbacks, restarts after a crash with back-off, gives up in words.

Must not know requests; whoever routes them is told by `on_report` and `on_death`.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence

from app.engine.domain.errors import ModelLoadFailed, ModelUnavailable, PaddockError
from app.engine.domain.models import ModelState
from app.engine.inference.llama_cpp.process import HostProcess
from app.engine.inference.llama_cpp.wire import Command, Loaded, LoadModel, Report

# A host that dies this often within the window would only die again.
RESTARTS = 3
RESTART_WINDOW_SECONDS = 120.0


class Attempt:
    """One way to load the model, with the words that explain it: tried in order until one works."""

    def __init__(self, command: LoadModel, reason: str, *, fallback: bool = False) -> None:
        self.command = command
        self.reason = reason
        self.fallback = fallback


class Supervisor:
    """Owns the host processes of one model, one at a time. Lives in the engine loop."""

    def __init__(
        self,
        attempts: Sequence[Attempt],
        *,
        on_state: Callable[[ModelState], None],
        on_report: Callable[[Report], None],
        on_death: Callable[[str], None],
        load_seconds: float,
        shutdown_seconds: float,
    ) -> None:
        self._attempts = list(attempts)
        self._on_state = on_state
        self._on_report = on_report
        self._on_death = on_death
        self._load_seconds = load_seconds
        self._shutdown_seconds = shutdown_seconds
        self._process: HostProcess | None = None
        self._task: asyncio.Task[None] | None = None
        self._deaths: list[float] = []
        self._ready = asyncio.Event()
        self._closing = False
        self.state = ModelState()
        self.context_length = 0

    @property
    def attempt(self) -> Attempt:
        """The way that worked, once the model is loaded; the first one before."""
        return self._attempts[0]

    @property
    def pid(self) -> int | None:
        """The process id of the running host."""
        return self._process.pid if self._process else None

    async def start(self) -> Loaded:
        """Load the model, trying each attempt; raises ModelLoadFailed."""
        loaded = await self._load()
        self._task = asyncio.create_task(self._serve(), name="model host")
        return loaded

    async def send(self, command: Command) -> None:
        """Send a command, waiting for a restart under way; raises ModelUnavailable."""
        if not self._ready.is_set() and self.state.phase == "loading":
            await self._ready.wait()
        if self._process is None or self.state.phase != "ready":
            raise ModelUnavailable(f"The model is {self.state.in_words()}.", hint="Load it again.")
        self._process.send(command)

    async def close(self) -> None:
        """End the host; afterwards nothing is restarted."""
        self._closing = True
        self._set(ModelState(phase="unloading"))
        if self._process is not None:
            await self._process.close(self._shutdown_seconds)
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        self._process = None
        self._set(ModelState())

    async def _load(self) -> Loaded:
        failure: PaddockError = ModelLoadFailed("There is no way to load this model.")
        why = ""
        for attempt in self._attempts:
            try:
                loaded = await self._try(attempt, why)
            except PaddockError as error:
                failure = error
                why = f"{attempt.reason} failed: {error.message}"
                continue
            # What failed once fails again; a restart begins with what worked.
            del self._attempts[: self._attempts.index(attempt)]
            return loaded
        self._set(ModelState(phase="failed", reason=failure.message, hint=failure.hint))
        raise failure

    async def _try(self, attempt: Attempt, why: str) -> Loaded:
        self._set(ModelState(phase="loading"))
        process = await HostProcess.start()
        self._process = process
        try:
            async with asyncio.timeout(self._load_seconds):
                loaded = await process.load(attempt.command, self._on_progress)
        except TimeoutError as error:
            raise ModelLoadFailed(
                f"Loading took longer than {self._load_seconds:g} s.", hint="Raise the load limit in Settings."
            ) from error
        finally:
            if self.state.phase == "loading" and not (locals().get("loaded")):
                process.kill()
                await process.close(0)
                self._process = None
        reason = f"{attempt.reason}; {why}" if why else attempt.reason
        self.context_length = loaded.context_length
        self._set(
            ModelState(
                phase="ready",
                device=loaded.device,
                device_reason=reason,
                context_length=loaded.context_length,
                memory_bytes=loaded.model_bytes + loaded.kv_bytes,
            )
        )
        return loaded

    async def _serve(self) -> None:
        """Pass reports on; when the host dies, restart it until it has died too often."""
        while self._process is not None:
            async for report in self._process.reports():
                self._on_report(report)
            if self._closing:
                return
            reason = await self._process.why_ended()
            await self._process.close(0)
            self._process = None
            self._set(ModelState(phase="loading"))
            self._on_death(reason)
            if not await self._restart(reason):
                return

    async def _restart(self, reason: str) -> bool:
        now = time.monotonic()
        self._deaths = [moment for moment in self._deaths if now - moment < RESTART_WINDOW_SECONDS] + [now]
        if len(self._deaths) > RESTARTS:
            hint = "Load it again, with a smaller context or fewer GPU layers."
            self._set(
                ModelState(phase="failed", reason=f"the model process died {RESTARTS + 1} times: {reason}", hint=hint)
            )
            return False
        await asyncio.sleep(0.1 * 4 ** (len(self._deaths) - 1))
        with contextlib.suppress(PaddockError):
            await self._load()
            return True
        return False

    def _on_progress(self, fraction: float) -> None:
        if fraction >= self.state.progress + 0.01 or fraction >= 1:
            self._set(ModelState(phase="loading", progress=fraction))

    def _set(self, state: ModelState) -> None:
        self.state = state
        if state.phase == "loading":
            self._ready.clear()
        else:
            self._ready.set()
        self._on_state(state)
