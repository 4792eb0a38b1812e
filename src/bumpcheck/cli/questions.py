"""`bumpcheck questions`: what can be asked, and the accepted answers."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator

from bumpcheck.model import UNKNOWN, Question, RulePack
from bumpcheck.quantities import EXAMPLES
from bumpcheck.result import FORMAT

from .flags import FormatOption, GroupedCommand, RulesOption, command_app, load_pack, one_of

app = command_app()


@app.command(cls=GroupedCommand)
def questions(*, rules: RulesOption = None, format: FormatOption = "text") -> int:
    """List what can be asked, and the accepted answers.

    \b
    bumpcheck questions
    bumpcheck questions --format json
    """
    one_of("--format", format, ("text", "plain", "json"))
    pack = load_pack(rules)
    if format == "json":
        from bumpcheck.report.json import indented

        sys.stdout.write(
            indented({"format": FORMAT, "questions": list(map(_as_dict, pack.questions))})
        )
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(pack))
    return 0


def _lines(pack: RulePack) -> Iterator[str]:
    group = None
    for question in pack.questions:
        if question.group != group:
            group = question.group
            yield f"{group}" if question is pack.questions[0] else f"\n{group}"
        several = " (several may hold)" if question.kind == "many" else ""
        yield from _wrapped(f"--{question.id}: {question.ask}{several}", "  ", "      ")
        if question.help:
            yield from _wrapped(question.help, "      ", "      ")
        if question.measure:
            yield from _wrapped(f"such as {EXAMPLES[question.measure]}", "      ", "      ")
        for answer in question.answers:
            yield from _wrapped(f"{answer.id:<14} {answer.text}", "      ", " " * 21)
    yield ""
    yield from _wrapped(f"Every question also takes `{UNKNOWN}`.", "", "")


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        text, 80, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    )


def _as_dict(question: Question) -> dict[str, object]:
    return {
        "id": question.id,
        "aliases": list(question.aliases),
        "kind": question.kind,
        "group": question.group,
        "ask": question.ask,
        "why": question.why,
        "help": question.help,
        "calm": question.calm,
        "measure": question.measure,
        "examples": EXAMPLES[question.measure] if question.measure else None,
        "answers": [
            {"id": answer.id, "text": answer.text, "aliases": list(answer.aliases)}
            for answer in question.answers
        ],
    }
