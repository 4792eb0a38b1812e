"""Of what stands in an order, the first that applies is taken: each must be somebody's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bumpcheck.coded.compiling import Compiler, NotCodable
from bumpcheck.coded.diagrams import FALSE, IS_TRUE
from bumpcheck.model import Rule, RulePack

from .needed import NEVER_APPLIES
from .report import FAILED, PROVED, UNFINISHED, Proof

PERSON, DEFAULT_DOOR = "person", "default door"
COMES_TOO_LATE = "everybody is taken by those before it"


def each_is_taken(pack: RulePack) -> Iterator[Proof]:
    """4, of what is no rule: every person and default door is the first that applies to somebody.

    Of a default door, whether or not an alarm then leads elsewhere.
    """
    yield from _each(pack, PERSON, pack.persons)
    yield from _each(pack, DEFAULT_DOOR, pack.default_doors)


def _each(pack: RulePack, kind: str, rules: Sequence[Rule]) -> Iterator[Proof]:
    # In classes of their own: who is spoken of changes nothing else that is proved.
    try:
        compiler = Compiler(pack, (rule.condition for rule in rules))
        nodes = [compiler.compile(rule.condition) for rule in rules]
    except NotCodable as error:
        why = str(error)
        yield from (Proof(4, kind, it.id, UNFINISHED, it.place, note=why) for it in rules)
        return
    taken = FALSE
    for rule, node in zip(rules, nodes, strict=True):
        applies = compiler.diagrams.mapped(node, IS_TRUE)
        if applies == FALSE:
            yield Proof(4, kind, rule.id, FAILED, rule.place, note=NEVER_APPLIES)
        elif compiler.diagrams.without(applies, taken) == FALSE:
            yield Proof(4, kind, rule.id, FAILED, rule.place, note=COMES_TOO_LATE)
        else:
            yield Proof(4, kind, rule.id, PROVED, rule.place)
        taken = compiler.diagrams.either(taken, applies)
