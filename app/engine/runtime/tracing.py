"""Spans of what the engine does, by OpenTelemetry. Must never carry what people or models say.

Whoever composes the engine installs a provider and so decides where spans go; without one, spans cost nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.trace import Span, TracerProvider

    from app.engine.domain.inference import Usage

_current: list[TracerProvider] = []
_active: ContextVar[Span | None] = ContextVar("active span", default=None)


def install(provider: TracerProvider) -> None:
    """Send spans to this provider from now on."""
    _current[:] = [provider]


def uninstall(provider: TracerProvider) -> None:
    """Stop sending spans to this provider."""
    if provider in _current:
        _current.remove(provider)


@contextmanager
def span(name: str, **attributes: str | int | float | bool) -> Iterator[Span | None]:
    """Record the time of a block under `name`, below the span around it; an exception marks it as failed."""
    if not _current:
        yield None
        return
    from opentelemetry.trace import Status, StatusCode, set_span_in_context

    outer = _active.get()
    context = set_span_in_context(outer) if outer is not None else None
    current = _current[0].get_tracer("paddock").start_span(name, context=context, attributes=attributes)
    token = _active.set(current)
    try:
        yield current
    except BaseException as error:
        # Only the kind: an error's words may hold what people said.
        current.set_status(Status(StatusCode.ERROR, type(error).__name__))
        raise
    finally:
        # A generator may be closed in another context than it began in; then there is nothing to restore.
        with suppress(ValueError):
            _active.reset(token)
        current.end()


def note_usage(current: Span | None, usage: Usage) -> None:
    """Write token counts to a span, named by the OpenTelemetry conventions for generative AI."""
    if current is not None:
        current.set_attribute("gen_ai.usage.input_tokens", usage.prompt_tokens)
        current.set_attribute("gen_ai.usage.output_tokens", usage.completion_tokens)
        current.set_attribute("gen_ai.usage.cached_tokens", usage.cached_tokens)
