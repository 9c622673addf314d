"""Models in memory: loaded once for all, kept while used, unloaded when idle, forgotten when broken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import msgspec
import pytest

from app.engine.domain.errors import ModelLoadFailed, ModelNotFound, ModelUnavailable
from app.engine.domain.events import EngineEvent, ModelStateChanged, NoticeRaised
from app.engine.domain.inference import ChatRequest, GenerationEvent, Message, TextDelta
from app.engine.domain.models import LoadSettings, Model, ModelState
from app.engine.domain.settings import Settings
from app.engine.inference.runner import SPEED_TOKENS, ModelRunner
from app.engine.runtime.streams import closing
from tests.fakes.chat_model import FakeChatModel
from tests.fakes.waiting import drain, soon

REQUEST = ChatRequest(model="m", messages=(Message(role="user", content="hi"),))


class Case:
    """A runner over fake models."""

    def __init__(self, *opened: FakeChatModel | Exception, idle: int = 0) -> None:
        self.to_open = list(opened)
        self.model = Model(id="m", name="M")
        self.events: list[EngineEvent] = []
        self.used: list[str] = []
        self.speeds: list[float] = []
        self.hold: asyncio.Event | None = None
        self.opens = 0
        self.tell: Callable[[ModelState], None] = lambda _: None
        self.settings = Settings(idle_unload_minutes=idle)
        self.runner = ModelRunner(self, self.open, lambda: self.settings, self.events.append)

    async def get(self, model_id: str) -> Model:
        if model_id != self.model.id:
            raise ModelNotFound(f"There is no model “{model_id}”.")
        return self.model

    async def note_used(self, model_id: str) -> None:
        self.used.append(model_id)

    async def note_speed(self, model_id: str, tokens_per_second: float) -> None:
        self.speeds.append(tokens_per_second)

    async def open(self, model: Model, on_state: Callable[[ModelState], None]) -> FakeChatModel:
        self.opens += 1
        self.tell = on_state
        if self.hold is not None:
            await self.hold.wait()
        opened = self.to_open.pop(0)
        if isinstance(opened, Exception):
            raise opened
        on_state(ModelState(phase="ready", device="CPU"))
        return opened

    def phases(self) -> list[str]:
        return [event.state.phase for event in self.events if isinstance(event, ModelStateChanged)]

    def run(self) -> AsyncIterator[GenerationEvent]:
        return self.runner.run("m", lambda model: model.chat(REQUEST))


async def test_many_callers_load_it_once() -> None:
    case = Case(FakeChatModel())
    case.hold = asyncio.Event()
    callers = [asyncio.create_task(case.runner.open("m")) for _ in range(5)]
    await soon(lambda: case.opens > 0)
    case.hold.set()
    models = await asyncio.gather(*callers)
    assert case.opens == 1
    assert len(set(map(id, models))) == 1
    assert case.used == ["m"]
    assert case.phases() == ["loading", "ready"]
    await case.runner.close()


async def test_a_caller_that_gives_up_does_not_stop_the_loading() -> None:
    case = Case(FakeChatModel())
    case.hold = asyncio.Event()
    first, second = (asyncio.create_task(case.runner.open("m")) for _ in range(2))
    await soon(lambda: case.opens > 0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    case.hold.set()
    assert await second is not None
    await case.runner.close()


async def test_a_failure_is_told_and_forgotten() -> None:
    case = Case(ModelLoadFailed("no memory", hint="Close something."), FakeChatModel())
    with pytest.raises(ModelLoadFailed, match="no memory"):
        await case.runner.open("m")
    assert case.runner.states()["m"] == ModelState(phase="failed", reason="no memory", hint="Close something.")
    assert any(isinstance(event, NoticeRaised) and "no memory" in event.message for event in case.events)
    await case.runner.open("m")
    assert case.runner.states()["m"].phase == "ready"
    await case.runner.close()


async def test_an_unexpected_failure_ends_in_words() -> None:
    case = Case(ZeroDivisionError("oops"))
    with pytest.raises(ModelLoadFailed, match="ZeroDivisionError: oops"):
        await case.runner.open("m")
    assert case.runner.states()["m"].phase == "failed"


async def test_an_unknown_model_is_not_found() -> None:
    with pytest.raises(ModelNotFound):
        await Case().runner.open("other")


async def test_unloading_while_it_loads() -> None:
    case = Case(FakeChatModel())
    case.hold = asyncio.Event()
    waiting = asyncio.create_task(case.runner.open("m"))
    await soon(lambda: case.opens > 0)
    await case.runner.unload("m")
    with pytest.raises((asyncio.CancelledError, ModelUnavailable)):
        await waiting
    assert not waiting.cancelled(), "whoever waited must hear it in words"
    assert case.runner.states() == {}


async def test_load_returns_the_state_and_unload_frees() -> None:
    model = FakeChatModel()
    case = Case(model)
    assert (await case.runner.load(case.model)).phase == "ready"
    await case.runner.unload("m")
    assert model.shut_down
    assert case.runner.states() == {}
    assert case.phases() == ["loading", "ready", "not_loaded"]
    await case.runner.unload("m")


async def test_a_run_streams_and_closes_its_generation() -> None:
    model = FakeChatModel("a", "b")
    case = Case(model)
    events = [event async for event in case.run()]
    assert [event.text for event in events if isinstance(event, TextDelta)] == ["a", "b"]
    async with closing(case.run()) as stream:
        await anext(stream)
    assert model.closed == 2
    await case.runner.close()


async def test_an_idle_model_leaves_memory_and_a_used_one_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = asyncio.Event()
    model = FakeChatModel("a", gate)
    case = Case(model, idle=1)
    timers: list[tuple[float, Callable[..., None], tuple[object, ...]]] = []
    loop = asyncio.get_running_loop()
    later = loop.call_later

    def call_later(delay: float, callback: Callable[..., None], *arguments: object) -> object:
        if delay >= 60:
            timers.append((delay, callback, arguments))
        return later(delay, callback, *arguments)

    monkeypatch.setattr(loop, "call_later", call_later)
    running = case.run()
    await anext(running)
    for _, callback, arguments in timers:
        callback(*arguments)
    await asyncio.sleep(0)
    assert not model.shut_down
    gate.set()
    async for _ in running:
        pass
    delay, callback, arguments = timers[-1]
    assert delay == 60
    callback(*arguments)
    await soon(lambda: model.shut_down)
    await soon(lambda: case.runner.states() == {})
    await case.runner.close()


@pytest.mark.parametrize(
    ("setting", "own", "timed"), [(0, None, False), (30, 0, False), (0, 5, True), (30, None, True)]
)
async def test_whether_it_is_unloaded_at_all(setting: int, own: int | None, timed: bool) -> None:
    case = Case(FakeChatModel(), idle=setting)
    case.model = msgspec.structs.replace(case.model, load_settings=LoadSettings(idle_unload_minutes=own))
    await case.runner.open("m")
    assert (case.runner._open["m"].timer is not None) is timed
    await case.runner.close()


async def test_a_host_that_gave_up_is_closed_and_loaded_afresh() -> None:
    broken, fresh = FakeChatModel(), FakeChatModel("a")
    case = Case(broken, fresh)
    await case.runner.open("m")
    case.tell(ModelState(phase="failed", reason="it died 4 times"))
    await soon(lambda: broken.shut_down)
    assert [event async for event in case.run()]
    assert case.opens == 2
    await case.runner.close()


async def test_the_speed_of_long_answers_is_remembered_at_unload() -> None:
    case = Case(FakeChatModel(*"a" * SPEED_TOKENS, speed=50))
    for _ in range(2):
        assert [event async for event in case.run()]
    await case.runner.unload("m")
    assert case.speeds == [pytest.approx(50)]


async def test_short_answers_say_nothing_about_speed() -> None:
    case = Case(FakeChatModel("a", "b"))
    assert [event async for event in case.run()]
    await case.runner.unload("m")
    assert case.speeds == []


async def test_measuring_remembers() -> None:
    case = Case(FakeChatModel(*"abcdef", speed=20))
    assert await case.runner.measure(case.model) == pytest.approx(20)
    assert case.speeds == [pytest.approx(20)]
    await case.runner.close()


async def test_a_run_on_a_model_unloaded_meanwhile_ends_in_words() -> None:
    gate = asyncio.Event()
    case = Case(FakeChatModel("a", gate, ModelUnavailable("The model was unloaded while it answered.")))
    running = case.run()
    await anext(running)
    await case.runner.unload("m")
    gate.set()
    with pytest.raises(ModelUnavailable):
        await drain(running)
