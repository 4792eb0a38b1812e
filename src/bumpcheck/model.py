"""A rule pack as frozen data; every part knows its file, line and column.

The classes are msgspec structs rather than dataclasses: frozen and typed alike, but a class costs
a twentieth of a dataclass to define, and a compiled pack is read back and validated in about a
millisecond. A check from a script is mostly start-up, so this is where its time goes.
"""

from functools import lru_cache
from math import inf, nextafter
from typing import Literal

from msgspec import Struct

from .errors import Place

Urgency = Literal["self-care", "routine", "soon", "same-day", "emergency"]
URGENCIES: tuple[Urgency, ...] = ("self-care", "routine", "soon", "same-day", "emergency")
RANK: dict[Urgency, int] = {urgency: rank for rank, urgency in enumerate(URGENCIES)}

# Why an outcome is what it is: the first that applies, but for `fits`.
Reason = Literal[
    "fits", "red-flag", "referral-sign", "conflict", "not-screened", "not-enough", "neither"
]
REASONS: tuple[Reason, ...] = (
    "fits",
    "red-flag",
    "referral-sign",
    "conflict",
    "not-screened",
    "not-enough",
    "neither",
)

UNKNOWN = "unknown"
NOT_ASKED = "not-asked"

# A text for people: the same words for everybody, or words by person (see `Person`).
Words = str | dict[str, str]


def said_to(person: str, words: Words) -> str:
    """The words for a person; those for everybody else where there are none of their own."""
    if isinstance(words, str):
        return words
    # The last person of a pack is everybody else, and no text lacks words for them.
    return words[person] if person in words else words[next(reversed(words))]


class Node(Struct, frozen=True, array_like=True, gc=False):
    """The base of everything a pack is made of."""


# --- Conditions: true, false or open (see `conditions`) ---------------------------------------


class Chosen(Node, frozen=True, tag="chosen"):
    """Any of these answers was given; `unknown` and `not-asked` may be among them."""

    question: str
    answers: tuple[str, ...]


class Measured(Node, frozen=True, tag="measured"):
    """A quantity within bounds: days or millimetres; an absent bound is None."""

    question: str
    at_least: float | None = None
    over: float | None = None
    at_most: float | None = None
    under: float | None = None

    @property
    def interval(self) -> tuple[float, float]:
        """The bounds as one interval that includes its lower end and not its upper one."""
        low, high = 0.0, inf
        if self.at_least is not None:
            low = self.at_least
        if self.over is not None:
            low = max(low, nextafter(self.over, inf))
        if self.under is not None:
            high = self.under
        if self.at_most is not None:
            high = min(high, nextafter(self.at_most, inf))
        return low, high


class Longer(Node, frozen=True, tag="longer"):
    """One quantity is more than another."""

    question: str
    than: str


class Found(Node, frozen=True, tag="found"):
    """A finding holds."""

    finding: str


class AllOf(Node, frozen=True, tag="all"):
    parts: tuple["Condition", ...]


class AnyOf(Node, frozen=True, tag="any"):
    parts: tuple["Condition", ...]


class Not(Node, frozen=True, tag="not"):
    part: "Condition"


Condition = Chosen | Measured | Longer | Found | AllOf | AnyOf | Not

ALWAYS = AllOf(())


# --- Questions ---------------------------------------------------------------------------------


class Answer(Node, frozen=True):
    """One accepted answer. `covers` lists the answers of which it says one, but not which.

    `clause` says it as what may come to be, to stand after "if"; see that of its question. Where
    `ask_when` is false it is not offered; it is accepted all the same.
    """

    id: str
    text: Words
    clause: Words | None
    aliases: tuple[str, ...]
    covers: tuple[str, ...]
    group: str | None
    ask_when: Condition = ALWAYS


class Listed(Node, frozen=True):
    """A question that may stand in a checklist though none of its answers is calm.

    Only where `when` is true. `answer` is what `Interview.none_of_these` takes it as; a person is
    asked to name it.
    """

    answer: str
    when: Condition = ALWAYS


class Band(Node, frozen=True):
    """A quantity offered in words by an interview, and what is taken for it.

    Where `ask_when` is false it is not offered.
    """

    text: str
    value: str
    ask_when: Condition = ALWAYS


Kind = Literal["one", "many", "quantity"]
Measure = Literal["time", "length"]
KINDS: tuple[Kind, ...] = ("one", "many", "quantity")
MEASURES: tuple[Measure, ...] = ("time", "length")


