"""A pack in its coded form: a case is a number for each question, and its result a few "and"s."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from bumpcheck.answers import Answers
from bumpcheck.conditions import AnyRule
from bumpcheck.model import Condition, Found, LookAlike, Rule, RulePack

from .compiling import Compiler
from .diagrams import IS_OPEN, IS_TRUE, IS_UNASKED, IS_UNSURE
from .ruling import by_id, compiled, ruling
from .terms import Terms
from .verdicts import Coded, CodedRules, Judge, Likeness, Verdict


class CodedPack:
    """A pack's questions as blocks, and its rules as diagrams over them and as terms.

    A case in code has a number for each block, then one for each relation. `compiler` is given
    where the blocks are another's as well. Raises NotCodable.
    """

    def __init__(self, pack: RulePack, compiler: Compiler | None = None) -> None:
        self.pack = pack
        self.compiler = compiler or Compiler(pack, _conditions(pack))
        self.diagrams = self.compiler.diagrams
        self.blocks = tuple(self.compiler.blocks.values())
        self.relations = tuple(self.compiler.relations)
        self.terms = Terms(self.diagrams, self.blocks, self.relations)
        rules = ruling(pack)
        by_rank = sorted(pack.advice, key=lambda line: (-line.rank, line.id))
        self.rules = CodedRules(
            red_flags=self._coded(rules.red_flags, is_alarm=True),
            signs=self._coded(rules.signs, is_alarm=True),
            conflicts=self._coded(rules.conflicts),
            evidence=self._coded(rules.evidence, is_open=True),
            patterns=self._coded(rules.patterns),
            doors=self._coded(rules.doors),
            look_alikes=tuple(map(self._likeness, self._coded(by_id(pack.look_alikes)))),
            advice=self._coded(by_rank, is_open=True),
        )
        # Those that no rule builds on as well: taking later diagrams back must not lose them.
        for finding in pack.findings:
            self.compiler.compile(Found(finding.id), as_evaluated=False)
        self.judge = Judge(pack, self.rules)

    def code(self, answers: Answers) -> tuple[int, ...]:
        """A case in code."""
        given = answers.given
        codes = [block.code(given.get(block.column.id)) for block in self.blocks]
        for relation in self.relations:
            first, second = relation.first.column.id, relation.second.column.id
            codes.append(relation.code(given.get(first), given.get(second)))
        return tuple(codes)

    def verdict(
        self, codes: Sequence[int], *, strict: bool = False, none_of_these: bool = False
    ) -> Verdict:
        """The result of a case in code."""
        standing = self.terms.standing(codes)
        return self.judge.verdict(standing, strict=strict, none_of_these=none_of_these)

    def way(self, codes: Sequence[int]) -> list[int]:
        """The child that a case in code takes at every level."""
        way = [0] * self.compiler.depth
        for block, code in zip(self.blocks, codes, strict=False):
            way[block.first : block.end] = block.way(code)
        for relation, code in zip(self.relations, codes[len(self.blocks) :], strict=True):
            way[relation.level] = code
        return way

    def _coded(
        self, rules: Iterable[AnyRule], *, is_alarm: bool = False, is_open: bool = False
    ) -> tuple[Coded[AnyRule], ...]:
        """Rules with their terms; of what is open, as much as a result depends on."""
        mapped, add = self.diagrams.mapped, self.terms.add
        coded: list[Coded[AnyRule]] = []
        for rule in rules:
            node = compiled(self.compiler, rule)
            unsure = add(mapped(node, IS_UNSURE)) if is_alarm else 0
            unasked = add(mapped(node, IS_UNASKED)) if is_alarm else 0
            open_ = add(mapped(node, IS_OPEN)) if is_open else unsure | unasked
            coded.append(Coded(rule, node, add(mapped(node, IS_TRUE)), open_, unsure, unasked))
        return tuple(coded)

    def _likeness(self, coded: Coded[LookAlike]) -> Likeness:
        other = coded.rule
        return Likeness(coded, self._true(other.supported_by), self._true(other.opposed_by))

    def _true(self, conditions: Iterable[Condition]) -> tuple[int, ...]:
        """For each condition, the terms of which one stands where it is true."""
        nodes = map(self.compiler.compile, conditions)
        return tuple([self.terms.add(self.diagrams.mapped(node, IS_TRUE)) for node in nodes])


def nearly_coded(pack: RulePack) -> CodedPack:
    """A pack in a form that may differ from the evaluator for some cases: good for finding some.

    Raises NotCodable.
    """
    return CodedPack(pack, Compiler(pack, _conditions(pack), nearly=True))


@lru_cache(maxsize=4)
def coded(pack: RulePack) -> CodedPack:
    """A pack in its coded form; the same object each time. Raises NotCodable."""
    return CodedPack(pack)


def _conditions(pack: RulePack) -> Iterator[Condition]:
    """Everything that tells answers apart."""
    rules: tuple[Rule, ...] = (
        *pack.findings,
        *pack.red_flags,
        *pack.referral_signs,
        *pack.conflicts,
        *pack.evidence,
        *pack.patterns,
        *pack.default_doors,
        *pack.look_alikes,
        *pack.advice,
    )
    for rule in rules:
        yield rule.condition
    for other in pack.look_alikes:
        yield from (*other.supported_by, *other.opposed_by)
    for invariant in pack.invariants:
        yield invariant.when
