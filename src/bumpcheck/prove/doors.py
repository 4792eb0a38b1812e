"""Whom an alarm that leads to another door sends elsewhere: exactly, by what counts besides it."""

from __future__ import annotations

from collections.abc import Sequence

from bumpcheck.coded import CodedPack
from bumpcheck.model import Alarm, RedFlag

from .regions import Cause
from .report import Raw
from .results import Results


class Doors:
    """The doors of a pack's alarms."""

    def __init__(self, pack: CodedPack) -> None:
        self._place = {door: at for at, door in enumerate(pack.pack.doors)}
        self._results = Results(pack)

    def sent_elsewhere(self, alarm: Alarm, other: Alarm) -> Raw | None:
        """Some few answers that lead elsewhere with the doors of the other; None if none do.

        The most urgent alarm names the door, and among equals the later one: an alarm beside which
        there is always another of these has no say. Raises UnfinishedError.
        """
        own = [cause for cause in self._results.regions.causes if cause.id == alarm.id]
        for cause, before, after in zip(own, doors_of(alarm), doors_of(other), strict=True):
            if before != after:
                later = max(self._place[before], self._place[after])
                said = self._alone(cause, self._outranking(cause, later))
                if said is not None:
                    return said
        return None

    def _alone(self, cause: Cause, others: Sequence[Cause]) -> Raw | None:
        """Some few answers where a cause counts and none of the others does."""
        samples, regions = self._results.samples, self._results.regions
        # Mostly there is a plain case, which is found sooner.
        for region in (self._results.plain(cause.region), cause.region):
            codes = samples.smallest(regions.remains(region, others))
            said = None if codes is None else samples.say(codes)
            self._results.rewind()
            if said is not None:
                return said
        return None

    def _outranking(self, cause: Cause, place: int) -> list[Cause]:
        """What counts more than a cause, or as much and leads at least so far."""
        return [
            it
            for it in self._results.regions.causes
            if it.id != cause.id
            and it.door is not None
            and (it.rank > cause.rank or (it.rank == cause.rank and self._place[it.door] >= place))
        ]


def doors_of(alarm: Alarm) -> tuple[str, ...]:
    """Where an alarm leads that holds, then where one does that an unsure answer leaves open."""
    if isinstance(alarm, RedFlag) and alarm.if_unknown != "list":
        return alarm.door, alarm.unknown_door or alarm.door
    return (alarm.door,)
