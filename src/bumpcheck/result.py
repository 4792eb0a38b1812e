"""What came of a case, with the whole trace: every writer reads this and works nothing out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from .answers import Answers
from .model import (
    Advice,
    Citation,
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
)

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


class Clash(Struct, frozen=True):
    """Answers that cannot both be true."""

    conflict: Conflict
    questions: tuple[str, ...]


class Filled(Struct, frozen=True):
    """A question whose calm answer was taken for granted (`--none-of-these`); None: it has none."""

    question: str
    answer: str | None


class Result(Struct, frozen=True, kw_only=True):
    """A verdict and everything that led to it; `as_dict` is its JSON.

    `missing` are the questions whose answers could still earn a reassuring outcome.
    """

    pack: RulePack
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
    look_alikes: tuple[LookAlike, ...]
    advice: tuple[Advice, ...]

    @property
    def reassures(self) -> bool:
        """Whether the outcome is one that had to be earned."""
        return self.outcome != self.pack.default.id

    def as_dict(self) -> dict[str, object]:
        """The JSON object of a result; keys in the order that the contract gives."""
        cited: dict[str, Citation] = {}

        def cite(sources: Iterable[Citation]) -> list[str]:
            cited.update((citation.key, citation) for citation in sources)
            return [citation.key for citation in sources]

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
            "conflicts": [
                {
                    "id": clash.conflict.id,
                    "questions": list(clash.questions),
                    "because": clash.conflict.because,
                }
                for clash in self.conflicts
            ],
            "red_flags": [
                {
                    "id": raised.flag.id,
                    "urgency": raised.urgency,
                    "state": raised.state,
                    "because": raised.flag.because,
                    "sources": cite(raised.flag.sources),
                }
                for raised in self.red_flags
            ],
            "referral_signs": [
                {"id": sign.id, "because": sign.because, "sources": cite(sign.sources)}
                for sign in self.referral_signs
            ],
            "not_ruled_out": [
                {
                    "id": open_.alarm.id,
                    "urgency": open_.alarm.urgency,
                    "text": open_.alarm.text,
                    "questions": list(open_.questions),
                }
                for open_ in self.not_ruled_out
            ],
            "evidence": [
                {
                    "id": piece.id,
                    "points": dict(piece.points),
                    "because": piece.because,
                    "sources": cite(piece.sources),
                }
                for piece in self.evidence
            ],
            "would_change": None,
            "look_alikes": [
                {
                    "id": other.id,
                    "name": other.name,
                    "because": other.because,
                    "sources": cite(other.sources),
                }
                for other in self.look_alikes
            ],
            "advice": [
                {
                    "id": line.id,
                    "kind": line.kind,
                    "text": line.text,
                    "because": line.because,
                    "sources": cite(line.sources),
                }
                for line in self.advice
            ],
            "sources": {
                key: {
                    "title": self.pack.source(citation.source).title,
                    "address": self.pack.source(citation.source).address,
                    "place": citation.where,
                }
                for key, citation in cited.items()
            },
            "rules": {
                "id": self.pack.id,
                "version": self.pack.version,
                "digest": self.pack.digest,
                "reviewed": _reviewed(self.pack),
            },
            "disclaimer": self.pack.texts["disclaimer"],
        }


def _reviewed(pack: RulePack) -> dict[str, str] | None:
    review = pack.reviewed
    return {"by": review.by, "on": review.on, "until": review.until} if review else None
