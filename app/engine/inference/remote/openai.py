"""A server that speaks the OpenAI dialect, as a ChatModel: OpenAI, Ollama, vLLM, Together, or another Paddock.

Speaks plain HTTP through httpx. Must not log keys or what people say. Wire format: OpenAI API reference.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx

from app.engine.domain.errors import Busy, InvalidRequest, PaddockError, RemoteFailed
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
    Timings,
    TokenLogprob,
    ToolCallDelta,
    ToolSpec,
    TopLogprob,
    Usage,
)
from app.engine.inference.remote.bodies import chat_body, completion_body
from app.engine.runtime.streams import close_stream

# A remote does not say how much its model holds; long enough not to cut what it could take.
ASSUMED_CONTEXT = 131_072
# English text has about four characters to a token; remotes have no route that counts.
CHARACTERS_PER_TOKEN = 4

PRESETS: Mapping[str, str] = {
    "openai": "https://api.openai.com/v1",
    "ollama": "http://127.0.0.1:11434/v1",
    "vllm": "http://127.0.0.1:8000/v1",
    "together": "https://api.together.xyz/v1",
}
_REASONS: Mapping[str, FinishReason] = {"stop": "stop", "length": "length", "tool_calls": "tool_calls"}


class RemoteServer:
    """One server's address and key. `seconds` is how long it may stay silent."""

    def __init__(self, preset: str, base_url: str, key: str | None, seconds: float) -> None:
        self.base_url = (base_url or PRESETS[preset]).rstrip("/")
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.AsyncClient(base_url=self.base_url, headers=headers, timeout=seconds, trust_env=True)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def models(self) -> tuple[str, ...]:
        """Return the names of the models it serves; raises RemoteFailed."""
        response = await self._send(self._client.build_request("GET", "models"), stream=False)
        try:
            return tuple(str(entry["id"]) for entry in response.json()["data"])
        except (ValueError, KeyError, TypeError) as error:
            raise RemoteFailed(f"{self.base_url} answered with something other than a list of models.") from error

    async def events(self, path: str, body: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        """Yield the JSON objects of a streamed answer; raises RemoteFailed and its kin."""
        response = await self._send(self._client.build_request("POST", path, json=body), stream=True)
        try:
            async for line in response.aiter_lines():
                if not line.startswith("data:") or (data := line[5:].strip()) in ("", "[DONE]"):
                    continue
                yield self._event(data)
        except httpx.HTTPError as error:
            raise RemoteFailed(f"{self.base_url} broke off its answer: {_in_words(error)}.") from error
        finally:
            await response.aclose()

    def _event(self, data: str) -> dict[str, Any]:
        try:
            event = json.loads(data)
        except ValueError as error:
            raise RemoteFailed(f"{self.base_url} sent something other than JSON.") from error
        if not isinstance(event, dict):
            raise RemoteFailed(f"{self.base_url} sent something other than an object.")
        if "error" in event:
            raise RemoteFailed(f"{self.base_url} says: {_message(event)}")
        return event

    async def _send(self, request: httpx.Request, *, stream: bool) -> httpx.Response:
        try:
            response = await self._client.send(request, stream=stream)
            if response.is_success:
                return response
            await response.aread()
        except httpx.HTTPError as error:
            hint = "Check the address in Settings, and that the server runs."
            raise RemoteFailed(f"{self.base_url} cannot be reached: {_in_words(error)}.", hint=hint) from error
        raise self._refusal(response)

    def _refusal(self, response: httpx.Response) -> PaddockError:
        try:
            said = _message(response.json())
        except ValueError:
            said = response.text[:200]
        message = f"{self.base_url} refused ({response.status_code}): {said}"
        match response.status_code:
            case 400 | 422:
                return InvalidRequest(message)
            case 401 | 403:
                return RemoteFailed(message, hint="Check its key in Settings.", status=response.status_code)
            case 429:
                after = response.headers.get("retry-after", "")
                return Busy(message, retry_after=float(after) if after.isdigit() else 5.0)
            case status:
                return RemoteFailed(message, status=status)


class RemoteModel:
    """One model of a remote server. Owns the server's connections."""

    def __init__(self, server: RemoteServer, name: str) -> None:
        self._server = server
        self._name = name

    @property
    def context_length(self) -> int:
        """What is assumed of a model that does not tell."""
        return ASSUMED_CONTEXT

    @property
    def is_local(self) -> bool:
        """Whether texts stay on this machine."""
        return False

    async def initialize(self) -> None:
        """Nothing to load; the first request tells whether the server answers."""

    async def shutdown(self) -> None:
        """Close the connections."""
        await self._server.close()

    async def health(self) -> Health:
        """Ask the server for its models."""
        try:
            names = await self._server.models()
        except PaddockError as error:
            return Health(ok=False, message=error.message)
        return Health(ok=self._name in names, message="ready" if self._name in names else "no longer served")

    def chat(self, request: ChatRequest) -> AsyncIterator[GenerationEvent]:
        """Continue a conversation."""
        return self._generate("chat/completions", chat_body(self._name, request))

    def complete(self, request: CompletionRequest) -> AsyncIterator[GenerationEvent]:
        """Continue a raw prompt."""
        return self._generate("completions", completion_body(self._name, request))

    async def count_tokens(self, messages: tuple[Message, ...], tools: tuple[ToolSpec, ...] = ()) -> int:
        """Return an estimate: remotes have no route that counts."""
        letters = sum(len(message.content) for message in messages) + sum(len(str(tool.parameters)) for tool in tools)
        return letters // CHARACTERS_PER_TOKEN + 4 * len(messages)

    async def _generate(self, path: str, body: dict[str, Any]) -> AsyncIterator[GenerationEvent]:
        reader = _AnswerReader()
        stream = self._server.events(path, body)
        try:
            async for chunk in stream:
                for event in self._read(reader, chunk):
                    yield event
        finally:
            await close_stream(stream)
        yield reader.finished()

    def _read(self, reader: _AnswerReader, chunk: dict[str, Any]) -> list[GenerationEvent]:
        try:
            return reader.read(chunk)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            message = f"{self._server.base_url} sent an answer in a shape that is not OpenAI's."
            raise RemoteFailed(message) from error


class _AnswerReader:
    """Turns chunks into events and keeps what the end needs."""

    def __init__(self) -> None:
        self._submitted = time.perf_counter()
        self._first = 0.0
        self._reason: FinishReason = "stop"
        self._usage: Usage | None = None
        self._pieces = 0
        self._started = False

    def read(self, chunk: dict[str, Any]) -> list[GenerationEvent]:
        events: list[GenerationEvent] = []
        if not self._started:
            self._started = True
            events.append(GenerationStarted(0))
        if isinstance(usage := chunk.get("usage"), dict):
            self._usage = _usage(usage)
        for choice in chunk.get("choices") or ():
            events += self._choice(choice)
        return events

    def finished(self) -> GenerationFinished:
        now = time.perf_counter()
        first = self._first or now
        usage = self._usage or Usage(completion_tokens=self._pieces)
        return GenerationFinished(
            self._reason, usage, Timings(first_token=first - self._submitted, generation=now - first)
        )

    def _choice(self, choice: dict[str, Any]) -> list[GenerationEvent]:
        events: list[GenerationEvent] = []
        delta = choice.get("delta") or {}
        text = delta.get("content") or choice.get("text") or ""
        if not isinstance(text, str):
            raise TypeError(text)
        logprobs = _logprobs(choice.get("logprobs"))
        if text or logprobs:
            self._note_piece()
            events.append(TextDelta(text, logprobs))
        for call in delta.get("tool_calls") or ():
            self._note_piece()
            function = call.get("function") or {}
            events.append(
                ToolCallDelta(
                    int(call.get("index") or 0), call.get("id"), function.get("name"), function.get("arguments") or ""
                )
            )
        if reason := choice.get("finish_reason"):
            self._reason = _REASONS.get(reason, "stop")
        return events

    def _note_piece(self) -> None:
        self._pieces += 1
        self._first = self._first or time.perf_counter()


def _usage(usage: dict[str, Any]) -> Usage:
    details = usage.get("prompt_tokens_details") or {}
    return Usage(
        prompt_tokens=int(usage.get("prompt_tokens") or 0),
        completion_tokens=int(usage.get("completion_tokens") or 0),
        cached_tokens=int(details.get("cached_tokens") or 0),
    )


def _logprobs(logprobs: Any) -> tuple[TokenLogprob, ...]:
    entries = logprobs.get("content") if isinstance(logprobs, dict) else None
    return tuple(
        TokenLogprob(
            entry["token"],
            tuple(entry.get("bytes") or ()),
            float(entry["logprob"]),
            tuple(
                TopLogprob(top["token"], tuple(top.get("bytes") or ()), float(top["logprob"]))
                for top in entry.get("top_logprobs") or ()
            ),
        )
        for entry in entries or ()
    )


def _message(body: Any) -> str:
    error = body.get("error", body) if isinstance(body, dict) else body
    text = error.get("message", error) if isinstance(error, dict) else error
    return str(text)[:500]


def _in_words(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "it did not answer in time"
    return str(error) or type(error).__name__
