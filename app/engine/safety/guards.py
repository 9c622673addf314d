"""Finds the guard model a policy means and hands it out ready to judge. Must not know prompts or verdicts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from app.engine.domain.errors import ModelNotFound
from app.engine.domain.inference import Classified, Classifier, ClassifyRequest, PromptPart
from app.engine.domain.models import Model
from app.engine.domain.safety import Policy
from app.engine.safety.llama_guard.versions import GuardVersion, version_of


class GuardInference(Protocol):
    """What a guard needs of inference."""

    async def classify(self, request: ClassifyRequest) -> Classified:
        """Return next-token probabilities."""
        ...

    async def classifier(self, model_id: str) -> Classifier:
        """Return a model, loaded."""
        ...


class Guard:
    """A guard model that is loaded. `version` says how it is asked."""

    def __init__(self, model_id: str, version: GuardVersion, context_length: int, inference: GuardInference) -> None:
        self.model_id = model_id
        self.version = version
        self.context_length = context_length
        self._inference = inference

    async def classify(self, prompt: tuple[PromptPart, ...], choices: tuple[str, ...]) -> Classified:
        """Return the probabilities of the choices behind a prompt."""
        return await self._inference.classify(ClassifyRequest(model=self.model_id, prompt=prompt, choices=choices))

    async def count(self, prompt: tuple[PromptPart, ...]) -> int:
        """Return the length of a prompt in tokens."""
        return await (await self._inference.classifier(self.model_id)).count_part_tokens(prompt)


class GuardOpener:
    """Chooses and opens the guard: the one the policy names, else the first one installed."""

    def __init__(self, inference: GuardInference, models: Callable[[], Awaitable[Sequence[Model]]]) -> None:
        self._inference = inference
        self._models = models

    async def __call__(self, policy: Policy) -> Guard | None:
        """Return the guard, loaded; None when none is installed. Raises ModelNotFound for a named one that is not."""
        model = await self.choose(policy)
        if model is None:
            return None
        version = version_of(model)
        assert version is not None
        classifier = await self._inference.classifier(model.id)
        return Guard(model.id, version, classifier.context_length, self._inference)

    async def choose(self, policy: Policy) -> Model | None:
        """Return the guard model without loading it."""
        guards = [model for model in await self._models() if is_guard(model)]
        if not policy.guard:
            return next(iter(guards), None)
        for model in guards:
            if model.id == policy.guard:
                return model
        raise ModelNotFound(
            f"“{policy.guard}” is not an installed guard model.",
            hint="Choose another one on the safety page.",
            param="model",
        )


def is_guard(model: Model) -> bool:
    """Tell whether a model can judge here: a Llama Guard on this machine."""
    return model.purpose == "guard" and model.source != "remote" and not model.missing and version_of(model) is not None
