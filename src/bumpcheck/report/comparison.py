"""The outcomes side by side as lines of words: columns where they fit, else one below another."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from bumpcheck.comparison import Phrase, Row
from bumpcheck.model import RulePack

from .lines import Line, wrapped
from .sources import Numbered

GAP = 2
# Under so many columns a cell would be a ribbon of single words.
NARROWEST_CELL = 24


def lay_out(pack: RulePack, rows: Sequence[Row], *, explain: bool, width: int) -> list[Line]:
    """The whole comparison; its sources with `explain`."""
    page = _Comparison(pack, rows, explain=explain, width=width)
    return list(page.lines())


class _Comparison:
    def __init__(self, pack: RulePack, rows: Sequence[Row], *, explain: bool, width: int) -> None:
        self.pack = pack
        self.rows = rows
        self.width = width
        self.explain = explain
        self.numbered = Numbered(pack, explain=explain)
        self.names = {o.id: pack.texts[f"name.{o.id}"] for o in pack.reassuring}
        self.head = max((len(row.aspect.text) for row in rows), default=0) + GAP
        self.cell = (width - self.head) // max(1, len(self.names)) - GAP

    def lines(self) -> Iterator[Line]:
        side_by_side = self.cell >= NARROWEST_CELL
        if side_by_side:
            yield from self._across("", list(self.names.values()), heading=True)
        for row in self.rows:
            cells = [self._said(row.cells[id]) for id in self.names]
            if side_by_side:
                yield Line()
                yield from self._across(row.aspect.text, cells)
            else:
                yield Line()
                yield from wrapped(row.aspect.text, self.width, "heading")
                for name, cell in zip(self.names.values(), cells, strict=True):
                    yield from wrapped(f"{name}: {cell}", self.width, "body", "  ", "    ")
        yield Line()
        yield from wrapped(self.pack.texts["disclaimer"], self.width, "small")
        if self.explain:
            yield from self.numbered.lines(self.width)

    def _said(self, phrases: Sequence[Phrase]) -> str:
        said = [
            f"{phrase.text}{self.numbered.cite(phrase.sources) if self.explain else ''}"
            for phrase in phrases
        ]
        return "; ".join(said) or "-"

    def _across(self, head: str, cells: Sequence[str], *, heading: bool = False) -> Iterator[Line]:
        columns = [textwrap.wrap(cell, self.cell, break_on_hyphens=False) for cell in cells]
        for number, parts in enumerate(zip_longest(*columns, fillvalue="")):
            first = (head if number == 0 else "").ljust(self.head)
            text = first + (" " * GAP).join(part.ljust(self.cell) for part in parts)
            yield Line(text.rstrip(), "heading" if heading else "body", label=len(first.rstrip()))
