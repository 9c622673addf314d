"""What shields said of a turn, as words for its lines and cards and as HTML for the details. No widgets."""

from __future__ import annotations

import html
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from app.engine.domain.agents import ShieldStep, Turn
from app.engine.domain.safety import LLAMA_GUARD, Concern, Verdict
from app.ui.safety.words import (
    concern_name,
    percent_words,
    seconds_words,
    shield_title,
    text_words,
    verdict_words,
)

translate = QCoreApplication.translate


def is_quiet(step: ShieldStep) -> bool:
    """Tell whether a check ended without anything a person should see at once."""
    return step.state == "completed" and step.outcome in ("allow", "log") and not errors(step)


def is_guarded(steps: Sequence[ShieldStep]) -> bool:
    """Tell whether a guard model took part; that simple rules found nothing says little."""
    return any(verdict.shield == LLAMA_GUARD for step in steps for verdict in step.verdicts)


def errors(step: ShieldStep) -> list[Verdict]:
    """Return the verdicts of shields that failed."""
    return [verdict for verdict in step.verdicts if verdict.error]


def found_words(step: ShieldStep, *, expert: bool = False) -> str:
    """Return what was found, the likeliest first, with its probability for experts."""
    concerns = sorted((c for v in step.verdicts for c in v.concerns), key=lambda each: -each.probability)
    names = [_concern_words(each) if expert else concern_name(each) for each in concerns]
    return ", ".join(dict.fromkeys(names))


def line_words(steps: Sequence[ShieldStep], *, expert: bool) -> str:
    """Return checks in one line: one that spoke up, or several that found nothing."""
    first = steps[0]
    if len(steps) > 1 or is_quiet(first):
        return _quiet_words(steps, expert)
    text = text_words(first.direction, first.subject)
    if first.state == "running":
        return translate("Shield", "Checking {text} …").format(text=text)
    found = found_words(first, expert=expert)
    if first.outcome == "block":
        return translate("Shield", "Blocked {text}: {found}").format(text=text, found=found or error_words(first))
    if found:
        return translate("Shield", "Warning about {text}: {found}").format(text=text, found=found)
    if errors(first):
        return translate("Shield", "Not checked: {reason}").format(reason=error_words(first))
    return translate("Shield", "The check of {text} did not end").format(text=text)


def error_words(step: ShieldStep) -> str:
    """Return why a check failed."""
    failed = [f"{shield_title(each.shield)}: {each.error}" for each in errors(step)]
    return "; ".join(dict.fromkeys(failed))


def blocked_words(turn: Turn, *, taken_back: bool = False) -> tuple[str, str]:
    """Return what a blocked turn says: what was stopped and by which category, and why."""
    step = turn.blocking()
    if step is None:
        failure = turn.failure
        return translate("Shield", "A shield blocked this."), failure.message if failure else ""
    found = found_words(step)
    title = _title(step, taken_back)
    if found:
        return translate("Shield", "{title}: {found}").format(title=title, found=found), error_words(step)
    return translate("Shield", "{title}: the check failed").format(title=title), error_words(step) or step.message


def details_html(steps: Sequence[ShieldStep]) -> str:
    """Return every verdict: shield, outcome, categories with probabilities, time, model and policy version."""
    parts = []
    for step in steps:
        text = text_words(step.direction, step.subject)
        parts += [_verdict_html(text, verdict) for verdict in step.verdicts]
    return "".join(parts)


def _title(step: ShieldStep, taken_back: bool) -> str:
    if step.direction == "input":
        return translate("Shield", "Your message was not sent on")
    if step.direction == "output":
        if taken_back:
            return translate("Shield", "The answer was taken back")
        return translate("Shield", "The answer is not shown")
    text = text_words(step.direction, step.subject)
    return translate("Shield", "Stopped because of {text}").format(text=text)


def _quiet_words(steps: Sequence[ShieldStep], expert: bool) -> str:
    noted = list(dict.fromkeys(found for step in steps if (found := found_words(step, expert=expert))))
    if noted:
        words = translate("Shield", "Checked; in the log: {found}").format(found=", ".join(noted))
    elif is_guarded(steps):
        words = translate("Shield", "Checked: nothing found")
    else:
        names = dict.fromkeys(shield_title(verdict.shield) for step in steps for verdict in step.verdicts)
        words = translate("Shield", "Checked by rules only: nothing found ({names})").format(names=", ".join(names))
    if not expert:
        return words
    seconds = sum(max((verdict.seconds for verdict in step.verdicts), default=0.0) for step in steps)
    return f"{words}  ·  {seconds_words(seconds)}"


def _concern_words(concern: Concern) -> str:
    name = concern_name(concern)
    return name if concern.probability >= 1 else f"{name} {percent_words(concern.probability)}"


def _verdict_html(text: str, verdict: Verdict) -> str:
    head = f"<b>{html.escape(shield_title(verdict.shield))}</b>  ·  {html.escape(text)}"
    lines = [f"{head}  ·  {html.escape(verdict_words(verdict))}"]
    if verdict.error:
        lines.append(html.escape(verdict.error))
    for concern in verdict.concerns:
        detail = f"  ·  {concern.detail}" if concern.detail else ""
        lines.append(html.escape(_concern_words(concern) + detail))
    if not verdict.concerns and verdict.scores:
        lines.append(html.escape(_likeliest(verdict)))
    facts = [seconds_words(verdict.seconds) if verdict.seconds else "", verdict.model]
    if verdict.policy_version:
        facts.append(translate("Shield", "policy version {number}").format(number=verdict.policy_version))
    lines.append(html.escape("  ·  ".join(fact for fact in facts if fact)))
    return f"<p>{'<br>'.join(lines)}</p>"


def _likeliest(verdict: Verdict) -> str:
    highest = max(verdict.probability, *verdict.scores.values())
    return translate("Shield", "Probability of being unsafe: {percent}").format(percent=percent_words(highest))
