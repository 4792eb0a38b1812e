"""A comparison as lines to read, and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from msgspec import Struct

from bumpcheck.coded import Verdict
from bumpcheck.coded.diagrams import FALSE
from bumpcheck.model import RulePack

from .comparing import Compared, compare
from .groups import MOST_GROUPS, Group, groups, sampled
from .texts import differing_texts

# Fewer are written out.
LARGE = 1_000_000
SOME_TEXTS = 12

Command = Callable[[Mapping[str, object]], str]


class Open(Struct, frozen=True):
    """What could not be counted exactly, and a case that shows it, if one is known."""

    what: str
    case: Group | None


class Difference(Struct, frozen=True):
    """What a comparison came to."""

    space: int
    changed: int
    groups: tuple[Group, ...]
    unfinished: tuple[Open, ...]
    remarks: tuple[str, ...]
    texts: tuple[str, ...]

    @property
    def is_any(self) -> bool:
        """Whether any answers come out otherwise, or may; other words alone do not count."""
        return bool(self.changed or self.unfinished or self.remarks)

    @property
    def more(self) -> int:
        """How many sets of answers no group stands for."""
        return self.changed - sum(group.count for group in self.groups)

    def lines(self, command: Command) -> Iterator[str]:
        """The comparison in words."""
        yield from self.remarks
        for group in self.groups:
            others = ", or another change" if group.mixed else ""
            yield f"{_many(group.count)}: {_turn(group)}{others}"
            yield from _below(group, command)
        if self.more:
            yield f"and {_many(self.more)} more"
        for it in self.unfinished:
            yield f"could not be counted exactly: what {it.what} changes"
            if it.case is not None:
                yield f"  for one: {_turn(it.case)}"
                yield from _below(it.case, command)
        known = "at least " if self.unfinished else ""
        said = f"{known}{_many(self.changed)}" if self.changed else f"{known}none"
        yield f"changed: {said} of {self.space:.1e} sets of answers"
        if self.texts:
            yield f"texts that differ: {len(self.texts)} ({_some(self.texts)})"

    def as_dict(self, command: Command) -> dict[str, object]:
        """The comparison for JSON."""
        return {
            "changed": self.is_any,
            "answer_sets": self.space,
            "changed_sets": self.changed,
            "exact": not self.unfinished,
            "groups": [
                {"count": group.count, "mixed": group.mixed, **_as_dict(group, command)}
                for group in self.groups
            ],
            "more": self.more,
            "unfinished": [
                {"what": it.what, "sample": it.case and _as_dict(it.case, command)}
                for it in self.unfinished
            ],
            "not_compared": list(self.remarks),
            "texts": list(self.texts),
        }


def difference(old: RulePack, new: RulePack) -> Difference:
    """Compare two packs. Raises NotCodable."""
    compared = compare(old, new)
    return Difference(
        space=compared.samples.count(compared.domain),
        changed=compared.samples.count(compared.changed),
        groups=tuple(islice(groups(compared), MOST_GROUPS)),
        unfinished=tuple(_open(compared)),
        remarks=compared.remarks,
        texts=differing_texts(old, new),
    )


def _open(compared: Compared) -> Iterator[Open]:
    for it in compared.unfinished:
        codes = sampled(compared, it.region) if it.region != FALSE else None
        case = codes and Group(
            0,
            compared.samples.say(codes),
            compared.old.verdict(codes),
            compared.new.verdict(codes),
        )
        yield Open(it.what, case or None)


def _many(count: int) -> str:
    return f"{count:,}" if count < LARGE else f"{count:.1e}"


def _turn(group: Group) -> str:
    """What came out, and what comes out."""
    old, new = _facets(group.old), _facets(group.new)
    return f"{', '.join(old)} -> {', '.join(new)}" if old != new else f"{', '.join(old)}: advice"


def _facets(verdict: Verdict) -> list[str]:
    shown = [verdict.outcome, verdict.urgency, verdict.disposition]
    return [*shown, verdict.pattern] if verdict.pattern else shown


def _below(group: Group, command: Command) -> Iterator[str]:
    yield f"  {command(group.answers)}"
    for what, ids in (("gained", group.gained), ("lost", group.lost)):
        if ids:
            yield f"  advice {what}: {', '.join(ids)}"


def _some(ids: Sequence[str]) -> str:
    shown = ", ".join(ids[:SOME_TEXTS])
    return f"{shown}, ..." if len(ids) > SOME_TEXTS else shown


def _as_dict(group: Group, command: Command) -> dict[str, object]:
    return {
        "answers": dict(group.answers),
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
