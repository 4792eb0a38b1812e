"""The program on a real terminal: the interview, the demo, colour and width."""

from __future__ import annotations

import json
import os
import pty
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pytest

from .running import BUMPCHECK, COLOUR, KETTLE, LAMP, STYLE, Bump, too_long, unseen

PROMPT = "] > "
PROMPTS = re.compile(r"^\[.*\] > ", re.MULTILINE)
AGAIN = "The same again: "

Terminal = Callable[..., "Talk"]


class Talk:
    """One program on a terminal, and the person before it."""

    def __init__(
        self, arguments: tuple[str, ...], env: dict[str, str], rows: int, columns: int
    ) -> None:
        # Everything that appeared up to now.
        self.told = ""
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "bumpcheck", *arguments],
            env=env,
            encoding="utf-8",
            timeout=15,
            dimensions=(rows, columns),
        )
        # What is typed ahead is read in its turn; there is nothing to wait for.
        self.child.delaybeforesend = None
        # Nor has a terminal to rest after it was closed.
        vars(self.child)["ptyproc"].delayafterclose = 0

    @property
    def before(self) -> str:
        """What appeared before that which was waited for."""
        return str(self.child.before)

    def asked(self) -> str:
        """What appeared up to the next prompt."""
        self.child.expect_exact(PROMPT)
        self.told += self.before + PROMPT
        return self.before

    def says(self, *words: str) -> str:
        """Answer one prompt after another; what appeared up to the last of them is returned."""
        shown = ""
        for word in words:
            shown = self.asked()
            self.child.sendline(word)
        return shown

    def ends(self) -> tuple[int | None, str]:
        """The exit code, and everything that appeared before the end."""
        self.child.expect(pexpect.EOF)
        self.told += self.before
        self.child.wait()
        return self.child.exitstatus, self.before


@pytest.fixture
def terminal(env: dict[str, str]) -> Iterator[Terminal]:
    """Starts a program on a terminal of its own."""
    talks: list[Talk] = []

    def start(*arguments: str, rows: int = 24, columns: int = 80, **more: str) -> Talk:
        talks.append(Talk(arguments, env | {"TERM": "xterm-256color"} | more, rows, columns))
        return talks[-1]

    yield start
    for talk in talks:
        talk.child.close(force=True)


def ask(*arguments: str) -> tuple[str, ...]:
    return ("ask", "--rules", LAMP, *arguments)


# --- The interview --------------------------------------------------------------------------------

# The review found right, and no report kept.
FINISH = ("r", "")


def answers_to_anything(prompt: str) -> str:
    """Not sure of whatever is asked; the review is found right."""
    return "r" if "[r result" in prompt else "u all" if "[0 none" in prompt else "u"


@pytest.mark.parametrize("columns", [80, 60])
@pytest.mark.parametrize("term", ["xterm-256color", "dumb"])
def test_an_interview_on_a_terminal_gives_what_check_gives(
    terminal: Terminal, bump: Bump, tmp_path: Path, columns: int, term: str
) -> None:
    file = tmp_path / "result.json"
    options = ("--format", "json", "--output", str(file))
    talk = terminal(*ask(*options), columns=columns, TERM=term)
    talk.says("1", "u3", "2", "about 3 weeks", "r")
    assert talk.ends()[0] == 0
    pairs = ("smoke=no", "noise=none", "heat=unknown", "light=flickers", "used=3 weeks")
    flags = [word for pair in pairs for word in ("-a", pair)]
    wanted = bump("check", "--rules", LAMP, *flags, "--format", "json").json
    assert json.loads(file.read_text()) == wanted


def test_answers_are_taken_as_numbers_words_aliases_and_lists(terminal: Terminal) -> None:
    talk = terminal(*ask("--explain", "-a", "height=5 cm"))
    talk.says("no", "1, SPARK", "dim", *FINISH)
    assert talk.ends()[0] == 0
    for said in ("smoke: no", "noise: hum, crackle", "heat: cool", "light: dim"):
        assert f"- {said}\r\n" in talk.told
    assert "- height: 5 cm\r\n" in talk.told


@pytest.mark.parametrize("word", ["u", "unknown", "U", "not sure"])
def test_not_sure_is_an_answer_everywhere(terminal: Terminal, word: str) -> None:
    talk = terminal(*ask("--explain", "-a", "smoke=no", "-a", "heat=unknown"))
    talk.says(*[word] * 2, *FINISH)
    assert talk.ends()[0] == 0
    assert "Not sure: noise, heat, light" in " ".join(talk.told.split())


