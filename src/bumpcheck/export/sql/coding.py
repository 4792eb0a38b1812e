"""What the columns of coded answers are: one of whole numbers for each question.

A question that takes one answer has a number for each class of answers that the rules tell apart, a
quantity one for each interval; then comes `unknown`, and last not asked. A question that takes
several answers has a bit for each class of them, then one for `unknown`; 0 is not asked. NULL is
not asked as well. Two quantities that a rule compares have a column between them: 0 where the first
is less, 1 where both are as much or one is missing, 2 where it is more.
"""

from __future__ import annotations

import re

from bumpcheck.answers import Given
from bumpcheck.coded import Amount, Block, CodedPack, Relation, Several, Single
from bumpcheck.model import UNKNOWN
from bumpcheck.quantities import UNITS

PLAIN_NAME = re.compile(r"[a-z][a-z0-9_]*")
AS_MUCH = 1


class Coding:
    """The coded columns of a pack, in the order of its blocks, then its relations."""

    def __init__(self, form: CodedPack) -> None:
        self.form = form
        self.columns = tuple(
            [column_of(block) for block in form.blocks]
            + [column_between(relation) for relation in form.relations]
        )
        # The largest code of each column; the least is 0.
        self.most = tuple(
            [block.arity - 1 if isinstance(block, Single) else _all(block) for block in form.blocks]
            + [2 for _ in form.relations]
        )
        # The code of each column that is taken where nothing is said.
        self.silent = tuple(
            [block.code(None) for block in form.blocks] + [AS_MUCH for _ in form.relations]
        )

    def code(self, question: str, given: Given | None) -> tuple[int, float | None]:
        """An answer in code, and its amount: what the column between two quantities compares."""
        amount = given.quantity.amount if given is not None and given.quantity else None
        return self.form.compiler.blocks[question].code(given), amount

    def book(self) -> dict[str, object]:
        """The code book: for each column what its numbers mean, as JSON takes it."""
        books = [_book(block) for block in self.form.blocks]
        books += [
            {
                "compares": [relation.first.column.id, relation.second.column.id],
                "codes": {"less": 0, "as much, or one is missing": AS_MUCH, "more": 2},
            }
            for relation in self.form.relations
        ]
        return dict(zip(self.columns, books, strict=True))


def column_of(block: Block) -> str:
    """The name of a question's column; that of no word of SQL."""
    return f"{_word(block.column.id)}_code"


def column_between(relation: Relation) -> str:
    """The name of the column that compares two quantities."""
    return f"{_word(relation.first.column.id)}_to_{_word(relation.second.column.id)}_code"


def name(column: str) -> str:
    """A name as SQL takes it: between quotes where it must be."""
    return column if PLAIN_NAME.fullmatch(column) else '"' + column.replace('"', '""') + '"'


def text(words: str) -> str:
    """Words as SQL takes them."""
    return "'" + words.replace("'", "''") + "'"


def _word(id: str) -> str:
    return id.replace("-", "_")


def _all(block: Block) -> int:
    """Every bit of a question that takes several answers, that of `unknown` too."""
    return (2 << len(block.classes)) - 1


def _code(block: Block, answer: str) -> int:
    return block.code(Given(chosen=(answer,)))


def _book(block: Block) -> dict[str, object]:
    """What the numbers of one question mean."""
    question = block.question
    told: dict[str, object] = {"question": question.id, "kind": question.kind}
    if isinstance(block, Several):
        bits = {answer.id: _code(block, answer.id).bit_length() - 1 for answer in question.answers}
        return {**told, "not asked": 0, "bits": {**bits, UNKNOWN: len(block.classes)}}
    assert isinstance(block, Single)
    open_ = {UNKNOWN: block.arity - 2, "not asked": block.arity - 1}
    if isinstance(block, Amount):
        assert question.measure is not None  # a quantity has one
        unit = next(unit for unit, size in UNITS[question.measure].items() if size == 1)
        # A number is that of the last of these that an amount reaches.
        lows = [low for low, _ in block.cells[: block.arity - 2]]
        return {**told, "unit": unit, "from": lows, "codes": open_}
    codes = {answer.id: _code(block, answer.id) for answer in question.answers}
    return {**told, "codes": {**codes, **open_}}
