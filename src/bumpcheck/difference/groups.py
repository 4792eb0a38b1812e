"""The changes, told in few: each by the fewest answers that show it, and how many sets share them.

The worst kind comes first: less urgency, then more, then another way, then advice alone. Of each
kind the smallest case is taken, and with it all that comes out otherwise and holds its answers;
what is left is told next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from bumpcheck.coded import Verdict
from bumpcheck.coded.diagrams import TRUE
from bumpcheck.prove.regions import UnfinishedError

from .comparing import Comparison
from .drawn import Codes, Seen
from .turns import KINDS

# How many groups of each kind are told at most.
MOST_GROUPS = 5


class Group(Struct, frozen=True):
    """Changes of a kind that share the answers of a sample; `count`: how many sets of answers.

    Those that share the answers of a sample before it are left out; 0 where it is not known.
    `rule`: one that differs, near which the sample was found.
    """

    kind: str
    count: int
    answers: Mapping[str, object]
    old: Verdict
    new: Verdict
    rule: str = ""

    @property
    def gained(self) -> tuple[str, ...]:
        """The advice that is new."""
        return tuple([id for id in self.new.advice if id not in self.old.advice])

    @property
    def lost(self) -> tuple[str, ...]:
        """The advice that is no longer given."""
        return tuple([id for id in self.old.advice if id not in self.new.advice])


def groups(compared: Comparison, most: int = MOST_GROUPS) -> Iterator[Group]:
    """The groups, the worst kind first; where sets were drawn, a case near each rule instead."""
    if compared.drawn is not None:
        yield from _drawn(compared, compared.drawn.cases)
        return
    if compared.turns is None:
        return
    for kind in [kind for kind in KINDS if kind in compared.kinds]:
        live = compared.turns.live
        left = compared.kinds[kind]
        for _ in range(most):
            try:
                codes = compared.smallest(live, kind)
                if codes is None:
                    break
                own = compared.old.diagrams.both(live, compared.samples.cube(codes))
                count = compared.within(own).get(kind, 0)
            except UnfinishedError:
                break
            live = compared.old.diagrams.without(live, own)
            left -= count
            yield _group(compared, kind, codes, count)
            if not left:
                break


def _drawn(compared: Comparison, cases: Iterable[Seen]) -> Iterator[Group]:
    """A group for each case; what a group of its kind before it stands for is not counted again."""
    told: dict[str, list[int]] = {}
    walked = compared.old.diagrams.walked
    for seen in cases:
        count = 0
        before = told.setdefault(seen.kind, [])
        way = compared.old.way(seen.codes)
        is_counted = seen.kind in compared.kinds
        if is_counted and all(walked(cube, way) != TRUE for cube in before):
            own = compared.samples.cube(seen.codes)
            count = compared.counted(own, before).get(seen.kind, 0)
            if count:
                before.append(own)
        yield _group(compared, seen.kind, seen.codes, count, seen.rule)


def _group(compared: Comparison, kind: str, codes: Codes, count: int, rule: str = "") -> Group:
    return Group(
        kind,
        count,
        _said(compared, codes),
        compared.old.verdict(codes),
        compared.new.verdict(codes),
        rule,
    )


def _said(compared: Comparison, codes: Codes) -> dict[str, object]:
    """The answers of a case, in the order in which they are asked."""
    said = compared.samples.say(codes)
    questions = (*compared.old.pack.questions, *compared.new.pack.questions)
    return {id: said[id] for id in dict.fromkeys(it.id for it in questions) if id in said}
