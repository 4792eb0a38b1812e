"""Files of cases, piece by piece: names, cells, verdicts, and the forms of rows."""

from __future__ import annotations

import csv
import io
import json
import random
import tracemalloc
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from functools import cache
from itertools import product
from pathlib import Path
from typing import IO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

import bumpcheck
from bumpcheck import RulePack, answers, cases
from bumpcheck.answers import Given
from bumpcheck.batch import cells as cells_module
from bumpcheck.batch import lines as lines_module
from bumpcheck.batch import planes, streams, tables, telling
from bumpcheck.batch import rows as rows_module
from bumpcheck.batch.cells import Cell, Column, Value
from bumpcheck.batch.classify import Evaluated, JudgedBy, Judging, columns, judging
from bumpcheck.batch.judging import Sliced
from bumpcheck.batch.lines import Objects
from bumpcheck.batch.names import Layout, Names, lay_out
from bumpcheck.batch.rows import Judged, Own, Source, judged
from bumpcheck.batch.streams import UTF_8, Input, Lines, opened
from bumpcheck.batch.summary import Tally, as_json, as_text, progress, told
from bumpcheck.batch.tables import Table
from bumpcheck.batch.weighed import Argument, weighed
from bumpcheck.batch.writing import LinesWriter, TableWriter, text_over
from bumpcheck.conditions import Ready
from bumpcheck.errors import BumpcheckError, FileError
from bumpcheck.facts import FALSE, OPEN, TRUE, Facts
from bumpcheck.model import Evidence
from bumpcheck.pack import shipped, shipped_folder
from bumpcheck.weighing import weigh

from . import kettle as kettle_pack
from .kettle import Said, answer_sets

PACKS = Path(__file__).parent
FOLDERS = [shipped_folder(), str(kettle_pack.FOLDER), str(PACKS / "cli" / "packs" / "lamp")]

Verdict = tuple[Cell, ...]


def names(*mapped: str) -> Names:
    pack = shipped()
    return Names(pack, columns(pack), mapped)


def source_of(content: bytes, encoding: str = UTF_8) -> Input:
    return Input("some.csv", io.BytesIO(content), encoding, ExitStack())


@cache
def judge_of(asked: tuple[str, ...]) -> Judging:
    return judging(shipped(), asked, strict=False, none_of_these=False)


def run(source: Source[Own]) -> list[tuple[Own, Verdict]]:
    """Every row with its verdict."""
    came: list[Own] = []

    def begin(own: Own) -> str:
        came.append(own)
        return ""

    blocks = judged(source, judge_of(source.asked), begin, Tally())
    verdicts = [verdict for block in blocks for verdict in zip(*block.verdicts, strict=True)]
    return list(zip(came, verdicts, strict=True))


def written(kind: type[TableWriter[Own]] | type[LinesWriter[Own]], source: Source[Own]) -> str:
    """Every row with its verdict, as text."""
    out = io.StringIO(newline="")
    writer = kind(out, source, columns(shipped()))
    for rows in judged(source, judge_of(source.asked), writer.begin, Tally()):
        writer.write(rows)
    return out.getvalue()


# --- Names ----------------------------------------------------------------------------------------


def test_columns_are_found_by_question_and_alias_in_the_order_of_the_pack() -> None:
    found = lay_out(["id", "color", "where", "age"], names())
    assert found == Layout(
        names=("id", "color", "where", "age"),
        asked=("age", "location", "colour"),
        places=(3, 2, 1),
        hints=(),
    )


@pytest.mark.parametrize(
    ("column", "question"),
    [
        ("Age", "age"),
        (" age ", "age"),
        ("AGE", "age"),
        ("firmnes", "firmness"),
        ("bleading", "bleeding"),
        ("age_in_years", "age"),
        ("Bump colour", "colour"),
        ("durations", "duration"),
    ],
)
def test_a_near_miss_is_told_with_what_to_do(column: str, question: str) -> None:
    layout = lay_out([column, "pain"], names())
    (hint,) = layout.hints
    assert f"'{column}' is not read" in hint
    assert f"--map {question}={column}" in hint.replace("'", "")
    assert layout.asked == ("pain",)


@pytest.mark.parametrize("column", ["id", "case", "note", "name", "date", "", "doctor", "visit"])
def test_a_column_that_is_like_no_question_passes_in_silence(column: str) -> None:
    assert lay_out([column, "pain"], names()).hints == ()


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (["age", "note", "note"], "two columns are called 'note'"),
        (["age", "age"], "two columns are called 'age'"),
        (["age", "", ""], "two columns have no name"),
        (["age", "outcome"], "'outcome'"),
        (["age", "points_milia"], "'points_milia'"),
        (["age", "error"], "'error'"),
        (["colour", "age", "color"], "columns 'colour' and 'color' both answer colour"),
        (["age;location;firmness"], "separated by semicolons"),
        (["age\tlocation\tfirmness"], "separated by tabs"),
    ],
)
def test_a_header_that_cannot_be_taken_is_refused(header: list[str], says: str) -> None:
    with pytest.raises(BumpcheckError, match=says.replace("(", r"\(")):
        lay_out(header, names())


