"""Cases found by trying: one answer after another, as long as it gets no worse.

Where a case of a kind can be found like this, nothing needs to be searched. Where none is found,
nothing is known.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from bumpcheck.coded import CodedPack, Single, Verdict
from bumpcheck.coded.diagrams import TRUE
from bumpcheck.coded.samples import Samples
from bumpcheck.model import Outcome

# How many answers are tried before it is begun anew.
STEPS = 300
# What an alarm weighs against points.
HEAVY = 3

Codes = tuple[int, ...]
Score = Callable[[Verdict], float]


class Climbing:
    """Climbs among the cases of a pack, always the same."""

    def __init__(self, pack: CodedPack, samples: Samples) -> None:
        self._pack = pack
        self._samples = samples
        self._chance = random.Random(0)  # noqa: S311  # nothing here is secret
        self._outcomes = [outcome.id for outcome in pack.pack.reassuring]
        self._excludes = {it.rule.id: it.rule.excludes for it in pack.rules.evidence}

    def climbs(self, score: Score, region: int = TRUE) -> Iterator[Codes]:
        """Cases of a region that scored high, one for each climb; it never ends."""
        within = self._pack.diagrams.walked
        start = self._samples.smallest(region)
        while start is not None:
            codes = start
            best = score(self._pack.verdict(codes))
            for _ in range(STEPS):
                other = self._changed(codes)
                if region != TRUE and within(region, self._pack.way(other)) != TRUE:
                    continue
                reached = score(self._pack.verdict(other))
                if reached >= best:
                    codes, best = other, reached
            yield codes

    def earning(self, outcome: Outcome) -> Score:
        """The more, the nearer a case is to an outcome."""
        at = self._outcomes.index(outcome.id)

        def score(verdict: Verdict) -> float:
            if verdict.outcome == outcome.id:
                return 1
            points = verdict.points[at]
            rivals = [count for other, count in enumerate(verdict.points) if other != at]
            leading = points - max(rivals, default=-HEAVY) - outcome.lead
            spoilt = sum([outcome.id in self._excludes[id] for id in verdict.evidence])
            return min(points - outcome.at_least, leading, 0) - HEAVY * (spoilt + _alarms(verdict))

        return score

    def trailing(self, outcome: Outcome) -> Score:
        """The more, the nearer a case is to have the points for an outcome, but not to lead."""
        at = self._outcomes.index(outcome.id)

        def score(verdict: Verdict) -> float:
            points = verdict.points[at]
            rivals = [count for other, count in enumerate(verdict.points) if other != at]
            behind = max(rivals, default=-HEAVY) - points + outcome.lead - 1
            spoilt = sum([len(self._excludes[id]) for id in verdict.evidence])
            return min(points - outcome.at_least, behind, 0) - HEAVY * (spoilt + _alarms(verdict))

        return score

    def short(self, outcome: Outcome) -> Score:
        """The more, the nearer a case is to lead for an outcome, but without the points."""
        at = self._outcomes.index(outcome.id)

        def score(verdict: Verdict) -> float:
            points = verdict.points[at]
            rivals = [count for other, count in enumerate(verdict.points) if other != at]
            leading = points - max(rivals, default=-HEAVY) - outcome.lead
            spoilt = sum([outcome.id in self._excludes[id] for id in verdict.evidence])
            missing = outcome.at_least - 1 - points
            return min(missing, leading, 0) - HEAVY * (spoilt + _alarms(verdict))

        return score

    def _changed(self, codes: Codes) -> Codes:
        """A case with another answer to some question."""
        place = self._chance.randrange(len(self._pack.blocks))
        block = self._pack.blocks[place]
        if isinstance(block, Single):
            code = self._chance.randrange(block.arity)
        else:
            single = 1 << self._chance.randrange(len(block.classes))
            code = self._chance.choice((0, single, codes[place] ^ single))
        return (*codes[:place], code, *codes[place + 1 :])


def _alarms(verdict: Verdict) -> int:
    """Everything that stands in the way of an outcome."""
    return len(verdict.red_flags) + len(verdict.referral_signs) + len(verdict.conflicts)
