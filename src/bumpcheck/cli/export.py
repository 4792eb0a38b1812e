"""`bumpcheck export`: a pack in other people's formats."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bumpcheck.errors import BumpcheckError
from bumpcheck.pack import load, shipped_folder

from .flags import (
    GroupedCommand,
    LanguageOption,
    NoneOption,
    RulesOption,
    StrictOption,
    command_app,
)

app = command_app()

DialectOption = Annotated[
    str | None,
    typer.Option("--dialect", metavar="NAME", help="duckdb, spark, postgres, snowflake, ..."),
]
TableOption = Annotated[
    str, typer.Option("--table", metavar="NAME", help="The table of coded answers.")
]
ViewOption = Annotated[str, typer.Option("--view", metavar="NAME", help="What to call the view.")]
KeepOption = Annotated[
    list[str] | None,
    typer.Option("--keep", metavar="COLUMN", help="A column of the table to keep, as an id."),
]
CodesOption = Annotated[
    bool, typer.Option("--codes", help="Write what the columns and numbers mean, as JSON.")
]


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
def sql(
    dialect: DialectOption = None,
    rules: RulesOption = None,
    table: TableOption = "coded_cases",
    view: ViewOption = "verdicts",
    keep: KeepOption = None,
    strict: StrictOption = False,
    none_of_these: NoneOption = False,
    codes: CodesOption = False,
) -> int:
    """A view that gives the columns of a batch where larger data live.

    \b
    bumpcheck export sql --dialect spark --keep case_id
    bumpcheck export sql --codes

    The view reads a table with one column of whole numbers for each question; --codes tells, as
    JSON, how they are called and what the numbers mean.
    """
    from bumpcheck.coded import NotCodable, coded
    from bumpcheck.export.sql import Coding, View
    from bumpcheck.export.sql.dialects import rendered
    from bumpcheck.report.json import indented

    pack = load(rules or shipped_folder())
    try:
        form = coded(pack)
    except NotCodable as error:
        raise BumpcheckError(f"these rules cannot be written as SQL: {error}") from None
    if codes:
        sys.stdout.write(indented(Coding(form).book()))
        return 0
    if dialect is None:
        raise BumpcheckError("say which database: --dialect duckdb, spark, postgres, ...")
    query = View(form, table, keep or [], strict=strict, none_of_these=none_of_these).whole()
    made = rendered(f"CREATE VIEW {view} AS {query}", dialect)
    sys.stdout.write(f"{made};\n")
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
