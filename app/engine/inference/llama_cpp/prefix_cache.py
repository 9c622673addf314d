"""A radix tree over token ids that knows which llama.cpp sequence holds which prefix. Pure: no ctypes, no I/O.

Each node stands for a run of tokens and for as many cells of the KV cache. A sequence holds every node from the
root to its end. Sequences that were forked from each other share cells physically; two that computed the same
tokens on their own share the node only, and each copy of the cells counts until nobody holds it any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


class _Node:
    __slots__ = ("children", "holders", "parent", "tokens")

    def __init__(self, tokens: list[int], parent: _Node | None) -> None:
        self.tokens = tokens
        self.parent = parent
        self.children: dict[int, _Node] = {}
        self.holders: dict[int, int] = {}  # sequence -> number of the physical copy it holds

    @property
    def cells(self) -> int:
        return len(self.tokens) * len(set(self.holders.values()))


@dataclass(frozen=True, slots=True)
class Match:
    """The longest known prefix: `length` tokens of it are held by `sequence`."""

    sequence: int
    length: int


@dataclass(slots=True)
class _Held:
    end: _Node
    length: int = 0
    used: int = 0
    idle: bool = field(default=False)


def common_length(left: Sequence[int], right: Sequence[int]) -> int:
    """Return how many leading items two sequences share."""
    limit = min(len(left), len(right))
    if left[:limit] == right[:limit]:
        return limit
    return next(index for index in range(limit) if left[index] != right[index])


class PrefixCache:
    """Which tokens each sequence holds, and who may give its cells to whom.

    Idle sequences are kept for later requests and released in order of last use.
    """

    def __init__(self) -> None:
        self._root = _Node([], None)
        self._held: dict[int, _Held] = {}
        self._cells = 0
        self._clock = 0
        self._copies = 0

    @property
    def cells(self) -> int:
        """Cells in use; never less than llama.cpp really uses."""
        return self._cells

    @property
    def sequences(self) -> tuple[int, ...]:
        """All sequences that are known, running or idle."""
        return tuple(self._held)

    def length(self, sequence: int) -> int:
        """Return how many tokens a sequence holds."""
        return self._held[sequence].length

    def open(self, sequence: int) -> None:
        """Begin an empty sequence."""
        self._held[sequence] = _Held(self._root, used=self._tick())

    def match(self, tokens: Sequence[int]) -> Match | None:
        """Return the longest prefix of `tokens` that some sequence holds, or None."""
        node, length = self._root, 0
        best: Match | None = None
        while length < len(tokens):
            child = node.children.get(tokens[length])
            if child is None:
                break
            shared = common_length(child.tokens, tokens[length : length + len(child.tokens)])
            length += shared
            best = Match(self._freshest(child), length)
            if shared < len(child.tokens):
                break
            node = child
        return best

    def fork(self, source: int, target: int, length: int) -> None:
        """Give `target` (empty) the first `length` tokens of `source`; the cells are shared, not copied."""
        node = self._root
        left = length
        for step in self._path(source):
            if left == 0:
                break
            if len(step.tokens) > left:
                step = self._split(step, left)
            step.holders[target] = step.holders[source]
            left -= len(step.tokens)
            node = step
        held = self._held[target]
        held.end, held.length = node, length
        self._held[source].used = self._tick()

    def extend(self, sequence: int, tokens: Sequence[int]) -> None:
        """Record that `sequence` has computed these further tokens."""
        held = self._held[sequence]
        held.length += len(tokens)
        node, index = held.end, 0
        while index < len(tokens):
            child = node.children.get(tokens[index])
            if child is None:
                held.end = self._append(node, sequence, list(tokens[index:]))
                return
            shared = common_length(child.tokens, tokens[index : index + len(child.tokens)])
            if shared < len(child.tokens):
                child = self._split(child, shared)
            child.holders[sequence] = self._new_copy()
            self._cells += shared
            index += shared
            node = child
        held.end = node

    def park(self, sequence: int) -> bool:
        """Mark a sequence as idle. Returns True when another holds all of it, so that it may be released at once."""
        held = self._held[sequence]
        held.idle = True
        held.used = self._tick()
        return held.length == 0 or len(held.end.holders) > 1 or bool(held.end.children)

    def redundant(self, sequence: int) -> bool:
        """Tell whether an idle sequence is wholly contained in another one."""
        held = self._held[sequence]
        return held.idle and (len(held.end.holders) > 1 or bool(held.end.children))

    def least_recent(self, keep: frozenset[int] = frozenset()) -> int | None:
        """Return the idle sequence that was used longest ago, or None."""
        idle = [(held.used, sequence) for sequence, held in self._held.items() if held.idle and sequence not in keep]
        return min(idle)[1] if idle else None

    def release(self, sequence: int) -> None:
        """Forget a sequence; nodes that nobody holds any more are dropped."""
        held = self._held.pop(sequence)
        node: _Node | None = held.end
        while node is not None and node.parent is not None:
            parent = node.parent
            self._cells -= node.cells
            del node.holders[sequence]
            self._cells += node.cells
            if not node.holders:
                del parent.children[node.tokens[0]]
            node = parent

    def tokens(self, sequence: int) -> list[int]:
        """Return all tokens a sequence holds."""
        return [token for node in self._path(sequence) for token in node.tokens]

    def _tick(self) -> int:
        self._clock += 1
        return self._clock

    def _new_copy(self) -> int:
        self._copies += 1
        return self._copies

    def _freshest(self, node: _Node) -> int:
        return max(node.holders, key=lambda sequence: self._held[sequence].used)

    def _path(self, sequence: int) -> Iterator[_Node]:
        chain: list[_Node] = []
        node: _Node | None = self._held[sequence].end
        while node is not None and node.parent is not None:
            chain.append(node)
            node = node.parent
        return reversed(chain)

    def _append(self, node: _Node, sequence: int, tokens: list[int]) -> _Node:
        self._cells += len(tokens)
        if node.parent is not None and not node.children and len(node.holders) == 1:
            node.tokens.extend(tokens)
            return node
        child = _Node(tokens, node)
        child.holders[sequence] = self._new_copy()
        node.children[tokens[0]] = child
        return child

    def _split(self, node: _Node, length: int) -> _Node:
        """Cut a node after `length` tokens and return its upper part."""
        parent = node.parent
        assert parent is not None
        upper = _Node(node.tokens[:length], parent)
        upper.holders = dict(node.holders)
        parent.children[upper.tokens[0]] = upper
        node.tokens = node.tokens[length:]
        node.parent = upper
        upper.children[node.tokens[0]] = node
        return upper
