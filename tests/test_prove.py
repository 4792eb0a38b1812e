"""The proofs against brute force, and against packs that were broken on purpose.

Small packs are made up at random. Every set of answers to them is put to the evaluator, with each
part of the pack and without it, and whatever is proved must be so: proved where no case speaks
against it, failed where one does.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec import structs

import bumpcheck
from bumpcheck import RulePack, answers, completions
from bumpcheck.answers import Answers
from bumpcheck.coded import CodedPack, NotCodable, Single, coded, compiling
from bumpcheck.coded.diagrams import TRUE as ALL
from bumpcheck.coded.samples import Samples
from bumpcheck.conditions import conditions
from bumpcheck.engine import evaluate
from bumpcheck.facts import TRUE, facts
from bumpcheck.model import (
    ALWAYS,
    URGENCIES,
    AllOf,
    AnyOf,
    Chosen,
    Condition,
    Found,
    Invariant,
    Longer,
    Measured,
    Not,
    Requirement,
    Rule,
)
from bumpcheck.pack import shipped
from bumpcheck.prove import (
    FAILED,
    PROVED,
    UNFINISHED,
    Proof,
    Report,
    points,
    prove,
    proving,
)
from bumpcheck.prove.firsts import COMES_TOO_LATE
from bumpcheck.prove.invariants import CONCERNS_NOBODY, prove_invariant
from bumpcheck.prove.needed import NEVER_APPLIES
from bumpcheck.prove.parts import NEVER, Part, coded_rules, parts
from bumpcheck.prove.regions import UnfinishedError
from bumpcheck.prove.results import Results
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
# So many packs are made up.
EXAMPLES = 500 if os.environ.get("BUMPCHECK_FULL") else 35
FACETS = ("outcome", "urgency", "disposition")
# Of these the first that applies is taken.
IN_ORDER = ("person", "default door")

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
        if draw(st.booleans()):
            line["topic"] = "t"
        made["advice"].append(line if named else without(line, "for"))
    lines = [line["id"] for line in made["advice"]]
    for number in range(4):
        known: dict[str, Sequence[str]] = {
            "outcome": OUTCOMES,
            "urgency": URGENCIES,
            "disposition": DOORS,
            "advice": lines,
            **({"pattern": patterns} if patterns else {}),
            **({"red-flag": flags} if flags else {}),
        }
        key = draw(st.sampled_from(sorted(known)))
        verb = draw(st.sampled_from(("always", "never", "some")))
        required = {key: some(known[key])}
        if draw(st.booleans()):
            other = draw(st.sampled_from(sorted(known)))
            required[other] = some(known[other])
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


def size(case: Answers) -> int:
    """How much was said; an unsure answer is a little more than a given one."""
    return sum(
        4 * (len(given.chosen) + (given.quantity is not None)) + 5 * given.unknown
        for given in case.given.values()
    )


def is_smallest(
    pack: RulePack, invariant: Invariant, raw: dict[str, object], results: list[Result]
) -> bool:
    """Whether an invariant is broken by nobody who says less."""
    least = size(answers.parse(pack, raw))
    return holds(pack, invariant, [it for it in results if size(it.answers) < least])


def reached(results: list[Result], proof: Proof) -> bool:
    return any(getattr(result, proof.kind) == proof.about for result in results)


def watched(results: list[Result], outcome: str) -> bool:
    """Whether an outcome always comes with a line of when to seek help."""
    those = [result for result in results if result.outcome == outcome]
    return all(any(line.kind == "see" for line in result.advice) for result in those)


def together(results: list[Result], lines: list[str]) -> bool:
    """Whether some lines of advice are ever given together."""
    return any(set(lines) <= {line.id for line in result.advice} for result in results)


def is_so(proof: Proof, so: bool) -> None:
    """A proof must be right; only what is told to be unfinished may be either."""
    assert proof.state in ((PROVED, UNFINISHED) if so else (FAILED, UNFINISHED)), proof


@pytest.mark.no_cover  # many cases through the same lines
@settings(max_examples=EXAMPLES)
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
    if len(every) <= MOST_CASES // 2:
        what_is_needed_changes_a_result(pack, form, report, results)
    for proof in report.proofs:
        if proof.property == 4 and proof.kind in FACETS:
            is_so(proof, reached(results, proof))
        elif proof.property == 4 and proof.kind in IN_ORDER:
            # Without a condition, the first of them takes everybody.
            is_so(proof, proof.about in (pack.persons[0].id, pack.default_doors[0].id))
        elif proof.property == 5:
            is_so(proof, watched(results, proof.about))
        elif proof.property == 7:
            invariant = next(it for it in pack.invariants if it.id == proof.about)
            is_so(proof, holds(pack, invariant, results))
            if proof.note == CONCERNS_NOBODY:
                test = conditions(pack).compile(invariant.when)
                assert not any(test(facts(pack, case)) == TRUE for case in every)
            assert proof.case is None or breaks(pack, invariant, proof.case)
            if proof.state == FAILED and proof.case is not None:
                assert is_smallest(pack, invariant, proof.case, results)
        elif proof.property == 8:
            is_so(proof, not together(results, proof.about.split(" and ")))
        elif proof.property in (1, 2, 3):
            assert proof.state == PROVED
        # Nothing went wrong with any; of a dead rule it may be told that it never applies.
        assert (proof.note, proof.state) in (
            *((None, state) for state in (PROVED, FAILED, UNFINISHED)),
            *((NEVER_APPLIES, FAILED), (COMES_TOO_LATE, FAILED), (CONCERNS_NOBODY, PROVED)),
        )


def what_is_needed_changes_a_result(
    pack: RulePack, form: CodedPack, report: Report, results: list[Result]
) -> None:
    """What is needed changes the result of somebody, and what is dead changes nobody's."""
    before = [(it.answers, told(it)) for it in results]
    others = (*FACETS, *IN_ORDER)
    proofs = [it for it in report.proofs if it.property == 4 and it.kind not in others]
    for part, proof in zip(parts(form), proofs, strict=True):
        assert (part.kind, part.about) == (proof.kind, proof.about)
        other = changed(pack, form, part)
        is_so(proof, any(told(evaluate(other, case)) != was for case, was in before))
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


