"""Words of the turn loop: agent configuration, sessions, turns, steps and the events of a running turn. No I/O.

A chat is a session of an agent without tools. Turns form a tree: an edited message or a new answer is a
sibling turn under the same parent, so nothing is ever erased. What apps ask for are sessions of other kinds: a
response is a turn, a conversation a session.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from app.engine.domain.inference import (
    Message,
    ResponseFormat,
    Sampling,
    TextDelta,
    Timings,
    ToolCall,
    ToolCallDelta,
    ToolChoice,
    ToolSpec,
    Usage,
)
from app.engine.domain.safety import Direction, Outcome, Verdict

TurnState = Literal["running", "completed", "cancelled", "failed", "interrupted", "blocked", "awaiting_input"]
SessionKind = Literal["chat", "agent", "response", "conversation"]


class Retrieval(Struct, frozen=True, kw_only=True):
    """How a turn looks things up. `max_tokens` bounds what sources may take of the prompt, within half of the context.

    A hit below `min_score` (relevance, 0 to 1) is not used. `strict` answers "not in your documents" without asking
    the model when nothing is found.
    """

    limit: int = 6
    max_tokens: int = 1600
    min_score: float = 0.3
    rerank: str = ""
    strict: bool = False


class AgentConfig(Struct, frozen=True, kw_only=True):
    """How a session answers. `model` None means the default model at the time of the turn.

    `context_policy` says what happens when the history no longer fits: the oldest turns are left out
    (and reported), or the turn is refused. `input_shields` and `output_shields` must run in addition to the policy.
    `tools` are functions of the app that asks: a turn that calls them awaits their results. `max_infer_iters` bounds
    how often; the last answer has no tools to call.
    """

    model: str | None = None
    instructions: str = ""
    sampling: Sampling = Sampling(temperature=0.7, top_p=0.9, top_k=40, min_p=0.05)
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    context_policy: Literal["drop_oldest", "refuse"] = "drop_oldest"
    max_infer_iters: int = 10
    banks: tuple[str, ...] = ()
    retrieval: Retrieval = Retrieval()
    input_shields: tuple[str, ...] = ()
    output_shields: tuple[str, ...] = ()
    tools: tuple[ToolSpec, ...] = ()
    tool_choice: ToolChoice = ToolChoice()
    parallel_tool_calls: bool = True
    response_format: ResponseFormat = ResponseFormat()


class Agent(Struct, frozen=True, kw_only=True):
    """A way of answering that an app keeps under a name; its sessions answer so. `created_at` in Unix seconds."""

    id: str
    config: AgentConfig
    name: str = ""
    created_at: float = 0.0


class ToolResult(Struct, frozen=True, kw_only=True):
    """What a call of a tool came to. `withheld` tells that a shield blocked it: `content` only says so then."""

    call_id: str
    content: str
    name: str = ""
    withheld: bool = False


class Attachment(Struct, frozen=True, kw_only=True):
    """A file given with a message: a document of the chat's own bank."""

    bank_id: str
    document_id: str
    name: str


class Source(Struct, frozen=True, kw_only=True):
    """A numbered passage the model was given; characters `start` to `end` of the document hold `quote`.

    `whole` marks a file that was included entirely. `score` is the relevance, 0 to 1.
    """

    number: int
    bank_id: str
    document_id: str
    document_name: str
    quote: str
    start: int
    end: int
    page: int = 0
    label: str = ""
    score: float = 1.0
    whole: bool = False


class Included(Struct, frozen=True, kw_only=True):
    """What became of an attached file: whole in the prompt, searched, or left out with the reason."""

    attachment: Attachment
    how: Literal["whole", "searched", "left_out"]
    tokens: int = 0
    reason: str = ""


class CitationMark(Struct, frozen=True, kw_only=True):
    """A place in an answer that rests on sources: `offset` is the character behind the statement.

    `written` tells that the model cited by itself; otherwise the words of the statement were found in the sources.
    """

    offset: int
    numbers: tuple[int, ...]
    written: bool = False


class ContextReport(Struct, frozen=True, kw_only=True):
    """What the model really saw, in tokens. `dropped_turns` oldest turns were left out of the prompt.

    `cut_answer` is true when the answer ended because the context was full.
    """

    context_length: int
    prompt_tokens: int
    dropped_turns: int = 0
    cut_answer: bool = False


class InferenceStep(Struct, frozen=True, kw_only=True, tag="inference"):
    """One call of a model within a turn."""

    id: str
    turn_id: str
    model: str
    text: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    state: TurnState = "running"
    finish_reason: str = ""
    usage: Usage = Usage()
    timings: Timings = Timings()
    context: ContextReport | None = None
    started_at: float = 0.0
    completed_at: float | None = None


class MemoryRetrievalStep(Struct, frozen=True, kw_only=True, tag="memory_retrieval"):
    """One look into memory banks. `nothing_found` says that no passage was relevant enough."""

    id: str
    turn_id: str
    query: str
    bank_ids: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    attachments: tuple[Included, ...] = ()
    nothing_found: bool = False
    note: str = ""
    state: TurnState = "running"
    started_at: float = 0.0
    completed_at: float | None = None

    @property
    def text(self) -> str:
        """What the step adds to the answer: nothing."""
        return ""


