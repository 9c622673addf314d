"""Stands between a model and whoever listens: judges an answer piece by piece while the next one is written.

In mode "verify" no character passes that was not judged; in "retract" and "final" all passes at once and may have to be
taken back. Must not know how texts are judged, and must not store anything.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from app.engine.agents.batching import Item
from app.engine.domain.inference import GenerationFinished, TextDelta, ToolCallDelta
from app.engine.domain.safety import Judgement, Streaming
from app.engine.runtime.streams import closing

# A piece is judged at the first end of a sentence behind so many characters; one without an end is cut.
PIECE_CHARACTERS = 200
LONGEST_PIECE = 600
_SENTENCE_END = re.compile(r"[.!?…]['\")\]]*\s|[。！？]|\n")

Judge = Callable[[str], Awaitable[Judgement]]


def piece_end(text: str, start: int, *, ended: bool) -> int | None:
    """Return where the next piece to judge ends, None while it is too short. `ended` says that no text follows."""
    if ended:
        return len(text) if len(text) > start else None
    border = _SENTENCE_END.search(text, min(len(text), start + PIECE_CHARACTERS - 1))
    if border is not None and border.end() - start <= LONGEST_PIECE:
        return border.end()
    if len(text) - start < LONGEST_PIECE:
        return None
    cut = text.rfind(" ", start + PIECE_CHARACTERS, start + LONGEST_PIECE)
    return cut + 1 if cut > 0 else start + LONGEST_PIECE


class OutputGate:
    """Judges one answer. `judge` is given all of it up to the end of a piece, so that it knows what came before.

    Calls of tools are held back until the end, whatever the mode, and judged as text of the answer.
    """

    def __init__(self, judge: Judge, mode: Streaming) -> None:
        self._judge = judge
        self._mode = mode
        self._text = ""
        self._sent = 0
        self._judged = 0
        self._ended = False
        self._held: list[Item] = []
        # What the answer asks tools to do, in words; judged with the end of the text.
        self._called = ""
        self._calls_judged = False

    async def run(self, items: AsyncIterator[Item]) -> AsyncIterator[Item | Judgement]:
        """Yield what may be shown, and every judgement; one that blocks comes last. Closing it closes `items`."""
        async with closing(items) as source:
            arriving: asyncio.Task[Item | None] | None = asyncio.create_task(anext(source, None))
            checking: asyncio.Task[Judgement] | None = None
            checked, with_calls = 0, False
            try:
                while arriving is not None or checking is not None:
                    waited = [task for task in (arriving, checking) if task is not None]
                    await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
                    if checking is not None and checking.done():
                        judgement = checking.result()
                        yield judgement
                        if judgement.blocked:
                            return
                        self._judged, checking = checked, None
                        self._calls_judged = self._calls_judged or with_calls
                    if arriving is not None and arriving.done():
                        item = arriving.result()
                        self._take(item)
                        arriving = None if item is None else asyncio.create_task(anext(source, None))
                    if checking is None and (end := self._next_piece()) is not None:
                        checked, with_calls = end, self._ended
                        checking = asyncio.create_task(self._check(self._asked(end)), name="judge an answer")
                    for ready in self._ready():
                        yield ready
            finally:
                await _cancelled(arriving, checking)

    async def _check(self, text: str) -> Judgement:
        return await self._judge(text)

    def _asked(self, end: int) -> str:
        return self._text[:end] + (self._called if self._ended else "")

    def _take(self, item: Item | None) -> None:
        match item:
            case None:
                self._ended = True
            case TextDelta(text):
                self._text += text
            case ToolCallDelta(_, _, name, arguments):
                self._called += (f"\n{name} " if name else "") + arguments
                self._held.append(item)
            case _:
                self._ended = self._ended or isinstance(item, GenerationFinished)
                self._held.append(item)

    def _next_piece(self) -> int | None:
        if self._mode == "final" and not self._ended:
            return None
        end = piece_end(self._text, self._judged, ended=self._ended)
        if end is None and self._ended and self._unjudged_calls:
            return len(self._text)
        return end

    @property
    def _unjudged_calls(self) -> bool:
        return bool(self._called) and not self._calls_judged

    def _ready(self) -> list[Item]:
        """Return what may pass now: judged text, or all that can be taken back; the rest behind the last check."""
        allowed = self._judged if self._mode == "verify" else len(self._text)
        ready: list[Item] = []
        if allowed > self._sent:
            ready.append(TextDelta(self._text[self._sent : allowed]))
            self._sent = allowed
        if self._ended and self._judged == len(self._text) and not self._unjudged_calls:
            ready += self._held
            self._held = []
        return ready


async def _cancelled(*tasks: asyncio.Task[Any] | None) -> None:
    running = [task for task in tasks if task is not None]
    for task in running:
        task.cancel()
    if running:
        await asyncio.wait(running)
