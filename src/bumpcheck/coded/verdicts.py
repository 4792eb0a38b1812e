"""From the terms that stand to a result: what `engine` works out, as ids.

What follows from the alarms, the evidence, the look-alikes and the advice is worked out once for
each different set of their terms, and remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from msgspec import Struct

from bumpcheck.conditions import AnyRule, Ready
from bumpcheck.facts import FALSE, OPEN, TRUE, Facts
from bumpcheck.model import (
    RANK,
    URGENCIES,
    Advice,
    Condition,
    Conflict,
    DefaultDoor,
    Evidence,
    LookAlike,
    Outcome,
    Pattern,
    Reason,
    RedFlag,
    ReferralSign,
    RulePack,
    Urgency,
)
from bumpcheck.weighing import weigh

# How many different sets of terms are remembered; then all of them are forgotten.
REMEMBERED = 1 << 15

Value = TypeVar("Value")


class Verdict(Struct, frozen=True):
    """A result as ids, in the order in which `engine.evaluate` gives them.

    `points` are those of each outcome that reassures, in the pack's order; `red_flags` are triples
    of id, urgency and state (`holds` or `unknown`).
    """

    outcome: str
    urgency: Urgency
    disposition: str
    reason: Reason
    screening: str
    pattern: str | None
    points: tuple[int, ...]
    red_flags: tuple[tuple[str, Urgency, str], ...]
    referral_signs: tuple[str, ...]
    not_ruled_out: tuple[str, ...]
    conflicts: tuple[str, ...]
    evidence: tuple[str, ...]
    look_alikes: tuple[str, ...]
    advice: tuple[str, ...]


class Coded(Struct, Generic[AnyRule], frozen=True):
    """A rule, its diagram, and the terms of which one stands where it is true, or open.

    `unsure` and `unasked`: where it is open through an unsure answer, through what was not asked.
    They are told only of alarms, and `open` only of alarms, evidence and advice.
    """

    rule: AnyRule
    node: int
    true: int
    open: int = 0
    unsure: int = 0
    unasked: int = 0

    @property
    def terms(self) -> int:
        return self.true | self.open | self.unsure | self.unasked


class Likeness(Struct, frozen=True):
    """A look-alike, and the terms of each answer that speaks for it, and against it."""

    coded: Coded[LookAlike]
    supported_by: tuple[int, ...] = ()
    opposed_by: tuple[int, ...] = ()


class CodedRules(Struct, frozen=True):
    """Every rule that has a say in a result, in the order in which results tell them."""

    red_flags: tuple[Coded[RedFlag], ...]
    signs: tuple[Coded[ReferralSign], ...]
    conflicts: tuple[Coded[Conflict], ...]
    evidence: tuple[Coded[Evidence], ...]
    patterns: tuple[Coded[Pattern], ...]
    doors: tuple[Coded[DefaultDoor], ...]
    look_alikes: tuple[Likeness, ...] = ()
    advice: tuple[Coded[Advice], ...] = ()


class Alarms(Struct, frozen=True):
    """What is known of the alarms of a case; `door` is that of the most urgent of them."""

    raised: tuple[tuple[str, Urgency, str], ...]
    signs: tuple[str, ...]
    not_ruled_out: tuple[str, ...]
    screened: bool
    urgency: Urgency
    door: str | None


class Balance(Struct, frozen=True):
    """The evidence of a case, and what it comes to."""

    evidence: tuple[str, ...]
    points: tuple[int, ...]
    earned: Outcome | None
    is_missing: bool


class Judge:
    """The verdicts of one pack.

    What `like` remembers of rules that are the same here is used here as well.
    """

    def __init__(self, pack: RulePack, rules: CodedRules, like: Judge | None = None) -> None:
        self.pack = pack
        self.rules = rules
        self._alarm_terms = _terms(rules.red_flags) | _terms(rules.signs)
        self._evidence_terms = _terms(rules.evidence)
        self._look_alike_terms = 0
        for it in rules.look_alikes:
            for terms in (it.coded.true, *it.supported_by, *it.opposed_by):
                self._look_alike_terms |= terms
        self._advice_terms = _terms(rules.advice)
        self._alarms = _Remembered(self._sort_out)
        self._denied = _Remembered(self._sort_out_denied)
        self.balance = _Remembered(self._weigh)
        self._others = _Remembered(self._liken)
        self._lines: dict[tuple[object, ...], tuple[str, ...]] = {}
        # A line for a red flag makes advice depend on more than the rest of the verdict.
        self._flags_matter = any(
            key == "red-flag" for line in rules.advice for key, _ in line.rule.applies
        )
        self._ready = [Ready(it.rule, _piece(at)) for at, it in enumerate(rules.evidence)]
        if like is not None:
            self._use(like)

    def _use(self, like: Judge) -> None:
        own, other = self.rules, like.rules
        if own.red_flags is other.red_flags and own.signs is other.signs:
            self._alarms, self._denied = like._alarms, like._denied
        if own.evidence is other.evidence and self.pack is like.pack:
            self.balance = like.balance
        if own.look_alikes is other.look_alikes:
            self._others = like._others
        if own.advice is other.advice:
            self._lines = like._lines

    def forget(self) -> None:
        """Give back what was remembered."""
        for known in (self._alarms, self._denied, self.balance, self._others):
            known.forget()
        self._lines.clear()

    def verdict(
        self, standing: int, *, strict: bool = False, none_of_these: bool = False
    ) -> Verdict:
        """The result where these terms stand."""
        sort_out = self._denied if none_of_these else self._alarms
        alarms = sort_out(standing & self._alarm_terms)
        balance = self.balance(standing & self._evidence_terms)
        conflicts = _holding(self.rules.conflicts, standing)
        reason = _reason(alarms, conflicts, balance, strict)
        earned = balance.earned if reason == "fits" else None
        outcome = earned or self.pack.default
        pattern = self._pattern(standing, outcome)
        urgency: Urgency = "self-care" if earned else alarms.urgency
        door = self._door(standing, alarms, pattern, outcome)
        facets = {
            "outcome": outcome.id,
            "pattern": pattern.id if pattern else "",
            "urgency": urgency,
            "door": door,
            "reason": reason,
        }
        flags = frozenset(id for id, _, _ in alarms.raised) if self._flags_matter else frozenset()
        return Verdict(
            outcome=outcome.id,
            urgency=urgency,
            disposition=door,
            reason=reason,
            screening="complete" if alarms.screened else "incomplete",
            pattern=pattern.id if pattern else None,
            points=balance.points,
            red_flags=alarms.raised,
            referral_signs=alarms.signs,
            not_ruled_out=alarms.not_ruled_out,
            conflicts=conflicts,
            evidence=balance.evidence,
            look_alikes=self._others(standing & self._look_alike_terms),
            advice=self._advise(standing & self._advice_terms, facets, flags),
        )

    def _pattern(self, standing: int, outcome: Outcome) -> Pattern | None:
        for coded in self.rules.patterns:
            if coded.rule.outcome == outcome.id and standing & coded.true:
                return coded.rule
        return None

    def _door(
        self, standing: int, alarms: Alarms, pattern: Pattern | None, outcome: Outcome
    ) -> str:
        if outcome.reassures:
            own = pattern.door if pattern and pattern.door else outcome.door
            assert own is not None  # the loader asks every reassuring outcome for its door
            return own
        if alarms.door is not None:
            return alarms.door
        return next(coded.rule.door for coded in self.rules.doors if standing & coded.true)

    def _advise(
        self, standing: int, facets: dict[str, str], flags: frozenset[str]
    ) -> tuple[str, ...]:
        key = (standing, *facets.values(), flags)
        known = self._lines.get(key)
        if known is None:
            if len(self._lines) >= REMEMBERED:
                self._lines.clear()
            given = [it for it in self.rules.advice if _is_given(it, standing, facets, flags)]
            known = self._lines[key] = tuple([it.rule.id for it in given])
        return known

    # --- What is remembered ----------------------------------------------------------------------

    def _sort_out(self, standing: int) -> Alarms:
        return self._sorted_out(standing, none_of_these=False)

    def _sort_out_denied(self, standing: int) -> Alarms:
        return self._sorted_out(standing, none_of_these=True)

    def _sorted_out(self, standing: int, *, none_of_these: bool) -> Alarms:
        raised: list[tuple[str, Urgency, str, str]] = []
        open_: list[str] = []
        screened = True
        for it in self.rules.red_flags:
            flag = it.rule
            if standing & it.true:
                raised.append((flag.id, flag.urgency, "holds", flag.door))
            elif _stays_open(it, standing, none_of_these=none_of_these):
                screened = screened and not standing & it.unasked
                if standing & it.unsure and flag.if_unknown != "list":
                    door = flag.unknown_door or flag.door
                    raised.append((flag.id, flag.if_unknown, "unknown", door))
                else:
                    open_.append(flag.id)
        signs = [it.rule for it in self.rules.signs if standing & it.true]
        open_ += [
            it.rule.id
            for it in self.rules.signs
            if _stays_open(it, standing, none_of_these=none_of_these)
        ]
        urgency = URGENCIES[max([RANK["routine"], *(RANK[urgent] for _, urgent, _, _ in raised)])]
        doors = [door for _, urgent, _, door in raised if urgent == urgency]
        if urgency == "routine":
            doors += [sign.door for sign in signs]
        raised.sort(key=lambda it: (-RANK[it[1]], it[0]))
        return Alarms(
            raised=tuple([(id, urgent, state) for id, urgent, state, _ in raised]),
            signs=tuple([sign.id for sign in signs]),
            not_ruled_out=tuple(open_),
            screened=screened,
            urgency=urgency,
            door=max(doors, key=self.pack.doors.index) if doors else None,
        )

    def _weigh(self, standing: int) -> Balance:
        """The points are counted where the evaluator counts them."""
        states = [
            TRUE if standing & it.true else OPEN if standing & it.open else FALSE
            for it in self.rules.evidence
        ]
        balance = weigh(self.pack.reassuring, self._ready, Facts(states, [], [], 0))
        return Balance(
            evidence=tuple([piece.id for piece in balance.evidence]),
            points=tuple([balance.points[outcome.id] for outcome in self.pack.reassuring]),
            earned=balance.earned,
            is_missing=balance.missing != 0,
        )

    def _liken(self, standing: int) -> tuple[str, ...]:
        """The best supported first; sorting keeps the order of ids among equals."""

        def opposed(it: Likeness) -> int:
            return _how_many(it.opposed_by, standing) - _how_many(it.supported_by, standing)

        holding = [it for it in self.rules.look_alikes if standing & it.coded.true]
        return tuple([it.coded.rule.id for it in sorted(holding, key=opposed)])


class _Remembered(Generic[Value]):
    """A function of the terms that stand, worked out once for each set of them."""

    def __init__(self, work_out: Callable[[int], Value]) -> None:
        self._work_out = work_out
        self._known: dict[int, Value] = {}

    def forget(self) -> None:
        self._known.clear()

    def __call__(self, standing: int) -> Value:
        known = self._known.get(standing)
        if known is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            known = self._known[standing] = self._work_out(standing)
        return known


def _terms(rules: Iterable[Coded[AnyRule]]) -> int:
    terms = 0
    for coded in rules:
        terms |= coded.terms
    return terms


def _holding(rules: Sequence[Coded[AnyRule]], standing: int) -> tuple[str, ...]:
    return tuple([coded.rule.id for coded in rules if standing & coded.true])


def _stays_open(coded: Coded[AnyRule], standing: int, *, none_of_these: bool) -> bool:
    """Whether an alarm is open, and not denied with the list of those that are."""
    return standing & (coded.unsure if none_of_these else coded.open) != 0


def _how_many(conditions: Iterable[int], standing: int) -> int:
    return sum(1 for terms in conditions if standing & terms)


def _is_given(
    coded: Coded[Advice], standing: int, facets: dict[str, str], flags: frozenset[str]
) -> bool:
    line = coded.rule
    for key, values in line.applies:
        if flags.isdisjoint(values) if key == "red-flag" else facets[key] not in values:
            return False
    needed = coded.true if line.kind in ("do", "expect") else coded.true | coded.open
    return standing & needed != 0


def _piece(at: int) -> Callable[[Condition], Callable[[Facts], int]]:
    """A piece of evidence whose state is already known: it stands among the facts."""

    def test(facts: Facts) -> int:
        state = facts.given[at]
        if state == OPEN:
            facts.through |= 1
        return state

    return lambda _: test


def _reason(alarms: Alarms, conflicts: Sequence[str], balance: Balance, strict: bool) -> Reason:
    if alarms.raised:
        return "red-flag"
    if alarms.signs:
        return "referral-sign"
    if conflicts:
        return "conflict"
    if strict and not alarms.screened:
        return "not-screened"
    if balance.earned is not None:
        return "fits"
    return "not-enough" if balance.is_missing else "neither"
