"""The facade's safety verbs: the policy in force, checks by the chain of shields, moderation, names and the log.

Must not run turns, and must not open models itself.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from app.engine.domain.errors import Conflict, ModelUnavailable, NotFound
from app.engine.domain.events import EngineEvent, PolicyChanged
from app.engine.domain.safety import (
    LLAMA_GUARD,
    SHIELDS,
    Category,
    Demand,
    Direction,
    Judgement,
    LogEntry,
    LogFilter,
    LogPage,
    Moderation,
    Occasion,
    Policy,
    Question,
    Shield,
    ShieldInfo,
    Verdict,
)
from app.engine.runtime.tracing import span
from app.engine.safety.chain import Chain
from app.engine.safety.logbook import Logbook
from app.engine.safety.messages import in_words
from app.engine.safety.named import NamedShields
from app.engine.safety.policy import check_policy
from app.engine.storage.safety import PolicyStore, VerdictStore

# What clients of OpenAI's moderation send when they name no model of their own.
_ANY_MODEL = ("omni-moderation", "text-moderation")


class Scorer(Protocol):
    """Scores texts over all categories; the guard shield does."""

    async def scores(self, texts: Sequence[str], policy: Policy) -> tuple[Verdict, ...]:
        """Return a verdict for each text, with the probability of every enabled category."""
        ...


class SafetyService:
    """Lives in the engine loop. `start` must be awaited before anything else."""

    def __init__(
        self,
        policies: PolicyStore,
        verdicts: VerdictStore,
        named: NamedShields,
        shields: Sequence[Shield],
        scorer: Scorer,
        categories: Sequence[Category],
        publish: Callable[[EngineEvent], None],
    ) -> None:
        self._policies = policies
        self._verdicts = verdicts
        self._named = named
        self._scorer = scorer
        self._known = tuple(categories)
        self._publish = publish
        self._chain = Chain(shields, lambda: self._known)
        self._log = Logbook(verdicts, publish)
        self._policy = Policy()
        self._changing = asyncio.Lock()

    async def start(self) -> None:
        """Read the policy in force and the names, and forget what the log need not keep."""
        self._policy = await self._policies.newest() or Policy()
        await self._named.load()
        await self._log.forget_old(self._policy)

    # What there is.

    async def shields(self) -> tuple[ShieldInfo, ...]:
        """Return the built-in shields, then those that apps registered."""
        infos = await asyncio.gather(*(shield.info(self._policy) for shield in self._chain.shields.values()))
        built_in = {info.id: info for info in infos}
        registered = []
        for each in self._named.all():
            stands_for = built_in[each.stands_for]
            registered.append(msgspec.structs.replace(each, state=stands_for.state, ready=stands_for.ready))
        return (*infos, *registered)

    async def categories(self) -> tuple[Category, ...]:
        """Return all categories a guard may know, then the person's own."""
        own = tuple(
            Category(id=custom.id, code="", name=custom.name, description=custom.text) for custom in self._policy.custom
        )
        return (*self._known, *own)

    # The policy.

    def policy(self) -> Policy:
        """Return the policy in force."""
        return self._policy

    async def set_policy(self, policy: Policy) -> Policy:
        """Put a changed policy in force as a new version; raises InvalidRequest and Conflict."""
        checked = check_policy(policy, self._known)
        async with self._changing:
            before = self._policy.version
            if checked.version != before:
                raise Conflict("The safety policy was changed meanwhile.", hint="Look at it again.", param="version")
            fresh = msgspec.structs.replace(checked, version=before + 1, changed_at=time.time())
            await self._policies.add(fresh, before)
            self._policy = fresh
        self._publish(PolicyChanged(fresh.version))
        return fresh

    async def policies(self, *, limit: int = 50) -> tuple[Policy, ...]:
        """Return the versions of the policy, newest first."""
        return await self._policies.versions(limit)

    # Checks.

    def applies(self, direction: Direction, demand: Demand) -> bool:
        """Tell whether any shield judges texts of this direction."""
        return bool(self._chain.wanted(direction, self._policy, self._named.resolved(demand)))

    async def check(
        self, question: Question, *, demand: Demand | None = None, occasion: Occasion | None = None
    ) -> Judgement:
        """Let all shields of the question's direction judge it, those of the policy and those demanded."""
        policy, wanted = self._policy, self._named.resolved(demand or Demand())
        with span("safety.check", direction=question.direction):
            judgement = await self._chain.judge(question, policy, wanted)
        await self._log.note(question.text, judgement, occasion or Occasion(), policy)
        return judgement

    async def run_shield(self, shield_id: str, question: Question, *, occasion: Occasion | None = None) -> Judgement:
        """Let one shield judge, whatever its rule says of directions; raises NotFound."""
        policy, wanted = self._policy, self._named.resolved(Demand(shields=(shield_id,)))
        own = self._named.get(shield_id)
        if own is not None and own.model:
            policy = msgspec.structs.replace(policy, guard=own.model)
        with span("safety.check", direction=question.direction):
            judgement = await self._chain.judge_with(wanted.shields[0], question, policy, wanted)
        await self._log.note(question.text, judgement, occasion or Occasion(), policy)
        return judgement

    async def moderate(
        self, texts: tuple[str, ...], *, model: str = "", occasion: Occasion | None = None
    ) -> tuple[Moderation, ...]:
        """Return the scores of each text, judged together as what a person wrote."""
        policy = self._moderating(model)
        with span("safety.moderate", texts=len(texts)):
            verdicts = await self._scorer.scores(texts, policy)
        broken = next((verdict for verdict in verdicts if verdict.error), None)
        if broken is not None:
            raise ModelUnavailable(f"The texts could not be judged: {broken.error}")
        judged = [
            (text, Judgement(outcome=verdict.outcome, verdicts=(verdict,)))
            for text, verdict in zip(texts, verdicts, strict=True)
        ]
        await self._log.note_all(judged, occasion or Occasion(), policy)
        return tuple(_moderation(verdict) for verdict in verdicts)

    def _moderating(self, model: str) -> Policy:
        """Return the policy with the guard that a caller named: a model, a shield, or any."""
        named = self._named.get(model)
        if named is not None and named.stands_for == LLAMA_GUARD:
            return msgspec.structs.replace(self._policy, guard=named.model or self._policy.guard)
        if not model or model == LLAMA_GUARD or model.startswith(_ANY_MODEL):
            return self._policy
        if named is not None or model in SHIELDS:
            raise NotFound(f"“{model}” does not score categories.", hint="Name a guard model.", param="model")
        return msgspec.structs.replace(self._policy, guard=model)

    # Names.

    async def register_shield(self, shield: ShieldInfo) -> ShieldInfo:
        """Let an app name a shield; raises Conflict and InvalidRequest."""
        kept = await self._named.add(shield)
        return next(info for info in await self.shields() if info.id == kept.id)

    async def unregister_shield(self, shield_id: str) -> None:
        """Forget a name an app gave; raises NotFound and Conflict."""
        await self._named.remove(shield_id)

    # The log.

    async def log(self, wanted: LogFilter | None = None, *, before: int | None = None, limit: int = 100) -> LogPage:
        """Return entries of the audit log, newest first."""
        return await self._verdicts.page(wanted or LogFilter(), before, limit)

    async def mark(self, entry_id: int, wrong: bool, note: str = "") -> LogEntry:
        """Mark a verdict as wrong, or no longer; raises NotFound."""
        return await self._verdicts.mark(entry_id, wrong, note)

    async def export_log(self, path: Path, wanted: LogFilter | None = None) -> int:
        """Write entries as JSON lines, or as CSV where the name ends so; returns how many."""
        return await self._log.export(path, wanted or LogFilter())

    async def clear_log(self) -> int:
        """Delete all entries; returns how many."""
        return await self._verdicts.clear()


def _moderation(verdict: Verdict) -> Moderation:
    flagged = tuple(concern.category for concern in verdict.concerns)
    return Moderation(
        flagged=bool(flagged),
        scores=verdict.scores,
        flagged_categories=flagged,
        model=verdict.model,
        message=in_words("input", "block", [msgspec.structs.replace(verdict, outcome="block")]) if flagged else "",
    )
