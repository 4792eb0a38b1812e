"""Questions put on a terminal until they are answered, or another way is chosen.

Nothing is ever chosen by default, and what cannot be read in one way is asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from typing import Protocol

from bumpcheck.errors import AnswerError
from bumpcheck.interview import Asked, Interview

from .checklist import Checklist
from .checklist import parts as parts_of
from .single import Single
from .terminal import read, say
from .typed import Said

# Above a question of a list that nothing counts for unless it is named.
NAME_IT = "Still left of the list:"


class Way(Enum):
    """Where to go instead of answering."""

    BACK = "back"
    SKIP = "skip"


class Left(Exception):
    """The person chose to leave."""


class Form(Protocol):
    """One or several questions on a screen."""

    @property
    def prompt(self) -> str: ...

    def show(self) -> None: ...

    def explain(self) -> None: ...

    def names(self) -> Iterable[str]:
        """The words that are answers here, and so no commands."""

    def take(self, typed: str) -> Said:
        """The answers that were typed; raises AnswerError."""


def put(
    interview: Interview,
    asked: Sequence[Asked],
    head: str,
    *,
    skips: bool = False,
    ends: Callable[[Said], bool] | None = None,
) -> Said | Way:
    """Put questions until all are answered, or another way was chosen; raises Left.

    A list that is longer than the screen is put in parts; after each of them `ends` tells whether
    the answers so far leave nothing to ask, and then they are all there is.
    """
    if len(asked) == 1:
        return _fill_in(Single(interview, asked[0], head, skips))
    parts = list(parts_of(asked, head))
    taken: list[Said] = []
    while len(taken) < len(parts):
        at = len(taken)
        part = f"{head} Part {at + 1} of {len(parts)}." if len(parts) > 1 else head
        answers = _list(Checklist(interview, parts[at], part, skips))
        if isinstance(answers, dict):
            taken.append(answers)
            if ends is not None and ends(_joined(taken)):
                break
        elif answers is Way.BACK and taken:
            taken.pop()
        else:
            return answers
    return _joined(taken)


def _list(form: Checklist) -> Said | Way:
    """The answers to a list; what must be named, and was not, is asked for by itself."""
    answers = _fill_in(form)
    while isinstance(answers, dict):
        left = next((one for one in form.asked if one.id not in answers), None)
        if left is None:
            break
        again = _fill_in(Single(form.interview, left, f"{form.head} {NAME_IT}", form.skips))
        if again is Way.BACK:
            answers = _fill_in(form)
        else:
            answers = _joined([answers, again]) if isinstance(again, dict) else again
    return answers


def _joined(taken: Iterable[Said]) -> Said:
    return {id: answer for answers in taken for id, answer in answers.items()}


def _fill_in(form: Form) -> Said | Way:
    form.show()
    while True:
        typed = read(form.prompt)
        said = " ".join(typed.lower().split())
        known = "" if said in form.names() else said
        if known in ("q", "quit"):
            raise Left
        if known in ("b", "back"):
            return Way.BACK
        if known in ("s", "skip") and "s skip" in form.prompt:
            return Way.SKIP
        if known in ("?", "why", "help"):
            form.explain()
            continue
        try:
            return form.take(typed)
        except AnswerError as error:
            say(error.message)
