"""The reassuring outcomes side by side, read off the rules: it can never disagree with them.

A rule that has a `shows` for a row puts that phrase into the column of every outcome it speaks for,
as "seldom" in the column of every outcome it takes points from, and as "not" where it rules one
out. Patterns and outcomes speak for themselves, advice for the outcomes it is given for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from .model import Advice, Aspect, Citation, Evidence, Outcome, Pattern, RulePack, Shows
from .texts import fill


class Phrase(Struct, frozen=True):
    """A phrase of a cell, the id of the rule it was read off, and what that rests on."""

    text: str
    rule: str
    sources: tuple[Citation, ...]


class Row(Struct, frozen=True):
    """One row: for each outcome, in the pack's order, its phrases in the order of the rules."""

    aspect: Aspect
    cells: dict[str, tuple[Phrase, ...]]


# A phrase on its way to a cell: row, outcome, phrase.
_Said = tuple[str, str, Phrase]


def compare(pack: RulePack) -> tuple[Row, ...]:
    """The rows that the pack compares its reassuring outcomes by; () where it names none."""
    said = list(_all(pack))
    return tuple(
        Row(
            aspect,
            {
                outcome.id: _once(p for row, o, p in said if (row, o) == (aspect.id, outcome.id))
                for outcome in pack.reassuring
            },
        )
        for aspect in pack.aspects
    )


def _once(phrases: Iterable[Phrase]) -> tuple[Phrase, ...]:
    """Equal words are said once, by the rule that says them first."""
    first: dict[str, Phrase] = {}
    for phrase in phrases:
        first.setdefault(phrase.text, phrase)
    return tuple(first.values())


def _all(pack: RulePack) -> Iterator[_Said]:
    for outcome in pack.reassuring:
        yield from _phrases(outcome, outcome.shows, [outcome.id])
    for pattern in pack.patterns:
        yield from _phrases(pattern, pattern.shows, [pattern.outcome])
    # What speaks for an outcome is read first, then what helps, then what speaks against it.
    for piece in pack.evidence:
        favours = [*(id for id, count in piece.points if count > 0), *piece.confirms]
        yield from _phrases(piece, piece.shows, favours)
    for line in pack.advice:
        yield from _phrases(line, line.shows, _outcomes_of(line, pack))
    for piece in pack.evidence:
        against = [id for id, count in piece.points if count < 0 and id not in piece.excludes]
        yield from _phrases(piece, piece.shows, against, pack.texts["compare.seldom"])
        yield from _phrases(piece, piece.shows, piece.excludes, pack.texts["compare.not"])


def _phrases(
    rule: Outcome | Pattern | Evidence | Advice,
    shows: Shows,
    outcomes: Iterable[str],
    wording: str = "{what}",
) -> Iterator[_Said]:
    for outcome in dict.fromkeys(outcomes):
        for row, text in shows:
            yield row, outcome, Phrase(fill(wording, what=text), rule.id, rule.sources)


def _outcomes_of(line: Advice, pack: RulePack) -> list[str]:
    """The outcomes that an advice line can be given with."""
    applies = dict(line.applies)
    of_pattern = {
        pattern.outcome for pattern in pack.patterns if pattern.id in applies.get("pattern", ())
    }
    named = set(applies.get("outcome", ())) or of_pattern
    return [o.id for o in pack.reassuring if not named or o.id in named]
