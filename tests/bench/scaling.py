"""What a batch costs from a thousand to ten million rows: time and memory, as a plot.

    python -m tests.bench.scaling PLOT.svg [--most 10000000] [--limit 60]

For each size a file of cases is made (no two of the first million are meant to be the same; more
are these again), and three things are measured: `bumpcheck batch`, the whole command from start to
end; the csv module alone, in a process of its own, reading the rows and writing them with a verdict
behind each; and the rule engines of `peers` that are installed, on the same answers in memory,
without reading or writing anything, for as long as that takes no more than the limit in seconds.
Time is that of the processor, memory the most that a process takes. Prints a table, and draws it.
Not part of the tests.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from math import log10
from pathlib import Path

from msgspec import Struct

from bumpcheck.answers import parse
from bumpcheck.pack import shipped

from .batch import first_verdicts, make
from .peers import BusinessRules, Clips, Durable, Peer, Zen, case_of, formulas

SIZES = [10**power for power in range(3, 8)]
DIFFERENT = 10**6
OURS, CSV = "bumpcheck batch", "csv module alone"


class Cost(Struct, frozen=True):
    """What so many rows took: seconds, and megabytes where they were measured."""

    rows: int
    seconds: float
    megabytes: float | None = None


Costs = dict[str, list[Cost]]

BATCH = "from bumpcheck.cli import main\nmain()"
# Read every row, and write it with the verdict of some row behind it.
ALONE = """
import csv, sys
from itertools import cycle
cases, verdicts, out = sys.argv[1:]
with open(verdicts, newline="") as read:
    endings = list(csv.reader(read))
with open(cases, newline="") as read, open(out, "w", newline="") as written:
    rows = zip(csv.reader(read), cycle(endings))
    csv.writer(written).writerows(row + ending for row, ending in rows)
"""


# --- Measured ------------------------------------------------------------------------------------


def make_large(file: Path, rows: int) -> None:
    """A file of so many rows; past a million they come again."""
    make(file, min(rows, DIFFERENT))
    if rows > DIFFERENT:
        once = file.with_suffix(".once")
        shutil.copy(file, once)
        with file.open("ab") as out:
            for _ in range(rows // DIFFERENT - 1):
                with once.open("rb") as again:
                    again.readline()
                    shutil.copyfileobj(again, out, 1 << 20)
        once.unlink()


# What a process says last: the most memory that was its own, which is not what it began in.
PEAK = """
import atexit
def tell():
    status = dict(line.split(":", 1) for line in open("/proc/self/status"))
    print(status["VmHWM"].split()[0], file=sys.stderr)
