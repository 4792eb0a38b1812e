"""Makes the pictures of the README from real runs: `python examples/pictures/make.py`.

A terminal becomes an SVG that loads nothing; the report becomes a PNG, for which a `chromium` must
be there. Without one the other pictures are made all the same, and the test tells what is missing.
"""

from __future__ import annotations

import hashlib
import html
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from itertools import takewhile
from pathlib import Path

import pexpect
from rich.console import Console
from rich.text import Text

import bumpcheck
from bumpcheck.cli.files import read_answers
from bumpcheck.report import html as report_page
from bumpcheck.report.layout import View

HERE = Path(__file__).parent
# Commands name their files from here, so that no picture shows where the project lies.
PROJECT = HERE.parents[1]
WIDTH, ROWS = 80, 24
PROMPT = "] > "
ELISION = "..."
DISCLAIMER = "Not a diagnosis."

# A report bears the day it was made on; a picture must not grow old by that alone.
DAY = date(2026, 1, 15)
REPORT = "examples/answers/milia-screened.yaml"
# Only the top of the page is pictured, so only a change in it makes the picture stale.
BELOW_PICTURE = '<section id="advice-2">'
REPORT_SIZE = (860, 1385)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

# Rich's own frame asks a server for its font; this one takes what the reader's machine has. The
# window brings its own dark ground, so that it can be read on a light page and on a dark one.
FRAME = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
  font-family: "DejaVu Sans Mono", Menlo, Consolas, "Liberation Mono", monospace;
  font-size: {char_height}px;
  line-height: {line_height}px;
}}
.{unique_id}-title {{
  font-size: 18px;
  font-weight: bold;
  font-family: "DejaVu Sans", Helvetica, Arial, sans-serif;
}}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def main() -> int:
    for name, svg in drawn().items():
        (HERE / name).write_text(svg, encoding="utf-8", newline="\n")
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        print(f"report.png: there is no browser: {', '.join(BROWSERS)}", file=sys.stderr)
        return 1
    page = report()
    picture = photographed(page, browser)
    (HERE / "report.png").write_bytes(picture)
    (HERE / "report.sha256").write_text(digests(page, picture), encoding="ascii", newline="\n")
    return 0


def drawn() -> dict[str, str]:
    """Every picture of a terminal, by its file name."""
    return {
        "verdict.svg": svg("verdict", "A verdict", verdict()),
        "balance.svg": svg("balance", "The balance", balance()),
        "interview.svg": svg("interview", "The interview", interview()),
    }


# --- What is shown --------------------------------------------------------------------------------


def verdict() -> Iterator[Text]:
    """A reassuring result and one that must not wait, each as far as its disclaimer."""
    for answers in ("milia.yaml", "emergency.yaml"):
        if answers != "milia.yaml":
            yield Text()
        yield from ran("check", "--answers", f"examples/answers/{answers}", last=DISCLAIMER)


def balance() -> Iterator[Text]:
    """The points for and against, out of a longer explanation."""
    shown = ran("check", "--answers", "examples/answers/whitehead.json", "--explain")
    yield next(shown)
    yield Text(ELISION)
    for line in shown:
        if line.plain.startswith("Points"):
            yield line
            break
    else:
        raise LookupError("the explanation has no points")
    # Its parts stand under this heading indented or after an empty line, up to the next heading.
    yield from takewhile(lambda line: not line.plain.startswith("What stayed"), shown)
    yield Text(ELISION)


def interview() -> Iterator[Text]:
    """The first screen, and further on the first question put alone, with why it is asked."""
    arguments = ("ask", "--age", "34", "--location", "under-eye")
    child = pexpect.spawn(
        sys.executable,
        ["-m", "bumpcheck", *arguments],
        cwd=str(PROJECT),
        env=environment(),
        dimensions=(ROWS, WIDTH),
        encoding="utf-8",
        timeout=20,
    )
    screens: list[str] = []

    def typed(answer: str) -> None:
        child.sendline(answer)
        # The terminal itself shows what is typed, before anything else is written.
        child.expect_exact(f"{answer}\r\n")
        screens[-1] += f"{PROMPT}{answer}"

    def screen() -> str:
        child.expect_exact(PROMPT)
        screens.append(str(child.before).replace("\r", ""))
        return screens[-1]

    try:
        while "What applies?" in screen():
            typed("few" if "(name one)" in screens[-1] else "0")
        typed("?")
        screen()
        typed("1")
    finally:
        child.close(force=True)
    yield command(arguments)
    for line in screens[0].splitlines():
        yield Text(line)
    yield Text(ELISION)
    for line in "\n".join(screens[-2:]).lstrip("\n").splitlines():
        yield Text(line)


