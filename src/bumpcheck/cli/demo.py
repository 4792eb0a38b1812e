"""`bumpcheck demo`: worked cases for showing at a consult, one a screen."""

from __future__ import annotations

import os
import sys
import textwrap

from bumpcheck import cases
from bumpcheck.cases import Case
from bumpcheck.errors import BumpcheckError, Exit
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


@app.command(cls=GroupedCommand)
def demo(
    *, rules: RulesOption = None, language: LanguageOption = None, no_color: NoColourOption = False
) -> int:
    """Show worked cases, one a screen; Enter goes on, `q` leaves.

    \b
    bumpcheck demo
    """
    pack = load_pack(rules, language)
    shown = Shown(
        format="text",
        output=None,
        view="person",
        explain=False,
        exit_code=False,
        no_colour=no_color,
        brief=True,
    )
    known = cases.load(pack, rules or shipped_folder())
    worked = sorted((case for case in known if case.demo), key=lambda case: case.demo)
    if not worked:
        raise BumpcheckError("no case of these rules is marked for the demo: give one `demo: 1`")
    on_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    for number, case in enumerate(worked, start=1):
        if on_terminal:
            # A fresh screen; what was there before can still be scrolled back to.
            sys.stdout.write("\n" * os.get_terminal_size().lines)
        _show(pack, case, f"{number} of {len(worked)}", shown)
        if on_terminal and number < len(worked) and _leave():
            break
    return Exit.RESULT


def _show(pack: RulePack, case: Case, where: str, shown: Shown) -> None:
    for text in (f"Case {where}: {case.name}", case.story):
        print("\n".join(textwrap.wrap(text, columns(sys.stdout))))
    print()
    show(cases.run(pack, case), shown)
    print()


def _leave() -> bool:
    sys.stdout.flush()
    sys.stderr.write("[Enter goes on, q leaves] ")
    sys.stderr.flush()
    said = sys.stdin.readline()
    return not said or said.strip().lower() in ("q", "quit")
