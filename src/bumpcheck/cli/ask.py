"""`bumpcheck ask`: a plain interview on a terminal, or with answers piped in.

Lines are only ever appended, so that a screen reader can follow. Prompts go to standard error and
the result to standard output.
"""

from __future__ import annotations

import shlex
import sys
import textwrap

from bumpcheck.errors import AnswerError, BumpcheckError, Exit, visible
from bumpcheck.interview import PlainInterview
from bumpcheck.model import UNKNOWN, Question
from bumpcheck.pack import shipped
from bumpcheck.quantities import EXAMPLES

from .flags import (
    AnswerOption,
    AnswersOption,
    ExitCodeOption,
    ExplainOption,
    FormatOption,
    GroupedCommand,
    LanguageOption,
    NoColourOption,
    OutputOption,
    RulesOption,
    ViewOption,
    command_app,
    gather,
    load_pack,
    question_flags,
    refuse_flags,
)
from .show import Shown, columns, show

app = command_app()

KEYS = "u not sure, ? why, b back, q quit"
SEVERAL = "One or several, as in 1,3."


class _Left(Exception):
    """The person chose to leave."""


@app.command(cls=GroupedCommand)
@question_flags(shipped())
def ask(
    *,
    answers: AnswersOption = None,
    answer: AnswerOption = None,
    rules: RulesOption = None,
    language: LanguageOption = None,
    format: FormatOption = "text",
    view: ViewOption = "person",
    explain: ExplainOption = False,
    output: OutputOption = None,
    exit_code: ExitCodeOption = False,
    no_color: NoColourOption = False,
    **flags: list[str] | None,
) -> int:
    """Ask question by question, then say what it is likely to be and what to do.

    \b
    bumpcheck ask
    bumpcheck ask --age "5 days"
    bumpcheck ask --format json --output result.json

    Answers given as flags are not asked again. At every question: a number or a word, `u` for not
    sure, `?` for why it is asked, `b` for back, `q` to leave. Nothing is kept.
    """
    shown = Shown(
        format=format,
        output=output,
        view=view,
        explain=explain,
        exit_code=exit_code,
        no_colour=no_color,
    ).check()
    refuse_flags(flags, rules)
    pack = load_pack(rules, language)
    return _hold(PlainInterview(pack, gather(pack, flags, answer or [], answers)), shown, rules)


def interview() -> int:
    """The interview with every option at its default: `bumpcheck` by itself on a terminal."""
    shown = Shown(
        format="text", output=None, view="person", explain=False, exit_code=False, no_colour=False
    )
    return _hold(PlainInterview(shipped(), {}), shown, None)


def _hold(interview: PlainInterview, shown: Shown, rules: str | None) -> int:
    _say(f"{interview.pack.title}. {interview.pack.texts['disclaimer']}")
    try:
        while (question := interview.question) is not None:
            _ask(interview, question)
    except _Left:
        _say("Left; nothing was kept.")
        return Exit.INTERRUPTED
    _say("")
    code = show(interview.result, shown)
    _say("")
    _say(f"The same again: {_command(interview, rules)}", wrap=False)
    return code


def _ask(interview: PlainInterview, question: Question) -> None:
    """Put one question until it is answered, or one step back was taken."""
    _say("")
    asked = interview.say(question.ask)
    _say(f"{asked} {SEVERAL}" if question.kind == "many" else asked)
    _list(interview, question)
    prompt = f"[{KEYS}] > "
    while True:
        said = _read(prompt)
        if _is_command(said, "q", "quit", question):
            raise _Left
        if _is_command(said, "b", "back", question):
            if not interview.back():
                _say("This is the first question.")
                continue
            return
        if said == "?":
            _say(interview.say(question.why))
            if question.help:
                _say(interview.say(question.help))
            continue
        try:
            interview.answer(_words(question, said))
        except AnswerError as error:
            _say(error.message)
            continue
        return


def _is_command(said: str, key: str, word: str, question: Question) -> bool:
    """Whether a key or its word was typed, where that is no answer here ("back" is a place)."""
    names = {name for answer in question.answers for name in (answer.id, *answer.aliases)}
    return said in (key, word) and said not in names


def _list(interview: PlainInterview, question: Question) -> None:
    """The answers by number; a long list by group, several on a line."""
    if question.measure is not None:
        _say(f"   such as {EXAMPLES[question.measure]}")
        if question.bands:
            _say(f"   or: {', '.join(band.text for band in question.bands)}", "      ")
    groups: dict[str | None, list[str]] = {}
    for number, answer in enumerate(question.answers, start=1):
        text = interview.say(answer.text)
        if answer.group is None:
            _say(f"{number:4}  {text}", "      ")
        else:
            groups.setdefault(answer.group, []).append(f"{number} {text}")
    for group, answers in groups.items():
        _say(f"   {group}: {', '.join(answers)}", "      ")


def _words(question: Question, said: str) -> object:
    """What was typed, with `u` and the numbers of the list turned into words."""
    if not said:
        raise AnswerError(
            f"nothing is chosen for you: say an answer, or {KEYS}", question=question.id
        )
    if said in ("u", UNKNOWN):
        return UNKNOWN
    if question.measure is not None:
        return next((b.value for b in question.bands if b.text.lower() == said), said)
    words = []
    for part in said.replace(";", ",").split(","):
        word = part.strip()
        if word == "u":
            words.append(UNKNOWN)
        elif word.isdecimal():
            number = int(word) if len(word) < 4 else 0
            if not 1 <= number <= len(question.answers):
                raise AnswerError(
                    f"{visible(word)[:20]} is not in the list: say 1 to {len(question.answers)}",
                    question=question.id,
                )
            words.append(question.answers[number - 1].id)
        else:
            words.append(word)
    return words


def _read(prompt: str) -> str:
    """One line of input; raises BumpcheckError where the input has ended."""
    sys.stderr.write(prompt)
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        sys.stderr.write("\n")
        raise BumpcheckError("the input ended before the last question; nothing was kept")
    return line.strip().lower()


def _say(text: str, rest: str = "", *, wrap: bool = True) -> None:
    lines = textwrap.wrap(text, columns(sys.stderr), subsequent_indent=rest) if wrap else [text]
    sys.stderr.write("".join(f"{line}\n" for line in lines or [""]))


def _command(interview: PlainInterview, rules: str | None) -> str:
    """The `check` command that gives the same result."""
    said = interview.answers.as_input(interview.pack)
    for id, given in interview.answers.given.items():
        if given.unknown and id not in said:
            said[id] = UNKNOWN
    words = ["bumpcheck", "check"] if rules is None else ["bumpcheck", "check", "--rules", rules]
    for id, value in said.items():
        text = ",".join(value) if isinstance(value, list) else str(value)
        words += [f"--{id}", text] if rules is None else ["-a", f"{id}={text}"]
    return visible(shlex.join(words))
