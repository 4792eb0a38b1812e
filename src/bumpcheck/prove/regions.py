"""Where in the space of answers something counts, and whether anything is left of a region.

A cause is what settles a result whatever else is said: a red flag that holds, or that an unsure
answer leaves open at an urgency, a referral sign, a conflict. Its region is a diagram of the cases
where it counts. Most of what is to be proved comes to this: a region lies within some causes.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from msgspec import Struct

from bumpcheck.answers import Answers
from bumpcheck.coded import CodedPack
from bumpcheck.coded.diagrams import FALSE, IS_TRUE, IS_UNSURE, LEAVES, TRUE, TooLargeError
from bumpcheck.model import RANK

# How many nodes one question may take: beyond, the proof is left unfinished.
MOST_NODES = 400_000
# How many cases of a region are drawn to see which cause to take from it next.
DRAWN = 8


class UnfinishedError(Exception):
    """A proof that would take too long; never taken for one."""


class Cause(Struct, frozen=True):
    """What rules out reassurance; `rank` is that of its urgency, `door` where it leads.

    Only red flags that count are `is_raised`. A conflict leads nowhere.
    """

    id: str
    rank: int
    door: str | None
    region: int
    is_raised: bool = False
    is_sign: bool = False


class Regions:
    """The causes of a pack, and what is left of a region without them."""

    def __init__(self, pack: CodedPack) -> None:
        self.pack = pack
        self.diagrams = pack.diagrams
        self.raised = tuple(self._raised())
        routine = RANK["routine"]
        self.signs = tuple(
            [
                Cause(it.rule.id, routine, it.rule.door, self.true(it.node), is_sign=True)
                for it in pack.rules.signs
            ]
        )
        self.conflicts = tuple(
            [Cause(it.rule.id, routine, None, self.true(it.node)) for it in pack.rules.conflicts]
        )
        self.causes = (*self.raised, *self.signs, *self.conflicts)
        self._silent = pack.way(pack.code(Answers({})))
        self._place = {
            level: place
            for place, block in enumerate(pack.blocks)
            for level in range(block.first, block.end)
        }
        # The questions that a region asks, and how large it is: the order in which it is tried.
        self._asked: dict[int, frozenset[int]] = {}
        self._size: dict[int, int] = {}
        for cause in self.causes:
            self._asks(cause.region)
        self.mark = len(self.diagrams)

    def _raised(self) -> Iterable[Cause]:
        for it in self.pack.rules.red_flags:
            flag = it.rule
            yield Cause(flag.id, RANK[flag.urgency], flag.door, self.true(it.node), is_raised=True)
            if flag.if_unknown != "list":
                unsure = self.diagrams.mapped(it.node, IS_UNSURE)
                door = flag.unknown_door or flag.door
                yield Cause(flag.id, RANK[flag.if_unknown], door, unsure, is_raised=True)

    def conflicts_but(self, id: str) -> list[Cause]:
        """The conflicts but for one."""
        return [cause for cause in self.conflicts if cause.id != id]

    def true(self, node: int) -> int:
        """Where a condition is true."""
        return self.diagrams.mapped(node, IS_TRUE)

    def _asks(self, region: int) -> frozenset[int]:
        known = self._asked.get(region)
        if known is None:
            levels = self.diagrams.levels(region)
            # A level of no question is that of a relation, which its questions stand for.
            known = frozenset(self._place.get(level, -1) for level in levels)
            self._asked[region] = known
            self._size[region] = self.diagrams.size(region)
        return known

    @contextmanager
    def at_most(self, nodes: int) -> Iterator[None]:
        """Within this no more nodes are made than so many; else it raises UnfinishedError."""
        before = self.diagrams.most
        self.diagrams.most = min(before, len(self.diagrams) + nodes)
        try:
            yield
        except TooLargeError:
            raise UnfinishedError from None
        finally:
            self.diagrams.most = before

    def remains(
        self,
        region: int,
        causes: Iterable[Cause],
        others: Iterable[Cause] = (),
        most: int = MOST_NODES,
    ) -> int:
        """What is left of a region where none of these causes counts.

        First what `reduced` takes from it; then, where something is left, all the others. Raises
        UnfinishedError where it takes more than so many nodes.
        """
        causes, others = tuple(causes), tuple(others)
        with self.at_most(most):
            region = self.reduced(region, causes, others)
            for cause in (*self._in_order(region, causes), *self._in_order(region, others)):
                region = self.diagrams.without(region, cause.region)
        # What comes next seldom joins the same diagrams again.
        self.diagrams.forget()
        return region

    def reduced(self, region: int, causes: Sequence[Cause], others: Sequence[Cause] = ()) -> int:
        """A region without some of these causes: FALSE where that leaves nothing.

        Those that ask nothing besides go first, since they cost little, and together they are often
        the whole of it. Then those that count for some cases which are left: mostly a few of all
        causes are the whole of a region, and drawn cases tell which. `others` are causes too, but a
        last resort.
        """
        region = self.narrowed(region, (*causes, *others))
        chance = random.Random(0)  # noqa: S311  # nothing here is secret
        while region != FALSE:
            ways = [self._any_way(region, chance) for _ in range(DRAWN)]
            counting = self._counting(causes, ways) or self._counting(others, ways)
            if not counting:
                break
            region = self.diagrams.without(region, self._in_order(region, counting)[0].region)
        return region

    def narrowed(self, region: int, causes: Iterable[Cause]) -> int:
        """A region without those of these causes that ask nothing besides: that costs little."""
        asked = self._asks(region)
        free = [cause for cause in causes if self._asks(cause.region) <= asked]
        for cause in sorted(free, key=lambda cause: self._size[cause.region]):
            region = self.diagrams.without(region, cause.region)
        return region

    def _in_order(self, region: int, causes: Iterable[Cause]) -> list[Cause]:
        """Those that ask least besides go first: all that is asked besides makes it larger."""
        asked = self._asks(region)

        def besides(cause: Cause) -> tuple[int, int]:
            return len(self._asks(cause.region) - asked), self._size[cause.region]

        return sorted(causes, key=besides)

    def _counting(self, causes: Iterable[Cause], ways: Sequence[Sequence[int]]) -> list[Cause]:
        """The causes that count for some of these cases."""
        walked = self.diagrams.walked
        return [it for it in causes if any(walked(it.region, way) == TRUE for way in ways)]

    def _any_way(self, region: int, chance: random.Random) -> list[int]:
        """The child that some case of a region takes at each level."""
        level, children = self.diagrams.level, self.diagrams.children
        way = list(self._silent)
        while region >= LEAVES:
            below = children[region]
            at = chance.choice([at for at, child in enumerate(below) if child != FALSE])
            way[level[region]] = at
            region = below[at]
        return way

    def rewind(self) -> None:
        """Take back every diagram made since this was built."""
        self.diagrams.rewind(self.mark)
        self._asked = {node: asked for node, asked in self._asked.items() if node < self.mark}
