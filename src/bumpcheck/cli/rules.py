"""`bumpcheck rules`: is a pack in order, and what do its rules do?"""

from __future__ import annotations

import gc
import os
import sys
import textwrap
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated

import typer

from bumpcheck import cases
from bumpcheck.card import Card, card, ids
from bumpcheck.checking import (
    CaseRun,
    Command,
    Told,
    check_texts,
    hunt,
    run_cases,
    run_proofs,
    summary_of_proofs,
    summary_of_texts,
    told_of_proofs,
    undecided,
)
from bumpcheck.errors import (
    BumpcheckError,
    Exit,
    Place,
    RulePackError,
    did_you_mean,
    quoted,
    visible,
)
from bumpcheck.model import RulePack
from bumpcheck.pack import load, load_with_invariants, shipped_folder
from bumpcheck.report.layout import WIDTH
from bumpcheck.result import FORMAT

from .command import check_command
from .flags import GroupedCommand, command_app, one_of
from .progress import bar, progress
from .show import columns

app = command_app()

FORMATS = ("text", "json", "github")
TOUCHING_AT_MOST = 12

Folder = Annotated[
    str | None, typer.Argument(metavar="[DIR]", help="The pack; else the shipped one.")
]
RulesOption = Annotated[str | None, typer.Option("--rules", metavar="DIR", help="The same as DIR.")]
FormatOption = Annotated[
    str,
    typer.Option("--format", metavar="FORMAT", help="text, json, or github for annotations in CI."),
]


InvariantsOption = Annotated[
    str | None,
    typer.Option("--invariants", metavar="FILE", help="More invariants to prove, from a file."),
]
MutantsOption = Annotated[
    bool, typer.Option("--mutants", help="Break every rule in small ways; takes some minutes.")
]


@app.callback()
def rules() -> None:
    """Check a rule pack: its form, texts, cases and proofs; and show what a rule does."""
    # The program starts without collecting cycles; proofs would take three times the memory so.
    gc.enable()


@app.command(cls=GroupedCommand)
def check(folder: Folder = None, rules: RulesOption = None, format: FormatOption = "text") -> int:
    """Check a pack's form, its references, its texts, its cases, and what is proved of it.

    \b
    bumpcheck rules check
    bumpcheck rules check my-rules/
    bumpcheck rules check my-rules/ --format github
    """
    one_of("--format", format, FORMATS)
    name = _named(folder, rules)
    with _annotated(format):
        pack = load(name)
        run = run_cases(pack, name)
    command = _command(folder or rules)
    told = [*check_texts(pack, name, datetime.now(UTC).date()), *run.told(command)]
    with bar("proving") as on_step:
        proofs = run_proofs(pack, run.cases, on_step)
    told += told_of_proofs(pack, proofs, command)
    summary = [
        *_what(pack, told),
        f"texts: {summary_of_texts(pack)}",
        _of_cases(run),
        summary_of_proofs(proofs),
    ]
    return _report(told, summary, format)


@app.command(cls=GroupedCommand)
def prove(
    folder: Folder = None,
    rules: RulesOption = None,
    invariants: InvariantsOption = None,
    format: FormatOption = "text",
) -> int:
    """Prove over every set of answers that no alarm is lost, no rule is dead, each invariant holds.

    Exact, not a sample. What fails is shown with the smallest answers, as a command to paste; what
    could not be finished is told, and fails.

    \b
    bumpcheck rules prove
    bumpcheck rules prove my-rules/
    """
    one_of("--format", format, FORMATS)
    name = _named(folder, rules)
    with _annotated(format):
        pack = load(name) if invariants is None else load_with_invariants(name, invariants)
        known = cases.load(pack, name)
    with bar("proving") as on_step:
        proofs = run_proofs(pack, known, on_step)
    told = list(told_of_proofs(pack, proofs, _command(folder or rules)))
    return _report(told, [summary_of_proofs(proofs)], format)


def _command(rules: str | None) -> Command:
    """Shows answers as a command to paste, under the rules that were named."""
    return lambda said: check_command(said, rules)


