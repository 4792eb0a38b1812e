"""How a batch by the embedded database compares with that database merely reading and writing.

    python -m tests.bench.database [ROWS] [TIMES] [--polars]

Makes a file of a million cases of realistic variety, or of so many as are asked for, and runs, in
turn and each in a process of its own: DuckDB reading every cell as text and writing it again with
as many constant columns behind it as a verdict has, as long as verdicts are on average, so that as
much is written; and `bumpcheck batch`. Prints what each wrote, and the medians of the wall-clock
seconds, of those of the processor, and of the peak memory, and the ratios. With --polars,
what that other engine takes merely to read and write is told as well; the rules themselves stay
with DuckDB, which runs the very view that other databases do. Not part of the tests: a machine's
mood is no defect.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .batch import first_verdicts, make

ROWS, TIMES = 1_000_000, 3
READ_AND_WRITE = """
import sys, duckdb
file, out, *verdict = sys.argv[1:]
constant = ", ".join(f"'{cell}' AS v{at}" for at, cell in enumerate(verdict))
duckdb.execute(
    f"COPY (SELECT *, {constant} FROM read_csv('{file}', all_varchar = true, header = true)) "
    f"TO '{out}' (HEADER true)"
)
"""
IN_POLARS = """
import sys, polars
file, out, *verdict = sys.argv[1:]
constant = [polars.lit(cell).alias(f"v{at}") for at, cell in enumerate(verdict)]
polars.scan_csv(file, infer_schema=False).with_columns(constant).sink_csv(out)
"""


def usual(file: Path) -> list[str]:
    """A verdict as long as those of the first rows are on average."""
    rows = [
        ["" if cell is None else str(cell) for cell in row]
        for row in zip(*first_verdicts(file), strict=True)
    ]
    lengths = [sum(map(len, row)) for row in rows]
    middle = statistics.mean(lengths)
    return min(zip(rows, lengths, strict=True), key=lambda it: abs(it[1] - middle))[0]


def measured(command: list[str]) -> tuple[float, float, float]:
    """The wall-clock and processor seconds, and the peak memory in MB, of a process."""
    started = time.perf_counter()
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(running.pid, 0)
    assert status == 0, command
    seconds = time.perf_counter() - started
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    rows, times = [*numbers, *(ROWS, TIMES)[len(numbers) :]][:2]
    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder, "cases.csv"), Path(folder, "out.csv")
        make(file, rows)
        files = [str(file), str(out)]
        batch = ["-m", "bumpcheck", "batch", files[0], "-o", files[1], "--engine", "duckdb"]
        verdict = usual(file)
        runs = {"read and write": ["-c", READ_AND_WRITE, *files, *verdict], "batch": batch}
        if "--polars" in sys.argv:
            runs["read and write in polars"] = ["-c", IN_POLARS, *files, *verdict]
        taken: dict[str, list[tuple[float, float, float]]] = {name: [] for name in runs}
        wrote: dict[str, float] = {}
        for _ in range(times):
            for name, command in runs.items():
                taken[name].append(measured([sys.executable, *command]))
                wrote[name] = out.stat().st_size / 1e6
    floor = [statistics.median(column) for column in zip(*taken["read and write"], strict=True)]
    for name, told in taken.items():
        wall, cpu, memory = (statistics.median(column) for column in zip(*told, strict=True))
        print(
            f"{name:<26} {wall:7.1f} s {wall / floor[0]:5.2f} times  "
            f"{cpu:7.1f} s of processor {cpu / floor[1]:5.2f} times  "
            f"{memory:6.0f} MB {memory / floor[2]:5.2f} times  {wrote[name]:6.0f} MB written"
        )


if __name__ == "__main__":
    main()
