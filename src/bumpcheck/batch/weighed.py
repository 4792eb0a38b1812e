"""The evidence of all rows of a block at once: what `weighing` says of one, in planes."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from bumpcheck.model import Evidence, Outcome
from bumpcheck.weighing import gains, helps

from .planes import Amount, added, any_of


class Argument(Struct, frozen=True):
    """A piece of evidence, with the rows where it holds and those where it may."""

    evidence: Evidence
    holds: int
    open: int


class Balance(Struct, frozen=True):
    """The points of each outcome, the rows that earn it alone, and those that miss an answer."""

    points: tuple[Amount, ...]
    earned: dict[str, int]
    missing: int


class _Standing(Struct, frozen=True):
    """Where the outcomes stand: what counts, and where each is excluded or confirmed."""

    counts: list[tuple[int, dict[str, int]]]
    excluded: dict[str, int]
    confirmed: dict[str, int]


def weighed(outcomes: Sequence[Outcome], arguments: Sequence[Argument], all_rows: int) -> Balance:
    """Weigh the evidence of rows for the outcomes that reassure."""
    return _Weighing(outcomes, arguments, all_rows).balance()


class _Weighing:
    def __init__(
        self, outcomes: Sequence[Outcome], arguments: Sequence[Argument], all_rows: int
    ) -> None:
        self._outcomes = outcomes
        self._arguments = arguments
        self._all_rows = all_rows

    def balance(self) -> Balance:
        standing = self._standing()
        earned = {it.id: self._earned(it, standing) for it in self._outcomes}
        once = twice = 0
        for where in earned.values():
            twice |= once & where
            once |= where
        missing = any_of(self._could_earn(it, standing) for it in self._outcomes)
        return Balance(
            points=tuple([self._points(it.id, standing) for it in self._outcomes]),
            earned={id: where & ~twice for id, where in earned.items()},
            missing=missing & ~once,
        )

    def _standing(self) -> _Standing:
        excluded: dict[str, int] = {}
        confirmed: dict[str, int] = {}
        for id in [outcome.id for outcome in self._outcomes]:
            holding = [arg for arg in self._arguments if id in arg.evidence.excludes]
            excluded[id] = any_of(arg.holds for arg in holding)
            holding = [arg for arg in self._arguments if id in arg.evidence.confirms]
            confirmed[id] = any_of(arg.holds for arg in holding) & ~excluded[id]
        counts = [(arg.holds, dict(arg.evidence.points)) for arg in self._arguments]
        return _Standing(counts, excluded, confirmed)

    def _points(self, outcome: str, standing: _Standing, less: str = "") -> Amount:
        """The points of an outcome, less those of another."""
        counts = [
            (plane, points.get(outcome, 0) - points.get(less, 0))
            for plane, points in standing.counts
        ]
        return added(counts, self._all_rows)

    def _earned(self, outcome: Outcome, standing: _Standing) -> int:
        """Where an outcome is confirmed, or its points suffice; never beside another's proof."""
        earned = self._points(outcome.id, standing).at_least(outcome.at_least, self._all_rows)
        never = standing.excluded[outcome.id]
        for other in self._outcomes:
            if other.id != outcome.id:
                lead = self._points(outcome.id, standing, less=other.id)
                earned &= lead.at_least(outcome.lead, self._all_rows) | standing.excluded[other.id]
                never |= standing.confirmed[other.id]
        return (earned | standing.confirmed[outcome.id]) & ~never

    def _could_earn(self, outcome: Outcome, standing: _Standing) -> int:
        """Where what is open and helps an outcome would earn it, if all of it held."""
        own = outcome.id
        helping = [arg for arg in self._arguments if helps(arg.evidence, own)]
        excludable = {
            it.id: any_of(arg.open for arg in self._arguments if it.id in arg.evidence.excludes)
            for it in self._outcomes
        }
        confirmed = {id: plane & ~excludable[id] for id, plane in standing.confirmed.items()}
        confirmed[own] = standing.confirmed[own] | any_of(
            arg.open for arg in helping if own in arg.evidence.confirms
        )
        at_best = _Standing(
            counts=[
                *standing.counts,
                *[(arg.open, dict(gains(arg.evidence, own))) for arg in helping],
            ],
            excluded={
                id: plane | (0 if id == own else excludable[id])
                for id, plane in standing.excluded.items()
            },
            confirmed=confirmed,
        )
        return self._earned(outcome, at_best) & any_of(arg.open for arg in helping)
