"""Where rows come from: a file or a stream, compressed or not, in any encoding, hostile or not."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import stat
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import IO, BinaryIO, cast

from bumpcheck.errors import FileError, quoted

STANDARD = "-"
UTF_8 = "utf-8"
# A row may have so many letters; a quote that is never closed would take all of memory.
MOST_ROW = 1 << 24
# Large pieces have so many bytes: enough to be judged all at once, few enough to be at hand.
SLICE = 1 << 22

_GZIP = b"\x1f\x8b"
CANNOT_READ = (OSError, EOFError, zlib.error)


class Lines:
    """The lines of a text with their ends, in memory of one row.

    `ends` is how the first line ends, and `mark` whether a byte-order mark stood before it, which
    is taken off. Whoever makes rows of lines sets `taken` to 0 after each. Raises FileError for
    what cannot be read as text, and for a row without an end.
    """

    def __init__(self, text: IO[str], source: Input) -> None:
        self.name = source.name
        self.taken = 0
        self.ends = "\n"
        self.mark = False
        self._source = source
        self._read = text.readline
        self._is_first = True

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            line = self._read(MOST_ROW)
        except UnicodeError:
            raise self._source.not_text() from None
        except CANNOT_READ as error:
            raise self._source.unreadable(error) from None
        if not line:
            raise StopIteration
        self.taken += len(line)
        if self.taken >= MOST_ROW:
            raise FileError(
                f"{quoted(self.name)} has a row of more than {MOST_ROW >> 20} million letters: "
                "is a quote left open?"
            )
        if self._is_first:
            self._is_first = False
            self.mark = line.startswith("\ufeff")
            line = line.removeprefix("\ufeff")
            self.ends = "\r\n" if line.endswith("\r\n") else "\n"
        return line


class Pieces(io.BufferedIOBase):
    """A stream of bytes line by line, until it is asked for large pieces; these can be put back.

    `head` is what it gave out line by line, `at_end` whether there was no piece left.
    """

    def __init__(self, below: io.BufferedReader | gzip.GzipFile, source: Input) -> None:
        self.head = b""
        self.at_end = False
        self._below = below
        self._source = source
        self._back: io.BytesIO | None = None

    def readable(self) -> bool:
        return True

    def read1(self, size: int = -1, /) -> bytes:
        """A line, or no more than the beginning of it; after `put_back` as much as there is."""
        if self._back is None:
            line = self._below.readline(size)
            self.head += line
            return line
        return self._back.read(size) or self._below.read1(size)

    def piece(self, size: int) -> bytes:
        """So many bytes and the rest of a line; nothing at the end. Raises FileError.

        A line of MOST_ROW bytes is cut.
        """
        if self._back is not None and (back := self._back.read()):
            return back
        try:
            return self._taken(size)
        except CANNOT_READ as error:
            raise self._source.unreadable(error) from None

    def _taken(self, size: int) -> bytes:
        parts: list[bytes] = []
        # One by one, so that an interrupt is heeded between those of a pipe.
        while size > 0 and (part := self._below.read1(size)):
            parts.append(part)
            size -= len(part)
        if size <= 0:
            parts.append(self._below.readline(MOST_ROW))
        self.at_end = not parts
        return b"".join(parts)

    def put_back(self, piece: bytes) -> None:
        """Give out once more what was taken last."""
        self._back = io.BytesIO(piece)
        self.at_end = False


class Input:
    """An open file or standard input; `size` is that of a regular file, in bytes."""

    def __init__(self, name: str, opened: BinaryIO, encoding: str, keep: ExitStack) -> None:
        self.name = name
        self.size = _size(opened)
        self._opened = opened
        self._encoding = encoding
        self._keep = keep
        self._start = opened.tell() if opened.seekable() else None

    @property
    def done(self) -> int:
        """How many bytes have been read."""
        return self._opened.tell() - (self._start or 0) if self.size is not None else 0

    def may_be_read_twice(self) -> None:
        """What comes through a pipe is put aside first, in a file that nobody else can open."""
        if self._start is not None:
            return
        try:
            aside = self._keep.enter_context(_aside(self._opened))
        except OSError as error:
            raise _unreadable(self.name, error) from None
        self._opened, self._start = aside, 0

    def lines(self) -> Lines:
        """Its lines, from the beginning."""
        return self._lines(self._unpacked())

    def pieces(self) -> tuple[Lines, Pieces]:
        """Its lines, from the beginning, and what gives them out: it has large pieces as well."""
        pieces = Pieces(self._unpacked(), self)
        return self._lines(pieces), pieces

    def _lines(self, unpacked: io.BufferedIOBase) -> Lines:
        # A text asks for no more of what it is made of than this.
        text = io.TextIOWrapper(cast(IO[bytes], unpacked), encoding=self._encoding, newline="")
        # Left alone, a text closes what it reads from; standard input is not ours to close.
        self._keep.callback(text.detach)
        return Lines(text, self)

    def _unpacked(self) -> io.BufferedReader | gzip.GzipFile:
        try:
            if self._start is not None:
                self._opened.seek(self._start)
            return self._opened_up()
        except OSError as error:
            raise _unreadable(self.name, error) from None

    def _opened_up(self) -> io.BufferedReader | gzip.GzipFile:
        """What it holds, unpacked where it begins as gzip does, whatever it is called."""
        peekable = _peekable(self._opened, self._keep)
        if peekable.peek(2)[:2] != _GZIP:
            return peekable
        return gzip.GzipFile(fileobj=peekable, mode="rb")

    def not_text(self) -> FileError:
        """What is wrong, and where, in a file that is no text in the encoding it should have."""
        line = self._bad_line()
        where = f"{quoted(self.name)}, line {line:,}" if line else quoted(self.name)
        if self._encoding != UTF_8:
            return FileError(f"{where}: not {self._encoding} text: say another --encoding")
        return FileError(
            f"{where}: not UTF-8 text: save it as UTF-8, or say what it is, "
            "as in --encoding latin-1 or --encoding utf-16"
        )

    def unreadable(self, error: Exception) -> FileError:
        """What is wrong with a file that cannot be read any further."""
        if isinstance(error, OSError) and not isinstance(error, gzip.BadGzipFile):
            return _unreadable(self.name, error)
        return FileError(f"{quoted(self.name)} is damaged: it cannot be unpacked")

    def _bad_line(self) -> int | None:
        """The first line that is not UTF-8; None where it cannot be looked for again."""
        if self._start is None or self._encoding != UTF_8:
            return None
        try:
            self._opened.seek(self._start)
            lines = iter(lambda: self._opened.readline(MOST_ROW), b"")
            for number, line in enumerate(lines, 1):
                try:
                    line.decode(UTF_8)
                except UnicodeDecodeError:
                    return number
        except OSError:
            pass
        return None


@contextmanager
def opened(file: str, encoding: str) -> Iterator[Input]:
    """Open a file, or standard input for `-`; raises FileError."""
    with ExitStack() as keep:
        if file == STANDARD:
            yield Input("standard input", sys.stdin.buffer, encoding, keep)
            return
        try:
            raw = keep.enter_context(open(file, "rb"))
        except (OSError, ValueError) as error:  # a name that cannot be is a ValueError
            raise _unreadable(file, error) from None
        yield Input(file, raw, encoding, keep)


@contextmanager
def _aside(stream: BinaryIO) -> Iterator[BinaryIO]:
    """A copy of a stream in a file without a name, which goes with whoever made it."""
    with tempfile.TemporaryFile() as aside:
        shutil.copyfileobj(stream, aside)
        aside.seek(0)
        yield cast(BinaryIO, aside)


def _peekable(stream: BinaryIO, keep: ExitStack) -> io.BufferedReader:
    if isinstance(stream, io.BufferedReader):
        return stream
    reader: io.BufferedReader = io.BufferedReader(cast(io.RawIOBase, stream))
    # Left alone, it closes what it reads from.
    keep.callback(reader.detach)
    return reader


def _size(opened: BinaryIO) -> int | None:
    try:
        status = os.fstat(opened.fileno())
    except OSError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _unreadable(name: str, error: OSError | ValueError) -> FileError:
    return FileError(f"cannot read {quoted(name)}: {getattr(error, 'strerror', None) or error}")
