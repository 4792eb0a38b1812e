"""What comes out otherwise between two packs: counted exactly, or told to be unfinished."""

from __future__ import annotations

from bumpcheck.coded import CodedPack
from bumpcheck.coded.diagrams import TRUE
from bumpcheck.coded.samples import Samples
from bumpcheck.model import RulePack
from bumpcheck.prove.regions import UnfinishedError

from .aligned import aligned
from .drawn import Codes, Drawing, Drawn
from .sweep import MOST_KEPT, OnStep, Sweep
from .turns import Joining, Turns

# How many points are kept before it is no longer told apart whether answers are missing.
MOST_AT_FIRST = 50_000
# What is not counted where that takes too long.
MISSING_ALONE = "advice given only where answers are missing, or only where nothing fits"
# The most that the answers of a case may cost to be looked for.
MOST_COST = 60
# Where a sweep took more moves, sets are drawn; one for each of the smallest cases would be dear.
MOST_MOVES = 50_000


class Counting:
    """How many raw answer sets there are."""

    nothing = 1

    def child(self, value: int, _: tuple[int, int], adds: int) -> int:
        return value * adds

    def then(self, value: int, after: int) -> int:
        return value * after

    def join(self, one: int, other: int) -> int:
        return one + other


# What a case costs, and the children that it takes, as nested pairs.
Case = tuple[int, tuple[object, ...]]


class Cheapest:
    """The case that costs least, and no more than `most`."""

    nothing: Case = (0, ())

    def __init__(self, most: int) -> None:
        self._most = most

    def child(self, value: Case, way: tuple[int, int], adds: int) -> Case:
        return value[0] + adds, (*value[1], *way)

    def then(self, value: Case, after: Case) -> Case | None:
        cost = value[0] + after[0]
        return None if cost > self._most else (cost, (value[1], after[1]))

    def join(self, one: Case, other: Case) -> Case:
        return one if one[0] <= other[0] else other


class Comparison:
    """Two packs over every set of answers that both take. Raises NotCodable.

    `unfinished` says what could not be counted, in words; it may have come out otherwise. `most`:
    how many sets of answers may come out otherwise at most. `drawn`: what random ones of them came
    to, where that was needed.
    """

    def __init__(self, old: RulePack, new: RulePack, on_step: OnStep | None = None) -> None:
        both = aligned(old, new)
        self.old: CodedPack = both.old
        self.new: CodedPack = both.new
        self.remarks = both.remarks
        self.domain = both.domain
        self.samples = Samples(both.old)
        self.turns: Turns | None = None
        self.kinds: dict[str, int] = {}
        self.drawn: Drawn | None = None
        self._may = self.domain
        self._moves = 0
        self.unfinished = self._count(on_step)
        self.most = self.samples.count(self._may) if self.unfinished else self.changed
        if self.unfinished or self._moves > MOST_MOVES:
            self.drawn = Drawing(self.old, self.new, self.samples, self._may).drawn()

    def _count(self, on_step: OnStep | None) -> tuple[str, ...]:
        """Count what can be, and say what could not."""
        first = Joining(self.old, self.new, self.domain)
        tells = first.tells_missing
        if self._is_counted(first, on_step, MOST_AT_FIRST if tells else MOST_KEPT):
            return ()
        if tells:
            del first
            later = Joining(self.old, self.new, self.domain, missing=False)
            if self._is_counted(later, on_step, MOST_KEPT):
                return (MISSING_ALONE,)
        return ("what comes out otherwise",)

    def _is_counted(self, joining: Joining, on_step: OnStep | None, most: int) -> bool:
        try:
            self.turns = turns = joining.joined()
            if joining.tells_all:
                self._may = turns.live
            self.kinds = self._swept(turns, turns.live, on_step, most)
        except UnfinishedError:
            return False
        if not self.kinds:
            # What only two amounts within one interval show counts for nothing, but is a change.
            self.kinds = dict.fromkeys(self._shown(turns), 0)
        return True

    def _swept(
        self, turns: Turns, live: int, on_step: OnStep | None = None, most: int | None = None
    ) -> dict[str, int]:
        ways = [
            [(child, weight) for child, weight in enumerate(weights) if weight]
            for weights in self.samples.weights
        ]
        sweep = Sweep(self.old, turns, Counting(), ways, most or MOST_KEPT)
        kinds = sweep.over(live, on_step)
        self._moves = sweep.moves
        return kinds

    @property
    def changed(self) -> int:
        """How many sets of answers come out otherwise."""
        return sum(self.kinds.values())

    def within(self, live: int) -> dict[str, int]:
        """How many of some cases come out otherwise, by kind. Raises UnfinishedError."""
        return {} if self.turns is None else self._swept(self.turns, live)

    def _shown(self, turns: Turns) -> dict[str, Case]:
        ways = [list(enumerate(costs)) for costs in self.samples.costs]
        return Sweep(self.old, turns, Cheapest(MOST_COST), ways).over(turns.live)

    def smallest(self, live: int, kind: str) -> Codes | None:
        """The case of fewest answers that comes out otherwise so. Raises UnfinishedError."""
        if self.turns is None:
            return None
        ways = [list(enumerate(costs)) for costs in self.samples.costs]
        for most in range(5, MOST_COST + 1, 5):
            sweep = Sweep(self.old, self.turns, Cheapest(most), ways)
            found = sweep.over(live).get(kind)
            if found is not None:
                return self.samples.codes(self._way(found[1]))
        return None

    def _way(self, taken: tuple[object, ...]) -> list[int]:
        way = list(self.samples.silent)
        rest: object = taken
        while rest:
            assert isinstance(rest, tuple)
            rest, own = rest
            for level, child in zip(own[::2], own[1::2], strict=True):
                way[level] = child
        return way

    def kind(self, codes: Codes) -> str | None:
        """The kind of change of one case; None where it comes out the same."""
        if self.turns is None:
            return None
        way = self.old.way(codes)
        if self.old.diagrams.walked(self.turns.live, way) != TRUE:
            return None
        ways = [[(child, 1)] for child in way]
        found = Sweep(self.old, self.turns, Counting(), ways).over(self.turns.live)
        return next(iter(found), None)
