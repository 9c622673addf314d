"""What a turn needs of the parts below: a model to ask, a place to keep steps. Signatures only."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol

from app.engine.domain.agents import Step, Turn
from app.engine.domain.inference import ChatRequest, GenerationEvent, Message, ToolSpec


class TurnModel(Protocol):
    """What a turn needs of a ChatModel."""

    @property
    def context_length(self) -> int:
        """Tokens that prompt and answer may hold together."""
        ...

    @property
    def is_local(self) -> bool:
        """Whether texts stay on this machine."""
        ...

    def chat(self, request: ChatRequest) -> AsyncIterator[GenerationEvent]:
        """Continue a conversation."""
        ...

    async def count_tokens(self, messages: tuple[Message, ...], tools: tuple[ToolSpec, ...] = ()) -> int:
        """Return the prompt length in tokens, with the tools that are offered."""
        ...


OpenModel = Callable[[str], Awaitable[TurnModel]]


class TurnStore(Protocol):
    """Where a turn is kept while it runs."""

    async def add_step(self, step: Step) -> None:
        """Store a step that begins."""
        ...

    async def append_text(self, step_id: str, text: str) -> None:
        """Store more of a step's text."""
        ...

    async def retract_text(self, step_id: str) -> None:
        """Delete what a step has said so far."""
        ...

    async def complete_step(self, step: Step) -> None:
        """Store a step as it ended."""
        ...

    async def change_input(self, turn: Turn) -> None:
        """Store the messages of a turn as they are now."""
        ...

    async def complete_turn(self, turn: Turn) -> None:
        """Store a turn as it ended."""
        ...
