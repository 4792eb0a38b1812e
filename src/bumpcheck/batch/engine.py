"""Files of cases by an embedded database: what `rows` does, as one query over all rows.

DuckDB reads the file, looks up what each cell says, runs the view of `bumpcheck.export.sql`, and
writes. A text that is new to a column is read by the parser of the flags, as everywhere. Whatever
the database does not take as the rest of this package would, it is not given: it raises `Unfit`,
and nothing has been written under the name asked for.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from bumpcheck.coded import CodedPack, NotCodable, Relation, coded
from bumpcheck.export.sql import Coding, View
from bumpcheck.export.sql.coding import column_between, column_of, name, text
from bumpcheck.export.sql.pieces import NUMBERS
from bumpcheck.model import URGENCIES, RulePack

from .cells import LONGEST, TEXTS, Column
from .classify import columns
from .summary import Tally
from .unfit import Unfit
from .writing import FORMULA

# The texts of so many rows at the beginning are looked up by the database itself.
FIRST = 10_000
# The code of a text that is no answer; it has no amount.
WRONG_CELL = -1
SECONDS_BETWEEN_LOOKS = 0.2
# An order of joins other than ours takes the cases for the smaller table, and turns rows around.
UNWANTED = "join_order,build_side_probe_side"


class Rows(Struct, frozen=True):
    """Where rows come from, and where they go, in SQL.

    `read` is a table function, `own` the names of its columns, in order; they are called `c0`, `c1`
    ... in it, and there must be `count` rows. `texts` are the questions answered, each with its
    column as text. `options` tell how to write, `empty` whether an empty text is written as nothing
    at all, `written` what reads a file that was written.
    """

    read: str
    own: tuple[str, ...]
    count: int
    texts: dict[str, str]
    options: str
    empty: bool
    written: Callable[[str], str]


class Engine:
    """A database in memory that judges rows by one pack. Raises Unfit where it cannot be had."""

    def __init__(self, pack: RulePack, *, strict: bool, none_of_these: bool) -> None:
        try:
            import duckdb
            import numpy  # noqa: F401  # without it DuckDB calls no function of ours
        except ImportError as error:
            raise Unfit(f"{error.name} is not installed") from None
        try:
            self._form: CodedPack = coded(pack)
        except NotCodable as error:
            raise Unfit(str(error)) from None
        self._pack = pack
        self._modes = {"strict": strict, "none_of_these": none_of_these}
        self._failure = duckdb.Error
        # Nothing is fetched, loaded, or written beside what is asked for.
        self._database = duckdb.connect(
            config={
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "temp_directory": "",
                "disabled_optimizers": UNWANTED,
            }
        )
        # How far a query is, is asked of the database, which is to write nothing on the screen.
        self._database.execute("SET enable_progress_bar_print = false")
        self._database.execute("SET enable_progress_bar = true")

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def names(self, read: str) -> list[tuple[str, str]]:
        """The columns of a table function, each with its type."""
        try:
            told = self._database.execute(f"DESCRIBE SELECT * FROM {read}").fetchall()
        except self._failure as error:
            raise Unfit(_first_line(error)) from None
        return [(str(row[0]), str(row[1])) for row in told]

    def count(self, read: str) -> int:
        """How many rows a table function gives."""
        found = self._database.execute(f"SELECT count(*) FROM {read}").fetchone()
        return int(found[0]) if found else 0

    def judge(self, rows: Rows, out: str, tick: Callable[[float], None]) -> Tally:
        """Write every row with its verdict to a file; what they came to. Raises Unfit.

        `tick` is told from time to time which part of the rows is done.
        """
        try:
            query = self._prepared(rows)
            self._run(f"COPY ({query}) TO {text(out)} ({rows.options})", tick)
            tally = self._tally()
            if tally.rows != rows.count:
                raise Unfit(f"{tally.rows} rows instead of {rows.count}")
            if tally.refused:
                tally.first = self._first_refused(rows.written(out))
        except self._failure as error:
            raise Unfit(_first_line(error)) from None
        return tally

    def _first_refused(self, read: str) -> tuple[int, str] | None:
        """The number of the first row with an error in what was written, and the error."""
        found = self._database.execute(
            f"SELECT row, error FROM (SELECT row_number() OVER () AS row, error FROM {read}) "
            "WHERE error IS NOT NULL LIMIT 1"
        ).fetchone()
        return (int(found[0]), str(found[1])) if found else None

    # --- The query -------------------------------------------------------------------------------

    def _prepared(self, rows: Rows) -> str:
        """The query for these rows, once everything that it looks up is there."""
        own = [f"c{at}" for at in range(len(rows.own))]
        view = View(self._form, "coded", own, **self._modes)
        run = self._database.execute
        for table in view.tables:
            listed = (",".join(map(str, values)) for values in zip(*table.rows, strict=True))
            made = ", ".join(
                f"unnest(string_split({text(values)}, ',')::BIGINT[]) AS {column}"
                for column, values in zip(table.columns, listed, strict=True)
            )
            run(f"CREATE TABLE {table.name} AS SELECT {made}")
        run(f"CREATE TABLE numbers AS SELECT range AS n FROM range({NUMBERS})")
        for called, query in {**view.products, **view.lookups}.items():
            run(f"CREATE TABLE {called} AS {query}")
        self._know_texts(rows)
        run(f"CREATE VIEW coded AS {self._coded(rows, own)}")
        return self._last(rows, view.layers())

    def _know_texts(self, rows: Rows) -> None:
        """For each question a table of the texts there are, and functions for any other."""
        run = self._database.execute
        texts = ", ".join(f"{cell} AS {_cell(id)}" for id, cell in rows.texts.items())
        if texts:
            run(f"CREATE TABLE first AS SELECT {texts} FROM {rows.read} LIMIT {FIRST}")
        compared = {block.column.id for it in self._form.relations for block in _both(it)}
        coding = Coding(self._form)
        columns: list[Column[tuple[int, float | None]]] = []
        for id in rows.texts:
            column = Column(self._pack, id, coding.code)
            columns.append(column)
            self._add(f"code_of_{_cell(id)}", _part(column, 0), "VARCHAR", "INTEGER")
            made = f"code_of_{_cell(id)}({_cell(id)}) AS code"
            if id in compared:
                self._add(f"amount_of_{_cell(id)}", _part(column, 1), "VARCHAR", "DOUBLE")
                made += f", amount_of_{_cell(id)}({_cell(id)}) AS amount"
            run(
                f"CREATE TABLE texts_of_{_cell(id)} AS SELECT {_cell(id)} AS said, {made} FROM ("
                f"SELECT DISTINCT {_cell(id)} FROM first WHERE strlen({_cell(id)}) <= {LONGEST} "
                f"LIMIT {TEXTS})"
            )

        def why(cells: list[str | None]) -> str:
            told: list[str] = []
            for column, cell in zip(columns, cells, strict=True):
                column.codes([cell])
                told += column.refused.values()
            said = "; ".join(told)
            return f"'{said}" if said.startswith(FORMULA) else said

        if rows.texts:
            self._add("why", why, "VARCHAR[]", "VARCHAR")
            run("DROP TABLE first")

    def _add(self, called: str, function: Callable[[Any], Any], takes: str, gives: str) -> None:
        from duckdb.func import FunctionNullHandling, PythonUDFType

        self._database.create_function(
            called,
            function,
            [takes],
            gives,
            type=PythonUDFType.NATIVE,
            null_handling=FunctionNullHandling.SPECIAL,
        )

    def _coded(self, rows: Rows, own: Sequence[str]) -> str:
        """The rows with the code of every question; that of one without a column is NULL."""
        columns: list[str] = [f"r.{column}" for column in own]
        joins: list[str] = []
        for block in self._form.blocks:
            id = block.column.id
            if id not in rows.texts:
                columns.append(f"NULL::INTEGER AS {name(column_of(block))}")
                continue
            columns.append(f"{self._looked_up('code', id)} AS {name(column_of(block))}")
            joins.append(
                f"LEFT JOIN texts_of_{_cell(id)} ON texts_of_{_cell(id)}.said = {_cell(id)}"
            )
        for relation in self._form.relations:
            first, second = (block.column.id for block in _both(relation))
            between = "NULL::INTEGER"
            if first in rows.texts and second in rows.texts:
                one, other = (self._looked_up("amount", id) for id in (first, second))
                between = f"CASE WHEN {one} < {other} THEN 0 WHEN {one} > {other} THEN 2 ELSE 1 END"
            columns.append(f"{between} AS {name(column_between(relation))}")
        texts = "".join(f", {cell} AS {_cell(id)}" for id, cell in rows.texts.items())
        source = f"(SELECT *{texts} FROM {rows.read}) AS r"
        return f"SELECT {', '.join(columns)} FROM {' '.join([source, *joins])}"

    def _looked_up(self, what: str, id: str) -> str:
        """What a cell says; one that holds nothing says nothing."""
        of = _cell(id)
        return (
            f"CASE WHEN texts_of_{of}.said IS NOT NULL OR r.{of} IS NULL THEN texts_of_{of}.{what} "
            f"ELSE {what}_of_{of}(r.{of}) END"
        )

    def _last(self, rows: Rows, verdicts: str) -> str:
        """The rows as they are written. Whichever is counted is so while it passes."""
        counted = ["WHEN error IS NOT NULL THEN nextval('refused')"]
        self._database.execute("CREATE SEQUENCE refused")
        for number, (outcome, urgency) in enumerate(self._kinds):
            self._database.execute(f"CREATE SEQUENCE kind{number}")
            counted.append(
                f"WHEN outcome = {text(outcome)} AND urgency = {text(urgency)} "
                f"THEN nextval('kind{number}')"
            )
        made = [f"c{at} AS {_name(own)}" for at, own in enumerate(rows.own)]
        for column in columns(self._pack):
            called = name(column)
            if column == "outcome":
                made.append(
                    f"CASE WHEN CASE {' '.join(counted)} END > 0 THEN outcome END AS outcome"
                )
            elif column == "error" and rows.texts:
                cells = ", ".join(rows.texts.values())
                made.append(f"CASE WHEN error IS NOT NULL THEN why([{cells}]) END AS error")
            elif column.startswith("points_"):
                made.append(f"CAST({called} AS INTEGER) AS {called}")
            else:
                made.append(f"NULLIF({called}, '') AS {called}" if rows.empty else called)
        return f"SELECT {', '.join(made)} FROM ({verdicts}) AS verdicts"

    @property
    def _kinds(self) -> list[tuple[str, str]]:
        """Every outcome with each urgency that it can have."""
        kinds = [(outcome.id, "self-care") for outcome in self._pack.reassuring]
        return [*kinds, *((self._pack.default.id, urgency) for urgency in URGENCIES)]

    # --- Running ---------------------------------------------------------------------------------

    def _run(self, query: str, tick: Callable[[float], None]) -> None:
        """Run a query beside this thread, which can be interrupted, and tells how far it is."""
        failed: list[Exception] = []
        # An interrupted `join` may take a thread for ended that is not.
        ended = threading.Event()

        def run() -> None:
            try:
                self._database.execute(query)
            except Exception as error:  # raised again below
                failed.append(error)
            finally:
                ended.set()

        threading.Thread(target=run).start()
        try:
            while not ended.wait(SECONDS_BETWEEN_LOOKS):
                tick(max(0.0, self._database.query_progress() / 100))
        except BaseException:
            self._database.interrupt()
            ended.wait()
            raise
        if failed:
            raise failed[0]

    def _tally(self) -> Tally:
        found = self._database.execute("SELECT sequence_name, last_value FROM duckdb_sequences()")
        counts = {str(called): int(count or 0) for called, count in found.fetchall()}
        tally = Tally()
        for number, kind in enumerate(self._kinds):
            if counts[f"kind{number}"]:
                tally.counts[kind] = counts[f"kind{number}"]
        tally.refused = counts["refused"]
        return tally


def _both(relation: Relation) -> tuple[Any, Any]:
    return relation.first, relation.second


def _cell(question: str) -> str:
    """What a question's cell is called as text."""
    return f"said_{question.replace('-', '_')}"


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _part(column: Column[tuple[int, float | None]], part: int) -> Callable[[str | None], Any]:
    """The code or the amount that a cell says, as a function for the database."""

    def say(cell: str | None) -> int | float | None:
        (said,) = column.codes([cell])
        return (WRONG_CELL, None)[part] if column.refused else said[part]

    return say


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
