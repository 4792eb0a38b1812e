"""Whether a CSV file is so plain that any reader finds the same cells in it.

Readers differ where a file is not as it should be: a quote within a cell, lines that end in several
ways, a zero byte. Such a file is left to the reader that everything else is held against.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from itertools import islice

from msgspec import Struct

CHUNK = 1 << 20
# So many rows at the beginning tell whether cells of this file have lines of their own.
FIRST = 2000
LOOSE = re.compile(rb'"[ \t]+(?:[,\r\n]|\Z)|(?:\A|[,\r\n])[ \t]+"')
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Plain(Struct, frozen=True):
    """A plain file: its header, how its lines end, and how many rows follow the header."""

    header: tuple[str, ...]
    ends: str
    mark: bool
    rows: int


def plain(file: str) -> Plain | None:
    """What a plain file is like; None where it is not plain, or cannot be read as one."""
    try:
        header = _header(file)
        counted = _counted(file) if header is not None else None
    except (OSError, UnicodeError, csv.Error):
        return None
    if header is None or counted is None:
        return None
    return Plain(tuple(header), *counted)


def _header(file: str) -> Sequence[str] | None:
    """The names of the columns; None where they, or the first rows, are not plain."""
    with open(file, encoding="utf-8-sig", newline="") as text:
        rows = csv.reader(text)
        header = next(rows, [])
        # One column has lines that may be a row or none.
        if rows.line_num != 1 or len(header) < 2:
            return None
        for row in islice(rows, FIRST):
            if len(row) != len(header) or any("\n" in cell for cell in row):
                return None
    return header


def _counted(file: str) -> tuple[str, bool, int] | None:
    """How lines end, whether there is a byte-order mark, and how many rows there are."""
    feeds = returns = pairs = 0
    mark, last = False, b""
    with open(file, "rb") as opened:
        # A piece ends where a line does, so that nothing that is looked for lies across its end.
        while piece := opened.read(CHUNK) + opened.readline(CHUNK):
            mark = mark or (not last and piece.startswith(BYTE_ORDER_MARK))
            if b"\0" in piece or _has_loose_quotes(piece):
                return None
            feeds += piece.count(b"\n")
            if b"\r" in piece:
                returns += piece.count(b"\r")
                pairs += piece.count(b"\r\n")
            last = piece[-1:]
    if returns and not returns == pairs == feeds:
        return None
    rows = feeds - (last == b"\n")
    return ("\r\n" if returns else "\n"), mark, rows


def _has_loose_quotes(piece: bytes) -> bool:
    """Whether a quote has blanks between it and the end of its cell: they may be taken off."""
    # To look for one byte is far quicker than for two.
    may_be = b'"' in piece and (
        (b" " in piece and (b'" ' in piece or b' "' in piece))
        or (b"\t" in piece and (b'"\t' in piece or b'\t"' in piece))
    )
    return may_be and LOOSE.search(piece) is not None
