"""Whom an alarm that is changed sends elsewhere, or sooner: exactly, by what counts besides it.

What counts names an urgency and a door, and of all that counts the greatest is taken: the most
urgent, and among equals the later door. So a change shows exactly where all else is less than the
alarm as it was, or less than what it has become.
"""

from __future__ import annotations

from collections.abc import Sequence

from bumpcheck.coded import CodedPack
from bumpcheck.model import RANK, Alarm, RedFlag, Urgency

from .regions import Cause, UnfinishedError
from .report import Raw
from .results import Results


class Sending:
    """Where the alarms of a pack send people."""

    def __init__(self, pack: CodedPack) -> None:
        self._place = {door: at for at, door in enumerate(pack.pack.doors)}
        self._results = Results(pack)

    def otherwise(self, alarm: Alarm, other: Alarm) -> Raw | None:
        """Some few answers that another alarm in its place sends elsewhere, or sooner or later.

        The two apply to the same people. None if it makes no difference to anybody: where something
        that counts as much always stands beside it. Raises UnfinishedError.
        """
        own = [cause for cause in self._results.regions.causes if cause.id == alarm.id]
        for cause, before, after in zip(own, sends(alarm), sends(other), strict=True):
            if before != after:
                greater = max(self._weight(*before), self._weight(*after))
                said = self._alone(cause, self._at_least(greater, cause.id))
                if said is not None:
                    return said
        return None

    def _weight(self, urgency: Urgency, door: str) -> tuple[int, int]:
        return RANK[urgency], self._place[door]

    def _at_least(self, weight: tuple[int, int], but: str) -> list[Cause]:
        """What counts at least so much, but for one alarm."""
        return [
            cause
            for cause in self._results.regions.causes
            if cause.id != but
            and cause.door is not None
            and (cause.rank, self._place[cause.door]) >= weight
        ]

    def _alone(self, cause: Cause, others: Sequence[Cause]) -> Raw | None:
        """Some few answers where a cause counts and none of the others does."""
        samples, regions = self._results.samples, self._results.regions
        # Mostly there is a plain case, which is found sooner.
        for region in (self._results.plain(cause.region), cause.region):
            is_last = region == cause.region
            try:
                codes = samples.smallest(regions.remains(region, others))
                if codes is not None:
                    return samples.say(codes)
            except UnfinishedError:
                if is_last:
                    raise
            finally:
                self._results.rewind()
        return None


def sends(alarm: Alarm) -> tuple[tuple[Urgency, str], ...]:
    """How soon and where an alarm sends that holds, then one that an unsure answer leaves open."""
    if not isinstance(alarm, RedFlag):
        return (("routine", alarm.door),)
    holds = (alarm.urgency, alarm.door)
    if alarm.if_unknown == "list":
        return (holds,)
    return holds, (alarm.if_unknown, alarm.unknown_door or alarm.door)
