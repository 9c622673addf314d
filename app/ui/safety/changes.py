"""Changes of the policy: each is applied at once, in the order in which it was made, and can be taken back.

Must not build widgets.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from app.engine.domain.errors import Conflict, PaddockError
from app.engine.domain.safety import Category, CategoryRule, CustomCategory, Policy, ShieldRule
from app.ui.bridge.client import EngineClient
from app.ui.widgets.notice import Notice, notice_of

Change = Callable[[Policy], Policy]
_TOPIC, _SECONDS, _LONG = "policy", 8.0, 15.0


class PolicyChanges(QObject):
    """`notify(Notice)`; `refused()` asks everybody to show the policy as it is."""

    notify = Signal(object)
    refused = Signal()

    def __init__(self, client: EngineClient, parent: QObject) -> None:
        super().__init__(parent)
        self._safety = client.safety
        self._waiting: deque[tuple[Change, str]] = deque()
        self._busy = False

    @property
    def policy(self) -> Policy:
        """The policy in force, as last heard."""
        return self._safety.policy

    def apply(self, change: Change, said: str = "") -> None:
        """Apply a change; with words the person is told and offered to undo it."""
        self._waiting.append((change, said))
        self._next()

    # What is often changed.

    def shield(self, name: str, said: str = "", **fields: object) -> None:
        """Change the rule of a shield."""

        def change(policy: Policy) -> Policy:
            rule: ShieldRule = replace(policy.shield(name), **fields)
            return replace(policy, shields=policy.shields | {name: rule})

        self.apply(change, said)

    def category(self, category_id: str, said: str = "", **fields: object) -> None:
        """Change the rule of a category."""
        self.apply(lambda policy: _with_category(policy, category_id, fields), said)

    def thresholds(self, categories: tuple[Category, ...], threshold: float, said: str) -> None:
        """Give all categories one threshold, the person's own as well."""

        def change(policy: Policy) -> Policy:
            for category in categories:
                policy = _with_category(policy, category.id, {"threshold": threshold})
            return policy

        self.apply(change, said)

    def put_custom(self, custom: CustomCategory) -> None:
        """Add or change a category of the person's own."""

        def change(policy: Policy) -> Policy:
            if all(each.id != custom.id for each in policy.custom):
                return replace(policy, custom=(*policy.custom, custom))
            return replace(policy, custom=tuple(custom if each.id == custom.id else each for each in policy.custom))

        self.apply(change)

    def remove_custom(self, custom: CustomCategory, said: str) -> None:
        """Remove a category of the person's own."""
        self.apply(
            lambda policy: replace(policy, custom=tuple(each for each in policy.custom if each.id != custom.id)), said
        )

    # One after the other: each carries the version that the one before has made.

    def _next(self) -> None:
        if self._busy or not self._waiting:
            return
        change, said = self._waiting.popleft()
        before = self.policy
        after = change(before)
        if after == before:
            self._next()
            return
        self._busy = True
        handle = self._safety.set_policy(after)
        handle.on(self, done=lambda made: self._on_done(before, made, said), failed=self._on_failed)
        handle.on(self, cancelled=self._on_cancelled)

    def _on_done(self, before: Policy, made: Policy, said: str) -> None:
        self._busy = False
        if said:
            undo = (self.tr("Undo"), lambda: self.apply(lambda now: _undone(now, before, made)))
            self.notify.emit(Notice(said, level="success", actions=(undo,), topic=_TOPIC, seconds=_SECONDS))
        self._next()

    def _on_failed(self, error: PaddockError) -> None:
        self._busy = False
        self._waiting.clear()
        if isinstance(error, Conflict):
            words = self.tr("The policy was changed elsewhere meanwhile, so your change was not made.")
            hint = self.tr("It is shown here as it is now.")
            self.notify.emit(Notice(words, hint, "warning", topic=_TOPIC, seconds=_LONG))
        else:
            self.notify.emit(notice_of(error, _TOPIC))
        self._safety.refresh()
        self.refused.emit()

    def _on_cancelled(self) -> None:
        self._busy = False
        self._waiting.clear()


def _with_category(policy: Policy, category_id: str, fields: dict[str, object]) -> Policy:
    if any(each.id == category_id for each in policy.custom):
        own = tuple(replace(each, **fields) if each.id == category_id else each for each in policy.custom)
        return replace(policy, custom=own)
    rule: CategoryRule = replace(policy.category(category_id), **fields)
    return replace(policy, categories=policy.categories | {category_id: rule})


def _undone(now: Policy, before: Policy, made: Policy) -> Policy:
    """Take back what one change made of the policy, and leave alone what was changed since."""
    fields: dict[str, object] = {}
    for name in Policy.__struct_fields__:
        old, new = getattr(before, name), getattr(made, name)
        if name in ("version", "changed_at") or old == new:
            continue
        fields[name] = _undone_rules(getattr(now, name), old, new) if isinstance(old, dict) else old
    return replace(now, **fields)


def _undone_rules(now: dict[str, Any], old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    touched = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
    return {key: rule for key, rule in now.items() if key not in touched} | {
        key: old[key] for key in old if key in touched
    }
