"""Words for whom they are said to, and in another language."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import bumpcheck
from bumpcheck import RulePack, RulePackError
from bumpcheck.errors import Problem
from bumpcheck.pack.translation import as_yaml, texts_of
from bumpcheck.report import plain
from bumpcheck.report.layout import View, lay_out

from .kettle import FOLDER, Vary

RULES, PACK = "rules.yaml", "pack.yaml"
WET = {"leak": "drip"}


def said(pack: RulePack, **given: str) -> str:
    """What advice says of wiping, if it does."""
    result = bumpcheck.check(given, rules=pack).as_dict()
    lines = result["advice"]
    assert isinstance(lines, list)
    return str(next(line["text"] for line in lines if line["id"] == "wipe-it"))


# --- By person ------------------------------------------------------------------------------------


def test_a_line_is_said_in_the_words_for_this_person(kettle: RulePack) -> None:
    assert said(kettle, age="5 days", **WET) == "Wipe your new one dry."
    assert said(kettle, age="5 years", **WET) == "Wipe it dry."


def test_whoever_is_not_known_is_everybody_else(kettle: RulePack) -> None:
    assert said(kettle, **WET) == "Wipe it dry."
    assert said(kettle, age="unknown", **WET) == "Wipe it dry."


def test_screen_and_json_say_the_same(kettle: RulePack) -> None:
    result = bumpcheck.check({"age": "5 days", **WET}, rules=kettle)
    assert "Wipe your new one dry." in plain.write(lay_out(result, View()))


def test_a_person_without_words_of_their_own_gets_the_last_whatever_the_order(vary: Vary) -> None:
    words = "{new: Wipe your new one dry., old: Wipe it dry.}"
    pack = bumpcheck.load(vary((RULES, words, "{old: Wipe it., new: Wipe your new one dry.}")))
    assert said(pack, age="5 years", **WET) == "Wipe it."
    assert said(pack, age="5 days", **WET) == "Wipe your new one dry."


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ((RULES, "old: Wipe it dry.}", "odl: Wipe it dry.}"), "no person 'odl'"),
        ((RULES, ", old: Wipe it dry.}", "}"), "`do` has no words for `old`"),
        ((RULES, "new: Wipe your new one dry.,", "new: [a],"), "must be text"),
        ((PACK, "- {id: old}", "- {id: old, when: {glass: yes}}"), "must have no condition"),
        ((PACK, "- {id: old}", "- {id: new}"), "another person is called `new`"),
    ],
)
def test_words_for_nobody_and_nobody_for_words_are_told(
    vary: Vary, change: tuple[str, str, str], message: str
) -> None:
    assert any(message in problem.message for problem in problems(vary(change)))


# --- In another language --------------------------------------------------------------------------


def in_latin(pack: RulePack) -> dict[str, object]:
    """Every text with a mark before it, as a translator's file has it."""
    return {
        key: {who: f"lat. {text}" for who, text in words.items()}
        if isinstance(words, dict)
        else f"lat. {words}"
        for key, words in texts_of(pack).items()
    }


def translation(folder: Path, texts: dict[str, object]) -> Path:
    (folder / "translations").mkdir(exist_ok=True)
    file = folder / "translations" / "la.yaml"
    file.write_text(yaml.safe_dump({"translation": texts}, sort_keys=False), "utf-8")
    return folder


def problems(folder: Path, language: str | None = None) -> tuple[Problem, ...]:
    with pytest.raises(RulePackError) as caught:
        bumpcheck.load(folder, language)
    return caught.value.problems


def test_every_word_of_a_result_can_be_translated(kettle: RulePack, vary: Vary) -> None:
    pack = bumpcheck.load(translation(vary(), in_latin(kettle)), "la")
    for given in (
        {"noise": "hum", "flakes": "none", "glass": "no"},
        {"noise": "rattle", "where": "lid", "flakes": ["none", "white"], "leak": "drip"},
        {"smell": "unknown", "leak": "pour", "age": "30 years"},
    ):
        result = bumpcheck.check(given, rules=pack)
        for line in lay_out(result, View(width=1000)):
            # The title of a work stays as its author wrote it.
            assert not line.text or "  [" in line.text or "lat. " in line.text, line.text