def dropped(pack: RulePack, id: str) -> RulePack:
    """A pack without one red flag."""
    kept = tuple(flag for flag in pack.red_flags if flag.id != id)
    assert len(kept) == len(pack.red_flags) - 1
    return structs.replace(pack, red_flags=kept)


def put(pack: RulePack, field: str, id: str, **new: object) -> RulePack:
    """A pack with one rule changed."""
    rules = getattr(pack, field)
    assert id in [rule.id for rule in rules]
    changed = (structs.replace(rule, **new) if rule.id == id else rule for rule in rules)
    return structs.replace(pack, **{field: tuple(changed)})


def proved_of(pack: RulePack, id: str) -> tuple[Invariant, Proof]:
    """An invariant of a pack, proved alone."""
    invariant = next(it for it in pack.invariants if it.id == id)
    return invariant, prove_invariant(Results(CodedPack(pack)), invariant)


LIGHT = Chosen("colour", ("white",))
BROKEN: dict[str, tuple[str, Callable[[RulePack], RulePack]]] = {
    "a flag is dropped": ("hazard-bleeding", lambda pack: dropped(pack, "bleeds-by-itself")),
    "an emergency is dropped": ("hazard-throat", lambda pack: dropped(pack, "swollen-throat")),
    "an unsure answer counts for nothing": (
        "hazard-bleeding-not-sure",
        lambda pack: put(pack, "red_flags", "bleeds-by-itself", if_unknown="list"),
    ),
    "an exception is widened": (
        "hazard-one-growing",
        lambda pack: put(pack, "red_flags", "one-growing", unless=LIGHT),
    ),
    "a sign gets an exception": (
        "hazard-large",
        lambda pack: put(pack, "referral_signs", "large", unless=LIGHT),
    ),
    "a flag is less urgent": (
        "hazard-behind-the-eye",
        lambda pack: put(pack, "red_flags", "eye-pain-on-moving", urgency="soon"),
    ),
    "a line forgets what it must not": (
        "hazard-retinoid-in-pregnancy",
        lambda pack: put(pack, "advice", "retinoid-sensitive-skin", when=ALWAYS),
    ),
    "too few points are asked": (
        "hazard-too-little-known",
        lambda pack: put(pack, "outcomes", "milia", at_least=2),
    ),
    "an emergency leads to the wrong door": (
        "hazard-wrong-door",
        lambda pack: put(pack, "red_flags", "bleeds-by-itself", door="emergency"),
    ),
}


@pytest.mark.no_cover  # many cases through the same lines
@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_on_purpose_is_seen(what: str) -> None:
    """That the invariant holds of the whole pack is proved below, with all the others."""
    id, broken = BROKEN[what]
    pack = broken(shipped())
    invariant, proof = proved_of(pack, id)
    assert proof.state == FAILED
    assert proof.case is not None
    assert breaks(pack, invariant, proof.case)
    assert not breaks(shipped(), invariant, proof.case)
    for answer in proof.case:  # it says no more than it must
        less = {other: words for other, words in proof.case.items() if other != answer}
        assert not breaks(pack, invariant, less)


