"""The guard is the one the policy names, or the first one installed; looking loads nothing."""

from __future__ import annotations

import msgspec
import pytest

from app.engine.domain.errors import ModelNotFound, ModelUnavailable
from app.engine.domain.inference import Classified, ClassifyRequest, PromptPart
from app.engine.domain.models import Model
from app.engine.domain.safety import Policy
from app.engine.safety.guards import GuardOpener, is_guard

CHAT = Model(id="llama", name="Llama 3.2 1B")
GUARD = Model(id="guard", name="Llama Guard 3 1B", purpose="guard", architecture="llama", context_length=4096)
BIG = msgspec.structs.replace(GUARD, id="big", name="Llama Guard 3 8B")


class Inference:
    context_length = 2048

    def __init__(self) -> None:
        self.loaded: list[str] = []

    async def classifier(self, model_id: str) -> Inference:
        self.loaded.append(model_id)
        return self

    async def classify(self, request: ClassifyRequest) -> Classified:
        return Classified(logprobs=tuple(-1.0 for _ in request.choices))

    async def count_part_tokens(self, prompt: tuple[PromptPart, ...]) -> int:
        return len(prompt)


def opener(*models: Model) -> tuple[GuardOpener, Inference]:
    async def listed() -> tuple[Model, ...]:
        return models

    inference = Inference()
    return GuardOpener(inference, listed), inference


async def test_the_first_one_installed_is_opened() -> None:
    guards, inference = opener(CHAT, GUARD, BIG)
    guard = await guards.open(Policy())
    assert guard is not None
    assert (guard.model_id, guard.version.number, guard.context_length) == ("guard", 3, 2048)
    assert inference.loaded == ["guard"]


async def test_the_one_that_is_named_is_opened() -> None:
    guards, inference = opener(CHAT, GUARD, BIG)
    guard = await guards.open(Policy(guard="big"))
    assert guard is not None and guard.model_id == "big" and inference.loaded == ["big"]
    for name in ("llama", "gone"):
        with pytest.raises(ModelNotFound, match=name):
            await guards.open(Policy(guard=name))


async def test_without_any_there_is_none() -> None:
    guards, _inference = opener(CHAT)
    assert await guards.open(Policy()) is None
    assert await guards.look(Policy()) is None


async def test_looking_loads_nothing() -> None:
    guards, inference = opener(GUARD)
    seen = await guards.look(Policy())
    assert seen is not None and (seen.model_id, seen.version.number) == ("guard", 3)
    assert inference.loaded == []
    with pytest.raises(ModelUnavailable):
        await seen.classify((PromptPart(text="x"),), ("safe",))
    with pytest.raises(ModelUnavailable):
        await seen.count((PromptPart(text="x"),))


async def test_a_guard_whose_file_is_gone_fails_instead_of_letting_everything_through() -> None:
    gone = msgspec.structs.replace(GUARD, missing=True, path="/models/guard.gguf")
    guards, _inference = opener(gone)
    for policy in (Policy(), Policy(guard="guard")):
        with pytest.raises(ModelUnavailable, match="no longer at"):
            await guards.open(policy)
    guards, _inference = opener(gone, BIG)
    guard = await guards.open(Policy())
    assert guard is not None and guard.model_id == "big"


@pytest.mark.parametrize(
    "fields", [{"purpose": "chat"}, {"source": "remote"}, {"name": "Other", "id": "other"}], ids=str
)
def test_not_everything_that_is_called_so_can_judge_here(fields: dict[str, object]) -> None:
    assert is_guard(GUARD)
    assert not is_guard(msgspec.structs.replace(GUARD, **fields))
