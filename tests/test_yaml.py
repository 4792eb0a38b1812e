"""YAML that means harm, or means well and is wrong: refused with a place, never a crash."""

from __future__ import annotations

from pathlib import Path

import pytest

import bumpcheck
from bumpcheck import RulePackError
from bumpcheck.errors import Problem

from .kettle import Vary


def problems_of(folder: Path, content: bytes) -> list[Problem]:
    """What is said of a pack's extra file with this content."""
    (folder / "zz.yaml").write_bytes(content)
    with pytest.raises(RulePackError) as caught:
        bumpcheck.load(folder)
    return [p for p in caught.value.problems if p.place.file.endswith("zz.yaml")]


def only_problem(folder: Path, content: bytes) -> Problem:
    found = problems_of(folder, content)
    assert len(found) == 1, found
    return found[0]


BILLION_LAUGHS = b"a: &a [x, x]\n" + b"".join(
    b"%c: &%c [*%c, *%c]\n" % (n + 1, n + 1, n, n) for n in range(ord("a"), ord("z"))
)


@pytest.mark.parametrize(
    ("content", "line", "column", "word"),
    [
        (BILLION_LAUGHS, 1, 4, "anchor"),
        (b"texts: &t {decision: x}\n", 1, 8, "anchor"),
        (b"findings:\n  - id: &name x\n", 2, 9, "anchor"),
        (b"findings: [{&k id: x}]\n", 1, 13, "anchor"),
        (b"findings: *f\n", 1, 11, "alias"),
        (b"texts: {<<: *base}\n", 1, 13, "alias"),
        (b"texts: !!map {}\n", 1, 8, "tag"),
        (b"texts: !local {}\n", 1, 8, "tag"),
        (b"findings: [!!python/object/apply:os.system [ls]]\n", 1, 12, "tag"),
        (b"findings:\n  - id: !!str x\n", 2, 9, "tag"),
        (b"%TAG ! tag:evil,2026:\n---\ntexts: !x {}\n", 3, 8, "tag"),
        (b"texts: {}\n---\ntexts: {}\n", 2, 1, "second document"),
        (b"---\n---\ntexts: {}\n", 2, 1, "second document"),
        (b"texts: {\n  a: [b\n", 3, 1, "not YAML"),
        (b"texts:\n\t- x\n", 2, 1, "not YAML"),
        (b"texts: 'open\n", 2, 1, "not YAML"),
        (b"plain words\n", 1, 1, "mapping of sections"),
        (b"- a\n- b\n", 1, 1, "mapping of sections"),
        (b"? [a, b]\n: c\n", 1, 3, "key must be a word"),
        (b"texts: {? {c: d} : e}\n", 1, 11, "key must be a word"),
    ],
)
def test_what_a_rule_file_never_needs_is_refused_where_it_stands(
    vary: Vary, content: bytes, line: int, column: int, word: str
) -> None:
    found = problems_of(vary(), content)
    assert (found[0].place.line, found[0].place.column) == (line, column)
    assert word in found[0].message


def test_a_merge_key_merges_nothing(vary: Vary) -> None:
    found = problems_of(vary(), b"findings: [{<<: {id: merged, text: x}, when: {noise: hum}}]\n")
    said = " ".join(p.message for p in found)
    assert "'<<'" in said
    assert "no `id`" in said


@pytest.mark.parametrize("opening", [b"[", b"{a: ", b"- ", b"? "])
def test_deep_nesting_is_refused_long_before_the_stack_ends(vary: Vary, opening: bytes) -> None:
    found = only_problem(vary(), b"findings:\n  " + opening * 100_000)
    assert "nested more than 32 deep" in found.message
    assert found.place.line == 2


def test_nesting_that_rules_need_is_not_refused(vary: Vary) -> None:
    condition = b"{noise: hum}"
    for _ in range(12):
        condition = b"{any: [" + condition + b"]}"
    folder = vary()
    (folder / "zz.yaml").write_bytes(b"findings: [{id: deep, text: x, when: " + condition + b"}]")
    result = bumpcheck.check({"noise": "hum"}, rules=bumpcheck.load(folder))
    assert [finding.id for finding in result.findings] == ["deep"]