class ShieldStep(Struct, frozen=True, kw_only=True, tag="shield_call"):
    """Shields judged a text of the turn: what came in, was looked up, came from a tool or was answered.

    `subject` names the document or tool. `state` is that of the check itself; what it found is `outcome`.
    """

    id: str
    turn_id: str
    direction: Direction
    outcome: Outcome = "allow"
    verdicts: tuple[Verdict, ...] = ()
    message: str = ""
    subject: str = ""
    state: TurnState = "running"
    started_at: float = 0.0
    completed_at: float | None = None

    @property
    def text(self) -> str:
        """What the step adds to the answer: nothing."""
        return ""


class ToolExecutionStep(Struct, frozen=True, kw_only=True, tag="tool_execution"):
    """Tools were run for the calls of the inference before it."""

    id: str
    turn_id: str
    tool_calls: tuple[ToolCall, ...] = ()
    results: tuple[ToolResult, ...] = ()
    state: TurnState = "running"
    started_at: float = 0.0
    completed_at: float | None = None

    @property
    def text(self) -> str:
        """What the step adds to the answer: nothing."""
        return ""


Step = InferenceStep | MemoryRetrievalStep | ShieldStep | ToolExecutionStep


class Failure(Struct, frozen=True, kw_only=True):
    """Why a turn ended without an answer; fields of a PaddockError that can be stored."""

    code: str
    message: str
    hint: str = ""


class Turn(Struct, frozen=True, kw_only=True):
    """One exchange. `sibling_ids` are all turns under the same parent, oldest first, this one included.

    `config` is how this very turn is answered, None when as its session says. `metadata` is the app's own.
    """

    id: str
    session_id: str
    parent_id: str | None
    input: tuple[Message, ...]
    attachments: tuple[Attachment, ...] = ()
    steps: tuple[Step, ...] = ()
    output: Message | None = None
    citations: tuple[CitationMark, ...] = ()
    state: TurnState = "running"
    failure: Failure | None = None
    started_at: float = 0.0
    completed_at: float | None = None
    sibling_ids: tuple[str, ...] = ()
    config: AgentConfig | None = None
    metadata: dict[str, str] = {}

    def input_text(self) -> str:
        """Return what the person wrote."""
        return "\n\n".join(message.content for message in self.input if message.role == "user")

    def sources(self) -> tuple[Source, ...]:
        """Return the passages the model was given, by number."""
        return tuple(source for step in self.steps if isinstance(step, MemoryRetrievalStep) for source in step.sources)

    def output_text(self) -> str:
        """Return the answer, or what there is of it when the turn did not complete."""
        if self.output is not None:
            return self.output.content
        said: list[str] = []
        for step in self.steps:
            if isinstance(step, ToolExecutionStep):
                said.clear()  # what was said before a call belongs to the call
            said.append(step.text)
        return "".join(said)

    def open_calls(self) -> tuple[ToolCall, ...]:
        """Return the calls whose results the turn awaits: those of its last inference."""
        last = next(
            (step for step in reversed(self.steps) if isinstance(step, InferenceStep | ToolExecutionStep)), None
        )
        return last.tool_calls if isinstance(last, InferenceStep) else ()

    def blocking(self) -> ShieldStep | None:
        """Return the check that blocked the turn, if one did."""
        return next((step for step in self.steps if isinstance(step, ShieldStep) and step.outcome == "block"), None)


class Session(Struct, frozen=True, kw_only=True):
    """A conversation. `active_turn_id` is the leaf of the branch that is shown. Times are Unix seconds.

    Only chats are shown to the person as such. `agent_id` is set for sessions of an agent.
    """

    id: str
    title: str
    config: AgentConfig = AgentConfig()
    folder_id: str | None = None
    pinned: bool = False
    active_turn_id: str | None = None
    created_at: float = 0.0
    updated_at: float = 0.0
    deleted_at: float | None = None
    kind: SessionKind = "chat"
    agent_id: str | None = None
    metadata: dict[str, str] = {}


class Kept(Struct, frozen=True, kw_only=True):
    """How much is kept for apps: agents, sessions of agents and conversations, and answers in all of them."""

    agents: int = 0
    sessions: int = 0
    answers: int = 0


class TurnStarted(Struct, frozen=True, tag="turn_started"):
    """The turn is on disk and begins."""

    turn: Turn


class StepStarted(Struct, frozen=True, tag="step_started"):
    """A step of the turn begins."""

    step: Step


class StepProgressed(Struct, frozen=True, tag="step_progressed"):
    """More output of a step. It is on disk before this event is sent."""

    turn_id: str
    step_id: str
    delta: TextDelta | ToolCallDelta


class StepRetracted(Struct, frozen=True, tag="step_retracted"):
    """What a step had shown is taken back: a shield blocked it. It is no longer on disk."""

    turn_id: str
    step_id: str


class StepCompleted(Struct, frozen=True, tag="step_completed"):
    """A step ended, well or not."""

    step: Step


class TurnCompleted(Struct, frozen=True, tag="turn_completed"):
    """The turn ended in one of its final states; always the last event."""

    turn: Turn


TurnEvent = TurnStarted | StepStarted | StepProgressed | StepRetracted | StepCompleted | TurnCompleted
