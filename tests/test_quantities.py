"""Quantities: what is accepted, exactly how much it is, and how it is repeated in words."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bumpcheck
from bumpcheck import AnswerError, RulePack
from bumpcheck.quantities import parse

DAYS = {
    "day": Fraction(1),
    "week": Fraction(7),
    "month": Fraction(304375, 10000),
    "year": Fraction(36525, 100),
}


def repeated(pack: RulePack, question: str, said: object) -> object:
    """How a result repeats one answer."""
    answers = bumpcheck.check({question: said}, rules=pack).as_dict()["answers"]
    assert isinstance(answers, dict)
    return answers[question]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("5 days", "5 days"),
        ("5d", "5 days"),
        ("1 day", "1 day"),
        ("1d", "1 day"),
        ("3 weeks", "3 weeks"),
        ("3w", "3 weeks"),
        ("1 wk", "1 week"),
        ("8 months", "8 months"),
        ("8mo", "8 months"),
        ("34", "34 years"),
        ("34y", "34 years"),
        ("1 year", "1 year"),
        ("  2   YEARS ", "2 years"),
        ("2 Yrs", "2 years"),
        ("007", "7 years"),
        ("3.0", "3 years"),
        ("1.5 years", "1.5 years"),
        (".5 years", "0.5 years"),
        (34, "34 years"),
        (34.0, "34 years"),
        (2.5, "2.5 years"),
        (["6 weeks"], "6 weeks"),
    ],
)
def test_a_time_is_repeated_in_plain_words(kettle: RulePack, said: object, words: str) -> None:
    assert repeated(kettle, "age", said) == words


@pytest.mark.parametrize(
    ("said", "words"),
    [("2", "2 mm"), (2, "2 mm"), (0.5, "0.5 mm"), ("2mm", "2 mm"), ("0.5 CM", "0.5 cm")],
)
def test_a_length_is_repeated_in_plain_words(kettle: RulePack, said: object, words: str) -> None:
    assert repeated(kettle, "fill", said) == words


@pytest.mark.parametrize("said", [1, "1", 1.9, "0", "0.5", "1.999", " 1 "])
def test_a_bare_number_that_could_mean_several_things_is_refused(
    kettle: RulePack, said: object
) -> None:
    with pytest.raises(AnswerError, match="say days, weeks, months or years"):
        bumpcheck.check({"age": said}, rules=kettle)


@pytest.mark.parametrize("said", ["5", 5, "0", 0.5])
def test_a_bare_number_is_refused_where_there_is_no_unit_for_it(
    kettle: RulePack, said: object
) -> None:
    with pytest.raises(AnswerError, match="needs a unit"):
        bumpcheck.check({"since": said}, rules=kettle)


ABSURD: list[object] = [
    "-1",
    -1,
    -0.1,
    "-5 days",
    "+5 days",
    "inf",
    "-inf",
    "nan",
    "infinity years",
    float("inf"),
    float("-inf"),
    float("nan"),
    "1e9",
    "1e9 days",
    1e9,
    10**9,
    1e300,
    10**400,
    "9" * 200,
    "9" * 200 + " days",
    "9" * 400,
    "0x10",
    "1_000",
    "1,000",
    "1 000 days",
    "1/2 year",
    "5 days 3 hours",
    "five days",
    "5 ",
    "days",
    "5 fortnights",
    "5 d.",
    "5..0",
    "5.",
    ".",
    "",
    " ",
    "٣ days",
    "３ days",  # noqa: RUF001  a wide digit
    "५",
    "²",
    "½ year",
    "5 dаys",  # noqa: RUF001  a Cyrillic letter
    "5\x00days",
    "5 days\x1b[31m",
    "5 days; 6 days",
    "51 years",
    "601 months",
    "18263 days",
    True,
    False,
    [],
    ["5 days", "6 days"],
    ["5 days", "unknown"],
    [None],
    [["5 days"]],
    {},
    {"days": 5},
    b"5 days",
    5 + 0j,
]


@pytest.mark.parametrize("said", ABSURD, ids=lambda said: repr(said)[:24])
def test_what_is_no_quantity_or_an_absurd_one_is_refused(kettle: RulePack, said: object) -> None:
    with pytest.raises(AnswerError) as caught:
        bumpcheck.check({"since": said}, rules=kettle)
    assert caught.value.question == "since"
    assert len(str(caught.value)) < 300
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("question", ["since", "age", "fill"])
def test_a_number_of_five_thousand_digits_is_refused_like_any_other(
    kettle: RulePack, question: str
) -> None:
    with pytest.raises(AnswerError):
        bumpcheck.check({question: 10**5000}, rules=kettle)


@pytest.mark.parametrize(
    ("question", "most", "over"),
    [("since", "50 years", "50.1 years"), ("age", "50", 51), ("fill", "30 cm", "300.1")],
)
def test_the_most_that_can_be_is_accepted_and_no_more(
    kettle: RulePack, question: str, most: object, over: object
) -> None:
    bumpcheck.check({question: most}, rules=kettle)
    with pytest.raises(AnswerError, match="more than can be: the most is"):
        bumpcheck.check({question: over}, rules=kettle)


def test_a_mistyped_unit_is_met_with_the_nearest(kettle: RulePack) -> None:
    with pytest.raises(AnswerError, match="say month,"):
        bumpcheck.check({"since": "3 mnths"}, rules=kettle)


def test_an_answer_too_many_names_them(kettle: RulePack) -> None:
    with pytest.raises(AnswerError, match="one answer, not 2: '5 days', '6 days'"):
        bumpcheck.check({"since": ["5 days", "6 days"]}, rules=kettle)


numbers = st.from_regex(r"(0|[1-9][0-9]{0,2})(\.[0-9]{1,4})?", fullmatch=True)


@given(number=numbers, unit=st.sampled_from(sorted(DAYS)))
def test_a_quantity_is_as_many_days_as_the_calendar_says(number: str, unit: str) -> None:
    exact = Fraction(number) * DAYS[unit]
    assert abs(Fraction(parse(f"{number} {unit}", "time").amount) - exact) < Fraction(1, 10**8)


@given(
    number=numbers,
    unit=st.sampled_from(["h", "hours", "d", "days", "wk", "week", "mo", "month", "y", "years"]),
    gap=st.sampled_from(["", " ", "   "]),
)
def test_the_words_mean_what_was_said_and_are_their_own_words(
    number: str, unit: str, gap: str
) -> None:
    first = parse(f"{number}{gap}{unit.upper()}", "time")
    again = parse(first.words, "time")
    assert again == first


@given(number=numbers)
def test_a_centimetre_is_ten_millimetres(number: str) -> None:
    assert parse(f"{number} cm", "length").amount == pytest.approx(float(number) * 10, abs=1e-8)
    assert parse(number, "length", "mm").amount == float(number)


def test_times_that_are_equal_on_paper_are_equal() -> None:
    """`1.4 weeks` is 9.8 days, though 1.4 * 7 is not quite 9.8 in binary."""
    weeks = [parse(f"{n / 10} weeks", "time").amount for n in range(500)]
    assert weeks == [parse(f"{n * 7 / 10} days", "time").amount for n in range(500)]


def test_lengths_that_are_equal_on_paper_are_equal() -> None:
    assert [parse(f"{n / 10} cm", "length").amount for n in range(500)] == list(range(500))


@given(st.text(max_size=20))
def test_no_text_does_anything_but_be_taken_or_be_refused(kettle: RulePack, said: str) -> None:
    for question in ("age", "fill"):
        try:
            words = repeated(kettle, question, said)
        except AnswerError:
            continue
        assert repeated(kettle, question, words) == words
