"""What the model sees when not everything fits: the longest end, and never in silence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.agents.context import answer_room, fit_window
from app.engine.domain.agents import AgentConfig, InferenceStep, Turn
from app.engine.domain.errors import PromptTooLong
from app.engine.domain.inference import Message


def turn(number: int, words: int, *, answered: bool = True) -> Turn:
    said = Message(role="user", content=" ".join([f"q{number}"] * words))
    answer = Message(role="assistant", content=f"a{number}") if answered else None
    return Turn(id=str(number), session_id="s", parent_id=None, input=(said,), output=answer)


async def count(messages: tuple[Message, ...]) -> int:
    return sum(len(message.content.split()) for message in messages)


NOW = (Message(role="user", content="now"),)


async def test_all_of_a_short_conversation_is_seen() -> None:
    window = await fit_window([turn(1, 3), turn(2, 3)], NOW, AgentConfig(instructions="be brief"), 1000, count)
    assert window.dropped_turns == 0
    assert [m.role for m in window.messages] == ["system", "user", "assistant", "user", "assistant", "user"]


async def test_the_oldest_turns_make_way_and_the_instructions_stay() -> None:
    past = [turn(number, 20) for number in range(10)]
    window = await fit_window(past, NOW, AgentConfig(instructions="be brief", max_tokens=10), 100, count)
    assert window.dropped_turns > 0
    assert window.messages[0].content == "be brief"
    assert window.messages[-1].content == "now"
    assert window.prompt_tokens <= 90


async def test_the_policy_refuse_leaves_nothing_out() -> None:
    past = [turn(number, 20) for number in range(10)]
    with pytest.raises(PromptTooLong):
        await fit_window(past, NOW, AgentConfig(context_policy="refuse"), 100, count)


async def test_one_message_that_never_fits_is_refused_with_both_lengths() -> None:
    long = (Message(role="user", content="word " * 200),)
    with pytest.raises(PromptTooLong) as refused:
        await fit_window([turn(1, 5)], long, AgentConfig(), 100, count)
    assert (refused.value.prompt_tokens, refused.value.context_length) == (200, 100)


async def test_an_unfinished_answer_counts_as_far_as_it_went() -> None:
    step = InferenceStep(id="i", turn_id="1", model="m", text="half an answ")
    cut = Turn(id="1", session_id="s", parent_id=None, input=NOW, steps=(step,), state="interrupted")
    window = await fit_window([cut], NOW, AgentConfig(), 1000, count)
    assert window.messages[1] == Message(role="assistant", content="half an answ")


@given(st.lists(st.integers(1, 60), max_size=30), st.integers(40, 400))
async def test_the_fewest_turns_are_left_out(sizes: list[int], context: int) -> None:
    past = [turn(number, size) for number, size in enumerate(sizes)]
    config = AgentConfig()
    window = await fit_window(past, NOW, config, context, count)
    room = context - answer_room(config, context)
    assert window.prompt_tokens < context
    if window.dropped_turns:
        one_more = sum(size + 1 for size in sizes[window.dropped_turns - 1 :]) + 1
        assert one_more > room
