"""`bumpcheck ask`: the interview on a terminal, or with answers piped in."""

from __future__ import annotations

from bumpcheck.coded import NotCodable
from bumpcheck.errors import BumpcheckError, Exit
from bumpcheck.interview import Interview
from bumpcheck.model import UNKNOWN, RulePack
from bumpcheck.pack import shipped

from .asking import Left, Way, put
from .command import check_command
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
from .review import After, offer_report, review
from .show import Shown, show
from .terminal import say
from .typed import Said

app = command_app()

CERTAIN = (
    "The main result is certain now: no more answers can change it. What is still asked only fits "
    "the advice. To skip the rest, type s."
)


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
    sure, `?` for why it is asked, `b` for back, `q` to leave. All answers are shown once more
    before the result, and can be changed. Nothing is kept unless you save it.
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
    interview = _begin(pack, gather(pack, flags, answer or [], answers))
    return _hold(interview, shown, rules, language)


def interview() -> int:
    """The interview with every option at its default: `bumpcheck` by itself on a terminal."""
    shown = Shown(
        format="text", output=None, view="person", explain=False, exit_code=False, no_colour=False
    )
    return _hold(_begin(shipped(), {}), shown)


def _begin(pack: RulePack, known: dict[str, object]) -> Interview:
    try:
        return Interview(known, rules=pack)
    except NotCodable as error:
        raise BumpcheckError(
            f"these rules are too tangled for an interview: {error}; 'bumpcheck check' can use them"
        ) from None


def _hold(
    interview: Interview, shown: Shown, rules: str | None = None, language: str | None = None
) -> int:
    say(f"{interview.pack.title}. {interview.pack.texts['disclaimer']}")
    try:
        interview = _ask(interview)
    except Left:
        say("Left; nothing was kept.")
        return Exit.INTERRUPTED
    say()
    code = show(interview.result, shown)
    say()
    say(f"The same again: {check_command(_said(interview), rules, language)}", wrap=False)
    offer_report(interview.result, shown)
    return code


def _ask(interview: Interview) -> Interview:
    """Ask until the answers are all there and found right; an emergency ends it at once."""
    skipped = was_certain = False
    while interview.screen or not _is_emergency(interview):
        if interview.screen and not (skipped and interview.settled):
            certain = interview.settled
            if certain and not was_certain:
                say()
                say(CERTAIN)
            was_certain, skipped = certain, False
            way = _put(interview)
            if way is Way.SKIP:
                skipped = True
            elif way is Way.BACK:
                _back(interview)
            elif len(way) < len(interview.screen):
                # An emergency before the end of a list: what was not asked stays so.
                return _with(interview, way)
            else:
                interview.answer(way)
            continue
        match review(interview):
            case After.RESULT:
                break
            case After.BACK if skipped:
                skipped = False
            case After.BACK:
                _back(interview)
    return interview


def _put(interview: Interview) -> Said | Way:
    return put(
        interview,
        interview.screen,
        _head(interview),
        skips=interview.settled,
        ends=lambda said: _is_emergency(_with(interview, said)),
    )


def _with(interview: Interview, said: Said) -> Interview:
    """An interview that knows the answers so far, and these."""
    return Interview({**_said(interview), **said}, rules=interview.pack)


def _is_emergency(interview: Interview) -> bool:
    return interview.result.urgency == "emergency"


def _head(interview: Interview) -> str:
    """Which question this is, and about how many are left."""
    number = f"Question {interview.asked + 1}"
    if interview.settled:
        return f"{number}, for the advice only."
    if interview.to_go == 1:
        return f"{number}, perhaps the last."
    return f"{number}, about {interview.to_go} to go."


def _back(interview: Interview) -> None:
    if not interview.back():
        say("This is the first question.")


def _said(interview: Interview) -> Said:
    """Every answer so far as it is accepted again, what is not known among them."""
    said = interview.answers.as_input(interview.pack)
    return {id: said.get(id, UNKNOWN) for id in interview.answers.given}
