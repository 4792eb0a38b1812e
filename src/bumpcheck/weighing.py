"""The evidence: what speaks for which outcome, which one is earned, and what could still tell."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from .conditions import Ready
from .facts import OPEN, TRUE, Facts
from .model import Evidence, Outcome


class Balance(Struct, frozen=True):
    """The evidence that holds, the points it comes to, and the outcome earned by it, if any.

    `missing` are the open questions whose answers could still earn one, as bits (bit n is the
    pack's question n); 0 where one is earned, or none can be.
    """

    evidence: tuple[Evidence, ...]
    points: dict[str, int]
    earned: Outcome | None
    missing: int


class _Open(Struct, frozen=True):
    """A piece of evidence that may hold, and the questions that keep it open, as bits."""

    evidence: Evidence
    through: int


class _Standing(Struct, frozen=True):
    """Where the outcomes stand: their points, and which are excluded or confirmed."""

    points: dict[str, int]
    excluded: frozenset[str]
    confirmed: frozenset[str]


def weigh(outcomes: Sequence[Outcome], evidence: Sequence[Ready[Evidence]], case: Facts) -> Balance:
    """Weigh the evidence of a case for the reassuring outcomes."""
    holding: list[Evidence] = []
    open_: list[_Open] = []
    for piece in evidence:
        case.through = 0
        state = piece.test(case)
        if state == TRUE:
            holding.append(piece.rule)
        elif state == OPEN:
            open_.append(_Open(piece.rule, case.through))
    standing = _stand(outcomes, holding)
    suffice = [outcome for outcome in outcomes if _is_earned(outcome, standing)]
    return Balance(
        evidence=tuple(holding),
        points=standing.points,
        earned=_alone(suffice),
        missing=0 if suffice else _missing(outcomes, standing, open_),
    )


def earned(outcomes: Sequence[Outcome], holding: Sequence[Evidence]) -> Outcome | None:
    """The outcome that this evidence earns; None where it is none, or more than one."""
    return _earned(outcomes, _stand(outcomes, holding))


def earned_by(
    outcomes: Sequence[Outcome],
    points: dict[str, int],
    excluded: frozenset[str],
    confirmed: frozenset[str],
) -> Outcome | None:
    """The outcome that these points earn, and what is excluded and confirmed; see `earned`."""
    return _earned(outcomes, _Standing(points, excluded, confirmed - excluded))


def _earned(outcomes: Sequence[Outcome], standing: _Standing) -> Outcome | None:
    return _alone([outcome for outcome in outcomes if _is_earned(outcome, standing)])


def _alone(suffice: Sequence[Outcome]) -> Outcome | None:
    return suffice[0] if len(suffice) == 1 else None


def _stand(outcomes: Sequence[Outcome], holding: Sequence[Evidence]) -> _Standing:
    points = {outcome.id: 0 for outcome in outcomes}
    for piece in holding:
        for outcome, count in piece.points:
            points[outcome] += count
    excluded = frozenset(outcome for piece in holding for outcome in piece.excludes)
    confirmed = frozenset(outcome for piece in holding for outcome in piece.confirms)
    return _Standing(points, excluded, confirmed - excluded)


def _is_earned(outcome: Outcome, standing: _Standing) -> bool:
    """An outcome is earned by being confirmed, or by its points; never beside another's proof."""
    if outcome.id in standing.excluded or not standing.confirmed <= {outcome.id}:
        return False
    return bool(standing.confirmed) or _leads(outcome, standing.points, standing.excluded)


def _leads(outcome: Outcome, points: dict[str, int], excluded: frozenset[str]) -> bool:
    """Whether the points suffice; what is excluded is no rival to lead over."""
    own = points[outcome.id]
    others = [count for id, count in points.items() if id != outcome.id and id not in excluded]
    return own >= outcome.at_least and all(own - count >= outcome.lead for count in others)


def _missing(outcomes: Sequence[Outcome], standing: _Standing, open_: Sequence[_Open]) -> int:
    """The open questions whose answers could still earn an outcome, as bits.

    A bound: everything open that helps an outcome is taken to hold at once, so that "too little is
    known" is said rather once too often than once too seldom.
    """
    wanted = 0
    excludable = frozenset(outcome for piece in open_ for outcome in piece.evidence.excludes)
    for outcome in outcomes:
        helping = [piece for piece in open_ if helps(piece.evidence, outcome.id)]
        best = dict(standing.points)
        for piece in helping:
            for id, count in gains(piece.evidence, outcome.id):
                best[id] += count
        at_best = _Standing(
            points=best,
            excluded=standing.excluded | (excludable - {outcome.id}),
            confirmed=(standing.confirmed - excludable)
            | {id for piece in helping for id in piece.evidence.confirms if id == outcome.id}
            | (standing.confirmed & {outcome.id}),
        )
        if _is_earned(outcome, at_best):
            for piece in helping:
                wanted |= piece.through
    return wanted


def helps(piece: Evidence, outcome: str) -> bool:
    """Whether a piece of evidence, if it held, would bring an outcome nearer."""
    excludes_another = any(id != outcome for id in piece.excludes)
    return bool(gains(piece, outcome)) or outcome in piece.confirms or excludes_another


def gains(piece: Evidence, outcome: str) -> list[tuple[str, int]]:
    """Those of its points that bring an outcome nearer: for it, or against another."""
    return [(id, count) for id, count in piece.points if (count > 0) == (id == outcome)]
