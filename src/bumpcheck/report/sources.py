"""The works named on a page: each has its number, and is listed once at the foot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bumpcheck.model import Citation, RulePack

from .lines import Line, wrapped


class Numbered:
    """Numbers works in the order in which a page names them."""

    def __init__(self, pack: RulePack, *, explain: bool) -> None:
        self._pack = pack
        self._explain = explain
        self._numbers: dict[str, int] = {}

    def cite(self, sources: Iterable[Citation]) -> str:
        """The numbers of some sources, to stand after a sentence; with `explain`, where in them."""
        named = dict.fromkeys(self._one(citation) for citation in sources)
        return f" [{', '.join(named)}]" if named else ""

    def _one(self, citation: Citation) -> str:
        if self._pack.source(citation.source).kind == "decision":
            return self._pack.texts["decision"]
        number = self._numbers.setdefault(citation.source, len(self._numbers) + 1)
        return f"{number}: {citation.where}" if self._explain else str(number)

    def lines(self, width: int) -> Iterator[Line]:
        """The works named so far, by number; their addresses with `explain`."""
        if not self._numbers:
            return
        yield Line()
        yield from wrapped(self._pack.texts["heading.sources"], width, "heading")
        for id, number in self._numbers.items():
            source = self._pack.source(id)
            copy = f" ({self._pack.texts['copy']})" if source.copy else ""
            yield from wrapped(f"{source.title}{copy}", width, "small", f"  [{number}] ", " " * 6)
            if source.address and self._explain:
                # An address is never broken: half a link is none.
                yield Line(f"      {source.address}", "small")
