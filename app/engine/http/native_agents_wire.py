"""Request shapes of Llama Stack's classic agents, strict: an unknown field is refused by name. Must not call anything.

Field names follow the clients of Llama Stack 0.2.12 and 0.3.5. Fields that choose how a prompt is written
(`tool_prompt_format`, `system_message_behavior`) are accepted: the model's own template decides that here.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from app.engine.http.wire import Passable, Strict, TextPart

Name = Annotated[str, Field(max_length=256)]
ToolName = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[\w.\-]+$")]
ShieldIds = Annotated[list[str], Field(max_length=64)]
PromptFormat = Literal["json", "function_tag", "python_list"]


class ImagePart(Strict):
    """A picture; known so that it can be refused in words."""

    type: Literal["image"]
    image: Any


Part = Annotated[TextPart | ImagePart, Field(discriminator="type")]
Content = str | Part | list[Part]


class GreedyStrategy(Strict):
    """Always the likeliest token."""

    type: Literal["greedy"] = "greedy"


class TopPStrategy(Strict):
    """The likeliest tokens that together have the probability `top_p`."""

    type: Literal["top_p"]
    temperature: Annotated[float, Field(gt=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None


class TopKStrategy(Strict):
    """The `top_k` likeliest tokens."""

    type: Literal["top_k"]
    top_k: Annotated[int, Field(ge=1, le=10_000)]


Strategy = Annotated[GreedyStrategy | TopPStrategy | TopKStrategy, Field(discriminator="type")]


class SamplingParams(Strict):
    """How tokens are chosen. `max_tokens` 0 means as many as fit."""

    strategy: Strategy = GreedyStrategy()
    max_tokens: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    repetition_penalty: Annotated[float, Field(gt=0, le=10)] | None = None
    stop: Annotated[list[str], Field(max_length=16)] | None = None


class ToolParameter(Strict):
    """One argument of a tool. `parameter_type` is a type of JSON or of Python."""

    name: Annotated[str, Field(min_length=1, max_length=128)]
    parameter_type: str
    description: str = ""
    required: bool = True
    default: Any = None
    items: dict[str, Any] | None = None
    title: str | None = None


class ToolDef(Strict):
    """A function of the app. Its arguments come as a list, or as a JSON schema in either of two fields."""

    name: ToolName
    description: str | None = None
    parameters: Annotated[list[ToolParameter], Field(max_length=128)] | dict[str, Any] | None = None
    input_schema: dict[str, Any] | None = None
    output_schema: dict[str, Any] | None = None
    metadata: dict[str, Any] | None = None
    tool_prompt_format: PromptFormat | None = None
    toolgroup_id: str | None = None


class ToolConfig(Strict):
    """How tools are used: auto, required, none, or the name of one."""

    tool_choice: str | None = None
    tool_prompt_format: PromptFormat | None = None
    system_message_behavior: Literal["append", "replace"] | None = None


class ToolGroupWithArgs(Strict):
    """A group of tools, and what they are given."""

    name: str
    args: dict[str, Any] | None = None


ToolGroups = Annotated[list[str | ToolGroupWithArgs], Field(max_length=64)]


class JsonSchemaFormat(Strict):
    """JSON that follows a schema."""

    type: Literal["json_schema"]
    json_schema: dict[str, Any]


class GrammarFormat(Strict):
    """A grammar; known so that it can be refused in words."""

    type: Literal["grammar"]
    bnf: Any = None


Format = Annotated[JsonSchemaFormat | GrammarFormat, Field(discriminator="type")]


class AgentConfigBody(Strict):
    """How an agent answers. Sessions are always kept, so `enable_session_persistence` changes nothing."""

    model: Annotated[str, Field(min_length=1)]
    instructions: str
    name: Name | None = None
    sampling_params: SamplingParams | None = None
    max_infer_iters: Annotated[int, Field(ge=1, le=100)] | None = None
    input_shields: ShieldIds | None = None
    output_shields: ShieldIds | None = None
    client_tools: Annotated[list[ToolDef], Field(max_length=128)] | None = None
    toolgroups: ToolGroups | None = None
    tool_config: ToolConfig | None = None
    tool_choice: Literal["auto", "required", "none"] | None = None
    tool_prompt_format: PromptFormat | None = None
    response_format: Format | None = None
    enable_session_persistence: bool | None = None


class AgentBody(Passable):
    """The body of POST /v1/agents."""

    agent_config: AgentConfigBody


class SessionBody(Passable):
    """The body of POST /v1/agents/{agent_id}/session."""

    session_name: Name


class UserMessage(Strict):
    """What the person says; `context` goes with it."""

    role: Literal["user"]
    content: Content
    context: Content | None = None


class ToolMessage(Strict):
    """What a tool said."""

    role: Literal["tool"]
    call_id: str
    content: Content
    tool_name: str | None = None


class DocumentUrl(Strict):
    """Where a document is; known so that it can be refused in words."""

    uri: str


class TurnDocument(Strict):
    """A text that goes with the message."""

    content: str | DocumentUrl | Part | list[Part]
    mime_type: str


class TurnBody(Passable):
    """The body of POST …/turn."""

    messages: Annotated[
        list[Annotated[UserMessage | ToolMessage, Field(discriminator="role")]], Field(min_length=1, max_length=256)
    ]
    stream: bool | None = None
    documents: Annotated[list[TurnDocument], Field(max_length=64)] | None = None
    toolgroups: ToolGroups | None = None
    tool_config: ToolConfig | None = None


class ToolResponse(Strict):
    """What came of a call; `metadata` is the app's own and not kept."""

    call_id: str
    tool_name: str = ""
    content: Content
    metadata: dict[str, Any] | None = None


class ResumeBody(Passable):
    """The body of POST …/turn/{turn_id}/resume."""

    tool_responses: Annotated[list[ToolResponse], Field(min_length=1, max_length=256)]
    stream: bool | None = None
