"""Rows of CSV: a header, then a row for each case."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator

from bumpcheck.errors import FileError, quoted

from .names import Names, lay_out
from .rows import LETTERS, SHEET, Sheet
from .streams import MOST_ROW, Lines

SURPLUS_SHOWN = 3

_json = json.JSONEncoder(ensure_ascii=False).encode


class Table:
    """A table whose header has been read; raises BumpcheckError where it cannot be taken."""

    def __init__(self, lines: Lines, names: Names) -> None:
        # A cell may be as long as a row, which has its own limit.
        csv.field_size_limit(MOST_ROW)
        self._lines = lines
        self._reader = csv.reader(lines)
        header = next((row for row in self._reader if row), None)
        if header is None:
            raise FileError(f"{quoted(lines.name)} is empty: the first line must name the columns")
        lines.taken = 0
        layout = lay_out(header, names)
        self.names = layout.names
        self.asked = layout.asked
        self.hints = layout.hints
        self.ends = lines.ends
        self.mark = lines.mark
        self.places = layout.places

    def sheets(self) -> Iterator[Sheet[list[str]]]:
        """Every row; a line with nothing on it is none."""
        width = len(self.names)
        lines = self._lines
        rows: list[list[str]] = []
        wrong: dict[int, str] = {}
        letters = 0
        for cells in self._reader:
            if len(cells) == width:
                rows.append(cells)
            elif cells:
                wrong[len(rows)] = _misfit(cells, width)
                rows.append(_fitted(cells, width))
            letters += lines.taken
            lines.taken = 0
            if len(rows) >= SHEET or letters >= LETTERS:
                yield self._sheet(rows, wrong)
                rows, wrong, letters = [], {}, 0
        if rows:
            yield self._sheet(rows, wrong)

    def _sheet(self, rows: list[list[str]], wrong: dict[int, str]) -> Sheet[list[str]]:
        columns = list(zip(*rows, strict=True))
        return Sheet(rows, [columns[place] for place in self.places], wrong)

    def cells(self, own: list[str]) -> list[str]:
        """The cells as they came."""
        return own

    def json(self, own: list[str]) -> str:
        """An object of all columns, still open."""
        return _json(dict(zip(self.names, own, strict=True)))[:-1] + ", "


def _fitted(cells: list[str], width: int) -> list[str]:
    return [*cells[:width], *[""] * (width - len(cells))]


def _misfit(cells: list[str], width: int) -> str:
    said = f"{len(cells)} {'cell' if len(cells) == 1 else 'cells'} instead of {width}"
    if len(cells) < width:
        # A quote that is never closed takes the lines after it into its cell.
        open_ = any("\n" in cell for cell in cells)
        return f"{said}; is a quote left open?" if open_ else f"{said}: some are missing"
    surplus = cells[width:]
    shown = ", ".join(map(quoted, surplus[:SURPLUS_SHOWN]))
    return f"{said}; too many: {shown}{', ...' if len(surplus) > SURPLUS_SHOWN else ''}"
