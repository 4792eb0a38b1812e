"""Rows with their verdicts as text: CSV, or JSON Lines."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from types import SimpleNamespace
from typing import IO, BinaryIO

from .classify import VERDICTS, Cell, Verdict
from .rows import Own, Source
from .streams import UTF_8

# A spreadsheet takes a text that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(
    out: IO[str],
    source: Source[Own],
    rows: Iterable[tuple[Own, Verdict]],
    columns: Sequence[str],
) -> None:
    """Write a table: the rows' own cells unchanged, then the verdict. Lines end as they came."""
    # A writer hands on what the file it writes to answers; this one answers the row as text. To
    # the writer rows end in CR LF whatever they end in: it quotes a CR only where lines end in one.
    writerow = csv.writer(SimpleNamespace(write=str), lineterminator="\r\n").writerow
    between = "," if source.names else ""

    # Most verdicts are given more than once; each is put into text once.
    @lru_cache(VERDICTS)
    def ending(verdict: Sequence[Cell]) -> str:
        row: str = writerow(map(_no_formula, verdict))
        return between + row[:-2] + source.ends

    if source.mark:
        out.write("\ufeff")
    cells = source.cells
    own: str = writerow(source.names)
    out.write(own[:-2] + ending(tuple(columns)))
    out.writelines(writerow(cells(own))[:-2] + ending(verdict) for own, verdict in rows)


def write_jsonl(
    out: IO[str],
    source: Source[Own],
    rows: Iterable[tuple[Own, Verdict]],
    columns: Sequence[str],
) -> None:
    """Write an object a line: the row's own keys unchanged, then the verdict."""

    @lru_cache(VERDICTS)
    def ending(verdict: Verdict) -> str:
        return json.dumps(dict(zip(columns, verdict, strict=True)), ensure_ascii=False)[1:] + "\n"

    beginning = source.json
    out.writelines(beginning(own) + ending(verdict) for own, verdict in rows)


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


def _no_formula(cell: Cell) -> Cell:
    """A cell of ours that no spreadsheet runs; numbers are none it could."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
