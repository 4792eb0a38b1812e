"""Rows with their verdicts as text: CSV, or JSON Lines."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import SimpleNamespace
from typing import IO, BinaryIO

from .cells import Cell
from .rows import Judged, Own, Source
from .streams import UTF_8

# A spreadsheet takes a text that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# What a cell of CSV cannot hold without quotes.
QUOTED = (",", '"', "\r", "\n")

_json = json.JSONEncoder(ensure_ascii=False).encode


def write_csv(
    out: IO[str],
    source: Source[Own],
    blocks: Iterable[Judged[Own]],
    columns: Sequence[str],
) -> None:
    """Write a table: the rows' own cells unchanged, then the verdict. Lines end as they came."""
    # A writer hands on what the file it writes to answers; this one answers the row as text. To
    # the writer rows end in CR LF whatever they end in: it quotes a CR only where lines end in one.
    writerow = csv.writer(SimpleNamespace(write=str), lineterminator="\r\n").writerow

    def row(cells: Iterable[Cell]) -> str:
        text: str = writerow(cells)
        return text[:-2]

    between, ends = "," if source.names else "", source.ends
    if source.mark:
        out.write("\ufeff")
    out.write(row([*source.names, *columns]) + ends)
    for block in blocks:
        verdicts = zip(*[_cells(column, row) for column in block.verdicts], strict=True)
        rows = zip(map(source.cells, block.own), map(",".join, verdicts), strict=True)
        out.writelines(row(own) + between + verdict + ends for own, verdict in rows)


def _cells(column: Sequence[Cell], row: Callable[[Iterable[Cell]], str]) -> list[str]:
    """A column of ours as cells of a table, in quotes where they must be."""
    cells = ["" if cell is None else str(cell) for cell in _no_formulas(column)]
    # Ids and numbers need none, and are looked through together.
    together = "".join(cells)
    if any(mark in together for mark in QUOTED):
        return [row([cell, ""])[:-1] for cell in cells]
    return cells


def write_jsonl(
    out: IO[str],
    source: Source[Own],
    blocks: Iterable[Judged[Own]],
    columns: Sequence[str],
) -> None:
    """Write an object a line: the row's own keys unchanged, then the verdict."""
    beginning = source.json
    for block in blocks:
        pairs = map(_pairs, columns, block.verdicts)
        verdicts = map(", ".join, zip(*pairs, strict=True))
        rows = zip(block.own, verdicts, strict=True)
        out.writelines(f"{beginning(own)}{verdict}}}\n" for own, verdict in rows)


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
