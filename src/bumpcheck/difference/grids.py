"""Which sums a table of counts has side by side, so that formulas can be read off it.

A table is as large as its sums are wide. So a sum is told by how it differs from others, where that
is narrower; and where limits together keep such a difference small, what exceeds it is left out of
the table from the start.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from .limits import NEVER, Formula, Limits, Product, Weights, bounds, plus, together
from .tally import Points, Tables, Tally, packed, unpacked

# Tables that may have so many counts are worth looking for another way.
LARGE = 100_000
# How many times a sum is in another one, by its place.
Parts = dict[int, int]


class Grid:
    """The fields of a table from which some products can be read.

    `caps`: fields, and the most that some of it may come to in any part of a case.
    """

    def __init__(self, limits: Limits, products: Sequence[Product]) -> None:
        self._limits = limits
        self._products = [dict(product) for product in products]
        self._fields: list[Weights] = []
        self.caps: dict[int, int] = {}
        # The sums whose limits keep a field small, and the most that these come to together.
        self._kept: list[tuple[frozenset[int], int]] = []
        # Each sum as so many times each field.
        self._reads: dict[int, Parts] = {}
        left = sorted({sum_ for product in self._products for sum_ in product})
        if left:
            widest = max(left, key=lambda it: _width(limits.sums[it]))
            left.remove(widest)
            self._add(widest, {})
        while left:
            narrowest = {it: self._narrowest(it) for it in left}
            sum_ = min(left, key=lambda it: narrowest[it][0])
            left.remove(sum_)
            self._add(sum_, narrowest[sum_][1])

    def _add(self, sum_: int, by: Parts) -> None:
        """Read a sum by what it is beside others; where that is not nothing, it is a new field."""
        reads: Parts = {}
        for other, times in by.items():
            for field, own in self._reads[other].items():
                reads[field] = reads.get(field, 0) - times * own
        weights = self._rest(sum_, by)
        if weights:
            place = len(self._fields)
            most = self._most(sum_, by)
            # Of the first field, which is in order in a row, nothing can be left out.
            if most is not None and place and 2 * most < _width(weights):
                self.caps[place] = most - bounds(weights)[0]
                self._kept.append((frozenset([sum_, *by]), most))
            reads[place] = 1
            self._fields.append(weights)
        self._reads[sum_] = reads

    def _narrowest(self, sum_: int) -> tuple[int, Parts]:
        """How wide a sum is beside others that are read, and those others."""
        found: list[tuple[int, Parts]] = []
        for by in self._beside():
            weights = self._rest(sum_, by)
            most = self._most(sum_, by)
            least, largest = bounds(weights)
            found.append(((largest if most is None else min(most, largest)) - least, by))
        return min(found, key=lambda it: it[0])

    def _beside(self) -> Iterator[Parts]:
        """No other sums, or one or two of those that are read, added or taken away."""
        yield {}
        for one in self._reads:
            yield {one: 1}
            yield {one: -1}
        for one, other in combinations(self._reads, 2):
            for signs in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
                yield {one: signs[0], other: signs[1]}

    def _rest(self, sum_: int, by: Parts) -> dict[int, int]:
        weights = self._limits.sums[sum_]
        found = dict(weights)
        for other, times in by.items():
            found = plus(found, self._limits.sums[other], times)
        return found

    def _most(self, sum_: int, by: Parts) -> int | None:
        """The most of sums together, if the limits of every product say so."""
        if any(times < 0 for times in by.values()):
            return None
        those = [sum_, *by]
        if not all(product.keys() >= {*those} for product in self._products):
            return None
        return max([sum([product[it] for it in those]) for product in self._products])

    def reads(self, product: Product) -> bool:
        """Whether a product that is not its own can be read off it, too."""
        own = dict(product)
        for those, most in self._kept:
            if not own.keys() >= those or sum([own[it] for it in those]) > most:
                return False
        for limit in product:
            if limit.sum not in self._reads:
                by = next((it for it in self._beside() if not self._rest(limit.sum, it)), None)
                if by is None:
                    return False
                self._add(limit.sum, by)
        return True

    @property
    def size(self) -> int:
        """How many counts a table may have."""
        size = 1
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

    def value(self, formula: Formula, tally: Tally, tables: Tables) -> int:
        """What a formula comes to over all cases of a table."""
        asked = [
            (factor, [(self._reads[it.sum], it.most) for it in product])
            for product, factor in formula.items()
        ]
        found = 0
        for row in tally.rows:
            others = unpacked(row, max(0, len(self._fields) - 1))
            for factor, limits in asked:
                found += factor * tables.within(tally, row, *_interval(limits, others))
        return found


def _interval(
    limits: Iterable[tuple[Parts, int]], others: Sequence[int]
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


def grids(limits: Limits, formula: Formula) -> Iterator[tuple[Grid, Formula]]:
    """Grids, and what of a formula is read off each."""
    turned = NEVER
    for product, factor in formula.items():
        turned = together(turned, _turned(limits, product), factor)
    groups: dict[frozenset[int], list[Product]] = {}
    for product in turned:
        groups.setdefault(frozenset([limit.sum for limit in product]), []).append(product)
    made: list[tuple[Grid, Formula]] = []
    for sums in sorted(groups, key=lambda it: (-len(it), sorted(it))):
        products = groups[sums]
        own = {product: turned[product] for product in products}
        for grid, known in made:
            if all(grid.reads(product) for product in products):
                known.update(own)
                break
        else:
            made.append((Grid(limits, products), own))
    return iter(made)


def _turned(limits: Limits, product: Product) -> Formula:
    """A product as one that has a limit less, less one that has the opposite of it instead.

    So it is where both need smaller tables than the product itself: opposite limits may keep small
    what these do not.
    """
    size = Grid(limits, [product]).size
    if size < LARGE:
        return {product: 1}
    best: Formula = {product: 1}
    for limit in sorted(product):
        rest: Formula = {product - {limit}: 1}
        other = limits.product(rest, limits.opposite(limit))
        own = max([Grid(limits, [it]).size for it in (*rest, *other)])
        if own < size:
            best, size = together(rest, other, -1), own
    if product in best:
        return best
    found = NEVER
    for it, factor in best.items():
        found = together(found, _turned(limits, it), factor)
    return found
