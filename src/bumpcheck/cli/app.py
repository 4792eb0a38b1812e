"""The whole command line: finds a command, runs it, and tells what went wrong in one line."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, TextIO

import typer
from typer.core import TyperGroup
from typer.main import get_command

from bumpcheck.errors import BumpcheckError, Exit, RulePackError, did_you_mean, quoted, visible

if TYPE_CHECKING:
    # Typer keeps its copy of click private, but hands these types to what it calls.
    from typer._click import Command, Context

# Every command and the module it stands in, loaded only when it is called.
COMMANDS = {
    "check": "check",
    "ask": "ask",
    "batch": "batch",
    "compare": "compare",
    "demo": "demo",
    "questions": "questions",
    "rules": "rules",
    "export": "export",
}


class LazyGroup(TyperGroup):
    """A group whose commands are imported one by one: a check must not pay for the others."""

    def list_commands(self, ctx: Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        if cmd_name not in COMMANDS:
            hint = did_you_mean(cmd_name, COMMANDS) or f"say {', '.join(COMMANDS)}"
            raise BumpcheckError(f"there is no command {quoted(cmd_name)}: {hint}")
        return get_command(import_module(f".{COMMANDS[cmd_name]}", __package__).app)


app = typer.Typer(
    cls=LazyGroup,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def bumpcheck(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> int | None:
    """Tell plain milia and whiteheads from what should be looked at.

    \b
    bumpcheck ask                       answer questions one by one
    bumpcheck check --age 34 --location under-eye --firmness hard
    bumpcheck check --answers case.json --format json
    bumpcheck compare                   what it may be, side by side
    bumpcheck demo                      worked cases, to show at a consult

    Without a command, on a terminal, it asks. It is not a diagnosis: if in doubt, see somebody.
    """
    if version:
        from bumpcheck import __version__

        print(f"bumpcheck {__version__}")
        return Exit.RESULT
    if context.invoked_subcommand is not None:
        return None
    if sys.stdin.isatty() and sys.stdout.isatty():
        from .ask import interview

        return interview()
    return _wrong(
        "say what to do: 'bumpcheck check --help' for flags and files, 'bumpcheck ask'", []
    )


def run(arguments: Sequence[str]) -> int:
    """Run one command line; every error is told on standard error, and gives its exit code."""
    try:
        code = app(args=list(arguments), prog_name="bumpcheck", standalone_mode=False)
        sys.stdout.flush()
        return int(code or Exit.RESULT)
    except RulePackError as error:
        _tell(error, arguments)
        return Exit.RULES
    except BumpcheckError as error:
        _tell(error, arguments)
        return Exit.USAGE
    except typer.TyperException as error:
        return _wrong(" ".join(error.format_message().split()), arguments)
    except OSError as error:
        # Standard output or the disk is gone or full; what was written there is not whole.
        _abandon(sys.stdout)
        return _wrong(f"cannot write: {error.strerror or error}", arguments)
    except (KeyboardInterrupt, typer.Abort):
        print(file=sys.stderr)
        return Exit.INTERRUPTED


def _wrong(message: str, arguments: Sequence[str]) -> int:
    _tell(BumpcheckError(message), arguments)
    return Exit.USAGE


def _tell(error: BumpcheckError, arguments: Sequence[str]) -> None:
    try:
        _say(error, arguments)
        sys.stderr.flush()
    except OSError:
        _abandon(sys.stderr)  # full or gone; the exit code still tells


def _say(error: BumpcheckError, arguments: Sequence[str]) -> None:
    if _wants_json(arguments):
        from bumpcheck.report.json import write_error

        sys.stderr.write(write_error(error))
    elif isinstance(error, RulePackError):
        # Each problem is made visible where it is worded; its lines are its own.
        print(f"{error}\nbumpcheck: {error.summary}", file=sys.stderr)
    else:
        print(f"bumpcheck: {visible(str(error))}", file=sys.stderr)


def _wants_json(arguments: Sequence[str]) -> bool:
    """Whether JSON was asked for, read by hand: the command line itself may be what is wrong."""
    return ("--format", "json") in pairwise(arguments) or "--format=json" in arguments


def _abandon(stream: TextIO) -> None:
    """Keep the interpreter from trying, and failing, to flush what cannot be written."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
