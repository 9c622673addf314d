"""The body of POST /v1/responses, strict: OpenAI's fields and those Llama Stack's clients add. Must not call anything.

Some fields say nothing to a machine of one's own (`service_tier`, `prompt_cache_key`, `reasoning`, …): they are
accepted and told back.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.engine.http.items_wire import Id, Input
from app.engine.http.vector_wire import RankingOptions
from app.engine.http.wire import FunctionSpec, JsonObjectFormat, NamedFunction, Passable, Strict, TextFormat

Key = Annotated[str, Field(min_length=1, max_length=64)]
Metadata = Annotated[dict[Key, Annotated[str, Field(max_length=512)]], Field(max_length=16)]
Includable = Literal[
    "file_search_call.results",
    "web_search_call.results",
    "web_search_call.action.sources",
    "message.input_image.image_url",
    "computer_call_output.output.image_url",
    "code_interpreter_call.outputs",
    "reasoning.encrypted_content",
    "message.output_text.logprobs",
]
Words = Annotated[str, Field(max_length=512)]
Penalty = Annotated[float, Field(ge=-2, le=2)]


class FunctionTool(Strict):
    """A function of the app; its fields stand beside the type, or below `function` as in chat completions."""

    type: Literal["function"]
    name: Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[\w.\-]+$")] | None = None
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None
    function: FunctionSpec | None = None

    @model_validator(mode="after")
    def _is_named_once(self) -> Self:
        if (self.name is None) == (self.function is None):
            raise PydanticCustomError("either", "a function has a name, beside its type or below “function”")
        return self

    @property
    def spec(self) -> FunctionSpec:
        """Return the function in either form."""
        return self.function or FunctionSpec(
            name=self.name or "", description=self.description, parameters=self.parameters, strict=self.strict
        )


class FileSearchTool(Strict):
    """Memory banks to look into."""

    type: Literal["file_search"]
    vector_store_ids: Annotated[list[Id], Field(min_length=1, max_length=32)]
    filters: dict[str, Any] | None = None
    max_num_results: Annotated[int, Field(ge=1, le=50)] | None = None
    ranking_options: RankingOptions | None = None


ResponseTool = Annotated[FunctionTool | FileSearchTool, Field(discriminator="type")]


class ChosenFunction(Strict):
    """Makes the model call this function, in either form."""

    type: Literal["function"]
    name: str | None = None
    function: NamedFunction | None = None

    @property
    def chosen(self) -> str:
        """Return the name in either form."""
        return self.name or (self.function.name if self.function else "")


class ChosenFileSearch(Strict):
    """Makes the model look into memory, as it always does."""

    type: Literal["file_search"]


class AllowedTools(Strict):
    """Leaves the model some of the tools."""

    type: Literal["allowed_tools"]
    mode: Literal["auto", "required"]
    tools: Annotated[
        list[Annotated[ChosenFunction | ChosenFileSearch, Field(discriminator="type")]], Field(max_length=128)
    ]


Choice = Annotated[ChosenFunction | ChosenFileSearch | AllowedTools, Field(discriminator="type")]


class SchemaFormat(Strict):
    """JSON that follows a schema."""

    type: Literal["json_schema"]
    name: Words = "response"
    description: str | None = None
    schema_: Annotated[dict[str, Any], Field(alias="schema")]
    strict: bool | None = None


class TextOptions(Strict):
    """The form of the answer; `verbosity` changes nothing here."""

    format: Annotated[TextFormat | JsonObjectFormat | SchemaFormat, Field(discriminator="type")] | None = None
    verbosity: Literal["low", "medium", "high"] | None = None


class Reasoning(Strict):
    """How much a model that thinks thinks; changes nothing here."""

    effort: Words | None = None
    summary: Words | None = None
    generate_summary: Words | None = None


class ConversationName(Strict):
    """A conversation by its id."""

    id: Id


class Guardrail(Strict):
    """A shield by its id, in Llama Stack's form."""

    type: Id


class ResponseStreamOptions(Strict):
    """What a stream carries besides its events; nothing is added here."""

    include_obfuscation: bool | None = None


class ResponseBody(Passable):
    """The body of POST /v1/responses."""

    model: Annotated[str, Field(min_length=1)]
    input: Input
    instructions: str | None = None
    previous_response_id: Id | None = None
    conversation: Id | ConversationName | None = None
    store: bool | None = None
    background: bool | None = None
    stream: bool | None = None
    stream_options: ResponseStreamOptions | None = None
    include: list[Includable] | None = None
    tools: Annotated[list[ResponseTool], Field(max_length=128)] | None = None
    tool_choice: Literal["none", "auto", "required"] | Choice | None = None
    parallel_tool_calls: bool | None = None
    max_infer_iters: Annotated[int, Field(ge=1, le=100)] | None = None
    max_tool_calls: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    guardrails: bool | Annotated[list[Id | Guardrail], Field(max_length=32)] | None = None
    text: TextOptions | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    presence_penalty: Penalty | None = None
    frequency_penalty: Penalty | None = None
    max_output_tokens: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    truncation: Literal["auto", "disabled"] | None = None
    metadata: Metadata | None = None
    reasoning: Reasoning | None = None
    service_tier: Words | None = None
    prompt_cache_key: Words | None = None
    safety_identifier: Words | None = None
    user: Words | None = None

    @property
    def conversation_id(self) -> str | None:
        """Return the id of the conversation, in either form."""
        return self.conversation.id if isinstance(self.conversation, ConversationName) else self.conversation
