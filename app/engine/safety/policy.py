"""Checks a policy before it is put in force, and strengthens one by what an app demands. Pure; stores nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from app.engine.domain.errors import InvalidRequest
from app.engine.domain.safety import (
    DIRECTIONS,
    SHIELDS,
    Category,
    CategoryRule,
    CustomCategory,
    Policy,
    ShieldRule,
)

NAME_LENGTH = 60
TEXT_LENGTH = 4000
# Every custom category is read by the guard at every check.
CUSTOM_LIMIT = 20
LONGEST_LOG_DAYS = 3650
# A guard is seldom surer than this; a category that waits for more is as good as off.
LOCKED_THRESHOLD = 0.9


def check_policy(policy: Policy, categories: Sequence[Category]) -> Policy:
    """Return the policy as it may be put in force; raises InvalidRequest that names the field."""
    known = {category.id: category for category in categories}
    for name, rule in policy.shields.items():
        _check_shield(name, rule)
    for category_id, choice in policy.categories.items():
        _check_category(known.get(category_id), category_id, choice)
    if len(policy.custom) > CUSTOM_LIMIT:
        raise InvalidRequest(f"There may be {CUSTOM_LIMIT} own categories at most.", param="custom")
    for custom in policy.custom:
        _check_custom(custom)
    ids = [custom.id for custom in policy.custom]
    if len({*ids, *known}) != len(ids) + len(known):
        raise InvalidRequest("Two categories have the same id.", param="custom")
    if not 1 <= policy.log_days <= LONGEST_LOG_DAYS:
        raise InvalidRequest(f"The log is kept for 1 to {LONGEST_LOG_DAYS} days.", param="log_days")
    return policy


def strengthened(policy: Policy, shield: str, excluded: Collection[str], categories: Sequence[Category]) -> Policy:
    """Return the policy with one shield on everywhere, blocking even when it fails, and all categories not excluded.

    What the person switched on stays on, whatever is excluded: an app may add to the policy, not take from it.
    """
    rule = policy.shield(shield)
    wanted = {
        category.id: CategoryRule(threshold=min(policy.category(category.id).threshold, CategoryRule().threshold))
        for category in categories
        if category.id not in excluded
    }
    shields = {
        **policy.shields,
        shield: msgspec.structs.replace(rule, enabled=True, directions=DIRECTIONS, action="block"),
    }
    return msgspec.structs.replace(
        policy, enabled=True, shields=shields, categories={**policy.categories, **wanted}, on_error="closed"
    )


def _check_shield(name: str, rule: ShieldRule) -> None:
    if name not in SHIELDS:
        raise InvalidRequest(f"There is no shield “{name}”.", hint=f"There are: {', '.join(SHIELDS)}.", param="shields")
    if not 0 <= rule.threshold <= 1:
        raise InvalidRequest(f"The threshold of “{name}” must be between 0 and 1.", param="shields")


def _check_category(category: Category | None, category_id: str, rule: CategoryRule) -> None:
    if category is None:
        raise InvalidRequest(f"There is no category “{category_id}”.", param="categories")
    if not 0 < rule.threshold <= 1:
        raise InvalidRequest(f"The threshold of “{category.name}” must be above 0, and 1 at most.", param="categories")
    if category.locked and (not rule.enabled or rule.threshold > LOCKED_THRESHOLD):
        raise InvalidRequest(
            f"“{category.name}” cannot be switched off, nor wait for more than {LOCKED_THRESHOLD:.0%}.",
            param="categories",
        )


def _check_custom(custom: CustomCategory) -> None:
    if not custom.name.strip() or len(custom.name) > NAME_LENGTH or "\n" in custom.name:
        raise InvalidRequest(
            f"An own category needs a name of one line, of {NAME_LENGTH} characters at most.", param="custom"
        )
    if not custom.text.strip() or len(custom.text) > TEXT_LENGTH:
        raise InvalidRequest(
            f"“{custom.name}” needs a text that says what is not allowed, of {TEXT_LENGTH} characters at most.",
            param="custom",
        )
    if not custom.id or not 0 < custom.threshold <= 1:
        raise InvalidRequest(f"“{custom.name}” needs an id and a threshold above 0, and 1 at most.", param="custom")
