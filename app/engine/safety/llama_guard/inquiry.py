"""Asks a guard about one text: one forward pass for a safe one, further ones to learn the categories of an unsafe one.

Must not know policies: what counts as unsafe is decided by whoever asks. Raises what the guard raises.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from typing import Any, Protocol, TypeVar

from msgspec import Struct

from app.engine.domain.errors import ModelUnavailable
from app.engine.domain.inference import Classified, PromptPart
from app.engine.safety.llama_guard.prompt import Frame, Turn
from app.engine.safety.llama_guard.verdict import (
    ANSWERS,
    MORE,
    Place,
    answered,
    goes_on,
    highest,
    named,
    place,
    shares,
    so_far,
    unsafe_probability,
)
from app.engine.safety.llama_guard.versions import GuardVersion
from app.engine.safety.llama_guard.windows import fitted

# A prompt is kept this short even where the context is longer: long ones take long and hide what is short in them.
PROMPT_TOKENS = 2048
ANSWER_TOKENS = 32  # room for "unsafe", a new line and the codes of several categories
LEAST_ROOM = 16  # with less, nothing that makes sense could be judged
BLANKS = 2  # some files put white space before their answer, whatever the prompt ends with
MOST_CODES = 5  # an unsafe text is unsafe; the sixth reason costs more than it tells

T = TypeVar("T")


class GuardModel(Protocol):
    """A Llama Guard that can be asked. Its verbs raise PaddockErrors only."""

    @property
    def model_id(self) -> str:
        """What the model is called in the library."""
        ...

    @property
    def version(self) -> GuardVersion:
        """Which Llama Guard it is."""
        ...

    @property
    def context_length(self) -> int:
        """Tokens a prompt and a short answer may have together."""
        ...

    async def classify(self, prompt: tuple[PromptPart, ...], choices: tuple[str, ...]) -> Classified:
        """Return the probabilities of the choices as the next token; raises InvalidRequest when one is no token."""
        ...

    async def count(self, prompt: tuple[PromptPart, ...]) -> int:
        """Return the length of a prompt in tokens."""
        ...


class Finding(Struct, frozen=True, kw_only=True):
    """What a guard says of one text.

    `unsafe` is P(unsafe). `named` holds the categories it would name, each with the P(unsafe) of the words it was named
    for. `scores` is the probability of each category asked: P(unsafe) times the category's share. `nameless` is the
    P(unsafe) of words for which it would name no code at all, 0 when there are none.
    """

    unsafe: float
    named: dict[str, float] = {}
    scores: dict[str, float] = {}
    nameless: float = 0.0


class Inquiry:
    """Asks one guard within one frame of `fixed` tokens.

    Categories are asked for from P(unsafe) = `threshold` on; with `always`, at least the likeliest one of any text.
    """

    def __init__(self, guard: GuardModel, frame: Frame, *, fixed: int, threshold: float, always: bool = False) -> None:
        self._guard = guard
        self._version = guard.version
        self._frame = frame
        self._fixed = fixed
        self._threshold = threshold
        self._always = always

    async def judge(self, turns: Sequence[Turn]) -> Finding:
        """Judge the last turn; a long one in windows, of which the worst one counts."""
        conversations = await fitted(turns, self._room(), self._count)
        return worst(await gathered(self._judge(each) for each in conversations))

    async def _judge(self, turns: Sequence[Turn]) -> Finding:
        prompt = self._frame.prompt(turns)
        found = await self._guard.classify(prompt, ANSWERS)
        for _ in range(BLANKS):
            if not found.best.isspace():
                break
            prompt = (*prompt, PromptPart(text=found.best))
            found = await self._guard.classify(prompt, ANSWERS)
        unsafe = unsafe_probability(found)
        if unsafe < self._threshold and not self._always:
            return Finding(unsafe=unsafe)
        return await self._with_categories(prompt, unsafe)

    async def _with_categories(self, prompt: tuple[PromptPart, ...], unsafe: float) -> Finding:
        places = [await self._place(prompt, [])]
        if unsafe >= self._threshold:
            await self._go_on(prompt, places)
        shared = shares(self._frame, self._version, places)
        return Finding(
            unsafe=unsafe,
            named=dict.fromkeys(named(self._frame, self._version, places), unsafe),
            scores={category: unsafe * share for category, share in shared.items()},
            nameless=0.0 if places[0].in_grammar else unsafe,
        )

    async def _go_on(self, prompt: tuple[PromptPart, ...], places: list[Place]) -> None:
        """Follow the likeliest answer, code by code, to its end."""
        said: list[int] = []
        while places[-1].in_grammar and places[-1].best not in said:
            said.append(places[-1].best)
            if len(said) == MOST_CODES or not await self._names_more(prompt, said):
                return
            places.append(await self._place(prompt, said))

    async def _place(self, prompt: tuple[PromptPart, ...], said: Sequence[int]) -> Place:
        numbers = self._frame.numbers
        asked = (*prompt, so_far(self._version, said))
        return place(numbers, await self._guard.classify(asked, tuple(map(str, numbers))))

    async def _names_more(self, prompt: tuple[PromptPart, ...], said: Sequence[int]) -> bool:
        return goes_on(await self._guard.classify((*prompt, answered(self._version, said)), (MORE,)))

    def _room(self) -> int:
        room = min(self._guard.context_length, PROMPT_TOKENS) - self._fixed - ANSWER_TOKENS
        if room < LEAST_ROOM:
            raise ModelUnavailable(
                f"The guard's context of {self._guard.context_length} tokens is too short for its own instructions.",
                hint="Load it with a larger context, or switch custom categories off.",
            )
        return room

    async def _count(self, text: str) -> int:
        return await self._guard.count((PromptPart(text=text),))


async def check_words(guard: GuardModel, frame: Frame) -> None:
    """Make sure that all words of the guard's grammar are tokens of its model; raises InvalidRequest."""
    await guard.classify(frame.prompt(()), (*ANSWERS, *map(str, frame.numbers)))


def worst(findings: Sequence[Finding]) -> Finding:
    """Return several windows of one text as one finding: the highest of everything."""
    return Finding(
        unsafe=max(each.unsafe for each in findings),
        named=highest([each.named for each in findings]),
        scores=highest([each.scores for each in findings]),
        nameless=max(each.nameless for each in findings),
    )


class Bounded:
    """A guard that is asked by so many at once only: more would fill the queue of its host, which then refuses."""

    def __init__(self, guard: GuardModel, turn: asyncio.Semaphore) -> None:
        self._guard = guard
        self._turn = turn
        self.model_id, self.version, self.context_length = guard.model_id, guard.version, guard.context_length

    async def classify(self, prompt: tuple[PromptPart, ...], choices: tuple[str, ...]) -> Classified:
        """Return the probabilities of the choices, in turn."""
        async with self._turn:
            return await self._guard.classify(prompt, choices)

    async def count(self, prompt: tuple[PromptPart, ...]) -> int:
        """Return the length of a prompt in tokens."""
        return await self._guard.count(prompt)


async def gathered(several: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Await all together; when one raises, the others are ended and its error is raised."""
    tasks = [asyncio.ensure_future(each) for each in several]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
