"""Diagrams as terms: a term holds where each question it asks is in one of some states.

Whether any of a condition's terms holds is a matter of bits: every state of a question has a mask
of the terms that it lets stand, and what stands after an "and" over all questions holds. So a case
costs one "and" a question, however many rules there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .blocks import Block, Relation
from .diagrams import FALSE, LEAVES, TRUE, Diagrams

# What a term asks: for each block or relation (by its place) a diagram that must be true.
Term = dict[int, int]


class Terms:
    """Terms over the blocks and relations of a pack, and their masks by state."""

    def __init__(
        self, diagrams: Diagrams, blocks: Sequence[Block], relations: Sequence[Relation]
    ) -> None:
        self._diagrams = diagrams
        self._blocks = blocks
        self._relations = relations
        spans = [(block.first, block.end) for block in blocks]
        spans += [(relation.level, relation.level + 1) for relation in relations]
        self._spans = spans
        self._place = {
            level: place for place, (first, end) in enumerate(spans) for level in range(first, end)
        }
        self.count = 0
        # For each place, the terms that ask something there: by what they ask.
        self._asking: list[dict[int, int]] = [{} for _ in spans]
        self._masks: list[dict[int, int]] = [{} for _ in spans]
        self._asks: dict[int, int] = {}
        self._of_some: dict[int, int] = {}
        self._cut: dict[int, list[Term]] = {}

    def add(self, node: int) -> int:
        """Add the terms of a diagram of true and false; their bits.

        Exactly where the diagram is true, one of them holds.
        """
        bits = 0
        for term in self._terms(node):
            bit = 1 << self.count
            self.count += 1
            bits |= bit
            for place, asked in term.items():
                known = self._asking[place]
                known[asked] = known.get(asked, 0) | bit
        return bits

    def mask(self, place: int, code: int) -> int:
        """The terms that stand where a question has this code."""
        known = self._masks[place].get(code)
        if known is None:
            known = (1 << self.count) - 1
            way = self._way(place, code)
            for asked, bits in self._asking[place].items():
                if self._diagrams.walked(asked, way) != TRUE:
                    known &= ~bits
            self._masks[place][code] = known
        return known

    def asks(self, place: int) -> int:
        """The terms that ask something of a question."""
        known = self._asks.get(place)
        if known is None:
            known = 0
            for asked, bits in self._asking[place].items():
                known |= bits if asked != TRUE else 0
            self._asks[place] = known
        return known

    def mask_of_some(self, place: int) -> int:
        """The terms that some answer to a question, or "not sure", lets stand."""
        known = self._of_some.get(place)
        if known is None:
            known = (1 << self.count) - 1
            block = self._blocks[place]
            for asked, bits in self._asking[place].items():
                if not block.can_be(self._diagrams, asked):
                    known &= ~bits
            self._of_some[place] = known
        return known

    def standing(self, codes: Sequence[int]) -> int:
        """The terms that hold for a case."""
        standing = -1
        for place, code in enumerate(codes):
            standing &= self.mask(place, code)
        return standing

    def _way(self, place: int, code: int) -> dict[int, int]:
        first, _ = self._spans[place]
        way = self._blocks[place].way(code) if place < len(self._blocks) else (code,)
        return dict(enumerate(way, first))

    # --- Cutting a diagram into terms ------------------------------------------------------------

    def _terms(self, node: int) -> list[Term]:
        """Terms of which exactly one holds where a diagram is true."""
        if node < LEAVES:
            return [{}] if node == TRUE else []
        known = self._cut.get(node)
        if known is None:
            place = self._place[self._diagrams.level[node]]
            known = self._cut[node] = [
                {place: self._leading(node, place, exit), **term}
                for exit in self._exits(node, place)
                for term in self._terms(exit)
            ]
        return known

    def _exits(self, node: int, place: int) -> Iterator[int]:
        """The nodes right below a block, each once; FALSE is none."""
        _, end = self._spans[place]
        level, children = self._diagrams.level, self._diagrams.children
        seen: set[int] = set()
        waiting = [node]
        while waiting:
            node = waiting.pop()
            if node in seen or node == FALSE:
                continue
            seen.add(node)
            if level[node] < end:
                waiting += children[node]
            else:
                yield node

    def _leading(self, node: int, place: int, exit: int) -> int:
        """Where a block leads to this exit."""
        _, end = self._spans[place]
        diagrams = self._diagrams
        memory: dict[int, int] = {}

        def leads(node: int) -> int:
            if diagrams.level[node] >= end:
                return TRUE if node == exit else FALSE
            known = memory.get(node)
            if known is None:
                children = tuple([leads(child) for child in diagrams.children[node]])
                known = memory[node] = diagrams.node(diagrams.level[node], children)
            return known

        return leads(node)
