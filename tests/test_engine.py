"""The laws of a result, over the kettle and any answers to it."""

from __future__ import annotations

import copy
import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bumpcheck
from bumpcheck import Result, RulePack

from .kettle import FOLDER, QUESTIONS, Said, Vary, an_answer, answer_sets, with_more_said

ORDER = ["self-care", "routine", "soon", "same-day", "emergency"]
DOORS = ["self-care", "shop", "electrician", "fire-brigade"]
REASONS = ["red-flag", "referral-sign", "conflict", "not-screened", "fits", "not-enough", "neither"]
KEYS = [
    "format",
    "outcome",
    "urgency",
    "disposition",
    "reason",
    "screening",
    "pattern",
    "points",
    "answers",
    "unknown",
    "not_asked",
    "filled_in",
    "conflicts",
    "red_flags",
    "referral_signs",
    "not_ruled_out",
    "evidence",
    "would_change",
    "look_alikes",
    "advice",
    "sources",
    "rules",
    "disclaimer",
]
# What the rules of the kettle say, written out once more: id, urgency, counts as when unsure, door.
FLAGS = {
    "burns": ("emergency", "same-day", "fire-brigade"),
    "boils-dry": ("emergency", "emergency", "fire-brigade"),
    "pours": ("same-day", "soon", "shop"),
    "melts": ("soon", "soon", "electrician"),
    "drips-for-long": ("soon", "routine", "shop"),
    "bangs-below": ("soon", "list", "electrician"),
}
SIGNS = {"rust": "shop", "heirloom": "electrician"}


def checked(pack: RulePack, said: Said, **options: bool) -> dict[str, Any]:
    return bumpcheck.check(said, rules=pack, **options).as_dict()


def ids(listed: list[dict[str, Any]]) -> list[str]:
    return [one["id"] for one in listed]


def rank(urgency: str) -> int:
    return ORDER.index(urgency)


def holding(came: dict[str, Any]) -> set[str]:
    """The red flags and referral signs that hold for sure."""
    sure = [flag for flag in came["red_flags"] if flag["state"] == "holds"]
    return {*ids(sure), *ids(came["referral_signs"])}


# --- 1, 2: what holds is never talked away -------------------------------------------------------


@given(said=answer_sets(), strict=st.booleans(), none=st.booleans())
def test_what_holds_rules_out_reassurance_and_sets_the_urgency(
    kettle: RulePack, said: Said, strict: bool, none: bool
) -> None:
    came = checked(kettle, said, strict=strict, none_of_these=none)
    if came["red_flags"] or came["referral_signs"] or came["conflicts"]:
        assert came["outcome"] == "see-electrician"
    counted = [rank(flag["urgency"]) for flag in came["red_flags"]]
    expected = max([rank("routine"), *counted]) if came["outcome"] == "see-electrician" else 0
    assert rank(came["urgency"]) == expected


@given(said=answer_sets())
def test_a_flag_counts_at_its_urgency_or_as_what_an_unsure_answer_counts(
    kettle: RulePack, said: Said
) -> None:
    for flag in checked(kettle, said)["red_flags"]:
        urgency, unsure, _ = FLAGS[flag["id"]]
        assert flag["urgency"] == (urgency if flag["state"] == "holds" else unsure)
        assert flag["urgency"] != "list"


@given(pair=with_more_said())
def test_what_is_certain_stays_so_when_more_is_said(
    kettle: RulePack, pair: tuple[Said, Said]
) -> None:
    """A flag that holds goes on holding, and one that was ruled out never comes back."""
    less, more = (checked(kettle, said) for said in pair)
    assert holding(less) <= holding(more)
    possible = {*ids(less["red_flags"]), *ids(less["not_ruled_out"]), *holding(less)}
    assert {*ids(more["red_flags"]), *ids(more["not_ruled_out"]), *holding(more)} <= possible
    assert set(ids(less["conflicts"])) <= set(ids(more["conflicts"]))
    assert set(ids(less["evidence"])) <= set(ids(more["evidence"]))
    assert set(ids(less["look_alikes"])) <= set(ids(more["look_alikes"]))


@given(one=answer_sets(), other=answer_sets())
def test_more_flags_are_never_less_urgent(kettle: RulePack, one: Said, other: Said) -> None:
    first, second = checked(kettle, one), checked(kettle, {**one, **other})
    if holding(first) <= holding(second):
        urgencies = [rank(FLAGS[id][0]) for id in holding(first) if id in FLAGS]
        assert rank(second["urgency"]) >= max(urgencies, default=0)


