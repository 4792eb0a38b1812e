"""Rows in, the same rows with a verdict each out: one at a time, and never one of them lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import getitem
from typing import Protocol, TypeVar

from .cells import Column, Refused, Value
from .classify import Code, Verdict
from .summary import Tally

# After how many rows progress may be told.
STEP = 1 << 10

Own = TypeVar("Own")
Own_co = TypeVar("Own_co", covariant=True)

# A row as it came, the cells that answer questions, and what is wrong with the row as such.
Row = tuple[Own, Sequence[Value], str | None]


class Source(Protocol[Own]):
    """Where rows come from, in whatever form.

    `names` are the columns of their own, `asked` the questions that are answered, in the order of
    the cells of a row. `hints` is what to tell of names, and may grow while rows are read; `ends`
    and `mark` are those of the lines (see `streams.Lines`).
    """

    @property
    def names(self) -> tuple[str, ...]: ...

    @property
    def asked(self) -> tuple[str, ...]: ...

    @property
    def hints(self) -> tuple[str, ...]: ...

    @property
    def ends(self) -> str: ...

    @property
    def mark(self) -> bool: ...

    def rows(self) -> Iterator[Row[Own]]:
        """Every row, once."""

    def cells(self, own: Own) -> list[str]:
        """A row's own cells, one for each of `names`."""

    def json(self, own: Own) -> str:
        """A row as the beginning of a JSON object, to which more keys can be added."""


def judged(
    source: Source[Own],
    columns: Sequence[Column[Code]],
    row: Callable[[tuple[Code, ...]], Verdict],
    tally: Tally,
    tick: Callable[[int], None],
) -> Iterator[tuple[Own, Verdict]]:
    """Every row of a source with its verdict; one with a wrong answer has its error instead."""
    nothing = (None,) * (tally.width - 1)
    counts = tally.counts
    verdict: Verdict
    for number, (own, cells, misfit) in enumerate(source.rows(), 1):
        wrong = misfit
        if wrong is None:
            try:
                verdict = row(tuple(map(getitem, columns, cells)))
            except Refused:
                wrong = _all_wrong(columns, cells)
        if wrong is None:
            counts[verdict[:2]] += 1
        else:
            tally.refuse(number, wrong)
            verdict = (*nothing, wrong)
        if not number % STEP:
            tick(number)
        yield own, verdict


def _all_wrong(columns: Sequence[Column[Code]], cells: Sequence[Value]) -> str:
    """Everything wrong in a row, so that it has to be put right only once."""
    found: list[str] = []
    for column, cell in zip(columns, cells, strict=True):
        try:
            column[cell]
        except Refused as refused:
            found.append(refused.message)
    return "; ".join(found)
