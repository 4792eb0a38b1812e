"""Rules broken on purpose: which changes there are, and which of them a case notices."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import bumpcheck
from bumpcheck import RulePack, cases
from bumpcheck.answers import Answers, parse
from bumpcheck.coded import CodedPack
from bumpcheck.engine import evaluate
from bumpcheck.model import Alarm, RedFlag
from bumpcheck.mutation import FIELDS, Hunt, Mutant, dropped, mutants
from bumpcheck.prove.sending import Sending, sends

from .kettle import FOLDER, Vary

RULES = "rules.yaml"
# Every state that the alarms of the kettle can tell apart, but for the sizes of two numbers.
ALARMING: dict[str, list[object]] = {
    "noise": [None, "unknown", "hum", "bang"],
    "leak": [None, "unknown", "drip", "pour"],
    "smell": [None, "unknown", "no", "plastic", "burnt"],
    "where": [None, "unknown", "lid", "base"],
    "since": [None, "3 weeks"],
    "fill": [None, "1 mm"],
    "flakes": ["none", "brown"],
}


def changes(pack: RulePack, id: str) -> list[str]:
    return [mutant.change for mutant in mutants(pack) if mutant.rule.id == id]


def hunted(folder: Path) -> dict[str, bool]:
    """For each change, whether a case notices it."""
    pack = bumpcheck.load(folder)
    hunt = Hunt(pack, cases.load(pack, str(folder)))
    return {f"{m.rule.id}: {m.change}": hunt.killer(m) is not None for m in mutants(pack)}


def test_every_rule_is_left_out_once_but_what_must_be_there(kettle: RulePack) -> None:
    left = [mutant.rule.id for mutant in dropped(kettle)]
    rules = {rule.id for field in FIELDS for rule in getattr(kettle, field)}
    rules -= {finding.id for finding in kettle.findings}
    rules -= {outcome.id for outcome in kettle.outcomes}
    assert sorted(left) == sorted(rules - {kettle.default_doors[-1].id, "old"})


def test_answers_limits_and_exceptions_are_changed_one_at_a_time(kettle: RulePack) -> None:
    assert changes(kettle, "melts")[:3] == [
        "left out",
        "where without base",
        "where without handle",
    ]
    assert changes(kettle, "rust")[:2] == ["left out", "without its `unless`"]
    assert changes(kettle, "boils-dry") == [
        "left out",
        "noise without rattle",
        "noise without bang",
        "fill is under 5 mm -> fill is under 6 cm",  # the next limit is a band of the interview
        "if-unknown emergency -> same-day",  # the urgency itself cannot be less than that
        "door fire-brigade -> electrician",
    ]
    assert "age is under 4 weeks -> age is under 1 year" in changes(kettle, "brand-new")


def test_what_an_outcome_needs_is_a_point_more_or_less(vary: Vary) -> None:
    folder = vary(("pack.yaml", "limescale, reassures: yes, at-least: 3, lead: 2",
                   "limescale, reassures: yes, at-least: 0, lead: 1"))  # fmt: skip
    pack = bumpcheck.load(folder)
    assert changes(pack, "limescale") == [
        "at-least 0 -> -1",
        "at-least 0 -> 1",
        "lead 1 -> 2",  # with none, two outcomes could be earned at once
        "door self-care -> shop",
    ]
    assert changes(pack, "normal-boil")[2:4] == ["lead 2 -> 1", "lead 2 -> 3"]
    assert changes(pack, "see-electrician") == []


def test_an_urgency_is_taken_for_its_neighbour_as_far_as_a_pack_may_say_it(
    kettle: RulePack, vary: Vary
) -> None:
    def counting(id: str) -> list[str]:
        return [it for it in changes(kettle, id) if it.startswith(("urgency", "if-unknown"))]

    assert counting("burns") == [
        "urgency emergency -> same-day",
        "if-unknown same-day -> soon",
        "if-unknown same-day -> emergency",
    ]
    assert counting("drips-for-long") == ["urgency soon -> same-day", "if-unknown routine -> soon"]
    assert counting("bangs-below") == []  # what is only listed may not be more urgent
    assert counting("rust") == []
    for mutant in mutants(kettle):
        was, flag = mutant.rule, mutant.changed
        if not isinstance(was, RedFlag) or not isinstance(flag, RedFlag):
            continue
        if mutant.change.startswith(("urgency", "if-unknown")):
            old = f"urgency: {was.urgency}\n    if-unknown: {was.if_unknown}\n"
            new = f"urgency: {flag.urgency}\n    if-unknown: {flag.if_unknown}\n"
            bumpcheck.load(vary((RULES, f"{flag.id}\n    {old}", f"{flag.id}\n    {new}")))


def test_a_door_is_taken_for_the_one_before_or_after_it(vary: Vary) -> None:
    folder = vary((RULES, "if-unknown: soon\n    door: shop",
                   "if-unknown: soon\n    door: shop\n    unknown-door: electrician"))  # fmt: skip
    pack = bumpcheck.load(folder)
    assert changes(pack, "pours")[-4:] == [
        "door shop -> self-care",
        "door shop -> electrician",
        "unknown-door electrician -> shop",
        "unknown-door electrician -> fire-brigade",
    ]
    assert changes(pack, "crust")[-2:] == ["door shop -> self-care", "door shop -> electrician"]
    assert changes(pack, "dusting") == ["left out"]  # it has no door of its own


def test_who_is_spoken_of_and_where_everybody_goes_is_broken_too(kettle: RulePack) -> None:
    moved = ["age is under 1 year -> age is under 4 weeks"]
    moved += ["age is under 1 year -> age is under 5 years"]
    assert changes(kettle, "new") == ["left out", *moved]
    assert changes(kettle, "old") == []
    first, last = (door.id for door in kettle.default_doors)
    doors = ["door shop -> self-care", "door shop -> electrician"]
    assert changes(kettle, first) == ["left out", *moved, *doors]
    assert changes(kettle, last) == ["door electrician -> shop", "door electrician -> fire-brigade"]


def test_a_line_of_advice_says_less_or_another_number(vary: Vary) -> None:
    two = "see: Wait 10 days. Go at 38 C, or at 3."
    folder = vary((RULES, "see: See an electrician if it gets louder.", two))
    assert changes(bumpcheck.load(folder), "come-back") == [
        "left out",
        "without `Wait 10 days.`",
        "without `Go at 38 C, or at 3.`",
        "10 -> 11 in `Wait 10 days.`",
        "38 -> 39 in `Go at 38 C, or at 3.`",
        "3 -> 4 in `Go at 38 C, or at 3.`",
        "rank 90 -> 0",
    ]
    wiping = changes(bumpcheck.load(folder), "wipe-it")
    assert wiping[1:4] == [
        "no words for new",
        "new: without `Wipe your new one dry.`",
        "old: without `Wipe it dry.`",
    ]


def test_words_are_held_by_cases_that_read_them(vary: Vary) -> None:
    given = "given: {age: 2 weeks, leak: drip}"
    (folder := vary()).joinpath("cases", "kettle.yaml").write_text(
        f"- {{name: n, {given}, expect: {{words: [your new one dry]}}}}\n"
        f"- {{name: m, {given}, expect: {{advice: [wipe-it, come-back]}}}}\n"
    )
    noticed = hunted(folder)
    assert noticed["wipe-it: new: without `Wipe your new one dry.`"]
    assert noticed["wipe-it: no words for new"]
    assert not noticed["wipe-it: old: without `Wipe it dry.`"]
    assert not noticed["come-back: without `See an electrician if it gets louder.`"]


NEW = "given: {age: 2 weeks}, expect: {person: new, disposition: shop}"
OLD = "given: {age: 1 year}, expect: {person: old, disposition: electrician}"


def test_cases_say_who_is_spoken_of_and_where_everybody_goes(vary: Vary) -> None:
    folder = vary()
    cases_of = f"- {{name: n, {NEW}}}\n- {{name: o, {OLD}}}\n"
    folder.joinpath("cases", "kettle.yaml").write_text(cases_of)
    noticed = hunted(folder)
    kettle = bumpcheck.load(folder)
    for rule in (*kettle.persons, *kettle.default_doors):
        unnoticed = [it for it, is_ in noticed.items() if it.startswith(f"{rule.id}:") and not is_]
        # The cases say nothing of those between two weeks and a year.
        assert unnoticed == [it for it in unnoticed if "-> age is under 4 weeks" in it]


def verdict(pack: RulePack, answers: Answers) -> tuple[str, str]:
    result = evaluate(pack, answers)
    return result.urgency, result.disposition


def test_what_an_alarm_sends_nobody_for_is_told_apart_from_what_nothing_notices(vary: Vary) -> None:
    """Every set of answers, against every urgency and door of an alarm taken for another."""
    twin = "  - id: burns-too\n    urgency: emergency\n    if-unknown: same-day\n"
    twin += "    door: fire-brigade\n    text: t\n    when: {smell: [burnt, plastic]}\n"
    twin += "    because: b\n    source: {manual: page 1}\n  - id: boils-dry\n"
    pack = bumpcheck.load(vary((RULES, "  - id: boils-dry\n", twin)))
    said = [
        parse(pack, {id: answer for id, answer in zip(ALARMING, answers, strict=True) if answer})
        for answers in product(*ALARMING.values())
    ]
    sending = Sending(CodedPack(pack))
    before = [verdict(pack, answers) for answers in said]
    alike = []
    for mutant in mutants(pack):
        alarm, other = mutant.rule, mutant.changed
        if not isinstance(alarm, Alarm) or not isinstance(other, Alarm):
            continue
        if sends(alarm) == sends(other):
            continue
        shown = sending.otherwise(alarm, other)
        if shown is None:
            alike.append(f"{alarm.id}: {mutant.change}")
            assert before == [verdict(mutant.pack, answers) for answers in said]
        else:
            answers = parse(pack, shown)
            assert verdict(pack, answers) != verdict(mutant.pack, answers), mutant
    # Beside a burnt smell stands its twin; beside one of plastic, the twin again.
    assert alike == [
        "burns: urgency emergency -> same-day",
        "burns: if-unknown same-day -> soon",
        "burns: door fire-brigade -> electrician",
        "burns-too: if-unknown same-day -> soon",
        "melts: urgency soon -> same-day",
    ]


def test_a_change_is_in_one_rule_alone(kettle: RulePack) -> None:
    for mutant in mutants(kettle):
        differing = [
            rule.id
            for field in FIELDS
            for rule in getattr(kettle, field)
            if rule not in getattr(mutant.pack, field)
        ]
        assert differing == [mutant.rule.id], mutant


def test_a_change_that_a_case_notices_is_noticed_and_no_other(vary: Vary) -> None:
    case = "- {name: n, given: {leak: drip, since: 3 weeks}, expect: {urgency: soon}}\n"
    (folder := vary()).joinpath("cases", "kettle.yaml").write_text(case)
    noticed = {change for change, is_noticed in hunted(folder).items() if is_noticed}
    assert noticed == {
        "drips-for-long: left out",
        "drips-for-long: since is over 2 weeks -> since is over 3 weeks",
        "drips-for-long: urgency soon -> same-day",
    }


def test_only_looking_where_the_rule_came_to_something_else_misses_nothing(
    kettle: RulePack,
) -> None:
    known = cases.load(kettle, str(FOLDER))
    hunt = Hunt(kettle, known)
    for mutant in mutants(kettle):
        every = any(any(cases.failures(mutant.pack, case)) for case in known)
        assert (hunt.killer(mutant) is not None) == every, mutant


def test_alarms_are_guarded_and_nothing_else_is(kettle: RulePack) -> None:
    guarded = {mutant.rule.id for mutant in mutants(kettle) if mutant.guarded}
    assert guarded == {rule.id for rule in (*kettle.red_flags, *kettle.referral_signs)}


def test_a_mutant_names_its_place_and_change(kettle: RulePack) -> None:
    first: Mutant = next(mutants(kettle))
    assert str(first).startswith(f"{first.rule.place}: burns: left out")
