"""The shipped rules: their cases, their safety requirements, their words, what fits a screen."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bumpcheck import answers, cases
from bumpcheck.conditions import conditions
from bumpcheck.engine import evaluate
from bumpcheck.facts import TRUE, Test, facts
from bumpcheck.model import RANK, UNKNOWN, Advice, Invariant, Question
from bumpcheck.pack import shipped, shipped_folder
from bumpcheck.pack.references import citations
from bumpcheck.report.layout import View, lay_out
from bumpcheck.result import Result

from .beside import case_results, known_cases

# What no line may tell anyone to do (contract, section 7).
HARM = re.compile(
    r"\b(squeez|pop|prick|scrub|pierc|needle|pick at|lanc|tweez|scratch)", re.IGNORECASE
)
PROMISE = re.compile(
    r"\b(guarantee|always works|will cure|will vanish|never fails|100 %)", re.IGNORECASE
)
AMOUNTS = {
    "age": "1 day,20 days,6 weeks,2 months,4 months,11 months,2y,6,8,11,15,24,33,39,40,58,81",
    "size": "0.5,1,2,3,4,5,6,8,15",
    "duration": "2 days,10 days,3 weeks,5 weeks,2 months,4 months,2y,8y",
}


@pytest.mark.no_cover  # many cases through the same lines
def test_every_case_beside_the_rules_comes_out_as_it_must() -> None:
    pack = shipped()
    told = [str(failure) for case in known_cases() for failure in cases.failures(pack, case)]
    assert told == []


# --- Answers near real people: a case beside the rules, and some answers changed ------------------


def said_to(question: Question) -> st.SearchStrategy[object]:
    if question.kind == "quantity":
        return st.sampled_from([*AMOUNTS[question.id].split(","), UNKNOWN])
    ids = [answer.id for answer in question.answers]
    one = st.sampled_from([*ids, UNKNOWN])
    return st.lists(one, min_size=1, max_size=3) if question.kind == "many" else one


@st.composite
def people(draw: st.DrawFn) -> dict[str, object]:
    """A described person: the answers of a case, some of them changed or taken away."""
    pack = shipped()
    names = {name: q.id for q in pack.questions for name in (q.id, *q.aliases)}
    base = draw(st.sampled_from(known_cases())).given
    said: dict[str, object] = {names[name]: answer for name, answer in base.items()}
    for question in draw(st.lists(st.sampled_from(pack.questions), max_size=5)):
        if draw(st.integers(0, 3)):
            said[question.id] = draw(said_to(question))
        else:
            said.pop(question.id, None)
    return said


def result_of(said: dict[str, object]) -> Result:
    return evaluate(shipped(), answers.parse(shipped(), said))


# --- The hazard log -------------------------------------------------------------------------------


def part(result: Result, key: str) -> set[str]:
    parts: dict[str, set[str]] = {
        "outcome": {result.outcome},
        "urgency": {result.urgency},
        "disposition": {result.disposition},
        "pattern": {result.pattern.id} if result.pattern else set(),
        "red-flag": {raised.flag.id for raised in result.red_flags},
        "advice": {line.id for line in result.advice}
        | {tag for line in result.advice for tag in line.tags},
    }
    return parts[key]


def meets(invariant: Invariant, result: Result) -> bool:
    hit = all(set(asked.values) & part(result, asked.key) for asked in invariant.requires)
    return hit != (invariant.verb == "never")


@cache
def hazard_log() -> list[tuple[Invariant, Test]]:
    """Every requirement beside the test that tells whom it concerns."""
    compile_ = conditions(shipped()).compile
    return [(invariant, compile_(invariant.when)) for invariant in shipped().invariants]


def concerning(said: dict[str, object]) -> list[Invariant]:
    case = facts(shipped(), answers.parse(shipped(), said))
    return [invariant for invariant, test in hazard_log() if test(case) == TRUE]


@given(people())
def test_no_safety_requirement_is_broken(said: dict[str, object]) -> None:
    result = result_of(said)
    broken = [
        f"{invariant.place}: {invariant.id}"
        for invariant in concerning(said)
        if invariant.verb != "some" and not meets(invariant, result)
    ]
    assert broken == []


@pytest.mark.no_cover  # many cases through the same lines
def test_every_safety_requirement_concerns_a_case_and_is_met_there() -> None:
    """A requirement that concerns nobody protects nobody."""
    met: set[str] = set()
    for case, result in zip(known_cases(), case_results(), strict=True):
        if concerned := [it for it in concerning(case.given) if it.id not in met]:
            met.update(it.id for it in concerned if meets(it, result))
    assert {invariant.id for invariant, _ in hazard_log()} - met == set()


# --- What cases must show -------------------------------------------------------------------------


@pytest.mark.no_cover  # many cases through the same lines
def test_every_alarm_conflict_and_pattern_has_a_case_in_which_it_holds() -> None:
    pack, results = shipped(), case_results()
    seen = {raised.flag.id for r in results for raised in r.red_flags if raised.state == "holds"}
    seen |= {sign.id for r in results for sign in r.referral_signs}
    seen |= {clash.conflict.id for r in results for clash in r.conflicts}
    seen |= {r.pattern.id for r in results if r.pattern}
    rules = (*pack.red_flags, *pack.referral_signs, *pack.conflicts, *pack.patterns)
    assert {rule.id for rule in rules} - seen == set()


@pytest.mark.no_cover  # many cases through the same lines
def test_every_outcome_urgency_door_and_reason_is_reached_by_a_case() -> None:
    pack, results = shipped(), case_results()
    assert {r.outcome for r in results} == {outcome.id for outcome in pack.outcomes}
    assert {r.urgency for r in results} == set(RANK)
    assert {r.reason for r in results} >= {"fits", "red-flag", "referral-sign", "conflict"}
    assert {r.reason for r in results} >= {"not-enough", "neither"}
    assert {r.disposition for r in results} >= set(pack.doors) - {"urgent-care"}


# --- Advice and words -----------------------------------------------------------------------------


@given(people())
def test_whoever_asks_is_told_when_to_seek_help(said: dict[str, object]) -> None:
    assert any(line.kind == "see" for line in result_of(said).advice)


@given(people())
def test_a_baby_gets_no_treatment(said: dict[str, object]) -> None:
    result = result_of({**said, "age": "5 months", "duration": "3 weeks"})
    told = [line for line in result.advice if line.tags]
    assert told == []


@pytest.mark.parametrize("line", shipped().advice, ids=lambda line: line.id)
def test_no_line_promises_and_none_tells_to_squeeze_prick_or_scrub(line: Advice) -> None:
    for text in [line.text] if isinstance(line.text, str) else line.text.values():
        assert not PROMISE.search(text)
        if line.kind == "do":
            assert not HARM.search(text)


def test_every_source_is_used() -> None:
    pack = shipped()
    used = {citation.source for citation in citations(pack)}
    assert {source.id for source in pack.sources} - used == set()


# --- What fits a screen ---------------------------------------------------------------------------


@given(people())
def test_the_verdict_and_what_must_not_apply_fit_the_first_screen(said: dict[str, object]) -> None:
    """In 80 columns and 24 lines: verdict, what must not apply, urgency in words, and the door."""
    result = result_of(said)
    shown = [line.text for line in lay_out(result, View())]
    last = next(number for number, text in enumerate(shown, 1) if text.startswith("Urgency: "))
    assert last <= 24
    assert max(map(len, shown)) <= 80


def test_the_rules_are_where_the_package_says() -> None:
    assert os.path.isfile(os.path.join(shipped_folder(), "pack.yaml"))


# --- What the rules were written from -------------------------------------------------------------


def test_every_item_of_the_lists_they_were_written_from_is_ticked_off() -> None:
    """The loader holds each item against the rules; this, that none of them is forgotten."""
    text = Path(shipped_folder(), "coverage.yaml").read_text("utf-8")
    listed = set(re.findall(r"^  ([A-Z][A-Za-z0-9-]+):", text, re.MULTILINE))
    assert {id for id in listed if re.fullmatch(r"F\d+", id)} == {
        f"F{number:03}" for number in range(1, 183)
    }
    assert {id for id in listed if re.fullmatch(r"R\d+", id)} == {
        f"R{number}" for number in range(1, 27)
    }
    rows = {
        table: {id for id in listed if id.startswith(f"{table}-")} for table in ("B1", "B2", "D")
    }
    # One row of B2 names several conditions; the one that nothing carries has a line of its own.
    assert {table: len(ids) for table, ids in rows.items()} == {"B1": 19, "B2": 33, "D": 16}
    # No red flag and no caution is left out.
    assert not [id for id in listed if id[0] in "RD" and f"  {id}: {{left-out" in text]
