"""From diagrams back to answers: the smallest case for which one is true, any case, how many.

How many raw answer sets there are is a matter of definition, and this is it. A question counts as
not asked, as unknown, and with each of its answers; one that takes several with every set of them,
with and without `unknown`; a quantity with one amount from every interval that no rule cuts.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from bumpcheck.model import UNKNOWN, Measure
from bumpcheck.quantities import UNITS, in_words, parse

from .answers import Answers
from .blocks import Amount, Block, Several, Single
from .diagrams import FALSE, LEAVES, TRUE
from .packs import CodedPack

# What an answer costs: a case is the smaller the fewer answers it takes. Unsure is a last resort.
GIVEN, UNSURE = 4, 5
# Of a unit, the parts that people say.
PARTS = (1, 2, 10, 100, 1000)
# How many amounts of one unit are looked at.
FEW = 3


class Samples:
    """Cases of a coded pack."""

    def __init__(self, pack: CodedPack) -> None:
        self._pack = pack
        self._diagrams = pack.diagrams
        depth = pack.compiler.depth
        # For each level, what each child costs, and how many raw answers it stands for.
        self.costs: list[tuple[int, ...]] = [()] * depth
        self.weights: list[tuple[int, ...]] = [()] * depth
        # The child of each level where nothing is said.
        self.silent = [0] * depth
        for block in pack.blocks:
            self._describe(block)
        for relation in pack.relations:
            self.costs[relation.level] = (0, 0, 0)
            # One amount of an interval is as much as the same amount.
            self.weights[relation.level] = (0, 1, 0)
            self.silent[relation.level] = 1
        self.answers = Answers(pack, self.codes(self.silent))
        self._least: dict[int, int] = {FALSE: 1 << 60, TRUE: 0}
        self._names = {
            block.column.id: {bit: id for id, bit in block.column.bits.items()}
            for block in pack.blocks
        }

    def _describe(self, block: Block) -> None:
        sizes = [bits.bit_count() for bits in block.classes]
        if isinstance(block, Single):
            known = len(block.states) - 2
            self.costs[block.first] = (*(GIVEN,) * known, UNSURE, 0)
            of_known = (1,) * known if isinstance(block, Amount) else sizes
            self.weights[block.first] = (*of_known, 1, 1)
            self.silent[block.first] = block.arity - 1
        else:
            for level, size in enumerate(sizes, block.first):
                self.costs[level] = (0, GIVEN)
                self.weights[level] = (1, 2**size - 1)
            self.costs[block.end - 1] = (0, UNSURE)
            self.weights[block.end - 1] = (1, 1)

    # --- One case --------------------------------------------------------------------------------

    def smallest(self, node: int) -> tuple[int, ...] | None:
        """The case of fewest answers for which a diagram is true; None if there is none."""
        if node == FALSE:
            return None
        return self._taken(node, self._cheapest)

    def sure(self, block: Block, below: int, *, at_all: bool) -> int:
        """The cases where nothing is unknown of a question, and `below` is true.

        Unless `at_all`, the question was not asked.
        """
        node = below
        for level in reversed(range(block.first, block.end)):
            silent = self.silent[level]
            unsure = {UNSURE} if at_all else {UNSURE, GIVEN}
            children = [
                FALSE if at != silent and cost in unsure else node
                for at, cost in enumerate(self.costs[level])
            ]
            node = self._diagrams.node(level, tuple(children))
        return node

    def any_case(self, node: int, chance: random.Random) -> tuple[int, ...] | None:
        """Some case for which a diagram is true; None if there is none."""
        if node == FALSE:
            return None
        children = self._diagrams.children

        def choose(node: int) -> int:
            alive = [at for at, child in enumerate(children[node]) if child != FALSE]
            return chance.choice(alive)

        return self._taken(node, choose)

    def over(self, node: int, codes: Sequence[int]) -> tuple[int, ...] | None:
        """The case, changed in as few answers as a diagram needs to be true."""
        if node == FALSE:
            return None
        way = self._pack.way(codes)
        level, children = self._diagrams.level, self._diagrams.children
        memory: dict[int, tuple[int, int]] = {}

        def least(node: int) -> tuple[int, int]:
            """How many levels must change below, and the child to take."""
            if node < LEAVES:
                return (0 if node == TRUE else 1 << 60), 0
            known = memory.get(node)
            if known is None:
                kept = way[level[node]]
                known = memory[node] = min(
                    (least(child)[0] + (at != kept), at) for at, child in enumerate(children[node])
                )
            return known

        return self._taken(node, lambda node: least(node)[1], way)

    def cost(self, codes: Sequence[int]) -> int:
        """How large a case is: what its answers cost together."""
        way = self._pack.way(codes)
        return sum([costs[at] for costs, at in zip(self.costs, way, strict=True) if costs])

    def cheaper(self, cost: int) -> int:
        """The cases that cost less, as a diagram."""
        # For each sum that may still be spent from some level on; at the end any is enough.
        below = [TRUE] * cost
        for level, costs in reversed(list(enumerate(self.costs))):
            if costs:  # a level where answers are tried out has none
                below = [
                    self._diagrams.node(
                        level, tuple([below[left - it] if it <= left else FALSE for it in costs])
                    )
                    for left in range(cost)
                ]
        return below[-1] if below else FALSE

    def _cheapest(self, node: int) -> int:
        costs = self.costs[self._diagrams.level[node]]
        children = self._diagrams.children[node]
        return min(range(len(children)), key=lambda at: costs[at] + self._cost(children[at]))

    def _cost(self, node: int) -> int:
        known = self._least.get(node)
        if known is None:
            costs = self.costs[self._diagrams.level[node]]
            children = self._diagrams.children[node]
            known = self._least[node] = min(
                [cost + self._cost(child) for cost, child in zip(costs, children, strict=True)]
            )
        return known

    def _taken(
        self, node: int, choose: Callable[[int], int], otherwise: Sequence[int] | None = None
    ) -> tuple[int, ...]:
        """The case that choosing a child at every node leads to."""
        way = list(self.silent if otherwise is None else otherwise)
        while node >= LEAVES:
            at = choose(node)
            way[self._diagrams.level[node]] = at
            node = self._diagrams.children[node][at]
        return self.codes(way)

    def codes(self, way: Sequence[int]) -> tuple[int, ...]:
        """A case in code, from the child that it takes at every level."""
        codes = [
            sum(taken << at for at, taken in enumerate(way[block.first : block.end]))
            if isinstance(block, Several)
            else way[block.first]
            for block in self._pack.blocks
        ]
        return (*codes, *(way[relation.level] for relation in self._pack.relations))

    def forget(self) -> None:
        """Forget the costs of nodes that are no more."""
        self._least = {FALSE: 1 << 60, TRUE: 0}

    # --- How many --------------------------------------------------------------------------------

    def space(self) -> int:
        """How many raw answer sets there are."""
        return self.count(TRUE)

    def count(self, node: int) -> int:
        """How many raw answer sets a diagram of true and false is true for."""
        level, children = self._diagrams.level, self._diagrams.children
        depth = self._pack.compiler.depth
        # Everything from a level down to the end.
        below = [1] * (depth + 1)
        for at in range(depth - 1, -1, -1):
            below[at] = below[at + 1] * (sum(self.weights[at]) or 1)
        memory: dict[int, int] = {FALSE: 0, TRUE: 1}

        def counted(node: int, start: int) -> int:
            """How many from `start` on, whatever lies between it and the node."""
            end = min(level[node], depth)
            return below[start] // below[end] * in_all(node)

        def in_all(node: int) -> int:
            known = memory.get(node)
            if known is None:
                at = level[node]
                pairs = zip(self.weights[at], children[node], strict=True)
                known = memory[node] = sum(
                    [weight * counted(child, at + 1) for weight, child in pairs if weight]
                )
            return known

        return counted(node, 0)

    # --- In words --------------------------------------------------------------------------------

    def say(self, codes: Sequence[int]) -> dict[str, object]:
        """A case in raw answers, that are accepted as input and have this code."""
        amounts = self._amounts(codes)
        said: dict[str, object] = {}
        for block, code in zip(self._pack.blocks, codes, strict=False):
            id = block.column.id
            if isinstance(block, Single):
                if code == block.arity - 1:
                    continue
                if code == block.arity - 2:
                    said[id] = UNKNOWN
                elif id in amounts:
                    said[id] = amounts[id]
                else:
                    bits = block.classes[code]
                    said[id] = self._names[id][bits & -bits]
            elif code:
                names = self._names[id]
                given = [bits for at, bits in enumerate(block.classes) if code >> at & 1]
                words = [names[bits & -bits] for bits in given]
                said[id] = [*words, UNKNOWN] if code >> len(block.classes) else words
        return said

    def _amounts(self, codes: Sequence[int]) -> dict[str, str]:
        """The amounts of a case in words; those that are compared in the right order."""
        amounts: dict[str, str] = {}
        cells: dict[str, int] = {}
        for block, code in zip(self._pack.blocks, codes, strict=False):
            if isinstance(block, Amount) and code < block.arity - 2:
                cells[block.column.id] = code
                amounts[block.column.id] = sayable(block, code)[0]
        for relation, by in zip(self._pack.relations, codes[len(self._pack.blocks) :], strict=True):
            first, second = relation.first, relation.second
            cell = cells.get(first.column.id)
            # Where one is as much as the other, both have the plainest amount of the cell.
            if by != 1 and cell is not None and cell == cells.get(second.column.id):
                both = set(sayable(second, cell))
                plain = [words for words in sayable(first, cell) if words in both]
                # Where a cell is one amount, neither can be more.
                one, other = plain[0], plain[min(1, len(plain) - 1)]
                if (_amount(one, first) > _amount(other, first)) != (by > 1):
                    one, other = other, one
                amounts[first.column.id], amounts[second.column.id] = one, other
        return amounts


def sayable(block: Amount, cell: int) -> list[str]:
    """Some different amounts within a cell, as people say them, the plainest first."""
    low, high = block.cells[cell]
    measure = _measure(block)
    words: dict[float, str] = {}
    for part in PARTS:
        for unit, size in reversed(UNITS[measure].items()):
            step = size / part
            start = max(1, int(low / step))
            for number in range(start, start + FEW):
                said = in_words(f"{number / part:.9f}".rstrip("0").rstrip("."), unit)
                amount = _amount(said, block)
                if low <= amount < high and amount <= block.question.at_most:
                    words.setdefault(amount, said)
    if low == 0.0:
        words[low] = in_words("0", next(iter(UNITS[measure])))
    assert words  # the bounds of a pack are sayable themselves
    return list(words.values())


def _amount(words: str, block: Amount) -> float:
    return parse(words, _measure(block)).amount


def _measure(block: Amount) -> Measure:
    measure = block.question.measure
    assert measure is not None  # a quantity has one
    return measure
