"""How a batch by polars compares with polars, or DuckDB, merely reading and writing.

    python -m tests.bench.columnar [ROWS] [TIMES]

Makes a file of a million cases of realistic variety, or of so many as are asked for, and runs, in
turn and each in a process of its own: polars, and where it is installed DuckDB, reading every cell
as text and writing it again with as many constant columns behind it as a verdict has, as long as
verdicts are on average, so that as much is written; and `bumpcheck batch`. Prints what each wrote,
and the medians of the wall-clock seconds, of those of the processors, and of the peak memory; and
how many times those of each reading and writing a batch takes. Not part of the tests: a machine's
mood is no defect.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

from .batch import first_verdicts, make

ROWS, TIMES = 1_000_000, 3
READ_AND_WRITE = {
    "polars": """
import sys, polars
file, out, *verdict = sys.argv[1:]
constant = [polars.lit(cell).alias(f"v{at}") for at, cell in enumerate(verdict)]
polars.scan_csv(file, infer_schema=False).with_columns(constant).sink_csv(out)
""",
    "duckdb": """
import sys, duckdb
file, out, *verdict = sys.argv[1:]
constant = ", ".join(f"'{cell}' AS v{at}" for at, cell in enumerate(verdict))
duckdb.execute(
    f"COPY (SELECT *, {constant} FROM read_csv('{file}', all_varchar = true, header = true)) "
    f"TO '{out}' (HEADER true)"
)
""",
}


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
    numbers = [int(word) for word in sys.argv[1:]]
    rows, times = [*numbers, *(ROWS, TIMES)[len(numbers) :]][:2]
    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder, "cases.csv"), Path(folder, "out.csv")
        make(file, rows)
        files = [str(file), str(out)]
        verdict = usual(file)
        runs = {
            name: ["-c", code, *files, *verdict]
            for name, code in READ_AND_WRITE.items()
            if find_spec(name) is not None
        }
        runs["batch"] = ["-m", "bumpcheck", "batch", files[0], "-o", files[1]]
        taken: dict[str, list[tuple[float, float, float]]] = {name: [] for name in runs}
        wrote: dict[str, float] = {}
        for _ in range(times):
            for name, command in runs.items():
                out.unlink(missing_ok=True)
                taken[name].append(measured([sys.executable, *command]))
                wrote[name] = out.stat().st_size / 1e6
    middle = {
        name: [statistics.median(column) for column in zip(*of, strict=True)]
        for name, of in taken.items()
    }
    for name, (wall, cpu, memory) in middle.items():
        print(
            f"{name:<8} {wall:7.2f} s  {cpu:7.2f} s of processor  {memory:6.0f} MB  "
            f"{wrote[name]:6.0f} MB written"
        )
    for name in [name for name in runs if name != "batch"]:
        wall, cpu, memory = (a / b for a, b in zip(middle["batch"], middle[name], strict=True))
        print(
            f"a batch is {wall:.2f} times {name} reading and writing, "
            f"{cpu:.2f} times its processor time, {memory:.2f} times its memory"
        )


if __name__ == "__main__":
    main()
