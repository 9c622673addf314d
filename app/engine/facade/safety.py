"""The safety capability: shields, the policy over them, the log. Signatures only."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from app.engine.domain.safety import (
    Category,
    Demand,
    Judgement,
    LogEntry,
    LogFilter,
    LogPage,
    Moderation,
    Occasion,
    Policy,
    Question,
    ShieldInfo,
)


class Safety(Protocol):
    """Shields, the person's policy over them, and the log of what they said."""

    async def shields(self) -> tuple[ShieldInfo, ...]:
        """Return the built-in shields, then those that apps registered."""
        ...

    async def categories(self) -> tuple[Category, ...]:
        """Return all categories a guard may know, in the order of Llama Guard 3; the person's own come last."""
        ...

    def policy(self) -> Policy:
        """Return the policy in force."""
        ...

    async def set_policy(self, policy: Policy) -> Policy:
        """Put a changed policy in force, as a new version; raises InvalidRequest that names the field.

        Raises Conflict when `policy.version` is not the one in force: somebody else changed it meanwhile.
        """
        ...

    async def policies(self, *, limit: int = 50) -> tuple[Policy, ...]:
        """Return the versions of the policy, newest first."""
        ...

    async def check(
        self, question: Question, *, demand: Demand | None = None, occasion: Occasion | None = None
    ) -> Judgement:
        """Let all shields of the question's direction judge it, those of the policy and those demanded."""
        ...

    async def run_shield(self, shield_id: str, question: Question, *, occasion: Occasion | None = None) -> Judgement:
        """Let one shield judge, whatever its rule says of directions; raises NotFound."""
        ...

    async def moderate(
        self, texts: tuple[str, ...], *, model: str = "", occasion: Occasion | None = None
    ) -> tuple[Moderation, ...]:
        """Return the scores of each text, judged together as what a person wrote.

        `model` names a guard model or shield, empty the one in force. Raises ModelNotFound when there is no guard.
        """
        ...

    async def register_shield(self, shield: ShieldInfo) -> ShieldInfo:
        """Let an app name a shield; raises Conflict for a built-in name, InvalidRequest for an unknown provider."""
        ...

    async def unregister_shield(self, shield_id: str) -> None:
        """Forget a name an app gave; raises NotFound, and Conflict for a built-in one."""
        ...

    async def log(self, wanted: LogFilter | None = None, *, before: int | None = None, limit: int = 100) -> LogPage:
        """Return entries of the audit log, newest first."""
        ...

    async def mark(self, entry_id: int, wrong: bool, note: str = "") -> LogEntry:
        """Mark a verdict as wrong, or no longer; raises NotFound."""
        ...

    async def export_log(self, path: Path, wanted: LogFilter | None = None) -> int:
        """Write entries as JSON lines, or as CSV where the name ends so; returns how many."""
        ...

    async def clear_log(self) -> int:
        """Delete all entries; returns how many."""
        ...
