"""Whether sums of points reach their bounds, written so that tables of counts can be asked.

A limit says that a sum is at most a number. A formula gives a case a number: for each of its
products whose limits all hold, the factor of that product. So one less a formula is its opposite,
and where two formulas hold is their product.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from bumpcheck.coded import Diagrams
from bumpcheck.coded.diagrams import FALSE, TRUE
from bumpcheck.prove.regions import UnfinishedError

# What is added to a sum, by the diagram in which it is.
Weights = Mapping[int, int]
# Sums of so few diagrams are worked out to see what they can come to.
MOST_EXACT = 12
# So many products are more than can be worked with.
MOST_PRODUCTS = 5_000


class Limit(NamedTuple):
    """A sum, by its number, is no more than this."""

    sum: int
    most: int


Product = frozenset[Limit]
Formula = dict[Product, int]

ALWAYS: Formula = {frozenset(): 1}
NEVER: Formula = {}


class Limits:
    """Makes formulas, without what can never hold and what holds anyway beside another limit."""

    def __init__(self, diagrams: Diagrams) -> None:
        self._diagrams = diagrams
        self.sums: list[dict[int, int]] = []
        self._numbers: dict[tuple[tuple[int, int], ...], int] = {}
        self._known: dict[tuple[Limit, Limit], Limit | None] = {}
        self._ranges: dict[tuple[int, int, int], tuple[int, int]] = {}

    def at_most(self, weights: Weights, most: int) -> Formula:
        """That a sum is no more than this."""
        limit = Limit(self._number(weights), most)
        least, largest = self._range(limit.sum)
        if largest <= most:
            return ALWAYS
        return {frozenset([limit]): 1} if least <= most else NEVER

    def at_least(self, weights: Weights, least: int) -> Formula:
        """That a sum is no less than this."""
        return self.at_most({node: -own for node, own in weights.items()}, -least)

    def opposite(self, limit: Limit) -> Formula:
        """That a limit does not hold."""
        return self.at_least(self.sums[limit.sum], limit.most + 1)

    def _number(self, weights: Weights) -> int:
        key = tuple(sorted([(node, own) for node, own in weights.items() if own]))
        if key not in self._numbers:
            self._numbers[key] = len(self.sums)
            self.sums.append(dict(key))
        return self._numbers[key]

    def product(self, *formulas: Formula) -> Formula:
        """Where all of these hold. Raises UnfinishedError."""
        found = ALWAYS
        for formula in formulas:
            further: Formula = {}
            for one, factor in found.items():
                for other, times in formula.items():
                    joined = self._joined(one, other)
                    if joined is not None:
                        further[joined] = further.get(joined, 0) + factor * times
            if len(further) > MOST_PRODUCTS:
                raise UnfinishedError
            found = {product: factor for product, factor in further.items() if factor}
        return found

    def _joined(self, one: Product, other: Product) -> Product | None:
        """Both products in one; None if that can never be."""
        joined = set(one)
        for limit in other - one:
            for own in list(joined):
                if self._are_apart(limit, own):
                    return None
                stricter = self._stricter(limit, own)
                if stricter == own:
                    break
                if stricter == limit:
                    joined.discard(own)
            else:
                joined.add(limit)
        return frozenset(joined)

    def _are_apart(self, one: Limit, other: Limit) -> bool:
        """Whether two limits never hold together, as far as their sums by themselves tell."""
        return self._range(one.sum, other.sum, 1)[0] > one.most + other.most

    def _stricter(self, one: Limit, other: Limit) -> Limit | None:
        """The limit beside which the other one holds anyway; None if there is none such."""
        key = one, other
        if key not in self._known:
            least, largest = self._range(one.sum, other.sum, -1)
            apart = one.most - other.most
            self._known[key] = other if largest <= apart else one if least >= apart else None
        return self._known[key]

    def _range(self, one: int, other: int = 0, times: int = 0) -> tuple[int, int]:
        """The least and most that a sum, and so many times another, can come to."""
        key = one, other, times
        if key not in self._ranges:
            self._ranges[key] = self._bounds(plus(self.sums[one], self.sums[other], times))
        return self._ranges[key]

    def _bounds(self, weights: Weights) -> tuple[int, int]:
        """The least and most that a sum comes to in any case, if few diagrams add to it."""
        if len(weights) > MOST_EXACT:
            return bounds(weights)
        places = {0: TRUE}
        for node, own in weights.items():
            further: dict[int, int] = {}
            for sum_, where in places.items():
                for reached, region in (
                    (sum_ + own, self._diagrams.both(where, node)),
                    (sum_, self._diagrams.without(where, node)),
                ):
                    if region != FALSE:
                        known = further.get(reached, FALSE)
                        further[reached] = self._diagrams.either(known, region)
            places = further
        return min(places), max(places)


def together(one: Formula, other: Formula, times: int = 1) -> Formula:
    """The one, and the other so many times."""
    found = dict(one)
    for product, factor in other.items():
        found[product] = found.get(product, 0) + times * factor
    return {product: factor for product, factor in found.items() if factor}


def less(one: Formula, other: Formula) -> Formula:
    """The one, less the other."""
    return together(one, other, -1)


def plus(one: Weights, other: Weights, times: int) -> dict[int, int]:
    """A sum, and so many times another; what comes to nothing is left out."""
    found = dict(one)
    if times:
        for node, own in other.items():
            found[node] = found.get(node, 0) + times * own
    return {node: own for node, own in found.items() if own}


def bounds(weights: Weights) -> tuple[int, int]:
    """The least and most that a sum can come to, whatever of it is added."""
    own = weights.values()
    return sum([it for it in own if it < 0]), sum([it for it in own if it > 0])