def test_a_list_may_end_in_not_sure(terminal: Terminal) -> None:
    talk = terminal(*ask("--explain", "-a", "smoke=no", "-a", "heat=cool"))
    talk.says("2,u", "u", "u", *FINISH)
    talk.ends()
    assert "- noise: hum, unknown\r\n" in talk.told


def test_a_question_mark_tells_why_and_asks_again(terminal: Terminal) -> None:
    talk = terminal(*ask("-a", "heat=cool"))
    talk.says("no", "?")
    told = talk.says("none")
    assert "A crackle can be a spark." in told
    assert "Listen to the [bold]switch[/bold] as well." in told
    assert "none, hum, crackle" in told
    assert "What does the lamp sound like?" not in told
    assert "What does the light do?" in talk.asked()


def test_a_question_mark_at_a_list_tells_why_each_question_of_it_is_asked(
    terminal: Terminal,
) -> None:
    talk = terminal(*ask())
    talk.says("no", "?")
    told = talk.says("0")
    for said in ("A crackle can be a spark.", "Too strong a bulb heats the shade.", "u all"):
        assert said in " ".join(told.split())
    assert "it hums" not in told


def test_back_over_three_screens_and_another_answer(terminal: Terminal) -> None:
    talk = terminal(*ask("--explain"))
    talk.says("no", "hum", "flickers")
    assert "What does the light do?" in talk.says("b", "b")
    assert "What does the lamp sound like?" in talk.says("b")
    assert "Does the lamp smoke?" in talk.says("no")
    talk.says("0", "dim", "u", *FINISH)
    assert talk.ends()[0] == 0
    assert "- noise: none\r\n" in talk.told
    assert "- light: dim\r\n" in talk.told
    assert "- light: flickers\r\n" not in talk.told


def test_back_stops_at_the_first_question_that_was_asked(terminal: Terminal) -> None:
    talk = terminal(*ask("-a", "smoke=no"))
    assert "What does the lamp sound like?" in talk.says("b")
    assert "first question" in talk.says("hum")
    assert "What does the light do?" in talk.asked()


WRONG = {
    "": "nothing is chosen for you",
    "0": "1 to 2",
    "3": "1 to 2",
    "99999999999999999999": "1 to 2",
    "maybe": "say no, yes, unknown",
    "no,yes": "takes one answer",
    "1 2": "takes one answer",
    "-1": "not an answer",
    "\u0663": "1 to 2",
    "smokse": "did you mean",
    "s": "not an answer",
}


@pytest.mark.parametrize("entry", WRONG)
def test_a_wrong_entry_is_told_and_asked_again(terminal: Terminal, entry: str) -> None:
    talk = terminal(*ask())
    talk.says(entry)
    told = talk.says("no")
    assert WRONG[entry] in told
    assert "Does the lamp smoke?" not in told
    assert "What does the lamp sound like?" in talk.asked()


@pytest.mark.parametrize("entry", ["soon", "-3 days", "101 years", "3 parsecs", "a few weeks"])
def test_a_wrong_quantity_is_told_and_asked_again(terminal: Terminal, entry: str) -> None:
    known = ("smoke=no", "noise=none", "heat=cool", "light=dim")
    talk = terminal(*ask(*(word for pair in known for word in ("-a", pair))))
    talk.says(entry)
    told = talk.says("3 weeks")
    assert entry in told
    assert "34 years" in " ".join(told.split())
    assert "Your answers." in talk.asked()


@pytest.mark.parametrize("entry", ["\u202eevil", "[red]x[/red]"])
@pytest.mark.parametrize("before", [(), ("no",), ("no", "0", "dim", "u"), ("no", "0", "dim")])
def test_a_strange_entry_is_shown_as_text(
    terminal: Terminal, entry: str, before: tuple[str, ...]
) -> None:
    talk = terminal(*ask())
    talk.says(*before, entry)
    echoed, told = talk.says("q").split("\n", 1)
    assert entry in echoed
    assert entry.encode("unicode_escape").decode() in told.lower()


@pytest.mark.parametrize("word", ["q", "quit", "Q"])
@pytest.mark.parametrize("before", [(), ("no",), ("no", "0"), ("no", "0", "dim", "u")])
def test_q_leaves_with_130_and_no_result(
    terminal: Terminal, word: str, before: tuple[str, ...]
) -> None:
    talk = terminal(*ask())
    talk.says(*before, word)
    code, shown = talk.ends()
    assert code == 130
    assert "Not an inspection" not in shown


