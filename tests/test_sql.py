"""The rules as SQL: one view, run by DuckDB, gives the same as the evaluator."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bumpcheck import RulePack, answers
from bumpcheck.answers import Answers
from bumpcheck.batch.classify import Evaluated
from bumpcheck.coded import Amount, CodedPack, Several, coded
from bumpcheck.coded.covers import Covers
from bumpcheck.coded.diagrams import FALSE, IS_POSSIBLE, IS_TRUE, TRUE
from bumpcheck.errors import BumpcheckError
from bumpcheck.export.sql import Coding, View
from bumpcheck.export.sql.dialects import DIALECTS, rendered
from bumpcheck.export.sql.wide import Asking
from bumpcheck.pack import shipped

from . import kettle as kettle_pack
from .beside import known_cases
from .test_coded import MODES, at_random

Row = tuple[object, ...]
RANDOM = 1000


@cache
def evaluator(pack: RulePack, strict: bool, none_of_these: bool) -> Evaluated:
    asked = [question.id for question in pack.questions]
    return Evaluated(pack, asked, strict=strict, none_of_these=none_of_these)


def wanted(pack: RulePack, case: Answers, *, strict: bool, none_of_these: bool) -> Row:
    """The columns of a batch, by the evaluator."""
    judge = evaluator(pack, strict, none_of_these)
    said = [[case.given.get(question.id)] for question in pack.questions]
    return (*(cell for (cell,) in judge.verdicts(said, 1)), None)


def table(form: CodedPack, drawn: Sequence[Row]) -> duckdb.DuckDBPyConnection:
    """A database with coded cases, each with its number before."""
    database = duckdb.connect(config={"threads": "1"})
    names = ", ".join(f"{column} INTEGER" for column in ("id", *Coding(form).columns))
    database.execute(f"CREATE TABLE coded_cases ({names})")
    for start in range(0, len(drawn), 500):
        rows = ", ".join(
            str((at, *row)).replace("None", "NULL")
            for at, row in enumerate(drawn[start : start + 500], start)
        )
        database.execute(f"INSERT INTO coded_cases VALUES {rows}")
    return database


@cache
def every_case() -> tuple[Answers, ...]:
    """The cases beside the rules, and of the shared random answer sets a part, or all in full."""
    pack = shipped()
    drawn = at_random() if os.environ.get("BUMPCHECK_FULL") else at_random()[:RANDOM]
    return (*drawn, *(answers.parse(pack, case.given) for case in known_cases()))


# --- The view -------------------------------------------------------------------------------------


@pytest.mark.no_cover  # many cases through the same lines
@pytest.mark.parametrize("mode", range(len(MODES)))
def test_the_view_gives_what_the_evaluator_gives(mode: int) -> None:
    pack, (strict, none_of_these) = shipped(), MODES[mode]
    form = coded(pack)
    drawn = every_case()[mode :: len(MODES)]
    database = table(form, [form.code(case) for case in drawn])
    view = View(form, "coded_cases", ["id"], strict=strict, none_of_these=none_of_these)
    given = database.execute(f"{view.whole()} ORDER BY id").fetchall()
    assert len(given) == len(drawn)
    for case, (_, *row) in zip(drawn, given, strict=True):
        assert tuple(row) == wanted(pack, case, strict=strict, none_of_these=none_of_these)


@given(st.lists(kettle_pack.answer_sets(), min_size=1, max_size=60), st.sampled_from(MODES))
@settings(max_examples=4)
def test_a_kettle_comes_out_the_same(
    kettle: RulePack, said: list[kettle_pack.Said], mode: tuple[bool, bool]
) -> None:
    strict, none_of_these = mode
    form = coded(kettle)
    drawn = [answers.parse(kettle, one) for one in said]
    view = View(form, "coded_cases", ["id"], strict=strict, none_of_these=none_of_these)
    database = table(form, [form.code(case) for case in drawn])
    given = database.execute(f"{view.whole()} ORDER BY id").fetchall()
    assert [row[1:] for row in given] == [
        wanted(kettle, case, strict=strict, none_of_these=none_of_these) for case in drawn
    ]


def test_what_is_no_code_has_an_error_and_no_verdict_and_null_was_not_asked(
    kettle: RulePack,
) -> None:
    form = coded(kettle)
    coding = Coding(form)
    rows: list[Row] = [coding.silent, (None,) * len(coding.columns)]
    rows += [
        (*coding.silent[:at], code, *coding.silent[at + 1 :])
        for at, most in enumerate(coding.most)
        for code in (-1, most + 1)
    ]
    query = View(form, "coded_cases", ["id"]).whole()
    silent, null, *wrong = table(form, rows).execute(f"{query} ORDER BY id").fetchall()
    assert silent[1:] == null[1:]
    assert silent[-1] is None
    for at, row in enumerate(wrong):
        assert row[1:] == (*[None] * (len(row) - 2), f"{coding.columns[at // 2]}: no such code")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_other_databases_have_the_view_in_their_own_words(kettle: RulePack, dialect: str) -> None:
    query = rendered(View(coded(kettle), "coded_cases", ["id"]).whole(), dialect)
    assert query.startswith("WITH ")
    assert all(name in query for name in ("not_ruled_out", "coded_cases"))


def test_an_unknown_database_is_told_with_those_that_are() -> None:
    with pytest.raises(BumpcheckError, match="did you mean spark"):
        rendered("SELECT 1", "sprak")


def test_the_code_book_tells_every_number(kettle: RulePack) -> None:
    form = coded(kettle)
    coding = Coding(form)
    book = coding.book()
    assert tuple(book) == coding.columns
    for block, column, most in zip(form.blocks, coding.columns, coding.most, strict=False):
        told = book[column]
        assert isinstance(told, dict)
        if isinstance(block, Several):
            assert (1 << len(set(told["bits"].values()))) - 1 == most
        else:
            numbers = {*told["codes"].values(), *range(len(told.get("from", ())))}
            assert numbers == set(range(most + 1))
        if isinstance(block, Amount):
            assert told["from"] == [low for low, _ in block.cells[: len(told["from"])]]


# --- Terms ----------------------------------------------------------------------------------------


def test_terms_cover_what_they_must_and_nothing_that_they_may_not() -> None:
    form = coded(shipped())
    covers = Covers(form.diagrams, form.blocks, form.relations)
    both, either, without = form.diagrams.both, form.diagrams.either, form.diagrams.without
    flags = [it.node for it in form.rules.red_flags]
    for node in [*flags, *(it.node for it in form.rules.signs)]:
        needed = form.diagrams.mapped(node, IS_TRUE)
        for allowed in (needed, form.diagrams.mapped(node, IS_POSSIBLE)):
            covered = FALSE
            for term in covers.cover(needed, allowed):
                holds = TRUE
                for asked in term.values():
                    holds = both(holds, asked)
                covered = either(covered, holds)
            assert without(needed, covered) == without(covered, allowed) == FALSE


def test_what_is_asked_of_a_wide_question_is_said_by_one_of_and_none_of() -> None:
    form = coded(shipped())
    block = form.compiler.blocks["location"]
    assert isinstance(block, Several)
    asking = Asking(form.diagrams, block)
    codes = {block.code(case.given.get("location")) for case in at_random()[:2000]}
    covers = Covers(form.diagrams, form.blocks, form.relations)
    place = form.blocks.index(block)
    possible = [form.diagrams.mapped(it.node, IS_POSSIBLE) for it in form.rules.signs]
    terms = [term for node in possible for term in covers.cover(node, node)]
    asked = {term[place] for term in terms if place in term}
    assert asked
    for node in asked:
        for code in codes:
            bits = code or asking.nothing
            told = any(
                not ask.none & bits and all(one_of & bits for one_of in ask.some)
                for ask in asking.asks(node)
            )
            way = dict(enumerate(block.way(code), block.first))
            assert told == (form.diagrams.walked(node, way) == TRUE)
