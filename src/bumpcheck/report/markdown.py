"""A result as Markdown, for notes, issues and mails; every text in it shows as it was written."""

from __future__ import annotations

import re
from datetime import date

from markupsafe import Markup

from bumpcheck.result import Result

from .layout import View
from .templates.content import content
from .templates.filling import address, filled

# What can be markup anywhere in a line, and what only where a line begins.
_ANYWHERE = re.compile(r"[\\`*_\[\]<>|~#&$@]|:(?=//|[\w+-]+:)")
_AT_THE_START = re.compile(r"(?:[-+=]|[0-9]+(?=[.)]))")
# What readers of Markdown make a link of by itself.
_BARE_LINK = re.compile(r"\b(www)\.", re.IGNORECASE)
_SPACE = re.compile(r"\n{3,}")


def write(result: Result, view: View, today: date) -> str:
    """The whole text, which starts with a heading and ends with a newline."""
    text = filled("report.md", escape, content=content(result, view, today), link=_link)
    # Where a part is left out, so is the space around it.
    return _SPACE.sub("\n\n", text).strip() + "\n"


def escape(text: str) -> Markup:
    """A text that no reader of Markdown takes for markup, HTML included."""
    escaped = _ANYWHERE.sub(r"\\\g<0>", text)
    escaped = _BARE_LINK.sub(r"\1\\.", escaped)
    start = _AT_THE_START.match(escaped)
    if start:
        # A backslash shows no digit: what makes a number a list is the sign after it.
        at = start.end() if start[0].isdigit() else 0
        escaped = f"{escaped[:at]}\\{escaped[at:]}"
    return Markup(escaped)  # noqa: S704  # escaped just above


def _link(written: str) -> Markup:
    return Markup(f"<{address(written)}>")  # noqa: S704  # nothing of markup is left in it
