"""What stands in a column, each different text once."""

from __future__ import annotations

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from bumpcheck.batch.cells import TEXTS, Column

from .turning import Bytes, planes

# The texts of a column that are remembered may have so many letters together.
LETTERS = 1 << 20


class Said(Struct, frozen=True):
    """The cells of a column: the number of each row's text, and what is known by number.

    `codes` has a line for each text; `wrong` is where a text is no answer, and `why` tells.
    """

    numbers: NDArray[np.uint32]
    codes: Bytes
    wrong: NDArray[np.bool_]
    why: dict[int, str]

    def planes(self) -> list[int]:
        """A plane for each bit of the codes."""
        return planes(self.codes, self.numbers)

    def refused(self) -> NDArray[np.bool_] | None:
        """The rows whose cell is no answer; None where there is none."""
        return self.wrong.take(self.numbers) if self.why else None


class Texts:
    """The texts of one question's column, numbered as they come up, and what they say."""

    def __init__(self, column: Column[bytes], width: int) -> None:
        self._column = column
        self._width = width
        self._forget()

    def _forget(self) -> None:
        self._categories = pl.Categories.random()
        self._kind = pl.Categorical(self._categories)
        # Numbers are kept as long as there is a column of them.
        self._kept = pl.Series([], dtype=self._kind)
        self._codes = np.empty((0, self._width), np.uint8)
        self._wrong = np.empty(0, np.bool_)
        self._why: dict[int, str] = {}
        self._letters = 0

    def kind(self) -> pl.Categorical:
        """The type of a column whose texts are numbered, so that `said` can be asked of it."""
        # Memory does not grow with the rows, of which each may have a text of its own.
        if len(self._codes) > TEXTS or self._letters > LETTERS:
            self._forget()
        return self._kind

    def said(self, cells: pl.Series) -> Said:
        """What a column of that type says."""
        numbers = cells.to_physical().to_numpy()
        self._learn(int(numbers.max()) + 1 if len(numbers) else 0)
        return Said(numbers, self._codes, self._wrong, self._why)

    def _learn(self, count: int) -> None:
        """Read the texts that are new."""
        known = len(self._codes)
        new = [str(self._categories[number]) for number in range(known, count)]
        if not new:
            return
        codes = b"".join(self._column.codes(new))
        refused = dict(self._column.refusals(new))
        self._codes = np.concatenate(
            [self._codes, np.frombuffer(codes, np.uint8).reshape(-1, self._width)]
        )
        self._wrong = np.concatenate([self._wrong, [at in refused for at in range(len(new))]])
        self._why = self._why | {known + at: why for at, why in refused.items()}
        self._letters += sum(map(len, new))
