"""The evidence of two packs on one pair of scales: points added up question by question.

The points of both packs are fields of one whole number, so that adding two weights is one addition.
A field is a sum that must reach a bound: the points of an outcome, and its lead over each other
one, first of what holds, then at best of what could (see `weighing`). As soon as what is still to
come cannot change whether a bound is reached, the sum is no longer told apart.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, structs

from bumpcheck.coded import CodedPack
from bumpcheck.coded.diagrams import FALSE, IS_OPEN, IS_TRUE
from bumpcheck.model import Evidence
from bumpcheck.prove.regions import UnfinishedError
from bumpcheck.weighing import gains, helps

WIDTH = 14
FIELD = (1 << WIDTH) - 1
ZERO = 1 << WIDTH - 1
# A sum that reaches its bound, or does not, whatever comes.
SURE, NEVER = 3 << WIDTH - 2, 1 << WIDTH - 2
# So many points, all taken together, are still none of these.
MOST_POINTS = (1 << WIDTH - 2) - 1

UNDECIDED = -1


class Weight(Struct, frozen=True):
    """What a piece adds for one pack: points as fields, and bits; the least and most of it."""

    points: int = 0
    bits: int = 0
    least: int = 0
    most: int = 0


NOTHING = Weight()


class Decided(Struct, frozen=True):
    """Points as far as they still tell, and what they come to: `UNDECIDED`, or a place.

    `fields` and `bits`, as bits: which of the sums and of the bits can still tell.
    """

    points: int
    label: int
    fields: int = 0
    bits: int = 0


class Scale:
    """One pack's: what its points come to, as a place among its outcomes, then missing, neither."""

    def __init__(self, pack: CodedPack, *, missing: bool) -> None:
        self.outcomes = pack.pack.reassuring
        self.many = len(self.outcomes)
        self.missing = missing
        ids = [outcome.id for outcome in self.outcomes]
        one = [
            outcome.at_least if other == outcome.id else outcome.lead
            for outcome in self.outcomes
            for other in (outcome.id, *[id for id in ids if id != outcome.id])
        ]
        self.bounds = one * 2 if missing else one
        self.zero = sum([ZERO << WIDTH * at for at in range(len(self.bounds))])
        self._known: dict[tuple[int, int, int, int, int], Decided] = {}

    def forget(self) -> None:
        """Give back what was decided."""
        self._known.clear()

    def same_bounds(self, other: Scale) -> bool:
        """Whether both ask the same of the same outcomes."""
        ids = [[it.id for it in scale.outcomes] for scale in (self, other)]
        return ids[0] == ids[1] and self.bounds == other.bounds

    def pieces(self, pack: CodedPack) -> dict[int, Weight]:
        """What the evidence of a pack weighs, by where it does.

        Raises UnfinishedError where that may be more than a field can tell.
        """
        points = [count for it in pack.rules.evidence for _, count in it.rule.points]
        if sum(map(abs, points)) + max(map(abs, self.bounds), default=0) > MOST_POINTS:
            raise UnfinishedError
        pieces: dict[int, Weight] = {}
        for it in pack.rules.evidence:
            mapped = pack.diagrams.mapped
            _add(pieces, mapped(it.node, IS_TRUE), self._holding(it.rule))
            if self.missing:
                _add(pieces, mapped(it.node, IS_OPEN), self._open(it.rule))
        return pieces

    def _holding(self, piece: Evidence) -> Weight:
        points = dict(piece.points)
        sums = [count for at in range(self.many) for count in self._sums(at, points)]
        bits = 0
        for at, outcome in enumerate(self.outcomes):
            bits |= (outcome.id in piece.excludes) << at
            bits |= (outcome.id in piece.confirms) << self.many + at
        return _weight(sums * 2 if self.missing else sums, bits)

    def _open(self, piece: Evidence) -> Weight:
        sums = [0] * (self.many * self.many)
        bits = 0
        for at, outcome in enumerate(self.outcomes):
            bits |= (outcome.id in piece.excludes) << 2 * self.many + at
            best: dict[str, int] = {}
            if helps(piece, outcome.id):
                best = dict(gains(piece, outcome.id))
                bits |= (outcome.id in piece.confirms) << 3 * self.many + at
            sums += self._sums(at, best)
        return _weight(sums, bits)

    def _sums(self, at: int, points: dict[str, int]) -> list[int]:
        """The points of an outcome, then its lead over each other one."""
        ids = [outcome.id for outcome in self.outcomes]
        own = points.get(ids[at], 0)
        return [own, *[own - points.get(id, 0) for id in ids if id != ids[at]]]

    # --- Deciding --------------------------------------------------------------------------------

    def decided(self, points: int, least: int, most: int, bits: int, may: int) -> Decided:
        """What points come to, if at least and at most so much is still added to them.

        `may` are the bits that are set, or may still be.
        """
        key = (points, least, most, bits, may)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._decide(*key)
        return known

    def _decide(self, points: int, least: int, most: int, bits: int, may: int) -> Decided:
        low, high = points + least, points + most
        fields: list[int] = []
        reached: list[bool | None] = []
        for at, bound in enumerate(self.bounds):
            shift = WIDTH * at
            own = points >> shift & FIELD
            is_sure = (low >> shift & FIELD) >= ZERO + bound
            is_never = (high >> shift & FIELD) < ZERO + bound
            reached.append(True if is_sure else False if is_never else None)
            fields.append(SURE if is_sure else NEVER if is_never else own)
        states = [self._state(at, reached, bits, may) for at in range(self.many)]
        label = self._label(states, reached, bits, may)
        if label != UNDECIDED:
            return Decided(self.zero, label)
        many = self.many
        # An outcome is out of the question: first of what holds, then of what could.
        out = [state is False for state in states]
        if self.missing:
            out += [self._could(at, reached, bits, may) is False for at in range(many)]
        for at, is_out in enumerate(out):
            if is_out:
                fields[at * many : (at + 1) * many] = [NEVER] * many
        open_ = sum([1 << at for at, own in enumerate(fields) if own not in (SURE, NEVER)])
        packed = sum([own << WIDTH * at for at, own in enumerate(fields)])
        telling = (1 << 4 * many) - 1
        return Decided(packed, UNDECIDED, open_, telling)

    def _label(
        self, states: list[bool | None], reached: list[bool | None], bits: int, may: int
    ) -> int:
        earned = [at for at, state in enumerate(states) if state]
        if None in states:
            return UNDECIDED
        if earned:
            return earned[0] if len(earned) == 1 else self.many + 1
        if not self.missing:
            return self.many + 1
        could = [self._could(at, reached, bits, may) for at in range(self.many)]
        if True in could:
            return self.many
        return UNDECIDED if None in could else self.many + 1

    def _state(self, own: int, reached: list[bool | None], bits: int, may: int) -> bool | None:
        """Whether an outcome is earned (see `weighing`); None if that is open."""
        many = self.many
        rivals = [at for at in range(many) if at != own]
        by_points: list[bool | None] = [reached[own * many]]
        for place, at in enumerate(rivals, own * many + 1):
            by_points.append(_or(reached[place], _bit(bits, may, at)))
        proved = _bit(bits, may, many + own)
        unrivalled = [
            _not(_and([_bit(bits, may, many + at), _not(_bit(bits, may, at))])) for at in rivals
        ]
        enough = _or(proved, _and(by_points))
        return _and([_not(_bit(bits, may, own)), *unrivalled, enough])

    def _could(self, own: int, reached: list[bool | None], bits: int, may: int) -> bool | None:
        """Whether what is open could earn an outcome, all of it that helps taken to hold."""
        many = self.many
        rivals = [at for at in range(many) if at != own]

        def bit(kind: int, at: int) -> bool | None:
            return _bit(bits, may, kind * many + at)

        start = many * many + own * many
        by_points: list[bool | None] = [reached[start]]
        sure: list[bool | None] = []
        for place, at in enumerate(rivals, start + 1):
            by_points.append(_or(reached[place], _or(bit(0, at), bit(2, at))))
            # A rival that is proved, and neither is excluded nor may be.
            sure.append(_and([bit(1, at), _not(bit(0, at)), _not(bit(2, at))]))
        proved = _or(bit(1, own), bit(3, own))
        return _and([_not(bit(0, own)), *map(_not, sure), _or(proved, _and(by_points))])


