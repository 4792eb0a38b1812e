"""Results of a kind, looked for in a region of the answers: exactly, or the search says so."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from msgspec import Struct, structs

from bumpcheck.coded import Coded, CodedPack, Verdict
from bumpcheck.coded.diagrams import FALSE, IS_POSSIBLE, IS_TRUE, TRUE, LeafMap
from bumpcheck.coded.samples import Samples
from bumpcheck.model import RANK, URGENCIES, Advice, Outcome, Pattern

from .points import Points
from .regions import MOST_NODES, Cause, Regions, UnfinishedError

# How many nodes may be made of a region before known and plain cases are looked at first.
FIRST_TRY = 15_000
# How many nodes may be made, once a case was found, to find the smallest there is.
FEW_NODES = 100_000
# How many cases of a region are looked at before it is left unfinished.
LOOKED_AT = 200
# How many states of points are searched before the region is made as small as can be.
FEW_STATES = 12_000

ROUTINE = RANK["routine"]
SELF_CARE = "self-care"
# The reason of a result where no alarm and no conflict counts.
NOTHING_COUNTS = frozenset({"fits", "not-enough", "neither"})
FACETS = ("outcome", "urgency", "disposition", "pattern", "reason")


class Wanted(Struct, frozen=True):
    """A kind of result: each facet one of these values; None is any.

    `flags`: of each of these sets one red flag at least counts. `lines`: one of these lines is
    given. `no_flags`, `no_lines`: none of these.
    """

    outcome: frozenset[str | None] | None = None
    urgency: frozenset[str | None] | None = None
    disposition: frozenset[str | None] | None = None
    pattern: frozenset[str | None] | None = None
    reason: frozenset[str | None] | None = None
    flags: tuple[frozenset[str], ...] = ()
    no_flags: frozenset[str] | None = None
    lines: frozenset[str] | None = None
    no_lines: frozenset[str] | None = None

    def allows(self, facet: str, value: str | None) -> bool:
        """Whether a facet may be this."""
        allowed: frozenset[str | None] | None = getattr(self, facet)
        return allowed is None or value in allowed

    def narrowed(self, facet: str, values: Iterable[str | None]) -> Wanted:
        """The same, but for a facet that is also one of these values."""
        if facet == "flags":
            # Several red flags may count: one of these, and one of those.
            return structs.replace(self, flags=(*self.flags, frozenset(map(str, values))))
        allowed: frozenset[str | None] | None = getattr(self, facet)
        both = frozenset(values) if allowed is None else allowed & frozenset(values)
        return structs.replace(self, **{facet: both})

    def asking(self, line: Advice) -> Wanted:
        """The same, but also all that a line of advice asks of a result."""
        wanted = self
        for key, values in line.applies:
            wanted = wanted.narrowed(facet_of(key), values)
        return wanted

    def is_met(self, verdict: Verdict) -> bool:
        """Whether a result is of this kind."""
        raised = {id for id, _, _ in verdict.red_flags}
        given = set(verdict.advice)
        return (
            all(self.allows(facet, getattr(verdict, facet)) for facet in FACETS)
            and not any(raised.isdisjoint(some) for some in self.flags)
            and (self.no_flags is None or raised.isdisjoint(self.no_flags))
            and (self.lines is None or not given.isdisjoint(self.lines))
            and (self.no_lines is None or given.isdisjoint(self.no_lines))
        )


class Results:
    """Looks for results of a pack; `known` are some cases, near which it looks first."""

    known: Sequence[tuple[int, ...]] = ()

    def __init__(self, pack: CodedPack) -> None:
        self.pack = pack
        self.regions = Regions(pack)
        self.points = Points(pack)
        self.samples = Samples(pack)
        self._diagrams = pack.diagrams
        self._doors = {door: at for at, door in enumerate(pack.pack.doors)}
        # Of the search that is on: a region that asks of everything, so that it is joined late,
        # and how many states of points it may take.
        self._within = TRUE
        self._states = sys.maxsize

    def rewind(self) -> None:
        """Take back every diagram made since the beginning."""
        self.regions.rewind()
        self.samples.forget()

    def find(self, when: int, wanted: Wanted) -> tuple[int, ...] | None:
        """A case within a region whose result is of a kind; None if there is none.

        Raises UnfinishedError.
        """
        smallest = self.samples.smallest(when)
        if smallest is None or wanted.is_met(self.pack.verdict(smallest)):
            return smallest
        with suppress(UnfinishedError), self.regions.at_most(FIRST_TRY):
            return self._find(when, wanted)
        # Much is left of the region. Mostly there is a case near a known one, or a plain one, which
        # is found sooner.
        codes = min(self._near(when, wanted), key=self.samples.cost, default=None)
        if codes is not None:
            return codes
        with suppress(UnfinishedError), self.regions.at_most(MOST_NODES):
            codes = self._find(self.plain(when), wanted)
            if codes is not None:
                return codes
        with self.regions.at_most(MOST_NODES):
            return self._find(when, wanted)

    def _find(self, when: int, wanted: Wanted) -> tuple[int, ...] | None:
        """As `find`, of all of the region."""
        allowed = [RANK[u] for u in URGENCIES if wanted.allows("urgency", u)]
        if not allowed:
            return None
        if wanted.disposition is None and max(allowed) >= ROUTINE:
            # What is more urgent than allowed goes first: mostly nothing is left.
            when = self.regions.remains(when, self._over(max(allowed)))
        for outcome in self.pack.pack.outcomes:
            if wanted.allows("outcome", outcome.id):
                look = self._reassured if outcome.reassures else self._referred
                found = look(when, wanted, outcome)
                if found is not None:
                    return found
        return None

    def near(self, when: int, wanted: Wanted) -> tuple[int, ...] | None:
        """A known case, changed until it is within a region, if its result is of a kind."""
        return next(self._near(when, wanted), None)

    def _near(self, when: int, wanted: Wanted) -> Iterator[tuple[int, ...]]:
        for codes in self.known:
            over = self.samples.over(when, codes)
            if over is not None and wanted.is_met(self.pack.verdict(over)):
                yield over

    def smaller(self, when: int, wanted: Wanted, codes: tuple[int, ...]) -> tuple[int, ...]:
        """A case whose result is still of a kind, with no answer that could be left out."""

        def still(codes: tuple[int, ...]) -> bool:
            within = self._diagrams.walked(when, self.pack.way(codes)) == TRUE
            return within and wanted.is_met(self.pack.verdict(codes))

        return self.samples.answers.exchanged(self.samples.answers.shrunk(codes, still), still)

    def smallest(self, when: int, wanted: Wanted, codes: tuple[int, ...]) -> tuple[int, ...]:
        """The smallest case within a region whose result is of a kind; `codes` is one.

        Where that would take too long, the smallest that was found.
        """
        codes = self.smaller(when, wanted, codes)
        # Among plain cases, which are fewer, some smaller one is sooner found.
        for region in (self.plain(when), when):
            with suppress(UnfinishedError), self._quickly():
                for less in self._ever_smaller(region, wanted, codes):
                    codes = less
        return codes

    def _ever_smaller(
        self, when: int, wanted: Wanted, codes: tuple[int, ...]
    ) -> Iterator[tuple[int, ...]]:
        """Cases of a region whose result is of a kind, each smaller, until there is no smaller."""
        plainest = self.samples.smallest(when)
        while plainest and self.samples.cost(codes) > self.samples.cost(plainest):
            self._within = self.samples.cheaper(self.samples.cost(codes))
            found = self._find(when, wanted)
            if found is None or self.samples.cost(found) >= self.samples.cost(codes):
                return
            codes = self.smaller(when, wanted, found)
            yield codes

    @contextmanager
    def _quickly(self) -> Iterator[None]:
        """Within this a search is soon left unfinished."""
        try:
            self._states = FEW_STATES
            with self.regions.at_most(FEW_NODES):
                yield
        finally:
            self._within, self._states = TRUE, sys.maxsize

    # --- A reassuring outcome --------------------------------------------------------------------

    def _reassured(self, when: int, wanted: Wanted, outcome: Outcome) -> tuple[int, ...] | None:
        if not wanted.allows("urgency", SELF_CARE) or not wanted.allows("reason", "fits"):
            return None
        if wanted.flags:
            return None
        region = self._of_pattern(self.regions.narrowed(when, self.regions.causes), wanted, outcome)
        excluding = [
            Cause(it.rule.id, ROUTINE, None, self.regions.true(it.node))
            for it in self.pack.rules.evidence
            if outcome.id in it.rule.excludes
        ]
        region = self._diagrams.both(region, self._within)
        region = self.regions.reduced(region, self.regions.causes, excluding)
        with suppress(UnfinishedError):
            # Often nobody in it has the points, which is sooner seen while it is small.
            if self.points.earning(region, outcome, most=FEW_STATES) == FALSE:
                return None
        left = self.regions.remains(region, self.regions.causes, excluding)
        earned = self.points.earning(left, outcome, most=self._states)
        return self.samples.smallest(earned)

    def plain(self, region: int) -> int:
        """The cases of a region that say no more besides than evidence asks, and are sure."""
        free = self._diagrams.levels(region)
        asked: set[int] = set()
        for _, node in self.points.pieces:
            asked |= self._diagrams.levels(node)
        plain = TRUE
        for block in reversed(self.pack.blocks):
            levels = range(block.first, block.end)
            if free.isdisjoint(levels):
                plain = self.samples.sure(block, plain, at_all=not asked.isdisjoint(levels))
        return self._diagrams.both(region, plain)

    def _of_pattern(self, when: int, wanted: Wanted, outcome: Outcome) -> int:
        """Where an outcome, if it came out, would be of the kind that is wanted."""
        fitting = FALSE
        for pattern, region in self.patterns(when, outcome):
            door = pattern.door if pattern and pattern.door else outcome.door
            facets = {
                "outcome": outcome.id,
                "urgency": SELF_CARE,
                "disposition": door,
                "pattern": pattern.id if pattern else None,
                "reason": "fits",
            }
            if all(wanted.allows(facet, value) for facet, value in facets.items()):
                lined = self._with_lines(region, wanted, facets)
                fitting = self._diagrams.either(fitting, lined)
        return fitting

    def patterns(self, when: int, outcome: Outcome) -> Iterator[tuple[Pattern | None, int]]:
        """The patterns of an outcome, and none, each with the part of a region that shows it."""
        for coded in self.pack.rules.patterns:
            if coded.rule.outcome == outcome.id:
                true = self.regions.true(coded.node)
                yield coded.rule, self._diagrams.both(when, true)
                when = self._diagrams.without(when, true)
        yield None, when

    def _with_lines(self, region: int, wanted: Wanted, facets: Mapping[str, str | None]) -> int:
        """The part of a region with the lines that are wanted, and without the others."""
        if wanted.lines is not None:
            named = self._given(wanted.lines, facets)
            region = self._diagrams.both(region, self._diagrams.any_of(named))
        return self._unlined(region, wanted, facets)

    def _given(self, lines: frozenset[str], facets: Mapping[str, str | None]) -> Iterator[int]:
        """Where each of these lines is given in a result with these facets."""
        for coded in self.pack.rules.advice:
            if coded.rule.id in lines and all(
                facets.get(facet_of(key)) in values for key, values in coded.rule.applies
            ):
                yield self.line(coded)

    def line(self, coded: Coded[Advice]) -> int:
        """Where the condition of a line lets it be given."""
        return self._diagrams.mapped(coded.node, given_where(coded.rule))

    # --- The default outcome ---------------------------------------------------------------------

    def _referred(self, when: int, wanted: Wanted, outcome: Outcome) -> tuple[int, ...] | None:
        """One line at a time, since a line asks for facets of its own."""
        if wanted.lines is None:
            return self._of_urgency(when, wanted, outcome)
        for coded in self.pack.rules.advice:
            if coded.rule.id in wanted.lines:
                narrower = structs.replace(wanted, lines=frozenset({coded.rule.id}))
                narrower = narrower.asking(coded.rule)
                region = self._diagrams.both(when, self.line(coded))
                found = self._of_urgency(region, narrower, outcome)
                if found is not None:
                    return found
        return None

    def _of_urgency(self, when: int, wanted: Wanted, outcome: Outcome) -> tuple[int, ...] | None:
        if when == FALSE or not wanted.allows("outcome", outcome.id):
            return None
        diagrams = self._diagrams
        when = diagrams.any_of(
            region
            for pattern, region in self.patterns(when, outcome)
            if wanted.allows("pattern", pattern.id if pattern else None)
        )
        for some in wanted.flags:
            named = [cause.region for cause in self.regions.raised if cause.id in some]
            when = diagrams.both(when, diagrams.any_of(named))
        for cause in self.regions.raised:
            if wanted.no_flags is not None and cause.id in wanted.no_flags:
                when = diagrams.without(when, cause.region)
        for urgency in reversed(URGENCIES):
            rank = RANK[urgency]
            if rank < ROUTINE or not wanted.allows("urgency", urgency):
                continue
            facets = {"outcome": outcome.id, "urgency": urgency}
            if rank > ROUTINE:
                facets["reason"] = "red-flag"
            narrower = self.regions.narrowed(when, self._over(rank))
            here = self._unlined(narrower, wanted, facets)
            found = None if here == FALSE else self._at(here, wanted, rank, facets)
            if found is not None:
                return found
        return None

    def _unlined(self, region: int, wanted: Wanted, facets: Mapping[str, str | None]) -> int:
        """A region without what is given a line that must not be, as far as facets tell."""
        for line in self._given(wanted.no_lines or frozenset(), facets):
            region = self._diagrams.without(region, line)
        return region

    def _over(self, rank: int) -> list[Cause]:
        """The causes that are more urgent."""
        return [cause for cause in self.regions.raised if cause.rank > rank]

    def _at(
        self, when: int, wanted: Wanted, rank: int, facets: Mapping[str, str | None]
    ) -> tuple[int, ...] | None:
        """At one urgency: the doors that are wanted, one by one."""
        diagrams = self._diagrams
        named = [cause for cause in self.regions.raised if cause.rank == rank]
        if rank == ROUTINE:
            named += self.regions.signs
            found = self._quiet(when, wanted)
            if found is not None:
                return found
        if not (wanted.allows("reason", "red-flag") or wanted.allows("reason", "referral-sign")):
            return None
        for door in sorted({str(c.door) for c in named}, key=self._doors.__getitem__):
            if not wanted.allows("disposition", door):
                continue
            # Of what leads there only the part within the region: all of it together is large.
            here = diagrams.any_of(diagrams.both(when, c.region) for c in named if c.door == door)
            region = self._unlined(here, wanted, {**facets, "disposition": door})
            region = diagrams.both(region, self._within)
            over = self._over(rank)
            if wanted.disposition is not None or wanted.no_lines is not None:
                over += [c for c in named if self._doors[str(c.door)] > self._doors[door]]
            found = self._confirmed(self.regions.remains(region, over), wanted)
            if found is not None:
                return found
        return None

    def _quiet(self, when: int, wanted: Wanted) -> tuple[int, ...] | None:
        """Where no alarm counts: a conflict, or an outcome that is not earned."""
        diagrams = self._diagrams
        if wanted.reason is not None and wanted.reason.isdisjoint({*NOTHING_COUNTS, "conflict"}):
            return None
        region = FALSE
        before = FALSE
        for coded in self.pack.rules.doors:
            here = diagrams.without(self.regions.true(coded.node), before)
            before = diagrams.either(before, here)
            if wanted.allows("disposition", coded.rule.door):
                region = diagrams.either(region, diagrams.both(when, here))
        if wanted.reason is not None and NOTHING_COUNTS.isdisjoint(wanted.reason):
            conflict = diagrams.any_of(c.region for c in self.regions.conflicts)
            region = diagrams.both(region, conflict)
        region = diagrams.both(region, self._within)
        return self._confirmed(region, wanted, [*self.regions.raised, *self.regions.signs])

    def _confirmed(
        self, region: int, wanted: Wanted, without: Iterable[Cause] = ()
    ) -> tuple[int, ...] | None:
        """A case of the kind within a region that holds all there may be.

        It may hold others: cases of it are looked at until one is of the kind. Raises
        UnfinishedError where none is.
        """
        chance = random.Random(0)  # noqa: S311  # nothing here is secret
        for causes in ((), without):
            region = self.regions.remains(region, causes)
            if region == FALSE:
                return None
            for attempt in range(LOOKED_AT):
                codes = (
                    self.samples.any_case(region, chance)
                    if attempt
                    else self.samples.smallest(region)
                )
                if codes is not None and wanted.is_met(self.pack.verdict(codes)):
                    return codes
        raise UnfinishedError


def given_where(line: Advice) -> LeafMap:
    """The leaves of its condition where a line is given."""
    return IS_TRUE if line.kind in ("do", "expect") else IS_POSSIBLE


def facet_of(key: str) -> str:
    """The facet of a result that the key of an advice line asks for."""
    return {"door": "disposition", "red-flag": "flags"}.get(key, key)
