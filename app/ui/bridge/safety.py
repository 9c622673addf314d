"""What pages may ask of safety. Keeps a copy of policy, shields and categories, so that painting never waits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.engine.domain.errors import NotFound, PaddockError
from app.engine.domain.events import ModelsChanged, ModelStateChanged, PolicyChanged, VerdictLogged
from app.engine.domain.models import Download, Model
from app.engine.domain.safety import (
    LLAMA_GUARD,
    Category,
    Demand,
    LogFilter,
    Occasion,
    Policy,
    Question,
    ShieldInfo,
)
from app.engine.facade import Engine
from app.ui.bridge.handle import Handle

if TYPE_CHECKING:
    from app.ui.bridge.client import EngineClient

Found = tuple[Policy, tuple[ShieldInfo, ...], tuple[Category, ...], tuple[Model, ...]]


class SafetyClient(QObject):
    """Each verb returns a Handle whose `done` carries what `facade.Safety` returns.

    `policy_changed()` follows every new policy, `shields_changed()` every new state of a shield or guard, and
    `logged(entry ids)` every new entry of the log. `known` is False until the engine has answered once; `failed(error)`
    says why it could not.
    """

    policy_changed = Signal()
    shields_changed = Signal()
    logged = Signal(object)
    failed = Signal(object)

    def __init__(self, client: EngineClient) -> None:
        super().__init__(client)
        self._client = client
        self._asking: Handle | None = None
        self.known = False
        self.policy = Policy()
        self.shields: tuple[ShieldInfo, ...] = ()
        self.categories: tuple[Category, ...] = ()
        self.guards: tuple[Model, ...] = ()
        self._again = False
        client.engine_event.connect(self._on_event)
        client.started.connect(self.refresh)

    def shield(self, shield_id: str) -> ShieldInfo | None:
        """Return a shield as last heard."""
        return next((each for each in self.shields if each.id == shield_id), None)

    def category(self, category_id: str) -> Category | None:
        """Return a category as last heard."""
        return next((each for each in self.categories if each.id == category_id), None)

    def guard(self) -> Model | None:
        """Return the guard model that judges, as last heard."""
        info = self.shield(LLAMA_GUARD)
        wanted = (info.model if info else "") or self.policy.guard
        named = next((each for each in self.guards if each.id == wanted), None)
        return named or (self.guards[0] if self.guards else None)

    @property
    def lacks_guard(self) -> bool:
        """Tell whether the policy wants a guard model and none is installed."""
        wanted = self.policy.enabled and self.policy.shield(LLAMA_GUARD).enabled
        return self.known and wanted and not self.guards

    def refresh(self) -> None:
        """Fetch policy, shields, categories and guard models anew; both signals follow."""
        if self._asking is not None:
            self._asking.cancel()  # its answer would be older

        async def snapshot(engine: Engine) -> Found:
            safety = engine.safety
            models = await engine.models.list()
            guards = tuple(each for each in models if each.purpose == "guard")
            return safety.policy(), await safety.shields(), await safety.categories(), guards

        self._asking = self._client.call(snapshot).on(self, done=self._on_found, failed=self._on_failed)

    # Policy.

    def set_policy(self, policy: Policy) -> Handle:
        """done(Policy), the new version; fails with Conflict when somebody else was quicker"""
        return self._client.call(lambda engine: engine.safety.set_policy(policy)).on(self, done=self._take)

    def policies(self, *, limit: int = 50) -> Handle:
        """done(tuple[Policy, ...]), newest first"""
        return self._client.call(lambda engine: engine.safety.policies(limit=limit))

    def get_prompt_guard(self) -> Handle:
        """done(Download) at once, of the smallest Prompt Guard that is offered; progress comes with all downloads"""

        async def get(engine: Engine) -> Download:
            offered = await engine.embeddings.classifiers()
            missing = sorted((each for each in offered if not each.installed), key=lambda each: each.size_bytes)
            if not missing:
                raise NotFound("No Prompt Guard is offered.", hint="Add one from a folder with `paddock banks models`.")
            return await engine.embeddings.download(missing[0].id)

        return self._client.call(get)

    # Judging.

    def check(self, question: Question, *, demand: Demand | None = None, occasion: Occasion | None = None) -> Handle:
        """done(Judgement)"""
        return self._client.call(lambda engine: engine.safety.check(question, demand=demand, occasion=occasion))

    def run_shield(self, shield_id: str, question: Question, *, occasion: Occasion | None = None) -> Handle:
        """done(Judgement)"""
        return self._client.call(lambda engine: engine.safety.run_shield(shield_id, question, occasion=occasion))

    def moderate(self, texts: tuple[str, ...], *, model: str = "", occasion: Occasion | None = None) -> Handle:
        """done(tuple[Moderation, ...])"""
        return self._client.call(lambda engine: engine.safety.moderate(texts, model=model, occasion=occasion))

    def register_shield(self, shield: ShieldInfo) -> Handle:
        """done(ShieldInfo)"""
        return self._client.call(lambda engine: engine.safety.register_shield(shield))

    def unregister_shield(self, shield_id: str) -> Handle:
        """done(None)"""
        return self._client.call(lambda engine: engine.safety.unregister_shield(shield_id))

    # The log.

    def log(self, wanted: LogFilter | None = None, *, before: int | None = None, limit: int = 100) -> Handle:
        """done(LogPage)"""
        return self._client.call(lambda engine: engine.safety.log(wanted, before=before, limit=limit))

    def mark(self, entry_id: int, wrong: bool, note: str = "") -> Handle:
        """done(LogEntry)"""
        return self._client.call(lambda engine: engine.safety.mark(entry_id, wrong, note))

    def export_log(self, path: Path, wanted: LogFilter | None = None) -> Handle:
        """done(int), how many entries were written"""
        return self._client.call(lambda engine: engine.safety.export_log(path, wanted))

    def clear_log(self) -> Handle:
        """done(int), how many entries are gone"""
        return self._client.call(lambda engine: engine.safety.clear_log())

    def _take(self, policy: Policy) -> None:
        if not self.known or policy.version >= self.policy.version:
            self.policy = policy
            self.policy_changed.emit()

    def _on_found(self, found: Found) -> None:
        self._end_asking()
        policy, self.shields, self.categories, self.guards = found
        self._take(policy)
        self.known = True
        self.shields_changed.emit()

    def _on_failed(self, error: PaddockError) -> None:
        self._end_asking()
        self.failed.emit(error)

    def _refresh_soon(self) -> None:
        """Ask now, or after the answer that is awaited: a model that loads tells its state many times a second."""
        if self._asking is None:
            self.refresh()
        else:
            self._again = True

    def _end_asking(self) -> None:
        self._asking = None
        if self._again:
            self._again = False
            self.refresh()

    def _on_event(self, event: object) -> None:
        match event:
            case PolicyChanged():
                self.refresh()
            case ModelsChanged() | ModelStateChanged():
                self._refresh_soon()
            case VerdictLogged(entry_ids=entry_ids):
                self.logged.emit(entry_ids)
            case _:
                pass
