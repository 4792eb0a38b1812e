"""What comes out otherwise between two packs: counted exactly, or told to be unfinished."""

from __future__ import annotations

from collections.abc import Iterable

from bumpcheck.coded import CodedPack
from bumpcheck.coded.answers import Codes
from bumpcheck.coded.diagrams import TRUE
from bumpcheck.coded.samples import Samples
from bumpcheck.model import RulePack
from bumpcheck.prove.regions import UnfinishedError

from .aligned import aligned
from .counting import Counting
from .drawn import Drawing, Drawn
from .examples import Example, Examples
from .parted import MOST_PARTS, Parts
from .sweep import OnStep, Sweep
from .turns import ADVICE, KINDS, Joining, Turns

# How many points a sweep keeps before all is counted by parts instead.
MOST_KEPT = 20_000
# How many parts are worked out for the counts of all groups.
MOST_OF_GROUPS = 500_000
# What is not counted where that takes too long.
EVERYTHING = "what comes out otherwise"
IN_A_HURRY = "what comes out otherwise (without --quick it is, in some minutes)"
ADVICE_ALONE = "what comes out with other advice alone"
WITHIN_INTERVALS = "what only two amounts within one interval tell apart"
BUT_FOR_ADVICE = [kind for kind in KINDS if kind != ADVICE]
# A kind is not rare if it is one of so many sets.
NOT_RARE = 500
# The most that the answers of a case may cost to be looked for.
MOST_COST = 60
# Where a sweep took more moves, sets are drawn; one for each of the smallest cases would be dear.
MOST_MOVES = 50_000


class Adding:
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

    If it is to be `quick`, what would take minutes to count is drawn from instead. `unfinished`
    says what was not counted, in words; it may have come out otherwise. `most`: how many sets of
    answers may come out otherwise at most. `drawn`: what random ones of them came to, where that
    was needed.
    """

    def __init__(
        self, old: RulePack, new: RulePack, on_step: OnStep | None = None, *, quick: bool = False
    ) -> None:
        both = aligned(old, new)
        self.old: CodedPack = both.old
        self.new: CodedPack = both.new
        self.remarks = both.remarks
        self.domain = both.domain
        self.samples = Samples(both.old)
        self.examples = Examples(both.old, both.new, self.samples, both.domain)
        self.turns: Turns | None = None
        self.kinds: dict[str, int] = {}
        self.drawn: Drawn | None = None
        self._may = self.domain
        self._moves = 0
        self.unfinished, self._counting = self._count(on_step, quick=quick)
        self.most = self.samples.count(self._may) if self.unfinished else self.changed
        packs = (self.old, self.new)
        self._drawing = Drawing(packs, self.samples, self.examples, self._may)
        if self._counting or self._moves > MOST_MOVES:
            self.drawn = self._drawing.drawn(evenly=bool(self.unfinished))

    def _count(
        self, on_step: OnStep | None, *, quick: bool
    ) -> tuple[tuple[str, ...], Counting | None]:
        """Count what can be: say what could not, and give what counts by parts, if it did."""
        joining = Joining(self.old, self.new, self.domain)
        try:
            self.turns = turns = joining.joined()
            self._may = turns.live
            self.kinds = self._swept(turns, turns.live, on_step)
            return self._shown(), None
        except UnfinishedError:
            parts = Parts(self.old, self.samples, on_step)
            counting = Counting(joining, parts, self.domain)
        if quick:
            return (IN_A_HURRY,), counting
        # What is told of a result by itself comes last: it may depend on what is missing.
        unfinished = EVERYTHING
        try:
            self.kinds = counting.kinds(only=BUT_FOR_ADVICE)
            unfinished = ADVICE_ALONE
            parts.allow(MOST_PARTS)
            self.kinds |= counting.kinds(only=[ADVICE])
        except UnfinishedError:
            parts.allow(MOST_OF_GROUPS)
            return (unfinished,), counting
        parts.allow(MOST_OF_GROUPS)
        return self._shown(), counting

    def _shown(self) -> tuple[str, ...]:
        """What only two amounts within one interval show counts for nothing, but is a change."""
        if self.kinds:
            return ()
        if self.turns is None:
            return (WITHIN_INTERVALS,)
        ways = [list(enumerate(costs)) for costs in self.samples.costs]
        sweep = Sweep(self.old, self.turns, Cheapest(MOST_COST), ways, MOST_KEPT)
        try:
            self.kinds = dict.fromkeys(sweep.over(self.turns.live), 0)
        except UnfinishedError:
            return (WITHIN_INTERVALS,)
        return ()

    def _swept(self, turns: Turns, live: int, on_step: OnStep | None = None) -> dict[str, int]:
        ways = [
            [(child, weight) for child, weight in enumerate(weights) if weight]
            for weights in self.samples.weights
        ]
        sweep = Sweep(self.old, turns, Adding(), ways, MOST_KEPT)
        kinds = sweep.over(live, on_step)
        self._moves = sweep.moves
        return kinds

    @property
    def is_known_but_for_advice(self) -> bool:
        """Whether at most some advice is not counted."""
        return self.unfinished in ((), (ADVICE_ALONE,))

    @property
    def changed(self) -> int:
        """How many sets of answers come out otherwise."""
        return sum(self.kinds.values())

    def within(self, live: int) -> dict[str, int]:
        """How many of some cases come out otherwise, by kind. Raises UnfinishedError."""
        return {} if self.turns is None else self._swept(self.turns, live)

    def counted(self, region: int, apart: Iterable[int]) -> dict[str, int]:
        """How many of some cases come out otherwise, by kind, those of others left out.

        Nothing where that takes too long.
        """
        if not self.kinds:
            return {}
        try:
            if self._counting is None:
                assert self.turns is not None  # what was swept was joined
                left = self.old.diagrams.both(self.turns.live, region)
                return self.within(self.old.diagrams.without(left, self.old.diagrams.any_of(apart)))
            outside = self.old.diagrams.without(TRUE, region)
            only = BUT_FOR_ADVICE if self.unfinished else KINDS
            return self._counting.kinds([outside, *apart], only)
        except UnfinishedError:
            return {}

    def met(self, kind: str) -> Example | None:
        """An example of a kind that is too rare to be drawn, among answers that make it less so."""
        diagrams, answers = self.old.diagrams, self.samples.answers
        if self._counting is None:
            return None if self.turns is None else self._swept_to(self.turns.live, kind)
        given = TRUE
        for place in range(len(self.old.blocks)):
            counts: dict[int, int] = {}
            for answer in answers.possible(place):
                more = diagrams.both(given, answers.given([answer]))
                counts[more] = self.counted(more, ()).get(kind, 0)
            best = max(counts, key=counts.__getitem__)
            if not counts[best]:
                continue  # they do not answer it, or it takes too long
            given = best
            region = diagrams.both(self._may, given)
            if counts[best] * NOT_RARE > self.samples.count(region):
                return self._drawing.met(kind, region)
        return None

    def _swept_to(self, live: int, kind: str) -> Example | None:
        try:
            codes = self.smallest(live, kind)
        except UnfinishedError:
            return None
        return None if codes is None else self.examples.example(codes)

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
        found = Sweep(self.old, self.turns, Adding(), ways).over(self.turns.live)
        return next(iter(found), None)