def never(when: Condition, key: str, *values: str) -> Proof:
    """The proof of one requirement to the shipped rules."""
    one = structs.replace(
        shipped().invariants[0],
        id="from-elsewhere",
        when=when,
        verb="never",
        requires=(Requirement(key, values),),
    )
    return proved_of(structs.replace(shipped(), invariants=(one,)), one.id)[1]


def test_rules_that_exclude_an_outcome_only_together_are_seen_to() -> None:
    """One excludes whiteheads on the lid, another those under the eye."""
    by_the_eye = Chosen("location", ("eyelid", "lash-line", "under-eye"))
    assert never(by_the_eye, "outcome", "whitehead").state == PROVED


def test_a_failure_shows_no_more_answers_than_it_takes() -> None:
    """Not even where no answer could be left out of what is found first."""
    proof = never(Chosen("location", ("face",)), "outcome", "whitehead")
    assert proof.state == FAILED
    assert proof.case is not None
    assert len(proof.case) == 2


@lru_cache(maxsize=2)
def report_of(pack: RulePack) -> Report:
    """The proofs of a pack, which several tests look at."""
    return prove(pack)


def states(pack: RulePack, number: int) -> dict[tuple[str, str], Proof]:
    proofs = (proof for proof in report_of(pack).proofs if proof.property == number)
    return {(proof.kind, proof.about): proof for proof in proofs}


def test_two_rules_of_which_one_would_do_are_dead(kettle: RulePack) -> None:
    (rust,) = (sign for sign in kettle.referral_signs if sign.id == "rust")
    twice = (*kettle.referral_signs, structs.replace(rust, id="rust-again"))
    found = states(structs.replace(kettle, referral_signs=twice), 4)
    assert states(kettle, 4)["referral sign", "rust"].state == PROVED
    assert found["referral sign", "rust"].state == FAILED
    assert found["referral sign", "rust-again"].state == FAILED
    assert found["referral sign", "rust"].place == rust.place
    assert found["referral sign", "rust"].note is None


def test_a_rule_that_can_never_be_true_is_dead(kettle: RulePack) -> None:
    never = AllOf((Chosen("noise", ("hum",)), Chosen("noise", ("bang",))))
    for field, kind, id in (
        ("red_flags", "red flag", "pours"),
        ("conflicts", "conflict", "noise-before-kettle"),
        ("evidence", "evidence", "hums"),
        ("patterns", "pattern", "singing"),
        ("look_alikes", "look-alike", "gravel"),
        ("advice", "advice", "unplug-it"),
        ("findings", "finding", "crusted"),
    ):
        pack = put(kettle, field, id, when=never, unless=None)
        assert states(kettle, 4)[kind, id].state == PROVED
        dead = states(pack, 4)[kind, id]
        assert (dead.state, dead.note) == (FAILED, NEVER_APPLIES)


BABY = Measured("age", under=28)
CRUSTED = Found("crusted")
YOUNG = Measured("age", under=365.25)
OLD = Measured("age", at_least=365.25)
NOBODY = AllOf((Chosen("noise", ("hum",)), Chosen("noise", ("bang",))))


@pytest.mark.parametrize(
    ("whens", "why"),
    [
        ([BABY, YOUNG], [None, None, None]),
        ([YOUNG, BABY], [None, COMES_TOO_LATE, None]),
        ([YOUNG, OLD, BABY], [None, None, COMES_TOO_LATE, None]),
        ([Not(YOUNG), YOUNG], [None, None, None]),  # the last is those of no known age
        ([AnyOf((YOUNG, Not(YOUNG))), OLD], [None, COMES_TOO_LATE, COMES_TOO_LATE]),
        ([BABY, NOBODY], [None, NEVER_APPLIES, None]),
        ([CRUSTED, AllOf((CRUSTED, OLD)), Found("scaled")], [None, COMES_TOO_LATE, None, None]),
    ],
)
def test_who_is_spoken_of_by_nobody_is_told(
    kettle: RulePack, whens: list[Condition], why: list[str | None]
) -> None:
    last = kettle.persons[-1]
    persons = [structs.replace(last, id=f"p{at}", when=when) for at, when in enumerate(whens)]
    doors = [structs.replace(kettle.default_doors[-1], id=f"p{at}", when=when)
             for at, when in enumerate(whens)]  # fmt: skip
    pack = structs.replace(
        kettle,
        persons=(*persons, last),
        default_doors=(*doors, structs.replace(kettle.default_doors[-1], id=last.id)),
    )
    ages, noises = ("1 week", "5 weeks", "2 years", "6 years", "unknown", ""), ("hum", "bang", "")
    said = [
        {id: answer for id, answer in (("age", age), ("noise", noise), ("flakes", flake)) if answer}
        for age, noise, flake in product(ages, noises, ("white", "none", ""))
    ]
    spoken_of = {bumpcheck.check(raw, rules=pack).person for raw in said}
    for kind in IN_ORDER:
        proofs = [it for (what, _), it in states(pack, 4).items() if what == kind]
        assert [it.note for it in proofs] == why
        assert {it.about for it in proofs if it.state == PROVED} == spoken_of


