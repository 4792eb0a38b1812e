"""One rule on a card: what it says in words, what it rests on, and what touches it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from .cases import Case, run
from .conditions import conditions
from .facts import TRUE, facts
from .model import (
    Advice,
    Alarm,
    Cited,
    Conflict,
    Evidence,
    Finding,
    Invariant,
    LookAlike,
    Pattern,
    RedFlag,
    Rule,
    RulePack,
    Words,
)
from .result import Result
from .spoken import in_words

# Every kind of rule: the field of a pack it stands in, and its name.
KINDS = {
    "red_flags": "red flag",
    "referral_signs": "referral sign",
    "conflicts": "conflict",
    "findings": "finding",
    "evidence": "evidence",
    "patterns": "pattern",
    "look_alikes": "look-alike",
    "advice": "advice",
    "invariants": "invariant",
}


class Card(Struct, frozen=True):
    """What a rule says, as labelled lines, and the cases and invariants that touch it."""

    rule: Rule | Invariant
    kind: str
    lines: tuple[tuple[str, str], ...]
    cases: tuple[Case, ...]
    invariants: tuple[Invariant, ...]


def find(pack: RulePack, id: str) -> tuple[str, Rule | Invariant]:
    """The kind and the rule of that id; raises KeyError."""
    for field, kind in KINDS.items():
        for rule in getattr(pack, field):
            if rule.id == id:
                return kind, rule
    raise KeyError(id)


def ids(pack: RulePack) -> tuple[str, ...]:
    """The id of everything that has a card."""
    return tuple(rule.id for field in KINDS for rule in getattr(pack, field))


def card(pack: RulePack, id: str, cases: Sequence[Case]) -> Card:
    """The card of a rule; raises KeyError where the pack has no rule of that id.

    A case touches a rule that plays a part in what comes of it; an invariant one that it names, or
    one that reads a question of its `when` in a case that the invariant concerns.
    """
    kind, rule = find(pack, id)
    touching = tuple(case for case in cases if _touches(pack, case, rule))
    if isinstance(rule, Invariant):
        return Card(rule, kind, tuple(_of_invariant(pack, rule)), touching, ())
    lines = tuple(_lines(pack, rule))
    return Card(rule, kind, lines, touching, tuple(_invariants(pack, rule, touching)))


# --- In words -----------------------------------------------------------------------------------


def _lines(pack: RulePack, rule: Rule) -> Iterator[tuple[str, str]]:
    yield "when", in_words(pack, rule.when)
    if rule.unless is not None:
        yield "unless", in_words(pack, rule.unless)
    yield from _own(pack, rule)
    if isinstance(rule, Cited | Conflict):
        yield from _said("because", rule.because)
    if isinstance(rule, Cited):
        for citation in rule.sources:
            source = pack.source(citation.source)
            address = f", {source.address}" if source.address else f", a {source.kind}"
            yield "source", f"{source.title}: {citation.where}{address}"


def _own(pack: RulePack, rule: Rule) -> Iterator[tuple[str, str]]:
    """What only this kind of rule says."""
    match rule:
        case Alarm():
            if isinstance(rule, RedFlag):
                yield "urgency", f"{rule.urgency}; if unknown: {rule.if_unknown}"
            yield "door", rule.door
            yield from _said("text", rule.text)
        case Finding():
            yield "text", rule.text
        case Evidence():
            said = [f"{outcome} {count:+d}" for outcome, count in rule.points]
            said += [f"excludes {outcome}" for outcome in rule.excludes]
            said += [f"confirms {outcome}" for outcome in rule.confirms]
            yield "says", ", ".join(said)
        case Pattern():
            yield "says", f"{rule.outcome}: {rule.name} ({rule.term}), rank {rule.rank}"
        case LookAlike():
            yield "name", rule.name
            for label, speaking in (("for", rule.supported_by), ("against", rule.opposed_by)):
                if speaking:
                    yield label, "; ".join(in_words(pack, condition) for condition in speaking)
        case Advice():
            applies = ", and ".join(f"{key} is {' or '.join(of)}" for key, of in rule.applies)
            yield "for", applies or "every result"
            yield from _said(rule.kind, rule.text)
            yield "rank", f"{rule.rank}{f', topic {rule.topic}' if rule.topic else ''}"


def _said(label: str, words: Words) -> Iterator[tuple[str, str]]:
    if isinstance(words, str):
        yield label, words
    else:
        yield from ((f"{label} ({person})", text) for person, text in words.items())


def _of_invariant(pack: RulePack, invariant: Invariant) -> Iterator[tuple[str, str]]:
    if invariant.hazard:
        yield "hazard", invariant.hazard
    yield "when", in_words(pack, invariant.when)
    required = ", and ".join(f"{r.key} is {' or '.join(r.values)}" for r in invariant.requires)
    yield invariant.verb, required
    if invariant.because:
        yield "because", invariant.because


# --- What touches it ----------------------------------------------------------------------------


def _touches(pack: RulePack, case: Case, rule: Rule | Invariant) -> bool:
    if any(rule.id in expected for expected in case.expect.values()):
        return True
    result = run(pack, case)
    if isinstance(rule, Invariant):
        return conditions(pack).compile(rule.when)(facts(pack, result.answers)) == TRUE
    return rule.id in _played(result)


def _played(result: Result) -> set[str]:
    """The ids of every rule that plays a part in a result."""
    played = {rule.id for rule in (*result.findings, *result.referral_signs, *result.evidence)}
    played |= {raised.flag.id for raised in result.red_flags}
    played |= {clash.conflict.id for clash in result.conflicts}
    played |= {like.other.id for like in result.look_alikes}
    played |= {line.id for line in result.advice}
    return played | ({result.pattern.id} if result.pattern else set())


def _invariants(pack: RulePack, rule: Rule, cases: Sequence[Case]) -> Iterator[Invariant]:
    read = conditions(pack)
    reads = read.reads(rule.condition)
    said = [facts(pack, run(pack, case).answers) for case in cases]
    for invariant in pack.invariants:
        named = any(rule.id in required.values for required in invariant.requires)
        test = read.compile(invariant.when)
        shares = not reads.isdisjoint(read.reads(invariant.when))
        if named or (shares and any(test(case) == TRUE for case in said)):
            yield invariant