def test_a_table_without_a_question_is_told() -> None:
    assert "no column is a question: there are 'id', 'x'" in lay_out(["id", "x"], names()).hints[0]


def test_a_column_is_mapped_by_hand_and_then_answers_alone() -> None:
    layout = lay_out(["years", "age", "where"], names("age=years", "location=where"))
    assert layout.asked == ("age", "location")
    assert layout.places == (0, 2)
    assert layout.hints == ("column 'age' is not read: age is taken from 'years'",)


def test_a_name_may_hold_an_equals_sign_when_it_is_mapped() -> None:
    assert lay_out(["a=b"], names("color=a=b")).asked == ("colour",)


@pytest.mark.parametrize(
    ("mapped", "says"),
    [
        (["age"], "write it as QUESTION=COLUMN"),
        (["agee=x"], "did you mean age"),
        (["age=x", "age=y"], "age is mapped twice"),
        (["colour=x", "color=y"], "colour is mapped twice"),
        (["age=x", "size=x"], "column 'x' is mapped twice"),
        (["age=yers"], "did you mean years"),
        (["age=nowhere"], "there are 'years', 'x', 'y'"),
    ],
)
def test_a_map_that_cannot_be_is_refused(mapped: list[str], says: str) -> None:
    with pytest.raises(BumpcheckError, match=says):
        lay_out(["years", "x", "y"], names(*mapped))


def test_a_hostile_header_is_read_in_no_time() -> None:
    header = ["age", *(f"agge{number}" for number in range(20_000)), "x" * 1_000_000]
    assert lay_out(header, names()).asked == ("age",)


# --- Cells ----------------------------------------------------------------------------------------


def same(_: str, given: Given | None) -> Given | None:
    return given


def test_each_text_is_read_once_right_or_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[object] = []

    def parse(pack: RulePack, said: dict[str, object]) -> answers.Answers:
        read.extend(said.values())
        return answers.parse(pack, said)

    monkeypatch.setattr(cells_module, "parse", parse)
    column = Column(shipped(), "location", same)
    cells = ["nose; cheek", "unknown", "", "nos", "  ", None, "nos"]
    places = Given(chosen=("nose", "cheek"))
    for _ in range(3):
        came = column.codes(cells)
        assert came == [places, Given(unknown=True), None, None, None, None, None]
        refused = dict(column.refusals(cells))
        assert list(refused) == [3, 6]
        assert "'nos' is not an answer: did you mean nose" in refused[6]
    assert read == ["nose; cheek", "unknown", "nos"]
    # What was wrong before is not wrong now.
    assert column.codes(["nose; cheek"]) == [places]
    assert list(column.refusals(["nose; cheek"])) == []


def test_a_million_different_texts_do_not_fill_the_memory() -> None:
    column = Column(shipped(), "age", same)
    held = 0
    for number in range(3 * cells_module.TEXTS):
        good, bad = column.codes([f"{100 + number % 900}.{number} days", f"some {number}"])
        assert (good is not None, bad, len(column.refused)) == (True, None, 1)
        held = max(held, len(column), len(column._wrong))
    assert held <= cells_module.TEXTS
    long = f"{'0' * 100_000}34"
    assert column.codes([long]) != [None]
    assert long not in column


# --- Verdicts -------------------------------------------------------------------------------------


def expected(pack: RulePack, said: Said, *, strict: bool, none_of_these: bool) -> Verdict:
    """The columns of a verdict, read off the JSON of a check."""
    came = bumpcheck.check(said, rules=pack, strict=strict, none_of_these=none_of_these).as_dict()

    def ids(key: str) -> str:
        listed = came[key]
        assert isinstance(listed, list)
        return ";".join(one["id"] for one in listed)

    points = came["points"]
    assert isinstance(points, dict)
    single = ("outcome", "urgency", "disposition", "reason", "screening", "pattern")
    return (
        *(came[key] for key in single),
        *points.values(),
        ids("red_flags"),
        ids("referral_signs"),
        ids("not_ruled_out"),
    )


def judges(pack: RulePack, asked: Sequence[str], **options: bool) -> tuple[Judging, Judging]:
    """The two ways to judge rows: by the engine, and all at once."""
    return (
        JudgedBy(Evaluated(pack, asked, **options), pack, asked),
        JudgedBy(Sliced(pack, asked, **options), pack, asked),
    )


