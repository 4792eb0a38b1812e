"""Lines of words, already wrapped; what each is for decides how a writer may style it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

Role = Literal["reassuring", "referral", "urgent", "heading", "body", "small"]


class Line(Struct, frozen=True):
    """One line; its first `label` characters head what follows."""

    text: str = ""
    role: Role = "body"
    label: int = 0


def wrapped(
    text: str, width: int, role: Role = "body", first: str = "", rest: str = ""
) -> Iterator[Line]:
    """A text as lines of at most that many columns, with an indent for the first and the rest."""
    for line in textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    ):
        yield Line(line, role)