EVERYWHERE = [(), ("no",), ("no", "0"), ("no", "0", "dim"), ("no", "0", "dim", "u")]


@pytest.mark.parametrize("before", EVERYWHERE, ids=str)
def test_ctrl_c_leaves_with_130_and_no_traceback(
    terminal: Terminal, before: tuple[str, ...]
) -> None:
    talk = terminal(*ask())
    talk.says(*before)
    talk.asked()
    talk.child.sendintr()
    code, shown = talk.ends()
    assert code == 130
    assert "Traceback" not in shown
    assert AGAIN not in shown


@pytest.mark.parametrize("before", EVERYWHERE, ids=str)
def test_the_end_of_input_is_2_and_no_traceback(
    terminal: Terminal, before: tuple[str, ...]
) -> None:
    talk = terminal(*ask())
    talk.says(*before)
    talk.asked()
    talk.child.sendeof()
    code, shown = talk.ends()
    assert code == 2
    assert "Traceback" not in shown
    assert AGAIN not in shown


def test_an_emergency_ends_the_interview_at_once(terminal: Terminal) -> None:
    talk = terminal(*ask("--exit-code", "--output", "-"))
    talk.says("yes")
    code, shown = talk.ends()
    assert code == 13
    assert "Emergency: get the fire brigade now" in shown
    assert PROMPT not in shown


def test_an_emergency_known_beforehand_asks_nothing(terminal: Terminal) -> None:
    code, shown = terminal(*ask("-a", "smoke=yes", "--output", "-")).ends()
    assert code == 0
    assert "Emergency: get the fire brigade now" in shown
    assert PROMPT not in shown


def test_what_is_given_as_a_flag_is_not_asked_again(terminal: Terminal, tmp_path: Path) -> None:
    answers = tmp_path / "answers.yaml"
    answers.write_text("noise: hum\nlight: dim\n")
    talk = terminal(*ask("-a", "smoke=no", "--answers", str(answers)))
    assert "How warm is the shade?" in talk.says("cool")
    assert "How long has the bulb been in use?" in talk.says("u")
    assert "Your answers." in talk.says("r")
    talk.says("")
    assert talk.ends()[0] == 0
    for asked in ("sound", "light do", "smoke?"):
        assert asked not in talk.told


def test_a_wrong_flag_is_told_before_anything_is_asked(terminal: Terminal) -> None:
    code, shown = terminal("ask", "--age", "2").ends()
    assert code == 2
    assert PROMPT not in shown
    assert shown.count("\n") == 1


# --- A list of what may apply, longer than the screen ---------------------------------------------


def test_a_list_longer_than_the_screen_is_put_in_parts_that_are_seen_whole(
    terminal: Terminal,
) -> None:
    talk = terminal(*ask("-a", "smoke=no"), rows=10)
    first = talk.says("crackle")
    second = talk.says("b")
    assert "Part 1 of 2" in first
    assert "Part 2 of 2" in second
    assert ("sound like?" in first, "the shade?" in first) == (True, False)
    assert ("sound like?" in second, "the shade?" in second) == (False, True)
    # What was typed is a line of its own; a part begins with an empty one.
    assert second.partition("\r\n")[2].count("\r\n") + 1 <= 10
    # Back goes to the part before, where another answer can be given.
    assert "Part 1 of 2" in talk.says("none")
    assert "Part 2 of 2" in talk.says("0")
    assert "What does the light do?" in talk.says("dim")


def test_an_emergency_in_a_part_ends_the_interview_at_once(
    terminal: Terminal, bump: Bump, tmp_path: Path
) -> None:
    folder = str(tmp_path / "lamp")
    shutil.copytree(LAMP, folder)
    rules = Path(folder, "rules.yaml")
    # A second question that can be an emergency shares the screen of the first.
    before = "  - id: heating\n    urgency: soon\n    if-unknown: list"
    text = rules.read_text()
    assert before in text
    rules.write_text(
        text.replace(before, "  - id: heating\n    urgency: emergency\n    if-unknown: soon")
    )
    talk = terminal("ask", "--rules", folder, "--exit-code", "--output", "-", rows=8)
    assert "Part 1 of 2" in talk.says("1")
    code, shown = talk.ends()
    assert code == 13
    assert "Emergency: get the fire brigade now" in shown
    assert PROMPT not in shown
    assert bump(*shown_command(shown), "--exit-code").code == 13


