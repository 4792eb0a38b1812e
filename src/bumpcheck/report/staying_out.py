"""The rules that stayed out, and what they lacked: an answer, or another answer.

Only rules that would say something of the outcome count; for an outcome that nothing earns, those
of any that could be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from bumpcheck.conditions import conditions
from bumpcheck.facts import FALSE, OPEN, Facts, columns, facts
from bumpcheck.model import AllOf, Condition, Evidence, Pattern, RulePack
from bumpcheck.result import Result
from bumpcheck.spoken import in_words as condition_in_words
from bumpcheck.texts import fill

from .balance import argued, weight_of
from .lines import Line, wrapped

QUESTIONS_AT_MOST = 6
RULES_AT_MOST = 2


class Lacking(Struct, frozen=True):
    """Rules that stayed out for want of the same answers: what each would say, and when."""

    questions: tuple[str, ...]
    rules: tuple[str, ...]


# The questions that a rule stays out for, and the part of it that tells why.
_Lack = tuple[tuple[str, ...], Condition]


def still_open(result: Result) -> tuple[Lacking, ...]:
    """The rules that a further answer could bring in, the weightiest first."""
    pack, case = result.pack, facts(result.pack, result.answers)

    def lack(condition: Condition) -> _Lack | None:
        case.through = 0
        if conditions(pack).compile(condition)(case) != OPEN:
            return None
        through = (c.id for c in columns(pack).values() if case.through >> c.index & 1)
        return tuple(through), condition

    return _gathered(result, lack)


def kept_out(result: Result) -> tuple[Lacking, ...]:
    """The rules that one answer alone keeps out, under that answer, the weightiest first."""
    pack, case = result.pack, facts(result.pack, result.answers)

    def lack(condition: Condition) -> _Lack | None:
        missed = list(_missed(pack, condition, case))
        if len(missed) != 1:
            return None
        reads = conditions(pack).reads(missed[0])
        questions = tuple(q.id for q in pack.questions if q.id in reads)
        return (questions, missed[0]) if len(questions) == 1 else None

    return _gathered(result, lack)


def _gathered(result: Result, lack: Callable[[Condition], _Lack | None]) -> tuple[Lacking, ...]:
    pack = result.pack
    lacking: dict[tuple[str, ...], list[str]] = {}
    for rule in _rules(result):
        found = lack(rule.condition)
        if found:
            questions, part = found
            said = rule.name if isinstance(rule, Pattern) else argued(pack, rule)
            when = condition_in_words(pack, part)
            lacking.setdefault(questions, []).append(f"{said} ({when})")
    return tuple(Lacking(questions, tuple(texts)) for questions, texts in lacking.items())


def _rules(result: Result) -> list[Evidence | Pattern]:
    """The evidence and patterns that are, or would be, told of the outcome."""
    pack = result.pack
    named = {result.outcome} if result.reassures else {o.id for o in pack.reassuring}
    pieces = [
        piece
        for piece in pack.evidence
        if not named.isdisjoint((*dict(piece.points), *piece.excludes, *piece.confirms))
    ]
    pieces.sort(key=lambda piece: (-weight_of(piece), piece.id))
    rank = result.pattern.rank if result.pattern else -1
    patterns = [p for p in pack.patterns if p.outcome == result.outcome and p.rank > rank]
    patterns.sort(key=lambda pattern: -pattern.rank)
    return [*pieces, *patterns]


def _missed(pack: RulePack, condition: Condition, case: Facts) -> Iterator[Condition]:
    """The parts of a condition that are false, where all of them would have to be true."""
    if isinstance(condition, AllOf):
        for part in condition.parts:
            yield from _missed(pack, part, case)
    elif conditions(pack).compile(condition)(case) == FALSE:
        yield condition


# --- In words -------------------------------------------------------------------------------------


def in_words(result: Result) -> Iterator[str]:
    """A line for each question: what is open first, then what an answer, told with it, kept out."""
    texts, given = result.pack.texts, result.answers.as_input(result.pack)
    yield from in_short(texts, still_open(result))
    yield from in_short(texts, [_with_answer(by, given) for by in kept_out(result)])


def _with_answer(lacking: Lacking, given: Mapping[str, object]) -> Lacking:
    """The same with what was said to its question."""
    (question,) = lacking.questions
    said = given[question]
    words = ", ".join(said) if isinstance(said, list) else str(said)
    return Lacking((f"{question} ({words})",), lacking.rules)


def lines(result: Result, width: int) -> Iterator[Line]:
    """The heading and these lines, after an empty line; nothing where nothing stayed out."""
    told = list(in_words(result))
    if told:
        yield Line()
        yield from wrapped(result.pack.texts["heading.open"], width, "heading")
        for said in told:
            yield from wrapped(said, width, "body", "  - ", "    ")


def in_short(texts: Mapping[str, str], lacking: Sequence[Lacking]) -> Iterator[str]:
    """What stayed out as a few lines; what is left out is counted."""
    for by_question in lacking[:QUESTIONS_AT_MOST]:
        said = [*by_question.rules[:RULES_AT_MOST]]
        if by_question.rules[RULES_AT_MOST:]:
            said.append(_more(texts, len(by_question.rules) - RULES_AT_MOST))
        yield f"{', '.join(by_question.questions)}: {'; '.join(said)}."
    left = sum(len(by_question.rules) for by_question in lacking[QUESTIONS_AT_MOST:])
    if left:
        yield f"{_more(texts, left)}."


def _more(texts: Mapping[str, str], count: int) -> str:
    return fill(texts["label.more"], count=f"{count}")
