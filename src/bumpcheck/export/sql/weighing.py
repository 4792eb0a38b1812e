"""The evidence in SQL: the points, which outcome they earn, and whether one can still be earned.

It means what `bumpcheck.weighing` says, which tells why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bumpcheck.model import Evidence, Outcome, RulePack
from bumpcheck.weighing import helps

from .bits import WORD
from .pieces import At, Lookup, lookups
from .states import Layer, States


class Weighing:
    """The layers from the evidence to the outcomes that are earned: `earned{n}`, `missing`."""

    def __init__(self, pack: RulePack, states: States, evidence: Sequence[Evidence]) -> None:
        self._outcomes = pack.reassuring
        self._evidence = evidence
        self._states = states
        self.held = lookups("e", self._bits(states.for_.kind), self._points)
        self.open = lookups("o", self._bits(states.may.kind), self._gains)

    def _bits(self, kind: str) -> list[At]:
        return [At(f"{kind}{at // WORD}", at % WORD) for at in range(len(self._evidence))]

    def _points(self, tests: Sequence[tuple[int, str]]) -> dict[str, str]:
        """The points of a piece that holds, for each outcome."""
        return {
            f"p{at}": _sum(
                (dict(self._evidence[number].points).get(outcome.id, 0), test)
                for number, test in tests
            )
            for at, outcome in enumerate(self._outcomes)
        }

    def _gains(self, tests: Sequence[tuple[int, str]]) -> dict[str, str]:
        """What an open piece would change for an outcome that it helps: for every outcome."""
        return {
            f"g{at}_{other}": _sum(
                (_gain(self._evidence[number], outcome, rival), test) for number, test in tests
            )
            for at, outcome in enumerate(self._outcomes)
            for other, rival in enumerate(self._outcomes)
        }

    @property
    def tables(self) -> list[Lookup]:
        """The tables that `points` looks up."""
        return [*self.held, *self.open]

    @property
    def points(self) -> Layer:
        """The points, what they could become, and what is excluded and confirmed."""
        outcomes = range(len(self._outcomes))
        layer: Layer = {f"points{at}": _total(self.held, f"p{at}") for at in outcomes}
        for at, outcome in enumerate(self._outcomes):
            for other in outcomes:
                gained = _total(self.open, f"g{at}_{other}")
                layer[f"best{at}_{other}"] = f"{layer[f'points{other}']} + {gained}"
            id = outcome.id
            held, may = self._states.for_, self._states.may
            excluding = [at for at, it in enumerate(self._evidence) if id in it.excludes]
            confirming = [at for at, it in enumerate(self._evidence) if id in it.confirms]
            helping = [at for at, it in enumerate(self._evidence) if helps(it, id)]
            layer[f"excluded{at}"] = held.some(excluding)
            layer[f"excludable{at}"] = may.some(excluding)
            layer[f"confirmed{at}"] = f"{held.some(confirming)} AND NOT {held.some(excluding)}"
            layer[f"helped{at}"] = may.some(helping)
            layer[f"confirmable{at}"] = may.some(set(helping) & set(confirming))
        return layer

    @property
    def earned(self) -> Layer:
        """Which outcomes are earned, and could be."""
        layer: Layer = {}
        outcomes = range(len(self._outcomes))
        for at in outcomes:
            others = [other for other in outcomes if other != at]
            layer[f"earned{at}"] = self._is_earned(
                at,
                points={other: f"points{other}" for other in outcomes},
                excluded={other: f"excluded{other}" for other in outcomes},
                confirmed={other: f"confirmed{other}" for other in outcomes},
            )
            at_best = self._is_earned(
                at,
                points={other: f"best{at}_{other}" for other in outcomes},
                excluded={at: f"excluded{at}"}
                | {other: f"(excluded{other} OR excludable{other})" for other in others},
                confirmed={at: f"(confirmed{at} OR confirmable{at})"}
                | {other: f"(confirmed{other} AND NOT excludable{other})" for other in others},
            )
            layer[f"could{at}"] = f"helped{at} AND {at_best}"
        return layer

    def _is_earned(
        self,
        at: int,
        points: dict[int, str],
        excluded: dict[int, str],
        confirmed: dict[int, str],
    ) -> str:
        outcome = self._outcomes[at]
        others = [other for other in points if other != at]
        leads = [f"{points[at]} >= {outcome.at_least}"]
        leads += [
            f"({excluded[other]} OR {points[at]} - {points[other]} >= {outcome.lead})"
            for other in others
        ]
        parts = [f"NOT {excluded[at]}", *[f"NOT {confirmed[other]}" for other in others]]
        parts.append(f"({confirmed[at]} OR ({' AND '.join(leads)}))")
        return f"({' AND '.join(parts)})"


def _gain(piece: Evidence, outcome: Outcome, rival: Outcome) -> int:
    """What an open piece brings an outcome at best: its own points, and what rivals lose."""
    points = dict(piece.points).get(rival.id, 0)
    wanted = (points > 0) == (rival.id == outcome.id)
    return points if wanted and helps(piece, outcome.id) else 0


def _sum(points: Iterable[tuple[int, str]]) -> str:
    counted = [f"CASE WHEN {test} THEN {count} ELSE 0 END" for count, test in points if count]
    return " + ".join(counted) or "0"


def _total(tables: Sequence[Lookup], column: str) -> str:
    return f"({' + '.join(f'{table.name}.{column}' for table in tables) or '0'})"
