"""A second opinion on the proofs: z3, asked in an encoding of its own for a case that breaks one.

What the answers mean is written here anew, from the contract, as formulas: nothing of the coded
form or of the evaluator goes into them. A condition is true where it is so however what is open
turns out. Kleene's logic tells that where a question is read once; where it is read again, a
formula says it for every way in which the question may turn out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from itertools import chain, combinations, pairwise, product
from typing import Any, NamedTuple

import pytest
from msgspec import structs

import bumpcheck
from bumpcheck import RulePack
from bumpcheck.answers import Answers, parse
from bumpcheck.coded import CodedPack
from bumpcheck.model import (
    ALWAYS,
    NOT_ASKED,
    RANK,
    UNKNOWN,
    URGENCIES,
    AllOf,
    AnyOf,
    Chosen,
    Condition,
    Found,
    Invariant,
    Longer,
    Measured,
    Not,
    Question,
    Requirement,
)
from bumpcheck.pack import shipped
from bumpcheck.prove import FAILED, Proof
from bumpcheck.prove.invariants import prove_invariant
from bumpcheck.prove.results import Results

from .beside import known_cases

z3: Any = pytest.importorskip("z3")

# A formula of z3, or True or False where that is already known.
Formula = Any
Atom = Chosen | Measured | Longer
# How a question was asked, where it is tried out: the person said so, or was not sure, or it is
# still to be asked and may then be answered with "not sure" as well.
SAID, UNSURE, ASKED_YET, UNSURE_YET = range(4)
DAY, MONTH, YEAR = 1.0, 30.4375, 365.25

# Of these facets invariants are put to z3.
FACETS = ("outcome", "urgency")
REASSURING = ("milia", "whitehead")
# So long may z3 think about one invariant, in milliseconds.
PATIENCE = 20_000


# --- Formulas ------------------------------------------------------------------------------------


def negation(formula: Formula) -> Formula:
    return not formula if isinstance(formula, bool) else z3.Not(formula)


def conjunction(formulas: Iterable[Formula]) -> Formula:
    left = []
    for formula in formulas:
        if formula is False:
            return False
        if formula is not True:
            left.append(formula)
    return (left[0] if len(left) == 1 else z3.And(left)) if left else True


def disjunction(formulas: Iterable[Formula]) -> Formula:
    return negation(conjunction(map(negation, formulas)))


def both(*formulas: Formula) -> Formula:
    return conjunction(formulas)


def either(*formulas: Formula) -> Formula:
    return disjunction(formulas)


class State(NamedTuple):
    """Where a condition is true, where it is false, and where an unsure answer keeps it open."""

    true: Formula
    false: Formula
    unsure: Formula = False

    @property
    def open(self) -> Formula:
        return both(negation(self.true), negation(self.false))


class Turn(NamedTuple):
    """One way in which a question may turn out, as the atoms of a condition see it.

    `atoms` is what each of them then is, `possible` where it may turn out so.
    """

    atoms: Mapping[Atom, bool]
    possible: Formula


Turns = Mapping[str, Turn]


# --- Questions -----------------------------------------------------------------------------------


class Asked:
    """One question: what may be said to it."""

    def __init__(self, question: Question) -> None:
        id = self.id = question.id
        self.question = question
        self.answers = [answer.id for answer in question.answers]
        self.covers = {it.id: frozenset(it.covers) for it in question.answers if it.covers}
        self.given = {answer: z3.Bool(f"{id}={answer}") for answer in self.answers}
        self.unsure = z3.Bool(f"{id}=?")
        self.unasked = z3.Bool(f"{id}=-")
        self.is_quantity = question.kind == "quantity"
        self.amount: Formula = z3.Real(f"{id}#")

    def rules(self) -> Iterator[Formula]:
        """What answers there can be."""
        states = [*self.given.values(), self.unsure]
        if self.question.kind == "one":
            yield z3.PbEq([(state, 1) for state in [*states, self.unasked]], 1)
        elif self.question.kind == "many":
            yield self.unasked == z3.Not(z3.Or(states))
        else:
            yield z3.Not(z3.And(self.unsure, self.unasked))
            yield z3.And(self.amount >= 0, self.amount <= real(self.question.at_most))

    @property
    def open(self) -> Formula:
        return z3.Or(self.unsure, self.unasked)

    def named(self, atom: Chosen) -> frozenset[str]:
        """The answers that satisfy a choice; one that says "one of these" where all of them do."""
        named = frozenset(atom.answers)
        return named | {answer for answer, covered in self.covers.items() if covered <= named}

    def chosen(self, atom: Chosen) -> State:
        named = self.named(atom)
        real_ones = named & set(self.answers)
        if self.answers and real_ones == set(self.answers):
            return State(true=True, false=False)
        true = disjunction(
            [
                *(self.given[answer] for answer in sorted(real_ones)),
                self.unsure if UNKNOWN in named else False,
                self.unasked if NOT_ASKED in named else False,
            ]
        )
        open_ = disjunction(
            [
                self.unasked if real_ones or UNKNOWN in named else False,
                self.unsure if real_ones else False,
                *(self.given[some] for some, them in self.covers.items() if them & named),
            ]
        )
        return State(true, both(negation(true), negation(open_)), self.unsure)

    def measured(self, atom: Measured) -> State:
        inside = conjunction(
            [
                True if atom.at_least is None else self.amount >= real(atom.at_least),
                True if atom.over is None else self.amount > real(atom.over),
                True if atom.at_most is None else self.amount <= real(atom.at_most),
                True if atom.under is None else self.amount < real(atom.under),
            ]
        )
        known = negation(self.open)
        return State(both(known, inside), both(known, negation(inside)), self.unsure)

    def turns(self, atoms: Sequence[Atom]) -> list[Turn]:
        """The ways it may turn out, those alike to all these atoms as one."""
        ways = self._amounts(atoms) if self.is_quantity else self._sets(atoms)
        alike: dict[tuple[bool, ...], list[Formula]] = {}
        for seen, possible in ways:
            alike.setdefault(seen, []).append(possible)
        return [
            Turn(dict(zip(atoms, seen, strict=True)), disjunction(possible))
            for seen, possible in alike.items()
        ]

    def _how(self, atoms: Sequence[Atom]) -> Iterator[tuple[int, Formula]]:
        yield SAID, negation(self.open)
        yield UNSURE, self.unsure
        yield ASKED_YET, self.unasked
        if any(isinstance(atom, Chosen) and UNKNOWN in atom.answers for atom in atoms):
            yield UNSURE_YET, self.unasked

    def _sees(self, atom: Chosen, answers: frozenset[str], how: int) -> bool:
        named = self.named(atom)
        return (
            bool(answers & named)
            or (UNKNOWN in named and how in (UNSURE, UNSURE_YET))
            or (NOT_ASKED in named and how in (ASKED_YET, UNSURE_YET))
        )

    def _amounts(self, atoms: Sequence[Atom]) -> Iterator[tuple[tuple[bool, ...], Formula]]:
        """One amount at every bound, and one in every gap."""
        measured = [atom for atom in atoms if isinstance(atom, Measured)]
        assert all(isinstance(atom, Measured | Chosen) for atom in atoms), "not compared here"
        limits = sorted({b for atom in measured for b in bounds_of(atom)} | {0.0})
        tries = [*limits, *((a + b) / 2 for a, b in pairwise(limits))]
        tries.append(limits[-1] + 1)
        for how, asked in self._how(atoms):
            for amount in tries:
                seen = tuple(
                    is_inside(atom, amount)
                    if isinstance(atom, Measured)
                    else isinstance(atom, Chosen) and self._sees(atom, frozenset(), how)
                    for atom in atoms
                )
                where = asked
                if how == SAID:
                    where = both(asked, self._as_measured(measured, amount))
                yield seen, where

    def _as_measured(self, atoms: Iterable[Measured], amount: float) -> Formula:
        """That the amount said is inside and outside what this one is."""
        return conjunction(
            self.measured(atom).true if is_inside(atom, amount) else self.measured(atom).false
            for atom in atoms
        )

    def _sets(self, atoms: Sequence[Atom]) -> Iterator[tuple[tuple[bool, ...], Formula]]:
        """Every set of answers that the atoms tell apart, and where what was said allows it."""
        choices = [atom for atom in atoms if isinstance(atom, Chosen)]
        classes: dict[tuple[bool, ...], list[str]] = {}
        for answer in self.answers:
            tellers = [self.named(atom) for atom in choices]
            told = [answer in teller for teller in [*tellers, *self.covers.values()]]
            told += [answer == some for some in self.covers]
            classes.setdefault(tuple(told), []).append(answer)
        groups = [frozenset(them) for them in classes.values()]
        many = self.question.kind == "many"
        sizes = range(1, len(groups) + 1) if many else (1,)
        for some in chain.from_iterable(combinations(groups, size) for size in sizes):
            answers = frozenset().union(*some)
            if any(one in answers and not them & answers for one, them in self.covers.items()):
                continue
            kept = conjunction(z3.Not(self.given[it]) for it in self.answers if it not in answers)
            as_said = conjunction(
                disjunction(
                    self.given[it]
                    for it in [*group, *(c for c, them in self.covers.items() if them & group)]
                )
                for group in some
            )
            for how, asked in self._how(atoms):
                seen = tuple(self._sees(atom, answers, how) for atom in choices)
                yield seen, both(asked, kept, as_said if how == SAID else True)


def real(value: float) -> Formula:
    """A number, exactly."""
    exact = Fraction(value)
    return z3.Q(exact.numerator, exact.denominator)


def bounds_of(atom: Measured) -> list[float]:
    bounds = (atom.at_least, atom.over, atom.at_most, atom.under)
    return [bound for bound in bounds if bound is not None]


def is_inside(atom: Measured, amount: float) -> bool:
    return (
        (atom.at_least is None or amount >= atom.at_least)
        and (atom.over is None or amount > atom.over)
        and (atom.at_most is None or amount <= atom.at_most)
        and (atom.under is None or amount < atom.under)
    )


# --- Rules ---------------------------------------------------------------------------------------


class Encoding:
    """A pack as formulas: what counts, what is earned, and how urgent it is."""

    def __init__(self, pack: RulePack) -> None:
        self.pack = pack
        self.asked = {question.id: Asked(question) for question in pack.questions}
        self._bodies = {finding.id: finding.condition for finding in pack.findings}
        self._found: dict[str, State] = {}
        self.solver = z3.SolverFor("QF_LRA")
        self.solver.set("timeout", PATIENCE)
        self._names = 0
        for asked in self.asked.values():
            self.solver.add(*asked.rules())
        self._sort_out()
        self._weigh()

    def _sort_out(self) -> None:
        """Which alarms count, and the urgency that they come to."""
        counting: dict[str, list[Formula]] = {urgency: [] for urgency in URGENCIES}
        for flag in self.pack.red_flags:
            state = self.state(flag.condition)
            counting[flag.urgency].append(state.true)
            if flag.if_unknown != "list":
                counting[flag.if_unknown].append(both(state.open, state.unsure))
        some = {urgency: self._named(disjunction(them)) for urgency, them in counting.items()}
        signs = [self.state(sign.condition).true for sign in self.pack.referral_signs]
        conflicts = [self.state(conflict.condition).true for conflict in self.pack.conflicts]
        self._nothing_counts = self._named(
            negation(disjunction([*some.values(), *signs, *conflicts]))
        )
        self._most = {
            urgency: both(
                True if urgency == "routine" else some[urgency],
                *(negation(some[more]) for more in URGENCIES[RANK[urgency] + 1 :]),
            )
            for urgency in URGENCIES[1:]
        }

    def _weigh(self) -> None:
        """Which outcome is earned: the points are counted one by one."""
        pieces = [(it, self._named(self.state(it.condition).true)) for it in self.pack.evidence]
        outcomes = self.pack.reassuring
        excluded: dict[str, Formula] = {}
        confirmed: dict[str, Formula] = {}
        points: dict[str, list[tuple[Formula, int]]] = {}
        for outcome in outcomes:
            id = outcome.id
            excluded[id] = self._named(disjunction(f for it, f in pieces if id in it.excludes))
            confirmed[id] = both(
                disjunction(f for it, f in pieces if id in it.confirms), negation(excluded[id])
            )
            points[id] = [(f, dict(it.points)[id]) for it, f in pieces if id in dict(it.points)]
        earned: dict[str, Formula] = {}
        for outcome in outcomes:
            id = outcome.id
            rivals = [other.id for other in outcomes if other.id != id]
            leads = conjunction(
                [
                    total(points[id]) >= outcome.at_least,
                    *(
                        either(
                            excluded[other],
                            total(points[id]) - total(points[other]) >= outcome.lead,
                        )
                        for other in rivals
                    ),
                ]
            )
            earned[id] = self._named(
                both(
                    negation(excluded[id]),
                    *(negation(confirmed[other]) for other in rivals),
                    either(confirmed[id], leads),
                )
            )
        self.outcome: dict[str, Formula] = {
            id: both(
                self._nothing_counts,
                earned[id],
                *(negation(earned[other]) for other in earned if other != id),
            )
            for id in earned
        }
        self.outcome[self.pack.default.id] = negation(disjunction(self.outcome.values()))
        fits = negation(self.outcome[self.pack.default.id])
        self.urgency = {
            "self-care": fits,
            **{urgency: both(negation(fits), most) for urgency, most in self._most.items()},
        }

    def _named(self, formula: Formula) -> Formula:
        """The same formula by a name."""
        if isinstance(formula, bool):
            return formula
        self._names += 1
        name = z3.Bool(f"f{self._names}")
        self.solver.add(name == formula)
        return name

    # --- Conditions ------------------------------------------------------------------------------

    def state(self, condition: Condition, turns: Turns | None = None) -> State:
        """A condition, exactly: true where it is so however everything open turns out."""
        turns = turns or {}
        kleene = self._kleene(condition, turns)
        read = Counter(self._read(condition))
        again = [id for id, count in read.items() if count > 1 and id not in turns]
        if not again:
            return kleene
        atoms = list(dict.fromkeys(self._atoms(condition)))
        ways = [
            self.asked[id].turns([atom for atom in atoms if id in questions_of(atom)])
            for id in again
        ]
        true, false = [], []
        for way in product(*ways):
            here = self._kleene(condition, {**turns, **dict(zip(again, way, strict=True))})
            impossible = disjunction(negation(turn.possible) for turn in way)
            true.append(either(impossible, here.true))
            false.append(either(impossible, here.false))
        return State(conjunction(true), conjunction(false), kleene.unsure)

    def _kleene(self, condition: Condition, turns: Turns) -> State:
        match condition:
            case Chosen(question) | Measured(question) if question in turns:
                is_so = turns[question].atoms[condition]
                return State(is_so, not is_so)
            case Chosen(question):
                return self.asked[question].chosen(condition)
            case Measured(question):
                return self.asked[question].measured(condition)
            case Longer(question, than):
                assert not {question, than} & set(turns), "not compared here"
                one, other = self.asked[question], self.asked[than]
                known = both(negation(one.open), negation(other.open))
                more = one.amount > other.amount
                unsure = either(one.unsure, other.unsure)
                return State(both(known, more), both(known, negation(more)), unsure)
            case Found(finding):
                if turns:
                    return self.state(self._bodies[finding], turns)
                if finding not in self._found:
                    state = self.state(self._bodies[finding])
                    self._found[finding] = State(*map(self._named, state))
                return self._found[finding]
            case Not(part):
                state = self._kleene(part, turns)
                return State(state.false, state.true, state.unsure)
            case AllOf(parts) | AnyOf(parts):
                states = [self._kleene(part, turns) for part in parts]
                unsure = disjunction(both(state.open, state.unsure) for state in states)
                true, false = [it.true for it in states], [it.false for it in states]
                if isinstance(condition, AllOf):
                    return State(conjunction(true), disjunction(false), unsure)
                return State(disjunction(true), conjunction(false), unsure)

    def _atoms(self, condition: Condition) -> Iterator[Atom]:
        match condition:
            case Chosen() | Measured() | Longer():
                yield condition
            case Found(finding):
                yield from self._atoms(self._bodies[finding])
            case Not(part):
                yield from self._atoms(part)
            case AllOf(parts) | AnyOf(parts):
                for part in parts:
                    yield from self._atoms(part)

    def _read(self, condition: Condition) -> Iterator[str]:
        """The questions of a condition as often as it reads them; a finding reads each once."""
        match condition:
            case Chosen() | Measured() | Longer():
                yield from questions_of(condition)
            case Found(finding):
                yield from dict.fromkeys(self._read(self._bodies[finding]))
            case Not(part):
                yield from self._read(part)
            case AllOf(parts) | AnyOf(parts):
                for part in parts:
                    yield from self._read(part)

    # --- Asking z3 -------------------------------------------------------------------------------

    def broken(self, invariant: Invariant) -> Formula:
        """Where an invariant is broken."""
        met = [
            disjunction(getattr(self, it.key).get(value, False) for value in it.values)
            for it in invariant.requires
        ]
        holds = conjunction(met)
        wrong = holds if invariant.verb == "never" else negation(holds)
        return both(self.state(invariant.when).true, wrong)

    def find(self, *formulas: Formula) -> dict[str, object] | None:
        """Answers for which these are true; None where there are none."""
        self.solver.push()
        try:
            self.solver.add(*formulas)
            found = self.solver.check()
            assert found != z3.unknown, self.solver.reason_unknown()
            return self._said(self.solver.model()) if found == z3.sat else None
        finally:
            self.solver.pop()

    def _said(self, model: Any) -> dict[str, object]:
        said: dict[str, object] = {}
        for id, asked in self.asked.items():
            words = [answer for answer, it in asked.given.items() if holds_in(model, it)]
            if holds_in(model, asked.unsure):
                words.append(UNKNOWN)
            elif asked.is_quantity and not holds_in(model, asked.unasked):
                exact = model.eval(asked.amount, model_completion=True).as_fraction()
                unit = "mm" if asked.question.measure == "length" else " days"
                words.append(f"{float(exact)}{unit}")
            if words:
                said[id] = words if asked.question.kind == "many" else words[0]
        return said

    def given(self, answers: Answers) -> Iterator[Formula]:
        """That exactly this was said."""
        for id, asked in self.asked.items():
            said = answers.given.get(id)
            yield asked.unasked == (said is None)
            yield asked.unsure == (said is not None and said.unknown)
            for answer, formula in asked.given.items():
                yield formula == (said is not None and answer in said.chosen)
            if said is not None and said.quantity is not None:
                yield asked.amount == real(said.quantity.amount)


def questions_of(atom: Atom) -> tuple[str, ...]:
    return (atom.question, atom.than) if isinstance(atom, Longer) else (atom.question,)


def holds_in(model: Any, formula: Formula) -> bool:
    return bool(z3.is_true(model.eval(formula, model_completion=True)))


def total(counted: Sequence[tuple[Formula, int]]) -> Formula:
    zero: Formula = z3.RealVal(0)
    return reduce(lambda so_far, it: so_far + z3.If(it[0], z3.RealVal(it[1]), zero), counted, zero)


# --- The second opinion --------------------------------------------------------------------------


def invariant(id: str, when: Condition, verb: Any, key: str, *values: str) -> Invariant:
    return Invariant(
        id=id,
        place=shipped().invariants[0].place,
        hazard=None,
        because=None,
        when=when,
        verb=verb,
        requires=(Requirement(key, values),),
    )


def age(**bounds: float) -> Measured:
    return Measured("age", **bounds)


# What does not hold: most are just beyond what an invariant of the pack asks for.
NOT_SO = (
    invariant("never-milia", ALWAYS, "never", "outcome", "milia"),
    invariant(
        "fever-until-four-months",
        AllOf((age(under=4 * MONTH), Chosen("unwell", ("fever",)))),
        "always",
        "urgency",
        "emergency",
    ),
    invariant(
        "picked-from-thirty-nine",
        AllOf(
            (age(at_least=39 * YEAR), Chosen("count", ("one",)), Chosen("bleeding", ("picked",)))
        ),
        "never",
        "outcome",
        *REASSURING,
    ),
    invariant(
        "not-sure-of-the-eye-is-urgent",
        Chosen("eye", (UNKNOWN,)),
        "always",
        "urgency",
        "same-day",
        "emergency",
    ),
    invariant(
        "either-is-at-home",
        AllOf((Chosen("redness", ("none",)), Chosen("pain", ("none",)), age(over=DAY))),
        "always",
        "outcome",
        *REASSURING,
    ),
)


@pytest.fixture(scope="module")
def encoding() -> Encoding:
    return Encoding(shipped())


@pytest.fixture(scope="module")
def proofs() -> dict[str, Proof]:
    """What is proved of those that do not hold; that all of the pack do, `test_prove` has shown."""
    results = Results(CodedPack(structs.replace(shipped(), invariants=NOT_SO)))
    found: dict[str, Proof] = {}
    for it in NOT_SO:
        found[it.id] = prove_invariant(results, it)
        results.rewind()
    return found


def asked_of_z3(pack: RulePack, *verbs: str) -> list[Invariant]:
    return [
        it
        for it in pack.invariants
        if it.verb in verbs and all(required.key in FACETS for required in it.requires)
    ]


def is_broken(it: Invariant, answers: Mapping[str, object]) -> bool:
    """Whether the evaluator's result is not as required of those whom an invariant speaks of."""
    result = bumpcheck.check(dict(answers))
    met = all(getattr(result, required.key) in required.values for required in it.requires)
    return met if it.verb == "never" else not met


