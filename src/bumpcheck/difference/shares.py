"""The evidence of two packs: what both weigh alike, and all cases by what they do not.

Where few pieces differ, both packs weigh the same within a region, but for numbers and effects that
are the same in all its cases. Where many do, each pack has pieces of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from msgspec import Struct

from bumpcheck.coded import Coded, CodedPack, Diagrams
from bumpcheck.coded.diagrams import FALSE, IS_OPEN, IS_TRUE, TRUE
from bumpcheck.model import Evidence, Outcome
from bumpcheck.weighing import gains

# What evidence does beside adding points, and to which outcome.
Effect = tuple[str, str]
EXCLUDES, CONFIRMS, MAY_EXCLUDE, MAY_CONFIRM = "excludes", "confirms", "may exclude", "may confirm"
# Into so many regions cases are taken apart by points; if it were more, by effects alone.
MOST_REGIONS = 10

K = TypeVar("K", bound=Hashable)


class Sum(Struct, frozen=True):
    """The points of an outcome, or its lead over a rival: of what holds, or `at_best`."""

    own: str
    rival: str | None
    at_best: bool


class Piece(Struct, frozen=True):
    """A piece of evidence of one pack, where it holds or is open."""

    rule: Evidence
    is_open: bool

    def adds(self, sum_: Sum) -> int:
        """What it adds to a sum: at best, if it is open, what helps."""
        if self.is_open and not sum_.at_best:
            return 0
        points = dict(gains(self.rule, sum_.own) if self.is_open else self.rule.points)
        return points.get(sum_.own, 0) - (points.get(sum_.rival, 0) if sum_.rival else 0)

    @property
    def effects(self) -> frozenset[Effect]:
        """What it does beside adding points."""
        excludes, confirms = (MAY_EXCLUDE, MAY_CONFIRM) if self.is_open else (EXCLUDES, CONFIRMS)
        named = [(excludes, id) for id in self.rule.excludes]
        return frozenset(named + [(confirms, id) for id in self.rule.confirms])

    @property
    def weight(self) -> tuple[object, ...]:
        """All of it that matters."""
        return self.rule.points, self.rule.excludes, self.rule.confirms, self.is_open


class Own(Struct, frozen=True):
    """What the evidence of one pack does beside what is shared: to each sum, and its effects."""

    adds: Mapping[Sum, int]
    effects: frozenset[Effect]

    def __hash__(self) -> int:
        return hash((tuple(self.adds.values()), self.effects))

    def and_(self, pieces: Iterable[Piece], *, points: bool = True) -> Own:
        """The same, and some pieces, or no more than their effects."""
        adds, effects = dict(self.adds), self.effects
        for piece in pieces:
            if points:
                adds = {sum_: own + piece.adds(sum_) for sum_, own in adds.items()}
            effects |= piece.effects
        return Own(adds, effects)


# The pieces of each pack that hold, or are open, in the same cases.
Pieces = tuple[list[Piece], list[Piece]]


class Region(Struct, frozen=True):
    """Cases in which each pack weighs its `own` beside its pieces.

    `is_alike`: both weigh the same there, so that the pieces that are not shared can be left out.
    """

    where: int
    own: tuple[Own, Own]
    is_alike: bool


class Shares:
    """What two packs weigh. Both have the same blocks.

    `shared`: what both weigh alike, by where it holds or is open. `pieces`: what each weighs in
    every region, mostly no more than that. `regions`: all cases, by what each weighs beside its
    pieces.
    """

    def __init__(self, packs: tuple[CodedPack, CodedPack]) -> None:
        self._diagrams = packs[0].diagrams
        found = _pieces(packs)
        differing = {node: own for node, own in found.items() if not _is_alike(own)}
        self.shared = {node: own[0] for node, own in found.items() if node not in differing}
        nothing = [Own(dict.fromkeys(sums(pack.pack.reassuring), 0), frozenset()) for pack in packs]
        own = (nothing[0], nothing[1])
        self.pieces = (self.shared, self.shared)
        regions = self._apart(own, differing)
        if regions is None:
            old, new = ({node: both[at] for node, both in differing.items()} for at in (0, 1))
            self.pieces = (self.shared | old, self.shared | new)
            regions = self._by_effects(own, differing)
        self.regions = regions

    def _apart(
        self, nothing: tuple[Own, Own], differing: Mapping[int, Pieces]
    ) -> list[Region] | None:
        """All cases by what each pack weighs of some pieces; None if that is too many regions."""
        regions = {nothing: TRUE}
        for node, (old, new) in differing.items():
            split: dict[tuple[Own, Own], int] = {}
            for own, where in regions.items():
                self._split(split, where, node, own, (own[0].and_(old), own[1].and_(new)))
            if len(split) > MOST_REGIONS:
                return None
            regions = split
        return [Region(where, own, own[0] == own[1]) for own, where in regions.items()]

    def _by_effects(
        self, nothing: tuple[Own, Own], differing: Mapping[int, Pieces]
    ) -> list[Region]:
        """All cases by what effects some pieces have, and whether any of them holds or is open."""
        regions: dict[tuple[Own, Own, bool], int] = {(*nothing, True): TRUE}
        for node, (old, new) in differing.items():
            split: dict[tuple[Own, Own, bool], int] = {}
            for key, where in regions.items():
                more = key[0].and_(old, points=False), key[1].and_(new, points=False), False
                self._split(split, where, node, key, more)
            regions = split
        return [Region(where, (old, new), alike) for (old, new, alike), where in regions.items()]

    def _split(self, found: dict[K, int], where: int, node: int, without: K, with_: K) -> None:
        for key, own in (
            (with_, self._diagrams.both(where, node)),
            (without, self._diagrams.without(where, node)),
        ):
            if own != FALSE:
                found[key] = self._diagrams.either(found.get(key, FALSE), own)


def sums(outcomes: Sequence[Outcome]) -> Iterator[Sum]:
    """All sums on which it depends what is earned."""
    for own in outcomes:
        for rival in (None, *[it.id for it in outcomes if it is not own]):
            for at_best in (False, True):
                yield Sum(own.id, rival, at_best)


def _is_alike(pieces: Pieces) -> bool:
    old, new = (Counter([piece.weight for piece in own]) for own in pieces)
    return old == new


def _pieces(packs: tuple[CodedPack, CodedPack]) -> dict[int, Pieces]:
    """By where they hold or are open: the pieces of each pack.

    What stands in both packs is taken apart by how it is in either, so that what differs is no more
    than where it differs.
    """
    diagrams = packs[0].diagrams
    sides = [{it.rule.id: it for it in pack.rules.evidence} for pack in packs]
    found: dict[int, Pieces] = {}
    for id in dict.fromkeys([*sides[0], *sides[1]]):
        old, new = (side.get(id) for side in sides)
        for one, before in _places(diagrams, old):
            for other, after in _places(diagrams, new):
                node = diagrams.both(one, other)
                if node != FALSE and (before or after):
                    pieces = found.setdefault(node, ([], []))
                    pieces[0].extend(before)
                    pieces[1].extend(after)
    return found


def _places(diagrams: Diagrams, it: Coded[Evidence] | None) -> list[tuple[int, list[Piece]]]:
    """Where a piece holds, where it is open, and where it is neither."""
    if it is None:
        return [(TRUE, [])]
    true, open_ = (diagrams.mapped(it.node, leaves) for leaves in (IS_TRUE, IS_OPEN))
    neither = diagrams.without(TRUE, diagrams.either(true, open_))
    return [
        (true, [Piece(it.rule, is_open=False)]),
        (open_, [Piece(it.rule, is_open=True)]),
        (neither, []),
    ]
