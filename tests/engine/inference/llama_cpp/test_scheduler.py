"""The scheduler against a model of llama.cpp's cells: every row must continue exactly what its sequence holds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.domain.errors import Busy, PromptTooLong
from app.engine.inference.llama_cpp.scheduler import CopyCells, Limits, Plan, RemoveCells, Scheduler


class Cells:
    """What llama.cpp would hold: physical cells shared between sequences, and a hard limit."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.held: dict[int, list[tuple[int, object]]] = {}

    def used(self) -> int:
        return len({id(cell) for cells in self.held.values() for _, cell in cells})

    def carry_out(self, plan: Plan) -> None:
        for operation in plan.operations:
            match operation:
                case CopyCells(source, target, length):
                    assert not self.held.get(target), "the target must be empty"
                    self.held[target] = self.held[source][:length]
                    assert len(self.held[target]) == length
                case RemoveCells(sequence):
                    self.held.pop(sequence, None)
        for row in plan.rows:
            cells = self.held.setdefault(row.sequence, [])
            assert row.position == len(cells), "rows must continue their sequence"
            cells.append((row.token, object()))
        assert self.used() <= self.limit, "llama.cpp would have run out of cells"

    def tokens(self, sequence: int) -> list[int]:
        return [token for token, _ in self.held.get(sequence, [])]


class Driver:
    """Runs a scheduler to its end; a request answers with tokens that depend on its prompt only."""

    def __init__(self, limits: Limits) -> None:
        self.scheduler = Scheduler(limits)
        self.cells = Cells(limits.cells)
        self.answers: dict[str, list[int]] = {}
        self.wanted: dict[str, int] = {}
        self.prompts: dict[str, list[int]] = {}
        self.cached: dict[str, int] = {}
        self.plans: list[Plan] = []

    def submit(self, name: str, tokens: list[int], answer: int, priority: int = 0) -> None:
        self.scheduler.submit(name, tokens, priority)
        self.wanted[name], self.prompts[name], self.answers[name] = answer, tokens, []

    def step(self) -> Plan:
        plan = self.scheduler.plan()
        self.plans.append(plan)
        self.cells.carry_out(plan)
        assert len(plan.rows) <= self.scheduler.limits.batch_tokens
        self.scheduler.commit(plan)
        for name, cached in plan.admitted:
            self.cached.setdefault(name, cached)
        for row in plan.rows:
            if row.request_id is None:
                continue
            name = row.request_id
            assert self.cells.tokens(row.sequence) == self.prompts[name] + self.answers[name]
            self.answers[name].append(hash((name, len(self.answers[name]))) % 7)
            if not self.scheduler.advance(name, self.answers[name][-1]) or len(self.answers[name]) >= self.wanted[name]:
                self.scheduler.finish(name)
        return plan

    def run(self, steps: int = 5000) -> None:
        for _ in range(steps):
            if not self.scheduler.busy:
                return
            self.step()
        raise AssertionError("the scheduler does not come to an end")


def test_one_request_is_prefilled_then_answered() -> None:
    driver = Driver(Limits(cells=100, sequences=4, parallel=2, batch_tokens=8))
    driver.submit("a", list(range(20)), answer=5)
    driver.run()
    assert len(driver.answers["a"]) == 5
    assert [len(plan.rows) for plan in driver.plans] == [8, 8, 4, 1, 1, 1, 1]


def test_a_second_request_reuses_the_prefix_of_the_first() -> None:
    driver = Driver(Limits(cells=500, sequences=4, parallel=2, batch_tokens=64))
    driver.submit("a", [*range(100), 7], answer=3)
    driver.run()
    driver.submit("b", [*range(100), 8, 9], answer=3)
    driver.run()
    assert driver.cached == {"a": 0, "b": 100}


def test_requests_that_arrive_together_compute_a_shared_prefix_once() -> None:
    driver = Driver(Limits(cells=2000, sequences=16, parallel=8, batch_tokens=64))
    for index in range(6):
        driver.submit(f"r{index}", [*range(300), 1000 + index, 5], answer=4)
    driver.run()
    assert sum(len(plan.rows) for plan in driver.plans) < 300 + 6 * 10
    assert driver.cells.used() < 400


def test_a_long_prompt_does_not_stall_a_running_answer() -> None:
    driver = Driver(Limits(cells=5000, sequences=4, parallel=4, batch_tokens=512, chunk_tokens=64))
    driver.submit("stream", [1, 2, 3], answer=200)
    driver.step()
    driver.submit("long", list(range(10, 2010)), answer=1)
    before = len(driver.answers["stream"])
    for _ in range(10):
        driver.step()
    assert len(driver.answers["stream"]) == before + 10
    assert all(len(plan.rows) <= 65 for plan in driver.plans[1:])