@pytest.mark.no_cover  # many cases through the same lines
def test_the_encoding_gives_the_results_of_the_cases(encoding: Encoding) -> None:
    """Nothing is proved by formulas that nobody fits, or that say something else."""
    pack = shipped()
    known = [case for case in known_cases() if not case.strict]
    for case in [case for case in known if not case.none_of_these][::9]:
        answers = parse(pack, case.given)
        result = bumpcheck.check(dict(case.given))
        as_found = both(encoding.outcome[result.outcome], encoding.urgency[result.urgency])
        given = list(encoding.given(answers))
        assert encoding.find(*given, as_found) is not None, case.name
        assert encoding.find(*given, negation(as_found)) is None, case.name


@pytest.mark.no_cover  # many cases through the same lines
def test_z3_finds_no_case_against_what_is_proved(encoding: Encoding) -> None:
    put = asked_of_z3(shipped(), "always", "never")
    assert len(put) >= 100
    for it in put:
        found = encoding.find(encoding.broken(it))
        assert found is None, (it.id, found)


@pytest.mark.no_cover  # many cases through the same lines
def test_z3_finds_the_cases_that_are_asked_for(encoding: Encoding) -> None:
    put = asked_of_z3(shipped(), "some")
    assert put
    for it in put:
        found = encoding.find(encoding.broken(structs.replace(it, verb="never")))
        assert found is not None, it.id
        assert not is_broken(it, found), (it.id, found)


@pytest.mark.no_cover  # many cases through the same lines
@pytest.mark.parametrize("it", NOT_SO, ids=lambda it: it.id)
def test_z3_and_the_proofs_find_what_does_not_hold(
    it: Invariant, encoding: Encoding, proofs: dict[str, Proof]
) -> None:
    found = encoding.find(encoding.broken(it))
    assert found is not None
    assert is_broken(it, found), found
    # The case is one that the invariant speaks of.
    given = encoding.given(parse(shipped(), found))
    assert encoding.find(*given, encoding.state(it.when).true) is not None
    proof = proofs[it.id]
    assert proof.state == FAILED
    assert proof.case is not None
    assert is_broken(it, proof.case), proof.case
    given = encoding.given(parse(shipped(), proof.case))
    assert encoding.find(*given, encoding.broken(it)) is not None, "z3 does not agree"
