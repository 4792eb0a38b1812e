"""How far a long command is, on one line of a terminal; nothing where nobody looks at one."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .show import columns

EVERY = 0.1  # seconds between two looks
WIDTH = 30


@contextmanager
def progress(what: str) -> Iterator[Callable[[int], None]]:
    """Gives a function to call with how many were done; its line is cleared at the end."""
    with _line() as show:
        yield lambda done: show(f"{what}: {done}")


@contextmanager
def bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Gives a function to call with how many of how many were done; as `progress`."""

    def line(done: int, everything: int) -> str:
        filled = WIDTH * done // max(1, everything)
        return f"{what} [{'#' * filled}{'.' * (WIDTH - filled)}] {done} of {everything}"

    with _line() as show:
        yield lambda done, everything: show(line(done, everything))


@contextmanager
def _line() -> Iterator[Callable[[str], None]]:
    """Gives a function that shows a text in place of the one before it, as far as there is room."""
    if not sys.stderr.isatty() or os.environ.get("TERM", "") in ("", "dumb"):
        yield lambda _: None
        return
    looked, shown = -EVERY, ""

    def write(line: str) -> None:
        nonlocal shown
        sys.stderr.write(f"\r{line.ljust(len(shown))}")
        sys.stderr.flush()
        shown = line

    def show(line: str) -> None:
        nonlocal looked
        now = time.monotonic()
        if now - looked >= EVERY:
            looked = now
            # One column stays free: some terminals go on to the next line when the last is filled.
            write(line[: columns(sys.stderr) - 1])

    try:
        yield show
    finally:
        if shown:
            write("")
            sys.stderr.write("\r")
            sys.stderr.flush()
