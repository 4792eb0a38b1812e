"""Conditions against brute force: true or false however the open parts turn out, else open.

Small packs are made up at random, with questions of every kind, findings and nested conditions.
Each condition stands on a referral sign, so that a result tells its state: raised is true, not
ruled out is open (and names the questions that keep it so), neither is false. The truth beside it
is worked out by filling in everything that is open in every way.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from itertools import chain, combinations, product
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bumpcheck
from bumpcheck import RulePack
from bumpcheck.conditions import conditions
from bumpcheck.facts import FALSE, OPEN, TRUE, facts

from .kettle import FOLDER

Condition = Any  # as it stands in YAML
Said = dict[str, Any]


class Asked(NamedTuple):
    """A question: its answers, those that each covering answer covers, or a quantity."""

    kind: str
    answers: tuple[str, ...] = ()
    covers: tuple[tuple[str, tuple[str, ...]], ...] = ()


class Way(NamedTuple):
    """One way a question can be: what really holds, and whether the person said "not sure"."""

    holds: frozenset[str]
    amount: float
    unsure: bool


class Toy(NamedTuple):
    """A made-up pack: questions, findings (each builds on earlier ones), and conditions."""

    questions: dict[str, Asked]
    findings: dict[str, Condition]
    signs: list[Condition]


# --- The truth, by brute force -------------------------------------------------------------------


def consistent(asked: Asked, holds: frozenset[str]) -> bool:
    """Who says "one of these" has one of them."""
    return all(holds & set(covered) for answer, covered in asked.covers if answer in holds)


def subsets(answers: Iterable[str]) -> Iterator[frozenset[str]]:
    listed = list(answers)
    each = (combinations(listed, size) for size in range(len(listed) + 1))
    return (frozenset(some) for some in chain.from_iterable(each))


def ways(asked: Asked, said: Any, amounts: list[float]) -> list[Way]:
    """Every way in which a question can be, given what was said to it (None: it was not asked)."""
    words = said if isinstance(said, list) else [said]
    unsure = "unknown" in words
    given = frozenset(word for word in words if word not in (None, "unknown"))
    said_so = [True] if unsure else [False, True] if said is None else [False]
    if asked.kind == "quantity":
        known = [float(str(said).split()[0])] if given else amounts
        return [Way(frozenset(), amount, u) for amount in known for u in said_so]
    if asked.kind == "one":
        held = [given] if given else [frozenset([answer]) for answer in asked.answers]
    else:
        rest: set[str] = set()
        if unsure or said is None:
            rest = set(asked.answers)
        for answer, covered in asked.covers:
            if answer in given:
                rest |= set(covered)
        held = [given | more for more in subsets(sorted(rest - given))]
        held = [some for some in held if some and consistent(asked, some)]
    return [Way(holds, 0.0, u) for holds in held for u in said_so]


def days(text: str) -> float:
    return float(text.split(maxsplit=1)[0])


def is_true(condition: Condition, toy: Toy, world: dict[str, Way]) -> bool:
    """A condition where nothing is open, read as the guide says."""
    if isinstance(condition, list):
        return any(is_true(part, toy, world) for part in condition)
    return all(entry_is_true(key, value, toy, world) for key, value in condition.items())


def entry_is_true(key: str, value: Any, toy: Toy, world: dict[str, Way]) -> bool:
    if key == "any":
        return any(is_true(part, toy, world) for part in value)
    if key == "all":
        return all(is_true(part, toy, world) for part in value)
    if key in ("not", "unless"):
        return not is_true(value, toy, world)
    listed = value if isinstance(value, list) else [value]
    if key == "finding":
        return any(is_true(toy.findings[id], toy, world) for id in listed)
    return any(said_is_true(world[key], part, world) for part in listed)


BOUNDS = {
    "under": lambda amount, bound: amount < bound,
    "at-most": lambda amount, bound: amount <= bound,
    "at-least": lambda amount, bound: amount >= bound,
    "over": lambda amount, bound: amount > bound,
}


def said_is_true(way: Way, part: Any, world: dict[str, Way]) -> bool:
    if part == "unknown":
        return way.unsure
    if isinstance(part, str):
        return part in way.holds
    return all(
        way.amount > world[bound].amount
        if word == "longer-than"
        else BOUNDS[word](way.amount, days(bound))
        for word, bound in part.items()
    )


def read_by(condition: Condition, toy: Toy) -> set[str]:
    """The questions that a condition names, itself or through findings."""
    if isinstance(condition, list):
        return set().union(*(read_by(part, toy) for part in condition))
    named: set[str] = set()
    for key, value in condition.items():
        if key in ("any", "all", "not", "unless"):
            named |= read_by(value, toy)
        elif key == "finding":
            listed = value if isinstance(value, list) else [value]
            named |= set().union(*(read_by(toy.findings[id], toy) for id in listed))
        else:
            named.add(key)
            bounds = [
                p for p in (value if isinstance(value, list) else [value]) if "longer-than" in p
            ]
            named |= {part["longer-than"] for part in bounds}
    return named


def worlds(toy: Toy, questions: Iterable[str], said: Said) -> Iterator[dict[str, Way]]:
    """Every way to fill in what is open in these questions."""
    questions = sorted(questions)
    quantities = [id for id in questions if toy.questions[id].kind == "quantity"]
    # Every number that a condition or an answer names, and as many between as are compared.
    points = [0.0, *sorted(float(bound) for bound in LIMITS)]
    between = [
        low + (high - low) * step / (len(quantities) + 1)
        for low, high in zip(points, [*points[1:], points[-1] + 2], strict=True)
        for step in range(len(quantities) + 1)
    ]
    each = [ways(toy.questions[id], said.get(id), between) for id in questions]
    for chosen in product(*each):
        yield dict(zip(questions, chosen, strict=True))


def truth(condition: Condition, toy: Toy, said: Said) -> str:
    """Whether a condition is true, false or open."""
    states: set[bool] = set()
    for world in worlds(toy, read_by(condition, toy), said):
        states.add(is_true(condition, toy, world))
        if len(states) == 2:
            return "open"
    return "true" if states.pop() else "false"


# --- Packs made up at random ---------------------------------------------------------------------

LIMITS = (3, 6)


def names_unknown(toy: Toy, id: str) -> bool:
    """Whether a finding, or one that it builds on, names `unknown`."""
    body = json.dumps(toy.findings[id])
    return '"unknown"' in body or any(
        f'"{other}"' in body and names_unknown(toy, other) for other in toy.findings
    )


def atoms(draw: st.DrawFn, toy: Toy, *, negated: bool) -> Condition:
    """A condition on one question or finding."""
    # `unknown` may not be negated, by way of a finding neither.
    findings = [id for id in toy.findings if not (negated and names_unknown(toy, id))]
    id = draw(st.sampled_from([*toy.questions, *findings]))
    if id in toy.findings:
        more = draw(st.lists(st.sampled_from(findings), max_size=1))
        return {"finding": [id, *more] if more else id}
    asked = toy.questions[id]
    unsure = [] if negated else ["unknown"]
    if asked.kind != "quantity":
        words = st.sampled_from([*asked.answers, *unsure])
        return {id: draw(st.one_of(words, st.lists(words, min_size=1, max_size=3, unique=True)))}
    others = [other for other, it in toy.questions.items() if it.kind == "quantity" and other != id]
    bounds = [{word: f"{limit} days"} for word in BOUNDS for limit in LIMITS]
    bounds += [{"at-least": "3 days", "under": "6 days"}, {"over": "3 days", "at-most": "6 days"}]
    bounds += [{"longer-than": other} for other in others]
    bounds += [{"longer-than": other, "under": "6 days"} for other in others]
    part = draw(st.sampled_from(bounds))
    return {id: [part, *unsure] if draw(st.booleans()) and unsure else part}


def trees(draw: st.DrawFn, toy: Toy, depth: int, *, negated: bool = False) -> Condition:
    """A condition of any shape."""
    shape = draw(st.sampled_from(["atom", "atom", "any", "all", "not", "and", "unless"]))
    if depth == 0 or shape == "atom":
        return atoms(draw, toy, negated=negated)
    if shape in ("any", "all"):
        size = draw(st.integers(1, 3))
        return {shape: [trees(draw, toy, depth - 1, negated=negated) for _ in range(size)]}
    if shape == "and":
        some = atoms(draw, toy, negated=negated)
        return {**some, **atoms(draw, toy, negated=negated)}
    inner = trees(draw, toy, depth - 1, negated=True)
    if shape == "not":
        return {"not": inner}
    return {**atoms(draw, toy, negated=negated), "unless": inner}


SHAPES = [
    Asked("one", ("a", "b")),
    Asked("one", ("a", "b", "c")),
    Asked("many", ("a", "b", "c")),
    Asked("many", ("a", "b", "c", "ab"), (("ab", ("a", "b")),)),
    Asked("many", ("a", "b", "c", "ab", "bc"), (("ab", ("a", "b")), ("bc", ("b", "c")))),
    Asked("quantity"),
    Asked("quantity"),
]


def answers_to(asked: Asked) -> st.SearchStrategy[Any]:
    """Anything that can be said to a question; None is not asked."""
    if asked.kind == "quantity":
        return st.sampled_from([None, "unknown", "2 days", "3 days", "4 days", "6 days", "7 days"])
    if asked.kind == "one":
        return st.sampled_from([None, "unknown", *asked.answers])
    words = st.sampled_from([*asked.answers, "unknown"])
    return st.one_of(st.none(), st.just("unknown"), st.lists(words, min_size=1, unique=True))


@st.composite
def toys(draw: st.DrawFn) -> tuple[Toy, list[Said]]:
    """A pack, and some sets of answers to it."""
    chosen = draw(st.lists(st.sampled_from(SHAPES), min_size=2, max_size=4))
    toy = Toy({f"q{number}": asked for number, asked in enumerate(chosen)}, {}, [])
    for number in range(draw(st.integers(0, 3))):
        toy.findings[f"f{number}"] = trees(draw, toy, 1)
    toy.signs.extend(trees(draw, toy, 2) for _ in range(3))
    said = st.fixed_dictionaries({id: answers_to(it) for id, it in toy.questions.items()})
    return toy, draw(st.lists(said, min_size=4, max_size=4))


def question(id: str, asked: Asked) -> dict[str, Any]:
    about = {"id": id, "kind": asked.kind, "group": "g", "ask": "a", "why": "w"}
    if asked.kind == "quantity":
        return {**about, "measure": "time", "at-most": "50 years"}
    covers = dict(asked.covers)
    listed = [
        {"id": word, "text": word, **({"covers": covers[word]} if word in covers else {})}
        for word in asked.answers
    ]
    return {**about, "answers": listed}


def loaded(toy: Toy, invariants: Iterable[Condition] = ()) -> RulePack:
    """The made-up pack, written and loaded; its words are those of the kettle."""
    cited = {"because": "b", "source": {"s": "p"}}
    sections = {
        "questions": [question(id, asked) for id, asked in toy.questions.items()],
        "findings": [{"id": id, "when": it, "text": "t"} for id, it in toy.findings.items()],
        "referral-signs": [
            {"id": f"s{n}", "when": it, "text": "t", "door": "shop", **cited}
            for n, it in enumerate(toy.signs)
        ],
        "invariants": [
            {"id": f"i{n}", "hazard": "h", "when": it, "never": {"outcome": "limescale"}}
            for n, it in enumerate(invariants)
        ],
        "sources": [{"id": "s", "title": "t", "kind": "reference"}],
    }
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(FOLDER / "texts.yaml", folder)
        pack = (FOLDER / "pack.yaml").read_text()
        Path(folder, "pack.yaml").write_text(pack.replace(", when: {age: {under: 1 year}}", ""))
        Path(folder, "rules.yaml").write_text(json.dumps(sections))
        return bumpcheck.load(folder)


class Seen(NamedTuple):
    """What a result says of a condition, and which questions keep it open."""

    state: str
    through: list[str]


def seen(pack: RulePack, said: Said) -> list[Seen]:
    """What the result says of every condition of a made-up pack."""
    result = bumpcheck.check(said, rules=pack)
    raised = {sign.id for sign in result.referral_signs}
    open_ = {alarm.alarm.id: list(alarm.questions) for alarm in result.not_ruled_out}
    return [
        Seen("true", [])
        if sign.id in raised
        else Seen("open", open_[sign.id])
        if sign.id in open_
        else Seen("false", [])
        for sign in pack.referral_signs
    ]


# --- The laws ------------------------------------------------------------------------------------


@given(toys())
def test_a_condition_is_what_it_is_however_the_open_parts_turn_out(
    made: tuple[Toy, list[Said]],
) -> None:
    toy, cases = made
    pack = loaded(toy)
    for said in cases:
        for condition, came in zip(toy.signs, seen(pack, said), strict=True):
            assert came.state == truth(condition, toy, said), (condition, toy.findings, said)


def is_open(asked: Asked, said: Any) -> bool:
    return len(ways(asked, said, [0.0, 1.0])) > 1


@given(toys())
def test_every_question_that_keeps_a_condition_open_is_open_itself(
    made: tuple[Toy, list[Said]],
) -> None:
    toy, cases = made
    pack = loaded(toy)
    for said in cases:
        for condition, came in zip(toy.signs, seen(pack, said), strict=True):
            assert bool(came.through) == (came.state == "open")
            assert set(came.through) <= read_by(condition, toy)
            assert all(is_open(toy.questions[id], said.get(id)) for id in came.through)


def complete(asked: Asked) -> list[Any]:
    """Answers to a question that leave nothing of it open."""
    if asked.kind == "quantity":
        return ["2 days", "3 days", "4 days", "6 days", "7 days"]
    if asked.kind == "one":
        return list(asked.answers)
    single = [answer for answer in asked.answers if answer not in dict(asked.covers)]
    return [list(some) for some in subsets(single) if some]


@given(toys(), st.data())
def test_a_condition_is_closed_once_the_questions_that_keep_it_open_are_answered(
    made: tuple[Toy, list[Said]], data: st.DataObject
) -> None:
    toy, cases = made
    pack = loaded(toy)
    for said in cases:
        for number, came in enumerate(seen(pack, said)):
            more = {
                id: data.draw(st.sampled_from(complete(toy.questions[id]))) for id in came.through
            }
            assert seen(pack, {**said, **more})[number].state != "open"


ONE = Asked("one", ("a", "b"))
MANY = Asked("many", ("a", "b", "c"))
COVERING = Asked("many", ("a", "b", "c", "ab"), (("ab", ("a", "b")),))
TIME = Asked("quantity")

PLAIN: list[tuple[str, dict[str, Asked], Condition, Said, str]] = [
    ("given", {"q": ONE}, {"q": "a"}, {"q": "a"}, "true"),
    ("not given", {"q": ONE}, {"q": "a"}, {"q": "b"}, "false"),
    ("unknown", {"q": ONE}, {"q": "a"}, {"q": "unknown"}, "open"),
    ("not asked", {"q": ONE}, {"q": "a"}, {}, "open"),
    ("a complete answer", {"q": MANY}, {"not": {"q": "a"}}, {"q": "b"}, "true"),
    ("and the rest unknown", {"q": MANY}, {"q": "b"}, {"q": ["a", "unknown"]}, "open"),
    ("this and the rest unknown", {"q": MANY}, {"q": "a"}, {"q": ["a", "unknown"]}, "true"),
    ("unknown, named", {"q": ONE}, {"q": ["a", "unknown"]}, {"q": "unknown"}, "true"),
    ("unknown, named, not asked", {"q": ONE}, {"q": "unknown"}, {}, "open"),
    ("unknown, named, answered", {"q": ONE}, {"q": "unknown"}, {"q": "a"}, "false"),
    ("covering", {"q": COVERING}, {"q": "a"}, {"q": "ab"}, "open"),
    ("covering, none of it", {"q": COVERING}, {"q": "c"}, {"q": "ab"}, "false"),
    ("covering, all of it", {"q": COVERING}, {"q": ["a", "b"]}, {"q": "ab"}, "true"),
    ("either is true of everybody", {"q": ONE}, [{"q": "a"}, {"not": {"q": "a"}}], {}, "true"),
    ("both is true of nobody", {"q": ONE}, {"all": [{"q": "a"}, {"q": "b"}]}, {}, "false"),
    ("both may be", {"q": MANY}, {"all": [{"q": "a"}, {"q": "b"}]}, {}, "open"),
    (
        "younger and older",
        {"q": TIME},
        {"all": [{"q": {"under": "3 days"}}, {"q": {"over": "6 days"}}]},
        {},
        "false",
    ),
    (
        "up to and from",
        {"q": TIME},
        [{"q": {"under": "3 days"}}, {"q": {"at-least": "3 days"}}],
        {},
        "true",
    ),
    (
        "up to and over",
        {"q": TIME},
        [{"q": {"under": "3 days"}}, {"q": {"over": "3 days"}}],
        {},
        "open",
    ),
    (
        "longer both ways",
        {"q": TIME, "r": TIME},
        {"all": [{"q": {"longer-than": "r"}}, {"r": {"longer-than": "q"}}]},
        {},
        "false",
    ),
    (
        "longer one way",
        {"q": TIME, "r": TIME},
        {"q": {"longer-than": "r"}},
        {"q": "3 days"},
        "open",
    ),
    (
        "not longer",
        {"q": TIME, "r": TIME},
        {"q": {"longer-than": "r"}},
        {"q": "3 days", "r": "3 days"},
        "false",
    ),
    (
        "longer than known",
        {"q": TIME, "r": TIME},
        {"all": [{"q": {"longer-than": "r"}}, {"q": {"under": "6 days"}}]},
        {"r": "6 days"},
        "false",
    ),
    (
        "the rest may be nothing",
        {"q": MANY},
        [{"q": "b"}, {"q": "c"}],
        {"q": ["a", "unknown"]},
        "open",
    ),
    # One of the answers must be.
    ("every answer", {"q": ONE}, {"q": ["a", "b"]}, {"q": "unknown"}, "true"),
    ("every answer, one by one", {"q": ONE}, [{"q": "a"}, {"q": "b"}], {"q": "unknown"}, "true"),
    ("every answer of many", {"q": MANY}, {"q": ["a", "b", "c"]}, {"q": "unknown"}, "true"),
    ("no answer", {"q": ONE}, {"not": {"q": ["a", "b"]}}, {"q": "unknown"}, "false"),
    # Who says "one of these" has one of them.
    ("covered, one by one", {"q": COVERING}, [{"q": "a"}, {"q": "b"}], {"q": "ab"}, "true"),
    (
        "covered and more",
        {"q": COVERING},
        [{"q": "a"}, {"q": "b"}],
        {"q": ["ab", "unknown"]},
        "true",
    ),
    (
        "covered and said",
        {"q": COVERING},
        [{"q": "b"}, {"all": [{"q": "b"}, {"q": "c"}]}],
        {"q": ["ab", "a"]},
        "open",
    ),
    (
        "covering, but nothing of it",
        {"q": COVERING},
        {"all": [{"q": "ab"}, {"not": {"q": "a"}}, {"not": {"q": "b"}}]},
        {},
        "false",
    ),
    # "Not sure" is one more answer to what was not asked.
    (
        "unsure or one of all",
        {"q": ONE, "r": ONE},
        {"any": [{"q": "a"}, {"q": "b"}, {"q": "unknown", "r": "a"}]},
        {},
        "true",
    ),
    # Three amounts in one gap.
    (
        "three in a row",
        {"q": TIME, "r": TIME, "s": TIME},
        {
            "all": [
                {"q": {"over": "3 days", "under": "6 days"}},
                {"r": {"over": "3 days", "under": "6 days"}},
                {"s": {"over": "3 days", "under": "6 days"}},
                {"q": {"longer-than": "r"}},
                {"r": {"longer-than": "s"}},
            ]
        },
        {},
        "open",
    ),
    (
        "two above a known one",
        {"q": TIME, "r": TIME, "s": TIME},
        {
            "all": [
                {"q": {"longer-than": "r"}},
                {"r": {"longer-than": "s"}},
                {"q": {"under": "6 days"}},
            ]
        },
        {"s": "4 days"},
        "open",
    ),
]


@pytest.mark.parametrize(
    ("questions", "condition", "said", "state"),
    [case[1:] for case in PLAIN],
    ids=[case[0] for case in PLAIN],
)
def test_plain_examples(
    questions: dict[str, Asked], condition: Condition, said: Said, state: str
) -> None:
    """Each is what the guide says, what brute force says, and what the tool says."""
    toy = Toy(questions, {}, [condition])
    assert truth(condition, toy, said) == state
    assert seen(loaded(toy), said)[0].state == state


@pytest.mark.parametrize(
    ("condition", "said", "through"),
    [
        ({"all": [{"q": "a"}, {"r": "a"}]}, {}, ["q", "r"]),
        ({"all": [{"q": "a"}, {"r": "a"}]}, {"r": "a"}, ["q"]),
        ({"any": [{"all": [{"q": "a"}, {"r": "a"}]}, {"s": "a"}]}, {"r": "b"}, ["s"]),
        ({"any": [{"all": [{"q": "a"}, {"r": "a"}]}, {"s": "a"}]}, {"s": "b"}, ["q", "r"]),
        ({"all": [{"any": [{"q": "a"}, {"r": "a"}]}, {"s": "a"}]}, {"r": "a"}, ["s"]),
        ({"s": "a", "unless": {"all": [{"q": "a"}, {"r": "a"}]}}, {"r": "b"}, ["s"]),
        ({"s": "a", "finding": "f"}, {"r": "b"}, ["s"]),
        (
            {"any": [{"s": "a"}, {"finding": "f"}]},
            {"s": "unknown", "r": "unknown"},
            ["q", "r", "s"],
        ),
    ],
)
def test_a_question_that_cannot_matter_any_more_is_not_named(
    condition: Condition, said: Said, through: list[str]
) -> None:
    findings = {"f": {"any": [{"q": "a", "r": "a"}, {"r": "b"}]}}
    toy = Toy({"q": ONE, "r": ONE, "s": ONE}, findings, [condition])
    assert seen(loaded(toy), said)[0].through == through


@pytest.mark.parametrize(
    ("bounds", "states"),
    [
        ({"under": "3 days"}, ["true", "false", "false"]),
        ({"at-most": "3 days"}, ["true", "true", "false"]),
        ({"at-least": "3 days"}, ["false", "true", "true"]),
        ({"over": "3 days"}, ["false", "false", "true"]),
        ({"at-least": "3 days", "at-most": "3 days"}, ["false", "true", "false"]),
        ({"at-least": "3 days", "under": "4 days"}, ["false", "true", "false"]),
        ({"over": "2 days", "at-most": "3 days"}, ["false", "true", "false"]),
    ],
)
def test_a_bound_holds_below_at_and_above_as_its_name_says(
    bounds: dict[str, str], states: list[str]
) -> None:
    pack = loaded(Toy({"q": TIME}, {}, [{"q": bounds}, {"all": [{"q": bounds}]}]))
    for said, state in zip(["2 days", "3 days", "4 days"], states, strict=True):
        assert [came.state for came in seen(pack, {"q": said})] == [state, state]


NOT_ASKED: list[tuple[Condition, Said, int]] = [
    ({"q": "not-asked"}, {}, TRUE),
    ({"q": "not-asked"}, {"q": "unknown"}, FALSE),
    ({"q": "not-asked"}, {"q": "a"}, FALSE),
    ({"q": ["a", "not-asked"]}, {}, TRUE),
    ({"q": ["a", "not-asked"]}, {"q": "unknown"}, OPEN),
    ({"q": ["a", "unknown", "not-asked"]}, {"q": "unknown"}, TRUE),
    ({"q": "not-asked", "r": "a"}, {}, OPEN),
    ({"any": [{"q": "not-asked", "r": "a"}, {"q": "not-asked", "not": {"r": "a"}}]}, {}, TRUE),
    ({"all": [{"q": "not-asked"}, {"any": [{"q": "a"}, {"r": "a"}]}]}, {"r": "a"}, TRUE),
]


@pytest.mark.parametrize(("condition", "said", "state"), NOT_ASKED, ids=lambda x: str(x)[:60])
def test_not_asked_is_true_of_what_was_not_asked(
    condition: Condition, said: Said, state: int
) -> None:
    """In the `when` of an invariant `not-asked` matches the state of the answer, open or not."""
    pack = loaded(Toy({"q": ONE, "r": ONE}, {}, []), [condition])
    result = bumpcheck.check(said, rules=pack)
    test = conditions(pack).compile(pack.invariants[0].when)
    assert test(facts(pack, result.answers)) == state


@settings(max_examples=20)
@given(toys())
def test_conditions_say_the_same_in_any_order(made: tuple[Toy, list[Said]]) -> None:
    """What is asked first leaves no trace for what is asked next."""
    toy, cases = made
    turned = Toy(toy.questions, toy.findings, toy.signs[::-1])
    pack, reverse = loaded(toy), loaded(turned)
    for said in cases:
        assert seen(pack, said) == seen(reverse, said)[::-1]
