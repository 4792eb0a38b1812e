"""The reports to hand over, read as a browser and a reader of Markdown read them; the balance."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError
from markdown_it import MarkdownIt
from msgspec import structs

import bumpcheck
from bumpcheck import RulePack, RulePackError
from bumpcheck.errors import visible
from bumpcheck.model import RulePack as Pack
from bumpcheck.pack import shipped
from bumpcheck.report import balance, changes, html, layout, markdown, plain, staying_out
from bumpcheck.report.layout import View
from bumpcheck.report.templates import filling
from bumpcheck.result import Result

from .beside import case_results
from .kettle import Said, Vary, answer_sets

RULES, PACK, QUESTIONS, TEXTS = "rules.yaml", "pack.yaml", "questions.yaml", "texts.yaml"
TODAY = date(2026, 11, 23)
PERSON, CLINICIAN = View(), View(clinician=True)
EVERYTHING = View(explain=True, clinician=True)
# The same noise everywhere: limescale by its points, with a pattern and a look-alike.
CRUST: Said = {"flakes": "white", "noise": "rattle", "age": 6, "where": "lid", "fill": "5 cm"}
DRAWING = """
drawing:
  question: where
  width: 60
  height: 40.5
  lines: [M 10 40 L 50 40, "m 10,10 c 1 -1 2 -2 3 -3 z"]
  places:
    lid: [[30, 5]]
    handle: [[5, 20], [55, 20.5]]
"""
VOID = {"meta", "br", "link", "img", "input", "hr", "source", "base", "embed"}
LANDMARKS = ("header", "main", "footer")


class Page(HTMLParser):
    """A page as it is read: its elements in order, their text, and whether all are closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.inside: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        assert len(dict(attrs)) == len(attrs)
        if tag not in VOID:
            self._open.append(tag)
            self.inside.setdefault(tag, []).append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert "svg" in self._open, f"<{tag}/> is an open tag in HTML"
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in set(self._open):
            self.inside[tag][-1] += data
        if not {"style", "title"} & set(self._open):
            self.texts.append(data)

    @property
    def text(self) -> str:
        return words("".join(self.texts))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def words(text: str) -> str:
    """A text with its white space evened out."""
    return " ".join(text.split())


def page(result: Result, view: View = PERSON) -> Page:
    return Page(html.write(result, view, TODAY))


def as_read(text: str) -> Page:
    """Markdown as its readers turn it into a page."""
    return Page(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text))


def note(result: Result, view: View = PERSON) -> Page:
    return as_read(markdown.write(result, view, TODAY))


def said_in_plain(result: Result, view: View) -> Iterator[str]:
    """Every sentence that the plain words put into a list, without the numbers of its works."""
    text = plain.write(layout.lay_out(result, structs.replace(view, width=10_000)))
    for line in text.splitlines():
        if line.startswith("  - "):
            yield words(re.sub(r" \[[^]]*\]$", "", line[4:]))


def every_result() -> list[Result]:
    """One result of each kind that the cases beside the shipped rules come to."""
    kinds: dict[object, Result] = {}
    for result in case_results():
        kinds.setdefault((result.outcome, result.reason, result.disposition, result.person), result)
    assert len(kinds) > 10
    return list(kinds.values())


@pytest.fixture(scope="module")
def results(_own_cache: None) -> list[Result]:
    return every_result()


# --- The page is whole, can be found one's way in, and loads nothing ------------------------------


@pytest.mark.parametrize("view", [PERSON, CLINICIAN, EVERYTHING], ids=["person", "clinic", "all"])
def test_a_page_has_the_structure_that_a_screen_reader_needs(
    results: list[Result], view: View
) -> None:
    for result in results:
        text = html.write(result, view, TODAY)
        read = Page(text)
        assert read.all("html") == [{"lang": "en"}]
        assert len(read.inside["title"]) >= 1
        for tag in ("h1", *LANDMARKS):
            assert len(read.all(tag)) == 1, tag
        ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
        assert len(set(ids)) == len(ids)
        # Regions that are landmarks need names of their own: the verdict is the one that is.
        regions = [s["aria-labelledby"] for s in read.all("section") if "aria-labelledby" in s]
        assert regions == ["verdict"]
        assert "verdict" in ids
        headed = [after for (tag, _), (after, _) in pairwise(read.elements) if tag == "section"]
        assert set(headed[1:]) == {"h2"}
        levels = [int(tag[1]) for tag, _ in read.elements if re.fullmatch("h[1-6]", tag)]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        assert [a["scope"] for a in read.all("th")].count("row") > 0 or not read.all("th")
        assert 'name="viewport"' in text


