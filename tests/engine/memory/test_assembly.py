"""The parts of memory joined: a document goes all the way, and the settings bound what it may cost."""

from __future__ import annotations

import pytest

from app.engine.domain.settings import Settings
from app.engine.memory.assembly import limits_of
from tests.fakes.memory_engine import Engine


@pytest.mark.asyncio(loop_scope="session")
async def test_a_file_becomes_found_and_survives_a_restart(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    path = engine.file("horses.txt", "The paddock holds seven horses named after rivers.", "They eat oats and hay.")
    added = await engine.service.add_paths(bank.id, (path,))
    assert [document.name for document in added.documents] == ["horses.txt"]
    await engine.ready(bank.id)
    assert (await engine.texts(bank.id, "horses named after rivers"))[0].startswith("The paddock")
    opened = await engine.opened(bank.id)
    assert await opened.facts.get("busy") == "0"
    await engine.restart()
    assert (await engine.texts(bank.id, "oats and hay"))[0] == "They eat oats and hay."
    assert engine.parser.read == ["horses.txt"]


def test_the_settings_bound_a_document() -> None:
    limits = limits_of(Settings(document_seconds=7, document_memory_mb=300, document_file_mb=5))
    assert (limits.seconds, limits.memory_bytes, limits.file_bytes) == (7, 300 * 1024**2, 5 * 1024**2)