# --- What no longer matters may be skipped --------------------------------------------------------


def test_once_the_verdict_is_certain_it_says_so_and_the_rest_may_be_skipped(
    terminal: Terminal,
) -> None:
    talk = terminal(*ask())
    assert "certain" not in talk.says("no", "crackle")
    shown = talk.says("s")
    assert "The main result is certain now" in shown
    assert "s skip" in shown
    review = talk.says("b")
    assert "light" not in review
    # What was skipped can still be asked, and is certain without being told again.
    shown = talk.says("dim")
    assert "What does the light do?" in shown
    assert "certain" not in shown
    assert "light: it is dimmer than it was" in talk.says(*FINISH[:1])
    talk.says("")
    assert talk.ends()[0] == 0


def test_another_answer_that_reopens_the_verdict_takes_skipping_back(terminal: Terminal) -> None:
    talk = terminal(*ask())
    talk.says("no", "crackle", "s", "noise", "none")
    shown = talk.says("dim")
    assert "What does the light do?" in shown
    assert "s skip" not in shown
    assert "How long has the bulb been in use?" in talk.asked()


# --- The review -----------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["2", "noise", "sound"])
def test_every_answer_is_shown_before_the_result_and_can_be_changed(
    terminal: Terminal, which: str
) -> None:
    talk = terminal(*ask("--explain"))
    shown = talk.says("no", "u3", "dim", "1 year", which)
    for said in (
        "   1  smoke: no smoke at all\r\n",
        "   2  noise: it is silent\r\n",
        "   3  heat: not sure\r\n",
        "   4  light: it is dimmer than it was\r\n",
        "   5  used: 1 year, a year\r\n",
    ):
        assert said in shown
    assert "Not an inspection" not in shown.partition("Your answers")[2]
    assert "What does the lamp sound like?" in talk.says("hum")
    assert "noise: it hums\r\n" in talk.says("r")
    talk.says("")
    assert talk.ends()[0] == 0
    assert "- noise: hum\r\n" in talk.told


def test_back_leaves_an_answer_as_it_is_and_the_review_for_the_last_question(
    terminal: Terminal,
) -> None:
    talk = terminal(*ask())
    talk.says("no", "0", "dim", "u", "4")
    assert "What does the light do?" in talk.says("b")
    assert "light: it is dimmer than it was" in talk.says("b")
    assert "How long has the bulb been in use?" in talk.says("3 weeks")
    assert "used: 3 weeks" in talk.asked()


@pytest.mark.parametrize("entry", ["", "0", "6", "nothing", "1,2", "s"])
def test_a_wrong_entry_at_the_review_is_told(terminal: Terminal, entry: str) -> None:
    talk = terminal(*ask())
    talk.says("no", "0", "dim", "u", entry)
    told = talk.says("q")
    assert "say 1 to 5" in told
    assert "Your answers" not in told


def test_a_changed_answer_may_ask_for_more(terminal: Terminal) -> None:
    talk = terminal(*ask())
    talk.says("no", "crackle", "dim", "noise")
    assert "What does the lamp sound like?" in talk.says("none")
    assert "How long has the bulb been in use?" in talk.says("u")
    assert "Your answers." in talk.asked()


def test_a_changed_answer_that_is_an_emergency_ends_the_interview(terminal: Terminal) -> None:
    talk = terminal(*ask("--exit-code", "--output", "-"))
    talk.says("no", "0", "dim", "u", "smoke", "yes")
    code, shown = talk.ends()
    assert code == 13
    assert PROMPT not in shown


# --- A report to keep -----------------------------------------------------------------------------

ENDS = {"html": "<!doctype html>", "md": "# A lamp", "txt": "See the landlord", "json": "{"}


@pytest.mark.parametrize("ending", ENDS)
def test_a_report_is_offered_at_the_end_and_saved_where_it_is_wanted(
    terminal: Terminal, tmp_path: Path, ending: str
) -> None:
    file = tmp_path / f"My Report.{ending}"
    talk = terminal(*ask())
    talk.says("no", "crackle", "s", "r", f"s {file}")
    code, shown = talk.ends()
    assert code == 0
    assert "Saved in" in shown
    assert file.read_text().lower().startswith(ENDS[ending].lower())
    assert file.stat().st_mode & 0o777 == 0o600


