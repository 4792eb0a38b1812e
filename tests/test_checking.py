"""`bumpcheck rules check`, `test` and `show`: what is told, how, and with which exit code."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

import bumpcheck
from bumpcheck import cases
from bumpcheck.card import card, ids
from bumpcheck.cli.app import run

from .kettle import FOLDER, Vary

RULES = "rules.yaml"
WORDING = "  wording: {grade: 6, hardest: 9, promises: [bubbles], harms: [poke]}\n"
LIMITS = ("pack.yaml", "  outcomes:\n", f"{WORDING}  outcomes:\n")
CASE = "- {name: n, given: {smell: burnt}, expect: {outcome: limescale, urgency: emergency}}\n"


def with_case(folder: Path, text: str) -> Path:
    (folder / "cases" / "kettle.yaml").write_text(text)
    return folder


def test_a_pack_in_order_ends_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "check", str(FOLDER)]) == 0
    said = capsys.readouterr().out
    assert "all as expected" in said
    assert "reading grade" in said
    assert "\nin order: 10 questions, " in said


def test_texts_and_cases_are_told_with_their_places(
    vary: Vary, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = with_case(vary(LIMITS), CASE)
    assert run(["rules", "check", str(folder)]) == 1
    said = capsys.readouterr().out
    assert f"{folder}/rules.yaml:" in said
    assert "`hums` promises: 'Bubbles'" in said
    assert "false alarm: n: outcome is see-electrician, not limescale" in said
    assert "of which 1 came out otherwise: 1 false alarm" in said


def test_the_same_as_json(vary: Vary, capsys: pytest.CaptureFixture[str]) -> None:
    folder = with_case(vary(LIMITS), CASE)
    assert run(["rules", "check", str(folder), "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["in_order"] is False
    assert told["summary"][1].startswith("not in order: 10 questions, ")
    failure = next(one for one in told["found"] if "false alarm" in one["message"])
    assert failure["file"] == str(folder / "cases" / "kettle.yaml")
    assert (failure["level"], failure["line"], failure["column"]) == ("error", 1, 3)


def test_the_same_as_annotations(vary: Vary, capsys: pytest.CaptureFixture[str]) -> None:
    folder = with_case(vary(LIMITS), CASE.replace("name: n", 'name: "100% : x"'))
    assert run(["rules", "check", str(folder), "--format", "github"]) == 1
    lines = capsys.readouterr().out.splitlines()
    place = f"file={folder}/cases/kettle.yaml,line=1,col=3"
    what = "false alarm: 100%25 : x: outcome is see-electrician, not limescale"
    assert f"::error {place}::{what}: bumpcheck check --rules {folder} -a smell=burnt" in lines


@pytest.mark.parametrize(
    ("option", "reason", "screening"),
    [("", "fits", "incomplete"), ("strict: yes", "not-screened", "incomplete"),
     ("none-of-these: yes", "fits", "complete")],
)  # fmt: skip
def test_a_failing_case_shows_the_command_that_shows_it(
    option: str, reason: str, screening: str, vary: Vary, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same answers with the same options: pasted, it gives what the case says came out."""
    given = "given: {noise: hum, where: [lid, spout], since: 4 weeks}"
    case = f"- {{name: n, {given}, expect: {{reason: neither}}, {option}}}\n"
    folder = with_case(vary(), case)
    assert run(["rules", "test", str(folder)]) == 1
    line = next(it for it in capsys.readouterr().out.splitlines() if "wrong outcome: n" in it)
    told, _, pasted = line.partition(": bumpcheck ")
    assert f"reason is {reason}, not neither" in told
    assert run([*shlex.split(pasted), "--format", "json"]) == 0
    came = json.loads(capsys.readouterr().out)
    assert (came["reason"], came["screening"]) == (reason, screening)
    assert came["answers"]["where"] == ["spout", "lid"]


