"""Plain inference: chat and completion on any model, loaded on demand. Stores nothing, knows no session."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import cast

from app.engine.domain.errors import ModelUnavailable
from app.engine.domain.inference import (
    ChatModel,
    ChatRequest,
    Classified,
    Classifier,
    ClassifyRequest,
    CompletionRequest,
    GenerationEvent,
    GenerationFinished,
    Message,
    ToolSpec,
    Usage,
)
from app.engine.inference.runner import ModelRunner
from app.engine.runtime.streams import closing
from app.engine.runtime.tracing import note_usage, span


class InferenceService:
    """The facade's inference verbs over the runner."""

    def __init__(self, runner: ModelRunner) -> None:
        self._runner = runner

    async def chat(self, request: ChatRequest) -> AsyncIterator[GenerationEvent]:
        """Continue a conversation."""
        async with closing(self._traced("chat", request.model, lambda model: model.chat(request))) as events:
            async for event in events:
                yield event

    async def complete(self, request: CompletionRequest) -> AsyncIterator[GenerationEvent]:
        """Continue a raw prompt."""
        async with closing(self._traced("complete", request.model, lambda model: model.complete(request))) as events:
            async for event in events:
                yield event

    async def count_tokens(self, model_id: str, messages: tuple[Message, ...]) -> int:
        """Return the prompt length in tokens."""
        model = await self._runner.open(model_id)
        return await model.count_tokens(messages)

    async def classify(self, request: ClassifyRequest) -> Classified:
        """Return next-token probabilities; raises ModelUnavailable for a model that cannot give them."""
        with span("inference.classify", model=request.model) as current:
            async with self._runner.using(request.model) as model:
                found = await classifier(model, request.model).classify(request)
            note_usage(current, Usage(prompt_tokens=found.prompt_tokens, cached_tokens=found.cached_tokens))
            return found

    async def classifier(self, model_id: str) -> Classifier:
        """Return a model for its figures and counts, loaded; raises ModelUnavailable when it cannot classify."""
        return classifier(await self._runner.open(model_id), model_id)

    async def _traced(
        self, verb: str, model_id: str, start: Callable[[ChatModel], AsyncIterator[GenerationEvent]]
    ) -> AsyncIterator[GenerationEvent]:
        with span(f"inference.{verb}", model=model_id) as current:
            async with closing(self._runner.run(model_id, start)) as events:
                async for event in events:
                    if isinstance(event, GenerationFinished):
                        note_usage(current, event.usage)
                    yield event


def classifier(model: ChatModel, model_id: str) -> Classifier:
    """Return the model as one whose probabilities can be read; raises ModelUnavailable."""
    if not hasattr(model, "classify"):
        raise ModelUnavailable(f"“{model_id}” is served elsewhere, where its probabilities cannot be read.")
    return cast("Classifier", model)


class SessionModel:
    """A ChatModel for the turn loop: each call goes through the inference service, so that it is traced and counted."""

    def __init__(self, service: InferenceService, model: ChatModel, model_id: str) -> None:
        self._service = service
        self._model = model
        self._model_id = model_id

    @property
    def context_length(self) -> int:
        """Tokens that prompt and answer may hold together."""
        return self._model.context_length

    @property
    def is_local(self) -> bool:
        """Whether texts stay on this machine."""
        return self._model.is_local

    def chat(self, request: ChatRequest) -> AsyncIterator[GenerationEvent]:
        """Continue a conversation."""
        return self._service.chat(request)

    async def count_tokens(self, messages: tuple[Message, ...], tools: tuple[ToolSpec, ...] = ()) -> int:
        """Return the prompt length in tokens."""
        return await self._model.count_tokens(messages, tools)
