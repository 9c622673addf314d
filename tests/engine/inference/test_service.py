"""Plain inference goes through the runner, is traced, and never says in a span what was said."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from app.engine.domain.errors import ModelHostDied, ModelUnavailable
from app.engine.domain.inference import (
    ChatModel,
    ChatRequest,
    Classified,
    ClassifyRequest,
    CompletionRequest,
    GenerationEvent,
    GenerationFinished,
    Message,
    PromptPart,
)
from app.engine.inference.service import InferenceService, SessionModel
from app.engine.runtime import tracing
from app.engine.runtime.streams import closing
from tests.fakes.chat_model import FakeChatModel
from tests.fakes.waiting import drain

HELLO = (Message(role="user", content="my secret"),)
REQUEST = ChatRequest(model="m", messages=HELLO)


class Runner:
    """Stands for the runner: one model, always loaded."""

    def __init__(self, model: FakeChatModel) -> None:
        self.model = model

    async def open(self, model_id: str) -> ChatModel:
        return self.model

    @asynccontextmanager
    async def using(self, model_id: str) -> AsyncIterator[ChatModel]:
        yield self.model

    async def run(
        self, model_id: str, start: Callable[[ChatModel], AsyncIterator[GenerationEvent]]
    ) -> AsyncIterator[GenerationEvent]:
        async with closing(start(self.model)) as events:
            async for event in events:
                yield event


def service(model: FakeChatModel) -> InferenceService:
    return InferenceService(Runner(model))  # type: ignore[arg-type]


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracing.install(provider)
    yield exporter
    tracing.uninstall(provider)
    provider.shutdown()


async def test_chat_and_complete_pass_all_events() -> None:
    made = service(FakeChatModel("a", "b"))
    assert len([event async for event in made.chat(REQUEST)]) == 4
    assert len([event async for event in made.complete(CompletionRequest(model="m", prompt="x"))]) == 4
    assert await made.count_tokens("m", HELLO) == 2


async def test_each_call_is_one_span_with_counts_and_no_words(spans: InMemorySpanExporter) -> None:
    assert [event async for event in service(FakeChatModel("hidden")).chat(REQUEST)]
    (span,) = spans.get_finished_spans()
    assert span.name == "inference.chat"
    assert dict(span.attributes or {}) == {
        "model": "m",
        "gen_ai.usage.input_tokens": 3,
        "gen_ai.usage.output_tokens": 1,
        "gen_ai.usage.cached_tokens": 0,
    }
    assert "hidden" not in span.to_json()
    assert "secret" not in span.to_json()


async def test_a_failure_is_raised_and_marked(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ModelHostDied):
        await drain(service(FakeChatModel("a", ModelHostDied("my secret"))).chat(REQUEST))
    (span,) = spans.get_finished_spans()
    assert (span.status.status_code.name, span.status.description) == ("ERROR", "ModelHostDied")
    assert "secret" not in span.to_json()


async def test_leaving_early_closes_the_generation() -> None:
    model = FakeChatModel("a", "b")
    async with closing(service(model).chat(REQUEST)) as events:
        await anext(events)
    assert model.closed == 1


async def test_a_model_for_turns_goes_the_same_way(spans: InMemorySpanExporter) -> None:
    model = FakeChatModel("a", context_length=77)
    session = SessionModel(service(model), model, "m")
    assert session.context_length == 77
    assert await session.count_tokens(HELLO) == 2
    events = [event async for event in session.chat(REQUEST)]
    assert isinstance(events[-1], GenerationFinished)
    assert [span.name for span in spans.get_finished_spans()] == ["inference.chat"]


class ClassifyingModel(FakeChatModel):
    """A model whose probabilities can be read."""

    async def classify(self, request: ClassifyRequest) -> Classified:
        return Classified(logprobs=(-0.5,) * len(request.choices), prompt_tokens=9, cached_tokens=7)


ASKED = ClassifyRequest(model="m", prompt=(PromptPart(text="my secret"),), choices=("a", "b"))


async def test_a_classification_is_one_span_with_counts_and_no_words(spans: InMemorySpanExporter) -> None:
    made = service(ClassifyingModel())
    assert (await made.classify(ASKED)).logprobs == (-0.5, -0.5)
    (span,) = spans.get_finished_spans()
    assert (span.name, dict(span.attributes or {})["gen_ai.usage.cached_tokens"]) == ("inference.classify", 7)
    assert "secret" not in span.to_json()
    assert (await made.classifier("m")).context_length == ClassifyingModel().context_length


async def test_a_model_served_elsewhere_cannot_classify() -> None:
    made = service(FakeChatModel())
    with pytest.raises(ModelUnavailable, match="probabilities cannot be read"):
        await made.classify(ASKED)
    with pytest.raises(ModelUnavailable):
        await made.classifier("m")
