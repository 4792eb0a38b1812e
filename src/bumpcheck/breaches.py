"""What breaks a safety requirement, in words: what came of the answers, and what must have come."""

from __future__ import annotations

from collections.abc import Mapping

from .answers import parse
from .cases import parts
from .engine import evaluate
from .model import URGENCIES, Invariant, Requirement, RulePack
from .result import Result


def breach(pack: RulePack, invariant: Invariant, said: Mapping[str, object]) -> str:
    """Why these answers break an invariant: its hazard, then what came of them.

    Raises AnswerError where the pack takes no such answers.
    """
    result = evaluate(pack, parse(pack, said))
    came = parts(result)
    hazard = f"{invariant.hazard.rstrip('.')}. " if invariant.hazard else ""
    if invariant.verb == "never":
        wrong = [
            f"the {asked.key} is {_named(asked, result, came)}" for asked in invariant.requires
        ]
        return f"{hazard}Here {', and '.join(wrong)}, which must never be"
    wrong = [
        _missing(asked, came)
        for asked in invariant.requires
        if _of(asked, came).isdisjoint(asked.values)
    ]
    return f"{hazard}Here {', and '.join(wrong)}"


def _of(asked: Requirement, came: Mapping[str, set[str]]) -> set[str]:
    if asked.key == "advice":
        return came["advice"] | came["tags"]
    return came["red-flags" if asked.key == "red-flag" else asked.key]


def _named(asked: Requirement, result: Result, came: Mapping[str, set[str]]) -> str:
    """What of that which is asked for came; of advice its lines, which may be asked for by tags."""
    values = set(asked.values)
    if asked.key == "advice":
        return " and ".join(it.id for it in result.advice if values & {it.id, *it.tags})
    return " and ".join(value for value in asked.values if value in _of(asked, came))


def _missing(asked: Requirement, came: Mapping[str, set[str]]) -> str:
    """What came instead of that which is asked for."""
    several = len(asked.values) > 1
    from_here = several and asked.values == URGENCIES[-len(asked.values) :]
    must = f"at least {asked.values[0]}" if from_here else " or ".join(asked.values)
    if asked.key in ("advice", "red-flag"):
        return f"there is no {asked.key} {must}, which must be"
    return f"the {asked.key} is {' and '.join(_of(asked, came))}, and must be {must}"
