"""Words of inference: messages, requests, the events of a generation and the ChatModel port. No I/O.

The wire shapes of any HTTP dialect are not here; `http/` and `inference/remote/` translate.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from enum import IntEnum
from typing import Any, Literal, Protocol

from msgspec import Struct

Role = Literal["system", "user", "assistant", "tool"]
FinishReason = Literal["stop", "length", "tool_calls", "cancelled"]


class ToolCall(Struct, frozen=True, kw_only=True):
    """A call the model asks for. `arguments` is JSON text, as the model wrote it."""

    id: str
    name: str
    arguments: str


class Message(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message of a conversation."""

    role: Role
    content: str = ""
    name: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None


class ToolSpec(Struct, frozen=True, kw_only=True):
    """A function offered to the model. `parameters` is a JSON schema object."""

    name: str
    description: str = ""
    parameters: dict[str, Any] = {}


class ToolChoice(Struct, frozen=True, kw_only=True):
    """How the model may use tools; `name` is set for mode "named" only."""

    mode: Literal["none", "auto", "required", "named"] = "auto"
    name: str | None = None


class ResponseFormat(Struct, frozen=True, kw_only=True):
    """The form the answer must take. `schema` is a JSON schema for type "json_schema"."""

    type: Literal["text", "json_object", "json_schema"] = "text"
    schema: dict[str, Any] | None = None


class Sampling(Struct, frozen=True, kw_only=True):
    """How the next token is chosen. Defaults are neutral (the full distribution, as the OpenAI API has it).

    `temperature` 0 is greedy; `top_k` 0, `top_p` 1, `min_p` 0 and `repeat_penalty` 1 are off.
    `logit_bias` maps token ids to an added bias, -100 to 100.
    """

    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    min_p: float = 0.0
    frequency_penalty: float = 0.0
    presence_penalty: float = 0.0
    repeat_penalty: float = 1.0
    seed: int | None = None
    logit_bias: dict[int, float] = {}


class Priority(IntEnum):
    """Who goes first when requests queue; smaller is sooner."""

    CHAT = 0
    API = 1
    BACKGROUND = 2


class ChatRequest(Struct, frozen=True, kw_only=True):
    """A conversation to continue with one assistant message.

    `max_tokens` None means up to the end of the context. `logprobs` None is off, N adds the N best
    alternatives to each token.
    """

    model: str
    messages: tuple[Message, ...]
    sampling: Sampling = Sampling()
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    tools: tuple[ToolSpec, ...] = ()
    tool_choice: ToolChoice = ToolChoice()
    parallel_tool_calls: bool = True
    response_format: ResponseFormat = ResponseFormat()
    logprobs: int | None = None
    priority: Priority = Priority.API


class CompletionRequest(Struct, frozen=True, kw_only=True):
    """A raw prompt to continue: text, or token ids."""

    model: str
    prompt: str | tuple[int, ...]
    sampling: Sampling = Sampling()
    max_tokens: int | None = 16
    stop: tuple[str, ...] = ()
    response_format: ResponseFormat = ResponseFormat()
    logprobs: int | None = None
    priority: Priority = Priority.API


class PromptPart(Struct, frozen=True, kw_only=True):
    """A piece of a raw prompt. Only in `special` pieces do the texts of control tokens act as tokens."""

    text: str
    special: bool = False


class ClassifyRequest(Struct, frozen=True, kw_only=True):
    """A prompt whose next token is asked for, without sampling. Each choice must be one token of the model."""

    model: str
    prompt: tuple[PromptPart, ...]
    choices: tuple[str, ...]
    priority: Priority = Priority.CHAT


class Classified(Struct, frozen=True, kw_only=True):
    """Natural-log probabilities of the choices among all tokens, and the likeliest token's text."""

    logprobs: tuple[float, ...]
    best: str = ""
    prompt_tokens: int = 0
    cached_tokens: int = 0


class TopLogprob(Struct, frozen=True):
    """One candidate token: its text, raw bytes and natural-log probability."""

    token: str
    bytes: tuple[int, ...]
    logprob: float


class TokenLogprob(Struct, frozen=True):
    """The chosen token with its alternatives, best first."""

    token: str
    bytes: tuple[int, ...]
    logprob: float
    top: tuple[TopLogprob, ...] = ()


class Usage(Struct, frozen=True, kw_only=True):
    """Token counts of one generation. `cached_tokens` of the prompt were not computed again."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0


class Timings(Struct, frozen=True, kw_only=True):
    """Seconds: waiting in the queue, from submit to the first token, and from the first token to the last."""

    queued: float = 0.0
    first_token: float = 0.0
    generation: float = 0.0

    def tokens_per_second(self, completion_tokens: int) -> float:
        """Return the decode speed; 0 when fewer than two tokens were made."""
        return (completion_tokens - 1) / self.generation if completion_tokens > 1 and self.generation > 0 else 0.0


class GenerationStarted(Struct, frozen=True, tag="started"):
    """The prompt was accepted; `cached_tokens` of it come from the prefix cache."""

    prompt_tokens: int
    cached_tokens: int = 0


class TextDelta(Struct, frozen=True, tag="text"):
    """More text of the answer."""

    text: str
    logprobs: tuple[TokenLogprob, ...] = ()


class ToolCallDelta(Struct, frozen=True, tag="tool_call"):
    """More of tool call number `index`; `id` and `name` come with its first delta only."""

    index: int
    id: str | None = None
    name: str | None = None
    arguments: str = ""


class GenerationFinished(Struct, frozen=True, tag="finished"):
    """The generation ended; always the last event."""

    reason: FinishReason
    usage: Usage
    timings: Timings = Timings()


GenerationEvent = GenerationStarted | TextDelta | ToolCallDelta | GenerationFinished


class Health(Struct, frozen=True, kw_only=True):
    """Whether a provider can serve, in words."""

    ok: bool
    message: str = ""


class Classifier(Protocol):
    """A model whose next-token probabilities can be read. Both verbs raise `PaddockError`s only."""

    @property
    def context_length(self) -> int:
        """Tokens a prompt may have, and one more."""
        ...

    async def classify(self, request: ClassifyRequest) -> Classified:
        """Return the probabilities of the choices; raises InvalidRequest for a choice that is not one token."""
        ...

    async def count_part_tokens(self, prompt: tuple[PromptPart, ...]) -> int:
        """Return the length of a raw prompt in tokens."""
        ...


class ChatModel(Protocol):
    """A loaded model that can continue conversations. All verbs raise `PaddockError`s only.

    Closing an iterator early cancels its generation within one decode step.
    """

    @property
    def context_length(self) -> int:
        """Tokens that prompt and answer may hold together."""
        ...

    @property
    def is_local(self) -> bool:
        """Whether texts stay on this machine."""
        ...

    async def initialize(self) -> None:
        """Make the model ready; raises ModelLoadFailed."""
        ...

    async def shutdown(self) -> None:
        """Free everything; further calls raise ModelUnavailable."""
        ...

    async def health(self) -> Health:
        """Say whether the model can answer."""
        ...

    def chat(self, request: ChatRequest) -> AsyncIterator[GenerationEvent]:
        """Continue a conversation."""
        ...

    def complete(self, request: CompletionRequest) -> AsyncIterator[GenerationEvent]:
        """Continue a raw prompt."""
        ...

    async def count_tokens(self, messages: tuple[Message, ...], tools: tuple[ToolSpec, ...] = ()) -> int:
        """Return the prompt length of this conversation in tokens."""
        ...
