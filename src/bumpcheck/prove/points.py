"""Whether the points of a case can be so and so somewhere in a region, exactly.

What is asked of the points is a goal: some sums of points must be large enough, some outcomes
excluded or not. The evidence is searched question by question, as a branch and bound (Land and
Doig, "An automatic method of solving discrete programming problems", Econometrica 28, 1960): the
sums of a few pieces at a time are diagrams whose leaves are points, and each node knows the least
and the most that can come below it. A branch that cannot reach the goal at best is cut, one that
reaches it at worst is a find, and what was searched in vain is not searched again.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations
from operator import add, ge, le, lt, sub
from typing import Protocol

from msgspec import Struct, structs

from bumpcheck.coded import CodedPack
from bumpcheck.coded.diagrams import BOTTOM, FALSE, LEAVES, TRUE
from bumpcheck.model import Evidence, Outcome

from .regions import UnfinishedError

# Nodes of one sum at most: a larger one knows its bounds better, and branches more.
LARGEST_SUM = 300
# With how many of the sums most like it one is tried to be added up.
ALIKE = 3
# How many states are searched before the search is left unfinished.
MOST_STATES = 300_000
# A sum that is large enough in any case.
ENOUGH = 1 << 30

# A piece of evidence and its diagram.
Piece = tuple[Evidence, int]
# For some levels, the children that are ever taken.
Ways = dict[int, set[int]]
# What a piece adds to the sums of a goal, then the outcomes it excludes and confirms, as bits.
Weight = tuple[tuple[int, ...], int, int]


class AtLeast(Struct, frozen=True):
    """A sum of points, each taken so many times, must come to this."""

    times: Mapping[str, int]
    bound: int


class Goal(Struct, frozen=True):
    """What is asked of the points; `excluded`, `confirmed`: these outcomes are; `not_...`: no."""

    sums: tuple[AtLeast, ...] = ()
    excluded: frozenset[str] = frozenset()
    not_excluded: frozenset[str] = frozenset()
    confirmed: frozenset[str] = frozenset()
    not_confirmed: frozenset[str] = frozenset()


class Bounds(Struct, frozen=True):
    """What can come below a node: the least and the most, what may be excluded or confirmed."""

    least: tuple[int, ...]
    most: tuple[int, ...]
    excluded: int
    confirmed: int


class Sums:
    """Sums of evidence as diagrams: like `Diagrams`, but the leaves are weights."""

    def __init__(self) -> None:
        self.level: list[int] = []
        self.children: list[tuple[int, ...]] = []
        self.weight: list[Weight | None] = []
        self.bounds: list[Bounds] = []
        self._leaves: dict[Weight, int] = {}
        self._nodes: dict[tuple[int, tuple[int, ...]], int] = {}

    def leaf(self, weight: Weight) -> int:
        known = self._leaves.get(weight)
        if known is None:
            points, excluded, confirmed = weight
            bounds = Bounds(points, points, excluded, confirmed)
            known = self._leaves[weight] = self._add(BOTTOM, (), weight, bounds)
        return known

    def node(self, level: int, children: tuple[int, ...]) -> int:
        if children.count(children[0]) == len(children):
            return children[0]
        known = self._nodes.get((level, children))
        if known is None:
            below = [self.bounds[child] for child in set(children)]
            excluded = confirmed = 0
            for bounds in below:
                excluded |= bounds.excluded
                confirmed |= bounds.confirmed
            bounds = Bounds(
                tuple(map(min, zip(*[it.least for it in below], strict=True))),
                tuple(map(max, zip(*[it.most for it in below], strict=True))),
                excluded,
                confirmed,
            )
            known = self._nodes[level, children] = self._add(level, children, None, bounds)
        return known

    def _add(
        self, level: int, children: tuple[int, ...], weight: Weight | None, bounds: Bounds
    ) -> int:
        self.level.append(level)
        self.children.append(children)
        self.weight.append(weight)
        self.bounds.append(bounds)
        return len(self.level) - 1

    def levels(self, node: int) -> set[int]:
        """The levels that a sum depends on."""
        seen: set[int] = set()
        waiting = [node]
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                waiting += self.children[node]
        return {self.level[node] for node in seen}

    def plus(self, one: int, other: int, memory: dict[tuple[int, int], int]) -> int:
        """The sum of two; raises UnfinishedError where it gets large."""
        known = memory.get((one, other))
        if known is not None:
            return known
        left, right = self.weight[one], self.weight[other]
        if left is not None and right is not None:
            known = self.leaf(plus(left, right))
        else:
            if len(memory) > LARGEST_SUM:
                raise UnfinishedError
            level = min(self.level[one], self.level[other])
            width = len(self.children[one if self.level[one] == level else other])
            lefts = self.children[one] if self.level[one] == level else (one,) * width
            rights = self.children[other] if self.level[other] == level else (other,) * width
            pairs = zip(lefts, rights, strict=True)
            known = self.node(level, tuple([self.plus(a, b, memory) for a, b in pairs]))
        memory[one, other] = known
        return known


def plus(one: Weight, other: Weight) -> Weight:
    """Two weights together."""
    return tuple(map(add, one[0], other[0])), one[1] | other[1], one[2] | other[2]


class Points:
    """The evidence of a pack, and searches among it."""

    def __init__(self, pack: CodedPack) -> None:
        self._pack = pack
        self._bits = {outcome.id: 1 << at for at, outcome in enumerate(pack.pack.reassuring)}
        self.pieces: tuple[Piece, ...] = tuple((it.rule, it.node) for it in pack.rules.evidence)

    def earning(
        self,
        region: int,
        outcome: Outcome,
        pieces: Sequence[Piece] | None = None,
        most: int = sys.maxsize,
    ) -> int:
        """A path through a region on which an outcome is earned, as a diagram; FALSE if none is.

        `pieces` is other evidence than the pack's own, `most` how many states are searched at most.
        Raises UnfinishedError.
        """
        pieces = self.pieces if pieces is None else pieces
        excluded = {id for piece, _ in pieces for id in piece.excludes}
        confirmed = {id for piece, _ in pieces for id in piece.confirms}
        for goal in self._earned(outcome, AtLeast({outcome.id: 1}, outcome.at_least)):
            if not (goal.excluded <= excluded and goal.confirmed <= confirmed):
                continue
            found = self.reaching(region, goal, pieces, most)
            if found != FALSE:
                return found
        return FALSE

    def leading(self, region: int, outcome: Outcome) -> int:
        """As `earning`, but where an outcome leads without the points for it."""
        itself = frozenset({outcome.id})
        for goal in self._earned(outcome, AtLeast({outcome.id: -1}, 1 - outcome.at_least)):
            if not goal.confirmed:
                unproven = structs.replace(goal, not_confirmed=goal.not_confirmed | itself)
                found = self.reaching(region, unproven)
                if found != FALSE:
                    return found
        return FALSE

    def _earned(self, outcome: Outcome, own: AtLeast) -> Iterator[Goal]:
        """The ways to earn an outcome (see `weighing`), with so many points of its own."""
        rivals = [id for id in self._bits if id != outcome.id]
        itself = frozenset({outcome.id})
        for some in chain.from_iterable(
            combinations(rivals, many) for many in range(len(rivals) + 1)
        ):
            excluded = frozenset(some)
            # A rival that is confirmed and excluded is no rival.
            not_confirmed = frozenset(rivals) - excluded
            leads = [AtLeast({outcome.id: 1, id: -1}, outcome.lead) for id in not_confirmed]
            yield Goal(
                (own, *leads),
                excluded=excluded,
                not_excluded=itself,
                not_confirmed=not_confirmed,
            )
            yield Goal(
                excluded=excluded,
                not_excluded=itself,
                confirmed=itself,
                not_confirmed=not_confirmed,
            )

    def reaching(
        self,
        region: int,
        goal: Goal,
        pieces: Sequence[Piece] | None = None,
        most: int = sys.maxsize,
    ) -> int:
        """A path through a region on which a goal is reached, as a diagram; FALSE if none is.

        No more than `most` states are searched. Raises UnfinishedError.
        """
        if region == FALSE:
            return FALSE
        sums = Sums()
        grouped = _Grouping(self._pack, sums, self._weights(goal), self._ways(region)).of(
            self.pieces if pieces is None else pieces
        )
        search = _Search(self._pack, sums, goal, self._masks(goal), min(most, MOST_STATES))
        return search.find(region, grouped, ((0,) * len(goal.sums), 0, 0))

    def _weights(self, goal: Goal) -> _Weigh:
        """What a piece of evidence weighs for a goal."""

        def weigh(piece: Evidence) -> Weight:
            points = tuple(
                [
                    sum([count * it.times.get(id, 0) for id, count in piece.points])
                    for it in goal.sums
                ]
            )
            named = goal.excluded | goal.not_excluded
            excludes = self._mask(named & set(piece.excludes))
            named = goal.confirmed | goal.not_confirmed
            return points, excludes, self._mask(named & set(piece.confirms))

        return weigh

    def _masks(self, goal: Goal) -> tuple[int, int, int, int]:
        return (
            self._mask(goal.excluded),
            self._mask(goal.not_excluded),
            self._mask(goal.confirmed),
            self._mask(goal.not_confirmed),
        )

    def _mask(self, outcomes: Iterable[str]) -> int:
        return sum([self._bits[id] for id in outcomes])

    def _ways(self, region: int) -> Ways:
        """The children that a region takes at each level that it always asks."""
        diagrams, depth = self._pack.diagrams, self._pack.compiler.depth
        taken: dict[int, set[int]] = {}
        passed = set(range(min(diagrams.level[region], depth)))
        for node in diagrams.under(region):
            level = diagrams.level[node]
            for at, child in enumerate(diagrams.children[node]):
                if child != FALSE:
                    taken.setdefault(level, set()).add(at)
                    passed.update(range(level + 1, min(diagrams.level[child], depth)))
        return {level: ways for level, ways in taken.items() if level not in passed}


class _Weigh(Protocol):
    def __call__(self, piece: Evidence) -> Weight: ...


class _Grouping:
    """Evidence added up as far as no sum gets large."""

    def __init__(self, pack: CodedPack, sums: Sums, weigh: _Weigh, ways: Ways) -> None:
        self._diagrams = pack.diagrams
        self._sums = sums
        self._weigh = weigh
        self._ways = ways

    def of(self, pieces: Iterable[Piece]) -> list[int]:
        """The sums; like is added to like."""
        single = [self._piece(piece, node) for piece, node in pieces]
        single.sort(key=lambda node: (self._sums.level[node], node), reverse=True)
        grouped: list[tuple[int, set[int]]] = []
        for one in single:
            levels = self._sums.levels(one)
            grouped.sort(key=lambda known: len(levels & known[1]), reverse=True)
            for at, (other, asked) in enumerate(grouped[:ALIKE]):
                try:
                    joined = self._sums.plus(one, other, {})
                except UnfinishedError:
                    continue
                grouped[at] = (joined, asked | levels)
                break
            else:
                grouped.append((one, levels))
        return [node for node, _ in grouped]

    def _piece(self, piece: Evidence, node: int) -> int:
        """A piece of evidence as a sum, without the ways that are never taken."""
        sums, diagrams = self._sums, self._diagrams
        weight = self._weigh(piece)
        nothing: Weight = ((0,) * len(weight[0]), 0, 0)
        memory: dict[int, int] = {}

        def through(node: int) -> int:
            if node < LEAVES:
                return sums.leaf(weight if node == TRUE else nothing)
            known = memory.get(node)
            if known is None:
                level, children = diagrams.level[node], diagrams.children[node]
                taken = self._ways.get(level, range(len(children)))
                first = through(children[min(taken)])
                below = [
                    through(child) if at in taken else first for at, child in enumerate(children)
                ]
                known = memory[node] = sums.node(level, tuple(below))
            return known

        return through(node)


class _Outlook(Struct, frozen=True):
    """The points so far, as far as they still matter, and whether the goal is reached anyway."""

    points: tuple[int, ...]
    is_sure: bool


class _Search:
    """One search for a goal."""

    def __init__(
        self, pack: CodedPack, sums: Sums, goal: Goal, masks: tuple[int, int, int, int], most: int
    ) -> None:
        self._diagrams = pack.diagrams
        self._sums = sums
        self._bounds = [it.bound for it in goal.sums]
        self._excluded, self._not_excluded, self._confirmed, self._not_confirmed = masks
        # By where in the search, the points with which it was in vain; how many there are in all.
        self._vain: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
        self._states = 0
        self._most = most

    def find(self, region: int, rest: Sequence[int], so_far: Weight) -> int:
        """A path through the region on which the goal is reached; FALSE if there is none."""
        if region == FALSE:
            return FALSE
        open_: list[int] = []
        for node in rest:
            leaf = self._sums.weight[node]
            if leaf is None:
                open_.append(node)
            else:
                so_far = plus(so_far, leaf)
        outlook = self._outlook(open_, so_far)
        if outlook is None:
            return FALSE
        if outlook.is_sure:
            return region
        so_far = (outlook.points, so_far[1], so_far[2])
        vain = self._vain.setdefault((region, *sorted(open_), *so_far[1:]), [])
        # With no more points than in vain before, it is in vain again.
        for points in vain:
            if all(map(le, so_far[0], points)):
                return FALSE
        found = self._branch(region, open_, so_far)
        if found == FALSE:
            vain.append(so_far[0])
            self._states += 1
            if self._states > self._most:
                raise UnfinishedError
        return found

    def _outlook(self, rest: Sequence[int], so_far: Weight) -> _Outlook | None:
        """Whether the goal is reached in any case; None if in no case."""
        points, excluded, confirmed = so_far
        least, most = list(points), list(points)
        excludable, confirmable = excluded, confirmed
        for node in rest:
            bounds = self._sums.bounds[node]
            least = list(map(add, least, bounds.least))
            most = list(map(add, most, bounds.most))
            excludable |= bounds.excluded
            confirmable |= bounds.confirmed
        spoilt = excluded & self._not_excluded | confirmed & self._not_confirmed
        missed = self._excluded & ~excludable | self._confirmed & ~confirmable
        if spoilt or missed or any(map(lt, most, self._bounds)):
            return None
        reached = list(map(ge, least, self._bounds))
        open_ = excludable & self._not_excluded | confirmable & self._not_confirmed
        open_ |= self._excluded & ~excluded | self._confirmed & ~confirmed
        # A sum that is large enough in any case is no longer told apart.
        kept = [ENOUGH if done else own for done, own in zip(reached, points, strict=True)]
        return _Outlook(tuple(kept), not open_ and all(reached))

    def _branch(self, region: int, rest: list[int], so_far: Weight) -> int:
        diagrams, sums = self._diagrams, self._sums
        level = min([diagrams.level[region], *[sums.level[node] for node in rest]])
        asked = [node for node in rest if sums.level[node] == level]
        others = [node for node in rest if sums.level[node] != level]
        inside = diagrams.level[region] == level
        width = len(diagrams.children[region] if inside else sums.children[asked[0]])
        columns = [diagrams.children[region] if inside else (region,) * width]
        columns += [sums.children[node] for node in asked]
        # Children that come to the same are searched once; the most promising first.
        ways: dict[tuple[int, ...], int] = {}
        for at, way in enumerate(zip(*columns, strict=True)):
            if way[0] != FALSE:
                ways.setdefault(way, at)
        missing = list(map(sub, self._bounds, so_far[0]))
        for node in others:
            missing = list(map(sub, missing, sums.bounds[node].most))

        def promise(way: tuple[int, ...]) -> int:
            """By how much the goal can be overdone, at best, where it is hardest to reach."""
            over = missing
            for node in way[1:]:
                over = list(map(sub, over, sums.bounds[node].most))
            return -max(over, default=0)

        for way in sorted(ways, key=promise, reverse=True):
            found = self.find(way[0], [*others, *way[1:]], so_far)
            if found != FALSE:
                children = [FALSE] * width
                children[ways[way]] = found
                return diagrams.node(level, tuple(children))
        return FALSE
