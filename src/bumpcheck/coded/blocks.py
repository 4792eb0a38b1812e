"""Questions as levels of a diagram: each question's answers cut into what the rules can tell apart.

A question that takes one answer is one level: a child for each class of answers, then `unknown`,
then not asked. A quantity is cut at every bound that a rule names. A question that takes several
answers is a level for each class of answers (was one of them given?), and one for `unknown`; where
none of them is so, it was not asked. Two quantities of which a rule asks which is more share a
level that only matters where both lie between the same bounds.

A block says what a state of its question is to a rule: the bits of `facts`, with one answer for
each class, so that conditions mean here what they mean there.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from math import inf, nextafter

from msgspec import Struct

from bumpcheck.answers import Given
from bumpcheck.facts import OPEN_QUANTITY, SAID_UNKNOWN, WAS_NOT_ASKED, Column
from bumpcheck.model import Question

from .diagrams import FALSE, TRUE, Diagrams

NO_CELL = -1


class State(Struct, frozen=True):
    """One question as a rule sees it: the bits of `facts`, and the interval of an amount."""

    given: int
    possible: int
    cell: int = NO_CELL


# The node below a block, for a state of its question.
Below = Callable[[State], int]


class Block(ABC):
    """One question's levels, from `first` up to but not including `end`.

    `trial` is a level of its own just above them: where a condition tries out answers to an open
    question, it asks that level instead (see `compiling`). `masks` are what the rules tell apart.
    """

    def __init__(
        self, question: Question, column: Column, trial: int, masks: Iterable[int]
    ) -> None:
        self.question = question
        self.column = column
        self.trial = trial
        self.first = trial + 1
        self._heads: dict[tuple[int, ...], dict[int, int]] = {}
        alike: dict[int, int] = {}
        for bit, head in self.heads(masks).items():
            alike[head] = alike.get(head, 0) | bit
        # The classes of answers, each as bits.
        self.classes = tuple(alike.values())

    @property
    def end(self) -> int:
        return self.first + 1

    @property
    @abstractmethod
    def arity(self) -> int:
        """How many children each level has."""

    @abstractmethod
    def spread(self, diagrams: Diagrams, masks: Iterable[int], below: Below) -> int:
        """The diagram of the block: in each state of the question, go on as `below` says.

        `masks` is what `below` tells apart; it may be asked once for what is alike.
        """

    @abstractmethod
    def code(self, given: Given | None) -> int:
        """What was said as a number; None was not asked."""

    def way(self, code: int) -> tuple[int, ...]:
        """The child to take at each level."""
        return (code,)

    @property
    def depth(self) -> int:
        """How many levels it has."""
        return self.end - self.first

    @abstractmethod
    def can_be(self, diagrams: Diagrams, node: int) -> bool:
        """Whether a diagram over this block is true for some answer, or for "not sure"."""

    def heads(self, masks: Iterable[int]) -> dict[int, int]:
        """For each answer's bit, that of the first answer in the same of these masks.

        What an answer covers, and what covers it, tells it from others as well.
        """
        told = tuple(masks)
        known = self._heads.get(told)
        if known is None:
            column = self.column
            tellers = [*told, *column.covers, *column.covers.values()]
            first: dict[tuple[bool, ...], int] = {}
            known = self._heads[told] = {
                bit: first.setdefault(tuple([bool(bit & teller) for teller in tellers]), bit)
                for bit in column.bits.values()
                if bit & column.everything
            }
        return known

    def merged(self, bits: int, masks: Iterable[int]) -> int:
        """Bits with each answer replaced by its head."""
        rest = bits & ~self.column.everything
        for bit, head in self.heads(masks).items():
            if bits & bit:
                rest |= head
        return rest


class Single(Block):
    """What takes one answer: one level, a child for each state."""

    states: tuple[State, ...]

    @property
    def arity(self) -> int:
        return len(self.states)

    def spread(self, diagrams: Diagrams, _: Iterable[int], below: Below) -> int:
        return diagrams.node(self.first, tuple([below(state) for state in self.states]))

    def can_be(self, diagrams: Diagrams, node: int) -> bool:
        if node in (FALSE, TRUE):
            return node == TRUE
        return TRUE in diagrams.children[node][:-1]

    def _with_open(self, known: Iterable[State]) -> tuple[State, ...]:
        """The known states, then unknown, then not asked."""
        everything = self.column.everything
        return (
            *known,
            State(SAID_UNKNOWN, everything),
            State(WAS_NOT_ASKED, everything | SAID_UNKNOWN),
        )


class OneOf(Single):
    """A question that takes one of its answers."""

    def __init__(
        self, question: Question, column: Column, trial: int, masks: Iterable[int]
    ) -> None:
        super().__init__(question, column, trial, masks)
        self.states = self._with_open(State(bits & -bits, 0) for bits in self.classes)
        self._codes = {
            id: code
            for code, bits in enumerate(self.classes)
            for id, bit in column.bits.items()
            if bits & bit
        }

    def code(self, given: Given | None) -> int:
        if given is None:
            return self.arity - 1
        return self.arity - 2 if given.unknown else self._codes[given.chosen[0]]


class Amount(Single):
    """A quantity, cut at every bound; `cells` are the intervals, without their upper ends."""

    def __init__(
        self, question: Question, column: Column, trial: int, bounds: Iterable[float]
    ) -> None:
        super().__init__(question, column, trial, ())
        lows = sorted({0.0, *bounds})
        self.cells = tuple(zip(lows, [*lows[1:], inf], strict=True))
        assert column.everything == OPEN_QUANTITY
        # An amount above the most that is taken may be tried out, but is never said.
        said = [cell for cell, (low, _) in enumerate(self.cells) if low <= question.at_most]
        self.states = self._with_open(State(0, 0, cell) for cell in said)

    def code(self, given: Given | None) -> int:
        if given is None:
            return self.arity - 1
        if given.quantity is None:
            return self.arity - 2
        amount = given.quantity.amount
        return next(cell for cell, (low, high) in enumerate(self.cells) if low <= amount < high)

    def is_point(self, cell: int) -> bool:
        """Whether a cell is one amount only."""
        low, high = self.cells[cell]
        return high <= nextafter(low, inf)


class Several(Block):
    """A question that takes several answers: a level for each class of them, then `unknown`."""

    def __init__(
        self, question: Question, column: Column, trial: int, masks: Iterable[int]
    ) -> None:
        super().__init__(question, column, trial, masks)
        self._codes = {
            id: 1 << at
            for at, bits in enumerate(self.classes)
            for id, bit in column.bits.items()
            if bits & bit
        }

    @property
    def end(self) -> int:
        return self.first + len(self.classes) + 1

    @property
    def arity(self) -> int:
        return 2

    def spread(self, diagrams: Diagrams, masks: Iterable[int], below: Below) -> int:
        told = tuple(masks)
        heads = [self.merged(bits & -bits, told) for bits in self.classes]
        memory: dict[tuple[int, int], int] = {}

        def go(at: int, given: int) -> int:
            node = memory.get((at, given))
            if node is None:
                if at < len(heads):
                    children = (go(at + 1, given), go(at + 1, given | heads[at]))
                else:
                    children = (below(self.state(given)), below(self.state(given | SAID_UNKNOWN)))
                node = memory[at, given] = diagrams.node(self.first + at, children)
            return node

        return go(0, 0)

    def can_be(self, diagrams: Diagrams, node: int) -> bool:
        """Nothing at all, the way of zeros, is "not asked"."""

        def go(node: int, level: int, *, some: bool) -> bool:
            if node == FALSE or level == self.end:
                return node == TRUE and some
            is_here = node not in (FALSE, TRUE) and diagrams.level[node] == level
            no, yes = diagrams.children[node] if is_here else (node, node)
            # Once something was given, whatever is left of the diagram can be reached.
            return go(no, level + 1, some=some) or (yes != FALSE and go(yes, level + 1, some=True))

        return go(node, self.first, some=False)

    def state(self, given: int) -> State:
        """What these answers, as bits, come to; 0 was not asked."""
        column = self.column
        if not given:
            return State(WAS_NOT_ASKED, column.everything | SAID_UNKNOWN)
        if given & SAID_UNKNOWN:
            return State(given, column.everything & ~given)
        covered = 0
        for bit, of in column.covers.items():
            if given & bit:
                covered |= of
        return State(given, covered & ~given)

    def code(self, given: Given | None) -> int:
        """A bit for each class, then one for `unknown`."""
        if given is None:
            return 0
        code = 1 << len(self.classes) if given.unknown else 0
        for answer in given.chosen:
            code |= self._codes[answer]
        return code

    def way(self, code: int) -> tuple[int, ...]:
        return tuple([code >> at & 1 for at in range(len(self.classes) + 1)])


class Relation(Struct, frozen=True):
    """Which of two quantities is more: a level after both, asked where they share a cell.

    Its children: the first is less than the second, as much, more.
    """

    level: int
    first: Amount
    second: Amount

    def code(self, first: Given | None, second: Given | None) -> int:
        """The child to take; where an amount is missing, any."""
        if first is None or second is None or first.quantity is None or second.quantity is None:
            return 1
        one, other = first.quantity.amount, second.quantity.amount
        return 1 + (one > other) - (one < other)
