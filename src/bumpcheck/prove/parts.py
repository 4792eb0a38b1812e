"""The parts of a pack, and the pack without one of them.

A part is a rule, its `unless`, or one bound of a quantity in it; of an outcome, how many points it
takes. Without it, some rules have other diagrams; the rest of the pack
is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, structs

from bumpcheck.coded import Coded, CodedPack, CodedRules, Judge, Verdict
from bumpcheck.coded.diagrams import FALSE, TRUE, UNASKED, UNSURE
from bumpcheck.errors import Place
from bumpcheck.model import (
    ALWAYS,
    AllOf,
    AnyOf,
    Condition,
    Found,
    Measured,
    Not,
    Outcome,
    Rule,
    RulePack,
)

NEVER = AnyOf(())
BOUNDS = ("at_least", "over", "at_most", "under")
# Fewer points than any case has.
ANY_POINTS = -1_000_000

# The rules whose being needed is proved: their section of `CodedRules`, and what one is called.
SECTIONS = {
    "red_flags": "red flag",
    "signs": "referral sign",
    "conflicts": "conflict",
    "evidence": "evidence",
    "patterns": "pattern",
    "look_alikes": "look-alike",
    "advice": "advice",
}


class Part(Struct, frozen=True):
    """Something without which a result should differ.

    Without it, the rules at these places of `CodedRules` and these findings have other conditions,
    and the outcomes these.
    """

    kind: str
    about: str
    place: Place
    rules: Mapping[tuple[str, int], Condition] = {}
    findings: Mapping[str, Condition] = {}
    outcomes: tuple[Outcome, ...] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is all of a rule, or all of its `unless`."""
        conditions = (*self.rules.values(), *self.findings.values())
        return self.kind == "unless" or NEVER in conditions


class Change(Struct, frozen=True):
    """A rule of a section that has another diagram."""

    section: str
    at: int
    old: int
    new: int


def parts(pack: CodedPack) -> Iterator[Part]:
    """Every part of a pack."""
    for section, kind in SECTIONS.items():
        for at, coded in enumerate(coded_rules(pack.rules, section)):
            rule = coded.rule
            key = (section, at)
            yield Part(kind, rule.id, rule.place, rules={key: NEVER})
            for what, other in _lessened(rule):
                yield Part(what, rule.id, rule.place, rules={key: other.condition})
    for finding in pack.pack.findings:
        yield Part("finding", finding.id, finding.place, findings={finding.id: NEVER})
        for what, other in _lessened(finding):
            yield Part(what, finding.id, finding.place, findings={finding.id: other.condition})
    yield from _outcome_parts(pack.pack)


def _outcome_parts(pack: RulePack) -> Iterator[Part]:
    for at, outcome in enumerate(pack.outcomes):
        if outcome.reassures:
            # Not its `lead`: every outcome must have one, so that no two are ever earned at once.
            other = structs.replace(outcome, at_least=ANY_POINTS)
            outcomes = (*pack.outcomes[:at], other, *pack.outcomes[at + 1 :])
            yield Part("threshold at-least", outcome.id, outcome.place, outcomes=outcomes)