def test_a_person_goes_before_the_background() -> None:
    driver = Driver(Limits(cells=500, sequences=2, parallel=1, batch_tokens=64))
    driver.submit("running", [1] * 5, answer=5, priority=2)
    driver.step()
    driver.submit("background", [2] * 5, answer=2, priority=2)
    driver.submit("person", [3] * 5, answer=2, priority=0)
    admitted: list[str] = []
    while driver.scheduler.busy:
        admitted += [name for name, _ in driver.step().admitted]
    assert admitted == ["person", "background"]


def test_limits_are_refused_in_words() -> None:
    scheduler = Scheduler(Limits(cells=10, sequences=2, parallel=1, queue=1))
    with pytest.raises(PromptTooLong) as too_long:
        scheduler.submit("a", list(range(10)))
    assert "10 tokens" in too_long.value.message
    scheduler.submit("b", [1, 2])
    with pytest.raises(Busy):
        scheduler.submit("c", [1, 2])


def test_cancelling_frees_the_place_at_once() -> None:
    driver = Driver(Limits(cells=500, sequences=2, parallel=1, batch_tokens=64))
    driver.submit("a", [1] * 50, answer=50)
    driver.step()
    driver.submit("b", [2] * 50, answer=1)
    driver.scheduler.finish("a")
    plan = driver.step()
    assert [name for name, _ in plan.admitted] == ["b"]


def test_a_waiting_request_can_be_cancelled() -> None:
    scheduler = Scheduler(Limits(cells=500, sequences=2, parallel=1))
    scheduler.submit("a", [1, 2])
    scheduler.finish("a")
    assert not scheduler.busy


def test_prefixes_nobody_comes_back_to_fill_a_small_share_of_the_cells() -> None:
    driver = Driver(Limits(cells=800, sequences=32, parallel=2, batch_tokens=64))
    driver.scheduler.submit("kept", [5] * 60, keep=True)
    driver.wanted["kept"], driver.prompts["kept"], driver.answers["kept"] = 2, [5] * 60, []
    driver.run()
    for index in range(20):
        driver.submit(f"r{index}", [100 + index] * 30, answer=2)
        driver.run()
    driver.step()
    assert driver.cells.used() <= 61 + 50 + 31
    driver.submit("again", [*[5] * 60, 7], answer=1)
    driver.run()
    assert driver.cached["again"] >= 60


def test_a_full_context_ends_the_answer() -> None:
    driver = Driver(Limits(cells=20, sequences=2, parallel=1, batch_tokens=64))
    driver.submit("a", list(range(10)), answer=100)
    driver.run()
    assert len(driver.answers["a"]) == 10


def test_preemption_computes_again_and_loses_nothing() -> None:
    driver = Driver(Limits(cells=100, sequences=8, parallel=8, batch_tokens=64))
    for index in range(2):
        driver.submit(f"r{index}", [index * 50 + n for n in range(20)], answer=60)
    driver.run()
    assert all(len(answer) == 60 for answer in driver.answers.values())


@settings(max_examples=400, deadline=None)
@given(
    st.integers(30, 200),
    st.integers(1, 6),
    st.lists(
        st.tuples(st.lists(st.integers(0, 2), min_size=1, max_size=28), st.integers(1, 40), st.integers(0, 2)),
        min_size=1,
        max_size=12,
    ),
    st.lists(st.integers(0, 11), max_size=6),
)
def test_whatever_arrives_all_is_answered_within_the_cells(
    cells: int, parallel: int, requests: list[tuple[list[int], int, int]], cancelled: list[int]
) -> None:
    driver = Driver(Limits(cells=cells, sequences=parallel + 2, parallel=parallel, batch_tokens=16, chunk_tokens=4))
    for index, (tokens, answer, priority) in enumerate(requests):
        driver.submit(str(index), tokens, answer, priority)
        if index % 3 == 0:
            driver.step()
    for index in cancelled:
        if driver.scheduler.known(str(index)):
            driver.scheduler.finish(str(index))
            driver.wanted[str(index)] = -1
    driver.run()
    for name, wanted in driver.wanted.items():
        full = len(driver.prompts[name]) + len(driver.answers[name]) >= cells
        assert wanted == -1 or full or len(driver.answers[name]) == wanted
