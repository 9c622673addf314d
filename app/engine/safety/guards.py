"""Finds the guard model a policy means among those installed. Loads none to look; must not know prompts or verdicts.

A guard stays usable as it was opened until its model is loaded anew; who asks again is given the fresh one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from app.engine.domain.errors import ModelNotFound, ModelUnavailable
from app.engine.domain.inference import Classified, PromptPart
from app.engine.domain.models import Model
from app.engine.domain.safety import Policy
from app.engine.safety.llama_guard.inquiry import GuardModel
from app.engine.safety.llama_guard.installed import Inference, open_installed
from app.engine.safety.llama_guard.versions import GuardVersion, version_of

ListModels = Callable[[], Awaitable[Sequence[Model]]]


class GuardOpener:
    """Chooses and opens the guard: the one the policy names, else the first one installed."""

    def __init__(self, inference: Inference, models: ListModels) -> None:
        self._inference = inference
        self._models = models

    async def open(self, policy: Policy) -> GuardModel | None:
        """Return the guard, loaded; None when none is installed. Raises ModelNotFound for a named one that is not."""
        model = await self._choose(policy)
        return None if model is None else await open_installed(self._inference, model)

    async def look(self, policy: Policy) -> GuardModel | None:
        """Return the guard without loading it, to be described."""
        model = await self._choose(policy)
        version = version_of(model) if model is not None else None
        return None if model is None or version is None else _Closed(model, version)

    async def _choose(self, policy: Policy) -> Model | None:
        guards = [model for model in await self._models() if is_guard(model)]
        if not policy.guard:
            there = [model for model in guards if not model.missing]
            return _present(next(iter((*there, *guards)), None))
        for model in guards:
            if model.id == policy.guard:
                return _present(model)
        raise ModelNotFound(
            f"“{policy.guard}” is not an installed guard model.",
            hint="Choose another one on the safety page.",
            param="model",
        )


def is_guard(model: Model) -> bool:
    """Tell whether a model can judge here: a Llama Guard on this machine."""
    return model.purpose == "guard" and model.source != "remote" and version_of(model) is not None


def _present(model: Model | None) -> Model | None:
    """Return a guard whose file is there; one that has lost it fails, or nobody would notice that nothing is judged."""
    if model is not None and model.missing:
        raise ModelUnavailable(
            f"The file of the guard “{model.name}” is no longer at {model.path}.",
            hint="Put it back, or remove the model.",
        )
    return model


class _Closed:
    """A guard that is not loaded; it can only be described."""

    def __init__(self, model: Model, version: GuardVersion) -> None:
        self.model_id = model.id
        self.version = version
        self.context_length = model.context_length

    async def classify(self, prompt: tuple[PromptPart, ...], choices: tuple[str, ...]) -> Classified:
        """Refuse."""
        raise ModelUnavailable("The guard is not loaded.")

    async def count(self, prompt: tuple[PromptPart, ...]) -> int:
        """Refuse."""
        raise ModelUnavailable("The guard is not loaded.")
