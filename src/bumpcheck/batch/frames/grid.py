"""Where the cells of a slice of CSV stand, where all readers agree on that."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from .apart import MOST_WORDS, Known, Places, Words
from .texts import Texts
from .turning import Bytes

COMMA, QUOTE, RETURN, FEED = b',"\r\n'
# Texts are told apart as words of eight letters, up to so many; longer ones are one by one.
WORD = 8
LONGEST = MOST_WORDS * WORD
# What is kept of each word of a text of so many letters.
KEPT = np.array(
    [
        [(1 << WORD * min(max(length - at, 0), WORD)) - 1 for length in range(LONGEST + 1)]
        for at in range(0, LONGEST, WORD)
    ],
    np.uint64,
)


class Grid(Struct, frozen=True):
    """The cells of lines that have equally many: where each begins and ends, column by column.

    `has_spare_quotes` where a cell is in quotes that would do without.
    """

    slice: bytes
    words: Words
    begins: Places
    ends: Places
    has_spare_quotes: bool

    @property
    def rows(self) -> int:
        """How many lines there are."""
        return len(self.ends[0])

    def texts(self, column: int, known: Known) -> tuple[Texts, Known]:
        """The texts of a column, and the number of each row's; and what is known then."""
        begins = self.begins[column]
        lengths = self.ends[column] - begins
        longest = int(lengths.max(initial=1))
        longer = np.flatnonzero(lengths > LONGEST) if longest > LONGEST else begins[:0]
        # What is too long is taken for the empty text, until it is told apart by itself.
        lengths[longer] = 0
        words = [
            self.words[begins + at * WORD] & kept.take(lengths, mode="clip")
            for at, kept in enumerate(KEPT[: -(-longest // WORD)])
        ]
        numbers, showing, rest = known.told_apart(words)
        new = [self._text(column, row) for row in showing.tolist()]
        texts = [*known.texts, *new]
        if new:
            known = known.and_these(new, [word[showing] for word in words])
        others: dict[str, int] = {}
        for row in [*rest.tolist(), *longer.tolist()]:
            text = self._text(column, row)
            number = others.setdefault(text, len(texts))
            numbers[row] = number
            texts += [text] if number == len(texts) else []
        return Texts(texts, numbers), known

    def _text(self, column: int, row: int) -> str:
        text = self.slice[self.begins[column, row] : self.ends[column, row]].decode()
        return text[1:-1].replace('""', '"') if text.startswith('"') else text


def grid(slice: bytes, width: int) -> Grid | None:
    """The cells of a slice, so many a line; None where readers may find others.

    A slice ends where a line does, and holds no zero byte.
    """
    letters = np.frombuffer(slice, np.uint8)
    feeds = letters == FEED
    marks = np.flatnonzero(feeds | (letters == COMMA) | (letters == QUOTE))
    quotes = letters[marks] == QUOTE
    spare = False
    if quotes.any():
        at = np.flatnonzero(quotes)
        if len(at) % 2 or not _are_strict(letters, marks[at]):
            return None
        spare = _any_spare(at, marks)
        # What stands in quotes is no mark, and they are none any more.
        marks = marks[~(quotes | np.logical_xor.accumulate(quotes))]
    rows = int(np.count_nonzero(feeds))
    if len(marks) != rows * width:
        return None
    ends = np.ascontiguousarray(marks.reshape(rows, width).T)
    # As many as there are, and one at the end of each line: there is none elsewhere.
    if not feeds[ends[-1]].all():
        return None
    begins = np.empty_like(ends)
    begins[1:] = ends[:-1] + 1
    begins[0, :1], begins[0, 1:] = 0, ends[-1, :-1] + 1
    returns = int(np.count_nonzero(letters == RETURN))
    if returns:
        ends[-1] -= 1
        # All lines end alike, and there is no other.
        if returns != rows or not (letters[ends[-1]] == RETURN).all():
            return None
    # From every letter on there are as many words as a text may have.
    size = len(slice) + LONGEST
    words: Words = np.ndarray(size, "<u8", slice + bytes(2 * LONGEST), strides=(1,))
    return Grid(slice, words, begins, ends, spare)


def _are_strict(letters: Bytes, quotes: Places) -> bool:
    """Whether quotes stand around whole cells, or twice in them."""
    opening, closing = quotes[0::2], quotes[1::2]
    twice = opening[1:] == closing[:-1] + 1
    before, after = letters[opening - 1], letters[closing + 1]
    begins = (before == COMMA) | (before == FEED) | (opening == 0)
    ends = (after == COMMA) | (after == FEED) | (after == RETURN)
    return bool((begins[1:] | twice).all() and begins[0] and (ends[:-1] | twice).all() and ends[-1])


def _any_spare(at: Places, marks: Places) -> bool:
    """Whether there is a cell in quotes without a mark in it; quotes are the marks at `at`."""
    opening, closing = at[0::2], at[1::2]
    twice = marks[opening[1:]] == marks[closing[:-1]] + 1
    alone = closing == opening + 1
    alone[1:] &= ~twice
    alone[:-1] &= ~twice
    return bool(alone.any())
