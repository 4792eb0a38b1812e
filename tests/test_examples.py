"""The examples do what their names say."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

import bumpcheck
from bumpcheck.cli.files import read_answers

EXAMPLES = Path(__file__).parents[1] / "examples"
ANSWERS = sorted((EXAMPLES / "answers").iterdir())
# What a file is named after, where that is not its urgency.
EXPECTED = {
    "milia": ("milia", "self-care", "fits"),
    "milia-screened": ("milia", "self-care", "fits"),
    "newborn": ("milia", "self-care", "fits"),
    "whitehead": ("whitehead", "self-care", "fits"),
    "neither": ("see-dermatologist", "routine", "neither"),
    "not-enough": ("see-dermatologist", "routine", "not-enough"),
    "conflict": ("see-dermatologist", "routine", "conflict"),
    "lids": ("see-dermatologist", "routine", "referral-sign"),
    "routine": ("see-dermatologist", "routine", "referral-sign"),
    "soon": ("see-dermatologist", "soon", "red-flag"),
    "same-day": ("see-dermatologist", "same-day", "red-flag"),
    "emergency": ("see-dermatologist", "emergency", "red-flag"),
}


@pytest.mark.parametrize("file", ANSWERS, ids=lambda file: file.name)
def test_an_answer_file_gives_what_its_name_says(file: Path) -> None:
    result = bumpcheck.check(read_answers(str(file)))
    assert (result.outcome, result.urgency, result.reason) == EXPECTED[file.stem]


def test_a_screened_person_has_nothing_left_open() -> None:
    result = bumpcheck.check(read_answers(str(EXAMPLES / "answers" / "milia-screened.yaml")))
    assert (result.screening, result.not_ruled_out) == ("complete", ())


def test_the_script_sorts_by_urgency_and_tells_what_it_refused(tmp_path: Path) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "bumpcheck"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m bumpcheck "$@"\n')
    program.chmod(0o755)
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("pain: perhaps\n")
    files = [str(EXAMPLES / "answers" / f"{name}.yaml") for name in ("milia", "emergency", "soon")]
    ran = subprocess.run(
        ["bash", str(EXAMPLES / "triage.sh"), *files, str(wrong)],
        env={**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert [line.rsplit("/", 1)[1] for line in ran.stdout.splitlines()] == [
        "emergency.yaml",
        "soon.yaml",
        "milia.yaml",
    ]
    assert ran.returncode == 1
    assert "'perhaps'" in ran.stderr


def test_every_row_of_the_cases_is_understood() -> None:
    with (EXAMPLES / "cases.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    outcomes = set()
    for row in rows:
        said = {id: text for id, text in row.items() if id != "case" and text}
        outcomes.add(bumpcheck.check(said).urgency)
    assert outcomes == {"self-care", "routine", "soon", "same-day", "emergency"}
