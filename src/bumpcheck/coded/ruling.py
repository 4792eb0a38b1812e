"""The rules that make a verdict, and their diagrams alone: less than the whole coded form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from msgspec import Struct

from bumpcheck.conditions import AnyRule
from bumpcheck.model import (
    RANK,
    Condition,
    Conflict,
    DefaultDoor,
    Evidence,
    Pattern,
    RedFlag,
    ReferralSign,
    Rule,
    RulePack,
)

from .compiling import Compiler, NotCodable


class Ruling(Struct, frozen=True):
    """Every rule that has a say in a verdict, in the order in which results tell them."""

    red_flags: tuple[RedFlag, ...]
    signs: tuple[ReferralSign, ...]
    conflicts: tuple[Conflict, ...]
    evidence: tuple[Evidence, ...]
    patterns: tuple[Pattern, ...]
    doors: tuple[DefaultDoor, ...]

    def conditions(self) -> Iterator[Condition]:
        """What each of them asks."""
        rules: tuple[Rule, ...] = (
            *self.red_flags,
            *self.signs,
            *self.conflicts,
            *self.evidence,
            *self.patterns,
            *self.doors,
        )
        for rule in rules:
            yield rule.condition


def ruling(pack: RulePack) -> Ruling:
    """The rules of a pack that make a verdict."""
    return Ruling(
        red_flags=tuple(sorted(pack.red_flags, key=lambda flag: (-RANK[flag.urgency], flag.id))),
        signs=by_id(pack.referral_signs),
        conflicts=by_id(pack.conflicts),
        evidence=by_id(pack.evidence),
        patterns=tuple(sorted(pack.patterns, key=lambda pattern: -pattern.rank)),
        doors=tuple(pack.default_doors),
    )


@lru_cache(maxsize=4)
def compiler_of(pack: RulePack) -> Compiler:
    """A compiler that tells apart what these rules do, and no more."""
    return Compiler(pack, ruling(pack).conditions())


def compiled(compiler: Compiler, rule: Rule) -> int:
    """A rule's diagram; raises NotCodable, which says which rule it is."""
    try:
        return compiler.compile(rule.condition)
    except NotCodable as error:
        raise NotCodable(f"`{rule.id}` at {rule.place}: {error}") from None


def by_id(rules: Iterable[AnyRule]) -> tuple[AnyRule, ...]:
    """Rules in the order of their ids."""
    return tuple(sorted(rules, key=lambda rule: rule.id))
