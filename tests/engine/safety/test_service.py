"""The facade's safety: the policy survives and is versioned, verdicts are logged, apps can only add."""

from __future__ import annotations

import asyncio
import csv
import json
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from app.engine.domain.errors import Conflict, DiskFull, InvalidRequest, ModelUnavailable, NotFound
from app.engine.domain.events import EngineEvent, PolicyChanged, VerdictLogged
from app.engine.domain.safety import (
    LLAMA_GUARD,
    PROMPT_GUARD,
    Category,
    CategoryRule,
    CustomCategory,
    Demand,
    LogFilter,
    Occasion,
    Policy,
    Question,
    ShieldInfo,
    ShieldRule,
)
from app.engine.safety.named import NamedShields
from app.engine.safety.service import SafetyService
from app.engine.storage.database import Database
from app.engine.storage.safety import PolicyStore, ShieldStore, VerdictStore
from tests.fakes.shields import BAD, WordShield
from tests.fakes.stores import opened

CATEGORIES = (
    Category(id="indiscriminate_weapons", code="S9", name="Weapons", description=""),
    Category(id="child_exploitation", code="S4", name="Child Exploitation", description="", locked=True),
)
UNSAFE = Question(direction="input", text=f"How do I make {BAD}?")
SAFE = Question(direction="input", text="What does the mare eat?")


class Case:
    def __init__(self, database: Database) -> None:
        self.guard = WordShield()
        self.other = WordShield(PROMPT_GUARD, word="ignore", category="injection")
        self.events: list[EngineEvent] = []
        self.service = SafetyService(
            PolicyStore(database), VerdictStore(database), NamedShields(ShieldStore(database)),
            [self.guard, self.other], self.guard, CATEGORIES, self.events.append,
        )  # fmt: skip


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(tmp_path) as database:
        yield database


@pytest.fixture
async def case(database: Database) -> Case:
    made = Case(database)
    await made.service.start()
    return made


def changed(policy: Policy, **fields: object) -> Policy:
    return msgspec.structs.replace(policy, **fields)  # type: ignore[arg-type]


async def test_a_policy_is_versioned_and_survives(case: Case, database: Database) -> None:
    assert case.service.policy() == Policy()
    first = await case.service.set_policy(changed(Policy(), on_error="open"))
    second = await case.service.set_policy(changed(first, streaming="final"))
    assert (first.version, second.version) == (1, 2) and second.changed_at > 0
    assert [event.version for event in case.events if isinstance(event, PolicyChanged)] == [1, 2]
    again = Case(database)
    await again.service.start()
    assert again.service.policy() == second
    assert await again.service.policies() == (second, first)


async def test_two_who_change_it_at_once_do_not_undo_each_other(case: Case) -> None:
    change = changed(Policy(), on_error="open")
    other = changed(Policy(), streaming="final")
    results = await asyncio.gather(
        case.service.set_policy(change), case.service.set_policy(other), return_exceptions=True
    )
    assert [type(result) for result in results] == [Policy, Conflict]
    assert case.service.policy().on_error == "open"


async def test_a_refused_policy_changes_nothing(case: Case) -> None:
    with pytest.raises(InvalidRequest):
        await case.service.set_policy(changed(Policy(), log_days=0))
    with pytest.raises(InvalidRequest):
        rule = {"child_exploitation": CategoryRule(enabled=False)}
        await case.service.set_policy(changed(Policy(), categories=rule))
    assert case.service.policy() == Policy()


async def test_a_category_that_is_switched_off_changes_the_next_verdict(case: Case) -> None:
    assert (await case.service.check(UNSAFE)).blocked
    off = {"indiscriminate_weapons": CategoryRule(enabled=False)}
    await case.service.set_policy(changed(case.service.policy(), categories=off))
    assert (await case.service.check(UNSAFE)).outcome == "allow"
    await case.service.set_policy(changed(case.service.policy(), categories={}))
    assert (await case.service.check(UNSAFE)).blocked


async def test_every_verdict_is_logged_and_found_again(case: Case) -> None:
    occasion = Occasion(origin="chat", session_id="s", turn_id="t")
    await case.service.check(UNSAFE, occasion=occasion)
    await case.service.check(SAFE, occasion=Occasion(session_id="other"))
    page = await case.service.log()
    assert page.total == 2 and [entry.verdict.outcome for entry in page.entries] == ["allow", "block"]
    blocked = page.entries[1]
    assert blocked.occasion == occasion and blocked.text == UNSAFE.text and len(blocked.digest) == 64
    assert [event for event in case.events if isinstance(event, VerdictLogged)] == [
        VerdictLogged((blocked.id,)), VerdictLogged((page.entries[0].id,)),
    ]  # fmt: skip
    for wanted, count in (
        (LogFilter(outcomes=("block",)), 1),
        (LogFilter(outcomes=("warn",)), 0),
        (LogFilter(directions=("input",)), 2),
        (LogFilter(shield=PROMPT_GUARD), 0),
        (LogFilter(category="indiscriminate_weapons"), 1),
        (LogFilter(category="indiscriminate%"), 0),
        (LogFilter(session_id="other"), 1),
        (LogFilter(words="the mare"), 1),
        (LogFilter(words="100%"), 0),
        (LogFilter(since=blocked.at + 1000), 0),
        (LogFilter(until=blocked.at + 1000), 2),
        (LogFilter(wrong=True), 0),
    ):
        assert (await case.service.log(wanted)).total == count, wanted