def test_no_report_is_saved_over_a_file_or_where_it_cannot_be(
    terminal: Terminal, tmp_path: Path
) -> None:
    there = tmp_path / "there.md"
    there.write_text("mine")
    talk = terminal(*ask())
    talk.says("no", "crackle", "s", "r", f"s {there}")
    told = talk.says(f"s {tmp_path}/nowhere/x.md")
    assert "is there already" in " ".join(told.split())
    assert "cannot write" in " ".join(talk.says("s report.doc").split())
    assert "should end in" in talk.says("report.md")
    assert "Type s and a file name" in talk.says("q")
    assert talk.ends()[0] == 0
    assert there.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [there]


def test_the_end_of_input_at_the_offer_is_no_error(terminal: Terminal) -> None:
    talk = terminal(*ask())
    talk.says("no", "crackle", "s", "r")
    assert AGAIN in talk.asked()
    talk.child.sendeof()
    assert talk.ends()[0] == 0


# --- The command that is shown at the end ---------------------------------------------------------


def shown_command(shown: str) -> list[str]:
    """The words of the command after `The same again:`, without the program's name."""
    (line,) = [line for line in shown.splitlines() if line.startswith(AGAIN)]
    name, *words = shlex.split(line.removeprefix(AGAIN))
    assert name == "bumpcheck"
    return words


def test_the_command_shown_at_the_end_gives_the_same_result(
    terminal: Terminal, bump: Bump, tmp_path: Path
) -> None:
    file = tmp_path / "result.json"
    given = ("--age", "34", "--location", "cheek,nose", "--itch", "unknown")
    talk = terminal("ask", *given, "--format", "json", "--output", str(file))
    asked = 0
    while talk.child.expect_exact([PROMPT, AGAIN]) == 0:
        # Now and then a first answer, otherwise not sure.
        shown = talk.before
        first = "#1" if "#1:" in shown else "0" if "[0 none" in shown else "1"
        review = "[r result" in shown.splitlines()[-1]
        unsure = asked % 3 == 0 or review
        talk.child.sendline(answers_to_anything(shown.splitlines()[-1]) if unsure else first)
        asked += 1
        assert asked < 60
    code, shown = talk.ends()
    assert code == 0
    words = shown_command(AGAIN + shown.lstrip())
    assert words[0] == "check"
    assert bump(*words, "--format", "json").json == json.loads(file.read_text())


def test_the_command_shown_with_other_rules_gives_the_same_result_as_well(
    terminal: Terminal, bump: Bump
) -> None:
    talk = terminal(*ask("--format", "plain"))
    talk.says("no", "2,u3", "dim", "r", "")
    talk.ends()
    shown = talk.told
    result = shown.replace("\r\n", "\n").partition("q quit] > r\n\n")[2].partition(f"\n{AGAIN}")[0]
    ran = bump(*shown_command(shown), "--format", "plain")
    assert ran.err == ""
    assert ran.out == result


# --- How it looks ---------------------------------------------------------------------------------


def without_prompts(shown: str) -> str:
    """What appeared but for the lines of prompts, and the command to copy at the end."""
    lines = shown.replace("\r\n", "\n").split("\n")
    return "\n".join(line for line in lines if PROMPT not in line and AGAIN not in line)


@pytest.mark.parametrize("rows", [24, 100])
@pytest.mark.parametrize("columns", [80, 60, 40])
def test_an_interview_only_ever_adds_lines_that_fit_the_screen(
    terminal: Terminal, columns: int, rows: int
) -> None:
    talk = terminal("ask", "--age", "34", "--unwell", "none", columns=columns, rows=rows)
    everything = ""
    while talk.child.expect_exact([PROMPT, AGAIN]) == 0:
        everything += talk.before + PROMPT
        talk.child.sendline(answers_to_anything(talk.before.splitlines()[-1]))
    everything += talk.before
    text = STYLE.sub("", everything.replace("\r\n", "\n"))
    assert not unseen(text)
    assert too_long(without_prompts(text), columns) == []


def test_no_list_is_longer_than_the_screen(terminal: Terminal) -> None:
    talk = terminal("ask", "--age", "34")
    shown = talk.says("0")
    while "Part" in shown:
        # Above the screen stands what was typed before, and that alone.
        assert shown.partition("\r\n")[2].count("\r\n") < 24
        shown = talk.says("0")


