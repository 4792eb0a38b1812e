"""The view: layer upon layer, so that what several columns need is worked out once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bumpcheck.coded import CodedPack

from .bits import Sheet, Table
from .coding import Coding, name, text
from .pieces import ALL, Lookup
from .states import States
from .verdicts import Verdicts
from .weighing import Weighing


def view(
    form: CodedPack,
    source: str,
    keep: Sequence[str],
    *,
    strict: bool = False,
    none_of_these: bool = False,
) -> str:
    """A query, in the SQL of DuckDB, that gives the columns of a batch for a table of coded answers.

    `source` is the table, `keep` those of its columns that come first in the result. A row with a
    number that is no code gets its `error` and no verdict.
    """
    sheet = Sheet(form)
    states = States(form, sheet, none_of_these=none_of_these)
    evidence = [it.rule for it in form.rules.evidence]
    weighing = Weighing(form.pack, states, evidence)
    verdicts = Verdicts(form, states, strict=strict)
    words = {f"w{number}": word for number, word in enumerate(sheet.words())}
    tables = list(sheet.tables())
    lookups = [*weighing.tables, *verdicts.tables]
    ctes = [
        *map(_table, tables),
        _numbers(),
        *map(_lookup, lookups),
        ("cases", _cases(Coding(form), source, keep)),
        ("words", _layer("cases", words, tables)),
        ("found", _layer("words", states.found)),
        ("sorted", _layer("found", states.sorted)),
        ("weighed", _layer("sorted", weighing.points, weighing.tables)),
        ("earned", _layer("weighed", weighing.earned)),
        ("reasons", _layer("earned", verdicts.reasons)),
        ("outcomes", _layer("reasons", verdicts.outcomes)),
        ("named", _layer("outcomes", verdicts.named)),
    ]
    columns = [f"x.{name(column)}" for column in keep]
    columns += [
        f"CASE WHEN x.wrong IS NULL THEN {expression} END AS {name(column)}"
        for column, expression in verdicts.columns.items()
    ]
    columns.append("x.wrong AS error")
    last = f"SELECT {', '.join(columns)} FROM named AS x{_joins(verdicts.tables)}"
    return f"WITH {', '.join(f'{called} AS ({query})' for called, query in ctes)} {last}"


def _table(table: Table) -> tuple[str, str]:
    rows = ", ".join(f"({', '.join(map(str, row))})" for row in table.rows)
    columns = ", ".join(table.columns)
    return table.name, f"SELECT {columns} FROM (VALUES {rows}) AS v({columns})"


def _numbers() -> tuple[str, str]:
    rows = ", ".join(f"({number})" for number in range(ALL + 1))
    return "numbers", f"SELECT n FROM (VALUES {rows}) AS v(n)"


def _lookup(table: Lookup) -> tuple[str, str]:
    return table.name, f"SELECT n, {_listed(table.columns)} FROM numbers"


def _cases(coding: Coding, source: str, keep: Sequence[str]) -> str:
    """The cases with a valid code for every question, and what is wrong where there is none."""
    columns = [f"c.{name(column)}" for column in keep]
    wrong: list[str] = []
    for place, column in enumerate(coding.columns):
        code = f"c.{name(column)}"
        is_code = f"{code} BETWEEN 0 AND {coding.most[place]}"
        silent = coding.silent[place]
        columns.append(f"CASE WHEN {is_code} THEN {code} ELSE {silent} END AS k{place}")
        wrong.append(f"WHEN NOT {is_code} THEN {text(f'{column}: no such code')}")
    columns.append(f"CASE {' '.join(wrong)} END AS wrong")
    return f"SELECT {', '.join(columns)} FROM {source} AS c"


def _layer(
    below: str, columns: Mapping[str, str], tables: Iterable[Table | Lookup] = ()
) -> str:
    """Everything of the layer below, and these columns."""
    return f"SELECT x.*, {_listed(columns)} FROM {below} AS x{_joins(tables)}"


def _joins(tables: Iterable[Table | Lookup]) -> str:
    return "".join(f" JOIN {table.name} ON {table.name}.n = {table.key}" for table in tables)


def _listed(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{expression} AS {column}" for column, expression in columns.items())
