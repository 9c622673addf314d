"""Domain requests as bodies of the OpenAI dialect. Sends only what was set, so that strict servers accept it. Pure."""

from __future__ import annotations

from typing import Any

from app.engine.domain.inference import ChatRequest, CompletionRequest, ResponseFormat, Sampling, ToolChoice
from app.engine.inference.prompts.template import as_template_message, as_template_tool


def chat_body(name: str, request: ChatRequest) -> dict[str, Any]:
    """Return the body of a streamed chat completion."""
    body = _common(name, request)
    body["messages"] = [as_template_message(message, arguments=str) for message in request.messages]
    if request.tools:
        body["tools"] = [as_template_tool(tool) for tool in request.tools]
        body["tool_choice"] = _tool_choice(request.tool_choice)
        body["parallel_tool_calls"] = request.parallel_tool_calls
    if request.logprobs is not None:
        body |= {"logprobs": True, "top_logprobs": request.logprobs}
    return body


def completion_body(name: str, request: CompletionRequest) -> dict[str, Any]:
    """Return the body of a streamed raw completion."""
    body = _common(name, request)
    body["prompt"] = request.prompt if isinstance(request.prompt, str) else list(request.prompt)
    if request.logprobs is not None:
        body["logprobs"] = request.logprobs
    return body


def _common(name: str, request: ChatRequest | CompletionRequest) -> dict[str, Any]:
    body: dict[str, Any] = {"model": name, "stream": True, "stream_options": {"include_usage": True}}
    body |= _sampling(request.sampling)
    if request.max_tokens is not None:
        body["max_tokens"] = request.max_tokens
    if request.stop:
        body["stop"] = list(request.stop)
    if request.response_format.type != "text":
        body["response_format"] = _format(request.response_format)
    return body


def _sampling(sampling: Sampling) -> dict[str, Any]:
    neutral = Sampling()
    given = {
        field: getattr(sampling, field)
        for field in Sampling.__struct_fields__
        if getattr(sampling, field) != getattr(neutral, field)
    }
    if "logit_bias" in given:
        given["logit_bias"] = {str(token): bias for token, bias in sampling.logit_bias.items()}
    return given


def _format(form: ResponseFormat) -> dict[str, Any]:
    if form.type == "json_schema":
        return {"type": "json_schema", "json_schema": {"name": "response", "schema": form.schema or {}}}
    return {"type": form.type}


def _tool_choice(choice: ToolChoice) -> str | dict[str, Any]:
    if choice.mode == "named":
        return {"type": "function", "function": {"name": choice.name}}
    return choice.mode
