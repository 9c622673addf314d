"""A place for turns that nobody keeps: what is given to it is forgotten. Must not touch a disk."""

from __future__ import annotations

from app.engine.domain.agents import Step, Turn


class Unstored:
    """A TurnStore that stores nothing."""

    async def add_step(self, step: Step) -> None:
        """Forget a step that begins."""

    async def append_text(self, step_id: str, text: str) -> None:
        """Forget more of a step's text."""

    async def retract_text(self, step_id: str) -> None:
        """Nothing is there to be deleted."""

    async def complete_step(self, step: Step) -> None:
        """Forget a step as it ended."""

    async def change_input(self, turn: Turn) -> None:
        """Forget the messages."""

    async def complete_turn(self, turn: Turn) -> None:
        """Forget a turn as it ended."""
