"""Rules broken on purpose: which changes there are, and which of them a case notices."""

from __future__ import annotations

from pathlib import Path

import bumpcheck
from bumpcheck import RulePack, cases
from bumpcheck.mutation import FIELDS, Hunt, Mutant, dropped, mutants

from .kettle import FOLDER, Vary


def changes(pack: RulePack, id: str) -> list[str]:
    return [mutant.change for mutant in mutants(pack) if mutant.rule.id == id]


def hunted(folder: Path) -> dict[str, bool]:
    """For each change, whether a case notices it."""
    pack = bumpcheck.load(folder)
    hunt = Hunt(pack, cases.load(pack, str(folder)))
    return {f"{m.rule.id}: {m.change}": hunt.killer(m) is not None for m in mutants(pack)}


def test_every_rule_but_a_finding_is_left_out_once(kettle: RulePack) -> None:
    left = [mutant.rule.id for mutant in dropped(kettle)]
    rules = [rule.id for field in FIELDS for rule in getattr(kettle, field)]
    assert sorted(left) == sorted(set(rules) - {finding.id for finding in kettle.findings})


def test_answers_limits_and_exceptions_are_changed_one_at_a_time(kettle: RulePack) -> None:
    assert changes(kettle, "melts") == ["left out", "where without base", "where without handle"]
    assert changes(kettle, "rust") == [
        "left out",
        "without its `unless`",
    ]
    assert changes(kettle, "boils-dry") == [
        "left out",
        "noise without rattle",
        "noise without bang",
        "fill is under 5 mm -> fill is under 6 cm",  # the next limit is a band of the interview
    ]
    assert "age is under 4 weeks -> age is under 1 year" in changes(kettle, "brand-new")


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
    assert noticed == {"drips-for-long: left out", "drips-for-long: since is over 2 weeks -> since"
                       " is over 3 weeks"}  # fmt: skip


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
