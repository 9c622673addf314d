"""Shapes chat and raw completions as OpenAI's API returns them, whole and in chunks. Pure; no I/O."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import uuid4

from app.engine.domain.inference import (
    GenerationEvent,
    GenerationFinished,
    TextDelta,
    TokenLogprob,
    ToolCallDelta,
    Usage,
)

Kind = Literal["chat", "text"]


@dataclass(slots=True)
class Envelope:
    """What all chunks of one response share."""

    kind: Kind
    model: str
    id: str = ""
    created: int = field(default_factory=lambda: int(time.time()))

    def __post_init__(self) -> None:
        self.id = self.id or f"{'chatcmpl' if self.kind == 'chat' else 'cmpl'}-{uuid4().hex}"

    def wrap(self, choices: list[dict[str, Any]], *, chunk: bool) -> dict[str, Any]:
        """Return a response or chunk with these choices."""
        name = "text_completion" if self.kind == "text" else "chat.completion.chunk" if chunk else "chat.completion"
        return {"id": self.id, "object": name, "created": self.created, "model": self.model, "choices": choices}


@dataclass(slots=True)
class Choice:
    """One choice as it grows."""

    index: int
    text: str = ""
    calls: list[dict[str, Any]] = field(default_factory=list)
    logprobs: list[TokenLogprob] = field(default_factory=list)
    reason: str | None = None
    usage: Usage = field(default_factory=Usage)

    def add(self, event: GenerationEvent) -> None:
        """Take an event in."""
        match event:
            case TextDelta(text, logprobs):
                self.text += text
                self.logprobs += logprobs
            case ToolCallDelta(index, call_id, name, arguments):
                if index == len(self.calls):
                    function = {"name": name or "", "arguments": ""}
                    self.calls.append({"id": call_id, "type": "function", "function": function})
                self.calls[index]["function"]["arguments"] += arguments
            case GenerationFinished(reason, usage):
                self.reason, self.usage = finish_reason(reason), usage

    def as_chat(self) -> dict[str, Any]:
        """Return the choice of a chat completion."""
        message: dict[str, Any] = {"role": "assistant", "content": self.text or None, "refusal": None}
        if self.calls:
            message["tool_calls"] = self.calls
        else:
            message["content"] = self.text
        logprobs = chat_logprobs(self.logprobs) if self.logprobs else None
        return {"index": self.index, "message": message, "logprobs": logprobs, "finish_reason": self.reason}

    def as_text(self) -> dict[str, Any]:
        """Return the choice of a raw completion."""
        logprobs = text_logprobs(self.logprobs, 0) if self.logprobs else None
        return {"index": self.index, "text": self.text, "logprobs": logprobs, "finish_reason": self.reason}


def finish_reason(reason: str) -> str:
    """Return OpenAI's word; an answer that was cancelled counts as stopped."""
    return "stop" if reason == "cancelled" else reason


def usage_of(choices: list[Choice], prompts: int = 1) -> dict[str, Any]:
    """Return the usage of all choices; choices of one prompt count it once."""
    per_prompt = max(1, len(choices) // prompts)
    prompt = sum(choice.usage.prompt_tokens for choice in choices[::per_prompt])
    cached = sum(choice.usage.cached_tokens for choice in choices[::per_prompt])
    made = sum(choice.usage.completion_tokens for choice in choices)
    return {
        "prompt_tokens": prompt,
        "completion_tokens": made,
        "total_tokens": prompt + made,
        "prompt_tokens_details": {"cached_tokens": cached},
    }


def chat_delta(index: int, event: GenerationEvent) -> dict[str, Any] | None:
    """Return the chunk's choice for an event, or None when the event has nothing to show."""
    match event:
        case TextDelta(text, logprobs):
            return _chunk_choice(index, {"content": text}, chat_logprobs(list(logprobs)) if logprobs else None)
        case ToolCallDelta(number, call_id, name, arguments):
            call: dict[str, Any] = {"index": number, "function": {"arguments": arguments}}
            if name is not None:
                call = {"index": number, "id": call_id, "type": "function",
                        "function": {"name": name, "arguments": arguments}}  # fmt: skip
            return _chunk_choice(index, {"tool_calls": [call]})
        case GenerationFinished(reason):
            return _chunk_choice(index, {}, None, finish_reason(reason))
        case _:
            return _chunk_choice(index, {"role": "assistant", "content": ""})


def text_delta(index: int, event: GenerationEvent, offset: int) -> dict[str, Any] | None:
    """Return the chunk's choice of a raw completion; `offset` counts the characters before it."""
    match event:
        case TextDelta(text, logprobs):
            shaped = text_logprobs(list(logprobs), offset) if logprobs else None
            return {"index": index, "text": text, "logprobs": shaped, "finish_reason": None}
        case GenerationFinished(reason):
            return {"index": index, "text": "", "logprobs": None, "finish_reason": finish_reason(reason)}
        case _:
            return None


def chat_logprobs(logprobs: list[TokenLogprob]) -> dict[str, Any]:
    """Return log-probabilities in the shape of chat completions."""
    content = [
        {
            "token": entry.token,
            "bytes": list(entry.bytes),
            "logprob": entry.logprob,
            "top_logprobs": [{"token": t.token, "bytes": list(t.bytes), "logprob": t.logprob} for t in entry.top],
        }
        for entry in logprobs
    ]
    return {"content": content, "refusal": None}


def text_logprobs(logprobs: list[TokenLogprob], offset: int) -> dict[str, Any]:
    """Return log-probabilities in the shape of raw completions."""
    offsets = []
    for entry in logprobs:
        offsets.append(offset)
        offset += len(entry.token)
    return {
        "tokens": [entry.token for entry in logprobs],
        "token_logprobs": [entry.logprob for entry in logprobs],
        "top_logprobs": [{top.token: top.logprob for top in entry.top} for entry in logprobs],
        "text_offset": offsets,
    }


def _chunk_choice(
    index: int, delta: dict[str, Any], logprobs: dict[str, Any] | None = None, reason: str | None = None
) -> dict[str, Any]:
    return {"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": reason}
