"""What was said, read against a pack's questions: answered, unknown, or not asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from msgspec import Struct

from .errors import AnswerError, nearest, quoted
from .model import UNKNOWN, Question, RulePack
from .quantities import Quantity, parse_answer


class Given(Struct, frozen=True):
    """What was said to one question.

    `chosen` are the answers in the question's order, `quantity` the amount of a quantity, and
    `unknown` that the person could not say (or could not say the rest, beside chosen answers).
    """

    chosen: tuple[str, ...] = ()
    quantity: Quantity | None = None
    unknown: bool = False


class Answers(Struct, frozen=True):
    """Every question that was asked, by id, in the pack's order; what is absent was not asked."""

    given: dict[str, Given]

    def as_input(self, pack: RulePack) -> dict[str, object]:
        """The answers as JSON that is accepted again; only those that are more than unknown."""
        said: dict[str, object] = {}
        for id, given in self.given.items():
            words = given.quantity.words if given.quantity else None
            chosen = [*given.chosen, UNKNOWN] if given.unknown else list(given.chosen)
            if words is not None:
                said[id] = words
            elif given.chosen:
                said[id] = chosen if pack.question(id).kind == "many" else chosen[0]
        return said


def parse(pack: RulePack, answers: Mapping[str, object]) -> Answers:
    """Read answers by question id or alias: a string, a number, or a list of strings.

    None stands for not asked. Raises AnswerError for the first answer that cannot be taken.
    """
    names = by_name(pack)
    read: dict[str, Given] = {}
    for name, value in answers.items():
        question = names.get(str(name))
        if question is None:
            raise _unknown_question(str(name), names)
        if question.id in read:
            raise AnswerError(
                f"{question.id}: answered twice, as {question.id} and as {quoted(str(name))}",
                question=question.id,
            )
        if value is not None:
            read[question.id] = _parse_one(question, value)
    return Answers(
        {question.id: read[question.id] for question in pack.questions if question.id in read}
    )


@lru_cache(maxsize=8)
def by_name(pack: RulePack) -> dict[str, Question]:
    """Every question by its id and by its aliases."""
    return {
        name: question for question in pack.questions for name in (question.id, *question.aliases)
    }


def accepted(question: Question) -> tuple[str, ...]:
    """The answers a question takes by name, `unknown` last."""
    return (*(answer.id for answer in question.answers), UNKNOWN)


def _parse_one(question: Question, value: object) -> Given:
    words = list(_words(question, value))
    if not words:
        raise AnswerError(
            f"{question.id}: no answer given: say {_example(question)}", question=question.id
        )
    if question.kind == "quantity":
        said = _only(question, words)
        if _normal(said) == UNKNOWN:
            return Given(unknown=True)
        return Given(quantity=parse_answer(said, question))
    chosen = {_answer(question, word) for word in words}
    if question.kind == "one" and len(chosen) > 1:
        _only(question, sorted(chosen))
    order = [answer.id for answer in question.answers if answer.id in chosen]
    return Given(chosen=tuple(order), unknown=UNKNOWN in chosen)


def _words(question: Question, value: object) -> Iterable[str]:
    """The single answers in a value; a list within a string is separated by `,` or `;`."""
    values = value if isinstance(value, list | tuple) else (value,)
    for item in values:
        if isinstance(item, bool) or not isinstance(item, str | int | float):
            raise AnswerError(
                f"{question.id}: {quoted(str(item))} is not an answer: say {_example(question)}",
                question=question.id,
                given=str(item),
            )
        try:
            text = str(item)
        except ValueError:  # a whole number of thousands of digits
            raise AnswerError(
                f"{question.id}: a number with too many digits: say {_example(question)}",
                question=question.id,
            ) from None
        parts = text.replace(";", ",").split(",") if question.kind == "many" else [text]
        yield from (part for part in map(str.strip, parts) if part)


def _only(question: Question, words: list[str]) -> str:
    if len(words) > 1:
        raise AnswerError(
            f"{question.id}: takes one answer, not {len(words)}: "
            + ", ".join(quoted(word) for word in words[:4]),
            question=question.id,
        )
    return words[0]


def _answer(question: Question, word: str) -> str:
    spellings = _spellings(question)
    id = spellings.get(_normal(word))
    if id is not None:
        return id
    close = tuple(dict.fromkeys(spellings[near] for near in nearest(_normal(word), spellings)))
    right = f"did you mean {' or '.join(close)}?" if close else f"say {_example(question)}"
    raise AnswerError(
        f"{question.id}: {quoted(word)} is not an answer: {right}",
        question=question.id,
        given=word,
        nearest=close or accepted(question),
    )


def _normal(word: str) -> str:
    return "-".join(word.lower().replace("_", " ").split())


def _example(question: Question) -> str:
    if question.kind == "quantity":
        return f"{question.bands[0].value} or {UNKNOWN}" if question.bands else UNKNOWN
    ids = accepted(question)
    shown = ids if len(ids) <= 8 else (*ids[:6], "...", ids[-1])
    return ", ".join(shown)


def _unknown_question(name: str, names: Mapping[str, Question]) -> AnswerError:
    close = tuple(dict.fromkeys(names[near].id for near in nearest(name, names)))
    right = f"did you mean {' or '.join(close)}?" if close else "'bumpcheck questions' lists them"
    return AnswerError(f"there is no question {quoted(name)}: {right}", given=name, nearest=close)


@lru_cache(maxsize=256)
def _spellings(question: Question) -> dict[str, str]:
    named = {
        name: answer.id for answer in question.answers for name in (answer.id, *answer.aliases)
    }
    return {**named, UNKNOWN: UNKNOWN}
