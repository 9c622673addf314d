"""The categories are complete, and the locked one cannot be left out."""

from __future__ import annotations

from app.engine.domain.safety import CategoryRule, CustomCategory, Policy
from app.engine.safety.categories import CATEGORIES, UNSPECIFIED, category, enabled, name_of

OFF = CategoryRule(enabled=False)


def test_ids_are_unique_and_codes_in_order() -> None:
    assert len({each.id for each in CATEGORIES}) == len(CATEGORIES)
    assert [each.code for each in CATEGORIES if each.code] == [f"S{number}" for number in range(1, 15)]
    assert all(each.name and each.description.endswith(".") for each in CATEGORIES)


def test_one_is_locked_and_stays_on() -> None:
    assert [each.id for each in CATEGORIES if each.locked] == ["child_exploitation"]
    policy = Policy(categories={"child_exploitation": OFF, "hate": OFF})
    assert enabled(("hate", "child_exploitation", "privacy"), policy) == ("child_exploitation", "privacy")


def test_names() -> None:
    policy = Policy(custom=(CustomCategory(id="own-1", name="Spoilers", text=""),))
    assert name_of("self_harm", policy) == "Suicide & Self-Harm"
    assert name_of("own-1", policy) == "Spoilers"
    assert name_of("gone", policy) == "gone"
    assert name_of(UNSPECIFIED, policy).startswith("Unsafe")
    assert category("own-1") is None
