"""A guard of the model library, asked through plain inference. Must not choose which guard is used."""

from __future__ import annotations

from typing import Protocol

from app.engine.domain.errors import ModelUnavailable
from app.engine.domain.inference import Classified, Classifier, ClassifyRequest, Priority, PromptPart
from app.engine.domain.models import Model
from app.engine.safety.llama_guard.versions import GuardVersion, version_of


class Inference(Protocol):
    """The verbs of plain inference a guard needs."""

    async def classify(self, request: ClassifyRequest) -> Classified:
        """Return next-token probabilities."""
        ...

    async def classifier(self, model_id: str) -> Classifier:
        """Return a model, loaded; raises ModelUnavailable when it cannot classify."""
        ...


class InstalledGuard:
    """A GuardModel. `context_length` is what the model was trained for or loaded with, whichever is less."""

    def __init__(self, inference: Inference, model: Model, version: GuardVersion, context_length: int) -> None:
        self._inference = inference
        self.model_id = model.id
        self.version = version
        self.context_length = context_length

    async def classify(self, prompt: tuple[PromptPart, ...], choices: tuple[str, ...]) -> Classified:
        """Return the probabilities of the choices as the next token."""
        request = ClassifyRequest(model=self.model_id, prompt=prompt, choices=choices, priority=Priority.CHAT)
        return await self._inference.classify(request)

    async def count(self, prompt: tuple[PromptPart, ...]) -> int:
        """Return the length of a prompt in tokens."""
        classifier = await self._inference.classifier(self.model_id)
        return await classifier.count_part_tokens(prompt)


async def open_installed(inference: Inference, model: Model) -> InstalledGuard:
    """Load a guard; raises ModelUnavailable when the model is none, and whatever loading raises."""
    version = version_of(model)
    if version is None:
        raise ModelUnavailable(f"“{model.name}” is no Llama Guard that Paddock knows.", hint="Choose another guard.")
    loaded = await inference.classifier(model.id)
    trained = model.context_length or loaded.context_length
    return InstalledGuard(inference, model, version, min(trained, loaded.context_length))
