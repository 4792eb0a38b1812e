"""The rules that decide outcome and urgency as terms, sorted by what they decide."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bumpcheck.coded import Block, Coded, CodedRules, Compiler, Judge, Several
from bumpcheck.coded.diagrams import BOTH, IS_TRUE, IS_UNASKED, IS_UNSURE, LEAVES, LeafMap
from bumpcheck.coded.terms import Terms
from bumpcheck.conditions import conditions
from bumpcheck.model import RANK, URGENCIES, Condition, RulePack, Urgency

from .several import Walk, can_be_said

ROUTINE = RANK["routine"]
IS_BOTH: LeafMap = tuple([int(leaf == BOTH) for leaf in range(LEAVES)])

# Where answers lead: the weightiest class of terms that is settled, and what can still stand.
State = tuple[int, int]


class Asked(Terms):
    """Terms of which it is told what they ask."""

    def asked(self, place: int) -> dict[int, int]:
        """By the diagram that must be true at a place, the terms that ask it there."""
        return self._asking[place]


class Decisive:
    """The alarms, conflicts and evidence of a pack as terms, sorted by what they decide.

    `varying` are the places of the questions that can be answered otherwise. `classes` are terms,
    the weightiest first; where none of them stands, the points decide.
    """

    def __init__(self, pack: RulePack, *, strict: bool, none_of_these: bool) -> None:
        self.pack = pack
        rules = (*pack.red_flags, *pack.referral_signs, *pack.conflicts, *pack.evidence)
        self._compiler = Compiler(pack, [rule.condition for rule in rules])
        self.diagrams = self._compiler.diagrams
        self.blocks: tuple[Block, ...] = tuple(self._compiler.blocks.values())
        self.relations = tuple(self._compiler.relations)
        self.terms = Asked(self.diagrams, self.blocks, self.relations)
        # The places of the two quantities of each relation.
        self.compared = tuple(
            (self.blocks.index(relation.first), self.blocks.index(relation.second))
            for relation in self.relations
        )
        self.varying = tuple(
            place for place, block in enumerate(self.blocks) if not block.question.fixed
        )
        ranked = self._ranked()
        conflicts = self._true(conflict.condition for conflict in pack.conflicts)
        unscreened = self._unscreened(none_of_these) if strict else 0
        # From the most urgent down to what is routine; all of those after it are routine as well.
        self.classes = (*reversed(ranked[ROUTINE:]), conflicts, unscreened)
        self.routine = len(URGENCIES) - 1 - ROUTINE
        # What holds where an answer to one question contradicts itself: that is none.
        self.contradictions = self._true(
            conflict.condition
            for conflict in pack.conflicts
            if len(conditions(pack).reads(conflict.condition)) == 1
        )
        self.above = tuple(any_of(self.classes[:at]) for at in range(len(self.classes)))
        pieces = [
            Coded(piece, node, self._add(node, IS_TRUE))
            for piece in pack.evidence
            for node in [self._compiler.compile(piece.condition)]
        ]
        self._evidence = any_of(piece.true for piece in pieces)
        self._judge = Judge(pack, CodedRules((), (), (), tuple(pieces), (), ()))
        self._known: dict[int, int] = {}
        self._names: dict[int, tuple[str, ...]] = {}

    def _ranked(self) -> list[int]:
        """The terms of the alarms, by the urgency that they make it at least."""
        ranked = [0] * len(URGENCIES)
        for flag in self.pack.red_flags:
            node = self._compiler.compile(flag.condition)
            ranked[RANK[flag.urgency]] |= self._add(node, IS_TRUE)
            if flag.if_unknown != "list":
                ranked[RANK[flag.if_unknown]] |= self._add(node, IS_UNSURE)
        ranked[ROUTINE] |= self._true(sign.condition for sign in self.pack.referral_signs)
        return ranked

    def _unscreened(self, none_of_these: bool) -> int:
        """The terms of the flags left open by what was not asked.

        Whoever read the list has denied those that an unsure answer does not leave open as well.
        """
        leaves = IS_BOTH if none_of_these else IS_UNASKED
        nodes = (self._compiler.compile(flag.condition) for flag in self.pack.red_flags)
        return any_of(self._add(node, leaves) for node in nodes)

    def _true(self, conditions: Iterable[Condition]) -> int:
        return any_of(self._add(self._compiler.compile(it), IS_TRUE) for it in conditions)

    def _add(self, node: int, leaves: LeafMap) -> int:
        return self.terms.add(self.diagrams.mapped(node, leaves))

    def class_of(self, urgency: Urgency) -> int:
        """The class of the terms that make it so urgent."""
        return len(URGENCIES) - 1 - RANK[urgency]

    def verdict(self, settled: int, standing: int) -> tuple[tuple[str, Urgency], bool]:
        """The outcome and urgency of a state, and whether only a conflict makes it so."""
        if settled < len(self.classes):
            urgency = URGENCIES[max(ROUTINE, len(URGENCIES) - 1 - settled)]
            return (self.pack.default.id, urgency), settled == self.routine + 1
        earned = self._judge.balance(standing & self._evidence).earned
        if earned is None:
            return (self.pack.default.id, "routine"), False
        return (earned.id, "self-care"), False

    def after(self, settled: int, standing: int, later: int) -> State:
        """A state without what is of no account, where only `later` terms can still fall."""
        definite = standing & ~later
        for at, terms in enumerate(self.classes[:settled]):
            if definite & terms:
                return at, standing & (self.above[at] | self.contradictions)
        return settled, standing

    # --- What answers leave -----------------------------------------------------------------------

    def other(self, place: int) -> int | None:
        """The quantity that one is compared with."""
        for first, second in self.compared:
            if place in (first, second):
                return second if place == first else first
        return None

    def asks(self, place: int) -> int:
        """The terms that ask a question, or how it compares with another."""
        terms = self.terms.asks(place)
        for at, ends in enumerate(self.compared, start=len(self.blocks)):
            if place in ends:
                terms |= self.terms.asks(at)
        return terms

    def walk(self, place: int, spend: Callable[[int], None]) -> Walk:
        """A walk through the answers to a question of several."""
        block = self.blocks[place]
        assert isinstance(block, Several)
        return Walk(
            self.diagrams,
            block,
            self.terms.asked(place),
            after=self.after,
            contradictions=self.contradictions,
            spend=spend,
        )

    def start(self, standing: int, places: Iterable[int], later: int) -> State:
        """Before anything is said anew: only new answers may not contradict themselves."""
        theirs = self.contradictions & any_of(map(self.terms.asks, places))
        return self.after(len(self.classes), standing & ~self.contradictions | theirs, later)

    def names(self, place: int) -> tuple[str, ...]:
        """One answer of each class of a question, the first of the pack's order."""
        names = self._names.get(place)
        if names is None:
            block = self.blocks[place]
            of = {bit: id for id, bit in block.column.bits.items()}
            names = self._names[place] = tuple([of[bits & -bits] for bits in block.classes])
        return names

    def known(self, place: int) -> int:
        """The terms that some known answer to a question lets stand."""
        terms = self._known.get(place)
        if terms is None:
            terms = -1
            for node, asking in self.terms.asked(place).items():
                if not can_be_said(self.diagrams, self.blocks[place], node):
                    terms &= ~asking
            self._known[place] = terms
        return terms


def any_of(terms: Iterable[int]) -> int:
    """All of these terms together."""
    joined = 0
    for one in terms:
        joined |= one
    return joined
