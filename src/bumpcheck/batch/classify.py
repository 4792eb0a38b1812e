"""What comes of rows: the columns of a verdict, from the answers that their cells give.

A classifier takes answers in a code of its own. It is asked for the code of an answer once for each
different text of a column, and for the verdicts of a block of rows at a time. `Evaluated` asks the
engine, which is the meaning of the rules. `Sliced` works out the coded form, which is the same and
a hundred times as fast; rules beyond it are evaluated.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Generic, Protocol

from bumpcheck.answers import Answers, Given
from bumpcheck.coded import NotCodable
from bumpcheck.engine import evaluate
from bumpcheck.model import RulePack

from .cells import Cell, Code, Column, Value
from .judging import Sliced

# How many verdicts of the engine are remembered; memory must not grow with the rows.
VERDICTS = 1 << 14


class Classifier(Protocol[Code]):
    """Gives rows their verdicts; made for the questions that columns answer, in their order."""

    def code(self, question: str, given: Given | None) -> Code:
        """An answer to a question, as `verdicts` takes it; None was not asked."""

    def verdicts(self, codes: Sequence[Sequence[Code]], rows: int) -> list[Sequence[Cell]]:
        """The columns of so many verdicts, but for `error`, from the codes of each question."""


def columns(pack: RulePack) -> tuple[str, ...]:
    """The columns that a verdict adds to a row, in order."""
    return (
        "outcome",
        "urgency",
        "disposition",
        "reason",
        "screening",
        "pattern",
        *(f"points_{outcome.id}" for outcome in pack.reassuring),
        "red_flags",
        "referral_signs",
        "not_ruled_out",
        "error",
    )


class Judging(Protocol):
    """Reads the cells of rows, and judges all that were read since it last did."""

    def read(self, cells: Sequence[Sequence[Value]], rows: int) -> None:
        """Take so many rows more, as a column of cells for each question that is answered."""

    def verdicts(self) -> tuple[list[Sequence[Cell]], dict[int, str]]:
        """The columns of the verdicts but for `error`, and what is wrong, by row."""


def judging(pack: RulePack, asked: Sequence[str], *, strict: bool, none_of_these: bool) -> Judging:
    """The fastest way to judge rows whose columns answer these questions."""
    try:
        sliced = Sliced(pack, asked, strict=strict, none_of_these=none_of_these)
    except NotCodable:
        evaluated = Evaluated(pack, asked, strict=strict, none_of_these=none_of_these)
        return JudgedBy(evaluated, pack, asked)
    return JudgedBy(sliced, pack, asked)


class JudgedBy(Generic[Code]):
    """What a classifier says of rows, by what their cells say."""

    def __init__(self, judge: Classifier[Code], pack: RulePack, asked: Sequence[str]) -> None:
        self._judge = judge
        self._columns = [Column(pack, question, judge.code) for question in asked]
        self._begin()

    def _begin(self) -> None:
        self._rows = 0
        self._codes: list[list[Code]] = [[] for _ in self._columns]
        self._wrong: dict[int, str] = {}

    def read(self, cells: Sequence[Sequence[Value]], rows: int) -> None:
        """Take so many rows more."""
        for column, codes, of_column in zip(self._columns, self._codes, cells, strict=True):
            codes.extend(column.codes(of_column))
            for at, why in column.refusals(of_column):
                row = self._rows + at
                # Everything wrong in a row is told, so that it has to be put right only once.
                self._wrong[row] = f"{self._wrong[row]}; {why}" if row in self._wrong else why
        self._rows += rows

    def verdicts(self) -> tuple[list[Sequence[Cell]], dict[int, str]]:
        """The verdicts of all rows that were read since this was last asked."""
        came = self._judge.verdicts(self._codes, self._rows), self._wrong
        self._begin()
        return came


class Evaluated:
    """The verdicts of the engine, remembered by the answers."""

    def __init__(
        self, pack: RulePack, asked: Sequence[str], *, strict: bool, none_of_these: bool
    ) -> None:
        self._pack = pack
        self._asked = tuple(asked)
        # Answers are in the pack's order, whatever the order of the columns.
        self._order = [question.id for question in pack.questions if question.id in asked]
        self._strict = strict
        self._none_of_these = none_of_these
        self._verdict = lru_cache(VERDICTS)(self._evaluated)

    def code(self, _: str, given: Given | None) -> Given | None:
        """The answer itself."""
        return given

    def verdicts(self, codes: Sequence[Sequence[Given | None]], rows: int) -> list[Sequence[Cell]]:
        """The columns of so many verdicts, but for `error`."""
        said = zip(*codes, strict=True) if codes else [()] * rows
        return list(zip(*map(self._verdict, said), strict=True))

    def _evaluated(self, given: tuple[Given | None, ...]) -> tuple[Cell, ...]:
        said = dict(zip(self._asked, given, strict=True))
        answers = Answers({id: it for id in self._order if (it := said[id]) is not None})
        result = evaluate(
            self._pack, answers, strict=self._strict, none_of_these=self._none_of_these
        )
        return (
            result.outcome,
            result.urgency,
            result.disposition,
            result.reason,
            result.screening,
            result.pattern.id if result.pattern else None,
            *(result.points[outcome.id] for outcome in self._pack.reassuring),
            ";".join(raised.flag.id for raised in result.red_flags),
            ";".join(sign.id for sign in result.referral_signs),
            ";".join(open_.alarm.id for open_ in result.not_ruled_out),
        )
