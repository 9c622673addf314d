"""What does not fit is left out from the oldest end, as little as possible, and never silently."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.agents.context import ANSWER_ROOM, answer_room, exchanged, fit_window, turn_messages
from app.engine.domain.agents import AgentConfig, InferenceStep, ToolExecutionStep, ToolResult, Turn
from app.engine.domain.errors import PromptTooLong
from app.engine.domain.inference import Message, ToolCall


def turn(number: int, words: int, answer: int = 0) -> Turn:
    output = Message(role="assistant", content="a " * answer) if answer else None
    asked = (Message(role="user", content="q " * words),)
    return Turn(id=str(number), session_id="s", parent_id=None, input=asked, output=output, state="completed")


def now(words: int) -> tuple[Message, ...]:
    return (Message(role="user", content="n " * words),)


class Counter:
    """Counts words, and how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def __call__(self, messages: tuple[Message, ...]) -> int:
        self.asked += 1
        return sum(len(message.content.split()) for message in messages)


def test_a_turn_as_messages() -> None:
    assert [message.role for message in turn_messages(turn(1, 2, 2))] == ["user", "assistant"]
    step = InferenceStep(id="x", turn_id="1", model="m", text="half an")
    cut = Turn(id="1", session_id="s", parent_id=None, input=now(1), steps=(step,), state="cancelled")
    assert turn_messages(cut)[1] == Message(role="assistant", content="half an")
    assert len(turn_messages(turn(1, 2))) == 1


def test_room_for_the_answer() -> None:
    assert answer_room(AgentConfig(), 8192) == ANSWER_ROOM
    assert answer_room(AgentConfig(max_tokens=10), 8192) == 10
    assert answer_room(AgentConfig(max_tokens=5000), 400) == 100
    assert answer_room(AgentConfig(), 2) == 1


async def test_what_fits_is_sent_whole_with_the_instructions_first() -> None:
    config = AgentConfig(instructions="Be kind.")
    window = await fit_window([turn(1, 3, 3)], now(2), config, 1000, Counter())
    assert [message.role for message in window.messages] == ["system", "user", "assistant", "user"]
    assert (window.prompt_tokens, window.dropped_turns) == (10, 0)
    blank = await fit_window([], now(2), AgentConfig(instructions="  "), 1000, Counter())
    assert blank.messages == now(2)


async def test_the_oldest_turns_make_way_and_the_instructions_stay() -> None:
    past = [turn(number, 100) for number in range(10)]
    config = AgentConfig(instructions="Be kind.", max_tokens=50)
    window = await fit_window(past, now(10), config, 500, Counter())
    assert window.dropped_turns == 6
    assert window.messages[0].role == "system"
    assert window.messages[1:] == (*past[6].input, *past[7].input, *past[8].input, *past[9].input, *now(10))


async def test_refusing_leaves_nothing_out() -> None:
    past = [turn(number, 100) for number in range(10)]
    config = AgentConfig(context_policy="refuse", max_tokens=50)
    with pytest.raises(PromptTooLong) as caught:
        await fit_window(past, now(10), config, 500, Counter())
    assert (caught.value.prompt_tokens, caught.value.context_length) == (1010, 500)
    tight = await fit_window(past[:4], now(60), config, 500, Counter())
    assert (tight.prompt_tokens, tight.dropped_turns) == (460, 0)


async def test_one_message_too_long_is_refused_with_both_lengths() -> None:
    with pytest.raises(PromptTooLong) as caught:
        await fit_window([turn(1, 5)], now(600), AgentConfig(), 500, Counter())
    assert (caught.value.prompt_tokens, caught.value.context_length) == (600, 500)


@given(st.lists(st.integers(1, 60), max_size=20), st.integers(1, 60), st.integers(8, 600), st.integers(1, 100))
def test_it_always_fits_and_drops_the_fewest(lengths: list[int], last: int, context: int, wanted: int) -> None:
    past = [turn(number, words) for number, words in enumerate(lengths)]
    config = AgentConfig(max_tokens=wanted)
    room = context - answer_room(config, context)
    counter = Counter()
    try:
        window = asyncio.run(fit_window(past, now(last), config, context, counter))
    except PromptTooLong:
        assert last >= context
        return
    kept = lengths[window.dropped_turns :]
    assert window.prompt_tokens == sum(kept) + last < context
    assert window.prompt_tokens <= room or not kept
    if window.dropped_turns:
        assert sum(kept) + lengths[window.dropped_turns - 1] + last > room, "one more turn would have fitted"
    assert counter.asked <= 8


def test_calls_and_their_results_are_part_of_what_was_said() -> None:
    call = ToolCall(id="c", name="get_time", arguments="{}")
    steps = (
        InferenceStep(id="i", turn_id="t", model="m", text="Let me see.", tool_calls=(call,)),
        ToolExecutionStep(
            id="x", turn_id="t", tool_calls=(call,), results=(ToolResult(call_id="c", content="noon", name="get_time"),)
        ),
        InferenceStep(id="j", turn_id="t", model="m", text="It is noon."),
    )
    asked = (Message(role="user", content="When?"),)
    called = (
        Message(role="assistant", content="Let me see.", tool_calls=(call,)),
        Message(role="tool", content="noon", name="get_time", tool_call_id="c"),
    )
    turn = Turn(id="t", session_id="s", parent_id=None, input=asked, steps=steps)
    assert exchanged(turn) == called
    assert turn_messages(turn) == (*asked, *called, Message(role="assistant", content="It is noon."))
    waiting = msgspec.structs.replace(
        turn, steps=steps[:1], output=Message(role="assistant", content="Let me see.", tool_calls=(call,))
    )
    assert exchanged(waiting) == () and turn_messages(waiting)[-1].tool_calls == (call,)
