"""What can still come of a case that is not fully answered, read off the coded form.

A rule can still come true where one of its terms stands with what was said and some answer to what
was not. What is certain is what no answer can take away: a rule that is true stays true however the
rest is answered, since that is what "true" means (see `conditions`). So one "and" over the
questions tells what is left to ask for, and nothing here is a guess: where it says that a case is
settled, every way to answer the rest ends in the same outcome, urgency and door.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from msgspec import Struct

from .answers import Answers, Given
from .coded import Block, Coded, CodedPack, Several, coded
from .model import RANK, RedFlag, RulePack
from .weighing import earned

ROUTINE = RANK["routine"]
# Nothing is certain yet.
NOTHING = ROUTINE - 1
# How many ends are tried out at most to see whether the points can still tell, and how many answers
# a question may take at once; beyond that more is asked, which is always safe.
MOST_WAYS = 500
DEEPEST = 9

Said = Mapping[str, Given]


class Prospect(Struct, frozen=True):
    """What is left to ask for.

    `open` are the terms of what could still change the outcome, the urgency or the door, of the
    most urgent kind (`urgency`, a rank); 0 where nothing could. `standing` are all terms that can
    still stand. `certain` is the urgency that nothing can lower; `NOTHING` while there is none.
    """

    open: int
    urgency: int
    standing: int
    certain: int

    @property
    def settled(self) -> bool:
        """Whether outcome, urgency and door are the same however the rest is answered."""
        return self.open == 0


class _Alarm(Struct, frozen=True):
    """How an alarm can still count: how urgent, by which terms, where it leads; or does already."""

    urgency: int
    terms: int
    door: int
    certain: bool


class Outlook:
    """The prospects of cases under one pack."""

    def __init__(self, pack: CodedPack) -> None:
        self.coded = pack
        self._terms = pack.terms
        self._rules = pack.rules
        self.places = {block.column.id: place for place, block in enumerate(pack.blocks)}
        self._door = {door: at for at, door in enumerate(pack.pack.doors)}
        # The terms of what can forbid to reassure; of what has a say in outcome, urgency or door.
        self.forbidding = (
            _any(it.true | it.unsure for it in self._rules.red_flags)
            | _any(it.true for it in self._rules.signs)
            | _any(it.true for it in self._rules.conflicts)
        )
        self.deciding = (
            self.forbidding
            | _any(it.true for it in self._rules.evidence)
            | _any(it.true for it in self._rules.doors)
        )

    def prospect(self, said: Said) -> Prospect:
        """What is left to ask for, once this was said."""
        standing, now, unasked = self._see(said)
        alarms = list(self._alarms(standing, now, unasked))
        certain = max((alarm.urgency for alarm in alarms if alarm.certain), default=NOTHING)
        if any(now & it.true for it in self._rules.conflicts):
            certain = max(certain, ROUTINE)

        def left(open_: int, urgency: int) -> Prospect:
            return Prospect(open_ & unasked, urgency, standing, certain)

        more = [a for a in alarms if not a.certain and a.urgency > max(certain, ROUTINE)]
        if more:
            urgency = max(alarm.urgency for alarm in more)
            return left(_any(a.terms for a in more if a.urgency == urgency), urgency)
        if certain >= ROUTINE:
            return left(self._other_doors(alarms, certain, standing, now), certain)
        return left(self._reassurance(alarms, standing, now, unasked, said), ROUTINE)

    def advice(self, said: Said, certain: Mapping[str, str]) -> int:
        """The terms of what could still change the pattern or the advice of a settled case.

        `certain` are its outcome, urgency and door, by these names.
        """
        standing, now, unasked = self._see(said)
        patterns, open_ = self._patterns(certain["outcome"], standing, now)
        reasons, of_reason = self._reasons(certain["outcome"], standing, now, unasked)
        flags = {it.rule.id: standing & _counting(it) for it in self._rules.red_flags}
        possible = {key: {value} for key, value in certain.items()}
        possible |= {"pattern": patterns, "reason": reasons}
        possible["red-flag"] = {id for id, terms in flags.items() if terms}
        for it in self._rules.advice:
            if any(possible[key].isdisjoint(ids) for key, ids in it.rule.applies):
                continue
            for key, ids in it.rule.applies:
                if key == "reason" and not reasons.issubset(ids):
                    open_ |= of_reason
                if key == "red-flag":
                    open_ |= _any(flags.get(id, 0) for id in ids)
            if it.rule.kind in ("do", "expect"):
                open_ |= 0 if now & it.true else standing & it.true
            elif now & it.open:
                open_ |= standing & it.terms
        return open_ & unasked

    def _patterns(self, outcome: str, standing: int, now: int) -> tuple[set[str], int]:
        """The patterns that an outcome can still have, and the terms that tell which it has."""
        patterns: set[str] = set()
        open_ = 0
        for it in self._rules.patterns:
            if it.rule.outcome != outcome or not standing & it.true:
                continue
            patterns.add(it.rule.id)
            if now & it.true:
                break
            open_ |= standing & it.true
        return patterns, open_

    def _reasons(self, outcome: str, standing: int, now: int, unasked: int) -> tuple[set[str], int]:
        """The reasons that an outcome can still have, and the terms that tell which it has."""
        if any(outcome == it.id for it in self.coded.pack.reassuring):
            return {"fits"}, 0
        reasons: set[str] = set()
        open_ = 0
        rules = self._rules
        for reason, rows in (
            ("red-flag", [(it.true, _counting(it)) for it in rules.red_flags]),
            ("referral-sign", [(it.true, it.true) for it in rules.signs]),
            ("conflict", [(it.true, it.true) for it in rules.conflicts]),
        ):
            could = standing & _any(counting for _, counting in rows)
            reasons.update([reason] if could else [])
            # The first that applies: what is true, or counts and depends on nothing more.
            if any(
                now & true or (now & counting and not standing & counting & unasked)
                for true, counting in rows
            ):
                return reasons, open_
            open_ |= could
        evidence = _any(it.true | it.open for it in rules.evidence)
        return reasons | {"not-enough", "neither"}, open_ | standing & evidence

    def asking(self, terms: int, said: Said) -> list[int]:
        """The places of the questions not asked yet that any of these terms asks."""
        return [
            place
            for id, place in self.places.items()
            if id not in said and self._terms.asks(place) & terms
        ]

    def left_by(self, place: int, terms: int) -> float:
        """How many of these terms an answer to this question leaves standing, on average.

        Over its answers one by one and "not sure"; the fewer are left, the more it settles.
        """
        masks = self._masks(place)
        return sum((terms & mask).bit_count() for mask in masks) / len(masks)

    # --- What stands --------------------------------------------------------------------------

    def _see(self, said: Said) -> tuple[int, int, int]:
        """The terms that can still stand, those that stand now, those that ask what was not."""
        pack, terms = self.coded, self._terms
        standing, unasked = -1, 0
        for block, (id, place) in zip(pack.blocks, self.places.items(), strict=True):
            if id in said:
                standing &= terms.mask(place, block.code(said[id]))
            else:
                standing &= terms.mask_of_some(place)
                unasked |= terms.asks(place)
        for place, relation in enumerate(pack.relations, start=len(pack.blocks)):
            first, second = said.get(relation.first.column.id), said.get(relation.second.column.id)
            if first is not None and second is not None:
                standing &= terms.mask(place, relation.code(first, second))
        now = terms.standing(pack.code(Answers(dict(said))))
        return standing, now, unasked

    def _alarms(self, standing: int, now: int, unasked: int) -> Iterator[_Alarm]:
        """Every way in which an alarm counts already, or could."""
        for it in self._rules.red_flags:
            flag = it.rule
            urgency, door = RANK[flag.urgency], self._door[flag.door]
            unsure_door = self._door[flag.unknown_door or flag.door]
            unsure = None if flag.if_unknown == "list" else RANK[flag.if_unknown]
            if now & it.true:
                yield _Alarm(urgency, 0, door, certain=True)
            elif not standing & it.terms & unasked:
                # Nothing that is left to ask has a say: it is as it is.
                if now & it.unsure and unsure is not None:
                    yield _Alarm(unsure, 0, unsure_door, certain=True)
            else:
                if standing & it.true:
                    yield _Alarm(urgency, standing & it.true, door, certain=False)
                if standing & it.unsure and unsure is not None:
                    yield _Alarm(unsure, standing & it.unsure, unsure_door, certain=False)
        for sign in self._rules.signs:
            door = self._door[sign.rule.door]
            if now & sign.true:
                yield _Alarm(ROUTINE, 0, door, certain=True)
            elif standing & sign.true:
                yield _Alarm(ROUTINE, standing & sign.true, door, certain=False)

    # --- What could still change --------------------------------------------------------------

    def _other_doors(self, alarms: list[_Alarm], certain: int, standing: int, now: int) -> int:
        """Of what is surely referred so urgently: the terms of what could lead elsewhere."""
        here = [alarm for alarm in alarms if alarm.urgency == certain]
        door = max((alarm.door for alarm in here if alarm.certain), default=-1)
        elsewhere = _any(alarm.terms for alarm in here if alarm.door > door)
        return elsewhere if door >= 0 else elsewhere | self._default_doors(standing, now)

    def _default_doors(self, standing: int, now: int) -> int:
        """The terms of the doors that could still come before the one that is first now."""
        open_ = 0
        for it in self._rules.doors:
            if now & it.true:
                break
            open_ |= standing & it.true
        return open_

    def _reassurance(
        self, alarms: list[_Alarm], standing: int, now: int, unasked: int, said: Said
    ) -> int:
        """Where nothing is certain: the terms of what could still reassure, or forbid to.

        What could forbid to must be asked whatever the points are. What only counts for points
        comes after it, since it may not be needed by then; but where an answer to it would leave
        nothing to earn, the rest may not be needed.
        """
        routine = _any(alarm.terms for alarm in alarms)
        if not self._can_be_earned(standing, now):
            return routine | self._default_doors(standing, now)
        routine |= _any(standing & it.true for it in self._rules.conflicts)
        points = _any(standing & it.true for it in self._rules.evidence if not now & it.true)
        if routine & unasked:
            return routine | _any(
                points & self._terms.asks(place)
                for place in self.asking(points, said)
                if not self._terms.asks(place) & routine and self._could_end(place, standing, now)
            )
        ends = self._earned(standing, now, said)
        if len(ends) != 1:
            return points
        outcome = next(iter(ends))
        if outcome is None:
            return self._default_doors(standing, now)
        open_ = 0
        for it in self._rules.patterns:
            if it.rule.outcome == outcome:
                if now & it.true:
                    break
                open_ |= standing & it.true if it.rule.door else 0
        return open_

    def _can_be_earned(self, standing: int, now: int) -> bool:
        """Whether the points could still reach an outcome; False only where they surely cannot."""
        low = {outcome.id: 0 for outcome in self.coded.pack.reassuring}
        high = dict(low)
        excluded: set[str] = set()
        perhaps: set[str] = set()
        for it in self._rules.evidence:
            if now & it.true:
                excluded.update(it.rule.excludes)
            elif standing & it.true:
                perhaps.update(it.rule.excludes)
                if it.rule.confirms:
                    return True
            else:
                continue
            if it.rule.confirms:
                return True
            for id, count in it.rule.points:
                low[id] += count if now & it.true else min(count, 0)
                high[id] += count if now & it.true else max(count, 0)
        return any(
            outcome.id not in excluded
            and high[outcome.id] >= outcome.at_least
            and all(
                high[outcome.id] - low[other.id] >= outcome.lead
                for other in self.coded.pack.reassuring
                if other is not outcome and other.id not in excluded | perhaps
            )
            for outcome in self.coded.pack.reassuring
        )

    def _could_end(self, place: int, standing: int, now: int) -> bool:
        """Whether an answer to a question could leave no outcome to be earned."""
        masks = self._masks(place)
        return not all(self._can_be_earned(standing & mask, now) for mask in masks)

    def _earned(self, standing: int, now: int, said: Said) -> set[str | None]:
        """The outcomes that the evidence can still earn, None for none; all, where it is much."""
        outcomes = self.coded.pack.reassuring
        anything: set[str | None] = {None, *(outcome.id for outcome in outcomes)}
        holding = [it.rule for it in self._rules.evidence if now & it.true]
        perhaps = [it for it in self._rules.evidence if standing & it.true and not now & it.true]
        terms = standing & _any(it.true for it in perhaps)
        # What can be left of the terms that matter, question by question.
        ends = {terms}
        for place in self.asking(terms, said):
            if self.coded.blocks[place].depth > DEEPEST:
                return anything
            ways = {mask & terms for mask in _every(self.coded, place)}
            ends = {end & way for end in ends for way in ways}
            if len(ends) > MOST_WAYS:
                return anything
        found: set[str | None] = set()
        for end in ends:
            came = earned(outcomes, [*holding, *(it.rule for it in perhaps if end & it.true)])
            found.add(came.id if came else None)
        return found

    def _masks(self, place: int) -> tuple[int, ...]:
        """The terms that stand, for each answer to a question by itself and for "not sure"."""
        return _masks(self.coded, place)


@lru_cache(maxsize=4)
def outlook(pack: RulePack) -> Outlook:
    """The outlook of a pack; the same object each time. Raises NotCodable."""
    return Outlook(coded(pack))


@lru_cache(maxsize=512)
def _every(pack: CodedPack, place: int) -> tuple[int, ...]:
    """The terms that stand, for every answer to a question and for "not sure"."""
    block = pack.blocks[place]
    codes = range(1, 2**block.depth) if isinstance(block, Several) else range(block.arity - 1)
    return tuple({pack.terms.mask(place, code) for code in codes})


@lru_cache(maxsize=512)
def _masks(pack: CodedPack, place: int) -> tuple[int, ...]:
    block: Block = pack.blocks[place]
    if isinstance(block, Several):
        codes: Iterable[int] = (1 << at for at in range(block.depth))
    else:
        codes = range(block.arity - 1)
    return tuple(pack.terms.mask(place, code) for code in codes)


def _counting(flag: Coded[RedFlag]) -> int:
    """The terms of which one stands where a red flag counts."""
    return flag.true | (0 if flag.rule.if_unknown == "list" else flag.unsure)


def _any(terms: Iterable[int]) -> int:
    joined = 0
    for one in terms:
        joined |= one
    return joined
