"""A guard of the library is asked through plain inference, with the shorter of its two contexts."""

from __future__ import annotations

import pytest

from app.engine.domain.errors import ModelUnavailable
from app.engine.domain.inference import Classified, ClassifyRequest, Priority, PromptPart
from app.engine.domain.models import Model
from app.engine.safety.llama_guard.inquiry import GuardModel
from app.engine.safety.llama_guard.installed import open_installed
from app.engine.safety.llama_guard.versions import LLAMA_GUARD_3_SMALL

PROMPT = (PromptPart(text="<|eot_id|>", special=True), PromptPart(text="hi"))


class Loaded:
    """A classifier with a context of its own."""

    context_length = 4096

    async def classify(self, request: ClassifyRequest) -> Classified:
        raise AssertionError("asked past the service")

    async def count_part_tokens(self, prompt: tuple[PromptPart, ...]) -> int:
        return len(prompt)


class Inference:
    """Remembers requests."""

    def __init__(self) -> None:
        self.requests: list[ClassifyRequest] = []

    async def classify(self, request: ClassifyRequest) -> Classified:
        self.requests.append(request)
        return Classified(logprobs=(0.0,))

    async def classifier(self, model_id: str) -> Loaded:
        return Loaded()


async def test_it_asks_the_service() -> None:
    inference = Inference()
    guard: GuardModel = await open_installed(inference, Model(id="g", name="Llama-Guard-3-1B"))
    assert (guard.model_id, guard.version, guard.context_length) == ("g", LLAMA_GUARD_3_SMALL, 4096)
    assert (await guard.classify(PROMPT, ("safe",))).logprobs == (0.0,)
    assert inference.requests == [ClassifyRequest(model="g", prompt=PROMPT, choices=("safe",), priority=Priority.CHAT)]
    assert await guard.count(PROMPT) == 2


async def test_it_uses_no_more_context_than_the_model_was_trained_for() -> None:
    guard = await open_installed(Inference(), Model(id="g", name="Llama-Guard-3-1B", context_length=512))
    assert guard.context_length == 512


async def test_other_models_are_refused() -> None:
    with pytest.raises(ModelUnavailable, match="no Llama Guard"):
        await open_installed(Inference(), Model(id="g", name="Gemma"))
