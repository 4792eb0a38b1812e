"""`bumpcheck demo`: worked cases for showing at a consult, one a screen, forward and back."""

from __future__ import annotations

import os
import select
import sys
import textwrap
from collections.abc import Sequence
from typing import Annotated

import typer

from bumpcheck import cases
from bumpcheck.cases import Case
from bumpcheck.errors import BumpcheckError, Exit, did_you_mean, quoted
from bumpcheck.model import RulePack
from bumpcheck.pack import shipped_folder

from .flags import (
    GroupedCommand,
    LanguageOption,
    NoColourOption,
    RulesOption,
    command_app,
    load_pack,
)
from .show import Shown, columns, show

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
    shown = Shown(
        format="text",
        output=None,
        view="person",
        explain=False,
        exit_code=False,
        no_colour=no_color,
        brief=True,
    )
    if sys.stdin.isatty() and sys.stdout.isatty():
        _walk(pack, worked, start, auto, shown)
    else:
        for number, one in enumerate(worked):
            if case is None or number == start:
                _show(pack, one, f"{number + 1} of {len(worked)}", shown)
    return Exit.RESULT


def _walk(
    pack: RulePack, worked: Sequence[Case], start: int, auto: float | None, shown: Shown
) -> None:
    """One case a screen, as the keys say, until the last one is left forward."""
    at = start
    while 0 <= at < len(worked):
        # A fresh screen; what was there before can still be scrolled back to.
        sys.stdout.write("\n" * os.get_terminal_size().lines)
        _show(pack, worked[at], f"{at + 1} of {len(worked)}", shown)
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


def _show(pack: RulePack, case: Case, where: str, shown: Shown) -> None:
    for text in (f"Case {where}: {case.name}", case.story):
        print("\n".join(textwrap.wrap(text, columns(sys.stdout))))
    print()
    show(cases.run(pack, case), shown)
    print()
