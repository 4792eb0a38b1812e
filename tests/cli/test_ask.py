"""The interview off a terminal: what is typed and what is made of it, answers piped in."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

import bumpcheck
from bumpcheck.answers import parse
from bumpcheck.cli import ask, checklist, review
from bumpcheck.cli.amounts import reworded
from bumpcheck.cli.checklist import Checklist
from bumpcheck.cli.single import Single
from bumpcheck.coded import NotCodable
from bumpcheck.errors import AnswerError
from bumpcheck.interview import Interview
from bumpcheck.model import UNKNOWN, RulePack
from bumpcheck.pack import shipped

from .running import LAMP, Bump, Ran, too_long, unseen

AGAIN = "The same again: "


@pytest.fixture(scope="module")
def lamp() -> RulePack:
    return bumpcheck.load(LAMP)


def lamp_says(*pairs: str) -> tuple[str, ...]:
    return ("check", "--rules", LAMP, *(word for pair in pairs for word in ("-a", pair)))


def typed(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def interviewed(bump: Bump, *lines: str) -> Ran:
    return bump("ask", "--rules", LAMP, "--format", "json", stdin=typed(*lines))


# --- Amounts in free words ------------------------------------------------------------------------

MEANT = {
    "about 3 weeks": "3 weeks",
    "About  three weeks": "3 weeks",
    "~3 weeks": "3 weeks",
    "approx. 3 weeks": "3 weeks",
    "3 or so weeks": "3 weeks",
    "3 weeks or so": "3 weeks",
    "for around 3 weeks now": "3 weeks",
    "3 weeks ago": "3 weeks",
    "3 weeks old.": "3 weeks",
    "3weeks": "3 weeks",
    "3 w": "3 weeks",
    "a week": "1 week",
    "a fortnight": "2 weeks",
    "since yesterday": "1 day",
    "1 1/2 years": "1.5 years",
    "fifty-two weeks": "52 weeks",
    "thirty days": "30 days",
    "fourteen days": "14 days",
    "twenty one days": "21 days",
    "3 y/o": "3 years",
    "3yo": "3 years",
    "half a year": "0.5 years",
    "\u00bd year": "0.5 years",
    "1\u00bd years": "1.5 years",
    "1,5 years": "1.5 years",
    "a year and a half": "1.5 years",
    "two and a half years": "2.5 years",
    "1 year and 2 months": "14 months",
    "2 weeks, 3 days": "17 days",
    "2": "2 years",
    "a YEAR": "1 year",
}


@pytest.mark.parametrize("said", MEANT)
def test_an_amount_is_taken_in_free_words_where_one_alone_is_meant(
    lamp: RulePack, said: str
) -> None:
    question = lamp.question("used")
    given = parse(lamp, {"used": reworded(said, question)}).given["used"]
    assert given.quantity is not None
    assert given.quantity.words == MEANT[said]


@pytest.mark.parametrize(
    "said",
    [
        "nearly 3 months",
        "almost 3 months",
        "not 3 months",
        "just under 3 months",
        "less than a month",
        "more than 3 months",
        "at least a year",
        "up to 3 weeks",
        "over a year",
        "2-3 weeks",
        "2 to 3 weeks",
        "2 or 3 weeks",
        "a week or two",
        "between 2 and 3 weeks",
        "a few weeks",
        "a couple of weeks",
        "some weeks",
        "3+ weeks",
        ">3 weeks",
        "3 months premature",
        "since 3 months",
        "3 weeks 2",
        "1 year and 3 weeks",
        "1,500 days",
        "three",
        "weeks",
        "about",
        "about 1e3 days",
        "minus 3 days",
        "",
    ],
)
def test_an_amount_that_could_be_several_is_asked_again(lamp: RulePack, said: str) -> None:
    question = lamp.question("height" if said == "three" else "used")
    with pytest.raises(AnswerError):
        parse(lamp, {question.id: reworded(said, question)})


@pytest.mark.parametrize("said", ["about 3 weeks", "a year", "1 year and 2 months", "3 weeks ago"])
def test_flags_and_files_take_no_free_words(bump: Bump, said: str) -> None:
    assert bump(*lamp_says(f"used={said}")).code == 2
    assert bump("ask", "--rules", LAMP, "-a", f"used={said}").code == 2


def test_a_length_is_taken_in_free_words_as_well(lamp: RulePack) -> None:
    question = lamp.question("height")
    assert reworded("about half a cm across", question) == "0.5 cm"
    with pytest.raises(AnswerError):
        reworded("under 2 cm", question)


def test_what_was_made_of_free_words_is_told(bump: Bump) -> None:
    ran = interviewed(bump, "no", "0", "dim", "about three weeks", "r")
    assert "Taken as 3 weeks." in ran.err
    assert ran.json["answers"]["used"] == "3 weeks"
    ran = interviewed(bump, "no", "0", "dim", "3  Weeks", "r")
    assert "Taken as" not in ran.err


@pytest.mark.parametrize("said", ["#1", "# 1", "a year"])
def test_a_band_is_taken_by_its_number_or_its_words(bump: Bump, said: str) -> None:
    ran = interviewed(bump, "no", "0", "dim", said, "r")
    assert "    #1  a year\n" in ran.err
    assert ran.json["answers"]["used"] == "1 year"


@pytest.mark.parametrize("said", ["#0", "#2", "#", "#a", "#99999"])
def test_a_band_that_is_not_there_is_told(bump: Bump, said: str) -> None:
    ran = interviewed(bump, "no", "0", "dim", said, "1 day", "r")
    assert "say #1 to #1" in ran.err
    assert ran.json["answers"]["used"] == "1 day"


# --- A list of what may apply ---------------------------------------------------------------------

# What is typed at the list of noise (1 hums, 2 crackles) and heat (3 too hot).
LISTED: dict[str, dict[str, object]] = {
    "0": {"noise": "none", "heat": "cool"},
    "none": {"noise": "none", "heat": "cool"},
    "None of these": {"noise": "none", "heat": "cool"},
    "1": {"noise": ["hum"], "heat": "cool"},
    "3": {"noise": "none", "heat": ["hot"]},
    "1,3": {"noise": ["hum"], "heat": ["hot"]},
    " 3 ; 2,1 ": {"noise": ["hum", "crackle"], "heat": ["hot"]},
    "1 and 3": {"noise": ["hum"], "heat": ["hot"]},
    "1 2 3": {"noise": ["hum", "crackle"], "heat": ["hot"]},
    "Spark, hot": {"noise": ["crackle"], "heat": ["hot"]},
    "u3": {"noise": "none", "heat": ["unknown"]},
    "U 1": {"noise": ["unknown"], "heat": "cool"},
    "not sure 1": {"noise": ["unknown"], "heat": "cool"},
    "2,u1": {"noise": ["crackle", "unknown"], "heat": "cool"},
    "u1,u3": {"noise": ["unknown"], "heat": ["unknown"]},
    "u all": {"noise": "unknown", "heat": "unknown"},
}
REFUSED = {
    "": "nothing is chosen for you",
    ",": "nothing is chosen for you",
    "u": "not sure of which?",
    "unknown": "not sure of which?",
    "4": "say 1 to 3, or 0",
    "u4": "say 1 to 3, or 0",
    "0,3": "0 stands by itself",
    "u0": "say 1 to 3, or 0",
    "1-3": "not in the list",
    "u1,3": "is 3 not sure as well?",
    "u1 3": "is 3 not sure as well?",
    "1,u1": "cannot both apply and be not sure",
    "cool": "not in the list",
    "no": "not in the list",
    "sparks": "did you mean spark?",
    "99999999999999999999": "say 1 to 3, or 0",
    "s": "not in the list",
}


def listed(pack: RulePack, *asked: str) -> Checklist:
    interview = Interview(rules=pack)
    return Checklist(interview, tuple(map(interview.asks, asked)), "Question 1.", False)


@pytest.mark.parametrize("entry", LISTED)
def test_a_list_is_answered_by_what_applies(lamp: RulePack, entry: str) -> None:
    assert listed(lamp, "noise", "heat").take(entry) == LISTED[entry]


@pytest.mark.parametrize("entry", REFUSED)
def test_what_cannot_be_read_in_one_way_at_a_list_is_refused(lamp: RulePack, entry: str) -> None:
    with pytest.raises(AnswerError) as refused:
        listed(lamp, "noise", "heat").take(entry)
    assert REFUSED[entry] in refused.value.message


def test_a_question_of_one_answer_takes_one_number_of_a_list(kettle: RulePack) -> None:
    # leak: 1 drips, 2 pours; flakes: 3 white, 4 brown.
    asked = listed(kettle, "leak", "flakes")
    assert asked.take("2,3,4") == {"leak": ["pour"], "flakes": ["white", "brown"]}
    for entry, hint in (("1,2", "1 or 2"), ("1,u2", "1 or u2")):
        with pytest.raises(AnswerError, match=hint):
            asked.take(entry)


def test_two_doubts_of_one_question_are_one(kettle: RulePack) -> None:
    asked = listed(kettle, "leak", "flakes")
    assert asked.take("u1,u2") == {"leak": ["unknown"], "flakes": "none"}


def test_a_word_of_two_lines_is_asked_for_by_its_number(bump: Bump, tmp_path: Path) -> None:
    folder = tmp_path / "lamp"
    shutil.copytree(LAMP, folder)
    rules = folder / "rules.yaml"
    rules.write_text(rules.read_text().replace("{id: hot,", "{id: hot, aliases: [spark],"))
    stdin = typed("no", "spark", "3", "dim", "u")
    ran = bump("ask", "--rules", str(folder), "--format", "json", stdin=stdin)
    assert "'spark' could be 2 or 3: say the number" in ran.err
    assert ran.json["answers"]["heat"] == "hot"


def test_none_is_no_calm_word_where_a_line_is_called_so(bump: Bump, tmp_path: Path) -> None:
    folder = tmp_path / "lamp"
    shutil.copytree(LAMP, folder)
    rules = folder / "rules.yaml"
    rules.write_text(rules.read_text().replace("{id: hot,", "{id: hot, aliases: [none],"))
    stdin = typed("no", "none", "dim", "u")
    ran = bump("ask", "--rules", str(folder), "--format", "json", stdin=stdin)
    assert ran.json["answers"]["heat"] == "hot"


def test_a_list_shows_each_question_with_what_counts_and_what_may_apply(bump: Bump) -> None:
    shown = interviewed(bump, "no").err
    assert "What does the lamp sound like? (0: it is silent)\n   1  it hums\n" in shown
    assert "How warm is the shade? (0: cool or a little warm)\n   3  too hot to touch\n" in shown
    assert "or 0 for none of these" in " ".join(shown.split())
    assert "counts as in brackets" in " ".join(shown.split())


# A grown-up with one lump on the lid, but for the number, the itch and the size.
ON_THE_LID = (
    *("--age", "25", "--location", "eyelid", "--duration", "3 months", "--firmness", "hard"),
    *("--colour", "white", "--surface", "smooth", "--acne", "no", "--bleeding", "no"),
    *("--course", "stable", "--tried", "nothing", "--pregnant", "no"),
    *(f"--{id}=none" for id in ("unwell", "rash", "eye", "redness", "opening", "pain")),
    *(f"--{id}=none" for id in ("history", "change", "trigger")),
)


@pytest.mark.parametrize(
    "lines",
    [("0", "1"), ("1",), ("0", "b", "1"), ("0", "b", "0", "only", "1"), ("0", "one")],
)
def test_what_has_no_calm_answer_is_never_taken_from_none_of_these(
    bump: Bump, lines: tuple[str, ...]
) -> None:
    ran = bump("ask", *ON_THE_LID, "--format", "json", stdin=typed(*lines, "4 mm", "r"))
    assert "How many are there? (name one)\n   1  only one\n   2  2 to 10" in ran.err
    assert ran.json["answers"]["count"] == "one"
    assert ran.json["answers"]["itch"] == "no"
    assert ran.json["urgency"] == "soon"


def test_not_sure_of_a_whole_list_is_not_sure_of_what_has_no_calm_answer(bump: Bump) -> None:
    ran = bump("ask", *ON_THE_LID, "--format", "json", stdin=typed("u all", "4 mm", "r"))
    assert ran.json["unknown"] == ["count", "itch"]


def test_a_single_question_is_answered_by_one_or_several(lamp: RulePack) -> None:
    interview = Interview(rules=lamp)
    noise = Single(interview, interview.asks("noise"), "Question 1.", False)
    for entry in ("2,3", "2 3", "hum, spark", "2 and 3", "HUM;3"):
        said = parse(lamp, noise.take(entry)).given["noise"]
        assert said.chosen == ("hum", "crackle")


# --- Answers piped in -----------------------------------------------------------------------------


def test_an_interview_may_be_piped_and_gives_what_check_gives(bump: Bump) -> None:
    ran = interviewed(bump, "no", "1,u3", "flickers", "2", "r")
    given = ("smoke=no", "noise=hum", "heat=unknown", "light=flickers", "used=2")
    assert ran.code == 0
    assert ran.json == bump(*lamp_says(*given), "--format", "json").json


@pytest.mark.parametrize(
    "lines",
    [
        ("no", "2,u3", "s"),
        ("no", "u all", "u"),
        ("u", "0", "u"),
        ("yes",),
        ("no", "0", "dim", "about 40 years", "5", "#1"),
    ],
)
def test_the_command_that_is_shown_gives_the_same_result(
    bump: Bump, lines: tuple[str, ...]
) -> None:
    ran = interviewed(bump, *lines)
    (line,) = [line for line in ran.err.splitlines() if line.startswith(AGAIN)]
    name, *command = shlex.split(line.removeprefix(AGAIN))
    assert name == "bumpcheck"
    assert bump(*command, "--format", "json").json == ran.json


def test_the_command_that_is_shown_has_the_answers_in_order_and_the_language(
    bump: Bump, tmp_path: Path
) -> None:
    folder = str(tmp_path / "a lamp")
    shutil.copytree(LAMP, folder)
    ran = bump("ask", "--rules", folder, stdin=typed("no", "2,u1", "s"))
    answers = "-a smoke=no -a noise=crackle,unknown -a heat=cool"
    assert f"{AGAIN}bumpcheck check --rules '{folder}' {answers}\n" in ran.err


def test_what_is_skipped_is_left_out_and_changes_no_verdict(bump: Bump) -> None:
    skipped = interviewed(bump, "no", "crackle", "s")
    asked = interviewed(bump, "no", "crackle", "dim")
    assert skipped.json["not_asked"] == ["light", *asked.json["not_asked"]]
    for key in ("outcome", "urgency", "disposition"):
        assert skipped.json[key] == asked.json[key]


def test_piped_answers_are_reviewed_and_changed_as_well(bump: Bump) -> None:
    ran = interviewed(bump, "no", "crackle", "s", "noise", "hum", "dim", "1 day")
    assert ran.code == 0
    assert ran.err.count("Your answers. Is each of them right?") == 2
    assert ran.json["answers"]["noise"] == ["hum"]


def test_nothing_is_offered_when_answers_are_piped(bump: Bump) -> None:
    assert "s FILE" not in interviewed(bump, "no", "crackle", "s", "r").err


@pytest.mark.parametrize("lines", [(), ("no",), ("no", "0"), ("no", "crackle"), ("no", "0", "dim")])
def test_an_interview_whose_input_ends_is_2_and_gives_no_result(
    bump: Bump, lines: tuple[str, ...]
) -> None:
    ran = bump("ask", "--rules", LAMP, stdin=typed(*lines))
    assert (ran.code, ran.out) == (2, "")
    assert "ended" in ran.err


@pytest.mark.parametrize("before", [(), ("no",), ("no", "0"), ("no", "crackle", "s")])
def test_an_interview_may_be_left(bump: Bump, before: tuple[str, ...]) -> None:
    ran = bump("ask", "--rules", LAMP, stdin=typed(*before, "q"))
    assert (ran.code, ran.out) == (130, "")


def test_an_interview_takes_the_options_of_a_result(bump: Bump, tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    arguments = ("--exit-code", "--format", "json", "--output", str(file))
    ran = bump("ask", "--rules", LAMP, *arguments, stdin=b"yes\n")
    assert (ran.code, ran.out) == (13, "")
    assert json.loads(file.read_text())["urgency"] == "emergency"


def test_only_the_result_goes_to_standard_output(bump: Bump) -> None:
    ran = bump("ask", "--rules", LAMP, stdin=typed("no", "crackle", "?", "dim", "r"))
    given = ("smoke=no", "noise=crackle", "heat=cool", "light=dim")
    assert ran.out == bump(*lamp_says(*given)).out
    assert not unseen(ran.out + ran.err)
    shown = [line for line in ran.err.splitlines() if not line.startswith(AGAIN)]
    assert too_long("\n".join(shown)) == []


def test_a_place_called_back_is_an_answer_and_no_way_back(bump: Bump) -> None:
    # Everything else is known, so that the place is what is asked first.
    pack = shipped()
    known = {q.id: q.calm or UNKNOWN for q in pack.questions if q.id != "location"}
    flags = [word for id, said in known.items() for word in ("-a", f"{id}={said}")]
    ran = bump("ask", *flags, "--format", "json", stdin=typed("back"))
    assert "This is the first question" not in ran.err
    assert ran.json["answers"]["location"] == ["back"]


def test_texts_are_those_of_the_person_once_it_is_known_who_it_is(
    bump: Bump, tmp_path: Path
) -> None:
    folder = tmp_path / "lamp"
    shutil.copytree(LAMP, folder)
    rules = folder / "rules.yaml"
    text = rules.read_text()
    persons = "  persons:\n    - {id: old, when: {used: {over: 9 years}}}\n    - {id: any}\n"
    text = text.replace("\nquestions:\n", f"{persons}\nquestions:\n", 1)
    said = {
        "ask: What does the light do?": "ask: {old: How does old light go?, any: Any light?}",
        "text: it is steady}": "text: {old: steady as ever, any: it is steady}}",
        "why: The light tells the bulbs apart.": "why: {old: Old tells., any: Any tells.}",
    }
    for old, new in said.items():
        assert old in text
        text = text.replace(old, new)
    rules.write_text(text)
    given = ("--rules", str(folder), "-a", "smoke=no", "-a", "noise=none", "-a", "heat=cool")
    stdin = typed("?", "1", "4", "1", "r")
    for more, words in (
        (("-a", "used=20 years"), ("How does old light go?", "steady as ever", "Old tells.")),
        (("-a", "used=2 years"), ("Any light?", "it is steady", "Any tells.")),
    ):
        shown = bump("ask", *given, *more, stdin=stdin).err
        assert all(word in shown for word in words), shown
        assert re.search(rf"light: {words[1]}", shown)


def test_rules_that_cannot_be_looked_ahead_in_are_told_in_one_line(
    bump: Bump, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object, **more: object) -> None:
        raise NotCodable("a condition reads light again")

    monkeypatch.setattr(ask, "Interview", refuse)
    ran = bump("ask", "--rules", LAMP)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("\n") == 1
    assert "bumpcheck check" in ran.err


# --- The ways of a terminal, without one ----------------------------------------------------------


def test_back_why_and_what_is_wrong_may_be_piped_as_well(bump: Bump) -> None:
    talk = ("b", "", "9", "no", "?", "", "b", "no", "0", "?", "7", "dim", "?", "soon", "1 year")
    review = ("?", "", "9", "b", "2 years", "4", "b", "noise", "?", "hum,u", "u")
    ran = interviewed(bump, *talk, *review, "r")
    assert ran.code == 0
    for said in (
        "This is the first question.",
        "nothing is chosen for you",
        "'9' is not in the list: say 1 to 2",
        "'9' is not in the list: say 1 to 5 to change that answer, or r",
        "Type one number, or one word: steady, flickers, dim.",
        "Say it in your own words, as in 5 days",
        "A crackle can be a spark. Listen to",
        "r shows the result.",
    ):
        assert said in " ".join(ran.err.split()), said
    assert ran.json["answers"]["noise"] == ["hum", "unknown"]
    assert ran.json["answers"]["used"] == "2 years"
    assert ran.json["unknown"] == ["noise"]


def test_what_was_skipped_is_asked_after_all_on_the_way_back(bump: Bump) -> None:
    ran = interviewed(bump, "no", "crackle", "s", "b", "b", "crackle", "s", "b", "dim", "r")
    assert ran.json["answers"]["light"] == "dim"
    assert ran.err.count("The main result is certain now") == 2


def test_a_list_in_parts_is_one_screen(bump: Bump, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checklist, "rows", lambda: 10)
    ran = interviewed(bump, "no", "hum", "b", "b", "no", "crackle", "u1", "s")
    assert ran.json["answers"] == {"smoke": "no", "noise": ["crackle"]}
    assert ran.json["unknown"] == ["heat"]
    assert ran.err.count("Question 2, about 3 to go. Part 1 of 2.") == 3
    assert "Question 3, for the advice only." in ran.err


def test_a_report_is_offered_to_whoever_sits_at_a_terminal(
    bump: Bump, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(review, "is_held", lambda: True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    (tmp_path / "there.md").touch()
    tries = ("report.md", "s", "s x.doc", "s there.md", "s nowhere/x.md", "s ~/My lamp.md")
    ran = interviewed(bump, "no", "crackle", "s", "r", *tries)
    assert ran.code == 0
    assert (tmp_path / "home" / "My lamp.md").read_text().startswith("# A lamp")
    for told in ("Type s and a file name", "should end in", "there already", "cannot write"):
        assert told in ran.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "there.md"]
    for leaves in ((), ("",), ("q",)):
        assert interviewed(bump, "no", "crackle", "s", "r", *leaves).code == 0