@pytest.mark.parametrize("size", [1024 * 1024 + 1, 2 * 1024 * 1024])
def test_a_large_file_is_refused_unread(vary: Vary, size: int) -> None:
    found = only_problem(vary(), b"#" * size)
    assert "larger than 1024 KiB" in found.message


def test_a_file_as_large_as_may_be_is_read(vary: Vary) -> None:
    folder = vary()
    (folder / "zz.yaml").write_bytes(b"#" * 1024 * 1024)
    assert bumpcheck.load(folder).id == "kettle"


@pytest.mark.parametrize("code", [0x00, 0x01, 0x07, 0x08, 0x0B, 0x1B, 0x7F])
@pytest.mark.parametrize("around", [b"texts: {%c: y}\n", b'texts: {x: "%c"}\n', b"#%c\n", b"%c"])
def test_control_characters_are_refused(vary: Vary, code: int, around: bytes) -> None:
    assert problems_of(vary(), around % code)


@pytest.mark.parametrize("escape", [rb"\0", rb"\e[31m", rb"\u202e", rb"\b"])
def test_characters_that_do_not_show_are_refused_though_escaped(vary: Vary, escape: bytes) -> None:
    folder = vary(("texts.yaml", "  decision: our choice\n", ""))
    found = problems_of(folder, b'texts: {decision: "a%sb"}\n' % escape)
    assert ["do not show" in p.message for p in found] == [True]
    assert str(found[0]).isprintable() or str(found[0]).replace("\n", "").isprintable()


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("texts:\n  decision: größer\n".encode("latin-1"), 2),
        ("texts: {}\n".encode("utf-16"), 1),
        (b"texts:\n\n  a: \xed\xa0\x80\n", 3),
        (b"# \xc0\xaf\n", 1),
    ],
)
def test_what_is_not_utf_8_is_refused_with_its_line(vary: Vary, content: bytes, line: int) -> None:
    found = only_problem(vary(), content)
    assert found.message == "not UTF-8 text"
    assert found.place.line == line


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(vary: Vary) -> None:
    folder = vary()
    path = folder / "rules.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert bumpcheck.check({"smell": "burnt"}, rules=bumpcheck.load(folder)).urgency == "emergency"


def test_a_byte_order_mark_moves_no_place_and_is_not_shown(vary: Vary) -> None:
    found = only_problem(vary(), b"\xef\xbb\xbftextz: {}\n")
    assert (found.place.line, found.place.column) == (1, 1)
    assert found.line == "textz: {}"


@pytest.mark.parametrize("content", [b"", b"\n\n", b"# nothing\n", b"---\n", b"---\n...\n"])
def test_an_empty_file_is_no_error(vary: Vary, content: bytes) -> None:
    folder = vary()
    (folder / "zz.yaml").write_bytes(content)
    assert bumpcheck.load(folder).id == "kettle"


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        (b"texts: {a: b, a: c}\n", 1, 15),
        (b"texts:\n  a: b\n  c: d\n  a: b\n", 4, 3),
        (b"texts: {}\nfindings: []\ntexts: {}\n", 3, 1),
        (b"texts: {'a': b, \"a\": c}\n", 1, 17),
        (b"findings: [{id: x, when: {noise: hum, noise: bang}, text: x}]\n", 1, 39),
    ],
)
def test_a_repeated_key_is_refused_at_the_second(
    vary: Vary, content: bytes, line: int, column: int
) -> None:
    repeated = [p for p in problems_of(vary(), content) if "a second time" in p.message]
    assert [(p.place.line, p.place.column) for p in repeated] == [(line, column)]


WORDS = ["yes", "no", "on", "off", "true", "null", "1", "010", "0x1f", "12-30", "y", "nan"]


def test_every_scalar_is_the_text_that_was_written(vary: Vary) -> None:
    listed = ", ".join(f"{{id: {word}, text: {word}}}" for word in WORDS)
    question = f"{{id: word, kind: one, group: g, ask: a, why: w, answers: [{listed}]}}"
    folder = vary(("pack.yaml", "version: 0.1.0", "version: 1.0"))
    (folder / "zz.yaml").write_text(f"questions: [{question}]\n")
    pack = bumpcheck.load(folder)
    assert [answer.text for answer in pack.question("word").answers] == WORDS
    assert pack.version == "1.0"
    for word in WORDS:
        said = bumpcheck.check({"word": word}, rules=pack).as_dict()["answers"]
        assert said == {"word": word}
