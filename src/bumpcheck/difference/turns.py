"""What two packs come to in one list: what settles a result, and how it turned out otherwise.

The list of each pack is read from the top: the first of its entries that counts settles the result.
Both lists are joined, entries that do the same in both packs stand for one, and what comes out the
same whatever follows is taken out of the cases that are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from bumpcheck.coded import CodedPack, Diagrams, Verdict
from bumpcheck.coded.diagrams import FALSE, TRUE
from bumpcheck.model import RANK
from bumpcheck.prove.regions import UnfinishedError

from .scales import Scale, Weight
from .sides import Label, Settling, Side, reasons_told_apart

# How a result turned out otherwise: with less urgency, with more, in another way, in advice alone.
LESS, MORE, OTHER, ADVICE = "less", "more", "other", "advice"
KINDS = (LESS, MORE, OTHER, ADVICE)
# How many nodes the cases that are looked at may take.
MOST_NODES = 1_500_000

# Each kind that is possible, and the place of the condition under which it is so.
Turn = tuple[tuple[str, int], ...]


# What a label can turn into, by itself and beside others.
Sign = tuple[tuple[tuple[str, int], ...], tuple[tuple[tuple[str, int], ...], ...]]

NO_TURN: Sign = ((), ())


class Entry(Struct, frozen=True):
    """A label, and where it counts in either pack; what both have alike is one region."""

    label: Label
    old: int
    new: int


class Turns(Struct, frozen=True):
    """A comparison, ready to be walked.

    `live`: the cases that are looked at; all others come out the same. A label is named by its
    place: those of `entries`, then what the evidence comes to. `turns` has for each pair of them
    (what settles the old result, and the new) what it turns into, as places of `conditions`.
    """

    live: int
    entries: tuple[Entry, ...]
    turns: dict[tuple[int, int], Turn]
    conditions: tuple[int, ...]
    scales: tuple[Scale, Scale]
    pieces: dict[int, tuple[Weight, Weight]]
    is_twin: bool


class Joining:
    """Joins two packs that have the same blocks. `domain`: what both take."""

    def __init__(self, old: CodedPack, new: CodedPack, domain: int) -> None:
        lines = [it.rule for pack in (old, new) for it in pack.rules.advice]
        reasons = reasons_told_apart(lines)
        self._diagrams: Diagrams = old.diagrams
        self._domain = domain
        self.packs = (old, new)
        self._tells_missing = reasons["not-enough"] != reasons["neither"]
        self._sides = (Side(old, reasons), Side(new, reasons))
        self._known: dict[tuple[Label, Label], dict[str, int]] = {}

    @property
    def tails(self) -> list[list[Label]]:
        """What the evidence of each pack can come to; the last is that nothing is earned."""
        return [list(dict.fromkeys(side.weighed())) for side in self._sides]

    def joined(self) -> Turns:
        """Both packs. Raises UnfinishedError."""
        diagrams = self._diagrams
        scales = tuple([Scale(pack, missing=self._tells_missing) for pack in self.packs])
        assert len(scales) == 2
        pieces, differing = self._pieces(scales)
        is_twin = scales[0].same_bounds(scales[1])
        tails = [side.weighed() for side in self._sides]
        hidden, entries = self._parted(self.merged(), tails, is_twin and differing == FALSE)
        reach = TRUE if not is_twin else differing
        for entry in entries:
            reach = diagrams.either(reach, self._diagrams.apart(entry.old, entry.new))
            for region in self.turn(entry.label, entry.label).values():
                reach = diagrams.either(reach, region)
        for one, other in zip(*tails, strict=False):
            for region in self.turn(one, other).values():
                reach = diagrams.either(reach, region)
        live = self._live(diagrams.both(reach, self._domain), hidden)
        turns, conditions = self._table([it.label for it in entries], tails)
        twin = is_twin and differing == FALSE
        return Turns(live, tuple(entries), turns, conditions, (scales[0], scales[1]), pieces, twin)

    def _pieces(self, scales: tuple[Scale, ...]) -> tuple[dict[int, tuple[Weight, Weight]], int]:
        """What holds together is one piece, in both packs; and where they weigh differently."""
        nothing = Weight()
        own = [scale.pieces(pack) for scale, pack in zip(scales, self.packs, strict=True)]
        pieces = {
            node: (own[0].get(node, nothing), own[1].get(node, nothing))
            for node in dict.fromkeys([*own[0], *own[1]])
        }
        differing = [node for node, (one, other) in pieces.items() if one != other]
        return pieces, self._diagrams.any_of(differing)

    # --- The list --------------------------------------------------------------------------------

    def merged(self) -> list[tuple[Label, frozenset[int], frozenset[int]]]:
        """Both lists as one; the order of each is kept."""
        old, new = (list(side.settling()) for side in self._sides)
        merged: list[tuple[Label, frozenset[int], frozenset[int]]] = []
        none: frozenset[int] = frozenset()

        def has(rest: list[Settling], label: Label) -> bool:
            return any(it.label == label for it in rest)

        while old or new:
            if old and new and old[0].label == new[0].label:
                one, other = old.pop(0), new.pop(0)
                merged.append((one.label, one.regions, other.regions))
            elif old and (not new or not has(new, old[0].label) or has(old, new[0].label)):
                one = old.pop(0)
                merged.append((one.label, one.regions, none))
            else:
                other = new.pop(0)
                merged.append((other.label, none, other.regions))
        return merged

    def _parted(
        self,
        merged: list[tuple[Label, frozenset[int], frozenset[int]]],
        tails: list[list[Label]],
        is_twin: bool,
    ) -> tuple[list[int], list[Entry]]:
        """What hides all that follows, and the entries that are left, those alike joined."""
        hidden: list[int] = []
        parts: list[tuple[Label, set[int], set[int]]] = []
        differing: list[Label] = []
        signs: list[Sign | None] = []
        for label, old, new in merged:
            common = old & new
            sign = self._sign(label, differing)
            if common and not parts and sign == NO_TURN:
                hidden += common
            elif common and signs and signs[-1] == sign:
                parts[-1][1].update(common)
                parts[-1][2].update(common)
            elif common:
                parts.append((label, set(common), set(common)))
                signs.append(sign)
            if old != new:
                parts.append((label, set(old - common), set(new - common)))
                signs.append(None)
                differing.append(label)
        # What is told apart no more at the end needs no entry.
        ends = {self._sign(label, differing) for side in tails for label in side}
        while is_twin and len(ends) == 1 and signs and signs[-1] in ends:
            parts.pop()
            signs.pop()
        any_of = self._diagrams.any_of
        return hidden, [Entry(label, any_of(old), any_of(new)) for label, old, new in parts]

    def _sign(self, label: Label, before: list[Label]) -> Sign:
        """All that a label can turn into, beside itself and beside what differs before it."""
        own = tuple(self.turn(label, label).items())
        beside = tuple(
            tuple(self.turn(*pair).items())
            for other in dict.fromkeys(before)
            for pair in ((other, label), (label, other))
        )
        return own, beside

    def _live(self, region: int, hidden: list[int]) -> int:
        diagrams = self._diagrams
        most = len(diagrams) + MOST_NODES
        for cause in sorted(set(hidden), key=self._depth):
            region = diagrams.without(region, cause)
            if len(diagrams) > most:
                raise UnfinishedError
        diagrams.forget()
        return region

    def _depth(self, region: int) -> tuple[int, int]:
        """The deepest first, which keeps what is between them small."""
        return -self._diagrams.level[region], self._diagrams.size(region)

    # --- What comes of it ------------------------------------------------------------------------

    def _table(
        self, labels: list[Label], tails: list[list[Label]]
    ) -> tuple[dict[tuple[int, int], Turn], tuple[int, ...]]:
        """The turn of each pair of labels, by their places, and the conditions of the turns."""
        places = {TRUE: 0}
        turns: dict[tuple[int, int], Turn] = {}
        lists = [[*labels, *tail] for tail in tails]
        for at, one in enumerate(lists[0]):
            for to, other in enumerate(lists[1]):
                turns[at, to] = tuple(
                    [
                        (kind, places.setdefault(region, len(places)))
                        for kind, region in self.turn(one, other).items()
                    ]
                )
        return turns, tuple(places)

    def turn(self, old: Label, new: Label) -> dict[str, int]:
        """Each kind of change, and where it is one, if the results are settled so."""
        known = self._known.get((old, new))
        if known is None:
            found = dict(self._kinds(old, new))
            known = self._known[old, new] = {
                kind: region for kind, region in found.items() if region != FALSE
            }
        return known

    def _kinds(self, old: Label, new: Label) -> Iterator[tuple[str, int]]:
        diagrams = self._diagrams
        ranks = RANK[old.urgency], RANK[new.urgency]
        if ranks[0] != ranks[1]:
            yield (LESS if ranks[1] < ranks[0] else MORE), TRUE
            return
        if old.outcome != new.outcome:
            yield OTHER, TRUE
            return
        sides = self._sides
        other = self._apart(sides[0].doors(old), sides[1].doors(new))
        shown = self._apart(sides[0].patterns(old), sides[1].patterns(new))
        other = diagrams.either(other, shown)
        yield OTHER, other
        lines = FALSE
        for id in dict.fromkeys([*sides[0].lines, *sides[1].lines]):
            asked = sides[0].asked(id), sides[1].asked(id)
            is_own = sides[0].own(id) == sides[1].own(id) and asked[0] == asked[1]
            if is_own and (old.reason == new.reason or "reason" not in asked[0]):
                continue  # where all else is the same
            given = sides[0].given(id, old), sides[1].given(id, new)
            lines = diagrams.either(lines, self._diagrams.apart(*given))
        yield ADVICE, diagrams.without(lines, other)

    def _apart(self, old: dict[str, int] | dict[str | None, int], new: object) -> int:
        assert isinstance(new, dict)
        regions = [
            self._diagrams.apart(old.get(key, FALSE), new.get(key, FALSE)) for key in {*old, *new}
        ]
        return self._diagrams.any_of(regions)


def kind_of(old: Verdict, new: Verdict) -> str | None:
    """How two results differ in what is compared; None where they do not."""
    if RANK[old.urgency] != RANK[new.urgency]:
        return LESS if RANK[new.urgency] < RANK[old.urgency] else MORE
    facets = [(it.outcome, it.disposition, it.pattern) for it in (old, new)]
    if facets[0] != facets[1]:
        return OTHER
    return ADVICE if set(old.advice) != set(new.advice) else None
