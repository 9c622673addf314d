"""A GGUF as a ChatModel: routes requests to its host and turns pieces into events. Must not start processes itself."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from collections.abc import AsyncIterator, Callable, Sequence

from app.engine.domain.errors import ModelHostDied, ModelUnavailable, PaddockError, from_fields
from app.engine.domain.inference import (
    ChatRequest,
    Classified,
    ClassifyRequest,
    CompletionRequest,
    FinishReason,
    GenerationEvent,
    GenerationFinished,
    GenerationStarted,
    Health,
    Message,
    PromptPart,
    TextDelta,
    ToolSpec,
)
from app.engine.domain.models import ModelState
from app.engine.inference.llama_cpp.supervisor import Attempt, Supervisor
from app.engine.inference.llama_cpp.wire import (
    Accepted,
    Cancel,
    ChatPrompt,
    Classed,
    Classify,
    Command,
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
_Item = Accepted | Piece | Ended | Counted | Classed | PaddockError


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
    def is_local(self) -> bool:
        """Whether texts stay on this machine."""
        return True

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
        prompt = ChatPrompt(messages=messages, tools=tools)
        return await self._count(lambda name: CountTokens(id=name, prompt=prompt))

    async def count_part_tokens(self, prompt: tuple[PromptPart, ...]) -> int:
        """Return the length of a raw prompt in tokens."""
        return await self._count(lambda name: CountTokens(id=name, parts=prompt))

    async def classify(self, request: ClassifyRequest) -> Classified:
        """Return the probabilities of the choices; raises InvalidRequest for a choice that is not one token."""
        item = await self._ask(
            lambda name: Classify(
                id=name, prompt=request.prompt, choices=request.choices, priority=int(request.priority)
            )
        )
        assert isinstance(item, Classed)
        return Classified(
            logprobs=item.logprobs,
            best=item.best,
            prompt_tokens=item.prompt_tokens,
            cached_tokens=item.cached_tokens,
        )

    async def _count(self, command: Callable[[str], Command]) -> int:
        item = await self._ask(command)
        assert isinstance(item, Counted)
        return item.tokens

    async def _ask(self, command: Callable[[str], Command]) -> _Item:
        """Send a command that has one answer, and return it; raises what the host refused."""
        name = self._new_id()
        route = self._open(name)
        answered = False
        try:
            await self._supervisor.send(command(name))
            item = await route.get()
            answered = True
        finally:
            del self._routes[name]
            if not answered:
                await self._cancel(name)
        if isinstance(item, PaddockError):
            raise item
        return item

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
            case Accepted() | Ended() | Counted() | Classed():
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
