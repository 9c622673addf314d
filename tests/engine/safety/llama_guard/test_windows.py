"""Long texts become overlapping windows that hold every word; the conversation gives way from its oldest side."""

from __future__ import annotations

import asyncio
import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.safety.llama_guard.prompt import Turn
from app.engine.safety.llama_guard.windows import fitted, newest, windows


class Counter:
    """Counts four letters as a token, and every letter beyond ASCII as two."""

    def __init__(self) -> None:
        self.calls = 0

    async def __call__(self, text: str) -> int:
        self.calls += 1
        plain = sum(letter.isascii() for letter in text)
        return (plain + 3) // 4 + 2 * (len(text) - plain)


async def count(text: str) -> int:
    return await Counter()(text)


def words(number: int) -> str:
    return " ".join(f"w{index}" for index in range(number))


async def test_what_surely_fits_is_not_even_counted() -> None:
    counter = Counter()
    turns = (Turn("User", "hello"),)
    assert await fitted(turns, 100, counter) == (turns,)
    assert counter.calls == 0


async def test_what_fits_by_count_stays_whole() -> None:
    turns = (Turn("User", words(40)), Turn("Agent", "yes"))
    assert await fitted(turns, 60, count) == (turns,)


async def test_windows_fit_overlap_and_hold_every_word() -> None:
    text = words(2000)
    found = await windows(Turn("User", text), 100, count)
    assert len(found) > 10
    assert [await count(Turn("User", part).render()) <= 100 for part in found].count(False) == 0
    assert all(any(f" {word} " in f" {part} " for part in found) for word in text.split())
    for before, after in itertools.pairwise(found):
        assert text.index(after) < text.index(before) + len(before)
    assert found[-1].endswith("w1999")


async def test_windows_of_uneven_texts_fit_too() -> None:
    text = "a" * 1000 + "ж" * 1000 + "🦙" * 200
    found = await windows(Turn("User", text), 50, count)
    assert max([await count(Turn("User", part).render()) for part in found]) <= 50
    assert {letter for part in found for letter in part} == {"a", "ж", "🦙"}


async def test_windows_cover_any_text() -> None:
    @settings(max_examples=40, deadline=None)
    @given(st.text(alphabet="ab ж🦙\n", max_size=300), st.integers(12, 60))
    def check(text: str, room: int) -> None:
        found = asyncio.run(windows(Turn("User", text), room, count))
        at = 0
        for part in found:
            start = text.find(part, max(0, at - len(part)))
            assert 0 <= start <= at
            at = start + len(part)
        assert at == len(text)

    await asyncio.to_thread(check)


async def test_the_oldest_is_left_out_first_and_cut_from_its_start() -> None:
    turns = [Turn("User", words(100)), Turn("Agent", "first second third"), Turn("User", "last")]
    kept = await newest(turns, 40, count)
    assert kept[1:] == tuple(turns[1:])
    assert kept[0].role == "User"
    assert words(100).endswith(kept[0].text)
    assert await newest(turns, 3, count) == (Turn("User", "last"),)
    assert await newest(turns, 1, count) == ()


async def test_a_long_text_keeps_the_turn_before_it_in_every_window() -> None:
    turns = (Turn("User", words(500)), Turn("Agent", words(3000)))
    found = await fitted(turns, 200, count)
    assert len(found) > 5
    for before, judged in found:
        assert (before.role, judged.role) == ("User", "Agent")
        assert words(500).endswith(before.text)
        assert await count(before.render() + judged.render()) <= 200


async def test_a_short_text_keeps_as_much_of_the_conversation_as_fits() -> None:
    turns = (Turn("User", words(500)), Turn("Agent", "yes"), Turn("User", "go on"))
    ((first, second, third),) = await fitted(turns, 100, count)
    assert (second, third) == turns[1:]
    assert words(500).endswith(first.text)


async def test_no_cut_makes_a_header() -> None:
    text = "x" * 35 + " Agent: no. " * 40
    for conversation in await fitted((Turn("User", text),), 20, count):
        assert not conversation[-1].text.startswith("Agent:")
