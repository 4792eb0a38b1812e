"""What would change a result, in words: for a person what calls for more care, or all of it."""

from __future__ import annotations

from collections.abc import Iterator

from bumpcheck.answers import Given
from bumpcheck.model import RANK, URGENCIES, Question, Reason, said_to
from bumpcheck.result import Change, Result
from bumpcheck.texts import fill

from .lines import Line, wrapped

FOR_A_PERSON = 8
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
    """What is told of the changes: to a person a line for each of a few, to a clinician all.

    Nothing where they were not worked out, or none is to be told.
    """
    if clinician:
        yield from _by_end(result)
    else:
        yield from (_to_a_person(result, change) for change in more_urgent(result))


# --- To a person ----------------------------------------------------------------------------------


def more_urgent(result: Result) -> list[Change]:
    """A few changes that call for more care, the most urgent first, and some of each urgency.

    What only makes answers clash is none: it says nothing of how someone fares. What is a warning
    by itself stands before what only speaks less for an outcome, and what can come about before
    what was so all along: a question with a calm answer asks of nothing else.
    """
    question = result.pack.question
    changes = [it for it in result.would_change or () if it.reason != "conflict"]
    changes.sort(
        key=lambda change: (
            change.reason not in ALARMS,
            any(question(id).calm is None for id in change.answers.given),
        )
    )
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
    clauses = [
        clause
        for id, given in change.answers.given.items()
        for clause in _clauses(result, result.pack.question(id), given)
    ]
    verdict = f"{texts[f'urgency.{change.urgency}']} ({texts[f'door.{change.disposition}']})."
    return fill(texts["label.if"], answers=_joined(result, clauses), verdict=verdict)


def _clauses(result: Result, question: Question, given: Given) -> Iterator[str]:
    """Another answer as what may come to be, in the pack's own words where it has them."""
    person = result.person
    texts = [
        (answer.clause, said_to(person, answer.text))
        for answer in question.answers
        if answer.id in given.chosen
    ]
    if given.quantity is not None:
        texts.append((None, given.quantity.words))
    for clause, said in texts:
        if clause is not None:
            yield said_to(person, clause)
        elif question.clause is not None:
            yield fill(said_to(person, question.clause), said=said)
        else:
            label = result.pack.texts["label.answer"]
            yield fill(label, question=said_to(person, question.ask), said=said)


# --- To a clinician -------------------------------------------------------------------------------


def _by_end(result: Result) -> Iterator[str]:
    """All changes, those with one end in one line, the most urgent first.

    They are said in the words of the rules, as everything else that only a clinician is shown.
    """
    texts = result.pack.texts
    by_end: dict[str, list[str]] = {}
    for change in sorted(result.would_change or (), key=lambda change: -RANK[change.urgency]):
        end = ", ".join(dict.fromkeys((change.outcome, change.urgency, change.disposition)))
        clash = f" ({texts['reason.conflict']})" if change.reason == "conflict" else ""
        said = [
            f"{id} {'+'.join(words) if isinstance(words, list) else words}"
            for id, words in change.answers.as_input(result.pack).items()
        ]
        by_end.setdefault(f"{end}{clash}", []).append(_joined(result, said))
    for end, ways in by_end.items():
        yield f"{end}: {'; '.join(ways)}."


def _joined(result: Result, answers: list[str]) -> str:
    return f" {result.pack.texts['label.and']} ".join(answers)
