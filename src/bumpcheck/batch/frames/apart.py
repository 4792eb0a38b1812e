"""Which texts are alike, of very many of which few differ, and most were seen before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Places = NDArray[np.intp]
# A text is a number of words of eight letters; where it ends there are zeros.
Words = NDArray[np.uint64]

# Texts are told apart by so many words.
MOST_WORDS = 4
# Words are strewn by multiples of the golden ratio, of which the highest bits are a slot.
GOLDEN = 0x9E3779B97F4A7C15
STREWN = np.array([GOLDEN * odd % (1 << 64) for odd in (1, 3, 7, 13)], np.uint64)
SLOT_BITS = 13
# So many times texts that share a slot are told apart.
ROUNDS = 8
# So many texts are known at most.
MOST_KNOWN = 1 << 10


class Known(Struct, frozen=True):
    """Texts that were seen, and in each slot the words and the number of one of them.

    The empty text is known from the beginning: it is what a slot holds that nothing was put in.
    """

    texts: tuple[str, ...]
    words: NDArray[np.uint64]
    numbers: Places

    def told_apart(self, words: Sequence[Words]) -> tuple[Places, Places, Places]:
        """For each text the number of one that is alike; new ones, in order; which are not told."""
        slots = _slots(words)
        numbers = self.numbers.take(slots)
        differ = np.zeros(len(slots), np.bool_)
        for word, known in zip(words, self.words, strict=False):
            differ |= word != known.take(slots)
        for known in self.words[len(words) :]:
            if known.any():
                differ |= known.take(slots) != 0
        rest = np.flatnonzero(differ)
        count = len(self.texts)
        showing = [rest[:0]]
        for _ in range(ROUNDS):
            if not len(rest):
                break
            words = [word[differ] for word in words]
            # Of texts that share a slot one is shown, and the others are alike or not.
            shown = _sharing(words)
            differ = np.zeros(len(rest), np.bool_)
            for word in words:
                differ |= word != word.take(shown)
            shows = np.flatnonzero(shown == np.arange(len(rest)))
            number = np.empty(len(rest), np.intp)
            number[shows] = np.arange(count, count + len(shows))
            numbers[rest] = number.take(shown)
            showing.append(rest[shows])
            count += len(shows)
            rest = rest[differ]
        return numbers, np.concatenate(showing), rest

    def and_these(self, texts: Sequence[str], words: Sequence[Words]) -> Known:
        """These texts as well, as far as there is room."""
        slots, first = np.unique(_slots(words), return_index=True)
        # Slot 0 is that of the empty text.
        is_free = (slots > 0) & (self.words[0, slots] == 0)
        free = np.flatnonzero(is_free)[: MOST_KNOWN - len(self.texts)]
        slots, first = slots[free], first[free]
        known, numbers = self.words.copy(), self.numbers.copy()
        for at, word in enumerate(words):
            known[at, slots] = word[first]
        numbers[slots] = np.arange(len(self.texts), len(self.texts) + len(first))
        return Known((*self.texts, *[texts[at] for at in first.tolist()]), known, numbers)


def nothing_known() -> Known:
    """What is known before the first text."""
    slots = 1 << SLOT_BITS
    return Known(("",), np.zeros((MOST_WORDS, slots), np.uint64), np.zeros(slots, np.intp))


def _slots(words: Sequence[Words]) -> Places:
    """The slot of each text; words of zeros do not count."""
    strewn = words[0] * STREWN[0]
    for word, golden in zip(words[1:], STREWN[1:], strict=False):
        strewn ^= word * golden
    slots: Places = (strewn >> np.uint64(64 - SLOT_BITS)).astype(np.intp)
    return slots


def _sharing(words: Sequence[Words]) -> Places:
    """For each text one that has the same slot: itself, or the last of them."""
    slots = _slots(words)
    last: Places = np.empty(1 << SLOT_BITS, np.intp)
    last[slots] = np.arange(len(slots))
    shared: Places = last.take(slots)
    return shared
