"""Time and memory of the proofs at 1, 2 and 4 times the questions and rules of a pack.

    python tests/bench/proofs.py PLOT.svg [--rules DIR] [--times 1 2 4] [--limit 300]

A pack is set beside copies of itself: every question and rule again, under another name, for the
same outcomes. Each size is proved in a process of its own, which is ended after a time; what it had
done by then is told as "more than". Prints a table and what grew, and draws a plot. Copies speak
for the same outcomes, so a copy can upset what holds of one pack by itself: such proofs fail, as
they should, and are counted. Not part of the tests.
"""

from __future__ import annotations

import argparse
import resource
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from itertools import pairwise
from math import floor, log10
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

import msgspec
from msgspec import Struct, structs

import bumpcheck
from bumpcheck import cases
from bumpcheck.answers import parse
from bumpcheck.coded import CodedPack, Diagrams, Judge, Terms
from bumpcheck.model import (
    AllOf,
    AnyOf,
    Chosen,
    Condition,
    Found,
    Invariant,
    Longer,
    Measured,
    Not,
    Question,
    Requirement,
    Rule,
    RulePack,
)
from bumpcheck.pack import shipped_folder
from bumpcheck.prove import PROVED, prove
from bumpcheck.prove.points import Points
from bumpcheck.prove.regions import Regions

AnyRule = TypeVar("AnyRule", bound=Rule)
Raw = dict[str, object]

# Requirements and facets that name rules; the others name what the copies share.
NAMES_RULES = ("advice", "pattern", "red-flag")
PROPERTIES = {
    0: "the pack can be coded",
    1: "an alarm counts",
    2: "more alarms are no less urgent",
    3: "one outcome at once",
    4: "every rule matters",
    5: "a line on when to seek help",
    7: "the invariants",
    8: "one line of a topic",
}
# What a proof does most, and where that is done.
JOINING = "joining diagrams of what counts"
ADDING = "searching the points"
TRYING = "results of single cases"
REST = "all else"
WORK = (
    (JOINING, Regions, "remains"),
    (JOINING, Regions, "reduced"),
    (ADDING, Points, "reaching"),
    (TRYING, Judge, "verdict"),
    (TRYING, Terms, "standing"),
)
# How often a process tells how far it is, in seconds.
TOLD_EVERY = 1.0


# --- A pack beside copies of itself --------------------------------------------------------------


class Copying:
    """The copy of that number; number 0 is the pack itself."""

    def __init__(self, number: int) -> None:
        self._number = number

    def name(self, id: str) -> str:
        return f"{id}-copy{self._number}"

    def condition(self, condition: Condition) -> Condition:
        match condition:
            case Chosen(question) | Measured(question):
                return structs.replace(condition, question=self.name(question))
            case Longer(question, than):
                return Longer(self.name(question), self.name(than))
            case Found(finding):
                return Found(self.name(finding))
            case Not(part):
                return Not(self.condition(part))
            case AllOf(parts) | AnyOf(parts):
                return structs.replace(condition, parts=tuple(map(self.condition, parts)))

    def question(self, question: Question) -> Question:
        return structs.replace(
            question,
            id=self.name(question.id),
            aliases=tuple(map(self.name, question.aliases)),
            ask_when=self.condition(question.ask_when),
        )

    def rules(self, rules: Iterable[AnyRule]) -> tuple[AnyRule, ...]:
        return tuple(self._rule(rule) for rule in rules)

    def _rule(self, rule: AnyRule) -> AnyRule:
        new: dict[str, Any] = {"id": self.name(rule.id), "when": self.condition(rule.when)}
        if rule.unless is not None:
            new["unless"] = self.condition(rule.unless)
        old: dict[str, Any] = structs.asdict(rule)
        for key in ("repeats", "topic"):
            if old.get(key) is not None:
                new[key] = self.name(old[key])
        if "rank" in old and "outcome" in old:
            # The rank of a pattern is its own; copies come after what they are copied from.
            new["rank"] = old["rank"] - 1000 * self._number
        for key in ("supported_by", "opposed_by"):
            if key in old:
                new[key] = tuple(map(self.condition, old[key]))
        if "tags" in old:
            new["tags"] = tuple(map(self.name, old["tags"]))
            new["applies"] = tuple((key, self._named(key, them)) for key, them in old["applies"])
        return structs.replace(rule, **new)

    def invariant(self, invariant: Invariant) -> Invariant:
        return structs.replace(
            invariant,
            id=self.name(invariant.id),
            when=self.condition(invariant.when),
            requires=tuple(
                Requirement(it.key, self._named(it.key, it.values)) for it in invariant.requires
            ),
        )

    def _named(self, key: str, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(self.name, values)) if key in NAMES_RULES else values


