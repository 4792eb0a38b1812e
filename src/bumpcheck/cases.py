"""Cases beside the rules: who was described, and what must come out."""

from __future__ import annotations

import os
from collections.abc import Iterator

from msgspec import Struct

from . import answers
from .engine import evaluate
from .errors import AnswerError, Place, RulePackError
from .model import NOT_ASKED, RulePack
from .pack import CASES, PackFile, read_files
from .pack.fields import Fields, Problems, items, words
from .pack.tree import Mapping as MappingTree
from .pack.tree import Scalar, Tree, read
from .result import Result

SINGLE = ("outcome", "urgency", "disposition", "reason", "screening", "pattern")
LISTS = (
    "red-flags",
    "referral-signs",
    "not-ruled-out",
    "conflicts",
    "evidence",
    "look-alikes",
    "advice",
    "no-advice",
)

Raw = dict[str, object]


class Case(Struct, frozen=True):
    """One person, and what must come of their answers; `demo` is its place in the demo."""

    name: str
    place: Place
    given: Raw
    expect: dict[str, tuple[str, ...]]
    strict: bool = False
    none_of_these: bool = False
    demo: int = 0
    story: str = ""


class Failure(Struct, frozen=True):
    """A case that came out otherwise: what was expected of which part, and what came."""

    case: Case
    part: str
    expected: str
    came: str

    def __str__(self) -> str:
        return (
            f"{self.case.place}: {self.case.name}: {self.part} is {self.came}, not {self.expected}"
        )


def load(pack: RulePack, folder: str) -> tuple[Case, ...]:
    """The cases beside a pack; () where it has none.

    Raises RulePackError with every problem of them, wrong answers included.
    """
    beside = os.path.join(folder, CASES)
    if not os.path.isdir(beside):
        return ()
    problems = Problems()
    cases = [case for file in read_files(beside) for case in _read(file, pack, problems)]
    if problems.found:
        raise RulePackError(problems.found)
    return tuple(cases)


def run(pack: RulePack, case: Case) -> Result:
    """What comes of a case."""
    given = answers.parse(pack, case.given)
    return evaluate(pack, given, strict=case.strict, none_of_these=case.none_of_these)


def failures(pack: RulePack, case: Case) -> Iterator[Failure]:
    """Every part of a case that came out otherwise than it must."""
    result = run(pack, case)
    came = _parts(result)
    for part, expected in case.expect.items():
        if part in SINGLE:
            if came[part] != set(expected):
                yield Failure(case, part, " ".join(expected), " ".join(came[part]) or "none")
        elif part == "no-advice":
            for id in expected:
                if id in came["advice"] | came["tags"]:
                    yield Failure(case, part, f"without {id}", "with it")
        else:
            for id in expected:
                if id not in came[part]:
                    among = ", ".join(sorted(came[part])) or "nothing"
                    yield Failure(case, part, id, among)


def _parts(result: Result) -> dict[str, set[str]]:
    return {
        "outcome": {result.outcome},
        "urgency": {result.urgency},
        "disposition": {result.disposition},
        "reason": {result.reason},
        "screening": {result.screening},
        "pattern": {result.pattern.id} if result.pattern else {"none"},
        "red-flags": {raised.flag.id for raised in result.red_flags},
        "referral-signs": {sign.id for sign in result.referral_signs},
        "not-ruled-out": {open_.alarm.id for open_ in result.not_ruled_out},
        "conflicts": {clash.conflict.id for clash in result.conflicts},
        "evidence": {piece.id for piece in result.evidence},
        "look-alikes": {other.id for other in result.look_alikes},
        "advice": {line.id for line in result.advice},
        "tags": {tag for line in result.advice for tag in line.tags},
    }


def _read(file: PackFile, pack: RulePack, problems: Problems) -> Iterator[Case]:
    tree = read(file.name, file.content, problems.found)
    problems.know(tree)
    for item in items(tree.root, problems, "a file of cases"):
        yield from _cases(item, pack, problems)


def _cases(tree: Tree, pack: RulePack, problems: Problems) -> Iterator[Case]:
    """A case, and the variations under its `but`."""
    fields = Fields(tree, problems, "case")
    base = Case(
        name=fields.text("name") or "",
        place=fields.place,
        given=_given(fields.need("given"), problems),
        expect=_expect(fields.need("expect"), problems),
        strict=fields.yes("strict"),
        none_of_these=fields.yes("none-of-these"),
        demo=fields.whole("demo", 0),
        story=fields.text("story", required=False) or "",
    )
    variations = items(fields.take("but"), problems, "`but`")
    fields.done()
    yield from _checked(base, pack, problems)
    for item in variations:
        change = Fields(item, problems, "variation")
        changed = {**base.given, **_given(change.need("with"), problems)}
        varied = Case(
            name=f"{base.name}, but {_said(change.values.get('with'))}",
            place=change.place,
            given={key: value for key, value in changed.items() if value != NOT_ASKED},
            expect=_expect(change.need("expect"), problems),
            strict=base.strict,
            none_of_these=base.none_of_these,
        )
        change.done()
        yield from _checked(varied, pack, problems)


def _checked(case: Case, pack: RulePack, problems: Problems) -> Iterator[Case]:
    try:
        answers.parse(pack, case.given)
    except AnswerError as error:
        problems.add(case.place, error.message)
    else:
        yield case


def _said(tree: Tree | None) -> str:
    if not isinstance(tree, MappingTree):
        return "?"
    said = {entry.key.text: words(entry.value, Problems(), "") for entry in tree.entries}
    return ", ".join(f"{question} {' '.join(answer)}" for question, answer in said.items())


def _given(tree: Tree | None, problems: Problems) -> Raw:
    return {} if tree is None else raw_answers(tree, problems)


def raw_answers(tree: Tree, problems: Problems) -> Raw:
    """Answers as they stand in YAML: question to a word or a list of words."""
    if not isinstance(tree, MappingTree):
        problems.add(tree.place, "answers must be a mapping", "write question: answer")
        return {}
    return {
        entry.key.text: entry.value.text
        if isinstance(entry.value, Scalar)
        else list(words(entry.value, problems, f"the answer to `{entry.key.text}`"))
        for entry in tree.entries
    }


def _expect(tree: Tree | None, problems: Problems) -> dict[str, tuple[str, ...]]:
    if tree is None:
        return {}
    fields = Fields(tree, problems, "expectation")
    expect = {key: fields.words(key) for key in (*SINGLE, *LISTS) if key in fields.values}
    fields.known += [*SINGLE, *LISTS]
    fields.done()
    for key in SINGLE:
        if len(expect.get(key, ("",))) != 1:
            problems.add(fields.values[key].place, f"`{key}` takes one word")
    return expect
