"""`bumpcheck compare`: the reassuring outcomes side by side."""

from __future__ import annotations

import sys

from bumpcheck.comparison import Row, compare
from bumpcheck.errors import BumpcheckError
from bumpcheck.result import FORMAT

from .flags import (
    ExplainOption,
    FormatOption,
    GroupedCommand,
    LanguageOption,
    NoColourOption,
    RulesOption,
    command_app,
    load_pack,
    one_of,
)
from .show import columns, write_lines

app = command_app()


@app.command(cls=GroupedCommand, name="compare")
def compare_(
    *,
    rules: RulesOption = None,
    language: LanguageOption = None,
    format: FormatOption = "text",
    explain: ExplainOption = False,
    no_color: NoColourOption = False,
) -> int:
    """Show what it may be, side by side, read off the rules.

    \b
    bumpcheck compare
    bumpcheck compare --explain        with the sources
    bumpcheck compare --format json
    """
    one_of("--format", format, ("text", "plain", "json"))
    pack = load_pack(rules, language)
    rows = compare(pack)
    if not rows:
        raise BumpcheckError("these rules compare nothing: give them a `compare` section")
    if format == "json":
        from bumpcheck.report.json import indented

        sys.stdout.write(indented({"format": FORMAT, "rows": [_as_dict(row) for row in rows]}))
        return 0
    from bumpcheck.report.comparison import lay_out

    lines = lay_out(pack, rows, explain=explain, width=columns(sys.stdout))
    write_lines(lines, format, no_colour=no_color)
    return 0


def _as_dict(row: Row) -> dict[str, object]:
    return {
        "id": row.aspect.id,
        "text": row.aspect.text,
        "cells": {
            outcome: [
                {
                    "text": phrase.text,
                    "rule": phrase.rule,
                    "sources": [citation.key for citation in phrase.sources],
                }
                for phrase in phrases
            ]
            for outcome, phrases in row.cells.items()
        },
    }
