"""Values by key."""

from __future__ import annotations

import pytest

from app.engine.domain.errors import InvalidRequest
from app.engine.domain.memory import Entry, SearchRequest
from app.engine.memory.entries import LONGEST_KEY
from tests.fakes.memory_engine import Engine

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_values_are_set_listed_by_key_and_removed(engine: Engine) -> None:
    bank = await engine.service.create_bank("Settings", type="keyvalue")
    entries = tuple(Entry(key=key, value=f"{key}!") for key in ("b", "a", "user/1", "user/2", "user_3", "Ü"))
    await engine.service.put_entries(bank.id, entries)
    await engine.service.put_entries(bank.id, (Entry(key="a", value="new"),))
    listed = await engine.service.entries(bank.id)
    assert [(entry.key, entry.value) for entry in listed][:2] == [("a", "new"), ("b", "b!")]
    assert listed[0].updated_at > 0
    assert [entry.key for entry in await engine.service.entries(bank.id, prefix="user/")] == ["user/1", "user/2"]
    assert [entry.key for entry in await engine.service.entries(bank.id, limit=1)] == ["a"]
    assert [entry.key for entry in await engine.service.entries(bank.id, prefix="Ü")] == ["Ü"]
    assert (await engine.service.bank(bank.id)).stats.documents == 6
    assert await engine.service.remove_entries(bank.id, ("a", "b", "nope")) == 2
    await engine.restart()
    assert [entry.key for entry in await engine.service.entries(bank.id)] == ["user/1", "user/2", "user_3", "Ü"]


async def test_what_is_removed_is_gone_from_the_disk(engine: Engine) -> None:
    bank = await engine.service.create_bank("Settings", type="keyvalue")
    await engine.service.put_entries(bank.id, (Entry(key="secret", value="xyzzyplugh"), Entry(key="b", value="kept")))
    await engine.service.remove_entries(bank.id, ("secret",))
    await engine.close()
    assert engine.on_disk("xyzzyplugh") == []
    assert engine.on_disk("kept")
    await engine.start()


@pytest.mark.parametrize("key", ["", "k" * (LONGEST_KEY + 1)])
async def test_keys_that_cannot_be(engine: Engine, key: str) -> None:
    bank = await engine.service.create_bank("Settings", type="keyvalue")
    with pytest.raises(InvalidRequest, match="characters"):
        await engine.service.put_entries(bank.id, (Entry(key="ok", value="1"), Entry(key=key, value="2")))
    assert await engine.service.entries(bank.id) == ()


async def test_kinds_of_banks_do_not_mix(engine: Engine) -> None:
    values = await engine.service.create_bank("Settings", type="keyvalue")
    texts = await engine.service.create_bank("Texts")
    with pytest.raises(InvalidRequest, match="no documents"):
        await engine.service.add_text(values.id, "a", "b")
    with pytest.raises(InvalidRequest, match="by key"):
        await engine.service.search((values.id,), SearchRequest(query="a"))
    with pytest.raises(InvalidRequest, match="documents, not keys"):
        await engine.service.put_entries(texts.id, (Entry(key="a", value="b"),))