# --- 3: order ------------------------------------------------------------------------------------


def shuffled(folder: Path, seed: int) -> None:
    """Shuffle the rules of every section where their order has no meaning."""
    path = folder / "rules.yaml"
    chance = random.Random(seed)
    sections = re.split(r"(?m)^(?=\S)", path.read_text())
    chance.shuffle(sections)
    mixed = []
    for section in sections:
        head, *rules = re.split(r"(?m)^(?=  - )", section.rstrip("\n") + "\n")
        chance.shuffle(rules)
        mixed.append(head + "".join(rules))
    path.write_text("".join(mixed))


@pytest.fixture(scope="module", params=range(3))
def mixed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> RulePack:
    folder = tmp_path_factory.mktemp("mixed")
    for path in FOLDER.glob("*.yaml"):
        (folder / path.name).write_text(path.read_text())
    shuffled(folder, request.param)
    return bumpcheck.load(folder)


def without_order(came: dict[str, Any]) -> dict[str, Any]:
    """A result with its lists sorted, and without what names the files."""
    plain = {key: value for key, value in came.items() if key != "rules"}
    for key in ("conflicts", "evidence"):
        plain[key] = sorted(plain[key], key=lambda one: str(one["id"]))
    return plain


@given(said=answer_sets(), strict=st.booleans(), none=st.booleans())
def test_the_order_of_rules_changes_no_verdict(
    kettle: RulePack, mixed: RulePack, said: Said, strict: bool, none: bool
) -> None:
    assert mixed.digest != kettle.digest
    came = checked(kettle, said, strict=strict, none_of_these=none)
    turned = checked(mixed, said, strict=strict, none_of_these=none)
    assert without_order(turned) == without_order(came)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"flakes": ["none", "white", "brown", "unknown"], "since": "9 years", "age": "6 years"},
        {"noise": "rattle", "flakes": ["white", "brown"], "where": "lid", "tried": "nothing"},
        {"noise": "bang", "tried": ["vinegar-helped", "stops-at-boil", "distilled"]},
    ],
)
def test_the_order_of_rules_changes_nothing_in_the_json(
    kettle: RulePack, mixed: RulePack, said: Said
) -> None:
    came, turned = checked(kettle, said), checked(mixed, said)
    for key in KEYS:
        if key != "rules":
            assert turned[key] == came[key], key


# --- 5: when to seek help ------------------------------------------------------------------------


@given(said=answer_sets(), strict=st.booleans(), none=st.booleans())
def test_every_result_says_when_to_seek_help(
    kettle: RulePack, said: Said, strict: bool, none: bool
) -> None:
    came = checked(kettle, said, strict=strict, none_of_these=none)
    assert "see" in [line["kind"] for line in came["advice"]]


# --- Reassurance is earned -----------------------------------------------------------------------


@given(said=answer_sets())
def test_the_points_are_the_sum_of_the_evidence(kettle: RulePack, said: Said) -> None:
    came = checked(kettle, said)
    for outcome, points in came["points"].items():
        assert points == sum(piece["points"].get(outcome, 0) for piece in came["evidence"])
    assert list(came["points"]) == ["limescale", "normal-boil"]


@given(said=answer_sets())
def test_a_reassuring_outcome_leads_or_is_confirmed_and_is_never_excluded(
    kettle: RulePack, said: Said
) -> None:
    came = checked(kettle, said)
    if came["reason"] != "fits":
        return
    outcome = came["outcome"]
    (other,) = {"limescale", "normal-boil"} - {outcome}
    excludes = {"bangs": "normal-boil", "no-lime-in-it": "limescale"}
    confirms = {"vinegar-tells": "limescale", "silence-tells": "normal-boil"}
    held = ids(came["evidence"])
    excluded = {excludes[id] for id in held if id in excludes}
    confirmed = {confirms[id] for id in held if id in confirms} - excluded
    assert outcome not in excluded
    assert confirmed <= {outcome}
    rival = came["points"][other] if other not in excluded else -100
    leads = came["points"][outcome] >= max(3, rival + 2)
    assert leads or confirmed == {outcome}


