"""What the guides show is what the program prints, and its help is whole."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bumpcheck.cli.app import run

from .running import BUMPCHECK, LAMP, PROJECT, Bump, too_long

README = PROJECT / "README.md"
GUIDES = sorted(path for path in (README, *(PROJECT / "examples").rglob("*.md")) if path.exists())

FENCE = re.compile(
    r"^(?P<fence>`{3,}|~{3,})[^\n]*\n(?P<body>.*?)^(?P=fence)[ ]*$", re.MULTILINE | re.DOTALL
)
PROMPT = "] > "
ELISION = "..."
SMALL = str(PROJECT / "examples" / "packs" / "wart-or-corn")


@dataclass(frozen=True)
class Screen:
    """A command line as it stands in a guide, and what the guide shows under it."""

    file: str
    line: int
    command: str
    shown: str


def screens(text: str, file: str = "") -> Iterator[list[Screen]]:
    """The fenced blocks that start with `$ bumpcheck`, each as its command lines in order.

    A line `$ ...` is a command, to the end of a line that does not end in `\\`; what follows to the
    next is what it prints.
    """
    for block in FENCE.finditer(text):
        lines = block["body"].splitlines(keepends=True)
        if not lines or not lines[0].startswith("$ bumpcheck"):
            continue
        first = text.count("\n", 0, block.start("body")) + 1
        starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
        found: list[Screen] = []
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
            after = start + 1
            while lines[after - 1].rstrip("\n").endswith("\\"):
                after += 1
            command = "".join(lines[start:after])[2:].replace("\\\n", " ").strip()
            found.append(Screen(file, first + start, command, "".join(lines[after:end])))
        yield found


class Reader:
    """Does what the reader of one block does, command after command."""

    def __init__(self) -> None:
        self.code = 0

    def prints(self, screen: Screen) -> str:
        """What a command line prints, standard error included, in the order it is written."""
        if screen.command == "echo $?":
            return f"{self.code}\n"
        words = shlex.split(screen.command, comments=True)
        if set(words) & {"|", "<", ">", "&&", ";"}:
            return self._in_shell(screen.command)
        assert words[0] == "bumpcheck", f"{screen.command}: a test cannot run this"
        return self._here(words[1:], typed(screen.shown))

    def _here(self, arguments: list[str], stdin: str) -> str:
        out = io.StringIO()
        before = sys.stdin
        sys.stdin = io.StringIO(stdin)
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
                self.code = run(arguments)
        finally:
            sys.stdin = before
        return out.getvalue()

    def _in_shell(self, command: str) -> str:
        program = f'bumpcheck() {{ {shlex.join(BUMPCHECK)} "$@"; }}\n'
        ran = subprocess.run(
            ["bash", "-c", program + command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=30,
            check=False,
        )
        self.code = ran.returncode
        return ran.stdout.decode()


def typed(shown: str) -> str:
    """What the person typed at the prompts of a screen that is shown."""
    return "".join(
        f"{line.partition(PROMPT)[2]}\n" for line in shown.splitlines() if PROMPT in line
    )


def shows(shown: str, printed: str) -> bool:
    """Whether a screen is what was printed; a line `...` stands for any lines left out."""
    # What is typed ends its line on a terminal; piped in, it leaves no trace.
    piped = "".join(
        line.partition(PROMPT)[0] + PROMPT if PROMPT in line else line
        for line in shown.splitlines(keepends=True)
    )
    parts = re.split(rf"^[ ]*{re.escape(ELISION)}[ ]*\n", piped, flags=re.MULTILINE)
    return re.fullmatch("(?:.*\n)*?".join(map(re.escape, parts)), printed) is not None


@pytest.fixture
def at_the_top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that looks like the top of a checkout, in which commands may leave files."""
    for name in ("examples", "rules", "tests"):
        (tmp_path / name).symlink_to(PROJECT / name)
    for name in ("my-rules", "old", "new"):
        (tmp_path / name).symlink_to(LAMP)
    monkeypatch.chdir(tmp_path)


BLOCKS = [
    block
    for path in GUIDES
    for block in screens(path.read_text(encoding="utf-8"), str(path.relative_to(PROJECT)))
]


