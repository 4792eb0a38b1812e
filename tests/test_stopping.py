"""The interview's stop against brute force, and against the proofs.

What is said to be settled is held against every way to answer the rest: of small packs made up at
random one by one, of the shipped rules by the search for results that the proofs use. The facts
that the stop relies on are proved of every rule (contract, section 7).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod
from typing import Any

import pytest
from hypothesis import assume, given, settings
from msgspec import structs

from bumpcheck import Interview, RulePack
from bumpcheck.answers import Answers, Given
from bumpcheck.coded import CodedPack, NotCodable, Several, coded
from bumpcheck.coded.diagrams import FALSE, TRUE
from bumpcheck.engine import evaluate
from bumpcheck.model import URGENCIES
from bumpcheck.outlook import Outlook
from bumpcheck.pack import shipped
from bumpcheck.prove import FAILED, PROVED, prove
from bumpcheck.prove.results import Results, Wanted
from bumpcheck.prove.stopping import answers_only_settle, how_many
from bumpcheck.result import Result

from .test_prove import MOST_CASES, Sections, everybody, sections, written

# So many ways to go on are tried one by one, at most.
MOST_WAYS = 2_000

Case = tuple[Given | None, ...]


def verdict(result: Result) -> tuple[str, str, str]:
    return result.outcome, result.urgency, result.disposition


def advised(result: Result) -> tuple[str, ...]:
    return tuple(line.id for line in result.advice)


# --- Small packs, every way to answer them --------------------------------------------------------


@pytest.mark.no_cover  # many cases through the same lines
@settings(max_examples=45)
@given(sections())
def test_no_way_to_answer_the_rest_changes_what_is_settled(made: Sections) -> None:
    pack = with_more_that_varies(written(made))
    try:
        form = coded(pack)
    except NotCodable:
        assume(False)
    every = everybody(form)
    assume(len(every) <= MOST_CASES)
    ids = [question.id for question in pack.questions]
    cases = {tuple([case.given.get(id) for id in ids]): evaluate(pack, case) for case in every}
    whole = {case: result for case, result in cases.items() if None not in case}
    outlook = Outlook(form)
    for case, result in cases.items():
        said = {id: it for id, it in zip(ids, case, strict=True) if it is not None}
        if not outlook.prospect(said).settled:
            continue
        certain = {
            "outcome": result.outcome,
            "urgency": result.urgency,
            "door": result.disposition,
        }
        is_told = outlook.advice(said, certain) == 0
        for other in completions(case, whole):
            assert verdict(whole[other]) == verdict(result), (case, other)
            assert not is_told or advised(whole[other]) == advised(result), (case, other)


def with_more_that_varies(pack: RulePack) -> RulePack:
    """The pack with a door that hangs on an answer, and a line of advice for a reason."""
    door, last = pack.default_doors
    (line,) = [line for line in pack.advice if line.id == "always"]
    reason = structs.replace(line, id="too-little", applies=(("reason", ("not-enough",)),))
    return structs.replace(
        pack,
        default_doors=(structs.replace(door, when=pack.evidence[0].when), last),
        advice=(*pack.advice, structs.replace(reason, rank=line.rank + 1)),
    )


def completions(case: Case, whole: dict[Case, Result]) -> Iterator[Case]:
    asked = [at for at, it in enumerate(case) if it is not None]
    for other in whole:
        if all(other[at] == case[at] for at in asked):
            yield other


# --- The shipped rules, every way to answer the rest ----------------------------------------------

CALM = {question.id: question.calm or "unknown" for question in shipped().questions}
SMALL = {"colour": "white", "firmness": "hard", "size": "1 mm", "count": "few"}
SKIN = {"colour": "skin", "firmness": "soft", "size": "1 mm", "count": "many", "acne": "mild"}
PEOPLE: dict[str, dict[str, Any]] = {
    "newborn": {**SMALL, "age": "5 days", "location": "nose", "duration": "3 days"},
    "under the eye": {**SMALL, "age": "34", "location": "under-eye", "duration": "1 year"},
    "a child's cheek": {**SMALL, "age": "8", "location": "cheek", "duration": "6 months"},
    "from 40": {**SMALL, "age": "52", "location": "under-eye", "duration": "1 year"},
    "teenager": {**SKIN, "age": "15", "location": "forehead", "duration": "2 months"},
    "not sure of much": {"age": "30", "location": "cheek", "colour": "white", "pain": "unknown"},
    "a bump that bleeds": {**SMALL, "age": "61", "location": "nose", "bleeding": "yes"},
    "itchy": {**SMALL, "age": "25", "location": "cheek", "duration": "1 year", "itch": "yes"},
    "a red lid": {**SMALL, "age": "6", "location": "eyelid", "duration": "1 week", "eye": "lid"},
}


@pytest.fixture(scope="module")
def results() -> Results:
    # Of its own: a pack kept by others would be given diagrams that are then taken back.
    return Results(CodedPack(shipped()))


@pytest.mark.parametrize("who", PEOPLE)
def test_no_answer_to_the_rest_changes_what_the_interview_found(results: Results, who: str) -> None:
    said = CALM | PEOPLE[who]
    interview = Interview()
    while interview.screen and not interview.settled:
        interview.answer({one.id: said[one.id] for one in interview.screen})
    found = interview.result
    assert len(found.not_asked) > 0
    left = ways(results.pack, interview.answers)
    if prod(map(len, left)) <= MOST_WAYS:
        for codes in product(*left):
            came = results.pack.verdict(codes)
            assert (came.outcome, came.urgency, came.disposition) == verdict(found)
        return
    region = completed(results.pack, interview.answers)
    try:
        for facet, value, known in (
            ("outcome", found.outcome, [it.id for it in results.pack.pack.outcomes]),
            ("urgency", found.urgency, URGENCIES),
            ("disposition", found.disposition, results.pack.pack.doors),
        ):
            others = Wanted().narrowed(facet, set(known) - {value})
            case = results.find(region, others)
            assert case is None, results.samples.say(case)
    finally:
        results.rewind()


def ways(form: CodedPack, answers: Answers) -> list[range]:
    """The codes of every question and relation with which some answers can go on."""
    given = answers.given
    ranges: list[range] = []
    for block in form.blocks:
        code = block.code(given.get(block.column.id))
        every = range(2**block.depth) if isinstance(block, Several) else range(block.arity)
        ranges.append(every if block.column.id not in given else range(code, code + 1))
    for relation in form.relations:
        first, second = given.get(relation.first.column.id), given.get(relation.second.column.id)
        code = relation.code(first, second)
        ranges.append(range(3) if first is None or second is None else range(code, code + 1))
    return ranges


def completed(form: CodedPack, answers: Answers) -> int:
    """Every case that says this, whatever else it says, as a diagram."""
    region = TRUE
    diagrams = form.diagrams
    for block in reversed(form.blocks):
        if block.column.id not in answers.given:
            continue
        way = block.way(block.code(answers.given[block.column.id]))
        for level, child in reversed(list(enumerate(way, block.first))):
            arity = 2 if isinstance(block, Several) else block.arity
            ways = [region if at == child else FALSE for at in range(arity)]
            region = diagrams.node(level, tuple(ways))
    return region


# --- What the stop relies on ----------------------------------------------------------------------


@pytest.mark.no_cover  # many cases through the same lines
def test_an_answer_to_the_shipped_rules_only_settles_what_was_open(results: Results) -> None:
    proofs = list(answers_only_settle(results))
    results.rewind()
    assert len(proofs) == how_many(results) > 400
    assert {(proof.property, proof.state) for proof in proofs} == {(6, PROVED)}


@pytest.mark.parametrize("question", ["leak", "flakes", "age"])
def test_a_rule_that_an_answer_undoes_is_shown(kettle: RulePack, question: str) -> None:
    """Of one answer, of several, of an amount."""
    form = CodedPack(kettle)
    (block,) = [block for block in form.blocks if block.column.id == question]
    depth = block.end - block.first
    node = TRUE
    for level in reversed(range(block.first, block.end)):
        # True while it is not asked, and false as soon as anything is said.
        silent = (node, FALSE) if depth > 1 else (*(FALSE,) * (block.arity - 1), node)
        node = form.diagrams.node(level, silent)
    first, *others = form.rules.red_flags
    undone = structs.replace(first, node=node)
    form.rules = structs.replace(form.rules, red_flags=(undone, *others))
    shown = {proof.about: proof for proof in answers_only_settle(Results(form))}
    assert shown[first.rule.id].state == FAILED
    assert shown[first.rule.id].case is not None
    assert question not in (shown[first.rule.id].case or {})
    assert {proof.state for id, proof in shown.items() if id != first.rule.id} == {PROVED}


def test_every_rule_of_a_pack_is_proved_so(kettle: RulePack) -> None:
    report = prove(kettle)
    assert {proof.state for proof in report.proofs if proof.property == 6} == {PROVED}
