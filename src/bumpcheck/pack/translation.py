"""A pack in another language: a file that says every text of it anew.

The key of a text is its section, the id of what it belongs to and the name of the text, as in
`advice.leave-it-alone.text` or `texts.heading.do`. A translation stands in `translations/` beside
the rules. It may say by person what the original says to everybody, and the other way round.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml
from msgspec import Struct, structs

from bumpcheck import texts as wording
from bumpcheck.errors import Place
from bumpcheck.model import Question, RulePack, Shows, Words, said_to

from .fields import Problems, said
from .tree import Mapping, Tree


class Section(Struct, frozen=True):
    """The texts of one section: those that may be said by person, and those that may not."""

    field: str
    name: str
    by_person: tuple[str, ...] = ()
    to_all: tuple[str, ...] = ()


SECTIONS = (
    Section("outcomes", "outcome", to_all=("shows",)),
    Section("questions", "question", ("ask", "why", "help", "clause"), ("group",)),
    Section("findings", "finding", to_all=("text",)),
    Section("red_flags", "red-flag", ("text", "because")),
    Section("referral_signs", "referral-sign", ("text", "because")),
    Section("conflicts", "conflict", ("because",)),
    Section("evidence", "evidence", ("because",), ("shows",)),
    Section("patterns", "pattern", ("because",), ("name", "term", "shows")),
    Section("look_alikes", "look-alike", ("because",), ("name",)),
    Section("advice", "advice", ("text", "because"), ("shows",)),
    Section("faq", "faq", to_all=("ask", "answer")),
    Section("aspects", "compare", to_all=("text",)),
)

# Takes the key, the words, their place and whether they may be said by person; gives other words.
Say = Callable[[str, Words, Place, bool], Words]


def reworded(pack: RulePack, say: Say) -> RulePack:
    """The pack with every text of it said as `say` says it."""
    at = pack.outcomes[0].place
    changed: dict[str, Any] = {
        section.field: tuple(
            _reworded(part, section, say, at=part.place) for part in getattr(pack, section.field)
        )
        for section in SECTIONS
    }
    return structs.replace(
        pack,
        title=_plain(say("pack.title", pack.title, at, False)),
        intended_use=_plain(say("pack.intended-use", pack.intended_use, at, False)),
        texts={
            key: _plain(say(f"texts.{key}", text, at, False)) for key, text in pack.texts.items()
        },
        **changed,
    )


def _reworded(part: Any, section: Section, say: Say, at: Place) -> Any:
    """One part of a pack with its texts said anew; what it is, its section tells."""
    key = f"{section.name}.{part.id}"
    changed: dict[str, Any] = {}
    for name in (*section.by_person, *section.to_all):
        words = getattr(part, name)
        if name == "shows":
            changed[name] = _shows(words, key, say, at)
        elif words is not None:
            changed[name] = say(f"{key}.{name}", words, at, name in section.by_person)
    if isinstance(part, Question):
        changed["answers"] = tuple(
            structs.replace(
                answer,
                text=say(f"{key}.answer.{answer.id}", answer.text, at, True),
                clause=answer.clause
                and say(f"{key}.answer.{answer.id}.clause", answer.clause, at, True),
                group=answer.group
                and _plain(say(f"{key}.group.{answer.group}", answer.group, at, False)),
            )
            for answer in part.answers
        )
        changed["bands"] = tuple(
            structs.replace(band, text=_plain(say(f"{key}.band.{number}", band.text, at, False)))
            for number, band in enumerate(part.bands, start=1)
        )
    return structs.replace(part, **changed)


def _shows(shows: Shows, key: str, say: Say, at: Place) -> Shows:
    return tuple((row, _plain(say(f"{key}.shows.{row}", text, at, False))) for row, text in shows)


def _plain(words: Words) -> str:
    assert isinstance(words, str)  # `say` keeps what is for everybody as it is
    return words


def texts_of(pack: RulePack) -> dict[str, Words]:
    """Every text of a pack by its key, in the pack's order."""
    found: dict[str, Words] = {}

    def note(key: str, words: Words, _place: Place, _by_person: bool) -> Words:
        found[key] = words
        return words

    reworded(pack, note)
    return found


def as_yaml(pack: RulePack) -> str:
    """Every text of a pack as the file of a translation; it says what the pack says."""
    return yaml.safe_dump(
        {"translation": texts_of(pack)}, allow_unicode=True, sort_keys=False, width=100
    )


def translated(pack: RulePack, tree: Tree, problems: Problems) -> RulePack:
    """The pack in the words of a translation; a problem for every text that it lacks."""
    if not isinstance(tree, Mapping):
        problems.add(tree.place, "`translation` must be a mapping of keys")
        return pack
    trees = {entry.key.text: entry.value for entry in tree.entries}
    places = {entry.key.text: entry.key.place for entry in tree.entries}
    persons = tuple(person.id for person in pack.persons)
    everybody = persons[-1]
    known: list[str] = []

    def say(key: str, words: Words, place: Place, by_person: bool) -> Words:
        known.append(key)
        original = said_to(everybody, words)
        if key not in trees:
            problems.add(
                tree.place, f"the text `{key}` is missing", f"it says: {original} ({place})"
            )
            return words
        anew = said(trees[key], persons if by_person else (), problems, f"`{key}`")
        spoken = (anew,) if isinstance(anew, str) else tuple(anew.values())
        takes = wording.places(original)
        for text in spoken:
            strange = wording.strange(text, takes)
            if strange is not None or wording.places(text) != takes:
                problems.add(
                    places[key],
                    f"`{key}` fills in other words than the original",
                    f"it says: {original}",
                )
        return anew

    pack = reworded(pack, say)
    for key, place in places.items():
        if key not in known:
            problems.unknown(place, "text", key, known)
    return pack