@pytest.mark.parametrize(
    ("said", "outcome", "reason"),
    [
        ({}, "see-electrician", "not-enough"),
        ({"flakes": "white"}, "limescale", "fits"),
        ({"noise": "hum"}, "see-electrician", "not-enough"),
        # Three points and two ahead, and not quite.
        ({"flakes": "white", "noise": "hum"}, "limescale", "fits"),
        ({"flakes": "white", "noise": "hum", "where": "lid"}, "see-electrician", "not-enough"),
        ({"noise": "hum", "flakes": "none"}, "normal-boil", "fits"),
        ({"noise": "hum", "where": "spout"}, "normal-boil", "fits"),
        ({"noise": "hum", "where": ["spout", "base"]}, "see-electrician", "not-enough"),
        ({"tried": "vinegar-helped"}, "limescale", "fits"),
        ({"tried": "vinegar-helped", "flakes": "none"}, "limescale", "fits"),
        ({"tried": ["vinegar-helped", "distilled"]}, "see-electrician", "not-enough"),
        ({"tried": "stops-at-boil", "flakes": "white"}, "normal-boil", "fits"),
        ({"tried": "distilled"}, "see-electrician", "not-enough"),
        ({"flakes": "white", "tried": "distilled"}, "see-electrician", "neither"),
        ({"flakes": "white", "tried": "distilled", "noise": "none"}, "see-electrician", "neither"),
        ({"flakes": ["none", "white"]}, "see-electrician", "conflict"),
        ({"flakes": ["none", "unknown"]}, "see-electrician", "conflict"),
        ({"since": "3 years", "age": "2"}, "see-electrician", "conflict"),
        ({"since": "2 years", "age": "2"}, "see-electrician", "not-enough"),
        ({"since": "24 months", "age": "2"}, "see-electrician", "not-enough"),
        ({"flakes": ["white", "brown"], "age": "2"}, "see-electrician", "referral-sign"),
        ({"flakes": ["none", "brown"], "age": "2"}, "see-electrician", "referral-sign"),
        ({"flakes": ["white", "brown"], "age": "5d"}, "limescale", "fits"),
        ({"flakes": ["white", "brown"]}, "limescale", "fits"),
        ({"flakes": "brown", "age": "2", "leak": "pour"}, "see-electrician", "red-flag"),
        ({"flakes": ["none", "white"], "leak": "pour"}, "see-electrician", "red-flag"),
        ({"flakes": "white", "smell": "unknown"}, "see-electrician", "red-flag"),
    ],
)
def test_worked_examples(kettle: RulePack, said: Said, outcome: str, reason: str) -> None:
    came = checked(kettle, said)
    assert (came["outcome"], came["reason"]) == (outcome, reason)


@given(said=answer_sets(), strict=st.booleans())
def test_the_reason_is_the_first_that_applies(kettle: RulePack, said: Said, strict: bool) -> None:
    came = checked(kettle, said, strict=strict)
    applies = {
        "red-flag": bool(came["red_flags"]),
        "referral-sign": bool(came["referral_signs"]),
        "conflict": bool(came["conflicts"]),
        "not-screened": strict and came["screening"] == "incomplete",
        "fits": came["outcome"] != "see-electrician",
    }
    first = [reason for reason, so in applies.items() if so]
    if first:
        assert came["reason"] == first[0]
    else:
        assert came["reason"] in ("not-enough", "neither")


@given(pair=with_more_said())
def test_neither_is_said_only_where_no_answer_could_still_earn_an_outcome(
    kettle: RulePack, pair: tuple[Said, Said]
) -> None:
    less, more = pair
    if checked(kettle, less)["reason"] == "neither":
        assert checked(kettle, more)["reason"] != "fits"


def test_neither_is_not_said_while_an_exclusion_could_still_tell(kettle: RulePack) -> None:
    """Two outcomes confirmed at once, and one of them may yet be excluded by what was not asked."""
    said: Said = {"tried": ["vinegar-helped", "stops-at-boil"]}
    assert checked(kettle, {**said, "noise": "bang"})["outcome"] == "limescale"
    assert checked(kettle, said)["reason"] == "not-enough"


def test_neither_is_not_said_while_a_rival_could_still_be_excluded(vary: Vary) -> None:
    folder = vary(
        (
            "rules.yaml",
            "points: {normal-boil: +1}\n    because: Steam",
            "points: {normal-boil: 3}\n    because: Steam",
        ),
        ("rules.yaml", "points: {normal-boil: 2}", "excludes: limescale"),
        ("rules.yaml", "points: {limescale: 2}", "excludes: limescale"),
    )
    pack = bumpcheck.load(folder)
    said: Said = {"flakes": "white", "where": "spout", "tried": "nothing"}
    assert checked(pack, {**said, "noise": "bang"})["outcome"] == "limescale"
    assert checked(pack, said)["reason"] == "not-enough"


