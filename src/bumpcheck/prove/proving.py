"""All proofs of a pack, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from msgspec import structs

from bumpcheck.answers import Answers, parse
from bumpcheck.coded import CodedPack, NotCodable, Verdict, nearly_coded
from bumpcheck.coded.diagrams import TRUE
from bumpcheck.engine import evaluate
from bumpcheck.model import Invariant, RulePack
from bumpcheck.result import Result

from . import properties, stopping
from .climbing import Climbing
from .firsts import each_is_taken
from .invariants import prove_invariant
from .needed import Needed
from .parts import parts
from .report import FAILED, UNFINISHED, Proof, Report
from .results import SELF_CARE, Results

FITS = "fits"
# How many cases of a kind there are to begin with.
OF_A_KIND = 3
# For how many proofs the verdicts of cases are remembered.
REMEMBERED_FOR = 100
DISAGREE = "the coded form and the evaluator disagree"

# Told how many proofs are done, and of how many.
Progress = Callable[[int, int], None]
Codes = tuple[int, ...]
# Of a result: its reason, outcome, urgency and pattern.
Kind = tuple[str, str, str, str | None]


def prove(
    pack: RulePack,
    *,
    known: Iterable[Answers] = (),
    invariants: Iterable[Invariant] = (),
    progress: Progress | None = None,
) -> Report:
    """Prove a pack: properties 1 to 7 of the contract, and that topics do not repeat.

    Of 6, what an interview relies on when it stops (see `stopping`).

    `known` are some cases, best with results of every kind, as the cases beside the rules are: with
    them it is sooner shown that a rule is needed. `invariants` are proved besides the pack's own.
    """
    whole = structs.replace(pack, invariants=(*pack.invariants, *invariants))
    try:
        coded = CodedPack(whole)
    except NotCodable as error:
        unfinished = Proof(0, "pack", pack.id, UNFINISHED, note=str(error))
        return Report((unfinished, *_shown_all_the_same(whole, known, progress)), 0)
    return _Proving(coded, known, progress).report()


def _shown_all_the_same(
    pack: RulePack, known: Iterable[Answers], progress: Progress | None
) -> Iterator[Proof]:
    """Of a pack that cannot be proved, what fails for a case that the evaluator confirms."""
    try:
        coded = nearly_coded(pack)
    except NotCodable:
        return
    for proof in _Proving(coded, known, progress).report().failures:
        if proof.state == FAILED and proof.case is not None and proof.note is None:
            yield proof


class _Proving:
    def __init__(
        self, coded: CodedPack, known: Iterable[Answers], progress: Progress | None
    ) -> None:
        self._coded = coded
        self._results = Results(coded)
        self._known = self._results.known = _kept(self._results, known)
        self._progress = progress
        self._found: list[Proof] = []
        self._steps = self._all_steps()

    def report(self) -> Report:
        total = sum(count for count, _ in self._steps)
        for _, step in self._steps:
            for proof in step:
                self._found.append(self._confirmed(proof))
                self._results.rewind()
                if len(self._found) % REMEMBERED_FOR == 0:
                    self._coded.judge.forget()
                if self._progress is not None:
                    self._progress(len(self._found), total)
        return Report(tuple(self._found), self._results.samples.space())

    def _all_steps(self) -> list[tuple[int, Iterator[Proof]]]:
        """The proofs in order, and how many of each there are."""
        results, pack = self._results, self._coded.pack
        all_parts = list(parts(self._coded))
        needed = Needed(results, self._known)
        outcomes = list(properties.one_outcome(results))
        reached = list(properties.facets_of(pack))
        invariants = (prove_invariant(results, it) for it in pack.invariants)
        counted = (properties.more_flags_are_no_less(results, self._found) for _ in range(1))
        return [
            (len(pack.red_flags) + len(pack.referral_signs), properties.alarms_count(results)),
            (1, counted),
            (len(outcomes), iter(outcomes)),
            (len(all_parts), map(needed.prove, all_parts)),
            (len(reached), properties.all_reached(results, reached, self._known)),
            (len(pack.persons) + len(pack.default_doors), each_is_taken(pack)),
            (len(pack.outcomes), properties.something_to_watch_for(results)),
            (stopping.how_many(results), stopping.answers_only_settle(results)),
            (len(pack.invariants), invariants),
            (len(list(properties.of_one_topic(results))), properties.topics_apart(results)),
        ]

    def _confirmed(self, proof: Proof) -> Proof:
        """A proof whose case the evaluator itself gives the same result."""
        if proof.case is None:
            return proof
        answers = parse(self._coded.pack, proof.case)
        ours = self._coded.verdict(self._coded.code(answers))
        if ours == as_verdict(evaluate(self._coded.pack, answers)):
            return proof
        return structs.replace(proof, state=FAILED, note=DISAGREE)


def as_verdict(result: Result) -> Verdict:
    """A result of the evaluator in the form of the coded ones."""
    return Verdict(
        outcome=result.outcome,
        urgency=result.urgency,
        disposition=result.disposition,
        reason=result.reason,
        screening=result.screening,
        pattern=result.pattern.id if result.pattern else None,
        points=tuple(result.points.values()),
        red_flags=tuple((it.flag.id, it.urgency, it.state) for it in result.red_flags),
        referral_signs=tuple(sign.id for sign in result.referral_signs),
        not_ruled_out=tuple(it.alarm.id for it in result.not_ruled_out),
        conflicts=tuple(clash.conflict.id for clash in result.conflicts),
        evidence=tuple(piece.id for piece in result.evidence),
        look_alikes=tuple(like.other.id for like in result.look_alikes),
        advice=tuple(line.id for line in result.advice),
    )


def _kept(results: Results, known: Iterable[Answers]) -> list[Codes]:
    """Cases to begin with, the reassured first: the known ones, and for every pattern some.

    Of the known ones that are not reassured, a few of each kind.
    """
    coded = results.pack
    kept: dict[Kind, list[Codes]] = {}
    for answers in known:
        codes = coded.code(answers)
        verdict = coded.verdict(codes)
        kind: Kind = (verdict.reason, verdict.outcome, verdict.urgency, verdict.pattern)
        alike = kept.setdefault(kind, [])
        if verdict.reason == FITS or len(alike) < OF_A_KIND:
            alike.append(codes)
    climbing = Climbing(coded, results.samples)
    for outcome in coded.pack.reassuring:
        for pattern, region in results.patterns(TRUE, outcome):
            kind = (FITS, outcome.id, SELF_CARE, pattern.id if pattern else None)
            alike = kept.setdefault(kind, [])
            climbs = climbing.climbs(climbing.earning(outcome), region)
            alike += islice(climbs, max(0, OF_A_KIND - len(alike)))
    results.rewind()
    reassured_first = sorted(kept, key=lambda kind: kind[0] != FITS)
    return [codes for kind in reassured_first for codes in kept[kind]]
