"""`bumpcheck batch` on real files: what comes out, what is refused, what is never left behind."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import resource
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pexpect
import pytest

from .running import BUMPCHECK, LAMP, PROJECT, Bump, Ran, is_one_line, process, unseen

CASES = PROJECT / "examples" / "cases.csv"
OURS = [
    "outcome",
    "urgency",
    "disposition",
    "reason",
    "screening",
    "pattern",
    "points_milia",
    "points_whitehead",
    "red_flags",
    "referral_signs",
    "not_ruled_out",
    "error",
]
# Ages that are all different, so that every row has to be judged.
MANY = 4000


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def summary(ran: Ran) -> dict[str, object]:
    told = json.loads(ran.err)
    assert isinstance(told, dict)
    return told


def save(text: str | bytes, name: str = "in.csv") -> str:
    Path(name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return name


def many_rows(rows: int = MANY) -> str:
    return "".join(["id,age\n", *(f"{number},{4 + number / 1000:.3f}\n" for number in range(rows))])


# --- What comes out -------------------------------------------------------------------------------


def test_every_row_of_the_example_gets_what_a_check_gives(bump: Bump) -> None:
    ran = bump("batch", str(CASES), "-o", "out.csv")
    assert (ran.code, ran.out) == (0, "")
    before, after = table(CASES.read_text()), table(Path("out.csv").read_text())
    assert list(after[0]) == [*before[0], *OURS]
    for own, came in zip(before, after, strict=True):
        assert {name: came[name] for name in own} == own
        flags = [
            word
            for id, cell in own.items()
            if id != "case" and cell
            for word in ("-a", f"{id}={cell}")
        ]
        result = bump("check", *flags, "--format", "json").json
        for name in OURS[:6]:
            assert came[name] == (result[name] or "")
        for name in ("red_flags", "referral_signs", "not_ruled_out"):
            assert came[name] == ";".join(one["id"] for one in result[name])
        assert came["points_milia"] == str(result["points"]["milia"])
        assert came["points_whitehead"] == str(result["points"]["whitehead"])
        assert came["error"] == ""
    assert {"milia", "whitehead", "see-dermatologist"} == {came["outcome"] for came in after}


def test_a_wrong_row_is_told_and_the_rest_go_on(bump: Bump) -> None:
    save("id,age,itch\na,34,no\nb,34,perhaps\nc,,\n")
    ran = bump("batch", "in.csv")
    assert ran.code == 4
    first, wrong, last = table(ran.out)
    assert wrong["error"] == "itch: 'perhaps' is not an answer: say no, yes, unknown"
    assert {wrong[name] for name in OURS[:-1]} == {""}
    assert first["error"] == last["error"] == ""
    assert first["outcome"] == last["outcome"] == "see-dermatologist"
    assert re.search(r"^  refused +1   33%  ", ran.err, re.MULTILINE)
    assert "The first refused is row 2: itch: 'perhaps' is not an answer" in ran.err


def test_a_missing_column_and_an_empty_cell_were_not_asked(bump: Bump) -> None:
    save("age,itch,colour\n34,,\n")
    (row,) = table(bump("batch", "in.csv").out)
    result = bump("check", "--age", "34", "--format", "json").json
    assert row["reason"] == result["reason"]
    assert row["not_ruled_out"].split(";") == [one["id"] for one in result["not_ruled_out"]]


def test_unsure_is_an_answer_and_never_no(bump: Bump) -> None:
    save("age,bleeding\n50,unknown\n50,no\n50,\n")
    unsure, no, not_asked = table(bump("batch", "in.csv").out)
    assert "bleeds-by-itself" in unsure["red_flags"]
    assert "bleeds-by-itself" not in no["red_flags"] + no["not_ruled_out"]
    assert "bleeds-by-itself" in not_asked["not_ruled_out"]


@pytest.mark.parametrize("option", ["--strict", "--none-of-these"])
def test_options_are_those_of_a_check(bump: Bump, option: str) -> None:
    rows = table(CASES.read_text())
    for own, came in zip(rows, table(bump("batch", str(CASES), option).out), strict=True):
        flags = [
            word
            for id, cell in own.items()
            if id != "case" and cell
            for word in ("-a", f"{id}={cell}")
        ]
        result = bump("check", *flags, "--format", "json", option).json
        assert [came[name] for name in OURS[:5]] == [result[name] for name in OURS[:5]]
        assert came["not_ruled_out"] == ";".join(one["id"] for one in result["not_ruled_out"])


def test_other_rules_have_columns_of_their_own(bump: Bump) -> None:
    save("light,smoke,age\nflickers,no,34\ndim,yes,5\n")
    ran = bump("batch", "in.csv", "--rules", LAMP)
    rows = table(ran.out)
    assert [name for name in rows[0] if name.startswith("points_")] == [
        "points_loose-bulb",
        "points_worn-bulb",
    ]
    assert [row["age"] for row in rows] == ["34", "5"]
    assert rows[1]["urgency"] == "emergency"


def test_the_same_column_by_its_other_name_and_mapped_by_hand(bump: Bump) -> None:
    save("color,years\nwhite,34\n")
    ran = bump("batch", "in.csv", "--map", "age=years", "--summary", "json")
    assert ran.code == 0
    result = bump("check", "--colour", "white", "--age", "34", "--format", "json").json
    assert table(ran.out)[0]["points_milia"] == str(result["points"]["milia"])
    assert summary(ran)["warnings"] == []


def test_a_near_miss_of_a_question_warns(bump: Bump) -> None:
    save("Age,note,bleading\n34,x,no\n")
    ran = bump("batch", "in.csv")
    assert ran.code == 0
    told = [line for line in ran.err.splitlines() if line.startswith("bumpcheck: ")]
    assert len(told) == 3
    assert "no column is a question" in told[0]
    assert "'Age' is not read" in told[1]
    assert "'bleading' is not read; if it answers bleeding" in told[2]


# --- Forms ----------------------------------------------------------------------------------------


def test_lines_in_lines_out(bump: Bump) -> None:
    save('{"id": 7.50, "age": 34, "location": ["nose", "unknown"]}\n', "in.jsonl")
    ran = bump("batch", "in.jsonl")
    assert ran.out.startswith(
        '{"id": 7.50, "age": 34, "location": ["nose", "unknown"], "outcome": '
    )
    assert list(json.loads(ran.out)) == ["id", "age", "location", *OURS]


@pytest.mark.parametrize(
    ("options", "is_csv"),
    [
        (("-o", "out.csv"), True),
        (("-o", "out.jsonl"), False),
        (("-o", "out.ndjson"), False),
        (("-o", "out.CSV"), True),
        (("-o", "out"), True),
        (("-o", "out", "--to", "jsonl"), False),
        (("-o", "out.csv", "--to", "jsonl"), False),
    ],
)
def test_the_form_is_what_the_name_says_or_the_option(
    bump: Bump, options: tuple[str, ...], is_csv: bool
) -> None:
    assert bump("batch", str(CASES), *options).code == 0
    (out,) = (path for path in Path().iterdir())
    assert out.read_text().startswith("case,age" if is_csv else '{"case": "newborn-nose", ')


def test_forms_turn_into_each_other_and_come_to_the_same(bump: Bump) -> None:
    bump("batch", str(CASES), "-o", "verdicts.jsonl")
    cases = [json.loads(line) for line in Path("verdicts.jsonl").read_text().splitlines()]
    own = [{name: cell for name, cell in case.items() if name not in OURS} for case in cases]
    save("".join(json.dumps(case) + "\n" for case in own), "in.jsonl")
    assert bump("batch", "in.jsonl", "-o", "out.csv").code == 0
    bump("batch", str(CASES), "-o", "wanted.csv")
    assert Path("out.csv").read_text() == Path("wanted.csv").read_text()


def test_packed_in_packed_out(bump: Bump) -> None:
    save(gzip.compress(CASES.read_bytes()), "in.csv.gz")
    assert bump("batch", "in.csv.gz", "-o", "out.csv.gz").code == 0
    wanted = bump("batch", str(CASES)).out
    assert gzip.decompress(Path("out.csv.gz").read_bytes()).decode() == wanted
    assert bump("batch", "in.csv.gz").out == wanted
    assert bump("batch", "-", stdin=Path("in.csv.gz").read_bytes()).out == wanted
    # What a file is, is seen in it, whatever it is called.
    shutil.copy("in.csv.gz", "in.csv")
    assert bump("batch", "in.csv").out == wanted
    shutil.copy(CASES, "plain.csv.gz")
    assert bump("batch", "plain.csv.gz").out == wanted


def test_standard_input_and_output(bump: Bump, env: dict[str, str]) -> None:
    wanted = bump("batch", str(CASES)).out
    assert bump("batch", "-", stdin=CASES.read_bytes()).out == wanted
    assert bump("batch", "-", "-o", "-", stdin=CASES.read_bytes()).out == wanted
    ran = process("batch", "-", env=env, stdin=CASES.read_bytes())
    assert (ran.code, ran.out) == (0, wanted)
    assert "\r" not in ran.err
    lines = process("batch", "-", "--from", "jsonl", "--to", "csv", env=env, stdin=b'{"age": 34}\n')
    assert lines.out.startswith("age,outcome")
    assert bump("batch", "-", "--from", "jsonl", stdin=b'{"age": 34}').out.startswith('{"age": 34')


# --- Encodings and lines --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding", ["utf-8", "latin-1", "cp1252", "utf-16", "utf-8-sig", "utf-32"]
)
def test_a_file_may_be_in_another_encoding(bump: Bump, encoding: str) -> None:
    save("note,age\nGrößé,34\n".encode(encoding))
    ran = bump("batch", "in.csv", "--encoding", encoding)
    assert ran.code == 0
    assert table(ran.out.removeprefix("\ufeff"))[0]["note"] == "Größé"


def test_a_file_that_is_not_utf_8_says_where_and_what_to_do(bump: Bump) -> None:
    save(f"note,age\n{'x,34' + chr(10)}".encode() + "Größe,34\n".encode("latin-1"))
    ran = bump("batch", "in.csv", "-o", "out.csv")
    assert (ran.code, ran.out) == (2, "")
    assert is_one_line(ran.err)
    assert "'in.csv', line 3: not UTF-8 text" in ran.err
    assert "--encoding latin-1" in ran.err
    assert not Path("out.csv").exists()


def test_a_byte_order_mark_and_line_ends_are_kept(bump: Bump) -> None:
    save(b"\xef\xbb\xbfage,note\r\n34,x\r\n")
    bump("batch", "in.csv", "-o", "out.csv")
    came = Path("out.csv").read_bytes()
    assert came.startswith(b"\xef\xbb\xbfage,note,outcome")
    assert came.count(b"\r\n") == came.count(b"\n") == 2


def test_nul_bytes_and_markup_pass_through(bump: Bump) -> None:
    cells = ["a\0b", "=cmd|' /C calc'!A0", "-3", "\x1b[31mred", "[bold]x", "\u202eabc", '"', "a\nb"]
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["note", "age"], *([cell, "34"] for cell in cells)])
    save(out.getvalue())
    bump("batch", "in.csv", "-o", "out.csv")
    assert [row["note"] for row in table(Path("out.csv").read_bytes().decode())] == cells


def test_strange_letters_in_a_wrong_answer_are_spelled_out(bump: Bump) -> None:
    save("age,itch\n34,\x1b[31m\u202eno\0\n")
    ran = bump("batch", "in.csv")
    (row,) = table(ran.out)
    assert "'\\x1b[31m\\u202eno\\x00' is not an answer" in row["error"]
    assert unseen(ran.err) == set()


# --- What is refused ------------------------------------------------------------------------------

HOSTILE = {
    "empty": (b"", "is empty"),
    "blank": (b"\n\n", "is empty"),
    "twice": (b"age,age\n34,5\n", "two columns are called 'age'"),
    "ours": (b"age,urgency\n34,x\n", "there is a column 'urgency' already"),
    "both": (b"color,colour\nred,white\n", "both answer colour"),
    "semicolons": (b"age;itch\n34;no\n", "separated by semicolons"),
    "cut": (gzip.compress(b"age\n" + os.urandom(9999).hex().encode())[:-20], "cannot be unpacked"),
    "bad zip": (b"\x1f\x8b\x08" + b"x" * 99, "cannot be unpacked"),
    "utf-16": ("age\n34\n".encode("utf-16"), "not UTF-8 text"),
    "endless": (b"age\n" + b"3" * (1 << 25), "is a quote left open?"),
    "open quote": (b'age\n"' + (b"34" * 500 + b"\n") * (1 << 15), "is a quote left open?"),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("way", ["file", "stdin"])
def test_a_hostile_file_is_2_and_one_clear_line(bump: Bump, name: str, way: str) -> None:
    content, says = HOSTILE[name]
    save(content)
    Path("out.csv").write_text("kept")
    if way == "file":
        ran = bump("batch", "in.csv", "-o", "out.csv")
    else:
        ran = bump("batch", "-", "-o", "out.csv", stdin=content)
    assert (ran.code, ran.out) == (2, "")
    assert is_one_line(ran.err)
    assert says in ran.err
    assert Path("out.csv").read_text() == "kept"
    assert sorted(os.listdir()) == ["in.csv", "out.csv"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nowhere.csv",), "cannot read 'nowhere.csv': No such file"),
        ((".", "--from", "csv"), "cannot read '.': Is a directory"),
        (("/proc/self/mem", "--from", "csv"), "cannot read '/proc/self/mem'"),
        (("in.csv\0", "--from", "csv"), "cannot read"),
        (("in.txt",), "'in.txt' does not tell how its rows are written: say --from csv"),
        (("in",), "say --from csv or --from jsonl"),
        (("in.gz",), "say --from csv or --from jsonl"),
        (("in.csv", "-o", "out.xlsx"), "say --to csv or --to jsonl"),
        (("in.csv", "-o", "out.parquet", "--engine", "python"), "parquet is what polars alone"),
        (("in.csv", "--from", "cvs"), "--from: 'cvs' is not one of its values: did you mean csv?"),
        (("in.csv", "--to", "xml"), "--to: 'xml' is not one of its values"),
        (("in.csv", "--summary", "yaml"), "--summary: 'yaml'"),
        (("in.csv", "--encoding", "latin1-1"), "--encoding: there is no 'latin1-1': did you mean"),
        (("in.csv", "--encoding", "base64"), "--encoding: there is no 'base64'"),
        (("in.csv", "--encoding", "x\0"), "--encoding: there is no"),
        (("in.csv", "--map", "age"), "write it as QUESTION=COLUMN"),
        (("in.csv", "--map", "age=x"), "--map age=x: there is no such column"),
        (("in.csv", "-o", ""), "a file needs a name"),
        (("in.csv", "-o", "nowhere/out.csv"), "cannot write 'nowhere/out.csv'"),
        ((), "IN"),
    ],
)
def test_a_wrong_command_line_is_2_and_one_line(
    bump: Bump, arguments: tuple[str, ...], says: str
) -> None:
    save("age\n34\n")
    ran = bump("batch", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert is_one_line(ran.err)
    assert says in ran.err
    assert os.listdir() == ["in.csv"]


def test_rules_that_do_not_load_are_3(bump: Bump) -> None:
    assert bump("batch", str(CASES), "--rules", "nowhere").code == 3


def test_a_header_by_itself_has_no_rows(bump: Bump) -> None:
    save("age,itch\n")
    ran = bump("batch", "in.csv", "--summary", "json")
    assert (ran.code, ran.out) == (0, f"age,itch,{','.join(OURS)}\n")
    assert summary(ran)["rows"] == 0
    assert bump("batch", "-", "--from", "jsonl").out == ""


def test_bad_lines_are_refused_one_by_one(bump: Bump) -> None:
    save('{"age": 34}\n{"age": \n[]\n{"agee": 1, "age": 5}\n', "in.jsonl")
    ran = bump("batch", "in.jsonl", "--summary", "json")
    assert ran.code == 4
    errors = [json.loads(line)["error"] for line in ran.out.splitlines()]
    assert [error is None for error in errors] == [True, False, False, True]
    told = summary(ran)
    assert (told["rows"], told["refused"]) == (4, 2)
    assert "'agee' is not read" in str(told["warnings"])


# --- The summary and progress ---------------------------------------------------------------------


def test_the_summary_adds_up(bump: Bump) -> None:
    ran = bump("batch", str(CASES), "-o", "out.csv", "--summary", "json")
    rows = table(Path("out.csv").read_text())
    told = summary(ran)
    assert told["rows"] == len(rows)
    for key, name in (("outcomes", "outcome"), ("urgencies", "urgency")):
        counts = told[key]
        assert isinstance(counts, dict)
        came = [row[name] for row in rows]
        assert counts == {value: came.count(value) for value in counts}
        assert sum(counts.values()) == len(rows)


def test_the_summary_has_bars_of_letters_that_can_be_shown(env: dict[str, str]) -> None:
    shown = process("batch", str(CASES), "-o", "out.csv", env=env)
    assert "\u2588" in shown.err
    plain = process("batch", str(CASES), "-o", "out.csv", env=env | {"PYTHONIOENCODING": "ascii"})
    assert "  #" in plain.err
    assert plain.err.isascii()
    assert all(len(line) <= 80 for line in shown.err.splitlines())


def test_progress_is_on_a_terminal_alone_and_leaves_no_trace(env: dict[str, str]) -> None:
    os.mkfifo("in.csv")
    command = ["-m", "bumpcheck", "batch", "in.csv", "-o", "out.csv"]
    for term, shows in (("xterm", True), ("dumb", False)):
        env["TERM"] = term
        child = pexpect.spawn(sys.executable, command, env=env, encoding="utf-8", timeout=30)
        with open("in.csv", "w", encoding="utf-8") as pipe:
            for _ in range(2):
                pipe.write(many_rows(1) * 2000)
                pipe.flush()
                time.sleep(0.7)
        child.expect(pexpect.EOF)
        shown = str(child.before)
        child.close()
        assert child.exitstatus == 4
        assert bool(re.search(r"\r[\d,]+ rows, [\d,]+ a second\x1b\[K", shown)) == shows
        assert bool(re.search(r"\r\x1b\[K7,999 rows in ", shown)) == shows
        assert shows or "\x1b" not in shown


def test_a_full_or_closed_standard_error_keeps_rows_and_exit_code(env: dict[str, str]) -> None:
    save("Age,itch\n34,perhaps\n")
    for shell in ("2> /dev/full", "2>&-"):
        ran = process("batch", "in.csv", env=env, shell=shell)
        assert ran.code == 4
        assert ran.out.startswith("Age,itch,outcome")


# --- Whole or absent ------------------------------------------------------------------------------


def test_a_file_is_readable_by_its_owner_only(bump: Bump) -> None:
    Path("out.csv").write_text("before")
    Path("out.csv").chmod(0o666)
    assert bump("batch", str(CASES), "-o", "out.csv").code == 0
    assert stat.S_IMODE(Path("out.csv").stat().st_mode) == 0o600


def test_a_file_may_be_replaced_by_its_own_verdicts(bump: Bump) -> None:
    shutil.copy(CASES, "in.csv")
    wanted = bump("batch", "in.csv").out
    assert bump("batch", "in.csv", "-o", "in.csv").code == 0
    assert Path("in.csv").read_text() == wanted


def has_begun(descriptor: Path) -> bool:
    """Whether a file that a process has open is in this folder, and something is in it."""
    try:
        is_here = os.readlink(descriptor).startswith(f"{Path().absolute()}/")
        return is_here and stat.S_ISREG(descriptor.stat().st_mode) and descriptor.stat().st_size > 0
    except FileNotFoundError:
        return False


@contextmanager
def half_way(env: dict[str, str], out: str) -> Iterator[subprocess.Popen[bytes]]:
    """A run that has begun to write, and waits for more rows."""
    os.mkfifo("in.csv")
    command = [*BUMPCHECK, "batch", "in.csv", "-o", out]
    ran = subprocess.Popen(command, env=env, stderr=subprocess.PIPE)
    with suppress(BrokenPipeError), open("in.csv", "w", encoding="utf-8") as pipe:
        pipe.write(many_rows(1) * 5000)
        pipe.flush()
        deadline = time.monotonic() + 20
        while not any(map(has_begun, Path(f"/proc/{ran.pid}/fd").iterdir())):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield ran
    ran.communicate(timeout=30)


@pytest.mark.parametrize("before", [None, "kept"])
def test_an_interrupted_run_is_130_and_leaves_nothing(
    env: dict[str, str], before: str | None
) -> None:
    if before:
        Path("out.csv").write_text(before)
    with half_way(env, "out.csv") as ran:
        ran.send_signal(signal.SIGINT)
        assert ran.stderr is not None
        told = ran.stderr.read().decode()
    assert ran.returncode == 130
    assert "Traceback" not in told
    assert sorted(os.listdir()) == (["in.csv", "out.csv"] if before else ["in.csv"])
    assert not before or Path("out.csv").read_text() == before


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_run_leaves_nothing(env: dict[str, str], how: signal.Signals) -> None:
    with half_way(env, "out.csv.gz") as ran:
        ran.send_signal(how)
        assert ran.wait(timeout=30) == -how
    assert not Path("out.csv.gz").exists()
    # Where the system knows no files without a name, what was begun stays under another.
    if hasattr(os, "O_TMPFILE"):
        assert os.listdir() == ["in.csv"]


def test_a_disk_without_nameless_files_does_as_well(
    bump: Bump, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = bump("batch", str(CASES)).out
    monkeypatch.delattr(os, "O_TMPFILE")
    assert bump("batch", str(CASES), "-o", "out.csv").code == 0
    assert os.listdir() == ["out.csv"]
    assert Path("out.csv").read_text() == wanted


@pytest.mark.parametrize("name", ["out.csv", "out.jsonl", "out.csv.gz"])
@pytest.mark.parametrize("before", [None, "kept"])
def test_on_a_full_disk_the_file_is_absent_or_as_it_was(
    env: dict[str, str], name: str, before: str | None
) -> None:
    save(many_rows())
    if before:
        Path(name).write_text(before)
    env["XDG_CACHE_HOME"] = "/nonexistent"
    ran = subprocess.run(
        [*BUMPCHECK, "batch", "in.csv", "--rules", LAMP, "--map", "used=age", "-o", name],
        capture_output=True,
        env=env,
        timeout=60,
        check=False,
        # No file may grow beyond this: what a full disk looks like to the program.
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000)),
    )
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert is_one_line(ran.stderr.decode())
    assert f"cannot write '{name}': File too large" in ran.stderr.decode()
    assert sorted(os.listdir()) == sorted(["in.csv", name] if before else ["in.csv"])
    assert not before or Path(name).read_text() == before


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of 64 KiB, where one may be mounted."""
    disk = Path("disk").absolute()
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False, timeout=10)
    except OSError:
        pytest.skip("there is no mount here")
    if done.returncode:
        pytest.skip("no disk may be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True, timeout=10)


def test_on_a_disk_that_fills_up_nothing_is_left(env: dict[str, str], small_disk: Path) -> None:
    save(many_rows())
    out = small_disk / "out.csv"
    out.write_text("kept")
    ran = process("batch", "in.csv", "-o", str(out), env=env)
    assert ran.code == 2
    assert is_one_line(ran.err)
    assert "No space left" in ran.err
    assert os.listdir(small_disk) == ["out.csv"]
    assert out.read_text() == "kept"


@pytest.mark.parametrize("where", [("-o", "/dev/full"), ("-o", "-")])
def test_a_stream_that_is_full_is_2(env: dict[str, str], where: tuple[str, str]) -> None:
    ran = process("batch", str(CASES), *where, env=env, shell="> /dev/full")
    assert ran.code == 2
    assert is_one_line(ran.err)
    assert "No space left" in ran.err


def test_a_pipe_is_written_to_and_read_from(env: dict[str, str]) -> None:
    os.mkfifo("pipe.csv")
    writer = subprocess.Popen(["sh", "-c", f"cat {CASES} > pipe.csv"])
    ran = process("batch", "pipe.csv", env=env)
    assert writer.wait(timeout=10) == 0
    assert len(table(ran.out)) == 11
    reader = subprocess.Popen(["cat", "pipe.csv"], stdout=subprocess.PIPE)
    assert process("batch", str(CASES), "-o", "pipe.csv", env=env).code == 0
    assert reader.communicate(timeout=10)[0].decode() == ran.out


def test_a_reader_that_leaves_early_is_no_error(env: dict[str, str]) -> None:
    save(many_rows())
    ran = process("batch", "in.csv", env=env, shell="| head -1")
    assert ran.out.count("\n") == 1
    assert "Traceback" not in ran.err


# --- Size -----------------------------------------------------------------------------------------


def peak(env: dict[str, str], rows: int) -> int:
    """The most memory that a run takes, in KiB."""
    save(many_rows(rows))
    code = (
        "import resource, sys\nfrom bumpcheck.cli import main\n"
        "try:\n    main()\nfinally:\n"
        "    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, "batch", "in.csv", "--rules", LAMP, "--map", "used=age"],
        env=env,
        capture_output=True,
        timeout=120,
        check=True,
    )
    return int(ran.stderr.decode().split()[-1])


def test_memory_does_not_grow_with_the_rows(env: dict[str, str]) -> None:
    """Past what is remembered of texts and verdicts, that is."""
    assert peak(env, 60_000) < peak(env, 20_000) * 1.15
