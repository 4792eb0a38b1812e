"""Cases beside the rules: who was described, and what must come out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from . import answers
from .engine import evaluate
from .errors import AnswerError, Place, RulePackError, quoted
from .model import NOT_ASKED, RANK, REASONS, URGENCIES, RulePack
from .pack import CASES, PackFile, read_files
from .pack.fields import Fields, Problems, items, words
from .pack.tree import Mapping as MappingTree
from .pack.tree import Scalar, Tree, read
from .report.layout import words as told_of
from .result import Result
from .spoken import asked

# How a case can come out otherwise, the worst first: too calm, too alarmed, or neither.
Kind = Literal["miss", "false alarm", "wrong outcome"]
KINDS: tuple[Kind, ...] = ("miss", "false alarm", "wrong outcome")

# The parts of a result that are alarms: one that is lacking is a miss.
ALARMS = ("red-flags", "referral-signs", "not-ruled-out", "conflicts")
# What must not be in these lists, and what it is if it is.
WITHOUT: dict[str, tuple[Kind, tuple[str, ...]]] = {
    "no-alarms": ("false alarm", ALARMS),
    "no-advice": ("wrong outcome", ("advice", "tags")),
}
# Words as they stand, small and capital letters alike: those that a person is told, and must not
# be, and those that a person is asked in.
SPOKEN = ("words", "no-words", "asked")
SINGLE = ("outcome", "urgency", "disposition", "reason", "screening", "pattern", "person")

Raw = dict[str, object]


class Case(Struct, frozen=True):
    """One person, and what must come of their answers.

    `explain` looks at the whole page for `words`; `demo` is its place in the demo, `called` its
    short name there.
    """

    name: str
    place: Place
    given: Raw
    expect: dict[str, tuple[str, ...]]
    strict: bool = False
    none_of_these: bool = False
    explain: bool = False
    demo: int = 0
    called: str = ""
    story: str = ""

    @property
    def options(self) -> tuple[str, ...]:
        """What `check` must be told besides the answers."""
        said = (
            ("--strict", self.strict),
            ("--none-of-these", self.none_of_these),
            ("--explain", self.explain),
        )
        return tuple(option for option, is_said in said if is_said)

    @property
    def reads(self) -> bool:
        """Whether it looks at the words that a person is told."""
        return not self.expect.keys().isdisjoint(SPOKEN)


class Failure(Struct, frozen=True):
    """A case that came out otherwise: what was expected of which part, and what came."""

    case: Case
    kind: Kind
    part: str
    expected: str
    came: str

    @property
    def told(self) -> str:
        """What came out otherwise, without the place."""
        return f"{self.kind}: {self.case.name}: {self.part} is {self.came}, not {self.expected}"

    def __str__(self) -> str:
        return f"{self.case.place}: {self.told}"


def load(pack: RulePack, folder: str) -> tuple[Case, ...]:
    """The cases beside a pack; () where it has none.

    Raises RulePackError with every problem of them, wrong answers included.
    """
    beside = os.path.join(folder, CASES)
    if not os.path.exists(beside):
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
    came = parts(result)
    for part, expected in case.expect.items():
        if part in SINGLE:
            if came[part] != set(expected):
                kind = _kind(pack, part, expected[0], result)
                yield Failure(case, kind, part, " ".join(expected), " ".join(came[part]) or "none")
        elif part in WITHOUT:
            kind, lists = WITHOUT[part]
            there = {id for name in lists for id in came[name]}
            for id in expected:
                if id in there:
                    yield Failure(case, kind, part, f"without {id}", "with it")
        elif part in SPOKEN:
            yield from _spoken(case, part, expected, _said_in(pack, case, part, result))
        else:
            yield from _listed(case, part, expected, came[part])


def _said_in(pack: RulePack, case: Case, part: str, result: Result) -> str:
    """All that the person of a case is asked in, or is told, in small letters."""
    if part == "asked":
        return asked(pack, result.person).lower()
    return told_of(result, explain=case.explain).lower()


def _spoken(case: Case, part: str, expected: tuple[str, ...], said: str) -> Iterator[Failure]:
    """Words that are not said, be it that a line lacks them or that it is not among those shown."""
    without = part == "no-words"
    for phrase in expected:
        if (phrase.lower() in said) == without:
            there = f"{'without' if without else 'with'} {quoted(phrase)}"
            came = f"{'with' if without else 'without'} it"
            yield Failure(case, "wrong outcome", part, there, came)


def _listed(case: Case, part: str, expected: tuple[str, ...], came: set[str]) -> Iterator[Failure]:
    """What must be in a list and is not; or what is in it, where nothing must be."""
    is_alarm = part in ALARMS
    among = ", ".join(sorted(came)) or "nothing"
    if not expected and came:
        yield Failure(case, "false alarm" if is_alarm else "wrong outcome", part, "nothing", among)
    for id in expected:
        if id not in came:
            yield Failure(case, "miss" if is_alarm else "wrong outcome", part, id, among)


def _kind(pack: RulePack, part: str, expected: str, result: Result) -> Kind:
    """Whether a part that is one word came out too calm, too alarmed, or neither."""
    if part == "urgency":
        expected_rank = next(rank for urgency, rank in RANK.items() if urgency == expected)
        return "miss" if RANK[result.urgency] < expected_rank else "false alarm"
    if part == "outcome" and expected == pack.default.id:
        return "miss"
    return "false alarm" if part == "outcome" and not result.reassures else "wrong outcome"


def parts(result: Result) -> dict[str, set[str]]:
    return {
        "outcome": {result.outcome},
        "urgency": {result.urgency},
        "disposition": {result.disposition},
        "reason": {result.reason},
        "screening": {result.screening},
        "pattern": {result.pattern.id} if result.pattern else {"none"},
        "person": {result.person},
        "red-flags": {raised.flag.id for raised in result.red_flags},
        "referral-signs": {sign.id for sign in result.referral_signs},
        "not-ruled-out": {open_.alarm.id for open_ in result.not_ruled_out},
        "conflicts": {clash.conflict.id for clash in result.conflicts},
        "evidence": {piece.id for piece in result.evidence},
        "look-alikes": {like.other.id for like in result.look_alikes},
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
        given=_given(fields.need("given"), pack, problems),
        expect=_expect(fields.need("expect"), pack, problems),
        strict=fields.yes("strict"),
        none_of_these=fields.yes("none-of-these"),
        explain=fields.yes("explain"),
        demo=fields.whole("demo", 0),
        called=fields.text("called", required=False) or "",
        story=fields.text("story", required=False) or "",
    )
    variations = items(fields.take("but"), problems, "`but`")
    fields.done()
    yield from _checked(base, pack, problems)
    for item in variations:
        change = Fields(item, problems, "variation")
        changed = {**base.given, **_given(change.need("with"), pack, problems)}
        varied = Case(
            name=f"{base.name}, but {_said(change.values.get('with'))}",
            place=change.place,
            given={key: value for key, value in changed.items() if value != NOT_ASKED},
            expect=_expect(change.need("expect"), pack, problems),
            strict=base.strict,
            none_of_these=base.none_of_these,
            explain=base.explain,
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


def _given(tree: Tree | None, pack: RulePack, problems: Problems) -> Raw:
    """Answers by question id, so that a variation replaces what was given by another name."""
    if tree is None:
        return {}
    names = answers.by_name(pack)
    raw = raw_answers(tree, problems)
    return {names[name].id if name in names else name: said for name, said in raw.items()}


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


def _expect(tree: Tree | None, pack: RulePack, problems: Problems) -> dict[str, tuple[str, ...]]:
    """What must come out. An empty list says that there must be nothing of the kind."""
    if tree is None:
        return {}
    fields = Fields(tree, problems, "expectation")
    expect: dict[str, tuple[str, ...]] = {}
    for key, known in _expectable(pack).items():
        expected = fields.words(key, empty=key not in SINGLE)
        if key not in fields.values:
            continue
        place = fields.values[key].place
        expect[key] = expected
        for word in expected:
            if word not in known:
                problems.unknown(place, f"`{key}`", word, known)
        if key in SINGLE and len(expected) > 1:
            problems.add(place, f"`{key}` takes one word")
    for key in SPOKEN:
        if phrases := fields.words(key):
            expect[key] = phrases
    fields.done()
    return expect


def _expectable(pack: RulePack) -> dict[str, list[str]]:
    """Every key of an expectation, and the words that can come out under it."""
    advice = [line.id for line in pack.advice]
    return {
        "outcome": [outcome.id for outcome in pack.outcomes],
        "urgency": list(URGENCIES),
        "disposition": list(pack.doors),
        "reason": list(REASONS),
        "screening": ["complete", "incomplete"],
        "pattern": [*(pattern.id for pattern in pack.patterns), "none"],
        "person": [person.id for person in pack.persons],
        "red-flags": [flag.id for flag in pack.red_flags],
        "referral-signs": [sign.id for sign in pack.referral_signs],
        "not-ruled-out": [alarm.id for alarm in (*pack.red_flags, *pack.referral_signs)],
        "conflicts": [conflict.id for conflict in pack.conflicts],
        "evidence": [piece.id for piece in pack.evidence],
        "look-alikes": [other.id for other in pack.look_alikes],
        "advice": advice,
        "no-alarms": [rule.id for rule in (*pack.red_flags, *pack.referral_signs)],
        "no-advice": [*advice, *sorted({tag for line in pack.advice for tag in line.tags})],
    }
