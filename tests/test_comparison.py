"""The outcomes side by side, read off the rules; what people ask; what was ticked off."""

from __future__ import annotations

from pathlib import Path

import pytest

import bumpcheck
from bumpcheck import RulePack, RulePackError
from bumpcheck.comparison import compare
from bumpcheck.model import RulePack as Pack
from bumpcheck.report import comparison, faq, plain
from bumpcheck.spoken import in_words

from .kettle import Vary

RULES = "rules.yaml"


def cells(pack: Pack) -> dict[str, dict[str, list[str]]]:
    return {
        row.aspect.id: {id: [phrase.text for phrase in said] for id, said in row.cells.items()}
        for row in compare(pack)
    }


def test_a_phrase_stands_where_its_rule_speaks_for_against_and_excludes(kettle: RulePack) -> None:
    assert cells(kettle) == {
        "sound": {
            "limescale": ["a gurgle", "a rattle"],
            "normal-boil": ["a hum", "seldom a gurgle", "not a bang"],
        },
        "care": {"limescale": ["vinegar"], "normal-boil": []},
    }


def test_turning_a_rule_round_turns_the_table_round(vary: Vary) -> None:
    pack = bumpcheck.load(
        vary((RULES, "{limescale: +3, normal-boil: -1}", "{limescale: -3, normal-boil: +1}"))
    )
    assert cells(pack)["sound"] == {
        "limescale": ["a rattle", "seldom a gurgle"],
        "normal-boil": ["a gurgle", "a hum", "not a bang"],
    }


def test_confirming_speaks_for_and_what_is_excluded_is_said_once(vary: Vary) -> None:
    pack = bumpcheck.load(
        vary(
            (RULES, "    confirms: limescale\n",
             "    confirms: limescale\n    shows: {care: it}\n"),
            (RULES, "    excludes: limescale\n",
             "    excludes: limescale\n    points: {limescale: -4}\n    shows: {care: no lime}\n"),
        )
    )  # fmt: skip
    assert cells(pack)["care"]["limescale"] == ["it", "vinegar", "not no lime"]


def test_an_outcome_and_a_pattern_speak_for_themselves(vary: Vary) -> None:
    pack = bumpcheck.load(
        vary(
            ("pack.yaml", "- {id: normal-boil, ",
             "- {id: normal-boil, shows: {sound: steam}, source: {manual: page 7}, "),
            (RULES, "    name: an old crust\n",
             "    name: an old crust\n    shows: {care: time}\n"),
        )
    )  # fmt: skip
    assert cells(pack)["sound"]["normal-boil"][0] == "steam"
    assert cells(pack)["care"]["limescale"][0] == "time"


def test_columns_where_they_fit_and_one_below_another_where_not(kettle: RulePack) -> None:
    def shown(width: int, *, explain: bool = False) -> list[str]:
        lines = comparison.lay_out(kettle, compare(kettle), explain=explain, width=width)
        return plain.write(lines).splitlines()

    wide = shown(80)
    assert wide[0].split() == ["Limescale", "Just", "boiling"]
    assert wide[2].startswith("Sound")
    assert "a gurgle; a rattle" in wide[2]
    assert wide[2].index("a hum") == wide[0].index("Just")
    narrow = shown(40)
    assert "  Limescale: a gurgle; a rattle" in narrow
    assert max(map(len, narrow)) <= 40
    assert "https://kettle.example/manual" in "\n".join(shown(80, explain=True))
    assert "https://" not in "\n".join(wide)


def test_frequent_questions_are_answered_with_their_sources(kettle: RulePack) -> None:
    said = plain.write(faq.lay_out(kettle, explain=False, width=80))
    assert said.startswith("Where does lime come from?\n  From the water. [1]\n")
    assert "[1] Our water and you" in said


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("L7: cited", "L6: cited", "no rule cites 'L6'"),
        ("[leaflet, L7]", "[leaflet, L77]", "no rule cites 'L7'"),
        ("use-vinegar, burning-is-seen", "use-wine", "no rule 'use-wine'"),
        ("{left-out: nobody has seen it}", "{}", "it is `cited`, or has one of"),
        ("{left-out: nobody has seen it}", "{left-out: x, by: [burns]}", "has one of `by`"),
        ("{left-out: nobody has seen it}", "{lost: x}", "no key in item of `coverage` 'lost'"),
        ("{left-out: nobody has seen it}", "yes", "must be a mapping"),
        ("shows: {sound: a hum}", "shows: {sonud: a hum}", "no row of `compare` 'sonud'"),
        ("shows: {sound: a hum}", "shows: a hum", "`shows` must be a mapping"),
        ("- {id: care, text: What helps}", "- {id: sound, text: Care}", "is called `sound`"),
        ("    ask: Where does lime come from?\n", "", "no `ask`"),
        ("supported-by: [{noise: rattle}", "supported-by: [{noise: rattel}", "rattel"),
    ],
)
def test_what_is_wrong_with_it_is_told(vary: Vary, old: str, new: str, message: str) -> None:
    folder: Path = vary((RULES, old, new))
    with pytest.raises(RulePackError) as caught:
        bumpcheck.load(folder)
    assert any(message in problem.message for problem in caught.value.problems)


def test_a_look_alike_names_the_answers_for_and_against_it(kettle: RulePack) -> None:
    given = {"noise": "rattle", "where": "lid", "leak": "drip", "tried": "nothing"}
    likeness = bumpcheck.check(given, rules=kettle).look_alikes[0]
    assert [in_words(kettle, said) for said in likeness.supported_by] == ["noise is rattle"]
    assert [in_words(kettle, said) for said in likeness.opposed_by] == ["leak is drip"]
