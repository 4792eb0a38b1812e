"""Reports as files: from the plain install, whole or not at all, and nobody else's to read."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bumpcheck.cli import files, show

from .running import LAMP, PROJECT, Bump, environment, is_one_line, process, too_long, unseen
from .test_imports import CHECK, modules

SMOKE = ("check", "--rules", LAMP, "-a", "light=flickers", "-a", "smoke=no")
STARTS = {"html": "<!DOCTYPE html>\n", "markdown": "# A lamp that flickers or is dim\n"}
REPORTS = pytest.mark.parametrize("format", STARTS)


@pytest.fixture(autouse=True)
def one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(show, "today", lambda: date(2026, 11, 23))


@pytest.fixture
def wide_open() -> Iterator[None]:
    """As if the user let everybody read whatever is written."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


# --- The command line -----------------------------------------------------------------------------


@REPORTS
def test_a_report_comes_to_standard_output(bump: Bump, format: str) -> None:
    ran = bump(*SMOKE, "--format", format)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(STARTS[format])
    assert "2026-11-23" in ran.out
    assert not unseen(ran.out)
    assert "\x1b" not in ran.out


@REPORTS
def test_colour_that_is_forced_does_not_get_into_a_report(
    bump: Bump, monkeypatch: pytest.MonkeyPatch, format: str
) -> None:
    plain = bump(*SMOKE, "--format", format).out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert bump(*SMOKE, "--format", format).out == plain


@REPORTS
def test_the_file_is_what_standard_output_would_be(bump: Bump, tmp_path: Path, format: str) -> None:
    file = tmp_path / "report"
    told = bump(*SMOKE, "--format", format, "--output", str(file))
    assert (told.code, told.out, told.err) == (0, "", "")
    assert file.read_text("utf-8") == bump(*SMOKE, "--format", format).out
    assert bump(*SMOKE, "--format", format, "--output", "-").out == file.read_text("utf-8")


