"""What one shield said of one text: outcome in words, a bar per category, what was found, who judged and how long.

Must not ask a shield.
"""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.engine.domain.safety import PROMPT_GUARD, Policy, Verdict
from app.ui.bridge.safety import SafetyClient
from app.ui.safety.score_bars import Score, ScoreBars
from app.ui.safety.words import category_name, concern_name, percent_words, seconds_words, shield_title, verdict_words
from app.ui.theme import tokens
from app.ui.widgets.basics import column, label, row
from app.ui.widgets.state_label import StateDot
from app.ui.widgets.visibility import show_when

_DOTS = {"block": ("danger", True), "warn": ("warning", True), "log": ("accent", True), "allow": ("success", True)}
_LEAST, _FEW = 0.01, 5


class VerdictView(QWidget):
    """`show_verdict` shows another one."""

    def __init__(self, safety: SafetyClient) -> None:
        super().__init__()
        self._safety = safety
        self.dot = StateDot()
        self.title = label("", "strong")
        self.outcome = label("")
        self.facts = label("", "secondary", wrap=True)
        self.error = label("", "danger", wrap=True, selectable=True)
        self.found = label("", wrap=True, selectable=True)
        self.bars = ScoreBars()
        head = row(self.dot, self.title, self.outcome, None, spacing=tokens.SPACE_2)
        self.setLayout(column(head, self.error, self.found, self.bars, self.facts, spacing=tokens.SPACE_1))

    def show_verdict(self, verdict: Verdict, *, expert: bool, policy: Policy | None = None, most: int = 0) -> None:
        """Show a verdict; with the policy it was made under, the thresholds are marked. `most` bars, 0 for all."""
        self.dot.show_state(*(("danger", False) if verdict.error else _DOTS[verdict.outcome]))
        self.title.setText(shield_title(verdict.shield))
        self.outcome.setText(verdict_words(verdict))
        self.error.setText(verdict.error)
        show_when(self.error, bool(verdict.error))
        scores = self._scores(verdict, expert, policy)[: most or None]
        self.bars.show_scores(scores)
        show_when(self.bars, bool(scores))
        found = self._found(verdict) if not scores or any(each.detail for each in verdict.concerns) else ""
        self.found.setText(found)
        show_when(self.found, bool(found))
        self.facts.setText(self._facts(verdict))
        show_when(self.facts, expert)

    def _scores(self, verdict: Verdict, expert: bool, policy: Policy | None) -> list[Score]:
        """Return the bars, the likeliest first; what is next to nothing is for experts."""
        over = {each.category for each in verdict.concerns}
        ranked = sorted(verdict.scores.items(), key=lambda each: each[1], reverse=True)
        shown = ranked if expert else [each for each in ranked if each[0] in over or each[1] >= _LEAST][:_FEW]
        bars = [
            Score(self._name(category_id), probability, self._threshold(category_id, policy), category_id in over)
            for category_id, probability in shown
        ]
        if not bars and verdict.shield == PROMPT_GUARD and not verdict.error:
            mark = policy.shield(PROMPT_GUARD).threshold if policy else 0.0
            bars = [Score(self.tr("Gives orders"), verdict.probability, mark, bool(verdict.concerns))]
        return bars

    def _name(self, category_id: str) -> str:
        known = self._safety.category(category_id)
        return category_name(known) if known is not None else category_id

    @staticmethod
    def _threshold(category_id: str, policy: Policy | None) -> float:
        if policy is None:
            return 0.0
        own = next((each for each in policy.custom if each.id == category_id), None)
        return own.threshold if own else policy.category(category_id).threshold

    def _found(self, verdict: Verdict) -> str:
        lines = []
        for concern in verdict.concerns:
            name = concern_name(concern)
            certain = "" if concern.probability >= 1 else percent_words(concern.probability)
            lines.append("  ·  ".join(part for part in (name, certain, concern.detail) if part))
        return "\n".join(lines)

    def _facts(self, verdict: Verdict) -> str:
        parts = [seconds_words(verdict.seconds)] if verdict.seconds else []
        if verdict.model:
            parts.append(verdict.model)
        if verdict.policy_version:
            parts.append(self.tr("policy version {number}").format(number=verdict.policy_version))
        return "  ·  ".join(parts)
