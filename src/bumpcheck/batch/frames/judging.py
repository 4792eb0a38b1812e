"""From the cells of rows to their verdicts, in planes."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence

import numpy as np
import polars as pl
from msgspec import Struct

from bumpcheck.batch.cells import Cell, Column
from bumpcheck.batch.judging import Sliced
from bumpcheck.batch.planes import everybody
from bumpcheck.batch.telling import Verdicts, Words
from bumpcheck.model import RulePack

from .texts import Said, Texts
from .turning import plane


class Judged(Struct, frozen=True):
    """So many rows with their verdicts, or with what is wrong, by row; `refused` are these."""

    rows: int
    verdicts: Verdicts
    refused: int
    wrong: dict[int, str]

    def counts(self) -> Counter[tuple[Cell, Cell]]:
        """How many rows have each outcome with each urgency."""
        return Counter(
            {
                (outcome, urgency): both.bit_count()
                for outcome, one in self.verdicts.outcomes.items()
                for urgency, other in self.verdicts.urgencies.items()
                if (both := one & other)
            }
        )


class FrameJudge:
    """Judges frames that have a column of text for each question asked. Raises NotCodable.

    It may be asked by several threads.
    """

    def __init__(
        self, pack: RulePack, asked: Sequence[str], *, strict: bool, none_of_these: bool
    ) -> None:
        self._sliced = Sliced(pack, asked, strict=strict, none_of_these=none_of_these)
        self._asked = tuple(asked)
        self._texts = [
            Texts(Column(pack, question, self._sliced.code), width)
            for question, width in zip(asked, self._sliced.widths, strict=True)
        ]
        self._lock = threading.Lock()

    def judged(self, cells: pl.DataFrame, rows: int) -> Judged:
        """The verdicts of so many rows; a row with a wrong cell has none."""
        said = self._said(cells)
        wrong = _wrong(said)
        verdicts = self._sliced.judged([column.planes() for column in said], rows)
        if not wrong:
            return Judged(rows, verdicts, 0, {})
        refused = np.zeros(rows, np.bool_)
        refused[list(wrong)] = True
        refusing = plane(refused)
        return Judged(rows, _only(verdicts, everybody(rows) ^ refusing), refusing, wrong)

    def _said(self, cells: pl.DataFrame) -> list[Said]:
        with self._lock:
            kinds = [texts.kind() for texts in self._texts]
            numbered = cells.select(
                [
                    pl.col(id).fill_null("").cast(kind)
                    for id, kind in zip(self._asked, kinds, strict=True)
                ]
            )
            columns = zip(self._texts, numbered.get_columns(), strict=True)
            return [texts.said(column) for texts, column in columns]


def _wrong(said: Sequence[Said]) -> dict[int, str]:
    """What is wrong, by row; everything wrong in a row is told."""
    wrong: dict[int, list[str]] = {}
    for column in said:
        refused = column.refused()
        if refused is not None:
            for row in np.flatnonzero(refused).tolist():
                wrong.setdefault(row, []).append(column.why[int(column.numbers[row])])
    return {row: "; ".join(whys) for row, whys in sorted(wrong.items())}


def _only(verdicts: Verdicts, where: int) -> Verdicts:
    """The verdicts of some rows; the others have none. (Points are numbers, and stay.)"""

    def words(of: Words) -> Words:
        return {word: rows & where for word, rows in of.items()}

    return Verdicts(
        outcomes=words(verdicts.outcomes),
        urgencies=words(verdicts.urgencies),
        others=[words(of) for of in verdicts.others],
        points=verdicts.points,
        lists=[[(word, rows & where) for word, rows in of] for of in verdicts.lists],
    )
