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
def schema(rules: RulesOption = None) -> int:
    """JSON Schema of a pack's files, for an editor that completes YAML and explains on hover.

    \b
    bumpcheck export schema
    bumpcheck export schema --rules my-rules/
    """
    from bumpcheck.export.schema import schema as schema_of
    from bumpcheck.report.json import indented

    sys.stdout.write(indented(schema_of(load(rules or shipped_folder()))))
    return 0


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
