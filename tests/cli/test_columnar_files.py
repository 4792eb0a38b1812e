"""`bumpcheck batch` by polars: the same files as without, and Parquet."""

from __future__ import annotations

import csv
import gzip
import json
import os
import random
import resource
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from bumpcheck.batch.frames import slices
from bumpcheck.cli import columnar
from bumpcheck.model import Question
from bumpcheck.pack import shipped

from .running import PROJECT, Bump, is_one_line

BATCH = [sys.executable, "-m", "bumpcheck", "batch"]
CASES = PROJECT / "examples" / "cases.csv"
# Cells that are no answer, or one that takes some reading.
ODD = ("", " ", "unknown", "none;unknown", "perhaps", "2", "=1+1", "3 weeks", "NULL", "NA", "nan")


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def a_cell(question: Question, chance: random.Random) -> str:
    throw = chance.random()
    if throw < 0.2 or (throw < 0.3 and chance.random() < 0.2):
        return chance.choice(ODD) if throw < 0.02 else ""
    if question.kind == "quantity":
        unit = "mm" if question.measure == "length" else chance.choice(["days", "months", "years"])
        return f"{chance.randint(1, 40)} {unit}"
    if question.calm is not None and throw < 0.8:
        return question.calm
    ids = [answer.id for answer in question.answers]
    return ";".join(chance.sample(ids, 2)) if question.kind == "many" else chance.choice(ids)


def make(file: Path, rows: int, ends: str = "\n", mark: str = "") -> None:
    """Cases of every kind, beside columns that are no questions."""
    chance = random.Random(7)
    questions = shipped().questions
    with file.open("w", newline="", encoding="utf-8") as out:
        out.write(mark)
        writer = csv.writer(out, lineterminator=ends)
        writer.writerow(["id", "a note, of mine", *(q.id for q in questions), "last"])
        for number in range(rows):
            note = chance.choice(['he said "itch"', "a,b", "é", "", " x ", "'=1"])
            writer.writerow([number, note, *(a_cell(q, chance) for q in questions), "z"])


def both(bump: Bump, *options: str, source: str, out: str) -> tuple[Path, Path]:
    """The same file by both engines, with the same summary."""
    told = []
    for engine in ("python", "polars"):
        ran = bump(
            "batch",
            source,
            "-o",
            f"{engine}-{out}",
            "--engine",
            engine,
            "--summary",
            "json",
            *options,
        )
        assert ran.code in (0, 4), ran.err
        told.append(json.loads(ran.err))
    assert told[0] == told[1]
    return Path(f"python-{out}"), Path(f"polars-{out}")


@pytest.mark.parametrize(
    ("ends", "mark", "options"),
    [
        ("\n", "", ()),
        ("\r\n", "\ufeff", ("--strict", "--none-of-these", "--map", "age=duration")),
    ],
)
def test_every_byte_is_the_same(
    bump: Bump, tmp_path: Path, ends: str, mark: str, options: tuple[str, ...]
) -> None:
    make(tmp_path / "in.csv", 700, ends, mark)
    one, other = both(bump, *options, source="in.csv", out="out.csv")
    assert one.read_bytes() == other.read_bytes()
    assert stat.S_IMODE(other.stat().st_mode) == 0o600
    assert sorted(os.listdir()) == ["in.csv", "polars-out.csv", "python-out.csv"]


def test_packed_files_hold_the_same(bump: Bump) -> None:
    one, other = both(bump, source=str(CASES), out="out.csv.gz")
    assert gzip.decompress(one.read_bytes()) == gzip.decompress(other.read_bytes())


def test_parquet_keeps_its_types_and_comes_to_the_same(bump: Bump) -> None:
    duckdb.execute(
        "COPY (SELECT i AS id, (i % 90)::INTEGER AS age, 'none' AS pain, i / 3 AS share, "
        "CASE i % 3 WHEN 0 THEN ['nose', 'cheek'] WHEN 1 THEN ['under-eye'] END AS location "
        "FROM range(300) AS r(i)) TO 'in.parquet'"
    )
    ran = bump("batch", "in.parquet", "-o", "out.parquet", "--summary", "json")
    assert ran.code == 4, ran.err
    assert json.loads(ran.err)["first_refused"]["row"] == 1
    own = "id, age, pain, share, location"
    assert duckdb.execute(
        f"SELECT count(*) FROM (FROM 'in.parquet' EXCEPT SELECT {own} FROM 'out.parquet')"
    ).fetchone() == (0,)
    duckdb.execute(
        "COPY (SELECT id, age, pain, array_to_string(location, ';') AS location "
        "FROM 'in.parquet' ORDER BY id) TO 'in.csv' (HEADER true)"
    )
    assert bump("batch", "in.csv", "-o", "out.csv", "--engine", "python").code == 4
    assert bump("batch", "out.parquet", "-o", "x.parquet").code == 2
    with Path("out.csv").open(newline="") as opened:
        for row, there in zip(
            csv.DictReader(opened),
            duckdb.execute("SELECT * FROM 'out.parquet' ORDER BY id").fetchall(),
            strict=True,
        ):
            ours = ["" if cell is None else str(cell) for cell in there[5:]]
            assert list(row.values())[4:] == ours


