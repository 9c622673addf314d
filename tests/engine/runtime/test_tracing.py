"""Spans nest, name failures by kind only, and cost nothing when nobody wants them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from app.engine.domain.inference import Usage
from app.engine.runtime import tracing


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracing.install(provider)
    yield exporter
    tracing.uninstall(provider)
    provider.shutdown()


def test_without_a_provider_there_is_no_span(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "_current", [])  # an engine that outlives its tests may have installed one
    with tracing.span("x") as current:
        assert current is None
    tracing.note_usage(None, Usage())


def test_spans_nest(spans: InMemorySpanExporter) -> None:
    with tracing.span("outer", model="m"):
        with tracing.span("first"):
            pass
        with tracing.span("second"):
            pass
    with tracing.span("alone"):
        pass
    first, second, outer, alone = spans.get_finished_spans()
    assert outer.context is not None
    assert first.parent is not None
    assert second.parent is not None
    assert first.parent.span_id == second.parent.span_id == outer.context.span_id
    assert (outer.parent, alone.parent) == (None, None)


def test_a_failure_is_marked_without_its_words(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="secret"), tracing.span("x"):
        raise ValueError("my secret")
    (span,) = spans.get_finished_spans()
    assert span.status.description == "ValueError"
    assert "secret" not in span.to_json()


def test_usage(spans: InMemorySpanExporter) -> None:
    with tracing.span("x") as current:
        tracing.note_usage(current, Usage(prompt_tokens=1, completion_tokens=2, cached_tokens=3))
    (span,) = spans.get_finished_spans()
    assert sorted((span.attributes or {}).values()) == [1, 2, 3]  # type: ignore[type-var]


async def test_a_generator_closed_elsewhere_still_ends_its_span(spans: InMemorySpanExporter) -> None:
    async def numbers() -> AsyncIterator[int]:
        with tracing.span("x"):
            yield 1

    stream = numbers()
    await anext(stream)
    await asyncio.create_task(stream.aclose())  # type: ignore[attr-defined]
    assert [span.name for span in spans.get_finished_spans()] == ["x"]


def test_uninstalling_another_changes_nothing(spans: InMemorySpanExporter) -> None:
    tracing.uninstall(TracerProvider(shutdown_on_exit=False))
    with tracing.span("x") as current:
        assert current is not None