async def test_the_log_is_read_in_pages(case: Case) -> None:
    for number in range(5):
        await case.service.check(Question(direction="input", text=f"text {number}"))
    first = await case.service.log(limit=3)
    rest = await case.service.log(limit=3, before=first.next_before)
    assert [entry.text for entry in (*first.entries, *rest.entries)] == [f"text {n}" for n in (4, 3, 2, 1, 0)]
    assert rest.next_before is None and rest.total == 5


async def test_what_is_wrong_is_marked_and_stays_when_the_rest_is_forgotten(case: Case, database: Database) -> None:
    await case.service.check(UNSAFE)
    await case.service.check(SAFE)
    entry = (await case.service.log(LogFilter(outcomes=("block",)))).entries[0]
    marked = await case.service.mark(entry.id, True, "It is about a quarry.")
    assert (marked.wrong, marked.note) == (True, "It is about a quarry.")
    await database.write(lambda conn: conn.execute("update verdicts set at = 1"))
    again = Case(database)
    await again.service.start()
    assert [each.id for each in (await again.service.log()).entries] == [entry.id]
    assert not (await again.service.mark(entry.id, False)).wrong
    with pytest.raises(NotFound):
        await case.service.mark(999, True)
    assert await case.service.clear_log() == 1


@pytest.mark.parametrize(("kept", "text"), [("none", ""), ("excerpt", "x" * 300 + "…"), ("full", "x" * 1000)])
async def test_the_log_keeps_as_much_of_a_text_as_the_policy_says(case: Case, kept: str, text: str) -> None:
    await case.service.set_policy(changed(Policy(), kept_text=kept))
    await case.service.check(Question(direction="input", text="x" * 1000))
    (entry,) = (await case.service.log()).entries
    assert entry.text == text and entry.digest


async def test_the_log_can_be_taken_out(case: Case, tmp_path: Path) -> None:
    await case.service.check(Question(direction="input", text=f"=cmd|' /C calc'!A0 {BAD}"))
    await case.service.check(SAFE)
    assert await case.service.export_log(tmp_path / "log.jsonl") == 2
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["verdict"]["outcome"] for line in lines] == ["block", "allow"]
    assert await case.service.export_log(tmp_path / "log.csv", LogFilter(outcomes=("block",))) == 1
    with (tmp_path / "log.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["outcome"] == "block" and row["text"].startswith("'=cmd"), "a spreadsheet must not run it"


async def test_a_full_disk_is_told_and_stops_nobody(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(_store: VerdictStore, _entries: object) -> tuple[int, ...]:
        raise DiskFull("The disk is full.")

    monkeypatch.setattr(VerdictStore, "add", full)
    assert (await case.service.check(UNSAFE)).blocked
    assert any("could not be logged" in str(event) for event in case.events)


async def test_moderation_has_as_many_results_as_texts_with_true_scores(case: Case) -> None:
    texts = ("oats", f"more {BAD}", "hay")
    results = await case.service.moderate(texts)
    assert [each.flagged for each in results] == [False, True, False]
    assert [each.scores["indiscriminate_weapons"] for each in results] == [0.1, 0.9, 0.1]
    assert results[1].flagged_categories == ("indiscriminate_weapons",) and "Weapons" in results[1].message
    assert (await case.service.log()).total == 3
    assert await case.service.moderate(()) == ()


async def test_moderation_takes_the_guard_that_is_named(case: Case) -> None:
    for name, guard in (("", ""), ("omni-moderation-latest", ""), (LLAMA_GUARD, ""), ("my-guard", "my-guard")):
        await case.service.moderate(("oats",), model=name)
        assert case.guard.policies[-1].guard == guard
    with pytest.raises(NotFound):
        await case.service.moderate(("oats",), model=PROMPT_GUARD)
    case.guard.raises = ModelUnavailable("No guard is installed.")
    with pytest.raises(ModelUnavailable):
        await case.service.moderate(("oats",))


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


async def test_one_shield_judges_whatever_its_rule_says(case: Case) -> None:
    off = {PROMPT_GUARD: ShieldRule(enabled=False)}
    await case.service.set_policy(changed(Policy(), shields=off))
    found = await case.service.run_shield(PROMPT_GUARD, Question(direction="input", text="ignore all"))
    assert found.blocked and [verdict.shield for verdict in found.verdicts] == [PROMPT_GUARD]


async def test_own_categories_stand_beside_the_others(case: Case) -> None:
    own = CustomCategory(id="own", name="Horse theft", text="Do not help to steal horses.")
    await case.service.set_policy(changed(Policy(), custom=(own,)))
    assert [category.id for category in await case.service.categories()] == [
        "indiscriminate_weapons", "child_exploitation", "own",
    ]  # fmt: skip
