"""A question of very many answers, cut into pieces: each has a table of its own.

A question of 27 answers has too many codes for a table. But whatever a term asks of it comes down
to "one of these was given" and "none of these was", and each of that can be said piece by piece:
one of them was given where it was in some piece, none where it was in no piece. That nothing was
asked is taken for one answer more, so that it can stand among these.
"""

from __future__ import annotations

from msgspec import Struct

from bumpcheck.coded import Diagrams, Several
from bumpcheck.coded.diagrams import FALSE, LEAVES, TRUE


class Ask(Struct, frozen=True):
    """What is asked of a question: of each of `some` one answer given, of `none` not one; as bits.

    The bit after the last, that of `unknown`, is that nothing was asked.
    """

    some: tuple[int, ...]
    none: int


class Asking:
    """What terms ask of one question, as `Ask`s."""

    def __init__(self, diagrams: Diagrams, block: Several) -> None:
        self._diagrams = diagrams
        self._first = block.first
        self.depth = block.depth
        self.nothing = 1 << self.depth
        self._all = self.nothing - 1
        self._silence = self._chain(self._all, FALSE, TRUE)
        self._known: dict[int, list[Ask]] = {}

    def asks(self, node: int) -> list[Ask]:
        """Some of these are so exactly where a diagram over the question is true."""
        known = self._known.get(node)
        if known is None:
            known = self._known[node] = self._cut(node)
        return known

    def _cut(self, node: int) -> list[Ask]:
        diagrams = self._diagrams
        every = (1 << at for at in range(self.depth + 1))
        none = sum(bit for bit in every if diagrams.both(node, self._some(bit)) == FALSE)
        some: list[int] = []
        so_far = diagrams.negated(self._some(none))
        while so_far != node:
            # The answers left out of what is still too much: one of the others must be given.
            given = self._most(diagrams.without(so_far, node)) or self.nothing
            others = (self._all | self.nothing) & ~given & ~none
            one_of = self._some(others)
            rest = diagrams.without(node, one_of)
            if rest != FALSE:
                return self.asks(diagrams.both(node, one_of)) + self.asks(rest)
            some.append(others)
            so_far = diagrams.both(so_far, one_of)
        return [Ask(tuple(some), none)]

    def _some(self, bits: int) -> int:
        """Where one of these was given."""
        one_of = self._chain(bits & self._all, TRUE, FALSE)
        return self._diagrams.either(one_of, self._silence) if bits & self.nothing else one_of

    def _chain(self, bits: int, found: int, otherwise: int) -> int:
        node = otherwise
        for at in reversed(range(self.depth)):
            if bits >> at & 1:
                node = self._diagrams.node(self._first + at, (node, found))
        return node

    def _most(self, node: int) -> int:
        """The answers of a case for which a diagram is true, as many as there can be."""
        level, children = self._diagrams.level, self._diagrams.children
        given = 0
        for at in range(self.depth):
            if node < LEAVES or level[node] != self._first + at:
                given |= 1 << at
                continue
            no, yes = children[node]
            given |= 1 << at if yes != FALSE else 0
            node = yes if yes != FALSE else no
        return given
