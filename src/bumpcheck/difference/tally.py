"""How many cases have which points: tables of large numbers, which add up and multiply.

Points are several sums in one whole number. The first of them is the place of a count in a row, and
a row is one number too: counts side by side, each of the same width, so that to multiply two rows
is to multiply two numbers (Kronecker's substitution). The other sums name the row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from bumpcheck.prove.regions import UnfinishedError

# Several sums in one number; see `packed`.
Points = int

FIELD = 12
HALF = 1 << FIELD - 1
# What a row takes beside its counts, in bytes.
ROW = 130
# So many pairs of rows are put beside each other at most: that takes some seconds.
MOST_ROWS = 3_000_000
# So many sums may stand side by side, and each be so far from nought.
MOST_SUMS = 16
MOST_POINTS = HALF - 1
# What makes the sums before each place no less than nought.
_HALVES = [sum([HALF << FIELD * at for at in range(place)]) for place in range(MOST_SUMS)]


class Tally(Struct, frozen=True):
    """Rows of counts; the first count of each is that of `least` of the first sum."""

    least: int
    rows: dict[int, int]
    # How much memory it takes, about.
    bytes: int = 0


EMPTY = Tally(0, {})


def packed(sums: Sequence[int]) -> Points:
    """Sums in one number, that add up where the numbers do, as long as they are `MOST_POINTS`."""
    return sum([own << FIELD * at for at, own in enumerate(sums)])


def unpacked(points: Points, many: int) -> tuple[int, ...]:
    """The sums that were packed."""
    sums: list[int] = []
    for _ in range(many):
        own = (points + HALF) % (2 * HALF) - HALF
        sums.append(own)
        points = points - own >> FIELD
    return tuple(sums)


class Tables:
    """Makes tables of counts that are `most` in all, together."""

    def __init__(self, most: int) -> None:
        self._width = most.bit_length() + 1
        self._caps: list[tuple[int, int]] = []

    def cap(self, caps: Mapping[int, int]) -> None:
        """From here on leave out what has more than this of a sum, by its place; not of the first.

        In a table that is put beside another, a sum may be less in the other one: a cap allows for
        that.
        """
        self._caps = sorted(caps.items())

    def may_be(self, points: Points) -> bool:
        """Whether some points are not left out."""
        return not self._caps or self._is_within(points, 0)

    def _is_within(self, points: Points, first: int) -> bool:
        for place, most in self._caps:
            shift = FIELD * (place - first)
            below = _HALVES[place - first]
            if ((points + below >> shift) + HALF) % (2 * HALF) - HALF > most:
                return False
        return True

    def of(self, points: Mapping[Points, int]) -> Tally:
        """A table with a count for each of these points."""
        if len(points) == 1:
            ((own, count),) = points.items()
            (first,) = unpacked(own, 1)
            return Tally(first, {own - first >> FIELD: count}, ROW)
        parted = [(unpacked(own, 1)[0], own, count) for own, count in points.items()]
        least = min(first for first, _, _ in parted)
        rows: dict[int, int] = {}
        for first, own, count in parted:
            row = own - first >> FIELD
            rows[row] = rows.get(row, 0) + (count << self._width * (first - least))
        return self._tally(least, rows)

    def either(self, one: Tally, other: Tally) -> Tally:
        """The cases of the one, and those of the other."""
        if not one.rows:
            return other
        if one.least > other.least:
            one, other = other, one
        shift = self._width * (other.least - one.least)
        rows = dict(one.rows)
        for row, counts in other.rows.items():
            rows[row] = rows.get(row, 0) + (counts << shift)
        return self._tally(one.least, rows)

    def beside(self, one: Tally, other: Tally) -> Tally:
        """Every case of the one with every case of the other; their points add up.

        Raises UnfinishedError where that is too large.
        """
        if len(one.rows) > len(other.rows):
            one, other = other, one
        least = one.least + other.least
        if len(one.rows) == 1:
            ((row, counts),) = one.rows.items()
            if not row and counts == 1:
                return Tally(least, other.rows, other.bytes)
            both = {row + it: counts * own for it, own in other.rows.items()}
            return self._tally(least, self._kept(both))
        if len(one.rows) * len(other.rows) > MOST_ROWS:
            raise UnfinishedError
        rows: dict[int, int] = {}
        for row, counts in one.rows.items():
            for beside, more in other.rows.items():
                at = row + beside
                if self._caps and not self._is_within(at, 1):
                    continue
                known = rows.get(at)
                rows[at] = counts * more if known is None else known + counts * more
        return self._tally(least, rows)

    def times(self, one: Tally, many: int) -> Tally:
        """Every case as often as that."""
        if many == 1:
            return one
        return Tally(one.least, {row: own * many for row, own in one.rows.items()}, one.bytes)

    def _kept(self, rows: dict[int, int]) -> dict[int, int]:
        if not self._caps:
            return rows
        return {row: counts for row, counts in rows.items() if self._is_within(row, 1)}

    def within(self, tally: Tally, row: int, least: int | None, most: int | None) -> int:
        """How many cases of a row have a first sum between these."""
        counts = tally.rows[row]
        if most is not None:
            counts &= (1 << self._width * max(0, most - tally.least + 1)) - 1
        if least is not None and least > tally.least:
            counts >>= self._width * (least - tally.least)
        # The sum of the digits of a number, as long as it is less than a digit can be.
        return counts % ((1 << self._width) - 1)

    def total(self, tally: Tally) -> int:
        """How many cases there are."""
        return sum([self.within(tally, row, None, None) for row in tally.rows])

    def _tally(self, least: int, rows: dict[int, int]) -> Tally:
        bits = sum([own.bit_length() for own in rows.values()])
        return Tally(least, rows, ROW * (len(rows) + 2) + bits // 7)
