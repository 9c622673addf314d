"""How fast the engine answers, against the raw bound and against its peers. See README, Benchmarks."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

from tests.benchmarks import servers
from tests.benchmarks.load import Answer, stream, together
from tests.benchmarks.prompts import story, words
from tests.benchmarks.report import Row, Skipped

PROMPT = 128
ANSWER = 64
CLIENTS = 8
PATH = "/v1/completions"
CHUNK = 128


def run(rounds: int) -> list[Row | Skipped]:
    """Measure everything; each figure is the median of `rounds` rounds that alternate between the sides."""
    bound = servers.RawBound()
    try:
        with servers.paddock() as (port, model):
            side = Side("Paddock", port, model)
            rows = [*against_bound(side, bound, rounds), *prefix(side, rounds), *stall(side, bound, rounds)]
            rows += busy(side, rounds)
        rows += peers(bound, rounds)
    finally:
        bound.close()
    return rows


class Side:
    """One server under load."""

    def __init__(self, name: str, port: int, model: str) -> None:
        self.name, self.port, self.model = name, port, model
        self.burst([story(PROMPT, seeds()) for _ in range(CLIENTS)])

    def burst(self, prompts: list[str], tokens: int = ANSWER) -> tuple[float, list[Answer]]:
        """Answer all prompts at once; returns tokens per second in all, and the answers."""
        bodies = [self.body(prompt, tokens) for prompt in prompts]
        seconds, answers = asyncio.run(together(self.port, PATH, bodies))
        return sum(answer.tokens for answer in answers) / seconds, answers

    def body(self, prompt: str, tokens: int) -> dict[str, Any]:
        """Return a request that always goes on to its last token, and chooses greedily."""
        return {"model": self.model, "prompt": prompt, "max_tokens": tokens, "temperature": 0}


def seeds(counter: list[int] = [1000]) -> int:  # noqa: B006 - one counter for the whole run is the point
    """Return a number no prompt of this run has used."""
    counter[0] += 1
    return counter[0]


def against_bound(side: Side, bound: servers.RawBound, rounds: int) -> list[Row]:
    """One stream and eight, through HTTP, against the bare loop on the same prompts."""
    rows = []
    for clients, bar in ((1, 0.95), (CLIENTS, 0.90)):
        ratios, ours, theirs = [], [], []
        for _ in range(rounds):
            prompts = [story(PROMPT, seeds()) for _ in range(clients)]
            theirs.append(clients * ANSWER / bound(prompts, ANSWER)["seconds"])
            ours.append(side.burst(prompts)[0])
            ratios.append(ours[-1] / theirs[-1])
        detail = f"{median(ours):.1f} of {median(theirs):.1f} tokens/s"
        name = f"{clients} stream{'s' if clients > 1 else ''} over HTTP / bare loop"
        rows.append(Row(name, median(ratios), bar, "at least", detail))
    return rows


def prefix(side: Side, rounds: int) -> list[Row]:
    """The first token of a second request that shares a prefix of 1,000 tokens."""
    ratios, figures = [], []
    for _ in range(rounds):
        shared = story(1000, seeds())
        first, second = (
            asyncio.run(stream(side.port, PATH, side.body(f"{shared} {end}", 4))).first
            for end in ("one day", "at night")
        )
        ratios.append(second / first)
        figures.append((first, second))
    detail = f"{median(f for f, _ in figures) * 1000:.0f} ms, then {median(s for _, s in figures) * 1000:.0f} ms"
    return [Row("first token, shared 1,000-token prefix / first request", median(ratios), 0.15, "at most", detail)]


def stall(side: Side, bound: servers.RawBound, rounds: int) -> list[Row]:
    """The longest pause of a running stream while a 2,000-token prompt is admitted, in prefill chunks."""
    ratios, details = [], []
    for _ in range(rounds):
        chunk = bound([story(CHUNK, seeds())], 2)["first"]
        pause = asyncio.run(_pause_while_admitting(side))
        ratios.append(pause / chunk)
        details.append((pause, chunk))
    pause, chunk = details[ratios.index(sorted(ratios)[len(ratios) // 2])]
    detail = f"{pause * 1000:.0f} ms, a chunk of {CHUNK} takes {chunk * 1000:.0f} ms"
    return [Row("longest pause of a stream / prefill chunk", median(ratios), 3.0, "at most", detail)]


async def _pause_while_admitting(side: Side) -> float:
    running = asyncio.create_task(stream(side.port, PATH, side.body(story(32, seeds()), 400)))
    await asyncio.sleep(0.5)
    long = asyncio.create_task(stream(side.port, PATH, side.body(words(2000, seeds()), 2)))
    await long
    return (await running).longest_pause


def busy(side: Side, rounds: int) -> list[Row]:
    """One stream while another program wants all cores."""
    idle, loaded = [], []
    for _ in range(rounds):
        idle.append(_warm_speed(side))
        with spinning(os.cpu_count() or 1):
            loaded.append(_warm_speed(side))
    detail = f"{median(loaded):.1f} of {median(idle):.1f} tokens/s"
    ratio = median(there / alone for there, alone in zip(loaded, idle, strict=True))
    return [Row("one stream beside a spinning program / alone", ratio, 0.4, "at least", detail)]


def _warm_speed(side: Side) -> float:
    answer = asyncio.run(stream(side.port, PATH, side.body(story(16, seeds()), 192)))
    return (answer.tokens - 1) / (answer.seconds - answer.first)


@contextlib.contextmanager
def spinning(cores: int) -> Iterator[None]:
    """Keep cores busy with one other program of as many processes."""
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_spin, daemon=True) for _ in range(cores)]
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        for worker in workers:
            worker.kill()
            worker.join()


def _spin() -> None:
    while True:
        pass


def peers(bound: servers.RawBound, rounds: int) -> list[Row | Skipped]:
    """Eight clients at once, against llama-cpp-python's server and, where it is at hand, llama.cpp's own."""
    rows: list[Row | Skipped] = []
    with servers.llama_cpp_server() as (port, model):
        rows += against_python_server(Side("llama_cpp.server", port, model), bound, rounds)
    binary = os.environ.get("LLAMA_SERVER")
    if binary is None:
        rows.append(Skipped("8 streams / llama-server", "LLAMA_SERVER names no binary"))
        return rows
    with servers.llama_server(binary) as (port, model):
        rows += against_llama_server(Side("llama-server", port, model), rounds)
    return rows


def against_python_server(peer: Side, bound: servers.RawBound, rounds: int) -> list[Row]:
    """Throughput against the peer's own times what batching gains, and the slowest client's first token."""
    with servers.paddock() as (port, model):
        pairs = _alternate(Side("Paddock", port, model), peer, rounds)
    gains, firsts = [], []
    for _ in range(rounds):
        prompts = [story(PROMPT, seeds()) for _ in range(CLIENTS)]
        all_at_once = bound(prompts, ANSWER)
        firsts.append(all_at_once["first"])
        eight = CLIENTS * ANSWER / all_at_once["seconds"]
        gains.append(eight / (ANSWER / bound(prompts[:1], ANSWER)["seconds"]))
    gain = median(gains)
    speed = median(ours[0] / theirs[0] for ours, theirs in pairs)
    first = median(_slowest(theirs[1]) / _slowest(ours[1]) for ours, theirs in pairs)
    figures = f"{median(o[0] for o, _ in pairs):.1f} and {median(t[0] for _, t in pairs):.1f} tokens/s"
    own = f"; computing the prompts alone takes {median(firsts) * 1000:.0f} ms"
    return [
        Row(
            "8 streams / (llama_cpp.server x gain of batching)",
            speed / gain,
            1.0,
            "at least",
            f"{figures}; gain {gain:.2f}",
        ),
        Row("llama_cpp.server's slowest first token / Paddock's", first, 4.0, "at least", _firsts(pairs) + own),
    ]


def against_llama_server(peer: Side, rounds: int) -> list[Row]:
    """Total throughput at eight clients."""
    with servers.paddock() as (port, model):
        pairs = _alternate(Side("Paddock", port, model), peer, rounds)
    figures = (
        f"{median(o[0] for o, _ in pairs):.1f} and {median(t[0] for _, t in pairs):.1f} tokens/s; {_firsts(pairs)}"
    )
    ratio = median(ours[0] / theirs[0] for ours, theirs in pairs)
    return [Row("8 streams / llama-server", ratio, 1.0, "at least", figures)]


Burst = tuple[float, list[Answer]]


def _alternate(ours: Side, theirs: Side, rounds: int) -> list[tuple[Burst, Burst]]:
    pairs = []
    for number in range(rounds):
        prompts = [story(PROMPT, seeds()) for _ in range(CLIENTS)]
        order: list[Callable[[], Burst]] = [lambda p=prompts: ours.burst(p), lambda p=prompts: theirs.burst(p)]  # type: ignore[misc]
        results = [turn() for turn in (order if number % 2 else reversed(order))]
        pairs.append((results[0], results[1]) if number % 2 else (results[1], results[0]))
    return pairs


def _slowest(answers: list[Answer]) -> float:
    return max(answer.first for answer in answers)


def _firsts(pairs: list[tuple[Burst, Burst]]) -> str:
    ours = median(_slowest(o[1]) for o, _ in pairs)
    theirs = median(_slowest(t[1]) for _, t in pairs)
    return f"slowest first token {ours * 1000:.0f} and {theirs * 1000:.0f} ms"
