"""What the evidence of two packs comes to, counted over all cases of a region.

A count by points cannot say whether something was excluded or confirmed at all. So it is counted
how many cases have which points if only some of these effects are allowed, and how many have just
these follows from that (by inclusion and exclusion, as a set is counted by the sets within it).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from bumpcheck.coded import CodedPack
from bumpcheck.coded.diagrams import FALSE, IS_TRUE, TRUE
from bumpcheck.model import Outcome
from bumpcheck.prove.regions import UnfinishedError
from bumpcheck.weighing import earned_by

from .parted import Parts
from .tally import packed

# What is earned: the place of an outcome among those that reassure, or none.
NONE = -1
End = int
# What evidence can do beside adding points: a side, what it does, and to which outcome.
Effect = tuple[int, str, str]
# So many effects that differ make a thousand counts.
MOST_EFFECTS = 10

EXCLUDES, CONFIRMS = "excludes", "confirms"


class Balances:
    """Counts what two packs earn. Both have the same blocks."""

    def __init__(self, packs: tuple[CodedPack, CodedPack], parts: Parts) -> None:
        self._parts = parts
        self._diagrams = packs[0].diagrams
        self._outcomes: list[Sequence[Outcome]] = [pack.pack.reassuring for pack in packs]
        # For each side, what a piece adds to each outcome, by where it holds.
        self._points: list[dict[int, list[int]]] = [{}, {}]
        effects: dict[Effect, set[int]] = {}
        for side, pack in enumerate(packs):
            ids = [outcome.id for outcome in self._outcomes[side]]
            for it in pack.rules.evidence:
                node = pack.diagrams.mapped(it.node, IS_TRUE)
                points = self._points[side].setdefault(node, [0] * len(ids))
                for id, count in it.rule.points:
                    points[ids.index(id)] += count
                for what, those in ((EXCLUDES, it.rule.excludes), (CONFIRMS, it.rule.confirms)):
                    for id in those:
                        effects.setdefault((side, what, id), set()).add(node)
        # Effects that both packs have in the same cases are one.
        self._effects: dict[frozenset[int], list[Effect]] = {}
        for effect, nodes in effects.items():
            self._effects.setdefault(frozenset(nodes), []).append(effect)
        bounds = [[(it.id, it.at_least, it.lead) for it in side] for side in self._outcomes]
        self._same_bounds = bounds[0] == bounds[1]

        self.are_same = self._same_bounds and _weights(packs[0]) == _weights(packs[1])

    @property
    def where_alike(self) -> list[int]:
        """What must not be so where the packs may come to something else."""
        if not self._same_bounds:
            return []
        differing = [node for node in self._nodes((0, 1)) if self._apart(node)]
        return [self._diagrams.without(TRUE, self._diagrams.any_of(differing))]

    def _apart(self, node: int) -> bool:
        """Whether what holds there does not weigh the same in both packs."""
        points = [self._adds(side, node) for side in (0, 1)]
        effects = [
            {
                (what, id)
                for nodes, those in self._effects.items()
                if node in nodes
                for of, what, id in those
                if of == side
            }
            for side in (0, 1)
        ]
        return points[0] != points[1] or effects[0] != effects[1]

    def of_side(self, must_not: Sequence[int], side: int) -> dict[End, int]:
        """How many cases of a region earn each outcome in one pack; none is left out."""
        found: dict[End, int] = {}
        for ends, count in self._counted(must_not, (side,)):
            found[ends[0]] = found.get(ends[0], 0) + count
        return {end: count for end, count in found.items() if end != NONE}

    def of_both(self, must_not: Sequence[int]) -> dict[tuple[End, End], int]:
        """How many cases of a region earn what in both; where both earn nothing is left out."""
        found: dict[tuple[End, End], int] = {}
        for ends, count in self._counted(must_not, (0, 1)):
            pair = ends[0], ends[1]
            found[pair] = found.get(pair, 0) + count
        return {pair: count for pair, count in found.items() if count and pair != (NONE, NONE)}

    # --- By inclusion and exclusion --------------------------------------------------------------

    def _counted(
        self, must_not: Sequence[int], sides: Sequence[int]
    ) -> Iterator[tuple[tuple[End, ...], int]]:
        """What is earned by so many cases; what is told several times adds up."""
        effects = {
            nodes: own
            for nodes, those in self._effects.items()
            if (own := [effect for effect in those if effect[0] in sides])
        }
        if len(effects) > MOST_EFFECTS:
            raise UnfinishedError
        for allowed in _subsets(list(effects)):
            others = [nodes for nodes in effects if nodes not in allowed]
            above = [(*allowed, *more) for more in _subsets(others)]
            yield from self._allowing(
                [*must_not, *{node for nodes in others for node in nodes}],
                [[effect for nodes in those for effect in effects[nodes]] for those in above],
                [(-1) ** (len(those) - len(allowed)) for those in above],
                sides,
            )

    def _allowing(
        self,
        must_not: Sequence[int],
        had: Sequence[Sequence[Effect]],
        signs: Sequence[int],
        sides: Sequence[int],
    ) -> Iterator[tuple[tuple[End, ...], int]]:
        """What is earned where no effect is but the first of those that cases may have `had`."""
        first = had[0]
        sums = [
            (side, at)
            for side in sides
            for at, outcome in enumerate(self._outcomes[side])
            if (side, EXCLUDES, outcome.id) not in first
        ]
        if not sums:
            return
        nodes = self._nodes(sides)
        columns = [self._column(sum_, sums, nodes) for sum_ in sums]
        # A sum to which nothing is added, as where both packs weigh alike, is not told apart.
        places = [at for at, column in enumerate(columns) if any(column)]
        weigh = {
            node: packed([columns[at][number] for at in places])
            for number, node in enumerate(nodes)
        }
        tally = self._parts.tally(must_not, {node: own for node, own in weigh.items() if own})
        for counted, count in self._parts.tables.counts(tally, len(places)):
            own = dict(zip(places, counted, strict=True))
            points = dict.fromkeys(sums, 0)
            for at, (side, outcome) in enumerate(sums):
                points[side, outcome] = own.get(at, 0) + points.get((side - 1, outcome), 0)
            for effects, sign in zip(had, signs, strict=True):
                ends = tuple([self._end(side, points, effects) for side in sides])
                if any(end != NONE for end in ends):
                    yield ends, sign * count

    def _column(
        self, sum_: tuple[int, int], sums: Sequence[tuple[int, int]], nodes: Sequence[int]
    ) -> list[int]:
        """What each node adds to a sum: of the other pack, what it adds more than the first."""
        side, outcome = sum_
        own = [self._adds(side, node)[outcome] for node in nodes]
        if (side - 1, outcome) not in sums:
            return own
        other = [self._adds(side - 1, node)[outcome] for node in nodes]
        return [one - less for one, less in zip(own, other, strict=True)]

    def _end(self, side: int, sums: dict[tuple[int, int], int], effects: Iterable[Effect]) -> End:
        outcomes = self._outcomes[side]
        # Points of what is excluded count for nothing.
        points = {it.id: sums.get((side, at), 0) for at, it in enumerate(outcomes)}
        excluded, confirmed = (
            frozenset([id for of, done, id in effects if of == side and done == what])
            for what in (EXCLUDES, CONFIRMS)
        )
        earned = earned_by(outcomes, points, excluded, confirmed)
        return NONE if earned is None else outcomes.index(earned)

    def _adds(self, side: int, node: int) -> list[int]:
        return self._points[side].get(node) or [0] * len(self._outcomes[side])

    def _nodes(self, sides: Iterable[int]) -> list[int]:
        return [
            node
            for node in dict.fromkeys(n for side in sides for n in self._points[side])
            if node != FALSE
        ]


def _weights(pack: CodedPack) -> Counter[tuple[object, ...]]:
    """What every piece of evidence does, and where it holds or is open."""
    return Counter(
        [
            (it.node, it.rule.points, it.rule.excludes, it.rule.confirms)
            for it in pack.rules.evidence
        ]
    )


def _subsets(those: Sequence[frozenset[int]]) -> Iterator[tuple[frozenset[int], ...]]:
    for many in range(len(those) + 1):
        yield from combinations(those, many)
