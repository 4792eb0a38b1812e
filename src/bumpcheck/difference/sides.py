"""One pack's results: what settles one, the most urgent first, and what is told of it.

A label is what settles a result: an alarm of some urgency and door, a conflict, or what the
evidence comes to. It says as much as a change depends on; the door and the pattern of a label that
names none are told by conditions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from bumpcheck.coded import CodedPack, Diagrams
from bumpcheck.coded.diagrams import FALSE, TRUE
from bumpcheck.model import RANK, URGENCIES, Advice, Urgency
from bumpcheck.prove.regions import Cause, Regions
from bumpcheck.prove.results import ROUTINE, facet_of, given_where

NO_PATTERN = ""
# The reasons of what does not reassure, as far as a pack by itself can give them.
REASONS = ("red-flag", "referral-sign", "conflict", "not-enough", "neither")


class Label(Struct, frozen=True):
    """What settles a result. `door` is None where conditions name it."""

    outcome: str
    urgency: Urgency
    reason: str
    door: str | None = None


class Settling(Struct, frozen=True):
    """A label, and the regions of which any one settles the result so, if nothing before does."""

    label: Label
    regions: frozenset[int]


class Side:
    """One of two packs; `reasons` maps each reason to one that no advice tells from it."""

    def __init__(self, pack: CodedPack, reasons: Mapping[str, str]) -> None:
        self.pack = pack
        self.regions = Regions(pack)
        self._reasons = reasons
        self._diagrams: Diagrams = pack.diagrams
        self._default = pack.pack.default.id
        self._outcomes = {outcome.id: outcome for outcome in pack.pack.outcomes}
        self.lines = {it.rule.id: it for it in pack.rules.advice}
        self._patterns: dict[str, dict[tuple[str, str | None], int]] = {}
        self._own: dict[str, int] = {}
        doors: dict[str, int] = {}
        left = TRUE
        for coded in pack.rules.doors:
            here = self._diagrams.both(left, self.regions.true(coded.node))
            left = self._diagrams.without(left, here)
            doors[coded.rule.door] = self._diagrams.either(doors.get(coded.rule.door, FALSE), here)
        self._default_doors = doors

    # --- What settles a result -------------------------------------------------------------------

    def settling(self) -> Iterator[Settling]:
        """What settles a result before the evidence is weighed, the first word first."""
        doors = list(reversed(self.pack.pack.doors))
        urgency: Urgency
        for urgency in reversed(URGENCIES):
            raised = [cause for cause in self.regions.raised if cause.rank == RANK[urgency]]
            for door in doors:
                if urgency == "routine":
                    yield from self._routine(door, raised)
                elif RANK[urgency] > ROUTINE:
                    yield from self._settling("red-flag", urgency, door, raised)
        conflicts = frozenset([cause.region for cause in self.regions.conflicts])
        yield Settling(self._label("conflict", "routine"), conflicts)

    def _routine(self, door: str, raised: list[Cause]) -> Iterator[Settling]:
        """Routine flags and signs share a door; a flag is the reason wherever it stands."""
        signs = self.regions.signs
        if self._reasons["red-flag"] != self._reasons["referral-sign"] and raised:
            flagged = self._diagrams.any_of([cause.region for cause in raised])
            own = [cause.region for cause in (*raised, *signs) if cause.door == door]
            both = frozenset([self._diagrams.both(region, flagged) for region in own])
            yield Settling(self._label("red-flag", "routine", door), both)
            raised = []
        yield from self._settling("referral-sign", "routine", door, [*raised, *signs])

    def _settling(
        self, reason: str, urgency: Urgency, door: str, causes: Iterable[Cause]
    ) -> Iterator[Settling]:
        own = frozenset([cause.region for cause in causes if cause.door == door])
        yield Settling(self._label(reason, urgency, door), own)

    def _label(self, reason: str, urgency: Urgency, door: str | None = None) -> Label:
        return Label(self._default, urgency, self._reasons[reason], door)

    def weighed(self) -> list[Label]:
        """What the evidence can come to: each outcome, then too little known, then neither."""
        earned = [Label(it.id, URGENCIES[0], "fits") for it in self.pack.pack.reassuring]
        return [*earned, self._label("not-enough", "routine"), self._label("neither", "routine")]

    # --- What is told of it ----------------------------------------------------------------------

    def doors(self, label: Label) -> dict[str | None, int]:
        """Where each door is named, if a result is settled so."""
        if label.door is not None:
            return {label.door: TRUE}
        doors: dict[str | None, int] = {}
        if label.outcome == self._default:
            doors.update(self._default_doors)
            return doors
        for (_, door), region in self._shown(label.outcome).items():
            doors[door] = self._diagrams.either(doors.get(door, FALSE), region)
        return doors

    def patterns(self, label: Label) -> dict[str, int]:
        """Where each pattern is shown, and none."""
        return {pattern: region for (pattern, _), region in self._shown(label.outcome).items()}

    def _shown(self, outcome: str) -> dict[tuple[str, str | None], int]:
        known = self._patterns.get(outcome)
        if outcome not in self._outcomes:
            # It never comes out here; the other pack has it.
            return {(NO_PATTERN, None): TRUE}
        if known is None:
            known, left = {}, TRUE
            own = self._outcomes[outcome].door
            for coded in self.pack.rules.patterns:
                if coded.rule.outcome == outcome:
                    here = self._diagrams.both(left, self.regions.true(coded.node))
                    left = self._diagrams.without(left, here)
                    known[coded.rule.id, coded.rule.door or own] = here
            known[NO_PATTERN, own] = left
            self._patterns[outcome] = known
        return known

    def own(self, id: str) -> int:
        """Where the conditions of a line let it be given, a red flag that it asks for included."""
        known = self._own.get(id)
        if known is None:
            known = self._own[id] = self._work_out(id)
        return known

    def _work_out(self, id: str) -> int:
        coded = self.lines.get(id)
        if coded is None:
            return FALSE
        region = self._diagrams.mapped(coded.node, given_where(coded.rule))
        for key, values in coded.rule.applies:
            if key == "red-flag":
                flags = [it.region for it in self.regions.raised if it.id in values]
                region = self._diagrams.both(region, self._diagrams.any_of(flags))
        return region

    def asked(self, id: str) -> dict[str, frozenset[str]]:
        """The facets that a line asks for."""
        coded = self.lines.get(id)
        return {} if coded is None else facets_of(coded.rule)

    def given(self, id: str, label: Label) -> int:
        """Where a line is given, if a result is settled so."""
        region = self.own(id)
        for key, values in self.asked(id).items():
            region = self._diagrams.both(region, self._fits(key, values, label))
        return region

    def _fits(self, key: str, values: frozenset[str], label: Label) -> int:
        told: Mapping[str, int] | Mapping[str | None, int]
        if key == "disposition":
            told = self.doors(label)
        elif key == "pattern":
            told = self.patterns(label)
        else:
            return TRUE if getattr(label, key) in values else FALSE
        return self._diagrams.any_of([region for value, region in told.items() if value in values])


def facets_of(line: Advice) -> dict[str, frozenset[str]]:
    """The facets that a line asks for, red flags left out."""
    return {facet_of(key): frozenset(values) for key, values in line.applies if key != "red-flag"}


def reasons_told_apart(lines: Iterable[Advice]) -> dict[str, str]:
    """For each reason, the first that no line of advice tells from it."""
    asked = [values for line in lines for key, values in line.applies if key == "reason"]
    first: dict[tuple[bool, ...], str] = {}
    return {
        reason: first.setdefault(tuple([reason in values for values in asked]), reason)
        for reason in REASONS
    }
