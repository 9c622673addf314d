"""Joins the parts of safety over what the engine has. Opens nothing; the service is started by whoever asked for it."""

from __future__ import annotations

import time
from collections.abc import Callable

from app.engine.domain.events import EngineEvent
from app.engine.safety.categories import CATEGORIES
from app.engine.safety.guards import GuardOpener, ListModels
from app.engine.safety.llama_guard.installed import Inference
from app.engine.safety.llama_guard.shield import LlamaGuardShield
from app.engine.safety.named import NamedShields
from app.engine.safety.prompt_guard import PromptGuard, TextClassifiers
from app.engine.safety.rules.shields import rule_shields
from app.engine.safety.service import SafetyService
from app.engine.storage.database import Database
from app.engine.storage.safety import PolicyStore, ShieldStore, VerdictStore


def assemble(
    database: Database,
    inference: Inference,
    models: ListModels,
    classifiers: TextClassifiers,
    publish: Callable[[EngineEvent], None],
) -> SafetyService:
    """Return the service with all shields."""
    guards = GuardOpener(inference, models)
    guard = LlamaGuardShield(guards.open, time.perf_counter, guards.look)
    return SafetyService(
        PolicyStore(database),
        VerdictStore(database),
        NamedShields(ShieldStore(database)),
        [guard, PromptGuard(classifiers), *rule_shields()],
        guard,
        CATEGORIES,
        publish,
    )
