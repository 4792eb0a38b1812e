"""`bumpcheck questions`: what can be asked and the accepted answers, or what people ask."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from typing import Annotated

import typer

from bumpcheck.errors import BumpcheckError
from bumpcheck.model import UNKNOWN, Question, RulePack, said_to
from bumpcheck.quantities import EXAMPLES
from bumpcheck.result import FORMAT

from .flags import (
    ExplainOption,
    FormatOption,
    GroupedCommand,
    LanguageOption,
    NoColourOption,
    RulesOption,
    command_app,
    load_pack,
    one_of,
)
from .show import columns, write_lines

app = command_app()

FaqOption = Annotated[
    bool, typer.Option("--faq", help="What people often ask, with the answers and their sources.")
]


@app.command(cls=GroupedCommand)
def questions(
    *,
    faq: FaqOption = False,
    rules: RulesOption = None,
    language: LanguageOption = None,
    format: FormatOption = "text",
    explain: ExplainOption = False,
    no_color: NoColourOption = False,
) -> int:
    """List what can be asked and the accepted answers, or what people often ask themselves.

    \b
    bumpcheck questions
    bumpcheck questions --format json
    bumpcheck questions --faq
    bumpcheck questions --faq --explain     with the sources in full
    """
    one_of("--format", format, ("text", "plain", "json"))
    pack = load_pack(rules, language)
    if faq:
        return _answered(pack, format, explain=explain, no_colour=no_color)
    if format == "json":
        from bumpcheck.report.json import indented

        listed = [_as_dict(question, pack.persons[-1].id) for question in pack.questions]
        sys.stdout.write(indented({"format": FORMAT, "questions": listed}))
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(pack))
    return 0


def _answered(pack: RulePack, format: str, *, explain: bool, no_colour: bool) -> int:
    """What people often ask, with its answers."""
    if not pack.faq:
        raise BumpcheckError("these rules answer no frequent questions: give them a `faq` section")
    if format == "json":
        from bumpcheck.report.json import indented

        said = [
            {
                "id": frequent.id,
                "ask": frequent.ask,
                "answer": frequent.answer,
                "sources": [citation.key for citation in frequent.sources],
            }
            for frequent in pack.faq
        ]
        sys.stdout.write(indented({"format": FORMAT, "faq": said}))
        return 0
    from bumpcheck.report.faq import lay_out

    lines = lay_out(pack, explain=explain, width=columns(sys.stdout))
    write_lines(lines, format, no_colour=no_colour)
    return 0


def _lines(pack: RulePack) -> Iterator[str]:
    group, person = None, pack.persons[-1].id
    for question in pack.questions:
        if question.group != group:
            group = question.group
            yield f"{group}" if question is pack.questions[0] else f"\n{group}"
        several = " (several may hold)" if question.kind == "many" else ""
        yield from _wrapped(
            f"--{question.id}: {said_to(person, question.ask)}{several}", "  ", "      "
        )
        if question.help:
            yield from _wrapped(said_to(person, question.help), "      ", "      ")
        if question.measure:
            yield from _wrapped(f"such as {EXAMPLES[question.measure]}", "      ", "      ")
        for answer in question.answers:
            yield from _wrapped(
                f"{answer.id:<14} {said_to(person, answer.text)}", "      ", " " * 21
            )
    yield ""
    yield from _wrapped(f"Every question also takes `{UNKNOWN}`.", "", "")


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        text, 80, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    )


def _as_dict(question: Question, person: str) -> dict[str, object]:
    return {
        "id": question.id,
        "aliases": list(question.aliases),
        "kind": question.kind,
        "group": question.group,
        "ask": said_to(person, question.ask),
        "why": said_to(person, question.why),
        "help": None if question.help is None else said_to(person, question.help),
        "calm": question.calm,
        "measure": question.measure,
        "examples": EXAMPLES[question.measure] if question.measure else None,
        "answers": [
            {"id": answer.id, "text": said_to(person, answer.text), "aliases": list(answer.aliases)}
            for answer in question.answers
        ],
    }
