"""The supervisor tries each way to load, restarts what died, and gives up in words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from app.engine.domain.errors import ModelLoadFailed, ModelUnavailable
from app.engine.domain.models import ModelState
from app.engine.inference.llama_cpp import supervisor as module
from app.engine.inference.llama_cpp.supervisor import RESTARTS, Attempt, Supervisor
from app.engine.inference.llama_cpp.wire import Cancel, Counted, LoadModel, Report
from tests.fakes.model_host import FakeProcesses

GPU = Attempt(LoadModel(path="m", context_length=64, gpu_layers=9), "All 9 layers fit the GPU")
CPU = Attempt(LoadModel(path="m", context_length=64), "It runs on the CPU")


class Case:
    """A supervisor over fake processes, and what it told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, processes: FakeProcesses, *attempts: Attempt) -> None:
        monkeypatch.setattr(module.HostProcess, "start", processes.start)
        monkeypatch.setattr(module.asyncio, "sleep", self.sleep)
        self.processes = processes
        self.states: list[ModelState] = []
        self.reports: list[Report] = []
        self.deaths: list[str] = []
        self.slept: list[float] = []
        self.changed = asyncio.Event()
        self.supervisor = Supervisor(
            attempts or (CPU,),
            on_state=self.on_state,
            on_report=self.reports.append,
            on_death=self.deaths.append,
            load_seconds=0.2,
            shutdown_seconds=1,
        )

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def on_state(self, state: ModelState) -> None:
        self.states.append(state)
        self.changed.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                self.changed.clear()
                await self.changed.wait()

    async def die(self) -> None:
        """End the running process and wait until the supervisor has dealt with it."""
        before = len(self.deaths)
        self.processes.started[-1].die()
        await self.until(lambda: len(self.deaths) > before and self.supervisor.state.phase in ("ready", "failed"))


async def test_it_loads_tells_and_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(monkeypatch, FakeProcesses())
    loaded = await case.supervisor.start()
    assert loaded.device == "CPU"
    assert case.supervisor.pid == 1
    ready = case.supervisor.state
    assert (ready.phase, ready.context_length, ready.memory_bytes) == ("ready", 64, 7)
    await case.supervisor.close()
    assert [state.phase for state in case.states] == ["loading", "loading", "ready", "unloading", "not_loaded"]
    assert case.processes.started[0].closed


async def test_a_gpu_that_refuses_is_followed_by_the_cpu_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(monkeypatch, FakeProcesses(ModelLoadFailed("out of device memory")), GPU, CPU)
    await case.supervisor.start()
    state = case.supervisor.state
    assert state.device == "CPU"
    assert "It runs on the CPU" in state.device_reason
    assert "out of device memory" in state.device_reason
    assert case.processes.started[0].closed
    await case.supervisor.close()


async def test_a_restart_begins_with_what_worked(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(monkeypatch, FakeProcesses(ModelLoadFailed("no")), GPU, CPU)
    await case.supervisor.start()
    await case.die()
    commands = [process.sent[0] for process in case.processes.started]
    assert commands == [GPU.command, CPU.command, CPU.command]
    await case.supervisor.close()


async def test_when_nothing_works_the_last_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    failures = (ModelLoadFailed("no GPU"), ModelLoadFailed("no memory", hint="Close something."))
    case = Case(monkeypatch, FakeProcesses(*failures), GPU, CPU)
    with pytest.raises(ModelLoadFailed, match="no memory"):
        await case.supervisor.start()
    assert case.supervisor.state == ModelState(phase="failed", reason="no memory", hint="Close something.")
    assert all(process.closed for process in case.processes.started)


async def test_a_load_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(monkeypatch, FakeProcesses())
    case.processes.hold = asyncio.Event()
    with pytest.raises(ModelLoadFailed, match=r"longer than 0\.2 s"):
        await case.supervisor.start()
    assert case.processes.started[0].closed
    assert case.supervisor.pid is None


async def test_a_load_that_is_given_up_leaves_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(monkeypatch, FakeProcesses())
    case.processes.hold = asyncio.Event()
    task = asyncio.create_task(case.supervisor.start())
    await case.until(lambda: len(case.states) >= 2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert case.processes.started[0].closed


async def test_reports_pass_and_a_death_is_told_and_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(monkeypatch, FakeProcesses())
    await case.supervisor.start()
    case.processes.started[0].say(Counted("c", 3))
    await case.die()
    assert case.reports == [Counted("c", 3)]
    assert case.deaths == ["it was killed"]
    assert case.supervisor.pid == 2
    await case.supervisor.send(Cancel("x"))
    assert case.processes.started[1].sent[-1] == Cancel("x")
    await case.supervisor.close()


async def test_restarts_back_off_and_end_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(monkeypatch, FakeProcesses())
    await case.supervisor.start()
    for _ in range(RESTARTS + 1):
        await case.die()
    assert case.supervisor.state.phase == "failed"
    assert f"died {RESTARTS + 1} times: it was killed" in case.supervisor.state.reason
    assert len(case.processes.started) == RESTARTS + 1
    pauses = [seconds for seconds in case.slept if seconds]
    assert pauses == sorted(set(pauses))
    assert len(pauses) == RESTARTS
    with pytest.raises(ModelUnavailable, match="died"):
        await case.supervisor.send(Cancel("x"))
    await case.supervisor.close()


async def test_who_sends_during_a_restart_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(monkeypatch, FakeProcesses())
    await case.supervisor.start()
    case.processes.hold = asyncio.Event()
    case.processes.started[0].die()
    await case.until(lambda: case.supervisor.state.phase == "loading" and case.supervisor.state.progress > 0)
    sending = asyncio.create_task(case.supervisor.send(Cancel("x")))
    case.processes.hold.set()
    await sending
    assert case.processes.started[1].sent[-1] == Cancel("x")
    await case.supervisor.close()


async def test_before_and_after_its_life_nothing_can_be_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(monkeypatch, FakeProcesses())
    with pytest.raises(ModelUnavailable):
        await case.supervisor.send(Cancel("x"))
    await case.supervisor.start()
    await case.supervisor.close()
    with pytest.raises(ModelUnavailable, match="not loaded"):
        await case.supervisor.send(Cancel("x"))


async def test_a_restart_that_cannot_load_ends_as_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(monkeypatch, FakeProcesses(None, ModelLoadFailed("the file is gone")))
    await case.supervisor.start()
    await case.die()
    assert case.supervisor.state.reason == "the file is gone"
    await case.supervisor.close()
