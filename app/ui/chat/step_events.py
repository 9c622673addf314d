"""Shows on a turn what happens beside its answer: looks into memory and checks. Must not call the engine."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

from app.engine.domain.agents import (
    MemoryRetrievalStep,
    ShieldStep,
    StepCompleted,
    StepRetracted,
    StepStarted,
    TurnEvent,
)
from app.ui.chat.shield_words import line_words
from app.ui.chat.turn_view import TurnView


def show_step_event(view: TurnView, event: TurnEvent, *, talking: bool) -> None:
    """Show what an event tells beside the answer; while the answer is `talking`, nothing is waited for."""
    match event:
        case StepStarted(step=MemoryRetrievalStep() as step) | StepCompleted(step=MemoryRetrievalStep() as step):
            view.show_waiting("")
            view.show_look(step)
        case StepStarted(step=ShieldStep() as check):
            if not talking:
                view.show_waiting(line_words((check,), expert=False))
        case StepCompleted(step=ShieldStep() as check):
            view.show_check(check)
        case StepRetracted():
            view.take_back()
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(view, view.waiting.text()))
        case _:
            pass
