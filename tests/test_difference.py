"""What two packs do otherwise, against comparing them answer set by answer set."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from itertools import combinations, product
from math import sqrt
from pathlib import Path

import pytest
import yaml

from bumpcheck import RulePack, load
from bumpcheck.answers import parse
from bumpcheck.cli.app import run
from bumpcheck.coded import Verdict
from bumpcheck.coded.diagrams import IS_OPEN, IS_TRUE, TRUE
from bumpcheck.coded.samples import Samples
from bumpcheck.difference import Comparison, Group, difference, groups, kind_of
from bumpcheck.difference import comparing as comparing_module
from bumpcheck.difference import drawn as drawn_module
from bumpcheck.difference import parted as parted_module
from bumpcheck.difference import shares as shares_module
from bumpcheck.difference import turns as turns_module
from bumpcheck.difference.aligned import aligned
from bumpcheck.difference.parted import Parts
from bumpcheck.difference.tally import packed
from bumpcheck.difference.turns import KINDS
from bumpcheck.engine import evaluate
from bumpcheck.pack import shipped, shipped_folder

from . import kettle as kettle_pack
from .test_coded import at_random

RULES = "rules.yaml"
GLASS = "ask: Is it made of glass?\n    why: Glass cracks.\n    answers:"
PACK = "pack.yaml"
QUESTIONS = "questions.yaml"
LIMESCALE = "{id: limescale, reassures: yes, at-least: 3, lead: 2, door: self-care}"
BURNT_OR_NOT = "for: {outcome: limescale}\n    when: {glass: no}"
# One change to the kettle each: file, what stands there, what stands there then.
CHANGES = {
    "a limit": (RULES, "since: {over: 2 weeks}", "since: {over: 1 weeks}"),
    "an urgency": (
        RULES,
        "urgency: same-day\n    if-unknown: soon\n    door: shop",
        "urgency: soon\n    if-unknown: soon\n    door: electrician",
    ),
    "if unknown": (RULES, "if-unknown: list", "if-unknown: routine"),
    "a sign": (
        RULES,
        "when: {flakes: brown}\n    unless: {finding: brand-new}",
        "when: {leak: drip}",
    ),
    "a finding": (RULES, "age: {at-least: 5 years}", "age: {at-least: 6 years}"),
    "a conflict": (
        RULES,
        "[{flakes: none}, {flakes: [white, brown]}]",
        "[{flakes: none}, {leak: drip}]",
    ),
    "no comparison": (RULES, "when: {since: {longer-than: age}}", "when: {leak: pour, glass: yes}"),
    "points": (RULES, "{limescale: +3, normal-boil: -1}", "{limescale: +4, normal-boil: -1}"),
    "evidence": (
        RULES,
        "when: {noise: hum}\n    points: {normal-boil: 2}",
        "when: {noise: [hum, none]}\n    points: {normal-boil: 2}",
    ),
    "no proof": (
        RULES,
        "when: {tried: vinegar-helped}\n    confirms: limescale",
        "when: {tried: vinegar-helped}\n    points: {limescale: 4}",
    ),
    "an outcome": (PACK, LIMESCALE, LIMESCALE.replace("3", "2").replace("self-care", "shop")),
    "doors": (
        PACK,
        "doors: [self-care, shop, electrician, fire-brigade]",
        "doors: [self-care, electrician, shop, fire-brigade]",
    ),
    "a default door": (
        PACK,
        "door: shop, when: {age: {under: 1 year}}",
        "door: shop, when: {leak: no}",
    ),
    "a rank": (RULES, "rank: 20\n    name: an old crust", "rank: 9\n    name: an old crust"),
    "a pattern": (RULES, "term: light scale", "term: light scale\n    when: {glass: no}"),
    "advice": (RULES, BURNT_OR_NOT, "for: {outcome: limescale}"),
    "advice by reason": (
        RULES,
        BURNT_OR_NOT,
        "for: {reason: [neither, conflict]}\n    when: {glass: no}",
    ),
    "advice by flag": (RULES, BURNT_OR_NOT, "for: {red-flag: melts, urgency: soon}"),
    "advice by pattern": (RULES, BURNT_OR_NOT, "for: {pattern: crust}\n    when: {glass: no}"),
    "advice by urgency": (RULES, "urgency: [same-day, emergency]", "urgency: [soon, emergency]"),
    "an answer": (
        QUESTIONS,
        "- {id: bang, text: a bang}",
        "- {id: bang, text: a bang}\n      - {id: whine, text: a whine}",
    ),
}


def _agree(compared: Comparison, old: RulePack, new: RulePack, tries: int) -> None:
    """Random sets of answers, and such near a change: it is one where the results differ."""
    assert compared.turns is not None
    diagrams, samples = compared.old.diagrams, compared.samples
    chance = random.Random(2)
    regions = [compared.domain, diagrams.both(compared.domain, compared.turns.live)]
    for number in range(tries):
        codes = samples.any_case(regions[number % 2], chance)
        if codes is None:
            continue
        said = samples.say(codes)
        results = compared.old.verdict(codes), compared.new.verdict(codes)
        assert kind_of(*results) == compared.kind(codes), said
        if number % 10 == 0:
            for pack, verdict in zip((old, new), results, strict=True):
                _is_evaluated(pack, said, verdict)


def _is_evaluated(pack: RulePack, said: dict[str, object], verdict: Verdict) -> None:
    """The evaluator, asked in words, comes to the same."""
    result = evaluate(pack, parse(pack, said)).as_dict()
    for facet in ("outcome", "urgency", "disposition", "pattern"):
        assert result[facet] == getattr(verdict, facet)
    advice = result["advice"]
    assert isinstance(advice, list)
    assert [line["id"] for line in advice] == list(verdict.advice)


@pytest.mark.no_cover  # many cases through the same lines
@pytest.mark.parametrize("change", CHANGES)
def test_agrees_with_comparing_answer_set_by_answer_set(
    kettle: RulePack, vary: kettle_pack.Vary, change: str
) -> None:
    other = load(vary(CHANGES[change]))
    there, back = Comparison(kettle, other), Comparison(other, kettle)
    assert not there.unfinished
    assert bool(there.remarks) == (change == "an answer")
    turned = {"less": "more", "more": "less"}
    assert there.kinds == {turned.get(kind, kind): count for kind, count in back.kinds.items()}
    assert bool(there.changed) == (change != "an answer")
    _agree(there, kettle, other, 80)
    _agree(back, other, kettle, 30)


def test_agrees_where_many_rules_differ_at_once(kettle: RulePack, vary: kettle_pack.Vary) -> None:
    names = ["a limit", "if unknown", "a finding", "no comparison", "points", "a rank", "advice"]
    other = load(vary(*[CHANGES[name] for name in names], CHANGES["an outcome"]))
    _agree(Comparison(kettle, other), kettle, other, 300)


def test_each_group_is_shown_by_a_case_that_comes_out_otherwise(
    kettle: RulePack, vary: kettle_pack.Vary
) -> None:
    other = load(vary(CHANGES["a limit"], CHANGES["advice by pattern"]))
    compared = Comparison(kettle, other)
    told = list(groups(compared))
    assert sum(group.count for group in told) == compared.changed
    assert [group.kind for group in told] == sorted(
        [group.kind for group in told], key=["less", "more", "other", "advice"].index
    )
    for group in told:
        assert group.kind == kind_of(group.old, group.new)
        _is_evaluated(kettle, dict(group.answers), group.old)
        _is_evaluated(other, dict(group.answers), group.new)


def test_counts_what_trying_every_answer_counts(kettle: RulePack, vary: kettle_pack.Vary) -> None:
    """Within a few questions, every set of answers there is."""
    other = load(vary(CHANGES["a sign"], CHANGES["evidence"]))
    compared = Comparison(kettle, other)
    one = {"noise": 4, "leak": 3, "glass": 2}
    blocks = compared.old.blocks
    silent = compared.samples.codes(compared.samples.silent)
    places = [at for at, block in enumerate(blocks) if block.column.id in (*one, "flakes")]
    ways = [range(b.arity if b.depth == 1 else 2**b.depth) for b in (blocks[at] for at in places)]
    # Of every class of answers, all that are alike count.
    diagrams = compared.old.diagrams
    within = compared.domain
    for at, block in enumerate(blocks):
        if at not in places:
            for level in range(block.first, block.end):
                quiet = compared.samples.silent[level]
                children = [TRUE if child == quiet else 0 for child in range(block.arity)]
                within = diagrams.both(within, diagrams.node(level, tuple(children)))
    assert compared.turns is not None
    counted = compared.within(diagrams.both(within, compared.turns.live))
    total: dict[str, int] = {}
    for chosen in product(*ways):
        codes = list(silent)
        for at, code in zip(places, chosen, strict=True):
            codes[at] = code
        kind = kind_of(compared.old.verdict(codes), compared.new.verdict(codes))
        if kind is None:
            continue
        alike = 1
        for at, code in zip(places, chosen, strict=True):
            classes = blocks[at].classes
            if blocks[at].depth == 1:
                alike *= classes[code].bit_count() if code < len(classes) else 1
            else:
                for place, bits in enumerate(classes):
                    alike *= 2 ** bits.bit_count() - 1 if code >> place & 1 else 1
        total[kind] = total.get(kind, 0) + alike
    assert counted == total
    assert total


# Changes to the shipped rules: file, what stands there, what stands there then; and its kinds.
SHIPPED = {
    "an exception": (
        ("red-flags.yaml", "when: {bleeding: yes}", "when: {bleeding: yes, not: {acne: mild}}"),
        ["less", "more"],
    ),
    "an urgency": (
        (
            "red-flags.yaml",
            "- id: purple-spots   # R22\n    urgency: same-day",
            "- id: purple-spots   # R22\n    urgency: soon",
        ),
        ["less", "other"],
    ),
    "a line widened": (
        (
            "advice.yaml",
            "when: {trigger: steroid}\n    topic",
            "when: {trigger: [steroid, cream]}\n    topic",
        ),
        ["advice"],
    ),
}


@pytest.mark.no_cover  # many cases through the same lines
@pytest.mark.parametrize("change", SHIPPED)
def test_the_shipped_rules_agree_with_random_answer_sets(tmp_path: Path, change: str) -> None:
    (name, old, new), kinds = SHIPPED[change]
    folder = tmp_path / "bumps"
    shutil.copytree(shipped_folder(), folder)
    text = (folder / name).read_text("utf-8")
    assert text.count(old) == 1
    (folder / name).write_text(text.replace(old, new), "utf-8")
    other = load(folder)
    compared = Comparison(shipped(), other)
    assert not compared.unfinished
    assert set(compared.kinds) <= set(kinds)
    seen = set()
    for case in at_random()[:: 1 if os.environ.get("BUMPCHECK_FULL") else 20]:
        codes = compared.old.code(case)
        kind = kind_of(compared.old.verdict(codes), compared.new.verdict(codes))
        assert compared.kind(codes) == kind, case.as_input(shipped())
        seen.add(kind)
    assert len(seen) > 1
    for group in groups(compared, 1):
        assert group.kind == kind_of(group.old, group.new)
        _is_evaluated(shipped(), dict(group.answers), group.old)
        _is_evaluated(other, dict(group.answers), group.new)


def test_the_same_pack_has_no_difference(kettle: RulePack) -> None:
    found = difference(kettle, kettle)
    assert not found.is_any
    assert (found.changed, found.groups, found.texts) == (0, (), ())


def test_other_words_alone_are_told_but_no_change(
    kettle: RulePack, vary: kettle_pack.Vary, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = vary((RULES, "Lids rattle too.", "Lids rattle as well."))
    assert difference(kettle, load(folder)).texts == ("loose-lid",)
    assert run(["rules", "diff", str(kettle_pack.FOLDER), str(folder)]) == 0
    assert "texts that differ: 1 (loose-lid)" in capsys.readouterr().out


def _sweep_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing_module, "MOST_KEPT", 0)


def _count_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    _sweep_nothing(monkeypatch)
    monkeypatch.setattr(parted_module, "MOST_PARTS", 0)


def test_counts_by_parts_what_diagrams_count(kettle: RulePack, vary: kettle_pack.Vary) -> None:
    compared = Comparison(kettle, load(vary(CHANGES["a sign"], CHANGES["evidence"])))
    diagrams, samples = compared.old.diagrams, compared.samples
    own: list[int] = []
    for rules in (compared.old.rules, compared.new.rules):
        own += [it.node for it in rules.red_flags]
        own += [it.node for it in rules.signs]
        own += [it.node for it in rules.evidence]
        own += [it.node for it in rules.advice]
    nodes = [diagrams.mapped(node, leaves) for node in own for leaves in (IS_TRUE, IS_OPEN)]
    nodes += [diagrams.without(TRUE, node) for node in nodes]
    chance = random.Random(5)
    parts = Parts(compared.old, samples)
    counts = set()
    for _ in range(300):
        some = chance.sample(nodes, chance.randint(1, 8))
        left = diagrams.without(TRUE, diagrams.any_of(some))
        assert parts.count(some) == samples.count(left)
        counts.add(parts.count(some))
    assert len(counts) > 100


@pytest.mark.parametrize("change", CHANGES)
def test_counts_by_parts_what_a_sweep_counts(
    kettle: RulePack, vary: kettle_pack.Vary, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    other = load(vary(*dict.fromkeys([CHANGES[change], CHANGES["a pattern"]])))
    swept = Comparison(kettle, other)
    with monkeypatch.context() as patch:
        _sweep_nothing(patch)
        _few_tries(patch, 50)
        parted = Comparison(kettle, other)
        told = list(groups(parted))
    assert not swept.unfinished
    assert not parted.unfinished
    assert parted.kinds == swept.kinds
    assert 0 < sum(group.count for group in told) <= parted.changed
    assert swept.turns is not None
    left = dict.fromkeys(KINDS, swept.turns.live)
    for group in told:
        assert group.kind == kind_of(group.old, group.new)
        if group.count:
            # Those that share its answers, without those of a group of its kind before it.
            own = swept.old.diagrams.both(left[group.kind], _alike(swept, group))
            assert group.count == swept.within(own)[group.kind]
            left[group.kind] = swept.old.diagrams.without(left[group.kind], own)


@pytest.mark.no_cover  # many cases through the same lines
@pytest.mark.parametrize("seed", range(6))
def test_counts_by_parts_whatever_the_evidence_does(
    vary: kettle_pack.Vary,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
) -> None:
    chance = random.Random(seed)
    # A line is given where nothing fits, and not where answers are missing.
    base = vary(CHANGES["advice by reason"])
    first = _any_evidence(tmp_path / "old", chance, 1.0, base)
    # Some of it is changed again: little, or all of it.
    packs = load(first), load(_any_evidence(tmp_path / "new", chance, (seed % 3 + 1) / 3, first))
    swept = Comparison(*packs)
    _sweep_nothing(monkeypatch)
    _few_tries(monkeypatch, 50)
    if seed % 2:
        monkeypatch.setattr(shares_module, "MOST_REGIONS", 0)
    parted = Comparison(*packs)
    assert not swept.unfinished
    assert not parted.unfinished
    assert parted.kinds == swept.kinds
    assert "advice" in parted.kinds


def test_a_table_leaves_out_what_exceeds_a_cap_whatever_was_asked_before(kettle: RulePack) -> None:
    both = aligned(kettle, kettle)
    samples = Samples(both.old)
    # For each case: how many pieces hold, twice; of the second sum some are left out.
    nodes = [both.old.diagrams.mapped(it.node, IS_TRUE) for it in both.old.rules.evidence]
    weigh = dict.fromkeys(nodes, packed([1, 1]))
    every = Parts(both.old, samples).tally((), weigh)
    assert len(every.rows) > 2
    again = Parts(both.old, samples)
    for caps in ({1: 0}, {}, {1: 1}, {1: 0}, {}):
        rows = again.tally((), weigh, caps).rows
        most = caps.get(1, len(nodes))
        assert rows == {row: counts for row, counts in every.rows.items() if row <= most}


@pytest.mark.parametrize("times", [100, 300, 2000, 100_000])
def test_points_of_any_size_are_counted_or_told_not_to_be(
    vary: kettle_pack.Vary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    _few_tries(monkeypatch, 50)
    bases = kettle_pack.FOLDER, vary(CHANGES["points"])
    small = Comparison(load(bases[0]), load(bases[1]))
    old, new = (
        load(_times(tmp_path / name, base, times))
        for name, base in zip(("old", "new"), bases, strict=True)
    )
    for found in (Comparison(old, new), _parted(monkeypatch, old, new)):
        assert found.kinds == small.kinds or found.unfinished


def _parted(monkeypatch: pytest.MonkeyPatch, old: RulePack, new: RulePack) -> Comparison:
    _sweep_nothing(monkeypatch)
    return Comparison(old, new)


def _times(folder: Path, base: Path, times: int) -> Path:
    """A copy of a pack with so many times its points."""
    shutil.copytree(base, folder)
    rules = yaml.load((folder / RULES).read_text(), yaml.BaseLoader)
    for piece in rules["evidence"]:
        if "points" in piece:
            piece["points"] = {id: times * int(own) for id, own in piece["points"].items()}
    (folder / RULES).write_text(yaml.safe_dump(rules, sort_keys=False))
    pack = yaml.load((folder / PACK).read_text(), yaml.BaseLoader)
    for outcome in pack["pack"]["outcomes"]:
        if "lead" in outcome:
            outcome |= {key: times * int(outcome[key]) for key in ("at-least", "lead")}
    (folder / PACK).write_text(yaml.safe_dump(pack, sort_keys=False))
    return folder


@pytest.mark.parametrize("outcome", ["normal-boil", "see-electrician"])
def test_an_outcome_that_only_one_pack_has_is_a_change(
    kettle: RulePack, vary: kettle_pack.Vary, monkeypatch: pytest.MonkeyPatch, outcome: str
) -> None:
    folder = vary()
    for file in folder.rglob("*.yaml"):
        file.write_text(file.read_text().replace(outcome, "new-name"))
    renamed = load(folder)
    for old, new in ((kettle, renamed), (renamed, kettle)):
        swept = Comparison(old, new)
        with monkeypatch.context() as patch:
            _few_tries(patch, 50)
            parted = _parted(patch, old, new)
        assert swept.kinds["other"]
        assert parted.kinds == swept.kinds


def _any_evidence(folder: Path, chance: random.Random, share: float, base: Path) -> Path:
    """A copy of a pack whose evidence, as much as this of it, does anything."""
    shutil.copytree(base, folder)
    rules = yaml.load((folder / RULES).read_text(), yaml.BaseLoader)
    outcomes = ["limescale", "normal-boil"]
    for piece in rules["evidence"]:
        if chance.random() > share:
            continue
        for key in ("points", "excludes", "confirms"):
            piece.pop(key, None)
        does = chance.choices(["points", "excludes", "confirms"], [6, 2, 1])[0]
        some = chance.sample(outcomes, chance.randint(1, 2 if does != "confirms" else 1))
        points = {id: chance.choice([-3, -2, -1, 1, 2, 3, 4]) for id in some}
        piece[does] = points if does == "points" else some
    (folder / RULES).write_text(yaml.safe_dump(rules, sort_keys=False))
    pack = yaml.load((folder / PACK).read_text(), yaml.BaseLoader)
    for outcome in pack["pack"]["outcomes"]:
        if "lead" in outcome:
            outcome |= {"at-least": chance.randint(2, 4), "lead": chance.randint(1, 3)}
    (folder / PACK).write_text(yaml.safe_dump(pack, sort_keys=False))
    return folder


@pytest.mark.parametrize("change", ["points", "evidence", "no proof", "a sign", "a limit"])
def test_a_change_is_shown_by_as_few_answers_as_its_case_allows(
    kettle: RulePack, vary: kettle_pack.Vary, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    _sweep_nothing(monkeypatch)
    _few_tries(monkeypatch, 50)
    compared = Comparison(kettle, load(vary(CHANGES[change])))
    told = list(groups(compared))
    assert told
    for group in told:
        for fewer in _fewer(group.answers):
            codes = compared.old.code(parse(kettle, fewer))
            results = compared.old.verdict(codes), compared.new.verdict(codes)
            assert kind_of(*results) != group.kind, fewer
        for id, choices in group.alike.items():
            assert len(choices) > 1
            for choice in choices:
                codes = compared.old.code(parse(kettle, {**group.answers, id: choice}))
                old, new = compared.old.verdict(codes), compared.new.verdict(codes)
                assert kind_of(old, new) == group.kind
                assert [it.outcome for it in (old, new)] == [group.old.outcome, group.new.outcome]
    # A limit lets through one answer alone.
    assert any(group.alike for group in told) == (change != "a limit")


def test_nothing_that_one_pack_alone_takes_is_shown_as_alike(vary: kettle_pack.Vary) -> None:
    other = (RULES, "when: {glass: yes}", "when: {leak: drip}")
    old = load(vary(other))
    steel = (QUESTIONS, GLASS, f"{GLASS}\n      - {{id: steel, text: steel}}")
    line = "do: Polish it.\n    when: {glass: [no, steel]}\n    rank: 33\n    because: It shines.\n"
    before = "  - id: no-cold-water\n"
    polish = f"  - id: polish\n    {line}    source: {{manual: page 1}}\n{before}"
    found = difference(old, load(vary(other, steel, (RULES, before, polish))))
    # With steel it is told in the new pack as with "no"; the old one does not know steel.
    assert [group.answers["glass"] for group in found.groups] == ["no"]
    assert not any(group.alike for group in found.groups)


def test_in_a_hurry_random_sets_stand_for_what_takes_long(
    kettle: RulePack,
    vary: kettle_pack.Vary,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _few_tries(monkeypatch, 1500)
    new = vary(CHANGES["points"])
    folders = [str(kettle_pack.FOLDER), str(new)]
    told = []
    for swept in (True, False):
        if not swept:
            _sweep_nothing(monkeypatch)
        assert run(["rules", "diff", "--quick", *folders, "--format", "json"]) == 1
        told.append(json.loads(capsys.readouterr().out))
    counted, drawn = told
    # What can be counted in no time is.
    assert counted["exact"]
    assert not counted["random_sets"]
    assert (drawn["exact"], drawn["changed_sets"], drawn["kinds"]) == (False, 0, {})
    assert drawn["changed_at_most"] >= counted["changed_sets"]
    tries, seen = drawn["random_sets"]["tries"], drawn["random_sets"]["kinds"]
    for kind, count in counted["kinds"].items():
        share = count / drawn["changed_at_most"]
        assert abs(seen.get(kind, 0) / tries - share) <= 4.5 * sqrt(share * (1 - share) / tries)
    assert {group["kind"] for group in drawn["groups"]} == set(counted["kinds"])


@pytest.mark.parametrize("change", ["points", "no proof", "a sign"])
def test_a_kind_that_no_random_set_meets_is_shown_as_well(
    kettle: RulePack, vary: kettle_pack.Vary, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    _sweep_nothing(monkeypatch)
    _few_tries(monkeypatch, 0)
    monkeypatch.setattr(drawn_module, "NEAR", 0)
    compared = Comparison(kettle, load(vary(CHANGES[change])))
    told = list(groups(compared))
    assert {group.kind for group in told} == set(compared.kinds)
    for group in told:
        assert group.kind == kind_of(group.old, group.new)
        assert 0 < group.count <= compared.kinds[group.kind]


@pytest.mark.parametrize("near", [0, 400])
def test_after_a_long_sweep_groups_are_counted_as_well(
    kettle: RulePack, vary: kettle_pack.Vary, monkeypatch: pytest.MonkeyPatch, near: int
) -> None:
    monkeypatch.setattr(comparing_module, "MOST_MOVES", 0)
    monkeypatch.setattr(drawn_module, "NEAR", near)
    found = difference(kettle, load(vary(CHANGES["points"])))
    assert found.is_exact
    assert {group.kind for group in found.groups} == set(found.kinds)
    for kind, count in found.kinds.items():
        own = [group.count for group in found.groups if group.kind == kind]
        assert all(own)
        assert sum(own) <= count
    said = "\n".join(found.lines(str))
    assert "random" not in said
    assert "of those near" not in said


def _alike(compared: Comparison, group: Group) -> int:
    """Whoever gives one of the answers of a group to each of its questions, as a diagram."""
    given = compared.samples.answers
    region = TRUE
    for id, answer in group.answers.items():
        for own in answer if isinstance(answer, list) else [answer]:
            choices = []
            for it in group.alike.get(id, [own]):
                choices += given.of(compared.old.code(parse(compared.old.pack, {id: it})))
            region = compared.old.diagrams.both(region, given.given(choices))
    return region


def _fewer(answers: Mapping[str, object]) -> Iterator[dict[str, object]]:
    """All sets of answers within some, but for them themselves."""
    ways: list[list[object]] = []
    for answer in answers.values():
        several = answer if isinstance(answer, list) else [answer]
        few = [list(it) for n in range(len(several) + 1) for it in combinations(several, n)]
        ways.append([*few] if isinstance(answer, list) else [None, answer])
    for picked in product(*ways):
        fewer = {id: it for id, it in zip(answers, picked, strict=True) if it}
        if fewer != dict(answers):
            yield fewer


def _few_tries(monkeypatch: pytest.MonkeyPatch, tries: int) -> None:
    monkeypatch.setattr(drawn_module, "TRIES", tries)
    monkeypatch.setattr(drawn_module, "NEAR", 400)


@pytest.mark.parametrize("change", ["points", "a sign", "an outcome", "a rank"])
def test_what_is_not_counted_is_bounded_and_drawn_evenly(
    kettle: RulePack, vary: kettle_pack.Vary, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    other = load(vary(CHANGES[change], CHANGES["a limit"]))
    exact = Comparison(kettle, other)
    _count_nothing(monkeypatch)
    _few_tries(monkeypatch, 1500)
    found = difference(kettle, other)
    assert found.unfinished
    assert found.drawn is not None
    assert exact.changed <= found.most < found.space
    for kind in KINDS:
        share = exact.kinds.get(kind, 0) / found.most
        seen = found.drawn.kinds.get(kind, 0) / found.drawn.tries
        assert abs(seen - share) <= 4.5 * sqrt(share * (1 - share) / found.drawn.tries)
    for group in found.groups:
        assert group.kind == kind_of(group.old, group.new)
        assert group.old == exact.old.verdict(exact.old.code(parse(kettle, group.answers)))
        _is_evaluated(kettle, dict(group.answers), group.old)
        _is_evaluated(other, dict(group.answers), group.new)
    assert {group.kind for group in found.groups} >= set(found.drawn.kinds)
    # The rule behind "a limit" is one of them.
    assert "drips-for-long" in {group.rule for group in found.groups}


def test_what_takes_too_long_is_never_taken_for_no_change(
    kettle: RulePack, vary: kettle_pack.Vary, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = load(vary(CHANGES["points"]))
    _few_tries(monkeypatch, 100)
    _count_nothing(monkeypatch)
    found = difference(kettle, other)
    assert found.is_any
    assert found.unfinished
    said = "\n".join(found.lines(str))
    assert "not counted exactly: what comes out otherwise" in said
    assert "at most" in said


def test_where_advice_takes_too_long_all_else_is_counted(
    kettle: RulePack, vary: kettle_pack.Vary, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = load(vary(CHANGES["a sign"], CHANGES["advice by reason"]))
    exact = Comparison(kettle, other)
    assert exact.kinds["advice"]
    _sweep_nothing(monkeypatch)
    _few_tries(monkeypatch, 200)
    monkeypatch.setattr(comparing_module, "MOST_PARTS", 0)
    found = difference(kettle, other)
    assert found.kinds == {kind: n for kind, n in exact.kinds.items() if kind != "advice"}
    assert exact.changed <= found.most
    said = "\n".join(found.lines(str))
    assert "not counted exactly: what comes out with other advice alone" in said
    assert "with other advice alone at most" in " ".join(said.split())


def test_a_region_too_large_to_draw_is_still_counted(
    kettle: RulePack, vary: kettle_pack.Vary, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = load(vary(CHANGES["an outcome"], CHANGES["a limit"]))
    exact = Comparison(kettle, other)
    monkeypatch.setattr(turns_module, "MOST_NODES", 0)
    _few_tries(monkeypatch, 100)
    found = Comparison(kettle, other)
    assert found.kinds == exact.kinds
    assert found.changed <= found.most


def test_the_command_tells_each_change_with_a_command_to_paste(
    vary: kettle_pack.Vary, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(vary(CHANGES["a limit"]))
    assert run(["rules", "diff", str(kettle_pack.FOLDER), folder]) == 1
    said = capsys.readouterr().out
    assert "see-electrician, routine, electrician -> see-electrician, soon, shop" in said
    assert f"bumpcheck check --rules {folder} -a 'since=2 weeks' -a leak=drip" in said
    assert run(["rules", "diff", str(kettle_pack.FOLDER), folder, "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["changed"]
    assert told["exact"]
    assert told["groups"][0]["answers"] == {"since": "2 weeks", "leak": "drip"}
    assert sum(it["count"] for it in told["groups"]) + told["more"] == told["changed_sets"]


def test_a_folder_is_compared_with_an_earlier_revision(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "repository" / "kettle"
    shutil.copytree(kettle_pack.FOLDER, folder)

    def git(*arguments: str) -> None:
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(
            ["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True
        )

    git("init", ".")
    git("add", ".")
    git("commit", "-m", "before")
    assert run(["rules", "diff", str(folder), "--rev", "HEAD"]) == 0
    name, old, new = CHANGES["a limit"]
    path = folder / name
    before = path.read_text("utf-8")
    path.write_text(before.replace(old, new), "utf-8")
    assert run(["rules", "diff", str(folder), "--rev", "HEAD"]) == 1
    path.write_text("red-flags: [", "utf-8")
    git("add", ".")
    git("commit", "-m", "broken")
    path.write_text(before, "utf-8")
    capsys.readouterr()
    assert run(["rules", "diff", str(folder), "--rev", "HEAD"]) == 3
    assert f"HEAD:{folder}" in capsys.readouterr().err
    assert run(["rules", "diff", str(folder), "--rev", "--output=x"]) == 2
    assert "is no revision of" in capsys.readouterr().err


def test_what_cannot_be_compared_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kettle = str(kettle_pack.FOLDER)
    assert run(["rules", "diff", kettle]) == 2
    assert run(["rules", "diff", kettle, kettle, "--rev", "HEAD"]) == 2
    assert run(["rules", "diff", kettle, str(tmp_path)]) == 3
    assert run(["rules", "diff", str(tmp_path / "none"), "--rev", "HEAD"]) == 2
    capsys.readouterr()
