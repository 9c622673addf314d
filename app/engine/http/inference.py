"""POST /v1/chat/completions and /v1/completions: plain inference. No turn, nothing is stored."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from app.engine.domain.inference import GenerationEvent, TextDelta
from app.engine.facade import Engine
from app.engine.http import wire
from app.engine.http.completion_bodies import Choice, Envelope, chat_delta, text_delta, usage_of
from app.engine.http.merging import merged
from app.engine.http.requests import chat_requests, completion_requests
from app.engine.http.streaming import Disconnected, event_stream, unless_disconnected
from app.engine.runtime.streams import closing

Start = Callable[[], AsyncIterator[GenerationEvent]]


def router(engine: Engine) -> APIRouter:
    """Return the routes of one engine."""
    routes = APIRouter(tags=["inference"])

    @routes.post("/chat/completions", summary="Continue a conversation")
    async def chat_completions(body: wire.ChatCompletionBody, request: Request) -> Response:
        wanted = chat_requests(body)
        starts: list[Start] = [lambda each=each: engine.inference.chat(each) for each in wanted]  # type: ignore[misc]
        return await _answer(request, body, starts, Envelope("chat", body.model), prompts=1)

    @routes.post("/completions", summary="Continue a raw prompt")
    async def completions(body: wire.CompletionBody, request: Request) -> Response:
        wanted = completion_requests(body)
        starts: list[Start] = [lambda each=each: engine.inference.complete(each) for each in wanted]  # type: ignore[misc]
        prompts = len(wanted) // (body.n or 1)
        return await _answer(request, body, starts, Envelope("text", body.model), prompts=prompts)

    return routes


async def _answer(
    request: Request, body: wire.SamplingFields, starts: Sequence[Start], envelope: Envelope, *, prompts: int
) -> Response:
    try:
        if body.stream:
            with_usage = bool(body.stream_options and body.stream_options.include_usage)
            return await event_stream(request, _chunks(starts, envelope, prompts if with_usage else 0))
        choices = await unless_disconnected(request, _collected(starts))
    except Disconnected:
        return Response(status_code=499)
    shaped = [choice.as_chat() if envelope.kind == "chat" else choice.as_text() for choice in choices]
    return JSONResponse({**envelope.wrap(shaped, chunk=False), "usage": usage_of(choices, prompts)})


async def _collected(starts: Sequence[Start]) -> list[Choice]:
    choices = [Choice(index) for index in range(len(starts))]
    async with closing(merged([start() for start in starts])) as events:
        async for index, event in events:
            choices[index].add(event)
    return choices


async def _chunks(starts: Sequence[Start], envelope: Envelope, usage_prompts: int) -> AsyncIterator[dict[str, Any]]:
    choices = [Choice(index) for index in range(len(starts))]
    async with closing(merged([start() for start in starts])) as events:
        async for index, event in events:
            offset = len(choices[index].text)
            choices[index].add(event)
            shaped = chat_delta(index, event) if envelope.kind == "chat" else text_delta(index, event, offset)
            if shaped is not None and not (isinstance(event, TextDelta) and not event.text and not event.logprobs):
                yield envelope.wrap([shaped], chunk=True)
    if usage_prompts:
        yield {**envelope.wrap([], chunk=True), "usage": usage_of(choices, usage_prompts)}
