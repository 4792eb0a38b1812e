"""A comparison as lines to read, and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from bumpcheck.coded import Verdict
from bumpcheck.model import RulePack

from .comparing import Comparison
from .groups import Group, groups
from .sweep import OnStep
from .texts import differing_texts
from .turns import KINDS

# Fewer are written out.
LARGE = 1_000_000
SOME_TEXTS = 12
WIDE = 80

SAID = {
    "less": "less urgent than before",
    "more": "more urgent than before",
    "other": "as urgent, but otherwise",
    "advice": "other advice alone",
}

Command = Callable[[Mapping[str, object]], str]


class Difference(Struct, frozen=True):
    """What a comparison came to; `kinds` are how many sets of answers change in which way."""

    space: int
    kinds: Mapping[str, int]
    groups: tuple[Group, ...]
    unfinished: tuple[str, ...]
    remarks: tuple[str, ...]
    texts: tuple[str, ...]

    @property
    def changed(self) -> int:
        """How many sets of answers come out otherwise."""
        return sum(self.kinds.values()) or sum(group.count for group in self.groups)

    @property
    def is_any(self) -> bool:
        """Whether any answers come out otherwise, or may; other words alone do not count."""
        return bool(self.kinds or self.unfinished or self.remarks)

    @property
    def more(self) -> int:
        """How many sets of answers no group stands for."""
        return self.changed - sum(group.count for group in self.groups)

    def lines(self, command: Command) -> Iterator[str]:
        """The comparison in words, within 80 columns but for commands."""
        for remark in self.remarks:
            yield from textwrap.wrap(remark, WIDE, subsequent_indent="  ")
        for it in self.unfinished:
            yield from textwrap.wrap(f"could not be counted exactly: {it}", WIDE)
        known = "at least " if self.unfinished else ""
        said = f"{known}{_many(self.changed)}" if self.changed else f"{known}none"
        yield f"changed: {said} of {self.space:.1e} sets of answers{self._share(self.changed)}"
        for kind in KINDS:
            own = [group for group in self.groups if group.kind == kind]
            if kind not in self.kinds and not own:
                continue
            count = self.kinds.get(kind, 0)
            yield ""
            yield f"{SAID[kind]}: {_many(count)}{self._share(count)}" if count else SAID[kind]
            for group in own:
                yield from _lines(group, command)
        if self.more:
            yield ""
            yield f"and {_many(self.more)} more that share none of these answers"
        if self.texts:
            yield ""
            said = f"texts that differ: {len(self.texts)} ({_some(self.texts)})"
            yield from textwrap.wrap(said, WIDE, subsequent_indent="  ", break_on_hyphens=False)

    def _share(self, count: int) -> str:
        return f" ({100 * count / self.space:.2g} %)" if count else ""

    def as_dict(self, command: Command) -> dict[str, object]:
        """The comparison for JSON."""
        return {
            "changed": self.is_any,
            "answer_sets": self.space,
            "changed_sets": self.changed,
            "kinds": {kind: self.kinds[kind] for kind in KINDS if kind in self.kinds},
            "exact": not self.unfinished,
            "groups": [
                {
                    "kind": group.kind,
                    "other_kinds": list(group.others),
                    "count": group.count,
                    **_as_dict(group, command),
                }
                for group in self.groups
            ],
            "more": self.more,
            "unfinished": list(self.unfinished),
            "not_compared": list(self.remarks),
            "texts": list(self.texts),
        }


def difference(old: RulePack, new: RulePack, on_step: OnStep | None = None) -> Difference:
    """Compare two packs; `on_step` is told how far it is. Raises NotCodable."""
    compared = Comparison(old, new, on_step)
    return Difference(
        space=compared.samples.count(compared.domain),
        kinds=compared.kinds,
        groups=tuple(groups(compared)),
        unfinished=compared.unfinished,
        remarks=compared.remarks,
        texts=differing_texts(old, new),
    )


def _many(count: int) -> str:
    return f"{count:,}" if count < LARGE else f"{count:.1e}"


def _lines(group: Group, command: Command) -> Iterator[str]:
    old, new = _facets(group.old), _facets(group.new)
    turn = f"{', '.join(old)} -> {', '.join(new)}" if old != new else f"{', '.join(old)}: advice"
    others = " (some in other ways)" if group.others else ""
    yield f"- {_many(group.count)}{others}, for one:" if group.count else "- for one:"
    yield from _wrapped(turn)
    yield f"  {command(group.answers)}"
    for what, ids in (("gained", group.gained), ("lost", group.lost)):
        if ids:
            yield from _wrapped(f"advice {what}: {', '.join(ids)}")


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(
        text, WIDE, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False
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