def test_an_interview_ends_in_a_report(bump: Bump, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    options = ("--format", "html", "--output", str(file), "--exit-code")
    assert bump("ask", "--rules", LAMP, *options, stdin=b"yes\n").code == 13
    assert "Emergency: get the fire brigade now" in file.read_text("utf-8")


@REPORTS
@pytest.mark.parametrize("options", [(), ("--strict",)], ids=["", "strict"])
def test_a_report_tells_unasked_what_would_change_the_result(
    bump: Bump, format: str, options: tuple[str, ...]
) -> None:
    case = ("check", "--rules", LAMP, "-a", "light=flickers", *options)
    told = " ".join(bump(*case, "--format", format).out.replace("\\", "").split())
    told = told.replace("&#34;", '"')
    assert "This would change it" in told
    assert 'If the answer to "Does the lamp smoke?" is "yes, it smokes": ' in told
    assert "loose-bulb, self-care" not in told
    everything = bump(*case, "--format", format, "--view", "clinician").out
    # What is not screened is all that stands against it where that is asked for.
    assert ("see-electrician, routine" in everything) == (options == ())
    assert "loose-bulb, self-care" not in everything
    assert json.loads(bump(*case, "--format", "json").out)["would_change"] is None


def test_only_a_clinician_is_told_it_in_words_unasked(bump: Bump) -> None:
    case = ("check", "--rules", LAMP, "-a", "light=flickers")
    assert "This would change it" not in bump(*case).out
    assert "This would change it" in bump(*case, "--view", "clinician").out
    assert "This would change it" in bump(*case, "--explain").out


def test_an_interview_explains_as_a_check_does(bump: Bump) -> None:
    told = bump("ask", "--rules", LAMP, "--explain", "--view", "clinician", stdin=b"yes\n").out
    assert "This would change it" in told
    assert "see-electrician, routine, electrician: smoke no." in told


def test_markup_of_a_pack_shows_as_text(bump: Bump) -> None:
    assert "<p>A bulb shaken loose" in bump(*SMOKE, "--format", "html").out
    assert "has a bad contact [red]here[/red]." in bump(*SMOKE, "--format", "html").out
    noted = bump(*SMOKE, "--format", "markdown").out
    assert "has a bad contact \\[red\\]here\\[/red\\]." in noted
    assert "Likely a \\[bold\\]loose\\[/bold\\] bulb \\:bulb:" in noted


def test_a_wrong_format_names_the_right_ones(bump: Bump) -> None:
    ran = bump(*SMOKE, "--format", "htlm")
    assert (ran.code, ran.out) == (2, "")
    assert "did you mean html?" in ran.err
    assert "text, plain, json, markdown, html" in bump(*SMOKE, "--format", "docx").err


def test_the_day_is_the_local_one() -> None:
    code = "import time; time.tzset(); from bumpcheck.cli.show import today; print(today())"
    import subprocess

    days = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            text=True,
            env={**environment(Path("/nowhere")), "TZ": zone},
        ).stdout
        for zone in ("<+14>-14", "<-12>+12")
    }
    # Somewhere it is always another day.
    assert len(days) == 2


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_a_page_is_the_same_in_every_encoding(
    env: dict[str, str], tmp_path: Path, encoding: str
) -> None:
    rules = tmp_path / "lamp"
    rules.mkdir()
    text = Path(LAMP, "rules.yaml").read_text("utf-8")
    (rules / "rules.yaml").write_text(text.replace("Water conducts", "Wasser leitet öfter"))
    flags = ("check", "--rules", str(rules), "-a", "light=flickers", "--explain")
    told = process(*flags, "--format", "html", env={**env, "PYTHONIOENCODING": encoding})
    assert told.code == 0
    assert told.out.isascii()
    plain = process(*flags, "--format", "plain", env={**env, "PYTHONIOENCODING": "ascii"})
    assert plain.code == 0
    assert "  loose-bulb +4  " in plain.out
    assert too_long(plain.out) == []


# --- The file -------------------------------------------------------------------------------------


@REPORTS
@pytest.mark.usefixtures("wide_open")
@pytest.mark.parametrize("before", [None, 0o644, 0o666], ids=["new", "644", "666"])
def test_only_its_owner_can_read_it(
    bump: Bump, tmp_path: Path, format: str, before: int | None
) -> None:
    file = tmp_path / "report"
    if before is not None:
        file.write_text("an older one")
        file.chmod(before)
    assert bump(*SMOKE, "--format", format, "--output", str(file)).code == 0
    assert mode(file) == 0o600
    assert os.listdir(tmp_path) == ["report"]


