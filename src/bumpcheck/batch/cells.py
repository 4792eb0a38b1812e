"""What a cell says, by the parser of the flags, and only once for each different text."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic

from bumpcheck.answers import Given, parse
from bumpcheck.errors import AnswerError
from bumpcheck.model import RulePack

from .classify import Code

# How many texts of one column are remembered, and how long they may be. A file may hold a million
# different ages, or cells of a million letters.
TEXTS = 1 << 13
LONGEST = 200

# A cell: text, a list (of JSON) as a tuple, or None where there is none.
Value = Hashable


class Refused(Exception):
    """A cell that is no answer, and why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Column(dict[Value, Code], Generic[Code]):
    """One question's cells, by what stands in them: `column[cell]` is the answer in code.

    Raises Refused for what is no answer.
    """

    def __init__(
        self, pack: RulePack, question: str, code: Callable[[str, Given | None], Code]
    ) -> None:
        super().__init__()
        self._pack = pack
        self._question = question
        self._code = code
        self._wrong: dict[Value, str] = {}

    def __missing__(self, cell: Value) -> Code:
        wrong = self._wrong.get(cell)
        if wrong is None:
            try:
                code = self._code(self._question, self._read(cell))
            except AnswerError as error:
                wrong = error.message
            else:
                if _is_small(cell):
                    if len(self) >= TEXTS:
                        self.clear()
                    self[cell] = code
                return code
        if _is_small(cell):
            if len(self._wrong) >= TEXTS:
                self._wrong.clear()
            self._wrong[cell] = wrong
        raise Refused(wrong)

    def _read(self, cell: Value) -> Given | None:
        """What a cell says; one that is empty, or holds blanks only, was not asked."""
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            return None
        return parse(self._pack, {self._question: cell}).given[self._question]


def _is_small(cell: Value) -> bool:
    if isinstance(cell, tuple):
        return len(cell) <= LONGEST // 4 and all(map(_is_small, cell))
    return not isinstance(cell, str) or len(cell) <= LONGEST
