"""One question on a terminal, with all its answers by number, or an amount."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from bumpcheck.errors import AnswerError, quoted
from bumpcheck.interview import Asked, Interview
from bumpcheck.model import UNKNOWN, Question
from bumpcheck.quantities import EXAMPLES

from .amounts import reworded
from .terminal import say
from .typed import NOT_SURE, NOTHING_TYPED, Said, checked, keys, names_of, number_in, split


class Single(Struct, frozen=True):
    """One question with all its answers by number, or an amount."""

    interview: Interview
    asked: Asked
    head: str
    skips: bool

    @property
    def question(self) -> Question:
        return self.asked.question

    @property
    def prompt(self) -> str:
        return keys("u not sure", skips=self.skips)

    def names(self) -> Iterable[str]:
        return (name for answer in self.question.answers for name in names_of(answer))

    def show(self) -> None:
        say()
        say(self.head)
        several = " One or several, as in 1,3." if self.question.kind == "many" else ""
        say(f"{self.asked.ask}{several}")
        if self.question.measure is not None:
            say(f"   such as {EXAMPLES[self.question.measure]}")
            if self.asked.bands:
                say("   or one of these, by its number, as in #1:")
            for number, band in enumerate(self.asked.bands, start=1):
                say(f"{f'#{number}':>6}  {band.text}", " " * 8)
        groups: dict[str | None, list[str]] = {}
        for number, answer in enumerate(self.asked.answers, start=1):
            if answer.group is None:
                say(f"{number:4}  {answer.text}", " " * 6)
            else:
                groups.setdefault(answer.group, []).append(f"{number} {answer.text}")
        for group, answers in groups.items():
            say(f"   {group}: {'; '.join(answers)}", " " * 6)

    def explain(self) -> None:
        say(self.asked.why)
        if self.asked.help:
            say(self.asked.help)
        say(self._how())
        say("Not sure is an answer too: type u. It is never taken for a no.")

    def _how(self) -> str:
        words = ", ".join(answer.id for answer in self.asked.answers)
        if self.question.measure is not None:
            numbered = ", or the number of a line with # before it" if self.asked.bands else ""
            return f"Say it in your own words, as in {EXAMPLES[self.question.measure]}{numbered}."
        if self.question.kind == "many":
            return f"Type the numbers of all that apply, as in 1,3, or the words: {words}."
        return f"Type one number, or one word: {words}."

    def take(self, typed: str) -> Said:
        question = self.question
        if not split(typed):
            raise AnswerError(
                f"{NOTHING_TYPED}: say an answer, or one of the keys below", question=question.id
            )
        if typed.lower() in NOT_SURE:
            said: object = UNKNOWN
        elif question.measure is not None:
            return {question.id: self._amount(typed)}
        else:
            said = [self._word(word) for word in split(typed)]
        return checked(self.interview, {question.id: said})

    def _amount(self, typed: str) -> str:
        bands = self.asked.bands
        if typed.startswith("#"):
            number = number_in(typed[1:].strip())
            if not 1 <= number <= len(bands):
                raise AnswerError(
                    f"{quoted(typed)} is not in the list: say #1 to #{len(bands)}",
                    question=self.question.id,
                )
            return bands[number - 1].value
        try:
            return self._taken(typed)
        except AnswerError as error:
            line = "; or a line by its number, as in #1" if bands else ""
            raise AnswerError(f"{error.message}{line}", question=self.question.id) from None

    def _taken(self, typed: str) -> str:
        """An amount in somebody's own words."""
        said = reworded(typed, self.question)
        checked(self.interview, {self.question.id: said})
        if said != " ".join(typed.lower().split()):
            # Told at once, and before anything else is read: it is what the result will rest on.
            say(f"Taken as {said}.")
        return said

    def _word(self, word: str) -> str:
        if word.lower() in NOT_SURE:
            return UNKNOWN
        if not word.isdecimal():
            return word
        answers = self.asked.answers
        number = number_in(word)
        if not 1 <= number <= len(answers):
            raise AnswerError(
                f"{quoted(word)} is not in the list: say 1 to {len(answers)}",
                question=self.question.id,
            )
        return answers[number - 1].id
