"""Keeps turns in memory as the disk would, and can be full."""

from __future__ import annotations

from app.engine.domain.agents import Step, Turn
from app.engine.domain.errors import DiskFull


class FakeTurnStore:
    """Stands for the store of the turn loop. `full` names the verbs that raise DiskFull."""

    def __init__(self) -> None:
        self.steps: dict[str, Step] = {}
        self.streamed: dict[str, str] = {}
        self.turns: dict[str, Turn] = {}
        self.full: set[str] = set()
        self.verbs: list[str] = []

    async def add_step(self, step: Step) -> None:
        """Store a step that begins."""
        self._write("add_step")
        self.steps[step.id] = step
        self.streamed[step.id] = ""

    async def append_text(self, step_id: str, text: str) -> None:
        """Store more text."""
        self._write("append_text")
        self.streamed[step_id] += text

    async def retract_text(self, step_id: str) -> None:
        """Delete what a step has said."""
        self._write("retract_text")
        self.streamed[step_id] = ""

    async def complete_step(self, step: Step) -> None:
        """Store a step as it ended."""
        self._write("complete_step")
        self.steps[step.id] = step

    async def change_input(self, turn: Turn) -> None:
        """Store the messages of a turn."""
        self._write("change_input")
        self.turns[turn.id] = turn

    async def complete_turn(self, turn: Turn) -> None:
        """Store a turn as it ended."""
        self._write("complete_turn")
        self.turns[turn.id] = turn

    def _write(self, verb: str) -> None:
        if verb in self.full:
            raise DiskFull("The disk is full.", hint="Free some space.")
        self.verbs.append(verb)
