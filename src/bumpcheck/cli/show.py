"""From a result to what a command leaves behind: words or JSON, a file or a stream, a code."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from datetime import date
from typing import TextIO

from msgspec import Struct

from bumpcheck.errors import Exit
from bumpcheck.model import Urgency
from bumpcheck.report import plain
from bumpcheck.report.layout import WIDTH, View, lay_out
from bumpcheck.report.lines import Line
from bumpcheck.result import Result

from .flags import one_of

FORMATS = ("text", "plain", "json", "markdown", "html")
# What is written as one piece, whole, rather than line by line.
WHOLE = ("json", "markdown", "html")
REPORTS = ("markdown", "html")
VIEWS = ("person", "clinician")
NARROWEST, WIDEST = 20, 100

STANDARD_OUTPUT = "-"
CONDITIONAL = 9
BY_URGENCY: dict[Urgency, int] = {"routine": 10, "soon": 11, "same-day": 12, "emergency": 13}


class Shown(Struct, frozen=True, kw_only=True):
    """How a result is wanted."""

    format: str
    output: str | None
    view: str
    explain: bool
    exit_code: bool
    no_colour: bool

    @property
    def tells_changes(self) -> bool:
        """Whether it is told what would change a result: by itself where it is to be discussed."""
        if self.format == "json":
            return self.explain
        return self.explain or self.view == "clinician" or self.format in REPORTS

    def check(self) -> Shown:
        """The same, once its words are known to be right; raises BumpcheckError."""
        one_of("--format", self.format, FORMATS)
        one_of("--view", self.view, VIEWS)
        return self


def show(result: Result, shown: Shown, *, strict: bool = False, none_of_these: bool = False) -> int:
    """Write a result as wanted, and return the exit code.

    `strict` and `none_of_these` are the options that the result was made with.
    """
    if shown.tells_changes:
        # The search takes longer to load than a check lasts.
        from bumpcheck.counterfactual import explained

        result = explained(result, strict=strict, none_of_these=none_of_these)
    view = View(
        explain=shown.explain,
        clinician=shown.view == "clinician",
        width=WIDTH if shown.output is not None else columns(sys.stdout),
    )
    if shown.output is None and shown.format not in WHOLE:
        write_lines(lay_out(result, view), shown.format, no_colour=shown.no_colour)
    else:
        written = _written(result, shown.format, view)
        if shown.output is None or shown.output == STANDARD_OUTPUT:
            sys.stdout.write(written)
        else:
            from .files import write_whole

            write_whole(shown.output, written)
    return exit_code(result) if shown.exit_code else Exit.RESULT


def write_lines(lines: Iterable[Line], format: str, *, no_colour: bool) -> None:
    """Write lines to standard output: styled as `text` where that can be shown, else plain."""
    if format == "text" and _styled():
        from bumpcheck.report import text

        text.write(lines, sys.stdout, colour=not no_colour)
    else:
        sys.stdout.write(plain.write(lines))


def exit_code(result: Result) -> int:
    """The urgency as an exit code (contract, section 4)."""
    if not result.reassures:
        return BY_URGENCY[result.urgency]
    return CONDITIONAL if result.not_ruled_out else Exit.RESULT


def _written(result: Result, format: str, view: View) -> str:
    if format == "json":
        from bumpcheck.report import json

        return json.write(result)
    # The templates of a report take longer to load than a check lasts.
    if format == "markdown":
        from bumpcheck.report import markdown

        return markdown.write(result, view, today())
    if format == "html":
        from bumpcheck.report import html

        return html.write(result, view, today())
    return plain.write(lay_out(result, view))


def today() -> date:
    """The day that a report bears: the local one."""
    return date.today()


def columns(stream: TextIO) -> int:
    """The width of a terminal, from 20 to 100 columns; 80 where a stream goes elsewhere."""
    if not stream.isatty():
        return WIDTH
    try:
        wide = os.get_terminal_size(stream.fileno()).columns
    except OSError:
        return WIDTH
    return max(NARROWEST, min(wide, WIDEST)) if wide else WIDTH


def _styled() -> bool:
    """Whether standard output takes styles: a terminal that is not dumb, or FORCE_COLOR."""
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM", "") not in ("", "dumb")
