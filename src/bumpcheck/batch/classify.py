"""What comes of one row: the columns of a verdict, from the answers that its cells give.

A classifier takes answers in a code of its own. It is asked for the code of an answer once for
each different text of a column, and for a verdict with one code for each column that is read.
`Evaluated` asks the engine, which is the meaning of the rules. `Judged` walks their coded form,
which is the same and many times as fast; rules beyond it are evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import Protocol, TypeVar

from msgspec import structs

from bumpcheck.answers import Answers, Given
from bumpcheck.coded import NotCodable, coded
from bumpcheck.coded import Verdict as CodedVerdict
from bumpcheck.coded.verdicts import CodedRules, Judge
from bumpcheck.engine import evaluate
from bumpcheck.model import RulePack
from bumpcheck.quantities import Quantity

# How many verdicts and answers are remembered; memory must not grow with the rows.
VERDICTS = 1 << 14
CODES = 1 << 13

# One cell of a verdict: a word or words, a number of points, or nothing.
Cell = str | int | None
Verdict = tuple[Cell, ...]

Code = TypeVar("Code", bound=Hashable)


class Classifier(Protocol[Code]):
    """Gives a row its verdict; for the answers to these questions, in this order."""

    def code(self, question: str, given: Given | None) -> Code:
        """An answer to a question, as `row` takes it; None was not asked."""

    def row(self, codes: tuple[Code, ...]) -> Verdict:
        """The cells of `columns`, the last of them (`error`) empty."""


def columns(pack: RulePack) -> tuple[str, ...]:
    """The columns that a verdict adds to a row, in order."""
    return (
        "outcome",
        "urgency",
        "disposition",
        "reason",
        "screening",
        "pattern",
        *(f"points_{outcome.id}" for outcome in pack.reassuring),
        "red_flags",
        "referral_signs",
        "not_ruled_out",
        "error",
    )


def classifier(
    pack: RulePack, asked: Sequence[str], *, strict: bool, none_of_these: bool
) -> Classifier[Said]:
    """The fastest classifier that there is for these rules."""
    try:
        return Judged(pack, asked, strict=strict, none_of_these=none_of_these)
    except NotCodable:
        return Evaluated(pack, asked, strict=strict, none_of_these=none_of_these)


class Said:
    """An answer in code: known by its identity, which is looked up at once.

    `mask` are the terms that it lets stand, for `Judged`.
    """

    __slots__ = ("given", "mask")

    def __init__(self, given: Given | None, mask: int = 0) -> None:
        self.given = given
        self.mask = mask


class Evaluated:
    """The verdicts of the engine, remembered by the answers."""

    def __init__(
        self, pack: RulePack, asked: Sequence[str], *, strict: bool, none_of_these: bool
    ) -> None:
        self._pack = pack
        self._asked = tuple(asked)
        # Answers are in the pack's order, whatever the order of the columns.
        self._order = [id for id in (question.id for question in pack.questions) if id in asked]
        self._strict = strict
        self._none_of_these = none_of_these
        self._codes: dict[tuple[str, Given | None], Said] = {}
        self.row: Callable[[tuple[Said, ...]], Verdict] = lru_cache(VERDICTS)(self._row)

    def code(self, question: str, given: Given | None) -> Said:
        """The same code for the same answer, while it is remembered; `3 weeks` is `21 days`."""
        if given is not None and given.quantity is not None:
            given = Given(quantity=Quantity(given.quantity.amount, ""))
        key = (question, given)
        code = self._codes.get(key)
        if code is None:
            if len(self._codes) >= CODES:
                self._codes.clear()
            code = self._codes[key] = Said(given)
        return code

    def _row(self, codes: tuple[Said, ...]) -> Verdict:
        said = {id: code.given for id, code in zip(self._asked, codes, strict=True)}
        answers = Answers({id: given for id in self._order if (given := said[id]) is not None})
        result = evaluate(
            self._pack, answers, strict=self._strict, none_of_these=self._none_of_these
        )
        return (
            result.outcome,
            result.urgency,
            result.disposition,
            result.reason,
            result.screening,
            result.pattern.id if result.pattern else None,
            *(result.points[outcome.id] for outcome in self._pack.reassuring),
            ";".join(raised.flag.id for raised in result.red_flags),
            ";".join(sign.id for sign in result.referral_signs),
            ";".join(open_.alarm.id for open_ in result.not_ruled_out),
            None,
        )


class Judged:
    """The verdicts of the coded form, remembered by the terms that stand. Raises NotCodable.

    The code of an answer has the terms that it lets stand, so that a row is a few "and"s.
    """

    def __init__(
        self, pack: RulePack, asked: Sequence[str], *, strict: bool, none_of_these: bool
    ) -> None:
        self._coded = coded(pack)
        self._strict = strict
        self._none_of_these = none_of_these
        # A row has neither look-alikes nor advice: their terms are left out.
        rules = structs.replace(self._coded.rules, look_alikes=(), advice=())
        self._judge = Judge(pack, rules)
        self._terms = _terms(rules)
        self._places = {block.column.id: at for at, block in enumerate(self._coded.blocks)}
        self._standing = self._terms
        for id, place in self._places.items():
            if id not in asked:
                self._standing &= self._mask(place, self._coded.blocks[place].code(None))
        at = {id: number for number, id in enumerate(asked)}
        self._compared = [
            (place, relation, at[relation.first.column.id], at[relation.second.column.id])
            for place, relation in enumerate(self._coded.relations, len(self._coded.blocks))
            if relation.first.column.id in at and relation.second.column.id in at
        ]
        self._verdict: Callable[[int], Verdict] = lru_cache(VERDICTS)(self._of_standing)

    def code(self, question: str, given: Given | None) -> Said:
        """An answer with the terms that it lets stand."""
        place = self._places[question]
        return Said(given, self._mask(place, self._coded.blocks[place].code(given)))

    def row(self, codes: tuple[Said, ...]) -> Verdict:
        """The cells of `columns`, the last of them (`error`) empty."""
        standing = self._standing
        for code in codes:
            standing &= code.mask
        for place, relation, first, second in self._compared:
            one, other = codes[first].given, codes[second].given
            standing &= self._mask(place, relation.code(one, other))
        return self._verdict(standing)

    def _mask(self, place: int, code: int) -> int:
        return self._coded.terms.mask(place, code) & self._terms

    def _of_standing(self, standing: int) -> Verdict:
        said: CodedVerdict = self._judge.verdict(
            standing, strict=self._strict, none_of_these=self._none_of_these
        )
        return (
            said.outcome,
            said.urgency,
            said.disposition,
            said.reason,
            said.screening,
            said.pattern,
            *said.points,
            ";".join(id for id, _, _ in said.red_flags),
            ";".join(said.referral_signs),
            ";".join(said.not_ruled_out),
            None,
        )


def _terms(rules: CodedRules) -> int:
    """Every term of the rules that have a say in a row."""
    sections = (
        [it.terms for it in rules.red_flags],
        [it.terms for it in rules.signs],
        [it.terms for it in rules.conflicts],
        [it.terms for it in rules.evidence],
        [it.terms for it in rules.patterns],
        [it.terms for it in rules.doors],
    )
    terms = 0
    for section in sections:
        for bits in section:
            terms |= bits
    return terms
