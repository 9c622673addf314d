"""An engine in memory for testing clients: scripted answers, models in every state, no disk and no child process.

It keeps the promises of `app.engine.facade` that clients rely on (branches, undo, watchers that come and go),
and nothing more. `FakeHost` runs it in a loop thread of its own, as the real host does.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any

from app.engine.domain.events import EventBus, ModelsChanged
from app.engine.domain.models import Model
from tests.fakes.agents import FakeAgents, Script
from tests.fakes.history import FakeHistory, Store
from tests.fakes.memory import FakeEmbeddings, FakeMemory
from tests.fakes.models import FakeModels
from tests.fakes.preferences import FakePreferences
from tests.fakes.safety import FakeSafety


class FakeInference:
    """Plain inference is not used by the window."""

    async def count_tokens(self, model_id: str, messages: tuple[Any, ...]) -> int:
        """Count words as tokens."""
        return sum(len(message.content.split()) for message in messages)


class FakeEngine:
    """All capabilities over one store. `script` decides what the model says and when."""

    def __init__(self) -> None:
        self.events = EventBus()
        self.script = Script()
        self.store = Store(self.events)
        self.models = FakeModels(self.events)
        self.preferences = FakePreferences(self.events)
        self.models.preferences = self.preferences
        self.history = FakeHistory(self.store)
        self.agents = FakeAgents(self.store, self.events, self.models, self.script)
        self.inference = FakeInference()
        self.embeddings = FakeEmbeddings(self.events)
        self.memory = FakeMemory(self.events)
        self.safety = FakeSafety(self.events)

    def add_guards(self, *guards: Model) -> None:
        """Install guard models."""
        self.models.installed.update({guard.id: guard for guard in guards})
        self.safety.guards = tuple(guard.id for guard in guards)
        self.events.publish(ModelsChanged())


class FakeHost:
    """Owns a FakeEngine and its loop thread. `failure` makes `start` raise it."""

    def __init__(self, engine: FakeEngine | None = None, failure: Exception | None = None) -> None:
        self.engine: Any = engine or FakeEngine()
        self._failure = failure
        self.loop: asyncio.AbstractEventLoop
        self._thread = threading.Thread(target=self._run, name="fake-engine")

    def start(self) -> None:
        """Start the loop."""
        if self._failure is not None:
            raise self._failure
        self.loop = asyncio.new_event_loop()
        self._thread.start()

    def call(self, coroutine: Coroutine[Any, Any, Any]) -> Future[Any]:
        """Run a coroutine in the loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)

    def stop(self) -> None:
        """End all tasks, the loop and its thread."""
        if self._thread.is_alive():
            self.call(self._cancel_all()).result()
            self.loop.call_soon_threadsafe(self.loop.stop)
            self._thread.join()
            self.loop.close()

    async def _cancel_all(self) -> None:
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()
