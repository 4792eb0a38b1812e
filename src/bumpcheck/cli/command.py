"""The `check` command for some answers: one line, to copy."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from bumpcheck.errors import visible


def check_command(
    said: Mapping[str, object], rules: str | None = None, language: str | None = None
) -> str:
    """The command that checks these answers, under the rules of a folder; else the shipped ones."""
    words = ["bumpcheck", "check"]
    if rules is not None:
        words += ["--rules", rules]
    if language is not None:
        words += ["--language", language]
    for id, value in said.items():
        text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
        words += [f"--{id}", text] if rules is None else ["-a", f"{id}={text}"]
    return visible(shlex.join(words))
