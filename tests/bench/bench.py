"""How fast a check is, as ratios measured in one run on one machine.

    python tests/bench/bench.py

Prints the start-up of one `bumpcheck check` against a typer program that does nothing with as many
options and against a bare interpreter (medians of pairs, A B A B ..., so that a machine that slows
down slows both), and how many results `bumpcheck.check` gives in a second. Not part of the tests: a
machine's mood is no defect. Run it with bumpcheck installed, not in editable mode: an installed
package has its bytecode beside it.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import bumpcheck
from bumpcheck.pack import shipped

PAIRS = 31
SAID = {
    "age": "34",
    "location": "under-eye",
    "firmness": "hard",
    "redness": "none",
    "pain": "none",
    "opening": "none",
}
FLAGS = [word for id, answer in SAID.items() for word in (f"--{id}", answer)]
CHECK = [sys.executable, "-m", "bumpcheck", "check", *FLAGS, "--format", "plain"]
OWN_OPTIONS = 12

HELLO = """
import typer
app = typer.Typer()
@app.command()
def main({options}) -> None:
    print("hello")
app()
"""


def seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def ratio(one: list[str], other: list[str]) -> str:
    """The median of the pairwise ratios, with the two middle quarters."""
    seconds(one), seconds(other)
    low, middle, high = statistics.quantiles(
        [seconds(one) / seconds(other) for _ in range(PAIRS)], n=4
    )
    return f"{middle:.2f} (quartiles {low:.2f} to {high:.2f})"


def per_second(said: dict[str, str]) -> float:
    """Results a second in this process, over about two seconds."""
    bumpcheck.check(said)
    count, started = 0, time.perf_counter()
    while time.perf_counter() - started < 2:
        bumpcheck.check(said)
        count += 1
    return count / (time.perf_counter() - started)


def main() -> None:
    options = len(shipped().questions) + OWN_OPTIONS
    with tempfile.TemporaryDirectory() as folder:
        hello = Path(folder, "hello.py")
        listed = ", ".join(f'o{number}: str = ""' for number in range(options))
        hello.write_text(HELLO.format(options=listed), encoding="utf-8")
        print(f"check / hello with {options} options: {ratio(CHECK, [sys.executable, str(hello)])}")
    print(f"check / python -c pass: {ratio(CHECK, [sys.executable, '-c', 'pass'])}")
    print(f"results a second, 6 answers: {per_second(SAID):,.0f}")
    full = {q.id: q.calm for q in shipped().questions if q.calm is not None}
    print(f"results a second, all answers: {per_second({**full, **SAID}):,.0f}")


if __name__ == "__main__":
    main()
