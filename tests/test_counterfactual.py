"""What would change a result: held against every other answer, tried one after the other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import chain, combinations, product
from pathlib import Path

import pytest
from hypothesis import given, settings

import bumpcheck
from bumpcheck import RulePack
from bumpcheck.cli.app import run
from bumpcheck.model import RANK, URGENCIES, Question
from bumpcheck.pack import shipped
from bumpcheck.report.changes import more_urgent
from bumpcheck.report.layout import View, lay_out
from bumpcheck.result import Result

from .beside import known_cases
from .kettle import QUESTIONS, Said, Vary, answer_sets

Ends = set[tuple[str, str]]
# On either side of every limit that a rule of the kettle sets, and of one another.
AMOUNTS: dict[str, str] = {
    "since": "1 hour,13 days,14 days,15 days,2 months,3 years,6 years,12 years,30 years,50 years",
    "age": "1 hour,27 days,28 days,1 month,2 years,5 years,7 years,20 years,21 years,50 years",
    "fill": "4 mm,5 mm,30 cm",
}
NONE = {"flakes": {"none"}}


def new_answers(question: Question) -> list[object]:
    """Every answer in full; of a quantity one on either side of each limit."""
    if question.kind == "quantity":
        return list(AMOUNTS[question.id].split(","))
    ids = [answer.id for answer in question.answers]
    if question.kind == "one":
        return list(ids)
    alone = NONE.get(question.id, set())
    sets = chain.from_iterable(combinations(ids, count) for count in range(1, len(ids) + 1))
    return [list(some) for some in sets if len(some) == 1 or alone.isdisjoint(some)]


def verdict(result: Result) -> tuple[str, str]:
    return result.outcome, result.urgency


def reached(pack: RulePack, said: Said, questions: tuple[str, ...], **options: bool) -> Ends:
    """Every outcome and urgency that other answers to these questions lead to."""
    ways = product(*(new_answers(pack.question(id)) for id in questions))
    return {
        verdict(bumpcheck.check({**said, **dict(zip(questions, way, strict=True))}, rules=pack,
                                **options))
        for way in ways
    }  # fmt: skip


def changes(result: Result) -> dict[tuple[str, ...], Ends]:
    """What is told, by the questions that are answered anew."""
    told: dict[tuple[str, ...], Ends] = {}
    assert result.would_change is not None
    for change in result.would_change:
        told.setdefault(tuple(change.answers.given), set()).add((change.outcome, change.urgency))
    return told


def explained(pack: RulePack, said: Mapping[str, object], **options: bool) -> Result:
    return bumpcheck.check(said, rules=pack, explain=True, **options)


def confirm(pack: RulePack, said: Mapping[str, object], result: Result, **options: bool) -> None:
    """Each change does what it says, when its answers are put in as any others are."""
    for change in result.would_change or ():
        entry = change.as_dict(pack)
        new = entry["answers"]
        assert isinstance(new, dict)
        assert new
        again = bumpcheck.check({**said, **new}, rules=pack, **options)
        assert verdict(again) == (entry["outcome"], entry["urgency"]) != verdict(result)
        assert (again.disposition, again.reason) == (change.disposition, change.reason)
        assert not any(new_.unknown for new_ in change.answers.given.values())


def small_sets(pack: RulePack, size: int) -> Iterator[tuple[str, ...]]:
    """Sets of questions that can be enumerated in a test: not two long lists at once."""
    several = {q.id for q in pack.questions if q.kind == "many"}
    for some in combinations([q.id for q in pack.questions], size):
        if len(several.intersection(some)) < 2:
            yield some


# --- Against enumeration --------------------------------------------------------------------------


def compare(pack: RulePack, said: Said, **options: bool) -> int:
    """Hold what is told against what enumeration finds, up to two questions; the smallest size."""
    result = explained(pack, said, **options)
    told = changes(result)
    now = verdict(result)
    smallest = 0
    for size in (1, 2):
        sets = list(small_sets(pack, size))
        found = {some: reached(pack, said, some, **options) - {now} for some in sets}
        found = {some: ends for some, ends in found.items() if ends}
        if not smallest and found:
            smallest = size
            assert {some: ends for some, ends in told.items() if some in sets} == found
        elif smallest:
            named = {u for some, ends in told.items() if len(some) < size for _, u in ends}
            more = {u for u in URGENCIES if RANK[u] > RANK[result.urgency]} - named
            extra = {some: {end for end in ends if end[1] in more} for some, ends in found.items()}
            extra = {some: ends for some, ends in extra.items() if ends}
            assert {some: ends for some, ends in told.items() if some in sets} == extra
        else:
            assert all(len(some) > size for some in told)
    return smallest


@pytest.mark.no_cover  # many cases through the same lines
@pytest.mark.parametrize(
    ("said", "smallest"),
    [
        ({}, 1),
        ({"smell": "burnt"}, 1),
        ({"smell": "burnt", "noise": "bang", "fill": "1 mm"}, 2),
        ({"smell": "unknown", "noise": "unknown", "fill": "2 cm", "leak": "pour"}, 1),
        ({"flakes": "white", "age": "2 years", "since": "2 years", "noise": "none"}, 1),
        ({"flakes": ["none", "unknown"], "tried": ["vinegar-helped", "distilled"]}, 1),
        ({"noise": "hum", "flakes": "none", "where": ["body"], "age": "30 years"}, 1),
        ({"since": "10 years", "age": "5 years", "leak": "drip"}, 1),
    ],
)
@pytest.mark.parametrize("options", [{}, {"strict": True}, {"strict": True, "none_of_these": True}])
def test_the_kettle_against_enumeration(
    kettle: RulePack, said: Said, smallest: int, options: dict[str, bool]
) -> None:
    assert compare(kettle, said, **options) == smallest


@pytest.mark.parametrize("options", [{}, {"strict": True}, {"none_of_these": True}])
@given(said=answer_sets())
@settings(max_examples=25)
def test_every_single_answer_that_flips_is_told_and_every_change_is_confirmed(
    kettle: RulePack, said: Said, options: dict[str, bool]
) -> None:
    result = explained(kettle, said, **options)
    confirm(kettle, said, result, **options)
    now = verdict(result)
    found = {
        (q.id,): ends
        for q in kettle.questions
        if (ends := reached(kettle, said, (q.id,), **options) - {now})
    }
    told = changes(result)
    assert {some: ends for some, ends in told.items() if len(some) == 1} == found


@pytest.mark.parametrize(
    ("said", "smallest"),
    [
        ({"smell": "burnt", "leak": "pour", "noise": "bang", "fill": "1 mm"}, 3),
        ({"smell": "burnt", "leak": "pour", "flakes": "brown"}, 2),
        ({"smell": "plastic", "where": "base", "leak": "drip", "glass": "no"}, 1),
    ],
)
def test_no_set_of_any_size_is_missed_where_all_can_be_tried(
    vary: Vary, said: Said, smallest: int
) -> None:
    fixed = ("where", "since", "age", "tried")
    folder = vary(
        ("rules.yaml", "urgency: same-day\n    if-unknown: soon\n    door: shop",
         "urgency: emergency\n    if-unknown: soon\n    door: shop"),
        *(("questions.yaml", f"- id: {id}\n", f"- id: {id}\n    fixed: yes\n") for id in fixed),
    )  # fmt: skip
    pack = bumpcheck.load(folder)
    result = explained(pack, said)
    now = verdict(result)
    free = [q.id for q in pack.questions if not q.fixed]
    wanted: dict[tuple[str, ...], Ends] = {}
    named: set[str] = {it for it in URGENCIES if RANK[it] <= RANK[result.urgency]}
    for size in range(1, 4):
        ends = {some: reached(pack, said, some) - {now} for some in combinations(free, size)}
        if wanted:
            # Beyond the smallest there is only what is more urgent than any change so far.
            ends = {some: {e for e in of if e[1] not in named} for some, of in ends.items()}
        ends = {some: of for some, of in ends.items() if of}
        if not wanted and ends:
            assert size == smallest
        wanted |= ends
        named |= {urgency for of in ends.values() for _, urgency in of}
    assert changes(result) == wanted


def test_answers_are_the_fewest_and_the_first_of_the_pack(kettle: RulePack) -> None:
    result = explained(kettle, {"smell": "no", "leak": "no"})
    told = {
        (*change.answers.given, change.urgency): change.answers.as_input(kettle)
        for change in result.would_change or ()
    }
    assert told["smell", "emergency"] == {"smell": "burnt"}
    assert told["flakes", "self-care"] == {"flakes": ["white"]}
    # What nobody asks about is an answer as well, and a kettle is as old as its band says.
    assert told["leak", "same-day"] == {"leak": "pour"}
    for change in result.would_change or ():
        for given_ in change.answers.given.values():
            assert len(given_.chosen) <= 2


def test_where_it_takes_two_answers_to_one_question_both_are_told(kettle: RulePack) -> None:
    said: Said = {"noise": "hum", "flakes": "none"}
    assert compare(kettle, said) == 1
    told = [change.as_dict(kettle) for change in explained(kettle, said).would_change or ()]
    both = {"tried": ["vinegar-helped", "stops-at-boil"]}
    assert {"answers": both, "outcome": "see-electrician", "urgency": "routine"} in told


@pytest.mark.parametrize("bounds", ["since: {longer-than: age}", "age: {longer-than: since}"])
def test_two_amounts_may_both_vary_within_the_same_bounds(vary: Vary, bounds: str) -> None:
    question, than = bounds.partition(":")[0], "age" if bounds.startswith("since") else "since"
    others = [id for id in QUESTIONS if id not in ("age", "since")]
    folder = vary(
        (
            "rules.yaml",
            "    when: {age: {over: 20 years}}\n",
            f"    when: {{{question}: {{over: 20 years, longer-than: {than}}},"
            f" {than}: {{over: 20 years}}}}\n",
        ),
        ("rules.yaml", "    when: {since: {longer-than: age}}\n", "    when: {glass: unknown}\n"),
        *(("questions.yaml", f"- id: {id}\n", f"- id: {id}\n    fixed: yes\n") for id in others),
    )
    pack = bumpcheck.load(folder)
    said: Said = {"tried": "vinegar-helped", "flakes": "white"}
    result = explained(pack, said)
    confirm(pack, said, result)
    assert changes(result) == {("since", "age"): {("see-electrician", "routine")}}


def test_what_only_a_contradiction_would_raise_is_not_told(vary: Vary) -> None:
    old = "    when: {smell: burnt}\n    because: What smells burnt may burn.\n"
    new = "    when: {all: [{flakes: none}, {flakes: brown}]}\n    because: Never.\n"
    pack = bumpcheck.load(vary(("rules.yaml", old, new)))
    told = explained(pack, {"noise": "hum"}).would_change or ()
    assert told
    assert all(set(c.answers.given) == {"noise", "fill"} for c in told if c.urgency == "emergency")


def test_an_answer_that_contradicts_itself_is_none(kettle: RulePack) -> None:
    for change in explained(kettle, {"noise": "hum", "tried": "stops-at-boil"}).would_change or ():
        given_ = change.answers.given.get("flakes")
        assert given_ is None or set(given_.chosen) != {"none", "white"}


def test_what_is_fixed_never_varies(kettle: RulePack, vary: Vary) -> None:
    said: Said = {"tried": "vinegar-helped", "age": "2 years"}
    assert any("age" in some for some in changes(explained(kettle, said)))
    old = "aliases: [years, old]\n"
    pack = bumpcheck.load(vary(("questions.yaml", old, f"{old}    fixed: yes\n")))
    told = changes(explained(pack, said))
    assert told
    assert not any("age" in some for some in told)


def test_where_nothing_can_change_it_nothing_is_told(vary: Vary) -> None:
    old = "    ask: Does it smell?\n"
    pack = bumpcheck.load(vary(("questions.yaml", old, f"{old}    fixed: yes\n")))
    assert explained(pack, {"smell": "burnt"}).would_change == ()


def test_it_is_worked_out_only_on_request(kettle: RulePack) -> None:
    result = bumpcheck.check({}, rules=kettle)
    assert result.would_change is None
    assert result.as_dict()["would_change"] is None
    told = explained(kettle, {}).as_dict()["would_change"]
    assert isinstance(told, list)
    assert all(list(change) == ["answers", "outcome", "urgency"] for change in told)


def test_a_search_that_takes_too_long_tells_nothing(
    kettle: RulePack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bumpcheck.reach.case.MOST_STEPS", 10)
    assert explained(kettle, {}).would_change is None


def test_rules_without_a_coded_form_tell_nothing(vary: Vary) -> None:
    old = "    when: {since: {longer-than: age}}\n"
    new = "    when: [{since: {longer-than: age}}, {since: {longer-than: idle}}]\n"
    question = (
        "\n  - {id: idle, kind: quantity, group: G, ask: A, why: W, measure: time, "
        "at-most: 50 years}\n"
    )
    pack = bumpcheck.load(vary(("rules.yaml", old, new), ("questions.yaml", "", question)))
    assert explained(pack, {}).would_change is None


# --- The shipped rules ----------------------------------------------------------------------------


@pytest.mark.no_cover  # many cases through the same lines
@pytest.mark.parametrize("at", range(25))
def test_the_shipped_rules_against_every_single_answer(at: int) -> None:
    pack = shipped()
    every = known_cases()
    case = every[at * len(every) // 25]
    options = {"strict": case.strict, "none_of_these": case.none_of_these}
    result = explained(pack, case.given, **options)
    confirm(pack, case.given, result, **options)
    told = changes(result)
    now = verdict(result)
    smallest = min(map(len, told), default=0)
    for question in pack.questions:
        if question.id == "age":
            continue
        words = [band.value for band in question.bands] + [it.id for it in question.answers]
        for word in words:
            again = bumpcheck.check({**case.given, question.id: word}, rules=pack, **options)
            if verdict(again) != now:
                assert smallest == 1
                assert verdict(again) in told[question.id,], (question.id, word)
    assert not any("age" in some for some in told)


def test_two_reasons_for_an_emergency_take_two_other_answers() -> None:
    said = {"age": "34", "unwell": "swelling", "eye": "movement"}
    result = explained(shipped(), said)
    confirm(shipped(), said, result)
    assert result.urgency == "emergency"
    assert {frozenset(some) for some in changes(result)} >= {frozenset({"unwell", "eye"})}
    assert all(len(some) == 2 for some in changes(result))


# --- In words -------------------------------------------------------------------------------------


def worded(result: Result, *, clinician: bool = False) -> list[str]:
    lines = lay_out(result, View(explain=True, clinician=clinician, width=1000))
    texts = [line.text for line in lines]
    start = texts.index(result.pack.texts["heading.changes"]) + 1
    return texts[start : texts.index("", start)]


def test_people_are_told_only_what_calls_for_more_care_the_most_urgent_first() -> None:
    said = {"age": "34", "location": "under-eye", "firmness": "hard", "colour": "white"}
    result = explained(shipped(), said)
    told = more_urgent(result)
    ranks = [RANK[change.urgency] for change in told]
    assert ranks == sorted(ranks, reverse=True)
    assert set(ranks) == {RANK[urgency] for urgency in URGENCIES[1:]}
    assert len(worded(result)) == len(told) == 8
    assert all(change.reason != "conflict" for change in told)


def test_it_is_said_in_the_words_of_the_pack(kettle: RulePack) -> None:
    result = explained(kettle, {"leak": "pour", "noise": "hum"})
    assert '  - If the answer to "Does it smell?" is "burnt": now (the fire brigade).' in worded(
        result
    )
    told = worded(result, clinician=True)
    assert told[0] == "  - see-electrician, emergency, fire-brigade: smell burnt."
    dry = worded(explained(kettle, {"noise": "rattle"}))
    assert "  - If the water stands 1 mm high: now (the fire brigade)." in dry
    assert "  - If water pours out below: today (the shop)." in dry


def test_where_nothing_calls_for_more_care_people_are_told_nothing(kettle: RulePack) -> None:
    result = explained(kettle, {"smell": "burnt"})
    heading = kettle.texts["heading.changes"]
    assert heading not in [line.text for line in lay_out(result, View(explain=True))]
    assert worded(result, clinician=True)


def test_clinicians_are_told_which_answers_would_clash(
    kettle: RulePack, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = explained(kettle, {"tried": "vinegar-helped", "age": "5 years"})
    clashing = [line for line in worded(result, clinician=True) if "Two answers clash." in line]
    assert clashing == [
        "  - see-electrician, routine, electrician (Two answers clash.): since 6 years."
    ]
    monkeypatch.setattr("bumpcheck.report.changes.FOR_A_PERSON", 99)
    assert not any("6 years" in line for line in worded(result))


def test_what_can_come_about_is_told_before_what_was_so_all_along() -> None:
    said = {"age": "34", "location": "under-eye", "firmness": "hard", "colour": "white"}
    told = worded(explained(shipped(), {**said, "size": "1 mm", "duration": "1 year"}))
    bleeds = "If it starts to bleed or weep by itself: soon, within 2 weeks (a dermatologist)."
    assert f"  - {bleeds}" in told
    assert not any("eyelid where the lashes grow" in line for line in told)


def test_a_clinician_is_told_every_change_once(kettle: RulePack) -> None:
    result = explained(kettle, {})
    told = worded(result, clinician=True)
    ends = [line.partition(": ")[0] for line in told]
    assert len(set(ends)) == len(ends)
    ways = [way for line in told for way in line.partition(": ")[2].rstrip(".").split("; ")]
    assert len(set(ways)) == len(ways) == len(result.would_change or ())
    assert "noise bang and where base" in ways


def test_every_answer_of_the_shipped_rules_reads_after_an_if() -> None:
    for question in shipped().questions:
        clauses = [answer.clause or question.clause for answer in question.answers]
        assert question.fixed or all(clauses or [question.clause]), question.id


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("stands {said} high", "stands high", "takes {said}, and nothing else in braces"),
        ("stands {said} high", "stands {said} {high}", "takes {said}, and nothing else"),
        ("clause: water pours out below", 'clause: "water {said}"', "takes nothing in braces"),
        ("clause: water pours out below", "clause: {young: water}", "no person 'young'"),
    ],
)
def test_a_clause_that_cannot_be_filled_in_is_refused(
    vary: Vary, old: str, new: str, message: str
) -> None:
    with pytest.raises(bumpcheck.RulePackError) as caught:
        bumpcheck.load(vary(("questions.yaml", old, new)))
    assert any(message in problem.message for problem in caught.value.problems)


def test_the_command_explains_with_its_own_options(tmp_path: Path) -> None:
    written = tmp_path / "result.json"
    flags = ["--age", "34", "--strict", "--format", "json", "--output", str(written)]
    assert run(["check", *flags, "--explain"]) == 0
    told = json.loads(written.read_text("utf-8"))["would_change"]
    result = bumpcheck.check({"age": "34"}, strict=True, explain=True)
    assert told == result.as_dict()["would_change"]
