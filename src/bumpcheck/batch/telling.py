"""Planes in words: for each row what stands in a column of its verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeVar

from .planes import SQUARE, Amount, numbers

BETWEEN = ";"

Word = TypeVar("Word", bound=str)


def one_of(words: Mapping[Word, int], rows: int) -> list[Word | None]:
    """The word whose plane has the row, or None; a row is in one plane at most."""
    said: list[Word | None] = [None]
    digits: list[int] = []
    for word, plane in words.items():
        number = len(said)
        said.append(word)
        digits += [0] * (number.bit_length() - len(digits))
        for digit in range(number.bit_length()):
            if number >> digit & 1:
                digits[digit] |= plane
    return list(map(said.__getitem__, numbers(digits, rows)))


def amounts(amount: Amount, rows: int) -> list[int]:
    """The amount of each row."""
    return list(map(amount.least.__add__, numbers(amount.planes, rows)))


def listed(words: Iterable[tuple[str, int]], rows: int) -> list[str]:
    """The words whose planes have the row, in this order, joined by a semicolon.

    They are taken in groups of eight, of which a row has one of 256 pieces of text.
    """
    groups: list[Iterable[str]] = []
    waiting = list(words)
    for at in range(0, len(waiting), SQUARE):
        group, planes = zip(*waiting[at : at + SQUARE], strict=True)
        if any(planes):
            groups.append(map(_pieces(group).__getitem__, numbers(planes, rows)))
    if not groups:
        return [""] * rows
    return [text[: -len(BETWEEN)] for text in map("".join, zip(*groups, strict=True))]


@lru_cache(maxsize=256)
def _pieces(words: tuple[str, ...]) -> list[str]:
    """Every choice of some words as text, by its number; each ends with what stands between."""
    pieces = [""]
    for word in words:
        pieces += [f"{piece}{word}{BETWEEN}" for piece in pieces]
    return pieces
