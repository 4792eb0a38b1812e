"""The exported JSON Schema takes what the loader takes, and refuses what an author mistypes."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import bumpcheck
from bumpcheck.export.schema import schema
from bumpcheck.pack import shipped, shipped_folder
from bumpcheck.pack.compile import SECTIONS
from bumpcheck.pack.fields import Fields

from .kettle import FOLDER, Vary

RULES, PACK, QUESTIONS = "rules.yaml", "pack.yaml", "questions.yaml"


@cache
def validator(folder: Path) -> jsonschema.Draft202012Validator:
    """What holds a file against the schema exported of a pack; itself a valid schema."""
    pack = bumpcheck.load(folder)
    made: dict[str, Any] = schema(pack)
    jsonschema.Draft202012Validator.check_schema(made)
    return jsonschema.Draft202012Validator(made)


def complaints(checker: jsonschema.Draft202012Validator, file: Path) -> list[str]:
    # As an editor reads it, by YAML 1.2: `yes` is a word, 90 a number.
    read = yaml.load(file.read_text("utf-8"), Loader=yaml.BaseLoader)  # strings only
    return [error.message for error in checker.iter_errors(read)]


@pytest.mark.parametrize("folder", [FOLDER, Path(shipped_folder())], ids=["kettle", "shipped"])
def test_every_file_that_loads_is_valid(folder: Path) -> None:
    checker = validator(folder)
    for file in folder.glob("*.yaml"):
        assert complaints(checker, file) == [], file


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (RULES, "when: {smell: burnt}", "when: {smell: burned}"),
        (RULES, "when: {smell: burnt}", "when: {smel: burnt}"),
        (RULES, "when: {smell: burnt}", "whenn: {smell: burnt}"),
        (RULES, "when: {leak: drip, since: {over: 2 weeks}}", "when: {since: {above: 2 weeks}}"),
        (RULES, "door: fire-brigade\n    text: it smells burnt", "door: fire\n    text: it smells"),
        (RULES, "if-unknown: list", "if-unknown: maybe"),
        (RULES, "points: {limescale: 2}", "points: {see-electrician: 2}"),
        (RULES, "excludes: limescale", "excludes: lime"),
        (RULES, "{finding: crusted}\n    points", "{finding: crusty}\n    points"),
        (RULES, "expect: It will", "hope: It will"),
        (RULES, "    because: What smells burnt may burn.\n", ""),
        (RULES, "source: {manual: page 13}", "source: {handbook: page 13}"),
        (RULES, "shows: {sound: a hum}", "shows: {noise: a hum}"),
        (RULES, "for: {outcome: limescale}", "for: {result: limescale}"),
        (RULES, "always: {urgency: {at-least: same-day}}", "always: {urgency: {least: same-day}}"),
        (RULES, "some: {outcome: limescale,", "sometimes: {outcome: limescale,"),
        (RULES, "new: Wipe your new one dry.", "nwe: Wipe your new one dry."),
        (RULES, "\nfindings:", "\nfnidings:"),
        (PACK, "reassures: yes, at-least: 3, lead: 2, door: self-care}\n    - {id: normal",
         "reassures: aye, at-least: 3, lead: 2, door: self-care}\n    - {id: normal"),
        (QUESTIONS, "calm: none\n    answers:\n      - {id: none, text: nothing at all}",
         "clam: none\n    answers:\n      - {id: none, text: nothing at all}"),
    ],
)  # fmt: skip
def test_what_an_author_mistypes_is_not(vary: Vary, file: str, old: str, new: str) -> None:
    text = (FOLDER / file).read_text("utf-8")
    old = old if text.count(old) == 1 else old.lstrip("\n")
    assert complaints(validator(FOLDER), vary((file, old, new.lstrip("\n"))) / file)


def test_every_key_that_the_loader_knows_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read off the loader itself: whatever key it asks for must stand in the schema."""
    asked: dict[str, set[str]] = {}
    done = Fields.done

    def note(fields: Fields) -> None:
        asked.setdefault(fields.what, set()).update(fields.known)
        done(fields)

    monkeypatch.setattr(Fields, "done", note)
    monkeypatch.setattr("bumpcheck.pack.cache.load", lambda *_: None)
    bumpcheck.load(FOLDER)
    bumpcheck.load(shipped_folder())
    made: Any = schema(shipped())
    of = made["properties"]
    assert set(of) == set(SECTIONS)
    offered = {
        "finding": of["findings"],
        "red flag": of["red-flags"],
        "referral sign": of["referral-signs"],
        "conflict": of["conflicts"],
        "piece of evidence": of["evidence"],
        "pattern": of["patterns"],
        "look-alike": of["look-alikes"],
        "advice line": of["advice"],
        "invariant": of["invariants"],
        "source": of["sources"],
        "frequent question": of["faq"],
        "row of `compare`": of["compare"],
        "question": of["questions"],
        "outcome": of["pack"]["properties"]["outcomes"],
        "default door": of["pack"]["properties"]["default-doors"],
        "person": of["pack"]["properties"]["persons"],
    }
    for what, part in offered.items():
        assert set(part["items"]["properties"]) == asked[what], what
    assert set(of["pack"]["properties"]) == asked["pack"]


def test_an_editor_can_show_the_question_and_the_answer() -> None:
    made: Any = schema(shipped())
    firmness = made["$defs"]["all-of-these"]["properties"]["firmness"]
    question = shipped().question("firmness")
    assert firmness["description"] == question.ask
    offered = firmness["anyOf"][0]["anyOf"]
    assert {"const": "hard", "description": question.answers[0].text} in offered
