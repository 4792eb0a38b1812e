"""Keys that several sections of rules have, read and checked where they stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from msgspec import Struct

from bumpcheck.errors import Place
from bumpcheck.model import (
    ADVICE_KINDS,
    ALWAYS,
    RANK,
    URGENCIES,
    AdviceKind,
    Citation,
    Condition,
    Shows,
    Words,
)

from .condition import ConditionReader
from .fields import Fields, Problems, items, scalar, whole, words
from .tree import Mapping, Tree


class _RuleKeys(TypedDict):
    id: str
    place: Place
    when: Condition
    unless: Condition | None


class _CitedKeys(_RuleKeys):
    because: Words
    sources: tuple[Citation, ...]


class Names(Struct, frozen=True):
    """What rules may name beside questions and findings."""

    sources: tuple[str, ...]
    outcomes: tuple[str, ...]
    doors: tuple[str, ...]
    persons: tuple[str, ...]
    aspects: tuple[str, ...]


class Keys:
    """Reads the keys that rules of several sections share."""

    def __init__(self, conditions: ConditionReader, names: Names, problems: Problems) -> None:
        self.conditions = conditions
        self.names = names
        self.problems = problems

    def _rule(self, fields: Fields, *, always: bool = False) -> _RuleKeys:
        """What every rule has; `always`, where it may stand without a `when`."""
        return {
            "id": fields.id(),
            "place": fields.place,
            "when": self._when(fields, required=not always),
            "unless": self._unless(fields),
        }

    def _cited(self, fields: Fields, *, always: bool = False) -> _CitedKeys:
        """What every rule has that says something of the world."""
        return {
            **self._rule(fields, always=always),
            "because": self._said(fields, "because"),
            "sources": self._sources(fields),
        }

    def _said(self, fields: Fields, key: str) -> Words:
        """A text for people, perhaps by person."""
        return fields.said(key, self.names.persons) or ""

    def _when(self, fields: Fields, *, required: bool) -> Condition:
        value = fields.need("when") if required else fields.take("when")
        return ALWAYS if value is None else self.conditions.read(value)

    def _unless(self, fields: Fields) -> Condition | None:
        value = fields.take("unless")
        return None if value is None else self.conditions.read(value, negated=True)

    def _door(self, fields: Fields, key: str = "door", *, required: bool = True) -> str | None:
        said = fields.text(key, required=required)
        if said is not None and said not in self.names.doors:
            self.problems.unknown(fields.values[key].place, "door", said, self.names.doors)
        return said

    def _outcomes(self, named: Iterable[tuple[str, Place]]) -> None:
        for outcome, place in named:
            if outcome not in self.names.outcomes:
                self.problems.unknown(place, "outcome", outcome, self.names.outcomes)

    def _sources(self, fields: Fields) -> tuple[Citation, ...]:
        """`source: {work: place}`; several places in one work are a list."""
        value = fields.need("source")
        if value is None:
            return ()
        if not isinstance(value, Mapping) or not value.entries:
            self.problems.add(
                value.place, "`source` must name a work and the place in it", "{work: place}"
            )
            return ()
        for entry in value.entries:
            if entry.key.text not in self.names.sources:
                self.problems.unknown(entry.key.place, "source", entry.key.text, self.names.sources)
        return tuple(
            Citation(entry.key.text, where)
            for entry in value.entries
            for where in words(entry.value, self.problems, "the place in a source")
        )

    def _conditions(self, fields: Fields, key: str) -> tuple[Condition, ...]:
        """A list of conditions, each by itself."""
        listed = items(fields.take(key), self.problems, f"`{key}`")
        return tuple(self.conditions.read(item) for item in listed)

    def _shows(self, fields: Fields) -> Shows:
        """`shows: {row: phrase}`: what this says in the comparison of the outcomes."""
        value = fields.take("shows")
        if value is None:
            return ()
        if not isinstance(value, Mapping):
            self.problems.add(value.place, "`shows` must be a mapping", "{row: short phrase}")
            return ()
        for entry in value.entries:
            if entry.key.text not in self.names.aspects:
                self.problems.unknown(
                    entry.key.place, "row of `compare`", entry.key.text, self.names.aspects
                )
        return tuple(
            (entry.key.text, scalar(entry.value, self.problems, "a phrase in `shows`") or "")
            for entry in value.entries
        )

    def _points(self, fields: Fields) -> tuple[tuple[str, int], ...]:
        value = fields.take("points")
        if value is None:
            return ()
        if not isinstance(value, Mapping):
            self.problems.add(value.place, "`points` must be a mapping", "{outcome: +1}")
            return ()
        self._outcomes((entry.key.text, entry.key.place) for entry in value.entries)
        return tuple(
            (entry.key.text, whole(entry.value, self.problems, "points")) for entry in value.entries
        )

    def _kind(self, fields: Fields) -> tuple[AdviceKind, Words]:
        kinds = [kind for kind in ADVICE_KINDS if fields.take(kind) is not None]
        if len(kinds) != 1:
            self.problems.add(fields.place, "an advice line has one of do, avoid, see and expect")
        return (kinds[0], self._said(fields, kinds[0])) if kinds else ("see", "")

    def _keyed(
        self, tree: Tree | None, what: str, known: tuple[str, ...]
    ) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Keys of a result, each with a word or a list; `urgency: {at-least: soon}` as a list."""
        if tree is None:
            return ()
        if not isinstance(tree, Mapping):
            self.problems.add(tree.place, f"`{what}` must be a mapping")
            return ()
        keyed: list[tuple[str, tuple[str, ...]]] = []
        for entry in tree.entries:
            key = entry.key.text
            if key not in known:
                self.problems.unknown(entry.key.place, f"key in `{what}`", key, known)
            elif key == "urgency" and isinstance(entry.value, Mapping):
                bound = Fields(entry.value, self.problems, "bound of urgency")
                lowest = bound.one_of("at-least", URGENCIES, "self-care")
                bound.done()
                keyed.append((key, URGENCIES[RANK[lowest] :]))
            else:
                keyed.append((key, words(entry.value, self.problems, f"`{key}`")))
        return tuple(keyed)
