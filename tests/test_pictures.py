"""The pictures of the README show what the program says now."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).parents[1]
PICTURES = PROJECT / "examples" / "pictures"
REFRESH = "refresh it with `python examples/pictures/make.py`"
TERMINALS = {
    "verdict.svg": "$ bumpcheck check",
    "balance.svg": "$ bumpcheck check",
    "interview.svg": "$ bumpcheck ask",
}
LARGEST = 200_000


@pytest.fixture(scope="module")
def make() -> ModuleType:
    """The script that makes the pictures, as a module."""
    spec = importlib.util.spec_from_file_location("make_pictures", PICTURES / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def drawn(make: ModuleType) -> dict[str, str]:
    """The pictures of a terminal as they would be made now."""
    made: dict[str, str] = make.drawn()
    return made


def test_every_picture_of_a_terminal_is_known(drawn: dict[str, str]) -> None:
    assert set(drawn) == set(TERMINALS) == {path.name for path in PICTURES.glob("*.svg")}


@pytest.mark.parametrize("name", TERMINALS)
def test_a_picture_of_a_terminal_is_fresh(
    name: str, make: ModuleType, drawn: dict[str, str]
) -> None:
    # The words and their styles count: where the drawing lies is up to the release of rich.
    kept = make.words((PICTURES / name).read_text("utf-8"))
    assert kept[0][0][1].startswith(TERMINALS[name])
    assert all(style for line in kept for style, _ in line)
    assert len(kept) > 20
    assert kept == make.words(drawn[name]), f"{name} is stale: {REFRESH}"


@pytest.mark.parametrize("name", TERMINALS)
def test_a_picture_loads_nothing_and_shows_no_path(name: str) -> None:
    text = (PICTURES / name).read_text("utf-8")
    assert re.findall(r"https?://[^\"\s]*", text) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"@font-face|@import|<script|href=", text)
    assert re.findall(r"url\((?!#)", text) == []
    assert str(PROJECT) not in text
    assert sys.prefix not in text


def test_the_picture_of_the_report_is_fresh(make: ModuleType) -> None:
    picture = (PICTURES / "report.png").read_bytes()
    kept = (PICTURES / "report.sha256").read_text("ascii").splitlines()
    told = {name: digest for digest, name in (line.split("  ") for line in kept)}
    page = hashlib.sha256(make.report().encode("ascii")).hexdigest()
    assert told["report.html"] == page, f"report.png is stale: {REFRESH}"
    assert told["report.png"] == hashlib.sha256(picture).hexdigest(), f"not its page: {REFRESH}"
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < LARGEST


def test_the_report_bears_a_fixed_day(make: ModuleType) -> None:
    assert f'datetime="{make.DAY}"' in make.report()


def test_the_readme_shows_every_picture_and_says_what_it_shows() -> None:
    readme = (PROJECT / "README.md").read_text("utf-8")
    found = re.findall(r"!\[([^\]]*)\]\(examples/pictures/([^)]+)\)", readme)
    shown = {name: words for words, name in found}
    assert set(shown) == {*TERMINALS, "report.png"}
    assert all(len(words.split()) > 5 for words in shown.values())
