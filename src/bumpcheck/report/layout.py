"""A result as lines of words.

The order is the reader's: the verdict, what must not apply, how urgent and who; then why; then
what to do. The words come from the pack and the result; nothing is worked out here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from bumpcheck.model import (
    RANK,
    Advice,
    AdviceKind,
    Citation,
    Condition,
    Evidence,
    RedFlag,
    ReferralSign,
    Urgency,
)
from bumpcheck.result import Result
from bumpcheck.spoken import in_words
from bumpcheck.texts import fill

from .lines import Line, Role, wrapped
from .sources import Numbered

WIDTH = 80
ENDLESS = 10_000
ADVICE_AT_MOST = 8
EVIDENCE_AT_MOST = 5
LOOK_ALIKES_AT_MOST = 6
REASONS_AT_MOST = 3
BRIEF_REASONS = 2
BRIEF_EVIDENCE = 2
BRIEF_ADVICE = 3
ADVICE_ORDER: tuple[AdviceKind, ...] = ("do", "avoid", "expect", "see")


class View(Struct, frozen=True, kw_only=True):
    """How much is shown, to whom, and how wide.

    `brief` is one screen, without sources; `gaps` are the empty lines before headings.
    """

    brief: bool = False
    gaps: bool = True
    explain: bool = False
    clinician: bool = False
    width: int = WIDTH


def lay_out(result: Result, view: View) -> list[Line]:
    """The whole result as lines."""
    page = _Page(result, view)
    parts = (
        page.verdict(),
        page.why(),
        page.advice(),
        page.changes(),
        page.look_alikes(),
        page.explained() if view.explain else (),
        page.sources(),
        page.foot(),
        page.once_more(),
    )
    return [line for part in parts for line in part]


def words(result: Result, *, explain: bool = False) -> str:
    """Everything that a person is told, but for the works it rests on: one text a line.

    With `explain`, every line of advice, reason and warning, and not only the most useful.
    """
    page = _Page(result, View(gaps=False, width=ENDLESS, explain=explain))
    parts = (page.verdict(), page.why(), page.advice(), page.look_alikes())
    return "\n".join(line.text for part in parts for line in part)


class _Page:
    def __init__(self, result: Result, view: View) -> None:
        self.result = result
        self.view = view
        self.texts = result.pack.texts
        self.numbered = Numbered(result.pack, explain=view.explain)

    # --- The verdict, and all that belongs on the first screen ---------------------------------

    def verdict(self) -> Iterator[Line]:
        result, texts = self.result, self.texts
        door = texts[f"door.{result.disposition}"]
        if result.reassures:
            headline = texts[f"outcome.{result.outcome}"]
            if result.not_ruled_out:
                headline = fill(texts["verdict.conditional"], verdict=headline)
            yield from self._wrapped(headline, "reassuring")
            yield from self._alarms([open_.alarm for open_ in result.not_ruled_out])
            if result.not_ruled_out:
                yield Line()
        else:
            yield from self._too_little()
            yield from self._wrapped(self._referral(), _refers(result.urgency))
        urgency = f"{texts['heading.urgency']}: {texts[f'urgency.{result.urgency}']}."
        yield from self._wrapped(f"{urgency} {texts['heading.door']}: {door}.", "body")
        if result.pattern:
            name = result.pattern.name
            yield from self._wrapped(f"{name[:1].upper()}{name[1:]} ({result.pattern.term}).")
        if not result.reassures:
            yield from self._reasons()
            if sooner := more_urgent(result):
                yield Line()
                yield from self._wrapped(texts["heading.sooner"], "heading")
                yield from self._alarms(sooner)
        yield from self._small(texts["disclaimer"])

    def _too_little(self) -> Iterator[Line]:
        """What is missing stands before whom to see (contract, section 1)."""
        if self.result.reason != "not-enough":
            return
        said = self.texts["reason.not-enough"]
        missing = ", ".join(self.result.missing)
        yield from self._wrapped(f"{said} {self.texts['heading.missing']}: {missing}.")

    def _reasons(self) -> Iterator[Line]:
        """Why it is referred: the most urgent few in full, the others in short."""
        result = self.result
        held = [raised.flag for raised in result.red_flags if raised.state == "holds"]
        alarms: list[RedFlag | ReferralSign] = [*held, *result.referral_signs]
        at_most = BRIEF_REASONS if self.view.brief else REASONS_AT_MOST
        most = len(alarms) if self.view.explain else at_most
        for alarm in alarms[:most]:
            yield from self._item(result.say(alarm.because), alarm.sources)
        if alarms[most:]:
            texts = dict.fromkeys(result.say(alarm.text) for alarm in alarms[most:])
            yield from self._item(f"{self.texts['label.also']}: {'; '.join(texts)}.")
        yield from self._unsure()
        for clash in result.conflicts:
            yield from self._item(
                f"{self.texts['reason.conflict']} {result.say(clash.conflict.because)}"
            )
        if result.reason in ("not-screened", "neither"):
            yield from self._item(self.texts[f"reason.{result.reason}"])

    def _unsure(self) -> Iterator[Line]:
        """What counts because an answer was unsure, in one breath: nothing of it is certain."""
        say = self.result.say
        unsure = [r.flag for r in self.result.red_flags if r.state == "unknown"]
        if self.view.explain:
            for flag in unsure:
                heading = self.texts["heading.unsure"]
                said = f"{heading}: {say(flag.text)}. {say(flag.because)}"
                yield from self._item(said, flag.sources)
        elif unsure:
            texts = dict.fromkeys(say(flag.text) for flag in unsure)
            yield from self._item(f"{self.texts['heading.unsure']}: {'; '.join(texts)}.")

    def _alarms(self, alarms: Iterable[RedFlag | ReferralSign]) -> Iterator[Line]:
        """What is not ruled out; equal words are said once, where they are most urgent."""
        by_urgency: dict[Urgency, list[str]] = {}
        said: set[str] = set()
        for alarm in alarms:
            text = self.result.say(alarm.text)
            if text not in said:
                by_urgency.setdefault(alarm.urgency, []).append(text)
            said.add(text)
        for urgency, texts in by_urgency.items():
            # Only the label stands out: most who read this list have nothing of it.
            label = f"  {self.texts[f'open.{urgency}']}:"
            first, *more = self._wrapped(f"{label} {'; '.join(texts)}.", rest="    ")
            yield Line(first.text, label=len(label))
            yield from more

    # --- Why, and what to do --------------------------------------------------------------------

    def why(self) -> Iterator[Line]:
        result = self.result
        if not result.reassures:
            return
        nothing = (False, 0, False, 0)
        speaking = [piece for piece in result.evidence if self._weight(piece) > nothing]
        # Evidence comes in order of id, and sorting keeps that among equals.
        speaking.sort(key=self._weight, reverse=True)
        if not speaking:
            return
        yield from self._gap()
        yield from self._wrapped(self.texts["heading.because"], "heading")
        most = BRIEF_EVIDENCE if self.view.brief else EVIDENCE_AT_MOST
        for piece in speaking if self.view.explain else speaking[:most]:
            yield from self._item(result.say(piece.because), piece.sources)

    def _weight(self, piece: Evidence) -> tuple[bool, int, bool, int]:
        """How much a piece says for the outcome; what only speaks against another comes after.

        In order: it settles the outcome, its points for it, it rules another out, its points
        against another.
        """
        own = dict(piece.points).get(self.result.outcome, 0)
        against = -min([0, *(n for id, n in piece.points if id != self.result.outcome)])
        return (self.result.outcome in piece.confirms, own, bool(piece.excludes), against)

    def advice(self) -> Iterator[Line]:
        most = BRIEF_ADVICE if self.view.brief else ADVICE_AT_MOST
        lines = self.result.advice if self.view.explain else most_useful(self.result.advice, most)
        for kind in ADVICE_ORDER:
            of_kind = [line for line in lines if line.kind == kind]
            if of_kind:
                yield from self._gap()
                yield from self._wrapped(self.texts[f"heading.{kind}"], "heading")
                for line in of_kind:
                    yield from self._item(self.result.say(line.text), line.sources)

    def look_alikes(self) -> Iterator[Line]:
        others = self.result.look_alikes
        if not others or not (self.view.clinician or self.result.reason == "neither"):
            return
        yield Line()
        yield from self._wrapped(self.texts["heading.look-alikes"], "heading")
        for like in others if self.view.clinician else others[:LOOK_ALIKES_AT_MOST]:
            other = like.other
            yield from self._item(f"{other.name}: {self.result.say(other.because)}", other.sources)
            if self.view.clinician:
                yield from self._speaking("label.for", like.supported_by)
                yield from self._speaking("label.against", like.opposed_by)

    def _speaking(self, label: str, conditions: Iterable[Condition]) -> Iterator[Line]:
        """The answers given that speak for or against something."""
        words = "; ".join(in_words(self.result.pack, condition) for condition in conditions)
        if words:
            yield from self._wrapped(f"{self.texts[label]}: {words}", "small", "    ", " " * 6)

    def changes(self) -> Iterator[Line]:
        """What would change it, where that was worked out."""
        if self.result.would_change is not None:
            from . import changes

            yield from changes.lines(
                self.result, clinician=self.view.clinician, width=self.view.width
            )

    # --- Only on request ------------------------------------------------------------------------

    def explained(self) -> Iterator[Line]:
        result = self.result
        yield Line()
        yield from self._wrapped(self.texts["heading.answers"], "heading")
        for id, said in result.answers.as_input(result.pack).items():
            words = ", ".join(said) if isinstance(said, list) else str(said)
            yield from self._item(f"{id}: {words}")
        unsure = [id for id, given in result.answers.given.items() if given.unknown]
        if unsure:
            yield from self._item(f"{self.texts['label.unknown']}: {', '.join(unsure)}")
        # Loaded only where it is asked for: a check is mostly start-up.
        from . import balance, staying_out
        from .unasked import unasked

        if not_asked := unasked(result):
            yield from self._item(f"{self.texts['label.not-asked']}: {', '.join(not_asked)}")
        yield from balance.lines(result, self.numbered, self.view.width)
        yield from staying_out.lines(result, self.view.width)

    def sources(self) -> Iterator[Line]:
        """The works named so far; not on one screen."""
        if not self.view.brief:
            yield from self.numbered.lines(self.view.width)

    def foot(self) -> Iterator[Line]:
        if not self.view.explain:
            return
        pack = self.result.pack
        review = pack.reviewed
        reviewed = (
            fill(self.texts["reviewed"], by=review.by, on=review.on, until=review.until)
            if review
            else self.texts["not-reviewed"]
        )
        yield Line()
        yield from self._small(f"{pack.title}, rules {pack.version}. {reviewed}")
        yield Line(pack.digest, "small")

    def once_more(self) -> Iterator[Line]:
        """What must not wait, again as the last line: a long page has scrolled its first away."""
        result = self.result
        if _refers(result.urgency) == "urgent" and not self.view.brief:
            yield Line()
            yield from self._wrapped(self._referral(), "urgent")

    def _referral(self) -> str:
        """Whom to see, and how soon."""
        door = self.texts[f"door.{self.result.disposition}"]
        return fill(self.texts[f"verdict.{self.result.urgency}"], door=door)

    # --- Lines ----------------------------------------------------------------------------------

    def _item(self, text: str, sources: Iterable[Citation] = ()) -> Iterator[Line]:
        """One point of a list, with the works it rests on, by number."""
        cited = "" if self.view.brief else self.numbered.cite(sources)
        yield from self._wrapped(f"{text}{cited}", "body", "  - ", "    ")

    def _gap(self) -> Iterator[Line]:
        if self.view.gaps:
            yield Line()

    def _small(self, text: str) -> Iterator[Line]:
        yield from self._wrapped(text, "small")

    def _wrapped(
        self, text: str, role: Role = "body", first: str = "", rest: str = ""
    ) -> Iterator[Line]:
        yield from wrapped(text, self.view.width, role, first, rest)


def more_urgent(result: Result) -> list[RedFlag | ReferralSign]:
    """What is open and more urgent than the verdict, the most urgent first.

    An unsure answer counts for less than a yes: what it is not sure of is still among them.
    """
    alarms: list[RedFlag | ReferralSign] = [open_.alarm for open_ in result.not_ruled_out]
    alarms += [raised.flag for raised in result.red_flags if raised.state == "unknown"]
    urgent = [alarm for alarm in alarms if RANK[alarm.urgency] > RANK[result.urgency]]
    return sorted(urgent, key=lambda alarm: -RANK[alarm.urgency])


def most_useful(advice: tuple[Advice, ...], most: int) -> tuple[Advice, ...]:
    """The most useful lines for a person, at least one of them on when to seek help."""
    chosen = list(advice[:most])
    if not any(line.kind == "see" for line in chosen):
        see = next((line for line in advice if line.kind == "see"), None)
        if see is not None:
            chosen[-1:] = [see]
    return tuple(chosen)


def _refers(urgency: Urgency) -> Role:
    return "urgent" if urgency in ("emergency", "same-day") else "referral"
