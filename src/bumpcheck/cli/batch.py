"""`bumpcheck batch`: a file of cases in, the same file with a verdict for each out."""

from __future__ import annotations

import codecs
import gc
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Annotated, TextIO

import typer
from msgspec import Struct

from bumpcheck.batch import classify
from bumpcheck.batch.lines import Objects
from bumpcheck.batch.names import Names
from bumpcheck.batch.rows import Own, Source, judged
from bumpcheck.batch.streams import STANDARD, UTF_8, Input, opened
from bumpcheck.batch.summary import Tally, as_json, as_text, progress
from bumpcheck.batch.tables import Table
from bumpcheck.batch.writing import LinesWriter, TableWriter, Writer, text_over
from bumpcheck.errors import BumpcheckError, Exit, did_you_mean, quoted, visible
from bumpcheck.model import RulePack

from .database import Plan, Unfit, judged_by_database
from .files import whole
from .flags import (
    GroupedCommand,
    NoneOption,
    StrictOption,
    command_app,
    load_pack,
    one_of,
)
from .show import columns as screen_width

app = command_app()

REFUSED = 4
CSV, JSONL, PARQUET, PACKED = "csv", "jsonl", "parquet", ".gz"
FORMS = (CSV, JSONL, PARQUET, CSV + PACKED, JSONL + PACKED)
ENDINGS = {"csv": CSV, "jsonl": JSONL, "ndjson": JSONL, "parquet": PARQUET}
AUTO, PYTHON, DUCKDB = "auto", "python", "duckdb"
ENGINES = (AUTO, PYTHON, DUCKDB)
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
    typer.Option("--engine", metavar="NAME", help="auto, python or duckdb: what works it out."),
]


class Form(Struct, frozen=True):
    """How rows are written: `csv` or `jsonl`, packed or not."""

    name: str
    packed: bool = False


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
    once it is whole. With duckdb installed, large CSV files take a fraction of the time, and
    Parquet is read and written.
    """
    one_of("--summary", summary, SUMMARIES)
    pack = load_pack(rules)
    encoding = _encoding(encoding)
    read_as = _form("--from", from_, file, Form(CSV) if file == STANDARD else None)
    write_as = _form("--to", to, output, Form(read_as.name))
    run = _Run(pack, write_as.name, strict=strict, none_of_these=none_of_these, summary=summary)
    names = Names(pack, run.columns, map or [])
    if one_of("--engine", engine, ENGINES) != PYTHON:
        plan = Plan(file, read_as.name, output, write_as.name, write_as.packed, encoding)
        if run.by_database(plan, names, always=engine == DUCKDB):
            return run.end()
    for option, form in (("--from", read_as), ("--to", write_as)):
        if form.name == PARQUET:
            raise BumpcheckError(f"{option} parquet is what duckdb alone does: not --engine python")
    # A check is over before cycles matter; a million rows are not.
    gc.enable()
    # On a terminal that gets the rows themselves, they are progress enough.
    shows = not (output == STANDARD and sys.stdout.isatty())
    with (
        opened(file, encoding) as source,
        _written(output, write_as) as out,
        _Progress(source, shows=shows) as told,
    ):
        if read_as.name == CSV:
            run.judge(Table(source.lines(), names), out, told)
        else:
            run.judge(Objects(source, names, as_table=write_as.name == CSV), out, told)
    return run.end()


class _Run:
    """One file of cases on its way."""

    def __init__(
        self, pack: RulePack, form: str, *, strict: bool, none_of_these: bool, summary: str
    ) -> None:
        self.columns = classify.columns(pack)
        self._pack = pack
        self._form = form
        self._strict = strict
        self._none_of_these = none_of_these
        self._summary = summary
        self._tally = Tally()
        self._warnings: list[str] = []
        self._started = time.monotonic()

    def judge(self, source: Source[Own], out: IO[str], told: _Progress) -> None:
        """Write every row of a source with its verdict."""
        self._warn(source)
        judging = classify.judging(
            self._pack, source.asked, strict=self._strict, none_of_these=self._none_of_these
        )
        writer: Writer[Own]
        if self._form == CSV:
            writer = TableWriter(out, source, self.columns)
        else:
            writer = LinesWriter(out, source, self.columns)
        for rows in judged(source, judging, writer.begin, self._tally):
            writer.write(rows)
            told.tick(self._tally.rows)
        told.clear()
        self._warn(source)

    def by_database(self, plan: Plan, names: Names, *, always: bool) -> bool:
        """Judge all rows by an embedded database; False where that is not possible, or not better.

        Where it is `always` to be so, and for Parquet, raises BumpcheckError instead.
        """
        if not (always or plan.needs_database or plan.gains):
            return False
        with _Progress(plan, shows=True) as told:
            try:
                self._tally, hints = judged_by_database(
                    self._pack,
                    plan,
                    names,
                    told.tick,
                    strict=self._strict,
                    none_of_these=self._none_of_these,
                )
            except Unfit as unfit:
                if always or plan.needs_database:
                    raise BumpcheckError(f"duckdb cannot do this: {unfit}") from None
                return False
        self._tell_hints(hints)
        return True

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


class _Progress:
    """How far a run is, on one line of a terminal; nothing anywhere else."""

    def __init__(self, source: Input | Plan, *, shows: bool) -> None:
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


def _form(option: str, said: str | None, file: str, default: Form | None) -> Form:
    """The form of the rows in a file: as said, or by the end of its name."""
    if said is not None:
        name = one_of(option, said, FORMS)
        return Form(name.removesuffix(PACKED), name.endswith(PACKED))
    base = os.path.basename(file).lower()
    packed = base.endswith(PACKED)
    _, dot, ending = base.removesuffix(PACKED).rpartition(".")
    if ending in ENDINGS and dot:
        return Form(ENDINGS[ending], packed)
    # A device, a pipe or standard output has no ending that could tell.
    if default is not None and not dot and not packed:
        return default
    raise BumpcheckError(
        f"the name {quoted(file)} does not tell how its rows are written: "
        f"say {option} {CSV} or {option} {JSONL}"
    )


def _encoding(name: str) -> str:
    """The encoding of that name, as Python calls it; raises BumpcheckError."""
    try:
        "".encode(name)  # an encoding of something else than text is refused here as well
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        known = ("utf-8", "utf-16", "latin-1", "cp1252", "mac-roman")
        hint = did_you_mean(name, known) or f"say {', '.join(known)}"
        raise BumpcheckError(f"--encoding: there is no {quoted(name)}: {hint}") from None


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
