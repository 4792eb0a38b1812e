"""`bumpcheck demo`: worked cases for showing at a consult, one a screen, forward and back."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from bumpcheck import cases
from bumpcheck.cases import Case
from bumpcheck.counterfactual import explained
from bumpcheck.errors import BumpcheckError, Exit, did_you_mean, quoted
from bumpcheck.model import RulePack
from bumpcheck.pack import shipped_folder
from bumpcheck.report.layout import View, lay_out
from bumpcheck.report.lines import Line, wrapped

from .flags import (
    GroupedCommand,
    LanguageOption,
    NoColourOption,
    RulesOption,
    command_app,
    load_pack,
)
from .show import columns, write_lines

app = command_app()

KEYS = "Enter next, b back, q leave, or a number"
LONGEST_WAIT = 3600.0

AutoOption = Annotated[
    float | None,
    typer.Option("--auto", metavar="SECONDS", help="Go on by itself after so many seconds."),
]
CaseOption = Annotated[
    str | None, typer.Option("--case", metavar="NAME", help="Begin with this case: name or number.")
]


@app.command(cls=GroupedCommand)
def demo(
    *,
    case: CaseOption = None,
    auto: AutoOption = None,
    rules: RulesOption = None,
    language: LanguageOption = None,
    no_color: NoColourOption = False,
) -> int:
    """Show worked cases, one a screen, forward and back; `q` leaves.

    \b
    bumpcheck demo
    bumpcheck demo --case newborn
    bumpcheck demo --auto 20

    Off a terminal all cases are written one below another; with `--case` that one alone.
    """
    if auto is not None and not 0 < auto <= LONGEST_WAIT:
        raise BumpcheckError(f"--auto: say seconds over 0 and up to {LONGEST_WAIT:.0f}")
    pack = load_pack(rules, language)
    known = cases.load(pack, rules or shipped_folder())
    worked = sorted((case for case in known if case.demo), key=lambda case: case.demo)
    if not worked:
        raise BumpcheckError("no case of these rules is marked for the demo: give one `demo: 1`")
    start = 0 if case is None else _place(worked, case)
    if sys.stdin.isatty() and sys.stdout.isatty():
        _walk(pack, worked, start, auto, no_colour=no_color)
    else:
        for number in range(len(worked)) if case is None else (start,):
            write_lines([*_screen(pack, worked, number), Line()], "text", no_colour=no_color)
    return Exit.RESULT


def _walk(
    pack: RulePack, worked: Sequence[Case], start: int, auto: float | None, *, no_colour: bool
) -> None:
    """One case a screen, as the keys say, until the last one is left forward."""
    at = start
    while 0 <= at < len(worked):
        rows = os.get_terminal_size().lines
        lines = _screen(pack, worked, at, rows)
        # A case begins at the top and the keys stand below it; what was there before is above.
        space = [Line()] * (rows - len(lines) - 1)
        write_lines([*lines, *space], "text", no_colour=no_colour)
        if at == len(worked) - 1 and auto is not None:
            return
        at = _next(worked, at, auto)


def _next(worked: Sequence[Case], at: int, auto: float | None) -> int:
    """Where to go from here; past the end is out."""
    while True:
        sys.stdout.flush()
        sys.stderr.write(f"[{KEYS}] ")
        sys.stderr.flush()
        if auto is not None and not select.select([sys.stdin], [], [], auto)[0]:
            sys.stderr.write("\n")
            return at + 1
        line = sys.stdin.readline()
        said = line.strip().lower()
        if not line or said in ("q", "quit"):
            return len(worked)
        if said in ("", "n", "next"):
            return at + 1
        if said in ("b", "back"):
            if at:
                return at - 1
            sys.stderr.write("This is the first case.\n")
            continue
        try:
            return _place(worked, said)
        except BumpcheckError as error:
            sys.stderr.write(f"{error}\n")


def _place(worked: Sequence[Case], said: str) -> int:
    """The place of a case, by its number or its short name; raises BumpcheckError."""
    names = [case.called or case.name for case in worked]
    if said.isdecimal() and 1 <= int(said[:4]) <= len(worked):
        return int(said) - 1
    if said in names:
        return names.index(said)
    hint = did_you_mean(said, names) or f"say {', '.join(names)} or 1 to {len(worked)}"
    raise BumpcheckError(f"there is no case {quoted(said)} in the demo: {hint}")


def _screen(pack: RulePack, worked: Sequence[Case], at: int, rows: int = 0) -> list[Line]:
    """A case and what comes of it: on one screen of the usual size, with more where there is room.

    More is first an empty line before each heading, then what would change the result.
    """
    case, width = worked[at], columns(sys.stdout)
    result = cases.run(pack, case)
    asked = explained(result, strict=case.strict, none_of_these=case.none_of_these)
    head = [
        *wrapped(f"Case {at + 1} of {len(worked)}: {case.name}", width, "heading"),
        *wrapped(case.story, width),
        Line(),
    ]
    for told, gaps in ((asked, True), (result, True), (result, False)):
        lines = [*head, *lay_out(told, View(brief=True, gaps=gaps, width=width))]
        if len(lines) < rows:
            break
    return lines