def test_every_drawing_has_a_title_and_words_or_is_passed_over(results: list[Result]) -> None:
    seen = 0
    for result in results:
        read = page(result)
        ids = {a["id"]: tag for tag, a in read.elements if "id" in a}
        for svg in read.all("svg"):
            if svg.get("aria-hidden") == "true":
                continue
            seen += 1
            assert svg["role"] == "img"
            assert [ids[id] for id in svg["aria-labelledby"].split()] == ["title", "desc"]
    assert seen > 20


@pytest.mark.parametrize("view", [PERSON, EVERYTHING], ids=["person", "all"])
def test_a_page_loads_nothing_and_runs_nothing(results: list[Result], view: View) -> None:
    for result in results:
        text = html.write(result, view, TODAY)
        read = Page(text)
        tags = {tag for tag, _ in read.elements}
        assert not tags & {"script", "link", "img", "iframe", "object", "embed", "form", "base"}
        for tag, attributes in read.elements:
            assert not any(name.startswith("on") or name == "style" for name in attributes)
            assert not {"src", "srcset", "data", "action", "xlink:href"} & set(attributes)
            assert "href" not in attributes or tag == "a"
        style = read.inside["style"][0]
        assert not re.search(r"url\(|@import|expression|image-set", style)
        assert all(re.match("https?://", a["href"]) for a in read.all("a"))


