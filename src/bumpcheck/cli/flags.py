"""Options that several commands share, and the flags that come from a pack's questions."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from typer.core import TyperCommand

from bumpcheck.answers import by_name
from bumpcheck.errors import AnswerError, BumpcheckError, nearest, quoted
from bumpcheck.model import UNKNOWN, Question, RulePack, said_to

if TYPE_CHECKING:
    # Typer keeps its copy of click private, but hands these types to what it calls.
    from typer._click import Context, HelpFormatter

Command = TypeVar("Command", bound=Callable[..., int])

OPTIONS = "Options"
OUTPUT = "Output"
METAVAR_AT_MOST = 45

RulesOption = Annotated[
    str | None,
    typer.Option("--rules", metavar="DIR", help="Another rule pack; answer it with -a."),
]
AnswersOption = Annotated[
    str | None,
    typer.Option("--answers", metavar="FILE", help="Answers as JSON or YAML; - is standard input."),
]
AnswerOption = Annotated[
    list[str] | None,
    typer.Option("--answer", "-a", metavar="ID=VALUE", help="One answer; may be repeated."),
]
StrictOption = Annotated[
    bool,
    typer.Option("--strict", help="Do not reassure while a warning sign was not asked about."),
]
NoneOption = Annotated[
    bool,
    typer.Option("--none-of-these", help="You read what must not apply, and none of it does."),
]
FormatOption = Annotated[
    str,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help="text, plain, json, markdown or html.",
        rich_help_panel=OUTPUT,
    ),
]
OutputOption = Annotated[
    str | None,
    typer.Option(
        "--output",
        metavar="FILE",
        help="Write to this file, readable only by you.",
        rich_help_panel=OUTPUT,
    ),
]
ViewOption = Annotated[
    str,
    typer.Option("--view", metavar="VIEW", help="person or clinician.", rich_help_panel=OUTPUT),
]
ExplainOption = Annotated[
    bool,
    typer.Option(
        "--explain", help="Every reason, all advice, the addresses.", rich_help_panel=OUTPUT
    ),
]
LanguageOption = Annotated[
    str | None,
    typer.Option(
        "--language",
        metavar="NAME",
        help="Texts from translations/NAME.yaml beside the rules.",
        rich_help_panel=OUTPUT,
    ),
]
ExitCodeOption = Annotated[
    bool,
    typer.Option(
        "--exit-code",
        help="Exit 0, 9 to 13: reassuring, on conditions, routine, soon, same day, emergency.",
        rich_help_panel=OUTPUT,
    ),
]
NoColourOption = Annotated[
    bool, typer.Option("--no-color", help="No colour.", rich_help_panel=OUTPUT)
]


class GroupedCommand(TyperCommand):
    """A command whose help lists the options by group, in plain text at every width."""

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        groups: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                panel = getattr(parameter, "rich_help_panel", None)
                groups.setdefault(panel or OPTIONS, []).append(record)
        # What is asked comes first, in the pack's order; how it is shown comes last.
        last = (OPTIONS, OUTPUT)
        for group in (*(g for g in groups if g not in last), *last):
            if group in groups:
                with formatter.section(group):
                    formatter.write_dl(groups[group])


def command_app() -> typer.Typer:
    """An app for one command, or for a group of them, with plain help and our own errors."""
    return typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def question_flags(pack: RulePack) -> Callable[[Command], Command]:
    """Give a command a flag for each question; it takes them as `**answers`."""

    def add(command: Command) -> Command:
        signature = inspect.signature(command, eval_str=True)
        own = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
        flags = [
            inspect.Parameter(
                _variable(question.id),
                inspect.Parameter.KEYWORD_ONLY,
                default=None,
                annotation=Annotated[
                    list[str] | None,
                    typer.Option(
                        *(f"--{name}" for name in (question.id, *question.aliases)),
                        metavar=_metavar(question),
                        help=said_to(pack.persons[-1].id, question.ask),
                        rich_help_panel=question.group,
                    ),
                ],
            )
            for question in pack.questions
        ]
        command.__signature__ = signature.replace(parameters=[*own, *flags])  # type: ignore[attr-defined]  # read by inspect.signature
        return command

    return add


def gather(
    pack: RulePack,
    flags: Mapping[str, Sequence[str] | None],
    pairs: Sequence[str],
    file: str | None,
) -> dict[str, object]:
    """The answers of a command line: from a file, then from flags and -a, which replace those."""
    answers: dict[str, object] = {}
    if file is not None:
        from .files import read_answers

        answers.update(read_answers(file))
    names = by_name(pack)
    said: dict[str, list[str]] = {}
    for variable, values in flags.items():
        if values:
            said[variable.replace("_", "-")] = list(values)
    for pair in pairs:
        id, equals, value = pair.partition("=")
        if not equals:
            raise AnswerError(f"-a {quoted(pair)}: write it as ID=VALUE, as in -a {_pair(pack)}")
        name = id.strip()
        said.setdefault(names[name].id if name in names else name, []).append(value)
    replaced = set(said)
    kept = {
        name: value
        for name, value in answers.items()
        if name not in names or names[name].id not in replaced
    }
    return {**kept, **said}


def one_of(option: str, given: str, known: Sequence[str]) -> str:
    """The value of an option that takes one of a few words; raises BumpcheckError."""
    if given in known:
        return given
    close = nearest(given, known)
    right = f"did you mean {close[0]}?" if close else f"say {', '.join(known)}"
    raise BumpcheckError(f"{option}: {quoted(given)} is not one of its values: {right}")


def load_pack(rules: str | None, language: str | None = None) -> RulePack:
    """The pack a command works with; raises RulePackError."""
    from bumpcheck.pack import load, shipped, shipped_folder

    if rules is None and language is None:
        return shipped()
    return load(rules or shipped_folder(), language)


def refuse_flags(flags: Mapping[str, Sequence[str] | None], rules: str | None) -> None:
    """With another pack the flags of the shipped one mean nothing; raises BumpcheckError."""
    used = [name.replace("_", "-") for name, values in flags.items() if values]
    if rules is not None and used:
        raise BumpcheckError(
            f"--{used[0]} is a flag of the shipped rules: with --rules write -a {used[0]}=..."
        )


def _variable(id: str) -> str:
    return id.replace("-", "_")


def _pair(pack: RulePack) -> str:
    question = pack.questions[0]
    answer = question.answers[0].id if question.answers else UNKNOWN
    return f"{question.id}={answer}"


def _metavar(question: Question) -> str:
    if question.measure is not None:
        return question.measure.upper()
    shown = ""
    between = "," if question.kind == "many" else "|"
    for answer in question.answers:
        if len(shown) + len(answer.id) > METAVAR_AT_MOST:
            return f"{shown}..."
        shown += f"{answer.id}{between}"
    return shown.rstrip(between)
