"""Conditions in words, for those who read rules rather than write them.

The words are those of the rule language itself, so that what is read here can be found there.
"""

from __future__ import annotations

from .model import (
    AllOf,
    AnyOf,
    Chosen,
    Condition,
    Found,
    Longer,
    Measure,
    Measured,
    Not,
    RulePack,
    Words,
    said_to,
)
from .quantities import UNITS

ALWAYS = "always"


def in_words(pack: RulePack, condition: Condition) -> str:
    """A condition as one line: "noise is hum or bang, and fill is over 3 mm"."""
    match condition:
        case Chosen(question, answers):
            words = f"{question} is {_or(answers)}"
        case Measured(question):
            measure = pack.question(question).measure
            assert measure is not None  # the loader lets bounds stand at quantities alone
            words = f"{question} is {_bounds(condition, measure)}"
        case Longer(question, than):
            words = f"{question} is longer than {than}"
        case Found(finding):
            words = next(found.text for found in pack.findings if found.id == finding)
        case Not(part):
            words = f"not {_inside(pack, part)}"
        case AllOf(parts):
            words = ", and ".join(_inside(pack, part) for part in parts) or ALWAYS
        case AnyOf(parts):
            words = ", or ".join(_inside(pack, part) for part in parts)
    return words


def _inside(pack: RulePack, part: Condition) -> str:
    """A part of a condition; in brackets where its own commas could be taken for the whole's."""
    words = in_words(pack, part)
    return f"({words})" if isinstance(part, AllOf | AnyOf) and len(part.parts) > 1 else words


def _or(answers: tuple[str, ...]) -> str:
    return answers[0] if len(answers) == 1 else f"{', '.join(answers[:-1])} or {answers[-1]}"


def _bounds(bounds: Measured, measure: Measure) -> str:
    said = (
        ("at least", bounds.at_least),
        ("over", bounds.over),
        ("at most", bounds.at_most),
        ("under", bounds.under),
    )
    return " and ".join(
        f"{word} {amount_in_words(value, measure)}" for word, value in said if value is not None
    )


def amount_in_words(amount: float, measure: Measure) -> str:
    """An amount in the largest unit in which it is whole: 30.4375 days are "1 month"."""
    base = next(unit for unit, size in UNITS[measure].items() if size == 1)
    whole = (unit for unit, size in reversed(UNITS[measure].items()) if _whole(amount / size))
    unit = next(whole, base) if amount else base
    count = amount / UNITS[measure][unit]
    plural = "s" if measure == "time" and round(count, 6) != 1 else ""
    return f"{count:g} {unit}{plural}"


def _whole(count: float) -> bool:
    return abs(count - round(count)) < 1e-6  # a millionth of a day is none


def asked(pack: RulePack, person: str) -> str:
    """The questions as a person is asked them, with every answer that is offered: a text a line.

    What people ask in return, and what they are told then, comes after.
    """
    texts: list[Words] = []
    for question in pack.questions:
        texts += [question.ask, question.why]
        texts += [] if question.help is None else [question.help]
        texts += [answer.text for answer in question.answers]
        texts += [band.text for band in question.bands]
    for frequent in pack.faq:
        texts += [frequent.ask, frequent.answer]
    return "\n".join(said_to(person, text) for text in texts)
