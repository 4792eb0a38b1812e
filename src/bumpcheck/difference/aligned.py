"""Two packs over one set of blocks, so that a diagram of the one can be joined to one of the other.

What either pack tells apart is a class of answers to both. A question or an answer that only one of
them has takes part as well, but is never given: `domain` is what both packs take.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import inf, nextafter

from msgspec import Struct, structs

from bumpcheck.coded import (
    Amount,
    Block,
    CodedPack,
    Compiler,
    Diagrams,
    NotCodable,
    OneOf,
    Relation,
    Several,
)
from bumpcheck.coded.blocks import State
from bumpcheck.coded.diagrams import FALSE, TRUE
from bumpcheck.facts import SAID_UNKNOWN, Column, columns
from bumpcheck.model import (
    Chosen,
    Condition,
    Conflict,
    Evidence,
    Measured,
    Question,
    RedFlag,
    ReferralSign,
    Rule,
    RulePack,
)

# What settles a result; the other rules say what is told of it.
SETTLING = (RedFlag, ReferralSign, Conflict, Evidence)


class Aligned(Struct, frozen=True):
    """Two packs whose cases have the same codes; `remarks` say what only one of them asks."""

    old: CodedPack
    new: CodedPack
    domain: int
    remarks: tuple[str, ...]


class _OneOf(OneOf):
    """Classes that are given; one of no answers here is never taken."""

    def __init__(
        self, question: Question, column: Column, trial: int, classes: tuple[int, ...]
    ) -> None:
        super().__init__(question, column, trial, ())
        self.classes = classes
        nothing = State(SAID_UNKNOWN, column.everything)
        self.states = self._with_open(
            State(bits & -bits, 0) if bits else nothing for bits in classes
        )
        self._codes = _codes(column, list(enumerate(classes)))


class _Several(Several):
    def __init__(
        self, question: Question, column: Column, trial: int, classes: tuple[int, ...]
    ) -> None:
        super().__init__(question, column, trial, ())
        self.classes = classes
        self._codes = _codes(column, [(1 << at, bits) for at, bits in enumerate(classes)])


def _codes(column: Column, classes: Sequence[tuple[int, int]]) -> dict[str, int]:
    return {id: code for code, bits in classes for id, bit in column.bits.items() if bits & bit}


class _Compiler(Compiler):
    """A compiler for blocks that are given."""

    def __init__(
        self, plain: _Plain, diagrams: Diagrams, laid: _Laid, pairs: dict[str, str], side: int
    ) -> None:
        super().__init__(plain.pack, plain.conditions)
        self.diagrams = diagrams
        self.blocks = laid.blocks[side]
        self.relations = laid.relations[side]
        self.depth = laid.depth
        self._compared = pairs


class _Plain:
    """One pack by itself: its conditions, and the atoms of them."""

    def __init__(self, pack: RulePack) -> None:
        # Neither changes what is compared.
        self.pack = structs.replace(pack, look_alikes=(), invariants=())
        self.conditions = list(_conditions(self.pack))
        compiler = Compiler(self.pack, self.conditions)
        self.atoms = {atom for it in self.conditions for atom in compiler.atoms(it)}
        self.questions = {question.id: question for question in pack.questions}
        self.columns = columns(self.pack)
        self.read = {
            (type(rule).__name__, rule.id): (rule, frozenset(compiler.atoms(rule.condition)))
            for rule in _rules(self.pack)
        }
        self.pairs = [(it.first.column.id, it.second.column.id) for it in compiler.relations]

    def bounds(self, ids: Iterable[str]) -> Iterator[float]:
        """Where a quantity is cut."""
        for atom in self.atoms:
            if isinstance(atom, Measured) and atom.question in ids:
                yield from (bound for bound in atom.interval if bound != inf)

    def told(self, id: str) -> dict[str, tuple[bool, ...]]:
        """For each answer to a question, what the rules see of it."""
        column = self.columns[id]
        masks = {
            column.mask(atom.answers)
            for atom in self.atoms
            if isinstance(atom, Chosen) and atom.question == id
        }
        tellers = [*sorted(masks), *column.covers, *column.covers.values()]
        return {
            name: tuple([bool(bit & teller) for teller in tellers])
            for name, bit in column.bits.items()
            if bit & column.everything
        }


class _Laid:
    """The blocks of both packs, level by level."""

    def __init__(self) -> None:
        self.blocks: tuple[dict[str, Block], dict[str, Block]] = ({}, {})
        self.relations: tuple[list[Relation], list[Relation]] = ([], [])
        self.depth = 0
        # For each level that both share, the children that both packs take.
        self.taken: list[tuple[int, list[bool]]] = []


def aligned(old: RulePack, new: RulePack) -> Aligned:
    """Both packs over the same blocks; what most rules ask comes first. Raises NotCodable."""
    sides = (_Plain(old), _Plain(new))
    pairs: dict[str, str] = {}
    for one, other in {pair for side in sides for pair in side.pairs}:
        for id, than in ((one, other), (other, one)):
            if pairs.setdefault(id, than) != than:
                raise NotCodable(f"{id} is compared with more than one other quantity")
    laid, remarks = _Laid(), list[str]()
    for id in _order(*sides):
        before, after = sides[0].questions.get(id), sides[1].questions.get(id)
        both = before is not None and after is not None
        if both and _kind(before) == _kind(after):
            remarks += _shared(laid, sides, id, pairs)
            _relate(laid, id, pairs)
            continue
        if both:
            remarks.append(f"`{id}` is another kind of question in each: compared as not asked")
        for side, question in enumerate((before, after)):
            if question is not None:
                if not both:
                    remarks.append(f"`{id}` is asked {_by(side)} only: compared as not asked")
                _alone(laid, sides, id, side, pairs)
                _relate(laid, id, pairs)
    diagrams = Diagrams()
    domain = diagrams.all_of(
        diagrams.node(level, tuple([TRUE if taken else FALSE for taken in children]))
        for level, children in laid.taken
    )
    compilers = [_Compiler(it, diagrams, laid, pairs, at) for at, it in enumerate(sides)]
    packs = [CodedPack(it.pack, by) for it, by in zip(sides, compilers, strict=True)]
    return Aligned(packs[0], packs[1], domain, tuple(remarks))


def _order(old: _Plain, new: _Plain) -> list[str]:
    """The questions of both packs, first those that most rules ask beside others.

    Once these are answered, little hangs together.
    """
    asked = [
        {atom.question for atom in atoms}
        for rule, atoms in (*old.read.values(), *new.read.values())
        if isinstance(rule, SETTLING)
    ]
    many = Counter(question for those in asked if len(those) > 1 for question in those)
    return sorted(
        dict.fromkeys([*old.questions, *new.questions]), key=lambda question: -many[question]
    )


def _kind(question: Question | None) -> tuple[object, ...]:
    return () if question is None else (question.kind, question.measure)


def _by(side: int) -> str:
    return "by the new pack" if side else "by the old pack"


def _shared(
    laid: _Laid, sides: tuple[_Plain, _Plain], id: str, pairs: dict[str, str]
) -> Iterator[str]:
    """Lay out a question that both packs ask; what only one of them takes is remarked on."""
    both = [side.questions[id] for side in sides]
    level = laid.depth
    made: list[Block] = []
    if both[0].kind == "quantity":
        most = [question.at_most for question in both]
        cuts = _cuts(sides, id, pairs)
        if most[0] != most[1]:
            cuts.add(nextafter(min(most), inf))
            yield f"`{id}` takes more {_by(most[1] > most[0])}: compared as far as both go"
        for side, question in zip(sides, both, strict=True):
            wide = structs.replace(question, at_most=max(most))
            made.append(Amount(wide, side.columns[id], level, cuts))
        amount = made[0]
        assert isinstance(amount, Amount)
        known = len(amount.states) - 2
        taken = [amount.cells[cell][0] <= min(most) for cell in range(known)]
        laid.taken.append((amount.first, [*taken, True, True]))
    else:
        told = [side.told(id) for side in sides]
        classes: dict[object, list[str]] = {}
        for name in dict.fromkeys([*told[0], *told[1]]):
            classes.setdefault(tuple([one.get(name) for one in told]), []).append(name)
            for at in (0, 1):
                if name not in told[1 - at]:
                    yield f"`{id}: {name}` is an answer taken {_by(at)} only: not compared"
        shared = [all(name in one for one in told) for name, *_ in classes.values()]
        for side in sides:
            bits = side.columns[id].bits
            own = tuple([sum([bits.get(name, 0) for name in it]) for it in classes.values()])
            block = _Several if both[0].kind == "many" else _OneOf
            made.append(block(side.questions[id], side.columns[id], level, own))
        first = made[0].first
        if isinstance(made[0], Several):
            laid.taken += [(first + at, [True, is_shared]) for at, is_shared in enumerate(shared)]
        else:
            laid.taken.append((first, [*shared, True, True]))
    for at, laid_out in enumerate(made):
        laid.blocks[at][id] = laid_out
    laid.depth = made[0].end


def _alone(
    laid: _Laid, sides: tuple[_Plain, _Plain], id: str, side: int, pairs: dict[str, str]
) -> None:
    """Lay out a question that one pack asks: never answered."""
    own = sides[side]
    question, column = own.questions[id], own.columns[id]
    block: Block
    if column.is_quantity:
        block = Amount(question, column, laid.depth, _cuts(sides, id, pairs))
    else:
        classes = tuple([bit for bit in column.bits.values() if bit & column.everything])
        kind = _Several if column.many else _OneOf
        block = kind(question, column, laid.depth, classes)
    if isinstance(block, Several):
        laid.taken += [(level, [True, False]) for level in range(block.first, block.end)]
    else:
        laid.taken.append((block.first, [False] * (block.arity - 1) + [True]))
    laid.blocks[side][id] = block
    laid.blocks[1 - side][f"{id} {_by(side)}"] = block
    laid.depth = block.end


def _cuts(sides: tuple[_Plain, _Plain], id: str, pairs: dict[str, str]) -> set[float]:
    return {bound for side in sides for bound in side.bounds({id, pairs.get(id, id)})}


def _relate(laid: _Laid, id: str, pairs: dict[str, str]) -> None:
    """Lay out how a quantity compares to one before it."""
    found: list[Relation | None] = []
    for side, blocks in enumerate(laid.blocks):
        block, other = blocks.get(id), blocks.get(pairs.get(id, ""))
        relation = None
        if isinstance(block, Amount) and isinstance(other, Amount):
            known = any(it.second is block for it in laid.relations[side])
            relation = None if known else Relation(laid.depth, other, block)
        found.append(relation)
    if any(found):
        # Where one pack lacks it, it stands in for its place among the codes.
        for side, relation in enumerate(found):
            own = relation or found[1 - side]
            assert own is not None
            laid.relations[side].append(own)
        laid.depth += 1


def _conditions(pack: RulePack) -> Iterator[Condition]:
    yield from (finding.condition for finding in pack.findings)
    yield from (rule.condition for rule in _rules(pack))


def _rules(pack: RulePack) -> Iterator[Rule]:
    for rules in (
        pack.red_flags,
        pack.referral_signs,
        pack.conflicts,
        pack.evidence,
        pack.patterns,
        pack.default_doors,
        pack.advice,
    ):
        yield from rules
