"""Conditions as diagrams: in every state of the questions, true, false, or open and through what.

A condition means what `conditions` says, and is worked out in the same two steps. Strong Kleene
logic joins the diagrams of its parts. Where it reads a question more than once, the answers to that
question are tried out: the condition is compiled once more with a level on which every answer is
given in full, and a state of the question that is open is settled where all of those agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from itertools import chain, combinations
from math import inf, prod

from msgspec import Struct

from bumpcheck.completions import MOST_CLASSES, MOST_TRIES, Atom
from bumpcheck.facts import SAID_UNKNOWN, WAS_NOT_ASKED, columns
from bumpcheck.model import (
    AllOf,
    AnyOf,
    Chosen,
    Condition,
    Found,
    Longer,
    Measured,
    Not,
    RulePack,
)

from .blocks import NO_CELL, Amount, Block, OneOf, Relation, Several, State
from .diagrams import (
    FALSE,
    JUST_OPEN,
    LEAVES,
    TRUE,
    UNASKED,
    UNSURE,
    Diagrams,
)


class NotCodable(Exception):
    """A condition that has no exact coded form; says which and why."""


class Try(Struct, frozen=True):
    """An answer tried out: given in full. `relation` is that of an amount to the one compared."""

    given: int
    cell: int = NO_CELL
    relation: int = 0


# The answers tried out of each question that is.
Trials = Mapping[str, Sequence[Try]]
# The node below an amount, said or tried out.
OfAmount = Callable[[State | Try], int]
# How a question was asked.
ASKED = SAID_UNKNOWN | WAS_NOT_ASKED
# How many answers are told apart at most where they are tried out.
FAR_TOO_MANY = 14


class Compiler:
    """The questions of a pack as blocks, in an order, and its conditions as diagrams over them.

    `conditions` is everything that will be compiled: what they tell apart are the classes. Where
    it need only be `nearly` as evaluated, a condition with too many ways to try out is left open.
    """

    def __init__(
        self,
        pack: RulePack,
        conditions: Iterable[Condition],
        order: Sequence[str] | None = None,
        *,
        nearly: bool = False,
    ) -> None:
        self.diagrams = Diagrams()
        self._nearly = nearly
        self._as_evaluated = True
        self._bodies = {finding.id: finding.condition for finding in pack.findings}
        self._findings: dict[str, int] = {}
        atoms = set(chain.from_iterable(map(self.atoms, conditions)))
        self._compared = _compared(atoms)
        self.blocks: dict[str, Block] = {}
        self.relations: list[Relation] = []
        level = 0
        for id in order or [question.id for question in pack.questions]:
            block = self.blocks[id] = self._block(pack, id, level, atoms)
            level = block.end
            other = self.blocks.get(self._compared.get(id, ""))
            if isinstance(block, Amount) and isinstance(other, Amount):
                self.relations.append(Relation(level, other, block))
                level += 1
        self.depth = level

    def _block(self, pack: RulePack, id: str, level: int, atoms: Iterable[Atom]) -> Block:
        question, column = pack.question(id), columns(pack)[id]
        if column.is_quantity:
            sharing = {id, self._compared.get(id, id)}
            bounds = (
                bound
                for atom in atoms
                if isinstance(atom, Measured) and atom.question in sharing
                for bound in atom.interval
                if bound != inf
            )
            return Amount(question, column, level, bounds)
        masks = {
            column.mask(atom.answers)
            for atom in atoms
            if isinstance(atom, Chosen) and atom.question == id
        }
        return (Several if column.many else OneOf)(question, column, level, sorted(masks))

    # --- What a condition reads ------------------------------------------------------------------

    def atoms(self, condition: Condition) -> Iterator[Atom]:
        """Every choice, bound and comparison in a condition, also by way of findings."""
        match condition:
            case Chosen() | Measured() | Longer():
                yield condition
            case Found(finding):
                yield from self.atoms(self._bodies[finding])
            case Not(part):
                yield from self.atoms(part)
            case AllOf(parts) | AnyOf(parts):
                for part in parts:
                    yield from self.atoms(part)

    def _read(self, condition: Condition) -> list[str]:
        """The questions that a condition reads, once for each of its parts; a finding is one."""
        match condition:
            case Chosen(question) | Measured(question):
                return [question]
            case Longer(question, than):
                return [question, than]
            case Found(finding):
                return list(dict.fromkeys(self._read(self._bodies[finding])))
            case Not(part):
                return self._read(part)
            case AllOf(parts) | AnyOf(parts):
                return [question for part in parts for question in self._read(part)]

    # --- Compiling -------------------------------------------------------------------------------

    def compile(self, condition: Condition, *, as_evaluated: bool = True) -> int:
        """The diagram of a condition. Raises NotCodable.

        The evaluator gives up on what would have to be tried out in too many ways, and leaves it
        open. Where that makes a difference there is no coded form, unless not `as_evaluated`.
        """
        self._as_evaluated = as_evaluated
        return self._exact(condition, {})

    def varied(self, findings: Mapping[str, Condition]) -> Compiler:
        """A compiler for the same blocks, to which some findings mean something else.

        They may name nothing that the classes do not tell apart.
        """
        other = copy(self)
        other.__dict__.update(_bodies={**self._bodies, **findings}, _findings={})
        return other

    def _exact(self, condition: Condition, trials: Trials) -> int:
        kleene = self._kleene(condition, trials)
        read = self._read(condition)
        repeated = [id for id in dict.fromkeys(read) if read.count(id) > 1 and id not in trials]
        if not repeated:
            return kleene
        atoms = set(self.atoms(condition))
        masks = {id: self._masks(id, atoms) for id in repeated}
        tried = {id: self._tries(self.blocks[id], masks[id]) for id in repeated}
        fully = self._kleene(condition, {**trials, **tried})
        settled = self._settled(self.diagrams.mapped(fully, JUST_OPEN), tried, masks)
        exact = self.diagrams.joined(_closed_first, kleene, settled, {})
        if self._as_evaluated and exact != kleene and self._is_given_up(tried, masks):
            if self._nearly:
                return kleene
            raise NotCodable(f"a condition reads {', '.join(repeated)} again, in too many ways")
        return exact

    def _kleene(self, condition: Condition, trials: Trials) -> int:
        diagrams = self.diagrams
        match condition:
            case Chosen():
                node = self._chosen(condition, trials)
            case Measured():
                node = self._measured(condition, trials)
            case Longer():
                node = self._longer(condition, trials)
            case Found(finding):
                node = self._found(finding, trials)
            case Not(part):
                node = diagrams.negated(self._kleene(part, trials))
            case AllOf(parts):
                node = diagrams.all_of([self._kleene(part, trials) for part in parts])
            case AnyOf(parts):
                node = diagrams.any_of([self._kleene(part, trials) for part in parts])
        return node

    def _found(self, id: str, trials: Trials) -> int:
        """A finding, exact by itself."""
        if trials:
            return self._exact(self._bodies[id], trials)
        if id not in self._findings:
            self._findings[id] = self._exact(self._bodies[id], {})
        return self._findings[id]

    def _chosen(self, atom: Chosen, trials: Trials) -> int:
        block = self.blocks[atom.question]
        mask = block.column.mask(atom.answers)
        if block.column.is_any(mask):
            return TRUE

        def state(state: State) -> int:
            if state.given & mask:
                return TRUE
            return _open(state) if state.possible & mask else FALSE

        if atom.question in trials:
            children = [TRUE if it.given & mask else FALSE for it in trials[atom.question]]
            return self.diagrams.node(block.trial, tuple(children))
        return block.spread(self.diagrams, [mask], state)

    def _measured(self, atom: Measured, trials: Trials) -> int:
        block = self._amount(atom.question)
        low, high = atom.interval
        inside = [TRUE if low <= start < high else FALSE for start, _ in block.cells]
        if atom.question in trials:
            children = [inside[it.cell] for it in trials[atom.question]]
            return self.diagrams.node(block.trial, tuple(children))
        return block.spread(
            self.diagrams,
            (),
            lambda state: _open(state) if state.cell == NO_CELL else inside[state.cell],
        )

    def _longer(self, atom: Longer, trials: Trials) -> int:
        """One amount is more than another: told by their cells, or where they share one by both."""
        relation = next(
            relation
            for relation in self.relations
            if atom.question in (relation.first.column.id, relation.second.column.id)
        )
        # The children of the relation, as the first is less, as much, more.
        is_first = atom.question == relation.first.column.id
        more = (FALSE, FALSE, TRUE) if is_first else (TRUE, FALSE, FALSE)

        def compared(first: State | Try, second: State | Try) -> int:
            missing = [it for it in (first, second) if it.cell == NO_CELL]
            if missing:
                through = FALSE
                for state in missing:
                    through |= _open(state)
                return through
            if first.cell != second.cell:
                return more[2 if first.cell > second.cell else 0]
            if relation.first.is_point(first.cell):
                return FALSE
            if isinstance(first, Try):
                return more[1 + first.relation]
            if isinstance(second, Try):
                return more[1 - second.relation]
            return self.diagrams.node(relation.level, more)

        def after(first: State | Try) -> int:
            return self._each(relation.second, trials, lambda second: compared(first, second))

        return self._each(relation.first, trials, after)

    def _each(self, block: Amount, trials: Trials, below: OfAmount) -> int:
        """The diagram of an amount, as it was said or as it is tried out."""
        tried = trials.get(block.column.id)
        if tried is None:
            return block.spread(self.diagrams, (), below)
        return self.diagrams.node(block.trial, tuple([below(it) for it in tried]))

    def _amount(self, id: str) -> Amount:
        block = self.blocks[id]
        assert isinstance(block, Amount)  # the loader lets only quantities be measured
        return block

    # --- Trying out ------------------------------------------------------------------------------

    def _masks(self, id: str, atoms: Iterable[Atom]) -> tuple[int, ...]:
        """What these atoms tell apart of a question."""
        column = self.blocks[id].column
        asked = (atom for atom in atoms if isinstance(atom, Chosen) and atom.question == id)
        return tuple(sorted({column.mask(atom.answers) for atom in asked}))

    def _tries(self, block: Block, masks: Sequence[int]) -> list[Try]:
        """Every answer in full that the masks tell apart, after each way to be asked."""
        column = block.column
        asked = [0, SAID_UNKNOWN, WAS_NOT_ASKED]
        if any(mask & SAID_UNKNOWN for mask in masks):
            # Asked at last, a question may also be answered with "not sure", whatever is the case.
            asked.append(WAS_NOT_ASKED | SAID_UNKNOWN)
        if isinstance(block, Amount):
            relations = (-1, 0, 1) if column.id in self._compared else (0,)
            cells = range(len(block.cells))
            return [Try(how, cell, by) for how in asked for cell in cells for by in relations]
        heads = list(dict.fromkeys(block.heads(masks).values()))
        sets = heads
        if column.many:
            if len(heads) > FAR_TOO_MANY:
                raise NotCodable(f"a condition reads {column.id} again, in too many ways")
            some = chain.from_iterable(combinations(heads, n) for n in range(1, len(heads) + 1))
            sets = [bits for bits in map(sum, some) if column.can_be(bits)]
        return [Try(how | bits) for how in asked for bits in sets]

    def _is_given_up(self, tried: Trials, masks: Mapping[str, Sequence[int]]) -> bool:
        """Whether the evaluator may find too many ways to try these questions out."""
        classes = (
            len(set(self.blocks[id].heads(masks[id]).values()))
            for id in tried
            if self.blocks[id].column.many
        )
        ways = prod(map(_most_open, tried.values()))
        return ways > MOST_TRIES or max(classes, default=0) > MOST_CLASSES

    def _settled(self, node: int, tried: Trials, masks: Mapping[str, Sequence[int]]) -> int:
        """The trial levels taken away: a state of a question is what all its tries agree on."""
        diagrams = self.diagrams
        at = {self.blocks[id].trial: id for id in tried}
        fitted = {id: _Fitting(self.blocks[id], tries, masks[id]) for id, tries in tried.items()}
        memory: dict[int, int] = {}
        agreed: dict[int, int] = {}

        def agree(nodes: list[int]) -> int:
            first, *others = dict.fromkeys(nodes)
            for other in others:
                first = diagrams.joined(_agreed, first, other, agreed)
            return first

        def settle(node: int) -> int:
            if node < LEAVES:
                return node
            known = memory.get(node)
            if known is None:
                level = diagrams.level[node]
                children = [settle(child) for child in diagrams.children[node]]
                known = memory[node] = (
                    spread(at[level], children)
                    if level in at
                    else diagrams.node(level, tuple(children))
                )
            return known

        def spread(id: str, children: list[int]) -> int:
            fitting = fitted[id]
            return self.blocks[id].spread(
                diagrams,
                masks[id],
                lambda state: agree([children[at] for at in fitting(state)]),
            )

        return settle(node)


class _Fitting:
    """Of each state of a question, the tries that are ways in which it may turn out."""

    def __init__(self, block: Block, tries: Sequence[Try], masks: Sequence[int]) -> None:
        self._block = block
        self._tries = tries
        self._masks = masks
        self._known: dict[State, list[int]] = {}

    def __call__(self, state: State) -> list[int]:
        """The places of the tries."""
        known = self._known.get(state)
        if known is None:
            fits = self._of_amount(state)
            if not isinstance(self._block, Amount):
                fits = self._of_answers(state)
            asked = state.given & ASKED
            known = self._known[state] = [
                at
                for at, it in enumerate(self._tries)
                if (it.given & ASKED == asked or it.given & asked & WAS_NOT_ASKED) and fits(it)
            ]
        return known

    def _of_amount(self, state: State) -> Callable[[Try], bool]:
        return lambda it: state.cell in (NO_CELL, it.cell)

    def _of_answers(self, state: State) -> Callable[[Try], bool]:
        everything = self._block.column.everything
        given = self._block.merged(state.given & everything, self._masks)
        possible = self._block.merged(state.possible & everything, self._masks)
        if possible and not self._block.column.many:
            return lambda it: bool(it.given & possible)
        none_of = everything & ~(given | possible)
        return lambda it: it.given & given == given and not it.given & none_of


def _open(state: State | Try) -> int:
    return UNSURE if state.given & SAID_UNKNOWN else UNASKED


def _most_open(tries: Sequence[Try]) -> int:
    """How many ways an open question is tried out in, at most."""
    return sum(1 for it in tries if it.given & WAS_NOT_ASKED)


def _agreed(one: int, other: int) -> int:
    """Of leaves that are true, false or just open: open where they differ."""
    return one if one == other else UNSURE


def _closed_first(kleene: int, settled: int) -> int:
    """What Kleene's logic leaves open is what trying out settles, if it does."""
    return settled if kleene > TRUE >= settled else kleene


def _compared(atoms: Iterable[Atom]) -> dict[str, str]:
    """Of each quantity that is compared, the other one."""
    pairs: dict[str, str] = {}
    for atom in atoms:
        if isinstance(atom, Longer):
            for one, other in ((atom.question, atom.than), (atom.than, atom.question)):
                if pairs.setdefault(one, other) != other:
                    raise NotCodable(f"{one} is compared with more than one other quantity")
    return pairs
