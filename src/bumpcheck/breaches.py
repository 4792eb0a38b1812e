"""What breaks a safety requirement, in words: what came of the answers, and what must have come."""

from __future__ import annotations

from collections.abc import Mapping

from .answers import parse
from .cases import parts
from .engine import evaluate
from .model import URGENCIES, Invariant, Requirement, RulePack


def breach(pack: RulePack, invariant: Invariant, said: Mapping[str, object]) -> str:
    """Why these answers break an invariant: its hazard, then what came of them.

    Raises AnswerError where the pack takes no such answers.
    """
    came = parts(evaluate(pack, parse(pack, said)))
    hazard = f"{invariant.hazard.rstrip('.')}. " if invariant.hazard else ""
    if invariant.verb == "never":
        wrong = [_never(asked, _of(asked, came)) for asked in invariant.requires]
        return f"{hazard}Here {', and '.join(wrong)}, which must never be"
    wrong = [
        _always(asked, _of(asked, came))
        for asked in invariant.requires
        if _of(asked, came).isdisjoint(asked.values)
    ]
    return f"{hazard}Here {', and '.join(wrong)}"


def _of(asked: Requirement, came: Mapping[str, set[str]]) -> set[str]:
    if asked.key == "advice":
        return came["advice"] | came["tags"]
    return came["red-flags" if asked.key == "red-flag" else asked.key]


def _never(asked: Requirement, came: set[str]) -> str:
    there = [value for value in asked.values if value in came]
    return f"the {asked.key} is {' and '.join(there)}"


def _always(asked: Requirement, came: set[str]) -> str:
    at_least = URGENCIES[-len(asked.values) :]
    if asked.key == "urgency" and len(asked.values) > 1 and asked.values == at_least:
        must = f"at least {asked.values[0]}"
    else:
        must = " or ".join(asked.values)
    if asked.key in ("advice", "red-flag"):
        return f"no {asked.key} is {must}, as it must be"
    return f"the {asked.key} is {', '.join(came)}, and must be {must}"