def cell(value: object) -> Value:
    return tuple(value) if isinstance(value, list) else value


def assert_judged(
    pack: RulePack, said: Sequence[Said], asked: Sequence[str], **options: bool
) -> None:
    """Rows come to what a check comes to, each of them, whichever way they are judged."""
    rows = [{id: value for id, value in row.items() if id in asked} for row in said]
    wanted = [expected(pack, row, **options) for row in rows]
    cells = [[cell(row.get(id)) for row in rows] for id in asked]
    for judge in judges(pack, asked, **options):
        # Read in parts, and judged together.
        for part in (slice(0, len(rows) // 3), slice(len(rows) // 3, None)):
            judge.read([column[part] for column in cells], len(rows[part]))
        verdicts, wrong = judge.verdicts()
        assert wrong == {}
        for row, came, want in zip(rows, zip(*verdicts, strict=True), wanted, strict=True):
            assert came == want, row


def known(pack: RulePack, said: Said) -> Said:
    """Answers by id, so that a question is not asked by two names."""
    by_name = answers.by_name(pack)
    return {by_name[name].id: value for name, value in said.items()}


@pytest.mark.no_cover  # many cases through the same lines
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: Path(folder).name)
def test_rows_come_to_what_checks_come_to_in_every_case_beside_the_rules(folder: str) -> None:
    pack = bumpcheck.load(folder)
    asked = [question.id for question in pack.questions]
    for strict, none_of_these in product((False, True), repeat=2):
        said = [
            known(pack, case.given)
            for case in cases.load(pack, folder)
            if (case.strict, case.none_of_these) == (strict, none_of_these)
        ]
        assert_judged(pack, said, asked, strict=strict, none_of_these=none_of_these)


@given(said=st.lists(answer_sets(), max_size=20), strict=st.booleans(), none=st.booleans())
def test_rows_come_to_what_checks_come_to_whatever_is_said(
    kettle: RulePack, said: list[Said], strict: bool, none: bool
) -> None:
    asked = sorted({id for row in said for id in known(kettle, row)})
    rows = [known(kettle, row) for row in said]
    assert_judged(kettle, rows, asked, strict=strict, none_of_these=none)


def random_row(pack: RulePack, chance: random.Random) -> Said:
    said: Said = {}
    for question in pack.questions:
        if question.kind == "quantity":
            unit = "mm" if question.measure == "length" else chance.choice(["days", "weeks"])
            choice = f"{chance.randint(1, 60)} {unit}"
        else:
            choice = chance.choice(question.answers).id
            if question.calm and chance.random() < 0.7:
                choice = question.calm
        said[question.id] = chance.choice([choice, choice, choice, "unknown", ""])
    return said


@pytest.mark.parametrize("rows", [1, 300])
def test_rows_with_a_wrong_answer_are_told_and_the_others_judged(rows: int) -> None:
    pack = shipped()
    chance = random.Random(rows)
    asked = [question.id for question in pack.questions]
    said = [random_row(pack, chance) for _ in range(rows)]
    cells = [[row[id] for row in said] for id in asked]
    wrong = {row: ["pain", "itch"][: chance.randint(1, 2)] for row in range(0, rows, 7)}
    for row, ids in wrong.items():
        for id in ids:
            cells[asked.index(id)][row] = f"{row}?"
    for judge in judges(pack, asked, strict=False, none_of_these=False):
        for part in (slice(0, rows // 3), slice(rows // 3, None)):
            judge.read([column[part] for column in cells], len(range(rows)[part]))
        verdicts, errors = judge.verdicts()
        assert set(errors) == set(wrong)
        for row, ids in wrong.items():
            assert [error.split(":")[0] for error in errors[row].split("; ")] == ids
        came = list(zip(*verdicts, strict=True))
        for row in set(range(rows)) - set(wrong):
            rest = {id: value for id, value in said[row].items() if value}
            assert came[row] == expected(pack, rest, strict=False, none_of_these=False)


def test_two_amounts_that_no_rule_tells_apart_are_compared_row_by_row() -> None:
    pack = shipped()
    amounts = ["30 years", "30.5 years", "31 years", "unknown"]
    said: list[Said] = [{"age": one, "duration": other} for one in amounts for other in amounts]
    reasons = [bumpcheck.check({**row}).reason for row in said]
    assert reasons.count("conflict") == 3
    assert_judged(pack, said, ["duration", "age"], strict=False, none_of_these=False)
    assert_judged(pack, said, ["age"], strict=False, none_of_these=False)


def test_rows_that_answer_nothing_have_a_verdict_too() -> None:
    for judge in judges(shipped(), [], strict=True, none_of_these=False):
        judge.read([], 3)
        verdicts, errors = judge.verdicts()
        wanted = expected(shipped(), {}, strict=True, none_of_these=False)
        assert (list(zip(*verdicts, strict=True)), errors) == ([wanted] * 3, {})


def test_points_have_a_column_for_every_outcome_that_reassures(kettle: RulePack) -> None:
    made = columns(kettle)
    assert [name for name in made if name.startswith("points_")] == [
        f"points_{outcome.id}" for outcome in kettle.reassuring
    ]
    assert (made[0], made[-1]) == ("outcome", "error")


# --- Planes ---------------------------------------------------------------------------------------


@given(st.lists(st.binary(min_size=3, max_size=3), max_size=70))
def test_rows_turn_into_planes_and_back(codes: list[bytes]) -> None:
    made = planes.planes(codes, 3)
    for bit, plane in enumerate(made):
        wanted = [int.from_bytes(code, "little") >> bit & 1 for code in codes]
        assert [plane >> row & 1 for row in range(len(codes))] == wanted
        assert plane >> len(codes) == 0
    for count in (0, 1, 8, 9, 24):
        taken = [int.from_bytes(code, "little") & (1 << count) - 1 for code in codes]
        assert list(planes.numbers(made[:count], len(codes))) == taken


def of_rows(said: Iterable[bool]) -> int:
    return sum(1 << row for row, so in enumerate(said) if so)


AMOUNTS = st.lists(st.integers(-9, 9), max_size=12)


@given(AMOUNTS, st.integers(1, 20), st.integers(-30, 30), st.randoms(use_true_random=False))
def test_amounts_are_added_and_compared(
    amounts: list[int], rows: int, bound: int, chance: random.Random
) -> None:
    counts = [[chance.random() < 0.5 for _ in range(rows)] for _ in amounts]
    everybody = planes.everybody(rows)
    parts = [(of_rows(who), amount) for who, amount in zip(counts, amounts, strict=True)]
    total = planes.added(parts, everybody)
    wanted = [
        sum(amount for who, amount in zip(counts, amounts, strict=True) if who[row])
        for row in range(rows)
    ]
    assert telling.amounts(total, rows) == wanted
    assert total.at_least(bound, everybody) == of_rows(it >= bound for it in wanted)


@given(st.lists(st.tuples(*[st.integers(0, 255)] * 2), min_size=1, max_size=20))
def test_numbers_are_compared(pairs: list[tuple[int, int]]) -> None:
    first, second = (
        planes.planes([bytes([it]) for it in side], 1) for side in zip(*pairs, strict=True)
    )
    less, same, more = planes.compared(first, second, planes.everybody(len(pairs)))
    assert less == of_rows(one < other for one, other in pairs)
    assert same == of_rows(one == other for one, other in pairs)
    assert more == of_rows(one > other for one, other in pairs)


@pytest.mark.parametrize("seed", range(40))
def test_evidence_of_many_rows_is_weighed_as_that_of_one(seed: int) -> None:
    """Whatever is for and against whom, also where several outcomes are earned at once."""
    chance = random.Random(seed)
    pack, rows = shipped(), 40
    ids = ["a", "b", "c"][: chance.randint(1, 3)]

    def some() -> tuple[str, ...]:
        return tuple(id for id in ids if chance.random() < 0.1)

    outcomes = [
        structs.replace(pack.outcomes[0], id=id, at_least=chance.randint(0, 3), lead=seed % 3)
        for id in ids
    ]
    pieces = [
        structs.replace(
            pack.evidence[0],
            points=tuple((id, chance.choice([-2, -1, 1, 2, 3])) for id in some()),
            excludes=some(),
            confirms=some(),
        )
        for _ in range(8)
    ]
    states = [[chance.choice([FALSE, OPEN, TRUE]) for _ in range(rows)] for _ in pieces]
    came = weighed(
        outcomes,
        [
            Argument(it, of_rows(s == TRUE for s in of), of_rows(s == OPEN for s in of))
            for it, of in zip(pieces, states, strict=True)
        ],
        planes.everybody(rows),
    )
    points = [telling.amounts(amount, rows) for amount in came.points]
    for row in range(rows):
        ready = [known_to_be(it, of[row]) for it, of in zip(pieces, states, strict=True)]
        wanted = weigh(outcomes, ready, Facts([], [], [], 0))
        earned = [id for id, where in came.earned.items() if where >> row & 1]
        assert earned == ([wanted.earned.id] if wanted.earned else [])
        assert came.missing >> row & 1 == (wanted.missing != 0)
        assert [of[row] for of in points] == list(wanted.points.values())


def known_to_be(piece: Evidence, state: int) -> Ready[Evidence]:
    def test(facts: Facts) -> int:
        facts.through |= state == OPEN
        return state

    return Ready(piece, lambda _: test)


# --- Tables ---------------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def as_csv(rows: Iterable[Iterable[str]], ends: str = "\r\n") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=ends).writerows(rows)
    return out.getvalue().encode()


@given(notes=st.lists(TEXT, max_size=5), name=TEXT)
def test_cells_of_its_own_come_through_unchanged(notes: list[str], name: str) -> None:
    header = [f"x{name}", "age"]
    content = as_csv([header, *([note, "34"] for note in notes)])
    came = written(TableWriter, Table(source_of(content).lines(), names()))
    first, *rows = csv.reader(io.StringIO(came, newline=""))
    assert first == [*header, *columns(shipped())]
    assert [row[0] for row in rows] == notes
    assert all(row[2] == "see-dermatologist" for row in rows)


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_table_keeps_its_line_ends_and_its_byte_order_mark(ends: str, mark: str) -> None:
    content = f'{mark}"the age, in words",age{ends}"a{ends}b",34{ends}{ends}c,5{ends}'
    came = written(TableWriter, Table(source_of(content.encode()).lines(), names("age=age")))
    assert came.startswith(f'{mark}"the age, in words",age,outcome,')
    assert f'"a{ends}b",34,see-' in came
    assert came.endswith(f",{ends}")
    assert came.count("\r") == (0 if ends == "\n" else came.count("\n"))


def test_a_carriage_return_in_a_cell_makes_no_row() -> None:
    came = written(TableWriter, Table(source_of(b'note,age\n"a\rb",34\n').lines(), names()))
    assert [row[0] for row in csv.reader(io.StringIO(came, newline=""))] == ["note", "a\rb"]


def test_a_row_of_another_width_is_kept_and_told() -> None:
    content = b'id,age,pain\n1,34\n2,34,none,x,y\n\n3,34,none\n4,5,"none\n5,6,none\n'
    rows = run(Table(source_of(content).lines(), names()))
    assert [own for own, _ in rows] == [
        ["1", "34", ""],
        ["2", "34", "none"],
        ["3", "34", "none"],
        ["4", "5", "none\n5,6,none\n"],
    ]
    errors = [verdict[-1] for _, verdict in rows]
    assert errors[0] == "2 cells instead of 3: some are missing"
    assert errors[1] == "5 cells instead of 3; too many: 'x', 'y'"
    assert errors[2] is None
    assert "is not an answer" in str(errors[3])
    assert all(verdict[:-1] == (None,) * 11 for _, verdict in rows if verdict[-1])


def test_a_quote_that_takes_the_next_lines_with_it_is_told() -> None:
    rows = run(Table(source_of(b'age,pain\n"34,none\n5,none\n').lines(), names()))
    assert [verdict[-1] for _, verdict in rows] == ["1 cell instead of 2; is a quote left open?"]


def test_every_wrong_cell_of_a_row_is_told() -> None:
    ((_, verdict),) = run(Table(source_of(b"age,itch,pain\n2,perhaps,none\n").lines(), names()))
    assert str(verdict[-1]).startswith("age: '2' could mean several things")
    assert "; itch: 'perhaps' is not an answer" in str(verdict[-1])


@pytest.mark.parametrize("content", [b"", b"\n\n\r\n", b"\xef\xbb\xbf"])
def test_a_file_without_a_header_is_refused(content: bytes) -> None:
    with pytest.raises(FileError, match="is empty: the first line must name the columns"):
        Table(source_of(content).lines(), names())


def test_a_row_without_an_end_is_refused_before_it_fills_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(streams, "MOST_ROW", 1000)
    for content in (b"age\n" + b"3" * 5000, b'age\n"' + b"3\n" * 5000, b"age\n" + b'"\n",' * 5000):
        with pytest.raises(FileError, match="is a quote left open"):
            list(Table(source_of(content).lines(), names()).sheets())
    # Short rows may be as many as they are.
    sheets = Table(source_of(b"age\n" + b"34\n" * 5000).lines(), names()).sheets()
    assert sum(len(sheet.own) for sheet in sheets) == 5000


def test_long_cells_pass_through() -> None:
    long = "x" * 1_000_000
    ((own, verdict),) = run(Table(source_of(f"note,age\n{long},34\n".encode()).lines(), names()))
    assert own == [long, "34"]
    assert verdict[-1] is None


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_text_of_ours_is_no_formula_and_theirs_is_left_alone(cell: str) -> None:
    out = io.StringIO(newline="")
    table = Table(source_of(as_csv([["note", "age"], [cell, "34"]])).lines(), names())
    writer = TableWriter(out, table, columns(shipped()))
    verdict = (cell, "x=1", *[None] * 4, -3, 4, "", "", "", cell)
    writer.write(Judged([writer.begin([cell, "34"])], [[it] for it in verdict]))
    _, row = csv.reader(io.StringIO(out.getvalue(), newline=""))
    assert row[:2] == [cell, "34"]
    assert row[2:4] == [f"'{cell}", "x=1"]
    assert row[8:10] == ["-3", "4"]
    assert row[-1] == f"'{cell}"


# --- Lines ----------------------------------------------------------------------------------------


def objects(content: str, *mapped: str, as_table: bool = False) -> Objects:
    return Objects(source_of(content.encode()), names(*mapped), as_table=as_table)


def a_number(digits: str) -> int | str:
    """Python takes no number of thousands of digits."""
    return int(digits) if len(digits) < 4000 else digits


def json_lines(content: str, *mapped: str) -> list[dict[str, object]]:
    lines = written(LinesWriter, objects(content, *mapped)).splitlines()
    return [json.loads(line, parse_int=a_number) for line in lines]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


@given(own=st.dictionaries(st.text(max_size=5).map("my {}".format), JSON, max_size=4))
def test_keys_of_its_own_come_through_unchanged(own: dict[str, object]) -> None:
    (came,) = json_lines(json.dumps({**own, "age": 34}))
    assert list(came) == [*own, "age", *columns(shipped())]
    assert {key: came[key] for key in own} == own


def test_numbers_and_spaces_of_its_own_stay_as_they_are_written() -> None:
    source = objects('  { "x": 1.10, "big": 1e999, "age" : 34 }  \n\n{}\n')
    first, second = written(LinesWriter, source).splitlines()
    assert first.startswith('{ "x": 1.10, "big": 1e999, "age" : 34, "outcome": ')
    assert second.startswith('{"outcome": "see-dermatologist", ')


def test_answers_are_those_of_a_check() -> None:
    said = {"age": 34, "location": ["under-eye", "unknown"], "color": "white", "pain": None}
    (came,) = json_lines(json.dumps(said))
    wanted = bumpcheck.check({**said}).as_dict()
    assert [came[key] for key in ("outcome", "urgency", "points_milia")] == [
        wanted["outcome"],
        wanted["urgency"],
        wanted["points"]["milia"],  # type: ignore[index]  # an object, as the contract says
    ]
    assert came["error"] is None


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"age": 34', "not JSON: Expecting ',' delimiter at column 11"),
        ("age: 34", "not JSON"),
        ("[34]", "not an object of answers: '[34]'"),
        ("34", "not an object of answers"),
        ('{"age": 34, "age": 5}', "the key 'age' stands there twice"),
        ('{"colour": "white", "color": "red"}', "colour: answered twice"),
        ('{"age": true}', "age: 'True' is not an answer"),
        ('{"age": {"years": 34}}', "age: "),
        ('{"age": NaN}', "age: 'NaN' is not a quantity"),
        ('{"age": -3}', "age: '-3' is not a quantity"),
        (f'{{"age": {"9" * 5000}}}', "age: "),
        ('{"location": []}', "location: no answer given"),
        ('{"location": [["nose"]]}', "location: "),
        ('{"itch": ["no", "yes"]}', "itch: takes one answer, not 2"),
        ("[" * 100_000, "nested too deep"),
        (f'{{"x": [{"9" * 5000}], "age": 2}}', "age: '2' could mean"),
        (f'{{"x": {"[" * 500}{"]" * 500}}}', "nested too deep"),
        ('{"age": "\\ud800"}', "age: '\\\\ud800'"),
        ("\x00", "not JSON"),
    ],
)
def test_a_bad_line_is_refused_and_the_rest_go_on(line: str, says: str) -> None:
    first, bad, last = json_lines(f'{{"age": 34}}\n{line}\n{{"age": 5}}\n')
    assert says.replace("\\\\", "\\") in str(bad["error"])
    assert len(str(bad["error"])) < 400
    assert {bad[name] for name in columns(shipped())[:-1]} == {None}
    assert first["error"] is last["error"] is None


def test_a_key_of_ours_is_refused() -> None:
    with pytest.raises(BumpcheckError, match="there is a column 'outcome' already"):
        json_lines('{"age": 34}\n{"age": 34, "outcome": "x"}\n')


def test_keys_that_are_not_read_are_told_once() -> None:
    source = objects('{"Age": 34}\n{"Age": 5}\n{"years": 5}', "age=yeers")
    run(source)
    assert len(source.hints) == 3
    assert "'Age' is not read" in source.hints[0]
    assert source.hints[1] == "--map age=yeers: no row has such a key"
    assert source.hints[2] == "no key is a question"


def test_keys_are_mapped_by_hand() -> None:
    (came,) = json_lines('{"n": 1, "years": "5 days"}', "age=years", "count=n")
    assert (came["error"], came["years"]) == (None, "5 days")


def test_lines_become_a_table_of_all_keys() -> None:
    content = (
        '{"id": 1.50, "location": ["nose", "cheek"], "x": {"a": [1, 2.50]}, "y": []}\nbad\n'
        '{"age": 34, "id": null, "ok": true, "half": "\\ud800"}\n'
    )
    source = objects(content, as_table=True)
    rows = [source.cells(own) for sheet in source.sheets() for own in sheet.own]
    assert source.names == ("id", "location", "x", "y", "age", "ok", "half")
    assert rows == [
        ["1.50", "nose;cheek", '{"a": [1, 2.5]}', "", "", "", ""],
        [""] * 7,
        ["", "", "", "", "34", "true", "\ud800"],
    ]


def test_a_number_of_any_length_gets_into_a_table() -> None:
    source = objects(f'{{"x": {{"a": {"9" * 5000}}}, "age": 34}}', as_table=True)
    ((own,),) = [sheet.own for sheet in source.sheets()]
    assert source.cells(own) == [f'{{"a": "{"9" * 5000}"}}', "34"]


def test_a_table_of_too_many_keys_is_refused() -> None:
    content = "\n".join(json.dumps({f"key{number}": 1}) for number in range(1500))
    with pytest.raises(FileError, match="more than 1,000 different keys"):
        objects(content, as_table=True)


def test_empty_objects_are_rows_of_a_table_as_well() -> None:
    came = written(TableWriter, objects("{}\n{}\n", as_table=True))
    header, *rows = csv.reader(io.StringIO(came, newline=""))
    assert header == list(columns(shipped()))
    assert [row[0] for row in rows] == ["see-dermatologist"] * 2


def test_a_table_becomes_lines() -> None:
    table = Table(source_of(b'id,age\n"a ""b""",34\n=2,3\n').lines(), names())
    first, second = map(json.loads, written(LinesWriter, table).splitlines())
    assert list(first) == ["id", "age", *columns(shipped())]
    assert (first["id"], first["age"], first["outcome"]) == ('a "b"', "34", "see-dermatologist")
    assert (second["id"], second["pattern"]) == ("=2", None)


# --- Memory ---------------------------------------------------------------------------------------


class Endless:
    """So many rows, made as they are read; every age is another."""

    def __init__(self, rows: int, line: str) -> None:
        self._lines = (line.format(number) for number in range(rows))

    def readline(self, _: int) -> str:
        return next(self._lines, "")


class Nowhere(io.TextIOBase):
    """Takes everything and keeps nothing."""

    def write(self, text: str) -> int:
        return len(text)


def most_memory(rows: int) -> int:
    pack = shipped()
    text: IO[str] = Endless(rows + 1, "{0},1.{0} days\n")  # type: ignore[assignment]  # read by lines alone
    table = Table(Lines(text, source_of(b"")), names("age=1.0 days"))
    judge = judging(pack, ["age"], strict=False, none_of_these=False)
    tally = Tally()
    tracemalloc.start()
    try:
        writer = TableWriter(Nowhere(), table, columns(pack))  # type: ignore[arg-type]  # a text
        for block in judged(table, judge, writer.begin, tally):
            writer.write(block)
        assert tally.rows == rows
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.no_cover  # many cases through the same lines
def test_memory_does_not_grow_with_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells_module, "TEXTS", 100)
    monkeypatch.setattr(rows_module, "ROWS", 500)
    few, many = most_memory(1_000), most_memory(8_000)
    assert many < few * 1.2


