"""The shields of a turn: what is asked of them and when, as steps. Must not know how a shield judges or who set it.

What came in is judged before it goes on, what was looked up before the model reads it, and the answer as it is written.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Protocol
from uuid import uuid4

import msgspec

from app.engine.agents.context import turn_messages
from app.engine.domain.agents import AgentConfig, MemoryRetrievalStep, ShieldStep, Source, Turn
from app.engine.domain.inference import Message
from app.engine.domain.safety import (
    OUTCOMES,
    Demand,
    Direction,
    Judgement,
    Occasion,
    Outcome,
    Policy,
    Question,
    Streaming,
    Verdict,
)

# What shields see of the conversation; a guard's own context is short, and only the last turn is judged.
PAST_TURNS = 3


class TurnShields(Protocol):
    """What a turn needs of safety."""

    def policy(self) -> Policy:
        """Return the policy in force."""
        ...

    def applies(self, direction: Direction, demand: Demand) -> bool:
        """Tell whether any shield judges texts of this direction."""
        ...

    async def check(
        self, question: Question, *, demand: Demand | None = None, occasion: Occasion | None = None
    ) -> Judgement:
        """Judge a text."""
        ...


class Shielding:
    """Judges the texts of turns. Holds no state of a turn."""

    def __init__(self, shields: TurnShields) -> None:
        self._shields = shields

    @property
    def streaming(self) -> Streaming:
        """How answers are shown while they are judged."""
        return self._shields.policy().streaming

    def begin(self, direction: Direction, turn: Turn, config: AgentConfig) -> ShieldStep | None:
        """Return the step of a check that is due, None when no shield judges that direction."""
        if not self._shields.applies(direction, _demand(direction, config)):
            return None
        return ShieldStep(id=str(uuid4()), turn_id=turn.id, direction=direction, started_at=time.time())

    async def judge_input(self, step: ShieldStep, turn: Turn, past: Sequence[Turn], config: AgentConfig) -> ShieldStep:
        """Judge what the person wrote."""
        question = Question(direction="input", text=turn.input_text(), conversation=_said(past))
        return _ended(step, await self._check(question, turn, config))

    async def judge_answer(self, text: str, turn: Turn, past: Sequence[Turn], config: AgentConfig) -> Judgement:
        """Judge an answer as far as it goes."""
        question = Question(direction="output", text=text, conversation=(*_said(past), *turn.input))
        return await self._check(question, turn, config)

    async def judge_found(
        self, step: ShieldStep, found: MemoryRetrievalStep, turn: Turn, config: AgentConfig
    ) -> tuple[ShieldStep, MemoryRetrievalStep]:
        """Judge passages; those that are blocked are left out of what the model reads."""
        judgements = await asyncio.gather(*(self._judge_source(each, turn, config) for each in found.sources))
        kept = tuple(each for each, said in zip(found.sources, judgements, strict=True) if not said.blocked)
        dropped = [each for each, said in zip(found.sources, judgements, strict=True) if said.blocked]
        verdicts = tuple(verdict for said in judgements for verdict in said.verdicts if verdict.outcome != "allow")
        outcome: Outcome = max((said.outcome for said in judgements), key=OUTCOMES.index, default="allow")
        message = next((said.message for said in judgements if said.message), "")
        if dropped:
            # The turn goes on without them, so the step itself blocks nothing.
            outcome = "warn"
            names = ", ".join(dict.fromkeys(each.document_name for each in dropped))
            message = f"{len(dropped)} of {len(found.sources)} passages were left out ({names}). {message}".strip()
        step = msgspec.structs.replace(
            step, outcome=outcome, verdicts=verdicts, message=message, state="completed", completed_at=time.time()
        )
        return step, msgspec.structs.replace(found, sources=kept)

    async def _judge_source(self, source: Source, turn: Turn, config: AgentConfig) -> Judgement:
        question = Question(direction="retrieved", text=source.quote)
        return await self._check(question, turn, config, source.document_name)

    async def _check(self, question: Question, turn: Turn, config: AgentConfig, subject: str = "") -> Judgement:
        occasion = Occasion(origin="chat", session_id=turn.session_id, turn_id=turn.id, subject=subject)
        return await self._shields.check(question, demand=_demand(question.direction, config), occasion=occasion)


def gathered(step: ShieldStep, judgement: Judgement) -> ShieldStep:
    """Return the step with one more judgement of the same answer: of each shield, its strictest verdict is kept."""
    kept: dict[str, Verdict] = {verdict.shield: verdict for verdict in step.verdicts}
    for verdict in judgement.verdicts:
        known = kept.get(verdict.shield)
        if known is None or _strictness(verdict) >= _strictness(known):
            kept[verdict.shield] = verdict
    outcome = max(step.outcome, judgement.outcome, key=OUTCOMES.index)
    message = judgement.message if judgement.outcome == outcome and judgement.message else step.message
    return msgspec.structs.replace(step, outcome=outcome, verdicts=tuple(kept.values()), message=message)


def _strictness(verdict: Verdict) -> tuple[int, float]:
    return OUTCOMES.index(verdict.outcome), verdict.probability


def _ended(step: ShieldStep, judgement: Judgement) -> ShieldStep:
    return msgspec.structs.replace(gathered(step, judgement), state="completed", completed_at=time.time())


def _said(past: Sequence[Turn]) -> tuple[Message, ...]:
    return tuple(message for turn in past[-PAST_TURNS:] for message in turn_messages(turn))


def _demand(direction: Direction, config: AgentConfig) -> Demand:
    if direction == "output":
        return Demand(shields=config.output_shields)
    return Demand(shields=config.input_shields if direction == "input" else ())
