"""The proofs against brute force, and against packs that were broken on purpose.

Small packs are made up at random. Every set of answers to them is put to the evaluator, with each
part of the pack and without it, and whatever is proved must be so: proved where no case speaks
against it, failed where one does.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec import structs

import bumpcheck
from bumpcheck import RulePack, answers
from bumpcheck.answers import Answers
from bumpcheck.coded import CodedPack, NotCodable, Single, coded
from bumpcheck.coded.samples import Samples
from bumpcheck.conditions import conditions
from bumpcheck.engine import evaluate
from bumpcheck.facts import TRUE, facts
from bumpcheck.model import URGENCIES, Invariant, Requirement, Rule
from bumpcheck.pack import shipped
from bumpcheck.prove import FAILED, PROVED, UNFINISHED, Proof, Report, prove
from bumpcheck.prove.parts import NEVER, Part, coded_rules, parts
from bumpcheck.result import Result

from .kettle import FOLDER
from .test_conditions import SHAPES, Asked, Toy, question, trees

OUTCOMES = ("limescale", "normal-boil", "see-electrician")
DOORS = ("self-care", "shop", "electrician", "fire-brigade")
IF_UNKNOWN = {
    "soon": ("list", "routine", "soon"),
    "same-day": ("routine", "soon", "same-day"),
    "emergency": ("soon", "same-day", "emergency"),
}
# Where every rule of a section of the coded form stands in the pack.
FIELDS = {
    "red_flags": "red_flags",
    "signs": "referral_signs",
    "conflicts": "conflicts",
    "evidence": "evidence",
    "patterns": "patterns",
    "look_alikes": "look_alikes",
    "advice": "advice",
}
# So many cases of a pack are looked at, at most.
MOST_CASES = 700

Sections = dict[str, list[dict[str, Any]]]


# --- Packs made up at random ---------------------------------------------------------------------


@st.composite
def sections(draw: st.DrawFn) -> Sections:
    """A small pack with rules of every kind, and invariants."""
    kinds = draw(st.sampled_from(SMALL))
    toy = Toy({f"q{number}": asked for number, asked in enumerate(kinds)}, {}, [])
    for number in range(draw(st.integers(0, 2))):
        toy.findings[f"f{number}"] = trees(draw, toy, 1)

    def rules(name: str, most: int, depth: int = 1, least: int = 0) -> Iterator[dict[str, Any]]:
        for number in range(draw(st.integers(least, most))):
            rule = {"id": f"{name}{number}", "when": trees(draw, toy, depth), **CITED}
            if draw(st.integers(0, 3)) == 0:
                rule["unless"] = trees(draw, toy, 0, negated=True)
            yield rule

    def some(values: Sequence[str]) -> list[str]:
        return draw(st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True))

    made: Sections = {
        "questions": [question(id, asked) for id, asked in toy.questions.items()],
        "findings": [{"id": id, "when": it, "text": "t"} for id, it in toy.findings.items()],
        "red-flags": [],
        "referral-signs": [
            {**rule, "text": "t", "door": draw(st.sampled_from(DOORS[1:]))}
            for rule in rules("s", 2)
        ],
        "conflicts": [without(rule, "source") for rule in rules("c", 2)],
        "evidence": [],
        "patterns": [],
        "look-alikes": [{**rule, "name": "n"} for rule in rules("l", 1)],
        "advice": [],
        "invariants": [],
        "sources": [{"id": "s", "title": "t", "kind": "reference"}],
    }
    for rule in rules("r", 3):
        urgency = draw(st.sampled_from(list(IF_UNKNOWN)))
        counts = {"urgency": urgency, "if-unknown": draw(st.sampled_from(IF_UNKNOWN[urgency]))}
        doors = {"door": draw(st.sampled_from(DOORS[1:])), "unknown-door": "shop"}
        made["red-flags"].append({**rule, **counts, **doors, "text": "t"})
    for rule in rules("e", 4, least=1):
        points = {outcome: draw(st.integers(-3, 4)) for outcome in OUTCOMES[:2]}
        effect: dict[str, Any] = {"points": {id: f"{n:+}" for id, n in points.items() if n}}
        if not effect["points"] or draw(st.integers(0, 3)) == 0:
            kind = draw(st.sampled_from(("excludes", "confirms")))
            effect[kind] = [draw(st.sampled_from(OUTCOMES[:2]))]
        made["evidence"].append({**rule, **{k: v for k, v in effect.items() if v}})
    for rank, rule in enumerate(rules("p", 2)):
        outcome = draw(st.sampled_from(OUTCOMES[:2]))
        made["patterns"].append(
            {**rule, "outcome": outcome, "rank": rank, "name": "n", "term": "t"}
        )
    patterns = [rule["id"] for rule in made["patterns"]]
    flags = [rule["id"] for rule in made["red-flags"]]
    for rank, rule in enumerate([*rules("a", 3), {"id": "always", **CITED}]):
        facets = {
            "outcome": OUTCOMES,
            "urgency": URGENCIES,
            "door": DOORS,
            "reason": ("red-flag", "conflict", "not-enough", "neither"),
            **({"pattern": patterns} if patterns else {}),
            **({"red-flag": flags} if flags else {}),
        }
        named = draw(st.lists(st.sampled_from(sorted(facets)), max_size=2, unique=True))
        line = {**rule, "rank": rank, "for": {key: some(facets[key]) for key in named}}
        line[draw(st.sampled_from(("do", "avoid", "see", "expect")))] = "t"
        made["advice"].append(line if named else without(line, "for"))
    lines = [line["id"] for line in made["advice"]]
    for number in range(4):
        key = draw(st.sampled_from(("outcome", "urgency", "disposition", "advice")))
        known = {"outcome": OUTCOMES, "urgency": URGENCIES, "disposition": DOORS, "advice": lines}
        verb = draw(st.sampled_from(("always", "never", "some")))
        required = {key: some(known[key])}
        if draw(st.booleans()) and key != "urgency":
            required["urgency"] = some(URGENCIES)
        when = {"when": trees(draw, toy, 1)} if draw(st.booleans()) else {}
        made["invariants"].append({"id": f"i{number}", "hazard": "h", **when, verb: required})
    return made


CITED = {"because": "b", "source": {"s": "p"}}
ONE, THREE, MANY, COVERING, TIME = SHAPES[0], SHAPES[1], SHAPES[2], SHAPES[3], SHAPES[5]
# The questions of a pack: few enough to answer them in every way.
SMALL: list[tuple[Asked, ...]] = [
    (ONE, THREE, ONE),
    (MANY, THREE, ONE),
    (MANY, ONE),
    (COVERING, ONE),
    (TIME, THREE, ONE),
    (TIME, TIME, ONE),
    (MANY, TIME),
]


def without(rule: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in rule.items() if name != key}


def written(made: Sections) -> RulePack:
    """The made-up pack, written and loaded; its words are those of the kettle."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(FOLDER / "texts.yaml", folder)
        pack = (FOLDER / "pack.yaml").read_text()
        Path(folder, "pack.yaml").write_text(pack.replace(", when: {age: {under: 1 year}}", ""))
        Path(folder, "rules.yaml").write_text(json.dumps({k: v for k, v in made.items() if v}))
        return bumpcheck.load(folder)


