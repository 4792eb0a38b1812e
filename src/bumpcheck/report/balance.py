"""Why, in full: the balance of the evidence, and what followed from what.

Everything here is read off a result and its pack; nothing decides anything. Points weigh reasons
against each other and are never shown as a share or a chance.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from bumpcheck.conditions import conditions
from bumpcheck.facts import TRUE, facts
from bumpcheck.model import (
    UNKNOWN,
    AllOf,
    AnyOf,
    Chosen,
    Citation,
    Condition,
    Evidence,
    Finding,
    Found,
    Longer,
    Measured,
    Reason,
    RulePack,
)
from bumpcheck.result import Result
from bumpcheck.texts import fill

from .lines import Line, wrapped
from .sources import Numbered

# Where one of these decided, points did not.
OUTRANKING: tuple[Reason, ...] = ("red-flag", "referral-sign", "conflict")
# What an argument that settles or excludes an outcome counts for where arguments are sorted.
DECISIVE = 1000
# One point is drawn as two columns where there is room, and nothing is drawn where there is none.
WIDEST_POINT = 2
NARROWEST_SIDE = 4
INDENT = "  "


class Weight(Struct, frozen=True):
    """What an argument says of one outcome: points, or in words that it settles or excludes it."""

    outcome: str
    points: int
    settles: str | None = None


class Argument(Struct, frozen=True):
    """A piece of evidence that holds, with its weight for each outcome that it speaks of."""

    because: str
    weights: tuple[Weight, ...]
    sources: tuple[Citation, ...]


class Branch(Struct, frozen=True):
    """Something worked out, the answers it rests on, and what else it builds on."""

    text: str
    answers: tuple[str, ...] = ()
    under: tuple[Branch, ...] = ()


def arguments(result: Result) -> tuple[Argument, ...]:
    """The evidence that holds, the weightiest first."""
    # Evidence comes in order of id, and sorting keeps that among equals.
    ordered = sorted(result.evidence, key=weight_of, reverse=True)
    return tuple(
        Argument(
            because=result.say(piece.because),
            weights=tuple(_weights(result.pack, piece)),
            sources=piece.sources,
        )
        for piece in ordered
    )


def weight_of(piece: Evidence) -> int:
    """How much a piece of evidence says, for whatever it says it."""
    decisive = DECISIVE if piece.excludes or piece.confirms else 0
    return decisive + max((abs(count) for _, count in piece.points), default=0)


def _weights(pack: RulePack, piece: Evidence) -> Iterator[Weight]:
    """In the order of the pack's outcomes."""
    points = dict(piece.points)
    for outcome in pack.reassuring:
        settles = None
        if outcome.id in piece.excludes:
            settles = fill(pack.texts["label.excludes"], outcome=outcome.id)
        elif outcome.id in piece.confirms:
            settles = fill(pack.texts["label.confirms"], outcome=outcome.id)
        if settles is not None or outcome.id in points:
            yield Weight(outcome.id, points.get(outcome.id, 0), settles)


def argued(pack: RulePack, piece: Evidence) -> str:
    """What a piece of evidence says, in points and words."""
    said = (
        weight.settles or f"{weight.outcome} {weight.points:+d}" for weight in _weights(pack, piece)
    )
    return ", ".join(said)


# --- Bars of text ---------------------------------------------------------------------------------


