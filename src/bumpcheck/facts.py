"""Answers as bits: for each question what is certain, and what may hold besides.

Every condition reads these. For one question, `given` has a bit for each answer that was given,
`possible` a bit for each that may hold without having been said: all of them where the question is
unknown or was not asked, the places on the face where only "face" was said, none where the answer
is complete. A quantity has no answers; it is open while `possible` is not zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from msgspec import Struct

from .answers import Answers
from .model import NOT_ASKED, UNKNOWN, RulePack

# The states of a condition. What is open is neither: not false, and not true.
FALSE, OPEN, TRUE = 0, 1, 2

OPEN_QUANTITY = 1
SAID_UNKNOWN = 2
WAS_NOT_ASKED = 4
FIRST_ANSWER = 8

# Another answer to one question: its index, and what is given, possible and the amount then.
Filling = tuple[int, int, int, float]


class Column(Struct, frozen=True):
    """One question's place among the facts, and its bits."""

    index: int
    id: str
    bits: dict[str, int]
    covers: dict[int, int]
    many: bool
    is_quantity: bool
    everything: int

    def mask(self, answers: Iterable[str]) -> int:
        """The bits of these answers; an answer that covers only such answers counts as well."""
        wanted = 0
        for answer in answers:
            wanted |= self.bits[answer]
        for bit, covered in self.covers.items():
            if covered & ~wanted == 0:
                wanted |= bit
        return wanted

    def is_any(self, mask: int) -> bool:
        """Whether these are all the answers there are, so that one of them must be given."""
        return not self.is_quantity and mask & self.everything == self.everything

    def can_be(self, bits: int) -> bool:
        """Whether these can be all the answers given: one at least, and what "one of them" says."""
        covered = all(bits & of for bit, of in self.covers.items() if bits & bit)
        return bool(bits) and covered


class Facts:
    """One case as bits; beside it what conditions leave here while they are asked.

    `said_unknown` has a bit for each question that the person could not, or not wholly, answer.
    `found` keeps each finding's state and what it is open through, once worked out. `through` has a
    bit for each question that keeps the condition open which was asked last (bit n is question n);
    whoever asks sets it to 0 before.
    """

    __slots__ = ("amounts", "found", "given", "possible", "said_unknown", "through")

    def __init__(
        self, given: list[int], possible: list[int], amounts: list[float], said_unknown: int
    ) -> None:
        self.given = given
        self.possible = possible
        self.amounts = amounts
        self.said_unknown = said_unknown
        self.found: dict[str, tuple[int, int]] = {}
        self.through = 0


# A compiled condition. Where it answers OPEN it has added to `Facts.through`.
Test = Callable[[Facts], int]


@lru_cache(maxsize=8)
def columns(pack: RulePack) -> dict[str, Column]:
    """Every question's column, in the pack's order."""
    made: dict[str, Column] = {}
    for index, question in enumerate(pack.questions):
        bits = {answer.id: FIRST_ANSWER << place for place, answer in enumerate(question.answers)}
        bits |= {UNKNOWN: SAID_UNKNOWN, NOT_ASKED: WAS_NOT_ASKED}
        is_quantity = question.kind == "quantity"
        made[question.id] = Column(
            index=index,
            id=question.id,
            bits=bits,
            covers={
                bits[answer.id]: sum(bits[covered] for covered in answer.covers)
                for answer in question.answers
                if answer.covers
            },
            many=question.kind == "many",
            is_quantity=is_quantity,
            everything=OPEN_QUANTITY
            if is_quantity
            else sum(bits[answer.id] for answer in question.answers),
        )
    return made


def facts(pack: RulePack, answers: Answers) -> Facts:
    """The bits of one case."""
    given: list[int] = []
    possible: list[int] = []
    amounts: list[float] = []
    for column in columns(pack).values():
        said = answers.given.get(column.id)
        amount = 0.0
        if said is None:
            certain, open_ = WAS_NOT_ASKED, column.everything | SAID_UNKNOWN
        else:
            certain = sum(column.bits[answer] for answer in said.chosen)
            open_ = 0
            for bit, covered in column.covers.items():
                if certain & bit:
                    open_ |= covered
            if said.unknown:
                certain |= SAID_UNKNOWN
                open_ = column.everything
            if said.quantity is not None:
                amount = said.quantity.amount
        given.append(certain)
        possible.append(open_ & ~certain)
        amounts.append(amount)
    said_unknown = sum(1 << index for index, bits in enumerate(given) if bits & SAID_UNKNOWN)
    return Facts(given, possible, amounts, said_unknown)
