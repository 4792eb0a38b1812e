"""A result as one HTML file to keep, print or hand over: no network, no script, nothing beside it.

Its content security policy allows the one style that stands in it and nothing else, so that even a
mistake in the templates could load nothing. It is written in ASCII: the same in every encoding.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import date

from markupsafe import Markup
from markupsafe import escape as escape_html

from bumpcheck.digest import sha256
from bumpcheck.result import Result

from .layout import View
from .templates.content import content
from .templates.filling import address, filled, read


def write(result: Result, view: View, today: date) -> str:
    """The whole page, with a newline at its end."""
    style = read("report.css")
    page = filled(
        "report.html",
        escape_html,
        content=content(result, view, today),
        # The style is ours: the hash in the policy is that of these very bytes.
        style=Markup(style),  # noqa: S704  # our own file, no words of anybody
        policy=policy(style),
        address=address,
    )
    return page.encode("ascii", "xmlcharrefreplace").decode("ascii")


def policy(style: str) -> str:
    """The content security policy of a page with this one style."""
    digest = b64encode(sha256(style.encode("ascii")).digest()).decode("ascii")
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'none'; "
        "base-uri 'none'; form-action 'none'"
    )
