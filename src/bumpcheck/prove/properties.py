"""What is proved of every pack, whatever its rules say; that nothing is dead stands in `needed`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from bumpcheck.coded import Coded
from bumpcheck.coded.diagrams import FALSE, IS_UNSURE, TRUE
from bumpcheck.errors import Place
from bumpcheck.model import RANK, URGENCIES, Advice, Pattern, RulePack, Urgency

from .regions import UnfinishedError
from .report import FAILED, PROVED, UNFINISHED, Proof, State
from .results import Results, Wanted

Codes = tuple[int, ...]


def alarms_count(results: Results) -> Iterator[Proof]:
    """1: an alarm that holds never ends in reassurance, nor in less than its urgency."""
    reassuring = frozenset(outcome.id for outcome in results.pack.pack.reassuring)
    for flag in results.pack.rules.red_flags:
        true = results.regions.true(flag.node)
        sought = [
            (true, Wanted(outcome=reassuring)),
            (true, Wanted(urgency=_less_than(flag.rule.urgency))),
        ]
        if flag.rule.if_unknown != "list":
            unsure = results.pack.diagrams.mapped(flag.node, IS_UNSURE)
            sought.append((unsure, Wanted(urgency=_less_than(flag.rule.if_unknown))))
        yield _nowhere(results, 1, "red flag", flag.rule.id, sought, flag.rule.place)
    for sign in results.pack.rules.signs:
        true = results.regions.true(sign.node)
        sought = [
            (true, Wanted(outcome=reassuring)),
            (true, Wanted(urgency=_less_than("routine"))),
        ]
        yield _nowhere(results, 1, "referral sign", sign.rule.id, sought, sign.rule.place)


def more_flags_are_no_less(results: Results, counted: Iterable[Proof]) -> Proof:
    """2: what holds for more red flags is not less urgent on their account.

    The urgency on account of some flags is the most urgent of theirs, and each has one for every
    case. So nothing is to be shown but that each counts with it wherever it holds, which is 1.
    """
    state: State = PROVED
    for proof in counted:
        if proof.kind == "red flag" and proof.state != PROVED:
            state = proof.state if state == PROVED else state
    return Proof(2, "pack", results.pack.pack.id, state)


def one_outcome(results: Results) -> Iterator[Proof]:
    """3: no two reassuring outcomes hold at once, and the order of the rules does not matter."""
    pack = results.pack.pack
    for one, other in combinations(pack.reassuring, 2):
        # Each would have to lead over the other, since what is excluded is not earned, and what is
        # confirmed leaves no other.
        state = PROVED if one.lead + other.lead > 0 else UNFINISHED
        yield Proof(3, "outcomes", f"{one.id} and {other.id}", state, other.place)
    # Everything is sorted by ids, that are unique, but patterns, that are sorted by rank.
    for first, second in combinations(pack.patterns, 2):
        if (first.outcome, first.rank) == (second.outcome, second.rank):
            yield _apart(results, first, second)
    yield Proof(3, "pack", pack.id, PROVED)


def _apart(results: Results, one: Pattern, other: Pattern) -> Proof:
    """Two patterns of one rank never apply at once."""
    nodes = {coded.rule.id: coded.node for coded in results.pack.rules.patterns}
    true = results.regions.true
    both = results.pack.diagrams.both(true(nodes[one.id]), true(nodes[other.id]))
    codes = results.samples.smallest(both)
    return Proof(
        property=3,
        kind="patterns",
        about=f"{one.id} and {other.id}",
        state=PROVED if both == FALSE else FAILED,
        place=other.place,
        case=None if codes is None else results.samples.say(codes),
    )


def something_to_watch_for(results: Results) -> Iterator[Proof]:
    """5: every outcome carries at least one line of when to seek help."""
    lines = frozenset(line.id for line in results.pack.pack.advice if line.kind == "see")
    for outcome in results.pack.pack.outcomes:
        wanted = Wanted(outcome=frozenset({outcome.id}), no_lines=lines)
        yield _nowhere(results, 5, "outcome", outcome.id, [(TRUE, wanted)], outcome.place)


def of_one_topic(results: Results) -> Iterator[tuple[Coded[Advice], Coded[Advice]]]:
    """The pairs of advice lines that say something of one topic."""
    for one, other in combinations(results.pack.rules.advice, 2):
        if one.rule.topic is not None and one.rule.topic == other.rule.topic:
            yield one, other


def topics_apart(results: Results) -> Iterator[Proof]:
    """8: no two lines of one topic are ever given together: they would repeat or contradict."""
    for one, other in of_one_topic(results):
        wanted = Wanted().asking(one.rule).asking(other.rule)
        region = results.pack.diagrams.both(results.line(one), results.line(other))
        about = f"{one.rule.id} and {other.rule.id}"
        yield _nowhere(results, 8, "advice", about, [(region, wanted)], other.rule.place)


def facets_of(pack: RulePack) -> Iterator[tuple[str, str]]:
    """Every outcome, urgency and disposition."""
    for outcome in pack.outcomes:
        yield "outcome", outcome.id
    for urgency in URGENCIES:
        yield "urgency", urgency
    for door in pack.doors:
        yield "disposition", door


def all_reached(
    results: Results, facets: Sequence[tuple[str, str]], known: Iterable[Codes]
) -> Iterator[Proof]:
    """4, of what is no rule: every outcome, urgency and disposition is somebody's."""
    seen: dict[tuple[str, str], Codes] = {}
    for codes in known:
        verdict = results.pack.verdict(codes)
        for facet, _ in facets:
            seen.setdefault((facet, getattr(verdict, facet)), codes)
    for facet, value in facets:
        yield _somewhere(results, 4, facet, value, seen.get((facet, value)))


def _somewhere(results: Results, number: int, facet: str, value: str, shown: Codes | None) -> Proof:
    state: State = PROVED
    if shown is None:
        try:
            shown = results.find(TRUE, Wanted().narrowed(facet, [value]))
            state = FAILED if shown is None else PROVED
        except UnfinishedError:
            state = UNFINISHED
    case = None if shown is None else results.samples.say(shown)
    return Proof(number, facet, value, state, case=case)


def _less_than(urgency: Urgency) -> frozenset[str | None]:
    return frozenset(less for less in URGENCIES if RANK[less] < RANK[urgency])


def _nowhere(
    results: Results,
    number: int,
    kind: str,
    about: str,
    sought: Iterable[tuple[int, Wanted]],
    place: Place,
) -> Proof:
    """That no case of some regions has a result of some kind."""
    state: State = PROVED
    case = None
    for when, wanted in sought:
        try:
            codes = results.find(when, wanted)
        except UnfinishedError:
            state = UNFINISHED
            continue
        if codes is not None:
            state = FAILED
            case = results.samples.say(results.smallest(when, wanted, codes))
            break
    return Proof(number, kind, about, state, place, case)
