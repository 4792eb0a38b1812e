"""How fast a file of cases is read, judged and written, as ratios measured in one run.

    python tests/bench/batch.py [ROWS]

Makes a file of 100,000 cases of realistic variety, or of so many as are asked for (hardly two of
them are the same), and times, in turn, so that a machine that slows down slows all: the csv module
alone, reading every row and writing it again with a verdict of some other row behind it; the whole
of a batch but for reading cells and judging; and the whole of a batch. Prints the medians, the
microseconds a row, the ratios to the csv module alone, and the rows a second. Not part of the
tests: a machine's mood is no defect.
"""

from __future__ import annotations

import csv
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import cycle
from pathlib import Path

from bumpcheck.batch.cells import Cell, Value
from bumpcheck.batch.classify import Judging, columns, judging
from bumpcheck.batch.names import Names
from bumpcheck.batch.rows import judged
from bumpcheck.batch.streams import UTF_8, opened
from bumpcheck.batch.summary import Tally
from bumpcheck.batch.tables import Table
from bumpcheck.batch.writing import TableWriter
from bumpcheck.model import Question
from bumpcheck.pack import shipped

ROWS = 100_000
TIMES = 3
TIME = (("days", 30), ("weeks", 12), ("months", 24), ("years", 20))


class Constant:
    """The verdicts of the first rows for everybody: nothing is read, and nothing worked out."""

    def __init__(self, columns: Sequence[Sequence[Cell]]) -> None:
        self._columns = columns
        self._rows = 0

    def read(self, _: Sequence[Sequence[Value]], rows: int) -> None:
        self._rows += rows

    def verdicts(self) -> tuple[list[Sequence[Cell]], dict[int, str]]:
        rows, self._rows = self._rows, 0
        return [column[:rows] for column in self._columns], {}


def an_answer(question: Question, chance: random.Random) -> str:
    """A cell: most are calm, some are empty, unsure or several answers."""
    throw = chance.random()
    if throw < 0.15:
        return ""
    if throw < 0.2:
        return "unknown"
    if question.measure == "length":
        return f"{chance.randint(1, 12)} mm"
    if question.measure == "time":
        unit, most = chance.choice(TIME)
        return f"{chance.randint(1, most)} {unit}"
    if question.calm is not None and throw < 0.95:
        return question.calm
    ids = [answer.id for answer in question.answers]
    several = question.kind == "many" and question.calm is None and throw > 0.9
    return ";".join(chance.sample(ids, 2)) if several else chance.choice(ids)


def make(file: Path, rows: int) -> None:
    chance = random.Random(1)
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        questions = shipped().questions
        writer.writerow(["case", "note", *(question.id for question in questions)])
        for number in range(rows):
            note = f"seen on day {number % 365}, by telephone"
            writer.writerow([number, note, *(an_answer(q, chance) for q in questions)])


def alone(file: Path, out: Path, verdicts: Sequence[Sequence[Cell]]) -> None:
    """What the csv module takes to read every row and to write it with a verdict behind it."""
    with file.open(newline="", encoding="utf-8") as read, out.open("w", newline="") as written:
        endings = cycle([list(verdict) for verdict in zip(*verdicts, strict=True)])
        rows = zip(csv.reader(read), endings, strict=False)
        csv.writer(written).writerows(row + ending for row, ending in rows)


def batch(file: Path, out: Path, judge: Callable[[Table], Judging]) -> None:
    """What a whole batch takes."""
    ours = columns(shipped())
    with opened(str(file), UTF_8) as source, out.open("w", newline="", encoding="utf-8") as written:
        table = Table(source.lines(), Names(shipped(), ours))
        writer = TableWriter(written, table, ours)
        for rows in judged(table, judge(table), writer.begin, Tally()):
            writer.write(rows)


def quickest(table: Table) -> Judging:
    return judging(shipped(), table.asked, strict=False, none_of_these=False)


def first_verdicts(file: Path) -> list[Sequence[Cell]]:
    """Verdicts as they come, as many as there are in a block."""
    with opened(str(file), UTF_8) as source:
        table = Table(source.lines(), Names(shipped(), columns(shipped())))
        return next(judged(table, quickest(table), ",".join, Tally())).verdicts


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder, "cases.csv"), Path(folder, "out.csv")
        make(file, rows)
        verdicts = first_verdicts(file)
        runs: dict[str, Callable[[], None]] = {
            "the csv module alone": lambda: alone(file, out, verdicts),
            "a batch without judging": lambda: batch(file, out, lambda _: Constant(verdicts[:-1])),
            "a batch": lambda: batch(file, out, quickest),
        }
        taken: dict[str, list[float]] = {name: [] for name in runs}
        for _ in range(TIMES):
            for name, run in runs.items():
                started = time.process_time()
                run()
                taken[name].append(time.process_time() - started)
    floor = statistics.median(taken["the csv module alone"])
    for name, seconds in taken.items():
        middle = statistics.median(seconds)
        print(
            f"{name:<24} {middle:8.2f} s {middle / rows * 1e6:8.1f} us a row "
            f"{middle / floor:7.2f} times the csv module {rows / middle:10,.0f} rows a second"
        )


if __name__ == "__main__":
    main()
