"""`bumpcheck batch`: a file of cases in, the same file with a verdict for each out."""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Annotated, Protocol, TextIO

import typer

from bumpcheck.batch import classify
from bumpcheck.batch.lines import Objects
from bumpcheck.batch.names import Names
from bumpcheck.batch.rows import Own, Source, judged
from bumpcheck.batch.streams import STANDARD, UTF_8, Pieces, opened
from bumpcheck.batch.summary import Tally, as_json, as_text, progress
from bumpcheck.batch.tables import Table
from bumpcheck.batch.writing import LinesWriter, TableWriter, Writer, text_over
from bumpcheck.errors import Exit, visible
from bumpcheck.model import RulePack

from .columnar import AUTO, ENGINES, POLARS, Columnar, Modes, batches, binary, taken
from .files import whole
from .flags import (
    GroupedCommand,
    NoneOption,
    StrictOption,
    command_app,
    load_pack,
    one_of,
)
from .forms import CSV, JSONL, PARQUET, Form, encoding_of, form_of
from .show import columns as screen_width

if TYPE_CHECKING:
    from bumpcheck.batch.frames.parquet import Batches

app = command_app()

REFUSED = 4
SUMMARIES = ("text", "json")
SECONDS_BETWEEN = 0.5
# Clears what is left of a line on a terminal.
TO_THE_END = "\x1b[K"

File = Annotated[str, typer.Argument(metavar="IN", help="The file of cases; - is standard input.")]
OutOption = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        metavar="OUT",
        help="Write to this file, readable only by you; - (or nothing) is standard output.",
    ),
]
FromOption = Annotated[
    str | None,
    typer.Option("--from", metavar="FORM", help="csv, jsonl or parquet; else as IN is called."),
]
ToOption = Annotated[
    str | None,
    typer.Option("--to", metavar="FORM", help="As --from, or with .gz; else as OUT is called."),
]
MapOption = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="QUESTION=COLUMN", help="Which column answers a question."),
]
EncodingOption = Annotated[
    str,
    typer.Option("--encoding", metavar="NAME", help="How IN is written, as latin-1; else UTF-8."),
]
RulesOption = Annotated[
    str | None,
    typer.Option("--rules", metavar="DIR", help="Another rule pack, with questions of its own."),
]
SummaryOption = Annotated[
    str,
    typer.Option("--summary", metavar="FORM", help="text or json, on standard error."),
]
EngineOption = Annotated[
    str,
    typer.Option("--engine", metavar="NAME", help="auto, python or polars: what reads and writes."),
]


@app.command(cls=GroupedCommand)
def batch(
    file: File,
    *,
    output: OutOption = STANDARD,
    from_: FromOption = None,
    to: ToOption = None,
    map: MapOption = None,
    encoding: EncodingOption = UTF_8,
    rules: RulesOption = None,
    strict: StrictOption = False,
    none_of_these: NoneOption = False,
    summary: SummaryOption = "text",
    engine: EngineOption = AUTO,
) -> int:
    """Give every row of a file of cases its verdict: 'batch cases.csv -o verdicts.csv'.

    \b
    bumpcheck batch - -o verdicts.csv < cases.csv
    bumpcheck batch - --from csv --to jsonl --summary json < cases.csv
    bumpcheck batch - -o verdicts.csv.gz --strict < cases.csv

    A column named like a question answers it, in the words of its flag; an empty cell was not
    asked. All other columns pass through. A row with a wrong answer gets an `error` and no verdict;
    the rest go on, and the exit code is 4. Gzip is read whatever the file is called. OUT is there
    once it is whole. With polars installed, large CSV files take a fraction of the time, and
    Parquet is read and written.
    """
    one_of("--summary", summary, SUMMARIES)
    one_of("--engine", engine, ENGINES)
    pack = load_pack(rules)
    encoding = encoding_of(encoding)
    read_as = form_of("--from", from_, file, Form(CSV) if file == STANDARD else None)
    write_as = form_of("--to", to, output, Form(read_as.name))
    run = _Run(pack, write_as.name, engine, summary, Modes(strict, none_of_these))
    names = Names(pack, run.columns, map or [])
    sliced = taken(engine, (file, read_as.name), (output, write_as.name), encoding)
    # A check is over before cycles matter; a million rows are not.
    gc.enable()
    # On a terminal that gets the rows themselves, they are progress enough.
    shows = not (output == STANDARD and sys.stdout.isatty())
    if read_as.name == PARQUET:
        rows = batches(file, names)
        with _written(output, write_as) as out, _Progress(rows, shows=shows) as told:
            run.judge_batches(rows, out, told)
        return run.end()
    with (
        opened(file, encoding) as source,
        _written(output, write_as) as out,
        _Progress(source, shows=shows) as told,
    ):
        if read_as.name != CSV:
            run.judge(Objects(source, names, as_table=write_as.name != JSONL), out, told)
        elif sliced and hasattr(out, "buffer"):
            lines, pieces = source.pieces()
            run.judge_table(Table(lines, names), pieces, out, told)
        else:
            run.judge(Table(source.lines(), names), out, told)
    return run.end()