class Bars:
    """Draws points as bars of ASCII to the left and right of a line; the number stands before."""

    def __init__(self, result: Result, width: int) -> None:
        names = [outcome.id for outcome in result.pack.reassuring]
        most = max(
            [
                *(abs(count) for count in result.points.values()),
                *(abs(count) for piece in result.evidence for _, count in piece.points),
            ],
            default=0,
        )
        self._name = max(map(len, names), default=0)
        self._number = len(f"{-most:+d}")
        # Between the parts stand a space, two more, and the line itself.
        room = (width - len(INDENT) - self._name - self._number - 4) // 2
        self._side = min(room, WIDEST_POINT * most) if room >= NARROWEST_SIDE else 0
        self._most = most

    def line(self, weight: Weight) -> str:
        """One outcome: its name, its points, its bar; or in words what settles it."""
        name = f"{INDENT}{weight.outcome.ljust(self._name)}"
        if weight.settles:
            return f"{name}  {weight.settles}"
        number = f"{weight.points:+d}".rjust(self._number)
        if not self._side:
            return f"{name} {number}"
        drawn = "=" * self._columns(abs(weight.points))
        left = (drawn if weight.points < 0 else "").rjust(self._side)
        return f"{name} {number}  {left}|{drawn if weight.points > 0 else ''}"

    def _columns(self, points: int) -> int:
        """As long as the points tell, and never so short that some are not seen."""
        return max(1, points * self._side // self._most) if points else 0


# --- What followed from the answers ---------------------------------------------------------------


def worked_out(result: Result) -> tuple[Branch, ...]:
    """The findings as trees: at the root what nothing else builds on, below it what it rests on."""
    forest = _Forest(result)
    built_on = {id for found in result.findings for id in forest.builds_on(found)}
    return tuple(forest.branch(found) for found in result.findings if found.id not in built_on)


class _Forest:
    def __init__(self, result: Result) -> None:
        self._pack = result.pack
        self._case = facts(result.pack, result.answers)
        self._compile = conditions(result.pack).compile
        self._holding = {found.id: found for found in result.findings}
        self._given = result.answers.as_input(result.pack)
        self._asked = result.answers.given
        self._told: set[str] = set()

    def branch(self, found: Finding) -> Branch:
        """A finding; told in full where it is met first, by name wherever it is met again."""
        if found.id in self._told:
            return Branch(found.text)
        self._told.add(found.id)
        reasons = tuple(self._reasons(found.condition))
        return Branch(
            text=found.text,
            answers=tuple(
                dict.fromkeys(
                    self._said(question)
                    for part in reasons
                    for question in self._questions(part)
                    if question in self._asked
                )
            ),
            under=tuple(self.branch(self._holding[id]) for id in self.builds_on(found)),
        )

    def builds_on(self, found: Finding) -> tuple[str, ...]:
        """The findings, among those that hold, that this one builds on."""
        named = (p.finding for p in self._reasons(found.condition) if isinstance(p, Found))
        return tuple(dict.fromkeys(id for id in named if id in self._holding))

    def _reasons(self, condition: Condition) -> Iterator[Condition]:
        """The parts of a condition that make it true; what is not so is one part as it stands."""
        match condition:
            case AllOf(parts):
                for part in parts:
                    yield from self._reasons(part)
            case AnyOf(parts):
                # Where several are true, each is a reason by itself.
                for part in parts:
                    if self._compile(part)(self._case) == TRUE:
                        yield from self._reasons(part)
            case _:
                yield condition

    def _questions(self, part: Condition) -> tuple[str, ...]:
        """The questions that a reason reads; those of a finding that holds are told there."""
        match part:
            case Found(finding) if finding in self._holding:
                return ()
            case Chosen(question) | Measured(question):
                return (question,)
            case Longer(question, than):
                return (question, than)
        reads = conditions(self._pack).reads(part)
        return tuple(id for id in self._given if id in reads)

    def _said(self, question: str) -> str:
        said = self._given.get(question, UNKNOWN)
        return f"{question}: {', '.join(said) if isinstance(said, list) else said}"


# --- All of it as lines of words ------------------------------------------------------------------


def lines(result: Result, numbered: Numbered, width: int) -> Iterator[Line]:
    """What followed from the answers, and the balance."""
    texts = result.pack.texts
    trees = worked_out(result)
    if trees:
        yield Line()
        yield from wrapped(texts["heading.findings"], width, "heading")
    for tree in trees:
        yield from _branch(tree, INDENT, width)
    yield from _balance(result, numbered, width)


def _branch(branch: Branch, indent: str, width: int) -> Iterator[Line]:
    """A finding with the answers it rests on, and below it what else it builds on."""
    answers = f" ({'; '.join(branch.answers)})" if branch.answers else ""
    # However long a chain is, there must be room left for words.
    shown = indent[: width // 2]
    yield from wrapped(f"{branch.text}{answers}", width, "body", f"{shown}- ", f"{shown}  ")
    for under in branch.under:
        yield from _branch(under, f"{indent}    ", width)


def _balance(result: Result, numbered: Numbered, width: int) -> Iterator[Line]:
    """Every piece of evidence as bars to the left and right; the numbers stand beside them."""
    texts, bars = result.pack.texts, Bars(result, width)

    def bar(weight: Weight) -> Iterator[Line]:
        line = bars.line(weight)
        if len(line) <= width:
            yield Line(line)
        else:
            yield from wrapped(line.strip(), width, "body", INDENT, "    ")

    yield Line()
    points = ", ".join(f"{id} {count:+d}" for id, count in result.points.items())
    yield from wrapped(f"{texts['label.points']}: {points}", width, "heading")
    yield from wrapped(texts["label.no-chance"], width, "small")
    if result.reason in OUTRANKING:
        yield from wrapped(texts["label.outranked"], width, "small")
    for outcome in result.pack.reassuring:
        needs = fill(texts["label.needs"], points=f"{outcome.at_least}", lead=f"{outcome.lead}")
        yield from bar(Weight(outcome.id, result.points[outcome.id]))
        yield from wrapped(needs, width, "small", "    ", "    ")
    for argument in arguments(result):
        yield Line()
        for weight in argument.weights:
            yield from bar(weight)
        said = f"{argument.because}{numbered.cite(argument.sources)}"
        yield from wrapped(said, width, "body", "    ", "    ")
