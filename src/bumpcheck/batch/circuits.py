"""Rules as circuits: the diagrams of the coded form, evaluated for all rows of a block at once.

One row walks a diagram from its root. For many rows it goes the other way round: from the leaves
up, each node is worked out once, as the plane of the rows that come from it to TRUE. These are the
rows that take one of its children and come from there. What several rules share is one node.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence

from bumpcheck.answers import Given
from bumpcheck.coded import Amount, Block, Compiler, Diagrams
from bumpcheck.coded.diagrams import FALSE, TRUE

from .planes import compared, everybody

# For every level of the diagrams, the plane of each child: the rows that take it.
Ways = list[Sequence[int]]

NOWHERE: tuple[int, tuple[int, ...]] = (0, ())
# An amount in code: numbers that are not negative compare as their bits do.
DOUBLE = struct.Struct("<d")


class Answered:
    """The answers of a block's rows as the ways that they take; the questions `asked`, in order."""

    def __init__(self, compiler: Compiler, asked: Sequence[str]) -> None:
        self._blocks = compiler.blocks
        self._relations = compiler.relations
        self._depth = compiler.depth
        self._compared = {
            amount.column.id for it in compiler.relations for amount in (it.first, it.second)
        }
        self._asked = {id: place for place, id in enumerate(asked)}
        # How many bytes the code of each has.
        self.widths = tuple([len(self.code(id, None)) for id in asked])

    def code(self, question: str, given: Given | None) -> bytes:
        """An answer as a bit for each child that it takes, and the amount where one is compared."""
        block = self._blocks[question]
        bits = 0
        for at, child in enumerate(block.way(block.code(given))):
            bits |= 1 << at * block.arity + child
        code = bits.to_bytes(_width(block), "little")
        if question in self._compared:
            assert isinstance(block, Amount)  # only amounts are compared
            code += DOUBLE.pack(given.quantity.amount if given and given.quantity else 0.0)
        return code

    def ways(self, asked: Sequence[Sequence[int]], rows: int) -> Ways:
        """The ways of so many rows, from the planes of the codes of each question asked."""
        ways: Ways = [()] * self._depth
        bits: dict[str, Sequence[int]] = {}
        for id, block in self._blocks.items():
            bits[id] = asked[self._asked[id]] if id in self._asked else self._silent(id, rows)
            for at, level in enumerate(range(block.first, block.end)):
                ways[level] = bits[id][at * block.arity : (at + 1) * block.arity]
        for relation in self._relations:
            first, second = (
                bits[amount.column.id][_width(amount) * 8 :]
                for amount in (relation.first, relation.second)
            )
            ways[relation.level] = compared(first, second, everybody(rows))
        return ways

    def _silent(self, question: str, rows: int) -> list[int]:
        """The planes of a question that was put to nobody."""
        nothing = self.code(question, None)
        said = int.from_bytes(nothing, "little")
        return [everybody(rows) * (said >> bit & 1) for bit in range(len(nothing) * 8)]


def _width(block: Block) -> int:
    """How many bytes have a bit for each child of each level."""
    return -(-block.depth * block.arity // 8)


# How a node is worked out: which choice leads to TRUE, and which to the planes of other nodes; and
# the place of its own plane.
_Step = tuple[int, tuple[tuple[int, int], ...], int]


class Circuit:
    """Diagrams of true and false, by the numbers of their nodes.

    Few planes are needed at a time. One that no later step needs gives its place to another, so
    that all of them stay at hand.
    """

    def __init__(self, diagrams: Diagrams, nodes: Iterable[int]) -> None:
        asked = {FALSE, TRUE, *nodes}
        below: set[int] = set()
        for node in asked:
            below.update(diagrams.under(node))
        upward = sorted(below, key=diagrams.level.__getitem__, reverse=True)
        # The last step that needs a node; what is asked for is kept.
        last = {child: node for node in upward for child in diagrams.children[node]}
        # What is chosen: some children of a level, of which any will do.
        self._choices = {NOWHERE: 0}
        self._steps: list[_Step] = []
        places = {FALSE: 0, TRUE: 1}
        free: list[int] = []
        self._size = len(places)
        for node in upward:
            children = diagrams.children[node]
            at_once, onward = self._step(diagrams.level[node], children, places)
            free += [places[it] for it in {*children} - asked if last[it] == node]
            if not free:
                free.append(self._size)
                self._size += 1
            places[node] = free.pop()
            self._steps.append((at_once, onward, places[node]))
        self._places = {node: places[node] for node in asked}

    def _step(
        self, level: int, children: Sequence[int], places: Mapping[int, int]
    ) -> tuple[int, tuple[tuple[int, int], ...]]:
        choices: dict[int, tuple[int, ...]] = {}
        for at, child in enumerate(children):
            choices[child] = (*choices.get(child, ()), at)
        choices.pop(FALSE, None)
        at_once = choices.pop(TRUE, None)
        onward = [(self._choice((level, ats)), places[to]) for to, ats in choices.items()]
        return self._choice((level, at_once) if at_once else NOWHERE), tuple(onward)

    def _choice(self, choice: tuple[int, tuple[int, ...]]) -> int:
        return self._choices.setdefault(choice, len(self._choices))

    def evaluated(self, ways: Ways, all_rows: int) -> dict[int, int]:
        """The planes of the nodes that were asked for."""
        chosen: list[int] = []
        for level, children in self._choices:
            any_of = 0
            for child in children:
                any_of |= ways[level][child]
            chosen.append(any_of)
        planes = [0] * self._size
        planes[self._places[TRUE]] = all_rows
        for at_once, onward, place in self._steps:
            plane = chosen[at_once]
            for choice, to in onward:
                some = chosen[choice] & planes[to]
                # A number that is joined to nothing would be copied.
                plane = plane | some if plane else some
            planes[place] = plane
        return {node: planes[place] for node, place in self._places.items()}