def reduced(weight: Weight, fields: int, bits: int) -> Weight:
    """A weight without the fields and bits that tell no more."""
    if fields < 0:
        return structs.replace(weight, bits=weight.bits & bits)
    points, least, most = (
        _kept(packed, fields) for packed in (weight.points, weight.least, weight.most)
    )
    return Weight(points, weight.bits & bits, least, most)


def _kept(packed: int, fields: int) -> int:
    """Signed fields in one number, without some of them."""
    kept = at = 0
    while fields >> at:
        digit = packed & FIELD
        count = digit - (FIELD + 1 if digit >= ZERO else 0)
        packed = (packed - count) >> WIDTH
        kept += count * (1 << WIDTH * at) if fields >> at & 1 else 0
        at += 1
    return kept


def _add(pieces: dict[int, Weight], node: int, weight: Weight) -> None:
    if node != FALSE and weight != NOTHING:
        pieces[node] = together(pieces.get(node, NOTHING), weight)


def together(one: Weight, other: Weight) -> Weight:
    """What two pieces weigh that hold in the same cases."""
    return Weight(
        one.points + other.points,
        one.bits | other.bits,
        one.least + other.least,
        one.most + other.most,
    )


def _weight(sums: Sequence[int], bits: int) -> Weight:
    points, least, most = (
        sum([own << WIDTH * at if own >= 0 else -(-own << WIDTH * at) for at, own in enumerate(it)])
        for it in (sums, [min(own, 0) for own in sums], [max(own, 0) for own in sums])
    )
    return Weight(points, bits, least, most)


def _bit(bits: int, may: int, at: int) -> bool | None:
    return True if bits >> at & 1 else None if may >> at & 1 else False


def _not(one: bool | None) -> bool | None:
    return None if one is None else not one


def _or(one: bool | None, other: bool | None) -> bool | None:
    if one or other:
        return True
    return None if one is None or other is None else False


def _and(parts: Sequence[bool | None]) -> bool | None:
    if any(part is False for part in parts):
        return False
    return None if None in parts else True