class Question(Node, frozen=True):
    """What can be asked. Of a quantity, `at_most` is in days or millimetres.

    What is `fixed` stays as it is answered wherever other answers are tried out. `clause` says any
    answer that has none of its own as what may come to be, with `{said}` for the answer.
    """

    id: str
    place: Place
    kind: Kind
    group: str
    ask: Words
    why: Words
    help: Words | None
    aliases: tuple[str, ...]
    calm: str | None
    ask_when: Condition
    answers: tuple[Answer, ...]
    measure: Measure | None
    bare: str | None
    bare_at_least: float
    at_most: float
    bands: tuple[Band, ...]
    fixed: bool
    clause: Words | None
    listed: Listed | None = None

    def __hash__(self) -> int:
        """By what it is called and where it stands: its texts may be mappings."""
        return hash((self.id, self.place))


# --- Rules -------------------------------------------------------------------------------------


class Citation(Node, frozen=True):
    """A source and the place in it."""

    source: str
    where: str

    @property
    def key(self) -> str:
        return f"{self.source}: {self.where}"


class Rule(Node, frozen=True, kw_only=True):
    """Applies when `when` is true and `unless`, if there is one, is false."""

    id: str
    place: Place
    when: Condition = ALWAYS
    unless: Condition | None = None

    @property
    def condition(self) -> Condition:
        """The whole condition; the parts are kept apart so that each can be shown and tested."""
        if self.unless is None:
            return self.when
        whens = self.when.parts if isinstance(self.when, AllOf) else (self.when,)
        return AllOf((*whens, Not(self.unless)))


class Finding(Rule, frozen=True, kw_only=True):
    """Worked out from answers and other findings, never asked."""

    text: str


class Cited(Rule, frozen=True, kw_only=True):
    """A rule that says something of the world, with its reason and where that stands."""

    because: Words
    sources: tuple[Citation, ...]


class Alarm(Cited, frozen=True, kw_only=True):
    """What rules out reassurance; `text` is a short clause for lists."""

    text: Words
    door: str


class RedFlag(Alarm, frozen=True, kw_only=True):
    """What must not wait: `soon` or more. `if_unknown` is what an unsure answer counts as.

    `unknown_door` is where it then leads, if not to `door`. `repeats` names a question that asks
    the same thing in another way, and whose own flags count an unsure answer to it.
    """

    urgency: Urgency
    if_unknown: Urgency | Literal["list"]
    unknown_door: str | None
    repeats: str | None


class ReferralSign(Alarm, frozen=True, kw_only=True):
    """What someone should look at, with no hurry."""

    @property
    def urgency(self) -> Urgency:
        return "routine"


class Conflict(Rule, frozen=True, kw_only=True):
    """Answers that cannot both be true."""

    because: Words


# Short phrases for the comparison of the outcomes, each under the id of its row.
Shows = tuple[tuple[str, str], ...]


class Evidence(Cited, frozen=True, kw_only=True):
    """An argument: for or against (points), excluding or confirming an outcome."""

    points: tuple[tuple[str, int], ...]
    excludes: tuple[str, ...]
    confirms: tuple[str, ...]
    shows: Shows = ()


class Pattern(Cited, frozen=True, kw_only=True):
    """The kind of an outcome; of those that apply the highest rank is shown."""

    outcome: str
    rank: int
    name: str
    term: str
    door: str | None
    shows: Shows = ()


class LookAlike(Cited, frozen=True, kw_only=True):
    """What else it could be, and the answers that speak for and against it; never a diagnosis."""

    name: str
    supported_by: tuple[Condition, ...] = ()
    opposed_by: tuple[Condition, ...] = ()


AdviceKind = Literal["do", "avoid", "see", "expect"]
ADVICE_KINDS: tuple[AdviceKind, ...] = ("do", "avoid", "see", "expect")


class Advice(Cited, frozen=True, kw_only=True):
    """A line for the person. `applies` narrows it to results: every key, any of its values.

    No two lines of one `topic` are ever given together: they would repeat or contradict.
    """

    kind: AdviceKind
    text: Words
    applies: tuple[tuple[str, tuple[str, ...]], ...]
    rank: int
    tags: tuple[str, ...]
    topic: str | None = None
    shows: Shows = ()


class Requirement(Node, frozen=True):
    """What an invariant asks of a result: `urgency` may be a lower bound."""

    key: str
    values: tuple[str, ...]


class Invariant(Node, frozen=True, kw_only=True):
    """A safety requirement, written apart from the rules."""

    id: str
    place: Place
    hazard: str | None
    because: str | None
    when: Condition
    verb: Literal["always", "never", "some"]
    requires: tuple[Requirement, ...]


