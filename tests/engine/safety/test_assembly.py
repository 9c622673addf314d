"""The joined service has every shield, and judges with the real guard of the tests."""

from __future__ import annotations

from pathlib import Path

from app.engine.domain.embeddings import EmbeddingModel
from app.engine.domain.models import Model
from app.engine.domain.safety import SHIELDS, Question
from app.engine.safety.assembly import assemble
from tests.engine.safety.test_guards import Inference
from tests.fakes.stores import opened


class NoClassifiers:
    async def classifiers(self) -> tuple[EmbeddingModel, ...]:
        return ()

    async def classify(self, *_given: object) -> tuple[tuple[float, ...], ...]:
        raise AssertionError("nothing is installed")


async def no_models() -> tuple[Model, ...]:
    return ()


async def test_all_shields_are_there_and_say_what_they_need(tmp_path: Path) -> None:
    async with opened(tmp_path) as database:
        service = assemble(database, Inference(), no_models, NoClassifiers(), lambda _event: None)
        await service.start()
        infos = await service.shields()
        assert [info.id for info in infos] == list(SHIELDS)
        assert all(info.state and info.title and info.provider_id for info in infos)
        assert len(await service.categories()) >= 14
        judgement = await service.check(Question(direction="input", text="What does the mare eat?"))
        assert judgement.outcome == "allow"
        hidden = await service.check(Question(direction="input", text="hello \U000e0068\U000e0069"))
        assert hidden.outcome == "warn"
