"""YAML text as a tree of text nodes that know their place; nothing hostile gets through.

Every scalar stays the text that was written, so `yes`, `no`, `on` and `1.0` mean themselves. Tags,
anchors, aliases, repeated keys, several documents, deep nesting and large files are refused: a rule
file or a file of answers needs none of them.
"""

from __future__ import annotations

from collections.abc import Iterator

import yaml
from msgspec import Struct
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from bumpcheck.errors import Place, Problem, quoted

from . import MOST_BYTES

MOST_NESTING = 32
TOO_DEEP = f"nested more than {MOST_NESTING} deep is refused"

# libyaml where PyYAML was built with it (all its wheels are): the same events, eight times faster.
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Scalar(Struct, frozen=True):
    place: Place
    text: str


class Sequence(Struct, frozen=True):
    place: Place
    items: tuple[Tree, ...]


class Entry(Struct, frozen=True):
    """One key of a mapping and what stands under it."""

    key: Scalar
    value: Tree


class Mapping(Struct, frozen=True):
    place: Place
    entries: tuple[Entry, ...]


Tree = Scalar | Sequence | Mapping


class File(Struct, frozen=True):
    """A file's name as shown, its lines, and its tree (None where it is empty)."""

    name: str
    lines: tuple[str, ...]
    root: Tree | None

    def line(self, number: int) -> str | None:
        """The text of a line, counted from 1; None where there is none."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else None


class _Refused(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def read(name: str, content: bytes, problems: list[Problem]) -> File:
    """Read one YAML file; what is wrong with it is added to `problems`, each with its line.

    `name` is how messages call the file. A file that cannot be read at all has no root.
    """
    if len(content) > MOST_BYTES:
        problems.append(
            Problem(Place(name, 1, 1), f"the file is larger than {MOST_BYTES // 1024} KiB")
        )
        return File(name, (), None)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        problems.append(Problem(Place(name, line, 1), "not UTF-8 text", "save the file as UTF-8"))
        return File(name, (), None)
    lines = tuple(text.splitlines())
    try:
        root = _Builder(name, problems, lines).build(yaml.parse(text, Loader=Loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name, 1, 1)
        why = error.problem or error.context or ""
        # The C parser looks ahead for a key, and may meet its own limit before ours is reached.
        too_deep = "nesting depth" in why
        problems.append(_at(place, lines, TOO_DEEP if too_deep else f"not YAML: {why}"))
        root = None
    except yaml.YAMLError as error:
        problems.append(Problem(Place(name, 1, 1), f"not YAML: {_first_line(error)}"))
        root = None
    except _Refused as refused:
        problems.append(refused.problem)
        root = None
    return File(name, lines, root)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else "cannot be read"


def _at(place: Place, lines: tuple[str, ...], message: str, hint: str | None = None) -> Problem:
    line = lines[place.line - 1] if 0 < place.line <= len(lines) else None
    return Problem(place, message, hint, line)


class _Builder:
    """Turns the parser's events into a tree."""

    def __init__(self, name: str, problems: list[Problem], lines: tuple[str, ...]) -> None:
        self.name = name
        self.problems = problems
        self.lines = lines

    def build(self, events: Iterator[Event]) -> Tree | None:
        root: Tree | None = None
        for event in events:
            if isinstance(event, DocumentStartEvent):
                if root is not None:
                    raise self._refused(event, "a second document", "keep one document in a file")
                root = self._node(next(events), events, depth=0)
        return None if isinstance(root, Scalar) and not root.text else root

    def _node(self, event: Event, events: Iterator[Event], depth: int) -> Tree:
        place = self._place(event)
        if depth > MOST_NESTING:
            raise _Refused(_at(place, self.lines, TOO_DEEP))
        if isinstance(event, AliasEvent):
            raise self._refused(event, "an alias (*)", "write it out")
        if getattr(event, "anchor", None) is not None:
            raise self._refused(event, "an anchor (&)", "write it out where it is used")
        # "!" is the tag of a quoted scalar in the C parser; any other was written by hand.
        if getattr(event, "tag", None) not in (None, "!"):
            raise self._refused(event, "a tag (!)", "leave it out; every scalar is text")
        if isinstance(event, ScalarEvent):
            return Scalar(place, event.value)
        if isinstance(event, SequenceStartEvent):
            items: list[Tree] = []
            while not isinstance(event := next(events), SequenceEndEvent):
                items.append(self._node(event, events, depth + 1))
            return Sequence(place, tuple(items))
        assert isinstance(event, MappingStartEvent)
        return self._mapping(place, events, depth)

    def _mapping(self, place: Place, events: Iterator[Event], depth: int) -> Mapping:
        entries: list[Entry] = []
        seen: dict[str, Place] = {}
        while not isinstance(event := next(events), MappingEndEvent):
            key = self._node(event, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            if not isinstance(key, Scalar):
                self.problems.append(_at(key.place, self.lines, "a key must be a word"))
            elif key.text in seen:
                first = seen[key.text]
                self.problems.append(
                    _at(
                        key.place,
                        self.lines,
                        f"the key {quoted(key.text)} stands here a second time",
                        f"first in line {first.line}",
                    )
                )
            else:
                seen[key.text] = key.place
                entries.append(Entry(key, value))
        return Mapping(place, tuple(entries))

    def _place(self, event: Event) -> Place:
        mark = event.start_mark
        assert mark is not None  # both parsers mark every event
        return Place(self.name, mark.line + 1, mark.column + 1)

    def _refused(self, event: Event, what: str, hint: str | None = None) -> _Refused:
        return _Refused(_at(self._place(event), self.lines, f"{what} is refused", hint))
