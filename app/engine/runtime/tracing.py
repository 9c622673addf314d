"""Spans of what the engine does, by OpenTelemetry. Whoever composes the engine installs a provider; without one, spans
cost nothing. Must not decide where spans go, and must never carry what people or models say.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.trace import Span, TracerProvider

    from app.engine.domain.inference import Usage

_current: list[TracerProvider] = []


def install(provider: TracerProvider) -> None:
    """Send spans to this provider from now on."""
    _current[:] = [provider]


def uninstall(provider: TracerProvider) -> None:
    """Stop sending spans to this provider."""
    if provider in _current:
        _current.remove(provider)


@contextmanager
def span(name: str, **attributes: str | int | float | bool) -> Iterator[Span | None]:
    """Record the time of a block under `name`; an exception marks the span as failed and goes on."""
    if not _current:
        yield None
        return
    tracer = _current[0].get_tracer("paddock")
    with tracer.start_as_current_span(name, attributes=attributes) as current:
        yield current


def note_usage(current: Span | None, usage: Usage) -> None:
    """Write token counts to a span, named by the OpenTelemetry conventions for generative AI."""
    if current is not None:
        current.set_attribute("gen_ai.usage.input_tokens", usage.prompt_tokens)
        current.set_attribute("gen_ai.usage.output_tokens", usage.completion_tokens)
        current.set_attribute("gen_ai.usage.cached_tokens", usage.cached_tokens)
