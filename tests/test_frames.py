"""Files of cases in columns: the same bytes and the same counts as row by row, whatever comes."""

from __future__ import annotations

import csv
import io
import operator
import random
from collections.abc import Iterator
from contextlib import ExitStack

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bumpcheck import RulePack
from bumpcheck.batch import planes
from bumpcheck.batch.classify import columns, judging
from bumpcheck.batch.frames import apart, grid, slices, turning
from bumpcheck.batch.frames import lines as lines_module
from bumpcheck.batch.names import Names
from bumpcheck.batch.rows import judged
from bumpcheck.batch.streams import UTF_8, Input
from bumpcheck.batch.summary import Tally
from bumpcheck.batch.tables import Table
from bumpcheck.batch.writing import TableWriter
from bumpcheck.cli import columnar
from bumpcheck.cli.columnar import Columnar, Modes
from bumpcheck.errors import BumpcheckError

from . import kettle as kettle_pack

# What came of a file: its bytes and the counts, or why it is refused.
Came = tuple[bytes, Tally] | str


@pytest.fixture(scope="module", autouse=True)
def small_slices() -> Iterator[None]:
    """A slice is a few rows, so that small files have several."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (columnar, slices):
            patch.setattr(module, "SLICE", 60)
        patch.setattr(lines_module, "TOGETHER", 3)
        lines_module._table.cache_clear()
        yield
    lines_module._table.cache_clear()


def by_polars(pack: RulePack, content: bytes) -> tuple[Came, int]:
    """What comes of a file in slices, and how many rows came by polars."""
    tally, by_slices = Tally(), 0
    out = io.TextIOWrapper(io.BytesIO(), encoding=UTF_8, newline="")
    with ExitStack() as keep:
        source = Input("a", io.BytesIO(content), UTF_8, keep)
        try:
            lines, pieces = source.pieces()
            table = Table(lines, Names(pack, columns(pack)))
            writer = TableWriter(out, table, columns(pack))
            out.flush()
            batch = Columnar(pack, tally, lambda _: None, Modes(False, False))
            whole = batch.write_slices(table, pieces, out.buffer, always=True)
            by_slices = tally.rows
            if not whole:
                judge = judging(pack, table.asked, strict=False, none_of_these=False)
                for rows in judged(table, judge, writer.begin, tally):
                    writer.write(rows)
        except BumpcheckError as error:
            return str(error), by_slices
    out.seek(0)
    return (out.buffer.read(), tally), by_slices


def by_python(pack: RulePack, content: bytes) -> Came:
    """What comes of a file row by row."""
    tally = Tally()
    out = io.StringIO(newline="")
    with ExitStack() as keep:
        try:
            source = Input("a", io.BytesIO(content), UTF_8, keep)
            table = Table(source.lines(), Names(pack, columns(pack)))
            writer = TableWriter(out, table, columns(pack))
            judge = judging(pack, table.asked, strict=False, none_of_these=False)
            for rows in judged(table, judge, writer.begin, tally):
                writer.write(rows)
        except BumpcheckError as error:
            return str(error)
    return out.getvalue().encode(), tally


def assert_same(pack: RulePack, content: bytes) -> int:
    """Both ways come to the same; how many rows came by polars."""
    wanted = by_python(pack, content)
    came, by_slices = by_polars(pack, content)
    if isinstance(wanted, str) or isinstance(came, str):
        assert came == wanted
    else:
        assert came[0] == wanted[0]
        assert vars(came[1]) == vars(wanted[1])
    return by_slices


# --- Files ----------------------------------------------------------------------------------------

STRANGE = st.lists(st.sampled_from("a ,;\"\n\r\t'#=\0\ufeffé\\"), max_size=4).map("".join)
CELL = st.sampled_from(["", "a", "no", "yes", "5 years", "=2", "perhaps", '"b,c"', '"d"', '""'])


@given(content=st.lists(st.one_of(STRANGE, CELL, st.just("\n")), max_size=40).map("".join))
def test_whatever_stands_in_a_file_comes_to_the_same(kettle: RulePack, content: str) -> None:
    assert_same(kettle, f"age,leak\n{content}".encode())


@given(
    rows=st.lists(st.tuples(STRANGE, CELL, CELL), max_size=12),
    ends=st.sampled_from(["\n", "\r\n"]),
    all_in_quotes=st.booleans(),
    cut=st.booleans(),
)
def test_whatever_was_written_as_a_table_comes_to_the_same(
    kettle: RulePack, rows: list[tuple[str, ...]], ends: str, all_in_quotes: bool, cut: bool
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=ends)
    if all_in_quotes:
        writer = csv.writer(out, lineterminator=ends, quoting=csv.QUOTE_ALL)
    writer.writerows([("a note", "age", "leak"), *rows])
    content = out.getvalue().encode()
    assert_same(kettle, content.removesuffix(ends.encode()) if cut else content)


@given(said=st.lists(kettle_pack.answer_sets(), min_size=3, max_size=20))
@settings(max_examples=20)
@pytest.mark.parametrize("digits", [lines_module.MOST_DIGITS, 0])
def test_plain_rows_all_come_by_polars(
    kettle: RulePack, monkeypatch: pytest.MonkeyPatch, digits: int, said: list[kettle_pack.Said]
) -> None:
    """Points of many digits are put in words in another way."""
    monkeypatch.setattr(lines_module, "MOST_DIGITS", digits)
    names = [question.id for question in kettle.questions]
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["a note", *names])
    for row in said:
        cells = [row.get(id, "") for id in names]
        writer.writerow(["a, b", *(";".join(it) if isinstance(it, list) else it for it in cells)])
    assert assert_same(kettle, out.getvalue().encode()) == len(said)


@pytest.mark.parametrize(
    ("tail", "is_plain"),
    [
        (b'"in need, of quotes",5 years,no\n', True),
        (b'"no need of quotes",5 years,"no"\n', True),
        (b"no end,5 years,no", True),
        (b'"two\nlines",5 years,no\n', False),
        (b"too few,5 years\n", False),
        (b"too many,5 years,no,no\n", False),
        (b'a "loose quote,5 years,no\n', False),
        (b'"blanks behind" ,5 years,no\n', False),
        (b'"blanks, behind" ,5 years,no\n', False),
        (b'blanks "before, it",5 years,no\n', False),
        (b'"a, b"c"d, e",5 years,no\n', False),
        (b"too few,5 years\ntoo many,5 years,no,no\n", False),
        (b"zero\0byte,5 years,no\n", False),
        (b"one end,5 years,no\nother end,5 years,no\r\n", False),
        (b"bare\rreturn,5 years,no\n", False),
        (b"\xef\xbb\xbfa mark,5 years,no\n", False),
        (b"not text \xe9,5 years,no\n", False),
        (b"\n", False),
    ],
)
def test_what_readers_do_not_agree_on_is_left_with_all_that_follows(
    kettle: RulePack, tail: bytes, is_plain: bool
) -> None:
    """Slices are of sixty bytes and more: what is not plain takes a few rows beside it along."""
    plain = b"".join(b"%d,%d years,no\n" % (at, at + 3) for at in range(40))
    came = assert_same(kettle, b"note,age,leak\n" + plain + tail)
    assert came == 41 if is_plain else 36 <= came <= 40


@pytest.mark.parametrize("head", [b"age\n", b"note,x\n", b"note,age\r34,x\n", b'"no\nte",age\n'])
def test_some_tables_are_left_alone(kettle: RulePack, head: bytes) -> None:
    came = assert_same(kettle, head + b"a,5 years\n" * 20)
    assert came == (20 if b'"' in head else 0)


def test_a_line_with_nothing_on_it_is_no_row_of_one_column(kettle: RulePack) -> None:
    assert assert_same(kettle, b"age\n5 years\n\n6 years\n") == 0


TEXTS = st.lists(
    st.builds(operator.mul, st.text(st.sampled_from('aé "'), max_size=6), st.sampled_from([7, 8])),
    min_size=1,
)


@given(said=st.lists(TEXTS, max_size=4), bits=st.sampled_from([1, 2]))
@example(said=[["a" * 16], ["a" * 8]], bits=1)
@example(said=[["b" * 16], ["b" * 8]], bits=1)
@example(said=[[letter] for letter in "abcdefgh"] * 2, bits=1)
@example(said=[[*"abcdefgh"]] * 2, bits=2)
def test_texts_are_told_apart_however_long_they_are(said: list[list[str]], bits: int) -> None:
    """Some share their first letters, and some a slot; some were seen in an earlier slice."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(apart, "SLOT_BITS", bits)
        patch.setattr(apart, "ROUNDS", 2)
        patch.setattr(apart, "MOST_KNOWN", 3)
        known = {column: apart.nothing_known() for column in (2, 0)}
        for slice in said:
            content = io.StringIO(newline="")
            csv.writer(content, lineterminator="\n").writerows([it, "x", it] for it in slice)
            cells = grid.grid(content.getvalue().encode(), 3)
            assert cells is not None
            for column, before in known.items():
                found, known[column] = cells.texts(column, before)
                assert [found.texts[number] for number in found.numbers] == slice
                assert len(found.texts) == len(set(found.texts))
                assert len(known[column].texts) <= 3


# --- Planes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [0, 1, 7, 8, 9, 100])
def test_numbers_turn_into_planes_and_back(rows: int) -> None:
    chance = random.Random(rows)
    codes = np.array([[chance.randrange(256) for _ in range(2)] for _ in range(5)], np.uint8)
    codes[:, 1] |= 4
    of_rows = [chance.randrange(5) for _ in range(rows)]
    made = turning.planes(codes, np.array(of_rows, np.uint32))
    assert made == planes.planes([codes[number].tobytes() for number in of_rows], 2)
    for count in (0, 1, 8, 11):
        back = turning.numbers(made[:count], rows).tolist()
        assert back == list(planes.numbers(made[:count], rows))
