"""Apps name shields; the names survive and stand for built-in ones."""

from __future__ import annotations

import msgspec
import pytest

from app.engine.domain.errors import Conflict, InvalidRequest, NotFound
from app.engine.domain.safety import (
    LLAMA_GUARD,
    PROMPT_GUARD,
    Demand,
    ShieldInfo,
)
from app.engine.storage.database import Database
from tests.fakes.safety_case import UNSAFE, Case, changed


async def test_apps_name_shields_and_the_names_survive(case: Case, database: Database) -> None:
    wanted = ShieldInfo(
        id="mine", title="", description="", provider_id="inline::llama-guard", state="", ready=False,
        excluded=("indiscriminate_weapons",),
    )  # fmt: skip
    kept = await case.service.register_shield(wanted)
    assert (kept.stands_for, kept.registered) == (LLAMA_GUARD, True)
    again = Case(database)
    await again.service.start()
    infos = await again.service.shields()
    assert [info.id for info in infos] == [LLAMA_GUARD, PROMPT_GUARD, "mine"]
    assert infos[-1].state == "ready" and infos[-1].ready
    policy = changed(again.service.policy(), enabled=False)
    await again.service.set_policy(policy)
    demand = Demand(shields=("mine",))
    assert again.service.applies("input", demand)
    assert (await again.service.check(UNSAFE, demand=demand)).outcome == "allow", "the app does not mind weapons"
    assert (await again.service.check(UNSAFE, demand=Demand(shields=(LLAMA_GUARD,)))).blocked
    await again.service.unregister_shield("mine")
    for refused in (again.service.unregister_shield("mine"), again.service.run_shield("mine", UNSAFE)):
        with pytest.raises(NotFound):
            await refused
    with pytest.raises(Conflict):
        await again.service.unregister_shield(LLAMA_GUARD)
    with pytest.raises(Conflict):
        await again.service.register_shield(msgspec.structs.replace(wanted, id=LLAMA_GUARD))
    with pytest.raises(InvalidRequest):
        await again.service.register_shield(msgspec.structs.replace(wanted, provider_id="nobody"))
