"""The facade's safety: the policy survives and is versioned, apps can only add to it."""

from __future__ import annotations

import asyncio

import pytest

from app.engine.domain.errors import Conflict, InvalidRequest, ModelUnavailable, NotFound
from app.engine.domain.events import PolicyChanged
from app.engine.domain.safety import (
    LLAMA_GUARD,
    PROMPT_GUARD,
    CategoryRule,
    CustomCategory,
    Policy,
    Question,
    ShieldRule,
)
from app.engine.storage.database import Database
from tests.fakes.safety_case import UNSAFE, Case, changed
from tests.fakes.shields import BAD


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
