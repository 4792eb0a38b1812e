"""The interview without a terminal: it stops soon, and never too soon."""

from __future__ import annotations

from itertools import pairwise
from statistics import median

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import bumpcheck
from bumpcheck import AnswerError, Interview, RulePack
from bumpcheck.conditions import conditions
from bumpcheck.interview import Asked
from bumpcheck.model import RedFlag
from bumpcheck.pack import shipped

from .beside import known_cases
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


@pytest.mark.no_cover  # many cases through the same lines
@settings(max_examples=60)
@given(draw=st.data())
def test_random_answers_under_the_shipped_rules_come_to_what_check_says(
    draw: st.DataObject,
) -> None:
    said = draw.draw(under_the_shipped_rules())
    known = draw.draw(st.sets(st.sampled_from(sorted(said)), max_size=5))
    interview = Interview({id: said[id] for id in known})
    settled = held(interview, said)
    everything = bumpcheck.check(said)
    assert verdict(settled) == verdict(interview.result) == verdict(everything)
    if everything.urgency != "emergency":
        assert interview.result.advice == everything.advice


@st.composite
def under_the_shipped_rules(draw: st.DrawFn) -> Said:
    """Answers to every question, mostly calm; nobody who is pregnant under a year of age."""
    said: Said = {}
    for question in shipped().questions:
        if question.kind == "quantity":
            answer = st.sampled_from(AMOUNTS[question.id])
        else:
            ids = [it.id for it in question.answers]
            some = st.lists(st.sampled_from(ids), min_size=1, max_size=2, unique=True)
            answer = some if question.kind == "many" else st.sampled_from(ids)
            answer = answer | st.just(question.calm or ids[0])
        said[question.id] = draw(answer if draw(st.integers(0, 9)) else st.just("unknown"))
    if said["age"] in YOUNG:
        said["pregnant"] = "no"
    return said


YOUNG = ["3 days", "6 weeks", "10 weeks", "11 months"]
AMOUNTS: dict[str, list[object]] = {
    "age": [*YOUNG, "3 years", "8", "11", "15", "25", "39", "40", "70"],
    "duration": ["1 day", "3 weeks", "5 weeks", "4 months", "14 months", "50 years"],
    "size": ["1 mm", "2 mm", "4 mm", "6 mm"],
}


