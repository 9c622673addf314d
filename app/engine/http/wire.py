"""Request shapes of the inference routes, strict: an unknown field is refused by name, never ignored.

Field names and bounds follow OpenAI's API reference for chat and completions; `top_k`, `min_p` and `repeat_penalty`
are llama.cpp's. Must not call anything.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

import msgspec
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from app.engine.domain.errors import InvalidRequest
from app.engine.http.nesting import is_shallow

Int64 = Annotated[int, Field(ge=-(2**63), le=2**63 - 1)]
TokenId = Annotated[str, Field(pattern=r"^\d{1,9}$")]
PromptToken = Annotated[int, Field(ge=0, le=2**31 - 1)]
Bias = Annotated[float, Field(ge=-100, le=100)]
Stop = str | Annotated[list[str], Field(max_length=16)] | None


class Strict(BaseModel):
    """A body that refuses what it does not know."""

    model_config = ConfigDict(extra="forbid", protected_namespaces=())


class Transferable(Strict):
    """A body that other processes can take: JSON can hold halves of surrogate pairs and numbers of any size."""

    @model_validator(mode="after")
    def _can_be_passed_on(self) -> Self:
        try:
            msgspec.msgpack.encode(self.model_dump())
        except (OverflowError, UnicodeEncodeError) as error:
            raise PydanticCustomError(
                "not_transferable", "texts must be whole Unicode and whole numbers must fit 64 bits"
            ) from error
        return self


class Passable(Transferable):
    """A body that can be stored and read again as well: its values do not nest without end."""

    @model_validator(mode="before")
    @classmethod
    def _is_shallow(cls, given: Any) -> Any:
        if not is_shallow(given):
            raise PydanticCustomError("too_deep", "values nest too deep")
        return given


class TextPart(Strict):
    """A piece of a message's content; only text is supported."""

    type: Literal["text"]
    text: str


Content = str | list[TextPart]


def whole(text: str, param: str) -> str:
    """Return a text that is whole Unicode; JSON may hold halves of characters, which nothing behind here can write."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidRequest("Texts must be whole Unicode.", param=param) from error
    return text


class FunctionCall(Strict):
    """The function of a tool call; `arguments` is JSON text."""

    name: str
    arguments: str


class AssistantToolCall(Strict):
    """A tool call the assistant made earlier."""

    id: str
    type: Literal["function"] = "function"
    function: FunctionCall
    index: int | None = None


class ChatMessage(Strict):
    """A message of the conversation. Fields that responses carry are accepted back when they are empty."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: Content | None = None
    name: str | None = None
    tool_calls: list[AssistantToolCall] | None = None
    tool_call_id: str | None = None
    refusal: None = None
    annotations: Annotated[list[Any], Field(max_length=0)] | None = None
    audio: None = None
    function_call: None = None


class FunctionSpec(Strict):
    """A function the model may call."""

    name: Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[\w.\-]+$")]
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class Tool(Strict):
    """A tool; only functions are supported."""

    type: Literal["function"]
    function: FunctionSpec


class NamedFunction(Strict):
    """The name of a function."""

    name: str


class NamedToolChoice(Strict):
    """Makes the model call this function."""

    type: Literal["function"]
    function: NamedFunction


class JsonSchema(Strict):
    """A named schema."""

    name: str = "response"
    description: str | None = None
    schema_: Annotated[dict[str, Any] | None, Field(alias="schema")] = None
    strict: bool | None = None


class TextFormat(Strict):
    """Any text."""

    type: Literal["text"]


class JsonObjectFormat(Strict):
    """Any JSON object."""

    type: Literal["json_object"]


class JsonSchemaFormat(Strict):
    """JSON that follows a schema."""

    type: Literal["json_schema"]
    json_schema: JsonSchema


Format = Annotated[TextFormat | JsonObjectFormat | JsonSchemaFormat, Field(discriminator="type")]


class StreamOptions(Strict):
    """What a stream carries besides its deltas."""

    include_usage: bool | None = None


class SamplingFields(Transferable):
    """What chat and raw completions share. `user` identifies the caller's end user; it changes nothing here."""

    model: Annotated[str, Field(min_length=1)]
    frequency_penalty: Annotated[float, Field(ge=-2, le=2)] | None = None
    presence_penalty: Annotated[float, Field(ge=-2, le=2)] | None = None
    repeat_penalty: Annotated[float, Field(gt=0, le=10)] | None = None
    logit_bias: dict[TokenId, Bias] | None = None
    max_tokens: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    n: Annotated[int, Field(ge=1, le=16)] | None = None
    seed: Int64 | None = None
    stop: Stop = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    top_k: Annotated[int, Field(ge=0, le=10_000)] | None = None
    min_p: Annotated[float, Field(ge=0, le=1)] | None = None
    user: str | None = None


class ChatCompletionBody(SamplingFields):
    """The body of POST /v1/chat/completions."""

    messages: Annotated[list[ChatMessage], Field(min_length=1)]
    logprobs: bool | None = None
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    max_completion_tokens: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    response_format: Format | None = None
    tools: Annotated[list[Tool], Field(max_length=128)] | None = None
    tool_choice: Literal["none", "auto", "required"] | NamedToolChoice | None = None
    parallel_tool_calls: bool | None = None


class CompletionBody(SamplingFields):
    """The body of POST /v1/completions. `prompt` is text, tokens, or several of either."""

    prompt: str | list[str] | list[PromptToken] | list[list[PromptToken]]
    logprobs: Annotated[int, Field(ge=0, le=5)] | None = None
    echo: Literal[False] | None = None