def test_the_original_stays_as_it_is_beside_a_translation(kettle: RulePack, vary: Vary) -> None:
    folder = translation(vary(), in_latin(kettle))
    assert texts_of(bumpcheck.load(folder)) == texts_of(kettle)


def test_a_translation_decides_nothing(kettle: RulePack, vary: Vary) -> None:
    pack = bumpcheck.load(translation(vary(), in_latin(kettle)), "la")
    for given in ({"noise": "hum"}, {"smell": "burnt"}, {"tried": "vinegar-helped"}):
        ours, theirs = (bumpcheck.check(given, rules=rules) for rules in (kettle, pack))
        assert (ours.outcome, ours.urgency) == (theirs.outcome, theirs.urgency)
        assert [line.id for line in ours.advice] == [line.id for line in theirs.advice]


def test_a_missing_text_is_told_with_its_place_and_what_it_says(
    kettle: RulePack, vary: Vary
) -> None:
    texts = in_latin(kettle)
    del texts["advice.use-vinegar.text"]
    found = problems(translation(vary(), texts), "la")
    assert [problem.message for problem in found] == [
        "the text `advice.use-vinegar.text` is missing"
    ]
    assert found[0].place.file.endswith("la.yaml")
    assert "Boil it once with vinegar." in (found[0].hint or "")
    assert "rules.yaml:" in (found[0].hint or "")


@pytest.mark.parametrize(
    ("key", "words", "message"),
    [
        ("advice.use-wine.text", "Wine.", "no text 'advice.use-wine.text'"),
        ("texts.verdict.soon", "Soon", "fills in other words"),
        ("texts.verdict.soon", "See {dor} soon", "fills in other words"),
        ("faq.why-lime.ask", {"new": "Why?", "old": "Why?"}, "must be text"),
        ("advice.use-vinegar.text", {"nwe": "x", "old": "Vinegar."}, "no person 'nwe'"),
        ("advice.use-vinegar.text", "", "is empty"),
    ],
)
def test_a_wrong_text_is_told_where_it_stands(
    kettle: RulePack, vary: Vary, key: str, words: object, message: str
) -> None:
    found = problems(translation(vary(), {**in_latin(kettle), key: words}), "la")
    assert len(found) == 1
    assert message in found[0].message
    assert found[0].place.file.endswith("la.yaml")
    assert found[0].place.line > 1


def test_a_translation_may_speak_by_person_where_the_original_does_not(
    kettle: RulePack, vary: Vary
) -> None:
    by_person = {"new": "Acetum novum.", "old": "Acetum."}
    texts = {**in_latin(kettle), "advice.use-vinegar.text": by_person}
    pack = bumpcheck.load(translation(vary(), texts), "la")
    result = bumpcheck.check(
        {"tried": "vinegar-helped", "glass": "no", "age": "5 days"}, rules=pack
    )
    assert "Acetum novum." in plain.write(lay_out(result, View()))


def test_a_language_that_is_not_there_is_told_with_those_that_are(
    kettle: RulePack, vary: Vary
) -> None:
    assert "the pack has none" in str(problems(FOLDER, "la")[0])
    found = problems(translation(vary(), in_latin(kettle)), "../la")
    assert "there is no translation '../la'" in found[0].message
    assert found[0].hint == "known: la"


def test_the_written_texts_are_a_translation_into_the_same_words(
    kettle: RulePack, vary: Vary
) -> None:
    folder = vary()
    (folder / "translations").mkdir()
    (folder / "translations" / "en.yaml").write_text(as_yaml(kettle), "utf-8")
    assert texts_of(bumpcheck.load(folder, "en")) == texts_of(kettle)
