"""That nothing in a pack is dead: for every part there is a case whose result it changes.

Mostly such a case is found at once: the smallest for which a rule comes out otherwise, or one of
some known cases, changed until it does. For what remains, it is worked out exactly where the part
could matter: where nothing more urgent counts beside an alarm, where a conflict stands alone, where
the points come so near that a piece of evidence decides. If there is nowhere, the part is dead.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from bumpcheck.coded import Verdict
from bumpcheck.coded.diagrams import FALSE, TRUE

from .deciding import Deciding, differing, telling
from .parts import Change, Part, Users, Without, changes
from .regions import UnfinishedError
from .report import FAILED, PROVED, UNFINISHED, Proof, State
from .results import Results, Wanted

NUMBER = 4
# Why a rule without which every other is as before makes no difference.
NEVER_APPLIES = "no answers make it apply"
# How many cases are drawn at random where the known ones show nothing.
DRAWN = 40

Codes = tuple[int, ...]


class Needed:
    """Proves of the parts of a pack that each is needed.

    `known` are cases in code among which results of all kinds should be, reassuring ones first.
    """

    def __init__(self, results: Results, known: Sequence[Codes]) -> None:
        self._results = results
        self._pack = results.pack
        # The one that showed a difference last comes first: what is alike shows with the same.
        self._known = list(known)
        self._verdicts = {codes: self._pack.verdict(codes) for codes in known}
        self._users = Users(results.pack)

    def prove(self, part: Part) -> Proof:
        """Whether there is a case whose result would differ without a part."""
        note = None
        try:
            changed = changes(self._pack, self._users, part)
            if not changed and part.outcomes is None:
                state, codes = FAILED, None
                note = NEVER_APPLIES if part.is_whole else None
            else:
                state, codes = self._sought(part, changed)
        except UnfinishedError:
            state, codes = UNFINISHED, None
        return Proof(
            property=NUMBER,
            kind=part.kind,
            about=part.about,
            state=state,
            place=part.place,
            case=None if codes is None else self._results.samples.say(codes),
            note=note,
        )

    def _sought(self, part: Part, changed: Sequence[Change]) -> tuple[State, Codes | None]:
        trial = _Trial(self._results, part, changed)
        tried: set[Codes] = set()
        for codes, like in self._likely(changed):
            if codes not in tried and trial.differs(codes):
                if like is not None:
                    self._known.remove(like)
                    self._known.insert(0, like)
                return PROVED, codes
            tried.add(codes)
        for decisive in Deciding(self._results, part, changed, self._known).cases():
            if decisive is not None and trial.differs(decisive):
                return PROVED, decisive
        return FAILED, None

    def _likely(self, changed: Sequence[Change]) -> Iterator[tuple[Codes, Codes | None]]:
        """Cases for which some rule comes out otherwise: the most telling first.

        With each the known case that it was made of, if it was.
        """
        samples, diagrams = self._results.samples, self._results.pack.diagrams
        regions: dict[int, None] = {} if changed else {TRUE: None}
        for change in changed:
            for leaves in telling(self._results.pack, change):
                regions[differing(diagrams, change, leaves)] = None
        regions.pop(FALSE, None)
        for region in regions:
            yield from _there(samples.smallest(region))
        for codes in self._in_order(changed):
            for region in regions:
                yield from _there(samples.over(region, codes), codes)
        chance = random.Random(0)  # noqa: S311  # nothing here is secret
        for region in regions:
            for _ in range(DRAWN):
                yield from _there(samples.any_case(region, chance))

    def _in_order(self, changed: Sequence[Change]) -> list[Codes]:
        """The known cases; of a line of advice, those first whose result it asks for."""
        known = list(self._known)
        for change in changed:
            if change.section == "advice":
                wanted = Wanted().asking(self._pack.rules.advice[change.at].rule)
                known.sort(key=lambda codes: not wanted.is_met(self._verdicts[codes]))
        return known


def _there(codes: Codes | None, like: Codes | None = None) -> Iterator[tuple[Codes, Codes | None]]:
    if codes is not None:
        yield codes, like


class _Trial:
    """A pack with and without a part."""

    def __init__(self, results: Results, part: Part, changed: Sequence[Change]) -> None:
        self._results = results
        self._pack = results.pack
        self._without = Without(results.pack, part, changed)

    def differs(self, codes: Codes) -> bool:
        """Whether the result of a case differs without the part."""
        standing = self._pack.terms.standing(codes)
        whole = self._pack.judge.verdict(standing)
        return _told(whole) != _told(self._without.verdict(codes, standing))


def _told(verdict: Verdict) -> tuple[object, ...]:
    """What of a result must differ. That answers clash is told to the person, and counts."""
    return (
        verdict.outcome,
        verdict.urgency,
        verdict.disposition,
        verdict.pattern,
        verdict.points,
        verdict.conflicts,
        verdict.look_alikes,
        verdict.advice,
        verdict.screening,
    )
