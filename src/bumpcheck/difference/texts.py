"""Texts that differ between two packs: told apart from answers that come out otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bumpcheck.model import RulePack

FIELDS = ("ask", "why", "help", "answer", "text", "because", "name", "term", "hazard")
SECTIONS = (
    "questions",
    "findings",
    "red_flags",
    "referral_signs",
    "conflicts",
    "patterns",
    "evidence",
    "look_alikes",
    "advice",
    "invariants",
    "faq",
    "aspects",
)


def differing_texts(old: RulePack, new: RulePack) -> tuple[str, ...]:
    """The ids of what both packs have and say in other words."""
    before, after = dict(_texts(old)), dict(_texts(new))
    return tuple(
        dict.fromkeys(
            id for (id, field), text in before.items() if after.get((id, field), text) != text
        )
    )


def _texts(pack: RulePack) -> Iterator[tuple[tuple[str, str], object]]:
    yield ("pack", "title"), pack.title
    yield ("pack", "intended-use"), pack.intended_use
    for id, text in pack.texts.items():
        yield (id, "texts"), text
    for section in SECTIONS:
        items: Iterable[object] = getattr(pack, section)
        for item in items:
            id = str(getattr(item, "id", ""))
            for field in FIELDS:
                if hasattr(item, field):
                    yield (id, f"{section} {field}"), getattr(item, field)
    for question in pack.questions:
        for answer in question.answers:
            yield (f"{question.id}: {answer.id}", "answer"), answer.text
        yield (question.id, "bands"), [band.text for band in question.bands]
