"""After the last question: all answers once more, to be changed; then a report, if wanted."""

from __future__ import annotations

import os
import sys
from enum import Enum

from msgspec.structs import replace

from bumpcheck.answers import Given
from bumpcheck.errors import FileError, quoted
from bumpcheck.interview import Interview
from bumpcheck.model import Question
from bumpcheck.result import Result

from .asking import Left, Way, put
from .show import Shown, show
from .terminal import InputEnded, is_held, read, say

REVIEW = "[r result, number to change, ? help, b back, q quit] > "
SAVE = "[s FILE save, Enter leave] > "
# The format of a report by how its name ends.
ENDINGS = {
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "plain",
    ".json": "json",
}


class After(Enum):
    """What the review led to."""

    RESULT = "result"
    CHANGED = "changed"
    BACK = "back"


def review(interview: Interview) -> After:
    """Show every answer until they are said to be right, or one is changed; raises Left."""
    answered = [interview.pack.question(id) for id in interview.answers.given]
    _list(interview, answered)
    while True:
        try:
            typed = read(REVIEW).lower()
        except InputEnded:
            if sys.stdin.isatty():
                raise
            # Answers that are piped in all stand; there is nobody to look at them again.
            return After.RESULT
        if typed in ("r", "result"):
            return After.RESULT
        if typed in ("q", "quit"):
            raise Left
        if typed in ("b", "back"):
            return After.BACK
        if typed in ("?", "why", "help"):
            say("So far nothing is shown or kept. Look whether each answer is as you mean it.")
            say(
                "r shows the result. A number lets you answer that question anew, its word does "
                "as well. Then you see this list again."
            )
            continue
        question = _named(answered, typed)
        if question is None:
            say(f"{_wrong(typed)}: say 1 to {len(answered)} to change that answer, or r")
        elif _change(interview, question):
            return After.CHANGED
        else:
            _list(interview, answered)


def _list(interview: Interview, answered: list[Question]) -> None:
    say()
    say("Your answers. Is each of them right?")
    for number, question in enumerate(answered, start=1):
        said = in_words(interview, question, interview.answers.given[question.id])
        say(f"{number:4}  {question.id}: {said}", " " * 6)


def _named(answered: list[Question], typed: str) -> Question | None:
    """The question that was meant, by its number in the list or by its word."""
    for number, question in enumerate(answered, start=1):
        if typed in (str(number), question.id, *question.aliases):
            return question
    return None


def _wrong(typed: str) -> str:
    return f"{quoted(typed)} is not in the list" if typed else "nothing is chosen for you"


def _change(interview: Interview, question: Question) -> bool:
    """Ask a question anew; False where it was left as it is."""
    said = put(
        interview,
        [interview.asks(question.id)],
        "Another answer; b keeps the one you gave.",
        skips=False,
    )
    if isinstance(said, Way):
        return False
    interview.change(question.id, said[question.id])
    return True


def in_words(interview: Interview, question: Question, given: Given) -> str:
    """An answer as it was offered, and not by its id."""
    if given.quantity is not None:
        words = given.quantity.words
        band = next((band.text for band in question.bands if band.value == words), None)
        return f"{words}, {band}" if band else words
    texts = [interview.say(a.text) for a in question.answers if a.id in given.chosen]
    if given.unknown:
        texts.append("not sure of the rest" if texts else "not sure")
    return "; ".join(texts)


def offer_report(result: Result, shown: Shown) -> None:
    """On a terminal: save the result where it is wanted; nothing is saved unasked."""
    if shown.output is not None or not is_held():
        return
    say()
    say("Keep a report? Type s and a name that ends in .html or .md: s report.html")
    while True:
        try:
            typed = read(SAVE)
        except InputEnded:
            return
        key, _, name = typed.partition(" ")
        file = os.path.expanduser(name.strip())
        if typed.lower() in ("", "q", "quit"):
            return
        if key.lower() not in ("s", "save") or not file:
            say("Type s and a file name, as in s report.html, or Enter alone to leave.")
            continue
        format = ENDINGS.get(os.path.splitext(file)[1].lower())
        if format is None:
            say(f"{quoted(file)} should end in .html, .md or .txt")
        elif os.path.lexists(file):
            say(f"{quoted(file)} is there already: give another name")
        else:
            try:
                show(result, replace(shown, format=format, output=file))
            except FileError as error:
                say(str(error))
                continue
            say(f"Saved in {quoted(file)}; only you can read it.")
            return
