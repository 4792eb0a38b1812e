"""Reading mappings key by key, collecting every problem on the way."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import TypeVar

from bumpcheck.errors import Place, Problem, did_you_mean, quoted, visible
from bumpcheck.model import Words

from .tree import File, Mapping, Scalar, Sequence, Tree

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Words of the rule language, which a question may not take for its own.
LANGUAGE = ("any", "all", "not", "unless", "finding")
# Hints cost time; a file with more problems than this is hostile or of another kind.
HINTS_AT_MOST = 100

Word = TypeVar("Word", bound=str)


class Problems:
    """The problems of a pack so far, each shown with its line."""

    def __init__(self) -> None:
        self.found: list[Problem] = []
        self._files: dict[str, File] = {}

    def know(self, file: File) -> None:
        self._files[file.name] = file

    def add(self, place: Place, message: str, hint: str | None = None) -> None:
        file = self._files.get(place.file)
        self.found.append(Problem(place, message, hint, file.line(place.line) if file else None))

    def unknown(self, place: Place, what: str, word: str, known: Iterable[str]) -> None:
        """Say that a word is not one of the known ones, with the nearest as a hint."""
        known = list(known)
        hint = None
        if len(self.found) < HINTS_AT_MOST:
            hint = did_you_mean(word, known) or (
                f"known: {', '.join(known)}" if 0 < len(known) <= 12 else None
            )
        self.add(place, f"there is no {what} {quoted(word)}", hint)


class Fields:
    """One mapping being read; `done` reports what was not asked for."""

    def __init__(self, tree: Tree, problems: Problems, what: str) -> None:
        self.place = tree.place
        self.problems = problems
        self.what = what
        self.values: dict[str, Tree] = {}
        self.keys: dict[str, Place] = {}
        self.known: list[str] = []
        self.is_mapping = isinstance(tree, Mapping)
        if isinstance(tree, Mapping):
            self.values = {entry.key.text: entry.value for entry in tree.entries}
            self.keys = {entry.key.text: entry.key.place for entry in tree.entries}
        else:
            problems.add(tree.place, f"{what} must be a mapping of keys")

    def take(self, key: str) -> Tree | None:
        """The value of a key, or None."""
        self.known.append(key)
        return self.values.get(key)

    def need(self, key: str) -> Tree | None:
        """The value of a key that must be there."""
        value = self.take(key)
        if value is None and self.is_mapping:
            self.problems.add(self.place, f"{self.what} has no `{key}`", f"add `{key}:`")
        return value

    def text(self, key: str, *, required: bool = True) -> str | None:
        """The text of a key; None, or a problem, where there is none."""
        value = self.need(key) if required else self.take(key)
        return None if value is None else scalar(value, self.problems, f"`{key}`")

    def said(self, key: str, persons: Collection[str], *, required: bool = True) -> Words | None:
        """A text, or a mapping of texts by person; None, or a problem, where there is none."""
        value = self.need(key) if required else self.take(key)
        return None if value is None else said(value, persons, self.problems, f"`{key}`")

    def words(self, key: str, *, empty: bool = False) -> tuple[str, ...]:
        """One word or a list of words; () where the key is absent, or the list is `empty`."""
        value = self.take(key)
        if value is None or (empty and isinstance(value, Sequence) and not value.items):
            return ()
        return words(value, self.problems, f"`{key}`")

    def one_of(self, key: str, known: Collection[Word], default: Word) -> Word:
        """One of the known words; the default, with a problem, where it is another or absent."""
        said = self.text(key)
        for word in known:
            if said == word:
                return word
        if said is not None:
            self.problems.unknown(self.values[key].place, f"`{key}`", said, known)
        return default

    def yes(self, key: str) -> bool:
        """Whether a key says `yes`; `no` where it is absent."""
        said = self.text(key, required=False)
        if said not in (None, "yes", "no"):
            self.problems.add(self.values[key].place, f"`{key}` must be yes or no")
        return said == "yes"

    def whole(self, key: str, default: int | None = None) -> int:
        """A whole number, which may have a sign."""
        value = self.take(key) if default is not None else self.need(key)
        return (default or 0) if value is None else whole(value, self.problems, f"`{key}`")

    def id(self) -> str:
        """The `id`; a made-up one, with a problem, where it is absent or no word."""
        said = self.text("id")
        if said is not None and not ID.fullmatch(said):
            self.problems.add(
                self.values["id"].place,
                f"{quoted(said)} is no id",
                "lower-case letters and digits, joined by -",
            )
        return said or f"line-{self.place.line}"

    def done(self) -> None:
        """Report every key that nobody asked for."""
        for key, place in self.keys.items():
            if key not in self.known:
                self.problems.unknown(place, f"key in {self.what}", key, self.known)


def scalar(tree: Tree, problems: Problems, what: str) -> str | None:
    """The text of a node; a problem where it is a list, a mapping, empty or has control codes."""
    if not isinstance(tree, Scalar):
        problems.add(tree.place, f"{what} must be text")
        return None
    text = " ".join(tree.text.split())
    if not text:
        problems.add(tree.place, f"{what} is empty")
        return None
    if visible(text) != text:
        problems.add(tree.place, f"{what} has characters that do not show: {quoted(text)}")
        return None
    return text


def said(tree: Tree, persons: Collection[str], problems: Problems, what: str) -> Words:
    """A text for everybody, or texts by person; the last of `persons` is everybody else.

    Without `persons` it is one text.
    """
    if not isinstance(tree, Mapping) or not persons:
        return scalar(tree, problems, what) or ""
    by_person: dict[str, str] = {}
    for entry in tree.entries:
        if entry.key.text not in persons:
            problems.unknown(entry.key.place, "person", entry.key.text, persons)
        by_person[entry.key.text] = scalar(entry.value, problems, what) or ""
    everybody = list(persons)[-1]
    if everybody not in by_person:
        problems.add(tree.place, f"{what} has no words for `{everybody}`", f"add `{everybody}:`")
    # Whoever has no words of their own gets the last (`model.said_to`).
    by_person[everybody] = by_person.pop(everybody, "")
    return by_person


def words(tree: Tree, problems: Problems, what: str) -> tuple[str, ...]:
    """One word, or a list of them."""
    items = tree.items if isinstance(tree, Sequence) else (tree,)
    if not items:
        problems.add(tree.place, f"{what} is empty", "name at least one, or leave it out")
    read = (scalar(item, problems, what) for item in items)
    return tuple(word for word in read if word is not None)


def whole(tree: Tree, problems: Problems, what: str) -> int:
    """A whole number of at most six digits."""
    said = scalar(tree, problems, what)
    if said is not None and not re.fullmatch(r"[+-]?[0-9]{1,6}", said, re.ASCII):
        problems.add(tree.place, f"{what} must be a whole number, not {quoted(said)}")
        said = None
    return int(said or 0)


def items(tree: Tree | None, problems: Problems, what: str) -> tuple[Tree, ...]:
    """The items of a list; a problem where it is none."""
    if tree is None:
        return ()
    if isinstance(tree, Sequence):
        return tree.items
    problems.add(tree.place, f"{what} must be a list")
    return ()
