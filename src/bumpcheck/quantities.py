"""Quantities as people write them, "3 weeks" or "0.5 cm", as exact days and millimetres."""

from __future__ import annotations

import re

from msgspec import Struct

from .errors import AnswerError, nearest, quoted
from .model import Measure, Question

# A week is 7 days, a month 30.4375 and a year 365.25: the contract's own figures.
UNITS: dict[Measure, dict[str, float]] = {
    "time": {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.4375, "year": 365.25},
    "length": {"mm": 1.0, "cm": 10.0},
}
SPELLINGS: dict[Measure, dict[str, str]] = {
    "time": {
        **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "hour"),
        **dict.fromkeys(("d", "day", "days"), "day"),
        **dict.fromkeys(("w", "wk", "wks", "week", "weeks"), "week"),
        **dict.fromkeys(("mo", "mos", "mth", "month", "months"), "month"),
        **dict.fromkeys(("y", "yr", "yrs", "year", "years"), "year"),
    },
    "length": {
        **dict.fromkeys(("mm", "millimetre", "millimetres", "millimeter", "millimeters"), "mm"),
        **dict.fromkeys(("cm", "centimetre", "centimetres", "centimeter", "centimeters"), "cm"),
    },
}
EXAMPLES: dict[Measure, str] = {
    "time": "5 days, 3 weeks, 8 months or 34 years",
    "length": "2 mm or 0.5 cm",
}
# Products such as 1.1 * 10 are a little off in binary; a billionth of a day does not matter.
DIGITS = 9

_WRITTEN = re.compile(r"([0-9]+(?:\.[0-9]+)?|\.[0-9]+)\s*([a-z]*)", re.ASCII)


class Quantity(Struct, frozen=True):
    """An amount in days or millimetres, and how it was said ("3 weeks")."""

    amount: float
    words: str


def parse(text: str, measure: Measure, bare: str | None = None) -> Quantity:
    """Read a quantity; `bare` is the unit of a number by itself, None where it needs one.

    Raises ValueError with a message for people.
    """
    written = _WRITTEN.fullmatch(text.strip().lower())
    if written is None:
        raise ValueError(f"{quoted(text)} is not a quantity: write {EXAMPLES[measure]}")
    number, unit_said = written.groups()
    unit = SPELLINGS[measure].get(unit_said) if unit_said else bare
    if unit is None:
        spellings = SPELLINGS[measure]
        close = [spellings[word] for word in nearest(unit_said, spellings)] if unit_said else []
        known = " or ".join(dict.fromkeys(close)) if close else ", ".join(UNITS[measure])
        said = f"has no unit {quoted(unit_said)} that is known" if unit_said else "needs a unit"
        raise ValueError(f"{quoted(text)} {said}: say {known}, as in {EXAMPLES[measure]}")
    return Quantity(round(float(number) * UNITS[measure][unit], DIGITS), in_words(number, unit))


def in_words(number: str, unit: str) -> str:
    """`3`, `week` as "3 weeks": plain words, and accepted as input again."""
    whole, _, part = number.partition(".")
    number = (whole.lstrip("0") or "0") + (f".{part}" if part.strip("0") else "")
    plural = "" if number == "1" or unit in UNITS["length"] else "s"
    return f"{number} {unit}{plural}"


def most(question: Question) -> str:
    """The largest answer a question takes, in words."""
    unit = "year" if question.measure == "time" else "mm"
    amount = question.at_most / UNITS[question.measure or "time"][unit]
    return in_words(f"{amount:g}", unit)


def parse_answer(text: str, question: Question) -> Quantity:
    """Read an answer to a question of quantity, within what the question accepts.

    Raises AnswerError.
    """
    assert question.measure is not None  # the loader gives every quantity a measure
    is_bare = re.fullmatch(r"[0-9.]+", text.strip(), re.ASCII) is not None
    try:
        quantity = parse(text, question.measure, question.bare)
    except ValueError as error:
        raise AnswerError(f"{question.id}: {error}", question=question.id, given=text) from None
    if is_bare and question.bare and float(text) < question.bare_at_least:
        *units, last = (f"{unit}s" for unit in UNITS[question.measure] if unit != "hour")
        raise AnswerError(
            f"{question.id}: {quoted(text)} could mean several things: "
            f"say {', '.join(units)} or {last}, "
            f"as in {EXAMPLES[question.measure]}",
            question=question.id,
            given=text,
        )
    if quantity.amount > question.at_most:
        raise AnswerError(
            f"{question.id}: {quoted(text)} is more than can be: "
            f"the most is {most(question)}, and it is written as {EXAMPLES[question.measure]}",
            question=question.id,
            given=text,
        )
    return quantity
