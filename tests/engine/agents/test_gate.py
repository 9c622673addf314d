"""Nothing that was not judged leaves the gate in mode verify; in the others it can be taken back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.agents.batching import Item
from app.engine.agents.gate import LONGEST_PIECE, PIECE_CHARACTERS, OutputGate, piece_end
from app.engine.domain.errors import ModelHostDied
from app.engine.domain.inference import GenerationFinished, TextDelta, ToolCallDelta, Usage
from app.engine.domain.safety import Judgement, Streaming
from app.engine.runtime.streams import closing

FINISHED = GenerationFinished("stop", Usage())
SENTENCE = "The mare eats oats in the morning and hay at night. "  # 52 characters
BAD = "dynamite"


class Judge:
    """Blocks a word; `gate`, when cleared, holds its answers."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, text: str) -> Judgement:
        self.seen.append(text)
        await self.gate.wait()
        return Judgement(outcome="block" if BAD in text else "allow")


async def speak(*words: str | Item | Exception | asyncio.Event) -> AsyncIterator[Item]:
    for word in words:
        if isinstance(word, Exception):
            raise word
        if isinstance(word, asyncio.Event):
            await word.wait()
        else:
            yield TextDelta(word) if isinstance(word, str) else word


async def passed(judge: Judge, mode: Streaming, *words: str | Item | Exception) -> list[Item | Judgement]:
    async with closing(OutputGate(judge, mode).run(speak(*words))) as items:
        return [item async for item in items]


def text_of(items: Sequence[object]) -> str:
    return "".join(item.text for item in items if isinstance(item, TextDelta))


async def test_a_good_answer_comes_whole_in_pieces_that_were_judged() -> None:
    judge = Judge()
    items = await passed(judge, "verify", *[SENTENCE] * 20, FINISHED)
    assert text_of(items) == SENTENCE * 20
    assert items[-1] == FINISHED
    assert judge.seen[-1] == SENTENCE * 20
    shown = ""
    for item in items:
        if isinstance(item, TextDelta):
            shown += item.text
            assert any(shown == seen for seen in judge.seen), "a piece was shown that was not judged"


async def test_nothing_leaves_before_the_judgement() -> None:
    judge = Judge()
    judge.gate.clear()
    seen: list[object] = []
    gate = OutputGate(judge, "verify").run(speak(*[SENTENCE] * 20, FINISHED))

    async def read() -> None:
        async with closing(gate) as items:
            async for item in items:
                seen.append(item)

    reading = asyncio.create_task(read())
    while not judge.seen:
        await asyncio.sleep(0)
    assert not seen
    judge.gate.set()
    await reading
    assert text_of(seen) == SENTENCE * 20


@pytest.mark.parametrize("place", [0, 3, 9, 19])
async def test_what_is_blocked_is_never_shown_nor_what_follows_it(place: int) -> None:
    words = [SENTENCE] * 20
    words[place] = f"Here is how to mix {BAD} at home, step by step. "
    items = await passed(Judge(), "verify", *words, FINISHED)
    assert BAD not in text_of(items)
    assert text_of(items) != SENTENCE * 20 and (SENTENCE * place).startswith(text_of(items))
    last = items[-1]
    assert isinstance(last, Judgement) and last.blocked


@pytest.mark.parametrize("mode", ["retract", "final"])
async def test_in_the_other_modes_all_is_shown_at_once_and_the_judgement_follows(mode: Streaming) -> None:
    judge = Judge()
    items = await passed(judge, mode, SENTENCE, f"Mix {BAD}. ", FINISHED)
    assert BAD in text_of(items)
    assert isinstance(items[-1], Judgement) and items[-1].blocked
    assert FINISHED not in items
    assert judge.seen == [f"{SENTENCE}Mix {BAD}. "]


async def test_in_mode_final_there_is_one_judgement() -> None:
    judge = Judge()
    items = await passed(judge, "final", *[SENTENCE] * 40, FINISHED)
    assert len(judge.seen) == 1
    assert text_of(items) == SENTENCE * 40 and items[-1] == FINISHED