def test_the_policy_allows_the_one_style_and_nothing_else(kettle: RulePack) -> None:
    read = page(bumpcheck.check(CRUST, rules=kettle))
    (policy,) = (
        a["content"] for a in read.all("meta") if a.get("http-equiv") == "Content-Security-Policy"
    )
    (style,) = read.inside["style"]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules == {
        "default-src": "'none'",
        "style-src": f"'sha256-{digest}'",
        "img-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    # What a policy forbids must not be needed: it stands before the style that it allows.
    assert html.write(bumpcheck.check({}, rules=kettle), PERSON, TODAY).index(
        "Content-Security-Policy"
    ) < html.write(bumpcheck.check({}, rules=kettle), PERSON, TODAY).index("<style>")


def test_a_page_is_ascii_whatever_it_says(vary: Vary) -> None:
    pack = bumpcheck.load(vary((RULES, "Lime is white.", "Kalk ist weiß, and 石灰 too.")))
    text = html.write(bumpcheck.check(CRUST, rules=pack), PERSON, TODAY)
    assert text.isascii()
    assert text.endswith("</html>\n")
    assert "Kalk ist weiß, and 石灰 too." in Page(text).text


def test_the_style_knows_paper_telephones_and_the_dark() -> None:
    style = filling.read("report.css")
    assert style.isascii()
    assert "\r" not in style
    for medium in ("@page", "@media print", "prefers-color-scheme: dark", "max-width"):
        assert medium in style


# --- It says what the plain words say -------------------------------------------------------------


@pytest.mark.parametrize("view", [PERSON, CLINICIAN], ids=["person", "clinician"])
def test_reports_say_every_sentence_of_the_plain_words(results: list[Result], view: View) -> None:
    told = 0
    for result in results:
        read, noted = page(result, view).text, note(result, view).text
        for sentence in said_in_plain(result, view):
            assert sentence in read
            assert sentence in noted
            told += 1
    assert told > 50


def test_reports_say_all_of_what_leaves_a_verdict_open(results: list[Result]) -> None:
    for result in results:
        read, noted = page(result).text, note(result).text
        for open_ in result.not_ruled_out:
            text = result.say(open_.alarm.text)
            assert text in read
            assert text in noted


def test_a_report_bears_the_day_the_version_and_the_digest(kettle: RulePack) -> None:
    result = bumpcheck.check(CRUST, rules=kettle)
    for read in (page(result), note(result)):
        assert "2026-11-23" in read.text
        assert "Noises of a kettle, rules 0.1.0." in read.text
        assert "Read by the tea lady on 2026-01-31" in read.text
        assert kettle.digest in read.text
    assert page(result).all("time") == [{"datetime": "2026-11-23"}]
    assert "2027-02-01" in html.write(result, PERSON, date(2027, 2, 1))


def test_a_report_lists_what_was_answered_unsure_and_not_asked(kettle: RulePack) -> None:
    given = {**CRUST, "flakes": ["white", "unknown"], "leak": "unknown"}
    result = bumpcheck.check(given, rules=kettle)
    read = page(result).text
    assert "What swims in the water? white flakes; unknown" in words(read)
    unsure = read[read.index("Not sure") :]
    assert unsure.index("Does water come out below?") < unsure.index("Not asked")
    assert unsure.index("Not asked") < unsure.index("Does it smell?")


def test_what_an_unsure_answer_leaves_open_is_told_where_it_would_be_more_urgent() -> None:
    result = bumpcheck.check({"age": "34", "unwell": "unknown", "location": "cheek"})
    assert result.urgency == "soon"
    for text in (page(result).text, note(result).text, "\n".join(said_lines(result))):
        sooner = words(text[text.index("Sooner") : text.index("Not a diagnosis")])
        for told in ("very ill, confused, hard to wake", "swollen lips or throat"):
            assert sooner.index("Emergency") < sooner.index(told) < sooner.index("Today")


def said_lines(result: Result) -> list[str]:
    return [line.text for line in layout.lay_out(result, structs.replace(PERSON, width=10_000))]


def test_what_makes_no_sense_for_a_person_is_not_told_as_not_asked() -> None:
    for age, told in (("5 days", False), ("30", True), ("unknown", True)):
        result = bumpcheck.check({"age": age, "location": "nose"})
        assert "pregnant" in result.not_asked
        for read in (page(result).text, note(result).text):
            assert "Does it itch?" in read
            assert ("pregnant, or trying" in read[read.index("Not asked") :]) is told
        lines = plain.write(layout.lay_out(result, View(explain=True))).splitlines()
        at = next(i for i, line in enumerate(lines) if "Not asked: " in line)
        assert ("pregnant" in " ".join(lines[at : at + 4])) is told


def test_what_was_read_in_a_list_is_told_apart_from_what_was_not_asked(kettle: RulePack) -> None:
    result = bumpcheck.check(CRUST, rules=kettle, none_of_these=True)
    for read in (page(result).text, note(result).text):
        listed = read[read.index("said not to apply") : read.index("Not asked")]
        assert "Does it smell?" in listed
        assert "Does it smell?" not in read[read.index("Not asked") :]


def test_what_is_missing_stands_before_whom_to_see(kettle: RulePack) -> None:
    result = bumpcheck.check({}, rules=kettle)
    assert result.reason == "not-enough"
    for read in (page(result).text, note(result).text):
        assert read.index("Too little is known.") < read.index("See an electrician some day")


def test_a_clinician_reads_what_speaks_for_and_against_look_alikes(kettle: RulePack) -> None:
    given = {"noise": "rattle", "where": "lid", "leak": "drip", "tried": "nothing"}
    result = bumpcheck.check(given, rules=kettle)
    for read in (page(result, CLINICIAN).text, note(result, CLINICIAN).text):
        assert "a loose lid: Lids rattle too." in read
        assert "For it: noise is rattle" in read
        assert "Against it: leak is drip" in read


def test_the_sources_are_numbered_as_the_page_names_them(kettle: RulePack) -> None:
    read = page(bumpcheck.check(CRUST, rules=kettle))
    assert re.findall(r"\[(\d)\]", read.text)[0] == "1"
    assert read.all("a")[0]["href"] == "https://kettle.example/manual"
    assert read.all("a")[0]["rel"] == "noreferrer noopener"
    assert "Our water and you (a copy was read)" in read.text


# --- What the answers agree with ------------------------------------------------------------------


def test_the_table_marks_the_phrases_whose_evidence_holds(kettle: RulePack) -> None:
    result = bumpcheck.check(CRUST, rules=kettle)
    read = page(result)
    assert read.inside["strong"] == ["a gurgle", "a rattle", "seldom a gurgle"]
    assert read.text.count("(as answered)") == 3
    noted = markdown.write(result, PERSON, TODAY)
    assert "**a gurgle** (as answered); **a rattle** (as answered)" in noted
    assert "a hum; **seldom a gurgle** (as answered); not a bang" in noted


def test_reasons_are_drawn_against_the_greatest_of_them_and_points_against_theirs(
    kettle: RulePack,
) -> None:
    result = bumpcheck.check(CRUST, rules=kettle)
    drawn = [svg for svg in page(result).all("svg") if svg.get("class") == "bar"]
    greatest = max(abs(n) for piece in result.evidence for _, n in piece.points)
    furthest = max(map(abs, result.points.values()))
    assert greatest != furthest
    totals = [svg["viewbox"] for svg in drawn if "role" in svg]
    assert set(totals) == {f"-{furthest} 0 {2 * furthest} 2"}
    assert len(totals) == len(result.points)
    assert {svg["viewbox"] for svg in drawn if "role" not in svg} == {
        f"-{greatest} 0 {2 * greatest} 2"
    }


def test_a_pattern_that_stands_for_all_the_rest_marks_nothing(vary: Vary) -> None:
    folder = vary(
        (RULES, "name: a dusting of lime\n", "name: a dusting of lime\n    shows: {care: rest}\n"),
        (RULES, "    name: an old crust\n", "    name: an old crust\n    shows: {care: time}\n"),
    )
    pack = bumpcheck.load(folder)
    dusty = bumpcheck.check({"flakes": "white"}, rules=pack)
    assert dusty.pattern
    assert dusty.pattern.id == "dusting"
    assert "rest" not in page(dusty).inside["strong"]
    assert "time" in page(bumpcheck.check(CRUST, rules=pack)).inside["strong"]


def test_beside_an_alarm_points_are_kept_from_the_person(kettle: RulePack) -> None:
    result = bumpcheck.check({**CRUST, "smell": "burnt"}, rules=kettle)
    assert result.reason == "red-flag"
    assert not page(result).all("table")
    assert "|" not in markdown.write(result, PERSON, TODAY)
    for view in (CLINICIAN, EVERYTHING):
        for read in (page(result, view).text, note(result, view).text):
            assert "these points did not decide" in read
    assert "these points did not decide" not in page(bumpcheck.check(CRUST, rules=kettle)).text


@given(said=answer_sets())
def test_points_are_never_a_share(kettle: RulePack, said: Said) -> None:
    result = bumpcheck.check(said, rules=kettle)
    texts = [page(result, EVERYTHING).text, note(result, EVERYTHING).text]
    texts.append(plain.write(layout.lay_out(result, EVERYTHING)))
    for text in texts:
        assert not re.search(r"[0-9] ?%|per ?cent\b|[+-][0-9]+\.[0-9]", text)


# --- The drawing ----------------------------------------------------------------------------------


def drawn(vary: Vary, where: object) -> Page:
    pack = bumpcheck.load(vary(("drawing.yaml", "", DRAWING)))
    return page(bumpcheck.check({"where": where}, rules=pack))


def marks(read: Page) -> list[tuple[str, str]]:
    return [(c["cx"], c["cy"]) for c in read.all("circle") if c["class"] == "mark"]


def test_places_are_marked_where_the_pack_says(vary: Vary) -> None:
    read = drawn(vary, ["lid", "handle", "base"])
    assert marks(read) == [("30.0", "5.0"), ("5.0", "20.0"), ("55.0", "20.5")]
    (svg,) = (svg for svg in read.all("svg") if svg["viewbox"] == "0 0 60.0 40.5")
    assert svg["role"] == "img"
    assert [path["d"] for path in read.all("path")] == [
        "M 10 40 L 50 40",
        "m 10,10 c 1 -1 2 -2 3 -3 z",
    ]
    assert "the lid; the handle" in read.inside["desc"]
    assert "Marked on both sides" in read.text
    assert "Not on the drawing: the base" in read.text


def test_one_place_in_the_middle_has_no_sides(vary: Vary) -> None:
    assert "both sides" not in drawn(vary, "lid").text


@pytest.mark.parametrize("where", ["base", "body", "unknown", None])
def test_a_place_that_is_not_on_it_is_told_in_words_alone(vary: Vary, where: object) -> None:
    read = drawn(vary, where)
    assert not read.all("path")
    assert not marks(read)
    if where == "base":
        assert "Where it is the base" in read.text
        assert "Not on the drawing" not in read.text
        assert "Where does it come from? the base" in read.text


def test_the_face_of_the_shipped_rules_has_every_place_on_it() -> None:
    drawing = shipped().drawing
    assert drawing is not None
    answers = {answer.id for answer in shipped().question(drawing.question).answers}
    assert len({point for _, points in drawing.places for point in points}) == len(
        [point for _, points in drawing.places for point in points]
    )
    assert {id for id, _ in drawing.places} < answers
    for _, points in drawing.places:
        # A pair is marked on both sides alike.
        assert len(points) == 1 or points[0][0] + points[1][0] == drawing.width
        assert len(points) == 2 or points[0][0] == drawing.width / 2


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("question: where", "question: whre", "no question 'whre'"),
        ("lid: [[30, 5]]", "lidd: [[30, 5]]", "no answer to `where` 'lidd'"),
        ("lid: [[30, 5]]", "lid: [[61, 5]]", "`lid` is not on the drawing"),
        ("lid: [[30, 5]]", "lid: [[30, 5, 6]]", "a place is two numbers"),
        ("lid: [[30, 5]]", "lid: [30, 5]", "a place must be a list"),
        ("lid: [[30, 5]]", "lid: [[30, -5]]", "y must be a number, not '-5'"),
        ("width: 60", "width: 1e9", "`width` must be a number"),
        ("  width: 60\n", "", "no `width`"),
        ("M 10 40 L 50 40", '"M 10 40\\" onload=x"', "is no line"),
        ("M 10 40 L 50 40", "url(#x)", "is no line"),
        ("\n    lid: [[30, 5]]\n    handle: [[5, 20], [55, 20.5]]", " lid", "must be a mapping"),
        ("  height: 40.5\n", "  height: 40.5\n  depth: 3\n", "no key in drawing 'depth'"),
    ],
)
def test_what_is_wrong_with_a_drawing_is_told(vary: Vary, old: str, new: str, message: str) -> None:
    assert DRAWING.count(old) == 1
    with pytest.raises(RulePackError) as caught:
        bumpcheck.load(vary(("drawing.yaml", "", DRAWING.replace(old, new))))
    assert any(message in problem.message for problem in caught.value.problems)


