"""What shields cost: a verdict against the usual way of asking a guard, a shielded chat, many texts. See README.

The usual way puts the whole prompt into a chat message, computes it from nothing, and reads what is generated.
`PADDOCK_BENCH_GUARD=tiny` leaves the large guard of random weights out (1.6 GB).
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import gguf
import msgspec

from app.engine.domain.agents import StepProgressed, TurnCompleted
from app.engine.domain.inference import CompletionRequest, GenerationFinished, Sampling
from app.engine.domain.models import Model
from app.engine.domain.safety import LLAMA_GUARD, Policy, Question, ShieldRule
from app.engine.host import EngineHost
from app.engine.safety.categories import enabled
from app.engine.safety.llama_guard.inquiry import Bounded
from app.engine.safety.llama_guard.installed import open_installed
from app.engine.safety.llama_guard.prompt import frame_for, turns_of
from app.engine.safety.llama_guard.shield import AT_ONCE
from app.engine.safety.llama_guard.verdict import ANSWERS
from tests.benchmarks.large_guard import write_large_guard
from tests.benchmarks.prompts import story
from tests.benchmarks.report import Row, Skipped

MODELS = Path(__file__).parents[1] / "models"
TINY = MODELS / "tiny-llama-guard-3.gguf"
MESSAGE_TOKENS = 100
ANSWERS_TOKENS = 3  # a blank line, "safe", the end: the least a guard says
TEXTS = 200
CHAT_TOKENS = 160
PIECE = 200
CONTROL = r"<\|\w+\|>"


def run(rounds: int) -> list[Row | Skipped]:
    """Measure everything."""
    rows: list[Row | Skipped] = []
    with tempfile.TemporaryDirectory() as folder:
        rows += with_guard("tiny guard", TINY, Path(folder) / "tiny", rounds, TEXTS)
        rows += shielded_chat(Path(folder) / "chat", rounds)
        if os.environ.get("PADDOCK_BENCH_GUARD") == "tiny":
            rows.append(Skipped("guard of 1B shape", "PADDOCK_BENCH_GUARD leaves it out"))
        else:
            say("writing a guard of 1B shape ...")
            large = write_large_guard(Path(folder) / "llama-guard-3-1b-random.gguf", TINY)
            rows += with_guard("guard of 1B shape", large, Path(folder) / "large", max(2, rounds // 2), 24)
    return rows


def with_guard(name: str, path: Path, data: Path, rounds: int, texts: int) -> list[Row | Skipped]:
    """One verdict against the usual way, and many texts together against one by one."""
    with EngineHost(data) as host:
        model = host.call(host.engine.models.import_file(path, copy=False)).result()
        measured = Measured(host, model)
        usual, ours, together, alone = host.call(measured.all(rounds, texts)).result()
    say(f"{name}: usual {ms(usual)}, ours {ms(ours)}, together {ms(together)}, one by one {ms(alone)}")
    detail = f"{ms(ours)} and {ms(usual)}, a message of {MESSAGE_TOKENS} tokens"
    many = f"{texts} texts in {median(together):.2f} s, one by one {median(alone):.2f} s"
    return [
        Row(f"one verdict / the usual way, {name}", median(ours) / median(usual), 0.25, "at most", detail),
        Row(f"moderation one by one / together, {name}", median(alone) / median(together), 3.0, "at least", many),
    ]


class Measured:
    """One guard under the clock. Lives in the engine loop."""

    def __init__(self, host: EngineHost, model: Model) -> None:
        self._inference: Any = host.engine.inference
        self._model = model
        self._seed = 0
        self.prompt_tokens: list[int] = []
        # Noise must not end early.
        self._ends = dict.fromkeys(range(model_ends(TINY), model_ends(TINY) + 8), -100.0)

    async def all(self, rounds: int, texts: int) -> tuple[list[float], list[float], list[float], list[float]]:
        """Return the seconds of each side; sides alternate."""
        self._guard = Bounded(await open_installed(self._inference, self._model), asyncio.Semaphore(AT_ONCE))
        policy = Policy()
        frame = frame_for(self._guard.version, "input", enabled(self._guard.version.categories, policy), ())
        assert frame is not None
        self._frame = frame
        await self._ask()
        sides: tuple[list[float], ...] = ([], [], [], [])
        for _ in range(rounds * 3):
            sides[0].append(await seconds(self._usual))
            sides[1].append(await seconds(self._ask))
        for _ in range(rounds):
            sides[2].append(await seconds(lambda: self._many(texts)))
            sides[3].append(await seconds(lambda: self._one_by_one(texts)))
        return sides  # type: ignore[return-value]

    def _text(self) -> str:
        self._seed += 1
        return message(self._seed)

    async def _ask(self) -> None:
        """Ask as the shield does: what all prompts begin with is in the cache, nothing is generated."""
        turns = turns_of(Question(direction="input", text=self._text()))
        await self._guard.classify(self._frame.prompt(turns), ANSWERS)

    async def _usual(self) -> None:
        turns = turns_of(Question(direction="input", text=self._text()))
        prompt = "".join(part.text for part in self._frame.prompt(turns))
        # A word of its own in front: the prompt is computed from nothing, as where no prefix is kept.
        request = CompletionRequest(
            model=self._model.id,
            prompt=f"{self._seed} {re.sub(CONTROL, '', prompt)}",
            max_tokens=ANSWERS_TOKENS,
            sampling=Sampling(temperature=0, logit_bias=self._ends),
        )
        async for event in self._inference.complete(request):
            if isinstance(event, GenerationFinished):
                self.prompt_tokens.append(event.usage.prompt_tokens)

    async def _many(self, count: int) -> None:
        await asyncio.gather(*(self._ask() for _ in range(count)))

    async def _one_by_one(self, count: int) -> None:
        for _ in range(count):
            await self._ask()


def shielded_chat(data: Path, rounds: int) -> list[Row | Skipped]:
    """A chat with the starter model, shielded by the tiny guard, against the same chat without shields."""
    plain: list[tuple[float, float]] = []
    shielded: list[tuple[float, float]] = []
    with EngineHost(data) as host:
        host.call(host.engine.models.import_file(TINY, copy=False)).result()
        starter = host.call(host.engine.models.default()).result()
        verdict = _verdict_seconds(host)
        for number in range(rounds + 1):
            for on, times in ((False, plain), (True, shielded)):
                _switch(host, on)
                measured = _turn(host, starter.id, number)
                if number:  # the first of each loads
                    times.append(measured)
    first_plain, all_plain = (median(each) for each in zip(*plain, strict=True))
    first, whole = (median(each) for each in zip(*shielded, strict=True))
    piece = all_plain * PIECE / _characters(CHAT_TOKENS)
    allowed = first_plain + verdict + piece
    detail = (
        f"{first * 1000:.0f} ms; unshielded {first_plain * 1000:.0f} + verdict {verdict * 1000:.0f} + "
        f"piece {piece * 1000:.0f} ms"
    )
    total = f"{whole:.2f} s and {all_plain:.2f} s, {CHAT_TOKENS} tokens"
    return [
        Row("first words, shielded / unshielded + verdict + piece", first / allowed, 1.0, "at most", detail),
        Row("whole answer, shielded / unshielded", whole / all_plain, 1.35, "at most", total),
    ]


def _characters(tokens: int) -> float:
    return tokens * 4.2  # what the starter model writes with a token


def _verdict_seconds(host: EngineHost) -> float:
    found = []
    for number in range(8):
        question = Question(direction="input", text=message(900 + number))
        began = time.perf_counter()
        host.call(host.engine.safety.check(question)).result()
        found.append(time.perf_counter() - began)
    return median(found[2:])


def _switch(host: EngineHost, on: bool) -> None:
    """Let the guard look at all of a turn, or at nothing; whatever it says goes on, for its words mean nothing here."""
    policy = host.engine.safety.policy()
    shields = {LLAMA_GUARD: ShieldRule(action="log")}
    host.call(host.engine.safety.set_policy(msgspec.structs.replace(policy, enabled=on, shields=shields))).result()


def _turn(host: EngineHost, model: str, number: int) -> tuple[float, float]:
    from app.engine.domain.agents import AgentConfig

    agents = host.engine.agents
    ends = dict.fromkeys((0, 2), -100.0)
    sampling = Sampling(temperature=0, logit_bias=ends)
    config = AgentConfig(model=model, max_tokens=CHAT_TOKENS, sampling=sampling)
    session = host.call(agents.create_session(config=config)).result()
    began = time.perf_counter()
    turn = host.call(agents.start_turn(session.id, f"{number}. {story(60, 500 + number)}")).result()
    first = 0.0
    for event in host.iterate(lambda: agents.watch_turn(turn.id)):
        if isinstance(event, StepProgressed) and not first:
            first = time.perf_counter() - began
        if isinstance(event, TurnCompleted) and event.turn.state != "completed":
            raise SystemExit(f"the turn {event.turn.state}: {event.turn.failure or event.turn.blocking()}")
    return first, time.perf_counter() - began


@cache
def model_ends(path: Path) -> int:
    """Return the first control token of a guard here; there are eight."""
    field = gguf.GGUFReader(path).fields["tokenizer.ggml.token_type"]
    kinds = [int(field.parts[index][0]) for index in field.data]
    return kinds.index(gguf.TokenType.CONTROL)


@cache
def sentences() -> tuple[str, ...]:
    """Return sentences of words that are one token of the guards here."""
    lines = (MODELS / "tiny-llama-guard-3.held-out.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(json.loads(line)["text"] for line in lines)


def message(seed: int) -> str:
    """Return a message of about MESSAGE_TOKENS tokens that no other seed gives."""
    chosen = random.Random(seed)
    words: list[str] = []
    while len(words) < MESSAGE_TOKENS * 0.68:  # full stops, question marks and rare words are tokens too
        words += chosen.choice(sentences()).split()
    return " ".join(words)


async def seconds(work: Callable[[], Awaitable[None]]) -> float:
    """Return how long some work takes."""
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


def ms(times: Sequence[float]) -> str:
    """Return the median in words."""
    return f"{median(times) * 1000:.1f} ms"


def say(text: str) -> None:
    """Tell how far it is."""
    print(text, file=sys.stderr, flush=True)
