"""Rows in, the same rows with a verdict each out: a block at a time, and never one of them lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar

from msgspec import Struct

from .cells import Cell, Value
from .classify import Judging
from .summary import Tally

# A block has so many rows: enough for what is worked out of all at once to cost next to nothing of
# each, and few enough to stay in the processor's own memory. Rows may be long: so many letters
# make a block as well.
ROWS = 1 << 12
LETTERS = 1 << 23

Own = TypeVar("Own")


class Block(Struct, Generic[Own], frozen=True):
    """Some rows as they came; the cells that answer questions, column by column.

    `wrong` is what is wrong with a row as such, by its place in the block.
    """

    own: list[Own]
    cells: Sequence[Sequence[Value]]
    wrong: dict[int, str]


class Judged(Struct, Generic[Own], frozen=True):
    """The rows of a block with the columns of their verdicts, the last of them `error`."""

    own: list[Own]
    verdicts: list[Sequence[Cell]]


class Source(Protocol[Own]):
    """Where rows come from, in whatever form.

    `names` are the columns of their own, `asked` the questions that are answered, in the order of
    the columns of a block. `hints` is what to tell of names, and may grow while rows are read;
    `ends` and `mark` are those of the lines (see `streams.Lines`).
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

    def blocks(self) -> Iterator[Block[Own]]:
        """Every row, once."""

    def cells(self, own: Own) -> list[str]:
        """A row's own cells, one for each of `names`."""

    def json(self, own: Own) -> str:
        """A row as the beginning of a JSON object, to which more keys can be added."""


def judged(
    source: Source[Own], judging: Judging, tally: Tally, tick: Callable[[int], None]
) -> Iterator[Judged[Own]]:
    """Every row of a source with its verdict; one with a wrong answer has its error instead."""
    for block in source.blocks():
        rows = len(block.own)
        columns, wrong = judging(block.cells, rows)
        wrong |= block.wrong
        errors: list[Cell] = [None] * rows
        if wrong:
            columns = [
                [None if row in wrong else cell for row, cell in enumerate(column)]
                for column in columns
            ]
            for row, why in wrong.items():
                errors[row] = why
        outcomes, urgencies, *_ = columns
        tally.count(outcomes, urgencies, wrong)
        yield Judged(block.own, [*columns, errors])
        tick(tally.rows)
