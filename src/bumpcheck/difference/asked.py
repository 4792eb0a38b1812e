"""Which questions diagrams ask, as bits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bumpcheck.coded import Diagrams
from bumpcheck.coded.diagrams import LEAVES

from .tally import Points


class Numbers(dict[tuple[int, Points], int]):
    """A number for each node with what it weighs; `of` and `asks` tell of a number."""

    def __init__(self, asked: Asked) -> None:
        super().__init__()
        self.of: list[tuple[int, Points]] = []
        self.asks: list[int] = []
        self._asked = asked

    def __missing__(self, item: tuple[int, Points]) -> int:
        number = self[item] = len(self.of)
        self.of.append(item)
        self.asks.append(self._asked[item[0]])
        return number


class Asked(dict[int, int]):
    """For each diagram, the questions that it asks, as bits."""

    def __init__(self, diagrams: Diagrams, spans: Sequence[tuple[int, int]]) -> None:
        super().__init__(dict.fromkeys(range(LEAVES), 0))
        self._diagrams = diagrams
        self._bit = {level: 1 << at for at, span in enumerate(spans) for level in range(*span)}

    def __missing__(self, node: int) -> int:
        asked = self._bit[self._diagrams.level[node]]
        for child in self._diagrams.children[node]:
            asked |= self[child]
        self[node] = asked
        return asked


def apart(asked: Iterable[int]) -> list[int]:
    """Questions, as bits, in parts, so that whatever is asked together is in one."""
    parts: list[int] = []
    for own in asked:
        joined, others = own, []
        for part in parts:
            if part & joined:
                joined |= part
            else:
                others.append(part)
        parts = [*others, joined]
    return parts
