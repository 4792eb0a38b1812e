"""What came of a case, with the whole trace: every writer reads this and works nothing out."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from .answers import Answers
from .model import (
    Advice,
    Citation,
    Cited,
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

    def as_dict(self) -> dict[str, object]:
        """Its JSON."""
        return {
            "id": self.alarm.id,
            "urgency": self.alarm.urgency,
            "text": self.alarm.text,
            "questions": list(self.questions),
        }


class Clash(Struct, frozen=True):
    """Answers that cannot both be true."""

    conflict: Conflict
    questions: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """Its JSON."""
        return {
            "id": self.conflict.id,
            "questions": list(self.questions),
            "because": self.conflict.because,
        }


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
        cite = _Citations()
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
            "conflicts": [clash.as_dict() for clash in self.conflicts],
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
            "not_ruled_out": [open_.as_dict() for open_ in self.not_ruled_out],
            "evidence": [
                {"id": piece.id, "points": dict(piece.points), **cite.reason(piece)}
                for piece in self.evidence
            ],
            "would_change": None,
            "look_alikes": [
                {"id": other.id, "name": other.name, **cite.reason(other)}
                for other in self.look_alikes
            ],
            "advice": [
                {"id": line.id, "kind": line.kind, "text": line.text, **cite.reason(line)}
                for line in self.advice
            ],
            # After all that cites: only what is cited is listed.
            "sources": cite.listed(self.pack),
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

    def __init__(self) -> None:
        self._cited: dict[str, Citation] = {}

    def reason(self, rule: Cited) -> dict[str, object]:
        """Why a rule says what it says, and where that stands."""
        self._cited.update((citation.key, citation) for citation in rule.sources)
        return {
            "because": rule.because,
            "sources": [citation.key for citation in rule.sources],
        }

    def listed(self, pack: RulePack) -> dict[str, dict[str, str | None]]:
        """Every source cited so far, by its key."""
        listed: dict[str, dict[str, str | None]] = {}
        for key, citation in self._cited.items():
            source = pack.source(citation.source)
            listed[key] = {
                "title": source.title,
                "address": source.address,
                "place": citation.where,
            }
        return listed


def _reviewed(pack: RulePack) -> dict[str, str] | None:
    review = pack.reviewed
    return {"by": review.by, "on": review.on, "until": review.until} if review else None
