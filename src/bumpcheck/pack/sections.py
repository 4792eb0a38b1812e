"""The sections of rules: from YAML to the rules of the model, one function a section."""

from __future__ import annotations

import re

from bumpcheck.errors import quoted
from bumpcheck.model import (
    ALWAYS,
    RANK,
    SOURCE_KINDS,
    URGENCIES,
    Advice,
    Aspect,
    Conflict,
    DefaultDoor,
    Drawing,
    Evidence,
    Finding,
    Frequent,
    Invariant,
    LookAlike,
    Outcome,
    Pattern,
    Person,
    RedFlag,
    ReferralSign,
    Requirement,
    Review,
    Source,
    Urgency,
    Wording,
)

from .fields import Fields, items, scalar
from .keys import Keys
from .sides import check_sides
from .tree import Mapping, Tree

URGENT: tuple[Urgency, ...] = ("soon", "same-day", "emergency")
APPLIES = ("outcome", "pattern", "urgency", "door", "reason", "red-flag")
REQUIRES = ("outcome", "urgency", "disposition", "pattern", "red-flag", "advice")
VERBS = ("always", "never", "some")
# A line of a drawing is drawn as it stands: nothing but the commands and numbers of a path.
PATH = re.compile(r"[Mm][MmLlHhVvCcSsQqTtAaZz0-9 .,-]*", re.ASCII)
LENGTH = re.compile(r"[0-9]{1,4}(\.[0-9]{1,2})?", re.ASCII)


