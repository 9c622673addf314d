"""A guard model whose answers are written down: it reads the judged turn and knows which words are unsafe and why."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Mapping

from app.engine.domain.errors import PaddockError
from app.engine.domain.inference import Classified, PromptPart
from app.engine.safety.llama_guard.versions import LLAMA_GUARD_3, GuardVersion

LOW = -20.0


class FakeGuard:
    """Says "unsafe" of turns that hold a word of `words`, and names the codes given for it, in order.

    `certain` is P(unsafe) for such turns; other turns have the rest. A token is a letter.
    """

    def __init__(
        self,
        words: Mapping[str, tuple[int, ...]] | None = None,
        *,
        version: GuardVersion = LLAMA_GUARD_3,
        certain: float = 0.9,
        context_length: int = 100_000,
        model_id: str = "fake-guard",
    ) -> None:
        self.words = dict(words or {"bomb": (9,)})
        self.version = version
        self.certain = certain
        self.context_length = context_length
        self.model_id = model_id
        self.prompts: list[tuple[PromptPart, ...]] = []
        self.choices: list[tuple[str, ...]] = []
        self.counted = 0
        self.error: PaddockError | None = None
        self.mass = 1.0
        self.best: str | None = None
        self.leading = ""
        self.code_mass = 1.0
        self.shares: dict[int, float] | None = None
        self.together = self.most_together = 0

    @property
    def judged(self) -> list[str]:
        """The last turns of what was asked for a verdict, in order; the check of the words is left out."""
        asked = zip(self.prompts, self.choices, strict=True)
        return [self._last_turn(prompt) for prompt, choices in asked if choices == ("safe", "unsafe")]

    async def classify(self, prompt: tuple[PromptPart, ...], choices: tuple[str, ...]) -> Classified:
        """Answer after a turn of the loop, so that several can be under way."""
        self.prompts.append(prompt)
        self.choices.append(choices)
        self.together += 1
        self.most_together = max(self.most_together, self.together)
        await asyncio.sleep(0)
        self.together -= 1
        if self.error is not None:
            raise self.error
        return self._answer(prompt, choices)

    async def count(self, prompt: tuple[PromptPart, ...]) -> int:
        """Count letters."""
        self.counted += 1
        return sum(len(part.text) for part in prompt)

    def _answer(self, prompt: tuple[PromptPart, ...], choices: tuple[str, ...]) -> Classified:
        numbers = self._numbers(prompt)
        said = prompt[-1].text
        if said.startswith("unsafe\n") and choices == (",",):
            return Classified(logprobs=(-1.0,), best="," if said.count(",") + 1 < len(numbers) else "<|eot_id|>")
        if said.startswith("unsafe\n"):
            return self._codes(numbers[said.count(",") :] or (1,), choices)
        if self.leading and said != self.leading:
            return Classified(logprobs=(LOW,) * len(choices), best=self.leading)
        unsafe = self.certain if numbers else 1 - self.certain
        values = {"safe": 1 - unsafe, "unsafe": unsafe}
        best = self.best or max(values, key=lambda word: values[word])
        logs = tuple(math.log(values.get(word, 0.0) * self.mass or math.exp(LOW)) for word in choices)
        return Classified(logprobs=logs, best=best)

    def _codes(self, numbers: tuple[int, ...], choices: tuple[str, ...]) -> Classified:
        shares = self.shares or {numbers[0]: 0.95}
        rest = math.exp(LOW)
        logs = tuple(math.log(shares.get(int(choice), rest) * self.code_mass) for choice in choices)
        return Classified(logprobs=logs, best=str(max(shares, key=lambda number: shares[number])))

    def _numbers(self, prompt: tuple[PromptPart, ...]) -> tuple[int, ...]:
        turn = self._last_turn(prompt)
        return next((numbers for word, numbers in self.words.items() if word in turn), ())

    @staticmethod
    def _last_turn(prompt: tuple[PromptPart, ...]) -> str:
        (talk,) = (part.text for part in prompt if not part.special and re.match(r"(User|Agent): |\Z", part.text))
        return re.split(r"\n\n(?=User: |Agent: )", talk)[-1]
