"""A comparison as lines to read, and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from bumpcheck.coded import Verdict
from bumpcheck.model import RulePack

from .comparing import Comparison
from .drawn import Drawn
from .groups import Group, groups
from .sweep import OnStep
from .texts import differing_texts
from .turns import ADVICE, KINDS

# Fewer are written out.
LARGE = 1_000_000
SOME_TEXTS = 12
WIDE = 80

SAME = "; all others come out the same"

SAID = {
    "less": "less urgent than before",
    "more": "more urgent than before",
    "other": "as urgent, but otherwise",
    "advice": "other advice alone",
}

Command = Callable[[Mapping[str, object]], str]


class Difference(Struct, frozen=True):
    """What a comparison came to; `kinds` are how many sets of answers change in which way.

    `most` is how many may change at most, `drawn` what random ones of these came to.
    """

    space: int
    kinds: Mapping[str, int]
    most: int
    drawn: Drawn | None
    groups: tuple[Group, ...]
    unfinished: tuple[str, ...]
    is_known_but_for_advice: bool
    remarks: tuple[str, ...]
    texts: tuple[str, ...]

    @property
    def changed(self) -> int:
        """How many sets of answers come out otherwise."""
        return sum(self.kinds.values())

    @property
    def is_any(self) -> bool:
        """Whether any answers come out otherwise, or may; other words alone do not count."""
        return bool(self.kinds or self.unfinished or self.remarks)

    @property
    def is_exact(self) -> bool:
        """Whether everything was counted."""
        return not self.unfinished

    @property
    def more(self) -> int:
        """How many sets of answers no group stands for, of the kinds that have any."""
        return sum([self._more(kind) for kind in self.kinds])

    def _more(self, kind: str) -> int:
        counts = [group.count for group in self.groups if group.kind == kind]
        # Where a group was not counted, nobody knows how many none stands for.
        return self.kinds.get(kind, 0) - sum(counts) if all(counts) and counts else 0

    def lines(self, command: Command, width: int = WIDE) -> Iterator[str]:
        """The comparison in words, within so many columns but for commands."""
        for remark in self.remarks:
            yield from textwrap.wrap(remark, width, subsequent_indent="  ")
        yield from textwrap.wrap(self._changed(), width)
        for it in self.unfinished:
            yield from textwrap.wrap(f"not counted exactly: {it}", width)
        if self.drawn is not None and self.drawn.tries and not self.groups and not self.drawn.kinds:
            yield f"of {self.drawn.tries:,} random ones that may change, none did"
        for kind in KINDS:
            own = [group for group in self.groups if group.kind == kind]
            if kind not in self.kinds and not own and not self._drawn(kind):
                continue
            yield ""
            yield f"{SAID[kind]}{self._counted(kind)}"
            for group in own:
                yield from _lines(group, command, width)
            more = self._more(kind)
            if more:
                yield f"- {_many(more)} more that share none of these answers"
        if self.drawn is not None and self.drawn.left:
            yield ""
            said = f"not looked near for a case: {_some(self.drawn.left)}"
            yield from textwrap.wrap(said, width, subsequent_indent="  ", break_on_hyphens=False)
        if self.texts:
            yield ""
            said = f"texts that differ: {len(self.texts)} ({_some(self.texts)})"
            yield from textwrap.wrap(said, width, subsequent_indent="  ", break_on_hyphens=False)

    def _changed(self) -> str:
        """How many come out otherwise, or at most."""
        if not self.is_known_but_for_advice:
            return self._of(f"at most {_many(self.most)}", self.most, SAME)
        many = _many(self.changed) if self.changed else "none"
        if self.is_exact:
            return self._of(many, self.changed)
        rest = f", with other advice alone at most {_many(self.most - self.changed)} more"
        return self._of(many, self.changed, rest + SAME)

    def _of(self, many: str, count: int, rest: str = "") -> str:
        taken = " that both packs take" if self.remarks else ""
        share = self._share(count)
        return f"changed: {many} of {self.space:.1e} sets of answers{taken}{share}{rest}"

    def _counted(self, kind: str) -> str:
        """How many there are of a kind; where that is not known, of random ones."""
        count, seen = self.kinds.get(kind, 0), self._drawn(kind)
        said: list[str] = []
        if count:
            said.append(f"{_many(count)}{self._share(count)}")
        elif self.drawn is not None and not seen and self.drawn.tries:
            said.append(f"rare (none of {self.drawn.tries:,} random ones)")
        if self.drawn is not None and seen and not self._is_sure(kind):
            about = round(self.most * seen / self.drawn.tries)
            said.append(f"about {_many(about)} ({seen:,} of {self.drawn.tries:,} random ones)")
        return f": {', '.join(said)}" if said else ""

    def _is_sure(self, kind: str) -> bool:
        return self.is_exact or (self.is_known_but_for_advice and kind != ADVICE)

    def _drawn(self, kind: str) -> int:
        return 0 if self.drawn is None else self.drawn.kinds.get(kind, 0)

    def _share(self, count: int) -> str:
        return f" ({_percent(count / self.space)} %)" if count else ""

    def as_dict(self, command: Command) -> dict[str, object]:
        """The comparison for JSON."""
        return {
            "changed": self.is_any,
            "answer_sets": self.space,
            "changed_sets": self.changed,
            "kinds": {kind: self.kinds[kind] for kind in KINDS if kind in self.kinds},
            "exact": self.is_exact,
            "exact_but_for_advice": self.is_known_but_for_advice,
            "changed_at_most": self.most,
            "random_sets": None
            if self.drawn is None
            else {
                "tries": self.drawn.tries,
                "kinds": dict(self.drawn.kinds),
            },
            "not_looked_near": [] if self.drawn is None else list(self.drawn.left),
            "groups": [
                {
                    "kind": group.kind,
                    "count": group.count,
                    "near_rule": group.rule or None,
                    "share_near_rule": group.share or None,
                    **_as_dict(group, command),
                }
                for group in self.groups
            ],
            "more": self.more,
            "unfinished": list(self.unfinished),
            "not_compared": list(self.remarks),
            "texts": list(self.texts),
        }


def difference(
    old: RulePack, new: RulePack, on_step: OnStep | None = None, *, quick: bool = False
) -> Difference:
    """Compare two packs, see `Comparison`; `on_step` is told how far it is. Raises NotCodable."""
    compared = Comparison(old, new, on_step, quick=quick)
    return Difference(
        space=compared.samples.count(compared.domain),
        kinds=compared.kinds,
        most=compared.most,
        drawn=compared.drawn,
        groups=tuple(groups(compared)),
        unfinished=compared.unfinished,
        is_known_but_for_advice=compared.is_known_but_for_advice,
        remarks=compared.remarks,
        texts=differing_texts(old, new),
    )


def _many(count: int) -> str:
    return f"{count:,}" if count < LARGE else f"{count:.1e}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}" if share >= 0.1 else f"{100 * share:.2g}"


def _lines(group: Group, command: Command, width: int) -> Iterator[str]:
    old, new = _facets(group.old), _facets(group.new)
    turn = f"{', '.join(old)} -> {', '.join(new)}" if old != new else f"{', '.join(old)}: advice"
    near = f" near {group.rule}" if group.rule else ""
    if group.count:
        yield f"- {_many(group.count)}, for one:"
    elif group.rule and group.share:
        yield f"- about {_percent(group.share)} % of those{near}, for one:"
    else:
        yield f"- for one{near}:"
    yield from _wrapped(turn, width)
    yield f"  {command(group.answers)}"
    for id, choices in group.alike.items():
        yield from _wrapped(f"alike with {id}: {_some([str(it) for it in choices])}", width)
    for what, ids in (("gained", group.gained), ("lost", group.lost)):
        if ids:
            yield from _wrapped(f"advice {what}: {', '.join(ids)}", width)


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False
    )


def _facets(verdict: Verdict) -> list[str]:
    shown = [verdict.outcome, verdict.urgency, verdict.disposition]
    return [*shown, verdict.pattern] if verdict.pattern else shown


def _some(ids: Sequence[str]) -> str:
    shown = ", ".join(ids[:SOME_TEXTS])
    return f"{shown}, ..." if len(ids) > SOME_TEXTS else shown


def _as_dict(group: Group, command: Command) -> dict[str, object]:
    return {
        "answers": dict(group.answers),
        "alike": {id: list(choices) for id, choices in group.alike.items()},
        "command": command(group.answers),
        "before": _result(group.old),
        "after": _result(group.new),
        "advice_gained": list(group.gained),
        "advice_lost": list(group.lost),
    }


def _result(verdict: Verdict) -> dict[str, object]:
    return {
        "outcome": verdict.outcome,
        "urgency": verdict.urgency,
        "disposition": verdict.disposition,
        "pattern": verdict.pattern,
    }
