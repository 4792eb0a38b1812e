"""Diagrams as few terms: some of which hold where a diagram is true, and none where it must not be.

Terms of `terms` are disjoint, one stands for every way through a diagram. Where it is enough that
*some* term holds, far fewer do, and fewer still where a diagram may be either: the irredundant
covers of Minato and Morreale (Minato, "Fast generation of irredundant sum-of-products forms from
binary decision diagrams", SASIMI 1992), here over questions of many answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .blocks import Block, Relation
from .diagrams import FALSE, TRUE, Diagrams
from .terms import Term

# The most that a diagram needs, and the most that it allows.
Bounds = tuple[int, int]


class Covers:
    """Covers of diagrams of true and false over the blocks and relations of a pack."""

    def __init__(
        self, diagrams: Diagrams, blocks: Sequence[Block], relations: Sequence[Relation]
    ) -> None:
        self._diagrams = diagrams
        spans = [(block.first, block.end) for block in blocks]
        spans += [(relation.level, relation.level + 1) for relation in relations]
        self._ends = [end for _, end in spans]
        self._place = {
            level: place for place, (first, end) in enumerate(spans) for level in range(first, end)
        }
        self._known: dict[Bounds, tuple[list[Term], int]] = {}

    def cover(self, needed: int, allowed: int) -> list[Term]:
        """Terms of which some hold wherever `needed` is true, and none where `allowed` is not."""
        return self._cover(needed, allowed)[0]

    def _cover(self, needed: int, allowed: int) -> tuple[list[Term], int]:
        """The terms, and the diagram of where some of them hold."""
        if needed == FALSE:
            return [], FALSE
        if allowed == TRUE:
            return [{}], TRUE
        known = self._known.get((needed, allowed))
        if known is None:
            known = self._known[needed, allowed] = self._cut((needed, allowed))
        return known

    def _cut(self, bounds: Bounds) -> tuple[list[Term], int]:
        """Cover what lies below a block, beginning with what most of its answers allow."""
        diagrams = self._diagrams
        place = self._place[min(map(self._level, bounds))]
        exits = list(self._exits(bounds, self._ends[place]))
        left = {exit: exit[0] for exit in exits}
        fitting = {
            allowed: [exit for exit in exits if diagrams.without(allowed, exit[1]) == FALSE]
            for _, allowed in exits
            if allowed != FALSE
        }
        terms: list[Term] = []
        cover = FALSE
        for allowed in sorted(fitting, key=lambda below: -len(fitting[below])):
            needed = diagrams.any_of(left[exit] for exit in exits if exit[1] == allowed)
            below, covered = self._cover(needed, allowed)
            if not below:
                continue
            here = self._leading(bounds, set(fitting[allowed]), self._ends[place])
            terms += [{place: here, **term} if here != TRUE else term for term in below]
            cover = diagrams.either(cover, diagrams.both(here, covered))
            for exit in fitting[allowed]:
                left[exit] = diagrams.without(left[exit], covered)
        return terms, cover

    def _exits(self, bounds: Bounds, end: int) -> Iterator[Bounds]:
        """The pairs of nodes right below a block, each once."""
        seen: set[Bounds] = set()
        waiting = [bounds]
        while waiting:
            pair = waiting.pop()
            if pair in seen:
                continue
            seen.add(pair)
            if min(map(self._level, pair)) < end:
                waiting += self._one_level_on(pair)
            else:
                yield pair

    def _leading(self, bounds: Bounds, exits: set[Bounds], end: int) -> int:
        """Where a block leads to one of these exits."""
        memory: dict[Bounds, int] = {}

        def leads(pair: Bounds) -> int:
            level = min(map(self._level, pair))
            if level >= end:
                return TRUE if pair in exits else FALSE
            known = memory.get(pair)
            if known is None:
                children = tuple(map(leads, self._one_level_on(pair)))
                known = memory[pair] = self._diagrams.node(level, children)
            return known

        return leads(bounds)

    def _level(self, node: int) -> int:
        return self._diagrams.level[node]

    def _one_level_on(self, pair: Bounds) -> list[Bounds]:
        """Both nodes one level on; one that does not ask the level stays."""
        level, children = self._diagrams.level, self._diagrams.children
        at = min(level[pair[0]], level[pair[1]])
        first, second = (children[node] if level[node] == at else () for node in pair)
        ways = range(len(first or second))
        return [
            (first[way] if first else pair[0], second[way] if second else pair[1]) for way in ways
        ]
