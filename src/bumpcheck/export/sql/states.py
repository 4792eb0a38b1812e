"""From the words of a case to the state of every rule: what holds, what is open, and through what.

Of an alarm four things are looked for: that it holds, that it is possible, and, where it is open,
that it is so through no unsure answer, or through nothing that was not asked. All else follows, and
each of these takes fewer terms than what follows from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from bumpcheck.coded import Coded, CodedPack
from bumpcheck.coded.covers import Covers
from bumpcheck.coded.diagrams import IS_POSSIBLE, IS_TRUE, IS_UNASKED, IS_UNSURE, LeafMap
from bumpcheck.coded.terms import Term
from bumpcheck.model import RedFlag, ReferralSign

from .bits import WORD, Sheet

# The new columns of a layer of the view, by name: SQL over the layer below.
Layer = dict[str, str]


class Bits(Struct, frozen=True):
    """Columns of bits, one bit for each of `count` rules: `kind` and the number of the word."""

    kind: str
    count: int

    @property
    def words(self) -> range:
        return range(-(-self.count // WORD))

    def some(self, rules: Iterable[int]) -> str:
        """Whether one of these rules is so, as SQL."""
        return some({f"{self.kind}{word}": mask for word, mask in _masks(rules).items()})

    def mask(self, word: int, rules: Iterable[int]) -> int:
        """Those of these rules that stand in a word, as bits."""
        return _masks(rules).get(word, 0)


def some(masks: dict[str, int]) -> str:
    """Whether some of these bits of these columns are set, as SQL."""
    tests = [f"({column} & {mask}) <> 0" for column, mask in masks.items()]
    return f"({' OR '.join(tests)})" if tests else "FALSE"


def _masks(rules: Iterable[int]) -> dict[int, int]:
    masks: dict[int, int] = {}
    for rule in rules:
        masks[rule // WORD] = masks.get(rule // WORD, 0) | 1 << rule % WORD
    return masks


class States:
    """The state of every rule. Alarms are numbered in the order in which results tell them.

    `holds`: alarms that hold; `said`: those that an unsure answer raises; `left`: those that are
    not ruled out; `for_`, `may`: evidence that holds, that is open; `other`: conflicts, patterns
    and doors that hold.
    """

    def __init__(self, form: CodedPack, sheet: Sheet, *, none_of_these: bool) -> None:
        rules = form.rules
        self.alarms: tuple[Coded[RedFlag] | Coded[ReferralSign], ...] = (
            *rules.red_flags,
            *rules.signs,
        )
        self.others = tuple(
            [it.node for it in rules.conflicts]
            + [it.node for it in rules.patterns]
            + [it.node for it in rules.doors]
        )
        self.flags = range(len(rules.red_flags))
        self.signs = range(len(rules.red_flags), len(self.alarms))
        # An unsure answer raises these, and leaves the others open.
        self.raisable = [
            at for at, it in enumerate(rules.red_flags) if it.rule.if_unknown != "list"
        ]
        self.holds, self.said, self.left = (
            Bits(kind, len(self.alarms)) for kind in ("holds", "said", "left")
        )
        self.for_, self.may = (Bits(kind, len(rules.evidence)) for kind in ("held", "open"))
        self.other = Bits("other", len(self.others))
        self._none_of_these = none_of_these
        self._form = form
        self._covers = Covers(form.diagrams, form.blocks, form.relations)
        self.found = self._found(sheet)

    def _found(self, sheet: Sheet) -> Layer:
        """What the terms say of every rule."""
        evidence = [it.node for it in self._form.rules.evidence]
        doubted = range(len(self.alarms)) if self._none_of_these else self.raisable
        kinds: dict[str, list[list[Term]]] = {
            "holds": self._where([it.node for it in self.alarms], IS_TRUE),
            "possible": self._where([it.node for it in self.alarms], IS_POSSIBLE),
            "sure": self._open_without(IS_UNSURE, doubted),
            "asked": self._open_without(IS_UNASKED, self.flags),
            "held": self._where(evidence, IS_TRUE),
            "may": self._where(evidence, IS_POSSIBLE),
            "other": self._where(self.others, IS_TRUE),
        }
        return {
            f"{kind}{word}": expression
            for kind, terms in kinds.items()
            for word, expression in enumerate(sheet.slots(terms))
        }

    def _where(self, nodes: Sequence[int], leaves: LeafMap) -> list[list[Term]]:
        """Where rules with these diagrams are in one of the states that `leaves` makes true."""
        wanted = [self._form.diagrams.mapped(node, leaves) for node in nodes]
        return [self._covers.cover(node, node) for node in wanted]

    def _open_without(self, leaves: LeafMap, of: Iterable[int]) -> list[list[Term]]:
        """Where an alarm is open, but not in this way; where it is not open, either will do."""
        diagrams = self._form.diagrams
        terms: list[list[Term]] = [[] for _ in self.alarms]
        for at in of:
            node = self.alarms[at].node
            possible = diagrams.mapped(node, IS_POSSIBLE)
            open_ = diagrams.without(possible, diagrams.mapped(node, IS_TRUE))
            needed = diagrams.without(open_, diagrams.mapped(node, leaves))
            allowed = diagrams.either(needed, diagrams.negated(open_))
            terms[at] = self._covers.cover(needed, allowed)
        return terms

    @property
    def sorted(self) -> Layer:
        """Every alarm sorted by what is known of it, and the evidence that is open."""
        layer: Layer = {}
        unscreened: list[str] = []
        for word in self.holds.words:
            open_ = f"possible{word} & ~holds{word}"
            unsure = f"{open_} & ~sure{word}"
            raisable = self.said.mask(word, self.raisable)
            stays = unsure if self._none_of_these else open_
            layer[f"said{word}"] = f"{unsure} & {raisable}"
            layer[f"left{word}"] = f"{stays} & ~({unsure} & {raisable})"
            flags = self.said.mask(word, self.flags)
            unscreened.append(f"({stays} & ~asked{word} & {flags}) <> 0")
        layer["unscreened"] = " OR ".join(unscreened) or "FALSE"
        for word in self.may.words:
            layer[f"open{word}"] = f"may{word} & ~held{word}"
        return layer
