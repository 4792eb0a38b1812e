"""Which column answers which question, by its name alone."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence

from msgspec import Struct

from bumpcheck.answers import by_name
from bumpcheck.errors import BumpcheckError, did_you_mean, quoted, visible
from bumpcheck.model import RulePack

SHOWN_AT_MOST = 5
# A table of more columns than this, or with longer names, is no form that somebody filled in.
HINTS_AT_MOST = 200
LONGEST_SLIP = 40
# How alike a name has to be to a question's to be taken for a slip of the pen.
ALIKE = 0.8


class Names:
    """The names of a pack's questions, of our own columns, and what `--map` says of others.

    `ours` are the columns that a verdict adds. Raises BumpcheckError where `--map` is wrong.
    """

    def __init__(self, pack: RulePack, ours: Sequence[str], mapped: Iterable[str] = ()) -> None:
        self.ours = frozenset(ours)
        self.order = tuple(question.id for question in pack.questions)
        self._known = by_name(pack)
        # The question of each column that was mapped, by the column's name.
        self.mapped: dict[str, str] = {}
        for pair in mapped:
            self._map(pair)

    def _map(self, pair: str) -> None:
        said, equals, column = pair.partition("=")
        if not equals:
            raise BumpcheckError(
                f"--map {quoted(pair)}: write it as QUESTION=COLUMN, as in --map {self.order[0]}=A"
            )
        question = self._known.get(said.strip())
        if question is None:
            hint = did_you_mean(said, self._known) or "'bumpcheck questions' lists them"
            raise BumpcheckError(f"--map: there is no question {quoted(said)}: {hint}")
        if question.id in self.mapped.values():
            raise BumpcheckError(f"--map: {question.id} is mapped twice")
        if column in self.mapped:
            raise BumpcheckError(f"--map: column {quoted(column)} is mapped twice")
        self.mapped[column] = question.id

    def question(self, column: str) -> str | None:
        """The id of the question that a column answers; None where it answers none."""
        if column in self.mapped:
            return self.mapped[column]
        question = self._known.get(column)
        # What was mapped by hand is answered by that column alone.
        if question is None or question.id in self.mapped.values():
            return None
        return question.id

    def refuse_ours(self, column: str) -> None:
        """Raise BumpcheckError where a column has the name of one that a verdict adds."""
        if column in self.ours:
            raise BumpcheckError(
                f"there is a column {quoted(column)} already, and a verdict adds one of that name: "
                "rename it or leave it out"
            )

    def hint(self, column: str) -> str | None:
        """What to tell of a column that is not read, but may be meant to be."""
        question = self._known.get(column)
        if question is not None and question.id in self.mapped.values():
            by = next(name for name, id in self.mapped.items() if id == question.id)
            return f"column {quoted(column)} is not read: {question.id} is taken from {quoted(by)}"
        meant = self._meant(column)
        if meant is None:
            return None
        return (
            f"column {quoted(column)} is not read; if it answers {meant}, "
            f"name it {meant} or say --map {shlex.quote(f'{meant}={visible(column)}')}"
        )

    def _meant(self, column: str) -> str | None:
        if len(column) > LONGEST_SLIP:
            return None
        bare = _bare(column)
        for name, question in self._known.items():
            if _bare(name) == bare:
                return question.id
        # `age_in_years` has the name of a question in it.
        for word in re.split(r"[^a-z]+", column.lower()):
            if word in self.order:
                return word
        from difflib import get_close_matches

        known = {_bare(name): question.id for name, question in self._known.items()}
        close = get_close_matches(bare, known, 1, ALIKE)
        return known[close[0]] if close else None


class Layout(Struct, frozen=True):
    """The columns of a table: their names, which are read, and what to tell of the others.

    `asked` are the questions that a column answers, in the pack's order, `places` their columns.
    """

    names: tuple[str, ...]
    asked: tuple[str, ...]
    places: tuple[int, ...]
    hints: tuple[str, ...]


def lay_out(header: Sequence[str], names: Names) -> Layout:
    """Find the questions among the names of a table's columns.

    Raises BumpcheckError where two are one, one is ours, or a mapped one is missing.
    """
    _refuse_twice(header)
    for column in header:
        names.refuse_ours(column)
    found: dict[str, int] = {}
    hints: list[str] = []
    for place, column in enumerate(header):
        id = names.question(column)
        if id is None:
            hint = names.hint(column) if place < HINTS_AT_MOST else None
            if hint is not None:
                hints.append(hint)
        elif id in found:
            raise BumpcheckError(
                f"columns {quoted(header[found[id]])} and {quoted(column)} both answer {id}: "
                f"keep one, or say which with --map {id}=..."
            )
        else:
            found[id] = place
    _refuse_missing(header, names)
    if not found:
        hints.insert(0, _nothing_read(header))
    asked = tuple(id for id in names.order if id in found)
    return Layout(tuple(header), asked, tuple(found[id] for id in asked), tuple(hints))


def _refuse_twice(header: Sequence[str]) -> None:
    seen: set[str] = set()
    for column in header:
        if column in seen:
            which = f"are called {quoted(column)}" if column.strip() else "have no name"
            raise BumpcheckError(f"two columns {which}: every column needs a name of its own")
        seen.add(column)


def _refuse_missing(header: Sequence[str], names: Names) -> None:
    for column, id in names.mapped.items():
        if column not in header:
            hint = did_you_mean(column, header) or f"there are {_listed(header)}"
            raise BumpcheckError(f"--map {id}={column}: there is no such column: {hint}")


def _nothing_read(header: Sequence[str]) -> str:
    """No column answers anything; a table cut with another separator looks like that as well."""
    if len(header) == 1:
        for mark, called in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
            if mark in header[0]:
                raise BumpcheckError(
                    f"the cells seem to be separated by {called}: separate them with commas"
                )
    return f"no column is a question: there are {_listed(header)}"


def _listed(columns: Sequence[str]) -> str:
    shown = ", ".join(map(quoted, columns[:SHOWN_AT_MOST]))
    return f"{shown}, ..." if len(columns) > SHOWN_AT_MOST else shown


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.lower())
