"""A pack that is wrong does not load: every error is told at once, each where it stands."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

import bumpcheck
from bumpcheck import RulePackError
from bumpcheck.errors import Problem

from .kettle import FOLDER, Vary

PACK, QUESTIONS, RULES, TEXTS = "pack.yaml", "questions.yaml", "rules.yaml", "texts.yaml"

WIPE = "    do: {new: Wipe your new one dry., old: Wipe it dry.}\n"


def problems_of(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(RulePackError) as caught:
        bumpcheck.load(folder)
    return caught.value.problems


# A damage: the file, what is replaced, by what (`^` marks where the error must be told, and is
# left out), and words of the message. The mark may stand anywhere in what replaces.
FORM = [
    # What a mapping may and must have.
    (RULES, "when: {smell: burnt}", "^whenn: {smell: burnt}", "no key in red flag 'whenn'"),
    (RULES, "    text: it smells burnt\n", "    ^colour: red\n    text: it\n", "'colour'"),
    (PACK, "  version: 0.1.0", "  ^versoin: 0.1.0", "no key in pack 'versoin'"),
    (QUESTIONS, "calm: none\n    answers:\n      - {id: none, text: nothing at all}",
     "^clam: none\n    answers:\n      - {id: none, text: nothing at all}", "'clam'"),
    (QUESTIONS, "{id: rattle, text: a rattle}", "{id: rattle, text: a rattle, ^also: x}", "'also'"),
    (QUESTIONS, "{text: a thumb, value: 6 cm}", "{text: a thumb, ^amount: 6 cm}", "'amount'"),
    (RULES, "    because: The insulation goes.\n", "", "no `because`"),
    (RULES, "    source: {manual: page 4}\n", "", "no `source`"),
    (RULES, "    text: it bangs at the base\n", "", "no `text`"),
    (RULES, "    when: {noise: bang, where: base}\n", "", "no `when`"),
    (RULES, "    if-unknown: list\n", "", "no `if-unknown`"),
    (RULES, "    urgency: same-day\n", "", "no `urgency`"),
    (RULES, "    rank: 60\n", "", "no `rank`"),
    (RULES, "    name: gravel in the well\n", "", "no `name`"),
    (RULES, "    hazard: A kitchen burns down.\n", "", "no `hazard`"),
    (RULES, "    title: The manual of the kettle\n", "", "no `title`"),
    (QUESTIONS, "    why: Water and current.\n", "", "no `why`"),
    (QUESTIONS, "    ask: Is it made of glass?\n", "", "no `ask`"),
    (PACK, "  title: Noises of a kettle\n", "", "no `title`"),
    (PACK, "at-least: 3, lead: 2, door: self-care}\n    - {id: normal",
     "lead: 2, door: self-care}\n    - {id: normal", "no `at-least`"),
    (PACK, "reviewed: {by: the tea lady, on: 2026-01-31, until: 2027-01-31}",
     "reviewed: ^{by: the tea lady, on: 2026-01-31}", "no `until`"),
    # Nothing at all where something must be.
    (RULES, "red-flags:\n", "red-flags:\n  - ^{}\n", ""),
    (RULES, "findings:\n", "findings:\n  - ^{}\n", ""),
    (RULES, "evidence:\n", "evidence:\n  - ^{}\n", ""),
    (RULES, "\nadvice:\n", "\nadvice:\n  - ^{}\n", ""),
    (RULES, "sources:\n", "sources:\n  - ^{}\n", ""),
    (QUESTIONS, "{text: a thumb, value: 6 cm}", "^{}", ""),
    (PACK, "reviewed: {by: the tea lady, on: 2026-01-31, until: 2027-01-31}", "reviewed: ^{}", ""),
    (RULES, "because: What smells burnt may burn.", "because: ^''", "empty"),
    (RULES, "text: it smells burnt", "text:", "empty"),
    # What something must be made of.
    (RULES, "findings:\n", "findings:\n  - ^word\n", "mapping"),
    (RULES, "sources:\n", "sources: ^word\nsourcez:\n", "must be a list"),
    (RULES, "because: What smells burnt may burn.", "because: ^[a, b]", "must be text"),
    (RULES, "text: it smells burnt", "text: ^[a, b]", "must be text"),
    (RULES, "text: it smells burnt", 'text: ^"a\\u202Eb"', "do not show"),
    (RULES, "rank: 60", "rank: ^high", "whole number"),
    (RULES, "rank: 60", "rank: ^6.5", "whole number"),
    (RULES, "rank: 60", "rank: ^99999999999999999999", "whole number"),
    (RULES, "rank: 60", "rank: ^٦", "whole number"),
    (RULES, "{limescale: +3, normal-boil: -1}", "{limescale: ^many, normal-boil: -1}", "whole"),
    (RULES, "points: {limescale: 2}", "points: ^[limescale]", "mapping"),
    (RULES, "copy: yes", "copy: ^true", "yes or no"),
    (PACK, "limescale, reassures: yes", "limescale, reassures: ^maybe", "yes or no"),
    (RULES, "id: melts", "id: ^It_melts", "is no id"),
    (RULES, "id: melts", "id: ^'it  melts'", "is no id"),
    (RULES, "address: https://kettle.example/manual", "address: ^kettle.example", "web address"),
    (RULES, "address: https://kettle.example/manual", "address: ^javascript:alert(1)", "web addr"),
    (RULES, "kind: decision}", "kind: decision, address: ^https://a.example}", "no address"),
    (RULES, "kind: article", "kind: ^blog", "'blog'"),
]  # fmt: skip

REFERENCES = [
    (RULES, "when: {smell: burnt}", "when: {^smel: burnt}", "no question 'smel'"),
    (RULES, "when: {smell: burnt}", "when: {^sound: bang}", "no question 'sound'"),
    (RULES, "when: {smell: burnt}", "when: {smell: ^burned}", "'burned'"),
    (RULES, "when: {smell: burnt}", "when: {smell: ^scorched}", "'scorched'"),
    (RULES, "where: [base, handle]", "where: [base, ^handel]", "'handel'"),
    (RULES, "when: {finding: hard-water}", "when: {finding: ^soft-water}", "'soft-water'"),
    (RULES, "when: {finding: hard-water}", "when: {finding: ^burns}", "no finding 'burns'"),
    (RULES, "unless: {where: base}", "unless: {^were: base}", "no question 'were'"),
    (RULES, "source: {manual: page 4}", "source: {manuel: page 4}", "'manuel'"),
    (RULES, "source: {manual: page 4}", "source: ^manual", "place in it"),
    (RULES, "source: {manual: page 4}", "source: ^{}", "place in it"),
    (RULES, "source: {manual: page 4}", "source: {manual: ^''}", "empty"),
    (RULES, "source: {manual: page 4}", "source: {manual: ^[]}", ""),
    (RULES, "{limescale: +3, normal-boil: -1}", "{limescal: +3}", "'limescal'"),
    (RULES, "points: {limescale: 2}", "points: {see-electrician: 2}", "'see-electrician'"),
    (RULES, "excludes: limescale", "excludes: chalk", "'chalk'"),
    (RULES, "confirms: limescale", "confirms: see-electrician", "'see-electrician'"),
    (RULES, "    points: {limescale: 2}\n", "", "says nothing"),
    (RULES, "outcome: normal-boil\n    rank", "outcome: normal\n    rank", "'normal'"),
    (RULES, "for: {outcome: limescale}", "for: {outcome: lime}", "'lime'"),
    (RULES, "for: {outcome: limescale}", "for: {^outcomes: limescale}", "'outcomes'"),
    (RULES, "for: {outcome: limescale}", "for: {outcome: ^[]}", ""),
    (RULES, "for: {outcome: limescale}", "for: {pattern: crusts}", "'crusts'"),
    (RULES, "for: {outcome: limescale}", "for: {reason: because}", "'because'"),
    (RULES, "for: {outcome: limescale}", "for: {red-flag: rust}", "'rust'"),
    (RULES, "for: {outcome: limescale}", "for: {door: back-door}", "'back-door'"),
    (RULES, "[same-day, emergency], outcome", "[same-day, later], outcome", "'later'"),
    (RULES, "door: fire-brigade\n    text: it smells", "door: firemen\n    text: it smells",
     "'firemen'"),
    (RULES, "    door: shop\n    when: {finding: crusted}", "    door: stop\n    when: {}",
     "'stop'"),
    (PACK, "lead: 2, door: self-care}\n    - {id: normal", "lead: 2, door: out}\n    - {id: normal",
     "'out'"),
    (PACK, "- {door: shop, when", "- {door: window, when", "'window'"),
    (PACK, "    - {door: electrician}\n", "    - ^{door: electrician, when: {glass: no}}\n",
     "must have no condition"),
    (PACK, "    - {door: electrician}\n", "    - ^{door: electrician, unless: {glass: no}}\n",
     "must have no condition"),
    (QUESTIONS, "calm: none\n    answers:\n      - {id: none, text: nothing at all}",
     "calm: ^silence\n    answers:\n      - {id: none, text: nothing at all}", "'silence'"),
    (QUESTIONS, "covers: [spout, lid, handle]", "covers: [spout, roof]", "'roof'"),
    (QUESTIONS, "covers: [spout, lid, handle]", "covers: [spout, body]", "'body'"),
    (QUESTIONS, "ask-when: {not: {noise: none}}", "ask-when: {not: {noise: ^silent}}", "'silent'"),
    (QUESTIONS, "    calm: no\n    answers:\n      - {id: no, text: of nothing}",
     "    listed: {as: ^sweet}\n    answers:\n      - {id: no, text: of nothing}", "'sweet'"),
    (QUESTIONS, "    calm: no\n    answers:\n      - {id: no, text: of nothing}",
     "    calm: no\n    listed: ^{as: no}\n    answers:\n      - {id: no, text: of nothing}",
     "has no `calm` one"),
    (QUESTIONS, "text: of nothing}", "text: of nothing, ask-when: ^{glass: no}}",
     "offered to everybody"),
    (QUESTIONS, "text: of plastic}", "text: of plastic, ask-when: {glass: ^perhaps}}", "'perhaps'"),
    (QUESTIONS, "bare: years", "bare: ^fortnights", "'fortnights'"),
    (QUESTIONS, "measure: length", "measure: ^weight", "'weight'"),
    (QUESTIONS, "    kind: one\n    group: The kettle\n    ask: Does it smell?",
     "    kind: ^two\n    group: The kettle\n    ask: Does it smell?", "'two'"),
    (RULES, "{advice: acid}", "{advice: alkali}", "'alkali'"),
    (RULES, "{urgency: {at-least: same-day}}", "{urgency: {at-least: ^today}}", "'today'"),
    (RULES, "{urgency: {at-least: same-day}}", "{^reason: fits}", "'reason'"),
    (TEXTS, "  decision: our choice\n", "", "the text `decision` is missing"),
    (TEXTS, "  door.shop: the shop\n", "", "the text `door.shop` is missing"),
    (TEXTS, "  outcome.limescale: Likely limescale\n", "", "`outcome.limescale` is missing"),
    (TEXTS, "  copy: a copy was read\n", "  copy: a copy was read\n  copyy: x\n", "'copyy'"),
    (TEXTS, "  copy: a copy was read\n", "  copy: a copy was read\n  outcome.see-electrician: x\n",
     "'outcome.see-electrician'"),
    (TEXTS, "texts:\n", "^textz:\n  a: b\ntexts:\n", "no section 'textz'"),
]  # fmt: skip

MEANING = [
    # Twice the same.
    (RULES, "when: {smell: burnt}", "when: {smell: burnt, ^smell: no}", "a second time"),
    (RULES, "    text: it smells burnt\n", "    text: a\n    ^text: b\n", "a second time"),
    (RULES, "  - id: melts", "  - ^id: pours", "another rule is called `pours`"),
    (RULES, "  - id: gravel", "  - ^id: burns", "another rule is called `burns`"),
    (RULES, "  - id: some-do-hear-of-it", "  - ^id: burns", "another rule is called `burns`"),
    (RULES, "  - id: noise-before-kettle", "  - ^id: hums", "another rule is called `hums`"),
    (RULES, "  - id: clear-water", "  - ^id: heirloom", "another rule is called `heirloom`"),
    (RULES, "{id: scaled, when", "{id: hard-water, when", "another rule is called `hard-water`"),
    (RULES, "{id: choice, title", "{id: manual, title", "another source is called `manual`"),
    (QUESTIONS, "  - id: glass", "  - id: smell", "another question is called `smell`"),
    (QUESTIONS, "aliases: [sound]", "aliases: [leak]", "another question is called `leak`"),
    (QUESTIONS, "aliases: [years, old]", "aliases: [years, sound]", "`sound`"),
    (QUESTIONS, "{id: rattle, text", "^{id: hum, text", "two answers are called `hum`"),
    (QUESTIONS, "text: a rattle}", "text: a rattle, aliases: [hum]}", "two answers are called"),
    (PACK, "    - {id: see-electrician}",
     "    - ^{id: limescale, reassures: yes, at-least: 3, lead: 2, door: shop}\n"
     "    - {id: see-electrician}", "limescale"),
    (PACK, "doors: [self-care,", "doors: [self-care, shop,", "shop"),
    (TEXTS, "  decision: our choice\n", "  decision: our choice\n  ^decision: hers\n", "second"),
    (PACK, "pack:\n", "pack: {id: other}\n^pack:\n", "second"),
    (RULES, "    rank: 10\n    name: a dusting", "    rank: 20\n    name: a dusting",
     "rank of `crust`"),
    # Words that mean something else.
    (QUESTIONS, "  - id: glass", "  - id: any", "word of the rule language"),
    (QUESTIONS, "  - id: glass", "  - id: finding", "word of the rule language"),
    (QUESTIONS, "{id: yes, text: yes}", "^{id: unknown, text: x}", "answer to every question"),
    (QUESTIONS, "{id: yes, text: yes}", "^{id: not-asked, text: x}", "answer to every question"),
    (QUESTIONS, "text: a rattle}", "text: a rattle, aliases: [unknown]}", "every question"),
    (QUESTIONS, "{id: rattle, text: a rattle}", "{id: rattle, text: a, covers: [hum]}", "cover"),
    # Circles of findings.
    (RULES, "when: {flakes: white}, text", "when: {finding: hard-water}, text", "builds on itself"),
    (RULES, "when: {flakes: white}, text", "when: {not: {finding: crusted}}, text",
     "builds on itself"),
    (RULES, "{age: {under: 28 days}}, text", "{any: [{noise: hum}, {finding: crusted}]}, text",
     "builds on itself"),
    # Both sides of a look-alike.
    (RULES, "{flakes: white}]", "^{noise: [hum, rattle]}]",
     "`loose-lid` is both supported and opposed by `noise: rattle`"),
    (RULES, "{flakes: white}]", "^{any: [{leak: pour}, {finding: brand-new}]}]",
     "by `finding: brand-new`"),
    (RULES, "[{noise: rattle}, {finding: brand-new}]\n    opposed-by: [{leak: drip}",
     "[{age: {under: 1 year}}]\n    opposed-by: [^{age: {under: 12 months}}", "by one condition"),
    # Conditions that mean nothing.
    (RULES, "when: {smell: burnt}", "when: ^{}", "empty condition"),
    (RULES, "when: {smell: burnt}", "when: ^[]", "never true"),
    (RULES, "when: {smell: burnt}", "when: ^burnt", "mapping or a list"),
    (RULES, "when: {smell: burnt}", "when: {smell: ^[]}", "no answer to `smell`"),
    (RULES, "when: {smell: burnt}", "when: {any: ^[]}", "list of conditions"),
    (RULES, "when: {smell: burnt}", "when: {all: ^{smell: burnt}}", "list of conditions"),
    (RULES, "when: {smell: burnt}", "when: {not: ^{}}", "empty condition"),
    (RULES, "when: {smell: burnt}", "when: {finding: ^[]}", ""),
    (RULES, "{over: 2 weeks}", "^{}", ""),
    (RULES, "{over: 2 weeks}", "^{over: 2 weeks, under: 2 weeks}", "within these bounds"),
    (RULES, "{over: 2 weeks}", "^{over: 2 weeks, under: 14 days}", "within these bounds"),
    (RULES, "{over: 2 weeks}", "^{at-least: 3 weeks, at-most: 2 weeks}", "within these bounds"),
    (RULES, "{over: 2 weeks}", "^{over: 2 weeks, at-most: 2 weeks}", "within these bounds"),
    (RULES, "{over: 2 weeks}", "^{under: 0 days}", "within these bounds"),
    (RULES, "{over: 2 weeks}", "{^more-than: 2 weeks}", "'more-than'"),
    (RULES, "{over: 2 weeks}", "{over: ^2}", "needs a unit"),
    (RULES, "{over: 2 weeks}", "{over: ^2 mm}", "unit"),
    (RULES, "{over: 2 weeks}", "{over: ^-2 weeks}", "not a quantity"),
    (RULES, "{over: 2 weeks}", "{over: ^inf}", "not a quantity"),
    (RULES, "{over: 2 weeks}", "{over: ^1e3 days}", "not a quantity"),
    (RULES, "since: {over: 2 weeks}", "since: ^2 weeks", "is a quantity"),
    (RULES, "smell: burnt}\n    because", "smell: ^{over: 2 weeks}}\n    because", "no quantity"),
    (RULES, "{longer-than: age}", "{longer-than: ^fill}", "'fill'"),
    (RULES, "{longer-than: age}", "{longer-than: ^since}", "'since'"),
    (RULES, "{longer-than: age}", "{longer-than: ^noise}", "'noise'"),
    (QUESTIONS, "at-most: 300 mm", "at-most: ^300", "needs a unit"),
    (QUESTIONS, "at-most: 300 mm", "at-most: ^3 weeks", "unit"),
    (QUESTIONS, "value: 6 cm", "value: ^thumb", "not a quantity"),
    (QUESTIONS, "value: 6 cm", "value: ^40 cm", ""),
    # What an unsure answer may count as.
    (RULES, "if-unknown: same-day", "if-unknown: ^list", "not allowed at emergency"),
    (RULES, "urgency: same-day\n    if-unknown: soon", "urgency: same-day\n    if-unknown: ^list",
     "not allowed at same-day"),
    (RULES, "if-unknown: same-day", "if-unknown: ^routine", "at least `soon`"),
    (RULES, "if-unknown: same-day", "if-unknown: ^self-care", "'self-care'"),
    (RULES, "urgency: same-day\n    if-unknown: soon",
     "urgency: same-day\n    if-unknown: ^emergency", "more urgent than the flag"),
    (RULES, "    urgency: same-day\n", "    urgency: ^routine\n", "'routine'"),
    # `unknown` and `not-asked` where they may not stand.
    (RULES, "unless: {glass: yes}", "unless: {glass: ^unknown}", "`unknown` may not stand"),
    (RULES, "unless: {glass: yes}", "unless: {glass: [yes, ^unknown]}", "`unknown` may not stand"),
    (RULES, "when: {smell: burnt}", "when: {not: {smell: ^unknown}}", "`unknown` may not stand"),
    (RULES, "when: {smell: burnt}", "when: {not: {not: {smell: ^unknown}}}", "`unknown` may not"),
    (RULES, "when: {smell: burnt}", "when: {unless: {any: [{age: ^unknown}]}}", "`unknown` may"),
    (RULES, "when: {smell: burnt}", "when: {smell: ^not-asked}", "`not-asked` may stand only"),
    (RULES, "unless: {glass: yes}", "unless: {glass: ^not-asked}", "`not-asked` may stand only"),
    (QUESTIONS, "{not: {noise: none}}", "{noise: ^not-asked}", "`not-asked` may stand only"),
    (RULES, "when: {glass: [yes, unknown, not-asked]}", "when: {not: {glass: ^not-asked}}",
     "`not-asked` may stand only"),
    # What rests on what.
    (RULES, "    source: {manual: page 12}\n  - id: singing",
     "    source: {choice: ours}\n  - id: singing", "rests on a decision"),
    (RULES, "    source: {manual: page 10}\n  - id: silence",
     "    source: {choice: ours}\n  - id: silence", "rests on a decision"),
    (RULES, "    source: {manual: page 13}\n", "    source: {choice: ours}\n", "on a decision"),
    (RULES, "    source: {manual: page 14}\n", "    source: {choice: ours}\n", "on a decision"),
    # Advice, invariants, outcomes.
    (RULES, WIPE, "", "one of do, avoid, see and expect"),
    (RULES, WIPE, "    do: Wipe it dry.\n    see: Or not.\n", "one of do"),
    (RULES, "    rank: 80\n", "    rank: 80\n    tags: ^[acid]\n", "only on `do` lines"),
    (RULES, "    rank: 90\n", "    rank: 90\n    tags: ^acid\n", "only on `do` lines"),
    (RULES, "    rank: 40\n", "    rank: 40\n    tags: ^acid\n", "only on `do` lines"),
    (RULES, "    never: {advice: acid}\n", "", "one of always, never and some"),
    (RULES, "    never: {advice: acid}\n",
     "    never: {advice: acid}\n    always: {urgency: soon}\n", "one of always"),
    (PACK, "    - {id: see-electrician}\n", "", "one outcome that does not reassure"),
    (PACK, "    - {id: see-electrician}\n",
     "    - {id: see-electrician}\n    - {id: see-plumber}\n", "one outcome that does not"),
    (PACK, "at-least: 3, lead: 2, door: self-care}\n    - {id: normal",
     "at-least: 3, lead: 0, door: self-care}\n    - {id: normal", "1 or more"),
]  # fmt: skip

DAMAGES = [*FORM, *REFERENCES, *MEANING]


@pytest.mark.parametrize(
    ("file", "old", "new", "words"), DAMAGES, ids=[f"{d[2]!r}"[1:40] or d[1] for d in DAMAGES]
)
def test_a_damage_is_told(vary: Vary, file: str, old: str, new: str, words: str) -> None:
    folder = vary((file, old, new))
    text = (folder / file).read_text("utf-8")
    before, mark, after = text.partition("^")
    (folder / file).write_text(before + after, "utf-8")
    found = problems_of(folder)
    if not mark:
        assert any(words in problem.message for problem in found), found
        return
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    here = [p for p in found if (p.place.line, p.place.column) == (line, column)]
    assert any(words in problem.message for problem in here), found
    assert all(problem.place.file == str(folder / file) for problem in here)


SHOWN = re.compile(r"(?P<place>.+:\d+:(?P<column>\d+)): (?P<message>.+)\n    (.+)\n(?P<below> +)\^")


@pytest.mark.parametrize(
    ("file", "old", "new", "under"),
    [
        (RULES, "when: {smell: burnt}", "when: {smell: burned}", "burned}"),
        (RULES, "when: {smell: burnt}", "when: {smel: burnt}", "smel: burnt}"),
        (RULES, "when: {smell: burnt}", "when:\t{smel: burnt}", "smel: burnt}"),
        (RULES, "text: it smells burnt", "text: \tß\t[a]\n    texd: y", "texd: y"),
        (RULES, "when: {smell: burnt}", 'when: {"\\u202E": x}', '"\\u202E": x}'),
        (RULES, "when: {smell: burnt}", "when: {glass: 'ä\u200b\t漢', smel: x}", "smel: x}"),
        (RULES, "when: {smell: burnt}", "when: {glass: '\u202e\u00a0', smel: x}", "smel: x}"),
    ],
)
def test_the_caret_stands_under_what_is_wrong(
    vary: Vary, file: str, old: str, new: str, under: str
) -> None:
    """Also behind tabs, and behind characters that are spelled out because they do not show."""
    carets = []
    for problem in problems_of(vary((file, old, new))):
        _, *shown = str(problem).split("\n")
        if len(shown) == 2:
            line, caret = shown
            assert caret.strip() == "^"
            assert line.isprintable()
            carets.append(line[caret.index("^") :])
    assert under in carets


def test_many_missing_texts_are_one_problem(vary: Vary) -> None:
    """A pack that is only begun has none; a line for each would bury what else is wrong."""
    texts = ((folder := vary()) / TEXTS).read_text().split("\n")
    kept = [line for line in texts if not line.startswith("  heading.")]
    (folder / TEXTS).write_text("\n".join(kept))
    (problem,) = problems_of(folder)
    gone = len(texts) - len(kept)
    assert problem.message.startswith(f"{gone} texts are missing: `heading.urgency`, `heading.")
    assert "copy the `texts` of another pack" in str(problem)


def test_every_problem_is_one_message_a_line_and_a_caret(vary: Vary) -> None:
    folder = vary((RULES, "when: {smell: burnt}", "when: {smell: burned}"))
    with pytest.raises(RulePackError) as caught:
        bumpcheck.load(folder)
    lines = str(caught.value).split("\n")
    number = (folder / RULES).read_text().split("\n").index("    when: {smell: burned}") + 1
    assert lines[0].startswith(f"{folder / RULES}:{number}:19: there is no answer to `smell`")
    assert lines[0].endswith("(did you mean burnt?)")
    assert lines[1:] == ["        when: {smell: burned}", " " * 22 + "^"]


def test_every_error_of_a_pack_is_told_in_one_run_in_order_of_place(vary: Vary) -> None:
    folder = vary(
        (PACK, "  version: 0.1.0\n", ""),
        (QUESTIONS, "  - id: glass", "  - id: smell"),
        (QUESTIONS, "measure: length", "measure: weight"),
        (RULES, "when: {smell: burnt}", "when: {smell: burned}"),
        (RULES, "source: {manual: page 4}", "source: {manuel: page 4}"),
        (RULES, "when: {flakes: white}, text", "when: {finding: crusted}, text"),
        (RULES, "if-unknown: same-day", "if-unknown: list"),
        (TEXTS, "  decision: our choice\n", ""),
        ("zz.yaml", "", "texts: *alias\n"),
    )
    found = problems_of(folder)
    said = "\n".join(p.message for p in found)
    for words in (
        "no `version`",
        "another question is called `smell`",
        "'weight'",
        "'burned'",
        "'manuel'",
        "builds on itself",
        "`list` is not allowed",
        "the text `decision` is missing",
        "an alias (*) is refused",
    ):
        assert words in said
    places = [(p.place.file, p.place.line, p.place.column) for p in found]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("new", "hint"),
    [
        ("{smell: burntt}", "did you mean burnt?"),
        ("{smell: qqq}", "known: no, plastic, burnt"),
        ("{smel: burnt}", "did you mean smell?"),
        ("{not: {smell: unknown}}", "unknown is never a no"),
        ("{age: 3 years}", "write {age: {under: ...}}"),
    ],
)
def test_a_problem_says_what_would_be_right(vary: Vary, new: str, hint: str) -> None:
    found = problems_of(vary((RULES, "when: {smell: burnt}", f"when: {new}")))
    assert [p.hint for p in found] == [hint]


def test_a_circle_is_shown_link_by_link(vary: Vary) -> None:
    folder = vary((RULES, "when: {flakes: white}, text", "when: {finding: crusted}, text"))
    found = problems_of(folder)
    assert len(found) == 1
    assert found[0].hint == "hard-water -> crusted -> scaled -> hard-water"


def test_findings_that_meet_again_are_no_circle(vary: Vary) -> None:
    more = "  - {id: both, when: {finding: [crusted, scaled, hard-water]}, text: both}\n"
    pack = bumpcheck.load(vary((RULES, "findings:\n", f"findings:\n{more}")))
    assert "both" in [
        f.id for f in bumpcheck.check({"flakes": "white", "age": 9}, rules=pack).findings
    ]


def test_a_finding_may_stand_before_what_it_builds_on(vary: Vary) -> None:
    chain = "".join(f"  - {{id: f{n}, when: {{finding: f{n + 1}}}, text: x}}\n" for n in range(50))
    last = "  - {id: f50, when: {noise: bang}, text: x}\n"
    pack = bumpcheck.load(vary((RULES, "findings:\n", f"findings:\n{chain}{last}")))
    assert "f0" in [
        finding.id for finding in bumpcheck.check({"noise": "bang"}, rules=pack).findings
    ]


def test_thousands_of_findings_in_a_row_load_or_are_refused(vary: Vary) -> None:
    chain = "".join(
        f"  - {{id: f{n}, when: {{finding: f{n + 1}}}, text: x}}\n" for n in range(3000)
    )
    last = "  - {id: f3000, when: {noise: bang}, text: x}\n"
    folder = vary((RULES, "findings:\n", f"findings:\n{chain}{last}"))
    try:
        pack = bumpcheck.load(folder)
    except RulePackError:
        return
    assert bumpcheck.check({"noise": "bang"}, rules=pack).findings


def test_sections_may_stand_in_any_file_and_in_several(vary: Vary) -> None:
    folder = vary()
    every = "".join((folder / name).read_text() for name in (PACK, QUESTIONS, RULES, TEXTS))
    extra = "findings: [{id: loud, when: {noise: bang}, text: loud}]\n"
    for name in (PACK, QUESTIONS, RULES, TEXTS):
        (folder / name).unlink()
    (folder / "a.yml").write_text(every)
    (folder / "b.yaml").write_text(extra)
    pack = bumpcheck.load(folder)
    result = bumpcheck.check({"noise": "bang", "flakes": "white"}, rules=pack)
    assert {"loud", "hard-water"} <= {finding.id for finding in result.findings}


def test_what_is_no_yaml_file_and_what_is_deeper_is_not_read(vary: Vary) -> None:
    folder = vary(("notes.txt", "", "{{{"), ("rules.yaml.bak", "", "{{{"))
    (folder / "deeper").mkdir()
    (folder / "deeper" / "x.yaml").write_text("{{{")
    assert bumpcheck.load(folder).digest == bumpcheck.load(FOLDER).digest


def test_the_digest_is_that_of_the_files_and_not_of_the_folder(vary: Vary) -> None:
    digest = bumpcheck.load(FOLDER).digest
    assert re.fullmatch("sha256:[0-9a-f]{64}", digest)
    folder = vary()
    assert bumpcheck.load(folder).digest == digest
    (folder / RULES).rename(folder / "sluer.yaml")
    assert bumpcheck.load(folder).digest != digest


def test_a_folder_without_rules_is_told(tmp_path: Path) -> None:
    assert "no YAML files" in problems_of(tmp_path)[0].message
    assert "cannot be read" in problems_of(tmp_path / "absent")[0].message
    (tmp_path / "file.yaml").write_text("a: b")
    assert "cannot be read" in problems_of(tmp_path / "file.yaml")[0].message
    assert "no `pack` section" not in str(problems_of(tmp_path)[1:])
    assert any("`pack`" in problem.message for problem in problems_of(tmp_path))


def test_a_file_that_cannot_be_read_is_told(vary: Vary) -> None:
    folder = vary()
    (folder / "zz.yaml").symlink_to(folder / "nowhere")
    found = problems_of(folder)
    assert found[0].place.file.endswith("zz.yaml")
    (folder / "zz.yaml").unlink()
    (folder / "zz.yaml").mkdir()
    assert "cannot be read" in problems_of(folder)[0].message


def test_more_files_than_a_pack_has_are_refused(vary: Vary) -> None:
    folder = vary()
    for number in range(100):
        (folder / f"n{number}.yaml").touch()
    assert "104 YAML files" in problems_of(folder)[0].message


def test_a_folder_whose_name_is_no_name_is_told() -> None:
    with pytest.raises(RulePackError):
        bumpcheck.load("kettle\0")


def test_a_pack_loads_from_a_folder_whose_name_is_not_utf_8(tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"k\xfftl")
    shutil.copytree(FOLDER, odd)
    assert bumpcheck.load(odd).id == "kettle"


def test_a_pack_of_nothing_but_errors_is_told_within_reason(vary: Vary) -> None:
    """Thousands of errors are thousands of messages, not a wait."""
    flags = "".join(f"  - {{id: x{n}, wen: {{nois: hum}}}}\n" for n in range(2000))
    found = problems_of(vary(("zz.yaml", "", f"red-flags:\n{flags}")))
    assert len(found) >= 2000


def test_what_is_optional_may_be_left_out(vary: Vary) -> None:
    folder = vary(
        (PACK, "  reviewed: {by: the tea lady, on: 2026-01-31, until: 2027-01-31}\n", ""),
        (QUESTIONS, "    help: Listen from the next room.\n", ""),
        (QUESTIONS, "    ask-when: {not: {noise: none}}\n", ""),
        (RULES, "    hazard: Glass goes blind.\n", "    hazard: Glass goes blind\n"),
        (RULES, "    because: Not that it is true.\n", ""),
        (RULES, "    read: 2026-01-02\n", ""),
    )
    rules = bumpcheck.check({}, rules=bumpcheck.load(folder)).as_dict()["rules"]
    assert isinstance(rules, dict)
    assert rules["reviewed"] is None


# --- What is made to blow up, and what only looks harmless ----------------------------------------


@pytest.mark.parametrize(
    "text", ["{nobody}", "{", "}", "{0}", "{door.__class__}", "{door!r}", "{door:>9}", "{{door}}"]
)
def test_nothing_in_a_text_is_evaluated(vary: Vary, text: str) -> None:
    folder = vary((TEXTS, "  verdict.soon: ", f"  verdict.soon: '{text}' # "))
    (problem,) = problems_of(folder)
    assert "nothing that can be filled in" in problem.message
    assert problem.place.file.endswith(TEXTS)
    assert "{door}" in (problem.hint or "")


def test_an_unknown_text_is_told_where_it_stands(vary: Vary) -> None:
    (problem,) = problems_of(vary((TEXTS, "texts:\n", "texts:\n  verdict.sun: x\n")))
    assert problem.line == "  verdict.sun: x"


def test_findings_that_name_each_other_twice_do_not_blow_up(vary: Vary) -> None:
    levels = "".join(
        f"  - {{id: f{n}, text: x, when: {{any: [{{finding: f{n + 1}, noise: hum}},"
        f" {{finding: f{n + 1}, noise: bang}}]}}}}\n"
        for n in range(40)
    )
    last = "  - {id: f40, when: {smell: no}, text: x}\n"
    pack = bumpcheck.load(vary((RULES, "findings:\n", f"findings:\n{levels}{last}")))
    found = bumpcheck.check({"noise": "hum", "smell": "no"}, rules=pack).findings
    assert "f0" in [finding.id for finding in found]


@pytest.mark.parametrize("upwards", [False, True])
def test_a_long_chain_is_refused_whichever_end_comes_first(vary: Vary, upwards: bool) -> None:
    links = [f"  - {{id: f{n}, when: {{finding: f{n + 1}}}, text: x}}\n" for n in range(600)]
    links.append("  - {id: f600, when: {smell: no}, text: x}\n")
    chain = "".join(reversed(links) if upwards else links)
    found = problems_of(vary((RULES, "findings:\n", f"findings:\n{chain}")))
    assert any("others in a row" in problem.message for problem in found)


def test_a_flag_may_leave_an_unsure_answer_only_to_a_flag_that_counts_it(vary: Vary) -> None:
    flag = (
        "red-flags:\n  - {{id: odd, urgency: same-day, if-unknown: list, repeats: {repeats},"
        " door: shop, text: t, when: {{noise: bang}}, because: b, source: {{manual: p}}}}\n"
    )
    for repeats in ("noise", "tried"):
        found = problems_of(vary((RULES, "red-flags:\n", flag.format(repeats=repeats))))
        assert any("cannot leave an unsure answer" in problem.message for problem in found)


@pytest.mark.parametrize("name", ["any", "unknown", "Bad Alias", "x=y"])
def test_a_name_that_no_flag_can_have_is_refused(vary: Vary, name: str) -> None:
    folder = vary((QUESTIONS, "  - id: smell\n", f"  - id: smell\n    aliases: ['{name}']\n"))
    assert problems_of(folder)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("source: {manual: page 4}", "source: {^manuel: page 4}"),
        ("points: {limescale: 2}", "points: {^limescal: 2}"),
    ],
)
def test_a_wrong_name_is_shown_where_it_stands(vary: Vary, old: str, new: str) -> None:
    text = (Path(vary()) / RULES).read_text("utf-8")
    before, _, _ = text.partition(old)
    line, column = before.count("\n") + 1, len(before.rpartition("\n")[2]) + new.index("^") + 1
    folder = vary((RULES, old, new.replace("^", "")))
    assert [(p.place.line, p.place.column) for p in problems_of(folder)] == [(line, column)]


def test_what_speaks_for_a_look_alike_may_speak_against_it_beside_something_else(
    vary: Vary,
) -> None:
    sides = "{noise: rattle, leak: drip}, {not: {noise: rattle}}]"
    assert bumpcheck.load(vary((RULES, "{flakes: white}]", sides))).look_alikes
