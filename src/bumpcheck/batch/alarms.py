"""What could be serious in each row of a block, in planes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from bumpcheck.model import RANK, URGENCIES, RedFlag, ReferralSign, Urgency

from .planes import any_of, first_of


class Alarming(Struct, frozen=True):
    """The rows in which a red flag or referral sign counts, with this urgency and door."""

    id: str
    urgency: Urgency
    door: str
    rows: int


class Alarms(Struct, frozen=True):
    """What counts, and what is not ruled out, in the order in which results tell them.

    `unscreened` are the rows in which a red flag could still hold through what was not asked.
    """

    raised: list[Alarming]
    signs: list[Alarming]
    open: list[tuple[str, int]]
    unscreened: int

    def top(self, among: int) -> dict[str, int]:
        """Of these rows, those whose most urgent alarm has each urgency; `routine` is the least."""
        urgent = [urgency for urgency in reversed(URGENCIES) if RANK[urgency] > RANK["routine"]]
        of_urgency = [any_of(it.rows for it in self.raised if it.urgency == u) for u in urgent]
        planes = first_of([*of_urgency, among], among)
        return dict(zip([*urgent, "routine"], planes, strict=True))

    def doors(self, top: Mapping[str, int]) -> dict[str, int]:
        """The rows in which the most urgent alarms name each door; several may be named."""
        named: dict[str, int] = {}
        for it in (*self.raised, *self.signs):
            named[it.door] = named.get(it.door, 0) | it.rows & top.get(it.urgency, 0)
        return named


def sorted_out(
    flags: Iterable[tuple[RedFlag, Sequence[int]]],
    signs: Iterable[tuple[ReferralSign, Sequence[int]]],
    *,
    none_of_these: bool,
) -> Alarms:
    """Sort out every alarm, each with the rows where it is true, unsure and unasked.

    They come in the order of results, the most urgent first. Where the list of open alarms was
    shown and none applied, those open only through what was not asked are ruled out.
    """
    raised: list[Alarming] = []
    open_: list[tuple[str, int]] = []
    unscreened = 0
    for flag, (true, unsure, unasked) in flags:
        still_open = unsure if none_of_these else unsure | unasked
        unscreened |= still_open & unasked
        raised.append(Alarming(flag.id, flag.urgency, flag.door, true))
        if flag.if_unknown == "list":
            open_.append((flag.id, still_open))
        else:
            door = flag.unknown_door or flag.door
            raised.append(Alarming(flag.id, flag.if_unknown, door, unsure))
            open_.append((flag.id, still_open ^ unsure))
    referring: list[Alarming] = []
    for sign, (true, unsure, unasked) in signs:
        referring.append(Alarming(sign.id, "routine", sign.door, true))
        open_.append((sign.id, unsure if none_of_these else unsure | unasked))
    raised.sort(key=lambda it: (-RANK[it.urgency], it.id))
    return Alarms(raised, referring, open_, unscreened)
