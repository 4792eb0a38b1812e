"""The guide to the rule language shows what the loader takes."""

from __future__ import annotations

import re
from pathlib import Path

from bumpcheck.errors import Problem
from bumpcheck.pack.compile import SECTIONS
from bumpcheck.pack.tree import Mapping, read

GUIDE = Path(__file__).parents[1] / "examples" / "guide" / "rule-language.md"


def blocks() -> list[str]:
    return re.findall(
        r"^```yaml\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )


def test_the_sections_it_shows_are_yaml_and_all_there_are() -> None:
    shown = max(blocks(), key=len)
    problems: list[Problem] = []
    file = read("guide", shown.encode(), problems)
    assert problems == []
    assert isinstance(file.root, Mapping)
    named = {entry.key.text for entry in file.root.entries}
    # A translation stands in a file of its own.
    assert named | {"translation"} == set(SECTIONS)


def test_the_table_of_sections_is_complete() -> None:
    table = set(re.findall(r"^\| `([a-z-]+)` \|", GUIDE.read_text(encoding="utf-8"), re.MULTILINE))
    assert table == set(SECTIONS)
