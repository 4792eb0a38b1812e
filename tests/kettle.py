"""What can be said of the kettle: answer sets for hypothesis, and how to add to them."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from hypothesis import strategies as st

FOLDER = Path(__file__).parent / "packs" / "kettle"

Said = dict[str, object]


class Vary(Protocol):
    """Writes a copy of the pack with `(file, old, new)` changes, and returns its folder."""

    def __call__(self, *changes: tuple[str, str, str]) -> Path: ...


ONE = {
    "noise": ["none", "hum", "rattle", "bang"],
    "leak": ["no", "drip", "pour"],
    "smell": ["no", "plastic", "burnt"],
    "glass": ["no", "yes"],
}
MANY = {
    "where": ["spout", "lid", "handle", "body", "base", "power-cord"],
    "flakes": ["none", "white", "brown"],
    "tried": ["nothing", "vinegar-helped", "stops-at-boil", "distilled", "new-lid"],
}
QUANTITY = {
    "since": ["1 hour", "10 days", "2 weeks", "15 days", "6 years"],
    "age": ["5 days", "28 days", "11 months", "2", "5 years", "20 years", "20.5 years"],
    "fill": ["0 mm", "4.9", "5mm", "0.5 cm", "1 cm", "30 cm"],
}
QUESTIONS = [*ONE, *MANY, *QUANTITY]


def an_answer(question: str) -> st.SearchStrategy[object]:
    """A valid answer to a question, `unknown` among them."""
    if question in MANY:
        several = st.lists(st.sampled_from(MANY[question]), min_size=1, max_size=3, unique=True)
        return st.one_of(several, several.map(lambda said: [*said, "unknown"]), st.just("unknown"))
    return st.sampled_from([*(ONE.get(question) or QUANTITY[question]), "unknown"])


def answer_sets(questions: list[str] = QUESTIONS) -> st.SearchStrategy[Said]:
    """Any valid answers to some of these questions, in any order."""
    some = st.lists(st.sampled_from(questions), unique=True) if questions else st.just([])
    return some.flatmap(lambda asked: st.fixed_dictionaries({id: an_answer(id) for id in asked}))


@st.composite
def with_more_said(draw: st.DrawFn) -> tuple[Said, Said]:
    """Answers, and the same with answers to some of the questions not asked before."""
    less = draw(answer_sets())
    more = draw(answer_sets([id for id in QUESTIONS if id not in less]))
    return less, {**less, **more}
