"""Lines of words on a terminal: the same lines, styled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from rich.console import Console
from rich.text import Text

from .lines import Line, Role

# Readable on light and dark; no meaning is carried by colour alone.
STYLES: dict[Role, str] = {
    "reassuring": "bold green",
    "referral": "bold",
    "urgent": "bold red",
    "heading": "bold",
    "body": "",
    "small": "italic",
}


def write(lines: Iterable[Line], out: TextIO, *, colour: bool) -> None:
    """Write lines to a terminal; without colour they keep bold and italics only."""
    console = Console(
        file=out, no_color=True if not colour else None, highlight=False, emoji=False, markup=False
    )
    for line in lines:
        text = Text(line.text, STYLES[line.role])
        text.stylize("bold", 0, line.label)
        console.print(text, soft_wrap=True)
