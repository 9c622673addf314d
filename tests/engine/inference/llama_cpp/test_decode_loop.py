"""The decode thread on a tiny model: every generation is accepted, spoken and ended, or refused in words."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator

import pytest

from app.engine.domain.inference import Sampling
from app.engine.inference.llama_cpp.backend import Backend, NoCells
from app.engine.inference.llama_cpp.decode_loop import DecodeLoop
from app.engine.inference.llama_cpp.prompting import Prompter
from app.engine.inference.llama_cpp.scheduler import Limits, RemoveCells, Scheduler
from app.engine.inference.llama_cpp.threads import ThreadTuner
from app.engine.inference.llama_cpp.wire import Accepted, Cancel, Ended, Generate, Produced, Refused, Report


class Driver:
    """Runs a decode loop in a thread and collects what it reports."""

    def __init__(self, backend: Backend, cells: int = 512, queue_limit: int = 128, wrapped: object = None) -> None:
        self.backend = backend
        self.reports: queue.Queue[Report] = queue.Queue()
        self.seen: list[Report] = []
        self.inbox: queue.SimpleQueue[object] = queue.SimpleQueue()
        self.prompter = Prompter(backend.vocabulary, None, 2.0)
        ends = [t for t in range(backend.vocabulary.size) if backend.vocabulary.is_control(t)]
        self.endless = Sampling(temperature=0, logit_bias=dict.fromkeys(ends, -100.0))
        limits = Limits(cells=cells, sequences=backend.sequences, parallel=4, queue=queue_limit)
        loop = DecodeLoop(
            wrapped or backend,  # type: ignore[arg-type]
            Scheduler(limits),
            ThreadTuner(1, fixed=1),
            self.inbox,  # type: ignore[arg-type]
            self.reports.put,
        )
        self.empty()  # tests of other modules share the model
        self.thread = threading.Thread(target=loop.run)
        self.thread.start()

    def submit(self, name: str, prompt: str = "hello you", **more: object) -> None:
        more.setdefault("sampling", self.endless)
        command = Generate(id=name, prompt=prompt, **more)  # type: ignore[arg-type]
        self.inbox.put(self.prompter.prepare(command, 0.0))

    def until_ended(self, *names: str) -> None:
        left = set(names)
        while left:
            report = self.reports.get(timeout=30)
            self.seen.append(report)
            if isinstance(report, Ended | Refused):
                left.discard(report.id)

    def text(self, name: str) -> str:
        produced = [report for report in self.seen if isinstance(report, Produced)]
        return "".join(piece.text for report in produced for piece in report.pieces if piece.id == name)

    def ended(self, name: str) -> Ended:
        return next(report for report in self.seen if isinstance(report, Ended) and report.id == name)

    def refused(self, name: str) -> Refused:
        return next(report for report in self.seen if isinstance(report, Refused) and report.id == name)

    def close(self) -> None:
        self.inbox.put(None)
        self.thread.join(30)
        self.empty()

    def empty(self) -> None:
        self.backend.move([RemoveCells(sequence) for sequence in range(self.backend.sequences)])


@pytest.fixture
def driver(backend: Backend) -> Iterator[Driver]:
    made = Driver(backend)
    yield made
    made.close()


def test_a_generation_is_accepted_spoken_and_ended(driver: Driver) -> None:
    driver.submit("a", max_tokens=8)
    driver.until_ended("a")
    assert isinstance(driver.seen[0], Accepted)
    assert driver.seen[0].prompt_tokens == len(driver.prompter.tokens("hello you"))
    ended = driver.ended("a")
    assert (ended.reason, ended.usage.completion_tokens, ended.context_full) == ("length", 8, False)
    assert ended.timings.generation >= 0
    assert driver.text("a")


def test_together_they_say_what_they_say_alone(driver: Driver) -> None:
    alone = {}
    for name in "abc":
        driver.submit(name, f"{name} hello", max_tokens=12)
        driver.until_ended(name)
        alone[name] = driver.text(name)
    driver.seen.clear()
    for name in "abc":
        driver.submit(name, f"{name} hello", max_tokens=12)
    driver.until_ended(*"abc")
    assert {name: driver.text(name) for name in "abc"} == alone


def test_the_same_prompt_again_comes_from_the_cache(driver: Driver) -> None:
    for name in "ab":
        driver.submit(name, "hello you and paddock " * 5, max_tokens=4)
        driver.until_ended(name)
    assert driver.ended("a").usage.cached_tokens == 0
    assert driver.ended("b").usage.cached_tokens > 10
    assert driver.text("a") == driver.text("b")


def test_a_stop_string_ends_and_is_not_shown(driver: Driver) -> None:
    driver.submit("a", max_tokens=40)
    driver.until_ended("a")
    stop = driver.text("a")[2:5]
    driver.submit("b", max_tokens=40, stop=(stop,))
    driver.until_ended("b")
    assert driver.ended("b").reason == "stop"
    assert driver.text("b") == driver.text("a")[: driver.text("a").index(stop)]


def test_an_end_token_ends_and_is_told_to_the_parser(driver: Driver, backend: Backend) -> None:
    (end,) = backend.vocabulary.tokenize("<|eom_id|>", special=True)
    driver.submit("a", sampling=Sampling(temperature=0, logit_bias={end: 100.0}))
    driver.until_ended("a")
    pieces = [piece for report in driver.seen if isinstance(report, Produced) for piece in report.pieces]
    assert [(piece.text, piece.special) for piece in pieces] == [("", "<|eom_id|>")]
    assert driver.ended("a").reason == "stop"


def test_a_full_context_is_told_apart(driver: Driver) -> None:
    driver.submit("a")
    driver.until_ended("a")
    ended = driver.ended("a")
    assert (ended.reason, ended.context_full) == ("length", True)
    assert ended.usage.prompt_tokens + ended.usage.completion_tokens in (512, 513)


def test_a_cancelled_generation_ends_and_others_go_on(driver: Driver) -> None:
    driver.submit("a")
    driver.submit("b", max_tokens=30)
    driver.inbox.put(Cancel("a"))
    driver.inbox.put(Cancel("nobody"))
    driver.until_ended("a", "b")
    assert driver.ended("a").reason == "cancelled"
    assert driver.ended("b").reason == "length"


def test_a_prompt_too_long_is_refused_with_both_lengths(driver: Driver) -> None:
    driver.submit("a", "x" * 2000)
    driver.until_ended("a")
    error = driver.refused("a").error
    assert error["code"] == "context_length_exceeded"
    assert (error["prompt_tokens"], error["context_length"]) == (2001, 512)


def test_one_id_runs_once(driver: Driver) -> None:
    driver.submit("a")
    driver.submit("a")
    driver.until_ended("a")
    assert driver.refused("a").error["code"] == "invalid_request"
    driver.inbox.put(Cancel("a"))


def test_a_full_queue_is_busy(backend: Backend) -> None:
    driver = Driver(backend, queue_limit=2)
    for name in "abcdefgh":
        driver.submit(name, max_tokens=60)
    driver.until_ended(*"abcdefgh")
    driver.close()
    codes = {report.error["code"] for report in driver.seen if isinstance(report, Refused)}
    ended = {report.id for report in driver.seen if isinstance(report, Ended)}
    assert codes <= {"busy"}
    assert len(ended) >= 2


def test_log_probabilities_come_with_their_tokens(driver: Driver) -> None:
    driver.submit("a", max_tokens=5, logprobs=2)
    driver.until_ended("a")
    pieces = [piece for report in driver.seen if isinstance(report, Produced) for piece in report.pieces]
    entries = [entry for piece in pieces for entry in piece.logprobs]
    assert len(entries) == 5
    assert all(len(entry.top) == 2 for entry in entries)


class Stubborn:
    """A backend that finds no room, ever."""

    def __init__(self, real: Backend) -> None:
        self._real = real

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    def decode(self, rows: object) -> None:
        raise NoCells


def test_no_room_for_anything_ends_in_words(backend: Backend) -> None:
    driver = Driver(backend, wrapped=Stubborn(backend))
    driver.submit("a")
    driver.submit("b")
    driver.until_ended("a", "b")
    driver.close()
    assert driver.refused("a").error["code"] == "internal_error"
