"""`when`, `unless` and their like: from YAML to a `Condition`, against a pack's vocabulary."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf

from msgspec import Struct

from bumpcheck.errors import Place
from bumpcheck.model import (
    ALWAYS,
    NOT_ASKED,
    UNKNOWN,
    AllOf,
    AnyOf,
    Chosen,
    Condition,
    Found,
    Longer,
    Measured,
    Not,
    Question,
)
from bumpcheck.quantities import parse

from .fields import LANGUAGE, Problems, scalar, words
from .tree import Entry, Mapping, Scalar, Sequence, Tree

BOUNDS = ("at-least", "over", "at-most", "under")


class Vocabulary(Struct, frozen=True):
    """What conditions may name."""

    questions: MappingOf[str, Question]
    findings: frozenset[str]


class ConditionReader:
    """Reads conditions, and collects what is wrong with them."""

    def __init__(self, vocabulary: Vocabulary, problems: Problems) -> None:
        self.vocabulary = vocabulary
        self.problems = problems

    def read(self, tree: Tree, *, negated: bool = False, invariant: bool = False) -> Condition:
        """Read one condition: a mapping is "and", a list is "or".

        `negated` under `not` or `unless`, where `unknown` may not be named; `invariant` where
        `not-asked` may.
        """
        scope = _Scope(negated, invariant)
        return self._condition(tree, scope)

    def _condition(self, tree: Tree, scope: _Scope) -> Condition:
        if isinstance(tree, Sequence):
            if not tree.items:
                self.problems.add(tree.place, "an empty list is never true", "leave the key out")
            return _any([self._condition(item, scope) for item in tree.items])
        if isinstance(tree, Scalar):
            self.problems.add(
                tree.place, "a condition must be a mapping or a list", "write {question: answer}"
            )
            return ALWAYS
        if not tree.entries:
            self.problems.add(tree.place, "an empty condition", "leave the key out")
        return _all([self._entry(entry, scope) for entry in tree.entries])

    def _entry(self, entry: Entry, scope: _Scope) -> Condition:
        key, value = entry.key.text, entry.value
        if key in ("any", "all"):
            if not isinstance(value, Sequence) or not value.items:
                self.problems.add(value.place, f"`{key}` needs a list of conditions")
                return ALWAYS
            parts = [self._condition(item, scope) for item in value.items]
            return _any(parts) if key == "any" else _all(parts)
        if key in ("not", "unless"):
            return Not(self._condition(value, _Scope(True, scope.invariant)))
        if key == "finding":
            ids = words(value, self.problems, "`finding`")
            return _any([self._finding(value.place, id) for id in ids])
        question = self.vocabulary.questions.get(key)
        if question is None:
            known = [*self.vocabulary.questions, *LANGUAGE]
            self.problems.unknown(entry.key.place, "question", key, known)
            return ALWAYS
        return self._asked(question, value, scope)

    def _finding(self, place: Place, id: str) -> Condition:
        if id not in self.vocabulary.findings:
            self.problems.unknown(place, "finding", id, self.vocabulary.findings)
            return ALWAYS
        return Found(id)

    def _asked(self, question: Question, tree: Tree, scope: _Scope) -> Condition:
        """What must have been said to a question: an answer, a list of them, bounds."""
        if isinstance(tree, Mapping):
            return self._bounds(question, tree)
        items = tree.items if isinstance(tree, Sequence) else (tree,)
        if not items:
            self.problems.add(tree.place, f"no answer to `{question.id}`", "name at least one")
        measured = [self._bounds(question, item) for item in items if isinstance(item, Mapping)]
        answers = [
            answer
            for item in items
            if not isinstance(item, Mapping)
            and (answer := self._answer(question, item, scope)) is not None
        ]
        named: list[Condition] = [Chosen(question.id, tuple(answers))] if answers else []
        return _any([*named, *measured])

    def _answer(self, question: Question, tree: Tree, scope: _Scope) -> str | None:
        said = scalar(tree, self.problems, f"the answer to `{question.id}`")
        if said is None:
            return None
        known = [answer.id for answer in question.answers]
        if said == UNKNOWN:
            if scope.negated:
                self.problems.add(
                    tree.place,
                    "`unknown` may not stand under `not` or `unless`",
                    "unknown is never a no",
                )
        elif said == NOT_ASKED:
            if not scope.invariant or scope.negated:
                self.problems.add(
                    tree.place, "`not-asked` may stand only in the `when` of an invariant"
                )
        elif question.kind == "quantity":
            self.problems.add(
                tree.place,
                f"`{question.id}` is a quantity",
                f"write {{{question.id}: {{under: ...}}}}",
            )
            return None
        elif said not in known:
            self.problems.unknown(tree.place, f"answer to `{question.id}`:", said, known)
            return None
        return said

    def _bounds(self, question: Question, tree: Mapping) -> Condition:
        if question.kind != "quantity":
            self.problems.add(
                tree.place, f"`{question.id}` is no quantity", "name one of its answers"
            )
            return ALWAYS
        before = len(self.problems.found)
        bounds: dict[str, float] = {}
        parts: list[Condition] = []
        for entry in tree.entries:
            key = entry.key.text
            said = scalar(entry.value, self.problems, f"`{key}`")
            if key == "longer-than":
                parts += self._longer(question, entry.value.place, said)
            elif key not in BOUNDS:
                self.problems.unknown(entry.key.place, "bound", key, [*BOUNDS, "longer-than"])
            elif said is not None:
                bounds[key] = self.quantity(question, entry.value.place, said)
        if bounds:
            measured = Measured(
                question.id,
                at_least=bounds.get("at-least"),
                over=bounds.get("over"),
                at_most=bounds.get("at-most"),
                under=bounds.get("under"),
            )
            low, high = measured.interval
            is_clear = len(self.problems.found) == before  # else what is wrong was said already
            if is_clear and (low >= high or low > question.at_most):
                self.problems.add(tree.place, "no quantity is within these bounds")
            parts.insert(0, measured)
        if not parts and len(self.problems.found) == before:
            self.problems.add(tree.place, "no bounds", f"say {', '.join(BOUNDS)} or longer-than")
        return _all(parts)

    def _longer(self, question: Question, place: Place, other: str | None) -> list[Condition]:
        alike = [
            known.id
            for known in self.vocabulary.questions.values()
            if known.measure == question.measure and known.id != question.id
        ]
        if other is None:
            return []
        if other not in alike:
            self.problems.unknown(place, f"quantity like `{question.id}`:", other, alike)
            return []
        return [Longer(question.id, other)]

    def quantity(self, question: Question, place: Place, said: str) -> float:
        """A bound in days or millimetres; a unit is always written out."""
        assert question.measure is not None  # a quantity has one
        try:
            return parse(said, question.measure).amount
        except ValueError as error:
            self.problems.add(place, str(error))
            return 0.0


class _Scope(Struct, frozen=True):
    negated: bool
    invariant: bool


def _any(parts: list[Condition]) -> Condition:
    flat = [
        inner for part in parts for inner in (part.parts if isinstance(part, AnyOf) else (part,))
    ]
    merged: dict[str, list[str]] = {}
    others: list[Condition] = []
    for part in flat:
        # "This answer, or that one" is one choice.
        if isinstance(part, Chosen):
            merged.setdefault(part.question, []).extend(part.answers)
        else:
            others.append(part)
    chosen = [Chosen(id, tuple(dict.fromkeys(answers))) for id, answers in merged.items()]
    return _one_or(AnyOf, [*chosen, *others])


def _all(parts: list[Condition]) -> Condition:
    flat = [
        inner for part in parts for inner in (part.parts if isinstance(part, AllOf) else (part,))
    ]
    return _one_or(AllOf, flat)


def _one_or(join: type[AllOf] | type[AnyOf], parts: list[Condition]) -> Condition:
    return parts[0] if len(parts) == 1 else join(tuple(sorted(parts, key=_effort)))


def _effort(condition: Condition) -> int:
    """What a part costs to ask. The simplest go first: they often decide, and spare the others."""
    if isinstance(condition, AllOf | AnyOf):
        return 2 + sum(_effort(part) for part in condition.parts)
    if isinstance(condition, Not):
        return 1 + _effort(condition.part)
    return 1 if isinstance(condition, Found) else 0
