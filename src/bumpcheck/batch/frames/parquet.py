"""Parquet: one more form that rows come in, and leave in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO

import polars as pl
from polars.io.plugins import register_io_source

from bumpcheck.batch.names import Names, lay_out
from bumpcheck.batch.rows import SHEET, Judged, Sheet
from bumpcheck.batch.summary import Tally
from bumpcheck.batch.telling import BETWEEN
from bumpcheck.errors import FileError, quoted

from .judging import FrameJudge
from .telling import columns
from .texts import of_series

# So many rows make a frame.
ROWS = 1 << 15

# Columns of ours that hold numbers are called so.
POINTS = "points_"

Own = tuple[object, ...]
Types = Mapping[str, pl.DataType]


class Batches:
    """The rows of a Parquet file: a `Source`, and frames. Raises FileError."""

    ends = "\n"
    mark = False

    def __init__(self, file: str, names: Names) -> None:
        self._file = file
        try:
            self._lazy = pl.scan_parquet(file, glob=False, hive_partitioning=False)
            self.types: Types = self._lazy.collect_schema()
            self.size = int(self._lazy.select(pl.len()).collect().item())
        except (OSError, pl.exceptions.PolarsError) as error:
            raise self._unreadable(error) from None
        self.done = 0
        layout = lay_out(list(self.types), names)
        self.names = layout.names
        self.asked = layout.asked
        self.hints = layout.hints
        own = [layout.names[place] for place in layout.places]
        self._texts = [
            _as_text(column, self.types[column]).alias(id)
            for id, column in zip(layout.asked, own, strict=True)
        ]

    def frames(self) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """All rows in order, some thousand at a time; and the answers in them, as text."""
        try:
            for frame in self._lazy.collect_batches(chunk_size=ROWS, maintain_order=True):
                yield frame, frame.select(self._texts)
                self.done += frame.height
        except (OSError, pl.exceptions.PolarsError) as error:
            raise self._unreadable(error) from None

    def sheets(self) -> Iterator[Sheet[Own]]:
        """Every row."""
        for frame, texts in self.frames():
            for at in range(0, frame.height, SHEET):
                cells = [column.to_list() for column in texts.slice(at, SHEET)]
                yield Sheet(frame.slice(at, SHEET).rows(), cells, {})

    def cells(self, own: Own) -> list[str]:
        """A row as a row of a table: what is in a list is joined by `;`."""
        return list(map(_cell, own))

    def json(self, own: Own) -> str:
        """An object of all columns, still open."""
        row = dict(zip(self.names, own, strict=True))
        return json.dumps(row, ensure_ascii=False, default=str)[:-1] + ", "

    def _unreadable(self, error: Exception) -> FileError:
        said = getattr(error, "strerror", None) or str(error).partition("\n")[0]
        return FileError(f"cannot read {quoted(self._file)} as Parquet: {said}")


def types(own: Types | Iterable[str], ours: Iterable[str]) -> Types:
    """The types of rows with their verdicts; where only the names of their own are known, text."""
    points, text = pl.Int32(), pl.String()
    own = own if isinstance(own, Mapping) else dict.fromkeys(own, text)
    return {**own, **{name: points if name.startswith(POINTS) else text for name in ours}}


def frame(rows: Judged[list[str]], kinds: Types) -> pl.DataFrame:
    """Rows that came as text, with their verdicts; a cell that holds nothing is none."""
    own = zip(*rows.begun, strict=True)
    cells = [[cell or None for cell in column] for column in own]
    named = zip(kinds.items(), [*cells, *rows.verdicts], strict=True)
    return pl.DataFrame([pl.Series(name, column, kind) for (name, kind), column in named])


def with_verdicts(
    batches: Batches, judge: FrameJudge, ours: Sequence[str], tally: Tally
) -> Iterator[pl.DataFrame]:
    """All rows of a file with their verdicts, counted."""
    for own, texts in batches.frames():
        judged = judge.judged(list(map(of_series, texts)), own.height)
        tally.add(judged.counts(), judged.wrong)
        yield own.hstack(columns(judged, ours))


def write(frames: Iterator[pl.DataFrame], kinds: Types, out: BinaryIO) -> None:
    """Write frames of these types, one at a time. Raises OSError where they cannot be written."""
    rows = register_io_source(lambda *_: frames, schema=dict(kinds))
    try:
        rows.sink_parquet(out)
    except pl.exceptions.PolarsError as error:
        raise OSError(str(error).partition("\n")[0]) from None


def _as_text(column: str, kind: pl.DataType) -> pl.Expr:
    """A column's answers as they would stand in CSV."""
    if isinstance(kind, pl.List):
        return pl.col(column).cast(pl.List(pl.String)).list.join(BETWEEN)
    return pl.col(column).cast(pl.String)


def _cell(value: object) -> str:
    if isinstance(value, list):
        return BETWEEN.join(map(_cell, value))
    return "" if value is None else str(value)
