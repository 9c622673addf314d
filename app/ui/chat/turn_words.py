"""What is said about a turn beside its text: figures, cuts, endings. Returns words only; no widgets."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject

from app.engine.domain.agents import InferenceStep, Turn
from app.ui.widgets.words import number_words


class _Counts(QObject):
    """Counted words; only `self.tr` is read with its plural by the translation tools."""

    def tokens(self, count: int) -> str:
        return self.tr("%n token(s)", "", count)

    def left_out(self, count: int) -> str:
        return self.tr("%n oldest turn(s) left out", "", count)


def left_out_words(count: int) -> str:
    """Return how many turns the model did not see."""
    return _Counts().left_out(count)


def last_inference(turn: Turn) -> InferenceStep | None:
    """Return the last call of the model."""
    return next((step for step in reversed(turn.steps) if isinstance(step, InferenceStep)), None)


def tokens_per_second(turn: Turn) -> float:
    """Return the decode speed of the last call of the model, 0 when unknown."""
    step = last_inference(turn)
    return step.timings.tokens_per_second(step.usage.completion_tokens) if step else 0.0


def figures(turn: Turn) -> str:
    """Return tokens, speed and time to the first token in one line."""
    step = last_inference(turn)
    if step is None or not step.usage.completion_tokens:
        return ""
    translate = QCoreApplication.translate
    parts = [_Counts().tokens(step.usage.completion_tokens)]
    if (speed := tokens_per_second(turn)) > 0:
        parts.append(translate("Turn", "{speed} tok/s").format(speed=number_words(speed, 1)))
    if step.timings.first_token > 0:
        seconds = number_words(step.timings.first_token, 2)
        parts.append(translate("Turn", "first token after {seconds} s").format(seconds=seconds))
    return "  ·  ".join(parts)


def step_details(step: InferenceStep) -> str:
    """Return one step, line by line, for the disclosure."""
    translate = QCoreApplication.translate
    usage = step.usage
    lines = [
        translate("Turn", "Model: {model}").format(model=step.model),
        translate("Turn", "Prompt: {prompt} tokens, {cached} of them from the cache").format(
            prompt=usage.prompt_tokens, cached=usage.cached_tokens
        ),
        translate("Turn", "Answer: {answer} tokens").format(answer=usage.completion_tokens),
        translate("Turn", "Waited {queued} s, first token after {first} s, wrote for {wrote} s").format(
            queued=number_words(step.timings.queued, 2),
            first=number_words(step.timings.first_token, 2),
            wrote=number_words(step.timings.generation, 2),
        ),
    ]
    if step.finish_reason:
        lines.append(translate("Turn", "Ended by: {reason}").format(reason=step.finish_reason))
    return "\n".join(lines)


def cut_words(turn: Turn) -> list[str]:
    """Return what the full context has cost this turn; empty when nothing was cut."""
    step = last_inference(turn)
    context = step.context if step else None
    if context is None:
        return []
    translate = QCoreApplication.translate
    words = []
    if context.dropped_turns:
        left_out = left_out_words(context.dropped_turns)
        size = number_words(context.context_length)
        words.append(
            translate("Turn", "{left_out}: the context of {size} tokens is full.").format(left_out=left_out, size=size)
        )
    if context.cut_answer:
        words.append(translate("Turn", "The answer ends here because the context is full."))
    return words


def answer_text(turn: Turn) -> str:
    """Return what may be shown as the answer: nothing of one that a shield blocked."""
    return "" if turn.state == "blocked" else turn.output_text()


def ending(turn: Turn) -> tuple[str, str] | None:
    """Return what happened and what to do for a turn that did not complete; None for one that did."""
    translate = QCoreApplication.translate
    match turn.state:
        case "cancelled":
            return translate("Turn", "Stopped."), translate("Turn", "What was written until then is kept.")
        case "interrupted":
            return (
                translate("Turn", "Paddock ended while this answer was being written."),
                translate("Turn", "What was written until then is kept."),
            )
        case "failed":
            failure = turn.failure
            if failure is None:
                return translate("Turn", "The answer failed."), ""
            return failure.message, failure.hint
        case _:
            return None
