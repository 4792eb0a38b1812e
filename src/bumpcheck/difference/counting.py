"""How many sets of answers come out otherwise between two packs, by kind; exactly.

Both packs settle a result by one list: the first entry that counts. Cases are counted by the first
entry that counts for either pack, as those where nothing before an entry does, less those where
nothing up to it does: so all that is counted is where none of some diagrams is true. What reaches
the end of the list in either pack is weighed, and counted with its points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, product

from msgspec import Struct

from bumpcheck.coded.diagrams import FALSE, TRUE

from .balances import NONE, Balances
from .parted import Parts
from .sides import Label
from .turns import Joining

# Each kind of change, and where it is one.
Kinds = dict[str, int]
# What settles a result, as far as it is told apart: nothing earned has two labels.
Labels = tuple[Label, ...]


class _Entry(Struct, frozen=True):
    """A label by its place in the list, and the regions of either pack where it counts."""

    place: int
    labels: Labels
    old: frozenset[int]
    new: frozenset[int]

    @property
    def both(self) -> frozenset[int]:
        return self.old | self.new


class Counting:
    """Counts what two packs do otherwise; `domain` is what both take.

    It is not told apart whether answers are missing or nothing fits: only what is a change in
    either case is counted. `is_exact` says whether that is all.
    """

    def __init__(self, joining: Joining, parts: Parts, domain: int) -> None:
        self._joining = joining
        self._parts = parts
        self._diagrams = joining.packs[0].diagrams
        self._outside = self._diagrams.without(TRUE, domain)
        self._entries = [
            _Entry(at, (label,), old, new) for at, (label, old, new) in enumerate(joining.merged())
        ]
        self._tails: list[list[Labels]] = []
        for pack, tail in zip(joining.packs, joining.tails, strict=True):
            many = len(pack.pack.reassuring)
            self._tails.append([*[(label,) for label in tail[:many]], tuple(tail[many:])])
        self._balances = Balances(joining.packs, parts)
        self.is_exact = self._is_exact()

    def _is_exact(self) -> bool:
        """Whether every turn is the same, whether answers are missing or nothing fits."""
        old, new = (tail[-1] for tail in self._tails)
        pairs = [(old, new)]
        for it in self._entries:
            if it.old != it.new:
                pairs += [(it.labels, new), (old, it.labels)]
        return all(
            all(turn == turns[0] for turn in turns)
            for turns in [self._all_turns(one, other) for one, other in pairs]
        )

    def kinds(self, must_not: Iterable[int] = ()) -> dict[str, int]:
        """How many there are of each kind, of those where nothing is that must not be.

        Raises UnfinishedError.
        """
        found: dict[str, int] = {}
        base = (self._outside, *must_not)
        for kind, count in self._counted(base):
            found[kind] = found.get(kind, 0) + count
        return {kind: count for kind, count in found.items() if count}

    def _counted(self, base: Sequence[int]) -> Iterator[tuple[str, int]]:
        before = list(base)
        for kinds, run in self._runs([(it.labels, it) for it in self._entries]):
            for kind, where in kinds.items():
                yield kind, self._first(before, [it.both for it in run], where)
            for entry in run:
                for at in (0, 1):
                    here = self._only(entry, at, before)
                    if here is None:
                        continue
                    # These were taken for settled by it in both packs.
                    for kind, where in kinds.items():
                        yield kind, -self._count(here, where)
                    yield from self._later(entry, at, here)
                before += entry.both
        yield from self._weighed(before)

    # --- Settled by the list ---------------------------------------------------------------------

    def _only(self, entry: _Entry, at: int, before: Sequence[int]) -> list[int] | None:
        """What must not be so where an entry comes first, and settles the one pack alone."""
        own, other = (entry.old, entry.new)[:: -1 if at else 1]
        if own <= other:
            return None
        alone = self._diagrams.any_of(own - other)
        return [*before, *other, self._diagrams.without(TRUE, alone)]

    def _later(self, entry: _Entry, at: int, here: list[int]) -> Iterator[tuple[str, int]]:
        """The kinds where one pack is settled by an entry, and the other by a later one."""
        later = self._entries[entry.place + 1 :]
        before = list(here)
        for kinds, run in self._runs([(it.labels, it) for it in later], entry.labels, at):
            regions = [(it.new, it.old)[at] for it in run]
            for kind, where in kinds.items():
                yield kind, self._first(before, regions, where)
            for own in regions:
                before += own
        tail = self._tails[1 - at]
        turns = [self._turn(entry.labels, labels, at) for labels in tail]
        for kind in dict.fromkeys(kind for turn in turns for kind in turn):
            places = [turn.get(kind, FALSE) for turn in turns]
            for where in dict.fromkeys(places):
                if where == FALSE:
                    continue
                ends = {end for end, place in enumerate(places) if place == where}
                yield kind, self._ending(before, where, ends, 1 - at, len(tail))

    def _ending(
        self, must_not: Sequence[int], where: int, ends: set[int], side: int, many: int
    ) -> int:
        """How many are weighed by one pack and come to one of some ends; the last is none."""
        everything = self._count(must_not, where) if many - 1 in ends else 0
        if ends == set(range(many)):
            return everything
        earned = self._balances.of_side([*must_not, self._not(where)], side)
        if many - 1 in ends:
            return everything - sum(count for end, count in earned.items() if end not in ends)
        return sum(count for end, count in earned.items() if end in ends)

    def _runs(
        self, those: Sequence[tuple[Labels, _Entry]], beside: Labels | None = None, at: int = 0
    ) -> Iterator[tuple[Kinds, list[_Entry]]]:
        """Entries one after the other that turn into the same, together."""
        turned = [(self._turn(beside or labels, labels, at), entry) for labels, entry in those]
        for kinds, run in groupby(turned, key=lambda it: it[0]):
            yield kinds, [entry for _, entry in run]

    def _turn(self, labels: Labels, others: Labels, at: int = 0) -> Kinds:
        """The turn of labels of the pack `at` into those of the other pack, whichever they are."""
        turns = self._all_turns(*((others, labels) if at else (labels, others)))
        if len(turns) == 1:
            return turns[0]
        kinds = {
            kind: self._diagrams.all_of(turn.get(kind, FALSE) for turn in turns)
            for kind in turns[0]
        }
        return {kind: where for kind, where in kinds.items() if where != FALSE}

    def _all_turns(self, old: Labels, new: Labels) -> list[Kinds]:
        # Where both packs have the same evidence, as much is missing in both.
        is_same = len(old) == len(new) and self._balances.are_same
        pairs = zip(old, new, strict=True) if is_same else product(old, new)
        return [self._joining.turn(*pair) for pair in pairs]

    def _first(self, before: Sequence[int], run: Iterable[Iterable[int]], where: int) -> int:
        """How many come to one of some entries before any other."""
        upto = [*before, *[region for entry in run for region in entry]]
        return self._count(before, where) - self._count(upto, where)

    def _count(self, must_not: Sequence[int], where: int) -> int:
        return self._parts.count([*must_not, self._not(where)])

    def _not(self, where: int) -> int:
        return self._diagrams.without(TRUE, where)

    # --- Weighed in both packs -------------------------------------------------------------------

    def _weighed(self, must_not: Sequence[int]) -> Iterator[tuple[str, int]]:
        """The kinds where nothing in the list counts for either pack."""
        ends = [[*range(len(tail) - 1), NONE] for tail in self._tails]
        turns = {
            (one, other): self._turn(self._tails[0][one], self._tails[1][other])
            for one in ends[0]
            for other in ends[1]
        }
        # What both weigh alike comes to the same: it need not be weighed for the rest.
        for is_alike in (False, True):
            places: dict[int, list[tuple[str, tuple[int, int]]]] = {}
            for pair, kinds in turns.items():
                if (pair[0] == pair[1]) == is_alike:
                    for kind, where in kinds.items():
                        places.setdefault(where, []).append((kind, pair))
            for where, wanted in places.items():
                region = [*must_not, self._not(where)]
                if not is_alike:
                    region += self._balances.where_alike
                found = self._pairs(region, {pair for _, pair in wanted})
                for kind, pair in wanted:
                    yield kind, found.get(pair, 0)

    def _pairs(
        self, must_not: Sequence[int], wanted: set[tuple[int, int]]
    ) -> dict[tuple[int, int], int]:
        """How many come to each pair of ends."""
        none = (NONE, NONE)
        found = self._balances.of_both(must_not)
        if none in wanted:
            found[none] = self._parts.count(must_not) - sum(found.values())
        return found