def test_rows_stay_in_order_where_they_are_read_in_parallel(bump: Bump) -> None:
    rows = 8192
    duckdb.execute(
        f"COPY (SELECT i AS id, 'none' AS pain FROM range({rows}) AS r(i)) "
        "TO 'in.parquet' (ROW_GROUP_SIZE 2048)"
    )
    assert bump("batch", "in.parquet", "-o", "out.parquet").code == 0
    ids = duckdb.execute("SELECT id FROM 'out.parquet'").fetchall()
    assert ids == [(number,) for number in range(rows)]


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is large is so from a few thousand bytes on."""
    for module in (columnar, slices):
        monkeypatch.setattr(module, "SLICE", 5_000)


@pytest.mark.usefixtures("small_slices")
def test_a_file_that_is_plain_for_a_while_is_read_to_its_end(bump: Bump, tmp_path: Path) -> None:
    make(tmp_path / "in.csv", 300)
    with Path("in.csv").open("a") as more:
        more.write('1,"two\nlines"\n2,"an open quote\n')
    by_python, by_polars = both(bump, source="in.csv", out="out.csv")
    assert by_polars.read_bytes() == by_python.read_bytes()
    assert bump("batch", "in.csv", "-o", "auto.csv").code == 4
    assert Path("auto.csv").read_bytes() == by_python.read_bytes()


@pytest.mark.usefixtures("small_slices")
def test_streams_and_packed_files_come_in_slices_as_well(bump: Bump, tmp_path: Path) -> None:
    make(tmp_path / "in.csv", 300)
    content = Path("in.csv").read_bytes()
    assert bump("batch", "in.csv", "-o", "out.csv", "--engine", "python").code == 4
    for sent in (content, gzip.compress(content)):
        assert bump("batch", "-", "-o", "same.csv", "--engine", "polars", stdin=sent).code == 4
        assert Path("same.csv").read_bytes() == Path("out.csv").read_bytes()


@pytest.mark.usefixtures("small_slices")
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"age,note\n" + b"34,x\n" * 9_000 + b"34,\xe9\n", "line 9,002: not UTF-8 text"),
        (gzip.compress(b"age,note\n" + b"34,x\n" * 90_000)[:-9], "damaged"),
    ],
)
def test_what_cannot_be_read_to_its_end_leaves_nothing(
    bump: Bump, content: bytes, says: str
) -> None:
    Path("in.csv").write_bytes(content)
    ran = bump("batch", "in.csv", "-o", "out.csv")
    assert (ran.code, is_one_line(ran.err)) == (2, True)
    assert says in ran.err
    assert os.listdir() == ["in.csv"]


def test_tables_and_lines_become_parquet(bump: Bump, tmp_path: Path) -> None:
    make(tmp_path / "in.csv", 300)
    with Path("in.csv").open("a") as more:
        more.write('1,"two\nlines"\n')
    assert bump("batch", "in.csv", "-o", "out.csv").code == 4
    assert bump("batch", "in.csv", "-o", "out.parquet").code == 4
    with Path("out.csv").open(newline="") as opened:
        header, *rows = csv.reader(opened)
    there = duckdb.execute("SELECT * FROM 'out.parquet'")
    assert [column[0] for column in there.description] == header
    assert [["" if it is None else str(it) for it in row] for row in there.fetchall()] == rows


def test_parquet_becomes_a_table_and_lines(bump: Bump) -> None:
    duckdb.execute(
        "COPY (SELECT 1.5::DOUBLE AS share, 34 AS age, ['nose', 'cheek'] AS location, "
        "NULL AS pain, DATE '2026-01-31' AS day) TO 'in.parquet'"
    )
    assert bump("batch", "in.parquet", "-o", "out.csv").code == 0
    assert bump("batch", "in.parquet", "-o", "out.jsonl").code == 0
    own = Path("out.csv").read_text().splitlines()[1]
    assert own.startswith("1.5,34,nose;cheek,,2026-01-31,see-dermatologist,")
    line = json.loads(Path("out.jsonl").read_text())
    assert list(line.values())[:5] == [1.5, 34, ["nose", "cheek"], None, "2026-01-31"]
    assert line["not_ruled_out"] == own.split(",")[-2]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("batch", "-", "--engine", "polars", "--from", "jsonl"), "it takes CSV in UTF-8"),
        (("batch", "in.csv", "--engine", "polars", "--encoding", "latin-1"), "CSV in UTF-8"),
        (("batch", "in.csv", "-o", "o.csv", "--engine", "duckdb"), "polars"),
        (("batch", "in.csv", "-o", "o.parquet", "--engine", "python"), "not --engine python"),
        (("batch", "in.csv", "--to", "parquet"), "name it"),
        (("batch", "no.parquet", "-o", "o.parquet"), "cannot read 'no.parquet'"),
        (("batch", "bad.parquet", "-o", "o.parquet"), "cannot read 'bad.parquet' as Parquet"),
    ],
)
def test_what_cannot_be_is_2_and_one_line(
    bump: Bump, arguments: tuple[str, ...], says: str
) -> None:
    Path("in.csv").write_bytes(b"age,note\n34,x\n")
    Path("bad.parquet").write_bytes(b"age,note\n34,x\n")
    ran = bump(*arguments)
    assert ran.code == 2
    assert is_one_line(ran.err)
    assert says in ran.err
    assert sorted(os.listdir()) == ["bad.parquet", "in.csv"]


@pytest.mark.parametrize("name", ["polars", "numpy"])
def test_without_polars_there_is_no_parquet_and_everything_else(
    bump: Bump, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(columnar, "find_spec", lambda asked: None if asked == name else asked)
    Path("in.csv").write_bytes(b"age,note\n34,x\n")
    assert bump("batch", "in.csv", "-o", "out.csv").code == 0
    for options in (("-o", "out.parquet"), ("-o", "o.csv", "--engine", "polars")):
        ran = bump("batch", "in.csv", *options)
        assert (ran.code, "pip install 'bumpcheck[batch]'" in ran.err) == (2, True)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_ended_leaves_nothing(
    env: dict[str, str], tmp_path: Path, how: signal.Signals
) -> None:
    """Interrupted it is 130 as well."""
    make(tmp_path / "few.csv", 300)
    head, _, rows = (tmp_path / "few.csv").read_text().partition("\n")
    (tmp_path / "in.csv").write_text(f"{head}\n{rows * 400}")
    (tmp_path / "few.csv").unlink()
    running = subprocess.Popen(
        [*BATCH, "in.csv", "-o", "out.csv", "--engine", "polars"],
        env=env,
        cwd=tmp_path,
        stderr=subprocess.PIPE,
    )
    try:
        wait_until(lambda: any(map(has_begun, Path(f"/proc/{running.pid}/fd").iterdir())))
        running.send_signal(how)
        _, told = running.communicate(timeout=60)
    finally:
        running.kill()
    assert running.returncode == (130 if how == signal.SIGINT else -how), told
    assert b"Traceback" not in told
    # Where the system knows no files without a name, what was begun stays under another.
    if how == signal.SIGINT or hasattr(os, "O_TMPFILE"):
        assert sorted(os.listdir(tmp_path)) == ["in.csv"]


@pytest.mark.parametrize(("out", "before"), [("out.csv", "kept"), ("out.parquet", None)])
def test_on_a_full_disk_the_file_is_absent_or_as_it_was(
    env: dict[str, str], out: str, before: str | None
) -> None:
    make(Path("in.csv"), 700)
    if before:
        Path(out).write_text(before)
    ran = subprocess.run(
        [*BATCH, "in.csv", "-o", out, *(["--engine", "polars"] if before else [])],
        capture_output=True,
        # No file may grow beyond a size, which is what a full disk looks like to the program: not
        # those in which Python keeps what it has compiled either.
        env={**env, "PYTHONDONTWRITEBYTECODE": "1"},
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000)),
    )
    assert ran.returncode == 2
    assert is_one_line(ran.stderr.decode())
    assert sorted(os.listdir()) == (["in.csv", out] if before else ["in.csv"])
    assert not before or Path(out).read_text() == before


def has_begun(descriptor: Path) -> bool:
    """Whether a file that a process has open for its output has something in it."""
    try:
        is_other = descriptor.readlink().name != "in.csv"
        is_here = str(descriptor.readlink()).startswith(f"{Path().absolute()}/")
        return is_other and is_here and descriptor.stat().st_size > 0
    except FileNotFoundError:
        return False


def wait_until(done: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not done():
        assert time.monotonic() < until
        time.sleep(0.01)