@pytest.mark.usefixtures("wide_open")
def test_nobody_can_read_it_while_it_is_written(
    bump: Bump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    sync = os.fsync

    def look(descriptor: int) -> None:
        seen.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        # It may have a name before it is whole, or none.
        assert {mode(file) for file in tmp_path.iterdir()} <= {0o600}
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", look)
    assert bump(*SMOKE, "--format", "html", "--output", str(tmp_path / "report")).code == 0
    assert seen == [0o600]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_it_is_written_whole_or_not_at_all(
    bump: Bump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    file = tmp_path / "report.html"
    file.write_text("an older one")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, fail)
    ran = bump(*SMOKE, "--format", "html", "--output", str(file))
    assert ran.code == 2
    assert is_one_line(ran.err)
    assert "No space left on device" in ran.err
    assert file.read_text() == "an older one"
    assert os.listdir(tmp_path) == ["report.html"]


def test_what_the_disk_did_not_take_while_more_was_written_is_told(
    bump: Bump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "report.html"
    file.write_text("an older one")
    sync = os.fsync
    asked: list[int] = []

    def fail_once(descriptor: int) -> None:
        asked.append(descriptor)
        if len(asked) == 1:
            raise OSError(5, "Input/output error")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", fail_once)
    monkeypatch.setattr(files, "MOST_UNSYNCED", 1)
    ran = bump(*SMOKE, "--format", "html", "--output", str(file))
    assert ran.code == 2
    assert is_one_line(ran.err)
    assert "Input/output error" in ran.err
    assert file.read_text() == "an older one"
    assert os.listdir(tmp_path) == ["report.html"]


def test_a_link_stays_a_link(bump: Bump, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    link = tmp_path / "report.html"
    link.symlink_to(tmp_path / "there" / "real.html")
    assert bump(*SMOKE, "--format", "html", "--output", str(link)).code == 0
    assert link.is_symlink()
    assert mode(tmp_path / "there" / "real.html") == 0o600


@pytest.mark.parametrize("name", ["", "no/such/folder/report.html", ".", "nul\0"])
def test_a_name_that_cannot_be_is_told_in_one_line(bump: Bump, tmp_path: Path, name: str) -> None:
    ran = bump(*SMOKE, "--format", "html", "--output", str(tmp_path / name) if name else "")
    assert ran.code == 2
    assert is_one_line(ran.err)
    assert "cannot write" in ran.err


@pytest.mark.parametrize("name", ["\u202ereport\x1b[31m.html", "<b>.html", "* a *.md"])
def test_a_strange_name_is_only_a_name(bump: Bump, tmp_path: Path, name: str) -> None:
    ran = bump(*SMOKE, "--format", "html", "--output", str(tmp_path / name))
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert os.listdir(tmp_path) == [name]
    (tmp_path / name).unlink()
    (tmp_path / name).mkdir()
    told = bump(*SMOKE, "--format", "html", "--output", str(tmp_path / name))
    assert told.code == 2
    assert is_one_line(told.err)
    assert not unseen(told.err)


@pytest.mark.parametrize("answer", ["<script>", "\x1b[31m", "\u202ea", "{{ 7*7 }}"])
@REPORTS
def test_a_strange_answer_is_refused_and_shown_as_text(
    bump: Bump, tmp_path: Path, format: str, answer: str
) -> None:
    file = tmp_path / "report"
    ran = bump("check", "--rules", LAMP, "-a", f"light={answer}", "--output", str(file))
    assert ran.code == 2
    assert not unseen(ran.err)
    assert not file.exists()


# --- What it needs --------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["text", "plain", "json", "html", "markdown"])
def test_only_a_report_loads_the_templates(warm_cache: Path, format: str) -> None:
    flags = ("--age", "34", "--location", "under-eye", "--format", format)
    loaded = modules(CHECK, "check", *flags, cache=warm_cache)
    templated = {name.split(".")[0] for name in loaded} & {"jinja2", "markupsafe"}
    assert templated == ({"jinja2", "markupsafe"} if format in STARTS else set())
    # Nor does a check pay for reasons in full that nobody asked for.
    assert ("bumpcheck.report.balance" in loaded) == (format in STARTS)


def test_only_one_module_knows_of_the_templates_library() -> None:
    named = {
        str(file.relative_to(PROJECT / "src" / "bumpcheck"))
        for file in (PROJECT / "src").rglob("*.py")
        if "jinja2" in file.read_text("utf-8")
    }
    assert named - {"report/templates/filling.py"} == set()


def test_a_plain_install_has_what_a_report_needs() -> None:
    import tomllib

    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    needs = [need.split(">")[0] for need in project["project"]["dependencies"]]
    assert "jinja2" in needs
    # All files of the package travel in the wheel unless they are ignored by git.
    ignored = (PROJECT / ".gitignore").read_text("utf-8").split()
    assert not [line for line in ignored if line.endswith((".html", ".css", ".md", "templates/"))]


def test_json_is_as_it_was(bump: Bump) -> None:
    assert json.loads(bump(*SMOKE, "--format", "json").out)["format"] == "bumpcheck/1"
