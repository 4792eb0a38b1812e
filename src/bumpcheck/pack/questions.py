"""The `questions` section."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, structs

from bumpcheck import texts
from bumpcheck.errors import Place, quoted
from bumpcheck.model import (
    ALWAYS,
    KINDS,
    MEASURES,
    NOT_ASKED,
    UNKNOWN,
    Answer,
    Band,
    Condition,
    Listed,
    Measure,
    Question,
    Words,
)
from bumpcheck.quantities import UNITS, parse

from .fields import ID, LANGUAGE, Fields, Problems, items
from .tree import Tree

RESERVED = (UNKNOWN, NOT_ASKED)
SAID = frozenset({"said"})


class Conditional(Struct, frozen=True):
    """A question whose conditions are still to be read: they speak of other questions."""

    question: Question
    ask_when: Tree | None
    listed_when: Tree | None
    # By answer, and by the place of a band.
    offered_when: dict[str, Tree]
    bands_when: dict[int, Tree]

    def read(self, condition: Callable[[Tree], Condition]) -> Question:
        """The question with its conditions."""
        question = self.question
        if self.ask_when is not None:
            question = structs.replace(question, ask_when=condition(self.ask_when))
        if self.listed_when is not None and question.listed is not None:
            listed = structs.replace(question.listed, when=condition(self.listed_when))
            question = structs.replace(question, listed=listed)
        answers = [
            structs.replace(answer, ask_when=condition(self.offered_when[answer.id]))
            if answer.id in self.offered_when
            else answer
            for answer in question.answers
        ]
        bands = [
            structs.replace(band, ask_when=condition(self.bands_when[at]))
            if at in self.bands_when
            else band
            for at, band in enumerate(question.bands)
        ]
        return structs.replace(question, answers=tuple(answers), bands=tuple(bands))


def read_question(tree: Tree, persons: tuple[str, ...], problems: Problems) -> Conditional:
    """One question; its conditions can be read once all questions are known."""
    fields = Fields(tree, problems, "question")
    id = fields.id()
    aliases = fields.words("aliases")
    for name in (id, *aliases):
        if name in (*LANGUAGE, *RESERVED):
            problems.add(
                fields.place, f"`{name}` is a word of the rule language", "name it otherwise"
            )
        elif not ID.fullmatch(name):
            problems.add(fields.place, f"{quoted(name)} is no name for a question")
    kind = fields.one_of("kind", KINDS, "one")
    is_quantity = kind == "quantity"
    measure = fields.one_of("measure", MEASURES, "time") if is_quantity else None
    answers, offered_when = ((), {}) if is_quantity else _answers(fields, persons, problems)
    calm = _one_of_these(fields, "calm", answers)
    listed, listed_when = _listed(fields, answers)
    ask_when = fields.take("ask-when")
    at_most = _amount(fields, measure) if measure else 0.0
    bands, bands_when = _bands(fields, measure, at_most, problems) if measure else ((), {})
    question = Question(
        id=id,
        place=fields.place,
        kind=kind,
        group=fields.text("group") or "",
        ask=fields.said("ask", persons) or "",
        why=fields.said("why", persons) or "",
        help=fields.said("help", persons, required=False),
        aliases=aliases,
        calm=calm,
        ask_when=ALWAYS,
        answers=answers,
        measure=measure,
        bare=_unit(fields, measure) if measure else None,
        bare_at_least=float(fields.whole("bare-at-least", 0)) if measure else 0.0,
        at_most=at_most,
        bands=bands,
        fixed=fields.yes("fixed"),
        clause=_clause(fields, persons, SAID),
        listed=listed,
    )
    if kind == "one" and any(answer.covers for answer in answers):
        problems.add(fields.place, "only a `many` question can have answers that cover others")
    if listed and (kind != "one" or calm):
        problems.add(
            fields.values["listed"].place,
            "only a question that takes one answer, and has no `calm` one, can be `listed` so",
        )
    for taken in (calm, listed.answer if listed else None):
        if taken in offered_when:
            problems.add(offered_when[taken].place, "what a list counts on is offered to everybody")
    fields.done()
    return Conditional(question, ask_when, listed_when, offered_when, bands_when)


def _one_of_these(fields: Fields, key: str, answers: tuple[Answer, ...]) -> str | None:
    """The id of an answer under a key, if there is one."""
    said = fields.text(key, required=False)
    if said is not None and said not in [answer.id for answer in answers]:
        known = [answer.id for answer in answers]
        fields.problems.unknown(fields.values[key].place, "answer", said, known)
    return said


def _listed(fields: Fields, answers: tuple[Answer, ...]) -> tuple[Listed | None, Tree | None]:
    tree = fields.take("listed")
    if tree is None:
        return None, None
    listed = Fields(tree, fields.problems, "`listed`")
    listed.need("as")
    answer = _one_of_these(listed, "as", answers)
    when = listed.take("when")
    listed.done()
    return Listed(answer or ""), when


def _clause(fields: Fields, persons: tuple[str, ...], takes: frozenset[str]) -> Words | None:
    """What stands after "if": of a question with a place for the answer, of an answer with none."""
    said = fields.said("clause", persons, required=False)
    spoken = () if said is None else (said,) if isinstance(said, str) else said.values()
    for text in spoken:
        if texts.strange(text, takes) is not None or texts.places(text) != takes:
            named = "{said}, and nothing else" if takes else "nothing"
            fields.problems.add(
                fields.values["clause"].place,
                f"the clause of {fields.what} takes {named} in braces: {quoted(text)}",
            )
    return said


def _unit(fields: Fields, measure: Measure) -> str | None:
    said = fields.text("bare", required=False)
    if said is None:
        return None
    known = {unit: unit for unit in UNITS[measure]} | {f"{unit}s": unit for unit in UNITS[measure]}
    if said not in known:
        fields.problems.unknown(fields.values["bare"].place, "unit", said, known)
    return known.get(said)


def _amount(fields: Fields, measure: Measure) -> float:
    said = fields.text("at-most")
    return (
        0.0
        if said is None
        else _parse(said, measure, fields.values["at-most"].place, fields.problems)
    )


def _parse(said: str, measure: Measure, place: Place, problems: Problems) -> float:
    try:
        return parse(said, measure).amount
    except ValueError as error:
        problems.add(place, str(error))
        return 0.0


def _bands(
    fields: Fields, measure: Measure, at_most: float, problems: Problems
) -> tuple[tuple[Band, ...], dict[int, Tree]]:
    """The bands, and by their places when some of them are offered."""
    bands: list[Band] = []
    offered_when: dict[int, Tree] = {}
    for item in items(fields.take("bands"), problems, "`bands`"):
        band = Fields(item, problems, "band")
        text, value = band.text("text") or "", band.text("value") or ""
        if value:
            place = band.values["value"].place
            if _parse(value, measure, place, problems) > at_most:
                problems.add(place, "the value is more than `at-most`")
        when = band.take("ask-when")
        if when is not None:
            offered_when[len(bands)] = when
        band.done()
        bands.append(Band(text, value))
    return tuple(bands), offered_when


def _answers(
    fields: Fields, persons: tuple[str, ...], problems: Problems
) -> tuple[tuple[Answer, ...], dict[str, Tree]]:
    """The answers, and by their ids when some of them are offered."""
    answers: list[Answer] = []
    offered_when: dict[str, Tree] = {}
    trees = items(fields.need("answers"), problems, "`answers`")
    if not trees and "answers" in fields.values:
        problems.add(fields.values["answers"].place, "no answers", "a question has at least one")
    for item in trees:
        answer = Fields(item, problems, "answer")
        answers.append(
            Answer(
                id=answer.id(),
                text=answer.said("text", persons) or "",
                clause=_clause(answer, persons, frozenset()),
                aliases=answer.words("aliases"),
                covers=answer.words("covers"),
                group=answer.text("group", required=False),
            )
        )
        when = answer.take("ask-when")
        if when is not None:
            offered_when[answers[-1].id] = when
        answer.done()
    _check_answers(answers, trees, problems)
    return tuple(answers), offered_when


def _check_answers(answers: list[Answer], trees: tuple[Tree, ...], problems: Problems) -> None:
    ids = [answer.id for answer in answers]
    seen: set[str] = set()
    for answer, tree in zip(answers, trees, strict=True):
        for name in (answer.id, *answer.aliases):
            if name in RESERVED:
                problems.add(tree.place, f"`{name}` is an answer to every question already")
            elif name in seen:
                problems.add(tree.place, f"two answers are called `{name}`")
            elif not ID.fullmatch(name) and not name.isdigit():
                problems.add(tree.place, f"`{name}` is no name for an answer")
            seen.add(name)
        for covered in answer.covers:
            if covered not in ids or covered == answer.id:
                problems.unknown(tree.place, "answer to cover:", covered, ids)
