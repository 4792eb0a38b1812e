"""Where in the space of answers something counts, and whether anything is left of a region.

A cause is what settles a result whatever else is said: a red flag that holds, or that an unsure
answer leaves open at an urgency, a referral sign, a conflict. Its region is a diagram of the cases
where it counts. Most of what is to be proved comes to this: a region lies within some causes.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from bumpcheck.coded import CodedPack
from bumpcheck.coded.diagrams import FALSE, IS_TRUE, IS_UNSURE
from bumpcheck.model import RANK

# How many nodes one question may take: beyond, the proof is left unfinished.
MOST_NODES = 400_000


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

    def remains(
        self,
        region: int,
        causes: Iterable[Cause],
        others: Iterable[Cause] = (),
        most: int = MOST_NODES,
    ) -> int:
        """What is left of a region where none of these causes counts.

        Those that ask nothing besides go first, since they cost little, and together they are often
        the whole of it; then those that ask least besides, since all that is asked besides makes
        the diagram larger. `others` are causes too, but a last resort. Raises UnfinishedError where
        it takes more than so many nodes.
        """
        diagrams = self.diagrams
        asked = self._asks(region)

        def besides(cause: Cause) -> tuple[int, int]:
            return len(self._asks(cause.region) - asked), self._size[cause.region]

        first = sorted(causes, key=besides)
        last = sorted(others, key=besides)
        region = self.narrowed(region, (*first, *last))
        most += len(diagrams)
        for cause in (*first, *last):
            if region == FALSE:
                break
            region = diagrams.without(region, cause.region)
            if len(diagrams) > most:
                raise UnfinishedError
        # What comes next seldom joins the same diagrams again.
        diagrams.forget()
        return region

    def narrowed(self, region: int, causes: Iterable[Cause]) -> int:
        """A region without those of these causes that ask nothing besides: that costs little."""
        asked = self._asks(region)
        for cause in causes:
            if self._asks(cause.region) <= asked:
                region = self.diagrams.without(region, cause.region)
        return region

    def rewind(self) -> None:
        """Take back every diagram made since this was built."""
        self.diagrams.rewind(self.mark)
        self._asked = {node: asked for node, asked in self._asked.items() if node < self.mark}
