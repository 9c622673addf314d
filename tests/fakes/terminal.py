"""A host for testing commands of the terminal: a FakeEngine in a real loop thread, with scripted turns."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any

from msgspec.structs import replace

from app.engine.domain.agents import (
    AgentConfig,
    Failure,
    InferenceStep,
    ShieldStep,
    StepCompleted,
    StepProgressed,
    StepRetracted,
    Turn,
    TurnCompleted,
    TurnEvent,
)
from app.engine.domain.errors import PaddockError
from app.engine.domain.inference import FinishReason, Message, TextDelta, Usage
from app.engine.domain.models import Download
from app.engine.runtime.loop_thread import LoopThread
from tests.fakes.engine import FakeEngine


class ScriptedTurns:
    """Says `words`, then ends for `reason`; `failure` ends it before the first word, `blocked` takes the words back.

    Keeps what was asked, as (text, config).
    """

    def __init__(self) -> None:
        self.words: tuple[str, ...] = ("Hello", " there")
        self.reason: FinishReason = "stop"
        self.failure: PaddockError | None = None
        self.blocked = ""
        self.asked: list[tuple[str, AgentConfig]] = []

    async def ask(self, text: str, config: AgentConfig, *, origin: str = "chat") -> AsyncIterator[TurnEvent]:
        assert origin == "terminal", "the log of the shields says who asked"
        self.asked.append((text, config))
        turn = Turn(id="t", session_id="", parent_id=None, input=(Message(role="user", content=text),))
        if self.failure is not None:
            failure = Failure(code=self.failure.code, message=self.failure.message, hint=self.failure.hint)
            yield TurnCompleted(replace(turn, state="failed", failure=failure))
            return
        for word in self.words:
            yield StepProgressed("t", "i", TextDelta(word))
        usage = Usage(prompt_tokens=3, completion_tokens=len(self.words))
        step = InferenceStep(id="i", turn_id="t", model=config.model or "", finish_reason=self.reason, usage=usage)
        if not self.blocked:
            yield StepCompleted(step)
            yield TurnCompleted(replace(turn, state="completed", steps=(step,)))
            return
        yield StepRetracted("t", "i")
        check = ShieldStep(id="c", turn_id="t", direction="output", outcome="block", message=self.blocked)
        yield StepCompleted(check)
        yield TurnCompleted(replace(turn, state="blocked", steps=(step, check)))


class TerminalHost:
    """Stands in for EngineHost. `options` are those it was opened with, `failure` is raised by `start`."""

    def __init__(self) -> None:
        self.engine: Any = FakeEngine()
        self.turns = ScriptedTurns()
        self.engine.agents.ask = self.turns.ask
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
