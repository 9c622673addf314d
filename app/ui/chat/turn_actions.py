"""The rows of actions of a turn: copy and edit under the question; copy, again, branches, figures under the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.engine.domain.agents import InferenceStep, Turn
from app.ui.chat.turn_words import figures, step_details
from app.ui.theme import tokens
from app.ui.widgets.basics import action, label, row, tool_button
from app.ui.widgets.popover import Popover

if TYPE_CHECKING:
    from app.ui.chat.turn_view import TurnView


class QuestionActions(QWidget):
    """Copy and edit."""

    def __init__(self, turn_view: TurnView) -> None:
        super().__init__()
        copy = action(self, self.tr("Copy message"), turn_view.copy_question, icon_name="copy")
        edit = action(self, self.tr("Edit and send as a new branch"), turn_view.question.edit, icon_name="pencil")
        self.setLayout(row(tool_button(copy), tool_button(edit)))


class AnswerActions(QWidget):
    """Copy, regenerate, arrows between siblings, figures that open the steps."""

    def __init__(self, turn_view: TurnView) -> None:
        super().__init__()
        self._turn = turn_view.turn
        copy = action(self, self.tr("Copy answer"), turn_view.copy_answer, icon_name="copy")
        again = action(
            self, self.tr("Answer again"), lambda: turn_view.regenerate.emit(turn_view.id), icon_name="rotate-ccw"
        )
        before = "chevron-right" if self.isRightToLeft() else "chevron-left"
        after = "chevron-left" if self.isRightToLeft() else "chevron-right"
        self._back = action(self, self.tr("Previous branch"), lambda: turn_view.step_to(-1), icon_name=before)
        self._next = action(self, self.tr("Next branch"), lambda: turn_view.step_to(1), icon_name=after)
        self._details = action(self, self.tr("Details of this answer"), self._show_details, icon_name="info")
        self._place = label("", "secondary")
        self._figures = label("", "secondary")
        self._details_button = tool_button(self._details)
        self._quiet = [tool_button(copy), tool_button(again), self._details_button, self._figures]
        self._arrows = [tool_button(self._back), self._place, tool_button(self._next)]
        self.setLayout(row(*self._arrows, *self._quiet[:2], self._details_button, tokens.SPACE_1, self._figures))

    def show_turn(self, turn: Turn) -> None:
        """Show place among siblings and figures."""
        self._turn = turn
        ids = turn.sibling_ids
        position = ids.index(turn.id) if turn.id in ids else 0
        for arrow in self._arrows:
            arrow.setVisible(len(ids) > 1)
        self._place.setText(f"{position + 1}/{len(ids)}")
        self._place.setAccessibleName(self.tr("Branch {number} of {count}").format(number=position + 1, count=len(ids)))
        self._back.setEnabled(position > 0)
        self._next.setEnabled(position < len(ids) - 1)
        self._figures.setText(figures(turn))
        self._details.setEnabled(bool(turn.steps))

    def show_all(self, shown: bool) -> None:
        """Show everything, or the arrows only."""
        for widget in self._quiet:
            widget.setVisible(shown)

    def _show_details(self) -> None:
        popover = Popover(self, self.tr("Details of this answer"))
        for step in self._turn.steps:
            if isinstance(step, InferenceStep):
                popover.box.addWidget(label(step_details(step), selectable=True))
        popover.pop_up(self._details_button)
