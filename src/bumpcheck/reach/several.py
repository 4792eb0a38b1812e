"""Answers to a question that takes several: which sets of them leave which terms standing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bumpcheck.coded import Block, Several
from bumpcheck.coded.diagrams import FALSE, LEAVES, TRUE, Diagrams

State = tuple[int, int]
# On the way through the levels: the settled class, the terms that passed, and those that wait at
# each node.
Walking = tuple[int, int, tuple[tuple[int, int], ...]]


class Walk:
    """The levels of one question, walked with every set of answers at once.

    `asked` are the terms by what they ask here. `after` tells what is still of account,
    `contradictions` are terms that must never hold, and `spend` counts the steps.
    """

    def __init__(
        self,
        diagrams: Diagrams,
        block: Several,
        asked: Mapping[int, int],
        *,
        after: Callable[[int, int, int], State],
        contradictions: int,
        spend: Callable[[int], None],
    ) -> None:
        self._diagrams = diagrams
        self._block = block
        self._asked = asked
        self._after = after
        self._contradictions = contradictions
        self._spend = spend

    def ends(self, state: State, later: int) -> dict[State, tuple[int, ...]]:
        """Where sets of answers to a question of several lead, and the simplest that lead there.

        Level by level: is this answer among them? One that nothing asks about is not, but where
        nothing else was said, since something must be.
        """
        block = self._block
        level_of = self._diagrams.level
        settled, passed = state
        waiting: dict[int, int] = {}
        for node, asking in self._asked.items():
            if node != TRUE and passed & asking:
                waiting[node] = passed & asking
                passed &= ~asking
        silent: Walking = (settled, passed, tuple(waiting.items()))
        # Who has said something, by the level that is asked next.
        going: dict[int, dict[Walking, tuple[int, ...]]] = {}

        def go(walking: Walking | None, said: tuple[int, ...]) -> None:
            if walking is None:
                return
            ahead = min([level_of[node] for node, _ in walking[2]], default=block.end)
            known = going.setdefault(ahead, {})
            before = known.get(walking)
            if before is None or (len(said), said) < (len(before), before):
                known[walking] = said

        idle: int | None = None
        for at, level in enumerate(range(block.first, block.end - 1)):
            here = going.pop(level, {})
            self._spend(len(here))
            for walking, said in here.items():
                go(self._down(walking, level, 0, later), said)
                go(self._down(walking, level, 1, later), (*said, at))
            if any(level_of[node] == level for node, _ in silent[2]):
                go(self._down(silent, level, 1, later), (at,))
                silent = self._down(silent, level, 0, later) or silent
            elif idle is None:
                idle = at
        if idle is not None:
            go(silent, (idle,))
        # The last level is "not sure", and that is no new answer.
        last = block.end - 1
        for walking, said in going.pop(last, {}).items():
            go(self._down(walking, last, 0, later), said)
        ends = going.get(block.end, {})
        return {(settled, left): said for (settled, left, _), said in ends.items()}

    def _down(self, walking: Walking, level: int, taken: int, later: int) -> Walking | None:
        """One level on: of the terms that wait, those fall that another answer would need.

        None where the answers contradict themselves.
        """
        settled, passed, before = walking
        waiting: dict[int, int] = {}
        pending = 0
        for asked, terms in before:
            is_here = self._diagrams.level[asked] == level
            node = self._diagrams.children[asked][taken] if is_here else asked
            if node == TRUE:
                if terms & self._contradictions:
                    return None
                passed |= terms
            elif node != FALSE:
                waiting[node] = waiting.get(node, 0) | terms
                pending |= terms
        settled, left = self._after(settled, passed | pending, later | pending)
        if pending & ~left:
            waiting = {node: terms & left for node, terms in waiting.items() if terms & left}
        return settled, passed & left, tuple(sorted(waiting.items()))


def can_be_said(diagrams: Diagrams, block: Block, node: int) -> bool:
    """Whether a diagram over a question is true for some known answer."""
    if node < LEAVES:
        return node == TRUE
    if not isinstance(block, Several):
        return TRUE in diagrams.children[node][:-2]
    memory = {FALSE: False, TRUE: True}

    def can_be(node: int) -> bool:
        if node not in memory:
            # The last level is "not sure".
            is_last = diagrams.level[node] == block.end - 1
            children = diagrams.children[node][: 1 if is_last else 2]
            memory[node] = any(map(can_be, children))
        return memory[node]

    for level in range(block.first, block.end - 1):
        is_here = node >= LEAVES and diagrams.level[node] == level
        no, yes = diagrams.children[node] if is_here else (node, node)
        if can_be(yes):
            return True
        node = no
    return False
