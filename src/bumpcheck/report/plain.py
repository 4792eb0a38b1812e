"""The words of a result without any style."""

from __future__ import annotations

from bumpcheck.result import Result

from .layout import View, lay_out


def write(result: Result, view: View) -> str:
    """The result as plain lines; every line ends with a newline."""
    return "".join(f"{line.text}\n" for line in lay_out(result, view))
