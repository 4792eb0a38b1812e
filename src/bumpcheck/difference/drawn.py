"""Random sets of answers where two packs may differ: how often they do, and cases of each kind.

What cannot be counted is at least looked at: sets are drawn evenly from all that may come out
otherwise, then some near each rule that is another one, since few that are drawn evenly meet it.
Both packs are asked about every one of them, so that a case that is told is a change.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from bumpcheck.coded import CodedPack
from bumpcheck.coded.answers import Codes
from bumpcheck.coded.diagrams import FALSE, IS_POSSIBLE, IS_TRUE, TRUE
from bumpcheck.coded.samples import Samples
from bumpcheck.model import Rule

from .examples import Example, Examples
from .turns import KINDS

# How many sets are drawn evenly, and how many near the rules that differ, all together.
TRIES = 5_000
NEAR = 4_000
# How many sets are drawn where a kind is known not to be rare.
MOST_TRIES = 4_000
# For how many rules that differ cases are looked for, and how many of each kind, all together.
MOST_RULES = 25
MOST_NEAR = 5
# How many examples of a kind are made near a rule, from which those are taken.
MOST_EXAMPLES = 12
# What of a rule tells, beside its condition.
TELLING = (
    "points",
    "excludes",
    "confirms",
    "urgency",
    "if_unknown",
    "unknown_door",
    "door",
    "outcome",
    "rank",
    "kind",
    "applies",
)


class Seen(Struct, frozen=True):
    """A case that comes out otherwise; `rule` differs, and the case was found near it.

    `share`: of all changes of the kind near the rule, about how many it stands for; 0 if unknown.
    """

    kind: str
    example: Example
    rule: str = ""
    share: float = 0.0


class Drawn(Struct, frozen=True):
    """How many of so many sets, drawn evenly, came out otherwise, by kind; and cases.

    `left`: the rules that differ near which no case was looked for.
    """

    tries: int
    kinds: Mapping[str, int]
    cases: tuple[Seen, ...]
    left: tuple[str, ...] = ()


class Drawing:
    """Draws from `live`, in which all lies that may come out otherwise."""

    def __init__(
        self, packs: tuple[CodedPack, CodedPack], samples: Samples, examples: Examples, live: int
    ) -> None:
        old, _ = self._packs = packs
        self._examples = examples
        self._diagrams = old.diagrams
        self._samples = samples
        self._live = live
        self._chance = random.Random(0)  # noqa: S311  # nothing here is secret
        # Of all sets from a level on, the share for which a diagram is true.
        self._shares: dict[int, float] = {FALSE: 0.0, TRUE: 1.0}

    def drawn(self, *, evenly: bool) -> Drawn:
        """What is found, the same every time; unless `evenly`, near the rules that differ alone."""
        kinds: dict[str, int] = {}
        first: dict[str, Codes] = {}
        tries = TRIES if evenly and self._share(self._live) else 0
        for codes, kind in self._drawn(self._live, tries):
            kinds[kind] = kinds.get(kind, 0) + 1
            first.setdefault(kind, codes)
        cases: dict[tuple[str, Codes], Seen] = {}
        regions = self._rules_apart()
        near = dict(list(regions.items())[:MOST_RULES])
        for seen in self._near(near or {"": self._live}):
            cases.setdefault((seen.kind, seen.example.codes), seen)
        shown = {kind for kind, _ in cases}
        for kind, codes in first.items():
            if kind not in shown:
                fewest = self._examples.fewest(codes, kind, self._live)
                cases[kind, fewest] = Seen(kind, self._examples.example(fewest))
        ordered = sorted(cases.values(), key=lambda seen: KINDS.index(seen.kind))
        left = tuple([rule for rule in regions if rule not in near])
        return Drawn(tries, kinds, tuple(ordered), left)

    def met(self, kind: str, region: int) -> Example | None:
        """An example of a kind, drawn from a part of `live` where that is not rare."""
        for codes, own in self._drawn(region, MOST_TRIES):
            if own == kind:
                fewest = self._examples.fewest(codes, kind, self._live)
                return self._examples.example(fewest)
        return None

    def _drawn(self, region: int, tries: int) -> Iterator[tuple[Codes, str]]:
        """Those of so many sets of a region that come out otherwise, with their kind."""
        for _ in range(tries if self._share(region) else 0):
            codes = self._even(region)
            kind = self._examples.kind(codes)
            if kind is not None:
                yield codes, kind

    # --- Near the rules that differ --------------------------------------------------------------

    def _near(self, regions: Mapping[str, int]) -> Iterator[Seen]:
        """Cases of each kind that turns up near each of some rules."""
        for rule, region in regions.items():
            found: dict[str, list[Codes]] = {}
            evenly: dict[str, list[Codes]] = {}
            is_even = bool(self._share(region))
            for number in range(NEAR // len(regions)):
                few = number % 2 or not is_even
                codes = self._samples.any_case(region, self._chance) if few else self._even(region)
                if codes is None:
                    break
                kind = self._examples.kind(codes)
                if kind is not None:
                    (found if few else evenly).setdefault(kind, []).append(codes)
            most = max(1, MOST_NEAR // len(regions))
            for kind in KINDS:
                own = evenly.get(kind, [])
                told = self._told([*own, *found.get(kind, [])], kind, region)
                for example, many in self._chosen(told, own)[:most]:
                    yield Seen(kind, example, rule, many / max(1, len(own)))

    def _told(self, found: Sequence[Codes], kind: str, region: int) -> list[Example]:
        """Examples that stand for the cases that were found."""
        told: list[Example] = []
        for codes in found:
            if len(told) == MOST_EXAMPLES:
                break
            if not any(self._held([codes], example) for example in told):
                fewest = self._examples.fewest(codes, kind, region)
                told.append(self._examples.example(fewest))
        return told

    def _chosen(self, told: Sequence[Example], found: Sequence[Codes]) -> list[tuple[Example, int]]:
        """Examples with how many cases each stands for, without those of an example before it."""
        chosen: list[tuple[Example, int]] = []
        left, rest = list(told), list(found)
        while left:
            best = max(left, key=lambda example: len(self._held(rest, example)))
            held = self._held(rest, best)
            chosen.append((best, len(held)))
            left.remove(best)
            rest = [codes for codes in rest if codes not in held]
        return chosen

    def _held(self, found: Iterable[Codes], example: Example) -> set[Codes]:
        """Those of some cases that an example stands for."""
        way, walked = self._packs[0].way, self._diagrams.walked
        return {codes for codes in found if walked(example.cube, way(codes)) == TRUE}

    def _rules_apart(self) -> dict[str, int]:
        """Where each rule that is another one tells, within what is looked at."""
        diagrams = self._diagrams
        own = [dict(_rules(pack)) for pack in self._packs]
        regions: dict[str, int] = {}
        for key in dict.fromkeys([*own[0], *own[1]]):
            before, after = own[0].get(key), own[1].get(key)
            if before == after:
                continue
            nodes = [FALSE if it is None else it[0] for it in (before, after)]
            region = FALSE
            for leaves in (IS_TRUE, IS_POSSIBLE):
                one, other = (diagrams.mapped(node, leaves) for node in nodes)
                apart = one if one == other else diagrams.apart(one, other)
                region = diagrams.either(region, apart)
            region = diagrams.both(self._live, region)
            if self._share(region):
                regions[key[1]] = diagrams.either(region, regions.get(key[1], FALSE))
        return regions

    # --- Drawing evenly --------------------------------------------------------------------------

    def _even(self, node: int) -> Codes:
        """A set of answers of a region, each as likely as any other."""
        way: list[int] = []
        level, children = self._diagrams.level, self._diagrams.children
        for at, weights in enumerate(self._samples.weights):
            odds: list[float] = list(weights or [1])
            if level[node] == at:
                below = children[node]
                odds = [own * self._share(child) for own, child in zip(odds, below, strict=True)]
            child = self._chance.choices(range(len(odds)), odds)[0]
            way.append(child)
            if level[node] == at:
                node = children[node][child]
        return self._samples.codes(way)

    def _share(self, node: int) -> float:
        known = self._shares.get(node)
        if known is None:
            weights = self._samples.weights[self._diagrams.level[node]]
            pairs = zip(weights, self._diagrams.children[node], strict=True)
            known = sum([own * self._share(child) for own, child in pairs]) / sum(weights)
            self._shares[node] = known
        return known


def _rules(pack: CodedPack) -> Iterator[tuple[tuple[str, str], tuple[int, tuple[object, ...]]]]:
    """By section and id, where each rule holds and what of it tells."""
    rules = pack.rules
    for section in (
        rules.red_flags,
        rules.signs,
        rules.conflicts,
        rules.evidence,
        rules.patterns,
        rules.doors,
        rules.advice,
    ):
        for it in section:
            rule: Rule = it.rule
            told = tuple([getattr(rule, name, None) for name in TELLING])
            yield (type(rule).__name__, rule.id), (it.node, told)
