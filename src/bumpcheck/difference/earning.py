"""What the evidence of one pack comes to, as formulas over its sums of points (see `weighing`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bumpcheck.model import Outcome

from .limits import ALWAYS, NEVER, Formula, Limits, added, less
from .shares import CONFIRMS, EXCLUDES, MAY_CONFIRM, MAY_EXCLUDE, Effect, Own, Piece, Sum, sums

# What is earned: the place of an outcome among those that reassure; or nothing is, and more answers
# could earn one, or could not.
End = int
MISSING, NEITHER = -1, -2
Ends = frozenset[End]
NOTHING: Ends = frozenset((MISSING, NEITHER))


class Earning:
    """Where one pack comes to what. `shared`: its pieces, by where they hold or are open."""

    def __init__(
        self, outcomes: Sequence[Outcome], shared: Mapping[int, Iterable[Piece]], limits: Limits
    ) -> None:
        self._outcomes = outcomes
        self._limits = limits
        self._weights = {
            sum_: {node: sum([it.adds(sum_) for it in own]) for node, own in shared.items()}
            for sum_ in sums(outcomes)
        }

    def formula(self, ends: Ends | None, own: Own, effects: frozenset[Effect]) -> Formula:
        """Where it comes to one of some ends; None is any.

        Beside what is shared, `own` is weighed; of what is shared there are just these effects.
        """
        if ends is None:
            return ALWAYS
        by = _Effects(effects | own.effects)
        found, nothing = NEVER, ALWAYS
        for at, outcome in enumerate(self._outcomes):
            earned = self._earned(outcome, own, by)
            nothing = less(nothing, earned)
            found = added(found, earned) if at in ends else found
        if ends >= NOTHING:
            return added(found, nothing)
        neither = self._neither(own, by) if ends & NOTHING else NEVER
        if NEITHER in ends:
            return added(found, neither)
        return added(found, less(nothing, neither)) if MISSING in ends else found

    def _earned(self, outcome: Outcome, own: Own, by: _Effects) -> Formula:
        """Where an outcome is earned."""
        if outcome.id in by.excluded or by.confirmed - {outcome.id}:
            return NEVER
        if outcome.id in by.confirmed:
            return ALWAYS
        return self._limits.product(
            *[
                self._limits.at_least(self._weights[sum_], bound - own.adds[sum_])
                for sum_, bound in self._bounds(outcome, by.excluded, at_best=False)
            ]
        )

    def _neither(self, own: Own, by: _Effects) -> Formula:
        """Where nothing is earned, however what is open turns out."""
        return self._limits.product(*[self._never(it, own, by) for it in self._outcomes])

    def _never(self, outcome: Outcome, own: Own, by: _Effects) -> Formula:
        """Where an outcome is not earned even if all that is open and helps it holds."""
        if outcome.id in by.excluded or by.confirmed - by.may_exclude - {outcome.id}:
            return ALWAYS
        if outcome.id in by.confirmed | by.may_confirm:
            return NEVER
        # By the first bound that is missed: what is reached and what is missed together leave
        # little room for what is open, and tables stay small.
        found, reached = NEVER, ALWAYS
        for sum_, bound in self._bounds(outcome, by.excluded | by.may_exclude, at_best=True):
            weights, least = self._weights[sum_], bound - own.adds[sum_]
            missed = self._limits.product(reached, self._limits.at_most(weights, least - 1))
            found = added(found, missed)
            reached = self._limits.product(reached, self._limits.at_least(weights, least))
        return found

    def _bounds(
        self, outcome: Outcome, out: frozenset[str], *, at_best: bool
    ) -> Iterator[tuple[Sum, int]]:
        """The sums that an outcome needs, and what each must reach; what is out is no rival."""
        yield Sum(outcome.id, None, at_best), outcome.at_least
        for rival in self._outcomes:
            if rival is not outcome and rival.id not in out:
                yield Sum(outcome.id, rival.id, at_best), outcome.lead


class _Effects:
    """Outcomes by what is done to them; what is excluded is not confirmed."""

    def __init__(self, effects: frozenset[Effect]) -> None:
        self.excluded, confirmed, self.may_exclude, self.may_confirm = (
            frozenset([id for done, id in effects if done == what])
            for what in (EXCLUDES, CONFIRMS, MAY_EXCLUDE, MAY_CONFIRM)
        )
        self.confirmed = confirmed - self.excluded
