"""Lines of words without any style."""

from __future__ import annotations

from collections.abc import Iterable

from .lines import Line


def write(lines: Iterable[Line]) -> str:
    """Plain lines; every one ends with a newline."""
    return "".join(f"{line.text}\n" for line in lines)
