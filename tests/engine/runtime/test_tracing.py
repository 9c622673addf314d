"""Spans nest, say that they failed without repeating words, and cost nothing without a provider."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from app.engine.domain.inference import Usage
from app.engine.runtime.tracing import install, note_usage, span, uninstall


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    install(provider)
    yield exporter
    uninstall(provider)
    provider.shutdown()


def test_spans_nest(exporter: InMemorySpanExporter) -> None:
    with span("outer", model="m"), span("inner") as inner:
        note_usage(inner, Usage(prompt_tokens=3, completion_tokens=2, cached_tokens=1))
    inside, outside = exporter.get_finished_spans()
    assert inside.parent is not None
    assert inside.parent.span_id == outside.context.span_id
    assert dict(outside.attributes or {}) == {"model": "m"}
    assert (inside.attributes or {})["gen_ai.usage.input_tokens"] == 3


def test_a_failed_span_names_the_kind_but_not_the_words(exporter: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError), span("work"):
        raise ValueError("what a person said")
    (failed,) = exporter.get_finished_spans()
    assert failed.status.description == "ValueError"
    assert "person" not in failed.to_json()


def test_without_a_provider_there_is_no_span() -> None:
    with span("work") as current:
        assert current is None
    note_usage(None, Usage())
