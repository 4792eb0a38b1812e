"""Which texts are alike, of very many of which few differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]
# A text is a number of words of eight letters; where it ends there are zeros.
Words = NDArray[np.uint64]

# Words are strewn by multiples of the golden ratio, of which the highest bits are a slot.
GOLDEN = 0x9E3779B97F4A7C15
STREWN = np.array([GOLDEN * odd % (1 << 64) for odd in (1, 3, 7, 13)], np.uint64)
SLOT_BITS = 13
# So many times texts that share a slot are told apart.
ROUNDS = 8


def told_apart(words: list[Words], groups: Places) -> tuple[Places, Places, Places]:
    """For each text the number of one that is alike; which of them these are; which are not told.

    Texts are alike within a group only.
    """
    numbers = np.zeros(len(groups), np.intp)
    showing: list[Places] = []
    count = 0
    rest = np.arange(len(groups))
    for _ in range(ROUNDS):
        if not len(rest):
            break
        # Of texts that share a slot one is shown, and the others are alike or not.
        shown = _sharing(words, groups)
        differ = np.zeros(len(rest), np.bool_)
        for word in words:
            differ |= word != word.take(shown)
        shows = np.flatnonzero(shown == np.arange(len(rest)))
        number = np.empty(len(rest), np.intp)
        number[shows] = np.arange(count, count + len(shows))
        numbers[rest] = number.take(shown)
        showing.append(rest[shows])
        count += len(shows)
        rest, groups = rest[differ], groups[differ]
        words = [word[differ] for word in words]
    return numbers, np.concatenate([rest[:0], *showing]), rest


def _sharing(words: Sequence[Words], groups: Places) -> Places:
    """For each text one that has the same slot: itself, or the last of them."""
    strewn = words[0] * STREWN[0]
    for word, golden in zip(words[1:], STREWN[1:], strict=False):
        strewn ^= word * golden
    slot = (strewn >> np.uint64(64 - SLOT_BITS)).astype(np.intp) + (groups << SLOT_BITS)
    last: Places = np.empty((int(groups.max()) + 1) << SLOT_BITS, np.intp)
    last[slot] = np.arange(len(slot))
    shared: Places = last.take(slot)
    return shared
