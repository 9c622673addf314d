"""The prefix cache against a model that simply remembers what every sequence holds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from app.engine.inference.llama_cpp.prefix_cache import Match, PrefixCache, common_length

TOKENS = st.lists(st.integers(0, 2), max_size=12)


@given(TOKENS, TOKENS)
def test_common_length(left: list[int], right: list[int]) -> None:
    length = common_length(left, right)
    assert left[:length] == right[:length]
    assert length == min(len(left), len(right)) or left[length] != right[length]


class Against(RuleBasedStateMachine):
    """Opens, extends, forks, parks and releases sequences at random."""

    def __init__(self) -> None:
        super().__init__()
        self.cache = PrefixCache()
        self.held: dict[int, list[int]] = {}
        self.cells: dict[int, list[object]] = {}
        self.idle: list[int] = []
        self.next = 0

    def pick(self, number: int) -> int:
        return sorted(self.held)[number % len(self.held)]

    @rule(tokens=TOKENS)
    def begin(self, tokens: list[int]) -> None:
        """Admit a request the way the scheduler does: fork the best match, then compute the rest."""
        match = self.cache.match(tokens)
        longest = max((common_length(held, tokens) for held in self.held.values()), default=0)
        assert (match.length if match else 0) == longest
        name, self.next = self.next, self.next + 1
        self.cache.open(name)
        self.held[name], self.cells[name] = [], []
        if match is not None:
            assert self.held[match.sequence][: match.length] == tokens[: match.length]
            self.cache.fork(match.sequence, name, match.length)
            self.held[name] = tokens[: match.length]
            self.cells[name] = self.cells[match.sequence][: match.length]
        self.grow(name, tokens[len(self.held[name]) :])

    def grow(self, name: int, tokens: list[int]) -> None:
        self.cache.extend(name, tokens)
        self.held[name] = self.held[name] + tokens
        self.cells[name] = self.cells[name] + [object() for _ in tokens]

    @precondition(lambda self: self.held)
    @rule(number=st.integers(0, 50), tokens=TOKENS)
    def extend(self, number: int, tokens: list[int]) -> None:
        name = self.pick(number)
        if name not in self.idle:
            self.grow(name, tokens)

    @precondition(lambda self: self.held)
    @rule(number=st.integers(0, 50))
    def park(self, number: int) -> None:
        name = self.pick(number)
        if name in self.idle:
            return
        redundant = self.cache.park(name)
        self.idle.append(name)
        tokens = self.held[name]
        others = [held for other, held in self.held.items() if other != name]
        assert redundant == (not tokens or any(held[: len(tokens)] == tokens for held in others))

    @precondition(lambda self: self.held)
    @rule(number=st.integers(0, 50))
    def release(self, number: int) -> None:
        name = self.pick(number)
        self.cache.release(name)
        del self.held[name], self.cells[name]
        if name in self.idle:
            self.idle.remove(name)

    @precondition(lambda self: self.idle)
    @rule()
    def release_the_least_recent(self) -> None:
        name = self.cache.least_recent()
        assert name in self.idle
        assert name is not None
        self.cache.release(name)
        self.idle.remove(name)
        del self.held[name], self.cells[name]

    @invariant()
    def holds_what_was_computed(self) -> None:
        assert set(self.cache.sequences) == set(self.held)
        for name, tokens in self.held.items():
            assert self.cache.tokens(name) == tokens
            assert self.cache.length(name) == len(tokens)

    @invariant()
    def counts_the_cells_that_are_used(self) -> None:
        used = len({id(cell) for cells in self.cells.values() for cell in cells})
        assert self.cache.cells == used


def test_against_a_naive_model() -> None:
    run_state_machine_as_test(Against, settings=settings(max_examples=120, stateful_step_count=30, deadline=None))


def filled(*sequences: list[int]) -> PrefixCache:
    cache = PrefixCache()
    for number, tokens in enumerate(sequences):
        cache.open(number)
        cache.extend(number, tokens)
    return cache


def test_an_unknown_prompt_has_no_match() -> None:
    assert PrefixCache().match([1, 2]) is None
    assert filled([1, 2]).match([2, 1]) is None
    assert filled([1, 2]).match([]) is None


def test_the_longest_prefix_wins_even_within_a_node() -> None:
    cache = filled([1, 2, 3, 4], [1, 2, 9])
    assert cache.match([1, 2, 3, 7]) == Match(0, 3)
    assert cache.match([1, 2, 9, 9]) == Match(1, 3)


def test_a_fork_shares_cells_and_a_recomputation_does_not() -> None:
    cache = filled([1, 2, 3, 4])
    cache.open(1)
    cache.fork(0, 1, 3)
    assert cache.cells == 4
    assert cache.tokens(1) == [1, 2, 3]
    cache.open(2)
    cache.extend(2, [1, 2, 3, 4])
    assert cache.cells == 8
    cache.release(0)
    assert cache.tokens(2) == [1, 2, 3, 4]


def test_idle_sequences_go_in_order_of_last_use() -> None:
    cache = filled([1], [2], [3])
    for sequence in (1, 0, 2):
        cache.park(sequence)
    assert cache.least_recent() == 1
    assert cache.least_recent(keep=frozenset({1})) == 0
    cache.open(9)
    cache.fork(1, 9, 1)
    assert cache.least_recent() == 0


def test_a_running_sequence_is_never_offered_for_release() -> None:
    assert filled([1]).least_recent() is None


def test_redundant_means_idle_and_held_by_another() -> None:
    cache = filled([1, 2], [1, 2, 3])
    assert not cache.redundant(0)
    cache.park(0)
    assert cache.redundant(0)
    with pytest.raises(KeyError):
        cache.redundant(7)
