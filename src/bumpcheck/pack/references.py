"""What must fit together in a whole pack: ids, sources, findings, outcomes, doors, texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf
from graphlib import CycleError, TopologicalSorter

from bumpcheck import texts
from bumpcheck.errors import Place, quoted
from bumpcheck.model import (
    RANK,
    REASONS,
    UNKNOWN,
    URGENCIES,
    AllOf,
    AnyOf,
    Chosen,
    Citation,
    Cited,
    Condition,
    Found,
    Invariant,
    Longer,
    Measured,
    Not,
    Rule,
    RulePack,
)

from .fields import Problems

# Nobody can follow a longer one; it also bounds how deep conditions are asked.
LONGEST_CHAIN = 60
# More missing texts than this are told in one line: a pack is only begun then.
SEPARATELY = 4
COPY_TEXTS = "copy the `texts` of another pack, and change what you like"


def check(
    pack: RulePack, place: Place, texts_at: MappingOf[str, Place], problems: Problems
) -> None:
    """Add every problem of the whole pack.

    `place` is where the pack itself is described, `texts_at` where each of its texts stands.
    """
    _ids(pack, problems)
    _sources(pack, problems)
    _circles(pack, problems)
    _negations(pack, problems)
    _repeats(pack, problems)
    _outcomes(pack, place, problems)
    _doors(pack, place, problems)
    _persons(pack, problems)
    _results(pack, problems)
    _texts(pack, place, texts_at, problems)


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


def citations(pack: RulePack) -> Iterator[Citation]:
    """Every place in a work that the pack rests on."""
    for rule in cited(pack):
        yield from rule.sources
    for frequent in pack.faq:
        yield from frequent.sources
    for outcome in pack.outcomes:
        yield from outcome.sources


def _ids(pack: RulePack, problems: Problems) -> None:
    rules: list[Rule | Invariant] = [
        *pack.findings,
        *cited(pack),
        *pack.conflicts,
        *pack.invariants,
    ]
    _once("frequent question", ((said.id, said.place) for said in pack.faq), problems)
    _once("row of `compare`", ((row.id, row.place) for row in pack.aspects), problems)
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
    decisions = {source.id for source in pack.sources if source.kind == "decision"}
    alarms = {rule.id for rule in (*pack.red_flags, *pack.referral_signs)}
    for rule in cited(pack):
        if rule.id not in alarms and any(c.source in decisions for c in rule.sources):
            problems.add(
                rule.place,
                f"`{rule.id}` rests on a decision",
                "only red flags and referral signs may",
            )


def _circles(pack: RulePack, problems: Problems) -> None:
    """No finding builds on itself, nor on so many others in a row that nobody can follow."""
    places = {finding.id: finding.place for finding in pack.findings}
    builds_on = {
        finding.id: sorted({id for id in _found(finding.condition) if id in places})
        for finding in pack.findings
    }
    order: list[str] | None = None
    while order is None:
        try:
            order = list(TopologicalSorter(builds_on).static_order())
        except CycleError as error:
            # Each link of the error is built on by the next; told from where it stands first.
            circle = list(reversed(error.args[1][1:]))
            first = min(range(len(circle)), key=lambda at: places[circle[at]].line)
            circle = circle[first:] + circle[:first]
            problems.add(
                places[circle[0]],
                "a finding builds on itself",
                " -> ".join([*circle, circle[0]]),
            )
            del builds_on[circle[0]]
            for others in builds_on.values():
                if circle[0] in others:
                    others.remove(circle[0])
    depth: dict[str, int] = {}
    for id in order:
        depth[id] = 1 + max((depth[other] for other in builds_on[id]), default=0)
        if depth[id] == LONGEST_CHAIN + 1:
            problems.add(places[id], f"`{id}` builds on more than {LONGEST_CHAIN} others in a row")


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


def _names(condition: Condition, answer: str) -> bool:
    """Whether a condition itself names this answer."""
    match condition:
        case Chosen(_, answers):
            return answer in answers
        case Not(part):
            return _names(part, answer)
        case AllOf(parts) | AnyOf(parts):
            return any(_names(part, answer) for part in parts)
    return False


def _negations(pack: RulePack, problems: Problems) -> None:
    """`unknown` may not be negated by way of a finding either: unknown is never a no."""
    findings = {finding.id: finding.condition for finding in pack.findings}
    unsure = {id for id, body in findings.items() if _names(body, UNKNOWN)}
    grown = True
    while grown:
        more = {id for id, body in findings.items() if not unsure.isdisjoint(_found(body))}
        grown = not more <= unsure
        unsure |= more
    rules: list[Rule] = [*pack.findings, *cited(pack), *pack.conflicts, *pack.default_doors]
    rules += pack.persons
    for rule in rules:
        for id in _found(rule.condition, negated=True):
            if id in unsure:
                problems.add(
                    rule.place,
                    f"`{rule.id}` negates the finding `{id}`, which names `unknown`",
                    "unknown is never a no",
                )


def _repeats(pack: RulePack, problems: Problems) -> None:
    """Who leaves an unsure answer to another question's flags must be able to."""
    findings = {finding.id: finding.condition for finding in pack.findings}
    reads = {flag.id: _reads(flag.condition, findings) for flag in pack.red_flags}
    for flag in pack.red_flags:
        if flag.repeats is None:
            continue
        counted = any(
            flag.repeats in reads[other.id]
            and other.if_unknown != "list"
            and RANK[other.urgency] >= RANK[flag.urgency]
            for other in pack.red_flags
        )
        if flag.repeats in reads[flag.id] or not counted:
            problems.add(
                flag.place,
                f"`{flag.id}` cannot leave an unsure answer to `{flag.repeats}`",
                "name a question that another flag, no less urgent, reads and counts when unsure",
            )


