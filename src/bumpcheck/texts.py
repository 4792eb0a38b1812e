"""The words around a result, which a pack must have: their keys, and what each is for."""

from __future__ import annotations

import re

from .model import URGENCIES

_PLACE = re.compile(r"\{([a-z]+)\}")

# Words that every pack says in its own way; `{name}` stands for what is filled in.
FIXED: dict[str, str] = {
    "language": "the language of the texts, as in `en` or `pt-BR`",
    "disclaimer": "one line under every result",
    "verdict.conditional": "a reassuring heading with open alarms; takes {verdict}",
    "heading.urgency": "label before the urgency in words",
    "heading.door": "label before the door",
    "heading.sooner": "over the open alarms of any other result",
    "heading.missing": "before the questions whose answers are missing",
    "heading.because": "over what led to the verdict",
    "heading.look-alikes": "over what else it can be",
    "heading.do": "over what to do",
    "heading.avoid": "over what to avoid",
    "heading.expect": "over what to expect",
    "heading.see": "over when to seek help",
    "heading.where": "over the drawing",
    "heading.compare": "over the outcomes side by side",
    "heading.not-ruled-out": "over what else the answers leave open",
    "heading.answers": "over the answers taken",
    "heading.findings": "over what was worked out from the answers",
    "heading.open": "over the questions that rules stayed out for, each with what these lacked",
    "heading.changes": "over the other answers that would change the result",
    "heading.sources": "over the sources",
    "heading.unsure": "before a flag that counts because the answer was unsure",
    "label.also": "before further reasons, in short",
    "label.unknown": "before the questions that could not be answered",
    "label.not-asked": "before the questions that were not asked",
    "label.filled-in": "before what was read in a list and does not apply",
    "label.points": "before the points",
    "label.needs": "what an outcome needs to be earned; takes {points} and {lead}",
    "label.no-chance": "that points are no probability",
    "label.outranked": "that alarms, not points, decided",
    "label.more": "what is left out of a list; takes {count}",
    "label.as-answered": "beside a phrase that the answers agree with",
    "label.both-sides": "that a place is marked on both sides, since no side is asked",
    "label.elsewhere": "before the places that are not on the drawing",
    "label.day": "before the date of a report",
    "label.for": "before the answers that speak for what else it could be",
    "label.against": "before the answers that speak against it",
    "label.if": "other answers and what comes of them; takes {answers} and {verdict}",
    "label.answer": "another answer that has no clause; takes {question} and {said}",
    "label.and": "between other answers that must come together",
    "compare.seldom": "a phrase that speaks against an outcome; takes {what}",
    "compare.not": "a phrase that rules an outcome out; takes {what}",
    "label.excludes": "an argument that rules an outcome out; takes {outcome}",
    "label.confirms": "an argument that settles an outcome; takes {outcome}",
    "reason.conflict": "why answers that clash are referred",
    "reason.not-screened": "why too few questions were asked",
    "reason.not-enough": "why too little is known",
    "reason.neither": "why none of the outcomes fits",
    "decision": "how a rule that rests on a choice says so",
    "copy": "how a source says that only a copy of it was read",
    "not-reviewed": "that nobody has reviewed the pack",
    "reviewed": "who did; takes {by}, {on} and {until}",
}


def required(outcomes: tuple[str, ...], doors: tuple[str, ...]) -> dict[str, str]:
    """Every key a pack with these reassuring outcomes and doors needs, and its use."""
    return {
        **FIXED,
        **{f"urgency.{urgency}": "the urgency in words" for urgency in URGENCIES},
        **{
            f"verdict.{urgency}": "heading of a referral; takes {door}" for urgency in URGENCIES[1:]
        },
        **{f"open.{urgency}": "label of open alarms of that urgency" for urgency in URGENCIES[1:]},
        **{f"outcome.{outcome}": "heading of that outcome" for outcome in outcomes},
        **{f"name.{outcome}": "that outcome as a heading of a column" for outcome in outcomes},
        **{f"door.{door}": "who that is, in words" for door in doors},
    }


def places(use: str) -> frozenset[str]:
    """What a text takes, read off what it is for: "takes {door}" is `door`."""
    return frozenset(_PLACE.findall(use))


def strange(text: str, known: frozenset[str]) -> str | None:
    """The first thing in braces that is no known place; None where there is none.

    Nothing in a text is evaluated: `{door}` stands for the door, and braces for nothing else.
    """
    rest = _PLACE.sub(lambda found: "" if found[1] in known else found[0], text)
    braces = re.search(r"[{}][^{}]*\}?", rest)
    return braces[0] if braces else None


def fill(text: str, **words: str) -> str:
    """A text with its places filled in."""
    return _PLACE.sub(lambda found: words.get(found[1], found[0]), text)
