"""Shields that apps named and what they stand for: Llama Stack lets a client register its own. Judges nothing.

A name stands for a built-in shield, with categories left out and a guard model of its own if the app wants so.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from app.engine.domain.errors import Conflict, InvalidRequest, NotFound
from app.engine.domain.safety import INSECURE_CODE, LLAMA_GUARD, PROMPT_GUARD, SHIELDS, Demand, ShieldInfo
from app.engine.storage.safety import ShieldStore

PROVIDERS = {
    "llama-guard": LLAMA_GUARD,
    "prompt-guard": PROMPT_GUARD,
    "code-scanner": INSECURE_CODE,
    "paddock": "",
}


class NamedShields:
    """The names in force, kept in memory and on disk."""

    def __init__(self, store: ShieldStore) -> None:
        self._store = store
        self._known: dict[str, ShieldInfo] = {}

    async def load(self) -> None:
        """Read the names."""
        self._known = {shield.id: shield for shield in await self._store.all()}

    def all(self) -> tuple[ShieldInfo, ...]:
        """Return them by name."""
        return tuple(self._known[name] for name in sorted(self._known))

    def get(self, shield_id: str) -> ShieldInfo | None:
        """Return one, or None."""
        return self._known.get(shield_id)

    async def add(self, shield: ShieldInfo) -> ShieldInfo:
        """Keep a name; raises Conflict for a built-in one and InvalidRequest for an unknown provider."""
        if shield.id in SHIELDS:
            raise Conflict(f"“{shield.id}” is a built-in shield.", hint="Choose another name.", param="shield_id")
        stands_for = shield.stands_for or built_in(shield.provider_id)
        if stands_for not in SHIELDS:
            raise InvalidRequest(
                f"There is no shield provider “{shield.provider_id}”.",
                hint=f"There are: {', '.join(name for name in PROVIDERS if name != 'paddock')}.",
                param="provider_id",
            )
        kept = msgspec.structs.replace(shield, stands_for=stands_for, registered=True)
        await self._store.put(kept)
        self._known[kept.id] = kept
        return kept

    async def remove(self, shield_id: str) -> None:
        """Forget a name; raises NotFound, and Conflict for a built-in one."""
        if shield_id in SHIELDS:
            raise Conflict(f"“{shield_id}” is built in and stays.", param="shield_id")
        if not await self._store.remove(shield_id):
            raise NotFound(f"There is no shield “{shield_id}”.", param="shield_id")
        self._known.pop(shield_id, None)

    def resolved(self, demand: Demand) -> Demand:
        """Return a demand in built-in names; raises NotFound for a name nobody knows."""
        shields: list[str] = []
        excluded = set(demand.excluded)
        for name in demand.shields:
            known = self._known.get(name)
            if known is None and name not in SHIELDS:
                raise NotFound(f"There is no shield “{name}”.", hint=_choices(self.all()), param="shields")
            shields.append(known.stands_for if known else name)
            excluded |= set(known.excluded if known else ())
        return Demand(shields=tuple(dict.fromkeys(shields)), excluded=tuple(sorted(excluded)))


def built_in(provider_id: str) -> str:
    """Return the built-in shield a provider of Llama Stack stands for, empty when there is none."""
    return PROVIDERS.get(provider_id.removeprefix("inline::").removeprefix("remote::"), "")


def _choices(named: Sequence[ShieldInfo]) -> str:
    return f"There are: {', '.join((*SHIELDS, *(shield.id for shield in named)))}."
