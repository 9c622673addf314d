"""The shield against injections: Prompt Guard, a classifier of texts. Must not know how a classifier is run.

Labels: version 2 knows benign and malicious; version 1 benign, injection and jailbreak, where an injection is harmless
as long as a person writes it themselves. Source: the model cards of Llama Prompt Guard 2 and of Prompt Guard 1.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Protocol

from app.engine.domain.embeddings import EmbeddingModel
from app.engine.domain.errors import PaddockError
from app.engine.domain.safety import PROMPT_GUARD, Concern, Direction, Policy, Question, ShieldInfo, Verdict

CATEGORY = "prompt_injection"
_NAME = "Attempt to override instructions"
_JAILBREAK = 2


class TextClassifiers(Protocol):
    """Classifiers of texts, which may be installed or removed at any time."""

    async def classifiers(self) -> tuple[EmbeddingModel, ...]:
        """Return those that are installed, and those that could be."""
        ...

    async def classify(
        self, model_id: str, texts: Sequence[str], counted: Sequence[int] = ()
    ) -> tuple[tuple[float, ...], ...]:
        """Return the probabilities of the labels for each text, in its window worst by the `counted` labels."""
        ...


class PromptGuard:
    """Implements `domain.safety.Shield` with the best Prompt Guard that is installed."""

    name = PROMPT_GUARD

    def __init__(self, classifiers: TextClassifiers) -> None:
        self._classifiers = classifiers

    async def judge(self, question: Question, policy: Policy) -> Verdict:
        """Judge one text. Without a model everything is let through; `info` says so."""
        began = time.perf_counter()
        model: EmbeddingModel | None = None
        try:
            model = await self._chosen()
            if model is None:
                return Verdict(
                    shield=self.name, direction=question.direction, policy_version=policy.version, absent=True
                )
            counted = counted_labels(model, question.direction)
            (probabilities,) = await self._classifiers.classify(model.id, (question.text,), counted)
        except PaddockError as error:
            return _failed(question, policy, error, model, time.perf_counter() - began)
        probability = min(1.0, sum(probabilities[place] for place in counted))
        rule = policy.shield(self.name)
        concerns = (_concern(probability, model),) if probability >= rule.threshold else ()
        return Verdict(
            shield=self.name,
            direction=question.direction,
            outcome=rule.action if concerns else "allow",
            probability=probability,
            concerns=concerns,
            scores={CATEGORY: probability},
            model=model.id,
            guard_version=version(model),
            policy_version=policy.version,
            seconds=time.perf_counter() - began,
        )

    async def info(self, policy: Policy) -> ShieldInfo:
        """Say whether a model is there, and how to get one."""
        is_on = policy.enabled and policy.shield(self.name).enabled
        model, state = None, ""
        try:
            model = await self._chosen()
        except PaddockError as error:
            state = error.in_words()
        if model is not None:
            state = f"ready with {model.name}" + ("" if is_on else ", off in the policy")
        elif not state:
            state = "no model is installed: texts are let through unjudged. Download Llama Prompt Guard 2 to use it."
        return ShieldInfo(
            id=self.name,
            title="Prompt Guard",
            description="Finds texts that try to override the model's instructions, in documents, tools and messages.",
            provider_id="inline::prompt-guard",
            state=state,
            ready=model is not None,
            model=model.id if model is not None else "",
            guard_version=version(model) if model is not None else 0,
        )

    async def _chosen(self) -> EmbeddingModel | None:
        """Return the newest version that is installed, and of several the largest; None when there is none."""
        installed = [each for each in await self._classifiers.classifiers() if each.installed]
        return max(installed, key=lambda each: (version(each), each.size_bytes), default=None)


def version(model: EmbeddingModel) -> int:
    """Return the version of a Prompt Guard by its labels."""
    return 1 if len(model.labels) > _JAILBREAK else 2


def counted_labels(model: EmbeddingModel, direction: Direction) -> tuple[int, ...]:
    """Return the labels that make a text of a direction unsafe."""
    if version(model) == 1 and direction in ("input", "output"):
        return (_JAILBREAK,)
    return tuple(range(1, max(2, len(model.labels))))


def _concern(probability: float, model: EmbeddingModel) -> Concern:
    code = model.labels[-1] if version(model) == 1 else "MALICIOUS"
    return Concern(
        category=CATEGORY,
        name=_NAME,
        probability=probability,
        code=code,
        detail=f"{model.name} is {probability:.0%} sure that the text tries to override instructions",
    )


def _failed(
    question: Question, policy: Policy, error: PaddockError, model: EmbeddingModel | None, seconds: float
) -> Verdict:
    """Return the verdict of a guard that could not judge: it blocks or lets through, as the person decided."""
    return Verdict(
        shield=PROMPT_GUARD,
        direction=question.direction,
        outcome=policy.failing,
        error=error.in_words(),
        model=model.id if model is not None else "",
        guard_version=version(model) if model is not None else 0,
        policy_version=policy.version,
        seconds=seconds,
    )
