"""How a database is told of a file of cases: as SQL that reads it, and options that write it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from msgspec import Struct

from .engine import Engine, Rows
from .names import Layout, Names, lay_out
from .plain import plain
from .unfit import Unfit

# In the name of a file these are a pattern to the database.
PATTERN = re.compile(r"[*?\[\]{}]")
MOST_COLUMNS = 500
PARQUET = "parquet"
# To the file itself, and in the order of what was read: a database that joins tables turns rows
# around as it likes where it is not told.
WRITTEN = "USE_TMP_FILE false, PRESERVE_ORDER true"


class Told(Struct, frozen=True):
    """Where rows come from: what reads it, its columns, and how many rows there must be.

    `texts` are the questions, each with its cell as text; `ends` is how lines end in it.
    """

    read: str
    layout: Layout
    count: int
    texts: dict[str, str]
    ends: str = "\n"
    mark: bool = False


def csv(file: str, names: Names) -> Told:
    """A CSV file that is plain enough; raises Unfit, and BumpcheckError as `lay_out` does."""
    path = _path(file)
    found = plain(path)
    if found is None:
        raise Unfit("it is no plain CSV, with two columns or more and a line for each row")
    layout = lay_out(found.header, names)
    _refuse_alike(layout, names)
    called = [f"c{at}" for at in range(len(layout.names))]
    texts = {id: f"c{place}" for id, place in zip(layout.asked, layout.places, strict=True)}
    read = _read_csv(path, called, found.ends)
    return Told(read, layout, found.rows, texts, found.ends, found.mark)


def parquet(file: str, names: Names, engine: Engine) -> Told:
    """A Parquet file; its columns keep their types. Raises as `csv` does."""
    read = f"read_parquet({_text(_path(file))}, hive_partitioning = false)"
    columns = engine.names(read)
    layout = lay_out([called for called, _ in columns], names)
    _refuse_alike(layout, names)
    listed = ", ".join(f"c{at}" for at in range(len(columns)))
    texts = {
        id: _as_text(f"c{place}", columns[place][1])
        for id, place in zip(layout.asked, layout.places, strict=True)
    }
    return Told(f"(SELECT * FROM {read}) AS read({listed})", layout, engine.count(read), texts)


def _as_text(column: str, kind: str) -> str:
    """A cell as it would stand in CSV: the answers of a list are joined by `;`."""
    if kind.endswith("[]"):
        return f"array_to_string({column}::VARCHAR[], ';')"
    return column if kind == "VARCHAR" else f"{column}::VARCHAR"


def rows(told: Told, form: str, added: int, *, packed: bool) -> Rows:
    """These rows, to be written as `csv` or `parquet` with so many columns more; raises Unfit."""
    own = list(told.layout.names)
    if form == PARQUET:
        return Rows(
            read=told.read,
            own=tuple(own),
            count=told.count,
            texts=told.texts,
            options=f"FORMAT parquet, {WRITTEN}",
            empty=False,
            written=lambda path: f"read_parquet({_text(path)})",
        )
    if told.mark:
        # The mark stands before the first name, where a quote would have to stand.
        if re.search(r'[",]', own[0]):
            raise Unfit("the first name needs quotes")
        own[0] = f"\ufeff{own[0]}"
    compression = "gzip" if packed else "none"
    called = [f"c{at}" for at in range(len(own) + added - 1)] + ["error"]
    return Rows(
        read=told.read,
        own=tuple(own),
        count=told.count,
        texts=told.texts,
        options=(
            f"FORMAT csv, HEADER true, NEW_LINE {_letters(told.ends)}, COMPRESSION {compression}, "
            f"{WRITTEN}"
        ),
        empty=True,
        written=lambda path: _read_csv(path, called, told.ends, compression),
    )


def _read_csv(path: str, columns: Iterable[str], ends: str, compression: str = "none") -> str:
    listed = ", ".join(f"'{column}': 'VARCHAR'" for column in columns)
    return (
        f"read_csv({_text(path)}, auto_detect = false, header = true, delim = ',', "
        f"quote = '\"', escape = '\"', new_line = {_letters(ends)}, columns = {{{listed}}}, "
        f"compression = '{compression}', hive_partitioning = false)"
    )


def _path(file: str) -> str:
    """The whole path of a regular file that the database takes for just that."""
    path = os.path.abspath(file)
    if not os.path.isfile(path):
        raise Unfit("it is not a file")
    if PATTERN.search(path):
        raise Unfit("the database takes its name for a pattern")
    return path


def _refuse_alike(layout: Layout, names: Names) -> None:
    """Names that are one to a database, and those it cannot have."""
    every = [name.lower() for name in (*layout.names, *names.ours)]
    if len(set(every)) < len(every) or "" in every or len(every) > MOST_COLUMNS:
        raise Unfit("its names are no names of a database's columns")


def _letters(ends: str) -> str:
    return "'\\r\\n'" if ends == "\r\n" else "'\\n'"


def _text(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"
