"""The cases that decide whether a rule matters: if it does anywhere, it does for one of these.

An alarm matters where no other is as urgent and leads as far; a conflict where it stands alone and
an outcome is earned; evidence where the points come so near that it decides; a pattern or a line
where it would be shown. Where no such case is left, the rule is dead. Where one is left that shows
no difference, what could still differ is the advice for a reason: then nothing is decided.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import islice

from bumpcheck.coded import CodedPack, Diagrams
from bumpcheck.coded.diagrams import (
    FALSE,
    IS_OPEN,
    IS_TRUE,
    IS_UNASKED,
    IS_UNSURE,
    TRUE,
    LeafMap,
)
from bumpcheck.model import RANK, Evidence, Outcome, RedFlag, ReferralSign

from .climbing import Climbing
from .parts import Change, Part, coded_rules
from .points import AtLeast, Goal, Piece
from .regions import Cause, UnfinishedError
from .results import ROUTINE, Results, Wanted, given_where

Codes = tuple[int, ...]

# Where a red flag counts, whether it holds or may.
IS_TRUE_OR_UNSURE: LeafMap = (0, 1, 1, 0, 0, 0, 1, 0)
# How often such points are looked for by trying.
CLIMBS = 12
# How many cases are drawn where only the advice for a reason could differ.
DRAWN = 100


def differing(diagrams: Diagrams, change: Change, leaves: LeafMap) -> int:
    """Where a rule is of these leaves in one of its two forms alone."""
    old, new = diagrams.mapped(change.old, leaves), diagrams.mapped(change.new, leaves)
    return diagrams.either(diagrams.without(old, new), diagrams.without(new, old))


def telling(pack: CodedPack, change: Change) -> tuple[LeafMap, ...]:
    """The leaves of a rule that a result depends on."""
    if change.section == "red_flags":
        return IS_TRUE, IS_UNSURE, IS_UNASKED
    if change.section == "evidence":
        return IS_TRUE, IS_OPEN
    if change.section == "advice":
        return (given_where(pack.rules.advice[change.at].rule),)
    return (IS_TRUE,)


class Deciding:
    """The deciding cases of one part."""

    def __init__(
        self, results: Results, part: Part, changed: Sequence[Change], known: Sequence[Codes]
    ) -> None:
        self._results = results
        self._known = known
        self._pack: CodedPack = results.pack
        self._diagrams = results.pack.diagrams
        self._regions = results.regions
        self._samples = results.samples
        self._part = part
        self._changed = changed
        self._doors = {door: at for at, door in enumerate(results.pack.pack.doors)}

    def cases(self) -> Iterator[Codes | None]:
        """One after the other; None is a case that there is not.

        Raises UnfinishedError where they decide nothing.
        """
        if self._part.outcomes is not None:
            yield from self._outcomes(self._part.outcomes)
            return
        if len(self._changed) != 1:
            # Rules that change together may hide each other.
            raise UnfinishedError
        (change,) = self._changed
        rule = coded_rules(self._pack.rules, change.section)[change.at].rule
        if isinstance(rule, RedFlag):
            yield from self._red_flag(change, rule)
        elif isinstance(rule, ReferralSign):
            yield from self._sign(change, rule)
        elif isinstance(rule, Evidence):
            yield from self._evidence(change, rule)
        elif change.section == "conflicts":
            yield from self._conflict(change, rule.id)
        elif change.section == "patterns":
            yield from self._pattern(change)
        elif change.section == "advice":
            yield from self._advice(change)
        elif self._differing(change, IS_TRUE) != FALSE:
            raise UnfinishedError  # a look-alike that comes out otherwise always shows

    def _differing(self, change: Change, leaves: LeafMap) -> int:
        return differing(self._diagrams, change, leaves)

    # --- Alarms ----------------------------------------------------------------------------------

    def _red_flag(self, change: Change, flag: RedFlag) -> Iterator[Codes | None]:
        """Where it changes the urgency, the door or the outcome; or whether all was asked."""
        others = [cause for cause in self._regions.raised if cause.id != flag.id]
        counting: dict[tuple[int, str], LeafMap] = {(RANK[flag.urgency], flag.door): IS_TRUE}
        if flag.if_unknown != "list":
            unsure = (RANK[flag.if_unknown], flag.unknown_door or flag.door)
            counting[unsure] = IS_TRUE_OR_UNSURE if unsure in counting else IS_UNSURE
        for (rank, door), leaves in counting.items():
            region = self._differing(change, leaves)
            yield from self._alone(region, rank, door, others, self._regions.signs)
        unasked = self._differing(change, IS_UNASKED)
        yield from self._deciding(self._regions.remains(unasked, self._unasked(flag.id)))
        self._no_line_for(flag.id)
        if flag.if_unknown == "routine":
            # A sign may hide it but for the reason.
            self._no_line_tells("red-flag", "referral-sign")

    def _unasked(self, flag: str) -> list[Cause]:
        """Where each other red flag is open through what was not asked."""
        return [
            Cause(it.rule.id, ROUTINE, None, self._diagrams.mapped(it.node, IS_UNASKED))
            for it in self._pack.rules.red_flags
            if it.rule.id != flag
        ]

    def _sign(self, change: Change, sign: ReferralSign) -> Iterator[Codes | None]:
        others = [cause for cause in self._regions.signs if cause.id != sign.id]
        region = self._differing(change, IS_TRUE)
        yield from self._alone(region, ROUTINE, sign.door, self._regions.raised, others)

    def _alone(
        self,
        region: int,
        rank: int,
        door: str,
        raised: Sequence[Cause],
        signs: Sequence[Cause],
    ) -> Iterator[Codes | None]:
        """Where nothing else is as urgent and leads as far."""
        level = [cause for cause in raised if cause.rank == rank]
        if rank == ROUTINE:
            level += signs
        hiding = [cause for cause in raised if cause.rank > rank]
        hiding += [cause for cause in level if self._leads(cause) >= self._doors[door]]
        left = self._regions.remains(region, hiding)
        if left == FALSE:
            return
        if rank > ROUTINE:
            yield from self._deciding(left)
            return
        # Something else leads elsewhere, or would lead elsewhere by default.
        elsewhere = self._diagrams.without(left, self._by_default(door))
        yield self._samples.smallest(elsewhere)
        for cause in level:
            yield self._samples.smallest(self._diagrams.both(left, cause.region))
        left = self._regions.remains(left, level)
        yield from self._earned(left, None)
        yield from self._for_a_reason(left)

    def _leads(self, cause: Cause) -> int:
        return self._doors[str(cause.door)]

    def _by_default(self, door: str) -> int:
        """Where a door is the default."""
        region, before = FALSE, FALSE
        for coded in self._pack.rules.doors:
            here = self._diagrams.without(self._regions.true(coded.node), before)
            before = self._diagrams.either(before, here)
            if coded.rule.door == door:
                region = self._diagrams.either(region, here)
        return region

    def _conflict(self, change: Change, id: str) -> Iterator[Codes | None]:
        others = [cause for cause in self._regions.causes if cause.id != id]
        left = self._regions.remains(self._differing(change, IS_TRUE), others)
        yield from self._earned(left, None)
        yield from self._for_a_reason(left)

    # --- Points ----------------------------------------------------------------------------------

    def _earned(self, region: int, pieces: Sequence[Piece] | None) -> Iterator[Codes | None]:
        """Where an outcome is earned, once no conflict stands in the way."""
        left = self._regions.remains(region, self._regions.conflicts_but(self._part.about))
        for codes in self._known:
            yield self._samples.over(left, codes)
        for outcome in self._pack.pack.reassuring:
            yield self._samples.smallest(self._results.points.earning(left, outcome, pieces))

    def _evidence(self, change: Change, piece: Evidence) -> Iterator[Codes | None]:
        """Where an outcome is earned with or without it; points by themselves always show."""
        region = self._differing(change, IS_TRUE)
        if piece.confirms:
            raise UnfinishedError
        left = self._regions.remains(region, self._regions.causes)
        rest = [it for it in self._results.points.pieces if it[0].id != piece.id]
        other = [*rest, (piece, change.new)]
        for outcome in self._pack.pack.reassuring:
            if outcome.id in piece.excludes:
                for pieces in (other, None):
                    yield self._samples.smallest(
                        self._results.points.earning(left, outcome, pieces)
                    )
                for goal in self._near(outcome.id):
                    yield self._samples.smallest(self._results.points.reaching(left, goal, rest))
        yield from self._for_a_reason(left)

    def _near(self, rival: str) -> Iterator[Goal]:
        """Where an outcome is earned only as long as this rival is excluded."""
        for outcome in self._pack.pack.reassuring:
            if outcome.id != rival:
                yield _too_near(outcome, rival)

    def _outcomes(self, without: Sequence[Outcome]) -> Iterator[Codes | None]:
        """Where an outcome has the points, but does not lead; or leads without the points."""
        climbing, points = Climbing(self._pack, self._samples), self._results.points
        for own, other in zip(self._pack.pack.outcomes, without, strict=True):
            if own == other:
                continue
            score = climbing.trailing if own.lead != other.lead else climbing.short
            yield from islice(climbing.climbs(score(own)), CLIMBS)
            left = self._regions.remains(TRUE, self._regions.causes)
            if own.lead == other.lead:
                yield from self._deciding(points.leading(left, own))
                continue
            for rival in self._pack.pack.reassuring:
                if rival.id != own.id:
                    near = points.reaching(left, _too_near(own, rival.id))
                    yield from self._deciding(near)

    # --- What is shown ---------------------------------------------------------------------------

    def _pattern(self, change: Change) -> Iterator[Codes | None]:
        """Where it is shown in one form, and another or none in the other."""
        own = self._pack.rules.patterns[change.at].rule
        below = [
            it.rule.id
            for it in self._pack.rules.patterns[change.at :]
            if it.rule.outcome == own.outcome
        ]
        wanted = Wanted(outcome=frozenset({own.outcome}), pattern=frozenset({*below, None}))
        codes = self._results.find(self._differing(change, IS_TRUE), wanted)
        if codes is not None:
            yield codes
            raise UnfinishedError

    def _advice(self, change: Change) -> Iterator[Codes | None]:
        """Where it is given in one form alone."""
        line = self._pack.rules.advice[change.at].rule
        region = self._differing(change, given_where(line))
        codes = self._results.find(region, Wanted().asking(line))
        if codes is not None:
            yield codes
            raise UnfinishedError

    # --- Where only the advice could differ ------------------------------------------------------

    def _deciding(self, region: int) -> Iterator[Codes | None]:
        """Any case of a region shows the difference."""
        if region != FALSE:
            yield self._samples.smallest(region)
            raise UnfinishedError

    def _for_a_reason(self, region: int) -> Iterator[Codes | None]:
        """Where at most the reason differs, and with it the advice."""
        if region == FALSE or not any(self._lines("reason")):
            return
        chance = random.Random(0)  # noqa: S311  # nothing here is secret
        for _ in range(DRAWN):
            yield self._samples.any_case(region, chance)
        raise UnfinishedError

    def _lines(self, facet: str) -> Iterator[frozenset[str]]:
        """What the lines of advice ask for of a facet."""
        for coded in self._pack.rules.advice:
            for key, values in coded.rule.applies:
                if key == facet:
                    yield frozenset(values)

    def _no_line_for(self, flag: str) -> None:
        if any(flag in values for values in self._lines("red-flag")):
            raise UnfinishedError

    def _no_line_tells(self, one: str, other: str) -> None:
        if any((one in values) != (other in values) for values in self._lines("reason")):
            raise UnfinishedError


def _too_near(outcome: Outcome, rival: str) -> Goal:
    """Points enough, but a rival comes too near."""
    return Goal(
        (
            AtLeast({outcome.id: 1}, outcome.at_least),
            AtLeast({rival: 1, outcome.id: -1}, 1 - outcome.lead),
        ),
        not_excluded=frozenset({outcome.id, rival}),
        not_confirmed=frozenset({outcome.id, rival}),
    )
