"""Where the results of two packs differ, as diagrams: exactly, or told to be unfinished.

Only where a rule differs can a result differ. So each difference between the rules is a candidate:
the region where the one counts and the other does not, less what hides it in both packs. It is then
split by what comes out in each, and what comes out alike is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct, structs

from bumpcheck.coded import CodedPack, Diagrams
from bumpcheck.coded.diagrams import FALSE, IS_OPEN
from bumpcheck.coded.samples import Samples
from bumpcheck.model import RANK, RulePack
from bumpcheck.prove.regions import Cause, UnfinishedError

from .aligned import aligned
from .earned import Earning
from .sides import MOST_NODES, Facets, Side


class Kind(Struct, frozen=True):
    """What a change comes to: the facets before and after, or other advice with the same."""

    old: Facets
    new: Facets

    @property
    def is_settled(self) -> bool:
        """Whether both sides are known, and not only that they differ."""
        return self.old.outcome is not None and self.new.outcome is not None


class Unfinished(Struct, frozen=True):
    """A difference between the rules whose effect could not be worked out, and where it counts."""

    what: str
    region: int


class Compared(Struct, frozen=True):
    """Every change: the regions of the kinds do not overlap, `lines` only add to none of them."""

    old: CodedPack
    new: CodedPack
    domain: int
    samples: Samples
    kinds: dict[Kind, int]
    lines: dict[str, int]
    unfinished: tuple[Unfinished, ...]
    remarks: tuple[str, ...]

    @property
    def changed(self) -> int:
        """All that comes out otherwise."""
        diagrams = self.old.diagrams
        return diagrams.any_of([*self.kinds.values(), *self.lines.values()])


def compare(old: RulePack, new: RulePack) -> Compared:
    """Compare two packs over every set of answers that both take. Raises NotCodable."""
    return _Comparison(old, new).compared()


class _Comparison:
    def __init__(self, old: RulePack, new: RulePack) -> None:
        both = aligned(old, new)
        self._aligned = both
        self._domain = both.domain
        self._diagrams: Diagrams = both.old.diagrams
        self._old, self._new = Side(both.old), Side(both.new)
        self._sides = (self._old, self._new)
        self._kinds: dict[Kind, int] = {}
        self._lines: dict[str, int] = {}
        # Candidates of which every case comes out otherwise, though how may not be settled.
        self._sure: set[int] = set()
        self._unfinished: list[Unfinished] = []
        # Where the reason may differ; where evidence does, or what is told of an outcome.
        self._reasons = self._weighed = self._told = FALSE
        known = [{(side.group(c), c.region) for c in side.regions.causes} for side in self._sides]
        self._common = [
            cause
            for cause in self._new.regions.causes
            if (self._new.group(cause), cause.region) in known[0]
        ]

    def compared(self) -> Compared:
        candidates = list(self._candidates())
        for what, region in candidates:
            self._settle(what, region)
        changed = self._diagrams.any_of(self._kinds.values())
        for it in self._unfinished:
            changed = self._diagrams.either(changed, it.region)
        for id in dict.fromkeys([*self._old.lines, *self._new.lines]):
            self._line(id, changed)
        both = self._aligned
        return Compared(
            both.old,
            both.new,
            both.domain,
            Samples(both.old),
            {kind: region for kind, region in self._kinds.items() if region != FALSE},
            {id: region for id, region in self._lines.items() if region != FALSE},
            tuple(self._unfinished),
            both.remarks,
        )

    # --- Where rules differ ----------------------------------------------------------------------

    def _candidates(self) -> Iterator[tuple[str, int]]:
        diagrams = self._diagrams
        if self._old.default != self._new.default or self._doors_turned():
            self._told = self._domain
            yield "the outcomes or the order of the doors", self._domain
        # Alarms: what does the same is one region, whatever it is called.
        groups: dict[tuple[str, int, str | None], tuple[dict[str, int], dict[str, int]]] = {}
        for at, side in enumerate(self._sides):
            for cause in side.regions.causes:
                own = groups.setdefault(side.group(cause), ({}, {}))[at]
                own[cause.id] = diagrams.either(own.get(cause.id, FALSE), cause.region)
        for group, (old, new) in groups.items():
            for id in dict.fromkeys([*old, *new]):
                region = self._xor(old.get(id, FALSE), new.get(id, FALSE))
                if region != FALSE:
                    left = list(self._left(f"`{id}`", region, self._hiding(group)))
                    self._sure.update(part for _, part in left if self._is_sure(group, id))
                    yield from left
        doors = [dict(side.door(self._domain)) for side in self._sides]
        region = FALSE
        for door in {*doors[0], *doors[1]}:
            other = self._xor(doors[0].get(door, FALSE), doors[1].get(door, FALSE))
            region = diagrams.either(region, other)
        self._told = diagrams.either(self._told, region)
        alarms = [cause for cause in self._common if cause.is_raised or cause.is_sign]
        yield from self._left("the default doors", region, alarms)
        for what, region in self._evidence():
            self._weighed = diagrams.either(self._weighed, region)
            yield from self._left(what, region, self._common)
        for outcome in self._old.outcomes.values():
            if outcome.id not in self._new.outcomes:
                continue
            shown = [
                {
                    (
                        pattern.id if pattern else None,
                        (pattern and pattern.door) or side.outcomes[outcome.id].door,
                    ): part
                    for pattern, part in side.patterns(self._domain, side.outcomes[outcome.id])
                }
                for side in self._sides
            ]
            region = FALSE
            for key in {*shown[0], *shown[1]}:
                other = self._xor(shown[0].get(key, FALSE), shown[1].get(key, FALSE))
                region = diagrams.either(region, other)
            self._told = diagrams.either(self._told, region)
            hiding = self._common if outcome.reassures else []
            yield from self._left(f"the patterns of `{outcome.id}`", region, hiding)

    def _doors_turned(self) -> bool:
        """Whether the doors that both have stand in another order."""
        old, new = (list(side.doors) for side in self._sides)
        return [door for door in old if door in new] != [door for door in new if door in old]

    def _hiding(self, group: tuple[str, int, str | None]) -> list[Cause]:
        """What both packs have that makes no matter of such a cause."""
        kind, rank, door = group
        hiding = [cause for cause in self._common if cause.rank > rank]
        if kind == "conflict":
            return self._common
        for cause in self._common:
            above = cause.door is not None and self._above(cause.door, str(door))
            if cause.rank == rank and above and (cause.is_raised or kind == "sign"):
                hiding.append(cause)
        return hiding

    def _is_sure(self, group: tuple[str, int, str | None], id: str) -> bool:
        """Whether a red flag always shows where it counts in one pack and nothing common hides it.

        So it is where no other cause that only one pack has is as urgent.
        """
        kind, rank, _ = group
        common = {(self._new.group(it), it.region) for it in self._common}
        return (
            kind == "flag"
            and rank > RANK["routine"]
            and not self._doors_turned()
            and not any(
                cause.rank >= rank
                and (side.group(cause), cause.region) not in common
                and (side.group(cause), cause.id) != (group, id)
                for side in self._sides
                for cause in side.regions.causes
            )
        )

    def _above(self, one: str, other: str) -> bool:
        """Whether one door goes before another in both packs."""
        if one == other:
            return True
        return all(side.doors.get(one, -1) > side.doors.get(other, -1) for side in self._sides)

    def _evidence(self) -> Iterator[tuple[str, int]]:
        old = {outcome.id: outcome for outcome in self._old.pack.pack.reassuring}
        new = {outcome.id: outcome for outcome in self._new.pack.pack.reassuring}
        if [(it.id, it.at_least, it.lead) for it in old.values()] != [
            (it.id, it.at_least, it.lead) for it in new.values()
        ]:
            yield "the points that an outcome takes", self._domain
        pieces = [{it.rule.id: it for it in side.pack.rules.evidence} for side in self._sides]
        for id in dict.fromkeys([*pieces[0], *pieces[1]]):
            found = [side.get(id) for side in pieces]
            nodes = [FALSE if it is None else it.node for it in found]
            weighs = [
                None
                if it is None
                else (sorted(it.rule.points), sorted(it.rule.excludes), sorted(it.rule.confirms))
                for it in found
            ]
            true = [self._old.regions.true(node) for node in nodes]
            open_ = [self._diagrams.mapped(node, IS_OPEN) for node in nodes]
            if weighs[0] == weighs[1]:
                region, opened = self._xor(*true), self._xor(*open_)
            else:
                region, opened = self._diagrams.either(*true), self._diagrams.either(*open_)
            # What is open is told apart by the reason alone.
            self._reasons = self._diagrams.either(self._reasons, opened)
            if region != FALSE:
                yield f"`{id}`", region

    def _xor(self, one: int, other: int) -> int:
        diagrams = self._diagrams
        return diagrams.either(diagrams.without(one, other), diagrams.without(other, one))

    def _left(self, what: str, region: int, hiding: Iterable[Cause]) -> Iterator[tuple[str, int]]:
        region = self._diagrams.both(region, self._domain)
        if region == FALSE:
            return
        try:
            region = self._new.regions.remains(region, hiding, most=MOST_NODES)
        except UnfinishedError:
            self._unfinished.append(Unfinished(what, region))
            return
        if region != FALSE:
            yield what, region

    # --- What comes of it ------------------------------------------------------------------------

    def _settle(self, what: str, region: int) -> None:
        """Split a candidate by what comes out, and keep what comes out otherwise."""
        self._reasons = self._diagrams.either(self._reasons, region)
        diagrams = self._diagrams
        found = FALSE
        try:
            for kind, part in self._changes(region):
                found = diagrams.either(found, part)
                self._kinds[kind] = diagrams.either(self._kinds.get(kind, FALSE), part)
        except UnfinishedError:
            rest = diagrams.without(region, found)
            if region in self._sure:
                kind = Kind(Facets(), Facets())
                self._kinds[kind] = diagrams.either(self._kinds.get(kind, FALSE), rest)
            else:
                self._unfinished.append(Unfinished(what, rest))

    def _changes(self, region: int) -> Iterator[tuple[Kind, int]]:
        old, new = self._sides
        parts, left = old.alarmed(region)
        for facets, part in parts:
            others, rest = new.alarmed(part)
            for after, both in others:
                yield from self._differing(facets, after, both)
            for after, both in self._calmed(new, rest, facets):
                yield from self._differing(facets, after, both)
        parts, calm = new.alarmed(left)
        for after, part in parts:
            for facets, both in self._calmed(old, part, after):
                yield from self._differing(facets, after, both)
        # Where the evidence says the same, only what is told of an outcome can differ.
        diagrams = self._diagrams
        weighed = diagrams.both(calm, self._weighed)
        told = diagrams.both(diagrams.without(calm, weighed), self._told)
        for label, here in self._earned([old.pack, new.pack], weighed):
            yield from self._both_calm(label[0], label[1], here)
        for label, here in self._earned([old.pack], told):
            yield from self._both_calm(label[0], label[0], here)

    def _both_calm(
        self,
        one: tuple[str | None, bool | None],
        other: tuple[str | None, bool | None],
        region: int,
    ) -> Iterator[tuple[Kind, int]]:
        for facets, part in self._old.calm(region, one):
            for after, both in self._new.calm(part, other):
                yield from self._differing(facets, after, both)

    def _calmed(self, side: Side, region: int, other: Facets) -> Iterator[tuple[Facets, int]]:
        """What comes out on the side where no alarm counts, of what the other side alarms.

        Where it would take too long to tell what is earned, it is left unsettled: but for what may
        be the same on both sides, it differs in any case.
        """
        try:
            labels = self._earned([side.pack], region)
        except UnfinishedError:
            for facets, part in side.calm(region, (None, None)):
                if structs.replace(facets, reason=None) == structs.replace(other, reason=None):
                    self._unfinished.append(
                        Unfinished("an alarm, where nothing else counts,", part)
                    )
                else:
                    yield Facets(), part
            return
        for label, here in labels:
            yield from side.calm(here, label[0])

    def _earned(
        self, packs: list[CodedPack], region: int
    ) -> list[tuple[tuple[tuple[str | None, bool | None], ...], int]]:
        return [] if region == FALSE else Earning(self._diagrams, packs).of(region)

    def _differing(self, old: Facets, new: Facets, region: int) -> Iterator[tuple[Kind, int]]:
        """Whether these facets differ; the reason does not count."""
        old, new = structs.replace(old, reason=None), structs.replace(new, reason=None)
        if region == FALSE:
            return
        if old != new:  # what is unsettled differs
            yield Kind(old, new), region
            return
        for before, part in self._old.patterned(old, region):
            for after, both in self._new.patterned(new, part):
                if before.pattern != after.pattern:
                    yield Kind(before, after), both

    # --- Advice ----------------------------------------------------------------------------------

    def _line(self, id: str, changed: int) -> None:
        """Where a line is given by one pack alone, of what else comes out the same."""
        diagrams = self._diagrams
        old, new = (side.line(id) for side in self._sides)
        asked = [side.applies(id) for side in self._sides]
        keys = {key for one in asked for key, _ in one}
        same = sorted(asked[0]) == sorted(asked[1]) and id in self._old.lines
        same = same and id in self._new.lines
        region = self._xor(old, new) if same else diagrams.either(old, new)
        if "reason" in keys:
            both = diagrams.either(old, new)
            region = diagrams.either(region, diagrams.both(both, self._reasons))
        region = diagrams.without(diagrams.both(region, self._domain), changed)
        if region == FALSE:
            return
        try:
            if same and "reason" not in keys:
                # The facets are the same here in both packs.
                differing = self._new.given(asked[1], region)
            else:
                before = self._old.given(asked[0], diagrams.both(region, old))
                after = self._new.given(asked[1], diagrams.both(region, new))
                differing = self._xor(before, after)
        except UnfinishedError:
            self._unfinished.append(Unfinished(f"`{id}`", region))
            return
        if differing != FALSE:
            self._lines[id] = differing
