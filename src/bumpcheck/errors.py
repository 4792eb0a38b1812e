"""What can go wrong, told in one clear line: what, where, and what would be right."""

import unicodedata
from collections.abc import Iterable, Sequence
from enum import IntEnum

from msgspec import Struct

SHOWN_AT_MOST = 60
NEAREST_AT_MOST = 3


class Exit(IntEnum):
    """Exit codes of the command line, as promised to scripts."""

    RESULT = 0
    FAILED = 1
    USAGE = 2
    RULES = 3
    INTERRUPTED = 130


class BumpcheckError(Exception):
    """The base of every error that bumpcheck raises on purpose."""


class AnswerError(BumpcheckError):
    """An answer that cannot be taken: an unknown question, a wrong value, an absurd quantity.

    ``question`` and ``given`` name what was wrong (either may be None) and ``nearest`` holds what
    would be right, the closest first.
    """

    def __init__(
        self,
        message: str,
        *,
        question: str | None = None,
        given: str | None = None,
        nearest: Sequence[str] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.question = question
        self.given = given
        self.nearest = tuple(nearest)


class FileError(BumpcheckError):
    """A file of answers that cannot be read, or is not what it should be."""


class Place(Struct, frozen=True, array_like=True, gc=False):
    """Where something stands: a file, and line and column, both counted from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{visible(self.file)}:{self.line}:{self.column}"


class Problem(Struct, frozen=True):
    """One thing wrong with a rule pack, with the line it stands in and what would be right."""

    place: Place
    message: str
    hint: str | None = None
    line: str | None = None

    def __str__(self) -> str:
        said = f"{self.place}: {self.message}"
        if self.hint:
            said += f" ({self.hint})"
        if self.line is not None and self.line.strip():
            before = visible(self.line[: self.place.column - 1]).expandtabs(1)
            said += f"\n    {visible(self.line).rstrip()}\n    {' ' * len(before)}^"
        return said


class RulePackError(BumpcheckError):
    """A rule pack that does not load; ``problems`` holds every error of it, in order of place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(
            sorted(problems, key=lambda p: (p.place.file, p.place.line, p.place.column, p.message))
        )
        super().__init__("\n".join(map(str, self.problems)))

    @property
    def summary(self) -> str:
        """How many problems there are, in words."""
        count = len(self.problems)
        return f"{count} {'problem' if count == 1 else 'problems'} in the rules"


def visible(text: str) -> str:
    """The text with every control, format and surrogate character spelled out.

    Terminal escapes and right-to-left marks in somebody's input or file names must show as text.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char if unicodedata.category(char)[0] not in "CZ" or char == " " else _spelled(char)
        for char in text
    )


def _spelled(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def quoted(text: str) -> str:
    """Somebody's input between quotes, visible and cut to a length that fits a line."""
    cut = text if len(text) <= SHOWN_AT_MOST else text[:SHOWN_AT_MOST] + "..."
    return f"'{visible(cut)}'"


def nearest(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known words closest to a mistyped one, best first; () where none is close."""
    from difflib import get_close_matches

    return tuple(get_close_matches(word[:SHOWN_AT_MOST], list(known), NEAREST_AT_MOST, 0.6))


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A hint for a mistyped word, or None where nothing is close."""
    close = nearest(word, known)
    return f"did you mean {' or '.join(close)}?" if close else None
