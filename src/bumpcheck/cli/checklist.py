"""Several questions at once, as a list of what may apply; "none of these" answers them all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from bumpcheck.errors import AnswerError, nearest, quoted
from bumpcheck.interview import Asked, Interview, Item
from bumpcheck.model import UNKNOWN

from .terminal import lines, rows, say
from .typed import (
    NOT_SURE,
    NOTHING_TYPED,
    Said,
    as_named,
    checked,
    keys,
    number_in,
    split,
)

NONE = ("0", "none", "none of these")
# Beside a question of a list that has no calm answer.
NAME_ONE = "name one"
UNSURE_OF_ALL = "u all"
# A number of a list, and one that the person is not sure of.
_MARK = re.compile(r"(u|unknown |not sure )?\s*(\d+)")
# Below a list: what is left out of the numbers must be clear before any is typed.
HOW = (
    "Type all numbers that apply, {several}, or 0 for none of these. What you leave out counts as "
    "in brackets. Not sure of {one}? Type u{one}."
)


class Numbered(Struct, frozen=True):
    """One line of a list."""

    asked: Asked
    answer: Item


class Checklist(Struct, frozen=True):
    """Several questions at once, by what may apply: numbers, or none of these.

    What is left out of the numbers gets the calm answer, which stands beside its question; it says
    so below the list, and "not sure" is said of each line by itself. A question without a calm
    answer shows all of its answers, and has none where no line of it is named.
    """

    interview: Interview
    asked: tuple[Asked, ...]
    head: str
    skips: bool

    @property
    def prompt(self) -> str:
        return keys("0 none", f"u{self._example} not sure", skips=self.skips)

    @property
    def _example(self) -> int:
        return min(3, len(self._numbered))

    @property
    def _numbered(self) -> list[Numbered]:
        return [Numbered(one, answer) for one in self.asked for answer in _alarming(one)]

    def names(self) -> Iterable[str]:
        return (name for line in self._numbered for name in line.answer.names)

    def show(self) -> None:
        say()
        say(f"{self.head} What applies?")
        number = 1
        for one in self.asked:
            say()
            for line in _paragraph(one, number):
                say(line, wrap=False)
            number += len(_alarming(one))
        say()
        several = f"as in 1,{self._example}" if self._example > 1 else "as in 1"
        say(HOW.format(several=several, one=self._example))

    def explain(self) -> None:
        for one in self.asked:
            say(" ".join((one.ask, one.why, *([one.help] if one.help else ()))))
        last = len(self._numbered)
        say(
            f"Type numbers from 1 to {last} or their words, with a comma between two. 0 says that "
            "none of these applies. A question of which you name no number counts as in brackets."
        )
        say(
            f"u{self._example} says that you are not sure of {self._example}, and u all that you "
            "are not sure of any. Not sure is never taken for a no."
        )

    def take(self, typed: str) -> Said:
        said = " ".join(typed.lower().split())
        known = "" if said in self.names() else said
        if known in NONE:
            return self._told({})
        if known == UNSURE_OF_ALL:
            return {one.id: UNKNOWN for one in self.asked}
        if not split(said):
            raise AnswerError(
                f"{NOTHING_TYPED}: say the numbers that apply, or 0 for none of these"
            )
        if known in NOT_SURE:
            raise AnswerError(
                f"not sure of which? Say u and its number, as in u{self._example}, or u all"
            )
        applies, unsure = self._marked(said)
        return checked(
            self.interview,
            self._told({one.id: self._answer(one, applies, unsure) for one in self.asked}),
        )

    def _told(self, marked: Mapping[str, object]) -> Said:
        """Each question as it was marked, or else as it counts by itself, if it does."""
        told = {one.id: marked.get(one.id) or one.question.calm for one in self.asked}
        return {id: answer for id, answer in told.items() if answer is not None}

    def _marked(self, said: str) -> tuple[set[int], set[int]]:
        """The numbers that apply, and those of which the person is not sure."""
        applies: set[int] = set()
        unsure: set[int] = set()
        for word in split(said):
            mark = _MARK.fullmatch(word)
            if mark is None:
                applies.add(self._number_of(word))
                continue
            number = number_in(mark[2])
            if not 1 <= number <= len(self._numbered):
                raise AnswerError(
                    "0 stands by itself, and says that none of these applies"
                    if word == "0"
                    else f"{quoted(word)} is not in the list: say 1 to {len(self._numbered)}, or 0"
                )
            if mark[1]:
                unsure.add(number)
            elif unsure:
                # "u3 4": is 4 what applies, or is that not sure as well?
                raise AnswerError(
                    f"is {number} not sure as well? Then say u{number}; if it applies, say it "
                    "before the u"
                )
            else:
                applies.add(number)
        if both := applies & unsure:
            number = min(both)
            raise AnswerError(
                f"{number} cannot both apply and be not sure: say {number} or u{number}"
            )
        return applies, unsure

    def _number_of(self, word: str) -> int:
        """The number of an answer by its word, if that is one line's alone."""
        found = [
            number
            for number, line in enumerate(self._numbered, start=1)
            if as_named(word) in line.answer.names
        ]
        if len(found) == 1:
            return found[0]
        if found:
            could = " or ".join(map(str, found))
            raise AnswerError(f"{quoted(word)} could be {could}: say the number")
        close = nearest(as_named(word), list(self.names()))
        hint = f"did you mean {' or '.join(close)}?" if close else ""
        last = len(self._numbered)
        raise AnswerError(
            f"{quoted(word)} is not in the list: "
            f"{hint or f'say numbers from 1 to {last}, or 0 for none of these'}"
        )

    def _answer(self, asked: Asked, applies: set[int], unsure: set[int]) -> list[str]:
        own = {
            number: line.answer
            for number, line in enumerate(self._numbered, start=1)
            if line.asked is asked
        }
        chosen = [answer.id for number, answer in own.items() if number in applies]
        doubt = sorted(unsure & set(own))
        if asked.question.kind == "one" and len(chosen) + bool(doubt) > 1:
            named = sorted(applies & set(own))
            marks = [*map(str, named), *(f"u{number}" for number in doubt)]
            raise AnswerError(
                f"{asked.ask} takes one answer: say {' or '.join(marks)}, not both",
                question=asked.id,
            )
        if doubt:
            return [*chosen, UNKNOWN]
        return chosen


