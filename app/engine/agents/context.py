"""Chooses what of a conversation the model sees when not all of it fits. Never silently: it says what was left out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from app.engine.domain.agents import AgentConfig, InferenceStep, ToolExecutionStep, Turn
from app.engine.domain.errors import PromptTooLong
from app.engine.domain.inference import Message

# Room an answer should have at least; with less, older turns make way.
ANSWER_ROOM = 256

Count = Callable[[tuple[Message, ...]], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Window:
    """The messages the model sees, their length in tokens, and how many of the oldest turns are not among them."""

    messages: tuple[Message, ...]
    prompt_tokens: int
    dropped_turns: int


def turn_messages(turn: Turn) -> tuple[Message, ...]:
    """Return a past turn as messages; an unfinished answer counts as far as it went."""
    answer = turn.output or (Message(role="assistant", content=text) if (text := turn.output_text()) else None)
    said = (*turn.input, *exchanged(turn))
    return (*said, answer) if answer is not None else said


def exchanged(turn: Turn) -> tuple[Message, ...]:
    """Return the calls of a turn that have results, and the results, as messages."""
    messages: list[Message] = []
    text = ""
    for step in turn.steps:
        if isinstance(step, InferenceStep):
            text = step.text
        elif isinstance(step, ToolExecutionStep):
            messages.append(Message(role="assistant", content=text, tool_calls=step.tool_calls))
            messages += (
                Message(role="tool", content=each.content, name=each.name or None, tool_call_id=each.call_id)
                for each in step.results
            )
    return tuple(messages)


def answer_room(config: AgentConfig, context_length: int) -> int:
    """Return the tokens kept free for the answer: what was asked for, within a quarter of a small context."""
    return min(config.max_tokens or ANSWER_ROOM, max(1, context_length // 4))


async def fit_window(
    past: Sequence[Turn], current: tuple[Message, ...], config: AgentConfig, context_length: int, count: Count
) -> Window:
    """Return the longest end of the conversation that fits; raises PromptTooLong when not even one message does.

    With the policy "refuse" nothing is left out. Costs O(log turns) counts.
    """
    room = context_length - answer_room(config, context_length)
    full = await _window(past, 0, current, config, count)
    if full.prompt_tokens <= room:
        return full
    if config.context_policy == "refuse" or not past:
        return _fitting(full, context_length)
    low, high = 1, len(past)
    best = await _window(past, high, current, config, count)
    while low < high:
        middle = (low + high) // 2
        tried = await _window(past, middle, current, config, count)
        if tried.prompt_tokens <= room:
            best, high = tried, middle
        else:
            low = middle + 1
    return _fitting(best, context_length)


def _fitting(window: Window, context_length: int) -> Window:
    if window.prompt_tokens >= context_length:
        raise PromptTooLong(window.prompt_tokens, context_length)
    return window


async def _window(
    past: Sequence[Turn], dropped: int, current: tuple[Message, ...], config: AgentConfig, count: Count
) -> Window:
    system = (Message(role="system", content=config.instructions),) if config.instructions.strip() else ()
    said = tuple(message for turn in past[dropped:] for message in turn_messages(turn))
    messages = (*system, *said, *current)
    return Window(messages, await count(messages), dropped)
