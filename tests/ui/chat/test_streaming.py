"""While streaming, finished blocks never change and nothing is lost."""

from __future__ import annotations

import pytest

from app.ui.chat.markdown import Segment, blocks
from app.ui.chat.streaming import StreamSplitter
from tests.fakes.demo import ANSWER


def streamed(text: str, step: int) -> list[Segment]:
    splitter = StreamSplitter()
    frozen: list[Segment] = []
    tail: list[Segment] = []
    for end in range(step, len(text) + step, step):
        finished, tail = splitter.feed(text[:end])
        frozen += finished
    return [*frozen, *tail]


@pytest.mark.parametrize("step", [1, 3, 7, 50, 10_000])
def test_the_end_is_what_a_whole_render_gives(step: int) -> None:
    whole = [(b.kind, b.content, b.language) for b in blocks(ANSWER)]
    assert [(b.kind, b.content, b.language) for b in streamed(ANSWER, step)] == whole


def test_a_very_long_paragraph_is_split_so_that_the_tail_stays_small() -> None:
    splitter = StreamSplitter()
    text = "word " * 4000
    frozen = 0
    for end in range(100, len(text), 100):
        finished, tail = splitter.feed(text[:end])
        frozen += len(finished)
        assert sum(len(segment.content) for segment in tail) < 3000
    assert frozen > 3


def test_one_unbroken_line_is_split_too_and_loses_nothing() -> None:
    text = "x" * 20_000
    shown = "".join(s.content for s in streamed(text, 97))
    assert shown.count("x") == 20_000
