"""CSV in slices of whole lines, as long as the file is plain.

A slice is plain where any reader finds the same cells in it: in each line as many as there are
columns, each in quotes or without any, and none with a line of its own. Its lines are then written
as they stand; where cells are in quotes without need, they are written anew. What is not plain is
left to the reader that everything else is held against.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import polars as pl
from msgspec import Struct

from bumpcheck.batch.streams import MOST_ROW, SLICE, Pieces
from bumpcheck.batch.tables import Table

from .apart import nothing_known
from .grid import Grid, grid
from .judging import FrameJudge, Judged
from .lines import csv
from .texts import Texts

WORKERS = 2
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# There is none in a plain slice.
NUL = "\0"


class Slice(Struct, frozen=True):
    """Rows with their verdicts as lines of CSV, and what these are."""

    text: list[bytes]
    judged: Judged


class Slicer:
    """Takes slices of a table to their verdicts; it may be asked by several threads."""

    def __init__(self, table: Table, judge: FrameJudge) -> None:
        self._judge = judge
        self._ends = table.ends
        self._places = table.places
        self._width = len(table.names)
        self._known = [nothing_known() for _ in table.places]

    def judged(self, slice: bytes) -> Slice | None:
        """The rows of a slice with their verdicts; None where it is not plain."""
        if not slice.endswith(b"\n"):
            slice += b"\n" if b"\r" not in slice else b"\r\n"
        cells = grid(slice, self._width) if _has_plain_bytes(slice) else None
        if cells is None:
            return None
        try:
            lines = _lines(_as_written(slice) if cells.has_spare_quotes else slice)
        except pl.exceptions.PolarsError:
            return None
        texts = [self._texts(cells, at, column) for at, column in enumerate(self._places)]
        judged = self._judge.judged(texts, cells.rows)
        return Slice(csv(lines, judged, self._ends), judged)

    def _texts(self, cells: Grid, at: int, column: int) -> Texts:
        # What another thread learns meanwhile may be lost; it is learned again.
        texts, self._known[at] = cells.texts(column, self._known[at])
        return texts


def judged(pieces: Pieces, work: Callable[[bytes], Slice | None]) -> Iterator[Slice]:
    """All slices in order, up to the first that is not plain: it, and what follows, is put back."""
    waiting: deque[tuple[bytes, Future[Slice | None]]] = deque()
    with ThreadPoolExecutor(WORKERS) as pool:
        while True:
            while len(waiting) <= WORKERS and (slice := pieces.piece(SLICE)):
                waiting.append((slice, pool.submit(work, slice)))
            if not waiting:
                return
            done = waiting[0][1].result()
            if done is None:
                for _, future in waiting:
                    future.cancel()
                pieces.put_back(b"".join(slice for slice, _ in waiting))
                return
            waiting.popleft()
            yield done


def _has_plain_bytes(slice: bytes) -> bool:
    """Whether no byte means something else to some readers."""
    return not (b"\0" in slice or slice.startswith(BYTE_ORDER_MARK) or len(slice) >= MOST_ROW)


def _lines(slice: bytes) -> pl.Series:
    """Lines without their ends; raises PolarsError where they are not UTF-8."""
    return _read(slice, separator=NUL, quote_char=None).to_series()


def _as_written(slice: bytes) -> bytes:
    """The same cells, in quotes only where they have to be."""
    # An empty text has quotes, and nothing has none.
    cells = _read(slice).select(pl.all().replace("", None))
    return cells.write_csv(include_header=False).encode()


def _read(slice: bytes, *, separator: str = ",", quote_char: str | None = '"') -> pl.DataFrame:
    """The cells of a slice as text."""
    return pl.read_csv(
        slice,
        has_header=False,
        separator=separator,
        quote_char=quote_char,
        infer_schema=False,
        empty_string_is_null=False,
    )
