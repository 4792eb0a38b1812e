"""The program on a real terminal: the interview, the demo, colour and width."""

from __future__ import annotations

import json
import os
import pty
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pytest

from .running import BUMPCHECK, COLOUR, LAMP, STYLE, Bump, too_long, unseen

PROMPT = "] > "
AGAIN = "The same again: "

Terminal = Callable[..., "Talk"]


class Talk:
    """One program on a terminal, and the person before it."""

    def __init__(self, arguments: tuple[str, ...], env: dict[str, str], columns: int) -> None:
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "bumpcheck", *arguments],
            env=env,
            encoding="utf-8",
            timeout=15,
            dimensions=(24, columns),
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
        self.child.wait()
        return self.child.exitstatus, self.before


@pytest.fixture
def terminal(env: dict[str, str]) -> Iterator[Terminal]:
    """Starts a program on a terminal of its own."""
    talks: list[Talk] = []

    def start(*arguments: str, columns: int = 80, **more: str) -> Talk:
        talks.append(Talk(arguments, env | {"TERM": "xterm-256color"} | more, columns))
        return talks[-1]

    yield start
    for talk in talks:
        talk.child.close(force=True)


def ask(*arguments: str) -> tuple[str, ...]:
    return ("ask", "--rules", LAMP, *arguments)


# --- The interview --------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [80, 60])
@pytest.mark.parametrize("term", ["xterm-256color", "dumb"])
def test_an_interview_on_a_terminal_gives_what_check_gives(
    terminal: Terminal, bump: Bump, tmp_path: Path, columns: int, term: str
) -> None:
    file = tmp_path / "result.json"
    options = ("--format", "json", "--output", str(file))
    talk = terminal(*ask(*options), columns=columns, TERM=term)
    talk.says("1", "hum, 2", "COOL", "2", "3 weeks", "u")
    assert talk.ends()[0] == 0
    pairs = ("smoke=no", "noise=hum", "heat=cool", "light=flickers", "used=3 weeks")
    flags = [word for pair in (*pairs, "height=unknown") for word in ("-a", pair)]
    wanted = bump("check", "--rules", LAMP, *flags, "--format", "json").json
    assert json.loads(file.read_text()) == wanted


def test_answers_are_taken_as_numbers_words_aliases_and_lists(terminal: Terminal) -> None:
    talk = terminal(*ask("--explain"))
    talk.says("no", "2, spark", "1", "dim", "2", "5 cm")
    code, shown = talk.ends()
    assert code == 0
    for said in ("smoke: no", "noise: hum, crackle", "heat: cool", "light: dim"):
        assert f"- {said}\r\n" in shown
    assert "- used: 2 years\r\n" in shown
    assert "- height: 5 cm\r\n" in shown


@pytest.mark.parametrize("word", ["u", "unknown", "U"])
def test_not_sure_is_an_answer_everywhere(terminal: Terminal, word: str) -> None:
    talk = terminal(*ask("--explain"))
    talk.says(*[word] * 6)
    code, shown = talk.ends()
    assert code == 0
    assert "Not sure: smoke, noise, heat, light, used, height" in " ".join(shown.split())


def test_a_list_may_end_in_not_sure(terminal: Terminal) -> None:
    talk = terminal(*ask("--explain", "-a", "smoke=no"))
    talk.says("2,u", *["u"] * 4)
    assert "- noise: hum, unknown\r\n" in talk.ends()[1]


def test_a_question_mark_tells_why_and_asks_again(terminal: Terminal) -> None:
    talk = terminal(*ask())
    talk.says("no", "?")
    told = talk.says("none")
    assert "A crackle can be a spark." in told
    assert "Listen to the [bold]switch[/bold] as well." in told
    assert "What does the lamp sound like?" not in told
    assert "How warm is the shade?" in talk.asked()


def test_back_over_three_screens_and_another_answer(terminal: Terminal) -> None:
    talk = terminal(*ask("--explain"))
    talk.says("no", "hum", "hot")
    assert "How warm is the shade?" in talk.says("b", "b")
    assert "What does the lamp sound like?" in talk.says("b")
    assert "Does the lamp smoke?" in talk.says("no")
    talk.says("crackle", "cool", "steady", "u", "u")
    code, shown = talk.ends()
    assert code == 0
    assert "- noise: crackle\r\n" in shown
    assert "- heat: cool\r\n" in shown


def test_back_stops_at_the_first_question_that_was_asked(terminal: Terminal) -> None:
    talk = terminal(*ask("-a", "smoke=no"))
    assert "What does the lamp sound like?" in talk.says("b")
    assert "first question" in talk.says("hum")
    assert "How warm is the shade?" in talk.asked()


WRONG = {
    "": "nothing is chosen for you",
    "0": "1 to 2",
    "3": "1 to 2",
    "99999999999999999999": "1 to 2",
    "maybe": "say no, yes, unknown",
    "no,yes": "takes one answer",
    "-1": "not an answer",
    "\u0663": "1 to 2",
    "smokse": "did you mean",
}


@pytest.mark.parametrize("entry", WRONG)
def test_a_wrong_entry_is_told_and_asked_again(terminal: Terminal, entry: str) -> None:
    talk = terminal(*ask())
    talk.says(entry)
    told = talk.says("no")
    assert WRONG[entry] in told
    assert "Does the lamp smoke?" not in told
    assert "What does the lamp sound like?" in talk.asked()


