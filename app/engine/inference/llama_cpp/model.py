"""A GGUF as a ChatModel: routes requests to its host and turns pieces into events. Must not start processes itself."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from collections.abc import AsyncIterator, Callable, Sequence

from app.engine.domain.errors import ModelHostDied, ModelUnavailable, PaddockError, from_fields
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
    ToolSpec,
)
from app.engine.domain.models import ModelState
from app.engine.inference.llama_cpp.supervisor import Attempt, Supervisor
from app.engine.inference.llama_cpp.wire import (
    Accepted,
    Cancel,
    ChatPrompt,
    Counted,
    CountTokens,
    Ended,
    Generate,
    Piece,
    Produced,
    Refused,
    Report,
)
from app.engine.inference.prompts.tool_parser import Delta, ToolCallParser

Prompt = ChatPrompt | str | tuple[int, ...]
_Item = Accepted | Piece | Ended | Counted | PaddockError


class LlamaCppModel:
    """One loaded GGUF. Lives in the engine loop."""

    def __init__(
        self,
        attempts: Sequence[Attempt],
        *,
        on_state: Callable[[ModelState], None],
        load_seconds: float,
        shutdown_seconds: float,
    ) -> None:
        self._routes: dict[str, asyncio.Queue[_Item]] = {}
        self._numbers = itertools.count(1)
        self._supervisor = Supervisor(
            attempts,
            on_state=on_state,
            on_report=self._route,
            on_death=self._fail_all,
            load_seconds=load_seconds,
            shutdown_seconds=shutdown_seconds,
        )

    @property
    def context_length(self) -> int:
        """Tokens that prompt and answer may hold together; known also while a dead host is restarted."""
        return self._supervisor.context_length

    @property
    def state(self) -> ModelState:
        """Where the model stands."""
        return self._supervisor.state

    @property
    def attempt(self) -> Attempt:
        """The way in which the model was loaded."""
        return self._supervisor.attempt

    @property
    def pid(self) -> int | None:
        """The process id of the host, for those who watch processes."""
        return self._supervisor.pid

    @property
    def running(self) -> int:
        """Requests under way."""
        return len(self._routes)

    async def initialize(self) -> None:
        """Start the host and load the model; raises ModelLoadFailed."""
        await self._supervisor.start()

    async def shutdown(self) -> None:
        """End the host; requests under way end with ModelUnavailable."""
        for route in self._routes.values():
            route.put_nowait(ModelUnavailable("The model was unloaded while it answered."))
        await self._supervisor.close()

    async def health(self) -> Health:
        """Say whether the model can answer."""
        return Health(ok=self.state.phase == "ready", message=self.state.in_words())

    def chat(self, request: ChatRequest) -> AsyncIterator[GenerationEvent]:
        """Continue a conversation."""
        prompt = ChatPrompt(
            messages=request.messages,
            tools=request.tools,
            tool_choice=request.tool_choice,
            parallel_tool_calls=request.parallel_tool_calls,
        )
        parser = None
        if request.tools and request.tool_choice.mode != "none":
            parser = ToolCallParser(lambda: f"call_{uuid.uuid4().hex[:24]}")
        return self._generate(request, prompt, parser)

    def complete(self, request: CompletionRequest) -> AsyncIterator[GenerationEvent]:
        """Continue a raw prompt."""
        return self._generate(request, request.prompt, None)

    async def count_tokens(self, messages: tuple[Message, ...], tools: tuple[ToolSpec, ...] = ()) -> int:
        """Return the prompt length of this conversation in tokens."""
        name = self._new_id()
        route = self._open(name)
        try:
            await self._supervisor.send(CountTokens(id=name, prompt=ChatPrompt(messages=messages, tools=tools)))
            item = await route.get()
        finally:
            del self._routes[name]
        if isinstance(item, PaddockError):
            raise item
        assert isinstance(item, Counted)
        return item.tokens

    async def _generate(
        self,
        request: ChatRequest | CompletionRequest,
        prompt: Prompt,
        parser: ToolCallParser | None,
    ) -> AsyncIterator[GenerationEvent]:
        name = self._new_id()
        route = self._open(name)
        ended = False
        try:
            await self._supervisor.send(_command(name, request, prompt))
            while not ended:
                item = await route.get()
                ended = isinstance(item, Ended | PaddockError)
                for event in _events(item, parser):
                    yield event
        finally:
            del self._routes[name]
            if not ended:
                await self._cancel(name)

    async def _cancel(self, name: str) -> None:
        try:
            await self._supervisor.send(Cancel(name))
        except ModelUnavailable:
            return

    def _open(self, name: str) -> asyncio.Queue[_Item]:
        route: asyncio.Queue[_Item] = asyncio.Queue()
        self._routes[name] = route
        return route

    def _new_id(self) -> str:
        return f"g{next(self._numbers)}"

    def _route(self, report: Report) -> None:
        match report:
            case Produced(pieces):
                for piece in pieces:
                    self._hand(piece.id, piece)
            case Refused(name, error):
                self._hand(name, from_fields(error))
            case Accepted() | Ended() | Counted():
                self._hand(report.id, report)

    def _hand(self, name: str, item: _Item) -> None:
        route = self._routes.get(name)
        if route is not None:
            route.put_nowait(item)

    def _fail_all(self, reason: str) -> None:
        for route in self._routes.values():
            route.put_nowait(
                ModelHostDied(
                    f"The model process ended while it answered: {reason}.", hint="It is restarted; ask again."
                )
            )


def _command(name: str, request: ChatRequest | CompletionRequest, prompt: Prompt) -> Generate:
    return Generate(
        id=name,
        prompt=prompt,
        sampling=request.sampling,
        max_tokens=request.max_tokens,
        stop=request.stop,
        response_format=request.response_format,
        logprobs=request.logprobs,
        priority=int(request.priority),
    )


def _events(item: _Item, parser: ToolCallParser | None) -> list[GenerationEvent]:
    """Translate one report; raises what the host refused."""
    match item:
        case PaddockError():
            raise item
        case Accepted():
            return [GenerationStarted(item.prompt_tokens, item.cached_tokens)]
        case Piece():
            return list(_deltas(item, parser))
        case Ended():
            last: list[GenerationEvent] = list(parser.finish()) if parser else []
            reason: FinishReason = item.reason  # type: ignore[assignment]
            if parser and parser.calls and reason == "stop":
                reason = "tool_calls"
            return [*last, GenerationFinished(reason, item.usage, item.timings)]
        case _:
            return []


def _deltas(piece: Piece, parser: ToolCallParser | None) -> Sequence[Delta]:
    if parser is None:
        return [TextDelta(piece.text, piece.logprobs)] if piece.text or piece.logprobs else []
    deltas = parser.feed(piece.text, piece.special)
    if piece.logprobs:
        deltas.append(TextDelta("", piece.logprobs))
    return deltas
