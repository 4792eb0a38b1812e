"""Rows of JSON Lines: an object a line, each with keys of its own."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator
from contextlib import suppress

from bumpcheck.errors import FileError, quoted, visible

from .cells import Value
from .names import HINTS_AT_MOST, Names
from .rows import LETTERS, SHEET, Sheet
from .streams import Input

# A table of so many columns is none; the keys of a hostile file are not all remembered.
MOST_COLUMNS = 1000
KEYS = 1 << 12
DEEPEST = 100

# A line as it stands, and its object where it is one.
Own = tuple[str, dict[str, object]]


class _Wrong(Exception):
    """A line that is no object of answers, and why."""


class Objects:
    """The objects of a file; a key that answers no question passes through.

    With `as_table` the file is read once beforehand, for the columns that the objects have between
    them. `hints` grows while rows are read: what to tell of keys that are not read.
    """

    ends = "\n"
    mark = False

    def __init__(self, source: Input, names: Names, *, as_table: bool) -> None:
        self._source = source
        self._names = names
        self._keys = _Keys(names)
        self.names: tuple[str, ...] = ()
        self.asked = names.order
        if as_table:
            source.may_be_read_twice()
            self.names = self._columns()

    @property
    def hints(self) -> tuple[str, ...]:
        """What to tell of keys that are not read, and of those that never came up."""
        return (*self._keys.hints, *self._keys.missing())

    def sheets(self) -> Iterator[Sheet[Own]]:
        """Every row; a line with nothing on it is none."""
        rows: list[Own] = []
        said: list[dict[str, Value]] = []
        wrong: dict[int, str] = {}
        letters = 0
        for text in self._lines():
            object_: dict[str, object] = {}
            answers: dict[str, Value] = {}
            try:
                object_ = _object(text)
                answers = self._said(object_)
            except _Wrong as error:
                wrong[len(rows)] = str(error)
            rows.append((text, object_))
            said.append(answers)
            letters += len(text)
            if len(rows) >= SHEET or letters >= LETTERS:
                yield self._sheet(rows, said, wrong)
                rows, said, wrong, letters = [], [], {}, 0
        if rows:
            yield self._sheet(rows, said, wrong)

    def _sheet(
        self, rows: list[Own], said: list[dict[str, Value]], wrong: dict[int, str]
    ) -> Sheet[Own]:
        cells = [[answers.get(id) for answers in said] for id in self.asked]
        return Sheet(rows, cells, wrong)

    def cells(self, own: Own) -> list[str]:
        """A row as a row of the table: a list of answers joined by `;`, anything deeper as JSON."""
        text, object_ = own
        return [_cell(object_[name], name, text) if name in object_ else "" for name in self.names]

    def json(self, own: Own) -> str:
        """The line as it stands, open at its end; that of a line that is no object is lost."""
        text, object_ = own
        return f"{text[:-1].rstrip()}, " if object_ else "{"

    def _lines(self) -> Iterator[str]:
        lines = self._source.lines()
        for line in lines:
            lines.taken = 0
            text = line.strip()
            if text:
                yield text

    def _columns(self) -> tuple[str, ...]:
        """Every key there is, in the order in which they come up."""
        found: dict[str, None] = {}
        for text in self._lines():
            try:
                object_ = _object(text)
            except _Wrong:
                continue
            found.update(dict.fromkeys(object_))
            if len(found) > MOST_COLUMNS:
                raise FileError(
                    f"{quoted(self._source.name)} has more than {MOST_COLUMNS:,} different keys: "
                    "too many for a table; write it as JSON Lines"
                )
        return tuple(found)

    def _said(self, object_: dict[str, object]) -> dict[str, Value]:
        """The answers in an object, by question."""
        said: dict[str, Value] = {}
        for key, value in object_.items():
            id = self._keys[key]
            if id is None:
                continue
            if id in said:
                raise _Wrong(f"{id}: answered twice, the second time as {quoted(key)}")
            said[id] = value if value is None or isinstance(value, str) else _hashable(value)
        return said


class _Keys(dict[str, str | None]):
    """For each key the question that it answers, if any; raises BumpcheckError for one of ours."""

    def __init__(self, names: Names) -> None:
        super().__init__()
        self._names = names
        self._read: set[str] = set()
        self.hints: dict[str, None] = {}

    def __missing__(self, key: str) -> str | None:
        self._names.refuse_ours(key)
        id = self._names.question(key)
        if id is not None:
            self._read.add(key)
        elif len(self) < HINTS_AT_MOST:
            hint = self._names.hint(key)
            if hint is not None:
                self.hints[hint] = None
        if len(self) < KEYS:
            self[key] = id
        return id

    def missing(self) -> Iterator[str]:
        """What to tell of keys that were expected and never came up."""
        for column, id in self._names.mapped.items():
            if column not in self._read:
                yield f"--map {id}={visible(column)}: no row has such a key"
        if self and not self._read:
            yield "no key is a question"


def _object(text: str) -> dict[str, object]:
    """The object of a line; its numbers stay as they are written, however long."""
    try:
        loaded = _decode(text)
    except json.JSONDecodeError as error:
        raise _Wrong(f"not JSON: {error.msg} at column {error.colno}: {quoted(text)}") from None
    except RecursionError:
        raise _Wrong(f"nested too deep: {quoted(text)}") from None
    if not isinstance(loaded, dict):
        raise _Wrong(f"not an object of answers: {quoted(text)}")
    # Whatever looks into an object goes down as deep as it is.
    if text.count("[") + text.count("{") > DEEPEST and _depth(loaded) > DEEPEST:
        raise _Wrong(f"nested too deep: {quoted(text)}")
    return loaded


def _depth(value: object) -> int:
    """How deep a value is nested; the values of a level are looked at together."""
    level, depth = [value], 0
    while level:
        depth += 1
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return depth


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]  # adds on the way
        raise _Wrong(f"the key {quoted(twice)} stands there twice")
    return found


# Numbers stay as they are written.
_decode = json.JSONDecoder(
    object_pairs_hook=_once, parse_int=str, parse_float=str, parse_constant=str
).decode


def _hashable(value: object) -> Hashable:
    """A value of JSON that can be looked up. An object is no answer, and stays none as text."""
    if isinstance(value, list):
        return tuple(map(_hashable, value))
    return json.dumps(value, sort_keys=True) if isinstance(value, dict) else value


def _cell(value: object, name: str, text: str) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ";".join(value)
    # Read again, so that numbers inside are numbers; one of thousands of digits stays text.
    with suppress(ValueError):
        value = json.loads(text)[name]
    return json.dumps(value, ensure_ascii=False)