@pytest.mark.parametrize("entry", ["soon", "-3 days", "101 years", "3 parsecs"])
def test_a_wrong_quantity_is_told_and_asked_again(terminal: Terminal, entry: str) -> None:
    talk = terminal(
        *ask("-a", "smoke=no", "-a", "noise=none", "-a", "heat=cool", "-a", "light=dim")
    )
    talk.says(entry)
    told = talk.says("3 weeks")
    assert entry in told
    assert "34 years" in told
    assert "How far above the table" in talk.asked()


@pytest.mark.parametrize("entry", ["\u202eevil", "[red]x[/red]"])
def test_a_strange_entry_is_shown_as_text(terminal: Terminal, entry: str) -> None:
    talk = terminal(*ask())
    talk.says(entry)
    echoed, told = talk.says("q").split("\n", 1)
    assert entry in echoed
    assert entry.encode("unicode_escape").decode() in told.lower()


@pytest.mark.parametrize("word", ["q", "quit", "Q"])
def test_q_leaves_with_130_and_no_result(terminal: Terminal, word: str) -> None:
    talk = terminal(*ask())
    talk.says("no", word)
    code, shown = talk.ends()
    assert code == 130
    assert "Not an inspection" not in shown


def test_ctrl_c_leaves_with_130_and_no_traceback(terminal: Terminal) -> None:
    talk = terminal(*ask())
    talk.says("no")
    talk.asked()
    talk.child.sendintr()
    code, shown = talk.ends()
    assert code == 130
    assert "Traceback" not in shown
    assert AGAIN not in shown


def test_the_end_of_input_is_2_and_no_traceback(terminal: Terminal) -> None:
    talk = terminal(*ask())
    talk.says("no")
    talk.asked()
    talk.child.sendeof()
    code, shown = talk.ends()
    assert code == 2
    assert "Traceback" not in shown
    assert AGAIN not in shown


def test_an_emergency_ends_the_interview_at_once(terminal: Terminal) -> None:
    talk = terminal(*ask("--exit-code"))
    talk.says("yes")
    code, shown = talk.ends()
    assert code == 13
    assert "Emergency: get the fire brigade now" in shown
    assert PROMPT not in shown


def test_an_emergency_known_beforehand_asks_nothing(terminal: Terminal) -> None:
    code, shown = terminal(*ask("-a", "smoke=yes")).ends()
    assert code == 0
    assert "Emergency: get the fire brigade now" in shown
    assert PROMPT not in shown


def test_what_is_given_as_a_flag_is_not_asked_again(terminal: Terminal, tmp_path: Path) -> None:
    answers = tmp_path / "answers.yaml"
    answers.write_text("noise: unknown\nlight: dim\n")
    talk = terminal(*ask("-a", "smoke=no", "--answers", str(answers)))
    assert "How warm is the shade?" in talk.says("cool")
    assert "How long has the bulb been in use?" in talk.says("2")
    assert "How far above the table" in talk.says("u")
    assert talk.ends()[0] == 0


def test_a_wrong_flag_is_told_before_anything_is_asked(terminal: Terminal) -> None:
    code, shown = terminal("ask", "--age", "2").ends()
    assert code == 2
    assert PROMPT not in shown
    assert shown.count("\n") == 1


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
        several = "several" in talk.before.splitlines()[-1]
        quantity = "such as" in talk.before
        talk.child.sendline("u" if asked % 3 == 0 or quantity else "1,u" if several else "1")
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
    talk.says("no", "2,u", "cool", "dim", "2", "u")
    _, shown = talk.ends()
    result = shown.replace("\r\n", "\n").partition("u\n\n")[2].partition(f"\n{AGAIN}")[0]
    ran = bump(*shown_command(shown), "--format", "plain")
    assert ran.err == ""
    assert ran.out == result


# --- How it looks ---------------------------------------------------------------------------------


def without_prompts(shown: str) -> str:
    """What appeared but for the lines of prompts, and the command to copy at the end."""
    lines = shown.replace("\r\n", "\n").split("\n")
    return "\n".join(line for line in lines if PROMPT not in line and AGAIN not in line)


@pytest.mark.parametrize("columns", [80, 60, 40])
def test_an_interview_only_ever_adds_lines_that_fit_the_screen(
    terminal: Terminal, columns: int
) -> None:
    talk = terminal("ask", "--age", "34", "--unwell", "none", columns=columns)
    everything = ""
    while talk.child.expect_exact([PROMPT, AGAIN]) == 0:
        everything += talk.before + PROMPT
        talk.child.sendline("u")
    everything += talk.before
    text = STYLE.sub("", everything.replace("\r\n", "\n"))
    assert not unseen(text)
    assert too_long(without_prompts(text), columns) == []


@pytest.mark.parametrize("columns", [80, 60])
def test_a_prompt_fits_the_screen(terminal: Terminal, columns: int) -> None:
    talk = terminal(*ask(), columns=columns)
    talk.says("no")
    assert too_long(talk.asked() + PROMPT, columns) == []


@pytest.mark.parametrize("columns", [80, 60, 40, 200])
def test_a_check_fits_the_screen(terminal: Terminal, columns: int) -> None:
    code, shown = terminal("check", "--age", "34", "--location", "nose", columns=columns).ends()
    assert code == 0
    assert not unseen(STYLE.sub("", shown.replace("\r\n", "\n")))
    assert too_long(shown, min(columns, 100)) == []
    assert not any("\u2500" <= char <= "\u259f" for char in shown)


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
    shown = talk.says("no", "none", "cool") + talk.says("dim", "u", "u")
    assert "\x1b" not in shown + talk.ends()[1]


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


def test_by_itself_on_a_terminal_it_is_the_interview(terminal: Terminal, bump: Bump) -> None:
    first = bump("questions", "--format", "json").json["questions"][0]
    talk = terminal()
    assert first["ask"] in talk.says("q")
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
