"""What came of a case, with the whole trace: every writer reads this and works nothing out."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from .answers import Answers
from .model import (
    Advice,
    Citation,
    Cited,
    Condition,
    Conflict,
    Evidence,
    Finding,
    LookAlike,
    Pattern,
    Reason,
    RedFlag,
    ReferralSign,
    RulePack,
    Urgency,
    Words,
    said_to,
)
from .spoken import in_words

FORMAT = "bumpcheck/1"


class Raised(Struct, frozen=True):
    """A red flag that counts: because it holds, or because an unsure answer leaves it open."""

    flag: RedFlag
    state: Literal["holds", "unknown"]
    urgency: Urgency

    @property
    def door(self) -> str:
        """Where it leads."""
        unsure = self.flag.unknown_door if self.state == "unknown" else None
        return unsure or self.flag.door


class OpenAlarm(Struct, frozen=True):
    """A red flag or referral sign that is not ruled out, and the questions that leave it open."""

    alarm: RedFlag | ReferralSign
    questions: tuple[str, ...]

    def as_dict(self, person: str) -> dict[str, object]:
        """Its JSON, as said to that person."""
        return {
            "id": self.alarm.id,
            "urgency": self.alarm.urgency,
            "text": said_to(person, self.alarm.text),
            "questions": list(self.questions),
        }


class Clash(Struct, frozen=True):
    """Answers that cannot both be true."""

    conflict: Conflict
    questions: tuple[str, ...]

    def as_dict(self, person: str) -> dict[str, object]:
        """Its JSON, as said to that person."""
        return {
            "id": self.conflict.id,
            "questions": list(self.questions),
            "because": said_to(person, self.conflict.because),
        }


class Likeness(Struct, frozen=True):
    """What else it could be, and which of the answers given speak for it and against it."""

    other: LookAlike
    supported_by: tuple[Condition, ...]
    opposed_by: tuple[Condition, ...]


class Filled(Struct, frozen=True):
    """A question whose calm answer was taken for granted (`--none-of-these`); None: it has none."""

    question: str
    answer: str | None


class Change(Struct, frozen=True, kw_only=True):
    """Other answers to some questions, each the whole answer to its own, and what comes of them."""

    answers: Answers
    outcome: str
    urgency: Urgency
    disposition: str
    reason: Reason

    def as_dict(self, pack: RulePack) -> dict[str, object]:
        """Its JSON; the answers are accepted as input."""
        return {
            "answers": self.answers.as_input(pack),
            "outcome": self.outcome,
            "urgency": self.urgency,
        }


class Result(Struct, frozen=True, kw_only=True):
    """A verdict and everything that led to it; `as_dict` is its JSON.

    `missing` are the questions whose answers could still earn a reassuring outcome; `person` is who
    is spoken of. `would_change` is worked out only on request (see `counterfactual`).
    """

    pack: RulePack
    person: str
    outcome: str
    urgency: Urgency
    disposition: str
    reason: Reason
    screening: Literal["complete", "incomplete"]
    pattern: Pattern | None
    points: dict[str, int]
    answers: Answers
    not_asked: tuple[str, ...]
    missing: tuple[str, ...]
    filled_in: tuple[Filled, ...]
    findings: tuple[Finding, ...]
    conflicts: tuple[Clash, ...]
    red_flags: tuple[Raised, ...]
    referral_signs: tuple[ReferralSign, ...]
    not_ruled_out: tuple[OpenAlarm, ...]
    evidence: tuple[Evidence, ...]
    look_alikes: tuple[Likeness, ...]
    advice: tuple[Advice, ...]
    would_change: tuple[Change, ...] | None = None

    @property
    def reassures(self) -> bool:
        """Whether the outcome is one that had to be earned."""
        return self.outcome != self.pack.default.id

    def say(self, words: Words) -> str:
        """A text of the pack as it is said to this person."""
        return said_to(self.person, words)

    def as_dict(self) -> dict[str, object]:
        """The JSON object of a result; keys in the order that the contract gives."""
        cite = _Citations(self)
        return {
            "format": FORMAT,
            "outcome": self.outcome,
            "urgency": self.urgency,
            "disposition": self.disposition,
            "reason": self.reason,
            "screening": self.screening,
            "pattern": self.pattern.id if self.pattern else None,
            "points": dict(self.points),
            "answers": self.answers.as_input(self.pack),
            "unknown": [id for id, given in self.answers.given.items() if given.unknown],
            "not_asked": list(self.not_asked),
            "filled_in": [{"id": f.question, "answer": f.answer} for f in self.filled_in],
            "conflicts": [clash.as_dict(self.person) for clash in self.conflicts],
            "red_flags": [
                {
                    "id": raised.flag.id,
                    "urgency": raised.urgency,
                    "state": raised.state,
                    **cite.reason(raised.flag),
                }
                for raised in self.red_flags
            ],
            "referral_signs": [
                {"id": sign.id, **cite.reason(sign)} for sign in self.referral_signs
            ],
            "not_ruled_out": [open_.as_dict(self.person) for open_ in self.not_ruled_out],
            "evidence": [
                {"id": piece.id, "points": dict(piece.points), **cite.reason(piece)}
                for piece in self.evidence
            ],
            "would_change": None
            if self.would_change is None
            else [change.as_dict(self.pack) for change in self.would_change],
            "look_alikes": [
                {
                    "id": like.other.id,
                    "name": like.other.name,
                    **cite.reason(like.other),
                    "for": [in_words(self.pack, answer) for answer in like.supported_by],
                    "against": [in_words(self.pack, answer) for answer in like.opposed_by],
                }
                for like in self.look_alikes
            ],
            "advice": [
                {"id": line.id, "kind": line.kind, "text": self.say(line.text), **cite.reason(line)}
                for line in self.advice
            ],
            # After all that cites: only what is cited is listed.
            "sources": cite.listed(),
            "rules": {
                "id": self.pack.id,
                "version": self.pack.version,
                "digest": self.pack.digest,
                "reviewed": _reviewed(self.pack),
            },
            "disclaimer": self.pack.texts["disclaimer"],
        }


class _Citations:
    """Gathers the sources of everything that is told, each once."""

    def __init__(self, result: Result) -> None:
        self._result = result
        self._cited: dict[str, Citation] = {}

    def reason(self, rule: Cited) -> dict[str, object]:
        """Why a rule says what it says, and where that stands."""
        self._cited.update((citation.key, citation) for citation in rule.sources)
        return {
            "because": self._result.say(rule.because),
            "sources": [citation.key for citation in rule.sources],
        }

    def listed(self) -> dict[str, dict[str, str | None]]:
        """Every source cited so far, by its key."""
        listed: dict[str, dict[str, str | None]] = {}
        for key, citation in self._cited.items():
            source = self._result.pack.source(citation.source)
            listed[key] = {
                "title": source.title,
                "address": source.address,
                "place": citation.where,
            }
        return listed


def _reviewed(pack: RulePack) -> dict[str, str] | None:
    review = pack.reviewed
    return {"by": review.by, "on": review.on, "until": review.until} if review else None
