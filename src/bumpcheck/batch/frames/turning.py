"""Numbers of rows into planes, and back: what `planes` does, in arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bumpcheck.batch.planes import SQUARE, everybody

Bytes = NDArray[np.uint8]
# Small ones are held in few bytes.
Numbers = NDArray[np.unsignedinteger]


def planes(codes: Bytes, numbers: NDArray[np.integer]) -> list[int]:
    """A plane for each bit of the codes of rows, from the codes there are and each row's number.

    There is a code a line of `codes`; the lowest bit of the first byte comes first.
    """
    found: list[int] = []
    for byte in np.ascontiguousarray(codes.T):
        of_rows = byte.take(numbers)
        some, every = int(np.bitwise_or.reduce(byte)), int(np.bitwise_and.reduce(byte))
        for bit in range(SQUARE):
            mask = 1 << bit
            if some & mask and not every & mask:
                found.append(plane(of_rows & np.uint8(mask)))
            else:
                found.append(everybody(len(numbers)) if some & mask else 0)
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
    found: Numbers = np.zeros(rows, kind)
    for bit, where in enumerate(planes):
        if where:
            found |= rows_of(where, rows).astype(kind, copy=False) << kind.type(bit)
    return found
