"""What must fit together in a whole pack: ids, sources, findings, outcomes, doors, texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bumpcheck import texts
from bumpcheck.errors import Place
from bumpcheck.model import (
    REASONS,
    UNKNOWN,
    URGENCIES,
    AllOf,
    AnyOf,
    Chosen,
    Cited,
    Condition,
    Finding,
    Found,
    Invariant,
    Not,
    Rule,
    RulePack,
)

from .fields import Problems

# Nobody can follow a longer one; it also bounds how deep conditions are asked.
LONGEST_CHAIN = 60


def check(pack: RulePack, place: Place, problems: Problems) -> None:
    """Add every problem of the whole pack; `place` is where the pack itself is described."""
    _ids(pack, problems)
    _sources(pack, problems)
    _circles(pack, problems)
    _negations(pack, problems)
    _outcomes(pack, place, problems)
    _doors(pack, place, problems)
    _results(pack, problems)
    _texts(pack, place, problems)


def cited(pack: RulePack) -> tuple[Cited, ...]:
    """Every rule that has sources."""
    return (
        *pack.red_flags,
        *pack.referral_signs,
        *pack.evidence,
        *pack.patterns,
        *pack.look_alikes,
        *pack.advice,
    )


def _ids(pack: RulePack, problems: Problems) -> None:
    rules: list[Rule | Invariant] = [
        *pack.findings,
        *cited(pack),
        *pack.conflicts,
        *pack.invariants,
    ]
    _once("rule", ((rule.id, rule.place) for rule in rules), problems)
    _once("source", ((source.id, source.place) for source in pack.sources), problems)
    names = (
        (name, question.place)
        for question in pack.questions
        for name in (question.id, *question.aliases)
    )
    _once("question", names, problems)


def _once(what: str, named: Iterable[tuple[str, Place]], problems: Problems) -> None:
    first: dict[str, Place] = {}
    for id, place in named:
        if id in first:
            problems.add(place, f"another {what} is called `{id}`", f"at {first[id]}")
        first.setdefault(id, place)


def _sources(pack: RulePack, problems: Problems) -> None:
    known = {source.id: source for source in pack.sources}
    alarms = {rule.id for rule in (*pack.red_flags, *pack.referral_signs)}
    for rule in cited(pack):
        for citation in rule.sources:
            source = known.get(citation.source)
            if source is None:
                problems.unknown(rule.place, f"source for `{rule.id}`:", citation.source, known)
            elif source.kind == "decision" and rule.id not in alarms:
                problems.add(
                    rule.place,
                    f"`{rule.id}` rests on a decision",
                    "only red flags and referral signs may",
                )


def _circles(pack: RulePack, problems: Problems) -> None:
    findings = {finding.id: finding for finding in pack.findings}
    done: set[str] = set()

    def visit(finding: Finding, above: tuple[str, ...]) -> None:
        if len(above) > LONGEST_CHAIN:
            problems.add(
                finding.place, f"`{above[0]}` builds on more than {LONGEST_CHAIN} others in a row"
            )
        elif finding.id in above:
            circle = " -> ".join((*above[above.index(finding.id) :], finding.id))
            problems.add(finding.place, "a finding builds on itself", circle)
        elif finding.id not in done:
            for id in _found(finding.condition):
                if id in findings:
                    visit(findings[id], (*above, finding.id))
            done.add(finding.id)

    for finding in pack.findings:
        visit(finding, ())


def _found(condition: Condition, *, negated: bool = False) -> Iterator[str]:
    """The findings that a condition names; only those under a `not`, where `negated`."""
    match condition:
        case Found(finding) if not negated:
            yield finding
        case Not(part):
            yield from _found(part)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _found(part, negated=negated)


def _names_unknown(condition: Condition, findings: dict[str, Finding], depth: int = 0) -> bool:
    match condition:
        case Chosen(_, answers):
            return UNKNOWN in answers
        case Found(finding) if finding in findings and depth < LONGEST_CHAIN:
            return _names_unknown(findings[finding].condition, findings, depth + 1)
        case Not(part):
            return _names_unknown(part, findings, depth)
        case AllOf(parts) | AnyOf(parts):
            return any(_names_unknown(part, findings, depth) for part in parts)
    return False


def _negations(pack: RulePack, problems: Problems) -> None:
    """`unknown` may not be negated by way of a finding either: unknown is never a no."""
    findings = {finding.id: finding for finding in pack.findings}
    unsure = {id for id, f in findings.items() if _names_unknown(f.condition, findings)}
    rules: list[Rule] = [*pack.findings, *cited(pack), *pack.conflicts, *pack.default_doors]
    for rule in rules:
        for id in _found(rule.condition, negated=True):
            if id in unsure:
                problems.add(
                    rule.place,
                    f"`{rule.id}` negates the finding `{id}`, which names `unknown`",
                    "unknown is never a no",
                )


def _outcomes(pack: RulePack, place: Place, problems: Problems) -> None:
    _once("outcome", ((outcome.id, outcome.place) for outcome in pack.outcomes), problems)
    _once("door", ((door, place) for door in pack.doors), problems)
    reassuring = [outcome.id for outcome in pack.outcomes if outcome.reassures]
    if len(pack.outcomes) - len(reassuring) != 1 or not reassuring:
        problems.add(
            place, "a pack has one outcome that does not reassure, and at least one that does"
        )
    for piece in pack.evidence:
        for id in (*dict(piece.points), *piece.excludes, *piece.confirms):
            if id not in reassuring:
                problems.unknown(piece.place, "reassuring outcome", id, reassuring)
    ranks: dict[tuple[str, int], str] = {}
    for pattern in pack.patterns:
        if pattern.outcome not in [outcome.id for outcome in pack.outcomes]:
            problems.unknown(pattern.place, "outcome", pattern.outcome, reassuring)
        other = ranks.setdefault((pattern.outcome, pattern.rank), pattern.id)
        if other != pattern.id:
            problems.add(
                pattern.place, f"`{pattern.id}` has the rank of `{other}`", "give it another"
            )


def _doors(pack: RulePack, place: Place, problems: Problems) -> None:
    named = [
        *((outcome.door, outcome.place) for outcome in pack.outcomes),
        *((rule.door, rule.place) for rule in (*pack.red_flags, *pack.referral_signs)),
        *((flag.unknown_door, flag.place) for flag in pack.red_flags),
        *((pattern.door, pattern.place) for pattern in pack.patterns),
        *((door.door, door.place) for door in pack.default_doors),
    ]
    for door, at in named:
        if door and door not in pack.doors:
            problems.unknown(at, "door", door, pack.doors)
    last = pack.default_doors[-1] if pack.default_doors else None
    if last is None or last.condition != AllOf(()):
        problems.add(
            last.place if last else place,
            "the last of `default-doors` must have no condition",
            "it is where everybody else goes",
        )


def _results(pack: RulePack, problems: Problems) -> None:
    """What advice and invariants say about results must be able to come about."""
    tags = {tag for line in pack.advice for tag in line.tags}
    known: dict[str, list[str]] = {
        "outcome": [outcome.id for outcome in pack.outcomes],
        "pattern": [pattern.id for pattern in pack.patterns],
        "urgency": list(URGENCIES),
        "door": list(pack.doors),
        "disposition": list(pack.doors),
        "reason": list(REASONS),
        "red-flag": [flag.id for flag in pack.red_flags],
        "advice": [*(line.id for line in pack.advice), *sorted(tags)],
    }
    named = [
        *((line.place, key, values) for line in pack.advice for key, values in line.applies),
        *((i.place, r.key, r.values) for i in pack.invariants for r in i.requires),
    ]
    for place, key, values in named:
        for value in values:
            if value not in known[key]:
                problems.unknown(place, key, value, known[key])


def _texts(pack: RulePack, place: Place, problems: Problems) -> None:
    reassuring = tuple(outcome.id for outcome in pack.outcomes if outcome.reassures)
    needed = texts.required(reassuring, pack.doors)
    for key, use in needed.items():
        if key not in pack.texts:
            problems.add(place, f"the text `{key}` is missing", use)
    for key in pack.texts:
        if key not in needed:
            problems.unknown(place, "text", key, needed)