@pytest.mark.usefixtures("at_the_top")
@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: f"{block[0].file}:{block[0].line}")
def test_a_guide_shows_what_the_program_prints(block: list[Screen]) -> None:
    reader = Reader()
    for screen in block:
        printed = reader.prints(screen)
        if not shows(screen.shown, printed):
            # Compared as text, so that the difference is told line by line.
            assert printed == screen.shown, f"{screen.file}:{screen.line}: $ {screen.command}"


EXAMPLES = [
    line
    for path in GUIDES
    for body in re.findall(
        r"^```sh\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    for line in body.splitlines()
    if line.startswith("bumpcheck ")
]


@pytest.mark.usefixtures("at_the_top")
@pytest.mark.parametrize("line", EXAMPLES)
def test_a_command_in_a_guide_is_understood(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if re.match("bumpcheck rules (check|prove|test)", line):
        # What the shipped rules come to is tested elsewhere; here a small pack does.
        monkeypatch.setattr("bumpcheck.cli.rules.shipped_folder", lambda: SMALL)
    reader = Reader()
    line = line.replace("question=answer", "light=dim")
    line = line.replace("export sql", f"export sql --rules {LAMP}")
    told = reader.prints(Screen("", 0, line, ""))
    # An interview that is given no answers has to end.
    allowed = {2} if line.startswith("bumpcheck ask") else {0, *range(9, 14)}
    assert reader.code in allowed, told


@pytest.mark.skipif(not BLOCKS, reason="no guide shows a command yet")
def test_the_readme_shows_at_least_one_check() -> None:
    shown = [screen for block in BLOCKS for screen in block if screen.file == "README.md"]
    assert any(screen.command.startswith("bumpcheck check") for screen in shown)


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.name)
def test_every_fence_of_a_guide_is_closed(path: Path) -> None:
    marks = re.findall(r"^(?:`{3,}|~{3,})", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(marks) % 2 == 0


# --- The reader of guides is no fool himself ------------------------------------------------------

VERSION = "```console\n$ bumpcheck --version\nbumpcheck 0.1.0\n```\n"
INTERVIEW = """\
```
$ bumpcheck ask --rules tests/cli/packs/lamp
...
Does the lamp smoke?
   1  no smoke at all
   2  yes, it smokes
[u not sure, ? why, b back, q quit] > 2

Emergency: get the fire brigade now
...
```
"""
CODE = """\
```
$ bumpcheck check --itch perhaps \\
    --exit-code
bumpcheck: itch: 'perhaps' is not an answer: say no, yes, unknown
$ echo $?
2
$ bumpcheck questions --rules tests/cli/packs/lamp | head -2
Danger
  --smoke: Does the lamp smoke?
```
"""


def fits(text: str) -> bool:
    (block,) = screens(text)
    reader = Reader()
    return all(shows(screen.shown, reader.prints(screen)) for screen in block)


@pytest.mark.usefixtures("at_the_top")
@pytest.mark.parametrize("text", [VERSION, INTERVIEW, CODE], ids=["version", "interview", "code"])
def test_a_screen_that_is_right_fits(text: str) -> None:
    assert fits(text)


@pytest.mark.usefixtures("at_the_top")
@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        (VERSION, "bumpcheck 0.1.0", "bumpcheck 0.1.1"),
        (VERSION, "bumpcheck 0.1.0\n", "bumpcheck 0.1.0\nand more\n"),
        (VERSION, "bumpcheck 0.1.0\n", ""),
        (INTERVIEW, "> 2", "> 1"),
        (INTERVIEW, "the fire brigade", "the landlord"),
        (INTERVIEW, "   1  no smoke at all\n", ""),
        (CODE, "2\n$", "0\n$"),
        (CODE, "'perhaps'", "'maybe'"),
        (CODE, "Danger", "Dangers"),
    ],
)
def test_a_screen_that_is_wrong_does_not_fit(text: str, right: str, wrong: str) -> None:
    assert right in text
    assert not fits(text.replace(right, wrong))


def test_blocks_that_show_something_else_are_left_alone() -> None:
    text = f"```yaml\na: 1\n```\n{VERSION}\n```sh\nbumpcheck check\n```\n~~~\n$ ls\n~~~\n"
    (block,) = screens(text, "guide.md")
    assert block == [Screen("guide.md", 5, "bumpcheck --version", "bumpcheck 0.1.0\n")]