def test_an_outcome_nobody_earns_is_not_reached(kettle: RulePack) -> None:
    unproven = tuple(structs.replace(piece, confirms=()) for piece in kettle.evidence)
    pack = structs.replace(kettle, evidence=unproven)
    found = states(put(pack, "outcomes", "normal-boil", at_least=100), 4)
    assert found["outcome", "normal-boil"].state == FAILED
    assert found["outcome", "limescale"].state == PROVED


def test_an_outcome_without_a_line_of_when_to_seek_help_is_shown(kettle: RulePack) -> None:
    kept = tuple(line for line in kettle.advice if line.kind != "see")
    found = states(structs.replace(kettle, advice=kept), 5)
    assert {proof.state for proof in found.values()} == {FAILED}
    for (_, outcome), proof in found.items():
        assert proof.case is not None
        assert bumpcheck.check(proof.case, rules=kettle).outcome == outcome


def test_patterns_of_one_rank_must_not_apply_at_once(kettle: RulePack) -> None:
    own = kettle.patterns[0]
    other = structs.replace(own, id="another", when=ALWAYS, unless=None)
    found = states(structs.replace(kettle, patterns=(*kettle.patterns, other)), 3)
    assert not any(kind == "patterns" for kind, _ in states(kettle, 3))
    (proof,) = (proof for (kind, _), proof in found.items() if kind == "patterns")
    assert proof.state == FAILED
    assert proof.case is not None


def test_a_finding_that_only_invariants_name_means_the_same_in_each(kettle: RulePack) -> None:
    loud = structs.replace(kettle.findings[0], id="loud", when=Chosen("noise", ("bang",)))
    never = structs.replace(
        kettle.invariants[0],
        when=Found("loud"),
        verb="never",
        requires=(Requirement("outcome", OUTCOMES[:2]),),
    )
    same = tuple(structs.replace(never, id=f"same-{number}") for number in range(3))
    pack = structs.replace(kettle, findings=(*kettle.findings, loud), invariants=same)
    proofs = by_name(prove(pack))
    shown = {id: (proof.state, json.dumps(proof.case)) for id, proof in proofs.items()}
    assert len(set(shown.values())) == 1
    assert len(shown) == len(same)


def test_a_line_for_one_flag_may_stand_beside_another_flag(kettle: RulePack) -> None:
    own = kettle.advice[0]
    line = structs.replace(own, when=ALWAYS, unless=None, applies=(("red-flag", ("pours",)),))
    never = structs.replace(
        kettle.invariants[0],
        when=ALWAYS,
        verb="never",
        requires=(Requirement("red-flag", ("burns",)), Requirement("advice", (own.id,))),
    )
    pack = structs.replace(kettle, advice=(line, *kettle.advice[1:]), invariants=(never,))
    invariant, proof = proved_of(pack, never.id)
    assert proof.state == FAILED
    assert proof.case is not None
    assert breaks(pack, invariant, proof.case)


# --- What is not proved is not called so ---------------------------------------------------------