class Sections(Keys):
    """Reads rules; `read_x` reads one rule of section x."""

    def read_finding(self, tree: Tree) -> Finding:
        fields = Fields(tree, self.problems, "finding")
        finding = Finding(
            **self._rule(fields),
            text=fields.text("text") or "",
        )
        fields.done()
        return finding

    def read_red_flag(self, tree: Tree) -> RedFlag:
        fields = Fields(tree, self.problems, "red flag")
        urgency = fields.one_of("urgency", URGENT, "soon")
        flag = RedFlag(
            **self._cited(fields),
            text=self._said(fields, "text"),
            door=self._door(fields) or "",
            urgency=urgency,
            if_unknown=fields.one_of("if-unknown", (*URGENCIES[1:], "list"), urgency),
            unknown_door=self._door(fields, "unknown-door", required=False),
            repeats=self._repeats(fields),
        )
        self._check_if_unknown(flag, fields)
        fields.done()
        return flag

    def _check_if_unknown(self, flag: RedFlag, fields: Fields) -> None:
        """An unsure answer to something urgent must count (contract, section 2)."""
        if flag.if_unknown == "list":
            if flag.urgency in ("same-day", "emergency") and flag.repeats is None:
                self.problems.add(
                    fields.values["if-unknown"].place,
                    f"`list` is not allowed at {flag.urgency}",
                    "name an urgency, or the question that asks the same as `repeats`",
                )
        elif flag.urgency == "emergency" and RANK[flag.if_unknown] < RANK["soon"]:
            self.problems.add(
                fields.values["if-unknown"].place,
                "an emergency left open by an unsure answer is at least `soon`",
            )
        elif RANK[flag.if_unknown] > RANK[flag.urgency]:
            self.problems.add(
                fields.values["if-unknown"].place,
                "an unsure answer cannot be more urgent than the flag itself",
            )

    def _repeats(self, fields: Fields) -> str | None:
        id = fields.text("repeats", required=False)
        known = self.conditions.vocabulary.questions
        if id is not None and id not in known:
            self.problems.unknown(fields.values["repeats"].place, "question", id, known)
        return id

    def read_referral_sign(self, tree: Tree) -> ReferralSign:
        fields = Fields(tree, self.problems, "referral sign")
        sign = ReferralSign(
            **self._cited(fields),
            text=self._said(fields, "text"),
            door=self._door(fields) or "",
        )
        fields.done()
        return sign

    def read_conflict(self, tree: Tree) -> Conflict:
        fields = Fields(tree, self.problems, "conflict")
        conflict = Conflict(
            **self._rule(fields),
            because=self._said(fields, "because"),
        )
        fields.done()
        return conflict

    def read_evidence(self, tree: Tree) -> Evidence:
        fields = Fields(tree, self.problems, "piece of evidence")
        piece = Evidence(
            **self._cited(fields),
            points=self._points(fields),
            excludes=fields.words("excludes"),
            confirms=fields.words("confirms"),
            shows=self._shows(fields),
        )
        for key, named in (("excludes", piece.excludes), ("confirms", piece.confirms)):
            self._outcomes((outcome, fields.values[key].place) for outcome in named)
        if not (piece.points or piece.excludes or piece.confirms):
            self.problems.add(
                fields.place, f"`{piece.id}` says nothing", "add points, excludes or confirms"
            )
        fields.done()
        return piece

    def read_pattern(self, tree: Tree) -> Pattern:
        fields = Fields(tree, self.problems, "pattern")
        pattern = Pattern(
            **self._cited(fields, always=True),
            outcome=fields.text("outcome") or "",
            rank=fields.whole("rank"),
            name=fields.text("name") or "",
            term=fields.text("term") or "",
            door=self._door(fields, required=False),
            shows=self._shows(fields),
        )
        if pattern.outcome:
            self._outcomes([(pattern.outcome, fields.values["outcome"].place)])
        fields.done()
        return pattern

    def read_look_alike(self, tree: Tree) -> LookAlike:
        fields = Fields(tree, self.problems, "look-alike")
        other = LookAlike(
            **self._cited(fields),
            name=fields.text("name") or "",
            supported_by=self._conditions(fields, "supported-by"),
            opposed_by=self._conditions(fields, "opposed-by"),
        )
        check_sides(other, fields)
        fields.done()
        return other

    def read_advice(self, tree: Tree) -> Advice:
        fields = Fields(tree, self.problems, "advice line")
        kind, text = self._kind(fields)
        line = Advice(
            **self._cited(fields, always=True),
            kind=kind,
            text=text,
            applies=self._keyed(fields.take("for"), "for", APPLIES),
            rank=fields.whole("rank"),
            tags=fields.words("tags"),
            topic=fields.text("topic", required=False),
            shows=self._shows(fields),
        )
        if line.tags and line.kind != "do":
            self.problems.add(fields.values["tags"].place, "`tags` stand only on `do` lines")
        fields.done()
        return line

    def read_invariant(self, tree: Tree) -> Invariant:
        fields = Fields(tree, self.problems, "invariant")
        verbs = [verb for verb in VERBS if verb in fields.values]
        if len(verbs) != 1:
            self.problems.add(fields.place, "an invariant has one of always, never and some")
        for verb in verbs:
            asked = fields.values[verb]
            if isinstance(asked, Mapping) and not asked.entries:
                self.problems.add(asked.place, f"`{verb}` names nothing that a result can have")
        requires = [self._keyed(fields.take(verb), verb, REQUIRES) for verb in VERBS]
        when = fields.take("when")
        invariant = Invariant(
            id=fields.id(),
            place=fields.place,
            hazard=fields.text("hazard", required="some" not in verbs),
            because=fields.text("because", required=False),
            when=ALWAYS if when is None else self.conditions.read(when, invariant=True),
            verb="never" if "never" in verbs else "some" if "some" in verbs else "always",
            requires=tuple(Requirement(key, values) for keyed in requires for key, values in keyed),
        )
        fields.done()
        return invariant

    def read_source(self, tree: Tree) -> Source:
        fields = Fields(tree, self.problems, "source")
        kind = fields.one_of("kind", SOURCE_KINDS, "reference")
        source = Source(
            id=fields.id(),
            place=fields.place,
            title=fields.text("title") or "",
            address=fields.text("address", required=False),
            kind=kind,
            read=fields.text("read", required=False),
            copy=fields.yes("copy"),
        )
        if source.address is not None and not source.address.startswith(("https://", "http://")):
            self.problems.add(
                fields.values["address"].place, f"{quoted(source.address)} is no web address"
            )
        if source.kind == "decision" and source.address is not None:
            self.problems.add(fields.values["address"].place, "a decision has no address")
        fields.done()
        return source

    def read_outcome(self, tree: Tree) -> Outcome:
        fields = Fields(tree, self.problems, "outcome")
        reassures = fields.yes("reassures")
        outcome = Outcome(
            id=fields.id(),
            place=fields.place,
            reassures=reassures,
            at_least=fields.whole("at-least") if reassures else 0,
            lead=fields.whole("lead") if reassures else 0,
            door=self._door(fields) if reassures else None,
            shows=self._shows(fields),
            sources=self._sources(fields) if "shows" in fields.values else (),
        )
        if reassures and outcome.lead < 1:
            self.problems.add(fields.place, "`lead` must be 1 or more", "or two outcomes could tie")
        fields.done()
        return outcome

    def read_person(self, tree: Tree) -> Person:
        fields = Fields(tree, self.problems, "person")
        person = Person(**self._rule(fields, always=True))
        fields.done()
        return person

    def read_frequent(self, tree: Tree) -> Frequent:
        fields = Fields(tree, self.problems, "frequent question")
        frequent = Frequent(
            id=fields.id(),
            place=fields.place,
            ask=fields.text("ask") or "",
            answer=fields.text("answer") or "",
            sources=self._sources(fields),
        )
        fields.done()
        return frequent

    def read_aspect(self, tree: Tree) -> Aspect:
        fields = Fields(tree, self.problems, "row of `compare`")
        aspect = Aspect(id=fields.id(), place=fields.place, text=fields.text("text") or "")
        fields.done()
        return aspect

    def read_drawing(self, tree: Tree) -> Drawing:
        fields = Fields(tree, self.problems, "drawing")
        asked = fields.text("question") or ""
        known = self.conditions.vocabulary.questions
        if asked and asked not in known:
            self.problems.unknown(fields.values["question"].place, "question", asked, known)
        drawing = Drawing(
            question=asked,
            place=fields.place,
            width=self._length(fields.need("width"), "`width`"),
            height=self._length(fields.need("height"), "`height`"),
            lines=fields.words("lines"),
            places=self._places(fields.need("places"), asked),
        )
        for line in drawing.lines:
            if not PATH.fullmatch(line):
                self.problems.add(
                    fields.values["lines"].place,
                    f"{quoted(line)} is no line",
                    "path data of SVG, as in M 10 10 L 20 20",
                )
        self._check_places(drawing, fields)
        fields.done()
        return drawing

    def _places(
        self, tree: Tree | None, asked: str
    ) -> tuple[tuple[str, tuple[tuple[float, float], ...]], ...]:
        """`places: {answer: [[x, y], ...]}`."""
        if tree is None:
            return ()
        if not isinstance(tree, Mapping):
            self.problems.add(tree.place, "`places` must be a mapping", "{answer: [[x, y]]}")
            return ()
        question = self.conditions.vocabulary.questions.get(asked)
        answers = [answer.id for answer in question.answers] if question else []
        places: list[tuple[str, tuple[tuple[float, float], ...]]] = []
        for entry in tree.entries:
            if question is not None and entry.key.text not in answers:
                self.problems.unknown(
                    entry.key.place, f"answer to `{asked}`", entry.key.text, answers
                )
            points: list[tuple[float, float]] = []
            for item in items(entry.value, self.problems, "the places of an answer"):
                pair = items(item, self.problems, "a place")
                if len(pair) == 2:
                    points.append((self._length(pair[0], "x"), self._length(pair[1], "y")))
                else:
                    self.problems.add(item.place, "a place is two numbers", "[x, y]")
            places.append((entry.key.text, tuple(points)))
        return tuple(places)

    def _check_places(self, drawing: Drawing, fields: Fields) -> None:
        for answer, points in drawing.places:
            if any(x > drawing.width or y > drawing.height for x, y in points):
                self.problems.add(
                    fields.values["places"].place, f"`{answer}` is not on the drawing"
                )

    def _length(self, tree: Tree | None, what: str) -> float:
        said = None if tree is None else scalar(tree, self.problems, what)
        if said is not None and tree is not None and not LENGTH.fullmatch(said):
            self.problems.add(tree.place, f"{what} must be a number, not {quoted(said)}")
            said = None
        return float(said or 0)

    def read_default_door(self, tree: Tree) -> DefaultDoor:
        fields = Fields(tree, self.problems, "default door")
        door = DefaultDoor(
            id=f"line-{fields.place.line}",
            place=fields.place,
            when=self._when(fields, required=False),
            unless=self._unless(fields),
            door=self._door(fields) or "",
        )
        fields.done()
        return door

    def read_wording(self, tree: Tree) -> Wording:
        fields = Fields(tree, self.problems, "wording")
        wording = Wording(
            place=fields.place,
            grade=fields.whole("grade"),
            hardest=fields.whole("hardest"),
            promises=fields.words("promises"),
            harms=fields.words("harms"),
        )
        fields.done()
        return wording

    def read_review(self, tree: Tree) -> Review:
        fields = Fields(tree, self.problems, "review")
        review = Review(
            by=fields.text("by") or "", on=fields.text("on") or "", until=fields.text("until") or ""
        )
        fields.done()
        return review
