"""Numbers of rows into planes, and back: what `planes` does, in arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bumpcheck.batch.planes import SQUARE, everybody

Bytes = NDArray[np.uint8]
# Small ones are held in few bytes.
Numbers = NDArray[np.unsignedinteger]

# For each byte eight bytes, of which every one is a bit of it; and so for each of eight planes.
_BITS = np.unpackbits(np.arange(1 << SQUARE, dtype=np.uint8)[:, None], axis=1, bitorder="little")
SPREAD = _BITS.view("<u8").ravel() << np.arange(SQUARE, dtype=np.uint64)[:, None]


def planes(codes: Bytes, numbers: NDArray[np.integer]) -> list[int]:
    """A plane for each bit of the codes of rows, from the codes there are and each row's number.

    There is a code a line of `codes`; the lowest bit of the first byte comes first.
    """
    all_rows = everybody(len(numbers))
    found: list[int] = []
    for byte in np.ascontiguousarray(codes.T):
        some, every = int(np.bitwise_or.reduce(byte)), int(np.bitwise_and.reduce(byte))
        bits = [all_rows if some >> bit & 1 else 0 for bit in range(SQUARE)]
        differ = [bit for bit in range(SQUARE) if (some & ~every) >> bit & 1]
        if differ:
            masks = np.array([[1 << bit] for bit in differ], np.uint8)
            packed = np.packbits(byte.take(numbers) & masks, axis=1, bitorder="little")
            for bit, of_rows in zip(differ, packed, strict=True):
                bits[bit] = int.from_bytes(of_rows.data, "little")
        found += bits
    return found


def plane(rows: Bytes | NDArray[np.bool_]) -> int:
    """The plane of the rows that have something else than nothing."""
    return int.from_bytes(np.packbits(rows, bitorder="little").data, "little")


def rows_of(plane: int, rows: int) -> Bytes:
    """A 1 for each of so many rows that a plane has."""
    packed = np.frombuffer(plane.to_bytes(-(-rows // SQUARE), "little"), np.uint8)
    return np.unpackbits(packed, count=rows, bitorder="little")


def numbers(planes: Sequence[int], rows: int) -> Numbers:
    """A number for each row, in which every plane is a bit, the lowest first; 32 planes at most."""
    kind = np.min_scalar_type((1 << len(planes)) - 1)
    found = [
        _bytes(planes[at : at + SQUARE], rows).astype(kind, copy=False) << kind.type(at)
        for at in range(0, len(planes), SQUARE)
    ]
    together: Numbers = np.bitwise_or.reduce(found) if found else np.zeros(rows, kind)
    return together


def _bytes(planes: Sequence[int], rows: int) -> Bytes:
    """A byte for each row, of up to eight planes: eight rows at a time, whose bits are spread."""
    size = -(-rows // SQUARE)
    together = np.zeros(size, "<u8")
    for spread, where in zip(SPREAD, planes, strict=False):
        if where:
            together |= spread.take(np.frombuffer(where.to_bytes(size, "little"), np.uint8))
    return together.view(np.uint8)[:rows]
