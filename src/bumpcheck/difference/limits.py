"""Whether sums of points reach their bounds, written so that tables of counts can be asked.

A limit says that a sum is at most a number. A formula gives a case a number: for each of its
products whose limits all hold, the factor of that product. So one less a formula is its opposite,
and where two formulas hold is their product.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeVar

from bumpcheck.prove.regions import UnfinishedError

# What is added to a sum, by the diagram in which it is.
Weights = Mapping[int, int]
# So many products are more than can be worked with.
MOST_PRODUCTS = 1_000


T = TypeVar("T")


class Limit(NamedTuple):
    """A sum, by its number, is no more than this."""

    number: int
    most: int


Product = frozenset[Limit]
Formula = dict[Product, int]

ALWAYS: Formula = {frozenset(): 1}
NEVER: Formula = {}


class Limits:
    """Makes formulas, without what can never hold and what holds anyway beside another limit."""

    def __init__(self) -> None:
        self.sums: list[dict[int, int]] = []
        self._numbers: dict[tuple[tuple[int, int], ...], int] = {}
        self._known: dict[tuple[Limit, Limit], Limit | None] = {}
        self._ranges: dict[tuple[int, int, int], tuple[int, int]] = {}

    def at_most(self, weights: Weights, most: int) -> Formula:
        """That a sum is no more than this."""
        limit = Limit(self._number(weights), most)
        least, largest = self._range(limit.number)
        if largest <= most:
            return ALWAYS
        return {frozenset([limit]): 1} if least <= most else NEVER

    def at_least(self, weights: Weights, least: int) -> Formula:
        """That a sum is no less than this."""
        return self.at_most({node: -own for node, own in weights.items()}, -least)

    def opposite(self, limit: Limit) -> Formula:
        """That a limit does not hold."""
        return self.at_least(self.sums[limit.number], limit.most + 1)

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
        return self._range(one.number, other.number, 1)[0] > one.most + other.most

    def _stricter(self, one: Limit, other: Limit) -> Limit | None:
        """The limit beside which the other one holds anyway; None if there is none such."""
        key = one, other
        if key not in self._known:
            least, largest = self._range(one.number, other.number, -1)
            apart = one.most - other.most
            self._known[key] = other if largest <= apart else one if least >= apart else None
        return self._known[key]

    def _range(self, one: int, other: int = 0, times: int = 0) -> tuple[int, int]:
        """The least and most that a sum, and so many times another, can come to."""
        key = one, other, times
        if key not in self._ranges:
            self._ranges[key] = bounds(added(self.sums[one], self.sums[other], times))
        return self._ranges[key]


def added(one: Mapping[T, int], other: Mapping[T, int], times: int = 1) -> dict[T, int]:
    """The numbers of the one, and those of the other so many times; noughts are left out."""
    found = dict(one)
    for key, own in other.items():
        found[key] = found.get(key, 0) + times * own
    return {key: own for key, own in found.items() if own}


def less(one: Formula, other: Formula) -> Formula:
    """The one, less the other."""
    return added(one, other, -1)


def bounds(weights: Weights) -> tuple[int, int]:
    """The least and most that a sum can come to, whatever of it is added."""
    own = weights.values()
    return sum([it for it in own if it < 0]), sum([it for it in own if it > 0])
