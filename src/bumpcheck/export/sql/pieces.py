"""Words of bits in pieces: what follows from a piece is looked up, not worked out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

PIECE = 12
NUMBERS = 1 << PIECE


class Lookup(Struct, frozen=True):
    """A table by the bits of a piece: `key` finds the row, `columns` are SQL over `n`."""

    name: str
    key: str
    columns: dict[str, str]


class At(Struct, frozen=True):
    """A bit: the column it stands in, and its place there."""

    column: str
    bit: int


def lookups(
    name: str, bits: Sequence[At], columns: Callable[[Sequence[tuple[int, str]]], dict[str, str]]
) -> list[Lookup]:
    """Tables for these bits, few at a time.

    `columns` makes a table's columns from its bits: for each its number, and SQL that is true where
    it is set in `n`.
    """
    made: list[Lookup] = []
    for number, start in enumerate(range(0, len(bits), PIECE)):
        piece = bits[start : start + PIECE]
        # The digits of `n` are in the order of the columns, so that as many as can be follow each
        # other there and are taken at once.
        digits = sorted(piece, key=lambda at: (at.column, at.bit))
        tests = [
            (start + at, f"(n & {1 << digits.index(bit)}) <> 0") for at, bit in enumerate(piece)
        ]
        made.append(Lookup(f"{name}{number}", _key(digits), columns(tests)))
    return made


def _key(bits: Sequence[At]) -> str:
    """The number that these bits make; those that follow each other are taken together."""
    parts: list[str] = []
    start = 0
    for end in range(1, len(bits) + 1):
        first, before = bits[start], bits[end - 1]
        if end < len(bits) and bits[end] == At(before.column, before.bit + 1):
            continue
        mask = (1 << (end - start)) - 1
        taken = f"(({first.column} >> {first.bit}) & {mask})"
        parts.append(f"{taken} * {1 << start}" if start else taken)
        start = end
    return " + ".join(parts)


def listed(ids: Sequence[str]) -> Callable[[Sequence[tuple[int, str]]], dict[str, str]]:
    """The ids of the bits that are set, each after a `;`, as a column `t`."""

    def column(tests: Sequence[tuple[int, str]]) -> dict[str, str]:
        words = [f"CASE WHEN {test} THEN ';{ids[number]}' ELSE '' END" for number, test in tests]
        return {"t": f"CONCAT({', '.join([*words, repr('')])})"}

    return column


def joined(tables: Sequence[Lookup]) -> str:
    """A list of ids from its pieces."""
    pieces = [f"{table.name}.t" for table in tables]
    # No id begins with it, and to take it off is far less work than to count characters.
    return f"TRIM(LEADING ';' FROM CONCAT({', '.join([*pieces, repr('')])}))" if pieces else "''"
