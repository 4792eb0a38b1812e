"""One pack's results as regions: where which facets come out, split no further than is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct, structs

from bumpcheck.coded import CodedPack, Diagrams
from bumpcheck.coded.diagrams import FALSE
from bumpcheck.model import RANK, URGENCIES, Advice, Outcome, Pattern
from bumpcheck.prove.regions import Cause, Regions
from bumpcheck.prove.results import ROUTINE, SELF_CARE, facet_of, given_where

from .earned import Earning

# How many nodes one split may take.
MOST_NODES = 300_000


class Facets(Struct, frozen=True):
    """What is known of the results of a region; None is not settled or not asked."""

    outcome: str | None = None
    urgency: str | None = None
    disposition: str | None = None
    pattern: str | None = None
    reason: str | None = None


# A pattern's name where an outcome has none.
NO_PATTERN = ""


class Side:
    """One of the two packs."""

    def __init__(self, pack: CodedPack) -> None:
        self.pack = pack
        self.regions = Regions(pack)
        self._diagrams: Diagrams = pack.diagrams
        self.doors = {door: at for at, door in enumerate(pack.pack.doors)}
        self.default = pack.pack.default.id
        self.outcomes = {outcome.id: outcome for outcome in pack.pack.outcomes}
        self.lines = {it.rule.id: it for it in pack.rules.advice}

    def group(self, cause: Cause) -> tuple[str, int, str | None]:
        """What a cause does to a result; those of one group do the same."""
        kind = "flag" if cause.is_raised else "sign" if cause.is_sign else "conflict"
        return kind, cause.rank, cause.door

    # --- Alarms ----------------------------------------------------------------------------------

    def alarmed(self, region: int) -> tuple[list[tuple[Facets, int]], int]:
        """The parts of a region where an alarm or conflict counts, and what is left of it."""
        parts: list[tuple[Facets, int]] = []
        top = Facets(outcome=self.default)
        for urgency in reversed(URGENCIES):
            rank = RANK[urgency]
            if rank < ROUTINE:
                continue
            causes = [cause for cause in self.regions.raised if cause.rank == rank]
            raised = causes
            if rank == ROUTINE:
                causes = [*causes, *self.regions.signs]
            for door in sorted(self.doors, key=self.doors.__getitem__, reverse=True):
                own = [cause for cause in causes if cause.door == door]
                here, region = self._cut(region, own)
                facets = structs.replace(top, urgency=urgency, disposition=door)
                if rank == ROUTINE:
                    flags, signs = self._cut(here, raised)
                    parts.append((structs.replace(facets, reason="red-flag"), flags))
                    parts.append((structs.replace(facets, reason="referral-sign"), signs))
                else:
                    parts.append((structs.replace(facets, reason="red-flag"), here))
        here, region = self._cut(region, self.regions.conflicts)
        facets = structs.replace(top, urgency="routine", reason="conflict")
        parts += [(structs.replace(facets, disposition=door), it) for door, it in self.door(here)]
        return [(known, part) for known, part in parts if part != FALSE], region

    def _cut(self, region: int, causes: Iterable[Cause]) -> tuple[int, int]:
        """A region cut in two: where one of these counts, and where none does."""
        causes = list(causes)
        if region == FALSE or not causes:
            return FALSE, region
        left = self.regions.remains(region, causes, most=MOST_NODES)
        return self._diagrams.without(region, left), left

    def door(self, region: int) -> Iterator[tuple[str, int]]:
        """The default doors, each with the part of a region where it is one."""
        for coded in self.pack.rules.doors:
            here = self._diagrams.both(region, self.regions.true(coded.node))
            region = self._diagrams.without(region, here)
            if here != FALSE:
                yield coded.rule.door, here

    # --- Calm ------------------------------------------------------------------------------------

    def calm(self, region: int, label: tuple[str | None, bool | None]) -> list[tuple[Facets, int]]:
        """What comes out where no alarm counts and this is earned; without the pattern."""
        earned, missing = label
        if earned is not None:
            facets = Facets(outcome=earned, urgency=SELF_CARE, reason="fits")
            return [
                (structs.replace(facets, disposition=self._own_door(pattern, earned)), part)
                for pattern, part in self.patterns(region, self.outcomes[earned])
            ]
        reason = None if missing is None else "not-enough" if missing else "neither"
        facets = Facets(outcome=self.default, urgency="routine", reason=reason)
        return [(structs.replace(facets, disposition=door), it) for door, it in self.door(region)]

    def _own_door(self, pattern: Pattern | None, outcome: str) -> str | None:
        return pattern.door if pattern and pattern.door else self.outcomes[outcome].door

    def patterns(self, region: int, outcome: Outcome) -> Iterator[tuple[Pattern | None, int]]:
        """The patterns of an outcome, and none, each where it is shown."""
        for coded in self.pack.rules.patterns:
            if coded.rule.outcome == outcome.id and region != FALSE:
                here = self._diagrams.both(region, self.regions.true(coded.node))
                region = self._diagrams.without(region, here)
                if here != FALSE:
                    yield coded.rule, here
        if region != FALSE:
            yield None, region

    def patterned(self, facets: Facets, region: int) -> Iterator[tuple[Facets, int]]:
        """A region of known outcome, split by its patterns."""
        for pattern, part in self.patterns(region, self.outcomes[str(facets.outcome)]):
            name = pattern.id if pattern else NO_PATTERN
            yield structs.replace(facets, pattern=name), part

    # --- Advice ----------------------------------------------------------------------------------

    def line(self, id: str) -> int:
        """Where the conditions of a line let it be given, a red flag that it asks for included."""
        coded = self.lines.get(id)
        if coded is None:
            return FALSE
        region = self._diagrams.mapped(coded.node, given_where(coded.rule))
        for key, values in coded.rule.applies:
            if key == "red-flag":
                flags = [it.region for it in self.regions.raised if it.id in values]
                region = self._diagrams.both(region, self._diagrams.any_of(flags))
        return region

    def applies(self, id: str) -> tuple[tuple[str, frozenset[str]], ...]:
        """The facets that a line asks for."""
        coded = self.lines.get(id)
        return () if coded is None else facets_of(coded.rule)

    def given(self, asked: tuple[tuple[str, frozenset[str]], ...], region: int) -> int:
        """The part of a region whose results have the facets that a line asks for."""
        if not asked or region == FALSE:
            return region
        diagrams = self._diagrams
        keys = {key for key, _ in asked}
        wanted = dict(asked)

        def fits(facets: Facets) -> bool:
            return all(getattr(facets, key) in values for key, values in asked)

        def fitting(parts: Iterable[tuple[Facets, int]]) -> int:
            found = FALSE
            for facets, part in parts:
                split = [(facets, part)]
                if "pattern" in keys:
                    split = list(self.patterned(facets, part))
                for own, here in split:
                    if fits(own):
                        found = diagrams.either(found, here)
            return found

        if keys <= {"outcome"}:
            left = self.regions.remains(region, self.regions.causes, most=MOST_NODES)
            alarmed = diagrams.without(region, left)
            found = alarmed if self.default in wanted["outcome"] else FALSE
        else:
            parts, left = self.alarmed(region)
            found = fitting(parts)
        if left == FALSE:
            return found
        missing = "reason" in keys and len(wanted["reason"] & {"not-enough", "neither"}) == 1
        # Where everything or nothing fits, whatever is earned, there is no need to know it.
        ends = [fitting(self.calm(left, label)) for label in self._labels(missing=missing)]
        if len(set(ends)) == 1:
            return diagrams.either(found, ends[0])
        for (known,), part in Earning(diagrams, [self.pack], missing=missing).of(left):
            found = diagrams.either(found, fitting(self.calm(part, known)))
        return found

    def _labels(self, *, missing: bool) -> Iterator[tuple[str | None, bool | None]]:
        for outcome in self.pack.pack.reassuring:
            yield outcome.id, False if missing else None
        yield from [(None, False), (None, True)]


def facets_of(line: Advice) -> tuple[tuple[str, frozenset[str]], ...]:
    """The facets that a line asks for, red flags left out."""
    return tuple(
        [(facet_of(key), frozenset(values)) for key, values in line.applies if key != "red-flag"]
    )
