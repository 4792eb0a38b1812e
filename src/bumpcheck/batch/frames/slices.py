"""CSV in slices of whole lines, each a frame, as long as the file is plain.

A line is plain where any reader finds the same cells in it: as many as there are columns, each in
quotes or without any, and none with a line of its own. It is then written as it stands; where cells
are in quotes without need, it is written anew. What is not plain is left to the reader that
everything else is held against.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import polars as pl
from msgspec import Struct

from bumpcheck.batch.streams import MOST_ROW, SLICE, Pieces
from bumpcheck.batch.tables import Table

from .judging import FrameJudge, Judged
from .lines import csv

WORKERS = 2
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# There is none in a plain slice.
NUL = "\0"
BARE = '[^",]*'
QUOTED = '"(?:[^"]|"")*"'
# With something in it that needs the quotes.
RIGHTLY_QUOTED = '"(?:[^",]|"")*(?:,|"")(?:[^"]|"")*"'


class Slice(Struct, frozen=True):
    """Rows with their verdicts as lines of CSV, and what these are."""

    text: bytes
    judged: Judged


class Slicer:
    """Takes slices of a table to their verdicts; it may be asked by several threads."""

    def __init__(self, table: Table, judge: FrameJudge) -> None:
        self._judge = judge
        self._ends = table.ends
        columns = sorted(zip(table.places, table.asked, strict=True))
        self._places = [place for place, _ in columns]
        self._asked = [id for _, id in columns]
        width = len(table.names)
        self._plain = _line_of(f"(?:{BARE}|{QUOTED})", width)
        self._as_written = _line_of(f"(?:{BARE}|{RIGHTLY_QUOTED})", width)

    def judged(self, slice: bytes) -> Slice | None:
        """The rows of a slice with their verdicts; None where it is not plain."""
        if not _has_plain_bytes(slice):
            return None
        try:
            lines = self._lines(slice)
            cells = None if lines is None else _read(slice, columns=self._places)
        except pl.exceptions.PolarsError:
            return None
        if lines is None or cells is None or len(lines) != cells.height:
            return None
        cells.columns = self._asked
        judged = self._judge.judged(cells, len(lines))
        return Slice(csv(lines, judged, self._ends), judged)

    def _lines(self, slice: bytes) -> pl.Series | None:
        """The lines of a slice as they are written, without their ends; None where not plain."""
        lines = _read_lines(slice)
        if lines.str.contains(self._as_written).all():
            return lines
        if not lines.str.contains(self._plain).all():
            return None
        cells = _read(slice)
        if cells.height != len(lines):
            return None
        # An empty text has quotes, and nothing has none.
        written = cells.select(pl.all().replace("", None)).write_csv(include_header=False)
        return _read_lines(written.encode())


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


def _line_of(cell: str, width: int) -> str:
    return f"^{cell}(?:,{cell}){{{width - 1}}}$"


def _has_plain_bytes(slice: bytes) -> bool:
    """Whether all lines end alike, and no byte means something else to some readers."""
    if b"\0" in slice or slice.startswith(BYTE_ORDER_MARK) or len(slice) >= MOST_ROW:
        return False
    if b"\r" not in slice:
        return True
    return slice.count(b"\r") == slice.count(b"\r\n") == slice.count(b"\n")


def _read_lines(slice: bytes) -> pl.Series:
    return _read(slice, separator=NUL, quote_char=None).to_series()


def _read(
    slice: bytes,
    *,
    separator: str = ",",
    quote_char: str | None = '"',
    columns: list[int] | None = None,
) -> pl.DataFrame:
    """The cells of a slice as text."""
    return pl.read_csv(
        slice,
        has_header=False,
        separator=separator,
        quote_char=quote_char,
        columns=columns,
        infer_schema=False,
        empty_string_is_null=False,
    )