@given(said=answer_sets())
def test_what_is_missing_was_not_answered_in_full(kettle: RulePack, said: Said) -> None:
    result = bumpcheck.check(said, rules=kettle)
    assert bool(result.missing) <= (result.reason != "fits")
    for id in result.missing:
        given_ = result.answers.given.get(id)
        assert given_ is None or given_.unknown or "body" in given_.chosen


# --- Not asked, strict, none of these ------------------------------------------------------------


@given(said=answer_sets())
def test_what_was_not_asked_never_refers(kettle: RulePack, said: Said) -> None:
    """No flag counts as unknown unless some answer was unknown."""
    came = checked(kettle, said)
    if not came["unknown"]:
        assert all(flag["state"] == "holds" for flag in came["red_flags"])


@given(pair=with_more_said())
def test_complete_screening_means_that_no_further_answer_raises_a_flag(
    kettle: RulePack, pair: tuple[Said, Said]
) -> None:
    less, more = (checked(kettle, said) for said in pair)
    if less["screening"] == "complete":
        flags = {id for id in holding(less) if id in FLAGS}
        assert {id for id in holding(more) if id in FLAGS} == flags
        assert more["screening"] == "complete"


@given(said=answer_sets())
def test_incomplete_screening_names_a_flag_and_a_question_not_answered(
    kettle: RulePack, said: Said
) -> None:
    came = checked(kettle, said)
    open_flags = [alarm for alarm in came["not_ruled_out"] if alarm["id"] in FLAGS]
    unsure = [flag for flag in came["red_flags"] if flag["state"] == "unknown"]
    if came["screening"] == "incomplete":
        assert open_flags or unsure
        assert came["not_asked"] or "body" in came["answers"].get("where", [])
    elif not came["unknown"]:
        assert not open_flags


@pytest.mark.parametrize(
    ("more", "screening"),
    [
        ({"noise": "none", "fill": "unknown"}, "complete"),
        ({"noise": "rattle", "fill": "unknown"}, "complete"),
        ({"noise": "unknown", "fill": "unknown"}, "complete"),
        ({"noise": "rattle"}, "incomplete"),
        ({"fill": "unknown"}, "incomplete"),
        ({"fill": "10"}, "complete"),
        ({"noise": "hum"}, "complete"),
        ({}, "incomplete"),
    ],
)
def test_screening_is_incomplete_while_a_flag_could_hold_through_what_was_not_asked(
    kettle: RulePack, more: Said, screening: str
) -> None:
    """Also where it counts already because another answer was unsure."""
    rest: Said = {"smell": "no", "leak": "no", "where": "lid"}
    assert checked(kettle, {**rest, **more})["screening"] == screening


@given(said=answer_sets(), none=st.booleans())
def test_strict_changes_a_result_only_where_flags_were_not_asked_about(
    kettle: RulePack, said: Said, none: bool
) -> None:
    lax = checked(kettle, said, none_of_these=none)
    strict = checked(kettle, said, none_of_these=none, strict=True)
    if lax["screening"] == "complete" or lax["reason"] in ("red-flag", "referral-sign", "conflict"):
        assert strict == lax
        return
    assert strict["outcome"] == "see-electrician"
    assert strict["urgency"] == "routine"
    assert strict["reason"] == "not-screened"
    same = set(KEYS) - {
        "outcome",
        "urgency",
        "disposition",
        "reason",
        "pattern",
        "advice",
        "sources",
    }
    assert {key: strict[key] for key in same} == {key: lax[key] for key in same}


@given(said=answer_sets())
def test_none_of_these_changes_the_list_and_the_screening_and_nothing_else(
    kettle: RulePack, said: Said
) -> None:
    asked = checked(kettle, said)
    none = checked(kettle, said, none_of_these=True)
    changed = {key for key in KEYS if none[key] != asked[key]}
    assert changed <= {"screening", "filled_in", "not_ruled_out"}
    assert asked["filled_in"] == []
    kept = [alarm for alarm in asked["not_ruled_out"] if alarm in none["not_ruled_out"]]
    assert none["not_ruled_out"] == kept