def parts(asked: Sequence[Asked], head: str) -> Iterator[tuple[Asked, ...]]:
    """The questions in as many lists as it takes for each to be seen whole.

    What has scrolled away is not read, and would be answered all the same.
    """
    seen = rows()
    # Above and below the questions: two empty lines and the prompt beside these.
    around = len(lines(f"{head} Part 1 of 1. What applies?")) + len(lines(HOW)) + 3
    part: list[Asked] = []
    used = around
    for one in asked:
        height = 1 + len(_paragraph(one, 1))
        if part and seen is not None and used + height > seen:
            yield tuple(part)
            part, used = [], around
        part.append(one)
        used += height
    yield tuple(part)


def _paragraph(asked: Asked, first: int) -> list[str]:
    """A question of a list, what counts if nothing of it is named, and what may apply."""
    calm = next((a.text for a in asked.answers if a.id == asked.question.calm), None)
    shown = lines(f"{asked.ask} ({NAME_ONE if calm is None else f'0: {calm}'})")
    for number, answer in enumerate(_alarming(asked), start=first):
        shown += lines(f"{number:4}  {answer.text}", " " * 6)
    return shown


def _alarming(asked: Asked) -> list[Item]:
    """The answers that a list shows by number: all but the calm one.

    What an interview would take "none of these" for is no calm answer: it says nothing of the kind,
    and whoever types 0 does not mean it.
    """
    return [answer for answer in asked.answers if answer.id != asked.question.calm]