class _Run:
    """One file of cases on its way."""

    def __init__(self, pack: RulePack, form: str, engine: str, summary: str, modes: Modes) -> None:
        self.columns = classify.columns(pack)
        self._pack = pack
        self._form = form
        self._always = engine == POLARS
        self._modes = modes
        self._summary = summary
        self._tally = Tally()
        self._warnings: list[str] = []
        self._started = time.monotonic()

    def judge(self, source: Source[Own], out: IO[str], told: _Progress) -> None:
        """Write every row of a source with its verdict."""
        self._warn(source)
        if self._form == PARQUET:
            polars = self._by_polars(told)
            polars.write_parquet(source, self._judging(source), binary(out))
        else:
            self._write(source, self._writer(source, out), told)
        told.clear()
        self._warn(source)

    def judge_table(self, table: Table, pieces: Pieces, out: IO[str], told: _Progress) -> None:
        """As `judge`, by polars as far as the table is plain."""
        self._warn(table)
        writer = TableWriter(out, table, self.columns)
        polars = self._by_polars(told)
        if not polars.write_slices(table, pieces, binary(out), always=self._always):
            self._write(table, writer, told)
        told.clear()

    def judge_batches(self, source: Batches, out: IO[str], told: _Progress) -> None:
        """As `judge`, of a Parquet file."""
        if self._form != PARQUET:
            self.judge(source, out, told)
            return
        self._warn(source)
        self._by_polars(told).write_batches(source, binary(out))
        told.clear()

    def _write(self, source: Source[Own], writer: Writer[Own], told: _Progress) -> None:
        for rows in judged(source, self._judging(source), writer.begin, self._tally):
            writer.write(rows)
            told.tick(self._tally.rows)

    def _by_polars(self, told: _Progress) -> Columnar:
        return Columnar(self._pack, self._tally, told.tick, self._modes)

    def _judging(self, source: Source[Own]) -> classify.Judging:
        return classify.judging(
            self._pack,
            source.asked,
            strict=self._modes.strict,
            none_of_these=self._modes.none_of_these,
        )

    def _writer(self, source: Source[Own], out: IO[str]) -> Writer[Own]:
        if self._form == CSV:
            return TableWriter(out, source, self.columns)
        return LinesWriter(out, source, self.columns)

    def end(self) -> int:
        """Tell what the rows came to, once they are safe; the exit code."""
        seconds = time.monotonic() - self._started
        if self._summary == "json":
            summary = as_json(self._pack, self._tally, self._warnings)
            _tell(json.dumps(summary, ensure_ascii=False))
        else:
            mark = "\u2588" if _shows(sys.stderr, "\u2588") else "#"
            width = screen_width(sys.stderr)
            _tell(*as_text(self._pack, self._tally, seconds, width=width, mark=mark))
        return REFUSED if self._tally.refused else Exit.RESULT

    def _warn(self, source: Source[Own]) -> None:
        self._tell_hints(source.hints)

    def _tell_hints(self, hints: Iterable[str]) -> None:
        """Tell what is new of a source; in a summary that a program reads it stands there."""
        for hint in hints:
            if hint not in self._warnings:
                self._warnings.append(hint)
                if self._summary == "text":
                    _tell(f"bumpcheck: {visible(hint)}")


class _Measured(Protocol):
    """What tells how far it has been read, in whatever measure."""

    @property
    def done(self) -> int: ...

    @property
    def size(self) -> int | None: ...


class _Progress:
    """How far a run is, on one line of a terminal; nothing anywhere else."""

    def __init__(self, source: _Measured, *, shows: bool) -> None:
        is_screen = sys.stderr.isatty() and os.environ.get("TERM", "") not in ("", "dumb")
        self._source = source
        self._shows = shows and is_screen
        self._started = self._last = time.monotonic()
        self._is_shown = False

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def tick(self, rows: int) -> None:
        """Say how far it is, from time to time."""
        now = time.monotonic()
        if not self._shows or now - self._last < SECONDS_BETWEEN:
            return
        self._last = now
        line = progress(rows, now - self._started, self._source.done, self._source.size)
        _write(f"\r{line[: screen_width(sys.stderr) - 1]}{TO_THE_END}")
        self._is_shown = True

    def clear(self) -> None:
        """Take the line away."""
        if self._is_shown:
            _write(f"\r{TO_THE_END}")
            self._is_shown = False


@contextmanager
def _written(output: str, form: Form) -> Iterator[IO[str]]:
    """Where rows go: a file that is there once it is whole, or standard output."""
    if output != STANDARD:
        with whole(output) as out, text_over(out, packed=form.packed) as text:
            yield text
        return
    sys.stdout.flush()
    below = getattr(sys.stdout, "buffer", None)
    if below is None:
        # Somebody put a text in its place, which takes text alone.
        yield sys.stdout
        return
    with text_over(below, packed=form.packed) as text:
        yield text
    below.flush()


def _shows(stream: TextIO, mark: str) -> bool:
    """Whether a stream can show a letter."""
    try:
        mark.encode(stream.encoding or "ascii")
    except (LookupError, UnicodeError):
        return False
    return True


def _tell(*lines: str) -> None:
    _write("".join(f"{line}\n" for line in lines))


def _write(text: str) -> None:
    """Write to standard error; where that is full or gone, the rows and the exit code remain."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
