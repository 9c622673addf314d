"""What a policy says where nothing was set."""

from __future__ import annotations

import msgspec

from app.engine.domain.safety import (
    HIDDEN_CHARACTERS,
    LLAMA_GUARD,
    SECRETS,
    SHIELDS,
    CategoryRule,
    Judgement,
    Policy,
    ShieldRule,
    default_shields,
)


def test_every_shield_has_a_rule() -> None:
    assert set(default_shields()) == set(SHIELDS)
    assert not Policy().shield("nobody").enabled


def test_the_guard_blocks_and_the_rules_are_off_or_warn() -> None:
    assert Policy().runs(LLAMA_GUARD, "input") and Policy().runs(LLAMA_GUARD, "output")
    assert not Policy().runs(LLAMA_GUARD, "retrieved")
    assert not Policy().runs(SECRETS, "input")
    assert Policy().shield(HIDDEN_CHARACTERS).action == "warn"
    assert not Policy(enabled=False).runs(LLAMA_GUARD, "input")


def test_what_the_person_set_counts() -> None:
    policy = Policy(
        shields={SECRETS: ShieldRule(directions=("tool",))}, categories={"hate": CategoryRule(enabled=False)}
    )
    assert policy.runs(SECRETS, "tool") and not policy.runs(SECRETS, "input")
    assert not policy.category("hate").enabled and policy.category("privacy").enabled


def test_a_policy_survives_being_stored() -> None:
    policy = Policy(version=3, shields=default_shields(), categories={"hate": CategoryRule(threshold=0.3)})
    assert msgspec.json.decode(msgspec.json.encode(policy), type=Policy) == policy


def test_only_a_block_blocks() -> None:
    assert Judgement(outcome="block").blocked and not Judgement(outcome="warn").blocked