import sys
atexit.register(tell)
"""


def process(rows: int, code: str, *arguments: str) -> Cost:
    """The cost of some code in a process of its own, that ends well."""
    command = [sys.executable, "-c", PEAK + code, *arguments]
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert started.stderr is not None
    said = started.stderr.read().decode()
    _, status, used = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode:
        raise SystemExit(said)
    return Cost(rows, used.ru_utime + used.ru_stime, int(said.split()[-1]) / 1024)


def peer(kind: type[Peer], file: Path, rows: int) -> Cost:
    """The cost of a rule engine, of the answers in a file."""
    pack = shipped()
    engine = kind(formulas(pack))
    seconds = 0.0
    ids = {question.id for question in pack.questions}
    with file.open(newline="", encoding="utf-8") as read:
        for row in csv.DictReader(read):
            said = {id: cell for id, cell in row.items() if id in ids and cell}
            case = case_of(pack, parse(pack, said))
            started = time.process_time()
            engine.applying(case)
            seconds += time.process_time() - started
    return Cost(rows, seconds)


def measured(most: int, limit: float, tell: Callable[[str, Cost], None]) -> Costs:
    costs: Costs = {OURS: [], CSV: []}
    kinds = {kind.package: kind for kind in (Zen, Clips, BusinessRules, Durable)}

    def add(name: str, cost: Cost) -> None:
        costs.setdefault(name, []).append(cost)
        tell(name, cost)

    with tempfile.TemporaryDirectory() as folder:
        file, out, verdicts = (Path(folder, f"{name}.csv") for name in ("in", "out", "verdicts"))
        for rows in (size for size in SIZES if size <= most):
            make_large(file, rows)
            add(OURS, process(rows, BATCH, "batch", str(file), "-o", str(out)))
            with verdicts.open("w", newline="") as written:
                csv.writer(written).writerows(zip(*first_verdicts(file), strict=True))
            add(CSV, process(rows, ALONE, str(file), str(verdicts), str(out)))
            out.unlink()
            for name, kind in list(kinds.items()):
                before = costs.get(name, [Cost(rows, 0.0)])[-1]
                if before.seconds * rows / before.rows > limit:
                    continue
                try:
                    add(name, peer(kind, file, rows))
                except ImportError:
                    del kinds[name]
    return costs


# --- The plot ------------------------------------------------------------------------------------

STYLE = """
svg { background: #fff; color: #222; font: 13px sans-serif; }
text { fill: currentColor; }
.axis { stroke: currentColor; stroke-width: 1; fill: none; }
.grid { stroke: currentColor; stroke-width: 1; opacity: 0.15; }
.line { fill: none; stroke: currentColor; stroke-width: 1.5; stroke-dasharray: 2 4; }
.csv { fill: none; stroke: currentColor; stroke-width: 2; stroke-dasharray: 7 4; }
.ours { fill: none; stroke: #3b6ea5; stroke-width: 3; }
@media (prefers-color-scheme: dark) {
  svg { background: #181a1b; color: #e8e6e3; }
  .ours { stroke: #7fb0e6; }
}
"""
WIDTH, HEIGHT, TOP, LEFT, GAP = 300, 300, 60, 60, 150
CLASSES = {OURS: "ours", CSV: "csv"}

# The points of a line: rows, and what they cost.
Line = list[tuple[int, float]]


def panel(at: int, title: str, lines: Mapping[str, Line]) -> list[str]:
    """Lines on paper that is logarithmic both ways."""
    left, bottom = LEFT + at * (WIDTH + GAP), TOP + HEIGHT
    points = [point for line in lines.values() for point in line]
    low, high = (decade(edge(y for _, y in points)) for edge in (min, max))
    first, last = (log10(edge(x for x, _ in points)) for edge in (min, max))

    def place(x: float, y: float) -> tuple[float, float]:
        across = (log10(x) - first) / max(last - first, 1)
        up = (log10(y) - low) / (high + 1 - low)
        return left + across * WIDTH, bottom - up * HEIGHT

    drawn = [
        f'<text x="{left}" y="{TOP - 28}" font-weight="bold">{title}</text>',
        f'<path class="axis" d="M{left} {TOP} V{bottom} H{left + WIDTH}"/>',
        f'<text x="{left + WIDTH / 2}" y="{bottom + 40}" text-anchor="middle">rows</text>',
    ]
    for power in range(low, high + 2):
        y = bottom - (power - low) / (high + 1 - low) * HEIGHT
        drawn.append(f'<path class="grid" d="M{left} {y:.1f} H{left + WIDTH}"/>')
        drawn.append(f'<text x="{left - 7}" y="{y + 4:.1f}" text-anchor="end">{ten(power)}</text>')
    for power in range(round(first), round(last) + 1):
        x = left + (power - first) / max(last - first, 1) * WIDTH
        drawn.append(
            f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{ten(power)}</text>'
        )
    labels: list[tuple[float, float, str]] = []
    for name, line in lines.items():
        way = " L".join(f"{x:.1f} {y:.1f}" for x, y in (place(*point) for point in line))
        drawn.append(f'<path class="{CLASSES.get(name, "line")}" d="M{way}"/>')
        x, y = place(*line[-1])
        labels.append((y, x, name))
    above = -20.0
    for y, x, name in sorted(labels):
        # Where lines end at the same height their names stand below each other.
        above = max(y + 4, above + 15) if x > left + WIDTH - 1 else y + 4
        drawn.append(f'<text x="{x + 6:.1f}" y="{above:.1f}">{name}</text>')
    return drawn


def decade(value: float) -> int:
    """The power of ten at or below a value."""
    return int(log10(value) // 1)


def ten(power: int) -> str:
    return (
        f"{10**power:,}" if 0 <= power < 4 else f"{10.0**power:g}" if power < 0 else f"10^{power}"
    )


def drawing(costs: Costs) -> str:
    seconds: dict[str, Line] = {
        name: [(cost.rows, cost.seconds) for cost in them] for name, them in costs.items() if them
    }
    memory: dict[str, Line] = {
        name: line
        for name, them in costs.items()
        if (line := [(cost.rows, cost.megabytes) for cost in them if cost.megabytes])
    }
    said = "; ".join(
        f"{name}: {', '.join(f'{cost.seconds:.3g} s for {cost.rows:,}' for cost in them)}"
        for name, them in costs.items()
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * (LEFT + WIDTH + GAP)} 420" '
            'role="img">',
            "<title>Time and memory of a batch</title>",
            f"<desc>{said}</desc>",
            f"<style>{STYLE}</style>",
            *panel(0, "processor time (seconds)", seconds),
            *panel(1, "most memory (MB)", memory),
            "</svg>\n",
        ]
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plot", type=Path, nargs="?")
    parser.add_argument("--most", type=int, default=SIZES[-1])
    parser.add_argument("--limit", type=float, default=60.0)
    said = parser.parse_args(arguments)

    def tell(name: str, cost: Cost) -> None:
        memory = f"{cost.megabytes:8,.0f} MB" if cost.megabytes else ""
        each = cost.seconds / cost.rows * 1e6
        print(
            f"{cost.rows:>12,} rows  {name:<18}{cost.seconds:10,.2f} s "
            f"{each:10,.1f} us a row {memory}",
            flush=True,
        )

    costs = measured(said.most, said.limit, tell)
    if said.plot:
        said.plot.write_text(drawing(costs), encoding="utf-8")


if __name__ == "__main__":
    main()
