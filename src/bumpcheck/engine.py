"""A pack and a case in, a result out: the order of thought of the tool, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from msgspec import Struct

from .answers import Answers
from .conditions import AnyRule, Ready, conditions
from .facts import OPEN, TRUE, Facts, columns, facts
from .model import (
    RANK,
    URGENCIES,
    Advice,
    Condition,
    Outcome,
    Pattern,
    Reason,
    ReferralSign,
    RulePack,
    Urgency,
)
from .result import Clash, Filled, Likeness, OpenAlarm, Raised, Result
from .weighing import Balance, weigh


def evaluate(
    pack: RulePack, answers: Answers, *, strict: bool = False, none_of_these: bool = False
) -> Result:
    """The result for one case; pure, and the same whatever the order of rules or answers.

    `strict`: red flags left open by what was not asked rule out reassurance. `none_of_these`: the
    person was shown those, and referral signs likewise, and none applies.
    """
    return _engine(pack).evaluate(answers, strict=strict, none_of_these=none_of_these)


class _Alarms(Struct, frozen=True):
    """Every red flag and referral sign of a case, sorted by what is known of it."""

    raised: tuple[Raised, ...]
    signs: tuple[ReferralSign, ...]
    open: tuple[OpenAlarm, ...]
    ruled_out: tuple[OpenAlarm, ...]
    screened: bool


class _Engine:
    """One pack with its conditions compiled."""

    def __init__(self, pack: RulePack) -> None:
        self.pack = pack
        self.questions = tuple(columns(pack))
        self.reads = conditions(pack).reads
        self._names: dict[int, tuple[str, ...]] = {}
        self.findings = self._ready(sorted(pack.findings, key=lambda finding: finding.id))
        by_urgency = sorted(pack.red_flags, key=lambda flag: (-RANK[flag.urgency], flag.id))
        self.red_flags = self._ready(by_urgency)
        self.signs = self._ready(sorted(pack.referral_signs, key=lambda sign: sign.id))
        self.conflicts = self._ready(sorted(pack.conflicts, key=lambda conflict: conflict.id))
        self.evidence = self._ready(sorted(pack.evidence, key=lambda piece: piece.id))
        self.patterns = self._ready(sorted(pack.patterns, key=lambda pattern: -pattern.rank))
        self.look_alikes = self._ready(sorted(pack.look_alikes, key=lambda other: other.id))
        self.advice = self._ready(sorted(pack.advice, key=lambda line: (-line.rank, line.id)))
        self.doors = self._ready(pack.default_doors)
        self.persons = self._ready(pack.persons)
        self._compile = conditions(pack).compile

    def _ready(self, rules: Iterable[AnyRule]) -> tuple[Ready[AnyRule], ...]:
        compile_ = conditions(self.pack).compile
        return tuple(Ready(rule, compile_) for rule in rules)

    def evaluate(self, answers: Answers, *, strict: bool, none_of_these: bool) -> Result:
        pack = self.pack
        case = facts(pack, answers)
        alarms = self._alarms(case, none_of_these)
        conflicts = self._conflicts(case)
        balance = weigh(pack.reassuring, self.evidence, case)
        reason = _reason(alarms, conflicts, balance, strict)
        earned = balance.earned if reason == "fits" else None
        outcome = earned or self.pack.default
        pattern = self._pattern(case, outcome)
        urgency = _urgency(alarms) if earned is None else "self-care"
        door = self._door(case, alarms, pattern, outcome, urgency)
        facets: dict[str, set[str]] = {
            "outcome": {outcome.id},
            "pattern": {pattern.id} if pattern else set(),
            "urgency": {urgency},
            "door": {door},
            "reason": {reason},
            "red-flag": {raised.flag.id for raised in alarms.raised},
        }
        return Result(
            pack=self.pack,
            person=next(p.rule.id for p in self.persons if p.test(case) == TRUE),
            outcome=outcome.id,
            urgency=urgency,
            disposition=door,
            reason=reason,
            screening="complete" if alarms.screened else "incomplete",
            pattern=pattern,
            points=balance.points,
            answers=answers,
            not_asked=tuple(id for id in self.questions if id not in answers.given),
            missing=self._named(balance.missing),
            filled_in=self._filled_in(alarms.ruled_out),
            findings=self._holding(self.findings, case),
            conflicts=conflicts,
            red_flags=alarms.raised,
            referral_signs=alarms.signs,
            not_ruled_out=alarms.open,
            evidence=balance.evidence,
            look_alikes=self._likenesses(case),
            advice=self._advise(case, facets),
        )

    # --- What could be serious ---------------------------------------------------------------

    def _alarms(self, case: Facts, none_of_these: bool) -> _Alarms:
        """Sort out every alarm; they stand in order, the most urgent first."""
        raised: list[Raised] = []
        signs: list[ReferralSign] = []
        open_: list[OpenAlarm] = []
        ruled_out: list[OpenAlarm] = []
        screened = True
        for flag in self.red_flags:
            case.through = 0
            state = flag.test(case)
            if state == TRUE:
                raised.append(Raised(flag.rule, "holds", flag.rule.urgency))
            elif state == OPEN:
                through = case.through
                unsure = through & case.said_unknown
                if none_of_these and not unsure:
                    ruled_out.append(OpenAlarm(flag.rule, self._named(through)))
                    continue
                # What is open through more than unsure answers is open through what was not asked.
                screened = screened and through == unsure
                if unsure and flag.rule.if_unknown != "list":
                    raised.append(Raised(flag.rule, "unknown", flag.rule.if_unknown))
                else:
                    open_.append(OpenAlarm(flag.rule, self._named(through)))
        for sign in self.signs:
            case.through = 0
            state = sign.test(case)
            if state == TRUE:
                signs.append(sign.rule)
            elif state == OPEN:
                denied = none_of_these and not case.through & case.said_unknown
                where = ruled_out if denied else open_
                where.append(OpenAlarm(sign.rule, self._named(case.through)))
        return _Alarms(
            raised=tuple(sorted(raised, key=lambda r: (-RANK[r.urgency], r.flag.id))),
            signs=tuple(signs),
            open=tuple(open_),
            ruled_out=tuple(ruled_out),
            screened=screened,
        )

    def _named(self, bits: int) -> tuple[str, ...]:
        """The questions of these bits, in the pack's order."""
        named = self._names.get(bits)
        if named is None:
            named = tuple(id for index, id in enumerate(self.questions) if bits >> index & 1)
            self._names[bits] = named
        return named

    def _ordered(self, questions: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(questions, key=self.questions.index))

    def _filled_in(self, ruled_out: Iterable[OpenAlarm]) -> tuple[Filled, ...]:
        concerned = {id for open_ in ruled_out for id in open_.questions}
        return tuple(
            Filled(id, self.pack.question(id).calm) for id in self.questions if id in concerned
        )

    def _conflicts(self, case: Facts) -> tuple[Clash, ...]:
        return tuple(
            Clash(conflict.rule, self._ordered(self.reads(conflict.rule.condition)))
            for conflict in self.conflicts
            if conflict.test(case) == TRUE
        )

    # --- What kind, where to, and what to do ----------------------------------------------------

    def _pattern(self, case: Facts, outcome: Outcome) -> Pattern | None:
        for pattern in self.patterns:
            if pattern.rule.outcome == outcome.id and pattern.test(case) == TRUE:
                return pattern.rule
        return None

    def _door(
        self,
        case: Facts,
        alarms: _Alarms,
        pattern: Pattern | None,
        outcome: Outcome,
        urgency: Urgency,
    ) -> str:
        """The door of what is most urgent; among equals the later of the pack's list."""
        if outcome.reassures:
            own = pattern.door if pattern and pattern.door else outcome.door
            assert own is not None  # the loader asks every reassuring outcome for its door
            return own
        named = [raised.door for raised in alarms.raised if raised.urgency == urgency]
        if urgency == "routine":
            named += [sign.door for sign in alarms.signs]
        if named:
            return max(named, key=self.pack.doors.index)
        return next(door.rule.door for door in self.doors if door.test(case) == TRUE)

    def _advise(self, case: Facts, facets: dict[str, set[str]]) -> tuple[Advice, ...]:
        given: list[Advice] = []
        for line in self.advice:
            for key, values in line.rule.applies:
                if facets[key].isdisjoint(values):
                    break
            else:
                needed = TRUE if line.rule.kind in ("do", "expect") else OPEN
                if line.test(case) >= needed:
                    given.append(line.rule)
        return tuple(given)

    def _likenesses(self, case: Facts) -> tuple[Likeness, ...]:
        def holding(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
            return tuple(part for part in conditions if self._compile(part)(case) == TRUE)

        likenesses = [
            Likeness(other, holding(other.supported_by), holding(other.opposed_by))
            for other in self._holding(self.look_alikes, case)
        ]
        # The best supported first; sorting keeps the order of ids among equals.
        likenesses.sort(key=lambda like: len(like.opposed_by) - len(like.supported_by))
        return tuple(likenesses)

    def _holding(self, rules: Iterable[Ready[AnyRule]], case: Facts) -> tuple[AnyRule, ...]:
        return tuple(ready.rule for ready in rules if ready.test(case) == TRUE)


@lru_cache(maxsize=8)
def _engine(pack: RulePack) -> _Engine:
    return _Engine(pack)


def _reason(alarms: _Alarms, conflicts: Sequence[Clash], balance: Balance, strict: bool) -> Reason:
    """The first that applies, in the order of the contract."""
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
    return "not-enough" if balance.missing else "neither"


def _urgency(alarms: _Alarms) -> Urgency:
    counted: list[Urgency] = [raised.urgency for raised in alarms.raised]
    return URGENCIES[max([RANK["routine"], *(RANK[urgency] for urgency in counted)])]
