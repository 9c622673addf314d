"""The rules as shields: one for each kind of thing that is looked for. Must not know how anything is found."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import NamedTuple

from app.engine.domain.safety import (
    HIDDEN_CHARACTERS,
    INSECURE_CODE,
    PERSONAL_DATA,
    SECRETS,
    Concern,
    Policy,
    Question,
    Shield,
    ShieldInfo,
    Verdict,
)
from app.engine.safety.rules import code, hidden, personal, secrets
from app.engine.safety.rules.finding import Finding, concerns

# Longer texts would hold up everything else in the loop for more than a few milliseconds.
_LONG = 20_000

Find = Callable[[str], tuple[Finding, ...]]


class _About(NamedTuple):
    """What a shield looks for, in words."""

    name: str
    category: str
    find: Find
    title: str
    description: str
    provider_id: str = "inline::paddock-rules"


_SHIELDS = (
    _About(
        HIDDEN_CHARACTERS,
        hidden.CATEGORY,
        hidden.find,
        "Hidden characters",
        "Finds text that nobody sees but a model reads, and characters that change the order in which text is shown.",
    ),
    _About(
        SECRETS,
        secrets.CATEGORY,
        secrets.find,
        "Keys and passwords",
        "Finds private keys, tokens of well-known services and passwords in lines of configuration.",
    ),
    _About(
        PERSONAL_DATA,
        personal.CATEGORY,
        personal.find,
        "Personal data",
        "Finds e-mail addresses, phone numbers, payment cards, bank accounts and official ids.",
    ),
    _About(
        INSECURE_CODE,
        code.CATEGORY,
        code.find,
        "Insecure code",
        "Reads fenced blocks of code for common weaknesses, by a list of rules for each language.",
        provider_id="inline::code-scanner",
    ),
)


class RuleShield:
    """Implements `domain.safety.Shield` with one detector."""

    def __init__(self, about: _About) -> None:
        self._about = about

    @property
    def name(self) -> str:
        """One of SHIELDS."""
        return self._about.name

    async def judge(self, question: Question, policy: Policy) -> Verdict:
        """Judge one text; what was found counts from the rule's threshold on."""
        began = time.perf_counter()
        if len(question.text) > _LONG:
            found = await asyncio.to_thread(self._concerns, question.text)
        else:
            found = self._concerns(question.text)
        rule = policy.shield(self.name)
        probability = max((each.probability for each in found), default=0.0)
        counting = tuple(each for each in found if each.probability >= rule.threshold)
        return Verdict(
            shield=self.name,
            direction=question.direction,
            outcome=rule.action if counting else "allow",
            probability=probability,
            concerns=counting,
            scores={self._about.category: probability},
            policy_version=policy.version,
            seconds=time.perf_counter() - began,
        )

    async def info(self, policy: Policy) -> ShieldInfo:
        """Say that it can judge: it needs no model."""
        is_on = policy.enabled and policy.shield(self.name).enabled
        return ShieldInfo(
            id=self.name,
            title=self._about.title,
            description=self._about.description,
            provider_id=self._about.provider_id,
            state="ready" if is_on else "ready, off in the policy",
            ready=True,
        )

    def _concerns(self, text: str) -> tuple[Concern, ...]:
        return concerns(text, self._about.find(text))


def rule_shields() -> tuple[Shield, ...]:
    """Return the shields that need no model."""
    return tuple(RuleShield(about) for about in _SHIELDS)
