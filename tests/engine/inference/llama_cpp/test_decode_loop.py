"""The decode thread on a tiny model: every generation is accepted, spoken and ended, or refused in words."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest

from app.engine.domain.inference import PromptPart, Sampling
from app.engine.inference.llama_cpp.backend import Backend, NoCells
from app.engine.inference.llama_cpp.decode_loop import DecodeLoop
from app.engine.inference.llama_cpp.prompting import Prompter
from app.engine.inference.llama_cpp.scheduler import Limits, RemoveCells, Row, Scheduler
from app.engine.inference.llama_cpp.threads import ThreadTuner
from app.engine.inference.llama_cpp.wire import (
    Accepted,
    Cancel,
    Classed,
    Classify,
    Ended,
    Generate,
    Produced,
    Refused,
    Report,
)


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
        self.thread = threading.Thread(target=loop.run)
        self.thread.start()

    def submit(self, name: str, prompt: str = "hello you", **more: object) -> None:
        more.setdefault("sampling", self.endless)
        command = Generate(id=name, prompt=prompt, **more)  # type: ignore[arg-type]
        self.inbox.put(self.prompter.prepare(command, 0.0))

    def classify(self, name: str, prompt: str, choices: tuple[str, ...] = ("a", "b"), priority: int = 0) -> None:
        command = Classify(id=name, prompt=(PromptPart(text=prompt),), choices=choices, priority=priority)
        self.inbox.put(self.prompter.prepare_choice(command))

    def classed(self, name: str) -> Classed:
        return next(report for report in self.seen if isinstance(report, Classed) and report.id == name)

    def until_ended(self, *names: str) -> None:
        left = set(names)
        while left:
            report = self.reports.get(timeout=30)
            self.seen.append(report)
            if isinstance(report, Ended | Refused | Classed):
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


@pytest.fixture(autouse=True)
def empty(backend: Backend) -> None:
    """Tests of other modules share the model, and may have left something in its cache."""
    backend.move([RemoveCells(sequence) for sequence in range(backend.sequences)])


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


def log_softmax(backend: Backend, prompt: str) -> npt.NDArray[np.float64]:
    """Compute a prompt by hand: the logarithms of all next-token probabilities."""
    tokens = backend.vocabulary.tokenize(prompt, special=False)
    last = len(tokens) - 1
    backend.decode([Row(token, at, 0, "by hand" if at == last else None) for at, token in enumerate(tokens)])
    logits = backend.logits(last).astype(np.float64)
    backend.move([RemoveCells(0)])
    return logits - logits.max() - np.log(np.exp(logits - logits.max()).sum())


def test_a_classification_reads_the_probabilities_among_all_tokens(backend: Backend) -> None:
    prompt, choices = "hello you and paddock", ("a", " you", "S")
    expected = log_softmax(backend, prompt)
    ids = [backend.vocabulary.tokenize(choice, special=False)[0] for choice in choices]
    driver = Driver(backend)
    driver.classify("c", prompt, choices)
    driver.until_ended("c")
    driver.close()
    found = driver.classed("c")
    assert found.logprobs == pytest.approx(expected[ids], abs=1e-4)
    assert found.best.encode() == backend.vocabulary.piece(int(expected.argmax())) or "\ufffd" in found.best
    assert found.prompt_tokens == len(backend.vocabulary.tokenize(prompt, special=False))
    assert driver.seen == [found]


def test_many_classifications_at_once_say_what_each_says_alone(driver: Driver) -> None:
    head = "hello you and paddock " * 6
    alone = {}
    for name in "abcdefgh":
        driver.classify(name, f"{head}{name} the user")
        driver.until_ended(name)
        alone[name] = driver.classed(name).logprobs
    driver.seen.clear()
    for name in "abcdefgh":
        driver.classify(name, f"{head}{name} the user")
    driver.until_ended(*"abcdefgh")
    for name in "abcdefgh":
        assert driver.classed(name).logprobs == pytest.approx(alone[name], abs=1e-2)


def test_the_head_of_a_classification_comes_from_the_cache(driver: Driver) -> None:
    head = "hello you and paddock " * 10
    length = len(driver.prompter.part_tokens((PromptPart(text=head),)))
    for name in ("one", "two", "three"):
        driver.classify(name, f"{head} {name}")
        driver.until_ended(name)
    assert driver.classed("one").cached_tokens == 0
    assert driver.classed("two").cached_tokens >= length - 1
    assert driver.classed("three").cached_tokens >= length - 1


def test_heads_that_take_turns_stay_in_the_cache(driver: Driver) -> None:
    heads = {"user": "hello you and paddock " * 4, "agent": "paddock and you hello " * 4}
    for number in range(3):
        for name, head in heads.items():
            driver.classify(f"{name}{number}", head + f"{number}" * 60)
            driver.until_ended(f"{name}{number}")
    for name, head in heads.items():
        length = len(driver.prompter.part_tokens((PromptPart(text=head),)))
        assert [driver.classed(f"{name}{number}").cached_tokens >= length - 1 for number in (1, 2)] == [True, True]


def test_classifications_and_generations_run_together(driver: Driver) -> None:
    driver.classify("alone", "hello you")
    driver.until_ended("alone")
    driver.submit("speaks", max_tokens=20)
    for name in ("one", "two"):
        driver.classify(name, "hello you")
    driver.until_ended("speaks", "one", "two")
    assert driver.ended("speaks").usage.completion_tokens == 20
    for name in ("one", "two"):
        assert driver.classed(name).logprobs == pytest.approx(driver.classed("alone").logprobs, abs=1e-2)


def test_a_cancelled_classification_says_nothing_and_leaves_nothing(driver: Driver) -> None:
    driver.submit("speaks")  # keeps the loop at work, so that what follows waits for its turn
    driver.classify("given up", "x" * 300)
    driver.inbox.put(Cancel("given up"))
    driver.inbox.put(Cancel("speaks"))
    driver.classify("next", "hello")
    driver.until_ended("speaks", "next")
    assert not any(isinstance(report, Classed | Refused) and report.id == "given up" for report in driver.seen)


def test_a_classification_too_long_is_refused(driver: Driver) -> None:
    driver.classify("c", "x" * 2000)
    driver.until_ended("c")
    assert driver.refused("c").error["code"] == "context_length_exceeded"


def test_classifications_without_room_end_in_words(backend: Backend) -> None:
    driver = Driver(backend, wrapped=Stubborn(backend))
    driver.classify("c", "hello")
    driver.until_ended("c")
    driver.close()
    assert driver.refused("c").error["code"] == "internal_error"