def test_long_rows_make_small_sheets_and_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many rows as usual, each as long as a row may be, would take all of memory."""
    for module in (tables, lines_module, rows_module):
        monkeypatch.setattr(module, "LETTERS", 1000)
    long = "x" * 400
    table = b"note,age\n" + f"{long},34\n".encode() * 10
    lines = json.dumps({"note": long, "age": 34}) + "\n"

    for source in (Table(source_of(table).lines(), names()), objects(lines * 10)):
        sizes = [len(sheet.own) for sheet in source.sheets()]
        assert (sum(sizes), max(sizes)) == (10, 3)
    monkeypatch.setattr(tables, "SHEET", 2)
    source = Table(source_of(table).lines(), names())
    blocks = judged(source, judge_of(source.asked), ",".join, Tally())
    assert [len(block.begun) for block in blocks] == [4, 4, 2]


# --- Summary --------------------------------------------------------------------------------------


def a_tally() -> Tally:
    tally = Tally()
    tally.count(["milia"] * 16, ["self-care"] * 16, {})
    tally.count([None, "milia", None], [None, "self-care", None], {2: "no", 0: "age: wrong\x1b"})
    tally.count(["milia"] * 2982, ["self-care"] * 2982, {})
    tally.count(["see-dermatologist"], ["emergency"], {})
    tally.count(["see-dermatologist"] * 1000, ["routine"] * 1000, {})
    return tally


def test_the_summary_counts_outcomes_urgencies_and_refusals() -> None:
    assert as_json(shipped(), a_tally(), ["a hint"]) == {
        "format": "bumpcheck/1",
        "rows": 4002,
        "refused": 2,
        "first_refused": {"row": 17, "error": "age: wrong\x1b"},
        "outcomes": {"milia": 2999, "whitehead": 0, "see-dermatologist": 1001},
        "urgencies": {
            "self-care": 2999,
            "routine": 1000,
            "soon": 0,
            "same-day": 0,
            "emergency": 1,
        },
        "warnings": ["a hint"],
    }


def test_the_summary_is_a_table_with_bars() -> None:
    assert list(as_text(shipped(), a_tally(), 2.0, width=50, mark="#")) == [
        "4,002 rows in 2.0 s, 2,001 a second",
        "",
        "  milia             2,999   75%  #############",
        "  whitehead             0    0%",
        "  see-dermatologist 1,001   25%  ####",
        "",
        "  self-care         2,999   75%  #############",
        "  routine           1,000   25%  ####",
        "  soon                  0    0%",
        "  same-day              0    0%",
        "  emergency             1   <1%  #",
        "",
        "  refused               2   <1%  #",
        "",
        "The first refused is row 17: age: wrong\\x1b",
    ]


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100])
def test_bars_fit_the_screen(width: int) -> None:
    tally = a_tally()
    tally.first = None
    lines = list(as_text(shipped(), tally, 2.0, width=width, mark="#"))
    assert all(len(line) <= max(width, 38) for line in lines)
    # The longest bar of all.
    tally.counts.update({("see-dermatologist", "routine"): 10**6})
    lines = list(as_text(shipped(), tally, 2.0, width=width, mark="#"))
    assert all(len(line) <= width for line in lines if "#" in line)


def test_an_empty_run_has_a_summary_too() -> None:
    lines = list(as_text(shipped(), Tally(), 0.0, width=80, mark="#"))
    assert lines[0] == "0 rows in 0.0 s"
    assert "#" not in "".join(lines)


def test_progress_tells_the_speed_and_the_time_left() -> None:
    assert progress(2000, 4.0, 250, 1000) == "2,000 rows, 500 a second, 25%, 12 s left"
    assert progress(1, 1.0, 0, None) == "1 row, 1 a second"
    assert progress(10, 1.0, 0, 100) == "10 rows, 10 a second"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (59.4, "59 s"), (61, "1 min 1 s"), (7300, "2 h 1 min")],
)
def test_times_are_told_as_people_say_them(seconds: float, words: str) -> None:
    assert told(seconds) == words


# --- Bytes ----------------------------------------------------------------------------------------


def test_the_same_rows_are_the_same_packed_file() -> None:
    made = []
    for _ in range(2):
        below = io.BytesIO()
        with text_over(below, packed=True) as out:
            out.write("äöü\ud800")
        made.append(below.getvalue())
    assert made[0] == made[1]
    assert source_of(made[0]).lines().__next__() == "äöü\\ud800", (
        "half a letter is spelled, not lost"
    )


def test_how_far_a_file_is_read_is_known(tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_text("age\n" * 10_000)
    with opened(str(file), UTF_8) as source:
        assert (source.size, source.done) == (40_000, 0)
        lines = source.lines()
        next(lines)
        assert 0 < source.done < 40_000
        assert len(list(lines)) == 9_999
        assert source.done == 40_000
        # It can be read again, from where it began.
        assert len(list(source.lines())) == 10_000
    assert source_of(b"x").size is None


def test_what_is_no_text_in_another_encoding_is_told() -> None:
    with pytest.raises(FileError, match="not ascii text: say another --encoding"):
        list(source_of("größe".encode(), "ascii").lines())


def test_what_cannot_be_read_any_further_is_told() -> None:
    class Broken(io.BytesIO):
        def readinto(self, _: object) -> int:
            raise OSError(5, "Input/output error")

    with ExitStack() as keep, pytest.raises(FileError, match="cannot read 'disk': Input/output"):
        Input("disk", Broken(b"age"), UTF_8, keep).lines()


def test_a_pipe_is_read_twice_where_it_must_be() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    with ExitStack() as keep:
        source = Input("pipe", Pipe(b'{"x": 1}\n{"y": 2}\n'), UTF_8, keep)
        rows = Objects(source, names(), as_table=True)
        assert rows.names == ("x", "y")
        assert [len(sheet.own) for sheet in rows.sheets()] == [2]
