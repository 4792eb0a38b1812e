"""What a condition means: true or false however the open parts turn out, else open.

A condition is compiled to closures over `Facts`. Strong Kleene logic decides it, which is exact as
long as no two of its parts read the same question. Where two do and it is open, its possible
answers are tried one by one: `any: [{light: on}, {not: {light: on}}]` is true of everything,
though both of its parts are open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Generic, TypeVar

from msgspec import Struct

from .completions import Atom, Ways, exactly
from .facts import FALSE, OPEN, TRUE, Facts, Test, columns
from .model import (
    AllOf,
    AnyOf,
    Chosen,
    Condition,
    Found,
    Longer,
    Measured,
    Not,
    Rule,
    RulePack,
)

AnyRule = TypeVar("AnyRule", bound=Rule)

Bounds = tuple[int, float, float]
ChosenBits = tuple[int, int]


# What is read as one: an atom, or a finding, exact by itself however often it reads a question.
Unit = Atom | Found


class _Asked(Struct, frozen=True):
    """A finding compiled: its test, and the atoms and questions that it reads."""

    test: Test
    atoms: tuple[Atom, ...]
    reads: tuple[str, ...]


class Conditions:
    """The conditions of one pack, compiled: each a test that answers FALSE, OPEN or TRUE.

    A test that answers OPEN has added the questions that keep it open to `Facts.through`; one that
    answers TRUE or FALSE has left that as it was.
    """

    def __init__(self, pack: RulePack) -> None:
        self._columns = columns(pack)
        self._bodies: dict[str, Condition] = {f.id: f.condition for f in pack.findings}
        self._findings: dict[str, _Asked] = {}

    def compile(self, condition: Condition) -> Test:
        """Compile a condition; raises KeyError where it names what the pack does not have."""
        return self._exact(condition)[0]

    def reads(self, condition: Condition) -> frozenset[str]:
        """The questions that a condition can depend on."""
        return frozenset(self._read(self._exact(condition)[1]))

    def _exact(self, condition: Condition) -> tuple[Test, list[Unit]]:
        units: list[Unit] = []
        kleene = self._kleene(condition, units)
        read = self._read(units)
        if len(set(read)) == len(read):
            return kleene, units

        def ways() -> list[Ways]:
            atoms = self._atoms(units)
            repeated = {question for question in read if read.count(question) > 1}
            return [Ways(self._columns, question, atoms) for question in sorted(repeated)]

        return exactly(kleene, ways), units

    def _read(self, units: list[Unit]) -> list[str]:
        """The questions that each unit reads, once for each unit that does."""
        read: list[str] = []
        for unit in units:
            if isinstance(unit, Found):
                read += self._findings[unit.finding].reads
            else:
                read.append(unit.question)
                if isinstance(unit, Longer) and unit.than != unit.question:
                    read.append(unit.than)
        return read

    def _atoms(self, units: list[Unit]) -> list[Atom]:
        """The atoms of all units, each once."""
        atoms: dict[Atom, None] = {}
        for unit in units:
            more = self._findings[unit.finding].atoms if isinstance(unit, Found) else (unit,)
            atoms |= dict.fromkeys(more)
        return list(atoms)

    def _finding(self, id: str) -> Test:
        """A finding's own condition, worked out once for each case."""
        if id not in self._findings:
            body, units = self._exact(self._bodies[id])

            def test(facts: Facts) -> int:
                known = facts.found.get(id)
                if known is None:
                    before, facts.through = facts.through, 0
                    state = body(facts)
                    known = facts.found[id] = (state, facts.through)
                    facts.through = before
                facts.through |= known[1]
                return known[0]

            atoms = tuple(self._atoms(units))
            self._findings[id] = _Asked(test, atoms, tuple(dict.fromkeys(self._read(units))))
        return self._findings[id].test

    def _kleene(self, condition: Condition, units: list[Unit]) -> Test:
        """The test by Kleene's logic; `units` gathers what it reads."""
        match condition:
            case Chosen():
                units.append(condition)
                bits = self._bits(condition)
                return _always if bits is None else _chosen(*bits)
            case Found(finding):
                units.append(condition)
                return self._finding(finding)
            case Measured(question):
                units.append(condition)
                low, high = condition.interval
                return _measured(self._columns[question].index, low, high)
            case Longer(question, than):
                units.append(condition)
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

    def _join(self, condition: AllOf | AnyOf, units: list[Unit]) -> Test:
        bounds: list[Bounds] = []
        chosen: list[ChosenBits] = []
        tests: list[Test] = []
        for part in map(self._plain, condition.parts):
            if isinstance(part, Chosen) and (bits := self._bits(part)) is not None:
                units.append(part)
                chosen.append(bits)
            elif isinstance(part, Measured):
                units.append(part)
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


class Ready(Generic[AnyRule]):
    """A rule and its test, which is compiled when it is first asked."""

    __slots__ = ("_compile", "rule", "test")

    def __init__(self, rule: AnyRule, compile_: Callable[[Condition], Test]) -> None:
        self.rule = rule
        self._compile = compile_
        self.test: Test = self._first

    def _first(self, case: Facts) -> int:
        self.test = self._compile(self.rule.condition)
        return self.test(case)


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
