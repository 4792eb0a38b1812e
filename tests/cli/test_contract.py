"""What scripts may rely on: JSON, exit codes, files, and one clear line for an error."""

from __future__ import annotations

import json
import os
import resource
import select
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bumpcheck

from .running import (
    BUMPCHECK,
    COLOUR,
    COMMANDS,
    LAMP,
    PROJECT,
    STYLE,
    Bump,
    is_one_line,
    process,
    too_long,
    unseen,
)

HARD = ("--age", "34", "--location", "under-eye", "--firmness", "hard")
CALM = ("smoke=no", "noise=none", "heat=cool", "used=2 years")


def lamp(*pairs: str) -> tuple[str, ...]:
    """A check of the toy rules with these answers."""
    return ("check", "--rules", LAMP, *(word for pair in pairs for word in ("-a", pair)))


# --- The result as JSON ---------------------------------------------------------------------------

KEYS: dict[str, type | tuple[type, ...]] = {
    "format": str,
    "outcome": str,
    "urgency": str,
    "disposition": str,
    "reason": str,
    "screening": str,
    "pattern": (str, type(None)),
    "points": dict,
    "answers": dict,
    "unknown": list,
    "not_asked": list,
    "filled_in": list,
    "conflicts": list,
    "red_flags": list,
    "referral_signs": list,
    "not_ruled_out": list,
    "evidence": list,
    "would_change": type(None),
    "look_alikes": list,
    "advice": list,
    "sources": dict,
    "rules": dict,
    "disclaimer": str,
}
ENTRIES = {
    "conflicts": ["id", "questions", "because"],
    "red_flags": ["id", "urgency", "state", "because", "sources"],
    "referral_signs": ["id", "because", "sources"],
    "not_ruled_out": ["id", "urgency", "text", "questions"],
    "evidence": ["id", "points", "because", "sources"],
    "look_alikes": ["id", "name", "because", "sources", "for", "against"],
    "advice": ["id", "kind", "text", "because", "sources"],
}
# One case that fills every list.
EVERYTHING = lamp("smoke=unknown", "noise=none,hum", "heat=hot", "light=flickers", "used=40 years")


