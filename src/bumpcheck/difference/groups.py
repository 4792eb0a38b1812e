"""The changes, told in few: each by the fewest answers that show it, and how many sets share them.

The worst kind comes first: less urgency, then more, then another way, then advice alone. Of each
kind the smallest case is taken, and with it all that comes out otherwise and holds its answers;
what is left is told next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from bumpcheck.coded import Verdict
from bumpcheck.coded.answers import Codes
from bumpcheck.coded.diagrams import TRUE
from bumpcheck.prove.regions import UnfinishedError

from .comparing import Comparison
from .drawn import Seen
from .examples import Example
from .turns import KINDS

# How many groups of each kind are told at most.
MOST_GROUPS = 5


class Group(Struct, frozen=True):
    """Changes of a kind that share the answers of a sample; `count`: how many sets of answers.

    `alike`: by question, answers that show the same in place of the sample's, one for all that the
    rules do not tell apart; the group is whoever gives one of them to each. Those of a group before
    it are left out. `count` is 0 where it is not known, and `share` what random sets say of it:
    about so many of its kind.
    `rule`: one that differs, near which the sample was found.
    """

    kind: str
    count: int
    share: float
    answers: Mapping[str, object]
    alike: Mapping[str, Sequence[object]]
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
                example = compared.examples.example(codes)
                own = compared.old.diagrams.both(live, example.cube)
                count = compared.within(own).get(kind, 0)
            except UnfinishedError:
                break
            live = compared.old.diagrams.without(live, own)
            left -= count
            yield _group(compared, kind, example, count)
            if not left:
                break


def _drawn(compared: Comparison, cases: Iterable[Seen]) -> Iterator[Group]:
    """A group for each case; what a group of its kind before it stands for is not counted again."""
    told: dict[str, list[int]] = {}
    counted: dict[str, list[int]] = {}
    walked = compared.old.diagrams.walked
    for seen in cases:
        before = told.setdefault(seen.kind, [])
        way = compared.old.way(seen.example.codes)
        if any(walked(cube, way) == TRUE for cube in before):
            continue
        before.append(seen.example.cube)
        apart = counted.setdefault(seen.kind, [])
        count = 0
        if seen.kind in compared.kinds:
            count = compared.counted(seen.example.cube, apart).get(seen.kind, 0)
        if count:
            apart.append(seen.example.cube)
        yield _group(compared, seen.kind, seen.example, count, seen.share, seen.rule)
    for kind in [kind for kind in KINDS if kind in compared.kinds and kind not in told]:
        example = compared.met(kind)
        if example is not None:
            count = compared.counted(example.cube, ()).get(kind, 0)
            yield _group(compared, kind, example, count)


def _group(
    compared: Comparison,
    kind: str,
    example: Example,
    count: int,
    share: float = 0.0,
    rule: str = "",
) -> Group:
    return Group(
        kind,
        count,
        share,
        _said(compared, example.codes),
        _alike(compared, example),
        compared.old.verdict(example.codes),
        compared.new.verdict(example.codes),
        rule,
    )


def _alike(compared: Comparison, example: Example) -> dict[str, Sequence[object]]:
    """For each question of which other answers show the same, all of them in words."""
    answers = compared.samples.answers
    own = answers.of(example.codes)
    alike: dict[str, Sequence[object]] = {}
    for answer, choices in zip(own, example.choices, strict=True):
        if len(choices) > 1:
            id = compared.old.blocks[answer[0]].column.id
            said = [_said(compared, answers.saying([it], example.codes))[id] for it in choices]
            alike[id] = [it[0] if isinstance(it, list) else it for it in said]
    return alike


def _said(compared: Comparison, codes: Codes) -> dict[str, object]:
    """The answers of a case, in the order in which they are asked."""
    said = compared.samples.say(codes)
    questions = (*compared.old.pack.questions, *compared.new.pack.questions)
    return {id: said[id] for id in dict.fromkeys(it.id for it in questions) if id in said}
