"""What would change a result, in words: for a person what calls for more care, or all of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bumpcheck.model import RANK, URGENCIES, Question, Reason, said_to
from bumpcheck.result import Change, Result
from bumpcheck.texts import fill

from .lines import Line, wrapped

FOR_A_PERSON = 6
FOR_A_CLINICIAN = 40
ALARMS: tuple[Reason, ...] = ("red-flag", "referral-sign")


def lines(result: Result, *, clinician: bool, width: int) -> Iterator[Line]:
    """The heading and the changes, after an empty line; nothing where there is none to tell."""
    told = list(in_words(result, clinician=clinician))
    if told:
        yield Line()
        yield from wrapped(result.pack.texts["heading.changes"], width, "heading")
        for said in told:
            yield from wrapped(said, width, "body", "  - ", "    ")


def in_words(result: Result, *, clinician: bool) -> Iterator[str]:
    """One line for each change that is told, the most useful few to a person."""
    if not clinician:
        yield from (_to_a_person(result, change) for change in more_urgent(result))
        return
    changes = result.would_change or ()
    yield from (_to_a_clinician(result, change) for change in changes[:FOR_A_CLINICIAN])
    if changes[FOR_A_CLINICIAN:]:
        count = len(changes) - FOR_A_CLINICIAN
        yield fill(result.pack.texts["label.more"], count=f"{count}")


def more_urgent(result: Result) -> list[Change]:
    """A few changes that call for more care, the most urgent first, and some of each urgency.

    What only makes answers clash is none: it says nothing of how someone fares. What is a warning
    by itself stands before what only speaks less for an outcome.
    """
    changes = [it for it in result.would_change or () if it.reason != "conflict"]
    changes.sort(key=lambda change: change.reason not in ALARMS)
    by_urgency = [
        [change for change in changes if change.urgency == urgency]
        for urgency in reversed(URGENCIES[RANK[result.urgency] + 1 :])
    ]
    chosen: list[Change] = []
    told: set[str] = set()
    while any(by_urgency):
        for alike in filter(None, by_urgency):
            # Rather another question than another answer to one that is named already.
            new = (change for change in alike if told.isdisjoint(change.answers.given))
            change = next(new, alike[0])
            alike.remove(change)
            chosen.append(change)
            told.update(change.answers.given)
    return sorted(chosen[:FOR_A_PERSON], key=lambda change: -RANK[change.urgency])


def _to_a_person(result: Result, change: Change) -> str:
    texts = result.pack.texts
    answers = [
        fill(
            texts["label.answer"],
            question=question.id,
            said=", ".join(_answer_texts(result, question, change)),
        )
        for question in _asked(result, change)
    ]
    # More care is never a reassuring outcome.
    verdict = fill(texts[f"verdict.{change.urgency}"], door=texts[f"door.{change.disposition}"])
    return fill(texts["label.if"], answers=_joined(result, answers), verdict=f"{verdict}.")


def _to_a_clinician(result: Result, change: Change) -> str:
    """In the words of the rules, as everything else that only a clinician is shown."""
    said = change.answers.as_input(result.pack)
    answers = [
        f"{id}: {', '.join(words) if isinstance(words, list) else words}"
        for id, words in said.items()
    ]
    end = ", ".join(dict.fromkeys((change.outcome, change.urgency, change.disposition)))
    clash = f" ({result.pack.texts['reason.conflict']})" if change.reason == "conflict" else ""
    texts = result.pack.texts
    return fill(texts["label.if"], answers=_joined(result, answers), verdict=f"{end}.{clash}")


def _joined(result: Result, answers: Sequence[str]) -> str:
    return f" {result.pack.texts['label.and']} ".join(answers)


def _asked(result: Result, change: Change) -> Iterator[Question]:
    return (result.pack.question(id) for id in change.answers.given)


def _answer_texts(result: Result, question: Question, change: Change) -> Iterator[str]:
    given = change.answers.given[question.id]
    if given.quantity is not None:
        yield given.quantity.words
    for answer in question.answers:
        if answer.id in given.chosen:
            yield said_to(result.person, answer.text)