def times(pack: RulePack, count: int) -> RulePack:
    """A pack with this many times its questions and rules."""
    more = [Copying(number) for number in range(1, count)]
    fields: dict[str, Any] = {
        "questions": (*pack.questions, *(it.question(q) for it in more for q in pack.questions)),
        "invariants": (
            *pack.invariants,
            *(it.invariant(invariant) for it in more for invariant in pack.invariants),
        ),
    }
    for section in (
        "findings",
        "red_flags",
        "referral_signs",
        "conflicts",
        "evidence",
        "patterns",
        "look_alikes",
        "advice",
    ):
        rules: tuple[Rule, ...] = getattr(pack, section)
        fields[section] = (*rules, *(rule for it in more for rule in it.rules(rules)))
    return structs.replace(pack, drawing=None, **fields)


def known_cases(pack: RulePack, folder: Path, count: int) -> list[Raw]:
    """The cases beside the rules, for the pack and for each copy."""
    given: list[Raw] = [dict(case.given) for case in cases.load(pack, str(folder))]
    copied = [
        {Copying(number).name(pack_name(pack, id)): said for id, said in one.items()}
        for number in range(1, count)
        for one in given
    ]
    return given + copied


def pack_name(pack: RulePack, name: str) -> str:
    """The id of a question, by that or an alias."""
    return next(q.id for q in pack.questions if name == q.id or name in q.aliases)


# --- One size, in a process of its own -----------------------------------------------------------


class Size(Struct, forbid_unknown_fields=True):
    """How far the proofs of one size are; `is_done` at the end alone."""

    times: int
    questions: int
    rules: int
    seconds: float = 0.0
    coding: float = 0.0
    megabytes: float = 0.0
    nodes: int = 0
    most_nodes: int = 0
    terms: int = 0
    done: int = 0
    total: int = 0
    is_done: bool = False
    states: dict[str, int] = {}
    by_property: dict[int, float] = {}
    not_proved: dict[int, int] = {}
    by_work: dict[str, float] = {}
    calls: dict[str, int] = {}
    counts: dict[int, int] = {}
    slowest: list[tuple[float, str]] = []


