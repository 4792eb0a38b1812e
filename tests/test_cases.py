"""Cases beside the rules: who was described, and what must come of it."""

from __future__ import annotations

from pathlib import Path

import pytest

import bumpcheck
from bumpcheck import RulePack, RulePackError
from bumpcheck.cases import Failure, failures, load, run
from bumpcheck.cli.app import run as command

from .kettle import FOLDER, Vary

CASES = "cases/kettle.yaml"


def write(folder: Path, text: str) -> Path:
    """Put these cases, and no others, beside a pack."""
    (folder / CASES).write_text(text)
    return folder


def failed(folder: Path) -> list[Failure]:
    pack = bumpcheck.load(folder)
    return [failure for case in load(pack, str(folder)) for failure in failures(pack, case)]


def problems(folder: Path) -> list[str]:
    pack = bumpcheck.load(folder)
    with pytest.raises(RulePackError) as caught:
        load(pack, str(folder))
    return [str(problem).replace(str(folder / CASES), "F") for problem in caught.value.problems]


def test_the_cases_of_the_kettle_come_out_as_they_must(kettle: RulePack) -> None:
    cases = load(kettle, str(FOLDER))
    assert len(cases) == 7
    assert failed(FOLDER) == []


GIVEN = (
    "{flakes: white, age: 6 years, noise: rattle, where: lid, tried: nothing, fill: 60, glass: no}"
)
MET = """
outcome: limescale
outcome: [limescale]
urgency: self-care
disposition: shop
reason: fits
screening: incomplete
pattern: crust
person: old
not-ruled-out: [burns, pours]
evidence: [white-flakes, rattles-with-crust]
evidence: from-above
look-alikes: loose-lid
advice: [use-vinegar, come-back]
no-advice: [wipe-it, it-sings-again]
red-flags: []
conflicts: []
words: [boil IT once with vinegar, "Likely limescale, if none of these apply"]
no-words: [fire brigade, Wipe]
asked: what does it SOUND like?
""".strip().splitlines()
UNMET = {
    "outcome: normal-boil": ("limescale", "normal-boil"),
    "urgency: soon": ("self-care", "soon"),
    "disposition: electrician": ("shop", "electrician"),
    "reason: neither": ("fits", "neither"),
    "screening: complete": ("incomplete", "complete"),
    "pattern: dusting": ("crust", "dusting"),
    "pattern: none": ("crust", "none"),
    "person: new": ("old", "new"),
    "red-flags: burns": ("nothing", "burns"),
    "referral-signs: rust": ("nothing", "rust"),
    "conflicts: noise-before-kettle": ("nothing", "noise-before-kettle"),
    "not-ruled-out: [burns, rust]": ("burns, drips-for-long, pours", "rust"),
    "evidence: [white-flakes, hums]": (
        "from-above, rattles-with-crust, white-flakes",
        "hums",
    ),
    "look-alikes: gravel": ("loose-lid", "gravel"),
    "advice: wipe-it": ("come-back, leak-again, use-vinegar", "wipe-it"),
    "no-advice: use-vinegar": ("with it", "without use-vinegar"),
    "no-alarms: burns": ("with it", "without burns"),
    "no-advice: acid": ("with it", "without acid"),
    "words: Boil it twice": ("without it", "with 'Boil it twice'"),
    "no-words: [soap, vinegar]": ("with it", "without 'vinegar'"),
    "asked: with vinegar": ("without it", "with 'with vinegar'"),
}


@pytest.mark.parametrize("expect", MET)
def test_an_expectation_that_is_met_says_nothing(vary: Vary, expect: str) -> None:
    folder = write(vary(), f"- name: n\n  given: {GIVEN}\n  expect: {{{expect}}}\n")
    assert failed(folder) == []


@pytest.mark.parametrize("expect", UNMET)
def test_an_expectation_that_is_not_met_is_told_with_what_came(vary: Vary, expect: str) -> None:
    folder = write(vary(), f"# one case\n- name: n\n  given: {GIVEN}\n  expect: {{{expect}}}\n")
    (failure,) = failed(folder)
    came, expected = UNMET[expect]
    assert failure.part == expect.partition(":")[0]
    assert came in failure.came
    assert failure.expected == expected
    assert str(failure).startswith(f"{folder / CASES}:2:3: {failure.kind}: n: ")


