"""Verdicts of a frame as columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from bumpcheck.batch.planes import Amount
from bumpcheck.batch.telling import Listed, Words, grouped, numbered

from .judging import Judged
from .turning import numbers, rows_of


def columns(judged: Judged, names: Sequence[str]) -> pl.DataFrame:
    """What a verdict adds to rows, under these names; what is wrong comes last."""
    made = [*_verdicts(judged), _errors(judged)]
    return pl.DataFrame([it.alias(name) for it, name in zip(made, names, strict=True)])


def _verdicts(judged: Judged) -> Iterator[pl.Series]:
    """The columns of a verdict; that of a row that is refused is empty in each."""
    rows, verdicts = judged.rows, judged.verdicts
    refused = None
    if judged.refused:
        refused = np.flatnonzero(rows_of(judged.refused, rows))
    for words in verdicts.words:
        yield _one_of(words, rows)
    for amount in verdicts.points:
        points = _amounts(amount, rows)
        yield points if refused is None else points.scatter(refused, None)
    for listed in verdicts.lists:
        texts = _listed(listed, rows)
        yield texts if refused is None else texts.scatter(refused, None)


def _one_of(words: Words, rows: int) -> pl.Series:
    texts, planes = numbered(words)
    return _texts(texts, planes, rows)


def _amounts(amount: Amount, rows: int) -> pl.Series:
    return pl.Series(numbers(amount.planes, rows).astype(np.int32) + amount.least)


def _listed(words: Listed, rows: int) -> pl.Series:
    pieces = [_texts(texts, planes, rows) for texts, planes in grouped(words)]
    if not pieces:
        return pl.repeat("", rows, eager=True)
    return pl.select(pl.concat_str(pieces)).to_series()


def _texts(texts: Sequence[str | None], planes: Sequence[int], rows: int) -> pl.Series:
    """The text of each row, by its number."""
    return pl.Series(texts, dtype=pl.String).gather(pl.Series(numbers(planes, rows)))


def _errors(judged: Judged) -> pl.Series:
    """What is wrong with each row, or nothing."""
    column = pl.repeat(None, judged.rows, dtype=pl.String, eager=True)
    wrong = judged.wrong
    return column.scatter(list(wrong), list(wrong.values())) if wrong else column