@pytest.mark.parametrize("columns", [80, 60])
def test_a_prompt_fits_the_screen(terminal: Terminal, columns: int) -> None:
    talk = terminal(*ask(), columns=columns)
    shown = talk.says("no", "crackle", "dim", "r", "q")
    assert "s FILE" in shown
    for prompt in PROMPTS.findall(talk.told):
        assert len(prompt) <= columns


def test_questions_are_counted_by_screens(terminal: Terminal) -> None:
    talk = terminal(*ask())
    assert "Question 1, about 4 to go." in talk.says("no")
    assert "Question 2, about 3 to go." in talk.says("0")
    assert "Question 3, about 2 to go." in talk.says("dim")
    assert "Question 4, perhaps the last." in talk.says("b")
    assert "Question 3, about 2 to go." in talk.asked()


@pytest.mark.parametrize("columns", [80, 60, 40, 200])
def test_a_check_fits_the_screen(terminal: Terminal, columns: int) -> None:
    code, shown = terminal("check", "--age", "34", "--location", "nose", columns=columns).ends()
    assert code == 0
    assert not unseen(STYLE.sub("", shown.replace("\r\n", "\n")))
    assert too_long(shown, min(columns, 100)) == []
    assert not any("\u2500" <= char <= "\u259f" for char in shown)


@pytest.mark.parametrize("columns", [80, 40])
def test_what_is_said_of_rules_fits_the_screen(
    terminal: Terminal, bump: Bump, columns: int
) -> None:
    command = ("rules", "check", KETTLE)
    code, shown = terminal(*command, columns=columns).ends()
    assert code == 0
    # What stands before it is the bar, which was cleared.
    title, *lines = bump(*command).out.splitlines()
    text = shown[shown.index(title) :].replace("\r\n", "\n")
    assert too_long(text, columns) == []
    assert text.split() == [word for line in (title, *lines) for word in line.split()]


def test_a_check_on_a_terminal_has_colour_and_says_what_a_pipe_gets(
    terminal: Terminal, bump: Bump
) -> None:
    command = ("check", "--rules", LAMP, "-a", "light=flickers")
    code, shown = terminal(*command).ends()
    assert code == 0
    assert COLOUR.search(shown)
    assert STYLE.sub("", shown).replace("\r\n", "\n") == bump(*command).out


@pytest.mark.parametrize("way", ["NO_COLOR", "--no-color", "TERM", "plain"])
def test_a_check_on_a_terminal_leaves_colour_out_when_it_is_not_wanted(
    terminal: Terminal, way: str
) -> None:
    environment = {"NO_COLOR": {"NO_COLOR": "1"}, "TERM": {"TERM": "dumb"}}.get(way, {})
    option = {"--no-color": ("--no-color",), "plain": ("--format", "plain")}.get(way, ())
    command = ("check", "--rules", LAMP, "-a", "smoke=yes", *option)
    code, shown = terminal(*command, **environment).ends()
    assert code == 0
    assert "Emergency" in shown
    assert not COLOUR.search(shown)
    assert way not in ("TERM", "plain") or "\x1b" not in shown


def test_json_on_a_terminal_has_no_colour(terminal: Terminal) -> None:
    _, shown = terminal("check", "--rules", LAMP, "--format", "json").ends()
    assert "\x1b" not in shown
    assert json.loads(shown)["format"] == "bumpcheck/1"


def test_a_dumb_terminal_gets_an_interview_without_escapes(terminal: Terminal) -> None:
    talk = terminal(*ask(), TERM="dumb")
    talk.says("no", "?", "crackle", "dim", "4", "b", *FINISH)
    assert talk.ends()[0] == 0
    assert "\x1b" not in talk.told
    assert "Urgency: same day" in talk.told


def test_an_interview_moves_no_cursor_and_colours_nothing_where_it_is_not_wanted(
    terminal: Terminal,
) -> None:
    talk = terminal(*ask(), NO_COLOR="1")
    talk.says("no", "?", "crackle", "dim", "4", "b", *FINISH)
    assert talk.ends()[0] == 0
    assert not COLOUR.search(talk.told)
    assert not unseen(STYLE.sub("", talk.told.replace("\r\n", "\n")))


# --- The demo, and the program by itself ----------------------------------------------------------

GO_ON = re.compile(r"\[Enter[^]]*\]")