async def test_while_one_piece_is_judged_the_next_grows() -> None:
    judge = Judge()
    judge.gate.clear()
    gate = OutputGate(judge, "verify")
    reading = asyncio.create_task(anext(aiter(gate.run(speak(*[SENTENCE] * 40, FINISHED)))))
    async with asyncio.timeout(8):
        while gate._text != SENTENCE * 40:  # the model goes on while the first piece is being judged
            await asyncio.sleep(0)
    assert len(judge.seen) == 1
    judge.gate.set()
    assert isinstance(await reading, Judgement)


async def test_calls_of_tools_wait_for_the_judgement_of_the_text_before_them() -> None:
    call = ToolCallDelta(0, "id", "tool", "{}")
    items = await passed(Judge(), "verify", "Let me look. ", call, FINISHED)
    assert [type(item).__name__ for item in items] == ["Judgement", "TextDelta", "ToolCallDelta", "GenerationFinished"]
    blocked = await passed(Judge(), "verify", f"Buy {BAD}. ", call, FINISHED)
    assert call not in blocked


async def test_an_empty_answer_needs_no_judgement() -> None:
    judge = Judge()
    assert await passed(judge, "verify", FINISHED) == [FINISHED]
    assert judge.seen == []


async def test_a_model_that_fails_is_heard_and_nothing_stays_behind() -> None:
    with pytest.raises(ModelHostDied):
        await passed(Judge(), "verify", SENTENCE, ModelHostDied("gone"))


async def test_who_leaves_early_ends_the_generation() -> None:
    closed = asyncio.Event()

    async def endless() -> AsyncIterator[Item]:
        try:
            while True:
                yield TextDelta(SENTENCE)
                await asyncio.sleep(0)
        finally:
            closed.set()

    async with closing(OutputGate(Judge(), "verify").run(endless())) as items:
        await anext(aiter(items))
    assert closed.is_set()


def test_a_piece_ends_behind_a_sentence() -> None:
    text = SENTENCE * 10
    end = piece_end(text, 0, ended=False)
    assert end is not None and PIECE_CHARACTERS <= end <= PIECE_CHARACTERS + len(SENTENCE)
    assert text[:end].endswith(". ")
    assert piece_end(text[:150], 0, ended=False) is None
    assert piece_end(text[:150], 0, ended=True) == 150
    assert piece_end("", 0, ended=True) is None
    assert piece_end("x" * 599, 0, ended=False) is None
    assert piece_end("x" * 700, 0, ended=False) == LONGEST_PIECE
    assert piece_end("word " * 200, 0, ended=False) == LONGEST_PIECE


@given(st.text(alphabet="ab .\n。", max_size=3000), st.integers(0, 3000))
def test_a_piece_always_moves_on_and_stays_short(text: str, start: int) -> None:
    start = min(start, len(text))
    end = piece_end(text, start, ended=False)
    if end is not None:
        assert start + PIECE_CHARACTERS <= end <= start + LONGEST_PIECE
    elif len(text) - start >= LONGEST_PIECE:
        raise AssertionError("a long text has to be judged")


def call(name: str | None, arguments: str) -> ToolCallDelta:
    return ToolCallDelta(0, "c" if name else None, name, arguments)


@pytest.mark.parametrize("mode", ["verify", "retract", "final"])
async def test_calls_of_tools_wait_for_their_judgement(mode: Streaming) -> None:
    judge = Judge()
    calls = [call("get_weather", '{"city": '), call(None, '"Oslo"}')]
    items = await passed(judge, mode, "Let me see.", *calls, FINISHED)
    assert judge.seen[-1] == 'Let me see.\nget_weather {"city": "Oslo"}'
    assert items[-3:] == [*calls, FINISHED]
    last = max(number for number, item in enumerate(items) if isinstance(item, Judgement))
    assert last < items.index(calls[0]), "nothing of a call comes before all of it was judged"


@pytest.mark.parametrize("mode", ["verify", "retract", "final"])
@pytest.mark.parametrize("said", [(), ("Let me see.",), (SENTENCE * 5,)])
async def test_a_call_that_is_blocked_does_not_leave(mode: Streaming, said: tuple[str, ...]) -> None:
    items = await passed(Judge(), mode, *said, call("buy", '{"what": "dynamite"}'), FINISHED)
    assert not any(isinstance(item, ToolCallDelta) for item in items)
    assert isinstance(items[-1], Judgement) and items[-1].blocked