def test_a_second_drawing_is_refused(vary: Vary) -> None:
    with pytest.raises(RulePackError, match="a second `drawing` section"):
        bumpcheck.load(vary(("drawing.yaml", "", DRAWING), ("other.yaml", "", DRAWING)))


# --- Hostile texts show as text -------------------------------------------------------------------

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)> </title></style></svg>',
    "{{ 7 * 7 }} {% raw %} {# note #} ${7*7}",
    "<!-- --> &amp; &#60; <![CDATA[ ]]>",
    "[a](javascript:alert(1)) ![b](https://evil.example/pixel.png) <https://evil.example>",
    "**bold** _it_ `code` ~~gone~~ # head | cell | www.evil.example @you #12 :bug:",
    "- item",
    "1. item",
    "1) item",
    "=====",
    "+ item",
    "\\*not\\*",
]
# No YAML gets these past the loader; somebody's Python may.
UNSEEN = ["\x1b[31mred\x1b[0m", "left\u202eright", "a\u2066b\u200bc", "null\x00", "lone\ud800"]


def hostile(pack: Pack, text: str) -> Pack:
    """The pack with that text wherever a text of its own reaches a report."""
    shown = {key: f"{text} {{verdict}}" if "condi" in key else text for key in pack.texts}
    return structs.replace(
        pack,
        title=text,
        version=text,
        texts={**shown, "label.needs": text, "label.if": "{answers} {verdict}"},
        questions=tuple(
            structs.replace(
                question,
                ask=text,
                clause=f"{text} {{said}}",
                answers=tuple(
                    structs.replace(a, text=text, clause=a.clause and text)
                    for a in question.answers
                ),
            )
            for question in pack.questions
        ),
        evidence=tuple(
            structs.replace(e, because=text, shows=tuple((row, text) for row, _ in e.shows))
            for e in pack.evidence
        ),
        findings=tuple(structs.replace(f, text=text) for f in pack.findings),
        patterns=tuple(structs.replace(p, name=text, term=text) for p in pack.patterns),
        advice=tuple(structs.replace(a, text=text) for a in pack.advice),
        red_flags=tuple(structs.replace(f, text=text, because=text) for f in pack.red_flags),
        look_alikes=tuple(structs.replace(o, name=text, because=text) for o in pack.look_alikes),
        aspects=tuple(structs.replace(a, text=text) for a in pack.aspects),
        sources=tuple(
            structs.replace(s, title=text, address=f"https://x.example/{text}")
            for s in pack.sources
        ),
        digest=text,
    )


