"""A guard is asked no more than is needed, and what windows find is joined to the worst of everything."""

from __future__ import annotations

import asyncio

import pytest

from app.engine.domain.errors import InvalidRequest
from app.engine.safety.llama_guard.inquiry import MOST_CODES, Bounded, Finding, Inquiry, check_words, gathered, worst
from app.engine.safety.llama_guard.prompt import Frame, Turn, frame_for
from app.engine.safety.llama_guard.versions import LLAMA_GUARD_3
from tests.fakes.guard import FakeGuard

HELLO, BOMB = (Turn("User", "hello"),), (Turn("User", "a bomb"),)


def frame() -> Frame:
    made = frame_for(LLAMA_GUARD_3, "input", LLAMA_GUARD_3.categories)
    assert made is not None
    return made


def inquiry(guard: FakeGuard, *, threshold: float = 0.5, always: bool = False) -> Inquiry:
    return Inquiry(guard, frame(), fixed=850, threshold=threshold, always=always)


async def test_a_safe_text_is_asked_once_and_an_unsafe_one_until_its_answer_ends() -> None:
    guard = FakeGuard()
    assert await inquiry(guard).judge(HELLO) == Finding(unsafe=pytest.approx(0.1))
    assert len(guard.prompts) == 1
    found = await inquiry(guard).judge(BOMB)
    assert found.named == {"indiscriminate_weapons": pytest.approx(0.9)}
    assert len(guard.prompts) == 1 + 3


async def test_always_asks_for_the_category_of_a_safe_text_but_not_for_more() -> None:
    guard = FakeGuard()
    found = await inquiry(guard, always=True).judge(HELLO)
    assert len(guard.prompts) == 2
    assert found.scores["violent_crimes"] == pytest.approx(0.1 * 0.95)


async def test_a_guard_that_repeats_itself_or_never_ends_is_stopped() -> None:
    guard = FakeGuard({"bomb": (9, 9, 9, 9)})
    await inquiry(guard).judge(BOMB)
    assert guard.prompts[-1][-1].text == "unsafe\nS9,S"
    endless = FakeGuard({"bomb": tuple(range(1, 15))})
    found = await inquiry(endless).judge(BOMB)
    assert len(found.named) == MOST_CODES


async def test_no_code_at_all_is_told_apart() -> None:
    guard = FakeGuard()
    guard.code_mass = 0.01
    found = await inquiry(guard).judge(BOMB)
    assert (found.named, found.nameless) == ({}, pytest.approx(0.9))


async def test_words_that_are_no_tokens_are_refused() -> None:
    guard = FakeGuard()
    guard.error = InvalidRequest("“14” is 2 tokens of this model, not one.", param="choices")
    with pytest.raises(InvalidRequest):
        await check_words(guard, frame())
    assert guard.choices == [("safe", "unsafe", *map(str, range(1, 15)))]


def test_the_worst_of_windows() -> None:
    first = Finding(unsafe=0.9, named={"hate": 0.9}, scores={"hate": 0.8, "privacy": 0.1})
    second = Finding(
        unsafe=0.6, named={"privacy": 0.6, "hate": 0.6}, scores={"hate": 0.3, "privacy": 0.3}, nameless=0.6
    )
    assert worst([first, second, Finding(unsafe=0.1)]) == Finding(
        unsafe=0.9, named={"hate": 0.9, "privacy": 0.6}, scores={"hate": 0.8, "privacy": 0.3}, nameless=0.6
    )


async def test_only_so_many_ask_at_once() -> None:
    guard = FakeGuard()
    bounded = Bounded(guard, asyncio.Semaphore(3))
    await gathered(bounded.classify(frame().prompt(HELLO), ("safe", "unsafe")) for _ in range(12))
    assert guard.most_together == 3
    assert await bounded.count(frame().prompt(())) > 800
    assert (bounded.model_id, bounded.version) == (guard.model_id, guard.version)


async def test_one_failure_ends_the_others() -> None:
    ended: list[str] = []

    async def waits() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("waits")

    async def fails() -> None:
        await asyncio.sleep(0)
        raise InvalidRequest("no")

    with pytest.raises(InvalidRequest):
        await gathered([waits(), fails(), waits()])
    assert ended == ["waits", "waits"]
