"""What a condition means: true or false however the open parts turn out, else open.

A condition is compiled to closures over `Facts`. Strong Kleene logic decides it, which is exact as
long as no two of its parts read the same question. Where two do and it is open, its possible
answers are tried one by one: `any: [{light: on}, {not: {light: on}}]` is true of everything,
though both of its parts are open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain, combinations
from math import inf

from .facts import SAID_UNKNOWN, WAS_NOT_ASKED, Column, Facts, Filling, columns
from .model import (
    AllOf,
    AnyOf,
    Chosen,
    Condition,
    Found,
    Longer,
    Measured,
    Not,
    RulePack,
)

FALSE, OPEN, TRUE = 0, 1, 2

# Trying out a question costs 2 to the power of the answers that a condition tells apart. Beyond
# this many (the shipped rules need 6) an open condition is left open, which is the cautious side.
MOST_CLASSES = 10

Test = Callable[[Facts], int]
Atom = Chosen | Measured | Longer
Bounds = tuple[int, float, float]
ChosenBits = tuple[int, int]


class Conditions:
    """The conditions of one pack, compiled: each a test that answers FALSE, OPEN or TRUE.

    A test that answers OPEN has added the questions that keep it open to `Facts.through`; one that
    answers TRUE or FALSE has left that as it was.
    """

    def __init__(self, pack: RulePack) -> None:
        self._columns = columns(pack)
        self._bodies: dict[str, Condition] = {f.id: f.condition for f in pack.findings}
        self._findings: dict[str, tuple[Test, list[Atom]]] = {}

    def compile(self, condition: Condition) -> Test:
        """Compile a condition; raises KeyError where it names what the pack does not have."""
        return self._exact(condition)[0]

    def reads(self, condition: Condition) -> frozenset[str]:
        """The questions that a condition can depend on."""
        _, atoms = self._exact(condition)
        return _questions(atoms)

    def _exact(self, condition: Condition) -> tuple[Test, list[Atom]]:
        units: list[list[Atom]] = []
        kleene = self._kleene(condition, units)
        atoms = [atom for unit in units for atom in unit]
        read = [question for unit in units for question in _questions(unit)]
        if len(set(read)) == len(read):
            return kleene, atoms

        def ways() -> list[_Ways]:
            repeated = {question for question in read if read.count(question) > 1}
            return [_Ways(self._columns, question, atoms) for question in sorted(repeated)]

        return _exactly(kleene, ways), atoms

    def _finding(self, id: str) -> tuple[Test, list[Atom]]:
        """A finding's own condition, worked out once for each case."""
        if id not in self._findings:
            body, atoms = self._exact(self._bodies[id])

            def test(facts: Facts) -> int:
                known = facts.found.get(id)
                if known is None:
                    before, facts.through = facts.through, 0
                    state = body(facts)
                    known = facts.found[id] = (state, facts.through)
                    facts.through = before
                facts.through |= known[1]
                return known[0]

            self._findings[id] = (test, atoms)
        return self._findings[id]

    def _kleene(self, condition: Condition, units: list[list[Atom]]) -> Test:
        """The test by Kleene's logic. `units` gathers what it reads as one: an atom, or a finding,
        which is exact by itself however often it reads a question.
        """
        match condition:
            case Chosen():
                units.append([condition])
                bits = self._bits(condition)
                return _always if bits is None else _chosen(*bits)
            case Found(finding):
                test, read = self._finding(finding)
                units.append(read)
                return test
            case Measured(question):
                units.append([condition])
                low, high = condition.interval
                return _measured(self._columns[question].index, low, high)
            case Longer(question, than):
                units.append([condition])
                return _longer(self._columns[question].index, self._columns[than].index)
            case Not(part):
                inner = self._kleene(part, units)
                return lambda facts: TRUE - inner(facts)
            case AllOf() | AnyOf():
                return self._join(condition, units)

    def _plain(self, condition: Condition) -> Condition:
        """A finding that is no more than one choice or one bound as just that."""
        body = self._bodies[condition.finding] if isinstance(condition, Found) else None
        return body if isinstance(body, Chosen | Measured) else condition

    def _bits(self, chosen: Chosen) -> ChosenBits | None:
        """What a choice looks at; None where one of its answers must be given in any case."""
        column = self._columns[chosen.question]
        mask = column.mask(chosen.answers)
        return None if column.is_any(mask) else (column.index, mask)

    def _join(self, condition: AllOf | AnyOf, units: list[list[Atom]]) -> Test:
        bounds: list[Bounds] = []
        chosen: list[ChosenBits] = []
        tests: list[Test] = []
        for part in map(self._plain, condition.parts):
            if isinstance(part, Chosen) and (bits := self._bits(part)) is not None:
                units.append([part])
                chosen.append(bits)
            elif isinstance(part, Measured):
                units.append([part])
                bounds.append((self._columns[part.question].index, *part.interval))
            else:
                tests.append(self._kleene(part, units))
        if len(tests) == 1 and not chosen and not bounds:
            return tests[0]
        return _joined(bounds, chosen, tests, FALSE if isinstance(condition, AllOf) else TRUE)


