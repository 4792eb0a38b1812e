"""One case, and where other answers to some of its questions lead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from msgspec import Struct

from bumpcheck.answers import Answers, Given
from bumpcheck.coded import Amount, Several
from bumpcheck.model import Urgency
from bumpcheck.quantities import Quantity

from .amounts import around, natural, shared
from .decisive import Decisive, State, any_of

# How many steps are taken at most for one case; a search that would need more is given up.
MOST_STEPS = 500_000

# A new answer: the place of its question, and its rank in the pack's order, or those of several.
Step = tuple[int, tuple[int, ...]]
# New answers, of which the lesser is the simpler: how many answers, and which, in order of place.
Path = tuple[int, tuple[Step, ...]]


class GivenUp(Exception):
    """The search would take too long: what was found cannot be called all there is."""


class End(Struct, frozen=True):
    """An outcome and urgency that can be reached, and the simplest new answers that do."""

    outcome: str
    urgency: Urgency
    answers: Answers


class Option(Struct, frozen=True):
    """A way to answer one question, or two that are compared, and the terms that it leaves."""

    mask: int
    steps: tuple[Step, ...]


class Case:
    """One case, and where other answers to some of its questions lead."""

    def __init__(self, decisive: Decisive, answers: Answers) -> None:
        self._decisive = decisive
        self._given = answers.given
        self._spent = 0
        terms, blocks = decisive.terms, decisive.blocks
        self._everything = (1 << terms.count) - 1
        self._masks = [
            terms.mask(place, block.code(self._said(place))) for place, block in enumerate(blocks)
        ]
        self._related = [
            self._relation(at, self._said(first), self._said(second))
            for at, (first, second) in enumerate(decisive.compared)
        ]
        standing = self._without(())
        settled, _ = decisive.after(len(decisive.classes), standing, 0)
        self._weightier = decisive.above[min(settled, decisive.routine)]
        # What decides the case: each of these must fall before it can be anything less urgent.
        decided = any_of(decisive.classes[settled : settled + 1])
        if settled >= decisive.routine:
            decided = any_of(decisive.classes[decisive.routine :])
        self._to_fall = {self._asking(1 << at) for at in _bits(standing & decided)}

    def may_settle(self, places: Iterable[int]) -> bool:
        """Whether other answers to these questions could undo all that makes it so urgent."""
        anew = any_of(1 << place for place in places)
        return all(asking & anew for asking in self._to_fall)

    def may_raise(self, places: Sequence[int], urgency: Urgency | None = None) -> bool:
        """Whether other answers to these could make it more urgent, or just so urgent."""
        wanted = self._weightier
        if urgency is not None:
            at = self._decisive.class_of(urgency)
            # Points can be lost as well, until it is not reassuring any more.
            is_routine = at == self._decisive.routine
            wanted = self._everything if is_routine else self._decisive.classes[at]
        return wanted != 0 and self._without(places) & wanted != 0

    def _without(self, places: Sequence[int]) -> int:
        """The terms that can stand whatever is answered to these questions."""
        standing = self._everything
        for place, mask in enumerate(self._masks):
            standing &= self._decisive.known(place) if place in places else mask
        for ends, mask in zip(self._decisive.compared, self._related, strict=True):
            if not any(place in places for place in ends):
                standing &= mask
        return standing

    def _asking(self, term: int) -> int:
        """The questions that may vary and that a term asks, as bits."""
        asking = 0
        for place in self._decisive.varying:
            if self._decisive.asks(place) & term:
                asking |= 1 << place
        return asking

    # --- Where it leads ---------------------------------------------------------------------------

    def ends(self, places: Sequence[int]) -> list[End]:
        """Every outcome and urgency that other answers to these questions reach; raises GivenUp."""
        decisive = self._decisive
        said: dict[Step, Given] = {}
        stages = self._stages(places, said)
        later = [any_of(map(decisive.asks, places)) for places in _after(stages)]
        start = decisive.start(self._without(places), places, later[0])
        states: dict[State, Path] = {start: (0, ())}
        for (asked, options), still in zip(stages, later[1:], strict=True):
            states = self._follow(states, asked, options, still)
        best: dict[tuple[str, Urgency], tuple[bool, Path]] = {}
        for (settled, standing), path in states.items():
            verdict, clashes = decisive.verdict(settled, standing)
            known = best.get(verdict)
            if known is None or (clashes, path) < known:
                best[verdict] = clashes, path
        return [
            End(outcome, urgency, self._answers(path, said))
            for (outcome, urgency), (_, path) in best.items()
        ]

    def _follow(
        self, states: dict[State, Path], asked: tuple[int, ...], options: list[Option], later: int
    ) -> dict[State, Path]:
        """One stage on, from every state."""
        decisive = self._decisive
        reached: dict[State, Path] = {}

        def take(state: State, count: int, steps: Iterable[Step]) -> None:
            path = count, tuple(sorted(steps))
            known = reached.get(state)
            if known is None or path < known:
                reached[state] = path

        for state, (count, steps) in states.items():
            for option in options:
                left = decisive.after(state[0], state[1] & option.mask, later)
                take(left, count + len(option.steps), (*steps, *option.steps))
            if not options:
                walk = decisive.walk(asked[0], self.spend)
                for left, order in walk.ends(state, later).items():
                    take(left, count + len(order), (*steps, (asked[0], order)))
        self.spend(len(states) * len(options) + len(reached))
        return reached

    def spend(self, steps: int) -> None:
        """Count steps of the search; raises GivenUp where they are too many."""
        self._spent += steps
        if self._spent > MOST_STEPS:
            raise GivenUp

    def _answers(self, path: Path, said: dict[Step, Given]) -> Answers:
        given = {}
        for place, order in path[1]:
            block = self._decisive.blocks[place]
            names = self._decisive.names(place)
            given[block.column.id] = said.get((place, order)) or Given(
                chosen=tuple([names[at] for at in order])
            )
        return Answers(given)

    # --- New answers ------------------------------------------------------------------------------

    def _stages(
        self, places: Sequence[int], said: dict[Step, Given]
    ) -> list[tuple[tuple[int, ...], list[Option]]]:
        """The questions in the order they are followed, with their options; () for several."""
        decisive = self._decisive
        stages: list[tuple[tuple[int, ...], list[Option]]] = []
        several: list[int] = []
        for place in places:
            block = decisive.blocks[place]
            if isinstance(block, Several):
                several.append(place)
            elif not isinstance(block, Amount):
                codes = range(block.arity - 2)
                options = [
                    Option(decisive.terms.mask(place, code), ((place, (code,)),)) for code in codes
                ]
                stages.append(((place,), options))
        for amounts in self._amounts(places):
            options = list(self._options(amounts, said))
            stages.append((tuple(amounts), options))
        # What has the most answers comes last: by then the least is left to tell apart.
        several.sort(key=lambda place: decisive.blocks[place].depth)
        return [*stages, *(((place,), []) for place in several)]

    def _amounts(self, places: Sequence[int]) -> list[list[int]]:
        """The quantities among these; two that are compared belong together."""
        alone = [place for place in places if isinstance(self._decisive.blocks[place], Amount)]
        together: list[list[int]] = []
        for pair in self._decisive.compared:
            if set(pair) <= set(alone):
                together.append(list(pair))
                alone = [place for place in alone if place not in pair]
        return [*together, *([place] for place in alone)]

    def _options(self, places: Sequence[int], said: dict[Step, Given]) -> Iterator[Option]:
        """The ways to say one quantity anew, or two that are compared."""
        decisive = self._decisive
        offered = [self._offered(place, places) for place in places]
        for way in product(*offered):
            new: dict[int, Given] = {}
            steps: list[Step] = []
            mask = -1
            for place, (order, amount) in zip(places, way, strict=True):
                given = new[place] = said[place, order] = Given(quantity=amount)
                steps.append((place, order))
                mask &= decisive.terms.mask(place, decisive.blocks[place].code(given))
            for at, ends in enumerate(decisive.compared):
                if not new.keys().isdisjoint(ends):
                    first, second = (new.get(place) or self._said(place) for place in ends)
                    mask &= self._relation(at, first, second)
            yield Option(mask, tuple(steps))

    def _offered(self, place: int, places: Sequence[int]) -> list[tuple[tuple[int, ...], Quantity]]:
        """Amounts of every class, in the pack's order; beside another also as much, less, more."""
        block = self._decisive.blocks[place]
        assert isinstance(block, Amount)
        other = self._decisive.other(place)
        offered: list[tuple[tuple[int, ...], Quantity]] = []
        for rank, (cell, amounts) in enumerate(natural(block)):
            tried = list(amounts[:1])
            if other is not None and not block.is_point(cell):
                beside = self._decisive.blocks[other]
                assert isinstance(beside, Amount)  # only amounts are compared
                given = self._said(other)
                if other in places:
                    tried += shared(block, beside, cell)
                elif given is not None and given.quantity is not None:
                    tried += around(block, cell, amounts, given.quantity)
            offered += [((rank, at), amount) for at, amount in enumerate(tried)]
        return offered

    def _relation(self, at: int, first: Given | None, second: Given | None) -> int:
        code = self._decisive.relations[at].code(first, second)
        return self._decisive.terms.mask(len(self._decisive.blocks) + at, code)

    def _said(self, place: int) -> Given | None:
        return self._given.get(self._decisive.blocks[place].column.id)


def _after(stages: Sequence[tuple[tuple[int, ...], object]]) -> Iterator[list[int]]:
    """The places that are still to come: at first all, after each stage the rest."""
    for at in range(len(stages) + 1):
        yield [place for places, _ in stages[at:] for place in places]


def _bits(mask: int) -> Iterator[int]:
    """The places of the bits that are set."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
