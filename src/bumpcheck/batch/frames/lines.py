"""Rows with their verdicts as lines of CSV: pieces of text that are there already, put together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from bumpcheck.batch.planes import Amount
from bumpcheck.batch.telling import Listed, Words, grouped, numbered
from bumpcheck.batch.writing import as_cells

from .judging import Judged
from .turning import numbers

BETWEEN = ","


class _Part(Struct, frozen=True):
    """One of a few texts for each row, by its number; it may be empty."""

    texts: Sequence[str]
    numbers: NDArray[np.uint16] | NDArray[np.uint32]


def csv(lines: pl.Series, judged: Judged, ends: str) -> bytes:
    """Lines of CSV as they stand, each with its verdict behind it."""
    parts = [*_verdicts(judged), _errors(judged, ends)]
    # Before all others there is nothing, and a line that stands for that of each row.
    texts = ["", ""]
    places: list[NDArray[np.uint32]] = []
    for part in parts:
        places.append(np.arange(len(texts), len(texts) + len(part.texts), dtype=np.uint32))
        places[-1][[not text for text in part.texts]] = 0
        texts += part.texts
    chosen = np.empty((judged.rows, 1 + len(parts)), np.min_scalar_type(len(texts)))
    chosen[:, 0] = 1
    for at, (part, place) in enumerate(zip(parts, places, strict=True), 1):
        chosen[:, at] = place.astype(chosen.dtype).take(part.numbers)
    # Most parts of most rows are empty.
    there = chosen[chosen != 0].astype(np.uint32)
    there[there == 1] = np.arange(len(texts), len(texts) + judged.rows)
    pieces = pl.concat([pl.Series(texts), lines], rechunk=True).gather(pl.Series(there))
    together: bytes = pieces.str.join("").cast(pl.Binary).item()
    return together


def _verdicts(judged: Judged) -> Iterator[_Part]:
    """The cells of a verdict, each with what stands before it."""
    rows, verdicts = judged.rows, judged.verdicts
    for words in verdicts.words:
        yield _word(words, rows)
    for amount in verdicts.points:
        yield _points(amount, judged)
    for listed in verdicts.lists:
        yield from _list(listed, rows)


def _word(words: Words, rows: int) -> _Part:
    texts, planes = numbered(words)
    return _Part([f"{BETWEEN}{text or ''}" for text in texts], numbers(planes, rows))


def _points(amount: Amount, judged: Judged) -> _Part:
    """Points; in a row that is refused there are none."""
    planes = [plane & ~judged.refused for plane in amount.planes]
    most = 1 << len(planes)
    texts = [f"{BETWEEN}{amount.least + number}" for number in range(most)]
    return _Part([*texts, BETWEEN], numbers([*planes, judged.refused], judged.rows))


def _list(words: Listed, rows: int) -> Iterator[_Part]:
    before = BETWEEN
    for texts, planes in grouped(words):
        yield _Part([f"{before}{text}" for text in texts], numbers(planes, rows))
        before = ""
    if before:
        yield _Part([before], np.zeros(rows, np.uint16))


def _errors(judged: Judged, ends: str) -> _Part:
    """The last cell of a line, and its end."""
    texts = as_cells([None, *judged.wrong.values()])
    told = np.zeros(judged.rows, np.uint32)
    told[list(judged.wrong)] = np.arange(1, len(texts), dtype=np.uint32)
    return _Part([f"{BETWEEN}{text}{ends}" for text in texts], told)
