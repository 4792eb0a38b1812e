"""What would change a result: the smallest sets of other answers with another outcome or urgency.

The search is exact. Which sets of questions are tried is narrowed only by what must be so: whoever
is to be less urgent must say something else to a question of every alarm that counts now, and
whoever is to be more urgent to every question that keeps such an alarm from standing. What each set
can reach is told by `reach`, over the coded form. Nothing found is taken on trust: every change is
evaluated as any case is.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations

from msgspec.structs import replace

from .answers import Answers
from .coded import NotCodable
from .engine import evaluate
from .model import RANK, URGENCIES, RulePack, Urgency
from .reach import Case, Decisive, End, GivenUp
from .result import Change, Result


def explained(result: Result, *, strict: bool = False, none_of_these: bool = False) -> Result:
    """The same result with what would change it, for the options it was made with.

    `would_change` stays None where the rules have no coded form, or the search was given up: it is
    all there is, or it is not there.
    """
    try:
        changes = _search(result.pack, strict, none_of_these).changes(result)
    except (NotCodable, GivenUp):
        return result
    return replace(result, would_change=changes)


class _Search:
    def __init__(self, pack: RulePack, strict: bool, none_of_these: bool) -> None:
        self._pack = pack
        self._strict, self._none_of_these = strict, none_of_these
        self._decisive = Decisive(pack, strict=strict, none_of_these=none_of_these)

    def changes(self, result: Result) -> tuple[Change, ...]:
        """Every change of fewest questions, then the smallest to what is more urgent still."""
        case = Case(self._decisive, result.answers)
        now = (result.outcome, result.urgency)
        most = len(self._decisive.varying)
        found: list[End] = []
        for size in range(1, most + 1):
            for places in self._candidates(case, size):
                found += [end for end in case.ends(places) if (end.outcome, end.urgency) != now]
            if found:
                break
        named = {end.urgency for end in found}
        for urgency in URGENCIES[RANK[result.urgency] + 1 :]:
            if urgency not in named:
                found += self._smallest_to(case, urgency)
        found.sort(key=lambda end: (len(end.answers.given), -RANK[end.urgency]))
        return tuple(self._change(result.answers, end) for end in found)

    def _candidates(self, case: Case, size: int) -> Iterator[tuple[int, ...]]:
        """The sets of so many questions that may lead to another outcome or urgency."""
        for places in combinations(self._decisive.varying, size):
            case.spend(1)
            if case.may_settle(places) or case.may_raise(places):
                yield places

    def _smallest_to(self, case: Case, urgency: Urgency) -> list[End]:
        """The smallest changes that are just so urgent."""
        found: list[End] = []
        if not case.may_raise(self._decisive.varying, urgency):
            return found
        for size in range(2, len(self._decisive.varying) + 1):
            for places in combinations(self._decisive.varying, size):
                case.spend(1)
                if case.may_raise(places, urgency):
                    found += [end for end in case.ends(places) if end.urgency == urgency]
            if found:
                break
        return found

    def _change(self, answers: Answers, end: End) -> Change:
        given = {**answers.given, **end.answers.given}
        ordered = Answers({q.id: given[q.id] for q in self._pack.questions if q.id in given})
        result = evaluate(
            self._pack, ordered, strict=self._strict, none_of_these=self._none_of_these
        )
        assert (result.outcome, result.urgency) == (end.outcome, end.urgency)
        return Change(
            answers=end.answers,
            outcome=result.outcome,
            urgency=result.urgency,
            disposition=result.disposition,
            reason=result.reason,
        )


@lru_cache(maxsize=4)
def _search(pack: RulePack, strict: bool, none_of_these: bool) -> _Search:
    return _Search(pack, strict, none_of_these)