def _lessened(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """A rule without its `unless`, and without each bound."""
    if rule.unless is not None:
        yield "unless", structs.replace(rule, unless=None)
        for what, other in _unbounded(rule.unless):
            yield what, structs.replace(rule, unless=other)
    for what, other in _unbounded(rule.when):
        yield what, structs.replace(rule, when=other)


def _unbounded(condition: Condition) -> Iterator[tuple[str, Condition]]:
    """A condition without each bound of a quantity in it."""
    match condition:
        case Measured(question):
            given = [bound for bound in BOUNDS if getattr(condition, bound) is not None]
            for bound in given:
                name = f"threshold {question} {bound.replace('_', '-')}"
                rest = structs.replace(condition, **{bound: None})
                yield name, rest if len(given) > 1 else ALWAYS
        case Not(part):
            for name, other in _unbounded(part):
                yield name, Not(other)
        case AllOf(parts) | AnyOf(parts):
            for at, part in enumerate(parts):
                for name, other in _unbounded(part):
                    yield (
                        name,
                        structs.replace(condition, parts=(*parts[:at], other, *parts[at + 1 :])),
                    )


def coded_rules(rules: CodedRules, section: str) -> Sequence[Coded[Rule]]:
    """The rules of a section."""
    if section == "look_alikes":
        return [it.coded for it in rules.look_alikes]  # type: ignore[misc]  # only read
    found: Sequence[Coded[Rule]] = getattr(rules, section)
    return found


class Users:
    """Which rules build on which findings."""

    def __init__(self, pack: CodedPack) -> None:
        bodies = {finding.id: finding.condition for finding in pack.pack.findings}
        self._of: dict[str, list[tuple[str, int]]] = {id: [] for id in bodies}
        for section in (*SECTIONS, "doors"):
            for at, coded in enumerate(coded_rules(pack.rules, section)):
                for finding in _found(coded.rule.condition, bodies):
                    self._of[finding].append((section, at))

    def of(self, findings: Iterable[str]) -> set[tuple[str, int]]:
        """The places of the rules that build on any of these."""
        return {place for finding in findings for place in self._of[finding]}


def _found(condition: Condition, bodies: Mapping[str, Condition]) -> set[str]:
    """The findings that a condition builds on, also by way of others."""
    match condition:
        case Found(finding):
            return {finding} | _found(bodies[finding], bodies)
        case Not(part):
            return _found(part, bodies)
        case AllOf(parts) | AnyOf(parts):
            return set().union(*[_found(part, bodies) for part in parts])
    return set()


def changes(pack: CodedPack, users: Users, part: Part) -> list[Change]:
    """The rules that have other diagrams without a part. Raises NotCodable."""
    compiler = pack.compiler.varied(part.findings) if part.findings else pack.compiler
    places = set(part.rules) | users.of(part.findings)
    found: list[Change] = []
    for section, at in sorted(places):
        coded = coded_rules(pack.rules, section)[at]
        condition = part.rules.get((section, at), coded.rule.condition)
        new = compiler.compile(condition, as_evaluated=False)
        if new != coded.node:
            found.append(Change(section, at, coded.node, new))
    return found


class Without:
    """The verdicts of a pack without a part."""

    def __init__(self, pack: CodedPack, part: Part, changed: Sequence[Change]) -> None:
        self._pack = pack
        self._probes: list[tuple[int, dict[int, int]]] = []
        sections: dict[str, list[object]] = {}
        bit = 1 << pack.terms.count
        for change in changed:
            rules = sections.setdefault(change.section, list(getattr(pack.rules, change.section)))
            true, unsure, unasked = bit, bit << 1, bit << 2
            bit <<= 3
            leaves = {
                TRUE: true,
                UNSURE: unsure,
                UNASKED: unasked,
                UNSURE | UNASKED: unsure | unasked,
            }
            self._probes.append((change.new, leaves))
            coded = coded_rules(pack.rules, change.section)[change.at]
            other = Coded(coded.rule, change.new, true, unsure | unasked, unsure, unasked)
            if change.section == "look_alikes":
                likeness = pack.rules.look_alikes[change.at]
                rules[change.at] = structs.replace(likeness, coded=other)
            else:
                rules[change.at] = other
        rest = {section: tuple(rules) for section, rules in sections.items()}
        own = pack.pack
        if part.outcomes is not None:
            own = structs.replace(own, outcomes=part.outcomes)
        self.judge = Judge(own, structs.replace(pack.rules, **rest), like=pack.judge)

    def verdict(self, codes: Sequence[int], standing: int) -> Verdict:
        """The result of a case; `standing` are the terms that stand in the whole pack."""
        way = self._pack.way(codes)
        for node, leaves in self._probes:
            leaf = self._pack.diagrams.walked(node, way)
            if leaf != FALSE:
                standing |= leaves[leaf]
        return self.judge.verdict(standing)
