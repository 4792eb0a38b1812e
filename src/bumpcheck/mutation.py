"""Rules broken on purpose, one small change each: whatever goes unnoticed is not held by anything.

DeMillo, Lipton and Sayward, "Hints on test data selection: help for the practicing programmer"
(1978), with the slips of an author of rules: a rule left out, a limit moved to the next one that
the pack knows, an exception dropped, an answer taken from a list.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct, structs

from .answers import parse as parse_answers
from .cases import Case, failures
from .conditions import conditions
from .facts import FALSE, Facts, Test, facts
from .model import (
    AllOf,
    AnyOf,
    Chosen,
    Condition,
    Finding,
    Measured,
    Not,
    RedFlag,
    ReferralSign,
    Rule,
    RulePack,
)
from .quantities import parse
from .spoken import in_words

# The fields of a pack whose rules are broken, in this order.
FIELDS = (
    "red_flags",
    "referral_signs",
    "conflicts",
    "findings",
    "evidence",
    "patterns",
    "look_alikes",
    "advice",
)
BOUNDS = ("at_least", "over", "at_most", "under")


class Mutant(Struct, frozen=True):
    """A pack with one rule changed: which, how, and into what; None where it was left out."""

    rule: Rule
    changed: Rule | None
    change: str
    pack: RulePack

    @property
    def guarded(self) -> bool:
        """Whether somebody may be harmed: every change to an alarm must be noticed.

        A change to a finding counts for what the finding is used for, and is judged there.
        """
        return isinstance(self.rule, RedFlag | ReferralSign)

    def reason(self, pack: RulePack) -> str | None:
        """Why the pack says that this may go unnoticed; None where it must not."""
        if self.guarded:
            return None
        section = next(field for field in FIELDS if self.rule in getattr(pack, field))
        named = (self.rule.id, section.replace("_", "-"))
        return next((pack.unnoticed[key] for key in named if key in pack.unnoticed), None)

    def __str__(self) -> str:
        return f"{self.rule.place}: {self.rule.id}: {self.change}"


def dropped(pack: RulePack) -> Iterator[Mutant]:
    """The pack without one of its rules, for each; findings stay, since others name them."""
    for field in FIELDS:
        rules: tuple[Rule, ...] = getattr(pack, field)
        for at, rule in enumerate(rules):
            if not isinstance(rule, Finding):
                left = rules[:at] + rules[at + 1 :]
                yield Mutant(rule, None, "left out", structs.replace(pack, **{field: left}))


def mutants(pack: RulePack) -> Iterator[Mutant]:
    """Every way to break one rule; red flags and referral signs first."""
    by_dropping = list(dropped(pack))
    limits = _limits(pack)
    for field in FIELDS:
        rules: tuple[Rule, ...] = getattr(pack, field)
        yield from (mutant for mutant in by_dropping if mutant.rule in rules)
        for at, rule in enumerate(rules):
            for change, other in _broken(pack, rule, limits):
                changed: dict[str, Any] = {field: (*rules[:at], other, *rules[at + 1 :])}
                yield Mutant(rule, other, change, structs.replace(pack, **changed))


class Hunt:
    """The cases of a pack, ready to notice what was changed in it."""

    def __init__(self, pack: RulePack, cases: Sequence[Case]) -> None:
        self._compile = conditions(pack).compile
        self._cases = tuple((case, facts(pack, parse_answers(pack, case.given))) for case in cases)

    def killer(self, mutant: Mutant) -> Case | None:
        """The first case that comes out otherwise with the changed rule; None where none does.

        Only cases that see another state of that rule are run; for a finding all of them, since a
        condition that reads a question twice looks into it.
        """
        if isinstance(mutant.rule, Finding):
            every = (case for case, _ in self._cases if any(failures(mutant.pack, case)))
            return next(every, None)
        before = self._compile(mutant.rule.condition)
        after = None if mutant.changed is None else self._compile(mutant.changed.condition)
        for case, about in self._cases:
            was = _state(before, about)
            now = (FALSE, 0) if after is None else _state(after, about)
            if was != now and any(failures(mutant.pack, case)):
                return case
        return None


def _state(test: Test, about: Facts) -> tuple[int, int]:
    """What a condition comes to, and through which questions it is open."""
    about.through = 0
    return test(about), about.through


# --- One small change ---------------------------------------------------------------------------


def _broken(
    pack: RulePack, rule: Rule, limits: dict[str, list[float]]
) -> Iterator[tuple[str, Rule]]:
    for change, when in _variants(pack, rule.when, limits):
        yield change, structs.replace(rule, when=when)
    if rule.unless is not None:
        yield "without its `unless`", structs.replace(rule, unless=None)
        for change, unless in _variants(pack, rule.unless, limits):
            yield f"unless: {change}", structs.replace(rule, unless=unless)


def _variants(
    pack: RulePack, condition: Condition, limits: dict[str, list[float]]
) -> Iterator[tuple[str, Condition]]:
    """A condition with one part changed, and how."""
    match condition:
        case Chosen(question, answers) if len(answers) > 1:
            for answer in answers:
                left = tuple(other for other in answers if other != answer)
                yield f"{question} without {answer}", Chosen(question, left)
        case Measured(question):
            for moved in _moved(condition, limits[question]):
                yield f"{in_words(pack, condition)} -> {in_words(pack, moved)}", moved
        case Not(part):
            yield f"without `{in_words(pack, condition)}`", AllOf(())
            for change, other in _variants(pack, part, limits):
                yield change, Not(other)
        case AllOf(parts) | AnyOf(parts):
            for at, part in enumerate(parts):
                for change, other in _variants(pack, part, limits):
                    yield change, type(condition)((*parts[:at], other, *parts[at + 1 :]))


def _moved(condition: Measured, limits: list[float]) -> Iterator[Measured]:
    """The same with one bound moved to the next limit below or above that the pack knows."""
    for bound in BOUNDS:
        value = getattr(condition, bound)
        if value is None:
            continue
        below, above = bisect_left(limits, value) - 1, bisect_right(limits, value)
        for at in (below, above):
            if 0 <= at < len(limits):
                moved = structs.replace(condition, **{bound: limits[at]})
                low, high = moved.interval
                if low < high:
                    yield moved


def _limits(pack: RulePack) -> dict[str, list[float]]:
    """Every limit that a rule or a band of the interview sets, by question, in order."""
    limits: dict[str, set[float]] = {question.id: set() for question in pack.questions}
    for question in pack.questions:
        if question.measure is not None:
            limits[question.id] |= {parse(b.value, question.measure).amount for b in question.bands}
    for field in FIELDS:
        for rule in getattr(pack, field):
            for condition in (rule.when, rule.unless):
                for measured in _measured(condition):
                    values = (getattr(measured, bound) for bound in BOUNDS)
                    limits[measured.question] |= {value for value in values if value is not None}
    return {question: sorted(values) for question, values in limits.items()}


def _measured(condition: Condition | None) -> Iterator[Measured]:
    match condition:
        case Measured():
            yield condition
        case Not(part):
            yield from _measured(part)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _measured(part)
