"""Rows in, the same rows with a verdict each out: a block at a time, and never one of them lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Sized
from typing import Generic, Protocol, TypeVar

from msgspec import Struct

from .cells import Cell, Value
from .classify import Judging
from .summary import Tally

# Rows are judged in blocks of so many: what is worked out of all at once then costs next to nothing
# of each. They are read in sheets of so many: the cells of a sheet are still at hand, in the
# processor's own memory, when they are looked at column by column.
ROWS = 1 << 12
SHEET = 1 << 7
# Rows may be long: so many letters fill a sheet, and a block, as well.
LETTERS = 1 << 23

Own = TypeVar("Own")
# A row as it came, in the form in which a verdict is added to it.
Begun = TypeVar("Begun", bound=Sized)


class Sheet(Struct, Generic[Own], frozen=True):
    """Some rows as they came; the cells that answer questions, column by column.

    `wrong` is what is wrong with a row as such, by its place on the sheet.
    """

    own: list[Own]
    cells: Sequence[Sequence[Value]]
    wrong: dict[int, str]


class Judged(Struct, Generic[Begun], frozen=True):
    """Rows as they came, and the columns of their verdicts, `error` last."""

    begun: list[Begun]
    verdicts: list[Sequence[Cell]]


class Source(Protocol[Own]):
    """Where rows come from, in whatever form.

    `names` are the columns of their own, `asked` the questions that are answered, in the order of
    the columns of a sheet. `hints` is what to tell of names, and may grow while rows are read;
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

    def sheets(self) -> Iterator[Sheet[Own]]:
        """Every row, once."""

    def cells(self, own: Own) -> list[str]:
        """A row's own cells, one for each of `names`."""

    def json(self, own: Own) -> str:
        """A row as the beginning of a JSON object, to which more keys can be added."""


def judged(
    source: Source[Own], judging: Judging, begin: Callable[[Own], Begun], tally: Tally
) -> Iterator[Judged[Begun]]:
    """Every row of a source with its verdict; one with a wrong answer has its error instead."""
    begun: list[Begun] = []
    wrong: dict[int, str] = {}
    letters = 0
    for sheet in source.sheets():
        before = len(begun)
        wrong |= {before + row: why for row, why in sheet.wrong.items()}
        judging.read(sheet.cells, len(sheet.own))
        begun += map(begin, sheet.own)
        letters += sum(map(len, begun[before:]))
        if len(begun) >= ROWS or letters >= LETTERS:
            yield Judged(begun, _verdicts(judging, wrong, tally))
            begun, wrong, letters = [], {}, 0
    if begun:
        yield Judged(begun, _verdicts(judging, wrong, tally))


def _verdicts(judging: Judging, misfits: dict[int, str], tally: Tally) -> list[Sequence[Cell]]:
    """The verdicts of the rows that were read; `misfits` are wrong as such."""
    columns, wrong = judging.verdicts()
    wrong |= misfits
    errors: list[Cell] = [None] * len(columns[0])
    if wrong:
        columns = [
            [None if row in wrong else cell for row, cell in enumerate(column)]
            for column in columns
        ]
        for row, why in wrong.items():
            errors[row] = why
    outcomes, urgencies, *_ = columns
    tally.count(outcomes, urgencies, wrong)
    return [*columns, errors]
