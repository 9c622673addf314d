"""Shields run beside each other; the strictest verdict wins, and an app can only add to the policy."""

from __future__ import annotations

import asyncio

import pytest

from app.engine.domain.errors import WorkerDied
from app.engine.domain.safety import (
    LLAMA_GUARD,
    PROMPT_GUARD,
    SECRETS,
    Category,
    CategoryRule,
    Demand,
    Direction,
    Policy,
    Question,
    ShieldRule,
    Verdict,
)
from app.engine.safety.chain import Chain, joined
from tests.fakes.shields import BAD, WordShield

WEAPONS = Category(id="indiscriminate_weapons", code="S9", name="Weapons", description="")
MESSAGE = Question(direction="input", text=f"about {BAD}")


def chain(*shields: WordShield) -> Chain:
    return Chain(shields, lambda: (WEAPONS,))


def rules(**more: ShieldRule) -> Policy:
    return Policy(shields={name.replace("_", "-"): rule for name, rule in more.items()})


async def test_the_strictest_wins() -> None:
    policy = rules(secrets=ShieldRule(action="warn"), prompt_guard=ShieldRule(action="log"))
    found = await chain(WordShield(), WordShield(SECRETS), WordShield(PROMPT_GUARD)).judge(MESSAGE, policy, Demand())
    assert [verdict.outcome for verdict in found.verdicts] == ["block", "warn", "log"]
    assert found.blocked and "Weapons" in found.message
    calm = await chain(WordShield()).judge(Question(direction="input", text="oats"), policy, Demand())
    assert (calm.outcome, calm.message) == ("allow", "")


async def test_they_run_beside_each_other() -> None:
    first, second = WordShield(), WordShield(SECRETS)
    first.gate.clear()
    second.gate.clear()
    judging = asyncio.create_task(
        chain(first, second).judge(MESSAGE, rules(secrets=ShieldRule(action="warn")), Demand())
    )
    async with asyncio.timeout(8):
        while not (first.asked and second.asked):
            await asyncio.sleep(0)
    first.gate.set()
    second.gate.set()
    assert (await judging).blocked


@pytest.mark.parametrize(
    ("direction", "expected"),
    [("input", (LLAMA_GUARD,)), ("output", (LLAMA_GUARD,)), ("retrieved", (PROMPT_GUARD,)), ("tool", (PROMPT_GUARD,))],
)
def test_each_runs_where_its_rule_says(direction: Direction, expected: tuple[str, ...]) -> None:
    shields = chain(WordShield(), WordShield(PROMPT_GUARD), WordShield(SECRETS))
    assert shields.wanted(direction, Policy(), Demand()) == expected
    assert shields.wanted(direction, Policy(enabled=False), Demand()) == ()
    assert SECRETS in shields.wanted(direction, Policy(enabled=False), Demand(shields=(SECRETS,)))


@pytest.mark.parametrize(("on_error", "outcome"), [("closed", "block"), ("open", "warn")])
async def test_what_a_shield_raises_follows_the_setting(on_error: str, outcome: str) -> None:
    shield = WordShield()
    shield.raises = WorkerDied("The embedder ended.", hint="It is started again.")
    found = await chain(shield).judge(MESSAGE, Policy(on_error=on_error), Demand())  # type: ignore[arg-type]
    assert found.outcome == outcome
    assert found.verdicts[0].error == "The embedder ended. It is started again."
    assert "The embedder ended" in found.message


async def test_a_shield_that_only_warns_does_not_block_by_failing() -> None:
    shield = WordShield()
    shield.broken = True
    policy = Policy(shields={LLAMA_GUARD: ShieldRule(action="warn")})
    assert (await chain(shield).judge(MESSAGE, policy, Demand())).outcome == "warn"
    assert (await chain(shield).judge(MESSAGE, policy, Demand(shields=(LLAMA_GUARD,)))).blocked


async def test_a_bug_in_a_shield_is_not_swallowed() -> None:
    shield = WordShield()
    shield.raises = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        await chain(shield).judge(MESSAGE, Policy(), Demand())


async def test_a_demand_switches_on_what_the_person_switched_off() -> None:
    policy = Policy(
        shields={LLAMA_GUARD: ShieldRule(action="log")}, categories={WEAPONS.id: CategoryRule(enabled=False)}
    )
    assert (await chain(WordShield()).judge(MESSAGE, policy, Demand())).outcome == "allow"
    assert (await chain(WordShield()).judge(MESSAGE, policy, Demand(shields=(LLAMA_GUARD,)))).blocked


async def test_what_a_demand_leaves_out_stays_as_the_person_decided() -> None:
    demand = Demand(shields=(LLAMA_GUARD,), excluded=(WEAPONS.id,))
    strict = await chain(WordShield()).judge(MESSAGE, Policy(), demand)
    assert strict.blocked, "the person's own policy blocks it"
    mild = Policy(shields={LLAMA_GUARD: ShieldRule(action="warn")})
    assert (await chain(WordShield()).judge(MESSAGE, mild, demand)).outcome == "warn"
    off = await chain(WordShield()).judge(MESSAGE, Policy(enabled=False), demand)
    assert off.outcome == "allow"


async def test_verdicts_say_under_which_policy_and_how_long() -> None:
    found = await chain(WordShield()).judge(MESSAGE, Policy(version=7), Demand())
    assert found.verdicts[0].policy_version == 7
    assert found.verdicts[0].seconds > 0


def test_nothing_asked_is_nothing_found() -> None:
    assert joined("input", []).outcome == "allow"


async def test_a_shield_without_its_model_has_not_judged() -> None:
    class Absent(WordShield):
        async def judge(self, question: Question, policy: Policy) -> Verdict:
            return Verdict(shield=self.name, direction=question.direction, absent=True)

    assert (await chain(Absent()).judge(MESSAGE, Policy(), Demand())).verdicts == ()
    demanded = await chain(Absent()).judge(MESSAGE, Policy(on_error="open"), Demand(shields=(LLAMA_GUARD,)))
    assert demanded.blocked and demanded.verdicts[0].error, "who demands it must not take its absence for safe"


async def test_a_demanded_shield_that_fails_blocks_whatever_the_person_decided() -> None:
    broken = WordShield()
    broken.broken = True
    mild = Policy(on_error="open")
    assert (await chain(broken).judge(MESSAGE, mild, Demand())).outcome == "warn"
    assert (await chain(broken).judge(MESSAGE, mild, Demand(shields=(LLAMA_GUARD,)))).blocked
