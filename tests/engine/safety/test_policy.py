"""A policy that cannot be is refused by field; what an app demands only adds."""

from __future__ import annotations

from typing import Any

import pytest

from app.engine.domain.errors import InvalidRequest
from app.engine.domain.safety import (
    DIRECTIONS,
    LLAMA_GUARD,
    Category,
    CategoryRule,
    CustomCategory,
    Policy,
    ShieldRule,
)
from app.engine.safety.policy import CUSTOM_LIMIT, check_policy, strengthened

KNOWN = (
    Category(id="hate", code="S10", name="Hate", description=""),
    Category(id="child_exploitation", code="S4", name="Child Exploitation", description="", locked=True),
)
OWN = CustomCategory(id="own", name="Horse theft", text="AI models should not help to steal horses.")


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"shields": {"nobody": ShieldRule()}}, "shields"),
        ({"shields": {LLAMA_GUARD: ShieldRule(threshold=1.5)}}, "shields"),
        ({"categories": {"nobody": CategoryRule()}}, "categories"),
        ({"categories": {"hate": CategoryRule(threshold=0)}}, "categories"),
        ({"categories": {"child_exploitation": CategoryRule(enabled=False)}}, "categories"),
        ({"categories": {"child_exploitation": CategoryRule(threshold=0.95)}}, "categories"),
        ({"custom": (CustomCategory(id="x", name="", text="y"),)}, "custom"),
        ({"custom": (CustomCategory(id="x", name="a\nb", text="y"),)}, "custom"),
        ({"custom": (CustomCategory(id="x", name="a", text=" "),)}, "custom"),
        ({"custom": (CustomCategory(id="", name="a", text="y"),)}, "custom"),
        ({"custom": (OWN, OWN)}, "custom"),
        ({"custom": (CustomCategory(id="hate", name="a", text="y"),)}, "custom"),
        ({"custom": tuple(CustomCategory(id=f"c{n}", name="a", text="y") for n in range(CUSTOM_LIMIT + 1))}, "custom"),
        ({"log_days": 0}, "log_days"),
    ],
)
def test_what_cannot_be_is_named(fields: dict[str, Any], param: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        check_policy(Policy(**fields), KNOWN)
    assert caught.value.param == param
    assert caught.value.message


def test_a_good_one_passes_unchanged() -> None:
    policy = Policy(categories={"hate": CategoryRule(enabled=False)}, custom=(OWN,), log_days=1)
    assert check_policy(policy, KNOWN) is policy


def test_strengthening_switches_on_and_lowers_never_raises() -> None:
    policy = Policy(
        enabled=False,
        shields={LLAMA_GUARD: ShieldRule(enabled=False, directions=("output",), action="log")},
        categories={
            "hate": CategoryRule(enabled=False, threshold=0.9),
            "child_exploitation": CategoryRule(threshold=0.2),
        },
    )
    strict = strengthened(policy, LLAMA_GUARD, (), KNOWN)
    rule = strict.shield(LLAMA_GUARD)
    assert (strict.enabled, rule.enabled, rule.directions, rule.action) == (True, True, DIRECTIONS, "block")
    assert strict.category("hate") == CategoryRule(enabled=True, threshold=0.5)
    assert strict.category("child_exploitation").threshold == 0.2
    spared = strengthened(policy, LLAMA_GUARD, ("hate",), KNOWN)
    assert spared.category("hate") == policy.category("hate")
