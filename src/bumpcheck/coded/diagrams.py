"""Decision diagrams: functions of many answers, drawn so that equal parts are stored once.

A node asks one level (a question, or one answer of a question that takes several) and has a child
for each way it can be answered; the leaves are the states of a condition. Because equal nodes are
one node, two functions are equal where their numbers are, and a function that is nowhere true is
the number FALSE. The method is Bryant's ("Graph-based algorithms for Boolean function
manipulation", IEEE Transactions on Computers C-35, 1986), with levels of more than two children
(Srinivasan, Kam, Malik and Brayton, "Algorithms for discrete function manipulation", ICCAD 1990).

The leaves are TRUE, FALSE, and three kinds of open: through an unsure answer, through what was not
asked, through both. So a diagram says of a condition all that a result can depend on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

FALSE, TRUE = 0, 1
# The kinds of open; as bits, so that joining two of them is an "or".
UNSURE, UNASKED = 2, 4
BOTH = UNSURE | UNASKED
LEAVES = 8
# Below every level: where the leaves are.
BOTTOM = 1 << 20

# Two nodes in one number: quicker to look up than a pair.
_PAIR = 30

# What each leaf becomes: indexed by leaf.
LeafMap = tuple[int, ...]
NEGATED: LeafMap = (TRUE, FALSE, 2, 3, 4, 5, 6, 7)
IS_TRUE: LeafMap = (0, 1, 0, 0, 0, 0, 0, 0)
IS_POSSIBLE: LeafMap = (0, 1, 1, 0, 1, 0, 1, 0)
IS_OPEN: LeafMap = (0, 0, 1, 0, 1, 0, 1, 0)
IS_UNSURE: LeafMap = (0, 0, 1, 0, 0, 0, 1, 0)
IS_UNASKED: LeafMap = (0, 0, 0, 0, 1, 0, 1, 0)
# Open is open: for what is settled by trying out (see `compiling`).
JUST_OPEN: LeafMap = (0, 1, 2, 2, 2, 2, 2, 2)


class TooLargeError(Exception):
    """More nodes than there may be."""


class Diagrams:
    """All nodes of one pack; a node is a number, and a leaf is its own number.

    Whatever would make more than `most` of them raises TooLargeError.
    """

    def __init__(self) -> None:
        self.most = sys.maxsize
        self.level: list[int] = [BOTTOM] * LEAVES
        self.children: list[tuple[int, ...]] = [()] * LEAVES
        self._known: dict[int, dict[tuple[int, ...], int]] = {}
        self._both: dict[int, int] = {}
        self._either: dict[int, int] = {}
        self._without: dict[int, int] = {}
        self._mapped: dict[LeafMap, dict[int, int]] = {}

    def __len__(self) -> int:
        return len(self.level)

    def forget(self) -> None:
        """Give back what was remembered of earlier operations; the nodes stay."""
        for memory in (self._both, self._either, self._without, self._mapped):
            memory.clear()

    def rewind(self, mark: int) -> None:
        """Take back every node from `mark` on (an earlier length), and what was remembered.

        Whoever rewinds answers for it that no such node is used any more.
        """
        self.forget()
        for node in range(mark, len(self.level)):
            del self._known[self.level[node]][self.children[node]]
        del self.level[mark:], self.children[mark:]

    def node(self, level: int, children: tuple[int, ...]) -> int:
        """The node with these children; where all are one, the question does not matter."""
        first = children[0]
        if children.count(first) == len(children):
            return first
        known = self._known.get(level)
        if known is None:
            known = self._known[level] = {}
        found = known.get(children)
        if found is None:
            if len(self.level) >= self.most:
                raise TooLargeError
            found = known[children] = len(self.level)
            self.level.append(level)
            self.children.append(children)
        return found

    # --- Joining ---------------------------------------------------------------------------------

    def both(self, one: int, other: int) -> int:
        """And: false where one is false, else open where one is open, through all that is open."""
        if one > other:
            one, other = other, one
        if one in (FALSE, other):
            return one
        if one == TRUE:
            return other
        if other < LEAVES:
            return one | other
        key = one << _PAIR | other
        joined = self._both.get(key)
        if joined is None:
            joined = self._both[key] = self._descend(self.both, one, other)
        return joined

    def either(self, one: int, other: int) -> int:
        """Or: true where one is true, else open where one is open, through all that is open."""
        if one > other:
            one, other = other, one
        if one in (FALSE, other):
            return other
        if one == TRUE:
            return TRUE
        if other < LEAVES:
            return one | other if other != TRUE else TRUE
        key = one << _PAIR | other
        joined = self._either.get(key)
        if joined is None:
            joined = self._either[key] = self._descend(self.either, one, other)
        return joined

    def without(self, one: int, other: int) -> int:
        """Where one is true and the other is not; of what is only true or false."""
        if one == FALSE or other in (TRUE, one):
            return FALSE
        if other == FALSE:
            return one
        key = one << _PAIR | other
        joined = self._without.get(key)
        if joined is None:
            joined = self._without[key] = self._descend(self.without, one, other)
        return joined

    def apart(self, one: int, other: int) -> int:
        """Where just one of them is true; of what is only true or false."""
        return self.either(self.without(one, other), self.without(other, one))

    def _descend(self, join: Callable[[int, int], int], one: int, other: int) -> int:
        """Join two nodes, of which one at least is no leaf, child by child."""
        high, low = self.level[one], self.level[other]
        if high == low:
            pairs = zip(self.children[one], self.children[other], strict=True)
            return self.node(high, tuple([join(left, right) for left, right in pairs]))
        if high < low:
            return self.node(high, tuple([join(child, other) for child in self.children[one]]))
        return self.node(low, tuple([join(one, child) for child in self.children[other]]))

    def joined(
        self, join: Callable[[int, int], int], one: int, other: int, memory: dict[int, int]
    ) -> int:
        """Join two nodes by a rule for leaves; `memory` belongs to that rule."""
        if one < LEAVES and other < LEAVES:
            return join(one, other)
        key = one << _PAIR | other
        known = memory.get(key)
        if known is None:

            def deeper(left: int, right: int) -> int:
                return self.joined(join, left, right, memory)

            known = memory[key] = self._descend(deeper, one, other)
        return known

    def any_of(self, nodes: Iterable[int]) -> int:
        """Or, of many: the deepest first, which keeps what is between them small."""
        joined = FALSE
        for node in sorted(set(nodes), key=self.level.__getitem__, reverse=True):
            joined = self.either(joined, node)
        return joined

    def all_of(self, nodes: Iterable[int]) -> int:
        """And, of many."""
        joined = TRUE
        for node in sorted(set(nodes), key=self.level.__getitem__, reverse=True):
            joined = self.both(joined, node)
        return joined

    # --- One diagram -----------------------------------------------------------------------------

    def mapped(self, node: int, leaves: LeafMap) -> int:
        """The same diagram with other leaves."""
        memory = self._mapped.setdefault(leaves, {})

        def through(node: int) -> int:
            if node < LEAVES:
                return leaves[node]
            changed = memory.get(node)
            if changed is None:
                children = tuple([through(child) for child in self.children[node]])
                changed = memory[node] = self.node(self.level[node], children)
            return changed

        return through(node)

    def negated(self, node: int) -> int:
        """Not: what is open stays open."""
        return self.mapped(node, NEGATED)

    def under(self, node: int) -> Iterator[int]:
        """Every node that is no leaf, each once."""
        seen: set[int] = set()
        waiting = [node]
        while waiting:
            node = waiting.pop()
            if node >= LEAVES and node not in seen:
                seen.add(node)
                waiting += self.children[node]
                yield node

    def levels(self, node: int) -> set[int]:
        """The levels that a diagram depends on."""
        return {self.level[below] for below in self.under(node)}

    def size(self, node: int) -> int:
        """How many nodes it has."""
        return sum(1 for _ in self.under(node))

    def walked(self, node: int, way: Sequence[int] | Mapping[int, int]) -> int:
        """The leaf that is reached; `way` is the child to take at each level."""
        level, children = self.level, self.children
        while node >= LEAVES:
            node = children[node][way[level[node]]]
        return node