def _reads(condition: Condition, findings: MappingOf[str, Condition]) -> set[str]:
    """The questions that a condition can depend on."""
    read: set[str] = set()
    todo, seen = [condition], set[str]()
    while todo:
        match todo.pop():
            case Found(finding) if finding in findings and finding not in seen:
                seen.add(finding)
                todo.append(findings[finding])
            case Not(part):
                todo.append(part)
            case AllOf(parts) | AnyOf(parts):
                todo += parts
            case Longer(question, than):
                read |= {question, than}
            case Chosen(question) | Measured(question):
                read.add(question)
    return read


def _outcomes(pack: RulePack, place: Place, problems: Problems) -> None:
    _once("outcome", ((outcome.id, outcome.place) for outcome in pack.outcomes), problems)
    _once("door", ((door, place) for door in pack.doors), problems)
    outcomes = [outcome.id for outcome in pack.outcomes]
    reassuring = [outcome.id for outcome in pack.outcomes if outcome.reassures]
    for outcome in pack.outcomes:
        if outcome.shows and not outcome.reassures:
            problems.add(outcome.place, f"`{outcome.id}` is not compared with others")
    if len(pack.outcomes) - len(reassuring) != 1 or not reassuring:
        problems.add(
            place, "a pack has one outcome that does not reassure, and at least one that does"
        )
    for piece in pack.evidence:
        for id in (*dict(piece.points), *piece.excludes, *piece.confirms):
            if id in outcomes and id not in reassuring:
                problems.add(
                    piece.place,
                    f"{quoted(id)} is no reassuring outcome",
                    f"name {' or '.join(reassuring)}",
                )
    ranks: dict[tuple[str, int], str] = {}
    for pattern in pack.patterns:
        if pattern.door is not None and pattern.outcome not in reassuring:
            problems.add(
                pattern.place, f"`{pattern.id}` cannot name a door", "a referral's flags do"
            )
        other = ranks.setdefault((pattern.outcome, pattern.rank), pattern.id)
        if other != pattern.id:
            problems.add(
                pattern.place, f"`{pattern.id}` has the rank of `{other}`", "give it another"
            )


def _doors(pack: RulePack, place: Place, problems: Problems) -> None:
    last = pack.default_doors[-1] if pack.default_doors else None
    if last is None or last.condition != AllOf(()):
        problems.add(
            last.place if last else place,
            "the last of `default-doors` must have no condition",
            "it is where everybody else goes",
        )


def _persons(pack: RulePack, problems: Problems) -> None:
    _once("person", ((person.id, person.place) for person in pack.persons), problems)
    if pack.persons[-1].condition != AllOf(()):
        problems.add(
            pack.persons[-1].place,
            "the last of `persons` must have no condition",
            "it is who everybody else is",
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


def _texts(pack: RulePack, place: Place, places: MappingOf[str, Place], problems: Problems) -> None:
    reassuring = tuple(outcome.id for outcome in pack.outcomes if outcome.reassures)
    needed = texts.required(reassuring, pack.doors)
    missing = [key for key in needed if key not in pack.texts]
    if len(missing) > SEPARATELY:
        some = ", ".join(f"`{key}`" for key in missing[:SEPARATELY])
        problems.add(place, f"{len(missing)} texts are missing: {some} and more", COPY_TEXTS)
    else:
        for key in missing:
            problems.add(place, f"the text `{key}` is missing", needed[key])
    for key, text in pack.texts.items():
        if key not in needed:
            problems.unknown(places[key], "text", key, needed)
            continue
        known = texts.places(needed[key])
        strange = texts.strange(text, known)
        if strange is not None:
            takes = ", ".join(f"{{{name}}}" for name in sorted(known)) or "nothing in braces"
            problems.add(
                places[key],
                f"{quoted(strange)} is nothing that can be filled in",
                f"`{key}` takes {takes}",
            )
