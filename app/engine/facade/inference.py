"""The inference capability: plain answers, nothing stored. Signatures only."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from app.engine.domain.inference import ChatRequest, CompletionRequest, GenerationEvent, Message


class Inference(Protocol):
    """Plain inference: no session, nothing stored. A model that is not in memory is loaded first."""

    def chat(self, request: ChatRequest) -> AsyncIterator[GenerationEvent]:
        """Continue a conversation."""
        ...

    def complete(self, request: CompletionRequest) -> AsyncIterator[GenerationEvent]:
        """Continue a raw prompt."""
        ...

    async def count_tokens(self, model_id: str, messages: tuple[Message, ...]) -> int:
        """Return the prompt length in tokens."""
        ...