@pytest.mark.parametrize(
    ("given", "expect", "kind"),
    [
        (GIVEN, "urgency: soon", "miss"),
        (GIVEN, "outcome: see-electrician", "miss"),
        (GIVEN, "red-flags: burns", "miss"),
        (GIVEN, "conflicts: noise-before-kettle", "miss"),
        (GIVEN, "not-ruled-out: []", "false alarm"),
        (GIVEN, "no-alarms: burns", "false alarm"),
        ("{smell: burnt}", "urgency: soon", "false alarm"),
        ("{smell: burnt}", "outcome: limescale", "false alarm"),
        ("{smell: burnt}", "red-flags: []", "false alarm"),
        (GIVEN, "outcome: normal-boil", "wrong outcome"),
        (GIVEN, "pattern: dusting", "wrong outcome"),
        (GIVEN, "no-advice: acid", "wrong outcome"),
        (GIVEN, "evidence: []", "wrong outcome"),
    ],
)
def test_a_miss_a_false_alarm_and_a_wrong_outcome_are_told_apart(
    vary: Vary, given: str, expect: str, kind: str
) -> None:
    folder = write(vary(), f"- name: n\n  given: {given}\n  expect: {{{expect}}}\n")
    assert [failure.kind for failure in failed(folder)] == [kind]


def test_every_expectation_that_is_not_met_is_told(vary: Vary) -> None:
    expect = "{outcome: normal-boil, urgency: soon, evidence: [hums, bangs]}"
    folder = write(vary(), f"- name: n\n  given: {GIVEN}\n  expect: {expect}\n")
    assert [failure.part for failure in failed(folder)] == [
        "outcome",
        "urgency",
        "evidence",
        "evidence",
    ]


BUT = """
- name: first
  given: {flakes: white, smell: no}
  expect: {outcome: limescale}
- name: second
  given: {flakes: white, smell: no}
  strict: no
  expect: {outcome: limescale}
  but:
    - {with: {smell: burnt}, expect: {urgency: emergency}}
    - with: {flakes: [none, white]}
      expect: {reason: conflict, outcome: limescale}
    - {with: {flakes: not-asked}, expect: {reason: fits}}
    - {with: {flakes: not-asked, noise: hum, where: lid}, expect: {outcome: normal-boil}}
"""


def test_a_variation_is_the_same_person_with_other_answers(vary: Vary) -> None:
    folder = write(vary(), BUT)
    pack = bumpcheck.load(folder)
    cases = load(pack, str(folder))
    assert [dict(case.given) for case in cases] == [
        {"flakes": "white", "smell": "no"},
        {"flakes": "white", "smell": "no"},
        {"flakes": "white", "smell": "burnt"},
        {"flakes": ["none", "white"], "smell": "no"},
        {"smell": "no"},
        {"smell": "no", "noise": "hum", "where": "lid"},
    ]


def test_a_variation_that_fails_is_told_at_its_own_place_and_with_its_change(vary: Vary) -> None:
    folder = write(vary(), BUT)
    assert [str(failure).removeprefix(str(folder / CASES)) for failure in failed(folder)] == [
        ":11:7: false alarm: second, but flakes none white: "
        "outcome is see-electrician, not limescale",
        ":13:7: wrong outcome: second, but flakes not-asked: reason is not-enough, not fits",
    ]


@pytest.mark.parametrize(
    ("options", "reason", "screening"),
    [
        ("", "fits", "incomplete"),
        ("  strict: yes\n", "not-screened", "incomplete"),
        ("  none-of-these: yes\n", "fits", "complete"),
        ("  strict: yes\n  none-of-these: yes\n", "fits", "complete"),
    ],
)
def test_a_case_may_be_strict_and_may_say_none_of_these_and_so_do_its_variations(
    vary: Vary, options: str, reason: str, screening: str
) -> None:
    expect = f"{{reason: {reason}, screening: {screening}}}"
    but = f"  but: [{{with: {{glass: no}}, expect: {expect}}}]\n"
    head = f"- name: n\n  given: {{flakes: white}}\n  expect: {expect}\n"
    assert failed(write(vary(), head + options + but)) == []