@pytest.mark.parametrize("text", HOSTILE + UNSEEN, ids=repr)
@pytest.mark.parametrize("view", [PERSON, EVERYTHING], ids=["person", "all"])
def test_hostile_texts_show_as_text(kettle: RulePack, text: str, view: View) -> None:
    tame = bumpcheck.check(CRUST, rules=kettle, explain=True)
    wild = bumpcheck.check(CRUST, rules=hostile(kettle, text), explain=True)
    assert any(text in said for said in changes.in_words(wild, clinician=False))
    shown = words(visible(text))
    for write in (page, note):
        read = write(wild, view)
        # The same elements as without it, but for what is left out where equal words are merged.
        assert {tag for tag, _ in read.elements} <= {tag for tag, _ in write(tame, view).elements}
        # As many lists, tables and headings as before: no text has made one.
        for tag in ("h1", "table", "ol"):
            assert len(read.all(tag)) == len(write(tame, view).all(tag))
        assert read.text.count(shown) > 10
        assert {a["href"][:18] for a in read.all("a")} <= {"https://x.example/"}
        raw = "".join(read.texts).replace("\n", " ")
        assert visible(raw) == raw


@pytest.mark.parametrize("mark", ["\\u202e", "\\x1b[31m", "\\u200b"])
def test_marks_that_do_not_show_never_get_into_a_pack(vary: Vary, mark: str) -> None:
    with pytest.raises(RulePackError, match="do not show"):
        bumpcheck.load(vary((RULES, "because: Lime is white.", f'because: "Lime {mark}"')))


