"""A host for testing commands of the terminal: a FakeEngine in a real loop thread, with scripted inference."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any

from app.engine.domain.inference import (
    ChatRequest,
    FinishReason,
    GenerationEvent,
    GenerationFinished,
    GenerationStarted,
    TextDelta,
    Usage,
)
from app.engine.domain.models import Download
from app.engine.runtime.loop_thread import LoopThread
from tests.fakes.engine import FakeEngine


class ScriptedInference:
    """Says `words`, then ends for `reason`; `failure` is raised before the first word. Keeps the requests."""

    def __init__(self) -> None:
        self.words: tuple[str, ...] = ("Hello", " there")
        self.reason: FinishReason = "stop"
        self.failure: BaseException | None = None
        self.requests: list[ChatRequest] = []

    async def chat(self, request: ChatRequest) -> AsyncIterator[GenerationEvent]:
        self.requests.append(request)
        if self.failure is not None:
            raise self.failure
        yield GenerationStarted(prompt_tokens=3)
        for word in self.words:
            yield TextDelta(word)
        yield GenerationFinished(reason=self.reason, usage=Usage(prompt_tokens=3, completion_tokens=len(self.words)))


class TerminalHost:
    """Stands in for EngineHost. `options` are those it was opened with, `failure` is raised by `start`."""

    def __init__(self) -> None:
        self.engine: Any = FakeEngine()
        self.engine.inference = self.inference = ScriptedInference()
        self.failure: Exception | None = None
        self.options: dict[str, Any] = {}
        self.stopped = 0
        self._thread: LoopThread

    def call(self, coroutine: Any) -> Any:
        return self._thread.submit(coroutine)

    def iterate(self, start: Any) -> Any:
        return self._thread.iterate(start)

    def end_downloads(self, download: Download) -> None:
        """Let every download end at once as the given one, whatever was asked for."""

        async def ended(repo: str, file: str, *, sha256: str = "") -> Download:
            self.asked = (repo, file)
            return download

        self.engine.models.download = ended

    def __enter__(self) -> TerminalHost:
        if self.failure is not None:
            raise self.failure
        self._thread = LoopThread("fake-terminal")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopped += 1
        self._thread.stop()