@pytest.mark.no_cover  # many cases through the same lines
@pytest.mark.parametrize("at", range(40))
def test_full_cases_of_the_shipped_rules_end_as_they_do_with_every_answer(at: int) -> None:
    pack = shipped()
    full = [case for case in known_cases() if len(case.given) >= len(pack.questions) - 2]
    case = full[at * len(full) // 40]
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


def plain(**answers: object) -> Said:
    """Full answers of somebody of whom everything else is calm."""
    calm: Said = {question.id: question.calm or "no" for question in shipped().questions}
    return {**calm, "size": "1 mm", "count": "few", "firmness": "hard", **answers}


WHITE: Said = {"colour": "white", "duration": "8 months"}
COMES: Said = {"course": "comes-and-goes", "acne": "mild", "colour": ["white", "skin"]}
SOFT: Said = {**COMES, "firmness": "soft", "count": "many", "duration": "5 weeks"}
PLAIN: dict[str, Said] = {
    "newborn": plain(age="6 days", location=["nose", "cheek"], colour="white", duration="4 days"),
    "newborn's chin": plain(age="2 weeks", location="chin", colour="white", duration="1 week"),
    "toddler": plain(age="3 years", location="cheek", **WHITE),
    "child": plain(age="9", location="eyelid", **WHITE),
    "under the eye": plain(age="28", location="under-eye", **WHITE),
    "cheek": plain(age="37", location=["cheek", "temple"], **WHITE),
    "after a burn": plain(age="26", location="arm", trigger="burn", **WHITE),
    "from 40": plain(age="47", location="under-eye", **WHITE),
    "of 75": plain(age="75", location="under-eye", **WHITE),
    "teenager": plain(age="15", location=["forehead", "chin"], **SOFT),
    "teenager's back": plain(age="17", location="back", **SOFT),
    "grown-up's chin": plain(age="29", location="chin", **SOFT),
    "pomade": plain(age="22", location="hairline", trigger="cosmetic", **SOFT),
}


@pytest.mark.parametrize("who", PLAIN)
def test_plain_people_see_at_most_ten_screens(who: str) -> None:
    interview = Interview()
    while interview.screen:
        interview.answer({one.id: PLAIN[who][one.id] for one in interview.screen})
    assert interview.result.reassures
    assert interview.asked <= 10


def test_half_of_plain_people_see_at_most_eight_screens_before_it_is_certain() -> None:
    screens: list[int] = []
    for said in PLAIN.values():
        interview = Interview()
        while interview.screen and not interview.settled:
            interview.answer({one.id: said[one.id] for one in interview.screen})
        screens.append(interview.asked)
    assert median(screens) <= 8


@pytest.mark.parametrize("who", PLAIN)
def test_what_may_be_an_emergency_is_asked_first_and_shares_a_screen_with_nothing_else(
    who: str,
) -> None:
    interview = Interview({"age": PLAIN[who]["age"]})
    screens = 0
    while interview.screen and not interview.settled:
        urgent = {
            question
            for open_ in interview.result.not_ruled_out
            if isinstance(open_.alarm, RedFlag) and open_.alarm.urgency == "emergency"
            for question in open_.questions
        }
        if urgent:
            assert {one.id for one in interview.screen} <= urgent
            screens += 1
        interview.answer({one.id: PLAIN[who][one.id] for one in interview.screen})
    assert screens > 0


def test_how_many_there_are_stands_in_a_list_where_one_alone_is_no_sign() -> None:
    for who, together in (("under the eye", True), ("from 40", False)):
        interview = Interview()
        while "count" not in [one.id for one in interview.screen]:
            interview.answer({one.id: PLAIN[who][one.id] for one in interview.screen})
        assert (len(interview.screen) > 1) is together
        (count,) = [one for one in interview.screen if one.id == "count"]
        assert count.calm == ("few" if together else None)
        if together:
            interview.none_of_these()
            assert interview.answers.given["count"].chosen == ("few",)
            assert interview.asks("count").calm is None
        else:
            with pytest.raises(AnswerError, match="no calm answer"):
                interview.none_of_these()


def test_an_answer_that_makes_no_sense_is_not_offered_and_taken_all_the_same() -> None:
    for age, offered in (("6 days", False), ("30", True)):
        interview = Interview({"age": age})
        (unwell,) = [one for one in interview.screen if one.id == "unwell"]
        assert ("headache" in [answer.id for answer in unwell.answers]) is offered
        calm = {one.id: one.calm for one in interview.screen}
        interview.answer({**calm, "unwell": "headache"})
        assert interview.answers.given["unwell"].chosen == ("headache",)


@pytest.mark.parametrize("who", ["newborn", "toddler", "child"])
def test_what_makes_no_sense_is_not_asked(who: str) -> None:
    interview = Interview()
    while interview.screen:
        interview.answer({one.id: PLAIN[who][one.id] for one in interview.screen})
    assert "pregnant" in interview.result.not_asked


@pytest.mark.parametrize("age", ["6 days", "27 days", "10 weeks", "51 weeks", "6", "34"])
def test_no_amount_is_offered_that_cannot_be(age: str) -> None:
    bands = Interview({"age": age}).asks("duration").bands
    assert [band.text for band in bands][:1] == ["less than a week"]
    assert (len(bands) == len(shipped().question("duration").bands)) is (age in ("6", "34"))
    for band in bands:
        assert not bumpcheck.check({"age": age, "duration": band.value}).conflicts


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