@given(said=answer_sets())
def test_none_of_these_rules_out_what_is_open_only_through_what_was_not_asked(
    kettle: RulePack, said: Said
) -> None:
    asked = checked(kettle, said)
    none = checked(kettle, said, none_of_these=True)
    unknown = set(asked["unknown"])
    for alarm in asked["not_ruled_out"]:
        stays = bool(unknown & set(alarm["questions"]))
        assert (alarm in none["not_ruled_out"]) == stays


@given(said=answer_sets())
def test_what_was_filled_in_is_each_question_concerned_with_its_calm_answer(
    kettle: RulePack, said: Said
) -> None:
    asked = checked(kettle, said)
    none = checked(kettle, said, none_of_these=True)
    gone = [alarm for alarm in asked["not_ruled_out"] if alarm not in none["not_ruled_out"]]
    concerned = {id for alarm in gone for id in alarm["questions"]}
    calm = {"noise": "none", "flakes": "none", "leak": "no", "smell": "no"}
    assert none["filled_in"] == [
        {"id": id, "answer": calm.get(id)}
        for id in [question.id for question in kettle.questions]
        if id in concerned
    ]
    assert not concerned & unknown_of(asked)
    assert none["answers"] == asked["answers"]


def unknown_of(came: dict[str, Any]) -> set[str]:
    return set(came["unknown"])


@given(said=answer_sets())
def test_what_is_not_ruled_out_stands_most_urgent_first_then_by_id(
    kettle: RulePack, said: Said
) -> None:
    for key in ("not_ruled_out", "red_flags"):
        listed = [(-rank(one["urgency"]), one["id"]) for one in checked(kettle, said)[key]]
        assert listed == sorted(listed)


@given(pair=with_more_said())
def test_what_a_further_answer_can_raise_was_listed_or_counted_before(
    kettle: RulePack, pair: tuple[Said, Said]
) -> None:
    less, more = (checked(kettle, said) for said in pair)
    listed = {*ids(less["not_ruled_out"]), *ids(less["red_flags"]), *holding(less)}
    assert holding(more) <= listed


@given(said=answer_sets())
def test_an_alarm_stands_in_one_place_only(kettle: RulePack, said: Said) -> None:
    came = checked(kettle, said)
    every = [*ids(came["red_flags"]), *ids(came["referral_signs"]), *ids(came["not_ruled_out"])]
    assert len(every) == len(set(every))


def test_with_nothing_asked_everything_is_open(kettle: RulePack) -> None:
    came = checked(kettle, {})
    assert set(ids(came["not_ruled_out"])) == {*FLAGS, *SIGNS}
    assert came["screening"] == "incomplete"
    assert checked(kettle, {}, none_of_these=True)["not_ruled_out"] == []


# --- If unknown ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "flag", "urgency"),
    [
        ({"smell": "unknown"}, "burns", "same-day"),
        ({"noise": "bang", "fill": "unknown"}, "boils-dry", "emergency"),
        ({"leak": "unknown"}, "pours", "soon"),
        ({"smell": "plastic", "where": "unknown"}, "melts", "soon"),
        ({"smell": "plastic", "where": ["lid", "unknown"]}, "melts", "soon"),
        ({"leak": "drip", "since": "unknown"}, "drips-for-long", "routine"),
        # Open through an unknown and through what was not asked: the unknown counts.
        ({"fill": "unknown"}, "boils-dry", "emergency"),
    ],
)
def test_an_unsure_answer_counts_as_the_flag_says(
    kettle: RulePack, said: Said, flag: str, urgency: str
) -> None:
    came = checked(kettle, said)
    counted = {one["id"]: (one["urgency"], one["state"]) for one in came["red_flags"]}
    assert counted[flag] == (urgency, "unknown")
    assert came["outcome"] == "see-electrician"
    assert rank(came["urgency"]) >= rank(urgency)
    assert flag not in ids(came["not_ruled_out"])
    assert checked(kettle, said, none_of_these=True)["red_flags"] == came["red_flags"]


@pytest.mark.parametrize(
    "said",
    [
        {"noise": "bang", "where": "unknown", "fill": "10", "smell": "no"},
        {"age": "unknown", "noise": "hum"},
    ],
)
def test_a_flag_to_be_listed_and_a_sign_are_listed_when_unsure(
    kettle: RulePack, said: Said
) -> None:
    came = checked(kettle, said)
    alarm = "bangs-below" if "fill" in said else "heirloom"
    assert alarm in ids(came["not_ruled_out"])
    assert came["red_flags"] == []
    assert alarm in ids(checked(kettle, said, none_of_these=True)["not_ruled_out"])


