"""The invariants of a pack: what each would be broken by, and whether there is such a case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bumpcheck.coded import CodedPack, NotCodable
from bumpcheck.coded.answers import Codes
from bumpcheck.coded.diagrams import FALSE
from bumpcheck.model import URGENCIES, Invariant, Requirement

from .regions import UnfinishedError
from .report import FAILED, PROVED, UNFINISHED, Proof, State
from .results import Results, Wanted

NUMBER = 7
CONCERNS_NOBODY = "its `when` is true of nobody, so that it asks for nothing"

# The keys of a requirement that a result has one value of.
SINGLE = ("outcome", "urgency", "disposition", "pattern")


def prove_invariant(results: Results, invariant: Invariant) -> Proof:
    """Whether an invariant holds for every case, or for one, if it asks for no more."""
    note = None
    try:
        node = results.pack.compiler.compile(invariant.when, as_evaluated=False)
        when = results.regions.true(node)
        state, codes = _sought(results, invariant, when)
        if when == FALSE and state == PROVED:
            note = CONCERNS_NOBODY
    except (UnfinishedError, NotCodable):
        state, codes = UNFINISHED, None
    return Proof(
        property=NUMBER,
        kind="invariant",
        about=invariant.id,
        state=state,
        place=invariant.place,
        case=None if codes is None else results.samples.say(codes),
        note=note,
    )


def _sought(results: Results, invariant: Invariant, when: int) -> tuple[State, Codes | None]:
    """Whether it holds of a region, and the case that shows it."""
    pack = results.pack
    if invariant.verb == "some":
        wanted = _asked(pack, invariant)
        codes = results.near(when, wanted) or results.find(when, wanted)
        if codes is None:
            return FAILED, None
        return PROVED, results.smaller(when, wanted, codes)
    found: list[Codes] = []
    unfinished: UnfinishedError | None = None
    for wanted in _breaches(pack, invariant):
        try:
            codes = results.find(when, wanted)
        except UnfinishedError as error:
            unfinished = error  # it may still be broken in another way
            continue
        if codes is not None:
            found.append(results.smallest(when, wanted, codes))
    if found:
        return FAILED, min(found, key=results.samples.cost)
    if unfinished is not None:
        raise unfinished
    return PROVED, None


def _asked(pack: CodedPack, invariant: Invariant) -> Wanted:
    """A result that has everything that an invariant names."""
    wanted = Wanted()
    for requirement in invariant.requires:
        values = frozenset(requirement.values)
        if requirement.key in SINGLE:
            wanted = wanted.narrowed(requirement.key, values)
        elif requirement.key == "red-flag":
            wanted = wanted.narrowed("flags", values)
        else:
            wanted = wanted.narrowed("lines", _lines(pack, requirement))
    return wanted


def _breaches(pack: CodedPack, invariant: Invariant) -> Iterator[Wanted]:
    """The kinds of results that break an invariant."""
    if invariant.verb == "never":
        yield _asked(pack, invariant)
        return
    for requirement in invariant.requires:
        values = frozenset(requirement.values)
        if requirement.key in SINGLE:
            yield Wanted().narrowed(requirement.key, _values(pack, requirement.key) - values)
        elif requirement.key == "red-flag":
            yield Wanted(no_flags=values)
        else:
            yield Wanted(no_lines=_lines(pack, requirement))


def _values(pack: CodedPack, key: str) -> frozenset[str | None]:
    """Everything that a facet of a result can be."""
    rules = pack.pack
    every: dict[str, Iterable[str | None]] = {
        "outcome": (outcome.id for outcome in rules.outcomes),
        "urgency": URGENCIES,
        "disposition": rules.doors,
        "pattern": (*(pattern.id for pattern in rules.patterns), None),
    }
    return frozenset(every[key])


def _lines(pack: CodedPack, requirement: Requirement) -> frozenset[str]:
    """The advice lines that a requirement names, by their ids or by a tag."""
    named = set(requirement.values)
    return frozenset(
        line.id for line in pack.pack.advice if line.id in named or named & set(line.tags)
    )
