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

from app.engine.agents.context import exchanged, turn_messages
from app.engine.agents.run import TurnRun
from app.engine.domain.agents import AgentConfig, MemoryRetrievalStep, ShieldStep, ToolResult, Turn
from app.engine.domain.inference import Message
from app.engine.domain.safety import (
    DIRECTIONS,
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
WITHHELD = "The result of this tool was withheld by a safety check."


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

    def require(self, config: AgentConfig) -> None:
        """Raise NotFound when a configuration demands a shield nobody knows."""
        for direction in DIRECTIONS:
            self._shields.applies(direction, _demand(direction, config))

    def begin(self, direction: Direction, run: TurnRun) -> ShieldStep | None:
        """Return the step of a check that is due, None when no shield judges that direction."""
        if not self._shields.applies(direction, _demand(direction, run.config)):
            return None
        return ShieldStep(id=str(uuid4()), turn_id=run.turn.id, direction=direction, started_at=time.time())

    async def judge_input(self, step: ShieldStep, run: TurnRun) -> ShieldStep:
        """Judge what the person wrote."""
        question = Question(direction="input", text=run.turn.input_text(), conversation=_said(run.past))
        return ended_check(gathered(step, await self._check(question, run)))

    async def judge_answer(self, text: str, run: TurnRun) -> Judgement:
        """Judge an answer as far as it goes."""
        conversation = (*_said(run.past), *run.turn.input, *exchanged(run.turn))
        return await self._check(Question(direction="output", text=text, conversation=conversation), run)

    async def judge_found(
        self, step: ShieldStep, found: MemoryRetrievalStep, run: TurnRun
    ) -> tuple[ShieldStep, MemoryRetrievalStep]:
        """Judge passages; those that are blocked are left out of what the model reads."""
        judgements = await self._judge_all(
            "retrieved", [(each.quote, each.document_name) for each in found.sources], run
        )
        kept = tuple(each for each, said in zip(found.sources, judgements, strict=True) if not said.blocked)
        dropped = [each.document_name for each, said in zip(found.sources, judgements, strict=True) if said.blocked]
        left_out = f"{len(dropped)} of {len(found.sources)} passages were left out" if dropped else ""
        return _summed(step, judgements, left_out, dropped), msgspec.structs.replace(found, sources=kept)

    async def judge_results(
        self, step: ShieldStep, results: Sequence[ToolResult], run: TurnRun
    ) -> tuple[ShieldStep, tuple[ToolResult, ...]]:
        """Judge what tools said; of what is blocked the model learns only that it was withheld."""
        judgements = await self._judge_all("tool", [(each.content, each.name) for each in results], run)
        kept = tuple(
            msgspec.structs.replace(each, content=WITHHELD, withheld=True) if said.blocked else each
            for each, said in zip(results, judgements, strict=True)
        )
        dropped = [each.name or each.call_id for each in kept if each.withheld]
        left_out = f"{len(dropped)} of {len(results)} tool results were withheld" if dropped else ""
        return _summed(step, judgements, left_out, dropped), kept

    async def _judge_all(
        self, direction: Direction, texts: Sequence[tuple[str, str]], run: TurnRun
    ) -> Sequence[Judgement]:
        """Judge texts beside each other; each comes with the name of what it is from."""
        questions = [(Question(direction=direction, text=text), subject) for text, subject in texts]
        return await asyncio.gather(*(self._check(question, run, subject) for question, subject in questions))

    async def _check(self, question: Question, run: TurnRun, subject: str = "") -> Judgement:
        turn = run.turn
        occasion = Occasion(origin=run.origin, session_id=turn.session_id, turn_id=turn.id, subject=subject)
        return await self._shields.check(question, demand=_demand(question.direction, run.config), occasion=occasion)


def _summed(step: ShieldStep, judgements: Sequence[Judgement], left_out: str, names: Sequence[str]) -> ShieldStep:
    """Return the check of many texts as it ended; the turn goes on without what was left out, so it blocks nothing."""
    verdicts = tuple(verdict for said in judgements for verdict in said.verdicts if verdict.outcome != "allow")
    outcome: Outcome = max((said.outcome for said in judgements), key=OUTCOMES.index, default="allow")
    message = next((said.message for said in judgements if said.message), "")
    if left_out:
        outcome = "warn"
        message = f"{left_out} ({', '.join(dict.fromkeys(names))}). {message}".strip()
    return ended_check(msgspec.structs.replace(step, outcome=outcome, verdicts=verdicts, message=message))


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


def ended_check(step: ShieldStep) -> ShieldStep:
    """Return a check that is over, whatever it found."""
    return msgspec.structs.replace(step, state="completed", completed_at=time.time())


def _said(past: Sequence[Turn]) -> tuple[Message, ...]:
    return tuple(message for turn in past[-PAST_TURNS:] for message in turn_messages(turn))


def _demand(direction: Direction, config: AgentConfig) -> Demand:
    if direction == "output":
        return Demand(shields=config.output_shields)
    return Demand(shields=config.input_shields if direction == "input" else ())
