"""The completions of what is open, where a condition reads one question more than once.

Kleene's logic forgets that it is the same question each time. Here every way to answer it that the
condition can tell apart is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain, combinations
from math import inf, prod

from .facts import (
    OPEN,
    SAID_UNKNOWN,
    WAS_NOT_ASKED,
    Column,
    Facts,
    Filling,
    Test,
)
from .model import Chosen, Longer, Measured

# Trying out a question costs 2 to the power of the answers that a condition tells apart, and
# several questions multiply. Beyond this many tries a condition stays open: what it guards is then
# told as not ruled out. The shipped rules need a tenth of it.
MOST_CLASSES = 10
MOST_TRIES = 2**12

Atom = Chosen | Measured | Longer


def exactly(kleene: Test, make_ways: Callable[[], list[Ways]]) -> Test:
    """The same test, but trying out every answer to what is open and read more than once."""
    ways: list[Ways] | None = None

    def test(facts: Facts) -> int:
        nonlocal ways
        before = facts.through
        state = kleene(facts)
        if state != OPEN:
            return state
        if ways is None:
            ways = make_ways()
        open_ones = [fillings for way in ways if (fillings := way.fillings(facts)) is not None]
        if not open_ones or prod(map(len, open_ones)) > MOST_TRIES:
            return OPEN  # what is open is read only once, or cannot be tried out
        through, found = facts.through, facts.found
        state = _settled(kleene, facts, open_ones)
        facts.through = through if state == OPEN else before
        facts.found = found
        return state

    return test


def _settled(kleene: Test, facts: Facts, open_ones: Sequence[list[Filling]]) -> int:
    """The state that every filling of the open questions gives, or OPEN where they differ.

    The case is filled in place and put back, but for `found` and `through`.
    """
    fillings, rest = open_ones[0], open_ones[1:]
    index = fillings[0][0]
    before = facts.given[index], facts.possible[index], facts.amounts[index]
    settled: int | None = None
    for _, given, possible, amount in fillings:
        facts.given[index], facts.possible[index], facts.amounts[index] = given, possible, amount
        facts.found = {}
        state = _settled(kleene, facts, rest) if rest else kleene(facts)
        if state == OPEN or settled not in (None, state):
            settled = OPEN
            break
        settled = state
    facts.given[index], facts.possible[index], facts.amounts[index] = before
    return OPEN if settled is None else settled


class Ways:
    """The ways to answer one open question that one condition can tell apart."""

    def __init__(self, known: Mapping[str, Column], id: str, atoms: list[Atom]) -> None:
        self._column = known[id]
        self._masks = {
            self._column.mask(atom.answers)
            for atom in atoms
            if isinstance(atom, Chosen) and atom.question == id
        }
        # What is compared shares its bounds: `longer-than` carries them from one to another.
        self._compared = {
            known[question].index
            for atom in atoms
            if isinstance(atom, Longer)
            for question in (atom.question, atom.than)
        }
        self._bounds = {0.0}
        for atom in atoms:
            if isinstance(atom, Measured):
                self._bounds |= {bound for bound in atom.interval if bound != inf}
        self._known: dict[tuple[int, int], list[Filling] | None] = {}

    def fillings(self, facts: Facts) -> list[Filling] | None:
        """The ways to fill the question in; None where it is not open, or they are too many."""
        index = self._column.index
        given, possible = facts.given[index], facts.possible[index]
        if not possible:
            return None
        if self._column.is_quantity:
            return self._filled(given, [(0, amount) for amount in self._amounts(facts)])
        if (given, possible) not in self._known:
            choices = self._choices(given, possible)
            filled = self._filled(given, [(bits, 0.0) for bits in choices or ()])
            self._known[given, possible] = None if choices is None else filled
        return self._known[given, possible]

    def _filled(self, given: int, ways: list[tuple[int, float]]) -> list[Filling]:
        index = self._column.index
        filled = [(index, given | bits, 0, amount) for bits, amount in ways]
        # Asked at last, a question may also be answered with "not sure", whatever is the case.
        if given & WAS_NOT_ASKED and any(mask & SAID_UNKNOWN for mask in self._masks):
            filled += [(index, given | bits | SAID_UNKNOWN, 0, amount) for bits, amount in ways]
        return filled

    def _choices(self, given: int, possible: int) -> list[int] | None:
        """One set of answers a class; answers that nothing here tells apart are one class."""
        column = self._column
        tellers = [*self._masks, *column.covers, *column.covers.values()]
        alike: dict[tuple[bool, ...], int] = {}
        for bit in column.bits.values():
            if bit & possible & column.everything:
                alike.setdefault(tuple(bool(teller & bit) for teller in tellers), bit)
        single = list(alike.values())
        if not column.many:
            return single
        if len(single) > MOST_CLASSES:
            return None
        subsets = chain.from_iterable(combinations(single, n) for n in range(len(single) + 1))
        sets = (sum(subset) for subset in subsets)
        return [bits for bits in sets if column.can_be((given | bits) & column.everything)]

    def _amounts(self, facts: Facts) -> list[float]:
        """Every bound, and in every gap as many amounts as may stand there in order."""
        known = {facts.amounts[index] for index in self._compared if not facts.possible[index]}
        bounds = sorted(self._bounds | known)
        gaps = zip(bounds, [*bounds[1:], bounds[-1] + 1.0], strict=True)
        steps = max(1, len(self._compared)) + 1
        return [low + (high - low) * step / steps for low, high in gaps for step in range(steps)]