@pytest.mark.parametrize("case", [("check",), ("check", *HARD), lamp(), EVERYTHING])
def test_the_result_is_one_object_with_the_keys_of_the_contract_in_order(
    bump: Bump, case: tuple[str, ...]
) -> None:
    ran = bump(*case, "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    assert list(ran.json) == list(KEYS)
    assert ran.json["format"] == "bumpcheck/1"
    for key, kind in KEYS.items():
        assert isinstance(ran.json[key], kind), key
    assert list(ran.json["rules"]) == ["id", "version", "digest", "reviewed"]
    assert ran.json["rules"]["digest"].startswith("sha256:")


def test_every_list_has_entries_of_the_keys_of_the_contract(bump: Bump) -> None:
    ran = bump(*EVERYTHING, "--format", "json").json
    filled = bump(*lamp("light=dim"), "--none-of-these", "--format", "json").json
    ran["not_ruled_out"] = bump(*lamp(), "--format", "json").json["not_ruled_out"]
    for key, names in ENTRIES.items():
        assert ran[key], key
        assert all(list(entry) == names for entry in ran[key]), key
    assert filled["filled_in"][0] == {"id": "smoke", "answer": "no"}
    for source in ran["sources"].values():
        assert list(source) == ["title", "address", "place"]


def test_every_source_named_is_a_key_of_the_sources_and_every_key_is_named(bump: Bump) -> None:
    for case in (EVERYTHING, ("check", *HARD, "--bleeding", "yes")):
        ran = bump(*case, "--format", "json").json
        named = {
            source for key in ENTRIES for entry in ran[key] for source in entry.get("sources", ())
        }
        assert named == set(ran["sources"])


def test_a_source_without_an_address_says_null(bump: Bump) -> None:
    ran = bump(*lamp("heat=hot"), "--format", "json").json
    assert [source["address"] for source in ran["sources"].values()].count(None) == 1


def test_the_three_states_of_an_answer_stand_apart(bump: Bump) -> None:
    ran = bump(*lamp("smoke=unknown", "noise=hum,unknown", "light=dim"), "--format", "json").json
    assert ran["answers"] == {"noise": ["hum", "unknown"], "light": "dim"}
    assert ran["unknown"] == ["smoke", "noise"]
    assert ran["not_asked"] == ["heat", "used", "height"]


def test_answers_in_a_result_are_valid_input_again(bump: Bump, tmp_path: Path) -> None:
    first = bump(*EVERYTHING, "--format", "json").json
    again = tmp_path / "again.json"
    again.write_text(json.dumps(first["answers"] | dict.fromkeys(first["unknown"], "unknown")))
    ran = bump("check", "--rules", LAMP, "--answers", str(again), "--format", "json")
    assert ran.json == first


def test_json_equals_what_python_gives(bump: Bump) -> None:
    answers = {"age": "34", "location": ["under-eye"], "firmness": "hard"}
    assert bump("check", *HARD, "--format", "json").json == bumpcheck.check(answers).as_dict()


# --- What comes of a case -------------------------------------------------------------------------


def test_a_hard_bead_under_the_eye_is_milia_on_conditions(bump: Bump) -> None:
    ran = bump("check", *HARD, "--format", "json").json
    assert (ran["outcome"], ran["urgency"], ran["reason"]) == ("milia", "self-care", "fits")
    assert ran["screening"] == "incomplete"
    assert ran["not_ruled_out"]


def test_what_bleeds_is_seen_soon(bump: Bump) -> None:
    ran = bump("check", *HARD, "--bleeding", "yes", "--format", "json").json
    assert ran["outcome"] == "see-dermatologist"
    assert (ran["urgency"], ran["reason"]) == ("soon", "red-flag")


def test_a_newborn_with_a_fever_is_an_emergency(bump: Bump) -> None:
    ran = bump("check", "--age", "5 days", "--unwell", "fever", "--format", "json").json
    assert (ran["outcome"], ran["urgency"]) == ("see-dermatologist", "emergency")


def test_strict_refers_what_was_not_screened_and_never_faster_than_routine(bump: Bump) -> None:
    ran = bump("check", *HARD, "--strict", "--format", "json").json
    assert (ran["outcome"], ran["urgency"]) == ("see-dermatologist", "routine")
    assert (ran["reason"], ran["screening"]) == ("not-screened", "incomplete")


def test_strict_leaves_alone_what_was_screened(bump: Bump) -> None:
    case = lamp("light=flickers", *CALM)
    assert bump(*case, "--strict", "--format", "json").json["outcome"] == "loose-bulb"
    assert bump(*case, "--strict").out == bump(*case).out


def test_strict_does_not_raise_what_is_urgent_already(bump: Bump) -> None:
    ran = bump("check", *HARD, "--bleeding", "yes", "--strict", "--format", "json").json
    assert (ran["urgency"], ran["reason"]) == ("soon", "red-flag")


def test_none_of_these_rules_out_what_was_not_asked_and_says_so(bump: Bump) -> None:
    asked = bump("check", *HARD, "--format", "json").json
    ran = bump("check", *HARD, "--none-of-these", "--format", "json").json
    assert ran["outcome"] == "milia"
    assert ran["not_ruled_out"] == []
    assert {"id": "bleeding", "answer": "no"} in ran["filled_in"]
    same = ("points", "answers", "unknown", "not_asked", "evidence", "advice", "pattern")
    assert {key: ran[key] for key in same} == {key: asked[key] for key in same}


def test_none_of_these_never_rules_out_what_the_person_is_unsure_of(bump: Bump) -> None:
    case = lamp("light=flickers", "smoke=no", "noise=none", "heat=unknown")
    ran = bump(*case, "--none-of-these", "--format", "json").json
    assert [open_["id"] for open_ in ran["not_ruled_out"]] == ["heating"]
    assert "heat" not in [filled["id"] for filled in ran["filled_in"]]


# --- Exit codes -----------------------------------------------------------------------------------

CODES = [
    (0, ("light=flickers", *CALM)),
    (9, ("light=flickers",)),
    (9, ("light=flickers", "smoke=no", "noise=none", "heat=unknown", "used=2")),
    (10, ("light=steady",)),
    (10, ("light=flickers", *CALM[:3], "used=40")),
    (11, ("heat=hot",)),
    (12, ("noise=crackle", "heat=hot")),
    (12, ("smoke=unknown",)),
    (13, ("smoke=yes", "noise=crackle")),
]


@pytest.mark.parametrize(("code", "pairs"), CODES)
def test_the_exit_code_tells_the_urgency_only_when_asked(
    bump: Bump, code: int, pairs: tuple[str, ...]
) -> None:
    assert bump(*lamp(*pairs)).code == 0
    assert bump(*lamp(*pairs), "--exit-code").code == code
    assert bump(*lamp(*pairs), "--exit-code", "--format", "json").code == code


@pytest.mark.parametrize(
    ("code", "flags"),
    [
        (9, HARD),
        (10, (*HARD, "--strict")),
        (11, (*HARD, "--bleeding", "yes")),
        (13, ("--age", "5 days", "--unwell", "fever")),
    ],
)
def test_exit_codes_of_the_shipped_rules(bump: Bump, code: int, flags: tuple[str, ...]) -> None:
    assert bump("check", *flags, "--exit-code").code == code


def test_an_error_is_2_whatever_the_exit_code_option_says(bump: Bump) -> None:
    assert bump("check", "--itch", "perhaps", "--exit-code").code == 2


# --- The command line is wrong: exit 2, one clear line --------------------------------------------

WRONG = {
    "unknown flag": (("check", "--firmnes", "hard"), "--firmness"),
    "unknown command": (("chekc",), "chekc"),
    "no subcommand": (("rules",), "command"),
    "flag without value": (("check", "--age"), "--age"),
    "value for a switch": (("check", "--strict=yes"), "--strict"),
    "stray word": (("check", "milia"), "milia"),
    "unknown answer": (("check", "--firmness", "hrad"), "hard"),
    "unknown answer, none close": (("check", "--itch", "qqqqqq"), "no, yes, unknown"),
    "two answers to one": (("check", "--itch", "no", "--itch", "yes"), "itch"),
    "list for one": (("check", "--itch", "no,yes"), "itch"),
    "bare baby": (("check", "--age", "2"), "weeks"),
    "negative": (("check", "--age", "-5"), "age"),
    "absurd": (("check", "--age", "131"), "age"),
    "absurd size": (("check", "--size", "501"), "size"),
    "infinite": (("check", "--age", "inf"), "age"),
    "bare duration": (("check", "--duration", "5"), "duration"),
    "empty answer": (("check", "--age", ""), "age"),
    "unknown question": (("check", "-a", "firmnes=hard"), "firmness"),
    "unknown question, none close": (("check", "-a", "qqqqqq=1"), "bumpcheck questions"),
    "pair without =": (("check", "-a", "age"), "ID=VALUE"),
    "pair without id": (("check", "-a", "=34"), "''"),
    "flag and pair": (("check", "--itch", "no", "-a", "itch=yes"), "itch"),
    "two names of one": (("check", "-a", "itch=no", "-a", "itching=yes"), "itch"),
    "format": (("check", "--format", "jsn"), "json"),
    "format of questions": (("questions", "--format", "yaml"), "json"),
    "view": (("check", "--view", "doctor"), "clinician"),
    "flag of the shipped rules": (("check", "--rules", LAMP, "--age", "34"), "-a age="),
    "no such file": (("check", "--answers", "nowhere.json"), "nowhere.json"),
    "a folder": (("check", "--answers", "."), "'.'"),
    "text that a person cannot mean": (("check", "--age", "34 yaers"), "year"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_command_line_is_2_and_one_line_that_helps(bump: Bump, wrong: str) -> None:
    arguments, hint = WRONG[wrong]
    ran = bump(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert is_one_line(ran.err), ran.err
    assert ran.err.startswith("bumpcheck: ")
    assert hint in ran.err


@pytest.mark.parametrize(
    "wrong", [name for name in WRONG if not name.startswith(("format", "no subcommand"))]
)
def test_with_json_an_error_is_json_on_standard_error(bump: Bump, wrong: str) -> None:
    arguments, hint = WRONG[wrong]
    ran = bump(*arguments, "--format", "json")
    if wrong == "flag without value":
        ran = bump("check", "--format=json", "--age")
    assert (ran.code, ran.out) == (2, "")
    assert hint in ran.error["message"]


def test_a_json_error_names_the_question_and_what_would_be_right(bump: Bump) -> None:
    error = bump("check", "--firmness", "hrad", "--format", "json").error
    assert error["question"] == "firmness"
    assert error["given"] == "hrad"
    assert error["nearest"][0] == "hard"


# --- Answers from files ---------------------------------------------------------------------------

# What is in the file, and what the message must speak of.
HOSTILE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "blank": (b" \n\n", "empty"),
    "BOM only": (b"\xef\xbb\xbf", "empty"),
    "too large": (b'{"age": "' + b"9" * 2**21 + b'"}', "1024 KiB"),
    "not UTF-8": (b'{"age": "\xff"}', "UTF-8"),
    "UTF-16": ('{"age": "34"}'.encode("utf-16"), "UTF-8"),
    "JSON: truncated": (b'{"age": "34"', "JSON"),
    "JSON: trailing": (b'{"age": "34"} {}', "JSON"),
    "JSON: a list": (b'[{"age": "34"}]', "object"),
    "JSON: repeated key": (b'{"age": "34", "age": "35"}', "twice"),
    "JSON: repeated key by alias": (b'{"color": "red", "colour": "white"}', "twice"),
    "JSON: NaN": (b'{"age": NaN}', "NaN"),
    "JSON: infinity": (b'{"age": -Infinity}', "Infinity"),
    "JSON: true": (b'{"itch": true}', "itch"),
    "JSON: object": (b'{"itch": {"no": 1}}', "itch"),
    "JSON: list in a list": (b'{"location": [["nose"]]}', "location"),
    "JSON: empty list": (b'{"location": []}', "location"),
    "JSON: null in a list": (b'{"location": [null]}', "location"),
    "JSON: unknown key": (b'{"firmnes": "hard"}', "firmness"),
    "JSON: NUL": (b'{"age": "3\x004"}', "JSON"),
    "JSON: escaped NUL": (b'{"age\\u0000": "34"}', "age"),
    "JSON: lone surrogate": (b'{"age": "\\ud800"}', "age"),
    "JSON: lone surrogate as key": (b'{"\\udfff": "34"}', "question"),
    "JSON: huge number": (b'{"age": ' + b"9" * 10_000 + b"}", "age"),
    "JSON: negative": (b'{"size": -2}', "size"),
    "JSON: exponent": (b'{"size": 1e999}', "size"),
    "JSON: deep": (b'{"age": ' + b"[" * 100_000, "deep"),
    "JSON: deep and whole": (b'{"age": ' + b"[" * 500 + b"]" * 500 + b"}", "age"),
    "YAML: a word": (b"hard", "mapping"),
    "YAML: a list": (b"- age: 34", "mapping"),
    "YAML: broken": (b"age: [34", "not YAML"),
    "YAML: tab": (b"age:\n\t- 34", "not YAML"),
    "YAML: repeated key": (b"age: 34\nage: 35", "second time"),
    "YAML: anchor": (b"age: &a 34", "anchor"),
    "YAML: alias": (b"age: *a", "alias"),
    "YAML: tag": (b"age: !!int 34", "tag"),
    "YAML: code": (b"age: !!python/object/apply:os.system [touch owned]", "tag"),
    "YAML: merge key": (b"<<: {age: 34}", "answer"),
    "YAML: laughs": (b"a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]", "anchor"),
    "YAML: two documents": (b"age: 34\n---\nage: 35", "second document"),
    "YAML: nested": (b"age: {years: 34}", "age"),
    "YAML: list in a list": (b"location: [[nose]]", "location"),
    "YAML: key that is a list": (b"? [age]\n: 34", "key"),
    "YAML: deep": (b"age: " + b"[" * 100_000, "deep"),
    "YAML: NUL": (b"age: 3\x004", "not YAML"),
    "YAML: escape": (b'age: "\\e[31m"', "age"),
    "YAML: not a number": (b"age: .nan", "age"),
    "YAML: not a word": (b"itch: maybe", "itch"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_of_answers_is_2_and_one_clear_line(
    bump: Bump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    content, hint = HOSTILE[name]
    monkeypatch.chdir(tmp_path)
    Path("answers").write_bytes(content)
    for ran in (
        bump("check", "--answers", "answers"),
        bump("check", "--answers", "-", stdin=content),
    ):
        assert (ran.code, ran.out) == (2, "")
        assert is_one_line(ran.err), ran.err
        assert hint in ran.err
        assert not unseen(ran.err)
    assert os.listdir() == ["answers"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_told_as_json_too(bump: Bump, name: str) -> None:
    content, hint = HOSTILE[name]
    ran = bump("check", "--answers", "-", "--format", "json", stdin=content)
    assert (ran.code, ran.out) == (2, "")
    assert hint in ran.error["message"]


def test_any_depth_of_nesting_is_an_error_and_never_a_traceback(bump: Bump) -> None:
    for depth in (*range(28, 36), *range(900, 1000, 4)):
        for opened, closed in (("[", "]"), ('{"a": ', "}")):
            value = opened * depth + "1" + closed * depth
            for text in (f'{{"itch": {value}}}', f"itch: {value}"):
                ran = bump("check", "--answers", "-", stdin=text.encode())
                assert ran.code == 2
                assert is_one_line(ran.err)


def test_a_file_of_many_keys_is_refused_at_once(bump: Bump) -> None:
    # Looking through all keys for each of them takes seconds at this size, and minutes at 1 MiB.
    content = json.dumps({f"k{number}": "x" for number in range(20_000)}).encode()
    started = time.monotonic()
    assert bump("check", "--answers", "-", stdin=content).code == 2
    assert time.monotonic() - started < 1.5


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
KEYS_SAID = st.sampled_from(["age", "location", "itch", "size", "color"]) | st.text(max_size=10)


@given(
    st.binary(max_size=60)
    | st.text(max_size=60).map(str.encode)
    | st.dictionaries(KEYS_SAID, VALUES, max_size=3).map(lambda value: json.dumps(value).encode())
)
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_stands_in_a_file_it_gives_a_result_or_one_clear_line(
    bump: Bump, content: bytes
) -> None:
    ran = bump("check", "--answers", "-", stdin=content)
    assert (ran.code, ran.err) == (0, "") or (ran.code == 2 and is_one_line(ran.err))
    assert not unseen(ran.out + ran.err)


def test_a_file_that_may_not_be_read_is_2(env: dict[str, str], tmp_path: Path) -> None:
    # A process cannot read its own memory from the start: root as well is refused.
    ran = process("check", "--answers", "/proc/self/mem", env=env, cwd=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert is_one_line(ran.err)
    assert "cannot read" in ran.err


GOOD = {
    "json": b'{"age": 34, "location": ["under-eye"], "firmness": "hard"}',
    "json, one of many by itself": b'{"age": "34", "location": "under-eye", "firmness": "hard"}',
    "json, null is not asked": (
        b'{"age": "34", "location": "under-eye", "firmness": "hard", "itch": null}'
    ),
    "json after a BOM": b'\xef\xbb\xbf{"age": 34, "location": "under-eye", "firmness": "hard"}',
    "yaml": b"age: 34\nlocation: [under-eye]\nfirmness: hard\n",
    "yaml, nothing is not asked": b"age: 34\nlocation: under-eye\nfirmness: hard\nitch:\npain: ~\n",
    "yaml with comments": b"# who\nage: 34 # years\nlocation: under-eye\nfirmness: 'hard'\n",
    "aliases": b"age: 34y\nwhere: undereye\nfeel: firm\n",
}


@pytest.mark.parametrize("name", GOOD)
def test_answers_from_a_file_and_from_standard_input_are_those_of_flags(
    bump: Bump, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "answers"
    file.write_bytes(GOOD[name])
    wanted = bump("check", *HARD, "--format", "json").json
    for source, stdin in ((str(file), b""), ("-", GOOD[name])):
        assert bump("check", "--answers", source, "--format", "json", stdin=stdin).json == wanted


def test_an_empty_object_is_a_case_of_which_nothing_was_asked(bump: Bump) -> None:
    assert bump("check", "--answers", "-", stdin=b"{}").out == bump("check").out


def test_yes_and_no_in_yaml_are_the_words_that_were_written(bump: Bump) -> None:
    ran = bump("check", "--answers", "-", "--format", "json", stdin=b"itch: no\nbleeding: yes")
    assert ran.json["answers"] == {"bleeding": "yes", "itch": "no"}


def test_flags_replace_the_answers_of_the_file_whole_and_whatever_they_are_called(
    bump: Bump,
) -> None:
    stdin = b'{"color": ["white", "yellow"], "itch": "yes", "age": 5}'
    arguments = ("--colour", "red", "-a", "itching=no", "--format", "json")
    ran = bump("check", "--answers", "-", *arguments, stdin=stdin)
    assert ran.json["answers"] == {"age": "5 years", "colour": ["red"], "itch": "no"}


# --- Answers from flags ---------------------------------------------------------------------------


def test_color_is_another_name_of_colour_as_flag_pair_and_key(bump: Bump) -> None:
    wanted = bump("check", "--colour", "white").out
    assert bump("check", "--color", "white").out == wanted
    assert bump("check", "-a", "color=white").out == wanted
    assert bump("check", "--answers", "-", stdin=b"color: white").out == wanted
    assert bump("check", "--no-color", "--color", "white").out == wanted


@pytest.mark.parametrize(
    "flags",
    [
        ("--location", "cheek,nose"),
        ("--location", "nose,cheek,nose"),
        ("--location", "cheek", "--location", "nose"),
        ("--location=nose", "--where=cheek"),
        ("-a", "location=nose,cheek"),
        ("-a", "location=nose", "-a", "location=cheek"),
        ("--location", " Nose ; CHEEKS "),
        ("--location", "nose", "-a", "location=cheek"),
    ],
)
def test_several_answers_may_be_given_in_every_way(bump: Bump, flags: tuple[str, ...]) -> None:
    ran = bump("check", *flags, "--format", "json")
    assert ran.json["answers"] == {"location": ["nose", "cheek"]}


def test_the_order_of_flags_does_not_matter(bump: Bump) -> None:
    assert bump("check", *HARD).out == bump("check", *HARD[4:], *HARD[2:4], *HARD[:2]).out


def test_a_value_may_hold_an_equals_sign(bump: Bump) -> None:
    assert "'=34'" in bump("check", "-a", "age==34").err


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("5d", "5 days"),
        ("3w", "3 weeks"),
        ("8mo", "8 months"),
        ("34", "34 years"),
        ("34y", "34 years"),
        ("1 Week", "1 week"),
        ("unknown", None),
    ],
)
def test_quantities_are_told_in_words(bump: Bump, said: str, words: str | None) -> None:
    ran = bump("check", "--age", said, "--format", "json").json
    assert ran["answers"].get("age") == words


# --- A broken rule pack: exit 3 in every command --------------------------------------------------


def broken_packs(folder: Path) -> Iterator[str]:
    """Folders that are no rule packs, each in its own way."""
    yield str(folder / "nowhere")
    for name, text in (("empty", None), ("syntax", "pack: ["), ("other", "age: 34")):
        (folder / name).mkdir()
        if text is not None:
            (folder / name / "rules.yaml").write_text(text)
        yield str(folder / name)
    yield str(folder / "syntax" / "rules.yaml")
    shutil.copytree(LAMP, folder / "lamp")
    rules = folder / "lamp" / "rules.yaml"
    rules.write_text(rules.read_text().replace("when: {smoke: yes}", "when: {smok: yes}"))
    yield str(folder / "lamp")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_pack_that_does_not_load_is_3_in_every_command(
    bump: Bump, tmp_path: Path, command: tuple[str, ...]
) -> None:
    for folder in broken_packs(tmp_path):
        ran = bump(*command, "--rules", folder)
        assert (ran.code, ran.out) == (3, ""), folder
        assert folder in ran.err
        assert "Traceback" not in ran.err


def test_what_is_wrong_in_the_rules_is_told_with_file_line_and_column(
    bump: Bump, tmp_path: Path
) -> None:
    *_, folder = broken_packs(tmp_path)
    lines = Path(folder, "rules.yaml").read_text().split("\n")
    line = next(number for number, text in enumerate(lines, 1) if "smok:" in text)
    column = lines[line - 1].index("smok:") + 1
    assert f"{folder}/rules.yaml:{line}:{column}: " in bump("check", "--rules", folder).err
    (problem,) = bump("check", "--rules", folder, "--format", "json").error["problems"]
    assert problem["file"] == f"{folder}/rules.yaml"
    assert (problem["line"], problem["column"]) == (line, column)
    assert "smoke" in problem["hint"]


def test_a_case_that_cannot_be_read_is_3_and_one_that_fails_is_1(
    bump: Bump, tmp_path: Path
) -> None:
    folder = str(tmp_path / "lamp")
    shutil.copytree(LAMP, folder)
    cases = Path(folder, "cases", "lamps.yaml")
    text = cases.read_text()
    assert bump("rules", "test", folder).code == 0
    for command in ("check", "test"):
        cases.write_text(text.replace("urgency: emergency", "urgency: soon"))
        failed = bump("rules", command, folder)
        assert failed.code == 1
        assert "urgency is emergency, not soon" in failed.out
        cases.write_text(text.replace("smoke: yes", "smoke: perhaps"))
        assert bump("rules", command, folder).code == 3


@pytest.fixture(scope="module")
def installed_with_broken_rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program as it is installed, but with shipped rules that do not load."""
    site = tmp_path_factory.mktemp("site")
    shutil.copytree(PROJECT / "src" / "bumpcheck", site / "bumpcheck")
    rules = site / "bumpcheck" / "rules" / "bumps"
    rules.mkdir(parents=True)
    (rules / "rules.yaml").write_text("pack: [")
    return site


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_shipped_rules_that_do_not_load_are_3_as_well(
    env: dict[str, str], installed_with_broken_rules: Path, command: tuple[str, ...]
) -> None:
    env["PYTHONPATH"] = str(installed_with_broken_rules)
    ran = process(*command, env=env, cwd=installed_with_broken_rules)
    assert (ran.code, ran.out) == (3, "")
    assert "/rules/bumps/rules.yaml:" in ran.err
    assert "Traceback" not in ran.err


def test_a_pack_in_a_folder_of_any_name_is_read(bump: Bump, tmp_path: Path) -> None:
    wanted = bump(*lamp("light=dim")).out
    for name in (b"with space", b"-dash", "größe".encode(), b"\xff\xfe"):
        folder = os.fsdecode(os.fsencode(tmp_path) + b"/" + name)
        shutil.copytree(LAMP, folder)
        ran = bump("check", "--rules", folder, "-a", "light=dim")
        assert (ran.code, ran.out) == (0, wanted), name


# --- Output to a file -----------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["text", "plain", "json"])
def test_a_file_gets_what_standard_output_would_get(
    bump: Bump, tmp_path: Path, format: str
) -> None:
    file = tmp_path / "result"
    wanted = bump("check", *HARD, "--format", format).out
    ran = bump("check", *HARD, "--format", format, "--output", str(file))
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert file.read_text(encoding="utf-8") == wanted
    assert os.listdir(tmp_path) == ["result"]


def test_a_file_is_readable_by_its_owner_only(bump: Bump, tmp_path: Path) -> None:
    file = tmp_path / "result"
    file.write_text("what was there before")
    file.chmod(0o666)
    mask = os.umask(0)
    try:
        assert bump("check", "--output", str(file)).code == 0
    finally:
        os.umask(mask)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "what was there before" not in file.read_text()


def test_the_exit_code_is_that_of_the_result_with_a_file_too(bump: Bump, tmp_path: Path) -> None:
    arguments = (*lamp("heat=hot"), "--exit-code", "--output", str(tmp_path / "result"))
    assert bump(*arguments).code == 11


@pytest.mark.parametrize("where", ["", ".", "..", "/", "folder", "nowhere/result", "file/result"])
def test_a_place_that_cannot_be_written_is_2_and_leaves_nothing(
    bump: Bump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("file").write_text("kept")
    ran = bump("check", "--output", where)
    assert (ran.code, ran.out) == (2, "")
    assert is_one_line(ran.err)
    assert f"'{where}'" in ran.err
    assert sorted(os.listdir()) == ["file", "folder"]
    assert os.listdir("folder") == []
    assert Path("file").read_text() == "kept"
    assert "cannot write" in bump("check", "--output", where, "--format", "json").error["message"]


@pytest.mark.parametrize("before", [None, "what was there before"])
def test_on_a_full_disk_the_file_is_absent_or_as_it_was(
    env: dict[str, str], tmp_path: Path, before: str | None
) -> None:
    file = tmp_path / "result"
    if before is not None:
        file.write_text(before)
    env["XDG_CACHE_HOME"] = "/nonexistent"
    ran = subprocess.run(
        [*BUMPCHECK, "check", "--rules", LAMP, "--output", str(file)],
        capture_output=True,
        env=env,
        timeout=30,
        check=False,
        # No file may grow beyond this: what a full disk looks like to the program.
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64)),
    )
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert is_one_line(ran.stderr.decode())
    assert (file.read_text() if file.exists() else None) == before
    assert os.listdir(tmp_path) == ([] if before is None else ["result"])


def test_an_error_leaves_the_file_alone(bump: Bump, tmp_path: Path) -> None:
    file = tmp_path / "result"
    file.write_text("kept")
    assert bump("check", "--itch", "perhaps", "--output", str(file)).code == 2
    assert file.read_text() == "kept"


def test_a_pipe_or_device_is_never_replaced_by_a_file(env: dict[str, str], tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    # There is a reader, so that writing into the pipe would be right as well.
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        ran = process("check", "--output", str(pipe), env=env)
        assert "Traceback" not in ran.err
        assert stat.S_ISFIFO(pipe.stat().st_mode)
        assert os.listdir(tmp_path) == ["pipe"]
    finally:
        os.close(reader)


# --- Streams that end, are full or are closed -----------------------------------------------------


@pytest.mark.parametrize("command", [("check", *HARD), ("questions",), ("check", "--help")])
def test_a_reader_that_leaves_early_is_no_error(
    env: dict[str, str], command: tuple[str, ...]
) -> None:
    assert process(*command, env=env, shell="| head -1").out.count("\n") == 1
    reading, writing = os.pipe()
    os.close(reading)
    try:
        left = subprocess.run(
            [*BUMPCHECK, *command],
            stdout=writing,
            stderr=subprocess.PIPE,
            env=env,
            timeout=30,
            check=False,
        )
    finally:
        os.close(writing)
    assert left.stderr == b""


@pytest.mark.parametrize(
    "command",
    [
        ("check",),
        ("check", "--format", "json"),
        ("check", "--help"),
        ("questions",),
        ("--version",),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("shell", ["> /dev/full", ">&-"])
def test_output_that_cannot_be_written_is_2_and_one_line(
    env: dict[str, str], command: tuple[str, ...], shell: str
) -> None:
    ran = process(*command, env=env, shell=shell)
    assert ran.code == 2
    assert "Traceback" not in ran.err
    assert "json" in command or is_one_line(ran.err)


@pytest.mark.parametrize("command", [(), ("check", "--answers", "-"), ("ask",)], ids=" ".join)
def test_a_closed_standard_input_is_2_and_no_traceback(
    env: dict[str, str], command: tuple[str, ...]
) -> None:
    ran = process(*command, env=env, shell="<&-")
    assert (ran.code, ran.out) == (2, "")
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("format", ["text", "json"])
def test_a_closed_standard_error_keeps_the_exit_code(env: dict[str, str], format: str) -> None:
    ran = process("check", "--itch", "perhaps", "--format", format, env=env, shell="2>&-")
    assert (ran.code, ran.out) == (2, "")


def test_letters_that_a_terminal_cannot_show_are_no_error(env: dict[str, str]) -> None:
    ran = process("check", "--itch", "größe", env=env | {"PYTHONIOENCODING": "ascii"})
    assert ran.code == 2
    assert "gr\\xf6\\xdfe" in ran.err


def test_input_of_an_interview_that_is_not_text_is_no_traceback(env: dict[str, str]) -> None:
    strict = env | {"PYTHONIOENCODING": "utf-8:strict"}
    ran = process("ask", "--rules", LAMP, env=strict, stdin=b"\xff\xfe\n")
    assert ran.code == 2
    assert "Traceback" not in ran.err


# --- Nothing waits --------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [(), ("check",), ("demo", "--rules", LAMP)], ids=" ".join)
def test_without_a_terminal_nothing_waits_for_input(
    env: dict[str, str], command: tuple[str, ...]
) -> None:
    reading, writing = os.pipe()
    try:
        ran = subprocess.run(
            [*BUMPCHECK, *command],
            stdin=reading,
            capture_output=True,
            env=env,
            timeout=20,
            check=False,
        )
    finally:
        os.close(writing)
        os.close(reading)
    assert ran.returncode == (0 if command else 2)
    assert "Traceback" not in ran.stderr.decode()


def test_by_itself_without_a_terminal_it_says_what_to_run(bump: Bump) -> None:
    ran = bump()
    assert (ran.code, ran.out) == (2, "")
    assert is_one_line(ran.err)
    assert "bumpcheck check" in ran.err
    assert "bumpcheck ask" in ran.err


def test_check_leaves_standard_input_unread(env: dict[str, str]) -> None:
    reading, writing = os.pipe()
    try:
        os.write(writing, b"y\n")
        subprocess.run(
            [*BUMPCHECK, "check"],
            stdin=reading,
            capture_output=True,
            env=env,
            timeout=20,
            check=False,
        )
        assert select.select([reading], [], [], 0)[0]
        assert os.read(reading, 10) == b"y\n"
    finally:
        os.close(writing)
        os.close(reading)


# --- How it looks off a terminal ------------------------------------------------------------------

SHOWN = [
    ("check",),
    ("check", *HARD),
    ("check", *HARD, "--view", "clinician"),
    ("check", *HARD, "--explain"),
    ("check", "--age", "5 days", "--unwell", "fever", "--explain"),
    EVERYTHING,
    (*EVERYTHING, "--explain"),
    lamp("light=steady", *CALM),
    ("questions",),
    ("questions", "--rules", LAMP),
    ("demo", "--rules", LAMP),
]
RESULTS = [command for command in SHOWN if command[0] == "check"]


@pytest.mark.parametrize("command", SHOWN, ids=str)
def test_off_a_terminal_nothing_is_styled_boxed_or_wider_than_80(
    bump: Bump, command: tuple[str, ...]
) -> None:
    ran = bump(*command)
    assert ran.code == 0
    assert not unseen(ran.out)
    assert not any("\u2500" <= char <= "\u259f" for char in ran.out)
    assert too_long(ran.out) == []


def test_a_demo_wraps_long_names_of_cases(bump: Bump, tmp_path: Path) -> None:
    folder = str(tmp_path / "lamp")
    shutil.copytree(LAMP, folder)
    cases = Path(folder, "cases", "lamps.yaml")
    cases.write_text(
        cases.read_text().replace("on the desk", "on the desk " + "by the window " * 8)
    )
    ran = bump("demo", "--rules", folder)
    assert "by the window" in ran.out
    assert too_long(ran.out) == []


def test_addresses_come_with_explain_and_are_never_broken(bump: Bump) -> None:
    address = "https://lamps.example/a-very-long-address-indeed/that-goes-on-and-on-and-on"
    assert "https://" not in bump(*EVERYTHING).out
    explained = bump(*EVERYTHING, "--explain").out
    assert f"\n      {address}/and-never-ends/handbook\n" in explained


@pytest.mark.parametrize("command", RESULTS, ids=str)
def test_text_says_the_same_words_as_plain(
    bump: Bump, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    plain = bump(*command, "--format", "plain").out
    assert bump(*command, "--format", "text").out == plain
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert bump(*command, "--format", "plain").out == plain
    styled = bump(*command, "--format", "text").out
    assert COLOUR.search(styled) or "See " in plain
    assert STYLE.search(styled)
    assert STYLE.sub("", styled) == plain


def test_a_reassuring_and_an_urgent_verdict_have_a_colour_when_it_is_forced(
    bump: Bump, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert COLOUR.search(bump(*lamp("light=flickers")).out)
    assert COLOUR.search(bump(*lamp("smoke=yes")).out)


@pytest.mark.parametrize("way", ["NO_COLOR", "--no-color", "TERM"])
def test_colour_is_left_out_when_it_is_not_wanted(
    bump: Bump, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    if way == "NO_COLOR":
        monkeypatch.setenv("NO_COLOR", "1")
    if way == "TERM":
        monkeypatch.setenv("TERM", "dumb")
    option = [way] if way == "--no-color" else []
    ran = bump(*lamp("smoke=yes"), *option)
    assert not COLOUR.search(ran.out)
    assert not unseen(STYLE.sub("", ran.out))
    assert way != "TERM" or "\x1b" not in ran.out


def test_files_and_json_are_never_styled(
    bump: Bump, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" not in bump(*lamp("smoke=yes"), "--format", "json").out
    assert bump(*lamp("smoke=yes"), "--output", str(tmp_path / "result")).code == 0
    assert "\x1b" not in (tmp_path / "result").read_text()


def test_the_width_of_the_screen_does_not_change_what_a_pipe_gets(
    bump: Bump, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = bump("check", *HARD).out
    for columns in ("20", "200"):
        monkeypatch.setenv("COLUMNS", columns)
        assert bump("check", *HARD).out == wanted


# --- What a person reads --------------------------------------------------------------------------


def test_the_condition_stands_in_the_verdict_and_every_open_alarm_under_it(bump: Bump) -> None:
    ran = bump(*lamp("light=flickers"))
    first, _, rest = ran.out.partition("\n")
    assert first.endswith("if none of these apply:")
    for open_ in bump(*lamp("light=flickers"), "--format", "json").json["not_ruled_out"]:
        assert open_["text"] in rest


def test_too_little_to_go_on_says_what_is_missing_before_whom_to_see(bump: Bump) -> None:
    text = bump(*lamp()).out
    assert text.index("light") < text.index("See an electrician")


def test_a_referral_lists_only_what_is_more_urgent_than_itself(bump: Bump) -> None:
    text = bump(*lamp("noise=crackle")).out
    assert "the lamp smokes" in text
    assert "too hot to touch" not in text


def test_markup_in_rules_is_shown_as_text(bump: Bump, monkeypatch: pytest.MonkeyPatch) -> None:
    for forced in ("", "1"):
        monkeypatch.setenv("FORCE_COLOR", forced)
        text = bump(*lamp("light=flickers")).out
        assert "Likely a [bold]loose[/bold] bulb :bulb:" in text
        assert "contact [red]here[/red]" in text


def test_names_keep_the_capitals_that_the_rules_give_them(bump: Bump) -> None:
    assert "A bulb shaken loose (loose LED contact)." in bump(*lamp("light=flickers")).out


def test_a_person_gets_at_most_8_lines_of_advice_and_one_says_when_to_seek_help(
    bump: Bump,
) -> None:
    for flags in (HARD, ("--age", "5 days"), ("--bleeding", "yes")):
        lines = bump("check", *flags, "--format", "json").json["advice"]
        text = " ".join(bump("check", *flags).out.split())
        shown = [line for line in lines if line["text"] in text]
        assert 0 < len(shown) <= 8
        assert "see" in [line["kind"] for line in shown]


# --- Somebody's input is shown as text ------------------------------------------------------------

STRANGE = {
    "escape": "\x1b[31mred\x1b[0m",
    "one-byte escape": "\x9b31mred",
    "title": "\x1b]0;title\x07",
    "bell and backspace": "\x07\x08",
    "right to left": "\u202egnp.exe",
    "isolate": "\u2066x\u2069",
    "zero width": "a\u200bb",
    "line separator": "a\u2028b",
    "line end": "a\nbumpcheck: all is well",
    "carriage return": "a\rb",
    "bytes that are not UTF-8": "\udcff\udcfe",
}


@pytest.mark.parametrize("name", STRANGE)
@pytest.mark.parametrize("format", ["text", "json"])
def test_strange_characters_in_input_and_file_names_are_spelled_out(
    bump: Bump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, format: str
) -> None:
    monkeypatch.chdir(tmp_path)
    strange = STRANGE[name]
    Path(f"{strange}.yaml").write_text("age: [")
    for arguments in (
        ("check", "--itch", strange),
        ("check", "--age", strange),
        ("check", "-a", f"itch={strange}"),
        ("check", "-a", f"{strange}=1"),
        ("check", "-a", strange),
        ("check", "--view", strange),
        ("check", f"--{strange}", "1"),
        ("check", strange),
        (strange,),
        ("check", "--answers", strange),
        ("check", "--answers", f"{strange}.yaml"),
        ("check", "--answers", "-"),
        ("check", "--output", f"{strange}/result"),
    ):
        key = json.dumps({strange: "x"}).encode()
        ran = bump(*arguments, "--format", format, stdin=key)
        assert (ran.code, ran.out) == (2, ""), arguments
        assert not unseen(ran.err), arguments
        if format == "json":
            assert not unseen(ran.error["message"]), arguments
        else:
            assert is_one_line(ran.err), arguments


@pytest.mark.parametrize("name", STRANGE)
def test_strange_characters_in_the_name_of_a_rule_folder_are_spelled_out(
    bump: Bump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    strange = STRANGE[name]
    Path(strange).mkdir()
    Path(strange, "rules.yaml").write_text("pack: [")
    for folder in (strange, f"{strange}-nowhere"):
        for arguments in (
            ("check", "--rules", folder),
            ("check", "--rules", folder, "--format", "json"),
            ("rules", "check", folder),
        ):
            ran = bump(*arguments)
            assert (ran.code, ran.out) == (3, ""), arguments
            assert not unseen(ran.err), arguments


@pytest.mark.parametrize("markup", ["[red]x[/red]", "[/]", ":smile:", "%s{0}", "[link]"])
def test_markup_in_input_is_shown_as_it_was_written(bump: Bump, markup: str) -> None:
    for arguments in (
        ("check", "--itch", markup),
        ("check", "-a", f"{markup}=1"),
        ("check", "--answers", markup),
        ("check", "--rules", markup),
        (markup,),
    ):
        assert markup in bump(*arguments).err


def test_rules_cannot_hide_characters_in_what_is_shown(bump: Bump, tmp_path: Path) -> None:
    for file in ("rules.yaml", "cases/lamps.yaml"):
        folder = str(tmp_path / file.partition("/")[0])
        shutil.copytree(LAMP, folder)
        path = Path(folder, file)
        path.write_text(
            path.read_text()
            .replace("A lamp that flickers", '"A lamp\\e[31m that flickers"  #')
            .replace("the lamp on the desk", '"the lamp\\e[31m on the desk"')
        )
        for command in (("rules", "check"), ("demo",)):
            ran = bump(*command, "--rules", folder)
            assert ran.code == 3
            assert not unseen(ran.out + ran.err)


# --- Version and help -----------------------------------------------------------------------------


def test_the_version_is_that_of_the_package(bump: Bump) -> None:
    ran = bump("--version")
    assert (ran.code, ran.out, ran.err) == (0, f"bumpcheck {bumpcheck.__version__}\n", "")


@pytest.mark.parametrize("command", [(), *COMMANDS, ("rules",)], ids=" ".join)
def test_h_is_short_for_help(bump: Bump, command: tuple[str, ...]) -> None:
    ran = bump(*command, "-h")
    assert ran.code == 0
    assert ran.out.startswith(f"Usage: {' '.join(('bumpcheck', *command))} ")
    assert ran.out == bump(*command, "--help").out


# --- Questions ------------------------------------------------------------------------------------


def test_questions_lists_every_question_with_every_answer(bump: Bump) -> None:
    listed = bump("questions", "--format", "json").json
    assert list(listed) == ["format", "questions"]
    text = bump("questions").out
    for question in listed["questions"]:
        assert f"--{question['id']}: " in text
        for answer in question["answers"]:
            assert f"      {answer['id']} " in text
            assert bump("check", f"--{question['id']}", answer["id"]).code == 0
        for alias in question["aliases"]:
            assert bump("check", f"--{alias}", "unknown").code == 0


def test_questions_has_the_ids_and_answers_of_the_contract(bump: Bump) -> None:
    listed = bump("questions", "--format", "json").json["questions"]
    answers = {q["id"]: {answer["id"] for answer in q["answers"]} for q in listed}
    kinds = {q["id"]: q["kind"] for q in listed}
    assert {id for id, kind in kinds.items() if kind == "quantity"} >= {"age", "size", "duration"}
    for id, words in PROMISED.items():
        many, *named = words.split()
        assert kinds[id] == many
        assert answers[id] >= set(named), id


PROMISED = {
    "location": "many eyelid lash-line under-eye temple forehead hairline scalp nose cheek ear lip "
    "mouth chin jaw face neck chest belly back shoulder arm hand armpit groin genitals leg foot",
    "firmness": "one hard soft fluid",
    "colour": "many white yellow skin red dark see-through",
    "redness": "one none bump patch spreading",
    "pain": "one none tender painful",
    "opening": "one none plug pus dimple",
    "surface": "one smooth flat rough scaly sore",
    "count": "one one few many widespread",
    "course": "one stable comes-and-goes crop multiplying returned",
    "change": "many none bigger look",
    "bleeding": "one no picked yes",
    "itch": "one no yes",
    "acne": "one no mild severe",
    "trigger": "many none burn procedure rash cream cosmetic scrub steroid sun",
    "unwell": "many none fever ill swelling headache",
    "eye": "many none lashes irritated lid blurred movement",
    "rash": "many none blisters pus sores peeling purple",
    "history": "many none cancer immune blistering sensitive family herpes",
    "tried": "many nothing gentle treatment helped squeezed emptied",
    "pregnant": "one no yes",
}


# --- What only looks right ------------------------------------------------------------------------


def test_json_is_json_whatever_the_encoding_of_the_stream(env: dict[str, str]) -> None:
    said = ("--age", "30", "--count", "many", "--location", "cheek", "--colour", "white")
    ran = process("check", *said, "--format", "json", env=env | {"PYTHONIOENCODING": "ascii"})
    assert ran.out.isascii()
    plain = process("check", *said, "--format", "json", env=env)
    assert json.loads(ran.out) == json.loads(plain.out)


def test_letters_beyond_ascii_are_the_same_letters_in_json(bump: Bump) -> None:
    told = bump("check", "--itch", "größe 😀", "--format", "json")
    assert told.err.isascii()
    assert "größe 😀" in told.error["message"]


def test_a_full_standard_error_keeps_the_exit_code(env: dict[str, str]) -> None:
    assert process("check", "--age", "x", env=env, shell="2> /dev/full").code == 2


def test_answers_in_the_short_form_of_yaml_are_taken(bump: Bump) -> None:
    ran = bump("check", "--answers", "-", "--format", "json", stdin=b"{age: 34, location: nose}")
    assert ran.json["answers"] == {"age": "34 years", "location": ["nose"]}


def test_output_through_a_link_is_written_where_it_points(bump: Bump, tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    link.symlink_to(real)
    bump("check", "--format", "json", "--output", str(link))
    assert link.is_symlink()
    assert json.loads(real.read_text())["format"] == "bumpcheck/1"


def test_a_dash_as_output_is_standard_output(bump: Bump, tmp_path: Path) -> None:
    assert bump("check", "--format", "json", "--output", "-").json["format"] == "bumpcheck/1"


def test_a_mistyped_command_is_met_with_the_nearest(bump: Bump) -> None:
    ran = bump("chekc")
    assert (ran.code, ran.out) == (2, "")
    assert "did you mean check?" in ran.err


def test_a_folder_said_twice_is_refused(bump: Bump) -> None:
    assert bump("rules", "check", LAMP, "--rules", LAMP).code == 2