@app.command(cls=GroupedCommand)
def test(
    folder: Folder = None,
    rules: RulesOption = None,
    mutants: MutantsOption = False,
    format: FormatOption = "text",
) -> int:
    """Run the cases beside a pack, and name the rules that no case decides on.

    What came out otherwise is a miss (too calm), a false alarm, or a wrong outcome. With --mutants
    every rule is broken in small ways, one by one, and what nothing notices is listed; a change to
    a red flag or referral sign must be noticed.

    \b
    bumpcheck rules test
    bumpcheck rules test my-rules/
    """
    one_of("--format", format, FORMATS)
    name = _named(folder, rules)
    with _annotated(format):
        pack = load(name)
        run = run_cases(pack, name)
    loose = undecided(pack, run.cases) if run.cases else ()
    summary = [_of_cases(run)]
    if loose:
        summary.append(f"rules that no case decides on: {len(loose)}")
    command = _command(folder or rules)
    told = [*run.told(command), *loose]
    if mutants:
        with progress("rules broken so far") as on_step:
            hunted = hunt(pack, run.cases, on_step=on_step)
        told += hunted.told(pack, command)
        summary.append(hunted.summary)
    return _report(told, summary, format)


@app.command(cls=GroupedCommand)
def show(
    id: Annotated[str, typer.Argument(metavar="ID", help="The rule or invariant.")],
    folder: Folder = None,
    rules: RulesOption = None,
) -> int:
    """Show a rule in words, what it rests on, and the cases and invariants that touch it.

    \b
    bumpcheck rules show itches
    """
    name = _named(folder, rules)
    pack = load(name)
    if id not in ids(pack):
        close = did_you_mean(id, ids(pack)) or "it is the `id` of one in the YAML files"
        raise BumpcheckError(f"there is no rule {quoted(id)} in {pack.id}: {close}")
    _show(card(pack, id, cases.load(pack, name)), name)
    return Exit.RESULT


@app.command(cls=GroupedCommand)
def diff(
    old: Annotated[
        str | None, typer.Argument(metavar="[OLD]", help="The pack before; with --rev, the folder.")
    ] = None,
    new: Annotated[str | None, typer.Argument(metavar="[NEW]", help="The pack after.")] = None,
    rev: Annotated[
        str | None,
        typer.Option("--rev", metavar="REV", help="Before: the same folder at a git revision."),
    ] = None,
    quick: Annotated[
        bool,
        typer.Option("--quick", help="Draw random sets where counting all would take minutes."),
    ] = False,
    format: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="text or json.")
    ] = "text",
) -> int:
    """Tell which answers come out otherwise in another pack: counted over every set of answers.

    Outcome, urgency, where to go, pattern and advice are compared. Each kind of change is shown
    with few answers, as a command to paste. Other words alone are told, but are no change. Where
    evidence, a sign or a threshold is touched, that may take many minutes, unless --quick.

    \b
    bumpcheck rules diff old-rules/ my-rules/
    bumpcheck rules diff my-rules/ --rev HEAD~1
    """
    from bumpcheck.coded import NotCodable
    from bumpcheck.difference import difference, load_at

    one_of("--format", format, ("text", "json"))
    if rev is not None:
        if new is not None:
            raise BumpcheckError("with --rev, say one folder: it is compared with itself")
        name = old or shipped_folder()
        packs = load_at(name, rev), load(name)
        command = _command(old)
    elif old is None or new is None:
        raise BumpcheckError("say two folders, or one and --rev REV")
    else:
        packs = load(old), load(new)
        command = _command(new)
    try:
        with bar("comparing") as on_step:
            found = difference(*packs, on_step=on_step, quick=quick)
    except NotCodable as error:
        raise BumpcheckError(f"these packs cannot be compared exactly: {error}") from None
    if format == "json":
        from bumpcheck.report.json import indented

        sys.stdout.write(indented({"format": FORMAT, **found.as_dict(command)}))
    else:
        for line in found.lines(command, min(WIDTH, columns(sys.stdout))):
            print(visible(line))
    return Exit.FAILED if found.is_any else Exit.RESULT