@given(st.text("\\`*_{}[]()#+-.!|<>~&$@:=\"' \tab1w/;", min_size=1))
def test_markdown_reads_as_it_was_written(text: str) -> None:
    text = words(text)
    read = as_read(f"- {markdown.escape(text)}\n\n| {markdown.escape(text)} |\n| --- |\n")
    assert {tag for tag, _ in read.elements} <= {"ul", "li", "table", "thead", "tr", "th"}
    assert [words(read.inside[tag][0]) for tag in ("li", "th")] == [text, text]


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        ("https://a.example/b?c=d&e=f#g", "https://a.example/b?c=d&e=f#g"),
        ('https://a.example/"><script>', "https://a.example/%22%3E%3Cscript%3E"),
        ("https://a.example/a b\n`ü", "https://a.example/a%20b%5Cn%60%C3%BC"),
    ],
)
def test_an_address_holds_nothing_but_an_address(written: str, safe: str) -> None:
    assert filling.address(written) == safe


def test_a_place_that_nobody_fills_in_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        filling.filled("report.md", markdown.escape)


def test_markdown_starts_with_a_heading_and_ends_with_one_newline(results: list[Result]) -> None:
    for result in results:
        text = markdown.write(result, EVERYTHING, TODAY)
        assert text.startswith("# Small white bumps on the skin\n")
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        assert "\n\n\n" not in text
        assert len(as_read(text).all("h1")) == 1


def test_what_must_not_wait_is_said_again_at_the_end(results: list[Result]) -> None:
    seen = set()
    for result in results:
        first, *_, last = layout.lay_out(result, PERSON)
        urgent = result.urgency in ("same-day", "emergency")
        assert (last.role == "urgent" and last.text == first.text) == urgent
        seen.add(urgent)
    assert seen == {True, False}


# --- The balance on a terminal --------------------------------------------------------------------


def explained(result: Result, width: int = 80) -> list[str]:
    view = View(explain=True, width=width)
    return plain.write(layout.lay_out(result, view)).splitlines()


def test_bars_lead_left_and_right_with_their_numbers_before_them(kettle: RulePack) -> None:
    lines = explained(bumpcheck.check(CRUST, rules=kettle))
    at = lines.index("Points: limescale +5, normal-boil +0")
    assert lines[at + 1 : at + 12] == [
        "Points only weigh the reasons. They are no chance and no percentage.",
        "  limescale   +5            |==========",
        "    needs 3, and 2 more than any other",
        "  normal-boil +0            |",
        "    needs 3, and 2 more than any other",
        "",
        "  limescale   +3            |======",
        "  normal-boil -1          ==|",
        "    Lime is white. [1: leaflet]",
        "",
        "  limescale   +2            |====",
    ]


def test_what_settles_or_excludes_is_said_in_words(kettle: RulePack) -> None:
    lines = explained(bumpcheck.check({**CRUST, "tried": "vinegar-helped"}, rules=kettle))
    assert "  limescale    certainly limescale" in lines
    lines = explained(bumpcheck.check({"noise": "bang", "fill": "5 cm"}, rules=kettle))
    assert "  normal-boil  not normal-boil" in lines


@pytest.mark.parametrize("width", [80, 60, 40, 20])
def test_the_balance_fits_every_width_and_is_ascii(
    kettle: RulePack, results: list[Result], width: int
) -> None:
    for result in (bumpcheck.check(CRUST, rules=kettle), *results[:8]):
        lines = explained(result, width)
        bars = [line for line in lines if re.search(r"\||[+-][0-9]+$", line)]
        assert bars
        for line in bars:
            assert line.isascii()
        # An address, like a digest, is never broken.
        whole = [line for line in lines if "://" not in line and "sha256:" not in line]
        assert max(map(len, whole)) <= width