# --- The truth, by brute force -------------------------------------------------------------------


def everybody(form: CodedPack) -> list[Answers]:
    """Every set of answers that the rules can tell apart."""
    samples = Samples(form)
    ranges = [
        range(block.arity) if isinstance(block, Single) else range(2 << len(block.classes))
        for block in form.blocks
    ]
    relations = [range(3) for _ in form.relations]
    said = {json.dumps(samples.say(codes)) for codes in product(*ranges, *relations)}
    return [answers.parse(form.pack, json.loads(raw)) for raw in sorted(said)]


def changed(pack: RulePack, form: CodedPack, part: Part) -> RulePack:
    """The pack without a part."""
    fields: dict[str, Any] = {}

    def put(field: str, id: str, **new: Any) -> None:
        rules = fields.get(field, getattr(pack, field))
        fields[field] = tuple(
            structs.replace(rule, **new) if rule.id == id else rule for rule in rules
        )

    for (section, at), condition in part.rules.items():
        rule: Rule = coded_rules(form.rules, section)[at].rule
        if condition == NEVER:
            kept = getattr(pack, FIELDS[section])
            fields[FIELDS[section]] = tuple(it for it in kept if it.id != rule.id)
        else:
            put(FIELDS[section], rule.id, when=condition, unless=None)
    for id, condition in part.findings.items():
        put("findings", id, when=condition, unless=None)
    if part.outcomes is not None:
        fields["outcomes"] = part.outcomes
    return structs.replace(pack, **fields)


def told(result: Result) -> tuple[object, ...]:
    """What of a result must differ without a part."""
    return (
        result.outcome,
        result.urgency,
        result.disposition,
        result.pattern.id if result.pattern else None,
        result.points,
        [clash.conflict.id for clash in result.conflicts],
        [like.other.id for like in result.look_alikes],
        [line.id for line in result.advice],
        result.screening,
    )


def meets(result: Result, requirement: Requirement) -> bool:
    """Whether a result has what an invariant names."""
    values = set(requirement.values)
    given: set[str] = {line.id for line in result.advice}
    has: dict[str, set[str]] = {
        "outcome": {result.outcome},
        "urgency": {result.urgency},
        "disposition": {result.disposition},
        "pattern": {result.pattern.id} if result.pattern else set(),
        "red-flag": {raised.flag.id for raised in result.red_flags},
        "advice": given | {tag for line in result.advice for tag in line.tags},
    }
    return not values.isdisjoint(has[requirement.key])


