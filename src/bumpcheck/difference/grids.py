"""Which sums a table of counts has side by side, so that formulas can be read off it.

A table is as large as its sums are wide. So a sum is told by how it differs from others, where that
is narrower; and where limits together keep such a difference small, what exceeds it is left out of
the table from the start.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from bumpcheck.prove.regions import UnfinishedError

from .limits import NEVER, Formula, Limits, Product, Weights, added, bounds
from .tally import MOST_POINTS, MOST_SUMS, Points, Tables, Tally, packed, unpacked

# Tables that may have so many counts are worth looking for another way, and not put into one.
LARGE = 100_000
# So many tables are planned at most.
MOST_GRIDS = 20_000
# How many times each of some sums is taken, by its number; or each field, by its place.
Combination = dict[int, int]


class Grid:
    """The fields of a table from which some products can be read. Raises UnfinishedError.

    `caps`: for some fields, the most that points may come to in any part of a case: what the limits
    leave, and all that negative points could still take away.
    """

    def __init__(self, limits: Limits, products: Sequence[Product]) -> None:
        self._sums = limits.sums
        self._products = [dict(product) for product in products]
        self._fields: list[Weights] = []
        self.caps: dict[int, int] = {}
        # Whether the limits of no product can hold.
        self.is_empty = False
        # Each sum as a combination of fields.
        self._as_fields: dict[int, Combination] = {}
        left = sorted({sum_ for product in self._products for sum_ in product})
        if left:
            widest = max(left, key=lambda it: _width(self._sums[it]))
            left.remove(widest)
            self._take(widest, {})
        while left:
            narrowest = {it: self._narrowest(it) for it in left}
            sum_ = min(left, key=lambda it: narrowest[it][0])
            left.remove(sum_)
            self._take(sum_, narrowest[sum_][1])

    # --- The fields ------------------------------------------------------------------------------

    def _take(self, sum_: int, by: Combination) -> None:
        """Read a sum by what it is beside others; where that is not nothing, it is a new field."""
        reads: Combination = {}
        for other, times in by.items():
            reads = added(reads, self._as_fields[other], -times)
        weights = self._rest(sum_, by)
        if weights:
            place = len(self._fields)
            least, largest = bounds(weights)
            if place == MOST_SUMS or max(-least, largest) > MOST_POINTS:
                raise UnfinishedError
            most = self._most(sum_, by)
            if most is not None and most < least:
                self.is_empty = True
            # Of the first field, which is in order in a row, nothing can be left out.
            elif most is not None and place and 2 * most < largest - least:
                self.caps[place] = most - least
            reads[place] = 1
            self._fields.append(weights)
        self._as_fields[sum_] = reads

    def _narrowest(self, sum_: int) -> tuple[int, Combination]:
        """How wide a sum is beside others that are read, and those others."""
        found: list[tuple[int, Combination]] = []
        for by in self._beside():
            most = self._most(sum_, by)
            least, largest = bounds(self._rest(sum_, by))
            found.append(((largest if most is None else min(most, largest)) - least, by))
        return min(found, key=lambda it: it[0])

    def _beside(self) -> Iterator[Combination]:
        """No other sums, or one or two of those that are read, added or taken away."""
        yield {}
        for one in self._as_fields:
            yield {one: 1}
            yield {one: -1}
        for one, other in combinations(self._as_fields, 2):
            for signs in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
                yield {one: signs[0], other: signs[1]}

    def _rest(self, sum_: int, by: Combination) -> dict[int, int]:
        found = self._sums[sum_]
        for other, times in by.items():
            found = added(found, self._sums[other], times)
        return found

    def _most(self, sum_: int, by: Combination) -> int | None:
        """The most of sums together, if the limits of every product say so."""
        if any(times < 0 for times in by.values()):
            return None
        those = [sum_, *by]
        if not all(product.keys() >= {*those} for product in self._products):
            return None
        return max([sum([product[it] for it in those]) for product in self._products])

    @property
    def size(self) -> int:
        """How many counts a table may have."""
        size = 0 if self.is_empty else 1
        for place, field in enumerate(self._fields):
            least, most = bounds(field)
            size *= min(most, self.caps.get(place, most)) - least + 1
        return size

    @property
    def never(self) -> frozenset[int]:
        """What adds more to a field than it may have."""
        return frozenset(
            [
                node
                for field, cap in self.caps.items()
                for node, own in self._fields[field].items()
                if own > cap
            ]
        )

    def weights(self) -> dict[int, Points]:
        """What each diagram adds to the fields of a table, but for what is never so."""
        nodes = dict.fromkeys([node for field in self._fields for node in field])
        return {
            node: packed([field.get(node, 0) for field in self._fields])
            for node in nodes.keys() - self.never
        }

    # --- What is read off ------------------------------------------------------------------------

    def value(self, formula: Formula, tally: Tally, tables: Tables) -> int:
        """What a formula of its products comes to, over all cases of a table."""
        asked = [
            (factor, [(self._as_fields[it.number], it.most) for it in product])
            for product, factor in formula.items()
        ]
        found = 0
        for row in tally.rows:
            others = unpacked(row, max(0, len(self._fields) - 1))
            for factor, limits in asked:
                found += factor * tables.within(tally, row, *_interval(limits, others))
        return found


def _interval(
    limits: Iterable[tuple[Combination, int]], others: Sequence[int]
) -> tuple[int | None, int | None]:
    """Between what the first field is where limits hold, of a row that has the other fields."""
    least: int | None = None
    most: int | None = None
    for reads, bound in limits:
        left = bound - sum([times * others[at - 1] for at, times in reads.items() if at])
        times = reads.get(0, 0)
        if times > 0:
            most = left // times if most is None else min(most, left // times)
        elif times < 0:
            own = -(left // -times)
            least = own if least is None else max(least, own)
        elif left < 0:
            return 1, 0
    return least, most


def _width(weights: Weights) -> int:
    least, most = bounds(weights)
    return most - least


class Grids:
    """Plans the tables that formulas are read off."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._known: dict[Product, Formula] = {}
        self._made = 0

    def of(self, formula: Formula) -> list[tuple[Grid, Formula]]:
        """Grids, and what of a formula is read off each. Raises UnfinishedError."""
        turned = NEVER
        for product, factor in formula.items():
            turned = added(turned, self._by_opposites(product), factor)
        groups: dict[frozenset[int], Formula] = {}
        for product, factor in turned.items():
            sums = frozenset([limit.number for limit in product])
            groups.setdefault(sums, {})[product] = factor
        made: list[tuple[Grid, Formula]] = []
        for sums in sorted(groups, key=lambda it: (-len(it), sorted(it))):
            own = groups[sums]
            grid = self._grid([*own])
            if grid.is_empty:
                continue
            for at, (other, known) in enumerate(made):
                both = self._in_one(known, own)
                # What a table takes it takes at any size, mostly: one for both is hardly dearer.
                if both is not None and both.size <= max(LARGE, grid.size, other.size):
                    made[at] = both, known | own
                    break
            else:
                made.append((grid, own))
        return made

    def _in_one(self, one: Formula, other: Formula) -> Grid | None:
        """One grid for two formulas; None if it would have too many fields."""
        sums = {limit.number for product in (*one, *other) for limit in product}
        return self._grid([*one, *other]) if len(sums) <= MOST_SUMS else None

    def _grid(self, products: Sequence[Product]) -> Grid:
        self._made += 1
        if self._made > MOST_GRIDS:
            raise UnfinishedError
        return Grid(self._limits, products)

    def _by_opposites(self, product: Product) -> Formula:
        """A product as one without a limit, less one that has the opposite of it instead.

        So it is where both need smaller tables than the product itself: opposite limits may keep
        small what these do not.
        """
        known = self._known.get(product)
        if known is None:
            known = self._known[product] = self._turned(product)
        return known

    def _turned(self, product: Product) -> Formula:
        size = self._grid([product]).size
        best: Formula = {product: 1} if size else NEVER
        if size < LARGE:
            return best
        for limit in sorted(product):
            rest: Formula = {product - {limit}: 1}
            other = self._limits.product(rest, self._limits.opposite(limit))
            own = max([self._grid([it]).size for it in (*rest, *other)])
            if own < size:
                best, size = added(rest, other, -1), own
        if product in best:
            return best
        found = NEVER
        for it, factor in best.items():
            found = added(found, self._by_opposites(it), factor)
        return found