class Clock:
    """Where the time goes: what is called within something else counts for itself alone."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self.calls: Counter[str] = Counter()
        self._within = [REST]
        self._since = time.process_time()

    def _turn(self) -> None:
        now = time.process_time()
        self.spent[self._within[-1]] += now - self._since
        self._since = now

    def timed(self, work: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            self._turn()
            self._within.append(work)
            self.calls[work] += 1
            try:
                return function(*args, **named)
            finally:
                self._turn()
                self._within.pop()

        return call


def measure(folder: Path, count: int, tell: Callable[[Size], None]) -> None:
    """Prove one size, and tell how far it is now and then."""
    base = bumpcheck.load(str(folder))
    pack = times(base, count)
    known = [parse(pack, given) for given in known_cases(base, folder, count)]
    rules = sum(
        len(section)
        for section in (
            pack.findings,
            pack.red_flags,
            pack.referral_signs,
            pack.conflicts,
            pack.evidence,
            pack.patterns,
            pack.look_alikes,
            pack.advice,
        )
    )
    now = Size(times=count, questions=len(pack.questions), rules=rules)
    ends: list[float] = []
    started = told = time.process_time()

    clock = Clock()

    def update() -> None:
        now.by_work, now.calls = dict(clock.spent), dict(clock.calls)
        now.seconds = time.process_time()
        now.megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    def progress(done: int, total: int) -> None:
        nonlocal told
        ends.append(time.process_time())
        now.done, now.total = done, total
        if ends[-1] - told > TOLD_EVERY:
            told = ends[-1]
            update()
            tell(now)

    def coded(pack: RulePack) -> CodedPack:
        form = CodedPack(pack)
        now.coding = time.process_time() - started
        now.nodes, now.terms = len(form.diagrams), form.terms.count
        update()
        tell(now)
        return form

    rewind = Diagrams.rewind

    def rewound(diagrams: Diagrams, mark: int) -> None:
        now.most_nodes = max(now.most_nodes, len(diagrams))
        rewind(diagrams, mark)

    with ExitStack() as patched:
        patched.enter_context(patch("bumpcheck.prove.proving.CodedPack", coded))
        patched.enter_context(patch.object(Diagrams, "rewind", rewound))
        for work, where, name in WORK:
            timed = clock.timed(work, getattr(where, name))
            patched.enter_context(patch.object(where, name, timed))
        report = prove(pack, known=known, progress=progress)
    update()
    now.is_done = True
    now.states = dict(Counter(proof.state for proof in report.proofs))
    now.counts = dict(Counter(proof.property for proof in report.proofs))
    now.not_proved = dict(Counter(it.property for it in report.proofs if it.state != PROVED))
    spent: dict[int, float] = defaultdict(float)
    # What came before the first proof was making ready.
    before = ends[0] if ends else started
    for end, proof in zip(ends, report.proofs, strict=False):
        spent[proof.property] += end - before
        now.slowest.append((end - before, f"{proof.property} {proof.kind} {proof.about}"))
        before = end
    now.by_property = dict(spent)
    now.slowest = sorted(now.slowest, reverse=True)[:3]
    tell(now)


def limited(folder: Path, count: int, limit: int) -> Size:
    """What a process told of its proofs before it was done, or was ended."""
    command = [sys.executable, __file__, "--rules", str(folder), "--one", str(count)]
    command += ["--limit", str(limit)]
    said = Size(times=count, questions=0, rules=0)
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        for line in child.stdout:
            # A last line may have been cut off.
            if line.endswith(b"\n"):
                said = msgspec.json.decode(line, type=Size)
        code = child.wait()
    if code not in (0, -signal.SIGXCPU):
        raise SystemExit(f"the proofs of {count} times the pack ended with {code}")
    if not said.is_done:
        said.seconds = max(said.seconds, limit)
    return said


# --- Told ----------------------------------------------------------------------------------------

HEADINGS = ("times", "questions", "rules", "proofs", "seconds", "peak MB", "nodes", "most nodes")


def number(value: float) -> str:
    return f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


def cells(it: Size) -> list[str]:
    """A row of the table; what is not finished is more than was seen."""
    more = "" if it.is_done else "more than "
    proofs = f"{it.total:,}" if it.is_done else f"{it.done:,} of {it.total:,}"
    return [
        str(it.times),
        str(it.questions),
        f"{it.rules:,}",
        proofs,
        more + number(it.seconds),
        more + number(it.megabytes),
        f"{it.nodes:,}",
        f"{more}{it.most_nodes:,}",
    ]


def table(rows: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )


def by_property(found: list[Size]) -> str:
    """Seconds, and how many proofs, of each property at each size that was finished."""
    done = [it for it in found if it.is_done]
    rows = [["property", *(f"{it.times} x" for it in done)]]
    for key in sorted({key for it in done for key in it.counts}):
        spent = [f"{it.by_property.get(key, 0):.1f} s of {it.counts.get(key, 0):,}" for it in done]
        rows.append([f"{key} {PROPERTIES.get(key, '')}", *spent])
    making = [f"{it.seconds - sum(it.by_property.values()):.1f} s" for it in done]
    return table([*rows, ["making ready, and the first proof", *making]])


def by_work(found: list[Size]) -> str:
    """Seconds of each kind of work, how often it was done, and what once took."""
    rows = [["work", *(f"{it.times} x" for it in found)]]
    for work in (JOINING, ADDING, TRYING, REST):
        row = [work]
        for it in found:
            spent, calls = it.by_work.get(work, 0.0), it.calls.get(work, 0)
            each = f" in {calls:,}, {1000 * spent / calls:.2f} ms each" if calls else ""
            row.append(f"{'' if it.is_done else 'more than '}{spent:.1f} s{each}")
        rows.append(row)
    return table(rows)


def growth(found: list[Size]) -> str:
    """What grows from one size to the next, and what that comes from, as measured."""
    said: list[str] = []
    for small, large in pairwise(found):
        by = large.times / small.times
        head = f"From {small.times} to {large.times} times ({by:.0f} x the rules): "
        more = "" if large.is_done else "more than "
        parts = []
        if small.is_done:
            parts.append(f"time {more}{large.seconds / small.seconds:.1f} x")
        parts.append(f"memory {more}{large.megabytes / max(small.megabytes, 1):.1f} x")
        parts.append(f"nodes of the rules {large.nodes / max(small.nodes, 1):.1f} x")
        if small.is_done:
            parts.append(f"nodes at most {more}{large.most_nodes / max(small.most_nodes, 1):.1f} x")
        if small.is_done and large.is_done:
            proofs = large.total / small.total
            each = (large.seconds / large.total) / (small.seconds / small.total)
            parts.append(f"proofs {proofs:.1f} x, the time of one {each:.1f} x")
            grew = {
                key: large.by_property[key] - small.by_property.get(key, 0)
                for key in large.by_property
            }
            most = max(grew, key=lambda key: grew[key])
            share = grew[most] / max(large.seconds - small.seconds, 0.001)
            parts.append(
                f"{share:.0%} of the time added is property {most} ({PROPERTIES.get(most, '')})"
            )
        said.append(head + "; ".join(parts) + ".")
    for it in found:
        if it.is_done:
            slow = ", ".join(f"{what} ({spent:.1f} s)" for spent, what in it.slowest)
            states = ", ".join(f"{count:,} {state}" for state, count in sorted(it.states.items()))
            lost = ", ".join(f"{n} of property {key}" for key, n in sorted(it.not_proved.items()))
            lost = f" (not proved: {lost})" if lost else ""
            said.append(f"{it.times} x: {states}{lost}; slowest: {slow}.")
        else:
            said.append(f"{it.times} x: ended after {it.seconds:.0f} s, before it was done.")
    return "\n".join(said)


# What the numbers above come from, as far as the way the proofs work tells it.
WHY = """\
The nodes of the rules grow as the rules do: a rule reads few questions, however many there are. The
proofs become as many more. But each takes longer as well, since it looks at all rules at once: the
result of a single case asks every question and weighs every rule, and what is left where no alarm
counts is one diagram of all of them; and more cases are tried before one shows that a rule is
needed. So in a large pack the time grows at least as the square of
the rules; in a small one making ready hides it. Memory follows the largest diagram of one proof,
for each proof gives back what it made.
"""


# --- The plot ------------------------------------------------------------------------------------

STYLE = """
svg { background: #fff; color: #222; font: 13px sans-serif; }
text { fill: currentColor; }
.axis { stroke: currentColor; stroke-width: 1; }
.bar { fill: #3b6ea5; stroke: currentColor; stroke-width: 1; }
.more { fill: none; stroke: currentColor; stroke-width: 2; stroke-dasharray: 5 4; }
@media (prefers-color-scheme: dark) {
  svg { background: #181a1b; color: #e8e6e3; }
  .bar { fill: #7fb0e6; }
}
"""
PANEL, HEIGHT, TOP, LEFT = 260, 220, 60, 50


def panel(at: int, title: str, values: list[tuple[str, float, bool]]) -> list[str]:
    """Bars from nought; one whose value is only known to be more is dashed and open above."""
    left = at * PANEL + LEFT
    most = rounded(max(value for _, value, _ in values) * 1.1)
    bottom = TOP + HEIGHT
    step = (PANEL - LEFT - 10) / len(values)
    drawn = [
        f'<text x="{left}" y="{TOP - 28}" font-weight="bold">{title}</text>',
        f'<path class="axis" fill="none" d="M{left} {TOP} V{bottom} H{left + PANEL - LEFT}"/>',
        f'<text x="{left + (PANEL - LEFT) / 2}" y="{bottom + 40}" text-anchor="middle">'
        "times the questions and rules</text>",
    ]
    for part in (0.0, 0.5, 1.0):
        y = bottom - part * HEIGHT
        drawn.append(f'<path class="axis" d="M{left - 4} {y} H{left}"/>')
        drawn.append(
            f'<text x="{left - 7}" y="{y + 4}" text-anchor="end" font-size="11">'
            f"{short(part * most)}</text>"
        )
    for place, (label, value, is_done) in enumerate(values):
        x = left + 8 + place * step
        width, tall = step - 14, value / most * HEIGHT
        y = bottom - tall
        middle = x + width / 2
        if is_done:
            shape = f'<rect class="bar" x="{x}" y="{y}" width="{width}" height="{tall}"/>'
        else:
            shape = f'<path class="more" d="M{x} {bottom} V{y} M{x + width} {bottom} V{y}"/>'
        said = short(value) if is_done else f"&gt; {short(value)}"
        drawn += [
            shape,
            f'<text x="{middle}" y="{y - 5}" text-anchor="middle">{said}</text>',
            f'<text x="{middle}" y="{bottom + 18}" text-anchor="middle">{label}</text>',
        ]
    return drawn


def rounded(value: float) -> float:
    """The next number that is easily halved."""
    size = 10.0 ** floor(log10(max(value, 0.01)))
    return next(step * size for step in (1, 2, 3, 4, 6, 8, 10) if step * size >= value)


def short(value: float) -> str:
    """A number that fits beside an axis."""
    for size, name in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:.1f}{name}"
    return f"{value:.0f}" if value >= 10 or value == 0 else f"{value:.1f}"


def plot(found: list[Size]) -> str:
    """Time, memory and nodes side by side, as SVG."""
    panels = (
        ("time (seconds of processor)", [(f"{it.times}", it.seconds, it.is_done) for it in found]),
        ("peak memory (MB)", [(f"{it.times}", it.megabytes, it.is_done) for it in found]),
        ("nodes of the rules", [(f"{it.times}", float(it.nodes), True) for it in found]),
        (
            "most nodes in a proof",
            [(f"{it.times}", float(it.most_nodes), it.is_done) for it in found],
        ),
    )
    width, height = PANEL * len(panels) + 20, TOP + HEIGHT + 60
    about = "; ".join(
        f"{it.times} times: {cells(it)[4]} seconds, {cells(it)[5]} MB" for it in found
    )
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        "<title>Time and memory of the proofs</title>",
        f"<desc>{about}</desc>",
        f"<style>{STYLE}</style>",
    ]
    for at, (title, values) in enumerate(panels):
        drawn += panel(at, title, values)
    if not all(it.is_done for it in found):
        said = "Dashed and open: ended before it was done; it is more than that."
        drawn.append(f'<text x="{LEFT}" y="{height - 4}" font-size="11">{said}</text>')
    return "\n".join([*drawn, "</svg>", ""])


def main() -> int:
    asked = argparse.ArgumentParser(description="Time and memory of the proofs of larger packs.")
    asked.add_argument("plot", nargs="?", type=Path, help="where the plot is written (SVG)")
    asked.add_argument("--rules", type=Path, default=Path(shipped_folder()))
    asked.add_argument("--times", type=int, nargs="+", default=[1, 2, 4])
    asked.add_argument("--limit", type=int, default=300, help="seconds of processor for a size")
    asked.add_argument("--one", type=int, help=argparse.SUPPRESS)
    said = asked.parse_args()
    if said.one is not None:
        # Of the processor, not by the clock: others may be at work on the machine.
        resource.setrlimit(resource.RLIMIT_CPU, (said.limit, said.limit + 5))
        measure(
            said.rules, said.one, lambda it: print(msgspec.json.encode(it).decode(), flush=True)
        )
        return 0
    found = [limited(said.rules, count, said.limit) for count in said.times]
    print(table([list(HEADINGS), *map(cells, found)]))
    print(f"\n{by_property(found)}\n\n{by_work(found)}\n\n{growth(found)}\n\n{WHY}", end="")
    if said.plot is not None:
        said.plot.write_text(plot(found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
