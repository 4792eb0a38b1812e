"""What stands in a column: each different text once, and which of them each row has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from bumpcheck.batch.cells import Column

from .turning import Bytes, planes


class Texts(Struct, frozen=True):
    """The different texts of a column, and the number of each row's."""

    texts: Sequence[str]
    numbers: NDArray[np.intp]


class Said(Struct, frozen=True):
    """What the texts of a column say: a line of `codes` for each, and `why` it is no answer."""

    numbers: NDArray[np.intp]
    codes: Bytes
    why: dict[int, str]

    def planes(self) -> list[int]:
        """A plane for each bit of the codes."""
        return planes(self.codes, self.numbers)

    def refused(self) -> dict[int, str]:
        """What is wrong with the cells of rows, by row."""
        if not self.why:
            return {}
        is_wrong = np.zeros(len(self.codes), np.bool_)
        is_wrong[list(self.why)] = True
        rows = np.flatnonzero(is_wrong.take(self.numbers))
        numbers = self.numbers.take(rows).tolist()
        return dict(zip(rows.tolist(), map(self.why.__getitem__, numbers), strict=True))


def said(column: Column[bytes], width: int, cells: Texts) -> Said:
    """What a column says, whose codes are so many bytes wide."""
    codes = np.frombuffer(b"".join(column.codes(cells.texts)), np.uint8)
    return Said(cells.numbers, codes.reshape(-1, width), dict(column.refusals(cells.texts)))


def of_series(cells: pl.Series) -> Texts:
    """The texts of a column of a frame; null is no text."""
    categories = pl.Categories.random()
    numbered = cells.fill_null("").cast(pl.Categorical(categories))
    return Texts([str(text) for text in categories], numbered.to_physical().to_numpy())