def test_an_unsure_answer_that_does_not_matter_raises_nothing(kettle: RulePack) -> None:
    assert checked(kettle, {"noise": "hum", "fill": "unknown"})["red_flags"] == []
    assert checked(kettle, {"leak": "no", "since": "unknown"})["red_flags"] == []


def test_somewhere_above_leaves_the_places_above_open_as_not_asked_does(kettle: RulePack) -> None:
    came = checked(kettle, {"smell": "plastic", "where": "body"})
    assert came["red_flags"] == []
    (melts,) = [alarm for alarm in came["not_ruled_out"] if alarm["id"] == "melts"]
    assert melts["questions"] == ["where"]
    assert came["screening"] == "incomplete"
    none = checked(kettle, {"smell": "plastic", "where": "body"}, none_of_these=True)
    assert {"id": "where", "answer": None} in none["filled_in"]


def test_a_list_of_places_is_complete(kettle: RulePack) -> None:
    came = checked(kettle, {"smell": "plastic", "where": ["lid", "spout"]})
    assert "melts" not in ids(came["not_ruled_out"])


# --- Which door ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "door"),
    [
        ({"leak": "pour", "smell": "burnt"}, "fire-brigade"),
        ({"leak": "pour", "smell": "plastic", "where": "base"}, "shop"),
        ({"leak": "drip", "since": "3 weeks"}, "shop"),
        ({"leak": "drip", "since": "3 weeks", "smell": "plastic", "where": "base"}, "electrician"),
        ({"flakes": "brown", "age": "2"}, "shop"),
        ({"flakes": "brown", "age": "21"}, "electrician"),
        ({"leak": "drip", "since": "unknown", "age": "21"}, "electrician"),
        ({"leak": "drip", "since": "unknown", "age": "2"}, "shop"),
        ({"leak": "drip", "since": "3 weeks", "age": "21"}, "shop"),
        ({"age": "11 months"}, "shop"),
        ({"age": "1 year"}, "electrician"),
        ({"age": "unknown"}, "electrician"),
        ({}, "electrician"),
    ],
)
def test_doors(kettle: RulePack, said: Said, door: str) -> None:
    assert checked(kettle, said)["disposition"] == door


@given(said=answer_sets())
def test_the_most_urgent_names_the_door_and_among_equals_the_later_one(
    kettle: RulePack, said: Said
) -> None:
    came = checked(kettle, said)
    named = [FLAGS[one["id"]][2] for one in came["red_flags"] if one["urgency"] == came["urgency"]]
    if came["urgency"] == "routine":
        named += [SIGNS[id] for id in ids(came["referral_signs"])]
    if came["outcome"] != "see-electrician":
        expected = "shop" if came["pattern"] == "crust" else "self-care"
    elif named:
        expected = max(named, key=DOORS.index)
    else:
        young = said.get("age") in ("5 days", "28 days", "11 months")
        expected = "shop" if young else "electrician"
    assert came["disposition"] == expected


# --- Patterns, look-alikes -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "pattern"),
    [
        ({"flakes": "white", "age": "6 years"}, "crust"),
        ({"flakes": "white", "age": "2"}, "dusting"),
        ({"flakes": "white"}, "dusting"),
        ({"noise": "hum", "flakes": "none"}, "singing"),
        ({"tried": "stops-at-boil"}, None),
        ({"noise": "hum"}, None),
    ],
)
def test_the_pattern_is_the_highest_that_surely_applies(
    kettle: RulePack, said: Said, pattern: str | None
) -> None:
    assert checked(kettle, said)["pattern"] == pattern


@pytest.mark.parametrize(
    ("said", "others"),
    [
        ({"noise": "rattle", "where": "lid"}, []),
        ({"noise": "rattle", "where": "lid", "tried": "nothing"}, ["loose-lid"]),
        ({"noise": "rattle", "where": "lid", "tried": "new-lid"}, []),
        ({"noise": "rattle", "flakes": "brown"}, ["gravel"]),
        (
            {"noise": "rattle", "flakes": "brown", "where": "lid", "tried": "nothing"},
            ["loose-lid", "gravel"],  # the better supported first
        ),
    ],
)
def test_a_look_alike_is_named_when_it_surely_applies(
    kettle: RulePack, said: Said, others: list[str]
) -> None:
    assert ids(checked(kettle, said)["look_alikes"]) == others