def report() -> str:
    """The top of a report, as far as it is pictured, on a fixed day."""
    result = bumpcheck.check(read_answers(str(PROJECT / REPORT)))
    page = report_page.write(result, View(), DAY)
    top, found, _ = page.partition(BELOW_PICTURE)
    if not found:
        raise LookupError(f"the report has no {BELOW_PICTURE}")
    return f"{top}</main>\n</body>\n</html>\n"


# --- How it is run and drawn ----------------------------------------------------------------------


def environment() -> dict[str, str]:
    """The surroundings of a run: colours are wanted, and the reader's own settings are not."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "HOME", "XDG_CACHE_HOME", "SYSTEMROOT")
        if name in os.environ
    }
    return {
        **kept,
        "PYTHONPATH": str(Path(bumpcheck.__file__).parents[1]),
        "LC_ALL": "C.UTF-8",
        "TERM": "xterm-256color",
        "FORCE_COLOR": "1",
    }


def ran(*arguments: str, last: str | None = None) -> Iterator[Text]:
    """A command and what it prints, styled, up to a line that starts with `last`."""
    told = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "bumpcheck", *arguments],
        cwd=PROJECT,
        env=environment(),
        capture_output=True,
        check=True,
        timeout=30,
    )
    yield command(arguments)
    for line in told.stdout.decode("utf-8").splitlines():
        text = Text.from_ansi(line)
        yield text
        if last is not None and text.plain.startswith(last):
            yield Text(ELISION)
            return
    if last is not None:
        raise LookupError(f"nothing starts with {last!r}")


def command(arguments: tuple[str, ...]) -> Text:
    """A command as it is typed."""
    return Text(f"$ bumpcheck {' '.join(arguments)}", "bold cyan")


def svg(id: str, title: str, lines: Iterator[Text]) -> str:
    """Styled lines as a picture of a terminal."""
    console = Console(
        record=True,
        width=WIDTH,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        legacy_windows=False,
        _environ={},
    )
    for line in lines:
        if line.cell_len > WIDTH:
            raise ValueError(f"wider than the picture: {line.plain}")
        console.print(line, highlight=False)
    return console.export_svg(title=title, code_format=FRAME, unique_id=id)


def words(picture: str) -> list[list[tuple[str, str]]]:
    """The lines of a picture as (style, text); where the drawing lies does not matter."""
    styles = dict(re.findall(r"\.([\w-]+-r\d+) \{ ?([^}]*?) ?\}", picture))
    lines: dict[float, list[tuple[str, str]]] = {}
    for style, y, text in re.findall(
        r'<text class="([\w-]+-r\d+)"[^>]* y="([\d.]+)"[^>]*>([^<]*)</text>', picture
    ):
        said = html.unescape(text).replace("\N{NO-BREAK SPACE}", " ").rstrip()
        if said:
            lines.setdefault(float(y), []).append((styles[style], said))
    return [lines[y] for y in sorted(lines)]


def photographed(page: str, browser: str) -> bytes:
    """A page as a browser without a window shows it, as PNG."""
    wide, high = REPORT_SIZE
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "report.html"), Path(folder, "report.png")
        source.write_text(page, encoding="ascii")
        subprocess.run(  # noqa: S603
            [
                browser,
                "--headless",
                # The page is our own and loads nothing; in a container there is no sandbox to have.
                "--no-sandbox",
                "--disable-gpu",
                "--disable-lcd-text",
                "--hide-scrollbars",
                f"--user-data-dir={folder}/profile",
                f"--window-size={wide},{high}",
                f"--screenshot={target}",
                source.as_uri(),
            ],
            capture_output=True,
            check=True,
            timeout=60,
        )
        return target.read_bytes()


def digests(page: str, picture: bytes) -> str:
    """What ties a picture to its page: a test can tell without a browser when it is stale."""
    return (
        f"{hashlib.sha256(page.encode('ascii')).hexdigest()}  report.html\n"
        f"{hashlib.sha256(picture).hexdigest()}  report.png\n"
    )


if __name__ == "__main__":
    sys.exit(main())
