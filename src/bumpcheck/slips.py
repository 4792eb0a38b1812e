"""The slips of an author of rules: every small change to one rule, and how it is told.

A limit moved to the next one that the pack knows, an exception dropped, an answer taken from a
list, an urgency or a door taken for its neighbour, an outcome that takes a point more or less, a
line of advice that lacks a sentence or says another number.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import structs

from .model import (
    RANK,
    URGENCIES,
    Advice,
    Alarm,
    AllOf,
    AnyOf,
    Chosen,
    Condition,
    DefaultDoor,
    Measured,
    Not,
    Outcome,
    Pattern,
    RedFlag,
    Rule,
    RulePack,
    Urgency,
    Words,
)
from .quantities import parse
from .spoken import in_words

BOUNDS = ("at_least", "over", "at_most", "under")
# What an outcome needs, and the least that it may be where it has a least.
NEEDS = {"at_least": None, "lead": 1}
# Where a sentence ends, and what it says in figures.
SENTENCE = re.compile(r"(?<=[.!?]) ")
FIGURE = re.compile(r"\d+")

# What can be changed a little: a rule, or what an outcome needs.
Changeable = Rule | Outcome
# The limits of each question, in order.
Limits = dict[str, list[float]]


def slips(pack: RulePack, rule: Changeable, limits: Limits) -> Iterator[tuple[str, Changeable]]:
    """Every small change to a rule: in words, and what becomes of it."""
    if isinstance(rule, Outcome):
        yield from _needing(rule)
    else:
        yield from _meaning(pack, rule, limits)
    if isinstance(rule, RedFlag):
        yield from _counting(rule)
    yield from _leading(pack, rule)
    if isinstance(rule, Advice):
        yield from _saying(rule)


def _needing(outcome: Outcome) -> Iterator[tuple[str, Outcome]]:
    """An outcome that takes a point more or less, or so much of a lead."""
    for need, least in NEEDS.items():
        value: int = getattr(outcome, need)
        for moved in (value - 1, value + 1):
            if outcome.reassures and (least is None or moved >= least):
                change = f"{need.replace('_', '-')} {value} -> {moved}"
                yield change, structs.replace(outcome, **{need: moved})


def _counting(flag: RedFlag) -> Iterator[tuple[str, RedFlag]]:
    """A red flag that counts as the urgency before or after its own, as far as that may be said."""
    for field in ("urgency", "if_unknown"):
        urgency: Urgency | Literal["list"] = getattr(flag, field)
        if urgency == "list":
            continue
        for rank in (RANK[urgency] - 1, RANK[urgency] + 1):
            other = structs.replace(flag, **{field: URGENCIES[min(rank, len(URGENCIES) - 1)]})
            if other != flag and _may_count(other):
                yield f"{field.replace('_', '-')} {urgency} -> {getattr(other, field)}", other


def _may_count(flag: RedFlag) -> bool:
    """Whether a flag of this urgency may count an unsure answer as that (contract, section 2)."""
    if RANK[flag.urgency] < RANK["soon"] or flag.if_unknown == "self-care":
        return False
    if flag.if_unknown == "list":
        return flag.urgency == "soon" or flag.repeats is not None
    least = RANK["soon"] if flag.urgency == "emergency" else 0
    return least <= RANK[flag.if_unknown] <= RANK[flag.urgency]


def _leading(pack: RulePack, rule: Changeable) -> Iterator[tuple[str, Changeable]]:
    """The same leading to the door before or after its own, in the order of the pack."""
    if not isinstance(rule, Alarm | Pattern | DefaultDoor | Outcome):
        return
    for field in ("door", "unknown_door") if isinstance(rule, RedFlag) else ("door",):
        door: str | None = getattr(rule, field)
        if door is None:
            continue
        at = pack.doors.index(door)
        for other in (*pack.doors[max(0, at - 1) : at], *pack.doors[at + 1 : at + 2]):
            change = f"{field.replace('_', '-')} {door} -> {other}"
            yield change, structs.replace(rule, **{field: other})


def says_otherwise(rule: Changeable, changed: Changeable | None) -> bool:
    """Whether two lines of advice differ in what they say, or in how useful they are, alone."""
    if not isinstance(rule, Advice) or not isinstance(changed, Advice):
        return False
    return structs.replace(changed, text=rule.text, rank=rule.rank) == rule


def _saying(line: Advice) -> Iterator[tuple[str, Advice]]:
    """A line that says less, or another number, or that gives way to every other."""
    for change, text in _worded(line.text):
        yield change, structs.replace(line, text=text)
    if line.rank:
        yield f"rank {line.rank} -> 0", structs.replace(line, rank=0)


def _worded(words: Words) -> Iterator[tuple[str, Words]]:
    if isinstance(words, str):
        yield from _misspoken(words)
        return
    *others, _ = words
    for person in others:
        left = {other: text for other, text in words.items() if other != person}
        yield f"no words for {person}", left
    for person, text in words.items():
        for change, other in _misspoken(text):
            yield f"{person}: {change}", {**words, person: other}


def _misspoken(text: str) -> Iterator[tuple[str, str]]:
    """A text without one of its sentences, or with one of its numbers too high."""
    sentences = SENTENCE.split(text)
    for at, sentence in enumerate(sentences):
        left = " ".join((*sentences[:at], *sentences[at + 1 :]))
        yield f"without `{sentence}`", left
    for figure in FIGURE.finditer(text):
        number = int(figure[0])
        changed = f"{text[: figure.start()]}{number + 1}{text[figure.end() :]}"
        yield f"{number} -> {number + 1} in `{_around(text, figure)}`", changed


def _around(text: str, found: re.Match[str]) -> str:
    """The sentence in which something was found."""
    start = max((end.end() for end in SENTENCE.finditer(text, 0, found.start())), default=0)
    return SENTENCE.split(text[start:])[0]


def _meaning(pack: RulePack, rule: Rule, limits: Limits) -> Iterator[tuple[str, Rule]]:
    """A rule that applies to others."""
    for change, when in _variants(pack, rule.when, limits):
        yield change, structs.replace(rule, when=when)
    if rule.unless is not None:
        yield "without its `unless`", structs.replace(rule, unless=None)
        for change, unless in _variants(pack, rule.unless, limits):
            yield f"unless: {change}", structs.replace(rule, unless=unless)


def _variants(
    pack: RulePack, condition: Condition, limits: Limits
) -> Iterator[tuple[str, Condition]]:
    """A condition with one part changed, and how."""
    match condition:
        case Chosen(question, answers) if len(answers) > 1:
            for answer in answers:
                left = tuple(other for other in answers if other != answer)
                yield f"{question} without {answer}", Chosen(question, left)
        case Measured(question):
            for moved in _moved(condition, limits[question]):
                yield f"{in_words(pack, condition)} -> {in_words(pack, moved)}", moved
        case Not(part):
            yield f"without `{in_words(pack, condition)}`", AllOf(())
            for change, other in _variants(pack, part, limits):
                yield change, Not(other)
        case AllOf(parts) | AnyOf(parts):
            for at, part in enumerate(parts):
                for change, other in _variants(pack, part, limits):
                    yield change, type(condition)((*parts[:at], other, *parts[at + 1 :]))


def _moved(condition: Measured, limits: list[float]) -> Iterator[Measured]:
    """The same with one bound moved to the next limit below or above that the pack knows."""
    for bound in BOUNDS:
        value = getattr(condition, bound)
        if value is None:
            continue
        below, above = bisect_left(limits, value) - 1, bisect_right(limits, value)
        for at in (below, above):
            if 0 <= at < len(limits):
                moved = structs.replace(condition, **{bound: limits[at]})
                low, high = moved.interval
                if low < high:
                    yield moved


def limits_of(pack: RulePack, rules: Iterable[Rule]) -> Limits:
    """Every limit that a rule or a band of the interview sets, by question, in order."""
    limits: dict[str, set[float]] = {question.id: set() for question in pack.questions}
    for question in pack.questions:
        if question.measure is not None:
            limits[question.id] |= {parse(b.value, question.measure).amount for b in question.bands}
    for rule in rules:
        for condition in (rule.when, rule.unless):
            for measured in _measured(condition):
                values = (getattr(measured, bound) for bound in BOUNDS)
                limits[measured.question] |= {value for value in values if value is not None}
    return {question: sorted(values) for question, values in limits.items()}


def _measured(condition: Condition | None) -> Iterator[Measured]:
    match condition:
        case Measured():
            yield condition
        case Not(part):
            yield from _measured(part)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _measured(part)