# --- Advice --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "said", "given_"),
    [
        # do and expect: only when surely so
        ("wipe-it", {"leak": "drip"}, True),
        ("wipe-it", {"leak": "unknown"}, False),
        ("wipe-it", {}, False),
        ("wipe-it", {"leak": "no"}, False),
        ("use-vinegar", {"flakes": "white", "glass": "no"}, True),
        ("use-vinegar", {"flakes": "white", "glass": "unknown"}, False),
        ("use-vinegar", {"flakes": "white"}, False),
        ("use-vinegar", {"glass": "no"}, False),
        ("it-sings-again", {"noise": "hum", "glass": "no"}, True),
        ("it-sings-again", {"noise": "hum"}, False),
        ("it-sings-again", {"noise": "hum", "glass": "unknown"}, False),
        ("it-sings-again", {"noise": "hum", "glass": "yes"}, False),
        # avoid and see: unless surely not so
        ("no-cold-water", {"glass": "yes"}, True),
        ("no-cold-water", {"glass": "unknown"}, True),
        ("no-cold-water", {}, True),
        ("no-cold-water", {"glass": "no"}, False),
        ("do-not-open", {}, True),
        ("do-not-open", {"where": "unknown"}, True),
        ("do-not-open", {"where": "body"}, True),
        ("do-not-open", {"where": "base"}, True),
        ("do-not-open", {"where": "lid"}, False),
        ("leak-again", {}, True),
        ("leak-again", {"leak": "unknown"}, True),
        ("leak-again", {"leak": "pour"}, True),
        ("leak-again", {"leak": "no"}, False),
        # for: every key, any of its values
        ("unplug-it", {"leak": "pour"}, True),
        ("unplug-it", {"smell": "burnt"}, True),
        ("unplug-it", {"leak": "unknown"}, False),
        ("unplug-it", {"flakes": "white"}, False),
    ],
)
def test_a_line_is_given_when_its_kind_and_condition_say_so(
    kettle: RulePack, line: str, said: Said, given_: bool
) -> None:
    assert (line in ids(checked(kettle, said)["advice"])) == given_


@given(said=answer_sets())
def test_none_of_these_frees_no_advice(kettle: RulePack, said: Said) -> None:
    free = checked(kettle, said, none_of_these=True)["advice"]
    assert free == checked(kettle, said)["advice"]


@given(said=answer_sets())
def test_the_most_useful_advice_stands_first(kettle: RulePack, said: Said) -> None:
    ranks = [line.rank for line in bumpcheck.check(said, rules=kettle).advice]
    assert ranks == sorted(ranks, reverse=True)


# --- The JSON ------------------------------------------------------------------------------------

TYPES: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(KEYS[:6], (str,)),
    "pattern": (str, type(None)),
    **dict.fromkeys(("points", "answers", "sources", "rules"), (dict,)),
    "would_change": (type(None),),
    "disclaimer": (str,),
}
PARTS = {
    "filled_in": ["id", "answer"],
    "conflicts": ["id", "questions", "because"],
    "red_flags": ["id", "urgency", "state", "because", "sources"],
    "referral_signs": ["id", "because", "sources"],
    "not_ruled_out": ["id", "urgency", "text", "questions"],
    "evidence": ["id", "points", "because", "sources"],
    "look_alikes": ["id", "name", "because", "sources"],
    "advice": ["id", "kind", "text", "because", "sources"],
}


@given(said=answer_sets(), none=st.booleans())
def test_the_json_has_its_keys_in_order_and_of_their_types(
    kettle: RulePack, said: Said, none: bool
) -> None:
    came = checked(kettle, said, none_of_these=none)
    assert list(came) == KEYS
    for key, value in came.items():
        assert isinstance(value, TYPES.get(key, (list,)))
    for key, keys in PARTS.items():
        for part in came[key]:
            assert list(part) == keys
    assert came["format"] == "bumpcheck/1"
    assert came["reason"] in REASONS
    assert came["urgency"] in ORDER
    assert came["disposition"] in DOORS
    assert came["screening"] in ("complete", "incomplete")
    assert list(came["rules"]) == ["id", "version", "digest", "reviewed"]
    assert list(came["rules"]["reviewed"]) == ["by", "on", "until"]
    assert came["disclaimer"] == "No electrician has read this."


