"""Amounts as people say them, "about 3 weeks" or "a year and a half", for the strict parser.

Only what can be read in one way is reworded. "Nearly 3 months" may lie on the other side of a limit
that a rule has at 3 months, so it is asked for again. Flags and files know none of this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bumpcheck.errors import AnswerError, quoted
from bumpcheck.model import Measure, Question
from bumpcheck.quantities import EXAMPLES, SPELLINGS, UNITS

_COUNTED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_TEENS = ("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBERS = {
    word: str(number) for number, word in enumerate((*_COUNTED, *_TEENS, "nineteen", "twenty"), 1)
}
# "Fifty", and the "two" of "fifty-two".
_OVER_TWENTY = re.compile(rf"\b({'|'.join(_TENS)})(?:[ -]({'|'.join(_COUNTED[:9])}))?\b")

# Said around an amount without changing it.
_BEFORE = re.compile(r"^(?:it is|it's|for|now|already|like an?|like the)\s+")
_AFTER = re.compile(r"(?:\s+(?:old|ago|now|already|long|across|wide)|[.!])$")
# The best guess of whoever says it, and nothing tells on which side the truth lies.
_ABOUT = re.compile(
    r"^(?:(?:about|around|roughly|approximately|circa)\s+|(?:approx|ca)\b\.?\s*|[~\u2248]\s*)"
    r"|\s+or so\b"
)
# A side is named, or two amounts, or none.
_VAGUE = re.compile(
    r"\b(?:almost|nearly|not|under|below|over|above|beyond|past|less|more|least|most|fewer|up|than"
    r"|just|few|couple|several|many|some|any|or|to|between|from|within)\b|\d\s*[-\u2013]\s*\d|[<>+]"
)
_NUMBER = r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+"
_PLAIN = re.compile(rf"(?:{_NUMBER})\s*[a-z]*", re.ASCII)
_AND_A_HALF = re.compile(r"([0-9]+) and a half ([a-z]+)|([0-9]+) ([a-z]+) and a half", re.ASCII)
_TWO_UNITS = re.compile(r"([0-9]+)\s*([a-z]+),?\s*(?:and\s+)?([0-9]+)\s*([a-z]+)", re.ASCII)


def reworded(text: str, question: Question) -> str:
    """An amount as the strict parser reads it; as it was typed where it is not understood.

    Raises AnswerError for what could be several amounts.
    """
    assert question.measure is not None  # the loader gives every quantity a measure
    said = " ".join(text.lower().split())
    alone = _without_words_around(said)
    for band in question.bands:
        if {said, alone} & set(_spellings_of_band(band.text)):
            return band.value
    bare = _ABOUT.sub("", alone)
    if _VAGUE.search(bare):
        raise AnswerError(
            f"{question.id}: {quoted(text)} could be several amounts: say one, in a smaller unit "
            f"where you can, such as {EXAMPLES[question.measure]}, or u for not sure",
            question=question.id,
            given=text,
        )
    amount = _in_digits(bare, question.measure)
    return _one_unit(amount, question.measure) or text


def _spellings_of_band(text: str) -> Iterator[str]:
    whole = " ".join(text.lower().split())
    for words in (whole, re.sub(r"\s*\([^)]*\)", "", whole)):
        yield words
        yield _BEFORE.sub("", words)
        yield re.sub(r"(?<=\d) to (?=\d)", "-", words)


def _without_words_around(said: str) -> str:
    """The amount alone, as it was said: "for about 3 weeks now" is about 3 weeks."""
    while (shorter := _AFTER.sub("", _BEFORE.sub("", said))) != said:
        said = shorter
    return said


def _in_digits(said: str, measure: Measure) -> str:
    """Numbers in words as digits, "a week" as one, a decimal comma as a point."""
    said = re.sub(r"(?<=\d),(?=\d{1,2}(?!\d))", ".", said)
    said = re.sub("(?<=[0-9]) ?(?:\u00bd|(?<= )1/2(?![0-9]))", ".5", said)
    said = re.sub("\u00bd|(?<![0-9/])1/2(?![0-9])", "0.5", said)
    # Half of a unit, and two weeks that have a name of their own.
    said = re.sub(r"\bhalf (?:a|an|of a) ", "0.5 ", said)
    if measure == "time":
        said = re.sub(r"\b(?:a|one) fortnight\b", "2 weeks", said)
        said = re.sub(r"^(?:since )?yesterday$", "1 day", said)
        said = re.sub(r"(?<=[0-9]) ?y/?o$", " years", said)
    units = "|".join(sorted(SPELLINGS[measure], key=len, reverse=True))
    said = re.sub(rf"\ban? (?=(?:{units})\b)", "1 ", said)
    said = _OVER_TWENTY.sub(_over_twenty, said)
    return re.sub("[a-z]+", lambda word: _NUMBERS.get(word[0], word[0]), said)


def _over_twenty(words: re.Match[str]) -> str:
    tens, ones = words[1], words[2]
    return str(10 * (_TENS.index(tens) + 2) + (_COUNTED.index(ones) + 1 if ones else 0))


def _one_unit(said: str, measure: Measure) -> str | None:
    """An amount in one unit, None where it is none; "1 year and 2 months" are 14 months."""
    if _PLAIN.fullmatch(said):
        return said
    if half := _AND_A_HALF.fullmatch(said):
        number, unit = (half[1], half[2]) if half[1] else (half[3], half[4])
        return f"{number}.5 {unit}"
    two = _TWO_UNITS.fullmatch(said)
    spellings, units = SPELLINGS[measure], UNITS[measure]
    if two is None or two[2] not in spellings or two[4] not in spellings:
        return None
    larger, smaller = spellings[two[2]], spellings[two[4]]
    times = units[larger] / units[smaller]
    # Months hold no whole number of weeks, and what is not whole is not what was said.
    if times <= 1 or times != round(times):
        return None
    return f"{int(two[1]) * round(times) + int(two[3])} {smaller}{'s' if measure == 'time' else ''}"
