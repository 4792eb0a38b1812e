"""`bumpcheck compare`, `questions --faq` and `export texts` from outside."""

from __future__ import annotations

import pytest
import yaml

from .running import KETTLE, LAMP, Bump, too_long


def test_compare_names_both_outcomes_and_fits_eighty_columns(bump: Bump) -> None:
    told = bump("compare")
    assert told.code == 0
    assert "Milia" in told.out
    assert "Whitehead" in told.out
    assert too_long(told.out) == []
    assert "https://" not in told.out
    assert "https://" in bump("compare", "--explain").out


def test_compare_as_json_has_a_rule_for_every_phrase(bump: Bump) -> None:
    rows = bump("compare", "--format", "json").json["rows"]
    assert [row["id"] for row in rows][:2] == ["what", "looks"]
    for row in rows:
        assert list(row["cells"]) == ["milia", "whitehead"]
        for phrases in row["cells"].values():
            assert phrases
            assert all(phrase["rule"] and phrase["sources"] for phrase in phrases)


def test_frequent_questions_are_shown_and_given_as_json(bump: Bump) -> None:
    told = bump("questions", "--faq")
    assert told.code == 0
    assert too_long(told.out) == []
    faq = bump("questions", "--faq", "--format", "json").json["faq"]
    assert len(faq) >= 8
    assert all(said["answer"] and said["sources"] for said in faq)


@pytest.mark.parametrize("command", [["compare"], ["questions", "--faq"]])
def test_a_pack_that_has_none_is_told_so_in_one_line(bump: Bump, command: list[str]) -> None:
    told = bump(*command, "--rules", LAMP)
    assert (told.code, told.out) == (2, "")
    assert told.err.count("\n") == 1


def test_texts_are_written_by_their_keys(bump: Bump) -> None:
    texts = yaml.safe_load(bump("export", "texts", "--rules", KETTLE).out)["translation"]
    assert texts["advice.use-vinegar.text"] == "Boil it once with vinegar."
    assert texts["advice.wipe-it.text"]["new"] == "Wipe your new one dry."


def test_a_language_that_is_not_there_is_exit_three(bump: Bump) -> None:
    told = bump("check", "--language", "tlh", "--firmness", "hard")
    assert (told.code, told.out) == (3, "")
    assert "no translation 'tlh'" in told.err