@given(said=answer_sets())
def test_every_source_named_is_there_and_none_else(kettle: RulePack, said: Said) -> None:
    came = checked(kettle, said)
    parts = [
        part
        for key in PARTS
        if key not in ("filled_in", "conflicts", "not_ruled_out")
        for part in came[key]
    ]
    cited = {source for part in parts for source in part["sources"]}
    assert set(came["sources"]) == cited
    assert all(part["sources"] for part in parts)
    for source in came["sources"].values():
        assert list(source) == ["title", "address", "place"]


def test_several_places_in_a_work_are_several_sources(kettle: RulePack) -> None:
    came = checked(kettle, {"noise": "bang", "fill": 1})
    (flag,) = came["red_flags"]
    assert flag["sources"] == ["manual: page 2", "manual: page 3", "choice: the limit"]
    assert came["sources"]["manual: page 3"] == {
        "title": "The manual of the kettle",
        "address": "https://kettle.example/manual",
        "place": "page 3",
    }
    assert came["sources"]["choice: the limit"]["address"] is None


@given(said=answer_sets())
def test_the_questions_are_told_in_the_order_of_the_pack(kettle: RulePack, said: Said) -> None:
    came = checked(kettle, said)
    order = [question.id for question in kettle.questions]
    assert order == sorted(QUESTIONS, key=order.index)
    named = [list(came["answers"]), came["unknown"], came["not_asked"], ids(came["filled_in"])]
    named += [part["questions"] for key in ("conflicts", "not_ruled_out") for part in came[key]]
    for listed in named:
        assert listed == sorted(listed, key=order.index)


@given(said=answer_sets())
def test_answered_unknown_and_not_asked_are_every_question(kettle: RulePack, said: Said) -> None:
    came = checked(kettle, said)
    asked = {*came["answers"], *came["unknown"]}
    assert asked == set(said)
    assert set(came["not_asked"]) == set(QUESTIONS) - asked


# --- Purity --------------------------------------------------------------------------------------


@given(said=answer_sets(), other=answer_sets(), strict=st.booleans(), none=st.booleans())
def test_a_case_gives_the_same_result_whatever_was_checked_in_between(
    kettle: RulePack, said: Said, other: Said, strict: bool, none: bool
) -> None:
    first = checked(kettle, said, strict=strict, none_of_these=none)
    kept = copy.deepcopy(first)
    checked(kettle, other, strict=not strict, none_of_these=not none)
    assert checked(kettle, said, strict=strict, none_of_these=none) == first == kept


def test_a_result_cannot_be_changed_from_outside(kettle: RulePack) -> None:
    result = bumpcheck.check({"flakes": "white"}, rules=kettle)
    spoilt = result.as_dict()
    for value in spoilt.values():
        if isinstance(value, list | dict):
            value.clear()
    assert result.as_dict()["points"] == {"limescale": 3, "normal-boil": -1}
    with pytest.raises(AttributeError):
        result.outcome = "normal-boil"  # type: ignore[misc]  # what must not work


@given(said=answer_sets())
def test_reassures_means_any_outcome_but_the_default(kettle: RulePack, said: Said) -> None:
    result: Result = bumpcheck.check(said, rules=kettle)
    assert result.reassures == (result.outcome in ("limescale", "normal-boil"))
    assert result.reassures == (result.reason == "fits") == (result.urgency == "self-care")


@given(question=st.sampled_from(QUESTIONS), data=st.data())
def test_two_packs_at_once_do_not_disturb_each_other(
    kettle: RulePack, mixed: RulePack, question: str, data: st.DataObject
) -> None:
    said = {question: data.draw(an_answer(question))}
    one, other = checked(kettle, said), checked(mixed, said)
    assert checked(kettle, said) == one
    assert checked(mixed, said) == other
    assert one["rules"]["digest"] != other["rules"]["digest"]


def test_the_engine_knows_no_pack_but_the_one_it_is_given(vary: Vary) -> None:
    """Renamed throughout, the pack says the same of itself."""
    folder = vary()
    for path in folder.glob("*.yaml"):
        text = path.read_text().replace("limescale", "chalk").replace("see-electrician", "see-you")
        path.write_text(text)
    came = checked(bumpcheck.load(folder), {"flakes": "white"})
    assert came["outcome"] == "chalk"
    assert checked(bumpcheck.load(folder), {})["outcome"] == "see-you"
