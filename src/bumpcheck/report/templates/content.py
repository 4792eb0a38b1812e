"""What a report to hand over tells, in the order in which it tells it.

Plain words only: every template puts them in its own dress, and escapes them. Numbers of works are
given out here, so that they count up as the page is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct, structs

from bumpcheck.comparison import compare
from bumpcheck.model import ALWAYS, RANK, UNKNOWN, Citation, RedFlag, ReferralSign, RulePack
from bumpcheck.report import balance, changes, staying_out
from bumpcheck.report.layout import (
    ADVICE_AT_MOST,
    ADVICE_ORDER,
    LOOK_ALIKES_AT_MOST,
    REASONS_AT_MOST,
    View,
    more_urgent,
    most_useful,
)
from bumpcheck.report.sources import Numbered
from bumpcheck.report.unasked import unasked
from bumpcheck.result import Result
from bumpcheck.spoken import in_words
from bumpcheck.texts import fill


class Item(Struct, frozen=True):
    """A sentence, and the numbers of the works it rests on: " [1, 2]", or nothing."""

    text: str
    cited: str = ""


class Group(Struct, frozen=True):
    """Things under one label or heading."""

    label: str
    items: tuple[Item, ...]


class Verdict(Struct, frozen=True):
    """What it comes to; `tone` is reassuring, referral or urgent."""

    tone: str
    missing: str | None
    headline: str
    conditions: tuple[Group, ...]
    standing: tuple[tuple[str, str], ...]
    pattern: str | None
    reasons: tuple[Item, ...]
    sooner: tuple[Group, ...]


class Drawn(Struct, frozen=True):
    """A drawing with the places marked, and the same in words; nothing is drawn without marks."""

    width: float
    height: float
    lines: tuple[str, ...]
    marks: tuple[tuple[float, float], ...]
    on_it: str
    elsewhere: str
    both_sides: bool


class Bar(Struct, frozen=True):
    """The points of one outcome, or in words what settles it; None where nothing is said of it."""

    points: int
    settles: str | None


class Argument(Struct, frozen=True):
    """A piece of evidence and its bar for each outcome, in the pack's order."""

    said: Item
    bars: tuple[Bar | None, ...]


class Scales(Struct, frozen=True):
    """The balance: for each outcome its name, points and need; then every argument.

    Arguments are drawn against the greatest of them, `reach`, and the points, which are sums of
    many, against the greatest of those, `furthest`.
    """

    names: tuple[str, ...]
    totals: tuple[Bar, ...]
    needs: tuple[str, ...]
    reach: int
    furthest: int
    arguments: tuple[Argument, ...]
    notes: tuple[str, ...]


class Phrase(Struct, frozen=True):
    """A phrase of the comparison, and whether the answers agree with it."""

    text: str
    as_answered: bool


class Row(Struct, frozen=True):
    head: str
    cells: tuple[tuple[Phrase, ...], ...]


class Likeness(Struct, frozen=True):
    """What else it could be; the answers for and against it where a clinician reads."""

    name: str
    said: Item
    speaking: tuple[tuple[str, str], ...]


class Answered(Struct, frozen=True):
    ask: str
    said: str


class Work(Struct, frozen=True):
    """A source by its number."""

    number: int
    title: str
    address: str | None


class Content(Struct, frozen=True, kw_only=True):
    """Everything that a report tells."""

    texts: dict[str, str]
    title: str
    day: str
    verdict: Verdict
    drawn: Drawn | None
    scales: Scales | None
    advice: tuple[Group, ...]
    changes: tuple[str, ...]
    look_alikes: tuple[Likeness, ...]
    compared: tuple[str, ...]
    rows: tuple[Row, ...]
    not_ruled_out: tuple[Group, ...]
    answers: tuple[Answered, ...]
    unsure: tuple[str, ...]
    not_asked: tuple[str, ...]
    filled_in: tuple[str, ...]
    worked_out: tuple[balance.Branch, ...]
    stayed_out: tuple[str, ...]
    works: tuple[Work, ...]
    version: str
    reviewed: str
    digest: str


