"""Answers as people and scripts give them: taken, and repeated in one form, or refused."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bumpcheck
from bumpcheck import AnswerError, Result, RulePack

from .kettle import MANY, ONE, Said, Vary, answer_sets


def taken(pack: RulePack, said: Said) -> tuple[object, object]:
    """The `answers` and the `unknown` of a result."""
    result = bumpcheck.check(said, rules=pack).as_dict()
    return result["answers"], result["unknown"]


def told_again(result: Result) -> Said:
    """What a result says was said: its answers, and what is unknown beside them."""
    came = result.as_dict()
    answers, unknown = came["answers"], came["unknown"]
    assert isinstance(answers, dict)
    assert isinstance(unknown, list)
    return {**dict.fromkeys(unknown, "unknown"), **answers}


@pytest.mark.parametrize(
    ("said", "answers"),
    [
        ({"noise": "hum"}, {"noise": "hum"}),
        ({"noise": ["hum"]}, {"noise": "hum"}),
        ({"noise": ("hum",)}, {"noise": "hum"}),
        ({"noise": ["hum", "hum"]}, {"noise": "hum"}),
        ({"noise": ["hum", "humming"]}, {"noise": "hum"}),
        ({"noise": "HUM"}, {"noise": "hum"}),
        ({"noise": "  hum "}, {"noise": "hum"}),
        ({"noise": "low hum"}, {"noise": "hum"}),
        ({"noise": "Low_Hum"}, {"noise": "hum"}),
        ({"sound": "low-hum"}, {"noise": "hum"}),
        ({"where": "lid"}, {"where": ["lid"]}),
        ({"where": ["lid"]}, {"where": ["lid"]}),
        ({"where": "power cord"}, {"where": ["power-cord"]}),
        ({"where": "Power_Cord"}, {"where": ["power-cord"]}),
        ({"where": "cord"}, {"where": ["power-cord"]}),
        ({"where": "base,spout"}, {"where": ["spout", "base"]}),
        ({"where": "base; spout ,lid"}, {"where": ["spout", "lid", "base"]}),
        ({"where": "base,,spout,"}, {"where": ["spout", "base"]}),
        ({"where": ["base,lid", "spout"]}, {"where": ["spout", "lid", "base"]}),
        ({"where": ["lid", "lid", "LID"]}, {"where": ["lid"]}),
        ({"old": 3}, {"age": "3 years"}),
        ({"years": "3"}, {"age": "3 years"}),
    ],
)
def test_an_answer_is_taken_however_it_is_written(
    kettle: RulePack, said: Said, answers: Said
) -> None:
    assert taken(kettle, said) == (answers, [])


@pytest.mark.parametrize(
    ("said", "answers", "unknown"),
    [
        ({"noise": "unknown"}, {}, ["noise"]),
        ({"noise": "UNKNOWN"}, {}, ["noise"]),
        ({"age": "Unknown"}, {}, ["age"]),
        ({"age": ["unknown"]}, {}, ["age"]),
        ({"where": "unknown"}, {}, ["where"]),
        ({"where": "lid,unknown"}, {"where": ["lid", "unknown"]}, ["where"]),
        ({"where": ["unknown", "lid"]}, {"where": ["lid", "unknown"]}, ["where"]),
        ({"smell": "unknown", "fill": "unknown"}, {}, ["fill", "smell"]),
    ],
)
def test_unknown_is_an_answer_to_every_question(
    kettle: RulePack, said: Said, answers: Said, unknown: list[str]
) -> None:
    assert taken(kettle, said) == (answers, unknown)


def test_none_stands_for_not_asked(kettle: RulePack) -> None:
    result = bumpcheck.check({"noise": None, "where": None, "age": None}, rules=kettle)
    assert result.as_dict() == bumpcheck.check({}, rules=kettle).as_dict()
    assert {"noise", "where", "age"} <= set(result.not_asked)


def test_every_question_is_answered_unknown_or_not_asked(kettle: RulePack) -> None:
    result = bumpcheck.check({"where": ["lid", "unknown"], "age": "unknown"}, rules=kettle)
    came = result.as_dict()
    assert came["answers"] == {"where": ["lid", "unknown"]}
    assert came["unknown"] == ["where", "age"]
    rest = [q.id for q in kettle.questions if q.id not in ("where", "age")]
    assert came["not_asked"] == rest


@pytest.mark.parametrize(
    ("said", "question", "message"),
    [
        ({"noise": "hmu"}, "noise", "did you mean hum"),
        ({"noise": "rattles"}, "noise", "did you mean rattle"),
        ({"noise": "zzz"}, "noise", "say none, hum, rattle, bang, unknown"),
        ({"noise": "hum,bang"}, "noise", "is not an answer"),
        ({"noise": ["hum", "bang"]}, "noise", "takes one answer, not 2: 'bang', 'hum'"),
        ({"noise": ["hum", "unknown"]}, "noise", "takes one answer"),
        ({"noise": "not-asked"}, "noise", "is not an answer"),
        ({"noise": ""}, "noise", "no answer given"),
        ({"noise": "  "}, "noise", "no answer given"),
        ({"noise": []}, "noise", "no answer given"),
        ({"noise": [None]}, "noise", "'None' is not an answer"),
        ({"noise": True}, "noise", "'True' is not an answer"),
        ({"glass": True}, "glass", "say no, yes, unknown"),
        ({"glass": [False]}, "glass", "'False' is not an answer"),
        ({"noise": 5}, "noise", "'5' is not an answer"),
        ({"noise": {"hum": 1}}, "noise", "is not an answer"),
        ({"noise": [["hum"]]}, "noise", "is not an answer"),
        ({"noise": {"hum"}}, "noise", "is not an answer"),
        ({"where": ",;,"}, "where", "no answer given"),
        ({"where": ["lid", "lod"]}, "where", "'lod' is not an answer: did you mean lid"),
        ({"where": "lid,5"}, "where", "'5' is not an answer"),
        ({"where": ["lid", None]}, "where", "'None' is not an answer"),
    ],
)
def test_a_wrong_answer_is_refused_with_what_would_be_right(
    kettle: RulePack, said: Said, question: str, message: str
) -> None:
    with pytest.raises(AnswerError) as caught:
        bumpcheck.check(said, rules=kettle)
    assert caught.value.question == question
    assert str(caught.value).startswith(f"{question}: ")
    assert message in str(caught.value)


def test_the_nearest_answers_are_there_for_programs_too(kettle: RulePack) -> None:
    with pytest.raises(AnswerError) as caught:
        bumpcheck.check({"where": "spoot"}, rules=kettle)
    assert caught.value.given == "spoot"
    assert caught.value.nearest == ("spout",)


def test_where_nothing_is_near_every_answer_is_named(kettle: RulePack) -> None:
    with pytest.raises(AnswerError) as caught:
        bumpcheck.check({"leak": "QQQ"}, rules=kettle)
    assert caught.value.nearest == ("no", "drip", "pour", "unknown")


@pytest.mark.parametrize(
    ("name", "near"),
    [("nois", ("noise",)), ("Noise", ("noise",)), ("soound", ("noise",)), ("qqq", ()), ("", ())],
)
def test_an_unknown_question_is_an_error_and_not_passed_over(
    kettle: RulePack, name: str, near: tuple[str, ...]
) -> None:
    for value in ("hum", None):
        with pytest.raises(AnswerError, match="there is no question") as caught:
            bumpcheck.check({name: value}, rules=kettle)
        assert caught.value.nearest == near


@pytest.mark.parametrize("said", [{"noise": "hum", "sound": "hum"}, {"old": 3, "years": 4}])
def test_one_question_under_two_names_is_refused(kettle: RulePack, said: Said) -> None:
    with pytest.raises(AnswerError, match="answered twice"):
        bumpcheck.check(said, rules=kettle)


@pytest.mark.parametrize("char", ["\x1b[31m", "\u202e", "\x00", "\n", "\ud800", "\u200b"])
def test_a_message_shows_what_does_not_show(kettle: RulePack, char: str) -> None:
    for said in ({"noise": f"a{char}b"}, {f"n{char}": "hum"}, {"age": f"3{char}4"}):
        with pytest.raises(AnswerError) as caught:
            bumpcheck.check(said, rules=kettle)
        assert str(caught.value).isprintable()


def test_a_long_answer_is_cut_in_the_message(kettle: RulePack) -> None:
    with pytest.raises(AnswerError) as caught:
        bumpcheck.check({"noise": "x" * 100_000}, rules=kettle)
    assert len(str(caught.value)) < 300


@given(said=answer_sets())
def test_what_a_result_says_was_said_gives_the_same_result(kettle: RulePack, said: Said) -> None:
    result = bumpcheck.check(said, rules=kettle)
    assert bumpcheck.check(told_again(result), rules=kettle).as_dict() == result.as_dict()


@given(said=answer_sets(), data=st.data())
def test_the_order_of_answers_does_not_matter(
    kettle: RulePack, said: Said, data: st.DataObject
) -> None:
    shuffled = dict(data.draw(st.permutations(list(said.items()))))
    turned = {id: v[::-1] if isinstance(v, list) else v for id, v in shuffled.items()}
    result = bumpcheck.check(said, rules=kettle).as_dict()
    assert bumpcheck.check(turned, rules=kettle).as_dict() == result


@given(said=answer_sets())
def test_the_answers_given_are_not_changed(kettle: RulePack, said: Said) -> None:
    before = copy.deepcopy(said)
    bumpcheck.check(said, rules=kettle)
    assert said == before


@pytest.mark.parametrize("question", [*ONE, *MANY])
def test_every_answer_a_pack_lists_is_accepted_by_its_id_and_every_alias(
    kettle: RulePack, question: str
) -> None:
    many = question in MANY
    for answer in kettle.question(question).answers:
        for name in (answer.id, *answer.aliases):
            came = taken(kettle, {question: name})
            assert came == ({question: [answer.id] if many else answer.id}, [])


def test_a_truth_value_is_no_word_though_a_pack_should_name_it(vary: Vary) -> None:
    folder = vary(("questions.yaml", "{id: yes, text: yes}", "{id: yes, text: y, aliases: [true]}"))
    pack = bumpcheck.load(folder)
    assert taken(pack, {"glass": "true"}) == ({"glass": "yes"}, [])
    with pytest.raises(AnswerError):
        bumpcheck.check({"glass": True}, rules=pack)


def test_an_alias_that_a_pack_adds_is_accepted(vary: Vary) -> None:
    folder = vary(("questions.yaml", "text: it pours,", "text: it pours, aliases: [gush, 9],"))
    pack = bumpcheck.load(folder)
    for word in ("gush", "GUSH", "9", 9):
        assert taken(pack, {"leak": word}) == ({"leak": "pour"}, [])
