"""Models in memory: loads on demand, keeps states, unloads when idle. The one place that opens ChatModels.

Must not know the library's files beyond what it is given, nor who asks.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Protocol

from app.engine.domain.errors import ModelLoadFailed, ModelUnavailable, PaddockError
from app.engine.domain.events import EngineEvent, ModelStateChanged, NoticeRaised
from app.engine.domain.inference import (
    ChatModel,
    CompletionRequest,
    GenerationEvent,
    GenerationFinished,
    Priority,
    Sampling,
)
from app.engine.domain.models import Model, ModelState
from app.engine.domain.settings import Settings
from app.engine.runtime.streams import closing
from app.engine.runtime.tracing import span

MEASURE_TOKENS = 32
MEASURE_PROMPT = "The quick brown fox jumps over the lazy dog. " * 4
# A speed counts only when the answer was long enough, and one slow moment must not stick.
SPEED_TOKENS = 16
SPEED_SMOOTHING = 0.3


class ModelSource(Protocol):
    """Where models and what is remembered about them come from."""

    async def get(self, model_id: str) -> Model:
        """Return a model; raises ModelNotFound."""
        ...

    async def note_used(self, model_id: str) -> None:
        """Remember that a model was used now."""
        ...

    async def note_speed(self, model_id: str, tokens_per_second: float) -> None:
        """Remember a measured speed."""
        ...


OnState = Callable[[ModelState], None]
OpenModel = Callable[[Model, OnState], Awaitable[ChatModel]]


class _Open:
    """A model in memory, or on its way there."""

    def __init__(self, loading: asyncio.Task[ChatModel], idle_minutes: int | None) -> None:
        self.loading = loading
        self.idle_minutes = idle_minutes
        self.active = 0
        self.used = time.monotonic()
        self.timer: asyncio.TimerHandle | None = None
        self.speed: float | None = None


class ModelRunner:
    """Holds the loaded models. `factory` makes the ChatModel that fits a model's provider; it comes initialized."""

    def __init__(
        self,
        source: ModelSource,
        factory: OpenModel,
        settings: Callable[[], Settings],
        publish: Callable[[EngineEvent], None],
    ) -> None:
        self._source = source
        self._factory = factory
        self._settings = settings
        self._publish = publish
        self._open: dict[str, _Open] = {}
        self._states: dict[str, ModelState] = {}
        self._closing: set[asyncio.Task[None]] = set()

    def states(self) -> Mapping[str, ModelState]:
        """Return the state of every model that is not simply unloaded."""
        return dict(self._states)

    async def load(self, model: Model) -> ModelState:
        """Put a model into memory; returns when it is ready, raises ModelLoadFailed."""
        await self.open(model.id)
        return self._states.get(model.id, ModelState())

    async def open(self, model_id: str) -> ChatModel:
        """Return the model ready to answer, loading it first if need be."""
        entry = self._open.get(model_id)
        if entry is None:
            model = await self._source.get(model_id)
            entry = self._open.get(model_id) or self._begin(model)
        try:
            # One caller that gives up must not stop the loading that others wait for.
            chat_model = await asyncio.shield(entry.loading)
        except PaddockError:
            if self._open.get(model_id) is entry:
                del self._open[model_id]
            raise
        except asyncio.CancelledError:
            caller = asyncio.current_task()
            if entry.loading.cancelled() and not (caller and caller.cancelling()):
                raise ModelUnavailable("The model was unloaded while it loaded.", hint="Ask again.") from None
            raise
        entry.used = time.monotonic()
        self._schedule_unload(model_id, entry)
        return chat_model

    def _begin(self, model: Model) -> _Open:
        task = asyncio.create_task(self._load(model), name=f"load {model.id}")
        entry = self._open[model.id] = _Open(task, model.load_settings.idle_unload_minutes)
        return entry

    async def unload(self, model_id: str) -> None:
        """Take a model out of memory; running requests end with ModelUnavailable."""
        entry = self._open.pop(model_id, None)
        if entry is None:
            self._set_state(model_id, ModelState())
            return
        if entry.timer is not None:
            entry.timer.cancel()
        if not entry.loading.done():
            entry.loading.cancel()
            await asyncio.wait([entry.loading])
        elif entry.loading.exception() is None:
            await entry.loading.result().shutdown()
        if entry.speed is not None:
            await self._source.note_speed(model_id, entry.speed)
        self._set_state(model_id, ModelState())

    async def close(self) -> None:
        """Unload everything."""
        await asyncio.gather(*(self.unload(model_id) for model_id in list(self._open)), *self._closing)

    async def run(
        self, model_id: str, start: Callable[[ChatModel], AsyncIterator[GenerationEvent]]
    ) -> AsyncIterator[GenerationEvent]:
        """Run one generation on a model, keeping it in memory meanwhile."""
        async with self.using(model_id) as chat_model, closing(start(chat_model)) as events:
            entry = self._open.get(model_id)
            async for event in events:
                if isinstance(event, GenerationFinished) and entry is not None:
                    self._note_speed(entry, event)
                yield event

    @asynccontextmanager
    async def using(self, model_id: str) -> AsyncIterator[ChatModel]:
        """Keep a model in memory while it is asked; raises ModelUnavailable when it was unloaded meanwhile."""
        chat_model = await self.open(model_id)
        entry = self._open.get(model_id)
        if entry is None:
            raise ModelUnavailable("The model was unloaded before it could answer.", hint="Ask again.")
        entry.active += 1
        try:
            yield chat_model
        finally:
            entry.active -= 1
            entry.used = time.monotonic()
            self._schedule_unload(model_id, entry)

    async def measure(self, model: Model) -> float:
        """Decode a few tokens, remember and return tokens per second."""
        request = CompletionRequest(
            model=model.id,
            prompt=MEASURE_PROMPT,
            sampling=Sampling(temperature=0),
            max_tokens=MEASURE_TOKENS,
            priority=Priority.BACKGROUND,
        )
        async for event in self.run(model.id, lambda chat_model: chat_model.complete(request)):
            if isinstance(event, GenerationFinished):
                speed = event.timings.tokens_per_second(event.usage.completion_tokens)
                await self._source.note_speed(model.id, speed)
                return speed
        raise ModelUnavailable("The model ended without an answer.")

    async def _load(self, model: Model) -> ChatModel:
        self._set_state(model.id, ModelState(phase="loading"))
        try:
            with span("inference.load", model=model.id):
                chat_model = await self._factory(model, lambda state: self._set_state(model.id, state))
        except PaddockError as error:
            self._set_state(model.id, ModelState(phase="failed", reason=error.message, hint=error.hint))
            raise
        except asyncio.CancelledError:
            self._set_state(model.id, ModelState())
            raise
        except Exception as error:  # a border: the loading task must end in words
            self._set_state(model.id, ModelState(phase="failed", reason=f"{type(error).__name__}: {error}"))
            raise ModelLoadFailed(f"Loading failed: {type(error).__name__}: {error}") from error
        await self._source.note_used(model.id)
        return chat_model

    def _set_state(self, model_id: str, state: ModelState) -> None:
        if self._states.get(model_id, ModelState()) == state:
            return
        if state.phase == "not_loaded":
            self._states.pop(model_id, None)
        else:
            self._states[model_id] = state
        if state.phase == "failed":
            self._forget_broken(model_id)
            self._publish(NoticeRaised(f"model:{model_id}", "error", f"{model_id}: {state.reason}", state.hint))
        self._publish(ModelStateChanged(model_id, state))

    def _forget_broken(self, model_id: str) -> None:
        """A host that gave up is closed, so that the next request loads afresh."""
        entry = self._open.get(model_id)
        if entry is None or not entry.loading.done() or entry.loading.cancelled() or entry.loading.exception():
            return
        del self._open[model_id]
        if entry.timer is not None:
            entry.timer.cancel()
        task = asyncio.create_task(entry.loading.result().shutdown(), name=f"close {model_id}")
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _note_speed(self, entry: _Open, event: GenerationFinished) -> None:
        if event.usage.completion_tokens < SPEED_TOKENS:
            return
        speed = event.timings.tokens_per_second(event.usage.completion_tokens)
        known = entry.speed
        entry.speed = speed if known is None else known + SPEED_SMOOTHING * (speed - known)

    def _schedule_unload(self, model_id: str, entry: _Open) -> None:
        if entry.timer is not None:
            entry.timer.cancel()
            entry.timer = None
        own = entry.idle_minutes
        minutes = self._settings().idle_unload_minutes if own is None else own
        if minutes and entry.active == 0:
            loop = asyncio.get_running_loop()
            entry.timer = loop.call_later(minutes * 60, self._unload_idle, model_id, entry)

    def _unload_idle(self, model_id: str, entry: _Open) -> None:
        if entry.active == 0 and self._open.get(model_id) is entry:
            task = asyncio.create_task(self.unload(model_id), name=f"unload {model_id}")
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