def content(result: Result, view: View, today: date) -> Content:
    """What a report of this result tells on that day."""
    page = _Page(result, view)
    # In the order of the page, in which works get their numbers.
    verdict = page.verdict()
    scales = page.scales() if page.weighed else None
    advice = page.advice()
    look_alikes = page.look_alikes()
    pack = result.pack
    return Content(
        texts=pack.texts,
        title=pack.title,
        day=today.isoformat(),
        verdict=verdict,
        drawn=page.drawn(),
        scales=scales,
        advice=advice,
        changes=tuple(changes.in_words(result, clinician=view.clinician)),
        look_alikes=look_alikes,
        compared=tuple(page.names),
        rows=page.rows() if page.compared else (),
        not_ruled_out=page.not_ruled_out(),
        answers=page.answers(),
        unsure=page.asks(id for id, given in result.answers.given.items() if given.unknown),
        not_asked=page.asks(id for id in unasked(result) if id not in page.filled_in),
        filled_in=page.asks(page.filled_in),
        worked_out=balance.worked_out(result) if view.explain else (),
        stayed_out=tuple(staying_out.in_words(result)) if view.explain else (),
        works=page.numbered.works(),
        version=f"{pack.title}, rules {pack.version}.",
        reviewed=page.reviewed(),
        digest=pack.digest,
    )


class _Works(Numbered):
    """The works named, each with its number and address."""

    def works(self) -> tuple[Work, ...]:
        listed: list[Work] = []
        for id, number in self._numbers.items():
            source = self._pack.source(id)
            copy = f" ({self._pack.texts['copy']})" if source.copy else ""
            listed.append(Work(number, f"{source.title}{copy}", source.address))
        return tuple(listed)