# --- The pack ----------------------------------------------------------------------------------


SourceKind = Literal["reference", "guideline", "label", "article", "decision"]
SOURCE_KINDS: tuple[SourceKind, ...] = (
    "reference",
    "guideline",
    "label",
    "article",
    "decision",
)


class Source(Node, frozen=True):
    """A work that rules rest on; `copy` where only a copy of it was read."""

    id: str
    place: Place
    title: str
    address: str | None
    kind: SourceKind
    read: str | None
    copy: bool


class Outcome(Node, frozen=True):
    """An outcome that reassures must reach `at_least` points and `lead` over every other."""

    id: str
    place: Place
    reassures: bool
    at_least: int
    lead: int
    door: str | None
    shows: Shows = ()
    sources: tuple[Citation, ...] = ()


class Person(Rule, frozen=True, kw_only=True):
    """Who is spoken of; the first that applies, and the last is everybody else."""


class Frequent(Node, frozen=True, kw_only=True):
    """A question that people ask, and its answer."""

    id: str
    place: Place
    ask: str
    answer: str
    sources: tuple[Citation, ...]


class Aspect(Node, frozen=True):
    """A row of the comparison of the outcomes."""

    id: str
    place: Place
    text: str


class Drawing(Node, frozen=True):
    """Where the answers of one question are on a drawing.

    `lines` are SVG path data on a sheet from 0, 0 to `width`, `height`. An answer without a place
    on it is told in words alone.
    """

    question: str
    place: Place
    width: float
    height: float
    lines: tuple[str, ...]
    places: tuple[tuple[str, tuple[tuple[float, float], ...]], ...]


class DefaultDoor(Rule, frozen=True, kw_only=True):
    """Where to go when no flag or sign says so; the first that applies."""

    door: str


class Review(Node, frozen=True):
    """Who looked the pack over, when, and until when that holds (dates as written)."""

    by: str
    on: str
    until: str


class Wording(Node, frozen=True):
    """How a pack may speak: school grades, and the beginnings of words that must not be said.

    `grade` is the most that all lines for a person may have on average, `hardest` the most of one
    line. `promises` stand in no text, `harms` in no `do` line.
    """

    place: Place
    grade: int
    hardest: int
    promises: tuple[str, ...]
    harms: tuple[str, ...]


class RulePack(Struct, frozen=True, array_like=True, eq=False, weakref=True):
    """Everything clinical: questions, rules, texts and sources, checked and in order.

    `unnoticed` says why a small change may go unnoticed (`mutation`): by section, or by rule and
    change.

    `digest` is the SHA-256 of the files it was read from.
    """

    id: str
    version: str
    digest: str
    title: str
    intended_use: str
    reviewed: Review | None
    wording: Wording | None
    outcomes: tuple[Outcome, ...]
    doors: tuple[str, ...]
    default_doors: tuple[DefaultDoor, ...]
    persons: tuple[Person, ...]
    questions: tuple[Question, ...]
    findings: tuple[Finding, ...]
    red_flags: tuple[RedFlag, ...]
    referral_signs: tuple[ReferralSign, ...]
    conflicts: tuple[Conflict, ...]
    evidence: tuple[Evidence, ...]
    patterns: tuple[Pattern, ...]
    look_alikes: tuple[LookAlike, ...]
    advice: tuple[Advice, ...]
    invariants: tuple[Invariant, ...]
    sources: tuple[Source, ...]
    faq: tuple[Frequent, ...]
    aspects: tuple[Aspect, ...]
    unnoticed: dict[str, Words]
    drawing: Drawing | None
    texts: dict[str, str]

    @property
    def reassuring(self) -> tuple[Outcome, ...]:
        """The outcomes that must be earned."""
        return tuple(outcome for outcome in self.outcomes if outcome.reassures)

    @property
    def default(self) -> Outcome:
        """The outcome of everything that earned no other."""
        return next(outcome for outcome in self.outcomes if not outcome.reassures)

    def question(self, id: str) -> Question:
        """The question of that id; KeyError where there is none."""
        return _questions(self)[id]

    def source(self, id: str) -> Source:
        """The source of that id; KeyError where there is none."""
        return _sources(self)[id]


@lru_cache(maxsize=8)
def _questions(pack: RulePack) -> dict[str, Question]:
    return {question.id: question for question in pack.questions}


@lru_cache(maxsize=8)
def _sources(pack: RulePack) -> dict[str, Source]:
    return {source.id: source for source in pack.sources}
