"""The second pack and its guide: it loads, its cases pass, its hazard log holds, the guide fits."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
from datetime import date
from functools import cache
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

import bumpcheck
from bumpcheck import answers, cases
from bumpcheck.cli.app import run
from bumpcheck.conditions import conditions
from bumpcheck.engine import evaluate
from bumpcheck.facts import TRUE, Test, facts
from bumpcheck.model import RANK, UNKNOWN, Invariant, Question, RulePack
from bumpcheck.prose import mean_grade, remarks
from bumpcheck.result import Result

EXAMPLES = Path(__file__).parents[1] / "examples"
FOLDER = EXAMPLES / "packs" / "wart-or-corn"
GUIDE = EXAMPLES / "guide" / "write-your-own-rules.md"
TODAY = date(2026, 11, 23)
# One amount on either side of every limit that a rule sets.
AMOUNTS = {
    "age": "20 months,2,8,12,17,18,39,40,70",
    "size": "5mm,10mm,11mm",
    "duration": "1 week,3 weeks,9 weeks,27 weeks,50 years",
}


@cache
def the_pack() -> RulePack:
    return bumpcheck.load(FOLDER)


@cache
def known_cases() -> tuple[cases.Case, ...]:
    return cases.load(the_pack(), str(FOLDER))


@cache
def case_results() -> tuple[Result, ...]:
    return tuple(cases.run(the_pack(), case) for case in known_cases())


# --- The pack -------------------------------------------------------------------------------------


def test_every_case_beside_the_rules_comes_out_as_it_must() -> None:
    told = [str(failure) for case in known_cases() for failure in cases.failures(the_pack(), case)]
    assert told == []
    assert len(known_cases()) >= 20


def test_it_speaks_as_it_may() -> None:
    assert [str(remark) for remark in remarks(the_pack(), TODAY)] == []
    assert the_pack().wording is not None
    assert 0 < mean_grade(the_pack()) <= 6
    assert the_pack().reviewed is None


def test_every_rule_plays_a_part_in_some_case() -> None:
    pack, results = the_pack(), case_results()
    seen = {raised.flag.id for r in results for raised in r.red_flags if raised.state == "holds"}
    seen |= {sign.id for r in results for sign in r.referral_signs}
    seen |= {clash.conflict.id for r in results for clash in r.conflicts}
    seen |= {piece.id for r in results for piece in r.evidence}
    seen |= {r.pattern.id for r in results if r.pattern}
    seen |= {likeness.other.id for r in results for likeness in r.look_alikes}
    seen |= {line.id for r in results for line in r.advice}
    rules = (
        *(*pack.red_flags, *pack.referral_signs, *pack.conflicts, *pack.evidence),
        *(*pack.patterns, *pack.look_alikes, *pack.advice),
    )
    assert {rule.id for rule in rules} - seen == set()


def test_every_outcome_urgency_and_door_is_reached_by_a_case() -> None:
    pack, results = the_pack(), case_results()
    assert {r.outcome for r in results} == {outcome.id for outcome in pack.outcomes}
    assert {r.urgency for r in results} == set(RANK)
    assert {r.disposition for r in results} == set(pack.doors)


# --- Answers near real people: a case beside the rules, and some answers changed ------------------


def said_to(question: Question) -> st.SearchStrategy[object]:
    if question.kind == "quantity":
        return st.sampled_from([*AMOUNTS[question.id].split(","), UNKNOWN])
    one = st.sampled_from([*(answer.id for answer in question.answers), UNKNOWN])
    return st.lists(one, min_size=1, max_size=3) if question.kind == "many" else one


@st.composite
def people(draw: st.DrawFn) -> dict[str, object]:
    """A described person: the answers of a case, some of them changed or taken away."""
    said: dict[str, object] = dict(draw(st.sampled_from(known_cases())).given)
    for question in draw(st.lists(st.sampled_from(the_pack().questions), max_size=4)):
        if draw(st.integers(0, 3)):
            said[question.id] = draw(said_to(question))
        else:
            said.pop(question.id, None)
    return said


def result_of(said: dict[str, object]) -> Result:
    return evaluate(the_pack(), answers.parse(the_pack(), said))


@cache
def hazard_log() -> list[tuple[Invariant, Test]]:
    """Every requirement beside the test that tells whom it concerns."""
    compile_ = conditions(the_pack()).compile
    return [(invariant, compile_(invariant.when)) for invariant in the_pack().invariants]


def concerning(said: dict[str, object]) -> list[Invariant]:
    case = facts(the_pack(), answers.parse(the_pack(), said))
    return [invariant for invariant, test in hazard_log() if test(case) == TRUE]


def meets(invariant: Invariant, result: Result) -> bool:
    parts: dict[str, set[str]] = {
        "outcome": {result.outcome},
        "urgency": {result.urgency},
        "disposition": {result.disposition},
        "advice": {line.id for line in result.advice}
        | {tag for line in result.advice for tag in line.tags},
    }
    hit = all(set(asked.values) & parts[asked.key] for asked in invariant.requires)
    return hit != (invariant.verb == "never")


@given(people())
def test_no_safety_requirement_is_broken(said: dict[str, object]) -> None:
    result = result_of(said)
    broken = [
        f"{invariant.place}: {invariant.id}"
        for invariant in concerning(said)
        if invariant.verb != "some" and not meets(invariant, result)
    ]
    assert broken == []


def test_every_safety_requirement_concerns_a_case_and_is_met_there() -> None:
    """A requirement that concerns nobody protects nobody."""
    met = {
        invariant.id
        for case, result in zip(known_cases(), case_results(), strict=True)
        for invariant in concerning(case.given)
        if meets(invariant, result)
    }
    assert {invariant.id for invariant, _ in hazard_log()} - met == set()


@given(people())
def test_whoever_asks_is_told_when_to_seek_help(said: dict[str, object]) -> None:
    assert any(line.kind == "see" for line in result_of(said).advice)


@given(people())
def test_an_alarm_never_ends_in_reassurance(said: dict[str, object]) -> None:
    result = result_of(said)
    if result.red_flags or result.referral_signs:
        assert not result.reassures
    for raised in result.red_flags:
        assert RANK[result.urgency] >= RANK[raised.urgency]


# --- The guide ------------------------------------------------------------------------------------


def blocks(language: str) -> list[str]:
    fence = rf"^```{language}\n(.*?)^```$"
    return re.findall(fence, GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@cache
def files() -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8") for path in sorted(FOLDER.rglob("*.yaml")))


@pytest.mark.parametrize("block", blocks("yaml"), ids=lambda block: block.split("\n")[0].strip())
def test_what_the_guide_shows_of_rules_stands_so_in_the_pack(block: str) -> None:
    assert any(f"\n{block}" in f"\n{file}" for file in files())


def test_the_guide_shows_each_kind_of_rule_that_it_speaks_of() -> None:
    shown = "".join(blocks("yaml"))
    for key in ("urgency:", "points:", "excludes:", "see:", "hazard:", "but:", "ask-when:"):
        assert key in shown


def test_the_slip_in_the_guide_is_told_as_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(FOLDER, tmp_path / "my-pack")
    file = tmp_path / "my-pack" / "alarms.yaml"
    text = file.read_text(encoding="utf-8")
    right = "when: {history: [diabetes, circulation, numb]}"
    assert text.count(right) == 1
    slip = right.replace("diabetes", "diabetis")
    file.write_text(text.replace(right, slip), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        assert run(["rules", "check", "my-pack"]) == 3
    (shown,) = blocks("text")
    assert out.getvalue() == shown