def test_a_search_that_takes_too_long_is_unfinished(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(points, "MOST_STATES", 10)
    _, proof = proved_of(shipped(), "hazard-too-little-known")
    assert (proof.state, proof.case) == (UNFINISHED, None)


def test_a_region_that_gets_too_large_is_unfinished() -> None:
    results = Results(CodedPack(shipped()))
    with pytest.raises(UnfinishedError):
        results.regions.remains(ALL, results.regions.causes, most=1000)


def test_what_a_search_may_make_is_bounded_only_while_it_lasts() -> None:
    results = Results(CodedPack(shipped()))
    diagrams = results.pack.diagrams
    before = len(diagrams)
    with pytest.raises(UnfinishedError), results.regions.at_most(1000):
        diagrams.any_of(cause.region for cause in results.regions.causes)
    assert len(diagrams) - before == 1000
    with results.regions.at_most(0):
        assert diagrams.both(ALL, before - 1) == before - 1
    assert results.samples.sure(results.pack.blocks[-1], before - 1, at_all=True) >= before


def test_what_is_left_of_a_region_is_what_no_cause_counts_for(kettle: RulePack) -> None:
    results = Results(CodedPack(kettle))
    causes, diagrams = results.regions.causes, results.pack.diagrams
    for region in (
        ALL,
        *(it.region for it in causes),
        *map(results.line, results.pack.rules.advice),
    ):
        left = region
        for cause in reversed(causes):
            left = diagrams.without(left, cause.region)
        assert results.regions.remains(region, causes) == left
        assert results.regions.remains(region, causes[::2], causes[1::2]) == left


def test_two_answers_are_exchanged_for_one_that_shows_the_same(kettle: RulePack) -> None:
    samples = Samples(CodedPack(kettle))
    single = [samples.answers.possible(place)[0] for place in range(3)]
    silent = samples.codes(samples.silent)
    one, two = (
        samples.answers.saying(single[:1], silent),
        samples.answers.saying(single[1:], silent),
    )
    assert samples.answers.exchanged(two, {one, two}.__contains__) == one
    assert samples.answers.exchanged(one, {one, two}.__contains__) == one


def test_what_has_no_coded_form_is_unfinished(kettle: RulePack) -> None:
    compared = (Longer("since", "age"), Longer("since", "fill"))
    pack = put(kettle, "findings", "crusted", when=AllOf(compared), unless=None)
    (proof,) = prove(pack).proofs
    assert proof.state == UNFINISHED
    assert proof.note is not None
    assert prove(pack).failures == (proof,)


def test_what_cannot_be_proved_still_shows_what_fails(
    kettle: RulePack, monkeypatch: pytest.MonkeyPatch
) -> None:
    anyhow = AnyOf((Chosen("leak", ("no",)), Chosen("leak", ("drip", "pour"))))
    pack = put(dropped(kettle, "burns"), "findings", "crusted", when=anyhow, unless=None)
    for module in (compiling, completions):  # nothing is tried out
        monkeypatch.setattr(module, "MOST_TRIES", 0)
    unfinished, *failed = prove(pack).proofs
    assert (unfinished.property, unfinished.state) == (0, UNFINISHED)
    assert {proof.state for proof in failed} == {FAILED}
    invariant = next(it for it in pack.invariants if it.id == "burning-is-seen")
    (proof,) = (proof for proof in failed if proof.about == invariant.id)
    assert proof.case is not None
    assert breaks(pack, invariant, proof.case)


def test_a_case_that_the_evaluator_sees_otherwise_proves_nothing(
    kettle: RulePack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other(pack: RulePack, case: Answers) -> Result:
        return structs.replace(evaluate(pack, case), outcome="see-nobody")

    monkeypatch.setattr(proving, "evaluate", other)
    shown = [proof for proof in prove(kettle).proofs if proof.case is not None]
    assert {proof.state for proof in shown} == {FAILED}
    assert {proof.note for proof in shown} == {proving.DISAGREE}


# --- The shipped rules ---------------------------------------------------------------------------

# What the proofs may take: more seconds than they do, since a machine may be busy.
SECONDS, MEGABYTES = 30, 128

# The program itself, which collects no cycles but where it must; what a process has taken at most
# stands there, and `getrusage` would count what it was forked from.
WHOLE = r"""
import re, sys, time
from bumpcheck.cli import main

try:
    main()
finally:
    memory = int(re.search(r"VmHWM:\s*(\d+)", open("/proc/self/status").read())[1]) / 1024
    print(time.process_time(), memory, file=sys.stderr)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured as Linux tells it")
def test_the_shipped_rules_are_proved_in_time_and_memory() -> None:
    command = [sys.executable, "-c", WHOLE, "rules", "prove", "--format", "json"]
    ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=600)
    told = json.loads(ran.stdout)
    assert (ran.returncode, told["found"]) == (0, [])
    (summary,) = told["summary"]
    said = re.fullmatch(r"proofs: (\d+) of (\d+) hold, over all (\S+) sets of answers", summary)
    assert said is not None
    assert int(said[1]) == int(said[2]) > 1200
    assert float(said[3]) > 1e30
    seconds, memory = map(float, ran.stderr.split())
    assert seconds < SECONDS
    assert memory < MEGABYTES
