"""What the evidence of two packs comes to, counted over all cases of a region.

A table of points cannot say whether something was excluded or confirmed at all. So it is counted
how many cases have which points if only some of these effects are allowed, and how many have just
these follows from that (by inclusion and exclusion, as a set is counted by the sets within it).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from bumpcheck.coded import CodedPack
from bumpcheck.coded.diagrams import TRUE
from bumpcheck.prove.regions import UnfinishedError

from .earning import NOTHING, Earning, Ends
from .grids import Grids
from .limits import NEVER, Formula, Limits, added, less
from .parted import Parts
from .shares import CONFIRMS, EXCLUDES, MAY_CONFIRM, MAY_EXCLUDE, Effect, Region, Shares

# What the two packs come to; None is anything.
Pair = tuple[Ends | None, Ends | None]
# So many effects that differ make a thousand counts.
MOST_EFFECTS = 10


class Balances:
    """Counts what two packs earn. Both have the same blocks."""

    def __init__(self, packs: tuple[CodedPack, CodedPack], parts: Parts) -> None:
        self._parts = parts
        self._diagrams = packs[0].diagrams
        self._limits = Limits()
        self._grids = Grids(self._limits)
        shares = Shares(packs)
        self._regions = shares.regions
        old, new = (pack.pack.reassuring for pack in packs)
        self._earning = [
            Earning(outcomes, pieces, self._limits)
            for outcomes, pieces in zip((old, new), shares.pieces, strict=True)
        ]
        # What they earn where both weigh what is shared.
        self._alike = [Earning(it, shares.shared, self._limits) for it in (old, new)]
        by_effect: dict[Effect, set[int]] = {}
        for node, pieces in shares.shared.items():
            for effect in {effect for it in pieces for effect in it.effects}:
                by_effect.setdefault(effect, set()).add(node)
        # The effects that are had in the same cases are one.
        self._effects: dict[frozenset[int], set[Effect]] = {}
        for effect, nodes in by_effect.items():
            self._effects.setdefault(frozenset(nodes), set()).add(effect)

    def count(self, must_not: Sequence[int], pairs: Sequence[Pair]) -> int:
        """How many cases come to such ends in both packs, of those where nothing must not be.

        Raises UnfinishedError.
        """
        effects = self._telling(pairs)
        if len(effects) > MOST_EFFECTS:
            raise UnfinishedError
        found = 0
        for region in self._regions:
            here = [*must_not, self._diagrams.without(TRUE, region.where)]
            for never, formula in self._asked(pairs, effects, region).items():
                found += self._value([*here, *never], formula)
        return found

    def _value(self, must_not: Sequence[int], formula: Formula) -> int:
        found = 0
        for grid, own in self._grids.of(formula):
            tally = self._parts.tally([*must_not, *grid.never], grid.weights(), grid.caps)
            found += grid.value(own, tally, self._parts.tables)
        return found

    # --- By inclusion and exclusion --------------------------------------------------------------

    def _telling(self, pairs: Iterable[Pair]) -> dict[frozenset[int], frozenset[Effect]]:
        """The effects on which such ends depend."""
        telling = {EXCLUDES, CONFIRMS}
        if any(ends and len(NOTHING & ends) == 1 for pair in pairs for ends in pair):
            telling |= {MAY_EXCLUDE, MAY_CONFIRM}
        told = {
            nodes: frozenset([it for it in those if it[0] in telling])
            for nodes, those in self._effects.items()
        }
        return {nodes: those for nodes, those in told.items() if those}

    def _asked(
        self,
        pairs: Sequence[Pair],
        effects: Mapping[frozenset[int], frozenset[Effect]],
        region: Region,
    ) -> dict[frozenset[int], Formula]:
        """What must not be so for effects to be out of the question, and what is then asked."""
        turned = {
            had: self._formula(
                pairs, region, frozenset([it for nodes in had for it in effects[nodes]])
            )
            for had in _subsets(list(effects))
        }
        # Cases that lack an effect are met again where it is allowed: there they count no more.
        for effect in effects:
            for had, formula in list(turned.items()):
                if effect not in had:
                    turned[had] = less(formula, turned[had | {effect}])
        asked: dict[frozenset[int], Formula] = {}
        for allowed, formula in turned.items():
            never = frozenset([node for nodes in effects.keys() - allowed for node in nodes])
            asked[never] = added(asked.get(never, NEVER), formula)
        return asked

    def _formula(
        self, pairs: Iterable[Pair], region: Region, effects: frozenset[Effect]
    ) -> Formula:
        """Where both packs come to one of some pairs of ends, if there are just these effects."""
        earning = self._alike if region.is_alike else self._earning
        found = NEVER
        for ends in pairs:
            both = [earning[at].formula(ends[at], region.own[at], effects) for at in (0, 1)]
            found = added(found, self._limits.product(*both))
        return found


def _subsets(those: Sequence[frozenset[int]]) -> Iterator[frozenset[frozenset[int]]]:
    for many in range(len(those) + 1):
        yield from map(frozenset, combinations(those, many))
