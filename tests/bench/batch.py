"""How fast a file of cases is read, judged and written, as ratios measured in one run.

    python tests/bench/batch.py [ROWS]

Makes a file of 100,000 cases of realistic variety, or of so many as are asked for, and times, in
turn, so that a machine that slows down slows all: the csv module alone, reading every row and
writing it again with a verdict of the same size behind it; the whole of a batch but for the
judging, with the same verdict for every row; and the whole of a batch. Prints the medians, the
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
from collections.abc import Callable
from pathlib import Path

from bumpcheck.answers import Given, parse
from bumpcheck.batch.cells import Column
from bumpcheck.batch.classify import Classifier, Code, Said, Verdict, classifier, columns
from bumpcheck.batch.names import Names
from bumpcheck.batch.rows import judged
from bumpcheck.batch.streams import UTF_8, opened
from bumpcheck.batch.summary import Tally
from bumpcheck.batch.tables import Table
from bumpcheck.batch.writing import write_csv
from bumpcheck.model import Question
from bumpcheck.pack import shipped

ROWS = 100_000
TIMES = 3
TIME = (("days", 30), ("weeks", 12), ("months", 24), ("years", 20))


class Constant:
    """The same verdict for everybody."""

    def __init__(self, verdict: Verdict) -> None:
        self._verdict = verdict

    def code(self, _: str, given: Given | None) -> Given | None:
        return given

    def row(self, _: tuple[Given | None, ...]) -> Verdict:
        return self._verdict


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


def alone(file: Path, out: Path, verdict: Verdict) -> None:
    with file.open(newline="", encoding="utf-8") as read, out.open("w", newline="") as written:
        ending = list(verdict)
        csv.writer(written).writerows(row + ending for row in csv.reader(read))


def batch(file: Path, out: Path, judge: Callable[[Table], Classifier[Code]]) -> None:
    pack = shipped()
    ours = columns(pack)
    with opened(str(file), UTF_8) as source, out.open("w", newline="", encoding="utf-8") as written:
        table = Table(source.lines(), Names(pack, ours))
        classifier = judge(table)
        cells = [Column(pack, question, classifier.code) for question in table.asked]
        rows = judged(table, cells, classifier.row, Tally(len(ours)), lambda _: None)
        write_csv(written, table, rows, ours)


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    pack = shipped()

    def evaluated(table: Table) -> Classifier[Said]:
        return classifier(pack, table.asked, strict=False, none_of_these=False)

    # As long as most are: of somebody with calm answers, who was not asked the rest.
    calm = {question.id: question.calm for question in pack.questions if question.calm is not None}
    judge = classifier(pack, tuple(calm), strict=False, none_of_these=False)
    given = parse(pack, calm).given
    usual = judge.row(tuple(judge.code(question, given[question]) for question in calm))
    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder, "cases.csv"), Path(folder, "out.csv")
        make(file, rows)
        runs: dict[str, Callable[[], None]] = {
            "the csv module alone": lambda: alone(file, out, usual),
            "a batch without judging": lambda: batch(file, out, lambda _: Constant(usual)),
            "a batch": lambda: batch(file, out, evaluated),
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
