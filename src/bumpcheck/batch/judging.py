"""The verdicts of all rows of a block at once, worked out in planes from the coded form.

What `engine` works out of one case, step by step in the same order. Where it says "if", a plane
says in which rows; where it says "the first that applies", each takes its rows from those left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Generic

from bumpcheck.coded import Compiler, compiled, compiler_of, ruling
from bumpcheck.coded.diagrams import IS_OPEN, IS_TRUE, IS_UNASKED, IS_UNSURE, LeafMap
from bumpcheck.conditions import AnyRule
from bumpcheck.model import Pattern, Reason, RulePack

from .alarms import Alarms, sorted_out
from .cells import Cell
from .circuits import Answered, Circuit
from .planes import any_of, everybody, first_of, planes
from .telling import Verdicts, told
from .weighed import Argument, Balance, weighed


class Sliced:
    """Judges rows by the coded form of the rules; see `classify.Classifier`. Raises NotCodable."""

    def __init__(
        self, pack: RulePack, asked: Sequence[str], *, strict: bool, none_of_these: bool
    ) -> None:
        rules, compiler = ruling(pack), compiler_of(pack)
        self._pack = pack
        self._strict = strict
        self._none_of_these = none_of_these
        self._flags = _Section(rules.red_flags, compiler, IS_TRUE, IS_UNSURE, IS_UNASKED)
        self._signs = _Section(rules.signs, compiler, IS_TRUE, IS_UNSURE, IS_UNASKED)
        self._conflicts = _Section(rules.conflicts, compiler, IS_TRUE)
        self._evidence = _Section(rules.evidence, compiler, IS_TRUE, IS_OPEN)
        self._patterns = _Section(rules.patterns, compiler, IS_TRUE)
        self._doors = _Section(rules.doors, compiler, IS_TRUE)
        self._circuit = Circuit(
            compiler.diagrams,
            [
                *self._flags.nodes(),
                *self._signs.nodes(),
                *self._conflicts.nodes(),
                *self._evidence.nodes(),
                *self._patterns.nodes(),
                *self._doors.nodes(),
            ],
        )
        self._answered = Answered(compiler, asked)
        self.code, self.widths = self._answered.code, self._answered.widths

    def verdicts(self, codes: Sequence[Sequence[bytes]], rows: int) -> list[Sequence[Cell]]:
        """The columns of so many verdicts."""
        asked = [planes(column, width) for column, width in zip(codes, self.widths, strict=True)]
        return told(self.judged(asked, rows), rows)

    def judged(self, asked: Sequence[Sequence[int]], rows: int) -> Verdicts:
        """The verdicts of so many rows in planes, from the planes of the codes of each question."""
        all_rows = everybody(rows)
        found = self._circuit.evaluated(self._answered.ways(asked, rows), all_rows)
        alarms = sorted_out(
            self._flags.planes(found),
            self._signs.planes(found),
            none_of_these=self._none_of_these,
        )
        arguments = [Argument(it, *planes) for it, planes in self._evidence.planes(found)]
        balance = weighed(self._pack.reassuring, arguments, all_rows)
        conflicts = any_of(where for _, (where,) in self._conflicts.planes(found))
        reasons = self._reasons(alarms, balance, conflicts, all_rows)
        outcomes = self._outcomes(balance, reasons["fits"], all_rows)
        top = alarms.top(all_rows ^ reasons["fits"])
        patterns = self._patterns_of(found, outcomes)
        return Verdicts(
            outcomes=outcomes,
            urgencies={**top, "self-care": reasons["fits"]},
            others=[
                self._doors_of(found, alarms.doors(top), outcomes, patterns),
                reasons,
                _screening(alarms, all_rows),
                {pattern.id: where for pattern, where in patterns},
            ],
            points=balance.points,
            lists=[
                [(it.id, it.rows) for it in alarms.raised],
                [(it.id, it.rows) for it in alarms.signs],
                alarms.open,
            ],
        )

    def _reasons(
        self, alarms: Alarms, balance: Balance, conflicts: int, all_rows: int
    ) -> dict[str, int]:
        """The rows of each reason: the first that applies."""
        applying: dict[Reason, int] = {
            "red-flag": any_of(it.rows for it in alarms.raised),
            "referral-sign": any_of(it.rows for it in alarms.signs),
            "conflict": conflicts,
            "not-screened": alarms.unscreened if self._strict else 0,
            "fits": any_of(balance.earned.values()),
            "not-enough": balance.missing,
            "neither": all_rows,
        }
        return dict(zip(applying, first_of(applying.values(), all_rows), strict=True))

    def _outcomes(self, balance: Balance, fits: int, all_rows: int) -> dict[str, int]:
        outcomes = {id: where & fits for id, where in balance.earned.items()}
        outcomes[self._pack.default.id] = all_rows ^ fits
        return outcomes

    def _patterns_of(
        self, found: Mapping[int, int], outcomes: Mapping[str, int]
    ) -> list[tuple[Pattern, int]]:
        """The rows of each pattern: the first that applies, of those of their outcome."""
        all_rows = any_of(outcomes.values())
        patterns = list(self._patterns.planes(found))
        applying = [where & outcomes.get(it.outcome, 0) for it, (where,) in patterns]
        firsts = first_of(applying, all_rows)
        return [(it, first) for (it, _), first in zip(patterns, firsts, strict=True)]

    def _doors_of(
        self,
        found: Mapping[int, int],
        named: Mapping[str, int],
        outcomes: Mapping[str, int],
        patterns: Sequence[tuple[Pattern, int]],
    ) -> dict[str, int]:
        """The rows of each door: as the outcome says, else the alarms, else the first default."""
        pack = self._pack
        # Of doors that are named together the later in the pack's list counts.
        doors = [(door, named.get(door, 0)) for door in reversed(pack.doors)]
        doors += [(it.door, where) for it, (where,) in self._doors.planes(found)]
        going = first_of([where for _, where in doors], outcomes[pack.default.id])
        ways = [(door, where) for (door, _), where in zip(doors, going, strict=True)]
        for outcome in pack.reassuring:
            own = [(it.door, where) for it, where in patterns if it.outcome == outcome.id]
            own.append((outcome.door, outcomes[outcome.id]))
            at = [(door, where) for door, where in own if door is not None]
            going = first_of([where for _, where in at], outcomes[outcome.id])
            ways += [(door, where) for (door, _), where in zip(at, going, strict=True)]
        together: dict[str, int] = {}
        for door, where in ways:
            together[door] = together.get(door, 0) | where
        return together


class _Section(Generic[AnyRule]):
    """Rules of one kind, each with a diagram for every state of theirs that is asked for."""

    def __init__(self, rules: Sequence[AnyRule], compiler: Compiler, *states: LeafMap) -> None:
        mapped = compiler.diagrams.mapped
        nodes = [(rule, compiled(compiler, rule)) for rule in rules]
        self._rules = [(rule, [mapped(node, state) for state in states]) for rule, node in nodes]

    def nodes(self) -> Iterator[int]:
        """All their diagrams."""
        for _, nodes in self._rules:
            yield from nodes

    def planes(self, found: Mapping[int, int]) -> Iterator[tuple[AnyRule, list[int]]]:
        """Each rule with the plane of each state."""
        for rule, nodes in self._rules:
            yield rule, [found[node] for node in nodes]


def _screening(alarms: Alarms, all_rows: int) -> dict[str, int]:
    return {"incomplete": alarms.unscreened, "complete": all_rows ^ alarms.unscreened}
