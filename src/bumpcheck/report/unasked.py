"""What was not asked, as it is told to a person: nothing that it makes no sense to ask them."""

from __future__ import annotations

from bumpcheck.conditions import conditions
from bumpcheck.facts import FALSE, facts
from bumpcheck.result import Result


def unasked(result: Result) -> tuple[str, ...]:
    """The questions without an answer, but for those that make no sense for this person.

    What an alarm is still open through makes sense whoever it is. JSON names every one.
    """
    pack, case = result.pack, facts(result.pack, result.answers)
    compile_ = conditions(pack).compile
    alarming = {id for open_ in result.not_ruled_out for id in open_.questions}
    return tuple(
        id
        for id in result.not_asked
        if id in alarming or compile_(pack.question(id).ask_when)(case) != FALSE
    )