def holds(pack: RulePack, invariant: Invariant, results: list[Result]) -> bool:
    """Whether an invariant holds of all these results."""
    test = conditions(pack).compile(invariant.when)
    those = [it for it in results if test(facts(pack, it.answers)) == TRUE]
    met = [all(meets(it, requirement) for requirement in invariant.requires) for it in those]
    if invariant.verb == "some":
        return any(met)
    return all(met) if invariant.verb == "always" else not any(met)


def breaks(pack: RulePack, invariant: Invariant, raw: dict[str, object]) -> bool:
    """Whether a case breaks an invariant, or is one for which something comes out that must."""
    result = bumpcheck.check(raw, rules=pack)
    return holds(pack, invariant, [result]) == (invariant.verb == "some")


def reached(results: list[Result], proof: Proof) -> bool:
    return any(getattr(result, proof.kind) == proof.about for result in results)


def watched(results: list[Result], outcome: str) -> bool:
    """Whether an outcome always comes with a line of when to seek help."""
    those = [result for result in results if result.outcome == outcome]
    return all(any(line.kind == "see" for line in result.advice) for result in those)


def is_so(proof: Proof, so: bool) -> None:
    """A proof must be right; only what is told to be unfinished may be either."""
    assert proof.state in ((PROVED, UNFINISHED) if so else (FAILED, UNFINISHED)), proof


@settings(max_examples=60)
@given(sections())
def test_what_is_proved_is_so_for_everybody(made: Sections) -> None:
    pack = written(made)
    try:
        form = coded(pack)
    except NotCodable:
        assume(False)
    every = everybody(form)
    assume(len(every) <= MOST_CASES)
    results = [evaluate(pack, case) for case in every]
    report = prove(pack)
    assert report.space > 0
    for proof in report.proofs:
        if proof.property == 4 and proof.kind in ("outcome", "urgency", "disposition"):
            is_so(proof, reached(results, proof))
        elif proof.property == 5:
            is_so(proof, watched(results, proof.about))
        elif proof.property == 7:
            invariant = next(it for it in pack.invariants if it.id == proof.about)
            is_so(proof, holds(pack, invariant, results))
            assert proof.case is None or breaks(pack, invariant, proof.case)
        elif proof.property in (1, 2, 3):
            assert proof.state == PROVED
        assert proof.note is None


@settings(max_examples=25)
@given(sections())
def test_what_is_needed_changes_a_result_and_what_is_dead_changes_none(made: Sections) -> None:
    pack = written(made)
    try:
        form = coded(pack)
    except NotCodable:
        assume(False)
    every = everybody(form)
    assume(len(every) <= MOST_CASES // 2)
    results = [told(evaluate(pack, case)) for case in every]
    proofs = [it for it in prove(pack).proofs if it.property == 4]
    parts_proved = [it for it in proofs if it.kind not in ("outcome", "urgency", "disposition")]
    for part, proof in zip(parts(form), parts_proved, strict=True):
        assert (part.kind, part.about) == (proof.kind, proof.about)
        other = changed(pack, form, part)
        differing = (
            told(evaluate(other, case)) != result
            for case, result in zip(every, results, strict=True)
        )
        is_so(proof, any(differing))
        if proof.state == PROVED and proof.case is not None:
            said = answers.parse(pack, proof.case)
            assert told(evaluate(pack, said)) != told(evaluate(other, said))


# --- Broken on purpose ---------------------------------------------------------------------------


def by_name(report: Report, number: int = 7) -> dict[str, Proof]:
    return {proof.about: proof for proof in report.proofs if proof.property == number}


def test_the_kettle_keeps_its_promises(kettle: RulePack) -> None:
    report = prove(kettle)
    assert {proof.state for proof in report.proofs if proof.property != 4} == {PROVED}
    counted: list[tuple[int, int]] = []
    again = prove(kettle, progress=lambda done, total: counted.append((done, total)))
    assert again == report
    assert counted == [(at + 1, len(report.proofs)) for at in range(len(report.proofs))]


def test_an_invariant_from_elsewhere_is_proved_as_well(kettle: RulePack) -> None:
    own = kettle.invariants[0]
    never = structs.replace(
        own, id="no-reassurance", verb="never", requires=(Requirement("outcome", OUTCOMES[:2]),)
    )
    report = prove(kettle, invariants=[never])
    proof = by_name(report)["no-reassurance"]
    assert proof.case is not None or proof.state == PROVED


@cache
def form() -> CodedPack:
    return coded(shipped())


def dropped(pack: RulePack, *flags: str) -> RulePack:
    kept = tuple(flag for flag in pack.red_flags if flag.id not in flags)
    assert len(kept) == len(pack.red_flags) - len(flags)
    return structs.replace(pack, red_flags=kept)


def invariants_of(pack: RulePack, *ids: str) -> Iterator[tuple[Invariant, Proof]]:
    """Some invariants of a pack, and what came of proving them alone."""
    some = tuple(it for it in pack.invariants if it.id in ids)
    assert len(some) == len(ids)
    proofs = by_name(prove(structs.replace(pack, invariants=some)))
    for invariant in some:
        yield invariant, proofs[invariant.id]
