"""6: what an interview relies on when it stops.

It stops where the rules that are true, false or open for what was said leave nothing that another
answer could bring about (`outlook`). That is sound if an answer only ever settles what was open:
what is true or false while a question is not asked stays so whatever is said to it, "not sure"
included. So it is proved of every rule, over every set of answers; filling in one question after
the other then changes nothing of what was certain.
"""

from __future__ import annotations

from collections.abc import Iterator

from bumpcheck.coded import Block
from bumpcheck.coded.blocks import Several
from bumpcheck.coded.diagrams import FALSE, LEAVES

from .parts import SECTIONS, coded_rules
from .report import FAILED, PROVED, Proof
from .results import Results


def how_many(results: Results) -> int:
    """How many proofs there are."""
    return sum(len(coded_rules(results.pack.rules, section)) for section in SECTIONS)


def answers_only_settle(results: Results) -> Iterator[Proof]:
    """What is true or false of a rule stays so, whatever is answered besides."""
    for section, kind in SECTIONS.items():
        for coded in coded_rules(results.pack.rules, section):
            lost = FALSE
            for state in (coded.node, results.pack.diagrams.negated(coded.node)):
                lost = lost or _lost(results, results.regions.true(state))
            codes = results.samples.smallest(lost)
            yield Proof(
                property=6,
                kind=kind,
                about=coded.rule.id,
                state=PROVED if lost == FALSE else FAILED,
                place=coded.rule.place,
                case=None if codes is None else results.samples.say(codes),
            )


def _lost(results: Results, region: int) -> int:
    """The cases of a region that some answer to a question not asked would lead out of it."""
    for block in results.pack.blocks:
        lost = _Lost(results, block).of(region)
        if lost != FALSE:
            return lost
    return FALSE


class _Lost:
    """Where a question is not asked, and an answer to it leads out of a region."""

    def __init__(self, results: Results, block: Block) -> None:
        self._diagrams = results.pack.diagrams
        self._block = block
        relations = results.pack.relations
        self._relations = [it.level for it in relations if block in (it.first, it.second)]
        self._known: dict[int, int] = {}

    def of(self, region: int) -> int:
        if region < LEAVES or self._diagrams.level[region] >= self._block.end:
            return FALSE
        known = self._known.get(region)
        if known is None:
            level = self._diagrams.level[region]
            if level >= self._block.first:
                known = self._here(region)
            else:
                children = self._diagrams.children[region]
                known = self._diagrams.node(level, tuple([self.of(child) for child in children]))
            self._known[region] = known
        return known

    def _here(self, node: int) -> int:
        silent, said = self._ways(node)
        for level in self._relations:
            silent = self._as_much(silent, level)
        out = self._diagrams.any_of(self._diagrams.without(silent, other) for other in said)
        return self._if_silent(out)

    def _ways(self, node: int) -> tuple[int, set[int]]:
        """What the region becomes where the question is not asked, and for each answer."""
        block, diagrams = self._block, self._diagrams
        if not isinstance(block, Several):
            *said, silent = diagrams.children[node]
            return silent, set(said)
        # Nothing at all, the way of zeros, is "not asked".
        silent, given = node, {node}
        for level in range(block.first, block.end):
            silent_next = self._below(silent, level, 0)
            given = {self._below(way, level, child) for way in given for child in (0, 1)}
            silent = silent_next
        return silent, given

    def _as_much(self, node: int, level: int) -> int:
        """A region where neither of two amounts is told to be more, as while one is not asked."""
        diagrams = self._diagrams
        if node < LEAVES or diagrams.level[node] > level:
            return node
        children = diagrams.children[node]
        if diagrams.level[node] == level:
            return children[1]
        ways = [self._as_much(child, level) for child in children]
        return diagrams.node(diagrams.level[node], tuple(ways))

    def _below(self, node: int, level: int, child: int) -> int:
        is_here = node >= LEAVES and self._diagrams.level[node] == level
        return self._diagrams.children[node][child] if is_here else node

    def _if_silent(self, node: int) -> int:
        """The cases of a region below the question where that is not asked."""
        block = self._block
        if not isinstance(block, Several):
            others = (FALSE,) * (block.arity - 1)
            return self._diagrams.node(block.first, (*others, node))
        for level in reversed(range(block.first, block.end)):
            node = self._diagrams.node(level, (node, FALSE))
        return node
