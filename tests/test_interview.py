"""The interview without a terminal: it stops soon, and never too soon."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import bumpcheck
from bumpcheck import AnswerError, Interview, RulePack, cases
from bumpcheck.conditions import conditions
from bumpcheck.interview import Asked
from bumpcheck.pack import shipped, shipped_folder

from .kettle import QUESTIONS, Said, Vary, an_answer

EVERYTHING = st.fixed_dictionaries({id: an_answer(id) for id in QUESTIONS})
Verdict = tuple[str, str, str]


def verdict(result: bumpcheck.Result) -> Verdict:
    return result.outcome, result.urgency, result.disposition


def held(interview: Interview, said: Said) -> bumpcheck.Result:
    """The result once the interview has settled; what it then asks for advice is answered too."""
    settled = None
    while interview.screen:
        if interview.settled and settled is None:
            settled = interview.result
        interview.answer({one.id: said[one.id] for one in interview.screen})
    return settled or interview.result


# --- It never stops too soon ----------------------------------------------------------------------


@given(said=EVERYTHING)
def test_stopping_differs_in_nothing_from_answering_everything(
    kettle: RulePack, said: Said
) -> None:
    interview = Interview(rules=kettle)
    settled = held(interview, said)
    everything = bumpcheck.check(said, rules=kettle)
    assert verdict(settled) == verdict(everything)
    if everything.urgency != "emergency":
        assert [line.id for line in interview.result.advice] == [x.id for x in everything.advice]


@given(said=EVERYTHING, known=st.sets(st.sampled_from(QUESTIONS)))
def test_whatever_was_known_before(kettle: RulePack, said: Said, known: set[str]) -> None:
    interview = Interview({id: said[id] for id in known}, rules=kettle)
    assert verdict(held(interview, said)) == verdict(bumpcheck.check(said, rules=kettle))


@given(said=EVERYTHING, other=EVERYTHING)
def test_once_it_is_settled_no_other_answers_to_the_rest_change_the_verdict(
    kettle: RulePack, said: Said, other: Said
) -> None:
    interview = Interview(rules=kettle)
    while interview.screen and not interview.settled:
        interview.answer({one.id: said[one.id] for one in interview.screen})
    answered = {id: said[id] for id in interview.answers.given}
    assert verdict(bumpcheck.check({**other, **answered}, rules=kettle)) == verdict(
        interview.result
    )


@given(said=EVERYTHING, other=EVERYTHING, prefix=st.sets(st.sampled_from(QUESTIONS)))
def test_what_is_called_settled_is_after_any_answers_in_any_order(
    kettle: RulePack, said: Said, other: Said, prefix: set[str]
) -> None:
    first = {id: said[id] for id in prefix}
    interview = Interview(first, rules=kettle)
    assume(interview.settled)
    assert verdict(bumpcheck.check({**other, **first}, rules=kettle)) == verdict(interview.result)


@pytest.mark.parametrize("at", range(60))
def test_full_cases_of_the_shipped_rules_end_as_they_do_with_every_answer(at: int) -> None:
    pack = shipped()
    full = [
        case
        for case in cases.load(pack, shipped_folder())
        if len(case.given) >= len(pack.questions) - 2
    ]
    case = full[at * len(full) // 60]
    said: Said = {q.id: q.calm or "unknown" for q in pack.questions} | case.given
    assert verdict(held(Interview(), said)) == verdict(bumpcheck.check(said))


# --- What it asks, and in what order --------------------------------------------------------------


@given(said=EVERYTHING)
def test_nothing_is_asked_twice_and_nothing_after_an_emergency(
    kettle: RulePack, said: Said
) -> None:
    interview = Interview(rules=kettle)
    asked: list[str] = []
    while interview.screen:
        assert (
            interview.result.urgency != "emergency"
            or interview.result.red_flags[0].state == "unknown"
        )
        asked += [one.id for one in interview.screen]
        interview.answer({one.id: said[one.id] for one in interview.screen})
    assert len(asked) == len(set(asked))


def test_what_could_be_an_emergency_is_asked_first_and_by_itself() -> None:
    """Beside who is spoken of, which decides what an emergency is."""
    interview = Interview()
    assert [one.id for one in interview.screen] == ["age"]
    interview.answer({"age": "34"})
    first = interview.screen
    assert {"unwell", "rash", "eye"} <= {one.id for one in first}
    urgent = [flag for flag in shipped().red_flags if flag.urgency == "emergency"]
    reads = [conditions(shipped()).reads(flag.condition) for flag in urgent]
    for one in first:
        assert any(one.id in questions for questions in reads), one.id


def test_an_emergency_ends_it_at_once(kettle: RulePack) -> None:
    interview = Interview({"smell": "burnt"}, rules=kettle)
    assert interview.screen == ()
    assert interview.result.urgency == "emergency"


def test_plain_people_see_at_most_ten_screens() -> None:
    pack = shipped()
    for case in cases.load(pack, shipped_folder()):
        if case.called not in ("newborn", "under-eye", "teenager", "pomade"):
            continue
        said: Said = {q.id: q.calm or "unknown" for q in pack.questions} | case.given
        interview = Interview()
        while interview.screen and not interview.settled:
            interview.answer({one.id: said[one.id] for one in interview.screen})
        assert interview.asked <= 10, case.name


def test_it_speaks_of_whom_it_asks_about(vary: Vary) -> None:
    asks = "    ask: Is it made of glass?\n"
    by_person = "    ask: {new: Is your new one made of glass?, old: Is it made of glass?}\n"
    pack = bumpcheck.load(vary(("questions.yaml", asks, by_person)))
    said: Said = {"age": "5 days", "tried": "vinegar-helped", "smell": "no", "leak": "no"}
    said |= {"noise": "none", "where": "lid", "flakes": "white", "fill": "1 cm", "since": "1 hour"}
    asked = _through(Interview(said, rules=pack), {"glass": "no"})
    words = [one.ask for one in asked if one.id == "glass"]
    assert words == ["Is your new one made of glass?"]


def _through(interview: Interview, said: Said) -> list[Asked]:
    asked: list[Asked] = []
    while interview.screen:
        asked += interview.screen
        interview.answer({one.id: said.get(one.id, one.calm) for one in interview.screen})
    return asked


# --- Answering, going back, changing --------------------------------------------------------------


@given(said=EVERYTHING)
def test_going_back_shows_the_screens_before_one_by_one(kettle: RulePack, said: Said) -> None:
    interview = Interview(rules=kettle)
    seen = []
    while interview.screen:
        seen.append((interview.screen, verdict(interview.result)))
        interview.answer({one.id: said[one.id] for one in interview.screen})
    for screen, before in reversed(seen):
        assert interview.back()
        assert (interview.screen, verdict(interview.result)) == (screen, before)
    assert not interview.back()


def test_none_of_these_gives_the_calm_answer_to_each_question() -> None:
    interview = Interview({"age": "34"})
    calm = {one.id: one.calm for one in interview.screen}
    interview.none_of_these()
    assert {id: interview.answers.as_input(interview.pack)[id] for id in calm} == {
        id: [word] if interview.pack.question(id).kind == "many" else word
        for id, word in calm.items()
    }


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({}, "has no answer"),
        ({"noise": "bang"}, "is not asked here"),
        ({"smell": "sweet"}, "sweet"),
        ({"smoll": "no"}, "smoll"),
    ],
)
def test_a_wrong_answer_changes_nothing(kettle: RulePack, said: Said, message: str) -> None:
    interview = Interview({"leak": "no", "where": "lid", "noise": "hum"}, rules=kettle)
    screen = interview.screen
    assert "noise" not in [one.id for one in screen]
    with pytest.raises(AnswerError, match=message):
        interview.answer(said)
    assert interview.screen == screen


def test_an_answer_can_be_changed_and_more_is_asked_then(kettle: RulePack) -> None:
    interview = Interview({"smell": "burnt"}, rules=kettle)
    interview.change("smell", "no")
    assert interview.screen
    assert interview.result.urgency != "emergency"
    with pytest.raises(AnswerError, match="not been answered"):
        interview.change("noise", "hum")


def test_screens_to_go_go_down(kettle: RulePack) -> None:
    interview = Interview(rules=kettle)
    counts = [interview.to_go]
    while interview.screen:
        interview.answer({one.id: one.calm or "unknown" for one in interview.screen})
        counts.append(interview.to_go)
    assert counts[-1] == 0
    assert all(later <= before for before, later in pairwise(counts))
