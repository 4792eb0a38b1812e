"""From the cells of rows to their verdicts, in planes."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from bumpcheck.batch.cells import Cell, Column
from bumpcheck.batch.judging import Sliced
from bumpcheck.batch.planes import everybody
from bumpcheck.batch.telling import Verdicts, Words
from bumpcheck.model import RulePack

from .texts import Said, Texts, said
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
    """Judges columns of texts, one for each question asked. Raises NotCodable.

    It may be asked by several threads.
    """

    def __init__(
        self, pack: RulePack, asked: Sequence[str], *, strict: bool, none_of_these: bool
    ) -> None:
        self._sliced = Sliced(pack, asked, strict=strict, none_of_these=none_of_these)
        self._columns = [Column(pack, question, self._sliced.code) for question in asked]
        self._lock = threading.Lock()

    def judged(self, cells: Sequence[Texts], rows: int) -> Judged:
        """The verdicts of so many rows; a row with a wrong cell has none."""
        columns = zip(self._columns, self._sliced.widths, cells, strict=True)
        with self._lock:
            answers = [said(column, width, texts) for column, width, texts in columns]
        wrong = _wrong(answers)
        verdicts = self._sliced.judged([column.planes() for column in answers], rows)
        if not wrong:
            return Judged(rows, verdicts, 0, {})
        refused = np.zeros(rows, np.bool_)
        refused[list(wrong)] = True
        refusing = plane(refused)
        return Judged(rows, _only(verdicts, everybody(rows) ^ refusing), refusing, wrong)


def _wrong(answers: Sequence[Said]) -> dict[int, str]:
    """What is wrong, by row; everything wrong in a row is told."""
    wrong: dict[int, str] = {}
    for column in answers:
        for row, why in column.refused().items():
            wrong[row] = f"{wrong[row]}; {why}" if row in wrong else why
    return dict(sorted(wrong.items()))


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