def test_a_case_of_the_demo_has_its_place_and_story(kettle: RulePack) -> None:
    first, *rest = load(kettle, str(FOLDER))
    assert first.demo == 1
    assert first.story.startswith("It has stood there for years")
    assert [case.demo for case in rest] == [0] * 6
    assert run(kettle, first).outcome == "limescale"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- {given: {smell: no}, expect: {}}", "F:1:3: case has no `name`"),
        ("- {name: n, expect: {}}", "F:1:3: case has no `given`"),
        ("- {name: n, given: {smell: no}}", "F:1:3: case has no `expect`"),
        ("- {name: n, given: {smell: no}, expect: {}, also: x}", "F:1:45: there is no key in case"),
        ("- {name: n, given: {smel: no}, expect: {}}", "F:1:3: there is no question 'smel'"),
        ("- {name: n, given: {smell: bad}, expect: {}}", "F:1:3: smell: 'bad' is not an answer"),
        ("- {name: n, given: {age: 999}, expect: {}}", "F:1:3: age: '999' is"),
        ("- {name: n, given: {age: inf}, expect: {}}", "F:1:3: age: 'inf' is not a quantity"),
        ("- {name: n, given: {smell: not-asked}, expect: {}}", "F:1:3: smell: 'not-asked' is"),
        ("- {name: n, given: {where: {a: b}}, expect: {}}", "F:1:28: "),
        ("- {name: n, given: [smell], expect: {}}", "F:1:20: answers must be a mapping"),
        ("- {name: n, given: {smell: no}, expect: {outcom: x}}", "F:1:42: there is no key in exp"),
        ("- {name: n, given: {smell: no}, expect: {outcome: [a, b]}}", "F:1:51: `outcome` takes"),
        ("- {name: n, given: {smell: no}, expect: {}, strict: 1}", "F:1:53: `strict` must be yes"),
        ("- {name: n, given: {smell: no}, expect: {}, demo: x}", "F:1:51: `demo` must be a whole"),
        ("- {name: n, given: {smell: no}, expect: {}, but: {}}", "F:1:50: `but` must be a list"),
        ("- {name: n, given: {smell: no}, expect: {}, but: [{}]}", "F:1:51: "),
        ("- {name: n, given: {smell: no}, expect: {}, but: [{with: {}, expect: {}, o: p}]}",
         "F:1:74: there is no key in variation"),
        ("- {name: n, given: {smell: no}, expect: {}, but: [{with: {smell: x}, expect: {}}]}",
         "F:1:51: smell: 'x' is not an answer"),
        ("- {name: n, given: {smell: no, smell: no}, expect: {}}", "F:1:32: the key 'smell'"),
        ("- &a {name: n}", "F:1:3: an anchor (&) is refused"),
        ("- word", "F:1:3: case must be a mapping"),
        ("- {}", "F:1:3: "),
        ("name: n", "F:1:1: a file of cases must be a list"),
    ],
)  # fmt: skip
def test_a_case_that_says_nothing_right_is_told_with_its_place(
    vary: Vary, text: str, message: str
) -> None:
    assert any(said.startswith(message) for said in problems(write(vary(), text)))


def test_every_wrong_case_is_told_at_once(vary: Vary) -> None:
    folder = write(
        vary(),
        "- {name: a, given: {smell: bad}, expect: {}}\n"
        "- {name: b, given: {smell: no}, expect: {outcom: x}}\n"
        "- {name: c, given: {leak: no}, expect: {}, but: [{with: {leak: x}, expect: {}}]}\n",
    )
    (folder / "cases" / "other.yaml").write_text("- {name: d, given: {nois: hum}, expect: {}}\n")
    said = problems(folder)
    assert [line.partition(":")[2].partition(":")[0] for line in said] == ["1", "2", "3", "1"]


def test_a_pack_without_cases_has_none(vary: Vary) -> None:
    folder = vary()
    (folder / CASES).unlink()
    (folder / "cases").rmdir()
    assert load(bumpcheck.load(folder), str(folder)) == ()


def test_rules_test_ends_with_0_where_every_case_is_met(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command(["rules", "test", str(FOLDER)]) == 0
    assert "7" in capsys.readouterr().out


def test_rules_test_ends_with_1_and_the_place_where_a_case_fails(
    vary: Vary, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(vary(), BUT)
    assert command(["rules", "test", str(folder)]) == 1
    said = capsys.readouterr().out
    assert f"{folder / CASES}:11:7: false alarm: second, but flakes none white: outcome" in said
    assert "first" not in said


def test_rules_test_ends_with_3_where_a_case_cannot_be_read(
    vary: Vary, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(vary(), "- {name: a, given: {smell: bad}, expect: {}}\n")
    assert command(["rules", "test", str(folder)]) == 3
    told = capsys.readouterr()
    assert f"{folder / CASES}:1:3: smell: 'bad' is not an answer" in told.err
    assert "^" in told.err
