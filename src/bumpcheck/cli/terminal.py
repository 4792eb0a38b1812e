"""Lines to a person and from them: only ever appended, so that a screen reader can follow.

Prompts and everything around them go to standard error, the result alone to standard output.
"""

from __future__ import annotations

import os
import sys
import textwrap

from bumpcheck.errors import BumpcheckError

from .show import columns


class InputEnded(BumpcheckError):
    """There is nobody left to answer."""


def say(text: str = "", rest: str = "", *, wrap: bool = True) -> None:
    """Write a paragraph; `rest` stands before each of its lines but the first."""
    sys.stderr.write("".join(f"{line}\n" for line in (lines(text, rest) if wrap else [text])))


def lines(text: str, rest: str = "") -> list[str]:
    """A paragraph as lines that fit the screen; an empty one is an empty line."""
    return textwrap.wrap(text, columns(sys.stderr), subsequent_indent=rest) or [""]


def read(prompt: str) -> str:
    """What is typed at a prompt; raises InputEnded."""
    # What was said so far stands above its prompt, whatever the two streams are.
    sys.stdout.flush()
    sys.stderr.write(prompt)
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        sys.stderr.write("\n")
        raise InputEnded("the input ended before the last question; nothing was kept")
    return line.strip()


def is_held() -> bool:
    """Whether somebody sits at a terminal: reads from one, and types on one."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def rows() -> int | None:
    """How many lines are seen at once; None where nobody looks at a screen, or it does not tell."""
    if not is_held():
        return None
    try:
        return os.get_terminal_size(sys.stderr.fileno()).lines or None
    except OSError:
        return None
