"""What a pack says, held against how it says it may speak: grade, promises, harm, loose ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from .conditions import conditions
from .errors import Place, quoted
from .model import Advice, Alarm, Cited, Condition, Question, RulePack, Words
from .pack.references import citations, cited
from .reading import grade

# The formula was made for passages; of a few words, or a clause, it tells nothing.
FEWEST_WORDS = 8


class Remark(Struct, frozen=True):
    """Something amiss with a text or a source; `fails` unless it only wants attention."""

    place: Place
    message: str
    fails: bool = True

    def __str__(self) -> str:
        return f"{self.place}: {'' if self.fails else 'note: '}{self.message}"


class _Line(Struct, frozen=True):
    """A text that a person reads, by itself."""

    rule: str
    place: Place
    kind: str
    text: str


def remarks(pack: RulePack, today: date) -> tuple[Remark, ...]:
    """Everything amiss with the texts and sources of a pack, in no order of weight."""
    return (*_wording(pack), *_unused(pack), *_unread(pack), *_overdue(pack, today))


def mean_grade(pack: RulePack) -> float:
    """The grade of the lines that a person reads, on average; 0 where there are none."""
    grades = [grade(line.text) for line in _lines(pack) if line.kind != "text"]
    return sum(grades) / len(grades) if grades else 0.0


def _wording(pack: RulePack) -> Iterator[Remark]:
    wording = pack.wording
    if wording is None:
        return
    promises, harms = _starts(wording.promises), _starts(wording.harms)
    for line in _lines(pack):
        hard = grade(line.text)
        if (
            hard > wording.hardest
            and line.kind != "text"
            and len(line.text.split()) >= FEWEST_WORDS
        ):
            said = f"reads at grade {hard:.1f}, over {wording.hardest}: {quoted(line.text)}"
            yield Remark(line.place, f"`{line.rule}` {said}")
        for pattern, what in ((promises, "promises"), (harms, "does harm")):
            found = pattern.search(line.text)
            if found and (what == "promises" or line.kind == "do"):
                yield Remark(line.place, f"`{line.rule}` {what}: {quoted(found[0])}")
    mean = mean_grade(pack)
    if mean > wording.grade:
        yield Remark(
            wording.place, f"the texts read at grade {mean:.1f} on average, over {wording.grade}"
        )


def _starts(words: tuple[str, ...]) -> re.Pattern[str]:
    """Finds any of these where a word begins; nothing where there are none."""
    return re.compile("|".join(rf"\b{re.escape(word)}" for word in words) or r"(?!)", re.IGNORECASE)


def _lines(pack: RulePack) -> Iterator[_Line]:
    """Every text that is said to a person as a line of its own."""
    for rule in cited(pack):
        yield from _said(rule, "because", rule.because)
        if isinstance(rule, Advice):
            yield from _said(rule, rule.kind, rule.text)
        if isinstance(rule, Alarm):
            yield from _said(rule, "text", rule.text)
    for frequent in pack.faq:
        yield _Line(frequent.id, frequent.place, "answer", frequent.answer)
    for question in pack.questions:
        for words in (question.ask, question.why, question.help):
            yield from _said(question, "text", words or "")
        for answer in question.answers:
            yield from _said(question, "text", answer.text)


def _said(rule: Cited | Question, kind: str, words: Words) -> Iterator[_Line]:
    for text in [words] if isinstance(words, str) else words.values():
        yield _Line(rule.id, rule.place, kind, text)


def _unused(pack: RulePack) -> Iterator[Remark]:
    used = {citation.source for citation in citations(pack)}
    for source in pack.sources:
        if source.id not in used:
            yield Remark(source.place, f"no rule cites the source `{source.id}`")


def _unread(pack: RulePack) -> Iterator[Remark]:
    """Questions whose answers change nothing, not even what is asked next."""
    reads = conditions(pack).reads
    read = {id for condition in _conditions(pack) for id in reads(condition)}
    for question in pack.questions:
        if question.id not in read:
            yield Remark(question.place, f"no rule reads the question `{question.id}`")


def _conditions(pack: RulePack) -> Iterator[Condition]:
    """Everything that an answer can make true or false; requirements change no result."""
    rules = (*cited(pack), *pack.findings, *pack.conflicts, *pack.default_doors, *pack.persons)
    yield from (rule.condition for rule in rules)
    for other in pack.look_alikes:
        yield from (*other.supported_by, *other.opposed_by)
    for question in pack.questions:
        yield question.ask_when
        yield from (answer.ask_when for answer in question.answers)
        yield from (band.ask_when for band in question.bands)
        if question.listed is not None:
            yield question.listed.when


def _overdue(pack: RulePack, today: date) -> Iterator[Remark]:
    if pack.reviewed is None:
        return
    place = pack.outcomes[0].place
    try:
        until = date.fromisoformat(pack.reviewed.until)
    except ValueError:
        yield Remark(place, f"`until` is no date: {quoted(pack.reviewed.until)}, not as 2027-01-31")
        return
    if until < today:
        yield Remark(place, f"the review by {pack.reviewed.by} held until {until}", fails=False)
