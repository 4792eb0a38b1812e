"""The `questions` section."""

from __future__ import annotations

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
    Measure,
    Question,
    Words,
)
from bumpcheck.quantities import UNITS, parse

from .fields import ID, LANGUAGE, Fields, Problems, items
from .tree import Tree

RESERVED = (UNKNOWN, NOT_ASKED)
SAID = frozenset({"said"})


def read_question(
    tree: Tree, persons: tuple[str, ...], problems: Problems
) -> tuple[Question, Tree | None]:
    """One question, and its `ask-when`, which can be read once all questions are known."""
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
    answers = () if is_quantity else _answers(fields, persons, problems)
    calm = fields.text("calm", required=False)
    if calm is not None and calm not in [answer.id for answer in answers]:
        problems.unknown(fields.values["calm"].place, "answer", calm, [a.id for a in answers])
    ask_when = fields.take("ask-when")
    at_most = _amount(fields, measure) if measure else 0.0
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
        bands=_bands(fields, measure, at_most, problems) if measure else (),
        fixed=fields.yes("fixed"),
        clause=_clause(fields, persons, SAID),
    )
    if kind == "one" and any(answer.covers for answer in answers):
        problems.add(fields.place, "only a `many` question can have answers that cover others")
    fields.done()
    return question, ask_when


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
) -> tuple[Band, ...]:
    bands: list[Band] = []
    for item in items(fields.take("bands"), problems, "`bands`"):
        band = Fields(item, problems, "band")
        text, value = band.text("text") or "", band.text("value") or ""
        if value:
            place = band.values["value"].place
            if _parse(value, measure, place, problems) > at_most:
                problems.add(place, "the value is more than `at-most`")
        band.done()
        bands.append(Band(text, value))
    return tuple(bands)


def _answers(fields: Fields, persons: tuple[str, ...], problems: Problems) -> tuple[Answer, ...]:
    answers: list[Answer] = []
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
        answer.done()
    _check_answers(answers, trees, problems)
    return tuple(answers)


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
