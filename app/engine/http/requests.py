"""Turns request bodies into domain requests; refuses combinations that make no sense. No I/O."""

from __future__ import annotations

from collections.abc import Sequence

from app.engine.domain.errors import InvalidRequest
from app.engine.domain.inference import (
    ChatRequest,
    CompletionRequest,
    Message,
    ResponseFormat,
    Sampling,
    ToolCall,
    ToolChoice,
    ToolSpec,
)
from app.engine.http import wire


def chat_requests(body: wire.ChatCompletionBody) -> list[ChatRequest]:
    """Return one request per wanted choice; they share the prompt, so the engine computes it once."""
    tools = tuple(tool_spec(tool.function) for tool in body.tools or ())
    choice = _tool_choice(body.tool_choice, tools)
    if body.top_logprobs is not None and not body.logprobs:
        raise InvalidRequest("top_logprobs needs logprobs to be true.", param="top_logprobs")
    return [
        ChatRequest(
            model=body.model,
            messages=tuple(_message(message, index) for index, message in enumerate(body.messages)),
            sampling=sampling(body, number),
            max_tokens=body.max_completion_tokens or body.max_tokens,
            stop=_stop(body.stop),
            tools=tools,
            tool_choice=choice,
            parallel_tool_calls=body.parallel_tool_calls is not False,
            response_format=_format(body.response_format),
            logprobs=(body.top_logprobs or 0) if body.logprobs else None,
        )
        for number in range(body.n or 1)
    ]


def completion_requests(body: wire.CompletionBody) -> list[CompletionRequest]:
    """Return one request per prompt and wanted choice, in the order of the choices."""
    return [
        CompletionRequest(
            model=body.model,
            prompt=prompt,
            sampling=sampling(body, number),
            max_tokens=body.max_tokens or 16,
            stop=_stop(body.stop),
            logprobs=body.logprobs,
        )
        for prompt in _prompts(body.prompt)
        for number in range(body.n or 1)
    ]


def sampling(body: wire.SamplingFields, number: int) -> Sampling:
    """Return the sampling of choice `number`; a seed is varied by it, or all choices would be the same."""
    given = {
        name: value
        for name in Sampling.__struct_fields__
        if name not in ("seed", "logit_bias") and (value := getattr(body, name)) is not None
    }
    seed = None if body.seed is None else (body.seed + number) & 0xFFFFFFFF
    bias = {int(token): value for token, value in (body.logit_bias or {}).items()}
    return Sampling(**given, seed=seed, logit_bias=bias)


def _prompts(prompt: str | list[str] | list[int] | list[list[int]]) -> list[str | tuple[int, ...]]:
    if isinstance(prompt, str):
        return [prompt]
    if not prompt:
        raise InvalidRequest("The prompt is empty.", param="prompt")
    if all(isinstance(item, int) for item in prompt):
        return [tuple(item for item in prompt if isinstance(item, int))]
    return [item if isinstance(item, str) else tuple(item) for item in prompt if not isinstance(item, int)]


def _message(message: wire.ChatMessage, index: int) -> Message:
    where = f"messages.{index}"
    if message.tool_calls and message.role != "assistant":
        raise InvalidRequest("Only the assistant makes tool calls.", param=f"{where}.tool_calls")
    if message.role == "tool" and not message.tool_call_id:
        raise InvalidRequest("A tool message names the call it answers.", param=f"{where}.tool_call_id")
    if message.content is None and not message.tool_calls:
        raise InvalidRequest("The message has no content.", param=f"{where}.content")
    calls = tuple(
        ToolCall(id=call.id, name=call.function.name, arguments=call.function.arguments)
        for call in message.tool_calls or ()
    )
    return Message(
        role="system" if message.role == "developer" else message.role,
        content=_text(message.content),
        name=message.name,
        tool_calls=calls,
        tool_call_id=message.tool_call_id,
    )


def _text(content: wire.Content | None) -> str:
    if content is None or isinstance(content, str):
        return content or ""
    return "".join(part.text for part in content)


def _stop(stop: wire.Stop) -> tuple[str, ...]:
    return () if stop is None else (stop,) if isinstance(stop, str) else tuple(stop)


def tool_spec(function: wire.FunctionSpec) -> ToolSpec:
    """Return a function of an app as it is offered to the model."""
    return ToolSpec(name=function.name, description=function.description or "", parameters=function.parameters or {})


def named_choice(name: str, tools: Sequence[ToolSpec], param: str = "tool_choice") -> ToolChoice:
    """Return the choice of one tool; raises InvalidRequest when it is not among them."""
    if name not in {tool.name for tool in tools}:
        raise InvalidRequest(f"There is no tool “{name}”.", param=param)
    return ToolChoice(mode="named", name=name)


def _tool_choice(choice: str | wire.NamedToolChoice | None, tools: tuple[ToolSpec, ...]) -> ToolChoice:
    if isinstance(choice, wire.NamedToolChoice):
        return named_choice(choice.function.name, tools)
    if choice is None:
        return ToolChoice(mode="auto" if tools else "none")
    if choice != "none" and not tools:
        raise InvalidRequest(f"tool_choice “{choice}” needs tools.", param="tool_choice")
    match choice:
        case "required":
            return ToolChoice(mode="required")
        case "auto":
            return ToolChoice(mode="auto")
        case _:
            return ToolChoice(mode="none")


def _format(form: wire.Format | None) -> ResponseFormat:
    match form:
        case wire.JsonObjectFormat():
            return ResponseFormat(type="json_object")
        case wire.JsonSchemaFormat(json_schema=schema):
            return ResponseFormat(type="json_schema", schema=schema.schema_ or {"type": "object"})
        case _:
            return ResponseFormat()
