"""From the state of every rule to a verdict, in SQL: what `bumpcheck.engine` works out, as ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bumpcheck.coded import CodedPack
from bumpcheck.coded.verdicts import CodedRules
from bumpcheck.model import RANK, URGENCIES, RedFlag, RulePack

from .bits import WORD
from .coding import text
from .pieces import At, Lookup, joined, listed, lookups
from .states import Bits, Layer, States, some

FITS = "fits"
# How urgent an alarm is, and where it leads.
Call = tuple[str, str]


class Verdicts:
    """The last layers: `reasons`, then `named`, then the columns of a batch."""

    def __init__(self, form: CodedPack, states: States, *, strict: bool) -> None:
        self._pack: RulePack = form.pack
        self._rules: CodedRules = form.rules
        self._states = states
        self._strict = strict
        others = states.other
        first = len(form.rules.conflicts)
        self._conflict = others.some(range(first))
        self._patterns = [
            (it.rule, others.some([first + at])) for at, it in enumerate(form.rules.patterns)
        ]
        first += len(form.rules.patterns)
        self._doors = [
            (it.rule.door, others.some([first + at])) for at, it in enumerate(form.rules.doors)
        ]
        alarms = [it.rule.id for it in states.alarms]
        flags, signs = len(states.flags), len(states.signs)
        every = range(flags + signs)
        self.left = lookups("l", [_at(states.left, at) for at in every], listed(alarms))
        of_signs = [_at(states.holds, at) for at in states.signs]
        self.signs = lookups("s", of_signs, listed(alarms[flags:]))
        raised = self._raised()
        self.raised = lookups("r", [at for _, _, at in raised], listed([id for _, id, _ in raised]))

    def _raised(self) -> list[tuple[int, str, At]]:
        """The red flags as they may be raised, in the order in which results tell them."""
        raised: list[tuple[int, str, At]] = []
        for at in self._states.flags:
            rule = self._states.alarms[at].rule
            assert isinstance(rule, RedFlag)
            raised.append((-RANK[rule.urgency], rule.id, _at(self._states.holds, at)))
            if rule.if_unknown != "list":
                raised.append((-RANK[rule.if_unknown], rule.id, _at(self._states.said, at)))
        return sorted(raised, key=lambda it: it[:2])

    @property
    def tables(self) -> list[Lookup]:
        """The tables that the last layer looks up."""
        return [*self.raised, *self.signs, *self.left]

    @property
    def reasons(self) -> Layer:
        """The first reason that applies."""
        states = self._states
        outcomes = range(len(self._pack.reassuring))
        raised = f"{states.holds.some(states.flags)} OR {states.said.some(states.flags)}"
        not_screened = "WHEN unscreened THEN 'not-screened' " if self._strict else ""
        earned = " + ".join(f"CASE WHEN earned{at} THEN 1 ELSE 0 END" for at in outcomes) or "0"
        could = " OR ".join(f"could{at}" for at in outcomes) or "FALSE"
        return {
            "reason": (
                f"CASE WHEN {raised} THEN 'red-flag' "
                f"WHEN {states.holds.some(states.signs)} THEN 'referral-sign' "
                f"WHEN {self._conflict} THEN 'conflict' {not_screened}"
                f"WHEN ({earned}) = 1 THEN '{FITS}' "
                f"WHEN ({earned}) = 0 AND ({could}) THEN 'not-enough' ELSE 'neither' END"
            )
        }

    @property
    def outcomes(self) -> Layer:
        """The outcome, and the number of the most urgent call."""
        earned = [
            (f"reason = '{FITS}' AND earned{at}", text(outcome.id))
            for at, outcome in enumerate(self._pack.reassuring)
        ]
        calls = self._calls()
        tests = [(test, str(number)) for number, (_, test) in enumerate(calls, 1)]
        return {"outcome": _case(earned, text(self._pack.default.id)), "call": _case(tests, "0")}

    def _calls(self) -> list[tuple[Call, str]]:
        """How urgent and where to, the most urgent first, and when; as SQL.

        Of two doors at one urgency the later in the pack's list is taken.
        """
        found: dict[Call, dict[str, int]] = {}

        def add(urgency: str, door: str, bits: Bits, at: int) -> None:
            masks = found.setdefault((urgency, door), {})
            column = f"{bits.kind}{at // WORD}"
            masks[column] = masks.get(column, 0) | 1 << at % WORD

        for at, it in enumerate(self._states.alarms):
            rule = it.rule
            add(rule.urgency, rule.door, self._states.holds, at)
            if isinstance(rule, RedFlag) and rule.if_unknown != "list":
                door = rule.unknown_door or rule.door
                add(rule.if_unknown, door, self._states.said, at)

        def order(call: Call) -> tuple[int, int]:
            urgency, door = call
            return -URGENCIES.index(urgency), -self._pack.doors.index(door)

        return [(call, some(found[call])) for call in sorted(found, key=order)]

    @property
    def named(self) -> Layer:
        """The pattern of the outcome."""
        tests = [
            (f"outcome = {text(rule.outcome)} AND {holds}", text(rule.id))
            for rule, holds in self._patterns
        ]
        return {"pattern": _case(tests, "CAST(NULL AS VARCHAR)")}

    @property
    def columns(self) -> Layer:
        """The columns of a batch but for `error`; all of them but lists are known below."""
        calls = self._calls()
        urgencies = [(f"call = {at}", text(call[0])) for at, (call, _) in enumerate(calls, 1)]
        doors = [(f"call = {at}", text(call[1])) for at, (call, _) in enumerate(calls, 1)]
        fits = f"reason = '{FITS}'"
        points = {
            f"points_{outcome.id}": f"points{at}"
            for at, outcome in enumerate(self._pack.reassuring)
        }
        return {
            "outcome": "outcome",
            "urgency": _case([(fits, "'self-care'"), *urgencies], "'routine'"),
            "disposition": _case(
                [*self._own_doors(), *doors, *[(test, text(door)) for door, test in self._doors]],
                "CAST(NULL AS VARCHAR)",
            ),
            "reason": "reason",
            "screening": "CASE WHEN unscreened THEN 'incomplete' ELSE 'complete' END",
            "pattern": "pattern",
            **points,
            "red_flags": joined(self.raised),
            "referral_signs": joined(self.signs),
            "not_ruled_out": joined(self.left),
        }

    def _own_doors(self) -> Iterable[tuple[str, str]]:
        """Where an outcome that reassures leads: its pattern's door, or its own."""
        for outcome in self._pack.reassuring:
            assert outcome.door is not None  # the loader asks for it
            for rule, _ in self._patterns:
                if rule.outcome == outcome.id and rule.door:
                    yield f"pattern = {text(rule.id)}", text(rule.door)
            yield f"outcome = {text(outcome.id)}", text(outcome.door)


def _at(bits: Bits, rule: int) -> At:
    return At(f"{bits.kind}{rule // WORD}", rule % WORD)


def _case(tests: Sequence[tuple[str, str]], otherwise: str) -> str:
    """The first of these that is so."""
    if not tests:
        return otherwise
    when = " ".join(f"WHEN {test} THEN {then}" for test, then in tests)
    return f"CASE {when} ELSE {otherwise} END"
