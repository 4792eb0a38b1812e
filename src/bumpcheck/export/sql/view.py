"""The view: layer upon layer, so that what several columns need is worked out once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bumpcheck.coded import CodedPack

from .bits import Product, Sheet
from .coding import Coding, name, text
from .pieces import NUMBERS, Lookup
from .states import States
from .verdicts import Verdicts
from .weighing import Weighing


class View:
    """A query in the SQL of DuckDB: the columns of a batch for a table of coded answers.

    `source` is the table, `keep` those of its columns that come first in the result. A row with a
    number that is no code gets its `error` and no verdict. `tables` are by code, `products` queries
    over them, and `lookups` over `numbers`, which has one column, `n`, of so many numbers from 0 on
    as `NUMBERS` says; both by what they are called.
    """

    def __init__(
        self,
        form: CodedPack,
        source: str,
        keep: Sequence[str],
        *,
        strict: bool = False,
        none_of_these: bool = False,
    ) -> None:
        sheet = Sheet(form)
        states = States(form, sheet, none_of_these=none_of_these)
        weighing = Weighing(form.pack, states, [it.rule for it in form.rules.evidence])
        verdicts = Verdicts(form, states, strict=strict)
        words = {f"w{number}": word for number, word in enumerate(sheet.words())}
        self.tables = sheet.tables
        self.products = {it.name: it.query for it in sheet.products}
        self.lookups = dict(map(_lookup, [*weighing.tables, *verdicts.tables]))
        self._layers = {
            "cases": _cases(Coding(form), source, keep),
            "words": _layer("cases", words, sheet.products),
            "found": _layer("words", states.found),
            "sorted": _layer("found", states.sorted),
            "weighed": _layer("sorted", weighing.points, weighing.tables),
            "earned": _layer("weighed", weighing.earned),
            "reasons": _layer("earned", verdicts.reasons),
            "outcomes": _layer("reasons", verdicts.outcomes),
            "named": _layer("outcomes", verdicts.named),
        }
        self._last = _last(keep, verdicts)

    def whole(self) -> str:
        """The query by itself: its tables are in it."""
        small = {table.name: _values(table.columns, table.rows) for table in self.tables}
        numbers = {"numbers": _values(["n"], [(number,) for number in range(NUMBERS)])}
        return _with(
            {**small, **self.products, **numbers, **self.lookups, **self._layers}, self._last
        )

    def layers(self) -> str:
        """The query where its tables and lookups are tables of the database."""
        return _with(self._layers, self._last)


def _with(queries: Mapping[str, str], last: str) -> str:
    return f"WITH {', '.join(f'{name} AS ({query})' for name, query in queries.items())} {last}"


def _last(keep: Sequence[str], verdicts: Verdicts) -> str:
    columns = [f"x.{name(column)}" for column in keep]
    columns += [
        f"CASE WHEN x.wrong IS NULL THEN {expression} END AS {name(column)}"
        for column, expression in verdicts.columns.items()
    ]
    columns.append("x.wrong AS error")
    return f"SELECT {', '.join(columns)} FROM named AS x{_joins(verdicts.tables)}"


def _values(columns: Sequence[str], rows: Iterable[Sequence[int]]) -> str:
    listed = ", ".join(f"({', '.join(map(str, row))})" for row in rows)
    return f"SELECT {', '.join(columns)} FROM (VALUES {listed}) AS v({', '.join(columns)})"


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


def _layer(below: str, columns: Mapping[str, str], tables: Iterable[Product | Lookup] = ()) -> str:
    """Everything of the layer below, and these columns."""
    return f"SELECT x.*, {_listed(columns)} FROM {below} AS x{_joins(tables)}"


def _joins(tables: Iterable[Product | Lookup]) -> str:
    return "".join(f" JOIN {table.name} ON {table.name}.n = {table.key}" for table in tables)


def _listed(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{expression} AS {column}" for column, expression in columns.items())
