"""The words of a result on a terminal: the same lines, styled."""

from __future__ import annotations

from typing import TextIO

from rich.console import Console
from rich.text import Text

from bumpcheck.result import Result

from .layout import Role, View, lay_out

# Readable on light and dark; no meaning is carried by colour alone.
STYLES: dict[Role, str] = {
    "reassuring": "bold green",
    "referral": "bold",
    "urgent": "bold red",
    "heading": "bold",
    "body": "",
    "small": "italic",
}


def write(result: Result, view: View, out: TextIO, *, colour: bool) -> None:
    """Write the result to a terminal; without colour it keeps bold and italics only."""
    console = Console(
        file=out, no_color=True if not colour else None, highlight=False, emoji=False, markup=False
    )
    for line in lay_out(result, view):
        text = Text(line.text, STYLES[line.role])
        text.stylize("bold", 0, line.label)
        console.print(text, soft_wrap=True)
