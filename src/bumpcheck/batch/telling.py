"""Verdicts in planes, and in words: for each row what stands in a column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from .cells import Cell
from .planes import SQUARE, Amount, any_of, numbers

BETWEEN = ";"
# Of so many words of a list a row has some, and has had some before or not: eight planes.
GROUP = SQUARE - 1

# The rows of each word; a row is in one of them at most.
Words = Mapping[str, int]
# Words in order, each with its rows; a row may be in any number of them.
Listed = Sequence[tuple[str, int]]


class Verdicts(Struct, frozen=True):
    """The verdicts of some rows in planes: what `classify.columns` names, but for `error`."""

    outcomes: Words
    urgencies: Words
    others: Sequence[Words]
    points: Sequence[Amount]
    lists: Sequence[Listed]

    @property
    def words(self) -> tuple[Words, ...]:
        """The columns that hold one word or none, in order."""
        return (self.outcomes, self.urgencies, *self.others)


def told(verdicts: Verdicts, rows: int) -> list[Sequence[Cell]]:
    """The columns of so many verdicts."""
    return [
        *[one_of(words, rows) for words in verdicts.words],
        *[amounts(points, rows) for points in verdicts.points],
        *[listed(words, rows) for words in verdicts.lists],
    ]


def one_of(words: Words, rows: int) -> list[str | None]:
    """The word whose plane has the row, or None."""
    texts, planes = numbered(words)
    return list(map(texts.__getitem__, numbers(planes, rows)))


def amounts(amount: Amount, rows: int) -> list[int]:
    """The amount of each row."""
    return list(map(amount.least.__add__, numbers(amount.planes, rows)))


def listed(words: Listed, rows: int) -> list[str]:
    """The words whose planes have the row, in this order, joined by a semicolon."""
    pieces = [map(texts.__getitem__, numbers(planes, rows)) for texts, planes in grouped(words)]
    return list(map("".join, zip(*pieces, strict=True))) if pieces else [""] * rows


def numbered(words: Words) -> tuple[list[str | None], list[int]]:
    """What a row says by its number, and the planes of the numbers; 0 says nothing."""
    texts: list[str | None] = [None]
    planes: list[int] = []
    for word, where in words.items():
        number = len(texts)
        texts.append(word)
        planes += [0] * (number.bit_length() - len(planes))
        for digit in range(number.bit_length()):
            if number >> digit & 1:
                planes[digit] |= where
    return texts, planes


def grouped(words: Listed) -> Iterator[tuple[Sequence[str], list[int]]]:
    """Lists in pieces that only have to be put together: as `numbered`, for each piece.

    The last plane of a piece says where some word stands before it. A piece that no row has is left
    out.
    """
    before = 0
    for at in range(0, len(words), GROUP):
        group, planes = zip(*words[at : at + GROUP], strict=True)
        here = any_of(planes)
        if here:
            yield _pieces(group), [*planes, *[0] * (GROUP - len(planes)), before & here]
            before |= here


@lru_cache(maxsize=256)
def _pieces(words: tuple[str, ...]) -> tuple[str, ...]:
    """Every choice of some words as text, by its number; then each with what stands between."""
    pieces = [""]
    for word in words:
        pieces += [f"{piece}{BETWEEN}{word}" if piece else word for piece in pieces]
    pieces += [""] * ((1 << GROUP) - len(pieces))
    return (*pieces, "", *[f"{BETWEEN}{piece}" for piece in pieces[1:]])
