"""Reports in a real browser with no network: nothing to complain of, on two pages at most.

Left out where no Chromium is, or where it cannot run.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

import bumpcheck
from bumpcheck.cli.files import read_answers
from bumpcheck.report import html
from bumpcheck.report.layout import View

ANSWERS = Path(__file__).parents[1] / "examples" / "answers"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FORBIDS = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")


class Printed(NamedTuple):
    """What came of a page: the number of sheets, and what the browser said of it."""

    sheets: int
    console: list[str]


Print = Callable[[str], Printed]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Print:
    """Opens a page without a network, and prints it."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.skip("there is no browser")
    folder = tmp_path_factory.mktemp("browser")

    def print_(page: str) -> Printed:
        source, target = folder / "page.html", folder / "page.pdf"
        source.write_text(page, "ascii")
        target.unlink(missing_ok=True)
        told = subprocess.run(
            [
                browser,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--host-resolver-rules=MAP * ~NOTFOUND",
                f"--user-data-dir={folder}/profile",
                "--enable-logging=stderr",
                "--no-pdf-header-footer",
                f"--print-to-pdf={target}",
                source.as_uri(),
            ],
            capture_output=True,
            timeout=60,
            check=False,
        )
        said = told.stderr.decode("utf-8", "replace").splitlines()
        sheets = len(PAGE.findall(target.read_bytes())) if target.exists() else 0
        return Printed(sheets, [line for line in said if "CONSOLE" in line])

    # It must be one that prints, and that says what a policy forbids.
    try:
        sheets, console = print_(f"<!DOCTYPE html>{FORBIDS}<p style='color: red'>one</p>")
        works = sheets == 1 and bool(console)
    except (OSError, subprocess.TimeoutExpired):
        works = False
    if not works:
        pytest.skip("the browser does not run here")
    return print_


@pytest.mark.parametrize(
    ("answers", "view"),
    [
        ("milia.yaml", View()),
        ("neither.yaml", View(clinician=True)),
        ("newborn.yaml", View(clinician=True)),
    ],
)
def test_a_report_is_shown_without_complaint_on_two_pages(
    printed: Print, answers: str, view: View
) -> None:
    result = bumpcheck.check(read_answers(str(ANSWERS / answers)), explain=True)
    sheets, console = printed(html.write(result, view, date(2026, 11, 23)))
    assert console == []
    assert 1 <= sheets <= 2
