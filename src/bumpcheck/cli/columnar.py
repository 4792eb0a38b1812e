"""A file of cases by polars, where that is installed, and can and should be taken."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import IO, TYPE_CHECKING, BinaryIO, TextIO, TypeVar, cast

from msgspec import Struct

from bumpcheck.batch.classify import Judging, columns
from bumpcheck.batch.names import Names
from bumpcheck.batch.rows import Own, Source, judged
from bumpcheck.batch.streams import SLICE, STANDARD, UTF_8, Pieces
from bumpcheck.batch.summary import Tally
from bumpcheck.batch.tables import Table
from bumpcheck.coded import NotCodable
from bumpcheck.errors import BumpcheckError
from bumpcheck.model import RulePack

from .forms import CSV, PARQUET

if TYPE_CHECKING:
    from bumpcheck.batch.frames.parquet import Batches

AUTO, PYTHON, POLARS = "auto", "python", "polars"
ENGINES = (AUTO, PYTHON, POLARS)

Tick = Callable[[int], None]
Frame = TypeVar("Frame")


class Modes(Struct, frozen=True):
    """How cases are judged."""

    strict: bool
    none_of_these: bool


def taken(engine: str, read: tuple[str, str], written: tuple[str, str], encoding: str) -> bool:
    """Whether polars may take slices of what goes from one file, by name and form, to another.

    Raises BumpcheckError where polars has to do it, and cannot.
    """
    forms = {read[1], written[1]}
    if PARQUET in forms:
        if engine == PYTHON:
            raise BumpcheckError("parquet is what polars alone does: not --engine python")
        _refuse_without()
        if STANDARD in [name for name, form in (read, written) if form == PARQUET]:
            raise BumpcheckError("parquet is read from a file, and written to one: name it")
        return False
    can = forms == {CSV} and encoding == UTF_8
    if engine == POLARS:
        if not can:
            raise BumpcheckError("polars cannot do this: it takes CSV in UTF-8, and parquet")
        _refuse_without()
    return can and engine != PYTHON and _is_there()


def _refuse_without() -> None:
    if not _is_there():
        raise BumpcheckError("polars is not installed: pip install 'bumpcheck[batch]'")


def _is_there() -> bool:
    return all(find_spec(name) is not None for name in ("polars", "numpy"))


def binary(out: IO[str]) -> BinaryIO:
    """The bytes below a text, to write to them from here on."""
    out.flush()
    return cast(TextIO, out).buffer


def batches(file: str, names: Names) -> Batches:
    """The rows of a Parquet file. Raises BumpcheckError."""
    from bumpcheck.batch.frames.parquet import Batches

    return Batches(file, names)


class Columnar:
    """What polars does of one batch."""

    def __init__(self, pack: RulePack, tally: Tally, tick: Tick, modes: Modes) -> None:
        self._pack = pack
        self._tally = tally
        self._tick = tick
        self._modes = {"strict": modes.strict, "none_of_these": modes.none_of_these}

    def write_slices(self, table: Table, pieces: Pieces, out: BinaryIO, *, always: bool) -> bool:
        """Write the rows of a table with their verdicts as far as it is plain; whether that is all.

        The others are still to be read. A small file is left alone where it is not `always` to be
        polars: to load it takes as long as to judge such a file without.
        """
        first = pieces.piece(SLICE) if _has_plain_header(table, pieces) else b""
        pieces.put_back(first)
        if not first or (len(first) < SLICE and not always):
            return False
        # Slices are taken side by side: threads of its own would only be in their way.
        os.environ.setdefault("POLARS_MAX_THREADS", "1")
        from bumpcheck.batch.frames import slices
        from bumpcheck.batch.frames.judging import FrameJudge

        try:
            judge = FrameJudge(self._pack, table.asked, **self._modes)
        except NotCodable:
            return False
        slicer = slices.Slicer(table, judge)
        for done in slices.judged(pieces, slicer.judged):
            out.writelines(done.text)
            self._tally.add(done.judged.counts(), done.judged.wrong)
            self._tick(self._tally.rows)
        return pieces.at_end

    def write_parquet(self, source: Source[Own], judging: Judging, out: BinaryIO) -> None:
        """Write every row with its verdict as Parquet, its own cells as text."""
        from bumpcheck.batch.frames import parquet

        types = parquet.types(source.names, columns(self._pack))
        blocks = judged(source, judging, source.cells, self._tally)
        frames = (parquet.frame(rows, types) for rows in blocks)
        parquet.write(self._ticking(frames), types, out)

    def write_batches(self, source: Batches, out: BinaryIO) -> None:
        """Write every row of a Parquet file with its verdict; its own columns keep their types."""
        from bumpcheck.batch.frames import parquet
        from bumpcheck.batch.frames.judging import FrameJudge

        ours = columns(self._pack)
        try:
            judge = FrameJudge(self._pack, source.asked, **self._modes)
        except NotCodable as error:
            raise BumpcheckError(f"polars cannot do this: {error}") from None
        types = parquet.types(source.types, ours)
        frames = parquet.with_verdicts(source, judge, ours, self._tally)
        parquet.write(self._ticking(frames), types, out)

    def _ticking(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        for frame in frames:
            yield frame
            self._tick(self._tally.rows)


def _has_plain_header(table: Table, pieces: Pieces) -> bool:
    """Whether there is a question and a column more, and nothing after the header was read."""
    return (
        len(table.names) > 1
        and bool(table.asked)
        and b"\r" not in pieces.head.replace(b"\r\n", b"\n")
    )
