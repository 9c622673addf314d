"""Words of the turn loop: agent configuration, sessions, turns, steps and the events of a running turn. No I/O.

A chat is a session of an agent without tools. Turns form a tree: an edited message or a new answer is a
sibling turn under the same parent, so nothing is ever erased. Later step kinds join the `Step` union.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from app.engine.domain.inference import Message, Sampling, TextDelta, Timings, ToolCallDelta, Usage

TurnState = Literal["running", "completed", "cancelled", "failed", "interrupted"]


class AgentConfig(Struct, frozen=True, kw_only=True):
    """How a session answers. `model` None means the default model at the time of the turn.

    `context_policy` says what happens when the history no longer fits: the oldest turns are left out
    (and reported), or the turn is refused.
    """

    model: str | None = None
    instructions: str = ""
    sampling: Sampling = Sampling(temperature=0.7, top_p=0.9, top_k=40, min_p=0.05)
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    context_policy: Literal["drop_oldest", "refuse"] = "drop_oldest"
    max_infer_iters: int = 10


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
    state: TurnState = "running"
    finish_reason: str = ""
    usage: Usage = Usage()
    timings: Timings = Timings()
    context: ContextReport | None = None
    started_at: float = 0.0
    completed_at: float | None = None


Step = InferenceStep


class Failure(Struct, frozen=True, kw_only=True):
    """Why a turn ended without an answer; fields of a PaddockError that can be stored."""

    code: str
    message: str
    hint: str = ""


class Turn(Struct, frozen=True, kw_only=True):
    """One exchange. `sibling_ids` are all turns under the same parent, oldest first, this one included."""

    id: str
    session_id: str
    parent_id: str | None
    input: tuple[Message, ...]
    steps: tuple[Step, ...] = ()
    output: Message | None = None
    state: TurnState = "running"
    failure: Failure | None = None
    started_at: float = 0.0
    completed_at: float | None = None
    sibling_ids: tuple[str, ...] = ()

    def input_text(self) -> str:
        """Return what the person wrote."""
        return "\n\n".join(message.content for message in self.input if message.role == "user")

    def output_text(self) -> str:
        """Return the answer, or what there is of it when the turn did not complete."""
        if self.output is not None:
            return self.output.content
        return "".join(step.text for step in self.steps)


class Session(Struct, frozen=True, kw_only=True):
    """A conversation. `active_turn_id` is the leaf of the branch that is shown. Times are Unix seconds."""

    id: str
    title: str
    config: AgentConfig = AgentConfig()
    folder_id: str | None = None
    pinned: bool = False
    active_turn_id: str | None = None
    created_at: float = 0.0
    updated_at: float = 0.0
    deleted_at: float | None = None


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


class StepCompleted(Struct, frozen=True, tag="step_completed"):
    """A step ended, well or not."""

    step: Step


class TurnCompleted(Struct, frozen=True, tag="turn_completed"):
    """The turn ended in one of its final states; always the last event."""

    turn: Turn


TurnEvent = TurnStarted | StepStarted | StepProgressed | StepCompleted | TurnCompleted
