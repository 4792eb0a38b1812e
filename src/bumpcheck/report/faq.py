"""What people often ask, with its answers, as lines of words."""

from __future__ import annotations

from collections.abc import Iterator

from bumpcheck.model import RulePack

from .lines import Line, wrapped
from .sources import Numbered


def lay_out(pack: RulePack, *, explain: bool, width: int) -> Iterator[Line]:
    """Each question and its answer, then the works they rest on; in full with `explain`."""
    numbered = Numbered(pack, explain=explain)
    for frequent in pack.faq:
        yield from wrapped(frequent.ask, width, "heading")
        yield from wrapped(
            frequent.answer + numbered.cite(frequent.sources), width, first="  ", rest="  "
        )
        yield Line()
    yield from wrapped(pack.texts["disclaimer"], width, "small")
    yield from numbered.lines(width)
