"""The coded form against the evaluator: the same result for every case, in every field."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain, product, repeat

import polars
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec import structs

import bumpcheck
from bumpcheck import RulePack, answers
from bumpcheck.answers import Answers, Given
from bumpcheck.batch.classify import columns
from bumpcheck.batch.frames import telling
from bumpcheck.batch.frames.judging import FrameJudge
from bumpcheck.batch.frames.texts import of_series
from bumpcheck.batch.judging import Sliced
from bumpcheck.coded import Amount, CodedPack, Compiler, NotCodable, Single, Verdict, coded
from bumpcheck.coded.diagrams import (
    BOTH,
    FALSE,
    IS_OPEN,
    IS_TRUE,
    IS_UNASKED,
    IS_UNSURE,
    LEAVES,
    TRUE,
    UNASKED,
    UNSURE,
    Diagrams,
)
from bumpcheck.coded.samples import Samples, sayable
from bumpcheck.conditions import conditions
from bumpcheck.engine import evaluate
from bumpcheck.facts import OPEN, facts
from bumpcheck.facts import TRUE as HOLDS
from bumpcheck.model import UNKNOWN, AllOf, AnyOf, Chosen, Condition, Longer, Not, Question
from bumpcheck.pack import shipped
from bumpcheck.result import Result

from . import kettle as kettle_pack
from .beside import known_cases
from .test_conditions import Said, Toy, loaded, toys
from .tracing import untraced

AT_RANDOM = 100_000 if os.environ.get("BUMPCHECK_FULL") else 10_000
# Plain, strict, none of these, both: each random case is evaluated in one of these ways.
MODES = ((False, False), (True, False), (False, True), (True, True))


def as_verdict(result: Result) -> Verdict:
    """A result of the evaluator as ids."""
    return Verdict(
        outcome=result.outcome,
        urgency=result.urgency,
        disposition=result.disposition,
        reason=result.reason,
        screening=result.screening,
        pattern=result.pattern.id if result.pattern else None,
        points=tuple(result.points.values()),
        red_flags=tuple((it.flag.id, it.urgency, it.state) for it in result.red_flags),
        referral_signs=tuple(sign.id for sign in result.referral_signs),
        not_ruled_out=tuple(it.alarm.id for it in result.not_ruled_out),
        conflicts=tuple(clash.conflict.id for clash in result.conflicts),
        evidence=tuple(piece.id for piece in result.evidence),
        look_alikes=tuple(like.other.id for like in result.look_alikes),
        advice=tuple(line.id for line in result.advice),
    )


def as_row(result: Result) -> tuple[object, ...]:
    """A result of the evaluator as a row of a batch."""
    said = as_verdict(result)
    listed = ([id for id, _, _ in said.red_flags], said.referral_signs, said.not_ruled_out)
    return (*structs.astuple(said)[:6], *said.points, *map(";".join, listed))


def assert_same(
    pack: RulePack, drawn: Sequence[Answers], *, strict: bool, none_of_these: bool
) -> None:
    """Cases come out as evaluated: each by itself, and all together as rows of a batch."""
    form = coded(pack)
    wanted: list[tuple[object, ...]] = []
    for case in drawn:
        result = evaluate(pack, case, strict=strict, none_of_these=none_of_these)
        came = form.verdict(form.code(case), strict=strict, none_of_these=none_of_these)
        assert came == as_verdict(result), case.as_input(pack)
        wanted.append(as_row(result))
    asked = [question.id for question in pack.questions][::-1]
    judge = Sliced(pack, asked, strict=strict, none_of_these=none_of_these)
    # Rows are squares of eight, and the last of them may not be full.
    sizes = chain([1, 7, 8, 9, 64, 65], repeat(len(drawn)))
    start = 0
    while start < len(drawn):
        block = drawn[start : start + next(sizes)]
        codes = [[judge.code(id, case.given.get(id)) for case in block] for id in asked]
        rows = zip(*judge.verdicts(codes, len(block)), strict=True)
        for case, row, want in zip(block, rows, wanted[start:], strict=False):
            assert row == want, case.as_input(pack)
        start += len(block)
    assert framed(pack, drawn, asked, strict=strict, none_of_these=none_of_these) == wanted


def framed(
    pack: RulePack, drawn: Sequence[Answers], asked: Sequence[str], **modes: bool
) -> list[tuple[object, ...]]:
    """Cases as rows of a batch, from cells of text in columns."""
    cells = [polars.Series([as_cell(case.given.get(id)) for case in drawn]) for id in asked]
    came = FrameJudge(pack, asked, **modes).judged(list(map(of_series, cells)), len(drawn))
    assert not came.wrong
    return [row[:-1] for row in telling.columns(came, columns(pack)).rows()]


def as_cell(given: Given | None) -> str | None:
    """An answer as it stands in a table."""
    if given is None:
        return None
    if given.quantity is not None:
        return given.quantity.words
    return ";".join([*given.chosen, *([UNKNOWN] if given.unknown else [])])


# --- The shipped rules ---------------------------------------------------------------------------


@cache
@untraced()
def at_random() -> tuple[Answers, ...]:
    """Answer sets of all three states: from hardly anything asked to everything, often unsure."""
    pack, chance = shipped(), random.Random(20260131)
    form = coded(pack)

    def said(question: Question, asked: float) -> object:
        if chance.random() > asked:
            return None
        if chance.random() < 0.2:
            return UNKNOWN
        block = form.compiler.blocks[question.id]
        if isinstance(block, Amount):
            return chance.choice(sayable(block, chance.randrange(block.arity - 2)))
        ids = [answer.id for answer in question.answers]
        if question.kind == "one":
            return chance.choice(ids)
        some = chance.sample(ids, min(len(ids), chance.choice((1, 1, 1, 2, 2, 3, 5))))
        return [*some, UNKNOWN] if chance.random() < 0.2 else some

    drawn = []
    for _ in range(AT_RANDOM):
        asked = chance.random()
        raw = {question.id: said(question, asked) for question in pack.questions}
        drawn.append(answers.parse(pack, raw))
    return tuple(drawn)


@pytest.mark.no_cover  # many cases through the same lines
def test_every_case_beside_the_rules_comes_out_the_same() -> None:
    pack = shipped()
    for strict, none_of_these in MODES:
        said = [
            answers.parse(pack, case.given)
            for case in known_cases()
            if (case.strict, case.none_of_these) == (strict, none_of_these)
        ]
        assert_same(pack, said, strict=strict, none_of_these=none_of_these)


@pytest.mark.no_cover  # many cases through the same lines
@pytest.mark.parametrize("part", range(8))
def test_every_random_case_comes_out_the_same(part: int) -> None:
    strict, none_of_these = MODES[part // 2]
    drawn = at_random()[part::8]
    assert_same(shipped(), drawn, strict=strict, none_of_these=none_of_these)


@pytest.mark.no_cover  # many cases through the same lines
def test_the_random_cases_are_of_every_kind() -> None:
    pack, drawn = shipped(), at_random()
    verdicts = [coded(pack).verdict(coded(pack).code(case)) for case in drawn[:2000]]
    assert {verdict.urgency for verdict in verdicts} >= {"routine", "soon", "same-day", "emergency"}
    assert {verdict.screening for verdict in verdicts} == {"complete", "incomplete"}
    said = [given for case in drawn for given in case.given.values()]
    assert sum(given.unknown for given in said) > len(said) / 10
    assert any(given.unknown and given.chosen for given in said)
    covering = {
        (question.id, answer.id)
        for question in pack.questions
        for answer in question.answers
        if answer.covers
    }
    told = {
        (id, word) for case in drawn for id, given in case.given.items() for word in given.chosen
    }
    assert covering <= told


# --- Other packs ---------------------------------------------------------------------------------


@given(kettle_pack.answer_sets(), st.booleans(), st.booleans())
def test_a_kettle_comes_out_the_same(
    kettle: RulePack, said: kettle_pack.Said, strict: bool, none_of_these: bool
) -> None:
    case = answers.parse(kettle, said)
    assert_same(kettle, [case], strict=strict, none_of_these=none_of_these)


def codable(toy: Toy) -> RulePack:
    """A made-up pack that has a coded form."""
    pack = loaded(toy)
    try:
        coded(pack)
    except NotCodable:
        assume(False)
    return pack


@given(toys(), st.booleans())
def test_any_condition_comes_out_the_same(
    made: tuple[Toy, list[Said]], none_of_these: bool
) -> None:
    toy, said = made
    pack = codable(toy)
    drawn = [answers.parse(pack, raw) for raw in said]
    assert_same(pack, drawn, strict=False, none_of_these=none_of_these)


@given(toys())
def test_a_diagram_tells_what_keeps_a_condition_open(made: tuple[Toy, list[Said]]) -> None:
    toy, said = made
    pack = codable(toy)
    form = coded(pack)
    for raw in said:
        case = answers.parse(pack, raw)
        way = form.way(form.code(case))
        for sign in form.rules.signs:
            leaf = form.diagrams.walked(sign.node, way)
            assert leaf == state_of(pack, sign.rule.condition, case)


def state_of(pack: RulePack, condition: object, case: Answers) -> int:
    """What the evaluator says of a condition, as a leaf."""
    seen = facts(pack, case)
    state = conditions(pack).compile(condition)(seen)  # type: ignore[arg-type]
    if state != OPEN:
        return TRUE if state == HOLDS else FALSE
    unsure = UNSURE if seen.through & seen.said_unknown else 0
    return unsure | (UNASKED if seen.through & ~seen.said_unknown else 0)


def test_what_cannot_be_tried_out_has_no_coded_form() -> None:
    pack = shipped()
    places = [answer.id for answer in pack.question("location").answers if not answer.covers]
    either: list[Condition] = [
        AllOf((Chosen("location", (one,)), Chosen("itch", ("yes",)))) for one in places
    ]
    denied: list[Condition] = [Not(Chosen("location", (one,))) for one in places]
    for parts in (either[:4], [*either[:3], *denied[3:6]]):
        assert Compiler(pack, parts).compile(AnyOf(tuple(parts))) >= LEAVES
    with pytest.raises(NotCodable, match="location"):
        Compiler(pack, either).compile(AnyOf(tuple(either)))


def test_a_quantity_is_compared_with_one_other_at_most(kettle: RulePack) -> None:
    pairs = (Longer("since", "age"), Longer("age", "since"))
    assert Compiler(kettle, pairs).compile(AllOf(pairs)) == FALSE
    with pytest.raises(NotCodable, match="since"):
        Compiler(kettle, (*pairs, Longer("since", "fill")))


# --- Cases and counts ----------------------------------------------------------------------------


def everything(form: CodedPack) -> Iterator[tuple[int, ...]]:
    """Every case of a small pack in code; of a relation only "as much"."""
    ranges = [
        range(block.arity) if isinstance(block, Single) else range(2 << len(block.classes))
        for block in form.blocks
    ]
    for codes in product(*ranges):
        yield (*codes, *(1 for _ in form.relations))


def raw_sets(form: CodedPack, codes: tuple[int, ...]) -> int:
    """How many raw answer sets have a code."""
    count = 1
    for block, code in zip(form.blocks, codes, strict=False):
        sizes = [bits.bit_count() for bits in block.classes]
        if isinstance(block, Amount):
            continue
        if isinstance(block, Single):
            count *= sizes[code] if code < len(sizes) else 1
        else:
            for at, size in enumerate(sizes):
                count *= 2**size - 1 if code >> at & 1 else 1
    return count


@given(toys())
def test_cases_are_counted_as_they_are_defined(made: tuple[Toy, list[Said]]) -> None:
    toy, _ = made
    assume(len(toy.questions) < 4)
    pack = codable(toy)
    form = coded(pack)
    samples = Samples(form)
    every = [(form.way(codes), raw_sets(form, codes)) for codes in everything(form)]
    assert samples.space() == sum(count for _, count in every)
    for sign in form.rules.signs:
        region = form.diagrams.mapped(sign.node, IS_TRUE)
        true = sum(n for way, n in every if form.diagrams.walked(region, way) == TRUE)
        assert samples.count(region) == true


@given(toys(), st.integers(0, 10))
def test_cases_are_said_as_they_are_coded(made: tuple[Toy, list[Said]], seed: int) -> None:
    toy, said = made
    pack = codable(toy)
    form = coded(pack)
    samples, chance = Samples(form), random.Random(seed)
    known = form.code(answers.parse(pack, said[0]))
    for sign in form.rules.signs:
        for leaves in (IS_TRUE, IS_UNSURE, IS_UNASKED):
            region = form.diagrams.mapped(sign.node, leaves)
            found = (
                samples.smallest(region),
                samples.any_case(region, chance),
                samples.over(region, known),
            )
            assert all((codes is None) == (region == FALSE) for codes in found)
            for codes in filter(None, found):
                again = form.code(answers.parse(pack, samples.say(codes)))
                assert form.diagrams.walked(region, form.way(again)) == TRUE


@pytest.mark.no_cover  # many cases through the same lines
def test_the_smallest_case_says_no_more_than_it_must() -> None:
    form = coded(shipped())
    samples = Samples(form)
    for flag in form.rules.red_flags:
        region = form.diagrams.mapped(flag.node, IS_TRUE)
        codes = samples.smallest(region)
        assert codes is not None
        said = samples.say(codes)
        for id in said:
            less = {other: words for other, words in said.items() if other != id}
            way = form.way(form.code(answers.parse(form.pack, less)))
            assert form.diagrams.walked(region, way) != TRUE


def test_amounts_are_said_within_their_cells() -> None:
    form = coded(shipped())
    for block in form.blocks:
        if isinstance(block, Amount):
            for cell in range(block.arity - 2):
                for words in sayable(block, cell):
                    said = answers.parse(form.pack, {block.column.id: words})
                    assert block.code(said.given[block.column.id]) == cell


# --- Terms ---------------------------------------------------------------------------------------


@pytest.mark.no_cover  # many cases through the same lines
def test_one_term_stands_where_a_rule_is_true_and_none_elsewhere() -> None:
    form = coded(shipped())
    for case in at_random()[:300]:
        codes = form.code(case)
        standing, way = form.terms.standing(codes), form.way(codes)
        for rules in (form.rules.red_flags, form.rules.signs):
            for it in rules:
                leaf = form.diagrams.walked(it.node, way)
                assert (standing & it.true).bit_count() == (leaf == TRUE)
                assert (standing & it.unsure).bit_count() == (leaf in (UNSURE, BOTH))
                assert (standing & it.unasked).bit_count() == (leaf in (UNASKED, BOTH))


# --- Diagrams ------------------------------------------------------------------------------------

STATES = (FALSE, TRUE, UNSURE, UNASKED, BOTH)


def anded(one: int, other: int) -> int:
    if FALSE in (one, other):
        return FALSE
    return {TRUE: other}.get(one, {TRUE: one}.get(other, one | other))


def ored(one: int, other: int) -> int:
    if TRUE in (one, other):
        return TRUE
    return one | other


@given(st.lists(st.sampled_from(STATES), min_size=24, max_size=24))
def test_diagrams_join_as_their_leaves_do(leaves: list[int]) -> None:
    diagrams = Diagrams()

    def made(some: list[int]) -> int:
        """A function of two questions, of three and four answers."""
        rows = [diagrams.node(1, tuple(some[at : at + 4])) for at in range(0, 12, 4)]
        return diagrams.node(0, tuple(rows))

    one, other = made(leaves[:12]), made(leaves[12:])
    for at, way in enumerate(product(range(3), range(4))):
        left, right = leaves[at], leaves[12 + at]
        assert diagrams.walked(one, way) == left
        assert diagrams.walked(diagrams.both(one, other), way) == anded(left, right)
        assert diagrams.walked(diagrams.either(one, other), way) == ored(left, right)
        both = diagrams.mapped(diagrams.both(one, other), IS_OPEN)
        assert diagrams.walked(both, way) == (anded(left, right) > TRUE)
    assert diagrams.negated(diagrams.negated(one)) == one
    assert diagrams.both(one, other) == diagrams.both(other, one)
    true = diagrams.mapped(one, IS_TRUE)
    assert diagrams.without(true, true) == FALSE
    assert diagrams.without(true, FALSE) == true
    assert diagrams.without(TRUE, true) == diagrams.negated(true)


def test_diagrams_taken_back_can_be_made_again() -> None:
    diagrams = Diagrams()
    kept = diagrams.node(3, (FALSE, TRUE))
    mark = len(diagrams)
    gone = diagrams.both(kept, diagrams.node(1, (TRUE, FALSE)))
    diagrams.rewind(mark)
    assert len(diagrams) == mark
    assert diagrams.both(kept, diagrams.node(1, (TRUE, FALSE))) >= LEAVES
    assert diagrams.size(kept) == 1
    assert gone >= mark


def test_the_coded_form_is_made_once(kettle: RulePack) -> None:
    assert coded(kettle) is coded(kettle)
    assert bumpcheck.load(kettle_pack.FOLDER) is not kettle
