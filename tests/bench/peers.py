"""How long a case takes here, and with rule engines that a script writer might take instead.

    pip install zen-engine clipspy durable_rules business-rules
    python -m tests.bench.peers [CASES]

Every engine is given the same rules, made from the pack by the same lines: for each red flag when
it holds and when an unknown answer makes it count, and when each referral sign, conflict and piece
of evidence holds. Each says which of them apply to a case. What follows from these (the points, the
outcome, the urgency) is counted by the same few lines for all of them, and must be what `evaluate`
says of every case. That is the largest part of a verdict that all of them can express; here a whole
batch row is worked out, and its cells are read as well, which the others are spared. Engines that
are not installed are left out. Prints the median time of a case, and ratios. Not part of the tests.
"""

from __future__ import annotations

import importlib
import json
import random
import statistics
import sys
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from math import inf
from operator import itemgetter
from typing import Any

from msgspec import Struct

from bumpcheck.answers import Answers, parse
from bumpcheck.batch.classify import judging
from bumpcheck.batch.weighed import Argument, weighed
from bumpcheck.engine import evaluate
from bumpcheck.facts import columns
from bumpcheck.model import (
    NOT_ASKED,
    UNKNOWN,
    URGENCIES,
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
from bumpcheck.pack import shipped

from .batch import an_answer

CASES = 4000
TIMES = 3
# An engine is given as many cases as it does in so many seconds.
SECONDS = 10.0


# --- Conditions of two values --------------------------------------------------------------------


class Holds(Struct, frozen=True):
    """One of these was said; that nothing was said, or that it is unknown, is an answer here."""

    question: str
    answers: tuple[str, ...]


class Lacks(Struct, frozen=True):
    """None of these was said."""

    question: str
    answers: tuple[str, ...]


class Between(Struct, frozen=True):
    """An amount is known, and at least one bound and less than the other."""

    question: str
    low: float
    high: float


class More(Struct, frozen=True):
    """Both amounts are known, and the first is more, or is not more."""

    question: str
    than: str
    so: bool


class Every(Struct, frozen=True):
    parts: tuple[Formula, ...]


class Some(Struct, frozen=True):
    parts: tuple[Formula, ...]


Formula = Holds | Lacks | Between | More | Every | Some
ALWAYS, NEVER = Every(()), Some(())
OPEN_ANSWERS = (UNKNOWN, NOT_ASKED)


def every(parts: Iterable[Formula]) -> Formula:
    found = [part for part in dict.fromkeys(parts) if part != ALWAYS]
    if NEVER in found:
        return NEVER
    return found[0] if len(found) == 1 else Every(tuple(found))


def some(parts: Iterable[Formula]) -> Formula:
    found = [part for part in dict.fromkeys(parts) if part != NEVER]
    if ALWAYS in found:
        return ALWAYS
    return found[0] if len(found) == 1 else Some(tuple(found))


class Kleene(Struct, frozen=True):
    """Where a condition is true, is false, and may be so; where it is open through an unknown."""

    true: Formula
    false: Formula
    may_be_true: Formula
    may_be_false: Formula
    unsure: Formula


class Translation:
    """Conditions of three values as formulas of two, by Kleene's logic."""

    def __init__(self, pack: RulePack) -> None:
        self._bodies = {finding.id: finding.condition for finding in pack.findings}
        self._columns = columns(pack)
        self._known: dict[Condition, Kleene] = {}

    def __call__(self, condition: Condition) -> Kleene:
        known = self._known.get(condition)
        if known is None:
            known = self._known[condition] = self._translated(condition)
        return known

    def _translated(self, condition: Condition) -> Kleene:
        match condition:
            case Found(finding):
                return self(self._bodies[finding])
            case Not(part):
                it = self(part)
                return Kleene(it.false, it.true, it.may_be_false, it.may_be_true, it.unsure)
            case AllOf(parts):
                return self._all(parts)
            case AnyOf(parts):
                return self(Not(AllOf(tuple(Not(part) for part in parts))))
            case Measured(question):
                low, high = condition.interval
                below, above = Between(question, 0.0, low), Between(question, high, inf)
                outside = some(it for it in (below, above) if it.low < it.high)
                return self._amounts([question], Between(question, low, high), outside)
            case Longer(question, than):
                return self._amounts(
                    [question, than], More(question, than, True), More(question, than, False)
                )
            case Chosen():
                return self._chosen(condition)

    def _all(self, parts: Sequence[Condition]) -> Kleene:
        each = [self(part) for part in parts]
        may_be_true = every(it.may_be_true for it in each)
        return Kleene(
            true=every(it.true for it in each),
            false=some(it.false for it in each),
            may_be_true=may_be_true,
            may_be_false=some(it.may_be_false for it in each),
            # Open where no part is false, and some part is open.
            unsure=every([may_be_true, some(it.unsure for it in each)]),
        )

    def _amounts(self, questions: list[str], true: Formula, false: Formula) -> Kleene:
        open_ = [Holds(id, OPEN_ANSWERS) for id in questions]
        unsure = some(Holds(id, (UNKNOWN,)) for id in questions)
        return Kleene(true, false, some([true, *open_]), some([false, *open_]), unsure)

    def _chosen(self, condition: Chosen) -> Kleene:
        column = self._columns[condition.question]
        mask = column.mask(condition.answers)
        if column.is_any(mask):
            return Kleene(ALWAYS, NEVER, ALWAYS, NEVER, NEVER)
        given = tuple(id for id, bit in column.bits.items() if bit & mask)
        # "Somewhere on the face" leaves the places on it open.
        names = {bit: id for id, bit in column.bits.items()}
        covering = tuple(
            names[bit] for bit, of in column.covers.items() if of & mask and not bit & mask
        )
        id = condition.question
        opening = (*covering, *OPEN_ANSWERS) if mask & column.everything else (NOT_ASKED,)
        unsure = Holds(id, (UNKNOWN,)) if UNKNOWN in opening else NEVER
        return Kleene(
            true=Holds(id, given),
            false=Lacks(id, (*given, *opening)),
            may_be_true=Holds(id, (*given, *opening)),
            may_be_false=Lacks(id, given),
            unsure=every([Lacks(id, given), unsure]),
        )


def formulas(pack: RulePack) -> dict[str, Formula]:
    """What every engine is asked, by name."""
    translate = Translation(pack)
    made: dict[str, Formula] = {}
    for flag in pack.red_flags:
        made[f"flag {flag.id}"] = translate(flag.condition).true
        if flag.if_unknown != "list":
            made[f"unknown {flag.id}"] = translate(flag.condition).unsure
    for kind, rules in (
        ("sign", pack.referral_signs),
        ("conflict", pack.conflicts),
        ("evidence", pack.evidence),
    ):
        for rule in rules:
            made[f"{kind} {rule.id}"] = translate(rule.condition).true
    return {name: formula for name, formula in made.items() if formula != NEVER}


# --- Engines -------------------------------------------------------------------------------------

# A case as every engine gets it: the answers to each question, and its amount, -1 if none is known.
Case = dict[str, Any]


def case_of(pack: RulePack, answers: Answers) -> Case:
    case: Case = {}
    for question in pack.questions:
        given = answers.given.get(question.id)
        said = [NOT_ASKED] if given is None else [*given.chosen, *[UNKNOWN] * given.unknown]
        if question.kind == "quantity":
            amount = given.quantity.amount if given and given.quantity else -1.0
            case[amount_of(question.id)] = amount
        case[question.id] = said
    return case


def amount_of(question: str) -> str:
    return f"{question}_amount"


class Peer(ABC):
    """A rule engine with the rules loaded."""

    package: str

    @abstractmethod
    def __init__(self, formulas: dict[str, Formula]) -> None: ...

    @abstractmethod
    def applying(self, case: Case) -> set[str]:
        """The names of the rules that apply."""


class Zen(Peer):
    """One compiled expression for all rules, so that a case crosses into Rust once."""

    package = "zen-engine"

    def __init__(self, formulas: dict[str, Formula]) -> None:
        zen = importlib.import_module("zen")
        self._names = list(formulas)
        parts = [self._expression(formula) for formula in formulas.values()]
        self._compiled = zen.compile_expression(f"[{', '.join(parts)}]")

    def applying(self, case: Case) -> set[str]:
        came = self._compiled.evaluate(case)
        return {name for name, applies in zip(self._names, came, strict=True) if applies}

    def _expression(self, formula: Formula) -> str:
        match formula:
            case Holds(question, answers):
                return f"some({question}, # in {json.dumps(answers)})"
            case Lacks(question, answers):
                return f"none({question}, # in {json.dumps(answers)})"
            case Between(question, low, high):
                amount = amount_of(question)
                below = f" and {amount} < {high!r}" if high < inf else ""
                return f"({amount} >= {low!r}{below})"
            case More(question, than, so):
                one, other = amount_of(question), amount_of(than)
                return f"({one} >= 0 and {other} >= 0 and {one} {'>' if so else '<='} {other})"
            case Every(parts):
                return f"({' and '.join(map(self._expression, parts))})"
            case Some(parts):
                return f"({' or '.join(map(self._expression, parts))})"


class Clips(Peer):
    """Answers as facts; an alternative inside a rule is a rule of its own, whose fact is shared."""

    package = "clipspy"

    def __init__(self, formulas: dict[str, Formula]) -> None:
        clips = importlib.import_module("clips")
        self._environment = clips.Environment()
        self._numbers: dict[Formula, int] = {}
        self._variables = 0
        self._applying: set[str] = set()
        self._environment.define_function(self._applying.add, "applies")
        for number, (name, formula) in enumerate(formulas.items()):
            self._environment.build(
                f'(defrule rule{number} {self._pattern(formula)} => (applies "{name}"))'
            )

    def applying(self, case: Case) -> set[str]:
        self._applying.clear()
        self._environment.reset()
        # Facts of the library's own, made one by one, are slower, and slower with every case.
        self._environment.eval(f"(assert {' '.join(_facts(case))})")
        self._environment.run()
        return set(self._applying)

    def _pattern(self, formula: Formula) -> str:
        match formula:
            case Holds(question, answers):
                # That there is one is what matters, not how many.
                return f"(exists (said {question} {'|'.join(answers)}))"
            case Lacks(question, answers):
                return f"(not (said {question} {'|'.join(answers)}))"
            case Between(question, low, high):
                value = self._variable()
                test = f"(>= {value} {low!r})"
                if high < inf:
                    test = f"(and {test} (< {value} {high!r}))"
                return f"(amount {amount_of(question)} {value}&:{test})"
            case More(question, than, so):
                one, other = self._variable(), self._variable()
                test = f"(and (>= {one} 0) (>= {other} 0) ({'>' if so else '<='} {one} {other}))"
                first = f"(amount {amount_of(question)} {one})"
                return f"(and {first} (amount {amount_of(than)} {other}&:{test}))"
            case Every(parts):
                return f"(and {' '.join(map(self._pattern, parts))})"
            case Some(parts):
                return f"(is {self._number(formula, parts)})"

    def _variable(self) -> str:
        self._variables += 1
        return f"?v{self._variables}"

    def _number(self, formula: Formula, parts: Sequence[Formula]) -> int:
        known = self._numbers.get(formula)
        if known is None:
            known = self._numbers[formula] = len(self._numbers)
            for at, part in enumerate(parts):
                self._environment.build(
                    f"(defrule some{known}-{at} {self._pattern(part)} => (assert (is {known})))"
                )
        return known


def _facts(case: Case) -> Iterator[str]:
    for name, said in case.items():
        if isinstance(said, list):
            yield from (f"(said {name} {answer})" for answer in said)
        else:
            yield f"(amount {name} {said!r})"


class BusinessRules(Peer):
    """Conditions as nested `all` and `any` over variables; an action tells that a rule applies."""

    package = "business-rules"

    def __init__(self, formulas: dict[str, Formula]) -> None:
        variables = importlib.import_module("business_rules.variables")
        actions = importlib.import_module("business_rules.actions")
        self._engine = importlib.import_module("business_rules.engine")
        self._case: Case = {}
        self._applying: set[str] = set()
        made: dict[str, Any] = {}
        for name, (is_amount, value) in _variables(formulas.values()).items():
            kind = "numeric" if is_amount else "select_multiple"
            # The library reads what a method answers, and writes on the method what it is.
            made[name] = getattr(variables, f"{kind}_rule_variable")()(self._reading(value))
        self._variables = type("Variables", (variables.BaseVariables,), made)()
        applies = actions.rule_action(
            params={"name": importlib.import_module("business_rules.fields").FIELD_TEXT}
        )(lambda _, name: self._applying.add(name))
        self._actions = type("Actions", (actions.BaseActions,), {"applies": applies})()
        self._rules = [
            {
                "conditions": {"all": [self._condition(formula)]},
                "actions": [{"name": "applies", "params": {"name": name}}],
            }
            for name, formula in formulas.items()
        ]

    def applying(self, case: Case) -> set[str]:
        self._applying.clear()
        self._case = case
        self._engine.run_all(self._rules, self._variables, self._actions)
        return set(self._applying)

    def _reading(self, value: Callable[[Case], object]) -> Callable[[object], object]:
        return lambda _: value(self._case)

    def _condition(self, formula: Formula) -> dict[str, object]:
        match formula:
            case Holds(question, answers):
                operator = "shares_at_least_one_element_with"
                return {"name": question, "operator": operator, "value": list(answers)}
            case Lacks(question, answers):
                operator = "shares_no_elements_with"
                return {"name": question, "operator": operator, "value": list(answers)}
            case Between(question, low, high):
                # Numbers are compared to six digits: what is just above a bound is said otherwise.
                bounds = [_bound(question, low, "greater_than_or_equal_to", "greater_than")]
                if high < inf:
                    bounds.append(_bound(question, high, "less_than", "less_than_or_equal_to"))
                return {"all": bounds}
            case More():
                # A variable cannot be compared with another, but with a difference.
                operator = "greater_than" if formula.so else "less_than_or_equal_to"
                test = {"name": _difference(formula), "operator": operator, "value": 0.0}
                known = (Between(id, 0.0, inf) for id in (formula.question, formula.than))
                return {"all": [*map(self._condition, known), test]}
            case Every(parts):
                return {"all": list(map(self._condition, parts))}
            case Some(parts):
                return {"any": list(map(self._condition, parts))}


def _bound(question: str, bound: float, operator: str, just_above: str) -> dict[str, object]:
    plain = round(bound, 6)
    how = just_above if plain < bound else operator
    return {"name": amount_of(question), "operator": how, "value": plain}


def _difference(more: More) -> str:
    return f"{more.question}_less_{more.than}"


def _variables(
    formulas: Iterable[Formula],
) -> dict[str, tuple[bool, Callable[[Case], object]]]:
    """What formulas look at in a case, by name, and whether that is an amount."""
    found: dict[str, tuple[bool, Callable[[Case], object]]] = {}
    for atom in _atoms(formulas):
        match atom:
            case Holds(question) | Lacks(question):
                found[question] = (False, itemgetter(question))
            case Between(question):
                found[amount_of(question)] = (True, itemgetter(amount_of(question)))
            case More(question, than):
                one, other = amount_of(question), amount_of(than)
                found[one], found[other] = (True, itemgetter(one)), (True, itemgetter(other))
                found[_difference(atom)] = (True, partial(_less, one, other))
    return found


def _atoms(formulas: Iterable[Formula]) -> Iterator[Holds | Lacks | Between | More]:
    for formula in formulas:
        match formula:
            case Every(parts) | Some(parts):
                yield from _atoms(parts)
            case _:
                yield formula


def _less(one: str, other: str, case: Case) -> float:
    return float(case[one]) - float(case[other])


# How many expressions a rule of durable_rules may have; what joins them counts as well.
EXPRESSIONS = 32
# How many rules a set may have, so that those that match a case fit its stack.
RULES = 40


class Durable(Peer):
    """Every rule matches one fact, which is a case; it is taken back once all of them have.

    A formula that is too long for a rule is several, which are put together here.
    """

    package = "durable_rules"

    def __init__(self, formulas: dict[str, Formula]) -> None:
        self._formulas = formulas
        self._amounts = {
            name: value
            for name, (is_amount, value) in _variables(formulas.values()).items()
            if is_amount
        }
        self._answers = {
            (atom.question, answer)
            for atom in _atoms(formulas.values())
            if isinstance(atom, Holds | Lacks)
            for answer in atom.answers
        }
        self._matching: set[Formula] = set()
        short = dict.fromkeys(part for it in formulas.values() for part in _short_enough(it))
        sets: dict[str, dict[str, object]] = {}
        for number, formula in enumerate(short):
            rules = sets.setdefault(f"cases{number // RULES}", {})
            rules[f"r{number}"] = {
                "all": [{"m": self._condition(formula)}],
                "run": self._noting(formula),
            }
        self._sets = list(sets)
        self._engine = importlib.import_module("durable.engine")
        self._host = self._engine.Host()
        self._host.set_rulesets(sets)
        self._count = 0

    def applying(self, case: Case) -> set[str]:
        self._matching.clear()
        self._count += 1
        fact = {**self._flat(case), "id": self._count, "sid": "0"}
        for rules in self._sets:
            # That none of its rules matches is an error to the library.
            with suppress(self._engine.MessageNotHandledException):
                self._host.assert_fact(rules, fact)
                self._host.retract_fact(rules, fact)
        return {name for name, formula in self._formulas.items() if self._applies(formula)}

    def _applies(self, formula: Formula) -> bool:
        if isinstance(formula, Every | Some) and _size(formula) > EXPRESSIONS:
            decide = all if isinstance(formula, Every) else any
            return decide(map(self._applies, formula.parts))
        return formula in self._matching

    def _noting(self, formula: Formula) -> Callable[[object], None]:
        # Of a function that takes two the library waits to be told when it is done.
        return lambda _: self._matching.add(formula)

    def _flat(self, case: Case) -> dict[str, object]:
        """Answers as properties of their own, true or false: what is absent matches nothing."""
        flat = {name: value(case) for name, value in self._amounts.items()}
        return flat | {f"{it}_{answer}": answer in case[it] for it, answer in self._answers}

    def _condition(self, formula: Formula) -> dict[str, object]:
        match formula:
            case Holds(question, answers):
                return _either("$or", [{f"{question}_{it}": True} for it in answers])
            case Lacks(question, answers):
                return _either("$and", [{f"{question}_{it}": False} for it in answers])
            case Between(question, low, high):
                name = amount_of(question)
                bounds: list[dict[str, object]] = [{"$gte": {name: low}}]
                if high < inf:
                    bounds.append({"$lt": {name: high}})
                return _either("$and", bounds)
            case More():
                known = [Between(id, 0.0, inf) for id in (formula.question, formula.than)]
                test: dict[str, object] = {
                    "$gt" if formula.so else "$lte": {_difference(formula): 0.0}
                }
                return _either("$and", [*map(self._condition, known), test])
            case Every(parts):
                return _either("$and", list(map(self._condition, parts)))
            case Some(parts):
                return _either("$or", list(map(self._condition, parts)))


def _size(formula: Formula) -> int:
    match formula:
        case Every(parts) | Some(parts):
            return 1 + sum(map(_size, parts))
        case Holds(_, answers) | Lacks(_, answers):
            return 1 + len(answers)
    return 5


def _short_enough(formula: Formula) -> Iterator[Formula]:
    if isinstance(formula, Every | Some) and _size(formula) > EXPRESSIONS:
        for part in formula.parts:
            yield from _short_enough(part)
    else:
        yield formula


def _either(how: str, parts: list[dict[str, object]]) -> dict[str, object]:
    return parts[0] if len(parts) == 1 else {how: parts}


# --- Agreement and time --------------------------------------------------------------------------


def what_follows(pack: RulePack, applying: set[str]) -> tuple[str, str]:
    """The outcome and the urgency, where these rules apply."""
    urgencies = [flag.urgency for flag in pack.red_flags if f"flag {flag.id}" in applying]
    urgencies += [
        flag.if_unknown
        for flag in pack.red_flags
        if f"unknown {flag.id}" in applying and flag.if_unknown != "list"
    ]
    if not urgencies and not any(name.startswith(("sign ", "conflict ")) for name in applying):
        arguments = [Argument(it, f"evidence {it.id}" in applying, 0) for it in pack.evidence]
        for outcome, where in weighed(pack.reassuring, arguments, 1).earned.items():
            if where:
                return outcome, "self-care"
    return pack.default.id, max(["routine", *urgencies], key=list(URGENCIES).index)


def drawn(pack: RulePack, count: int) -> list[dict[str, str]]:
    """Cases as cells, of realistic variety."""
    chance = random.Random(2)
    return [{it.id: an_answer(it, chance) for it in pack.questions} for _ in range(count)]


def ours(pack: RulePack, rows: list[dict[str, str]]) -> tuple[float, list[tuple[str, str]]]:
    """Seconds a row, and the outcomes and urgencies, from cells to columns."""
    asked = [question.id for question in pack.questions]
    judge = judging(pack, asked, strict=False, none_of_these=False)
    cells = [[row[id] for row in rows] for id in asked]
    taken: list[float] = []
    for _ in range(TIMES):
        started = time.process_time()
        judge.read(cells, len(rows))
        (outcomes, urgencies, *_), _wrong = judge.verdicts()
        taken.append((time.process_time() - started) / len(rows))
    said = zip(map(str, outcomes), map(str, urgencies), strict=True)
    return statistics.median(taken), list(said)


def theirs(
    kind: type[Peer], pack: RulePack, cases: list[Case]
) -> tuple[float, list[tuple[str, str]]]:
    """Seconds a case, and the outcomes and urgencies, of as many cases as there is time for."""
    peer = kind(formulas(pack))
    taken: list[float] = []
    said: list[tuple[str, str]] = []
    for case in cases:
        started = time.process_time()
        applying = peer.applying(case)
        taken.append(time.process_time() - started)
        said.append(what_follows(pack, applying))
        if sum(taken) > SECONDS:
            break
    return statistics.median(taken), said


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    pack = shipped()
    rows = drawn(pack, count)
    answers = [parse(pack, {id: cell for id, cell in row.items() if cell}) for row in rows]
    wanted = [(it.outcome, it.urgency) for it in (evaluate(pack, said) for said in answers)]
    cases = [case_of(pack, said) for said in answers]
    outcomes = Counter(wanted).most_common()
    print(f"{count:,} cases: {', '.join(f'{n:,} {o} {u}' for (o, u), n in outcomes)}")

    own, said = ours(pack, rows)
    disagreeing = sum(one != other for one, other in zip(said, wanted, strict=True))
    print(f"{'a batch':<15}{own * 1e6:10,.1f} us a case, {disagreeing} disagree")
    fastest = inf
    for kind in (Zen, Clips, BusinessRules, Durable):
        try:
            each, said = theirs(kind, pack, cases)
        except ImportError:
            print(f"{kind.package:<15} is not installed")
            continue
        disagreeing = sum(one != other for one, other in zip(said, wanted, strict=False))
        print(
            f"{kind.package:<15}{each * 1e6:10,.1f} us a case, {disagreeing} of {len(said):,} "
            f"disagree, {each / own:,.0f} times a batch"
        )
        fastest = min(fastest, each)
    if fastest < inf:
        print(f"a batch takes a {fastest / own:.0f}th of the fastest of them")


if __name__ == "__main__":
    main()
