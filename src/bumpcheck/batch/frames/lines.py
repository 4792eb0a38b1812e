"""Rows with their verdicts as lines of CSV: pieces of text that are there already, put together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from bumpcheck.batch.planes import Amount
from bumpcheck.batch.telling import Words, grouped, numbered
from bumpcheck.batch.writing import as_cells

from .judging import Judged
from .turning import Numbers, numbers

BETWEEN = ","
# So many rows are put together at a time: their text is then still at hand.
TOGETHER = 1 << 12
# So many texts a part has at most that is made of several.
MOST_TEXTS = 1 << 11
# Points of more binary digits are put in words as they come up.
MOST_DIGITS = 10


class _Part(Struct, frozen=True):
    """One of a few texts for each row, by its number."""

    texts: tuple[str, ...]
    numbers: Numbers

    def then(self, other: _Part) -> _Part:
        """Both as one."""
        both = self.numbers.astype(np.uint16) * np.uint16(len(other.texts)) + other.numbers
        return _Part(_products(self.texts, other.texts), both)


class _Table(Struct, frozen=True):
    """The texts of all parts, and from where on those of each part stand, for every part of rows.

    What is chosen of a part is added to that. There is a first part before those with texts, which
    is the row's own line, and a last one behind them, which ends it.
    """

    texts: pl.Series
    begins: NDArray[np.uint32]


def csv(lines: pl.Series, judged: Judged, ends: str) -> list[bytes]:
    """Lines of CSV as they stand, each with its verdict behind it; some thousand together."""
    parts = list(_joined(_verdicts(judged)))
    table = _table(tuple([part.texts for part in parts]), ends)
    # Nothing is chosen where 0 is; only a part that may be empty is so.
    kind = np.min_scalar_type(max(len(part.texts) for part in parts))
    chosen: Numbers = np.ones((judged.rows, 1 + len(parts) + 1), kind)
    for at, part in enumerate(parts, 1):
        chosen[:, at] = part.numbers + kind.type(1) if part.texts[0] else part.numbers
    errors = as_cells(list(judged.wrong.values()))
    told = {row: BETWEEN + error + ends for row, error in zip(judged.wrong, errors, strict=True)}
    return [
        _together(chosen[at : at + TOGETHER], table, lines.slice(at, TOGETHER), at, told)
        for at in range(0, judged.rows, TOGETHER)
    ]


@lru_cache(maxsize=16)
def _table(parts: tuple[tuple[str, ...], ...], ends: str) -> _Table:
    texts: list[str] = [BETWEEN + ends]
    begins = [0]
    for part in parts:
        begins.append(len(texts) - 1 if part[0] else len(texts))
        texts += part
    every = np.tile(np.array([*begins, 0], np.uint32), (TOGETHER, 1))
    # Lines stand behind the texts; the end before all others.
    every[:, 0] = np.arange(len(texts) - 1, len(texts) - 1 + TOGETHER)
    every[:, -1] -= np.uint32(1)
    return _Table(pl.Series(texts), every)


def _together(
    chosen: Numbers, table: _Table, lines: pl.Series, first: int, told: dict[int, str]
) -> bytes:
    """Rows as text, of which the first has this number; `told` are the ends of some."""
    at = np.flatnonzero(chosen != 0)
    there = table.begins.ravel().take(at) + chosen.ravel().take(at)
    texts = [table.texts, lines]
    wrong = [row for row in range(first, first + len(lines)) if row in told] if told else []
    if wrong:
        ends = np.flatnonzero(at % chosen.shape[1] == chosen.shape[1] - 1)
        count = len(table.texts) + len(lines)
        there[ends[np.array(wrong) - first]] = np.arange(count, count + len(wrong))
        texts.append(pl.Series([told[row] for row in wrong]))
    pieces = pl.concat(texts, rechunk=True).gather(pl.Series(there))
    together: bytes = pieces.str.join("").cast(pl.Binary).item()
    return together


def _joined(parts: Iterable[_Part]) -> Iterator[_Part]:
    """Parts one after the other as one, where there are few ways to say both."""
    last: _Part | None = None
    for part in parts:
        if last is None:
            last = part
        elif len(last.texts) * len(part.texts) <= MOST_TEXTS:
            last = last.then(part)
        else:
            yield last
            last = part
    if last is not None:
        yield last


@lru_cache(maxsize=64)
def _products(texts: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple([text + other for text in texts for other in others])


def _verdicts(judged: Judged) -> Iterator[_Part]:
    """The cells of a verdict, each with what stands before it."""
    rows, verdicts = judged.rows, judged.verdicts
    for words in verdicts.words:
        yield _word(words, rows)
    for amount in verdicts.points:
        yield _points(amount, judged)
    for listed in verdicts.lists:
        yield _Part((BETWEEN,), np.zeros(rows, np.uint8))
        for texts, planes in grouped(listed):
            yield _Part(tuple(texts), numbers(planes, rows))


def _word(words: Words, rows: int) -> _Part:
    texts, planes = numbered(words)
    return _Part(tuple([f"{BETWEEN}{text or ''}" for text in texts]), numbers(planes, rows))


def _points(amount: Amount, judged: Judged) -> _Part:
    """Points; in a row that is refused there are none."""
    planes = [plane & ~judged.refused for plane in amount.planes]
    of_rows = numbers([*planes, judged.refused], judged.rows)
    there: Iterable[int] = range((1 << len(planes)) + 1)
    if len(amount.planes) > MOST_DIGITS:
        found, places = np.unique(of_rows, return_inverse=True)
        there, of_rows = found.tolist(), places.astype(np.uint32)
    texts = [BETWEEN if it >> len(planes) else f"{BETWEEN}{amount.least + it}" for it in there]
    return _Part(tuple(texts), of_rows)
