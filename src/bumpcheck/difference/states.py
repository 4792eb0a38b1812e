"""The states of a sweep: what is left of two packs, brought to one form.

Whatever can change nothing any more is left out, so that cases that go on alike are one state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from bumpcheck.coded.diagrams import FALSE, TRUE

from .scales import NOTHING, UNDECIDED, WIDTH, Weight, reduced, together
from .turns import Turn, Turns

# Pieces of evidence: what is left of each, and the number of its weights.
Items = frozenset[tuple[int, int]]
# What is left: of the cases, the entries (first all of the old pack), the conditions, the evidence;
# its bits for either pack, and what it came to.
State = tuple[int, tuple[int, ...], tuple[int, ...], Items, tuple[int, int], tuple[int, int]]
# What still tells of the evidence of both packs: sums and bits.
Telling = tuple[int, int, int, int]

NO_ITEMS: Items = frozenset()
# In place of what the new pack's evidence came to: the same as the old one's, whatever that is.
TWIN = -2
NONE = -1
EVERYTHING: Telling = (-1, -1, -1, -1)


class _Outlook(Struct, frozen=True):
    """Which conditions still tell, and what the evidence came to as far as that does."""

    conditions: frozenset[int]
    labels: tuple[int, int]


class _Rest(Struct, frozen=True):
    """What evidence can still add: the least and the most, and its bits, for either pack."""

    least: tuple[int, int]
    most: tuple[int, int]
    bits: tuple[int, int]
    is_same: bool


class States:
    """The states of one comparison."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._many = len(turns.entries)
        self._shift = WIDTH * (len(turns.scales[0].bounds) + 1)
        self._low = (1 << self._shift) - 1
        self._same_bounds = turns.scales[0].same_bounds(turns.scales[1])
        self._weights: list[tuple[Weight, Weight]] = []
        self._numbers: dict[tuple[Weight, Weight], int] = {}
        self._points: list[int] = []
        self._joined: dict[tuple[int, int], int] = {}
        self._reduced: dict[Telling, dict[int, int]] = {}
        self._outlooks: dict[tuple[object, ...], _Outlook] = {}
        self._rests: dict[Items, _Rest] = {}

    def forget(self) -> None:
        """Give back what was worked out for one question."""
        self._rests.clear()
        for scale in self._turns.scales:
            scale.forget()

    def start(self, live: int) -> Iterator[tuple[State, int]]:
        """The first state, with no points; none where nothing can come out otherwise."""
        turns = self._turns
        zero = turns.scales[0].zero | turns.scales[1].zero << self._shift
        here = frozenset([(node, self._number(pair)) for node, pair in turns.pieces.items()])
        labels = (UNDECIDED, TWIN if turns.is_twin else UNDECIDED)
        items, bits = self._lightened(here, (0, 0), labels)
        for state, _, points in self.after(
            live,
            (*[it.old for it in turns.entries], *[it.new for it in turns.entries]),
            turns.conditions,
            items,
            NO_ITEMS,
            bits,
            labels,
            [self._kept(zero, labels)],
        ):
            yield state, points

    def came_to(self, state: State) -> Iterator[str]:
        """The kinds of change of a last state."""
        _, entries, conditions, _, _, labels = state
        ends: list[int] = []
        for side in (0, 1):
            own = entries[side * self._many : (side + 1) * self._many]
            ends.append(own.index(TRUE) if TRUE in own else self._many + labels[side])
        for kind, place in self._turns.turns[ends[0], ends[1]]:
            if conditions[place] == TRUE:
                yield kind

    # --- Going on --------------------------------------------------------------------------------

    def after(
        self,
        live: int,
        entries: tuple[int, ...],
        conditions: tuple[int, ...],
        here: Iterable[tuple[int, int]],
        others: Items,
        bits: tuple[int, int],
        labels: tuple[int, int],
        table: Iterable[int],
    ) -> Iterator[tuple[State, int, int]]:
        """Where points go: for each of a table, the next state and the points there."""
        items, added, bits = self._added(here, others, bits)
        state = self._settled(live, entries, conditions, items, bits, labels)
        if state is None:
            return
        if UNDECIDED not in state[5]:
            for points in table:
                yield state, points, 0
            return
        nexts: dict[tuple[tuple[int, int], Telling], State | None] = {}
        for points in table:
            key, moved = self._decided(state, points + added)
            if key not in nexts:
                labels, telling = key
                items, bits = self._lightened(state[3], state[4], labels, telling)
                nexts[key] = self._settled(*state[:3], items, bits, labels)
            reached = nexts[key]
            if reached is not None:
                yield reached, points, self._kept(moved, reached[5])

    def _added(
        self, here: Iterable[tuple[int, int]], others: Items, bits: tuple[int, int]
    ) -> tuple[Items, int, tuple[int, int]]:
        """The evidence after an answer: what holds is added up, what does not is dropped."""
        left: dict[int, int] = {}
        added, (old, new) = 0, bits
        for node, number in here:
            if node == TRUE:
                added += self._points[number]
                pair = self._weights[number]
                old |= pair[0].bits
                new |= pair[1].bits
            elif node != FALSE:
                known = left.get(node)
                left[node] = number if known is None else self._join(known, number)
        if not left:
            return others, added, (old, new)
        known_nodes = dict(others)
        for node in left.keys() & known_nodes.keys():
            left[node] = self._join(known_nodes[node], left[node])
        known_nodes.update(left)
        return frozenset(known_nodes.items()), added, (old, new)

    def _decided(self, state: State, points: int) -> tuple[tuple[tuple[int, int], Telling], int]:
        """What points come to in a state: labels, what still tells, and the points that do."""
        items, bits, labels = state[3:]
        rest = self._rests.get(items)
        if rest is None:
            rest = self._rests[items] = self._rest(items)
        own = [points & self._low, points >> self._shift]
        found = list(labels)
        telling = [0, 0, 0, 0]
        for side in (0, 1):
            if labels[side] == UNDECIDED:
                told = self._turns.scales[side].decided(
                    own[side],
                    rest.least[side],
                    rest.most[side],
                    bits[side],
                    bits[side] | rest.bits[side],
                )
                own[side], found[side] = told.points, told.label
                telling[2 * side], telling[2 * side + 1] = told.fields, told.bits
        if found[1] == TWIN:
            found[1] = TWIN if found[0] == UNDECIDED else found[0]
        elif self._same_bounds and rest.is_same and found == [UNDECIDED, UNDECIDED]:
            is_alike = own[0] == own[1] and bits[0] == bits[1]
            found[1], telling[2:] = (TWIN, [0, 0]) if is_alike else (UNDECIDED, telling[2:])
        told_of = (telling[0], telling[1], telling[2], telling[3])
        return ((found[0], found[1]), told_of), own[0] | own[1] << self._shift

    def _kept(self, points: int, labels: tuple[int, int]) -> int:
        """Points without those that tell no more."""
        if labels[0] != UNDECIDED:
            points &= ~self._low
        return points if labels[1] == UNDECIDED else points & self._low

    def _rest(self, items: Items) -> _Rest:
        pairs = [self._weights[number] for _, number in items]
        bits = [0, 0]
        for pair in pairs:
            bits[0] |= pair[0].bits
            bits[1] |= pair[1].bits
        return _Rest(
            (sum([one.least for one, _ in pairs]), sum([one.least for _, one in pairs])),
            (sum([one.most for one, _ in pairs]), sum([one.most for _, one in pairs])),
            (bits[0], bits[1]),
            all(one == other for one, other in pairs),
        )

    # --- Weights ---------------------------------------------------------------------------------

    def _number(self, pair: tuple[Weight, Weight]) -> int:
        known = self._numbers.get(pair)
        if known is None:
            known = self._numbers[pair] = len(self._weights)
            self._weights.append(pair)
            self._points.append(pair[0].points + (pair[1].points << self._shift))
        return known

    def _join(self, one: int, other: int) -> int:
        known = self._joined.get((one, other))
        if known is None:
            pairs = zip(self._weights[one], self._weights[other], strict=True)
            old, new = [together(*pair) for pair in pairs]
            known = self._joined[one, other] = self._number((old, new))
        return known

    def _reduce(self, number: int, telling: Telling) -> int:
        """The number of weights as far as they tell."""
        old, new = self._weights[number]
        pair = reduced(old, telling[0], telling[1]), reduced(new, telling[2], telling[3])
        return NONE if pair == (NOTHING, NOTHING) else self._number(pair)

    # --- One form --------------------------------------------------------------------------------

    def _settled(
        self,
        live: int,
        entries: tuple[int, ...],
        conditions: tuple[int, ...],
        items: Items,
        bits: tuple[int, int],
        labels: tuple[int, int],
    ) -> State | None:
        """A state in its one form; None where everything comes out the same."""
        many = self._many
        sides = (_cut(entries[:many]), _cut(entries[many:]))
        is_same = sides[0] == sides[1]
        key = (tuple([min(node, 2) for side in sides for node in side]), is_same, labels)
        outlook = self._outlooks.get(key)
        if outlook is None:
            outlook = self._outlooks[key] = self._look(sides, labels, is_same)
        told = outlook.conditions
        conditions = tuple([node if at in told else FALSE for at, node in enumerate(conditions)])
        if not any(conditions):
            return None
        if labels != outlook.labels:
            items, bits = self._lightened(items, bits, outlook.labels)
        return live, (*sides[0], *sides[1]), conditions, items, bits, outlook.labels

    def _lightened(
        self,
        items: Items,
        bits: tuple[int, int],
        labels: tuple[int, int],
        telling: Telling = EVERYTHING,
    ) -> tuple[Items, tuple[int, int]]:
        """The evidence and its bits, as far as they tell."""
        old = telling[:2] if labels[0] == UNDECIDED else (0, 0)
        new = telling[2:] if labels[1] == UNDECIDED else (0, 0)
        telling = (*old, *new)
        reduced = self._reduced.get(telling)
        if reduced is None:
            reduced = self._reduced[telling] = {}
        left: list[tuple[int, int]] = []
        for item in items:
            number = reduced.get(item[1])
            if number is None:
                number = reduced[item[1]] = self._reduce(item[1], telling)
            if number == item[1]:
                left.append(item)
            elif number != NONE:
                left.append((item[0], number))
        return frozenset(left), (bits[0] & telling[1], bits[1] & telling[3])

    def _look(
        self,
        sides: tuple[tuple[int, ...], tuple[int, ...]],
        labels: tuple[int, int],
        is_same: bool,
    ) -> _Outlook:
        is_twin = labels[1] == TWIN
        ends = [self._ends(side, labels[side], sides[side]) for side in (0, 1)]
        turns = self._turns.turns
        pairs = [
            (old, new)
            for old in ends[0]
            for new in ends[1]
            if self._may_meet(old, new, is_same, is_twin)
        ]
        told = {place for pair in pairs for _, place in turns[pair]}
        # A label that makes no difference beside any other needs no weighing: any will do.
        found = list(labels)
        for side in (0, 1):
            if labels[side] not in (UNDECIDED, TWIN):
                continue
            beside: dict[int, set[Turn]] = {}
            for pair in pairs:
                if pair[side] >= self._many:
                    is_both = is_twin and pair[1 - side] >= self._many
                    beside.setdefault(-1 if is_both else pair[1 - side], set()).add(turns[pair])
            if all(len(different) <= 1 for different in beside.values()):
                found[side] = 0
        if is_twin and found != [0, 0]:
            found = list(labels)
        return _Outlook(frozenset(told), (found[0], found[1]))

    def _may_meet(self, old: int, new: int, is_same: bool, is_twin: bool) -> bool:
        weighed = old >= self._many, new >= self._many
        if all(weighed):
            return not is_twin or old == new
        return not is_same or old == new

    def _ends(self, at: int, label: int, entries: tuple[int, ...]) -> list[int]:
        """The labels that a pack may still come to, by their places."""
        ends = [place for place, node in enumerate(entries) if node != FALSE]
        if TRUE in entries:
            return ends
        if label >= 0:
            return [*ends, self._many + label]
        return [*ends, *range(self._many, self._many + self._turns.scales[at].many + 2)]


def _cut(entries: tuple[int, ...]) -> tuple[int, ...]:
    """Nothing after what counts for sure is told."""
    if TRUE not in entries:
        return entries
    at = entries.index(TRUE) + 1
    return (*entries[:at], *[FALSE] * (len(entries) - at))
