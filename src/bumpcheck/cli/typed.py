"""What was typed, before it is known what it answers."""

from __future__ import annotations

import re

from bumpcheck.answers import parse
from bumpcheck.interview import Interview
from bumpcheck.model import UNKNOWN, Answer

Said = dict[str, object]

NOT_SURE = ("u", UNKNOWN, "not sure")
NOTHING_TYPED = "nothing is chosen for you"
# Numbers of a list without commas, and whether the person is not sure of them.
_MARKS = re.compile(r"u?\d+(?:\s+(?:and\s+)?u?\d+)+")


def keys(*keys: str, skips: bool) -> str:
    return f"[{', '.join((*keys, '? why', 'b back', *(['s skip'] * skips), 'q quit'))}] > "


def checked(interview: Interview, said: Said) -> Said:
    """The same, if these are answers to their questions; raises AnswerError."""
    parse(interview.pack, said)
    return said


def split(typed: str) -> list[str]:
    """What stands between commas; between blanks as well where it is numbers alone."""
    words: list[str] = []
    for part in typed.replace(";", ",").split(","):
        word = part.strip()
        if _MARKS.fullmatch(word):
            words += re.findall(r"u?\d+", word)
        elif word:
            words.append(word)
    return words


def number_in(digits: str) -> int:
    """A number of a list; 0 for what is no number, or longer than any list."""
    return int(digits) if digits.isdecimal() and len(digits) < 4 else 0


def names_of(answer: Answer) -> tuple[str, ...]:
    return (answer.id, *answer.aliases)


def as_named(word: str) -> str:
    """A word as answers are named: "Hair line" is hair-line."""
    return "-".join(word.lower().replace("_", " ").split())
