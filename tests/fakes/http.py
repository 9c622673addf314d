"""The HTTP application over an engine whose only model says what a test tells it to; no socket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import httpx

from app.engine.domain.errors import ModelNotFound
from app.engine.domain.inference import ChatRequest, CompletionRequest, GenerationEvent
from app.engine.domain.models import Model, ModelState
from app.engine.http.access import Access
from app.engine.http.application import create_application
from tests.fakes.chat_model import FakeChatModel

HOST = "127.0.0.1:8321"
KEY = "the-key"


class OneModel:
    """Stands for the facade's models."""

    def __init__(self) -> None:
        self.known = [Model(id="tiny", name="Tiny", context_length=2048, source="starter", created_at=7.5)]
        self.current: dict[str, ModelState] = {}

    async def list(self) -> tuple[Model, ...]:
        """Return all."""
        return tuple(self.known)

    async def get(self, model_id: str) -> Model:
        """Return one."""
        for model in self.known:
            if model.id == model_id:
                return model
        raise ModelNotFound(f"There is no model “{model_id}”.", param="model")

    def states(self) -> Mapping[str, ModelState]:
        """Return the states."""
        return self.current


class OneInference:
    """Stands for the facade's inference; `answers` are used up one per request, the last one stays."""

    def __init__(self, models: OneModel, *answers: FakeChatModel) -> None:
        self.models = models
        self.answers = list(answers)
        self.requests: list[ChatRequest | CompletionRequest] = []

    def _next(self) -> FakeChatModel:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    async def chat(self, request: ChatRequest) -> AsyncIterator[GenerationEvent]:
        """Answer."""
        await self.models.get(request.model)
        self.requests.append(request)
        async for event in self._next().chat(request):
            yield event

    async def complete(self, request: CompletionRequest) -> AsyncIterator[GenerationEvent]:
        """Answer."""
        await self.models.get(request.model)
        self.requests.append(request)
        async for event in self._next().complete(request):
            yield event


class OneEngine:
    """Just enough of an engine for the routes."""

    def __init__(self, *answers: FakeChatModel) -> None:
        self.models = OneModel()
        self.inference = OneInference(self.models, *(answers or (FakeChatModel("Hel", "lo"),)))


def access(**rules: object) -> Access:
    """Return the rules of an endpoint at HOST that wants KEY, changed as told."""
    return Access(**({"key": lambda: KEY, "hosts": frozenset({HOST})} | rules))  # type: ignore[arg-type]


def client(engine: OneEngine, rules: Access | None = None, **headers: str) -> httpx.AsyncClient:
    """Return a client of the guarded application that sends the key."""
    application = create_application(engine, rules or access())  # type: ignore[arg-type]
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(application, raise_app_exceptions=False),
        base_url=f"http://{HOST}",
        headers={"Authorization": f"Bearer {KEY}", **headers},
    )
