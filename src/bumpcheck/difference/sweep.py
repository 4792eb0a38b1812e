"""Every set of answers at once, question by question: how many come out otherwise, or the smallest.

After each question, all cases of which the rest of the rules is the same are one state: what is
left of every condition, as nodes of diagrams. Of each state only a table is kept: for the points so
far, how many cases have them (or which is the smallest). So no diagram is ever drawn of all the
cases that come out otherwise, however many they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, Protocol, TypeVar

from bumpcheck.coded import CodedPack
from bumpcheck.coded.diagrams import FALSE
from bumpcheck.prove.regions import UnfinishedError

from .states import Items, State, States
from .turns import Turns

# How many points of states are kept at most.
MOST_KEPT = 250_000

# For each level, the children that are taken, and what each adds.
Ways = Sequence[Sequence[tuple[int, int]]]
OnStep = Callable[[int, int], None]
Value = TypeVar("Value")


class Adding(Protocol[Value]):
    """What is kept of the cases of a state."""

    nothing: Value

    def child(self, value: Value, way: tuple[int, int], adds: int) -> Value:
        """The same cases, of which each takes this child of a level."""

    def then(self, value: Value, after: Value) -> Value | None:
        """The cases of one question, and of another; None where they are not looked at."""

    def join(self, one: Value, other: Value) -> Value:
        """These cases and those."""


class Sweep(Generic[Value]):
    """One walk over all questions; `ways` are the children that are taken."""

    def __init__(
        self,
        pack: CodedPack,
        turns: Turns,
        adding: Adding[Value],
        ways: Ways,
        most: int = MOST_KEPT,
    ) -> None:
        self._diagrams = pack.diagrams
        self._turns = turns
        self._adding = adding
        self._ways = ways
        self._most = most
        # How often points were moved: what it cost.
        self.moves = 0
        spans = [(block.first, block.end) for block in pack.blocks]
        spans += [(it.level, it.level + 1) for it in pack.relations]
        self._spans = sorted(spans)
        self._states = States(turns)
        self._parts: dict[tuple[int, ...], list[tuple[Value, tuple[int, ...]]]] = {}

    def over(self, live: int, on_step: OnStep | None = None) -> dict[str, Value]:
        """What is kept of each kind of change, within `live`. Raises UnfinishedError."""
        states = self._states
        layer: dict[State, dict[int, Value]] = {}
        for state, points in states.start(live):
            layer[state] = {points: self._adding.nothing}
        for at, span in enumerate(self._spans):
            if on_step is not None:
                on_step(at, len(self._spans))
            layer = self._through(layer, *span)
            self._parts.clear()
            states.forget()
        found: dict[str, Value] = {}
        for state, table in layer.items():
            for kind in states.came_to(state):
                for value in table.values():
                    known = found.get(kind)
                    found[kind] = value if known is None else self._adding.join(known, value)
        return found

    def _through(
        self, layer: dict[State, dict[int, Value]], first: int, end: int
    ) -> dict[State, dict[int, Value]]:
        """The states after one question."""
        level = self._diagrams.level
        then, join = self._adding.then, self._adding.join
        after: dict[State, dict[int, Value]] = {}
        kept = 0
        while layer:
            state, table = layer.popitem()
            live, entries, conditions, items = state[:4]
            asked = [live] if level[live] < end else []
            asked += [node for node in entries if level[node] < end]
            asked += [node for node in conditions if level[node] < end]
            here = [item for item in items if level[item[0]] < end]
            others = items.difference(here) if here else items
            asked += [node for node, _ in here]
            for value, turned in self._parted(first, end, tuple(asked)):
                to = dict(zip(asked, turned, strict=True))
                left = to.get(live, live)
                if left == FALSE:
                    continue
                self.moves += len(table)
                for number, points, moved in self._moved(state, left, to, here, others, table):
                    extended = then(table[points], value)
                    if extended is None:
                        continue
                    own = after.get(number)
                    if own is None:
                        own = after[number] = {}
                    known = own.get(moved)
                    if known is None:
                        own[moved] = extended
                        kept += 1
                    else:
                        own[moved] = join(known, extended)
            if kept > self._most:
                raise UnfinishedError
        return after

    def _moved(
        self,
        state: State,
        live: int,
        to: dict[int, int],
        here: list[tuple[int, int]],
        others: Items,
        table: Iterable[int],
    ) -> Iterable[tuple[State, int, int]]:
        """Where each of the points of a state goes: the next state, and the points there."""
        _, entries, conditions, _, bits, labels = state
        get = to.get
        return self._states.after(
            live,
            tuple([get(node, node) for node in entries]),
            tuple([get(node, node) for node in conditions]),
            [(to[node], weight) for node, weight in here],
            others,
            bits,
            labels,
            table,
        )

    def _parted(
        self, first: int, end: int, nodes: tuple[int, ...]
    ) -> list[tuple[Value, tuple[int, ...]]]:
        """What nodes become by the answers to a question, and what is kept of those answers."""
        known = self._parts.get(nodes)
        if known is not None:
            return known
        level, children = self._diagrams.level, self._diagrams.children
        adding = self._adding
        parts: dict[tuple[int, ...], Value] = {nodes: adding.nothing}
        for at in range(first, end):
            deeper: dict[tuple[int, ...], Value] = {}
            for reached, value in parts.items():
                for child, adds in self._ways[at]:
                    below = tuple(
                        [children[node][child] if level[node] == at else node for node in reached]
                    )
                    own = adding.child(value, (at, child), adds)
                    before = deeper.get(below)
                    deeper[below] = own if before is None else adding.join(before, own)
            parts = deeper
        known = self._parts[nodes] = [(value, reached) for reached, value in parts.items()]
        return known