def test_the_shipped_rules_are_shown_with_their_own_flags(
    vary: Vary, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = with_case(vary(), CASE.replace("smell: burnt", "smell: burnt, where: [lid, base]"))
    monkeypatch.setattr("bumpcheck.cli.rules.shipped_folder", lambda: str(folder))
    assert run(["rules", "test"]) == 1
    assert ": bumpcheck check --smell burnt --where lid,base\n" in capsys.readouterr().out


def test_a_pack_that_does_not_load_is_annotated_too(
    vary: Vary, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = vary((RULES, "when: {smell: burnt}", "when: {smell: burned}"))
    assert run(["rules", "check", str(folder), "--format", "github"]) == 3
    assert "::error file=" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "1:1: there is no invariant in this file"),
        (
            "- {id: i, hazard: h, always: {}}",
            "1:30: `always` names nothing that a result can have",
        ),
        ("red-flags: []", "1:1: a file of invariants has nothing else"),
        ("{id: i, hazard: h}", "1:2: a file of invariants has nothing else (write a list, each"),
        ("[]", "1:1: there is no invariant in this file"),
        ("invariants: []", "1:1: there is no invariant in this file"),
        (
            "- {id: i, hazard: h, when: {age: {under: 3 moons}}, never: {outcome: limescale}}",
            "1:42: '3 moons' has no unit 'moons' that is known",
        ),
        (
            "- {id: i, hazard: h, when: {age: {less: 3 days}}, never: {outcome: limescale}}",
            "1:35: there is no bound 'less'",
        ),
    ],
)
def test_a_file_of_invariants_that_asks_for_nothing_is_refused(
    text: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (file := tmp_path / "more.yaml").write_text(text)
    command = ["rules", "prove", str(FOLDER), "--invariants", str(file), "--format", "github"]
    assert run(command) == 3
    said = capsys.readouterr()
    assert f"{file}:{told}" in said.err
    assert f"::error file={file}," in said.out
    assert "bumpcheck: 1 problem in the rules" in said.err


NOBODY = """
- {id: both, hazard: h, when: {smell: burnt, not: {smell: burnt}}, never: {outcome: limescale}}
- {id: old-and-new, hazard: h, when: [{all: [{age: {under: 1 day}}, {age: {over: 1 year}}]}],
   always: {urgency: emergency}}
- {id: one-of-them, when: {smell: burnt, not: {smell: burnt}}, some: {outcome: limescale}}
"""


def test_a_requirement_that_concerns_nobody_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It holds, but whoever wrote it meant somebody."""
    (file := tmp_path / "more.yaml").write_text(NOBODY)
    assert run(["rules", "prove", str(FOLDER), "--invariants", str(file)]) == 1
    said = capsys.readouterr().out
    nobody = "its `when` is true of nobody, so that it asks for nothing"
    assert f"{file}:2:3: note: invariant `both`: {nobody}" in said
    assert f"{file}:3:3: note: invariant `old-and-new`: {nobody}" in said
    assert "`one-of-them` does not hold: it comes out so for nobody" in said


UNTRUE = """
invariants:
  - id: a-smell-is-an-emergency
    hazard: A kitchen burns down.
    when: {smell: [burnt, plastic]}
    always: {urgency: emergency}
  - id: a-drip-is-soon
    hazard: A wait.
    when: {leak: drip}
    always: {urgency: {at-least: soon}}
  - {id: no-vinegar, hazard: Tea., never: {outcome: limescale, advice: acid}}
  - {id: nobody-is-helped, some: {outcome: limescale, urgency: emergency}}
"""


def test_what_breaks_a_requirement_says_the_hazard_and_what_came(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "more.yaml").write_text(UNTRUE)
    more = ["--invariants", str(tmp_path / "more.yaml"), "--format", "json"]
    assert run(["rules", "prove", str(FOLDER), *more]) == 1
    found = [one["message"] for one in json.loads(capsys.readouterr().out)["found"]]
    assert [one.split(" does not hold: ")[1].split(": bumpcheck check")[0] for one in found] == [
        "A kitchen burns down. Here the urgency is routine, and must be emergency",
        "A wait. Here the urgency is routine, and must be at least soon",
        "Tea. Here the outcome is limescale, and the advice is use-vinegar, which must never be",
        "it comes out so for nobody",
    ]


def test_a_person_who_is_never_spoken_of_is_told(
    vary: Vary, capsys: pytest.CaptureFixture[str]
) -> None:
    first = "persons:\n    - {id: any-age, when: {age: {under: 2 years}}}\n"
    folder = vary(("pack.yaml", "persons:\n", first))
    assert run(["rules", "prove", str(folder)]) == 1
    said = capsys.readouterr().out
    never = "property 4: person `new` is never anybody's (everybody is taken by those before it)"
    assert f"{folder}/pack.yaml:19:7: {never}\n" in said


def test_a_translation_that_lacks_a_text_fails(
    vary: Vary, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = vary()
    (folder / "translations").mkdir()
    (folder / "translations" / "la.yaml").write_text("translation: {pack.title: Sonus}\n")
    assert run(["rules", "check", str(folder)]) == 1
    assert "la.yaml:1:14: the text `pack.intended-use` is missing" in capsys.readouterr().out


def test_rules_that_no_case_decides_on_are_named(
    vary: Vary, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = with_case(vary(), "- {name: n, given: {smell: burnt}, expect: {red-flags: burns}}\n")
    assert run(["rules", "test", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "no case decides on `melts`" in said
    assert "no case decides on `burns`" not in said


# --- One rule on a card ---------------------------------------------------------------------------


def test_a_card_says_the_rule_in_words_with_its_sources(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["rules", "show", "drips-for-long", str(FOLDER)]) == 0
    said = capsys.readouterr().out
    assert "red flag drips-for-long" in said
    assert "when: leak is drip, and since is over 2 weeks" in said
    assert "urgency: soon; if unknown: routine" in said
    assert "source: The manual of the kettle: page 5, https://kettle.example/manual" in said


def test_every_rule_and_invariant_has_a_card(kettle: bumpcheck.RulePack) -> None:
    known = cases.load(kettle, str(FOLDER))
    for id in ids(kettle):
        shown = card(kettle, id, known)
        assert shown.lines, id
        assert all(text for _, text in shown.lines), id


def test_a_card_names_the_cases_and_invariants_that_touch_it(kettle: bumpcheck.RulePack) -> None:
    case = cases.Case("n", kettle.red_flags[0].place, {"smell": "burnt"}, {})
    other = cases.Case("o", kettle.red_flags[0].place, {"smell": "no"}, {})
    shown = card(kettle, "burns", [case, other])
    assert [touching.name for touching in shown.cases] == ["n"]
    assert [invariant.id for invariant in shown.invariants] == ["burning-is-seen"]
    assert [i.id for i in card(kettle, "use-vinegar", []).invariants] == ["some-do-hear-of-it"]
    assert card(kettle, "burning-is-seen", [case, other]).cases == (case,)


def test_a_rule_that_is_not_there_is_told_with_the_nearest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["rules", "show", "burnz", str(FOLDER)]) == 2
    assert "there is no rule 'burnz' in kettle: did you mean burns?" in capsys.readouterr().err


# --- Broken on purpose ----------------------------------------------------------------------------

WHY = """
unnoticed:
  look-alikes: Nothing rests on them.
  hums: {left out: It is an argument among others., noise without hum: There is no such change.}
  words: Only the manual counts.
  ranks: Nobody is told that much.
"""


def test_what_goes_unnoticed_fails_unless_the_pack_says_why(
    vary: Vary, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = vary((RULES, "\nfaq:\n", f"{WHY}\nfaq:\n"))
    assert run(["rules", "test", str(folder), "--mutants"]) == 1
    said = capsys.readouterr().out
    assert "nothing notices `loose-lid`: left out (Nothing rests on them.)" in said
    assert "nothing notices `hums`: left out (It is an argument among others.)" in said
    assert "louder.` (Only the manual counts.)" in said
    assert "nothing notices `come-back`: rank 90 -> 0 (Nobody is told that much.)" in said
    assert "nothing notices `no-cold-water`: left out\n" in said  # no words, but the whole line
    assert "for `hums` excuses nothing: noise without hum\n" in said
    assert "note: nothing notices `clear-water`" not in said
    assert "nothing notices `clear-water`: left out\n" in said
    assert "broken on purpose: " in said
    elsewhere = f"bumpcheck check --rules {folder} -a 'age=21 years'"
    assert f"nothing notices `heirloom`: door electrician -> shop: {elsewhere}\n" in said


def test_no_reason_excuses_an_alarm(vary: Vary) -> None:
    for key in ("burns", "red-flags", "referral-signs", "nothing-there"):
        folder = vary((RULES, "\nfaq:\n", f"\nunnoticed:\n  {key}: Never mind.\n\nfaq:\n"))
        with pytest.raises(bumpcheck.RulePackError, match=f"no section or rule '{key}'"):
            bumpcheck.load(folder)


def test_a_section_has_one_reason(vary: Vary) -> None:
    reason = "\nunnoticed:\n  words: {left out: Never mind}\n\nfaq:\n"
    folder = vary((RULES, "\nfaq:\n", reason))
    with pytest.raises(bumpcheck.RulePackError, match="`words` is a section and has one reason"):
        bumpcheck.load(folder)


def test_a_reason_for_a_rule_names_the_change(
    vary: Vary, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = vary((RULES, "\nfaq:\n", "\nunnoticed:\n  hums: Never mind.\n\nfaq:\n"))
    assert run(["rules", "test", str(folder), "--mutants"]) == 1
    said = capsys.readouterr().out
    assert "nothing notices `hums`: left out\n" in said
    assert "for `hums` excuses nothing: name the change, as it is told here\n" in said
