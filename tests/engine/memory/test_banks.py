"""The registry of banks and their folders."""

from __future__ import annotations

import asyncio
import sqlite3

import pytest

from app.engine.domain.errors import BankNotFound, Conflict
from app.engine.domain.events import BankChanged, BanksChanged
from app.engine.domain.memory import Bank
from app.engine.memory.banks import folder_size, new_bank_id, new_document_id
from tests.fakes.memory_engine import Engine

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_bank_is_found_by_id_and_by_name_after_a_restart(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable", description="Horses", metadata={"a": "b"})
    assert bank.id.startswith("vs_")
    assert BanksChanged((bank.id,)) in engine.events
    await engine.restart()
    assert await engine.service.bank(bank.id) == await engine.service.bank("Stable") == bank
    with pytest.raises(BankNotFound, match="nope"):
        await engine.service.bank("nope")
    with pytest.raises(Conflict):
        await engine.parts.service._banks.add(Bank(id=bank.id, name="Twice"))


async def test_banks_come_by_name_without_those_of_chats(engine: Engine) -> None:
    for name in ("b", "A", "c"):
        await engine.service.create_bank(name)
    chat = await engine.service.chat_bank("s1")
    assert (await engine.service.chat_bank("s1")).id == chat.id
    assert (await engine.service.chat_bank("s2")).id != chat.id
    assert [bank.name for bank in await engine.service.banks()] == ["A", "b", "c"]


async def test_the_bank_of_a_chat_goes_with_the_chat(engine: Engine) -> None:
    chat = await engine.service.chat_bank("a chat that is not there")
    await engine.restart()
    with pytest.raises(BankNotFound):
        await engine.service.bank(chat.id)
    assert not (engine.folder / "banks" / chat.id).exists()


async def test_a_deletion_that_was_cut_short_is_finished(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    await engine.service.add_text(bank.id, "a", "Oats.")
    await engine.ready(bank.id)
    await engine.parts.service._banks._store.mark_deleting(bank.id)
    await engine.restart()
    assert await engine.service.banks() == ()
    assert not (engine.folder / "banks" / bank.id).exists()


async def test_changes_are_told_and_progress_is_not_kept(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    banks = engine.parts.service._banks
    await banks.change(bank.id, problem="The disk is gone.", keep=False)
    assert isinstance(engine.events[-1], BankChanged)
    await banks.change(bank.id, name="Barn")
    await engine.restart()
    again = await engine.service.bank(bank.id)
    assert (again.name, again.problem) == ("Barn", "")
    with pytest.raises(BankNotFound):
        await engine.parts.service._banks.change("nope", name="x")


async def test_contents_are_kept_once_by_digest(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    opened = await engine.opened(bank.id)
    first, second = await opened.keep_content(b"oats"), await opened.keep_content(b"oats")
    assert first == second == opened.content_path(first.name)
    assert first.read_bytes() == b"oats"
    assert await opened.size() >= 4


async def test_where_an_index_is(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    opened = await engine.opened(bank.id)
    assert (opened.place.uri, opened.place.table, opened.place.dimension) == (
        str(engine.folder / "banks" / bank.id / "index"), "chunks_1", 64,
    )  # fmt: skip
    await engine.parts.service._banks.change(bank.id, location="s3://bucket/x")
    assert (opened.place.uri, opened.place.table) == ("s3://bucket/x", f"{bank.id}_chunks_1")


async def test_a_banks_database_forgets_what_is_deleted(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    opened = await engine.opened(bank.id)
    with sqlite3.connect(f"file:{opened.database.path}?mode=ro", uri=True) as conn:
        assert conn.execute("pragma auto_vacuum").fetchone() == (2,)
    conn.close()


async def test_ids_and_sizes(engine: Engine) -> None:
    assert new_bank_id() != new_bank_id()
    assert new_document_id().startswith("file-")
    engine.file("deep/a.txt", "12345")
    (engine.folder / "documents" / "gone").symlink_to("nowhere")
    assert await asyncio.to_thread(folder_size, engine.folder / "documents") == 5
    assert await asyncio.to_thread(folder_size, engine.folder / "nowhere") == 0
