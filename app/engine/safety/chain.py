"""Runs the shields of a direction beside each other and joins what they say; the strictest verdict wins.

Must not know how a shield judges, and must not keep anything.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence

import msgspec

from app.engine.domain.errors import PaddockError
from app.engine.domain.safety import (
    OUTCOMES,
    Category,
    Demand,
    Direction,
    Judgement,
    Outcome,
    Policy,
    Question,
    Shield,
    Verdict,
)
from app.engine.runtime.tracing import span
from app.engine.safety.messages import in_words
from app.engine.safety.policy import strengthened


class Chain:
    """All shields by name. `categories` are what an app's demand is about."""

    def __init__(self, shields: Sequence[Shield], categories: Callable[[], Sequence[Category]]) -> None:
        self.shields: Mapping[str, Shield] = {shield.name: shield for shield in shields}
        self._categories = categories

    async def _state(self, name: str, policy: Policy) -> str:
        return (await self.shields[name].info(policy)).state

    def wanted(self, direction: Direction, policy: Policy, demand: Demand) -> tuple[str, ...]:
        """Return the shields that judge texts of a direction: those of the policy and those demanded."""
        return tuple(name for name in self.shields if name in demand.shields or policy.runs(name, direction))

    async def judge(self, question: Question, policy: Policy, demand: Demand) -> Judgement:
        """Let all wanted shields judge a text."""
        names = self.wanted(question.direction, policy, demand)
        verdicts = await asyncio.gather(*(self._ask(name, question, policy, demand) for name in names))
        return joined(question.direction, [verdict for verdict in verdicts if not verdict.absent])

    async def judge_with(self, name: str, question: Question, policy: Policy, demand: Demand) -> Judgement:
        """Let one shield judge a text."""
        return joined(question.direction, [await self._ask(name, question, policy, demand)])

    async def _ask(self, name: str, question: Question, policy: Policy, demand: Demand) -> Verdict:
        demanded = name in demand.shields
        asked = strengthened(policy, name, demand.excluded, self._categories()) if demanded else policy
        with span("safety.shield", shield=name, direction=question.direction) as current:
            began = time.perf_counter()
            try:
                verdict = await self.shields[name].judge(question, asked)
            except PaddockError as error:
                verdict = failed(name, question.direction, asked, error.in_words())
            if verdict.absent and demanded:
                # Who demands a shield must not take its absence for a safe text.
                verdict = failed(name, question.direction, asked, await self._state(name, asked))
            if current is not None:
                current.set_attribute("outcome", verdict.outcome)
                current.set_attribute("probability", verdict.probability)
        if verdict.error and asked.shield(name).action != "block":
            # What it finds would only be told; that it failed must not weigh more.
            verdict = msgspec.structs.replace(verdict, outcome="warn")
        own = policy.runs(name, question.direction)
        if demanded and verdict.concerns and all(each.category in demand.excluded for each in verdict.concerns):
            # The app does not mind these; only what the person decided counts.
            verdict = msgspec.structs.replace(verdict, outcome=policy.shield(name).action if own else "allow")
        return msgspec.structs.replace(
            verdict, policy_version=policy.version, seconds=verdict.seconds or time.perf_counter() - began
        )


def failed(shield: str, direction: Direction, policy: Policy, words: str) -> Verdict:
    """Return the verdict of a shield that could not judge: it blocks or lets through, as the person decided."""
    return Verdict(shield=shield, direction=direction, outcome=policy.failing, error=words)


def joined(direction: Direction, verdicts: Sequence[Verdict]) -> Judgement:
    """Return what verdicts say together."""
    outcome: Outcome = max((verdict.outcome for verdict in verdicts), key=OUTCOMES.index, default="allow")
    return Judgement(outcome=outcome, verdicts=tuple(verdicts), message=in_words(direction, outcome, verdicts))