def test_a_bar_is_as_long_as_its_points_and_never_nothing(kettle: RulePack) -> None:
    result = structs.replace(
        bumpcheck.check({}, rules=kettle), points={"limescale": 1000, "normal-boil": 0}
    )
    bars = balance.Bars(result, 153)

    def drawn(points: int) -> tuple[int, int]:
        left, _, right = bars.line(balance.Weight("limescale", points)).partition("|")
        return left.count("="), right.count("=")

    whole = drawn(1000)[1]
    assert whole > 60
    assert drawn(-1000) == (whole, 0)
    assert drawn(500) == (0, whole // 2)
    assert drawn(1) == (0, 1)
    assert drawn(-1) == (1, 0)
    assert drawn(0) == (0, 0)


def test_findings_stand_as_a_tree_over_the_answers_they_rest_on(kettle: RulePack) -> None:
    lines = explained(bumpcheck.check(CRUST, rules=kettle))
    at = lines.index("What follows from the answers")
    assert lines[at + 1 : at + 4] == [
        "  - lime has set hard (noise: rattle; age: 6 years)",
        "      - lime has set (age: 6 years)",
        "          - the water is hard (flakes: white)",
    ]
    branch = page(bumpcheck.check(CRUST, rules=kettle), EVERYTHING).text
    assert "lime has set hard (noise: rattle; age: 6 years) lime has set (age: 6 years)" in branch


def test_only_the_reasons_that_hold_stand_in_the_tree(kettle: RulePack) -> None:
    lines = explained(bumpcheck.check({**CRUST, "noise": "hum"}, rules=kettle))
    assert "  - lime has set hard (age: 6 years)" in lines
    lines = explained(bumpcheck.check({"age": "5 days", "flakes": "none"}, rules=kettle))
    assert "  - brand-new (age: 5 days)" in lines


@pytest.mark.parametrize("depth", [3, 40])
def test_a_long_chain_of_findings_keeps_room_for_its_words(vary: Vary, depth: int) -> None:
    chain = "".join(
        f"  - {{id: f{n}, when: {{finding: {f'f{n - 1}' if n else 'brand-new'}}}, text: t{n}}}\n"
        for n in range(depth)
    )
    pack = bumpcheck.load(vary((RULES, "findings:\n", f"findings:\n{chain}")))
    lines = explained(bumpcheck.check({"age": "5 days"}, rules=pack), 40)
    assert any(line.endswith("- t0") for line in lines)
    assert max(len(line) for line in lines if "sha256:" not in line and "://" not in line) <= 40


def test_rules_that_stayed_out_stand_under_what_they_lacked(kettle: RulePack) -> None:
    result = bumpcheck.check({"flakes": "white"}, rules=kettle)
    lacking = {by.questions: by.rules for by in staying_out.still_open(result)}
    assert lacking[("tried",)] == (
        "not limescale (tried is distilled)",
        "certainly limescale (tried is vinegar-helped)",
    )
    # What cannot hold any more, and what is of another outcome alone, has no place there.
    told = " ".join(text for texts in lacking.values() for text in texts)
    assert "flakes" not in told
    assert "normal-boil +2 (noise is hum)" not in told
    assert "an old crust (lime has set hard)" in told
    assert staying_out.still_open(bumpcheck.check({}, rules=kettle))


def test_what_stayed_out_is_kept_short_and_what_is_left_out_counted(results: list[Result]) -> None:
    texts = {"label.more": "and {count} more"}
    many = [staying_out.Lacking((f"q{n}",), ("a", "b", "c")) for n in range(9)]
    told = list(staying_out.in_short(texts, many))
    assert told[0] == "q0: a; b; and 1 more."
    assert told[-1] == "and 9 more."
    assert len(told) == staying_out.QUESTIONS_AT_MOST + 1
    assert all(len(staying_out.still_open(result)) < 60 for result in results)


def test_a_complete_case_lacks_nothing(kettle: RulePack) -> None:
    everything: Said = {**CRUST, "since": "1 hour", "leak": "no", "smell": "no", "glass": "no"}
    result = bumpcheck.check({**everything, "tried": "nothing"}, rules=kettle)
    assert staying_out.still_open(result) == ()


def test_what_one_other_answer_would_let_in_stands_under_that_answer(kettle: RulePack) -> None:
    result = bumpcheck.check({**CRUST, "tried": "nothing", "noise": "hum"}, rules=kettle)
    lacking = {by.questions: by.rules for by in staying_out.kept_out(result)}
    assert "certainly limescale (tried is vinegar-helped)" in lacking[("tried",)]
    told = " ".join(text for texts in lacking.values() for text in texts)
    # What holds, and what is still open, is kept out by nothing.
    assert "flakes is white" not in told
    assert all(len(questions) == 1 for questions in lacking)
    plainly = words(plain.write(layout.lay_out(result, EVERYTHING)))
    for read in (plainly, page(result, EVERYTHING).text, note(result, EVERYTHING).text):
        assert "tried (nothing): not limescale (tried is distilled); certainly limescale" in read
    # Where nothing was said, nothing is kept out.
    assert staying_out.kept_out(bumpcheck.check({}, rules=kettle)) == ()


def test_a_rule_kept_out_by_an_answer_comes_in_with_the_one_it_lacked(kettle: RulePack) -> None:
    result = bumpcheck.check({"flakes": "brown", "noise": "rattle"}, rules=kettle)
    lacking = {by.questions: by.rules for by in staying_out.kept_out(result)}
    said = next(text for text in lacking[("flakes",)] if "flakes is white" in text)
    anew = bumpcheck.check({"flakes": "white", "noise": "rattle"}, rules=kettle)
    gained = {piece.id for piece in anew.evidence} - {piece.id for piece in result.evidence}
    assert any(
        said.startswith(balance.argued(kettle, piece))
        for piece in kettle.evidence
        if piece.id in gained
    )


@pytest.mark.parametrize("noise", ["none", "hum", "rattle", "bang"])
def test_what_is_said_to_be_kept_out_by_one_answer_is(vary: Vary, noise: str) -> None:
    old = "  - id: hums\n    when: {noise: hum}"
    pack = bumpcheck.load(vary((RULES, old, old.replace("hum}", "hum, glass: yes}"))))
    said: Said = {
        "noise": noise,
        "flakes": "brown",
        "leak": "drip",
        "smell": "no",
        "glass": "no",
        "where": "base",
        "tried": "nothing",
        "age": 6,
        "since": "1 hour",
        "fill": 90,
    }
    result = bumpcheck.check(said, rules=pack)
    held = {piece.id for piece in result.evidence}
    told = 0
    for lacking in staying_out.kept_out(result):
        (question,) = lacking.questions
        others = [a.id for a in pack.question(question).answers] or ["5 days", "20 years", "1 mm"]
        let_in = {
            balance.argued(pack, piece)
            for other in others
            if question != "fill" or "mm" in other
            for piece in bumpcheck.check({**said, question: other}, rules=pack).evidence
            if piece.id not in held
        }
        for rule in lacking.rules:
            told += 1
            assert any(rule.startswith(argued) for argued in let_in), (question, rule)
    assert told > 3


# --- What would change it -------------------------------------------------------------------------


def changed(result: Result, view: View) -> tuple[str, str]:
    """What a page and a note tell under that heading, as read."""
    heading, after = result.pack.texts["heading.changes"], "Side by side"
    read, noted = page(result, view).text, note(result, view).text
    return tuple(text.partition(heading)[2].partition(after)[0] for text in (read, noted))  # type: ignore[return-value]


def test_a_person_reads_what_calls_for_more_care_and_a_clinician_all(kettle: RulePack) -> None:
    result = bumpcheck.check(CRUST, rules=kettle, explain=True)
    everything = list(changes.in_words(result, clinician=True))
    few = list(changes.in_words(result, clinician=False))
    assert few
    assert everything
    for told in changed(result, PERSON):
        assert all(words(said) in told for said in few)
        assert "normal-boil, self-care" not in told
    for told in changed(result, CLINICIAN):
        assert all(words(said) in told for said in everything)
    ways = [way for line in everything for way in line.partition(": ")[2].split("; ")]
    assert len(ways) == len(result.would_change or ())


def test_a_report_without_them_says_nothing_of_them(kettle: RulePack) -> None:
    result = bumpcheck.check(CRUST, rules=kettle)
    assert result.would_change is None
    assert kettle.texts["heading.changes"] not in page(result, CLINICIAN).text
    burnt = bumpcheck.check({"smell": "burnt"}, rules=kettle, explain=True)
    assert kettle.texts["heading.changes"] not in page(burnt).text


def test_templates_stand_beside_the_code_that_fills_them() -> None:
    folder = Path(filling.__file__).parent
    for name in ("report.html", "report.md", "report.css"):
        assert filling.read(name) == (folder / name).read_text("utf-8")
