"""`bumpcheck rules`: is a pack in order, and do its cases come out as they must?"""

from __future__ import annotations

import textwrap
from typing import Annotated

import typer

from bumpcheck import cases
from bumpcheck.errors import BumpcheckError, Exit
from bumpcheck.model import RulePack
from bumpcheck.pack import load, shipped_folder

from .flags import GroupedCommand, command_app

app = command_app()

Folder = Annotated[
    str | None, typer.Argument(metavar="[DIR]", help="The pack; else the shipped one.")
]
RulesOption = Annotated[str | None, typer.Option("--rules", metavar="DIR", help="The same as DIR.")]


@app.callback()
def rules() -> None:
    """Check a rule pack, and run the cases beside it."""


@app.command(cls=GroupedCommand)
def check(folder: Folder = None, rules: RulesOption = None) -> int:
    """Check a pack's form, its references and its cases.

    \b
    bumpcheck rules check
    bumpcheck rules check my-rules/
    """
    name = _named(folder, rules)
    pack = load(name)
    _say_what(pack)
    return _run_cases(pack, name)


@app.command(cls=GroupedCommand)
def test(folder: Folder = None, rules: RulesOption = None) -> int:
    """Run the cases beside a pack.

    \b
    bumpcheck rules test
    bumpcheck rules test my-rules/
    """
    name = _named(folder, rules)
    return _run_cases(load(name), name)


def _named(folder: str | None, rules: str | None) -> str:
    """The folder meant, however it was said."""
    if folder is not None and rules is not None:
        raise BumpcheckError("say the folder once: as DIR, or with --rules")
    return folder or rules or shipped_folder()


def _say_what(pack: RulePack) -> None:
    counts = (
        ("questions", pack.questions),
        ("findings", pack.findings),
        ("red flags", pack.red_flags),
        ("referral signs", pack.referral_signs),
        ("conflicts", pack.conflicts),
        ("pieces of evidence", pack.evidence),
        ("patterns", pack.patterns),
        ("look-alikes", pack.look_alikes),
        ("advice lines", pack.advice),
        ("invariants", pack.invariants),
        ("sources", pack.sources),
    )
    said = ", ".join(f"{len(rules)} {what}" for what, rules in counts)
    print(f"{pack.id} {pack.version}: {pack.title}")
    print(textwrap.fill(f"in order: {said}", 80, break_on_hyphens=False))


def _run_cases(pack: RulePack, folder: str) -> int:
    known = cases.load(pack, folder)
    failed = 0
    for case in known:
        failures = list(cases.failures(pack, case))
        failed += bool(failures)
        for failure in failures:
            print(failure)
    if not known:
        print("cases: none beside these rules")
    elif failed:
        print(f"cases: {len(known)}, of which {failed} came out otherwise")
    else:
        print(f"cases: {len(known)}, all as expected")
    return Exit.FAILED if failed else Exit.RESULT