def _show(shown: Card, folder: str) -> None:
    """A rule and what touches it; where that stands within the folder of the pack."""

    def within(place: Place) -> str:
        return str(place).removeprefix(os.path.join(folder, ""))

    print(f"{shown.kind} {shown.rule.id}  ({shown.rule.place})")
    for label, text in shown.lines:
        # An address is never broken.
        wide = 200 if label == "source" else min(WIDTH, columns(sys.stdout))
        print(textwrap.fill(f"  {label}: {text}", wide, subsequent_indent="    "))
    for title, touching in (
        ("cases", [f"{case.name}  ({within(case.place)})" for case in shown.cases]),
        ("invariants", [f"{one.id}  ({within(one.place)})" for one in shown.invariants]),
    ):
        if touching:
            print(f"  {title} that touch it: {len(touching)}")
            for line in touching[:TOUCHING_AT_MOST]:
                print(f"    {line}")
            if len(touching) > TOUCHING_AT_MOST:
                print(f"    ... and {len(touching) - TOUCHING_AT_MOST} more")


# --- What was found ---------------------------------------------------------------------------


def _report(told: list[Told], summary: list[str], format: str) -> int:
    """Tell what was found and the summary in words; the exit code."""
    failed = _is_failed(told)
    if format == "json":
        from bumpcheck.report.json import indented

        sys.stdout.write(
            indented(
                {
                    "format": FORMAT,
                    "in_order": not failed,
                    "summary": summary,
                    "found": [_as_dict(one) for one in told],
                }
            )
        )
    elif format == "github":
        _annotate(told)
        print("\n".join(summary))
    else:
        for one in told:
            print(visible(str(one)))
        wide = min(WIDTH, columns(sys.stdout))
        for line in summary:
            print("\n".join(textwrap.wrap(line, wide, break_on_hyphens=False)))
    return Exit.FAILED if failed else Exit.RESULT


def _is_failed(told: Iterable[Told]) -> bool:
    return any(one.level == "error" for one in told)


@contextmanager
def _annotated(format: str) -> Iterator[None]:
    """Where annotations are asked for, what keeps a pack from loading becomes some as well."""
    try:
        yield
    except RulePackError as error:
        if format == "github":
            _annotate(Told("error", problem.place, problem.message) for problem in error.problems)
        raise


def _as_dict(told: Told) -> dict[str, object]:
    return {
        "level": told.level,
        "file": visible(told.place.file),
        "line": told.place.line,
        "column": told.place.column,
        "message": told.message,
    }


def _annotate(told: Iterable[Told]) -> None:
    """Workflow commands, which GitHub shows beside the line; their escapes are GitHub's own."""
    for one in told:
        file = _escaped(one.place.file).replace(":", "%3A").replace(",", "%2C")
        where = f"file={file},line={one.place.line},col={one.place.column}"
        print(f"::{one.level} {where}::{_escaped(one.message)}")


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _named(folder: str | None, rules: str | None) -> str:
    """The folder meant, however it was said."""
    if folder is not None and rules is not None:
        raise BumpcheckError("say the folder once: as DIR, or with --rules")
    return folder or rules or shipped_folder()


def _what(pack: RulePack, told: Iterable[Told]) -> list[str]:
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
    state = "not in order" if _is_failed(told) else "in order"
    return [f"{pack.id} {pack.version}: {pack.title}", f"{state}: {said}"]


def _of_cases(run: CaseRun) -> str:
    if not run.cases:
        return "cases: none beside these rules"
    if not run.failures:
        return f"cases: {len(run.cases)}, all as expected"
    kinds = [failure.kind for failure in run.failures]
    counts = {kind: kinds.count(kind) for kind in cases.KINDS if kind in kinds}
    said = ", ".join(f"{count} {kind}{_plural(kind, count)}" for kind, count in counts.items())
    return f"cases: {len(run.cases)}, of which {run.failed} came out otherwise: {said}"


def _plural(kind: str, count: int) -> str:
    return "" if count == 1 else "es" if kind == "miss" else "s"
