"""Llama Guard as a shield: asks the guard that is installed and says what its answer means under the policy.

A text is unsafe for a category when P(unsafe) reaches the category's threshold and the guard names the category: as the
likeliest code, or with a share of NAMED_FROM at least. P(unsafe) is not divided among the categories for this, because
a text that breaks two rules at once would then break neither. "Unsafe" with nothing but codes that were not asked for
is safe; "unsafe" without any code is unsafe. Must not know where guards come from, who asks, or what is logged.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from msgspec.structs import replace

from app.engine.domain.errors import ModelNotFound, PaddockError
from app.engine.domain.inference import Message, PromptPart
from app.engine.domain.safety import LLAMA_GUARD, Concern, Policy, Question, ShieldInfo, Verdict
from app.engine.safety.categories import UNSPECIFIED, enabled, name_of
from app.engine.safety.llama_guard.inquiry import Bounded, Finding, GuardModel, Inquiry, check_words, gathered
from app.engine.safety.llama_guard.prompt import Frame, frame_for, turns_of
from app.engine.safety.llama_guard.verdict import code_of

_Key = tuple[str, tuple[PromptPart, ...]]
OpenGuard = Callable[[Policy], Awaitable[GuardModel | None]]
AT_ONCE = 64  # questions to the guard at once
_REMEMBERED = 64

logger = logging.getLogger(__name__)


class LlamaGuardShield:
    """Implements the Shield port. `open_guard` returns the guard a policy asks for, None when there is none.

    `seconds` is a clock. `look` finds the guard without loading it, for `info`; without it `open_guard` is asked.
    """

    name = LLAMA_GUARD

    def __init__(self, open_guard: OpenGuard, seconds: Callable[[], float], look: OpenGuard | None = None) -> None:
        self._open = open_guard
        self._look = look or open_guard
        self._seconds = seconds
        self._fixed: dict[_Key, int] = {}
        self._measuring = asyncio.Lock()
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def judge(self, question: Question, policy: Policy) -> Verdict:
        """Judge one text; what goes wrong is a verdict with `error`. Without a guard the text is let through."""
        started = self._seconds()
        guard: GuardModel | None = None
        try:
            guard = await self._open(policy)
            if guard is None:
                return replace(_blank(question, policy), absent=True)
            verdict = await self._judge(guard, question, policy)
        except PaddockError as error:
            verdict = _failed(question, policy, error, guard)
        return replace(verdict, seconds=self._seconds() - started)

    async def scores(
        self, texts: Sequence[str], policy: Policy, conversation: tuple[Message, ...] = ()
    ) -> tuple[Verdict, ...]:
        """Judge many texts as what a person wrote, together; `scores` holds every category, for safe texts too.

        Raises ModelNotFound when there is no guard; all else that goes wrong is a verdict with `error`.
        """
        guard = await self._open(policy)
        if guard is None:
            raise ModelNotFound("No guard model is installed.", hint="Download a Llama Guard on the models page.")
        questions = [Question(direction="input", text=text, conversation=conversation) for text in texts]
        return tuple(await gathered(self._score(guard, question, policy) for question in questions))

    async def info(self, policy: Policy) -> ShieldInfo:
        """Say whether it can judge now, and with what."""
        try:
            guard = await self._look(policy)
        except PaddockError as error:
            return _info(f"The guard cannot judge: {error.in_words()}", ready=False)
        if guard is None:
            return _info("No guard model is installed. Download a Llama Guard on the models page.", ready=False)
        told = len(enabled(guard.version.categories, policy)) + sum(own.enabled for own in policy.custom)
        state = f"{guard.version.name} judges by {told} categories." if told else "All categories are switched off."
        return _info(state, ready=True, model=guard.model_id, version=guard.version.number)

    async def _score(self, guard: GuardModel, question: Question, policy: Policy) -> Verdict:
        started = self._seconds()
        try:
            verdict = await self._judge(guard, question, policy, always=True)
        except PaddockError as error:
            verdict = _failed(question, policy, error, guard)
        return replace(verdict, seconds=self._seconds() - started)

    async def _judge(self, guard: GuardModel, question: Question, policy: Policy, *, always: bool = False) -> Verdict:
        blank = _blank(question, policy, guard)
        frame = frame_for(guard.version, question.direction, enabled(guard.version.categories, policy), policy.custom)
        if frame is None:
            logger.info("Every category is switched off: a text counts as safe unread.")
            return blank
        turns = turns_of(question)
        if not turns[-1].text:
            return replace(blank, scores=dict.fromkeys(frame.codes.values(), 0.0))
        thresholds = _thresholds(frame, policy)
        guard = Bounded(guard, self._turn)
        fixed = await self._length(guard, frame)
        inquiry = Inquiry(guard, frame, fixed=fixed, threshold=min(thresholds.values()), always=always)
        return _read(blank, await inquiry.judge(turns), frame, thresholds, policy)

    async def _length(self, guard: GuardModel, frame: Frame) -> int:
        """Return the tokens of a frame; one that is new for this guard is also checked for words it cannot say."""
        key = (guard.model_id, frame.prompt(()))
        known = self._fixed.get(key)
        return await self._measured(guard, frame, key) if known is None else known

    async def _measured(self, guard: GuardModel, frame: Frame, key: _Key) -> int:
        async with self._measuring:  # of many texts at once, one measures for all
            if key not in self._fixed:
                await check_words(guard, frame)
                if len(self._fixed) >= _REMEMBERED:
                    del self._fixed[next(iter(self._fixed))]
                self._fixed[key] = await guard.count(key[1])
            return self._fixed[key]


def _thresholds(frame: Frame, policy: Policy) -> dict[str, float]:
    own = {category.id: category.threshold for category in policy.custom}
    return {asked: own.get(asked, policy.category(asked).threshold) for asked in frame.codes.values()}


def _read(blank: Verdict, found: Finding, frame: Frame, thresholds: dict[str, float], policy: Policy) -> Verdict:
    """Return what a finding means under the thresholds."""
    over = {category: unsafe for category, unsafe in found.named.items() if unsafe >= thresholds[category]}
    if not over and found.nameless >= min(thresholds.values()):
        over = {UNSPECIFIED: found.nameless}
    elif not found.named and found.scores and found.unsafe >= min(thresholds.values()):
        logger.info("The guard named only categories that are switched off: a text counts as safe.")
    concerns = (
        Concern(category=category, name=name_of(category, policy), probability=unsafe, code=code_of(frame, category))
        for category, unsafe in over.items()
    )
    return replace(
        blank,
        outcome=policy.shield(LLAMA_GUARD).action if over else "allow",
        probability=found.unsafe,
        concerns=tuple(concerns),
        scores=found.scores,
    )


def _blank(question: Question, policy: Policy, guard: GuardModel | None = None) -> Verdict:
    """Return a verdict that lets the text through."""
    return Verdict(
        shield=LLAMA_GUARD,
        direction=question.direction,
        policy_version=policy.version,
        model=guard.model_id if guard is not None else "",
        guard_version=guard.version.number if guard is not None else 0,
    )


def _failed(question: Question, policy: Policy, error: PaddockError, guard: GuardModel | None) -> Verdict:
    """Return the verdict of a guard that failed: what the policy says of that."""
    return replace(_blank(question, policy, guard), outcome=policy.failing, error=error.in_words())


def _info(state: str, *, ready: bool, model: str = "", version: int = 0) -> ShieldInfo:
    return ShieldInfo(
        id=LLAMA_GUARD,
        title="Llama Guard",
        description="A language model that judges what is said, by categories of harm.",
        provider_id="inline::llama-guard",
        state=state,
        ready=ready,
        model=model,
        guard_version=version,
    )
