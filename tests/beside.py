"""The cases beside the shipped rules and what they come to, worked out once for all tests."""

from __future__ import annotations

from functools import cache

from bumpcheck import cases
from bumpcheck.pack import shipped, shipped_folder
from bumpcheck.result import Result

from .tracing import untraced


@cache
@untraced()
def known_cases() -> tuple[cases.Case, ...]:
    """Every case beside the shipped rules."""
    return cases.load(shipped(), shipped_folder())


@cache
@untraced()
def case_results() -> tuple[Result, ...]:
    """What each of the cases comes to, in their order."""
    return tuple(cases.run(shipped(), case) for case in known_cases())
