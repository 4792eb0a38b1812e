"""Which outcome the evidence earns, everywhere in a region at once, for one pack or for two.

The points are added up question by question. Each node of a sum knows the least and the most that
can come below it (`prove.points.Sums`), so that a branch in which nothing can change any more is
not walked; and what was walked is remembered by what is still open and the points so far.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import add

from msgspec import Struct

from bumpcheck.coded import CodedPack
from bumpcheck.coded.diagrams import FALSE, IS_OPEN, IS_TRUE, LEAVES, TRUE, Diagrams
from bumpcheck.model import Evidence, Outcome
from bumpcheck.prove.points import Sums, Weight, plus
from bumpcheck.prove.regions import UnfinishedError

# How many states are walked before it is left unfinished.
MOST_STATES = 12_000
# How large a region may be at most.
LARGEST_REGION = 4_000
SURE, NEVER = 1 << 30, -(1 << 30)

# Which outcome each pack earns, and whether answers are missing (None: was not asked).
Label = tuple[tuple[str | None, bool | None], ...]


class _Side(Struct, frozen=True):
    """One pack in the sums: where its points begin, and its bits."""

    outcomes: tuple[Outcome, ...]
    bounds: tuple[int, ...]
    start: int
    shift: int

    @property
    def width(self) -> int:
        return len(self.bounds)


class Earning:
    """The walk; `missing` tells also where answers could still earn an outcome."""

    def __init__(
        self, diagrams: Diagrams, packs: Sequence[CodedPack], *, missing: bool = False
    ) -> None:
        self._diagrams = diagrams
        self._missing = missing
        self._sums = Sums()
        self._sides: list[_Side] = []
        start = 0
        for pack in packs:
            outcomes = pack.pack.reassuring
            bounds = [outcome.at_least for outcome in outcomes]
            bounds += [one.lead for one in outcomes for other in outcomes if other is not one]
            # Bits: excluded, confirmed; of what is open: excludable, confirmable, helped.
            shift = sum([5 * len(side.outcomes) for side in self._sides])
            side = _Side(outcomes, tuple(bounds), start, shift)
            self._sides.append(side)
            start += side.width + (len(outcomes) * side.width if missing else 0)
        self._width = start
        pieces: dict[int, Weight] = {}
        for side, pack in zip(self._sides, packs, strict=True):
            for it in pack.rules.evidence:
                self._weigh(pieces, side, it.rule, diagrams.mapped(it.node, IS_TRUE))
                if missing:
                    open_ = diagrams.mapped(it.node, IS_OPEN)
                    self._weigh(pieces, side, it.rule, open_, is_open=True)
        # What holds together, in both packs, is one piece.
        self._pieces = [(node, weight) for node, weight in pieces.items() if node != FALSE]
        self._depth = packs[0].compiler.depth
        self._memory: dict[tuple[object, ...], int] = {}
        self._labels: dict[Label, int] = {}

    def of(self, region: int) -> list[tuple[Label, int]]:
        """The parts of a region, each with what is earned there. Raises UnfinishedError."""
        if region == FALSE:
            return []
        if self._diagrams.size(region) > LARGEST_REGION:
            raise UnfinishedError
        root = self._walk(region, self._grouped(region), ((0,) * self._width, 0, 0))
        return [(label, self._part(root, number)) for label, number in self._labels.items()]

    # --- Weights ---------------------------------------------------------------------------------

    def _vector(self, side: _Side, counts: dict[str, int]) -> list[int]:
        own = [counts.get(outcome.id, 0) for outcome in side.outcomes]
        leads = [
            counts.get(one.id, 0) - counts.get(other.id, 0)
            for one in side.outcomes
            for other in side.outcomes
            if other is not one
        ]
        return [*own, *leads]

    def _weigh(
        self,
        pieces: dict[int, Weight],
        side: _Side,
        piece: Evidence,
        node: int,
        *,
        is_open: bool = False,
    ) -> None:
        points = [0] * self._width
        ids = [outcome.id for outcome in side.outcomes]
        many = len(ids)
        bits = 0
        if not is_open:
            points[side.start : side.start + side.width] = self._vector(side, dict(piece.points))
            for at, id in enumerate(ids):
                bits |= (id in piece.excludes) << at | (id in piece.confirms) << many + at
        else:
            for at, id in enumerate(ids):
                bits |= (id in piece.excludes) << 2 * many + at
                if not helps(piece, id):
                    continue
                best = {of: count for of, count in piece.points if (count > 0) == (of == id)}
                start = side.start + side.width * (1 + at)
                points[start : start + side.width] = self._vector(side, best)
                bits |= (id in piece.confirms) << 3 * many + at | 1 << 4 * many + at
        weight: Weight = (tuple(points), bits << side.shift, 0)
        pieces[node] = plus(pieces[node], weight) if node in pieces else weight

    def _ways(self, region: int) -> dict[int, set[int]]:
        """The children that a region takes, at each level that it always asks."""
        diagrams, depth = self._diagrams, self._depth
        taken: dict[int, set[int]] = {}
        passed = set(range(min(diagrams.level[region], depth)))
        for node in diagrams.under(region):
            level = diagrams.level[node]
            for at, child in enumerate(diagrams.children[node]):
                if child != FALSE:
                    taken.setdefault(level, set()).add(at)
                    passed.update(range(level + 1, min(diagrams.level[child], depth)))
        return {level: ways for level, ways in taken.items() if level not in passed}

    def _piece(self, node: int, weight: Weight, ways: dict[int, set[int]]) -> int:
        """A piece of evidence as a sum, without the ways that are never taken."""
        sums, diagrams = self._sums, self._diagrams
        nothing: Weight = ((0,) * self._width, 0, 0)
        memory: dict[int, int] = {}

        def through(node: int) -> int:
            if node < LEAVES:
                return sums.leaf(weight if node == TRUE else nothing)
            known = memory.get(node)
            if known is None:
                level, children = diagrams.level[node], diagrams.children[node]
                taken = ways.get(level, range(len(children)))
                first = through(children[min(taken)])
                below = [
                    through(child) if at in taken else first for at, child in enumerate(children)
                ]
                known = memory[node] = sums.node(level, tuple(below))
            return known

        return through(node)

    def _grouped(self, region: int) -> list[int]:
        """Sums of pieces that ask alike, as long as they stay small."""
        ways = self._ways(region)
        pieces = [self._piece(node, weight, ways) for node, weight in self._pieces]
        grouped: list[tuple[int, set[int]]] = []
        for one in sorted(pieces, key=lambda node: -self._sums.level[node]):
            levels = self._sums.levels(one)
            grouped.sort(key=lambda known: len(levels & known[1]), reverse=True)
            for at, (other, asked) in enumerate(grouped[:3]):
                try:
                    joined = self._sums.plus(one, other, {})
                except UnfinishedError:
                    continue
                grouped[at] = (joined, asked | levels)
                break
            else:
                grouped.append((one, levels))
        return [node for node, _ in grouped]

    # --- The walk --------------------------------------------------------------------------------

    def _walk(self, region: int, rest: Sequence[int], so_far: Weight) -> int:
        """A diagram whose leaves are labels; what is not of the region is -1."""
        if region == FALSE:
            return self._sums.leaf(((-1,), 0, 0))
        sums = self._sums
        open_: list[int] = []
        for node in rest:
            leaf = sums.weight[node]
            if leaf is None:
                open_.append(node)
            else:
                so_far = plus(so_far, leaf)
        points, bits, _ = so_far
        least, most, may = points, points, bits
        for node in open_:
            bounds = sums.bounds[node]
            least = tuple(map(add, least, bounds.least))
            most = tuple(map(add, most, bounds.most))
            may |= bounds.excluded
        label = self._decided(least, most, bits, may)
        if label is not None:
            number = self._labels.setdefault(label, len(self._labels))
            return self._where(region, number)
        kept = self._kept(points, least, most)
        key = (region, *sorted(open_), kept, bits)
        known = self._memory.get(key)
        if known is None:
            if len(self._memory) > MOST_STATES:
                raise UnfinishedError
            known = self._memory[key] = self._branch(region, open_, (kept, bits, 0))
        return known

    def _branch(self, region: int, rest: list[int], so_far: Weight) -> int:
        diagrams, sums = self._diagrams, self._sums
        level = min([diagrams.level[region], *[sums.level[node] for node in rest]])
        asked = [node for node in rest if sums.level[node] == level]
        others = [node for node in rest if sums.level[node] != level]
        inside = diagrams.level[region] == level
        width = len(diagrams.children[region] if inside else sums.children[asked[0]])
        columns = [diagrams.children[region] if inside else (region,) * width]
        columns += [sums.children[node] for node in asked]
        children = [
            self._walk(way[0], [*others, *way[1:]], so_far) for way in zip(*columns, strict=True)
        ]
        return sums.node(level, tuple(children))

    def _where(self, region: int, number: int) -> int:
        """A region as a diagram of labels."""
        if region < LEAVES:
            return self._sums.leaf(((number if region == TRUE else -1,), 0, 0))
        key = (region, number)
        known = self._memory.get(key)
        if known is None:
            children = [self._where(child, number) for child in self._diagrams.children[region]]
            known = self._sums.node(self._diagrams.level[region], tuple(children))
            self._memory[key] = known
        return known

    def _part(self, root: int, number: int) -> int:
        """Where a label is reached."""
        sums, memory = self._sums, dict[int, int]()

        def through(node: int) -> int:
            weight = sums.weight[node]
            if weight is not None:
                return TRUE if weight[0][0] == number else FALSE
            known = memory.get(node)
            if known is None:
                children = tuple([through(child) for child in sums.children[node]])
                known = memory[node] = self._diagrams.node(sums.level[node], children)
            return known

        return through(root)

    def _kept(
        self, points: tuple[int, ...], least: tuple[int, ...], most: tuple[int, ...]
    ) -> tuple[int, ...]:
        """The points as far as they still tell."""
        if self._missing:
            return points
        kept = list(points)
        for side in self._sides:
            for at, bound in enumerate(side.bounds, side.start):
                if least[at] >= bound:
                    kept[at] = SURE
                elif most[at] < bound:
                    kept[at] = NEVER
        return tuple(kept)

    def _decided(
        self, least: tuple[int, ...], most: tuple[int, ...], bits: int, may: int
    ) -> Label | None:
        label: list[tuple[str | None, bool | None]] = []
        for side in self._sides:
            if self._missing and (least != most or bits != may):
                return None
            states = [self._state(side, at, least, most, bits, may) for at in self._ats(side)]
            if None in states:
                return None
            earned = [it.id for it, is_so in zip(side.outcomes, states, strict=True) if is_so]
            missing = None
            if self._missing:
                missing = not earned and self._could(side, least, bits)
            label.append((earned[0] if len(earned) == 1 else None, missing))
        return tuple(label)

    @staticmethod
    def _ats(side: _Side) -> range:
        return range(len(side.outcomes))

    def _state(
        self,
        side: _Side,
        own: int,
        least: tuple[int, ...],
        most: tuple[int, ...],
        bits: int,
        may: int,
    ) -> bool | None:
        """Whether an outcome is earned, whatever comes; None if that is open (see `weighing`)."""
        many = len(side.outcomes)

        def bit(of: int, place: int) -> bool:
            return bool(of >> side.shift + place & 1)

        if bit(bits, own):
            return False
        rivals = [at for at in self._ats(side) if at != own]
        if any(bit(bits, many + at) and not bit(may, at) for at in rivals):
            return False
        start = side.start
        by_points_sure = least[start + own] >= side.bounds[own]
        by_points_never = most[start + own] < side.bounds[own]
        for place, at in enumerate(rivals):
            lead = many + own * (many - 1) + place
            is_sure = least[start + lead] >= side.bounds[lead]
            is_never = most[start + lead] < side.bounds[lead]
            by_points_sure = by_points_sure and (is_sure or bit(bits, at))
            by_points_never = by_points_never or (is_never and not bit(may, at))
        confirmed = bit(bits, many + own)
        if by_points_never and not bit(may, many + own):
            return False
        open_ = bit(may, own) or any(bit(may, many + at) and not bit(bits, at) for at in rivals)
        if open_:
            return None
        return True if by_points_sure or confirmed else None

    def _could(self, side: _Side, points: tuple[int, ...], bits: int) -> bool:
        """Whether what is open could earn an outcome, all of it that helps taken to hold."""
        many = len(side.outcomes)
        bits >>= side.shift

        def those(at: int) -> set[int]:
            return {own for own in range(many) if bits >> at * many + own & 1}

        excluded, confirmed, excludable, confirmable, helped = map(those, range(5))
        confirmed -= excluded
        for own in range(many):
            if own not in helped:
                continue
            out = excluded | (excludable - {own})
            sure = (confirmed - excludable) | (confirmable & {own}) | (confirmed & {own})
            if own in out or not sure <= {own}:
                continue
            start = side.start + side.width * (1 + own)
            both = list(map(add, points[side.start :], points[start : start + side.width]))
            rivals = [at for at in range(many) if at != own]
            leads = all(
                both[lead] >= side.bounds[lead] or at in out
                for lead, at in enumerate(rivals, many + own * (many - 1))
            )
            if sure or (both[own] >= side.bounds[own] and leads):
                return True
        return False


def helps(piece: Evidence, outcome: str) -> bool:
    """Whether a piece of evidence, if it held, would bring an outcome nearer (see `weighing`)."""
    gains = any((count > 0) == (id == outcome) for id, count in piece.points)
    return gains or outcome in piece.confirms or any(id != outcome for id in piece.excludes)
