"""A ChatModel that says what a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from app.engine.domain.errors import PaddockError
from app.engine.domain.inference import (
    ChatRequest,
    CompletionRequest,
    FinishReason,
    GenerationEvent,
    GenerationFinished,
    GenerationStarted,
    Health,
    Message,
    TextDelta,
    Timings,
    ToolSpec,
    Usage,
)


class FakeChatModel:
    """Speaks `words` one by one; a PaddockError among them is raised, an Event is waited for. Tokens are words."""

    def __init__(
        self,
        *words: str | PaddockError | asyncio.Event | GenerationEvent,
        context_length: int = 1000,
        reason: FinishReason = "stop",
        speed: float = 100.0,
    ) -> None:
        self.words = list(words)
        self.context_length = context_length
        self.reason: FinishReason = reason
        self.speed = speed
        self.requests: list[ChatRequest | CompletionRequest] = []
        self.closed = 0
        self.shut_down = False
        self.is_local = True

    async def initialize(self) -> None:
        """Nothing to do."""

    async def shutdown(self) -> None:
        """Remember it."""
        self.shut_down = True

    async def health(self) -> Health:
        """Always well."""
        return Health(ok=True)

    def chat(self, request: ChatRequest) -> AsyncIterator[GenerationEvent]:
        """Speak."""
        return self._speak(request)

    def complete(self, request: CompletionRequest) -> AsyncIterator[GenerationEvent]:
        """Speak."""
        return self._speak(request)

    async def count_tokens(self, messages: tuple[Message, ...], tools: tuple[ToolSpec, ...] = ()) -> int:
        """Count words."""
        return sum(len(message.content.split()) for message in messages)

    async def _speak(self, request: ChatRequest | CompletionRequest) -> AsyncIterator[GenerationEvent]:
        self.requests.append(request)
        said = 0
        try:
            yield GenerationStarted(3)
            for word in self.words:
                match word:
                    case PaddockError():
                        raise word
                    case asyncio.Event():
                        await word.wait()
                    case str():
                        said += 1
                        yield TextDelta(word)
                    case _:
                        yield word
            timings = Timings(generation=max(0, said - 1) / self.speed)
            yield GenerationFinished(self.reason, Usage(prompt_tokens=3, completion_tokens=said), timings)
        finally:
            self.closed += 1
