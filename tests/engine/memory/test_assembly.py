"""The parts of memory joined: a document goes all the way, and the settings bound what it may cost."""

from __future__ import annotations

import pytest

from app.engine.domain.errors import InvalidRequest
from app.engine.domain.memory import BankStats, Chunking
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


@pytest.mark.asyncio(loop_scope="session")
async def test_a_bank_that_a_run_left_unsettled_is_settled_at_the_next_start(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    await engine.service.add_paths(bank.id, (engine.file("horses.txt", "They eat oats and hay."),))
    await engine.ready(bank.id)
    opened = await engine.opened(bank.id)
    # As when the program ends between the last document and the look at the bank as a whole.
    await opened.facts.set("busy", "1")
    await engine.service._banks.change(bank.id, stats=BankStats(), fit=None)
    await engine.restart()
    await engine.ready(bank.id)
    again = await engine.service.bank(bank.id)
    assert (again.stats.documents, again.stats.ready, again.stats.chunks) == (1, 1, 1)
    assert again.stats.size_bytes > 0
    assert await (await engine.opened(bank.id)).facts.get("busy") == "0"


@pytest.mark.asyncio(loop_scope="session")
async def test_the_figures_of_unfinished_work_are_there_at_the_next_start(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    await engine.service.pause(bank.id)
    await engine.service.add_paths(bank.id, (engine.file("a.txt", "Oats."), engine.file("b.txt", "Hay.")))
    await engine.close()
    kept = [each for each in await engine.registry() if each.id == bank.id]
    await engine.start()
    assert [(each.stats.documents, each.stats.working, each.paused) for each in kept] == [(2, 2, True)]


@pytest.mark.asyncio(loop_scope="session")
async def test_sizes_of_a_stored_file_are_cut_to_what_the_model_reads(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    file = await engine.parts.files.add("horses.txt", b"They eat oats and hay.")
    chunking = Chunking(max_tokens=4096, overlap_tokens=100)
    document = await engine.service.add_file(bank.id, file.id, chunking=chunking)
    assert document.chunking == Chunking(max_tokens=engine.words.model.max_tokens - 2, overlap_tokens=100)
    with pytest.raises(InvalidRequest, match="at most half"):
        await engine.service.add_file(bank.id, file.id, chunking=Chunking(max_tokens=100, overlap_tokens=51))