class _Page:
    def __init__(self, result: Result, view: View) -> None:
        self.result = result
        self.view = view
        self.pack: RulePack = result.pack
        self.texts = result.pack.texts
        self.names = [self.texts[f"name.{outcome.id}"] for outcome in result.pack.reassuring]
        self.numbered = _Works(result.pack, explain=view.explain)
        self.filled_in = tuple(
            filled.question
            for filled in result.filled_in
            if filled.question not in result.answers.given
        )

    @property
    def compared(self) -> bool:
        """Whether the outcomes stand side by side: beside an alarm they would distract from it."""
        return self.result.reason not in balance.OUTRANKING or self.view.explain

    @property
    def weighed(self) -> bool:
        """Whether the balance is shown; beside an alarm only to those who can read it as such."""
        return self.compared or self.view.clinician

    def item(self, text: str, sources: Iterable[Citation] = ()) -> Item:
        return Item(text, self.numbered.cite(sources))

    # --- The verdict --------------------------------------------------------------------------

    def verdict(self) -> Verdict:
        result, texts = self.result, self.texts
        door = texts[f"door.{result.disposition}"]
        if result.reassures:
            tone = "reassuring"
            headline = texts[f"outcome.{result.outcome}"]
            if result.not_ruled_out:
                headline = fill(texts["verdict.conditional"], verdict=headline)
        else:
            tone = "urgent" if RANK[result.urgency] >= RANK["same-day"] else "referral"
            headline = fill(texts[f"verdict.{result.urgency}"], door=door)
        return Verdict(
            tone=tone,
            missing=self._missing(),
            headline=headline,
            conditions=self._alarms(open_.alarm for open_ in result.not_ruled_out)
            if result.reassures
            else (),
            standing=(
                (texts["heading.urgency"], texts[f"urgency.{result.urgency}"]),
                (texts["heading.door"], door),
            ),
            pattern=self._pattern(),
            reasons=() if result.reassures else self._reasons(),
            sooner=() if result.reassures else self._alarms(more_urgent(result)),
        )

    def _missing(self) -> str | None:
        if self.result.reason != "not-enough":
            return None
        missing = ", ".join(self.result.missing)
        return f"{self.texts['reason.not-enough']} {self.texts['heading.missing']}: {missing}."

    def _pattern(self) -> str | None:
        pattern = self.result.pattern
        return (
            f"{pattern.name[:1].upper()}{pattern.name[1:]} ({pattern.term})." if pattern else None
        )

    def _reasons(self) -> tuple[Item, ...]:
        result, texts = self.result, self.texts
        held = [raised.flag for raised in result.red_flags if raised.state == "holds"]
        alarms: list[RedFlag | ReferralSign] = [*held, *result.referral_signs]
        most = len(alarms) if self.view.explain else REASONS_AT_MOST
        items = [self.item(result.say(alarm.because), alarm.sources) for alarm in alarms[:most]]
        if alarms[most:]:
            also = dict.fromkeys(result.say(alarm.text) for alarm in alarms[most:])
            items.append(Item(f"{texts['label.also']}: {'; '.join(also)}."))
        unsure = [raised.flag for raised in result.red_flags if raised.state == "unknown"]
        heading = texts["heading.unsure"]
        if self.view.explain:
            items += [
                self.item(
                    f"{heading}: {result.say(flag.text)}. {result.say(flag.because)}", flag.sources
                )
                for flag in unsure
            ]
        elif unsure:
            said = dict.fromkeys(result.say(flag.text) for flag in unsure)
            items.append(Item(f"{heading}: {'; '.join(said)}."))
        items += [
            Item(f"{texts['reason.conflict']} {result.say(clash.conflict.because)}")
            for clash in result.conflicts
        ]
        if result.reason in ("not-screened", "neither"):
            items.append(Item(texts[f"reason.{result.reason}"]))
        return tuple(items)

    def _alarms(self, alarms: Iterable[RedFlag | ReferralSign]) -> tuple[Group, ...]:
        """Alarms by urgency; equal words are said once, where they are most urgent."""
        by_label: dict[str, list[Item]] = {}
        said: set[str] = set()
        for alarm in alarms:
            text = self.result.say(alarm.text)
            if text not in said:
                label = self.texts[f"open.{alarm.urgency}"]
                by_label.setdefault(label, []).append(Item(text))
            said.add(text)
        return tuple(Group(label, tuple(items)) for label, items in by_label.items())

    def not_ruled_out(self) -> tuple[Group, ...]:
        """What is open and was not told with the verdict."""
        if self.result.reassures:
            return ()
        own = RANK[self.result.urgency]
        open_ = [open_.alarm for open_ in self.result.not_ruled_out]
        return self._alarms(alarm for alarm in open_ if RANK[alarm.urgency] <= own)

    # --- The place ----------------------------------------------------------------------------

    def drawn(self) -> Drawn | None:
        """The places given: on the drawing, or in words alone where none of them is on it."""
        drawing = self.pack.drawing
        given = self.result.answers.given.get(drawing.question) if drawing else None
        if drawing is None or given is None:
            return None
        places = dict(drawing.places)
        words = {
            a.id: self.result.say(a.text) for a in self.pack.question(drawing.question).answers
        }
        on_it = [id for id in given.chosen if places.get(id)]
        if not given.chosen:
            return None
        return Drawn(
            width=drawing.width,
            height=drawing.height,
            lines=drawing.lines,
            marks=tuple(point for id in on_it for point in places[id]),
            on_it="; ".join(words[id] for id in on_it),
            elsewhere="; ".join(words[id] for id in given.chosen if id not in on_it),
            both_sides=any(len(places[id]) > 1 for id in on_it),
        )

    # --- Why ----------------------------------------------------------------------------------

    def scales(self) -> Scales | None:
        result, texts = self.result, self.texts
        outcomes = self.pack.reassuring
        told = balance.arguments(result)
        if not told:
            return None
        each = [abs(weight.points) for argument in told for weight in argument.weights]
        notes = [texts["label.no-chance"]]
        if result.reason in balance.OUTRANKING:
            notes.append(texts["label.outranked"])
        return Scales(
            names=tuple(self.names),
            totals=tuple(Bar(result.points[outcome.id], None) for outcome in outcomes),
            needs=tuple(
                fill(texts["label.needs"], points=f"{o.at_least}", lead=f"{o.lead}")
                for o in outcomes
            ),
            # Never zero: a drawing needs a width.
            reach=max([1, *each]),
            furthest=max([1, *(abs(count) for count in result.points.values())]),
            arguments=tuple(
                Argument(
                    self.item(argument.because, argument.sources),
                    tuple(_bar(argument, outcome.id) for outcome in outcomes),
                )
                for argument in told
            ),
            notes=tuple(notes),
        )

    def rows(self) -> tuple[Row, ...]:
        """The outcomes side by side; a phrase is marked where the rule that says it holds."""
        result = self.result
        # A pattern that stands for all the rest says nothing of these answers.
        told = result.pattern and result.pattern.condition != ALWAYS
        holding = structs.replace(
            self.pack,
            outcomes=tuple(structs.replace(o, shows=()) for o in self.pack.outcomes),
            patterns=(result.pattern,) if result.pattern and told else (),
            evidence=result.evidence,
            advice=(),
        )
        marked = {
            (row.aspect.id, outcome, phrase.text)
            for row in compare(holding)
            for outcome, phrases in row.cells.items()
            for phrase in phrases
        }
        return tuple(
            Row(
                row.aspect.text,
                tuple(
                    tuple(
                        Phrase(phrase.text, (row.aspect.id, outcome, phrase.text) in marked)
                        for phrase in phrases
                    )
                    for outcome, phrases in row.cells.items()
                ),
            )
            for row in compare(self.pack)
        )

    # --- What to do, and what else it could be --------------------------------------------------

    def advice(self) -> tuple[Group, ...]:
        given = self.result.advice
        lines = given if self.view.explain else most_useful(given, ADVICE_AT_MOST)
        groups = (
            Group(
                self.texts[f"heading.{kind}"],
                tuple(
                    self.item(self.result.say(line.text), line.sources)
                    for line in lines
                    if line.kind == kind
                ),
            )
            for kind in ADVICE_ORDER
        )
        return tuple(group for group in groups if group.items)

    def look_alikes(self) -> tuple[Likeness, ...]:
        result, clinician = self.result, self.view.clinician
        if not clinician and result.reason != "neither":
            return ()
        others = result.look_alikes if clinician else result.look_alikes[:LOOK_ALIKES_AT_MOST]
        return tuple(
            Likeness(
                like.other.name,
                self.item(result.say(like.other.because), like.other.sources),
                tuple(
                    (self.texts[label], "; ".join(in_words(self.pack, part) for part in parts))
                    for label, parts in (
                        ("label.for", like.supported_by),
                        ("label.against", like.opposed_by),
                    )
                    if clinician and parts
                ),
            )
            for like in others
        )

    # --- The answers, and the foot --------------------------------------------------------------

    def answers(self) -> tuple[Answered, ...]:
        """Every question that was answered, in the words in which it was asked."""
        result = self.result
        answered: list[Answered] = []
        for id, given in result.answers.given.items():
            question = self.pack.question(id)
            words = {answer.id: result.say(answer.text) for answer in question.answers}
            said = [words[chosen] for chosen in given.chosen]
            if given.quantity is not None:
                said.append(given.quantity.words)
            if said and given.unknown:
                said.append(UNKNOWN)
            if said:
                answered.append(Answered(result.say(question.ask), "; ".join(said)))
        return tuple(answered)

    def asks(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Questions in the words in which they are asked."""
        return tuple(self.result.say(self.pack.question(id).ask) for id in ids)

    def reviewed(self) -> str:
        review = self.pack.reviewed
        if review is None:
            return self.texts["not-reviewed"]
        return fill(self.texts["reviewed"], by=review.by, on=review.on, until=review.until)


def _bar(argument: balance.Argument, outcome: str) -> Bar | None:
    weights = (weight for weight in argument.weights if weight.outcome == outcome)
    weight = next(weights, None)
    return Bar(weight.points, weight.settles) if weight else None
