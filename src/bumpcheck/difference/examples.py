"""Cases that show a change by few answers, and what shows the same in place of each of them."""

from __future__ import annotations

from msgspec import Struct

from bumpcheck.coded import CodedPack, Verdict
from bumpcheck.coded.answers import Answer, Codes
from bumpcheck.coded.diagrams import TRUE
from bumpcheck.coded.samples import Samples

from .turns import ADVICE, kind_of


class Example(Struct, frozen=True):
    """A case, and for each of its answers all that show the same in its place, itself included.

    Each was tried by itself, beside the other answers of the case. Of answers that the rules do not
    tell apart one stands for all. `cube`: every case that gives one of each of these choices,
    whatever else it says.
    """

    codes: Codes
    choices: tuple[tuple[Answer, ...], ...]
    cube: int


class Examples:
    """Makes examples of what two packs do otherwise, of the cases that both take (`domain`)."""

    def __init__(self, old: CodedPack, new: CodedPack, samples: Samples, domain: int) -> None:
        self._packs = (old, new)
        self._diagrams = old.diagrams
        self._samples = samples
        self._domain = domain
        places = {block.column.id: place for place, block in enumerate(old.blocks)}
        self._compared = [
            {places[it.first.column.id], places[it.second.column.id]} for it in old.relations
        ]

    def kind(self, codes: Codes) -> str | None:
        """The kind of change of one case; None where it comes out the same."""
        old, new = self._packs
        return kind_of(old.verdict(codes), new.verdict(codes))

    def fewest(self, codes: Codes, kind: str, region: int) -> Codes:
        """The case with as few answers as show the same kind of change, in the same region."""
        old, walked = self._packs[0], self._diagrams.walked

        def still(codes: Codes) -> bool:
            return walked(region, old.way(codes)) == TRUE and self.kind(codes) == kind

        return self._samples.answers.shrunk(codes, still)

    def example(self, codes: Codes) -> Example:
        """A case with what stands beside it."""
        answers = self._samples.answers
        own = answers.of(codes)
        shown = self._shown(codes)
        choices: list[tuple[Answer, ...]] = []
        for answer in own:
            others = [it for it in own if it != answer]
            those = [answer]
            if not self._is_bound(answer, others):
                those = [
                    it
                    for it in answers.possible(answer[0])
                    if self._shown(answers.saying([*others, it], codes)) == shown
                ]
            choices.append(tuple(those))
        cube = self._diagrams.all_of([answers.given(those) for those in choices])
        return Example(codes, tuple(choices), cube)

    def _is_bound(self, answer: Answer, others: list[Answer]) -> bool:
        """Whether another answer is to the same question, or compared with this one."""
        places = {place for place, _ in others}
        return answer[0] in places or any(
            answer[0] in pair and pair & places for pair in self._compared
        )

    def _shown(self, codes: Codes) -> tuple[object, ...] | None:
        """What is seen of a change: how it came out before and after; None if not both take it."""
        if self._diagrams.walked(self._domain, self._packs[0].way(codes)) != TRUE:
            return None
        old, new = (pack.verdict(codes) for pack in self._packs)
        kind = kind_of(old, new)
        lines = set(old.advice) ^ set(new.advice) if kind == ADVICE else ()
        return kind, _facets(old), _facets(new), frozenset(lines)


def _facets(verdict: Verdict) -> tuple[object, ...]:
    return verdict.outcome, verdict.urgency, verdict.disposition, verdict.pattern
