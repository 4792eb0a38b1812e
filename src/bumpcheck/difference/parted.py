"""Sets of answers counted by parts: what has nothing to do with one another is counted by itself.

A problem is what must not be so (diagrams of which none may be true), and pieces that weigh where
they are true. One question is answered after the other. What is left then falls into parts that
share no question, which need not be told apart together: their counts multiply, their points add
up. Equal parts are counted once. So neither a diagram nor a table is ever made of all the cases,
however many questions hang together at first (Sang, Bacchus, Beame, Kautz and Pitassi, "Combining
component caching and clause learning for effective model counting", SAT 2004).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from bumpcheck.coded import CodedPack
from bumpcheck.coded.diagrams import FALSE, TRUE
from bumpcheck.coded.samples import Samples
from bumpcheck.prove.regions import UnfinishedError

from .asked import Asked, Numbers, apart
from .tally import EMPTY, Points, Tables, Tally

# How many parts are worked out before a count is given up: half an hour, about.
MOST_PARTS = 20_000_000
# How much of what was worked out is remembered, in bytes; of what was asked for since, twice that;
# of whole tables a quarter.
MOST_BYTES = 400_000_000
MOST_TURNED = 200_000

# What is left: nodes, each with what it weighs where it is true, by their numbers in order.
Items = tuple[int, ...]
# In place of what a node weighs: it must not be true.
MUST_NOT = 0
NO_CAPS: Mapping[int, int] = {}
NO_OTHERS: Mapping[int, int] = {}
# Called with how much is done, of how much.
OnStep = Callable[[int, int], None]
STEPS = 1000


class _Turn(NamedTuple):
    """What some answers leave of items that ask a question, and how many have which points."""

    must_not: tuple[int, ...]
    weigh: tuple[tuple[int, Points], ...]
    tally: Tally


class Parts:
    """Counts by parts, over the blocks of one pack."""

    def __init__(self, pack: CodedPack, samples: Samples, on_step: OnStep | None = None) -> None:
        self._diagrams = pack.diagrams
        self._weights = samples.weights
        self._on_step = on_step
        spans = [(block.first, block.end) for block in pack.blocks]
        spans += [(it.level, it.level + 1) for it in pack.relations]
        self._spans = sorted(spans)
        self._many = [_product(samples.weights[first:end]) for first, end in self._spans]
        self.tables = Tables(_product([[many] for many in self._many]))
        self._asks = Asked(pack.diagrams, self._spans)
        self._known: dict[Items, Tally] = {}
        self._older: dict[Items, Tally] = {}
        self._bytes = 0
        self._caps = NO_CAPS
        self._numbers = Numbers(self._asks)
        self._known_tallies: dict[tuple[Items, tuple[tuple[int, int], ...]], Tally] = {}
        self._bytes_of_tallies = 0
        self._known_parts: dict[frozenset[int], list[int]] = {}
        self._known_turns: dict[Items, list[_Turn]] = {}
        self.worked_out = 0
        self._most = MOST_PARTS

    def allow(self, most: int) -> None:
        """From here on so many parts may be worked out before it is given up."""
        self._most = self.worked_out + most

    def tally(
        self,
        must_not: Iterable[int],
        weigh: Mapping[int, Points],
        caps: Mapping[int, int] = NO_CAPS,
    ) -> Tally:
        """How many cases have which points, of those where nothing is that must not be.

        `must_not` are diagrams of true and false, `weigh` says what one weighs where it is true.
        What is beyond some `caps` may be left out, see `Tables.cap`. Raises UnfinishedError.
        """
        if caps != self._caps:
            self._known, self._older, self._known_turns, self._bytes = {}, {}, {}, 0
            self._caps = caps
            self.tables.cap(caps)
        alone = self._alone(must_not)
        if alone is None:
            return EMPTY
        left: dict[int, Points] = {}
        for node, points in weigh.items():
            within = self._within(node, alone.values())
            left[within] = left.get(within, 0) + points
        always = self.tables.of({left.pop(TRUE, 0): 1})
        left.pop(FALSE, None)
        items = self._left(alone, left.items())
        # Kinds of change are often told apart by the same table.
        asked = items, tuple(sorted(caps.items()))
        known = self._known_tallies.get(asked)
        if known is None:
            every = (1 << len(self._spans)) - 1
            known = self._beside(self.tables.of({0: 1}), items, every, (0.0, 1.0))
            self._bytes_of_tallies += known.bytes
            if self._bytes_of_tallies < MOST_BYTES // 4:
                self._known_tallies[asked] = known
        return self.tables.beside(always, known)

    def count(self, must_not: Iterable[int]) -> int:
        """How many raw sets of answers there are where nothing is that must not be."""
        return self.tables.total(self.tally(must_not, {}, self._caps))

    # --- Before the first question ---------------------------------------------------------------

    def _alone(self, must_not: Iterable[int]) -> dict[int, int] | None:
        """What must not be so, without what a single question forbids anyway; as `_merged`."""
        bad = self._merged({}, must_not)
        if bad is None:
            return None
        single = [node for asked, node in bad.items() if asked & asked - 1 == 0]
        several = [node for asked, node in bad.items() if asked & asked - 1]
        return self._merged({}, [*single, *[self._within(node, single) for node in several]])

    def _within(self, node: int, must_not: Iterable[int]) -> int:
        """A diagram where nothing is that must not be, as far as a single question tells."""
        for other in must_not:
            asked = self._asks[other]
            if asked & asked - 1 == 0 and asked & self._asks[node]:
                node = self._diagrams.without(node, other)
        return node

    # --- Parts -----------------------------------------------------------------------------------

    def _solved(self, items: Items, asked: int, done: tuple[float, float]) -> Tally:
        """The tally of a part; `asked` are its questions, as bits."""
        known = self._remembered(items)
        if known is not None:
            return known
        self.worked_out += 1
        if self.worked_out > self._most:
            raise UnfinishedError
        question = (asked & -asked).bit_length() - 1
        found = EMPTY
        parts = self._answered(items, question)
        size = (done[1] - done[0]) / max(1, len(parts))
        for at, (left, tally) in enumerate(parts.items()):
            start = done[0] + at * size
            own = self._beside(tally, left, asked & ~(1 << question), (start, start + size))
            found = self.tables.either(found, own)
        if self._on_step is not None and done[1] - done[0] > 1 / STEPS:
            self._on_step(int(STEPS * done[1]), STEPS)
        self._remember(items, found)
        return found

    def _beside(self, table: Tally, items: Items, asked: int, done: tuple[float, float]) -> Tally:
        """A table, and beside it all parts of some items; what no part asks is free."""
        parts = self._parts(items)
        # Only the largest part shows how far it is: the others are small, as a rule.
        largest = max(parts, key=lambda it: len(it[1]), default=None)
        for it in parts:
            own, part = it
            shown = done if it is largest else (done[1], done[1])
            table = self.tables.beside(table, self._solved(part, own, shown))
            if not table.rows:
                return EMPTY
            asked &= ~own
        free = 1
        while asked:
            free *= self._many[(asked & -asked).bit_length() - 1]
            asked &= asked - 1
        return self.tables.times(table, free)

    def _parts(self, items: Items) -> list[tuple[int, Items]]:
        """Items that share no question with any other part, each part with its questions."""
        asks = self._numbers.asks
        asked = frozenset([asks[item] for item in items])
        parts = self._known_parts.get(asked)
        if parts is None:
            if len(self._known_parts) > MOST_TURNED:
                self._known_parts.clear()
            parts = self._known_parts[asked] = apart(asked)
        if len(parts) == 1:
            return [(parts[0], items)]
        return [(part, tuple([item for item in items if asks[item] & part])) for part in parts]

    def _answered(self, items: Items, question: int) -> dict[Items, Tally]:
        """What is left by the answers to a question, and how many of these have which points."""
        asks, of = self._numbers.asks, self._numbers.of
        bit = 1 << question
        touched: list[int] = []
        forbids: dict[int, int] = {}
        weighs: dict[int, int] = {}
        for item in items:
            if asks[item] & bit:
                touched.append(item)
            elif of[item][1]:
                weighs[of[item][0]] = item
            else:
                forbids[asks[item]] = of[item][0]
        found: dict[Items, Tally] = {}
        for turn in self._turns(question, tuple(touched)):
            must_not = self._merged(forbids, turn.must_not)
            if must_not is not None:
                left = self._left(must_not, turn.weigh, weighs)
                known = found.get(left)
                found[left] = turn.tally if known is None else self.tables.either(known, turn.tally)
        return found

    def _left(
        self,
        must_not: Mapping[int, int],
        weigh: Iterable[tuple[int, Points]],
        others: Mapping[int, int] = NO_OTHERS,
    ) -> Items:
        """What must not be so, and what weighs; `others` are items that do, by their nodes."""
        numbers = self._numbers
        items = [numbers[node, MUST_NOT] for node in must_not.values()]
        items += others.values()
        for node, points in weigh:
            own, other = points, others.get(node)
            if other is not None:
                items.remove(other)
                own += numbers.of[other][1]
            if own:
                items.append(numbers[node, own])
        items.sort()
        return tuple(items)

    def _turns(self, question: int, items: Items) -> list[_Turn]:
        """What becomes of items that all ask a question, by the answers to it."""
        known = self._known_turns.get(items)
        if known is not None:
            return known
        of = [self._numbers.of[item] for item in items]
        bad = [node for node, points in of if not points]
        good = [(node, points) for node, points in of if points]
        found: dict[tuple[frozenset[int], frozenset[tuple[int, Points]]], dict[Points, int]] = {}
        nodes = (*bad, *[node for node, _ in good])
        for turned, weight in self._turned(question, nodes, len(bad)):
            must_not = self._merged({}, turned[: len(bad)])
            if must_not is None:
                continue
            left: dict[int, Points] = {}
            sum_ = 0
            for node, (_, points) in zip(turned[len(bad) :], good, strict=True):
                if node == TRUE:
                    sum_ += points
                elif node != FALSE:
                    left[node] = left.get(node, 0) + points
            if self.tables.may_be(sum_):
                key = frozenset(must_not.values()), frozenset(left.items())
                table = found.setdefault(key, {})
                table[sum_] = table.get(sum_, 0) + weight
        known = [
            _Turn(tuple(must_not), tuple(weigh), self.tables.of(table))
            for (must_not, weigh), table in found.items()
        ]
        if len(self._known_turns) > MOST_TURNED:
            self._known_turns.clear()
        self._known_turns[items] = known
        return known

    def _turned(
        self, question: int, nodes: tuple[int, ...], many: int
    ) -> list[tuple[tuple[int, ...], int]]:
        """What nodes become by the answers to a question, and of how many answers.

        Of the first `many` nodes none may be true.
        """
        level, children = self._diagrams.level, self._diagrams.children
        parts: dict[tuple[int, ...], int] = {nodes: 1}
        for at in range(*self._spans[question]):
            ways = [(child, weight) for child, weight in enumerate(self._weights[at]) if weight]
            deeper: dict[tuple[int, ...], int] = {}
            for reached, weight in parts.items():
                here = [children[node] if level[node] == at else None for node in reached]
                for child, own in ways:
                    below = tuple(
                        [
                            node if below is None else below[child]
                            for node, below in zip(reached, here, strict=True)
                        ]
                    )
                    if TRUE not in below[:many]:
                        deeper[below] = deeper.get(below, 0) + weight * own
            parts = deeper
        return list(parts.items())

    def _merged(self, known: Mapping[int, int], nodes: Iterable[int]) -> dict[int, int] | None:
        """What must not be so, by the questions it asks, joined where these are the same.

        None if some of it is so for sure.
        """
        found = dict(known)
        for node in nodes:
            joined = node
            # What is joined may ask less than either did, and is then joined to what asks that.
            while (other := found.pop(self._asks[joined], None)) is not None:
                joined = self._diagrams.either(joined, other)
            if joined == TRUE:
                return None
            if joined != FALSE:
                found[self._asks[joined]] = joined
        return found

    def _remembered(self, items: Items) -> Tally | None:
        """What is known of a part; what is asked for again is kept longer."""
        known = self._known.get(items)
        if known is None:
            known = self._older.get(items)
            if known is not None:
                self._remember(items, known)
        return known

    def _remember(self, items: Items, tally: Tally) -> None:
        self._bytes += tally.bytes + 8 * len(items)
        if self._bytes > MOST_BYTES:
            self._older, self._known, self._bytes = self._known, {}, 0
        self._known[items] = tally


def _product(weights: Iterable[Iterable[int]]) -> int:
    product = 1
    for own in weights:
        product *= sum(own) or 1
    return product
