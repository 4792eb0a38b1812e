"""`bumpcheck export`: a pack in other people's formats."""

from __future__ import annotations

import sys

from bumpcheck.pack import load, shipped_folder

from .flags import GroupedCommand, LanguageOption, RulesOption, command_app

app = command_app()


@app.callback()
def export() -> None:
    """Write the rules in other formats."""


@app.command(cls=GroupedCommand)
def texts(rules: RulesOption = None, language: LanguageOption = None) -> int:
    """Every text of a pack by its key: what a translation says anew.

    \b
    bumpcheck export texts
    bumpcheck export texts --rules my-rules/
    """
    from bumpcheck.pack.translation import as_yaml

    sys.stdout.write(as_yaml(load(rules or shipped_folder(), language)))
    return 0
