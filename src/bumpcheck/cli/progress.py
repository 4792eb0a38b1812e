"""How far a long command is, on one line of a terminal; nothing where nobody looks at one."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

EVERY = 0.1  # seconds between two looks
WIDTH = 30


def progress(what: str) -> Callable[[int], None]:
    """A function to call with how many were done."""
    if not _is_seen():
        return lambda _: None
    shown = 0.0

    def show(done: int) -> None:
        nonlocal shown
        now = time.monotonic()
        if now - shown >= EVERY:
            shown = now
            sys.stderr.write(f"\r{what}: {done}")
            sys.stderr.flush()

    return show


def bar(what: str) -> Callable[[int, int], None]:
    """A function to call with how many of how many were done; the line is cleared at the end."""
    if not _is_seen():
        return lambda _done, _all: None

    def show(done: int, everything: int) -> None:
        filled = WIDTH * done // max(1, everything)
        line = f"{what} [{'#' * filled}{'.' * (WIDTH - filled)}] {done} of {everything}"
        sys.stderr.write(f"\r{line}" if done < everything else f"\r{' ' * len(line)}\r")
        sys.stderr.flush()

    return show


def _is_seen() -> bool:
    return sys.stderr.isatty() and os.environ.get("TERM", "") not in ("", "dumb")
