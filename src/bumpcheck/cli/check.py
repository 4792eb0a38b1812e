"""`bumpcheck check`: one case from flags or a file."""

from __future__ import annotations

from bumpcheck.answers import parse
from bumpcheck.engine import evaluate
from bumpcheck.pack import shipped

from .flags import (
    AnswerOption,
    AnswersOption,
    ExitCodeOption,
    ExplainOption,
    FormatOption,
    GroupedCommand,
    LanguageOption,
    NoColourOption,
    NoneOption,
    OutputOption,
    RulesOption,
    StrictOption,
    ViewOption,
    command_app,
    gather,
    load_pack,
    question_flags,
    refuse_flags,
)
from .show import Shown, show

app = command_app()


@app.command(cls=GroupedCommand)
@question_flags(shipped())
def check(
    *,
    answers: AnswersOption = None,
    answer: AnswerOption = None,
    rules: RulesOption = None,
    language: LanguageOption = None,
    strict: StrictOption = False,
    none_of_these: NoneOption = False,
    format: FormatOption = "text",
    view: ViewOption = "person",
    explain: ExplainOption = False,
    output: OutputOption = None,
    exit_code: ExitCodeOption = False,
    no_color: NoColourOption = False,
    **flags: list[str] | None,
) -> int:
    """Tell what one described bump is likely to be, or who should see it and how soon.

    \b
    bumpcheck check --age 34 --location under-eye --firmness hard --redness none
    bumpcheck check --age "5 days" --location nose,cheek --colour white
    bumpcheck check --answers case.json --bleeding yes --format json
    bumpcheck check --answers - --exit-code < case.yaml

    It never asks. Every question also takes `unknown`; leave out what was not asked. Several
    answers are joined by commas, where a question lists them so. 'bumpcheck questions' explains
    them all.
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
    given = parse(pack, gather(pack, flags, answer or [], answers))
    result = evaluate(pack, given, strict=strict, none_of_these=none_of_these)
    return show(result, shown, strict=strict, none_of_these=none_of_these)
