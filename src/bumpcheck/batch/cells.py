"""What a cell says, by the parser of the flags, and only once for each different text."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Generic, TypeVar

from bumpcheck.answers import Given, parse
from bumpcheck.errors import AnswerError
from bumpcheck.model import RulePack

# How many texts of one column are remembered, and how long they may be. A file may hold a million
# different ages, or cells of a million letters.
TEXTS = 1 << 13
LONGEST = 200

# A cell that is read: text, a list (of JSON) as a tuple, or None where there is none.
Value = Hashable
# A cell that is written: a word or words, a number of points, or nothing.
Cell = str | int | None

Code = TypeVar("Code", bound=Hashable)


class Column(dict[Value, Code], Generic[Code]):
    """One question's cells, by what stands in them: `column[cell]` is the answer in code.

    A cell that is no answer counts as not asked, and is told in `refused`: why, by its text.
    """

    def __init__(
        self, pack: RulePack, question: str, code: Callable[[str, Given | None], Code]
    ) -> None:
        super().__init__()
        self.refused: dict[Value, str] = {}
        self._pack = pack
        self._question = question
        self._code = code
        self._wrong: dict[Value, str] = {}
        self._not_asked = code(question, None)

    def codes(self, cells: Sequence[Value]) -> list[Code]:
        """The answers in some cells; `refused` is of these alone."""
        self.refused.clear()
        return list(map(self.__getitem__, cells))

    def refusals(self, cells: Sequence[Value]) -> Iterator[tuple[int, str]]:
        """Which of the cells just read are no answers, and why."""
        if self.refused:
            for at, cell in enumerate(cells):
                if cell in self.refused:
                    yield at, self.refused[cell]

    def __missing__(self, cell: Value) -> Code:
        wrong = self._wrong.get(cell)
        if wrong is None:
            try:
                code = self._code(self._question, self._read(cell))
            except AnswerError as error:
                wrong = error.message
                _remember(self._wrong, cell, wrong)
            else:
                _remember(self, cell, code)
                return code
        self.refused[cell] = wrong
        return self._not_asked

    def _read(self, cell: Value) -> Given | None:
        """What a cell says; one that is empty, or holds blanks only, was not asked."""
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            return None
        return parse(self._pack, {self._question: cell}).given[self._question]


Known = TypeVar("Known")


def _remember(texts: dict[Value, Known], cell: Value, known: Known) -> None:
    """Keep what is known of a cell, in memory that does not grow with the rows."""
    if _is_small(cell):
        if len(texts) >= TEXTS:
            texts.clear()
        texts[cell] = known


def _is_small(cell: Value) -> bool:
    if isinstance(cell, tuple):
        return len(cell) <= LONGEST // 4 and all(map(_is_small, cell))
    return not isinstance(cell, str) or len(cell) <= LONGEST
