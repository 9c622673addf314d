"""Shields that find words, in place of guards; what they were asked is remembered."""

from __future__ import annotations

import asyncio

from app.engine.domain.errors import ModelHostDied
from app.engine.domain.safety import (
    LLAMA_GUARD,
    Concern,
    Outcome,
    Policy,
    Question,
    ShieldInfo,
    Verdict,
)

BAD = "dynamite"


class WordShield:
    """Finds a word. `broken` makes it fail as a dead guard does; `gate`, when cleared, holds its answers."""

    def __init__(self, name: str = LLAMA_GUARD, word: str = BAD, category: str = "indiscriminate_weapons") -> None:
        self.name = name
        self.word = word
        self.category = category
        self.broken = False
        self.raises: BaseException | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked: list[Question] = []
        self.policies: list[Policy] = []

    async def judge(self, question: Question, policy: Policy) -> Verdict:
        """Find the word, unless its category is off."""
        self.asked.append(question)
        self.policies.append(policy)
        await self.gate.wait()
        if self.raises is not None:
            raise self.raises
        if self.broken:
            raise ModelHostDied("The guard's process ended.")
        found = self.word in question.text and policy.category(self.category).enabled
        outcome: Outcome = policy.shield(self.name).action if found else "allow"
        return Verdict(
            shield=self.name,
            direction=question.direction,
            outcome=outcome,
            probability=0.9 if found else 0.1,
            concerns=(Concern(category=self.category, name="Weapons", probability=0.9, code="S9"),) if found else (),
            scores={self.category: 0.9 if found else 0.1},
            model="a-guard",
            guard_version=3,
        )

    async def scores(self, texts: object, policy: Policy) -> tuple[Verdict, ...]:
        """Judge each text as a message."""
        return tuple(
            [await self.judge(Question(direction="input", text=text), policy) for text in texts]  # type: ignore[attr-defined]
        )

    async def info(self, policy: Policy) -> ShieldInfo:
        """Always ready."""
        return ShieldInfo(
            id=self.name,
            title=self.name,
            description="finds a word",
            provider_id=f"inline::{self.name}",
            state="ready",
            ready=True,
            model="a-guard",
            guard_version=3,
        )