# --- Help -----------------------------------------------------------------------------------------

RESULT = "--format --output --view --explain --exit-code --no-color"
OPTIONS = {
    "": "--version --help",
    "check": f"--answers --answer -a --rules --strict --none-of-these --help {RESULT}",
    "ask": f"--rules --help {RESULT}",
    "demo": "--case --auto --rules --language --no-color --help",
    "questions": "--rules --format --help",
    "rules check": "--rules --help",
    "rules test": "--rules --help",
}
QUESTIONS = [
    "age",
    "location",
    "firmness",
    "colour",
    "color",
    "redness",
    "pain",
    "opening",
    "surface",
    "size",
    "count",
    "duration",
    "course",
    "change",
    "bleeding",
    "itch",
    "acne",
    "trigger",
    "unwell",
    "eye",
    "rash",
    "history",
    "tried",
    "pregnant",
]


def commands(bump: Bump, *above: str) -> Iterator[tuple[str, ...]]:
    """Every command there is, read off the help."""
    yield above
    help = bump(*above, "--help").out
    for name in re.findall(r"^  ([a-z-]+)  ", help.partition("\nCommands:\n")[2], re.MULTILINE):
        yield from commands(bump, *above, name)


def test_every_command_of_the_table_is_there(bump: Bump) -> None:
    there = {" ".join(command) for command in commands(bump)}
    assert there >= set(OPTIONS)


def test_every_command_has_help_that_fits_80_columns(
    bump: Bump, monkeypatch: pytest.MonkeyPatch
) -> None:
    for columns in (None, "200"):
        if columns:
            monkeypatch.setenv("COLUMNS", columns)
        for command in commands(bump):
            ran = bump(*command, "--help")
            assert (ran.code, ran.err) == (0, "")
            assert too_long(ran.out) == [], command
            assert "\x1b" not in ran.out


def test_every_command_shows_how_it_is_called(bump: Bump) -> None:
    for command in commands(bump):
        if "Commands:" not in bump(*command, "--help").out:
            assert f"\n  bumpcheck {' '.join(command)}" in bump(*command, "--help").out


@pytest.mark.parametrize("command", OPTIONS)
def test_help_lists_every_option_of_the_contract(bump: Bump, command: str) -> None:
    help = bump(*command.split(), "--help").out
    listed = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", help.partition("\n\n")[2]))
    assert listed >= set(OPTIONS[command].split())


@pytest.mark.parametrize("command", ["check", "ask"])
def test_help_lists_every_question_once_under_its_group(bump: Bump, command: str) -> None:
    help = bump(command, "--help").out
    options = [line for line in help.splitlines() if line.startswith("  -")]
    for id in QUESTIONS:
        assert len([line for line in options if f"--{id} " in f"{line.replace(',', ' ')} "]) == 1, (
            id
        )


def _smaller(call: list[str]) -> tuple[str, ...]:
    """What makes a command take the smaller rules, where the shipped ones take long."""
    return ("--rules", LAMP) if call[:2] == ["export", "sql"] else ()


def test_every_example_in_help_is_a_command_line_that_is_understood(
    bump: Bump, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("case.json").write_text('{"age": "34"}')
    for name in ("my-rules", "old-rules"):
        Path(name).symlink_to(PROJECT / "examples" / "packs" / "wart-or-corn")
    ran = 0
    for command in commands(bump):
        for line in re.findall(r"^  (bumpcheck .*)$", bump(*command, "--help").out, re.MULTILINE):
            call = shlex.split(re.split(r"  +|<", line)[0])[1:]
            with monkeypatch.context() as patch:
                if call[0] == "rules" and call[1] != "show":
                    # What the shipped rules come to is tested elsewhere; here a small pack does.
                    patch.setattr("bumpcheck.cli.rules.shipped_folder", lambda: SMALL)
                told = bump(*call, *_smaller(call), stdin=b"itch: no")
            # An interview that is given no answers has to end.
            allowed = {2} if call[0] == "ask" else {0}
            if "--exit-code" in call:
                allowed = {*range(9, 14)}
            assert told.code in allowed, (line, told.err)
            ran += 1
    assert ran >= 10
