"""Rows with their verdicts as text: CSV, or JSON Lines."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import SimpleNamespace
from typing import IO, BinaryIO, Generic, Protocol, TypeVar

from .cells import Cell
from .rows import Judged, Own, Source
from .streams import UTF_8

# A spreadsheet takes a text that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# What a cell of CSV cannot hold without quotes.
QUOTED = (",", '"', "\r", "\n")

Own_contra = TypeVar("Own_contra", contravariant=True)

# A writer hands on what the file it writes to answers; this one answers the row as text. To the
# writer rows end in CR LF whatever they end in: it quotes a CR only where lines end in one.
_writerow = csv.writer(SimpleNamespace(write=str), lineterminator="\r\n").writerow
_json = json.JSONEncoder(ensure_ascii=False).encode


class Writer(Protocol[Own_contra]):
    """Writes rows with their verdicts, in some form."""

    def begin(self, own: Own_contra) -> str:
        """A row as it came, as text to which a verdict is added."""

    def write(self, rows: Judged[str]) -> None:
        """Write rows that were begun, each with its verdict."""


class TableWriter(Generic[Own]):
    """A table: the rows' own cells unchanged, then the verdict. Lines end as they came."""

    def __init__(self, out: IO[str], source: Source[Own], columns: Sequence[str]) -> None:
        self._out = out
        self._cells = source.cells
        self._between, self._ends = "," if source.names else "", source.ends
        mark = "\ufeff" if source.mark else ""
        out.write(mark + _row([*source.names, *columns]) + self._ends)

    def begin(self, own: Own) -> str:
        """The cells of a row, and what stands before more of them."""
        return _row(self._cells(own)) + self._between

    def write(self, rows: Judged[str]) -> None:
        """Write the rows of a block."""
        verdicts = map(",".join, zip(*map(as_cells, rows.verdicts), strict=True))
        pairs = zip(rows.begun, verdicts, strict=True)
        self._out.writelines(begun + verdict + self._ends for begun, verdict in pairs)


def _row(cells: Iterable[Cell]) -> str:
    text: str = _writerow(cells)
    return text[:-2]


def as_cells(column: Sequence[Cell]) -> list[str]:
    """A column of ours as cells of a table, in quotes where they must be."""
    cells = ["" if cell is None else str(cell) for cell in _no_formulas(column)]
    # Ids and numbers need none, and are looked through together.
    together = "".join(cells)
    if any(mark in together for mark in QUOTED):
        return [_row([cell, ""])[:-1] for cell in cells]
    return cells


class LinesWriter(Generic[Own]):
    """An object a line: the row's own keys unchanged, then the verdict."""

    def __init__(self, out: IO[str], source: Source[Own], columns: Sequence[str]) -> None:
        self._out = out
        self._columns = columns
        self.begin = source.json

    def write(self, rows: Judged[str]) -> None:
        """Write the rows of a block."""
        pairs = map(_pairs, self._columns, rows.verdicts)
        verdicts = map(", ".join, zip(*pairs, strict=True))
        lines = zip(rows.begun, verdicts, strict=True)
        self._out.writelines(f"{begun}{verdict}}}\n" for begun, verdict in lines)


def _pairs(name: str, column: Sequence[Cell]) -> list[str]:
    """A column of ours as pairs of a key and a value; what is there more than once is made once."""
    pairs = {cell: f"{_json(name)}: {_json(cell)}" for cell in set(column)}
    return list(map(pairs.__getitem__, column))


@contextmanager
def text_over(out: BinaryIO, *, packed: bool) -> Iterator[IO[str]]:
    """Text in UTF-8 over bytes, packed as gzip or not; the bytes are left open."""
    # Without a name and a time in it, the same rows are the same file.
    below = gzip.GzipFile(filename="", fileobj=out, mode="wb", mtime=0) if packed else out
    # Half a letter, which JSON can spell, is spelled again.
    text = io.TextIOWrapper(
        below,
        encoding=UTF_8,
        errors="backslashreplace",
        newline="",
    )
    try:
        yield text
        text.detach()
        if packed:
            below.close()
    except BaseException:
        # What cannot be written must not be tried once more when all is cleaned up.
        with suppress(OSError, ValueError):
            text.detach()
        if packed:
            with suppress(OSError, ValueError):
                below.close()
        raise


def _no_formulas(column: Sequence[Cell]) -> Sequence[Cell]:
    """A column of ours without anything that a spreadsheet runs; numbers are nothing it could."""
    beginnings = {cell[:1] for cell in column if isinstance(cell, str)}
    if beginnings.isdisjoint(FORMULA):
        return column
    return [f"'{it}" if isinstance(it, str) and it.startswith(FORMULA) else it for it in column]
