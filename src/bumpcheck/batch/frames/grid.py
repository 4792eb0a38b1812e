"""Where the cells of a slice of CSV stand, where all readers agree on that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct

from .apart import Places, Words, told_apart
from .texts import Texts
from .turning import Bytes

COMMA, QUOTE, RETURN, FEED = b',"\r\n'
# Texts are told apart as words of eight letters, up to so many; longer ones are one by one.
WORD = 8
MOST_WORDS = 4
LONGEST = MOST_WORDS * WORD
# What is kept of each word of a text of so many letters.
KEPT = np.array(
    [
        [(1 << WORD * min(max(length - at, 0), WORD)) - 1 for length in range(LONGEST + 1)]
        for at in range(0, LONGEST, WORD)
    ],
    np.uint64,
)
# The cells of so many columns are told apart at once.
AT_ONCE = 4


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

    def texts(self, columns: Sequence[int]) -> list[Texts]:
        """The different texts of each column, and the number of each row's."""
        longest = [int((self.ends[it] - self.begins[it]).max(initial=1)) for it in columns]
        counts = [min(-(-letters // WORD), MOST_WORDS) for letters in longest]
        found: dict[int, Texts] = {}
        for count in set(counts):
            # Those that have as many words go together, though not all of them.
            alike = [it for it, of in zip(columns, counts, strict=True) if of == count]
            for at in range(0, len(alike), AT_ONCE):
                some = alike[at : at + AT_ONCE]
                found.update(zip(some, self._texts(some, count), strict=True))
        return [found[column] for column in columns]

    def _texts(self, columns: list[int], count: int) -> Iterator[Texts]:
        """The texts of some columns, which have so many words; those that have more are few."""
        rows = self.rows
        begins = self.begins[columns].ravel()
        lengths = self.ends[columns].ravel() - begins
        of = np.repeat(np.arange(len(columns)), rows)
        longer = np.flatnonzero(lengths > LONGEST)
        # What is too long has the first letters of others; it is told apart by itself.
        of[longer] += len(columns)
        words = [
            self.words[begins + at * WORD] & kept.take(lengths, mode="clip")
            for at, kept in enumerate(KEPT[:count])
        ]
        told, showing, rest = told_apart(words, of)
        others = np.concatenate([rest, longer])
        for at, column in enumerate(columns):
            own = np.flatnonzero(of[showing] == at)
            place = np.zeros(len(showing), np.intp)
            place[own] = np.arange(len(own))
            of_rows = place.take(told[at * rows : (at + 1) * rows])
            texts = [self._text(column, row) for row in (showing[own] - at * rows).tolist()]
            known: dict[str, int] = {}
            for row in (others[others // rows == at] - at * rows).tolist():
                text = self._text(column, row)
                number = known.setdefault(text, len(texts))
                of_rows[row] = number
                texts += [text] if number == len(texts) else []
            yield Texts(texts, of_rows)

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