def test_the_demo_shows_one_case_a_screen_and_enter_goes_on(terminal: Terminal) -> None:
    talk = terminal("demo", "--rules", LAMP)
    talk.child.expect(GO_ON)
    first = talk.before
    assert "the lamp on the desk" in first
    assert "It flickers whenever somebody slams the door." in first
    assert "the lamp in the hall" not in first
    talk.child.sendline("")
    talk.child.expect(GO_ON)
    second = talk.before
    assert "the lamp in the hall" in second
    assert "Emergency: get the fire brigade now" in second
    talk.child.sendline("")
    assert talk.ends()[0] == 0


def test_a_case_of_the_demo_begins_at_the_top_of_a_screen_and_the_keys_end_it(
    terminal: Terminal,
) -> None:
    talk = terminal("demo", "--rules", LAMP)
    for _ in range(2):
        talk.child.expect(GO_ON)
        shown = STYLE.sub("", talk.before).splitlines()
        # What was typed is the rest of the line before.
        case = next(at for at, line in enumerate(shown) if line.startswith("Case "))
        assert case <= 1
        # With the line of the keys, a whole screen.
        assert len(shown[case:]) == 23
        talk.child.sendline("")
    assert talk.ends()[0] == 0


def test_every_case_of_the_shipped_demo_fits_a_screen(bump: Bump) -> None:
    told = bump("demo").out
    screens = re.split(r"^(?=Case [1-7] of 7: )", told, flags=re.MULTILINE)[1:]
    assert len(screens) == 7
    for screen in screens:
        assert len(screen.rstrip("\n").splitlines()) <= 23, screen
        assert "cannot both be true" not in screen


def test_the_demo_goes_back_and_to_a_case_by_its_number(terminal: Terminal) -> None:
    talk = terminal("demo", "--rules", LAMP, "--case", "2")
    for said, shown in (
        ("b", "the lamp on the desk"),
        ("b", "This is the first case."),
        ("nowhere", "there is no case"),
        ("2", "the lamp in the hall"),
        ("1", "the lamp on the desk"),
    ):
        talk.child.expect(GO_ON)
        talk.child.sendline(said)
        talk.child.expect_exact(shown)
    talk.child.expect(GO_ON)
    talk.child.sendline("q")
    assert talk.ends()[0] == 0


def test_the_demo_walks_by_itself(terminal: Terminal) -> None:
    talk = terminal("demo", "--rules", LAMP, "--auto", "0.05")
    code, rest = talk.ends()
    assert code == 0
    assert rest.index("the lamp on the desk") < rest.index("the lamp in the hall")


@pytest.mark.parametrize(
    "options", [("--case", "nowhere"), ("--case", "0"), ("--auto", "0"), ("--auto", "inf")]
)
def test_a_case_or_a_pace_that_cannot_be_is_told(bump: Bump, options: tuple[str, str]) -> None:
    told = bump("demo", "--rules", LAMP, *options)
    assert (told.code, told.out) == (2, "")
    assert told.err.count("\n") == 1


def test_q_leaves_the_demo_before_its_end(terminal: Terminal) -> None:
    talk = terminal("demo", "--rules", LAMP)
    talk.child.expect(GO_ON)
    talk.child.sendline("q")
    code, rest = talk.ends()
    assert code == 0
    assert "the lamp in the hall" not in rest


def test_the_demo_takes_ctrl_c_and_the_end_of_input(terminal: Terminal) -> None:
    for leave, codes in (("sendintr", {130}), ("sendeof", {0, 2})):
        talk = terminal("demo", "--rules", LAMP)
        talk.child.expect(GO_ON)
        getattr(talk.child, leave)()
        code, rest = talk.ends()
        assert code in codes
        assert "Traceback" not in rest


def test_by_itself_on_a_terminal_it_is_the_interview(terminal: Terminal) -> None:
    talk = terminal()
    assert "Question 1, about " in talk.says("q")
    assert talk.ends()[0] == 130


def test_by_itself_with_its_output_in_a_pipe_it_is_no_interview(env: dict[str, str]) -> None:
    person, keyboard = pty.openpty()
    try:
        ran = subprocess.run(
            BUMPCHECK, stdin=keyboard, capture_output=True, env=env, timeout=20, check=False
        )
    finally:
        os.close(person)
        os.close(keyboard)
    assert ran.returncode == 2
    assert ran.stdout == b""
    assert b"Traceback" not in ran.stderr