@lru_cache(maxsize=8)
def conditions(pack: RulePack) -> Conditions:
    """The conditions of a pack; the same object each time."""
    return Conditions(pack)


# --- Strong Kleene logic -----------------------------------------------------------------------


def _always(_: Facts) -> int:
    return TRUE


def _chosen(index: int, mask: int) -> Test:
    bit = 1 << index

    def test(facts: Facts) -> int:
        if facts.given[index] & mask:
            return TRUE
        if facts.possible[index] & mask:
            facts.through |= bit
            return OPEN
        return FALSE

    return test


def _measured(index: int, low: float, high: float) -> Test:
    bit = 1 << index

    def test(facts: Facts) -> int:
        if facts.possible[index]:
            facts.through |= bit
            return OPEN
        return TRUE if low <= facts.amounts[index] < high else FALSE

    return test


def _longer(one: int, other: int) -> Test:
    def test(facts: Facts) -> int:
        if facts.possible[one] or facts.possible[other]:
            facts.through |= sum(1 << index for index in {one, other} if facts.possible[index])
            return OPEN
        return TRUE if facts.amounts[one] > facts.amounts[other] else FALSE

    return test


def _joined(
    bounds: Sequence[Bounds], chosen: Sequence[ChosenBits], tests: Sequence[Test], decides: int
) -> Test:
    """And (decided by one false part) or or (decided by one true part).

    The parts that look at one question are most of all parts. They are asked in place, which halves
    the time of a case; quantities first, since an age rules out most of what there is.
    """
    otherwise = TRUE - decides

    def test(facts: Facts) -> int:
        before = facts.through
        given, possible = facts.given, facts.possible
        joined = otherwise
        for index, low, high in bounds:
            if possible[index]:
                facts.through |= 1 << index
                joined = OPEN
            elif (TRUE if low <= facts.amounts[index] < high else FALSE) == decides:
                facts.through = before
                return decides
        for index, mask in chosen:
            if given[index] & mask:
                state = TRUE
            elif possible[index] & mask:
                facts.through |= 1 << index
                joined = OPEN
                continue
            else:
                state = FALSE
            if state == decides:
                facts.through = before
                return decides
        for part in tests:
            state = part(facts)
            if state == decides:
                facts.through = before
                return decides
            if state == OPEN:
                joined = OPEN
        return joined

    return test


# --- Where a question is read more than once ----------------------------------------------------


def _questions(atoms: Iterable[Atom]) -> frozenset[str]:
    named = {atom.question for atom in atoms}
    return frozenset(named | {atom.than for atom in atoms if isinstance(atom, Longer)})


def _exactly(kleene: Test, make_ways: Callable[[], list[_Ways]]) -> Test:
    """The same test, but trying out every answer to what is open and read more than once."""
    ways: list[_Ways] | None = None

    def test(facts: Facts) -> int:
        nonlocal ways
        before = facts.through
        state = kleene(facts)
        if state != OPEN:
            return state
        if ways is None:
            ways = make_ways()
        open_ones = [fillings for way in ways if (fillings := way.fillings(facts)) is not None]
        if not open_ones:
            return OPEN  # what is open is read only once
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


class _Ways:
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
