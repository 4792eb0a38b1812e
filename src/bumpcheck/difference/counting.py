"""How many sets of answers come out otherwise between two packs, by kind; exactly.

Both packs settle a result by one list: the first entry that counts. Cases are counted by the first
entry that counts for either pack, as those where nothing before an entry does, less those where
nothing up to it does: so all that is counted is where none of some diagrams is true. What reaches
the end of the list in either pack is weighed, and counted with its points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from msgspec import Struct

from bumpcheck.coded.diagrams import TRUE

from .balances import Balances, Pair
from .earning import MISSING, NEITHER, NOTHING, Ends
from .parted import Parts
from .sides import Label
from .turns import KINDS, Joining

# Each kind of change, and where it is one.
Kinds = dict[str, int]


class _Entry(Struct, frozen=True):
    """A label by its place in the list, and the regions of either pack where it counts."""

    place: int
    label: Label
    old: frozenset[int]
    new: frozenset[int]

    @property
    def both(self) -> frozenset[int]:
        return self.old | self.new


class Counting:
    """Counts what two packs do otherwise; `domain` is what both take."""

    def __init__(self, joining: Joining, parts: Parts, domain: int) -> None:
        self._joining = joining
        self._parts = parts
        self._diagrams = joining.packs[0].diagrams
        self._outside = self._diagrams.without(TRUE, domain)
        self._entries = [
            _Entry(at, label, old, new) for at, (label, old, new) in enumerate(joining.merged())
        ]
        # What the evidence of each pack can come to, and the label of that.
        self._tails: list[dict[Ends, Label]] = [
            _by_ends(tail, len(pack.pack.reassuring))
            for pack, tail in zip(joining.packs, joining.tails, strict=True)
        ]
        self._balances = Balances(joining.packs, parts)
        self._those: Sequence[str] = KINDS

    def kinds(self, must_not: Iterable[int] = (), only: Sequence[str] = KINDS) -> dict[str, int]:
        """How many there are of some kinds, of those where nothing is that must not be.

        Raises UnfinishedError.
        """
        self._those = only
        found: dict[str, int] = {}
        base = (self._outside, *must_not)
        for kind, count in self._counted(base):
            found[kind] = found.get(kind, 0) + count
        return {kind: count for kind, count in found.items() if count}

    def _counted(self, base: Sequence[int]) -> Iterator[tuple[str, int]]:
        before = list(base)
        for kinds, run in self._runs([(it.label, it) for it in self._entries]):
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
        for kinds, run in self._runs([(it.label, it) for it in later], entry.label, at):
            regions = [(it.new, it.old)[at] for it in run]
            for kind, where in kinds.items():
                yield kind, self._first(before, regions, where)
            for own in regions:
                before += own
        reached: dict[tuple[str, int], Ends] = {}
        for ends, label in self._tails[1 - at].items():
            for key in self._turn(entry.label, label, at).items():
                reached[key] = reached.get(key, frozenset()) | ends
        for (kind, where), ends in reached.items():
            pair = (None, ends) if at == 0 else (ends, None)
            yield kind, self._balances.count([*before, self._not(where)], [pair])

    def _runs(
        self, those: Sequence[tuple[Label, _Entry]], beside: Label | None = None, at: int = 0
    ) -> Iterator[tuple[Kinds, list[_Entry]]]:
        """Entries one after the other that turn into the same, together."""
        turned = [(self._turn(beside or label, label, at), entry) for label, entry in those]
        for kinds, run in groupby(turned, key=lambda it: it[0]):
            yield kinds, [entry for _, entry in run]

    def _turn(self, label: Label, other: Label, at: int = 0) -> Kinds:
        """The turn of a label of the pack `at` into one of the other pack."""
        turned = self._joining.turn(*((other, label) if at else (label, other)))
        return {kind: where for kind, where in turned.items() if kind in self._those}

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
        reached: dict[tuple[str, int], list[Pair]] = {}
        for old, label in self._tails[0].items():
            for new, other in self._tails[1].items():
                for key in self._turn(label, other).items():
                    reached.setdefault(key, []).append((old, new))
        for (kind, where), pairs in reached.items():
            yield kind, self._balances.count([*must_not, self._not(where)], pairs)


def _by_ends(tail: Sequence[Label], many: int) -> dict[Ends, Label]:
    """What the evidence can come to; whether answers are missing is told apart where it tells."""
    nothing = [NOTHING] if len(tail) == many + 1 else [frozenset([it]) for it in (MISSING, NEITHER)]
    ends = [*[frozenset([at]) for at in range(many)], *nothing]
    return dict(zip(ends, tail, strict=True))
