"""Rules broken on purpose, one small change each: whatever goes unnoticed is not held by anything.

DeMillo, Lipton and Sayward, "Hints on test data selection: help for the practicing programmer"
(1978), with the slips of an author of rules, see `slips`, and a rule left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct, structs

from .answers import parse as parse_answers
from .cases import Case, failures
from .conditions import conditions
from .facts import FALSE, Facts, Test, facts
from .model import Finding, Outcome, RedFlag, ReferralSign, Rule, RulePack
from .pack.coverage import RANKS, WORDS
from .slips import Changeable, limits_of, says_otherwise, slips

# The fields of a pack that are broken, in this order.
FIELDS = (
    "red_flags",
    "referral_signs",
    "conflicts",
    "findings",
    "evidence",
    "patterns",
    "look_alikes",
    "advice",
    "outcomes",
    "default_doors",
    "persons",
)
# Of these the first that applies is taken, and the last applies to everybody: it has to be there.
IN_ORDER = ("default_doors", "persons")


class Mutant(Struct, frozen=True):
    """A pack with one rule changed: which, how, and into what; None where it was left out."""

    rule: Changeable
    changed: Changeable | None
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
        named = pack.unnoticed.get(self.rule.id)
        if isinstance(named, dict) and self.change in named:
            return named[self.change]
        reason = pack.unnoticed.get(self._section(pack))
        return reason if isinstance(reason, str) else None

    def _section(self, pack: RulePack) -> str:
        """What a reason for all changes of the kind is given for."""
        if says_otherwise(self.rule, self.changed):
            return RANKS if self.change.startswith("rank ") else WORDS
        section = next(field for field in FIELDS if self.rule in getattr(pack, field))
        return section.replace("_", "-")

    def __str__(self) -> str:
        return f"{self.rule.place}: {self.rule.id}: {self.change}"


def dropped(pack: RulePack) -> Iterator[Mutant]:
    """The pack without one of its rules, for each that may be left out.

    Findings stay, since others name them, and so do the outcomes.
    """
    for field in FIELDS:
        rules: tuple[Changeable, ...] = getattr(pack, field)
        for at, rule in enumerate(rules[:-1] if field in IN_ORDER else rules):
            if not isinstance(rule, Finding | Outcome):
                left = rules[:at] + rules[at + 1 :]
                yield Mutant(rule, None, "left out", structs.replace(pack, **{field: left}))


def mutants(pack: RulePack) -> Iterator[Mutant]:
    """Every way to break one rule; red flags and referral signs first."""
    by_dropping = list(dropped(pack))
    every: Iterator[Changeable] = (rule for field in FIELDS for rule in getattr(pack, field))
    limits = limits_of(pack, (rule for rule in every if isinstance(rule, Rule)))
    for field in FIELDS:
        rules: tuple[Changeable, ...] = getattr(pack, field)
        yield from (mutant for mutant in by_dropping if mutant.rule in rules)
        for at, rule in enumerate(rules):
            for change, other in slips(pack, rule, limits):
                changed: dict[str, Any] = {field: (*rules[:at], other, *rules[at + 1 :])}
                yield Mutant(rule, other, change, structs.replace(pack, **changed))


class Hunt:
    """The cases of a pack, ready to notice what was changed in it."""

    def __init__(self, pack: RulePack, cases: Sequence[Case]) -> None:
        self._compile = conditions(pack).compile
        self._cases = tuple((case, facts(pack, parse_answers(pack, case.given))) for case in cases)

    def killer(self, mutant: Mutant) -> Case | None:
        """The first case that comes out otherwise with the changed rule; None where none does."""
        for case in self._concerned(mutant):
            if any(failures(mutant.pack, case)):
                return case
        return None

    def _concerned(self, mutant: Mutant) -> Iterator[Case]:
        """The cases that see another state of the changed rule, or where it says something else.

        For an outcome that is all of them, and for a finding too, since a condition that reads a
        question twice looks into it.
        """
        rule, changed = mutant.rule, mutant.changed
        if isinstance(rule, Finding | Outcome) or isinstance(changed, Outcome):
            yield from (case for case, _ in self._cases)
            return
        before = self._compile(rule.condition)
        if changed is not None and changed.condition == rule.condition:
            reading = says_otherwise(rule, changed)
            for case, about in self._cases:
                if (case.reads or not reading) and before(about) != FALSE:
                    yield case
            return
        after = None if changed is None else self._compile(changed.condition)
        for case, about in self._cases:
            if _state(before, about) != ((FALSE, 0) if after is None else _state(after, about)):
                yield case


def _state(test: Test, about: Facts) -> tuple[int, int]:
    """What a condition comes to, and through which questions it is open."""
    about.through = 0
    return test(about), about.through
