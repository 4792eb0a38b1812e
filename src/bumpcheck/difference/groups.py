"""The changes, told in few: each by the fewest answers that show it, and how many sets share them.

The smallest case of what is left is taken, and with it every set of answers that holds its answers
and comes out otherwise in the same way; what is left is told next.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

from msgspec import Struct

from bumpcheck.coded import CodedPack, Single, Verdict
from bumpcheck.coded.diagrams import FALSE, TRUE

from .comparing import Compared

# How many groups are told.
MOST_GROUPS = 20
# How many cases are looked at where a difference could not be worked out.
TRIES = 3000

Codes = tuple[int, ...]


class Group(Struct, frozen=True):
    """Changes that share the answers of a sample; `count` is how many sets of answers they are.

    Where `mixed`, some of them come out in yet another way.
    """

    count: int
    answers: Mapping[str, object]
    old: Verdict
    new: Verdict
    mixed: bool = False

    @property
    def gained(self) -> tuple[str, ...]:
        """The advice that is new."""
        return tuple([id for id in self.new.advice if id not in self.old.advice])

    @property
    def lost(self) -> tuple[str, ...]:
        """The advice that is no longer given."""
        return tuple([id for id in self.old.advice if id not in self.new.advice])


def groups(compared: Compared) -> Iterator[Group]:
    """The groups, the smallest sample first; other advice alone comes last."""
    diagrams, samples = compared.old.diagrams, compared.samples
    facets = diagrams.any_of(compared.kinds.values())
    for part in (facets, diagrams.any_of(compared.lines.values())):
        left = part
        while left != FALSE:
            codes = samples.smallest(left)
            assert codes is not None
            way = compared.old.way(codes)
            same = TRUE
            mixed = False
            for kind, region in compared.kinds.items():
                if (same == TRUE or mixed) and diagrams.walked(region, way) == TRUE:
                    same, mixed = region, not kind.is_settled
            if same == TRUE:
                for region in compared.lines.values():
                    is_so = diagrams.walked(region, way) == TRUE
                    join = diagrams.both if is_so else diagrams.without
                    same = join(same, region)
            own = diagrams.both(diagrams.both(left, same), _cube(compared.old, codes))
            left = diagrams.without(left, own)
            yield Group(
                samples.count(own),
                samples.say(codes),
                compared.old.verdict(codes),
                compared.new.verdict(codes),
                mixed,
            )


def _cube(pack: CodedPack, codes: Codes) -> int:
    """Every case that gives these answers, whatever else it says."""
    nodes: list[int] = []
    way = pack.way(codes)
    for block in pack.blocks:
        for level in range(block.first, block.end):
            child = way[level]
            arity = block.arity
            said = child != arity - 1 if isinstance(block, Single) else child == 1
            if said:
                children = [TRUE if at == child else FALSE for at in range(arity)]
                nodes.append(pack.diagrams.node(level, tuple(children)))
    return pack.diagrams.all_of(nodes)


def sampled(compared: Compared, region: int) -> Codes | None:
    """A case of a region that comes out otherwise, if one is found by trying."""
    chance = random.Random(0)  # noqa: S311  # nothing here is secret
    for _ in range(TRIES):
        codes = compared.samples.any_case(region, chance)
        if codes is not None and differ(compared.old.verdict(codes), compared.new.verdict(codes)):
            return compared.samples.shrunk(codes, lambda it: _still(compared, region, it))
    return None


def _still(compared: Compared, region: int, codes: Codes) -> bool:
    within = compared.old.diagrams.walked(region, compared.old.way(codes)) == TRUE
    return within and differ(compared.old.verdict(codes), compared.new.verdict(codes))


def differ(old: Verdict, new: Verdict) -> bool:
    """Whether two results differ in what is compared."""
    return _compared(old) != _compared(new)


def _compared(verdict: Verdict) -> tuple[object, ...]:
    return (
        verdict.outcome,
        verdict.urgency,
        verdict.disposition,
        verdict.pattern,
        frozenset(verdict.advice),
    )
